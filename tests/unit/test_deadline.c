/* Clocks of incidents: when each starts, goes on, warns, and what becomes of it when ours is set back. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/deadline.h"

#define NOW INT64_C(1800000000)
#define MIN 60
#define DAY 86400

static const enum incident_state states[] = { INCIDENT_OPEN,       INCIDENT_ASSESSING,
					      INCIDENT_RESPONDING, INCIDENT_WATCHING,
					      INCIDENT_CLOSED,     INCIDENT_MERGED };

/* RESPONSE.md section 2. goes_on: by state in the order above; starts: by a page of L1, L2, L3. */
static void
each_clock_has_its_span_its_states_and_its_level(void **state)
{
	static const struct {
		const char *word;
		int64_t span_s;
		const char *goes_on, *starts;
	} rows[DEADLINE_KINDS] = {
		[DEADLINE_ACK] = { "ack", 0, "yyy---", "---" },
		[DEADLINE_VERDICT] = { "verdict", 30 * MIN, "-y----", "-y-" },
		[DEADLINE_STATEMENT] = { "statement", 30 * MIN, "--y---", "--y" },
		[DEADLINE_FULL] = { "full", DAY, "--y---", "--y" },
		[DEADLINE_PACK] = { "pack", 120 * MIN, "--y---", "--y" },
		[DEADLINE_UPDATE] = { "update", 0, "yyyy--", "---" },
	};

	(void)state;
	for (int k = 0; k < DEADLINE_KINDS; k++) {
		enum deadline_kind kind = (enum deadline_kind)k;
		const enum incident_state in[] = { INCIDENT_OPEN, INCIDENT_ASSESSING,
						   INCIDENT_RESPONDING };

		assert_int_equal(deadline_of_word(str_of(rows[k].word)), kind);
		assert_int_equal(deadline_rules[k].span_s, rows[k].span_s);
		for (size_t s = 0; s < LY_COUNT(states); s++)
			assert_int_equal(
				deadline_goes_on(kind,
						 &(struct incident){ .state = states[s] }),
				rows[k].goes_on[s] == 'y');
		for (int level = 1; level <= 3; level++)
			assert_int_equal(
				deadline_starts(kind,
						&(struct incident){ .state = in[level - 1] },
						level, NULL),
				rows[k].starts[level - 1] == 'y');
		assert_false(deadline_starts(kind, &(struct incident){ .state = INCIDENT_OPEN },
					     0, NULL));
	}
	assert_int_equal(deadline_of_word(STR("verdicts")), DEADLINE_KINDS);
}

static void
it_starts_again_only_in_a_state_that_came_after_its_end(void **state)
{
	const struct incident i = { .state = INCIDENT_ASSESSING, .moved_at = NOW };
	static const struct {
		int64_t ended_at;
		bool starts;
	} cases[] = { { 0, false }, { NOW - 1, true }, { NOW, false }, { NOW + 1, false } };

	(void)state;
	for (size_t k = 0; k < LY_COUNT(cases); k++)
		assert_int_equal(
			deadline_starts(DEADLINE_VERDICT, &i, 2,
					&(struct deadline){ .ended_at = cases[k].ended_at }),
			cases[k].starts);
}

static void
it_warns_at_half_at_three_quarters_and_at_its_end(void **state)
{
	static const struct {
		int64_t percent, after,
			next; /* after: seconds that have gone by; next: INT64_MAX, none */
	} cases[] = { { 0, 499, 500 },         { 50, 500, 750 },  { 50, 749, 750 },
		      { 75, 750, 1000 },       { 75, 999, 1000 }, { 100, 1000, INT64_MAX },
		      { 100, 5000, INT64_MAX } };

	(void)state;
	for (size_t k = 0; k < LY_COUNT(cases); k++) {
		struct deadline d = { .started_at = NOW, .due_at = NOW + 1000 };

		d.percent = deadline_percent(&d, NOW + cases[k].after);
		assert_int_equal(d.percent, cases[k].percent);
		assert_int_equal(deadline_next_at(&d),
				 cases[k].next == INT64_MAX ? INT64_MAX : NOW + cases[k].next);
		d.ended_at = NOW + 1;
		assert_int_equal(deadline_next_at(&d), INT64_MAX);
	}
}

