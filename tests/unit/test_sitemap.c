#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/gzip.h"
#include "core/str.h"
#include "crawler/sitemap.h"

#define NOW INT64_C(1772697600) /* 2026-03-05T08:00:00Z */
#define URL STR("https://news.test/sitemap.xml")

static const char pages[] =
	"<?xml version='1.0' encoding='UTF-8'?>\n<urlset "
	"xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
	"<url><loc> https://news.test/a?x=1&amp;y=2 </loc><lastmod>2026-03-01</lastmod></url>"
	"<url><loc>/b</loc><image:image><image:loc>https://img.test/1.png</image:loc>"
	"<image:title>a picture</image:title></image:image></url>"
	"<url><lastmod>2026-03-04</lastmod></url>"
	"<url><loc>https://news.test/c</loc><news:news><news:publication><news:name>山城日报"
	"</news:name><news:language>zh-cn</news:language></news:publication>"
	"<news:publication_date>2026-03-05T15:00:00+08:00</news:publication_date>"
	"<news:title>山脆 &amp; 召回</news:title></news:news></url></urlset>";

static void
addresses_times_and_news_are_read(void **state)
{
	struct arena *a = arena_new();
	struct sitemap s;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(sitemap_parse(a, str_of(pages), URL, STR(""), NOW, &s, &e), 0);
	assert_int_equal(s.kind, SITEMAP_PAGES);
	assert_int_equal(s.n, 3);
	assert_string_equal(arena_text(a, s.v[0].url), "https://news.test/a?x=1&y=2");
	assert_int_equal(s.v[0].lastmod_at, INT64_C(1772323200));
	assert_string_equal(arena_text(a, s.v[1].url), "https://news.test/b");
	assert_string_equal(arena_text(a, s.v[1].title), "");
	assert_int_equal(s.v[1].lastmod_at, 0);
	assert_string_equal(arena_text(a, s.v[2].title), "山脆 & 召回");
	assert_string_equal(arena_text(a, s.v[2].lang), "zh");
	assert_int_equal(s.v[2].published_at, NOW - 3600);
	assert_int_equal(s.news, 1);
	sitemap_sort(&s);
	assert_string_equal(arena_text(a, s.v[0].url), "https://news.test/c");
	assert_string_equal(arena_text(a, s.v[2].url), "https://news.test/b");
	arena_free(a);
}

static void
an_index_a_gzipped_one_and_a_list_of_addresses_are_sitemaps(void **state)
{
	static const char index[] =
		"<sitemapindex><sitemap><loc>https://news.test/1.xml.gz</loc>"
		"<lastmod>2026-03-05T07:00:00Z</lastmod></sitemap></sitemapindex>";
	struct arena *a = arena_new();
	struct buf packed = BUF(1 << 16);
	struct sitemap s;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(sitemap_parse(a, str_of(index), URL, STR(""), NOW, &s, &e), 0);
	assert_int_equal(s.kind, SITEMAP_INDEX);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.v[0].lastmod_at, NOW - 3600);
	gzip_add(&packed, str_of(pages));
	assert_int_equal(sitemap_parse(a, buf_str(&packed), URL, STR(""), NOW, &s, &e), 0);
	assert_true(s.packed);
	assert_int_equal(s.n, 3);
	assert_int_equal(
		sitemap_parse(a, STR("https://news.test/1\r\nhttps://news.test/2\r\n\r\n"), URL,
			      STR("text/plain"), NOW, &s, &e),
		0);
	assert_int_equal(s.kind, SITEMAP_TEXT);
	assert_int_equal(s.n, 2);
	buf_release(&packed);
	arena_free(a);
}

static void
what_is_no_sitemap_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *body, *says;
	} cases[] = {
		{ "", "empty body" },
		{ "<html><body>Not found</body></html>",
		  "no sitemap: neither urlset, sitemapindex nor a list of addresses" },
		{ "<rss><channel><item><loc>x</loc></item></channel></rss>",
		  "no sitemap: neither urlset, sitemapindex nor a list of addresses" },
		{ "http://a.test/1\nand words",
		  "no sitemap: neither urlset, sitemapindex nor a "
		  "list of addresses" },
		{ "\x1f\x8b\x08 damaged", "a gzipped sitemap: compressed data" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct sitemap s;
		struct err e = { 0 };

		assert_int_equal(
			sitemap_parse(a, str_of(cases[i].body), URL, STR(""), NOW, &s, &e), -1);
		assert_int_equal(e.kind, ERR_REJECT);
		if (strncmp(e.text, cases[i].says, strlen(cases[i].says)) != 0)
			fail_msg("%s", e.text);
		arena_free(a);
	}
}

static void
a_bomb_and_more_than_fifty_thousand_entries_are_cut_off(void **state)
{
	struct arena *a = arena_new();
	struct buf plain = BUF(60 << 20), packed = BUF(1 << 20);
	struct sitemap s;
	struct err e = { 0 };

	(void)state;
	buf_add(&plain, STR("<urlset>"));
	for (size_t i = 0; i < 50010; i++)
		buf_addf(&plain, "<url><loc>/%zu</loc></url>", i);
	assert_int_equal(sitemap_parse(a, buf_str(&plain), URL, STR(""), NOW, &s, &e), 0);
	assert_int_equal(s.n, 50000);
	assert_true(s.cut);
	buf_clear(&plain);
	for (size_t i = 0; i < 51 << 4; i++) {
		static const char zeros[1 << 16] = { 0 };

		buf_add(&plain, (struct str){ zeros, sizeof zeros });
	}
	gzip_add(&packed, buf_str(&plain));
	assert_int_equal(sitemap_parse(a, buf_str(&packed), URL, STR(""), NOW, &s, &e), -1);
	assert_int_equal(e.kind, ERR_REJECT);
	buf_release(&plain);
	buf_release(&packed);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_times_and_news_are_read),
		cmocka_unit_test(an_index_a_gzipped_one_and_a_list_of_addresses_are_sitemaps),
		cmocka_unit_test(what_is_no_sitemap_is_refused_with_its_reason),
		cmocka_unit_test(a_bomb_and_more_than_fifty_thousand_entries_are_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
