/* Simulated months: the shipped triggers stay calm on calm days and see every crisis. A small
 * version of tests/bench/bench_calm.c. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/months.h"
#include "tests/support/sanitized.h"

static void
calm_months_fire_at_most_one_w1_a_week_and_one_w2_a_quarter(void **state)
{
	struct months cases[] = {
		{ .size = WATCH_SMALL, .days = SANITIZED ? 91 : 364, .a_day = 20 },
		{ .size = WATCH_SMALL,
		  .days = SANITIZED ? 91 : 182,
		  .a_day = 20,
		  .negative = .25 },
		{ .size = WATCH_MEDIUM, .days = SANITIZED ? 7 : 28, .a_day = 3000 },
		{ .size = WATCH_LARGE, .days = SANITIZED ? 1 : 2, .a_day = 50000 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct months *m = &cases[i];

		m->seed = i;
		m->triggers = trigger_defaults(m->size, &m->triggers_n);
		months_live(m);
		print_message("# size %d, %g a day, %d days: W1 %d, W2 %d, W3 %d\n",
			      (int)m->size, m->a_day, (int)m->days, months_fired(m, 1),
			      months_fired(m, 2), months_fired(m, 3));
		assert_true(months_fired(m, 1) <= 1 + m->days / 7);
		assert_true(months_fired(m, 2) <= 1 + m->days / 91);
		assert_int_equal(months_fired(m, 3), 0);
	}
}

static void
every_crisis_is_found_at_every_size(void **state)
{
	static const struct {
		int64_t size;
		double a_day;
	} sizes[] = { { WATCH_SMALL, 20 }, { WATCH_MEDIUM, 3000 }, { WATCH_LARGE, 50000 } };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(sizes) - SANITIZED; i++)
		for (int c = 1; c < CRISES; c++) {
			struct months m = { .size = sizes[i].size,
					    .a_day = sizes[i].a_day,
					    .days = 1,
					    .seed = i,
					    .crisis = (enum months_crisis)c };
			size_t who = 0;
			int64_t after;

			m.triggers = trigger_defaults(m.size, &m.triggers_n);
			months_live(&m);
			after = months_found(&m, 1, &who);
			print_message("# %s at %g a day: %d min\n", months_crises[c], m.a_day,
				      (int)(after / 60));
			if (after < 0)
				fail_msg("%s at %g a day is not found", months_crises[c],
					 m.a_day);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calm_months_fire_at_most_one_w1_a_week_and_one_w2_a_quarter),
		cmocka_unit_test(every_crisis_is_found_at_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
