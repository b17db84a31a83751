#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "crawler/feed.h"

static void
add(struct buf *b, const char *key, struct str s)
{
	if (s.n)
		buf_addf(b, " %s=%.*s", key, STR_ARG(s));
}
static void
add_at(struct buf *b, const char *key, int64_t at)
{
	if (!at)
		return;
	buf_addf(b, " %s=", key);
	clock_add_iso(b, at);
}

/* The whole answer on one line a part. */
static void
show(struct buf *b, const struct feed *f)
{
	buf_add(b, STR("feed"));
	add(b, "title", f->title);
	add(b, "link", f->link);
	add(b, "language", f->language);
	if (f->ttl_s)
		buf_addf(b, " ttl=%lld", (long long)f->ttl_s);
	buf_add_byte(b, '\n');
	for (size_t i = 0; i < f->n; i++) {
		const struct feed_item *it = &f->items[i];

		buf_add(b, STR("item"));
		add(b, "id", it->id);
		add(b, "title", it->title);
		add(b, "link", it->link);
		add(b, "author", it->author);
		add(b, "summary", it->summary);
		add(b, "content", it->content);
		add_at(b, "published", it->published_at);
		add_at(b, "updated", it->updated_at);
		buf_add_byte(b, '\n');
	}
}

static void
check(const char *xml, const char *want)
{
	struct arena *a = arena_new();
	struct buf b = BUF(10000);
	struct feed f;
	struct err e;

	if (feed_parse(a, str_of(xml), STR("http://example.test/news/rss.xml"), STR("text/xml"),
		       0, &f, &e) < 0)
		fail_msg("%s: %s", xml, e.text);
	show(&b, &f);
	assert_string_equal(b.p, want);
	buf_release(&b);
	arena_free(a);
}

static void
rss_is_read(void **state)
{
	(void)state;
	check("<?xml version='1.0'?><rss version='2.0' "
	      "xmlns:dc='http://purl.org/dc/elements/1.1/'"
	      " xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
	      "<title>山城日报</title><link>/</link><language>zh-cn</language><ttl>15</ttl>"
	      "<image><title>logo</title><link>http://x.test/</link></image>"
	      "<item><title>One &amp; <![CDATA[two]]></title><link>1.html</link>"
	      "<guid isPermaLink='false'>urn:1</guid><dc:creator>王小明</dc:creator>"
	      "<source url='http://x.test'>elsewhere</source>"
	      "<description>&lt;p&gt;First&lt;/p&gt;&lt;p&gt;second&lt;/p&gt;</description>"
	      "<content:encoded><![CDATA[<b>Whole</b> text]]></content:encoded>"
	      "<pubDate>Thu, 05 Mar 2026 08:00:00 +0800</pubDate></item>"
	      "<item><guid>http://example.test/2</guid><author>ann@x.test (Ann "
	      "Lee)</author></item>"
	      "</channel></rss>",
	      "feed title=山城日报 link=http://example.test/ language=zh-cn ttl=900\n"
	      "item id=urn:1 title=One & two link=http://example.test/news/1.html author=王小明"
	      " summary=First\nsecond content=Whole text published=2026-03-05T00:00:00Z\n"
	      "item id=http://example.test/2 link=http://example.test/2 author=Ann Lee\n");
}

static void
rdf_is_read(void **state)
{
	(void)state;
	check("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
	      " xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'"
	      " xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>"
	      "<channel rdf:about='http://a.test/'><title>A</title><link>http://a.test/</link>"
	      "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</"
	      "sy:updateFrequency>"
	      "</channel><image><title>no</title></image>"
	      "<item rdf:about='http://a.test/1'><title>B</title><link>http://a.test/1</link>"
	      "<dc:date>2026-03-05T08:00:00+08:00</dc:date></item></rdf:RDF>",
	      "feed title=A link=http://a.test/ ttl=1800\n"
	      "item id=http://a.test/1 title=B link=http://a.test/1 "
	      "updated=2026-03-05T00:00:00Z\n");
}

