/* What an answer to a poll means, by table. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/outage.h"

#define NOW 1773100800 /* 2026-03-10 00:00:00 UTC */

static void
every_answer_has_one_meaning(void **state)
{
	static const struct {
		enum http_end end;
		int status;
		const char *retry_after;
		int64_t failures, gone;
		enum answer_act act;
		bool closed;
		int64_t host_s; /* from now; 0 = open */
		const char *why;
	} cases[] = {
		{ HTTP_OK, 200, "", 0, 0, ANSWER_READ, false, 0, "" },
		{ HTTP_OK, 304, "", 3, 1, ANSWER_SAME, false, 0, "" },
		{ HTTP_OK, 401, "", 0, 0, ANSWER_FAILED, false, 0,
		  "answered 401: it asks for a login" },
		{ HTTP_OK, 404, "", 9, 0, ANSWER_FAILED, false, 0,
		  "answered 404: nothing is at this address" },
		{ HTTP_OK, 410, "", 0, 0, ANSWER_FAILED, false, 0,
		  "answered 410: gone for good" },
		{ HTTP_OK, 410, "", 1, 1, ANSWER_FAILED, true, 0,
		  "answered 410: gone for good, twice: closed" },
		{ HTTP_OK, 429, "120", 0, 0, ANSWER_FAILED, false, 120,
		  "answered 429: too many requests" },
		{ HTTP_OK, 503, "Tue, 10 Mar 2026 00:10:00 GMT", 0, 0, ANSWER_FAILED, false,
		  600, "answered 503: not available now" },
		{ HTTP_OK, 503, "", 0, 0, ANSWER_FAILED, false, 300,
		  "answered 503: not available now" },
		{ HTTP_OK, 503, "soon", 2, 0, ANSWER_FAILED, false, 1200,
		  "answered 503: not available now" },
		{ HTTP_OK, 429, "", 40, 0, ANSWER_FAILED, false, 3600,
		  "answered 429: too many requests" },
		{ HTTP_OK, 502, "30", 0, 0, ANSWER_FAILED, false, 30, "answered 502" },
		{ HTTP_OK, 500, "", 0, 0, ANSWER_FAILED, false, 0, "answered 500" },
		{ HTTP_OK, 206, "", 0, 0, ANSWER_FAILED, false, 0, "answered 206" },
		{ HTTP_SLOW, 200, "", 0, 0, ANSWER_FAILED, false, 0, "the detail" },
		{ HTTP_CUT, 503, "60", 0, 0, ANSWER_FAILED, false, 0, "the detail" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct source_state st = { .failures = cases[i].failures,
					   .gone = cases[i].gone };
		struct http_response r = { .end = cases[i].end,
					   .status = cases[i].status,
					   .detail = "the detail",
					   .retry_after = str_of(cases[i].retry_after),
					   .body = STR("body") };
		struct answer a = answer_judge(&st, &r, NOW);

		assert_int_equal(a.act, cases[i].act);
		assert_int_equal(a.closed, cases[i].closed);
		assert_int_equal(a.host_until, cases[i].host_s ? NOW + cases[i].host_s : 0);
		assert_string_equal(a.why, cases[i].why);
	}
}

static void
the_body_of_last_time_is_not_read_again(void **state)
{
	struct source_state st = { .body = ID_OF(STR("the same")) };
	struct http_response r = { .end = HTTP_OK, .status = 200, .body = STR("the same") };

	(void)state;
	assert_int_equal(answer_judge(&st, &r, NOW).act, ANSWER_SAME);
	r.body = STR("another");
	assert_int_equal(answer_judge(&st, &r, NOW).act, ANSWER_READ);
}

static void
retry_after_is_read_in_both_forms_and_never_over_a_day(void **state)
{
	static const struct {
		const char *value;
		int64_t after_s; /* 0: it says nothing */
	} cases[] = {
		{ "", 0 },
		{ "7", 7 },
		{ "0", 0 },
		{ "-5", 0 },
		{ "86400", 86400 },
		{ "999999999999", 86400 },
		{ "99999999999999999999999", 0 },
		{ "Tue, 10 Mar 2026 01:00:00 GMT", 3600 },
		{ "Tuesday, 10-Mar-26 01:00:00 GMT", 3600 },
		{ "Tue Mar 10 01:00:00 2026", 3600 },
		{ "Mon, 09 Mar 2026 23:00:00 GMT", 0 },
		{ "Fri, 10 Mar 2028 01:00:00 GMT", 86400 },
		{ "tea time", 0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t at = answer_retry_at(str_of(cases[i].value), NOW);

		assert_int_equal(at > NOW ? at - NOW : 0, cases[i].after_s);
	}
}

static void
a_validator_is_kept_to_the_letter_or_not_at_all(void **state)
{
	static char lots[1025];
	static const struct {
		struct str in;
		bool kept;
	} cases[] = {
		{ STR_INIT("\"abc\""), true },       { STR_INIT("W/\"a,b\""), true },
		{ STR_INIT("not-quoted"), true },    { STR_INIT("tab\there"), false },
		{ STR_INIT("\xe4\xb8\xad"), false }, { { lots, 1024 }, true },
		{ { lots, 1025 }, false },
	};

	(void)state;
	memset(lots, 'x', sizeof lots);
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_true(str_eq(answer_validator(cases[i].in),
				   cases[i].kept ? cases[i].in : STR("")));
}

/* ---- moves ---------------------------------------------------------------------------------- */

struct seen_move {
	int64_t day; /* of the answer */
	int status;
	bool for_good;
	const char *url;
};

static struct str
adopted_after(const char *own, bool secrets, const struct seen_move *v, struct arena *a)
{
	struct source_state st = { .url = str_of(own) };

	for (; v->url; v++) {
		struct http_response r = { .end = HTTP_OK,
					   .status = v->status,
					   .url = str_of(v->url),
					   .moved_for_good = v->for_good };

		if (answer_moved(&st, &r, secrets, NOW + v->day * 86400, a))
			assert_true(st.adopted.n > 0);
	}
	return st.adopted;
}

static void
only_a_redirect_that_lasts_is_adopted(void **state)
{
	static const char own[] = "http://a.example/feed", to[] = "https://b.example/feed";
	static const struct {
		const char *own;
		bool secrets;
		struct seen_move v[8];
		const char *adopted;
	} cases[] = {
		{ own, false, { { 0, 200, 1, to }, { 1, 200, 1, to }, { 2, 200, 1, to } }, to },
		/* often, but within a day */
		{ own, false, { { 0, 200, 1, to }, { 0, 200, 1, to }, { 1, 304, 1, to } }, "" },
		/* long, but seldom */
		{ own, false, { { 0, 200, 1, to }, { 9, 200, 1, to } }, "" },
		/* not modified counts, after it was read there */
		{ own, false, { { 0, 200, 1, to }, { 1, 304, 1, to }, { 2, 304, 1, to } }, to },
		{ own, false, { { 0, 304, 1, to }, { 1, 304, 1, to }, { 2, 304, 1, to } }, "" },
		/* for now */
		{ own, false, { { 0, 200, 0, to }, { 1, 200, 0, to }, { 9, 200, 0, to } }, "" },
		/* interrupted, or to another place: from the start */
		{ own,
		  false,
		  { { 0, 200, 1, to },
		    { 1, 200, 0, own },
		    { 2, 200, 1, to },
		    { 3, 200, 1, to } },
		  "" },
		{ own,
		  false,
		  { { 0, 200, 1, to },
		    { 1, 200, 1, "http://c.example/" },
		    { 2, 200, 1, to },
		    { 3, 200, 1, to } },
		  "" },
		/* never from https to http */
		{ to,
		  false,
		  { { 0, 200, 1, own }, { 1, 200, 1, own }, { 2, 200, 1, own } },
		  "" },
		/* what is secret stays with its host */
		{ own, true, { { 0, 200, 1, to }, { 1, 200, 1, to }, { 2, 200, 1, to } }, "" },
		{ own,
		  true,
		  { { 0, 200, 1, "https://a.example/new" },
		    { 1, 200, 1, "https://a.example/new" },
		    { 2, 200, 1, "https://a.example/new" } },
		  "https://a.example/new" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str got = adopted_after(cases[i].own, cases[i].secrets, cases[i].v, a);

		if (!str_is(got, cases[i].adopted))
			fail_msg("row %zu: \"%.*s\"", i, STR_ARG(got));
	}
	arena_free(a);
}

static void
an_adopted_address_that_fails_is_left(void **state)
{
	struct source_state st = { .url = STR("http://a.example/"),
				   .adopted = STR("http://b.example/"),
				   .etag = STR("\"b\""),
				   .failures = 2 };

	(void)state;
	assert_false(answer_moved_back(&st));
	st.failures = 3;
	assert_true(answer_moved_back(&st));
	assert_int_equal(st.adopted.n + st.etag.n, 0);
	assert_false(answer_moved_back(&st));
	st = (struct source_state){ .adopted = STR("http://b.example/"), .gone = 1 };
	assert_true(answer_moved_back(&st)); /* gone there: not here, perhaps */
	assert_int_equal(st.gone, 0);
}

static void
an_outage_begins_and_ends_once(void **state)
{
	static const struct {
		int64_t failures, failing_s, outage_at;
		bool closed;
		enum outage what;
	} cases[] = {
		{ 0, 0, 0, false, OUTAGE_NONE },       { 1, 0, 0, false, OUTAGE_NONE },
		{ 2, 99999, 0, false, OUTAGE_NONE },   { 3, 3599, 0, false, OUTAGE_NONE },
		{ 3, 3600, 0, false, OUTAGE_BEGINS },  { 4, 9999, NOW - 5, false, OUTAGE_NONE },
		{ 2, 5, 0, true, OUTAGE_BEGINS },      { 2, 5, NOW - 5, true, OUTAGE_NONE },
		{ 0, 0, NOW - 5, false, OUTAGE_ENDS },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct source_state st = { .failures = cases[i].failures,
					   .failing_at = NOW - cases[i].failing_s,
					   .outage_at = cases[i].outage_at };

		assert_int_equal(answer_outage(&st, cases[i].closed, 3600, NOW), cases[i].what);
	}
}

static void
most_sources_failing_is_our_own_fault(void **state)
{
	static const struct {
		size_t failing, polled;
		bool all;
	} cases[] = {
		{ 0, 0, false },  { 4, 4, false }, { 5, 5, true },
		{ 5, 10, false }, { 6, 11, true }, { 499, 1000, false },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_int_equal(
			outage_is_all(&(struct outage_sum){ .failing = cases[i].failing,
							    .polled = cases[i].polled }),
			cases[i].all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_answer_has_one_meaning),
		cmocka_unit_test(the_body_of_last_time_is_not_read_again),
		cmocka_unit_test(retry_after_is_read_in_both_forms_and_never_over_a_day),
		cmocka_unit_test(a_validator_is_kept_to_the_letter_or_not_at_all),
		cmocka_unit_test(only_a_redirect_that_lasts_is_adopted),
		cmocka_unit_test(an_adopted_address_that_fails_is_left),
		cmocka_unit_test(an_outage_begins_and_ends_once),
		cmocka_unit_test(most_sources_failing_is_our_own_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
