#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "crawler/robots.h"
#include "tests/support/sanitized.h"

struct ask {
	const char *body, *agent, *path;
	bool allowed;
};

static void
each_is(const struct ask *asks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct arena *a = arena_new();
		const struct robots_rule *why;
		struct robots r;

		robots_read(a, str_of(asks[i].body), str_of(asks[i].agent), &r);
		if (robots_allows(&r,
				  str_of(arena_textf(a, "http://x.example%s", asks[i].path)),
				  &why) != asks[i].allowed)
			fail_msg("%s for %s of\n%s", asks[i].path, asks[i].agent, asks[i].body);
		arena_free(a);
	}
}
#define EACH_IS(...)                                 \
	each_is((const struct ask[]){ __VA_ARGS__ }, \
		LY_COUNT(((const struct ask[]){ __VA_ARGS__ })))

static void
the_longest_rule_decides_and_allow_wins_a_tie(void **state)
{
	(void)state;
	EACH_IS({ "user-agent: a\ndisallow: /x\nallow: /x/y", "a", "/x/y", true },
		{ "user-agent: a\ndisallow: /x\nallow: /x/y", "a", "/x/z", false },
		{ "user-agent: a\nallow: /x/y\ndisallow: /x/yz", "a", "/x/yz", false },
		{ "user-agent: a\ndisallow: /x\nallow: /x", "a", "/x", true },
		{ "user-agent: a\ndisallow: /\nallow: /*.html", "a", "/x.html", true },
		{ "user-agent: a\ndisallow:", "a", "/x", true }, { "", "a", "/", true }, );
}

static void
rules_belong_to_all_agents_named_since_the_last_rule(void **state)
{
	(void)state;
	EACH_IS({ "user-agent: a\nuser-agent: b\ndisallow: /", "a", "/", false },
		{ "user-agent: a\nallow: /x\nuser-agent: b\ndisallow: /", "a", "/", true },
		{ "user-agent: a\nsitemap: /s\nfoo: bar\nuser-agent: b\ndisallow: /", "a", "/",
		  false },
		/* groups of one agent are one group */
		{ "user-agent: a\nallow: /x\nuser-agent: b\nallow: /\nuser-agent: a\ndisallow: "
		  "/",
		  "a", "/y", false },
		/* "*" only for who is not named, even when his group is empty */
		{ "user-agent: *\ndisallow: /\nuser-agent: a\nallow: /y", "a", "/x", true },
		{ "user-agent: *\ndisallow: /\nuser-agent: a", "a", "/x", true },
		{ "user-agent: *\ndisallow: /\nuser-agent: a", "b", "/x", false },
		{ "user-agent: * x\ndisallow: /", "b", "/x", false },
		{ "user-agent: *x\ndisallow: /", "b", "/x", true },
		{ "disallow: /\nuser-agent: a\nallow: /x", "a", "/y", true }, );
}

static void
an_agent_is_a_product_token_of_any_case(void **state)
{
	(void)state;
	EACH_IS({ "user-agent: LANGYAN/2.0 (x)\ndisallow: /", "Langyan", "/", false },
		{ "user-agent: Langyan-news\ndisallow: /", "Langyan", "/", true },
		{ "user-agent: Lang\ndisallow: /", "Langyan", "/", true }, );
	assert_true(str_is(robots_token(STR("Langyan/0.1 (+https://x)")), "Langyan"));
	assert_true(str_is(robots_token(STR("foo-bar_x2")), "foo-bar_x"));
	assert_int_equal(robots_token(STR("2x")).n, 0);
}

static void
typos_marks_and_line_ends_of_every_kind_are_read(void **state)
{
	(void)state;
	EACH_IS({ "\xef\xbb\xbfuser-agent: a\ndisallow: /", "a", "/", false },
		{ "\xef\xbbuser-agent: a\ndisallow: /", "a", "/", false },
		{ "\xbbuser-agent: a\ndisallow: /", "a", "/", true },
		{ "user-agent: a\rdisallow: /", "a", "/", false },
		{ "user-agent: a\r\n\r\ndisallow: /\r\n", "a", "/", false },
		{ "USERAGENT a # c\nDisalow   /x # c", "a", "/x", false },
		{ "user agent: a\ndiasllow:/x", "a", "/x", false },
		{ "user-agents-all: a\ndisallowed: /x", "a", "/x", false },
		{ "user-agent: a\ndisallow /x y", "a", "/x", true },
		{ "user-agent: a\n: /\ndisallow", "a", "/x", true },
		{ "<html><body>user-agent: *</body>\n<p>disallow: /", "a", "/", true }, );
}

