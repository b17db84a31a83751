#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "crawler/robots_known.h"
#include "crawler/spool_store.h"

#define NOW INT64_C(1800000000)
#define DAY 86400

static struct http_response
answered(int status, const char *body)
{
	return (struct http_response){ .end = HTTP_OK, .status = status, .body = str_of(body) };
}

static void
what_is_at_the_site_holds_for_a_day_or_its_max_age(void **state)
{
	static const struct {
		const char *cache_control;
		int64_t fresh_s;
	} cases[] = {
		{ "", DAY },
		{ "max-age=3600", 3600 },
		{ "public, Max-Age=7200", 7200 },
		{ "max-age=0", 600 },
		{ "no-cache", DAY },
		{ "max-age=99999999999999999999", DAY },
		{ "max-age=", 600 },
	};
	struct robots_row none = { .address = STR("http://x/robots.txt") };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct http_response r = answered(200, "user-agent: *");
		struct robots_row row;

		r.cache_control = str_of(cases[i].cache_control);
		row = robots_learnt(&none, &r, NOW);
		if (row.next_at != NOW + cases[i].fresh_s)
			fail_msg("%s: %lld", cases[i].cache_control,
				 (long long)(row.next_at - NOW));
		assert_int_equal(row.good_at, NOW);
		assert_int_equal(robots_stands(&row, NOW), ROBOTS_READ);
	}
}

/* RFC 9309 2.3.1.2 to 2.3.1.4. */
static void
each_answer_has_its_meaning(void **state)
{
	static const struct {
		enum http_end end;
		int status;
		enum robots_stand stand;
		bool rules;
	} cases[] = {
		{ HTTP_OK, 200, ROBOTS_READ, true },
		{ HTTP_OK, 204, ROBOTS_READ, false },
		{ HTTP_OK, 301, ROBOTS_READ, false },
		{ HTTP_OK, 401, ROBOTS_READ, false },
		{ HTTP_OK, 403, ROBOTS_READ, false },
		{ HTTP_OK, 404, ROBOTS_READ, false },
		{ HTTP_OK, 410, ROBOTS_READ, false },
		{ HTTP_OK, 429, ROBOTS_CLOSED, false },
		{ HTTP_OK, 500, ROBOTS_CLOSED, false },
		{ HTTP_OK, 503, ROBOTS_CLOSED, false },
		{ HTTP_REDIRECTS, 302, ROBOTS_READ, false },
		{ HTTP_NO_NAME, 0, ROBOTS_CLOSED, false },
		{ HTTP_NO_CONNECT, 0, ROBOTS_CLOSED, false },
		{ HTTP_TLS, 0, ROBOTS_CLOSED, false },
		{ HTTP_SLOW, 200, ROBOTS_CLOSED, false },
		{ HTTP_TOO_LARGE, 200, ROBOTS_CLOSED, false },
		{ HTTP_CUT, 200, ROBOTS_CLOSED, false },
	};
	struct robots_row none = { .address = STR("http://x/robots.txt") };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct http_response r = answered(cases[i].status, "user-agent: *");
		struct robots_row row;

		r.end = cases[i].end;
		row = robots_learnt(&none, &r, NOW);
		if (robots_stands(&row, NOW) != cases[i].stand ||
		    (row.body.n > 0) != cases[i].rules)
			fail_msg("%s %d", http_end_words[r.end], r.status);
	}
}

static void
without_a_copy_it_is_closed_for_thirty_days_and_asked_ever_more_rarely(void **state)
{
	struct robots_row row = { .address = STR("http://x/robots.txt") };
	struct http_response r = answered(503, "");
	int64_t now = NOW;
	int asked = 0;

	(void)state;
	for (int64_t next; now < NOW + 30 * DAY; now = next, asked++) {
		row = robots_learnt(&row, &r, now);
		assert_int_equal(robots_stands(&row, now), ROBOTS_CLOSED);
		assert_int_equal(row.since_at, NOW);
		next = row.next_at;
		assert_true(next >= now + 60 && next <= now + DAY);
	}
	assert_int_equal(robots_stands(&row, NOW + 30 * DAY - 1), ROBOTS_CLOSED);
	assert_int_equal(robots_stands(&row, NOW + 30 * DAY), ROBOTS_FREE);
	print_message("asked %d times in 30 days\n", asked);
	assert_true(asked < 60);

	r = answered(404, "");
	row = robots_learnt(&row, &r, now);
	assert_int_equal(robots_stands(&row, now), ROBOTS_READ);
	assert_int_equal(row.since_at, 0);
}

static void
the_last_good_copy_holds_while_the_site_is_away(void **state)
{
	struct robots_row row = { .address = STR("http://x/robots.txt") };
	struct http_response good = answered(200, "user-agent: *\ndisallow: /x"),
			     bad = answered(500, "no"), gone = answered(404, "no");

	(void)state;
	row = robots_learnt(&row, &good, NOW);
	row = robots_learnt(&row, &bad, NOW + DAY);
	row = robots_learnt(&row, &bad, NOW + 60 * DAY);
	assert_int_equal(robots_stands(&row, NOW + 61 * DAY), ROBOTS_READ);
	assert_true(str_eq(row.body, good.body));
	row = robots_learnt(&row, &gone, NOW + 62 * DAY);
	assert_int_equal(row.body.n, 0);
}

