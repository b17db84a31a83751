#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "crawler/discover.h"
#include "crawler/origin.h"
#include "crawler/source_guess.h"

#define NOW  INT64_C(1772697600) /* 2026-03-05T08:00:00Z */
#define BASE STR("https://news.test/a/b.html")

static void
leads_are(const struct leads *l, const char *expected)
{
	struct buf b = BUF(8192);

	for (size_t i = 0; i < l->n; i++)
		buf_addf(&b, "%d %.*s %.*s\n", (int)l->v[i].kind, STR_ARG(l->v[i].url),
			 STR_ARG(l->v[i].label));
	assert_string_equal(b.p, expected);
	buf_release(&b);
}

static void
a_page_and_its_headers_lead_to_feeds(void **state)
{
	static const char page[] =
		"<html><head><base href=/x/><link rel='Alternate stylesheet' type=text/css "
		"href=s.css>"
		"<link rel=alternate type=application/rss+xml title='All &amp; more' "
		"href=rss.xml>"
		"<link rel=alternate type=application/atom+xml href=/atom>"
		"<link rel=alternate hreflang=de type=text/html href=/de>"
		"<link rel=alternate type=application/rss+xml href=rss.xml></head><body>"
		"<a href=/sport/feed>Sport</a><a href=/across>across the world</a>"
		"<a href=/news><img alt=RSS></a><a href=/dy>订阅</a><a href='#feed'>feed</a>"
		"<a href='javascript:feed()'>RSS</a></body></html>";
	struct arena *a = arena_new();
	struct leads l = { 0 };
	struct err e = { 0 };

	(void)state;
	leads_of_header(
		a, &l, BASE,
		STR("<https://news.test/h.xml>; rel=\"alternate\"; "
		    "type=\"application/rss+xml\"; "
		    "title=\"H\", <https://hub.test/>; rel=\"hub\", </de>; rel=alternate; "
		    "type=text/html"));
	assert_int_equal(leads_of_page(a, &l, BASE, str_of(page), &e), 0);
	leads_are(&l, "1 https://news.test/h.xml H\n"
		      "2 https://news.test/x/rss.xml All & more\n"
		      "2 https://news.test/atom \n"
		      "3 https://news.test/sport/feed Sport\n"
		      "3 https://news.test/news RSS\n"
		      "3 https://news.test/dy 订阅\n");
	arena_free(a);
}

static void
no_more_leads_than_the_ceiling(void **state)
{
	struct arena *a = arena_new();
	struct leads l = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		leads_add(a, &l, LEAD_LINK, BASE, str_of(arena_textf(a, "/%d", i)), STR(""));
	assert_int_equal(l.n, LEADS_MAX);
	arena_free(a);
}