static void
stars_and_a_dollar_at_the_end_stand_for_more(void **state)
{
	(void)state;
	EACH_IS({ "user-agent: a\ndisallow: /*.php$", "a", "/x.php", false },
		{ "user-agent: a\ndisallow: /*.php$", "a", "/x.php5", true },
		{ "user-agent: a\ndisallow: /*.php$", "a", "/x.php.php", false },
		{ "user-agent: a\ndisallow: /x$y", "a", "/x$y", false },
		{ "user-agent: a\ndisallow: /x$y", "a", "/x", true },
		{ "user-agent: a\ndisallow: /*ab*b$", "a", "/ab", true },
		{ "user-agent: a\ndisallow: /*ab*b$", "a", "/abb", false },
		{ "user-agent: a\ndisallow: *", "a", "/", false },
		{ "user-agent: a\ndisallow: *$", "a", "/", false },
		{ "user-agent: a\ndisallow: /$", "a", "/", false },
		{ "user-agent: a\ndisallow: /$", "a", "/x", true },
		{ "user-agent: a\ndisallow: x", "a", "/x", true },
		{ "user-agent: a\ndisallow: /\nallow: /x/index.html", "a", "/x/", true },
		{ "user-agent: a\ndisallow: /\nallow: /x/index.html", "a", "/x/y", false }, );
}

static void
paths_are_compared_escaped_and_with_their_query(void **state)
{
	static const struct {
		const char *url;
		bool allowed;
	} urls[] = {
		{ "http://h", true },      { "http://h/x", false },
		{ "//h/x", false },        { "/x", false },
		{ "h/x", false },          { "h?x", true },
		{ "http://h?q", false },   { "http://h#/x", true },
		{ "http://h/x#y", false }, { "a/x?u=http://h/", false },
		{ "http://h/y?/x", true }, { "", true },
	};
	struct arena *a = arena_new();
	const struct robots_rule *why;
	struct robots r;
	struct buf b = BUF(64);

	(void)state;
	EACH_IS({ "user-agent: a\ndisallow: /新", "a", "/%E6%96%B0", false },
		{ "user-agent: a\ndisallow: /%e6%96%b0", "a", "/%E6%96%B0", false },
		{ "user-agent: a\ndisallow: /a?b", "a", "/a?b=c", false }, );
	robots_read(a, STR("user-agent: a\ndisallow: /x\ndisallow: /?q\nallow: /y"), STR("a"),
		    &r);
	for (size_t i = 0; i < LY_COUNT(urls); i++)
		if (robots_allows(&r, str_of(urls[i].url), &why) != urls[i].allowed)
			fail_msg("%s", urls[i].url);
	robots_escape(STR("/新?%e6%9"), &b);
	assert_string_equal(b.p, "/%E6%96%B0?%E6%9");
	buf_release(&b);
	arena_free(a);
}

static void
the_rule_that_decided_is_told(void **state)
{
	struct arena *a = arena_new();
	const struct robots_rule *why;
	struct robots r;

	(void)state;
	robots_read(a, STR("\nuser-agent: *\r\ndisallow: /x\n"), STR("a"), &r);
	assert_false(robots_allows(&r, STR("http://h/x/y"), &why));
	assert_int_equal(why->line, 3);
	assert_true(str_is(why->pattern, "/x"));
	assert_true(robots_allows(&r, STR("http://h/y"), &why));
	assert_null(why);
	assert_false(r.named);
	arena_free(a);
}

