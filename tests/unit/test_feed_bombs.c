/* Bodies made to cost much, each of 8 MiB or nearly: at most 0.5 s of CPU (RELIABILITY.md 12). */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "crawler/feed.h"
#include "tests/support/sanitized.h"

#define CPU_US (500 * 1000)
#define RSS_KB (96 * 1024) /* the whole process's, with the body itself */
/* Every search is a long one under a sanitizer. */
#define BODY_MAX (SANITIZED ? (size_t)256 << 10 : (size_t)8 << 20)
#define MEASURED (!SANITIZED)

#define RSS  "<rss xmlns:a='u:a'><channel><item>"
#define DESC RSS "<description>"

/* head, then again and again as often as it fits (or times), then tail. %d: a running number. */
static const struct bomb {
	const char *what, *head, *again, *tail;
	int times;
} bombs[] = {
	{ "billion laughs",
	  "<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
	  "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>]>" DESC,
	  "&d;", "", 0 },
	{ "one long entity, often",
	  "<!DOCTYPE r [<!ENTITY a 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'>]>" DESC,
	  "&a;", "", 0 },
	{ "many entities", "<!DOCTYPE r [", "<!ENTITY a%d 'x'>", "]>", 0 },
	{ "a file for an entity", "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" DESC,
	  "&a;", "", 0 },
	{ "elements in elements", "<rss>", "<a>", "", 0 },
	{ "attributes, 200,000 in a tag", "<rss ", "a%d='' ", ">", 200000 },
	{ "attributes, 250 in a tag", RSS "<a ", "a%d='' ", ">", 250 },
	{ "namespaces, 80,000", "<rss ", "xmlns:n%d='u' ", ">", 80000 },
	{ "tags with attributes", RSS, "<a b='1' c='2' d='3' e='4' f='5' g='6'/>", "", 0 },
	{ "namespaces in each tag", RSS, "<a xmlns='u:%d' xmlns:b='u:b'/>", "", 0 },
	{ "elements of all names", RSS, "<n%d/>", "", 0 },
	{ "ends of all names", RSS, "</n%d>", "", 0 },
	{ "a text of 8 MiB", DESC, "words and words ", "", 0 },
	{ "open brackets", DESC, "<", "", 0 },
	{ "ampersands", DESC, "&", "", 0 },
	{ "references", DESC, "&lt;", "", 0 },
	{ "references of digits", DESC, "&#60;", "", 0 },
	{ "references of names", DESC, "&eacute;", "", 0 },
	{ "comments that begin", RSS, "<!--", "", 0 },
	{ "CDATA that begins", RSS, "<![CDATA[", "", 0 },
	{ "CDATA of brackets", DESC "<![CDATA[", "]", "", 0 },
	{ "instructions that begin", RSS, "<?", "", 0 },
	{ "declarations that begin", RSS, "<!D", "", 0 },
	{ "doctypes that begin", "", "<!DOCTYPE [", "", 0 },
	{ "a quote that never ends", RSS, "<a b='", "", 0 },
	{ "quotes of both kinds", RSS, "<a b='\" c=\"'", "", 0 },
	{ "items", "<rss><channel>", "<item/>", "", 0 },
	{ "items in items", "<rss><channel>", "<item>", "", 0 },
	{ "titles", RSS, "<title>x</title>", "", 0 },
	{ "summaries", RSS, "<description>x &lt;b&gt; y</description>", "", 0 },
	{ "items of dates", "<rss><channel>",
	  "<item><pubDate>三四五六七八九周年月日</pubDate><pubDate>三四五六七八九周年月日</"
	  "pubDate>"
	  "<pubDate>三四五六七八九周年月日</pubDate></item>",
	  "", 0 },
	{ "dates", RSS, "<pubDate>5 Mar 26 8:00:00 PDT</pubDate>", "", 0 },
	{ "dates that are none", RSS, "<pubDate>一二三四五六七八九十年月日</pubDate>", "", 0 },
	{ "links to what they stand on",
	  "<feed "
	  "xml:base='http://a.test/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/"
	  "'>"
	  "<entry>",
	  "<link href='a'/>", "", 0 },
	{ "bases on bases", "<feed xml:base='http://a.test/'><entry>",
	  "<a xml:base='aaaaaaaa/'>", "", 400 },
	{ "authors", RSS, "<author>a@b.test (A)</author>", "", 0 },
	{ "HTML: tags that begin", DESC "<![CDATA[", "<a b='", "]]>", 0 },
	{ "HTML: scripts that begin", DESC "<![CDATA[", "<script>", "]]>", 0 },
	{ "HTML: scripts that end", DESC "<![CDATA[", "</script>", "]]>", 0 },
	{ "HTML: comments that begin", DESC "<![CDATA[", "<!--", "]]>", 0 },
	{ "HTML: declarations", DESC "<![CDATA[", "<!", "]]>", 0 },
	{ "HTML: blocks", DESC "<![CDATA[", "<p>", "]]>", 0 },
	{ "HTML: references", DESC "<![CDATA[", "&aacut", "]]>", 0 },
	{ "a title that may be HTML", RSS "<title><![CDATA[", "<b>", "]]></title>", 0 },
	{ "XHTML, deep", "<feed><entry><content type='xhtml'>", "<b><i>&lt;", "", 250 },
	{ "XHTML, wide", "<feed><entry><content type='xhtml'>", "<b/>\"", "", 0 },
	{ "base64", "<feed><entry><content type='image/png'>", "QUJD", "", 0 },
	{ "twice encoded", DESC, "Ã©", "", 0 },
	{ "strays", DESC, "\xc2\x80", "", 0 },
	{ "bytes of no encoding", "<?xml version='1.0' encoding='utf-8'?>" DESC, "\xff", "",
	  0 },
	{ "bytes of some encoding", DESC, "\xd6\xd0\xff", "", 0 },
	{ "JSON: lists in lists", "{\"items\":", "[", "", 0 },
	{ "JSON: items", "{\"title\":\"t\",\"items\":[{}", ",{}", "]}", 0 },
	{ "JSON: members", "{\"title\":\"t\",\"items\":[{\"a\":0", ",\"a%d\":1", "}]}", 0 },
	{ "JSON: a name twice", "{\"title\":\"t\",\"items\":[{\"a\":0", ",\"a\":1", "}]}", 0 },
	{ "JSON: escapes", "{\"title\":\"", "\\u4e2d", "\",\"items\":[]}", 0 },
	{ "JSON: HTML", "{\"title\":\"t\",\"items\":[{\"content_html\":\"", "<a b='", "\"}]}",
	  0 },
	{ "JSON: a number", "{\"title\":\"t\",\"items\":[{\"id\":", "9", "}]}", 0 },
};