static void
kinds_are_recognised(void **state)
{
	static const struct {
		const char *text;
		int64_t kind;
		const char *why;
	} cases[] = {
		{ "<?xml version='1.0'?><!-- x --><rss version='2.0'>", SOURCE_FEED,
		  "it has an <rss> element" },
		{ "<feed xmlns='http://www.w3.org/2005/Atom'>", SOURCE_FEED,
		  "it has a <feed> element (Atom)" },
		{ "<rdf:RDF>", SOURCE_FEED, "it has an <rdf:RDF> element (RSS 1.0)" },
		{ "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}",
		  SOURCE_FEED, "it is a JSON Feed" },
		{ "<urlset>", SOURCE_SITEMAP, "it has a <urlset> element" },
		{ "\x1f\x8b\x08", SOURCE_SITEMAP, "it is gzipped, as sitemaps are" },
		{ "http://a.test/1\nhttp://a.test/2\n", SOURCE_SITEMAP,
		  "it is a list of addresses" },
		{ "[1,2]", SOURCE_API, "it is JSON" },
		{ "<!DOCTYPE html><html><p>about <rss and <feed", SOURCE_PAGE,
		  "it is a web page" },
		{ "<a:feed xmlns:a=\"http://www.w3.org/2005/Atom\">", SOURCE_FEED,
		  "it has a <feed> element (Atom)" },
		{ "<r:RDF xmlns:r=\"x\">", SOURCE_FEED,
		  "it has an <rdf:RDF> element (RSS 1.0)" },
		{ "<s:urlset><s:url/>", SOURCE_SITEMAP, "it has a <urlset> element" },
		{ "<p>see <feedback> and <channels>", SOURCE_PAGE, "it is a web page" },
		{ "hello", SOURCE_PAGE, "it is a web page" },
		{ "", SOURCE_PAGE, "it is a web page" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct source_guess g;

		source_guess(str_of(cases[i].text), a, &g);
		assert_int_equal(g.kind, cases[i].kind);
		assert_string_equal(arena_text(a, g.why), cases[i].why);
		arena_free(a);
	}
}

static void
a_mapping_is_suggested_for_json(void **state)
{
	static const char text[] =
		"{\"ads\":[{\"id\":1}],\"data\":{\"n\":2,\"list\":[{\"id\":7,\"Content\":\"x\","
		"\"user\":{"
		"\"fans\":3,\"nickname\":\"A\"},\"created_at\":1772694000,\"title\":null}]}}";
	struct arena *a = arena_new();
	struct source_guess g;
	struct buf b = BUF(1000);

	(void)state;
	source_guess(str_of(text), a, &g);
	for (size_t i = 0; i < g.fields.n; i++) {
		const struct conf_pair *p = (const struct conf_pair *)g.fields.v + i;

		buf_addf(&b, "%.*s=%.*s ", STR_ARG(p->name), STR_ARG(p->value));
	}
	assert_string_equal(arena_text(a, g.items), "data.list");
	assert_string_equal(b.p, "id=id text=Content author=user.nickname followers=user.fans "
				 "published=created_at ");
	buf_release(&b);
	arena_free(a);
}

/* A post whose author has no display name is told by the next name that is there. */
static void
every_name_of_an_author_is_suggested(void **state)
{
	static const char text[] =
		"[{\"id\":\"7\",\"content\":\"x\",\"language\":\"de\",\"account\":{"
		"\"username\":\"kb\",\"display_name\":\"\",\"followers_count\":40}}]";
	struct arena *a = arena_new();
	struct source_guess g;
	const struct conf_pair *v;

	(void)state;
	source_guess(str_of(text), a, &g);
	v = g.fields.v;
	assert_int_equal(g.fields.n, 5);
	assert_string_equal(arena_text(a, v[2].value),
			    "account.display_name ?? account.username");
	assert_string_equal(arena_text(a, v[3].value), "account.followers_count");
	assert_string_equal(arena_text(a, v[4].name), "lang");
	arena_free(a);
}

static void
an_item_in_a_wrapper_is_found(void **state)
{
	static const struct {
		const char *text, *items;
	} cases[] = {
		{ "{\"data\":{\"list\":[{\"rank\":1,\"note\":{\"id\":7,\"title\":\"x\","
		  "\"user\":{\"nick\":\"A\"}}}]}}",
		  "data.list[*].note" },
		{ "[{\"note\":{\"id\":7,\"title\":\"x\",\"user\":{\"nick\":\"A\"}}}]",
		  "$[*].note" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct source_guess g;
		const struct conf_pair *v;

		source_guess(str_of(cases[i].text), a, &g);
		assert_string_equal(arena_text(a, g.items), cases[i].items);
		assert_int_equal(g.fields.n, 3);
		v = g.fields.v;
		assert_string_equal(arena_text(a, v[2].value), "user.nick");
	}
	arena_free(a);
}

static struct map_item
item(const char *id, const char *url, const char *title, const char *text, const char *author,
     int64_t at)
{
	struct map_item it = { .followers = -1, .heat = -1, .published_at = at };

	for (size_t f = 0; f < MAP_FIELDS; f++)
		it.text[f] = it.from[f] = STR("");
	it.text[MAP_ID] = str_of(id);
	it.text[MAP_URL] = str_of(url);
	it.text[MAP_TITLE] = str_of(title);
	it.text[MAP_TEXT] = str_of(text);
	it.text[MAP_AUTHOR] = str_of(author);
	return it;
}

static void
values_are_found_again_in_a_feed(void **state)
{
	static const char feed[] = "<feed><entry><id>0</id><title>left "
				   "out</title></entry><entry><id>e1</id><title "
				   "type=html>A &amp;amp; B</title><link "
				   "href='/1'/><author><name>Ann</name><uri>u</uri>"
				   "</author><updated>2026-03-05T08:00:00Z</"
				   "updated><content>&lt;p>Long words&lt;/p></content>"
				   "</entry></feed>";
	struct map_item v =
		item("e1", "https://news.test/1", "A & B", "Long words", "Ann", NOW);
	struct arena *a = arena_new();

	(void)state;
	origin_feed(a, str_of(feed), BASE, NOW, &v, 1);
	assert_string_equal(arena_text(a, v.from[MAP_ID]), "<id>");
	assert_string_equal(arena_text(a, v.from[MAP_URL]), "<link> @href");
	assert_string_equal(arena_text(a, v.from[MAP_TITLE]), "<title>");
	assert_string_equal(arena_text(a, v.from[MAP_TEXT]), "<content>");
	assert_string_equal(arena_text(a, v.from[MAP_AUTHOR]), "<author> <name>");
	assert_string_equal(arena_text(a, v.from[MAP_PUBLISHED]), "<updated>");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_and_its_headers_lead_to_feeds),
		cmocka_unit_test(no_more_leads_than_the_ceiling),
		cmocka_unit_test(kinds_are_recognised),
		cmocka_unit_test(a_mapping_is_suggested_for_json),
		cmocka_unit_test(every_name_of_an_author_is_suggested),
		cmocka_unit_test(an_item_in_a_wrapper_is_found),
		cmocka_unit_test(values_are_found_again_in_a_feed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