static void
a_crawl_delay_is_read_for_the_group_and_has_a_ceiling(void **state)
{
	static const struct {
		const char *body;
		int64_t ms;
	} cases[] = {
		{ "user-agent: *\ncrawl-delay: 10", 10000 },
		{ "user-agent: *\ncrawl-delay: 0.5", 500 },
		{ "user-agent: *\nCrawl-delay 2.5 ", 2500 },
		{ "user-agent: *\ncrawl-delay: 3s", 3000 },
		{ "user-agent: *\ncrawl-delay: soon\ncrawl-delay: 4", 4000 },
		{ "user-agent: *\ncrawl-delay: -1", -1 },
		{ "user-agent: *\ncrawl-delay: 99999999999999999999", 86400000 },
		{ "user-agent: *\ncrawl-delay: 9\nallow: /\nuser-agent: a\ncrawl-delay: 1",
		  1000 },
		{ "user-agent: *\ncrawl-delay: 9\nallow: /\nuser-agent: a\nallow: /", -1 },
		{ "user-agent: b\ncrawl-delay: 9", -1 },
		{ "crawl-delay: 9", -1 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct robots r;

		robots_read(a, str_of(cases[i].body), STR("a"), &r);
		if (r.delay_ms != cases[i].ms)
			fail_msg("%lld for %s", (long long)r.delay_ms, cases[i].body);
		arena_free(a);
	}
}

static void
sitemaps_are_told_as_written(void **state)
{
	struct arena *a = arena_new();
	struct robots r;

	(void)state;
	robots_read(a,
		    STR("Sitemap: http://x/1.xml\nuser-agent: b\nsite-map: /2.xml#3\nsitemap:"),
		    STR("a"), &r);
	assert_int_equal(r.n_sitemaps, 2);
	assert_true(str_is(r.sitemaps[0], "http://x/1.xml"));
	assert_true(str_is(r.sitemaps[1], "/2.xml"));
	arena_free(a);
}

/* The ceilings: a file over 500 KiB is cut between lines, a long line at its end. */
static void
what_is_too_much_is_not_read(void **state)
{
	struct arena *a = arena_new();
	struct buf body = BUF(4 << 20), url = BUF(1 << 20);
	const struct robots_rule *why;
	struct robots r;

	(void)state;
	buf_add(&body, STR("user-agent: *\ndisallow: /first\n"));
	while (body.n < ROBOTS_BYTES_MAX - 8)
		buf_add_byte(&body, '#');
	buf_add(&body, STR("\ndisallow: /last\n"));
	robots_read(a, buf_str(&body), STR("a"), &r);
	assert_int_equal(r.n, 1);

	buf_clear(&body);
	buf_clear(&url);
	buf_add(&body, STR("user-agent: *\ndisallow: /"));
	buf_add(&url, STR("http://h/"));
	for (int i = 0; i < 20000; i++) {
		buf_add_byte(&body, 'x');
		if (i < 16700)
			buf_add_byte(&url, 'x');
	}
	robots_read(a, buf_str(&body), STR("a"), &r);
	assert_false(robots_allows(&r, buf_str(&url), &why)); /* its first 16,652 bytes */
	assert_int_equal(why->pattern.n, ROBOTS_LINE_MAX - strlen("disallow: "));
	buf_release(&body);
	buf_release(&url);
	arena_free(a);
}

/* Files made to be slow. Linear in the path per rule, whatever the pattern. */
static void
no_file_takes_more_than_half_a_second_to_ask(void **state)
{
	static const struct {
		int stars, letters; /* of one rule: so many "*" with so many "a", then "b" */
	} kinds[] = { { 6, 1 }, { 1, 30 }, { 1, 200 }, { 2, 250 }, { 1, 4000 }, { 2000, 2 } };
	struct arena *a = arena_new();
	struct buf body = BUF(1 << 20), url = BUF(1 << 16);

	(void)state;
	buf_add(&url, STR("http://h/"));
	for (int i = 0; i < 8000; i++)
		buf_add_byte(&url, 'a');
	for (size_t k = 0; k < LY_COUNT(kinds); k++) {
		const struct robots_rule *why;
		struct robots r;
		int64_t us = clock_cpu_us();

		buf_clear(&body);
		buf_add(&body, STR("user-agent: *\n"));
		while (body.n < ROBOTS_BYTES_MAX) {
			buf_add(&body, STR("disallow:"));
			for (int i = 0; i < kinds[k].stars; i++) {
				buf_add_byte(&body, '*');
				for (int j = 0; j < kinds[k].letters; j++)
					buf_add_byte(&body, 'a');
			}
			buf_add(&body, STR("b\n"));
		}
		robots_read(a, buf_str(&body), STR("a"), &r);
		assert_true(robots_allows(&r, buf_str(&url), &why) ==
			    (r.n * 8001 <= ROBOTS_WORK_MAX));
		assert_null(why);
		us = clock_cpu_us() - us;
		print_message("%zu rules of %d x %d over 8,000 bytes: %lld ms of CPU\n", r.n,
			      kinds[k].stars, kinds[k].letters, (long long)us / 1000);
		assert_true(SANITIZED || us < 500000);
	}
	buf_release(&body);
	buf_release(&url);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_rule_decides_and_allow_wins_a_tie),
		cmocka_unit_test(rules_belong_to_all_agents_named_since_the_last_rule),
		cmocka_unit_test(an_agent_is_a_product_token_of_any_case),
		cmocka_unit_test(typos_marks_and_line_ends_of_every_kind_are_read),
		cmocka_unit_test(stars_and_a_dollar_at_the_end_stand_for_more),
		cmocka_unit_test(paths_are_compared_escaped_and_with_their_query),
		cmocka_unit_test(the_rule_that_decided_is_told),
		cmocka_unit_test(a_crawl_delay_is_read_for_the_group_and_has_a_ceiling),
		cmocka_unit_test(sitemaps_are_told_as_written),
		cmocka_unit_test(what_is_too_much_is_not_read),
		cmocka_unit_test(no_file_takes_more_than_half_a_second_to_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