/* Adds the same text up to times (0: as often as it fits), in blocks of whole ones. */
static void
add_often(struct buf *b, struct str one, size_t times, size_t ceiling)
{
	char block[4096];
	size_t fits = b->n < ceiling ? (ceiling - b->n) / one.n : 0,
	       at_once = sizeof block / one.n;

	for (size_t i = 0; i < at_once; i++)
		memcpy(block + i * one.n, one.p, one.n);
	if (times == 0 || times > fits)
		times = fits;
	for (size_t n; times > 0; times -= n) {
		n = times < at_once ? times : at_once;
		buf_add(b, (struct str){ block, n * one.n });
	}
}

static void
add_numbered(struct buf *b, const char *again, int times, size_t ceiling)
{
	const char *number = strstr(again, "%d");
	char one[512];

	for (int i = 0; !times || i < times; i++) {
		int n = snprintf(one, sizeof one, "%.*s%d%s", (int)(number - again), again, i,
				 number + 2);

		assert_in_range(n, 1, sizeof one - 1);
		if (b->n + (size_t)n > ceiling)
			break;
		buf_add(b, (struct str){ one, (size_t)n });
	}
}

static void
body_of(const struct bomb *bomb, struct buf *b)
{
	size_t ceiling = BODY_MAX - strlen(bomb->tail);

	buf_clear(b);
	buf_add(b, str_of(bomb->head));
	if (strstr(bomb->again, "%d"))
		add_numbered(b, bomb->again, bomb->times, ceiling);
	else if (bomb->again[0])
		add_often(b, str_of(bomb->again), (size_t)bomb->times, ceiling);
	buf_add(b, str_of(bomb->tail));
}

static long
peak_kb(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static int64_t
cost_us(struct str body, struct err *e)
{
	struct arena *a = arena_new();
	int64_t began = clock_cpu_us(), took;
	struct feed f;

	(void)!feed_parse(a, body, STR("http://example.test/"), STR(""), 0, &f, e);
	took = clock_cpu_us() - began;
	arena_free(a);
	return took;
}

static void
no_body_costs_over_half_a_second(void **state)
{
	struct buf b = BUF(BODY_MAX + 1);
	int64_t worst = 0;
	const char *of = "";

	(void)state;
	for (size_t i = 0; i < LY_COUNT(bombs); i++) {
		struct err e = { 0 };
		int64_t took;

		body_of(&bombs[i], &b);
		took = cost_us(buf_str(&b), &e);
		/* What shares the processor only ever adds to it. */
		for (int again = 0; took > CPU_US && again < 2; again++) {
			int64_t less = cost_us(buf_str(&b), &e);

			took = less < took ? less : took;
		}
		print_message("%-34s %8zu bytes %7.1f ms %5ld MB  %s\n", bombs[i].what, b.n,
			      (double)took / 1e3, peak_kb() / 1024, e.text);
		if (took > worst) {
			worst = took;
			of = bombs[i].what;
		}
		if (MEASURED && took > CPU_US)
			fail_msg("%s: %lld ms", bombs[i].what, (long long)took / 1000);
		if (MEASURED && peak_kb() > RSS_KB)
			fail_msg("%s: %ld KB", bombs[i].what, peak_kb());
	}
	print_message("the worst of %zu: %s, %lld ms\n", LY_COUNT(bombs), of,
		      (long long)worst / 1000);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_body_costs_over_half_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