static void
atom_is_read(void **state)
{
	(void)state;
	check("<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en' "
	      "xml:base='http://a.test/b/'>"
	      "<title type='html'>A &amp;lt; B</title><link rel='self' href='x'/><link "
	      "href='y'/>"
	      "<entry xml:base='c/'><title>1 &lt; 2</title><id>tag:a.test,2026:1</id>"
	      "<link rel='enclosure' href='e.mp3'/><link rel='alternate' "
	      "href='d.html?a=1&amp;b=2'/>"
	      "<author><name>Ann</name><email>ann@a.test</email></author>"
	      "<contributor><name>Bob</name></contributor>"
	      "<source><title>elsewhere</title><id>z</id></source>"
	      "<summary>short</summary><content type='xhtml'><div "
	      "xmlns='http://www.w3.org/1999/xhtml'>"
	      "<p>para <b>bold</b></p><p>1 &lt; 2</p></div></content>"
	      "<published>2026-03-05T08:00:00Z</published><updated>2026-03-06T08:00:00Z</"
	      "updated>"
	      "</entry></feed>",
	      "feed title=A < B link=http://a.test/b/y language=en\n"
	      "item id=tag:a.test,2026:1 title=1 < 2 link=http://a.test/b/c/d.html?a=1&b=2 "
	      "author=Ann"
	      " summary=short content=para bold\n1 < 2 published=2026-03-05T08:00:00Z"
	      " updated=2026-03-06T08:00:00Z\n");
}

