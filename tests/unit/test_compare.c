/* Fisher's exact test against figures that are known, and Holm over several. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "responder/compare.h"

/* Counted by hand from the hypergeometric distribution: tea tasting is Fisher's own. */
static void
the_chance_is_the_exact_one(void **state)
{
	static const struct {
		struct compared a, b;
		int64_t micro;
	} cases[] = {
		{ { 3, 4 }, { 1, 4 }, 485714 },    /* 34/70 */
		{ { 4, 4 }, { 0, 4 }, 28571 },     /* 2/70  */
		{ { 1, 10 }, { 11, 14 }, 2759 },   /* (2 sides) of 12 among 24 */
		{ { 5, 5 }, { 5, 5 }, 1000000 },   /* nothing differs */
		{ { 0, 3 }, { 3, 3 }, 100000 },    /* 2/20 */
		{ { 1, 1 }, { 0, 1 }, 1000000 },   /* one each says nothing */
		{ { 0, 0 }, { 3, 3 }, 1000000 },   /* one was never judged */
		{ { 200, 400 }, { 100, 400 }, 0 }, /* far below a millionth */
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t p = compare_fisher(&cases[i].a, &cases[i].b);

		if (llabs(p - cases[i].micro) > 1)
			fail_msg("%zu: %lld", i, (long long)p);
		assert_int_equal(p, compare_fisher(&cases[i].b, &cases[i].a));
	}
	assert_int_equal(compare_least(4, 4), 28571);
	assert_int_equal(compare_least(3, 3), 100000);
}

static void
only_what_is_no_chance_is_called_a_difference(void **state)
{
	struct compare_pair few = { .a = { 3, 3 }, .b = { 0, 3 } };
	struct compare_pair none = { .a = { 20, 40 }, .b = { 18, 40 } };
	struct compare_pair first = { .a = { 30, 40 }, .b = { 10, 40 } };
	struct compare_pair second = { .a = { 10, 40 }, .b = { 30, 40 } };

	(void)state;
	compare_all(&few, 1);
	compare_all(&none, 1);
	compare_all(&first, 1);
	compare_all(&second, 1);
	compare_all(NULL, 0);
	assert_int_equal(few.is, COMPARE_TOO_FEW);
	assert_int_equal(none.is, COMPARE_NONE);
	assert_int_equal(first.is, COMPARE_FIRST);
	assert_int_equal(second.is, COMPARE_SECOND);
}

/* p = .0286 alone is a difference; among three it is none, and could not have been one. */
static void
of_several_each_is_held_to_more(void **state)
{
	struct compare_pair v[3] = { { .a = { 4, 4 }, .b = { 0, 4 } },
				     { .a = { 30, 40 }, .b = { 10, 40 } },
				     { .a = { 20, 40 }, .b = { 19, 40 } } };

	(void)state;
	compare_all(v, 1);
	assert_int_equal(v[0].is, COMPARE_FIRST);
	compare_all(v, 3);
	assert_int_equal(v[0].is, COMPARE_TOO_FEW);
	assert_int_equal(v[1].is, COMPARE_FIRST);
	assert_int_equal(v[2].is, COMPARE_NONE);
}

/* Where nothing differs, a difference is called in at most one of twenty. */
static void
chance_alone_is_seldom_called_a_difference(void **state)
{
	uint64_t random = 88172645463325252u;
	int called = 0, rounds = 2000;

	(void)state;
	for (int i = 0; i < rounds; i++) {
		struct compare_pair v[3] = { { .p = 0 } };

		for (int k = 0; k < 3; k++) {
			v[k].a.judged = v[k].b.judged = 25;
			for (int n = 0; n < 50; n++) {
				random ^= random << 13;
				random ^= random >> 7;
				random ^= random << 17;
				if (random % 100 < 60)
					(n % 2 ? &v[k].a : &v[k].b)->turned++;
			}
		}
		compare_all(v, 3);
		for (int k = 0; k < 3; k++)
			if (v[k].is >= COMPARE_FIRST) {
				called++;
				break;
			}
	}
	assert_true(called <= rounds / 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chance_is_the_exact_one),
		cmocka_unit_test(only_what_is_no_chance_is_called_a_difference),
		cmocka_unit_test(of_several_each_is_held_to_more),
		cmocka_unit_test(chance_alone_is_seldom_called_a_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