static void
retry_after_is_kept_to(void **state)
{
	struct robots_row row = { .address = STR("http://x/robots.txt") };
	struct http_response r = answered(429, "");

	(void)state;
	r.retry_after = STR("7200");
	row = robots_learnt(&row, &r, NOW);
	assert_int_equal(row.next_at, NOW + 7200);
}

static struct robots_row
row_of(const char *address, int64_t at, struct str body)
{
	return (struct robots_row){ .address = str_of(address),
				    .asked_at = at,
				    .next_at = at + 1,
				    .good_at = at + 2,
				    .since_at = at + 3,
				    .status = 200,
				    .end = HTTP_OK,
				    .why = STR("why"),
				    .body = body };
}

static void
a_row_comes_back_as_it_was_put_and_goes_when_old_or_too_much(void **state)
{
	struct err e = { 0 };
	struct store *s = store_open(":memory:", &spool_migrations, &e);
	struct robots_known *k;
	const struct robots_file *f;
	struct buf big = BUF(1 << 20);
	struct robots_row row;

	(void)state;
	assert_non_null(s);
	k = robots_known_new(s, STR("Langyan"));
	assert_null(robots_known_find(k, STR("http://a/robots.txt"), &e));
	row = row_of("http://a/robots.txt", NOW, STR("user-agent: langyan\ndisallow: /x\0\n"));
	f = robots_known_put(k, &row, &e);
	assert_int_equal(f->rules.n, 1);
	robots_known_free(k);

	k = robots_known_new(s, STR("Langyan"));
	f = robots_known_find(k, STR("http://a/robots.txt"), &e);
	assert_non_null(f);
	assert_int_equal(f->rules.n, 1);
	assert_int_equal(f->row.asked_at, NOW);
	assert_int_equal(f->row.next_at, NOW + 1);
	assert_int_equal(f->row.good_at, NOW + 2);
	assert_int_equal(f->row.since_at, NOW + 3);
	assert_int_equal(f->row.status, 200);
	assert_true(str_is(f->row.why, "why"));
	assert_true(str_eq(f->row.body, row.body));

	while (big.n < 100000)
		buf_add_byte(&big, '#');
	for (int i = 0; i < 5; i++) {
		char address[40];

		snprintf(address, sizeof address, "http://%d/robots.txt", i);
		row = row_of(address, NOW + i, buf_str(&big));
		assert_non_null(robots_known_put(k, &row, &e));
	}
	assert_int_equal(robots_rows_expire(s, NOW, 1 << 30, &e), 0);
	assert_int_equal(robots_rows_expire(s, NOW + 1, 1 << 30, &e), 2);
	assert_int_equal(robots_rows_expire(s, NOW, 250000, &e), 2);
	robots_known_free(k);
	k = robots_known_new(s, STR("Langyan"));
	assert_null(robots_known_find(k, STR("http://2/robots.txt"), &e));
	assert_non_null(robots_known_find(k, STR("http://3/robots.txt"), &e));
	robots_known_free(k);
	buf_release(&big);
	store_close(s);
}

/* Whatever their addresses hash to: two in one place were asked for again and again. */
static void
without_a_store_the_last_64_are_known(void **state)
{
	struct robots_known *k = robots_known_new(NULL, STR("Langyan"));
	struct err e = { 0 };
	char address[40];

	(void)state;
	for (int i = 0; i < 65; i++) {
		struct robots_row row;

		snprintf(address, sizeof address, "http://%d/robots.txt", i);
		row = row_of(address, NOW, STR(""));
		assert_non_null(robots_known_put(k, &row, &e));
		if (i == 63)
			assert_non_null(robots_known_find(k, STR("http://0/robots.txt"), &e));
	}
	for (int i = 0; i < 65; i++) {
		snprintf(address, sizeof address, "http://%d/robots.txt", i);
		if (i == 1) /* used longest ago */
			assert_null(robots_known_find(k, str_of(address), &e));
		else
			assert_non_null(robots_known_find(k, str_of(address), &e));
	}
	robots_known_free(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_at_the_site_holds_for_a_day_or_its_max_age),
		cmocka_unit_test(each_answer_has_its_meaning),
		cmocka_unit_test(
			without_a_copy_it_is_closed_for_thirty_days_and_asked_ever_more_rarely),
		cmocka_unit_test(the_last_good_copy_holds_while_the_site_is_away),
		cmocka_unit_test(retry_after_is_kept_to),
		cmocka_unit_test(without_a_store_the_last_64_are_known),
		cmocka_unit_test(a_row_comes_back_as_it_was_put_and_goes_when_old_or_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
