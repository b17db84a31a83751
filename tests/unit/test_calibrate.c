#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "nlp/calibrate.h"
#include "nlp/threshold.h"

static const struct calibrate_costs f1 = { .missed = { 1, 1, 1 } };

static uint32_t
next(uint32_t *r)
{
	*r = *r * 1664525 + 1013904223;
	return *r >> 16;
}

/* Labels that begin where moved says, in texts that lean evenly to all sides. */
static void
rows_make(struct calibrate_row *v, size_t n, int32_t pos, int32_t neg)
{
	uint32_t r = 7;

	for (size_t i = 0; i < n; i++) {
		int64_t polar = (int64_t)(next(&r) % 8000) - 4000;
		struct score_lean lean = { polar - 500, -polar - 500 };

		v[i] = (struct calibrate_row){ .lean = lean,
					       .by = THRESHOLD_SUMS,
					       .label = threshold_label(lean, pos, neg),
					       .copies = i * 77 + 1 };
	}
}

static void
thresholds_that_were_moved_are_found_again(void **state)
{
	struct calibrate_row v[200];
	struct calibrate_result r;
	struct err e = { .kind = ERR_NONE };

	(void)state;
	rows_make(v, LY_COUNT(v), 1000, -250);
	assert_int_equal(calibrate_run(v, LY_COUNT(v), &f1, &r, &e), 0);
	assert_in_range(r.pos, 500, 1500);
	assert_in_range(r.neg + 1000, 250, 1250);
	assert_true(r.usual.macro_f1 < 0.9);
	assert_true(r.fitted.macro_f1 > 0.93);
	assert_true(calibrate_gains(&r, &f1));
}

static void
the_same_rows_give_the_same_answer(void **state)
{
	struct calibrate_row v[120];
	struct calibrate_result a, b;
	struct err e = { .kind = ERR_NONE };

	(void)state;
	rows_make(v, LY_COUNT(v), 400, 400);
	assert_int_equal(calibrate_run(v, LY_COUNT(v), &f1, &a, &e), 0);
	assert_int_equal(calibrate_run(v, LY_COUNT(v), &f1, &b, &e), 0);
	assert_memory_equal(&a, &b, sizeof a);
}

static void
where_the_usual_ones_are_right_nothing_is_gained(void **state)
{
	struct calibrate_row v[200];
	struct calibrate_result r;
	struct err e = { .kind = ERR_NONE };

	(void)state;
	rows_make(v, LY_COUNT(v), 0, 0);
	assert_int_equal(calibrate_run(v, LY_COUNT(v), &f1, &r, &e), 0);
	assert_true(r.usual.macro_f1 > 0.999);
	assert_false(calibrate_gains(&r, &f1));
}

/* Labels by chance: whatever is fitted does not hold for others, and the figures say so. */
static void
labels_by_chance_gain_nothing(void **state)
{
	struct calibrate_row v[200];
	struct calibrate_result r;
	struct err e = { .kind = ERR_NONE };
	uint32_t x = 3;

	(void)state;
	rows_make(v, LY_COUNT(v), 0, 0);
	for (size_t i = 0; i < LY_COUNT(v); i++)
		v[i].label = (int)(next(&x) % 3) - 1;
	assert_int_equal(calibrate_run(v, LY_COUNT(v), &f1, &r, &e), 0);
	assert_true(r.fitted.macro_f1 < 0.42);
}

/* Half of the blame leans as if it were none: who pays for missed blame gets more of it. */
static void
a_stated_cost_moves_the_thresholds_to_where_it_is_least(void **state)
{
	static const struct calibrate_costs dear = { true, { 20, 1, 1 }, { 0, 0, 0 } };
	struct calibrate_row v[200];
	struct calibrate_result plain, r;
	struct err e = { .kind = ERR_NONE };
	uint32_t x = 3;

	(void)state;
	rows_make(v, LY_COUNT(v), 0, 0);
	for (size_t i = 0; i < LY_COUNT(v); i++) {
		int64_t shift = (int64_t)(next(&x) % 3000) - 1500;

		v[i].lean.neg += shift;
		v[i].lean.pos -= shift;
	}
	assert_int_equal(calibrate_run(v, LY_COUNT(v), &f1, &plain, &e), 0);
	assert_int_equal(calibrate_run(v, LY_COUNT(v), &dear, &r, &e), 0);
	assert_true(r.neg < plain.neg);
	assert_true(r.fitted.cost < r.usual.cost);
	assert_true(calibrate_gains(&r, &dear));
}

static void
too_few_labels_and_a_missing_class_are_refused(void **state)
{
	struct calibrate_row v[200];
	struct calibrate_result r;
	struct err e = { .kind = ERR_NONE };

	(void)state;
	rows_make(v, LY_COUNT(v), 0, 0);
	assert_int_equal(calibrate_run(v, 59, &f1, &r, &e), -1);
	assert_string_equal(e.text, "59 labels: 60 are the least, about 200 are good");
	for (size_t i = 0; i < LY_COUNT(v); i++)
		v[i].label = i < 4 ? LABEL_NEU : i % 2 ? LABEL_NEG : LABEL_POS;
	assert_int_equal(calibrate_run(v, 200, &f1, &r, &e), -1);
	assert_string_equal(e.text,
			    "4 neutral among 200 labels: 5 are the least of each label");
}

static void
copies_differ_in_signs_alone(void **state)
{
	(void)state;
	assert_true(calibrate_copies(STR("Bad crisps! http://a.b/1")) ==
		    calibrate_copies(STR("bad, CRISPS")));
	assert_true(calibrate_copies(STR("薯片太差")) != calibrate_copies(STR("薯片太好")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thresholds_that_were_moved_are_found_again),
		cmocka_unit_test(the_same_rows_give_the_same_answer),
		cmocka_unit_test(where_the_usual_ones_are_right_nothing_is_gained),
		cmocka_unit_test(labels_by_chance_gain_nothing),
		cmocka_unit_test(a_stated_cost_moves_the_thresholds_to_where_it_is_least),
		cmocka_unit_test(too_few_labels_and_a_missing_class_are_refused),
		cmocka_unit_test(copies_differ_in_signs_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
