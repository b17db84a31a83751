#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "crawler/page.h"
#include "tests/support/sanitized.h"

#define NOW INT64_C(1772697600) /* 2026-03-05T08:00:00Z */

static const char english[] =
	"<!DOCTYPE html><html lang=en><head><title>Snack recalled - Hill Daily</title>"
	"<meta property=og:site_name content=\"Hill Daily\">"
	"<link rel=canonical href=\"https://hill.test/1\">"
	"<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@type\":"
	"\"NewsArticle\",\"headline\":\"Snack "
	"recalled\",\"datePublished\":\"2026-03-05T07:00:00Z\","
	"\"author\":{\"@type\":\"Person\",\"name\":\"Ann Lee\"}}</script></head><body>"
	"<nav><a href=/>Home</a> <a href=/n>News</a></nav>"
	"<div class=sidebar><p>Ten other stories that you, dear reader, might like to read, "
	"too.</p></div>"
	"<article><h1>Snack recalled</h1>"
	"<p>The maker of the snack said on Thursday that it would recall one batch, after "
	"customers, "
	"shops and a laboratory had reported a strange smell.</p>"
	"<p>No one was hurt, the company said, and money would be paid back, in shops and "
	"online.</p>"
	"<div class=share><a href=x>Share</a> <a href=y>Post</a></div>"
	"<p>The batch was sold, mostly, in the north, between January and February of this "
	"year.</p>"
	"</article><div class=comments><p>First! I, too, have had this smell, and more than "
	"once.</p></div>"
	"<footer>Copyright</footer></body></html>";

static void
an_article_gives_text_and_metadata(void **state)
{
	struct arena *a = arena_new();
	struct page p;
	struct err e;

	(void)state;
	assert_int_equal(page_extract(a, str_of(english), STR("https://hill.test/1?x"),
				      STR("text/html"), NOW, &p, &e),
			 0);
	assert_string_equal(arena_text(a, p.title), "Snack recalled");
	assert_string_equal(arena_text(a, p.author), "Ann Lee");
	assert_string_equal(arena_text(a, p.site), "Hill Daily");
	assert_string_equal(arena_text(a, p.lang), "en");
	assert_string_equal(arena_text(a, p.canonical), "https://hill.test/1");
	assert_int_equal(p.published_at, NOW - 3600);
	assert_string_equal(arena_text(a, p.text),
			    "The maker of the snack said on Thursday that it would recall one "
			    "batch, after customers, "
			    "shops and a laboratory had reported a strange smell.\n"
			    "No one was hurt, the company said, and money would be paid back, "
			    "in shops and online.\n"
			    "The batch was sold, mostly, in the north, between January and "
			    "February of this year.");
	arena_free(a);
}

static const char chinese[] =
	"<html><head><meta charset=utf-8><title>山脆召回一批产品_山城日报</title></head><body>"
	"<div class=\"nav menu\"><a href=/>首页</a><a href=/n>新闻</a></div>"
	"<h1>山脆召回一批产品</h1><div class=info>2026年03月05日 14:03 来源：山城日报 "
	"作者：王小明</div>"
	"<div id=content>"
	"<p>山脆公司周四宣布，由于多名消费者反映产品有异味，将召回今年一月生产的一批产品。</p>"
	"<p>公司表示，目前没有人员受伤的报告，消费者可以在门店或者网上办理退款，时间为三十天。<"
	"/p>"
	"<p>市场监管部门已经介入调查，结果将在两周之内公布，记者将继续关注此事的进展。</p></"
	"div>"
	"<div class=\"related\"><a href=1>相关新闻：去年也召回过</a><a href=2>更多</a></div>"
	"</body></html>";

static void
a_chinese_article_gives_text_and_metadata(void **state)
{
	struct arena *a = arena_new();
	struct page p;
	struct err e;

	(void)state;
	assert_int_equal(page_extract(a, str_of(chinese), STR(""), STR(""), NOW, &p, &e), 0);
	assert_string_equal(arena_text(a, p.title), "山脆召回一批产品");
	assert_string_equal(arena_text(a, p.author), "王小明");
	assert_int_equal(p.published_at, NOW + 6 * 3600 + 3 * 60);
	assert_string_equal(
		arena_text(a, p.text),
		"山脆公司周四宣布，由于多名消费者反映产品有异味，将召回今年一月生产的一批产品。"
		"\n"
		"公司表示，目前没有人员受伤的报告，消费者可以在门店或者网上办理退款，时间为三十"
		"天。\n"
		"市场监管部门已经介入调查，结果将在两周之内公布，记者将继续关注此事的进展。");
	arena_free(a);
}