/* `by`: how far ours was set back at NOW, which was NOW + by. Seconds from NOW. */
static void
a_clock_that_is_set_back_moves_no_end_away(void **state)
{
	static const struct {
		const char *what;
		int64_t by, started, due, ended, earlier;
	} cases[] = {
		{ "a day, five minutes in", DAY, DAY - 5 * MIN, DAY + 25 * MIN, 0, DAY },
		{ "an hour, five minutes in", 3600, 3600 - 300, 3600 + 1500, 0, 3600 },
		{ "two minutes, an hour in: it may be ours that was wrong all the time", 120,
		  120 - 3600, 120 + 3600, 0, 120 },
		{ "it begins at this second", 3600, 3600, 3600 + 1800, 0, 3600 },
		{ "it ends at the next", 3600, -7200, 3600 + 1, 0, 3600 },
		{ "it ended at this one, and began before: it stays", 3600, -7200, 3600, 0, 0 },
		{ "over for long, began before: it stays", 3600, -7200, -3600, 0, 0 },
		{ "over, but began while ours was wrong", DAY, DAY - 7200, DAY - 3600, 0, DAY },
		{ "began now, over by now", 3600, 0, 1800, 0, 0 },
		{ "began a second after now", 3600, 1, 1801, 0, 3600 },
		{ "met, at a time that is to come", DAY, DAY - 1800, DAY, DAY - 600, DAY },
		{ "met a second from now", 3600, -60, 7200, 1, 3600 },
		{ "met now: it stays", 3600, -60, 7200, 0, 0 },
	};

	(void)state;
	for (size_t k = 0; k < LY_COUNT(cases); k++) {
		int64_t ended =
			cases[k].ended || k == LY_COUNT(cases) - 1 ? NOW + cases[k].ended : 0;
		struct deadline d = { .started_at = NOW + cases[k].started,
				      .due_at = NOW + cases[k].due,
				      .percent = 50,
				      .ended_at = ended };
		const struct set_back b = { .by_s = cases[k].by, .now = NOW };
		bool moved = deadline_set_back(&d, &b);

		if (moved != (cases[k].earlier != 0) ||
		    d.started_at != NOW + cases[k].started - cases[k].earlier ||
		    d.due_at != NOW + cases[k].due - cases[k].earlier ||
		    d.ended_at != (ended ? ended - cases[k].earlier : 0))
			fail_msg("%s: moved %d, due %lld s from now", cases[k].what, moved,
				 (long long)(d.due_at - NOW));
		assert_int_equal(d.percent, 50);
	}
}

static void
of_two_the_earlier_runs_and_how_it_ends_is_told(void **state)
{
	struct deadline a = { .started_at = 10, .due_at = 30, .percent = 75 };
	const struct deadline b = { .started_at = 5, .due_at = 40, .percent = 50 };

	(void)state;
	deadline_earliest(&a, &b);
	assert_int_equal(a.started_at, 5);
	assert_int_equal(a.due_at, 30);
	assert_int_equal(a.percent, 50);
	assert_string_equal(deadline_end_word(&a, true, 30), "met");
	assert_string_equal(deadline_end_word(&a, true, 31), "late");
	assert_string_equal(deadline_end_word(&a, false, 31), "stopped");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_clock_has_its_span_its_states_and_its_level),
		cmocka_unit_test(it_starts_again_only_in_a_state_that_came_after_its_end),
		cmocka_unit_test(it_warns_at_half_at_three_quarters_and_at_its_end),
		cmocka_unit_test(a_clock_that_is_set_back_moves_no_end_away),
		cmocka_unit_test(of_two_the_earlier_runs_and_how_it_ends_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
