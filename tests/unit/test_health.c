#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "core/utf8.h"

#include "cli/source_verbs.h"
#include "crawler/coverage.h"
#include "crawler/health.h"
#include "crawler/law.h"

#define DAY 86400
#define NOW (20000 * (int64_t)DAY + 43200)

/* ---- tallies ---------------------------------------------------------------------------------------- */

static void
the_median_delay_is_of_the_last_items_and_not_of_the_archive(void **state)
{
	struct tally t = { 0 };

	(void)state;
	assert_int_equal(tally_delay_s(&t), -1);
	tally_document(&t, NOW - 90 * DAY, NOW); /* what the first poll found */
	tally_document(&t, NOW - 1, NOW);
	assert_int_equal(t.newest_at, NOW - 1);
	for (int i = 1; i <= 9; i++)
		tally_document(&t, NOW + i * 100, NOW + i * 100 + (i == 9 ? 9999 : i * 10));
	assert_int_equal(tally_delay_s(&t), 50);
	for (int i = 0; i < 2 * TALLY_DELAYS; i++)
		tally_document(&t, NOW + 5000, NOW + 5007);
	assert_int_equal(tally_delay_s(&t), 7);
	tally_document(&t, NOW + DAY, NOW + 6000); /* a clock that is ahead */
	assert_int_equal(t.newest_at, NOW + 6000);
}

static void
items_a_day_are_of_a_week_at_most_and_not_before_an_hour(void **state)
{
	struct tally t = { 0 };

	(void)state;
	tally_poll(&t, TALLY_NEW, CAUSE_NONE, NOW);
	assert_int_equal(tally_per_day_milli(&t, NOW + 3599), -1);
	for (int i = 0; i < 12; i++)
		tally_document(&t, 0, NOW + 60 * i);
	assert_int_equal(tally_per_day_milli(&t, NOW + DAY / 2 - 1), 12 * 1000 * 2);
	for (int d = 1; d <= 20; d++)
		for (int i = 0; i < 10; i++)
			tally_document(&t, 0, NOW + d * DAY);
	/* seven days up to now, of which the last is half over: 70 items in 6.5 days */
	assert_int_equal(tally_per_day_milli(&t, NOW + 20 * DAY), 70 * 1000 * 10 / 65);
	assert_int_equal(tally_per_day_milli(&t, NOW + 60 * DAY), 0);
}

static void
the_share_of_unchanged_answers_leaves_failures_out(void **state)
{
	struct tally t = { 0 };

	(void)state;
	assert_int_equal(tally_unchanged_milli(&t, NOW), -1);
	for (int i = 0; i < 8; i++)
		tally_poll(&t, i < 2 ? TALLY_NEW : TALLY_SAME, CAUSE_NONE, NOW + i);
	tally_poll(&t, TALLY_FAILED, CAUSE_SLOW, NOW + 9);
	assert_int_equal(tally_unchanged_milli(&t, NOW + 9), 750);
	assert_int_equal(t.cause, CAUSE_SLOW);
}

static void
an_unchanged_answer_waits_for_a_change_or_six_hours(void **state)
{
	struct tally t = { 0 };

	(void)state;
	tally_poll(&t, TALLY_SAME, CAUSE_NONE, NOW);
	assert_true(t.dirty); /* the first look */
	t.dirty = false;
	tally_poll(&t, TALLY_SAME, CAUSE_NONE, NOW + 1);
	assert_false(t.dirty);
	assert_int_equal(t.late_at, NOW + 1);
	tally_poll(&t, TALLY_SAME, CAUSE_NONE, NOW + TALLY_LATE_S);
	assert_false(t.dirty);
	tally_poll(&t, TALLY_SAME, CAUSE_NONE, NOW + 1 + TALLY_LATE_S);
	assert_true(t.dirty);
	t.late_at = t.dirty = false; /* written */
	tally_poll(&t, TALLY_SAME, CAUSE_WALL, NOW + DAY / 2);
	assert_true(t.dirty);
	assert_int_equal(tally_unchanged_milli(&t, NOW + DAY / 2), 1000);
}