static void
scripts_and_markup_never_come_out(void **state)
{
	static const char html[] =
		"<body><p>Text with <script>alert(1)</script><b onclick=x>bold</b>, "
		"&lt;b&gt; as written, and <img src=x onerror=y> a picture; enough of it.</p>";
	struct arena *a = arena_new();
	struct page p;
	struct err e;

	(void)state;
	assert_int_equal(page_extract(a, str_of(html), STR(""), STR(""), NOW, &p, &e), 0);
	assert_string_equal(arena_text(a, p.text),
			    "Text with bold, <b> as written, and a picture; enough of it.");
	arena_free(a);
}

static void
a_page_without_text_is_rejected(void **state)
{
	static const char *const cases[][2] = {
		{ "<html><body><script>x()</script></body></html>", "no text found" },
		{ "", "too short to be a page" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct page p;
		struct err e = { 0 };

		assert_int_equal(
			page_extract(a, str_of(cases[i][0]), STR(""), STR(""), NOW, &p, &e),
			-1);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_string_equal(e.text, cases[i][1]);
	}
	arena_free(a);
}

/* A page of head and one article, for what metadata say. */
static void
read_page(struct arena *a, const char *head, const char *above, const char *url, struct page *p)
{
	struct err e = { 0 };
	char *html = arena_textf(
		a,
		"<html lang=de><head><title>Snack recalled in the north | Hill</title>%s</head>"
		"<body><h1>Snack recalled in the north</h1>%s<div class=content><p>The maker "
		"of "
		"the snack said, on Thursday, that it would recall one batch, after customers "
		"had reported a strange smell, and a bitter taste.</p><p>No one was hurt, the "
		"company said, and money would be paid back, in shops and online, for a "
		"month.</p></div></body></html>",
		head, above);

	assert_int_equal(page_extract(a, str_of(html), str_of(url), STR(""), NOW, p, &e), 0);
}

static void
a_date_is_taken_from_the_most_deliberate_place(void **state)
{
	static const struct {
		const char *head, *above, *url, *from;
		int64_t at;
	} cases[] = {
		{ "<script "
		  "type=application/ld+json>{\"@type\":\"NewsArticle\",\"datePublished\":"
		  "\"2026-03-01T00:00:00Z\"}</script><meta property=article:published_time "
		  "content=2026-03-02>",
		  "", "", "json-ld", 1772323200 },
		{ "<meta property=article:published_time content=2026-03-02>",
		  "<time datetime=2026-03-03>x</time>", "", "article:published_time",
		  1772409600 },
		{ "", "<span itemprop=datePublished>2026-03-03</span>", "", "itemprop",
		  1772496000 },
		{ "", "<time datetime=2026-03-03>x</time>", "https://a.test/2026/03/04/b.html",
		  "url", 1772582400 },
		{ "<meta property=article:modified_time content=2026-03-05>",
		  "<time datetime=2026-03-03>x</time>", "", "time", 1772496000 },
		{ "", "<div class=info>2. 3. 2026</div>", "", "class", 1772409600 },
		{ "", "<p>Published 2026-03-02</p>", "", "text", 1772409600 },
		{ "<meta property=article:modified_time content=2026-03-05>", "", "",
		  "article:modified_time", 1772668800 },
		{ "<script>x={\"publishedAt\":\"2026-03-02\"}</script>", "", "", "script",
		  1772409600 },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct page p;

		read_page(a, cases[i].head, cases[i].above, cases[i].url, &p);
		assert_non_null(p.published_from);
		assert_string_equal(p.published_from, cases[i].from);
		assert_int_equal(p.published_at, cases[i].at);
	}
	arena_free(a);
}

static void
an_author_is_a_person_where_one_is_known(void **state)
{
	static const struct {
		const char *head, *above, *author;
	} cases[] = {
		{ "<script "
		  "type=application/ld+json>{\"@graph\":[{\"@type\":\"Article\",\"author\":"
		  "{\"@id\":\"#ann\"}},{\"@type\":\"Person\",\"@id\":\"#ann\",\"name\":\"Ann "
		  "Lee\"}]}</script>",
		  "", "Ann Lee" },
		{ "<script type=application/ld+json>[{\"@type\":\"NewsArticle\",\"author\":["
		  "{\"@type\":\"Organization\",\"name\":\"Hill Daily\"}]}]</script>",
		  "<p class=author>Von Bo Chen am 3.3.2026</p>", "Bo Chen" },
		{ "<script type=application/ld+json>[{\"@type\":\"NewsArticle\",\"author\":["
		  "{\"@type\":\"Organization\",\"name\":\"Hill Daily\"}]}]</script>",
		  "", "Hill Daily" },
		{ "<meta name=author content=\"Ann Lee\">", "", "Ann Lee" },
		{ "", "<a rel=author href=/a>Ann Lee</a>", "Ann Lee" },
		{ "", "<p>By Ann Lee | 3 March</p>", "Ann Lee" },
		{ "", "<p>Posted on March 3, 2026 by Ann Lee</p>", "Ann Lee" },
		{ "", "<p>Ein Artikel von <b>Bo Chen</b> | 3.3.2026</p>", "Bo Chen" },
		{ "", "<div>来源：山城日报 作者：王小明 </div>", "王小明" },
		{ "", "<div>来源：山城日报 责任编辑：王小明 </div>", "王小明" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct page p;

		read_page(a, cases[i].head, cases[i].above, "", &p);
		assert_string_equal(arena_text(a, p.author), cases[i].author);
	}
	arena_free(a);
}

static void
who_has_the_hosts_name_signs_only_when_nobody_else_does(void **state)
{
#define SIGNED "<meta name=author content=\"Verein der Verbraucher e.V.\">"
	static const char *const cases[][2] = {
		{ "<p>Von Bo Chen</p>", "Bo Chen" },
		{ "", "Verein der Verbraucher e.V." },
	};
	struct arena *a = arena_new();
	struct page p;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		read_page(a, SIGNED, cases[i][0], "https://www.verbraucher.test/1", &p);
		assert_string_equal(arena_text(a, p.author), cases[i][1]);
	}
	arena_free(a);
}

static void
how_letters_are_read_and_where_words_may_break_is_no_text(void **state)
{
	static const char html[] =
		"<body><div "
		"class=article><p>子どもへの<ruby>虐待<rp>(</rp><rt>ぎゃくたい</rt><rp>)</rp>"
		"</"
		"ruby>"
		"をなくすための法律ができて、親が子どもを叱るときに、体罰を使うことが禁止されま"
		"す。</p>"
		"<p>Wäh\xc2\xadrend Sie über den Markt schlendern, staunen Sie, und lachen, "
		"und "
		"kaufen, was Ihnen gefällt.</p></div></body>";
	struct arena *a = arena_new();
	struct page p;
	struct err e;

	(void)state;
	assert_int_equal(page_extract(a, str_of(html), STR(""), STR(""), NOW, &p, &e), 0);
	assert_true(str_find(p.text, STR("子どもへの虐待をなくす")) >= 0);
	assert_true(str_find(p.text, STR("Während Sie")) >= 0);
	arena_free(a);
}

static void
a_text_that_a_script_would_show_is_taken_from_the_metadata(void **state)
{
	struct buf html = BUF(100000);
	struct arena *a = arena_new();
	struct page p;
	struct err e;

	(void)state;
	buf_add(&html, STR("<html><head><script type=\"application/ld+json\">{\"@type\":"
			   "\"NewsArticle\",\"headline\":\"h\",\"articleBody\":\""));
	for (int i = 0; i < 20; i++)
		buf_add(&html, STR("The maker of the snack said that it would recall it. "));
	buf_add(&html, STR("\"}</script></head><body><div id=app>Loading, please wait, it "
			   "takes a while.</div></body></html>"));
	assert_int_equal(page_extract(a, buf_str(&html), STR(""), STR(""), NOW, &p, &e), 0);
	assert_true(str_starts(p.text, STR("The maker of the snack said")));
	assert_true(p.text.n > 900);
	buf_release(&html);
	arena_free(a);
}

#define D4   "<div class=a><div><div><div>"
#define D64  D4 D4 D4 D4 D4 D4 D4 D4 D4 D4 D4 D4 D4 D4 D4 D4
#define DEEP "<html><body>" D64 D64 D64 D64 D64 D64 D64 D64

/* RELIABILITY.md 12: each at the ceiling of a page. */
static void
bombs_take_two_seconds_at_the_most(void **state)
{
	static const struct {
		const char *head, *again, *tail;
		size_t bytes;
	} bombs[] = {
		{ "<html><body>", "<div>", "", 8000000 },
		{ "<html><body>", "<p>x, y.", "", 8000000 },
		{ "<html><body>", "<b><i>", "", 8000000 },
		{ "<html><body>", "</p>", "", 8000000 },
		{ "<html><body>", "&amp", "", 8000000 },
		{ "<html><body>", "<table><tr><td>", "", 8000000 },
		{ "<html><body>",
		  "<a href=x class=\"nav author date related\">x 2026-03-05</a>", "", 8000000 },
		{ "<html><body><p ", "a=1 ", ">x</p>", 8000000 },
		{ "<html><body><p class=\"", "nav author ", "\">x</p>", 500000 },
		{ "<html><body>", "x, ", "", 8000000 },
		{ "<html><body>", "<li>x, y and z</li><br>", "", 8000000 },
		{ "<html><head><script type=application/ld+json>", "[", "</script>", 8000000 },
		{ "<html><head><script "
		  "type=application/ld+json>{\"@type\":\"Article\",\"author\":[",
		  "{\"@id\":\"#a\"},", "{\"@id\":\"#a\"}]}</script>", 900000 },
		{ "<html><body>", "<h1>the title of it</h1>", "", 8000000 },
		{ "<html><body>", "<time datetime=2090-01-01>x</time>", "", 8000000 },
		{ "<html><body>", "<!--", "", 8000000 },
		/* just below what the pre-scan refuses */
		{ "<html><body>", "<p>x, y.", "", 3400000 },
		{ "<html><body>", "<li>x, y and z</li><br>", "", 3700000 },
		{ "<html><body>", "<h1>the title of it</h1>", "", 7500000 },
		{ "<html><body>", "&amp", "", 2600000 },
		{ DEEP "<aside>", "<time class=date>2026-03-05</time>", "", 8000000 },
		{ DEEP "<div class=related>", "<i class=author>by Ann Lee</i>", "", 8000000 },
		{ DEEP, "<p class=x>one, two, three 2026 of it<a href=y>z</a>", "", 3000000 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(bombs); i++) {
		struct buf html = BUF(9000000);
		struct arena *a = arena_new();
		size_t bytes = bombs[i].bytes / (SANITIZED ? 16 : 1);
		int64_t began, took;
		struct page p;
		struct err e = { 0 };
		int rc;

		buf_add(&html, str_of(bombs[i].head));
		while (html.n < bytes)
			buf_add(&html, str_of(bombs[i].again));
		buf_add(&html, str_of(bombs[i].tail));
		began = clock_cpu_us();
		rc = page_extract(a, buf_str(&html), STR("https://a.test/x"), STR(""), NOW, &p,
				  &e);
		took = clock_cpu_us() - began;
		if (getenv("LY_BOMBS"))
			fprintf(stderr, "bomb %zu: %lld ms %s\n", i, (long long)took / 1000,
				rc < 0 ? e.text : "read");
		assert_true(rc == 0 || e.kind == ERR_REJECT);
		assert_true(SANITIZED || took < 2000000);
		arena_free(a);
		buf_release(&html);
	}
}

static void
a_day_is_the_one_its_readers_saw(void **state)
{
#define LD                                                                               \
	"<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"datePublished\":" \
	"\"2026-03-01T10:00:00Z\"}</script>"
#define META(day) "<meta property=article:published_time content=" day ">"
	static const struct {
		const char *url, *meta, *above, *day;
	} cases[] = {
		/* two that are at odds */
		{ "", LD META("2026-03-03"), "", "2026-03-01" },
		{ "", LD META("2026-03-03"), "<time>2026-03-03</time>", "2026-03-03" },
		{ "", LD META("2026-03-03"), "<time>2026-03-04</time>", "2026-03-01" },
		{ "", "<meta name=date content=2026-03-01>",
		  "<p itemprop=datePublished>2026-03-02</p>", "2026-03-02" },
		/* UTC, and where readers are */
		{ "https://a.de/x", META("2026-03-01T23:10:00Z"), "", "2026-03-02" },
		{ "https://a.com.br/x", META("2026-03-02T01:10:00Z"), "", "2026-03-01" },
		{ "https://a.de/x", META("2026-03-01T23:10:00"), "", "2026-03-01" },
		{ "https://a.test/x", META("2026-03-01T23:10:00Z"), "", "2026-03-01" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf day = BUF(64);
		struct page p;

		read_page(a, cases[i].meta, cases[i].above, cases[i].url, &p);
		clock_add_iso(&day, p.published_at + p.published_offset_s);
		if (memcmp(day.p, cases[i].day, 10) != 0)
			fail_msg("%zu: %s, not %s", i, day.p, cases[i].day);
		buf_release(&day);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_is_taken_from_the_most_deliberate_place),
		cmocka_unit_test(a_day_is_the_one_its_readers_saw),
		cmocka_unit_test(an_author_is_a_person_where_one_is_known),
		cmocka_unit_test(who_has_the_hosts_name_signs_only_when_nobody_else_does),
		cmocka_unit_test(how_letters_are_read_and_where_words_may_break_is_no_text),
		cmocka_unit_test(a_text_that_a_script_would_show_is_taken_from_the_metadata),
		cmocka_unit_test(bombs_take_two_seconds_at_the_most),
		cmocka_unit_test(an_article_gives_text_and_metadata),
		cmocka_unit_test(a_chinese_article_gives_text_and_metadata),
		cmocka_unit_test(scripts_and_markup_never_come_out),
		cmocka_unit_test(a_page_without_text_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
