#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"

#include "crawler/schedule.h"

static struct source_conf sources[] = {
	{ .name = STR_INIT("a"), .url = STR_INIT("http://one.example/a") },
	{ .name = STR_INIT("b"), .url = STR_INIT("http://one.example/b") },
	{ .name = STR_INIT("c"), .url = STR_INIT("http://two.example/c") },
	{ .name = STR_INIT("p"), .kind = SOURCE_PUSH },
};

static void
what_is_due_comes_in_order_and_pushed_ones_never(void **state)
{
	struct schedule *s = schedule_new(0);

	(void)state;
	schedule_add(s, &sources[0], 30);
	schedule_add(s, &sources[1], 10);
	schedule_add(s, &sources[2], 20);
	assert_null(schedule_add(s, &sources[3], 0));
	assert_int_equal(schedule_due(s), 10);
	assert_null(schedule_take(s, 9));
	assert_true(str_is(schedule_take(s, 100)->source->name, "b"));
	assert_true(str_is(schedule_take(s, 100)->source->name, "c"));
	assert_true(str_is(schedule_take(s, 100)->source->name, "a"));
	assert_null(schedule_take(s, 100));
	assert_int_equal(schedule_due(s), INT64_MAX);
	schedule_free(s);
}

static void
one_host_is_asked_one_thing_at_a_time(void **state)
{
	struct schedule *s = schedule_new(1);
	struct slot *first, *other;

	(void)state;
	for (int i = 0; i < 3; i++)
		schedule_add(s, &sources[i], 10);
	first = schedule_take(s, 10);
	other = schedule_take(s, 10);
	assert_true(str_is(first->source->name, "a"));
	assert_true(str_is(other->source->name, "c"));
	assert_null(schedule_take(s, 10));
	schedule_give(s, first, 10, 1000, 15); /* polite until 15 */
	assert_null(schedule_take(s, 14));
	assert_true(str_is(schedule_take(s, 15)->source->name, "b"));
	schedule_free(s);
}

static void
a_closed_host_stays_closed_for_all_its_sources(void **state)
{
	struct schedule *s = schedule_new(1);
	struct slot *x;

	(void)state;
	schedule_add(s, &sources[0], 10);
	schedule_add(s, &sources[1], 10);
	x = schedule_take(s, 10);
	schedule_give(s, x, 10, 5000, 4000); /* Retry-After */
	assert_null(schedule_take(s, 3999));
	assert_non_null(schedule_take(s, 4000));
	schedule_free(s);
}

static void
failures_wait_longer_up_to_a_day(void **state)
{
	static const struct {
		int64_t interval, failures, low, high;
	} cases[] = {
		{ 900, 0, 900, 900 },
		{ 900, 1, 1620, 1980 },
		{ 900, 2, 3240, 3960 },
		{ 900, 20, 77760, 95040 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t at = schedule_after(0, cases[i].interval, cases[i].failures, STR("x"));

		assert_in_range(at, cases[i].low, cases[i].high);
		assert_int_equal(
			at, schedule_after(0, cases[i].interval, cases[i].failures, STR("x")));
	}
}

static void
ten_thousand_sources_come_out_sorted(void **state)
{
	struct schedule *s = schedule_new(0);
	uint64_t dice = 7;
	int64_t last = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		dice = dice * 6364136223846793005u + 1442695040888963407u;
		schedule_add(s, &sources[i % 3], (int64_t)(dice >> 40) % 100000);
	}
	for (int i = 0; i < 10000; i++) {
		struct slot *x = schedule_take(s, 100000);

		assert_non_null(x);
		assert_true(x->next_at >= last);
		last = x->next_at;
	}
	assert_null(schedule_take(s, 100000));
	schedule_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_due_comes_in_order_and_pushed_ones_never),
		cmocka_unit_test(one_host_is_asked_one_thing_at_a_time),
		cmocka_unit_test(a_closed_host_stays_closed_for_all_its_sources),
		cmocka_unit_test(failures_wait_longer_up_to_a_day),
		cmocka_unit_test(ten_thousand_sources_come_out_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