static void
a_tally_survives_its_text_and_damaged_text_does_no_harm(void **state)
{
	static const char *const damaged[] = { "",
					       ";;; ",
					       "1 2 3",
					       "-1 2 3 4",
					       "1 2 3 4 5",
					       "x y z w",
					       "9223372036854775807 1 1 1;20000 7 1 0" };
	struct buf days = BUF(2048), delays = BUF(1024);
	struct tally t = { 0 }, u = { 0 };

	(void)state;
	tally_poll(&t, TALLY_NEW, CAUSE_NONE, NOW);
	for (int i = 0; i < 50; i++)
		tally_document(&t, NOW + i * 1000, NOW + i * 1000 + i);
	tally_write(&t, &days, &delays);
	assert_true(buf_ok(&days) && buf_ok(&delays));
	u.first_at = t.first_at;
	tally_read(&u, buf_str(&days), buf_str(&delays));
	assert_int_equal(tally_delay_s(&u), tally_delay_s(&t));
	assert_int_equal(tally_per_day_milli(&u, NOW + DAY),
			 tally_per_day_milli(&t, NOW + DAY));
	for (size_t i = 0; i < LY_COUNT(damaged); i++)
		tally_read(&u, str_of(damaged[i]), str_of(damaged[i]));
	assert_true(tally_delay_s(&u) >= -1);
	buf_release(&days);
	buf_release(&delays);
}

/* ---- one word ---------------------------------------------------------------------------------------- */

static void
the_first_reason_from_above_is_the_state(void **state)
{
	static const struct {
		struct source_conf s;
		struct source_state st;
		int64_t cause;
		size_t expired;
		enum health health;
	} cases[] = {
		{ { .paused = 1, .basis = BASIS_BRIDGE },
		  { .failures = 1 },
		  0,
		  1,
		  HEALTH_PAUSED },
		{ { .basis = BASIS_BRIDGE }, { .polled_at = 1 }, 0, 0, HEALTH_RISK },
		{ { .basis = BASIS_LICENSED, .contract_end_at = NOW },
		  { .gone = 0 },
		  0,
		  0,
		  HEALTH_ENDED },
		{ { .kind = SOURCE_FEED },
		  { .polled_at = 1, .gone = 2, .failures = 2 },
		  CAUSE_GONE,
		  0,
		  HEALTH_GONE },
		{ { .kind = SOURCE_FEED }, { .polled_at = 1 }, 0, 1, HEALTH_CREDENTIALS },
		{ { .kind = SOURCE_FEED },
		  { .polled_at = 1, .failures = 1 },
		  CAUSE_LOGIN,
		  0,
		  HEALTH_CREDENTIALS },
		{ { .kind = SOURCE_FEED },
		  { .polled_at = 1, .failures = 1 },
		  CAUSE_ROBOTS,
		  0,
		  HEALTH_ROBOTS },
		{ { .kind = SOURCE_FEED },
		  { .polled_at = 1, .failures = 1 },
		  CAUSE_WALL,
		  0,
		  HEALTH_BLOCKED },
		{ { .kind = SOURCE_FEED },
		  { .polled_at = 1, .failures = 1 },
		  CAUSE_TLS,
		  0,
		  HEALTH_FAILING },
		{ { .kind = SOURCE_FEED },
		  { .polled_at = 1, .failures = 1 },
		  12345,
		  0,
		  HEALTH_FAILING },
		{ { .kind = SOURCE_FEED }, { .gone = 0 }, 0, 0, HEALTH_NEW },
		{ { .kind = SOURCE_FEED },
		  { .polled_at = 1, .next_at = NOW },
		  0,
		  0,
		  HEALTH_DUE },
		{ { .kind = SOURCE_FEED },
		  { .polled_at = 1, .next_at = NOW + 1 },
		  0,
		  0,
		  HEALTH_OK },
		{ { .kind = SOURCE_PUSH }, { .gone = 0 }, 0, 0, HEALTH_NEW },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct tally t = { .cause = cases[i].cause };
		struct health_facts f = { .source = &cases[i].s,
					  .state = &cases[i].st,
					  .tally = &t,
					  .cookies_expired = cases[i].expired };
		enum health h = health_judge(&f, NOW);

		if (h != cases[i].health)
			fail_msg("%zu: %s", i, health_words[h].key);
	}
}