static void
broken_feeds_give_what_is_in_them(void **state)
{
	static const char *const cases[][2] = {
		/* an unclosed <br>, a bare &, a name of HTML's */
		{ "<rss><channel><title>AT&T "
		  "&eacute;</title><item><description>a<br>b</description>"
		  "<title>t</title></item></channel></rss>",
		  "feed title=AT&T é\nitem title=t summary=a\nb\n" },
		/* breaks off */
		{ "<rss><channel><title>A</title><item><title>1</title></item><item><title>2 "
		  "and a",
		  "feed title=A\nitem title=1\nitem title=2 and a\n" },
		/* a control byte; text before the declaration */
		{ "\n<?xml "
		  "version='1.0'?><rss><channel><item><title>a\x01z</title></item></channel></"
		  "rss>",
		  "feed\nitem title=a\x01z\n" },
		/* a prefix that nobody declared */
		{ "<rss><channel><item><dc:creator>x</dc:creator><foo:title>no</foo:title></"
		  "item></channel>"
		  "</rss>",
		  "feed\nitem author=x\n" },
		/* windows-1252's strays, UTF-8 encoded twice */
		{ "<rss><channel><title>don&#146;t</title><item><title>caf&#195;&#169;</"
		  "title></item></channel>"
		  "</rss>",
		  "feed title=don’t\nitem title=café\n" },
		/* what an item does not say its image may */
		{ "<rss><channel><item><category>c<image><title>clip</title><link>http://i.test"
		  "</link></image></category></item></channel></rss>",
		  "feed\nitem title=clip\n" },
		/* no one's closing tag, no reference: is it markup at all? */
		{ "<rss><channel><item><content:encoded>1 &lt;br is "
		  "text</content:encoded></item></channel></rss>",
		  "feed\nitem content=1 <br is text\n" },
		/* lines that end as in Windows */
		{ "<rss>\r\n<channel><item><title>a\r\nb\rc</title></item></channel></rss>",
		  "feed\nitem title=a\nb\nc\n" },
		/* wrapped twice */
		{ "<rss><channel><item><description>&lt;![CDATA[&lt;p>x&lt;/p>]]&gt;</"
		  "description></item></channel></rss>",
		  "feed\nitem summary=x\n" },
		/* capital letters, as in CDF */
		{ "<CHANNEL HREF='http://a.test/'><TITLE>A</TITLE><ITEM HREF='/1' "
		  "LASTMOD='2026-03-05'><TITLE>B</TITLE></ITEM></CHANNEL>",
		  "feed title=A link=http://a.test/\nitem title=B link=http://example.test/1"
		  " updated=2026-03-05T00:00:00Z\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		check(cases[i][0], cases[i][1]);
}

static void
no_markup_leaves_a_summary_or_content(void **state)
{
	static const char *const cases[][2] = {
		/* a bare & elsewhere says nothing about the content */
		{ "<rss "
		  "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>"
		  "A&B</title><item><content:encoded>&lt;x-y>one&lt;br />two</content:encoded>"
		  "</item></channel></rss>",
		  "feed title=A&B\nitem content=one\ntwo\n" },
		/* and a comment behind the root does not cut it off */
		{ "<rss "
		  "xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><item>"
		  "<content:encoded>one&lt;br />two</content:encoded></item></channel></rss >\n"
		  "<!-- 0.2 s -->\n",
		  "feed\nitem content=one\ntwo\n" },
		{ "<rss xmlns:i='http://www.itunes.com/dtds/podcast-1.0.dtd'><channel><item>"
		  "<i:summary>one&lt;br/>two</i:summary></item></channel></rss>",
		  "feed\nitem summary=one\ntwo\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		check(cases[i][0], cases[i][1]);
}

static void
a_title_may_speak_of_a_tag(void **state)
{
	(void)state;
	check("<rss><channel><item><title>Why &lt;br /> &amp; &lt;hr> stay</title></item>"
	      "<item><title>Not &lt;b>bold&lt;/b></title></item></channel></rss>",
	      "feed\nitem title=Why <br /> & <hr> stay\nitem title=Not bold\n");
}

static void
media_and_second_summaries_go_where_they_belong(void **state)
{
	(void)state;
	check("<rss xmlns:media='http://search.yahoo.com/mrss/'><channel><item>"
	      "<media:group><media:title>clip</media:title></media:group><title>real</title>"
	      "<description>one</description><description>two</description></item></channel></"
	      "rss>",
	      "feed\nitem title=real summary=one content=two\n");
}

static void
json_feed_is_read(void **state)
{
	(void)state;
	check("{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"山城 & co\","
	      "\"home_page_url\":\"/"
	      "\",\"language\":\"zh-CN\",\"authors\":[{\"name\":\"Desk\"}],"
	      "\"items\":[{\"id\":7,\"url\":\"a.html\",\"title\":\"1 < 2\","
	      "\"content_html\":\"<p>one<p>two<script>x</script>\",\"summary\":\"short\","
	      "\"date_published\":\"2026-03-05T08:00:00+08:00\","
	      "\"date_modified\":\"2026-03-06T00:00:00Z\","
	      "\"authors\":[{\"name\":\"Ann\"},{\"url\":\"x\"},{\"name\":\"Ben\"}]},"
	      "{\"id\":\"http://a.test/2\",\"external_url\":\"http://b.test/\","
	      "\"content_text\":\"as <it> is\",\"author\":{\"name\":\"Old\"}},"
	      "{\"id\":\"3\"},\"no item\"]}",
	      "feed title=山城 & co link=http://example.test/ language=zh-CN\n"
	      "item id=7 title=1 < 2 link=http://example.test/news/a.html author=Ann, Ben"
	      " summary=short content=one\ntwo published=2026-03-05T00:00:00Z"
	      " updated=2026-03-06T00:00:00Z\n"
	      "item id=http://a.test/2 link=http://b.test/ author=Old content=as <it> is\n"
	      "item id=3 author=Desk\n");
	/* 1.0, with a mark before it */
	check("\xef\xbb\xbf {\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"t\","
	      "\"items\":[]}",
	      "feed title=t\n");
}

static void
what_is_no_feed_is_rejected_with_its_reason(void **state)
{
	static const struct {
		const char *bytes;
		enum feed_reject why;
		const char *says;
	} cases[] = {
		{ "", FEED_EMPTY, "empty body" },
		{ " \n", FEED_EMPTY, "empty body" },
		{ "just words", FEED_NOT_XML, "no element in it" },
		{ "<opml><body/></opml>", FEED_NOT_FEED,
		  "no feed: neither rss, rdf, feed nor channel" },
		{ "<!DOCTYPE html><html><body><p>Log in</body></html>", FEED_HTML,
		  "a web page, not a feed" },
		{ "{\"error\":\"no such feed\"}", FEED_NOT_FEED, "JSON, but no JSON Feed" },
		{ "{\"version\":\"https://jsonfeed.org/version/1\",}", FEED_BROKEN,
		  "line 1, column 45: string or '}' expected near '}'" },
		{ "<!DOCTYPE r [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><rss><channel/></rss>",
		  FEED_TOO_LARGE, "text at byte 40 declares an entity by another one" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct feed f;
		struct err e = { 0 };

		assert_int_equal(
			feed_parse(a, str_of(cases[i].bytes), STR(""), STR(""), 0, &f, &e), -1);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_int_equal(f.reject, cases[i].why);
		assert_string_equal(e.text, cases[i].says);
	}
	arena_free(a);
}

static void
what_a_feed_asks_of_its_readers_is_read(void **state)
{
	static const struct {
		const char *channel;
		int64_t ttl_s;
		uint32_t hours, days;
	} cases[] = {
		{ "<ttl>60</ttl>", 3600, 0, 0 },
		{ "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2"
		  "</sy:updateFrequency>",
		  1800, 0, 0 },
		{ "<skipHours><hour>0</hour><hour> 3 </hour><hour>24</hour><hour>25</hour>"
		  "<hour>x</hour></skipHours>",
		  0, 1 | 1 << 3, 0 },
		{ "<skipDays><day>Monday</day><day>sunday</day><day>Someday</day></skipDays>",
		  0, 0, 1 << 1 | 1 << 7 },
		{ "<item><title>x</title><hour>3</hour><day>Monday</day></item>", 0, 0, 0 },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str bytes = str_of(arena_textf(
			a,
			"<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>"
			"<channel>%s<item><title>t</title></item></channel></rss>",
			cases[i].channel));
		struct feed f;
		struct err e;

		assert_int_equal(feed_parse(a, bytes, STR(""), STR(""), 0, &f, &e), 0);
		assert_int_equal(f.ttl_s, cases[i].ttl_s);
		assert_int_equal(f.skip_hours, cases[i].hours);
		assert_int_equal(f.skip_days, cases[i].days);
	}
	arena_free(a);
}

static void
no_file_is_read_for_a_feed(void **state)
{
	(void)state;
	check("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
	      "<rss><channel><title>a&x;b</title><item/></channel></rss>",
	      "feed title=a&x;b\nitem\n");
}

static void
no_feed_has_over_5000_items_nor_a_text_over_256_kib(void **state)
{
	struct buf b = BUF(4 << 20);
	struct arena *a = arena_new();
	struct feed f;
	struct err e;

	(void)state;
	buf_add(&b, STR("<rss><channel><item><title>"));
	for (int i = 0; i < 100000; i++)
		buf_add(&b, STR("长"));
	buf_add(&b, STR("</title></item>"));
	for (int i = 0; i < 6000; i++)
		buf_add(&b, STR("<item><title>x</title></item>"));
	buf_add(&b, STR("</channel></rss>"));
	assert_int_equal(feed_parse(a, buf_str(&b), STR(""), STR(""), 0, &f, &e), 0);
	assert_int_equal(f.n, 5000);
	assert_int_equal(f.items[0].title.n, (256 << 10) / 3 * 3);
	arena_free(a);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rss_is_read),
		cmocka_unit_test(rdf_is_read),
		cmocka_unit_test(atom_is_read),
		cmocka_unit_test(broken_feeds_give_what_is_in_them),
		cmocka_unit_test(no_markup_leaves_a_summary_or_content),
		cmocka_unit_test(a_title_may_speak_of_a_tag),
		cmocka_unit_test(media_and_second_summaries_go_where_they_belong),
		cmocka_unit_test(json_feed_is_read),
		cmocka_unit_test(what_is_no_feed_is_rejected_with_its_reason),
		cmocka_unit_test(what_a_feed_asks_of_its_readers_is_read),
		cmocka_unit_test(no_file_is_read_for_a_feed),
		cmocka_unit_test(no_feed_has_over_5000_items_nor_a_text_over_256_kib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
