#include "core/base.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "responder/chance.h"

/* A second opinion in floating point: P(X >= k). */
static double
tail(int64_t n, double p, int64_t k)
{
	double sum = 0;

	for (int64_t i = k; i <= n; i++)
		sum += exp(lgamma((double)n + 1) - lgamma((double)i + 1) -
			   lgamma((double)(n - i) + 1) + (double)i * log(p) +
			   (double)(n - i) * log1p(-p));
	return sum;
}

static void
the_least_number_is_the_first_whose_tail_is_rare_enough(void **state)
{
	static const int64_t sizes[] = { 1, 2, 15, 80, 500, 3000 };
	static const int64_t shares[] = { 10, 120, 500, 990 };
	static const int64_t chances[] = { 1, 100, 10000 };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(sizes); i++)
		for (size_t j = 0; j < LY_COUNT(shares); j++)
			for (size_t c = 0; c < LY_COUNT(chances); c++) {
				int64_t n = sizes[i];
				int64_t k = chance_least(n, shares[j], 1000, chances[c]);
				double p = (double)shares[j] / 1000,
				       rare = (double)chances[c] / 1e6;

				if ((k <= n && tail(n, p, k) >= rare * 1.0001) ||
				    (k > 0 && tail(n, p, k - 1) < rare * .9999))
					fail_msg("n %lld, p %g, chance %g: %lld", (long long)n,
						 p, rare, (long long)k);
			}
}

static void
of_very_many_it_ends_soon_and_stays_in_bounds(void **state)
{
	int64_t k = chance_least(10000000, 120, 1000, 100);

	(void)state;
	/* the mean and 3.72 standard deviations */
	assert_true(k > 1203800 && k < 1203850);
	assert_int_equal(chance_least(0, 120, 1000, 100), 1);
	/* all of five at one in two: 3 in 100, so no number of them is rare */
	assert_int_equal(chance_least(5, 500, 1000, 100), 6);
}

static void
events_that_come_at_random(void **state)
{
	static const struct {
		int64_t mean_milli, per_million, least;
	} cases[] = {
		{ 0, 2000, 1 },     /* never seen: the first one tells */
		{ 1, 2000, 1 },     /* 1 in 1,000 */
		{ 180, 2000, 3 },   /* P(3 or more) = .0009, P(2 or more) = .014 */
		{ 3000, 2000, 10 }, /* P(10 or more) = .0011, P(9 or more) = .0038 */
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t k = chance_least_events(cases[i].mean_milli, cases[i].per_million);

		if (k != cases[i].least)
			fail_msg("mean %lld: %lld", (long long)cases[i].mean_milli,
				 (long long)k);
	}
}

static void
roots_are_whole(void **state)
{
	(void)state;
	assert_int_equal(chance_root(-4), 0);
	assert_int_equal(chance_root(0), 0);
	assert_int_equal(chance_root(15), 3);
	assert_int_equal(chance_root(16), 4);
	assert_int_equal(chance_root(INT64_MAX), 3037000499);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_number_is_the_first_whose_tail_is_rare_enough),
		cmocka_unit_test(of_very_many_it_ends_soon_and_stays_in_bounds),
		cmocka_unit_test(events_that_come_at_random),
		cmocka_unit_test(roots_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