static void
an_answer_has_a_cause_and_a_cause_its_words(void **state)
{
	static const struct {
		enum http_end end;
		int status;
		bool credentials, known;
		enum cause cause;
	} cases[] = {
		{ HTTP_NO_NAME, 0, false, false, CAUSE_NAME },
		{ HTTP_TLS, 0, false, false, CAUSE_TLS },
		{ HTTP_DISALLOWED, 0, false, false, CAUSE_ROBOTS },
		{ HTTP_OK, 403, false, true, CAUSE_REFUSED },
		{ HTTP_OK, 403, true, false, CAUSE_REFUSED }, /* they never were good */
		{ HTTP_OK, 403, true, true, CAUSE_LOGIN },
		{ HTTP_OK, 401, true, true, CAUSE_LOGIN },
		{ HTTP_OK, 404, true, true, CAUSE_MISSING },
		{ HTTP_OK, 429, false, false, CAUSE_BUSY },
		{ HTTP_OK, 503, false, false, CAUSE_BUSY },
		{ HTTP_OK, 502, false, false, CAUSE_SERVER },
		{ HTTP_OK, 418, false, false, CAUSE_STATUS },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_int_equal(cause_of(&(struct http_response){ .end = cases[i].end,
								   .status = cases[i].status },
					  cases[i].credentials, cases[i].known),
				 cases[i].cause);
	for (int i = 0; i < HTTP_END_COUNT; i++) /* whatever may come: none is without words */
		assert_true(
			cause_words[cause_of(&(struct http_response){ .end = (enum http_end)i },
					     false, false)]
				.en != NULL);
	for (size_t i = 1; i < CAUSE_COUNT; i++)
		assert_true(cause_words[i].key && *cause_words[i].zh && *cause_words[i].en);
	for (size_t i = 0; i < HEALTH_COUNT; i++)
		assert_true(health_words[i].key && *health_words[i].zh && *health_words[i].en);
}

static void
an_end_that_comes_is_told_ahead(void **state)
{
	struct source_conf s = { .basis = BASIS_LICENSED, .contract_end_at = NOW + 20 * DAY };
	struct health_facts f = { .source = &s, .ahead_s = 14 * DAY };
	int64_t at;

	(void)state;
	assert_null(health_ahead(&f, NOW, &at));
	assert_string_equal(health_ahead(&f, NOW + 7 * DAY, &at)->key, "contract");
	assert_int_equal(at, NOW + 20 * DAY);
	f.cookies_until_at = NOW + 3 * DAY;
	assert_string_equal(health_ahead(&f, NOW, &at)->key, "cookie");
	assert_int_equal(at, NOW + 3 * DAY);
}

/* ---- coverage ----------------------------------------------------------------------------------------- */

static void
a_platform_is_covered_as_well_as_its_best_source(void **state)
{
	static struct str matter[] = { STR_INIT("weibo"), STR_INIT("douyin"),
				       STR_INIT("shop") };
	static const struct coverage_source v[] = {
		{ .platform = STR_INIT("Weibo"), .dark = true, .every_s = 60 },
		{ .platform = STR_INIT("weibo"), .every_s = 7200, .came_at = 5 },
		{ .platform = STR_INIT("shop"), .basis = BASIS_EXPORT, .came_at = 7 },
		{ .platform = STR_INIT("news"), .every_s = 900, .delay_s = 60 },
		{ .platform = STR_INIT("late"), .every_s = 900, .delay_s = 86400 },
		{ .platform = STR_INIT("dead"), .every_s = 900, .dark = true },
		{ .platform = STR_INIT("mute"), .waiting = true },
	};
	static const struct {
		const char *name;
		enum coverage how;
		size_t sources, working;
	} want[] = {
		{ "weibo", COVER_DELAYED, 2, 1 }, { "douyin", COVER_NONE, 0, 0 },
		{ "shop", COVER_EXPORT, 1, 1 },   { "news", COVER_LIVE, 1, 1 },
		{ "late", COVER_DELAYED, 1, 1 },  { "dead", COVER_DOWN, 1, 0 },
		{ "mute", COVER_DOWN, 1, 0 },
	};
	struct arena *a = arena_new();
	struct conf_texts list = { matter, LY_COUNT(matter) };
	size_t n;
	struct platform *p = coverage_judge(a, v, LY_COUNT(v), &list, &n);

	(void)state;
	assert_int_equal(n, LY_COUNT(want));
	for (size_t i = 0; i < n; i++) {
		assert_true(str_is(p[i].name, want[i].name));
		assert_int_equal(p[i].how, want[i].how);
		assert_int_equal(p[i].sources, want[i].sources);
		assert_int_equal(p[i].working, want[i].working);
		assert_int_equal(p[i].listed, i < LY_COUNT(matter));
	}
	arena_free(a);
}

/* ---- presets ------------------------------------------------------------------------------------------ */

struct root {
	struct conf_list sources;
};

static void
every_preset_is_a_source_that_the_configuration_takes(void **state)
{
	static const struct conf_key keys[] = {
		{ "sources", CONF_TABLE, offsetof(struct root, sources), .dflt = "", .help = "",
		  .of = &source_schema },
		CONF_END,
	};
	static const struct conf_schema schema = { .name = "test",
						   .size = sizeof(struct root),
						   .keys = keys };
	struct buf text = BUF(1 << 16), report = BUF(1 << 16);
	struct root root = { 0 };
	const char *name, *why;
	struct err e = { 0 };
	size_t n = 0;
	struct conf *c;

	(void)state;
	buf_add(&text, STR("sources:\n"));
	while (source_preset(n, &name, STR("山脆 \"x\": #"), &text) == 0)
		n++;
	assert_true(n > 10);
	assert_null(strstr(text.p, "{}"));
	c = conf_read_text(buf_str(&text), "presets.yaml", &schema, &root, &report, &e);
	if (!c)
		fail_msg("%s", report.p);
	assert_int_equal(root.sources.n, n);
	for (size_t i = 0; i < n; i++) {
		const struct source_conf *s = (const struct source_conf *)root.sources.v + i;

		assert_int_equal(law_allows(s, NOW, &why), s->basis != BASIS_BRIDGE);
		assert_int_equal(s->cookies.n, 0);
	}
	conf_free(c);
	buf_release(&text);
	buf_release(&report);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_median_delay_is_of_the_last_items_and_not_of_the_archive),
		cmocka_unit_test(items_a_day_are_of_a_week_at_most_and_not_before_an_hour),
		cmocka_unit_test(the_share_of_unchanged_answers_leaves_failures_out),
		cmocka_unit_test(an_unchanged_answer_waits_for_a_change_or_six_hours),
		cmocka_unit_test(a_tally_survives_its_text_and_damaged_text_does_no_harm),
		cmocka_unit_test(the_first_reason_from_above_is_the_state),
		cmocka_unit_test(an_answer_has_a_cause_and_a_cause_its_words),
		cmocka_unit_test(an_end_that_comes_is_told_ahead),
		cmocka_unit_test(a_platform_is_covered_as_well_as_its_best_source),
		cmocka_unit_test(every_preset_is_a_source_that_the_configuration_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
