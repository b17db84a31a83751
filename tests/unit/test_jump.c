/* The clock against the time that passes: what a clock that was set back takes from what began when. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "responder/jump.h"

#define NOW  1000000
#define HOUR 3600

/* The clock stands at `clock` when `passed` seconds have gone by, both from NOW on. */
struct look {
	int64_t passed, clock;
};

/* Looks at each; what the last took back from what began at `at`, or -1 when it was not set back. */
static int64_t
taken(const struct look *v, size_t n, int64_t at)
{
	struct jumps j = { 0 };
	struct set_back b = { 0 };
	int64_t newest = 0;
	bool back = false;

	for (size_t k = 0; k < n; k++) {
		back = jumps_take(&j, newest, NOW + v[k].clock,
				  v[k].passed < 0 ? -1 : v[k].passed, &b);
		newest = NOW + v[k].clock;
	}
	return back ? set_back_since(&b, NOW + at) : -1;
}
#define TAKEN(at, ...)                              \
	taken((const struct look[]){ __VA_ARGS__ }, \
	      sizeof((const struct look[]){ __VA_ARGS__ }) / sizeof(struct look), at)

static void
what_was_ahead_before_is_only_taken_back(void **state)
{
	(void)state;
	/* Set back by an hour, whenever it began. */
	assert_int_equal(TAKEN(0, { 0, 0 }, { 60, 60 - HOUR }), HOUR);
	/* Also when it stands later than it did. */
	assert_int_equal(TAKEN(0, { 0, 0 }, { 2 * HOUR, HOUR }), HOUR);
	/* An hour forward and back: what began before loses nothing, what began then an hour. */
	assert_int_equal(TAKEN(0, { 0, 0 }, { 60, HOUR + 60 }, { 120, 120 }), 0);
	assert_int_equal(TAKEN(HOUR + 70, { 0, 0 }, { 60, HOUR + 60 }, { 120, 120 }), HOUR);
	/* Back by more than it was ahead: by the rest. */
	assert_int_equal(TAKEN(0, { 0, 0 }, { 60, HOUR + 60 }, { 120, 120 - HOUR }), HOUR);
	/* In two steps: the second takes nothing that the first took. */
	assert_int_equal(TAKEN(0, { 0, 0 }, { 60, 2 * HOUR + 60 }, { 90, HOUR + 90 },
			       { 120, 120 - HOUR }),
			 HOUR);
	/* Without the time that passes, only that it stands earlier is seen. */
	assert_int_equal(TAKEN(0, { -1, 0 }, { -1, HOUR + 60 }, { -1, 120 }), HOUR - 60);
	assert_int_equal(TAKEN(0, { -1, 0 }, { -1, HOUR }), -1);
}

/* It says 365 then, and when it jumps again it has not come so far: 380 is behind that jump. */
static void
what_began_while_it_was_ahead_is_taken_back_once(void **state)
{
	(void)state;
	assert_int_equal(TAKEN(365, { 0, 0 }, { 60, 360 }, { 70, 70 }), 300);
	assert_int_equal(TAKEN(365, { 0, 0 }, { 60, 360 }, { 70, 70 }, { 80, 380 }, { 90, 90 }),
			 0);
	assert_int_equal(TAKEN(380, { 0, 0 }, { 60, 360 }, { 70, 70 }, { 80, 380 }, { 90, 90 }),
			 300);
}

static void
the_machine_that_sleeps_or_is_busy_jumps_nowhere(void **state)
{
	(void)state;
	assert_int_equal(TAKEN(0, { 0, 0 }, { 8 * HOUR, 8 * HOUR }), -1);
	assert_int_equal(TAKEN(0, { 0, 0 }, { 60, 60 - JUMP_SLACK_S }), -1);
	/* A few seconds back and forth take a few, once. */
	assert_int_equal(TAKEN(0, { 0, 0 }, { 0, 5 }, { 0, 0 }), 0);
	assert_int_equal(TAKEN(0, { 0, 0 }, { 0, -5 }, { 0, 0 }, { 0, -5 }), 0);
}

static void
more_jumps_than_are_remembered_make_no_end_later(void **state)
{
	struct jumps j = { 0 };
	struct set_back b;

	(void)state;
	assert_false(jumps_take(&j, 0, NOW, 0, &b));
	for (int k = 1; k <= JUMPS_MAX + 5; k++)
		assert_false(jumps_take(&j, NOW + (k - 1) * HOUR, NOW + k * HOUR, 0, &b));
	assert_int_equal(j.n, JUMPS_MAX);
	assert_true(jumps_take(&j, NOW + (JUMPS_MAX + 5) * HOUR, NOW, 0, &b));
	assert_int_equal(b.by_s, (JUMPS_MAX + 5) * HOUR);
	assert_int_equal(set_back_since(&b, NOW), 0);
	assert_int_equal(set_back_since(&b, NOW + HOUR - 1), 0);
	assert_int_equal(set_back_since(&b, NOW + HOUR), 6 * HOUR);
	assert_int_equal(j.n, 0);
}

static void
spans_say_of_each_time_what_is_said_of_it_alone(void **state)
{
	/* Not in their order, one twice, and more ahead than was taken back. */
	const struct set_back b = {
		HOUR,
		NOW,
		{ .v = { { 50, 600 }, { 20, 1800 }, { 20, 60 }, { 80, HOUR } }, .n = 4 }
	};
	struct set_back_span v[SPANS_MAX];
	size_t n = set_back_spans(&b, v);

	(void)state;
	assert_int_equal(n, 5);
	assert_int_equal(v[0].after, INT64_MIN);
	assert_int_equal(v[n - 1].until, INT64_MAX);
	for (int64_t at = 0; at < 100; at++) {
		int in = 0;

		for (size_t k = 0; k < n; k++) {
			if (at <= v[k].after || at > v[k].until)
				continue;
			assert_int_equal(v[k].by_s, set_back_since(&b, at));
			in++;
		}
		assert_int_equal(in, 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_ahead_before_is_only_taken_back),
		cmocka_unit_test(what_began_while_it_was_ahead_is_taken_back_once),
		cmocka_unit_test(the_machine_that_sleeps_or_is_busy_jumps_nowhere),
		cmocka_unit_test(spans_say_of_each_time_what_is_said_of_it_alone),
		cmocka_unit_test(more_jumps_than_are_remembered_make_no_end_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
