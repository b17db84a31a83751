#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "crawler/page.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_article_gives_text_and_metadata),
		cmocka_unit_test(a_chinese_article_gives_text_and_metadata),
		cmocka_unit_test(scripts_and_markup_never_come_out),
		cmocka_unit_test(a_page_without_text_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
