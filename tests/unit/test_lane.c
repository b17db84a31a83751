#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "responder/heap.h"
#include "responder/lane.h"

#define START 10000000
#define MIN   60000

/* As many as want to leave, from START on; when each did. Returns the last time. */
static int64_t
drain(struct lane *l, size_t n, int64_t *left)
{
	int64_t ms = START;

	for (size_t i = 0; i < n; i++) {
		ms += lane_wait_ms(l, ms);
		assert_int_equal(lane_wait_ms(l, ms), 0);
		lane_take(l, ms);
		left[i] = ms;
	}
	return ms;
}

static void
the_full_rate_leaves_and_never_more_in_any_minute(void **state)
{
	static const int64_t rates[] = { 1, 8, 20, 30, 60, 100, 120, 300, 6000 };

	(void)state;
	for (size_t r = 0; r < LY_COUNT(rates); r++) {
		int64_t rate = rates[r], *left = heap_zero((size_t)rate * 20, sizeof *left);
		size_t n = (size_t)rate * 20;
		struct lane l;
		int64_t took;

		lane_init(&l, rate, 60, 0);
		took = drain(&l, n, left) - START;
		for (size_t i = (size_t)rate; i < n; i++)
			assert_true(left[i] - left[i - (size_t)rate] > MIN);
		/* 20 minutes' worth of them: within 1 % of what is allowed. */
		assert_in_range(took, 19 * MIN, 20 * MIN * 101 / 100);
		lane_release(&l);
		free(left);
	}
}

static void
whoever_is_urgent_waits_for_seconds_behind_a_queue(void **state)
{
	static const struct {
		int64_t rate, most_ms;
	} cases[] = { { 20, 9500 }, { 60, 6500 }, { 100, 6500 }, { 6000, 6500 } };

	(void)state;
	for (size_t c = 0; c < LY_COUNT(cases); c++) {
		int64_t left[12000];
		struct lane l;

		lane_init(&l, cases[c].rate, 60, 0);
		drain(&l, (size_t)cases[c].rate * 2, left);
		for (size_t i = 1; i < (size_t)cases[c].rate * 2; i++)
			assert_true(left[i] - left[i - 1] <= cases[c].most_ms);
		lane_release(&l);
	}
}

static void
at_most_the_burst_leaves_at_once(void **state)
{
	int64_t left[6];
	struct lane l;

	(void)state;
	lane_init(&l, 100, 60, 5);
	drain(&l, 6, left);
	assert_int_equal(left[4], START);
	assert_int_equal(left[5], START + 600);
	lane_release(&l);
}

static void
nothing_leaves_before_the_time_that_was_asked_for(void **state)
{
	struct lane l;

	(void)state;
	lane_init(&l, 60, 60, 0);
	lane_shut(&l, START + 120000);
	lane_shut(&l, START + 5000); /* the later holds */
	assert_int_equal(lane_wait_ms(&l, START), 120000);
	assert_int_equal(lane_wait_ms(&l, START + 120000), 0);
	lane_release(&l);
}

static void
three_failures_in_a_row_are_down_and_probed_more_and_more_seldom(void **state)
{
	static const int64_t waits[] = { 0, 0, 15000, 30000, 60000, 120000, 240000, 240000 };
	struct lane l;
	int64_t ms = START;

	(void)state;
	lane_init(&l, 6000, 60, 0);
	for (size_t i = 0; i < LY_COUNT(waits); i++) {
		assert_int_equal(lane_is_down(&l), i >= LANE_DOWN_AFTER);
		lane_failed(&l, ms);
		assert_int_equal(lane_wait_ms(&l, ms), waits[i]);
		ms += waits[i];
	}
	lane_answered(&l);
	assert_false(lane_is_down(&l));
	lane_failed(&l, ms);
	lane_failed(&l, ms);
	assert_int_equal(lane_wait_ms(&l, ms), 0);
	lane_release(&l);
}

static void
who_refuses_us_is_down_at_once(void **state)
{
	struct lane l;

	(void)state;
	lane_init(&l, 1, 1, 1); /* one a second */
	lane_take(&l, START);
	assert_in_range(lane_wait_ms(&l, START), 1000, 1010);
	lane_refused(&l, START);
	assert_true(lane_is_down(&l));
	assert_int_equal(lane_wait_ms(&l, START), 15000);
	lane_release(&l);
}

static void
what_left_before_a_restart_counts(void **state)
{
	struct lane l;

	(void)state;
	lane_init(&l, 20, 60, 0);
	for (int i = 0; i < 20; i++)
		lane_take(&l, START - 20000);
	assert_int_equal(lane_wait_ms(&l, START), 40500);
	lane_release(&l);
}

/* The monotonic clock does not; a stepped one that is set back must not stop us for an hour. */
static void
a_clock_that_goes_back_does_not_take_tokens(void **state)
{
	struct lane l;

	(void)state;
	lane_init(&l, 60, 60, 2);
	lane_take(&l, START);
	assert_int_equal(lane_wait_ms(&l, START - 3600000), 0);
	lane_release(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_full_rate_leaves_and_never_more_in_any_minute),
		cmocka_unit_test(whoever_is_urgent_waits_for_seconds_behind_a_queue),
		cmocka_unit_test(at_most_the_burst_leaves_at_once),
		cmocka_unit_test(nothing_leaves_before_the_time_that_was_asked_for),
		cmocka_unit_test(
			three_failures_in_a_row_are_down_and_probed_more_and_more_seldom),
		cmocka_unit_test(who_refuses_us_is_down_at_once),
		cmocka_unit_test(what_left_before_a_restart_counts),
		cmocka_unit_test(a_clock_that_goes_back_does_not_take_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
