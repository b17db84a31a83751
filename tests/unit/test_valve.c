/* What the overload valve sheds at which load, and for how long. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "crawler/valve.h"

/* The step after each second of a load that lasts so long. */
static void
it_shuts_by_steps_and_opens_late(void **state)
{
	static const struct {
		int64_t cpu, seconds;
		enum valve_step step;
	} days[] = {
		{ 500, 60, VALVE_OPEN },      { 849, 600, VALVE_OPEN },
		{ 990, 5, VALVE_OPEN }, /* a moment is no load */
		{ 500, 1, VALVE_OPEN },       { 860, 5, VALVE_OPEN },
		{ 860, 1, VALVE_POLL_LESS },  { 860, 600, VALVE_POLL_LESS },
		{ 960, 5, VALVE_POLL_LESS },  { 960, 1, VALVE_NO_PAGES },
		{ 2000, 60, VALVE_NO_PAGES }, { 800, 600, VALVE_NO_PAGES }, /* less, not calm */
		{ 699, 30, VALVE_NO_PAGES },  { 699, 1, VALVE_POLL_LESS },
		{ 699, 29, VALVE_POLL_LESS }, { 750, 1, VALVE_POLL_LESS }, /* begins anew */
		{ 100, 30, VALVE_POLL_LESS }, { 100, 1, VALVE_OPEN },
	};
	struct valve v = { .step = VALVE_OPEN };
	int64_t now = 1000, left_at = 0;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(days); i++) {
		for (int64_t s = 0; s < days[i].seconds; s++)
			v = valve_next(v, &(struct valve_load){ .cpu = days[i].cpu }, ++now);
		if (v.step != days[i].step)
			fail_msg("day %zu: step %d", i, (int)v.step);
		left_at = !v.step ? 0 : left_at ? left_at : now;
		assert_int_equal(v.since_at, left_at);
	}
}

static void
the_fullest_budget_decides(void **state)
{
	static const struct valve_load loads[] = { { 900, 0, 0 },
						   { 0, 900, 0 },
						   { 0, 0, 900 } };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(loads); i++) {
		struct valve v = { .step = VALVE_OPEN };

		for (int64_t now = 1; now <= 6; now++)
			v = valve_next(v, &loads[i], now);
		assert_int_equal(v.step, VALVE_POLL_LESS);
		for (int64_t now = 7; now < 1000; now++)
			v = valve_next(v, &loads[i], now);
		assert_int_equal(v.step, VALVE_POLL_LESS);
	}
}

static void
a_queue_is_as_full_as_it_takes_to_work_off(void **state)
{
	static const struct {
		int64_t open, receipted, ms, share;
	} cases[] = {
		{ 0, 0, 1000, 0 },
		{ 2048, 0, 1000, 0 },       /* a window is no queue */
		{ 5000, 10000, 1000, 100 }, /* half a second of five */
		{ 42500, 10000, 1000, 850 },
		{ 42500, 20000, 2000, 850 }, /* the same pace */
		{ 100000, 10000, 1000, 2000 },
		{ 5000, 0, 1000, VALVE_FULL }, /* nobody works */
		{ 5000, 10, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_int_equal(valve_queue(cases[i].open, cases[i].receipted, cases[i].ms),
				 cases[i].share);
}

static void
polls_are_put_off_in_the_declared_order_and_within_an_hour(void **state)
{
	static const struct {
		enum valve_step step;
		struct valve_source s;
		int64_t now, until;
	} cases[] = {
		/* spared, pages, asked, due */
		{ VALVE_OPEN, { false, true, 1000, 1300 }, 1300, 0 },
		{ VALVE_POLL_LESS, { true, true, 1000, 1300 }, 1300, 0 },
		{ VALVE_NO_PAGES, { true, true, 1000, 1300 }, 1300, 0 },
		{ VALVE_POLL_LESS,
		  { false, false, 1000, 1300 },
		  1300,
		  2200 }, /* a quarter as often */
		{ VALVE_POLL_LESS, { false, false, 1000, 1300 }, 1400, 2200 },
		{ VALVE_POLL_LESS, { false, false, 1000, 1300 }, 2200, 0 },
		{ VALVE_POLL_LESS, { false, true, 1000, 1300 }, 1300, 2200 },
		{ VALVE_NO_PAGES, { false, false, 1000, 1300 }, 1300, 2200 },
		{ VALVE_NO_PAGES, { false, true, 1000, 1300 }, 1300, 1360 },
		{ VALVE_NO_PAGES,
		  { false, true, 1000, 1300 },
		  4880,
		  4900 }, /* an hour, no more */
		{ VALVE_NO_PAGES, { false, true, 1000, 1300 }, 4900, 0 },
		{ VALVE_POLL_LESS, { false, false, 1000, 9000 }, 9000, 12600 },
		{ VALVE_POLL_LESS, { false, false, 0, 1300 }, 1300, 2200 }, /* never asked */
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (valve_put_off(cases[i].step, &cases[i].s, cases[i].now) != cases[i].until)
			fail_msg("case %zu: %lld", i,
				 (long long)valve_put_off(cases[i].step, &cases[i].s,
							  cases[i].now));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_shuts_by_steps_and_opens_late),
		cmocka_unit_test(the_fullest_budget_decides),
		cmocka_unit_test(a_queue_is_as_full_as_it_takes_to_work_off),
		cmocka_unit_test(polls_are_put_off_in_the_declared_order_and_within_an_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
