#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/gauge.h"

#define NOW ((int64_t)1773446400)
#define M   ((int64_t)1000000)

/* Orders of visits, the same in each of four weeks. */
static struct gauge_view
weeks(int64_t orders, int64_t visits)
{
	struct gauge_view v = { .newest_at = NOW };

	for (int i = 0; i < GAUGE_WEEKS; i++)
		v.weeks[i] = (struct gauge_sum){ orders * M, visits * M, 12, false };
	return v;
}

static void
a_share_drops_when_it_is_down_beyond_chance_twice(void **state)
{
	static const struct {
		int64_t orders, visits, earlier; /* of the window before, of as many visits */
		bool over;
	} cases[] = {
		{ 348, 12000, 348, true }, /* 2.90 % instead of 3.40 %: 3.02 deviations */
		{ 348, 12000, 400, false },
		{ 400, 12000, 348, false },
		/* as far down, but of few: chance */
		{ 29, 1000, 29, false },
		{ 0, 20, 0, false },
		{ 1, 0, 1, false },
		{ 380, 12000, 380, false }, /* down by 7 %, within three deviations */
	};
	const struct signal_conf c = { .name = STR_INIT("orders"),
				       .of = STR_INIT("visits"),
				       .drop = 50 };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct gauge_view v = weeks(408, 12000);
		struct gauge_found f;

		v.now = (struct gauge_sum){ cases[i].orders * M, cases[i].visits * M, 12,
					    false };
		v.earlier = (struct gauge_sum){ cases[i].earlier * M, cases[i].visits * M, 12,
						false };
		f = gauge_look(&c, GAUGE_DROP, &v, NOW);
		if (f.over != cases[i].over)
			fail_msg("case %zu: %lld, fires at %lld", i, (long long)f.observed,
				 (long long)f.threshold);
	}
}

static void
what_a_campaign_touches_says_nothing(void **state)
{
	const struct signal_conf c = { .of = STR_INIT("visits"), .drop = 50 };
	struct gauge_view v = weeks(408, 12000);

	(void)state;
	v.now = v.earlier = (struct gauge_sum){ 100 * M, 12000 * M, 12, false };
	assert_true(gauge_look(&c, GAUGE_DROP, &v, NOW).over);
	v.weeks[0].left_out = v.weeks[1].left_out = true;
	assert_true(gauge_look(&c, GAUGE_DROP, &v, NOW).over);
	v.weeks[2].left_out = true; /* one week alone is no usual */
	assert_false(gauge_look(&c, GAUGE_DROP, &v, NOW).over);
	v = weeks(408, 12000);
	v.now = v.earlier = (struct gauge_sum){ 100 * M, 12000 * M, 12, false };
	v.earlier.left_out = true;
	assert_false(gauge_look(&c, GAUGE_DROP, &v, NOW).over);
}

static void
a_bare_value_is_held_against_its_own_weeks(void **state)
{
	const struct signal_conf c = { .drop = 50 };
	struct gauge_view v = { .newest_at = NOW };
	struct gauge_found f;

	(void)state;
	for (int i = 0; i < GAUGE_WEEKS; i++) /* 98, 99, 101, 102: deviation 1.8 */
		v.weeks[i] = (struct gauge_sum){ (98 + i + (i > 1)) * M, 0, 1, false };
	v.now = v.earlier = (struct gauge_sum){ 94 * M, 0, 1, false };
	f = gauge_look(&c, GAUGE_DROP, &v, NOW);
	assert_true(f.over);
	assert_int_equal(f.usual, 100000);
	assert_int_equal(f.threshold, 94525);
	v.now.value_micro = 95 * M;
	assert_false(gauge_look(&c, GAUGE_DROP, &v, NOW).over);
	assert_int_equal(gauge_grade(&c, GAUGE_DROP), 1);
}

static void
silence_is_theirs_only_while_we_hear_others(void **state)
{
	static const struct {
		int64_t last, heard, now;
		bool over;
	} cases[] = {
		{ 0, 100, 120, true },
		{ 0, 100, 119, false },
		{ 0, 60, 500, false },
		{ 0, 0, 500, false }, /* we are blind */
	};
	const struct signal_conf c = { .interval = 60 };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct gauge_view v = { .newest_at = NOW + cases[i].last,
					.heard_at = NOW + cases[i].heard };

		if (gauge_look(&c, GAUGE_SILENT, &v, NOW + cases[i].now).over != cases[i].over)
			fail_msg("case %zu", i);
	}
	assert_false(gauge_look(&c, GAUGE_SILENT, &(struct gauge_view){ 0 }, NOW).over);
}

static void
numbers_of_any_size_are_survived(void **state)
{
	static const int64_t sizes[] = { 0, 1, -1, 1000 * M, (int64_t)1e18, -(int64_t)1e18 };
	const struct signal_conf confs[] = { { .drop = 50 },
					     { .of = STR_INIT("x"), .drop = 1000 } };

	(void)state;
	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; i < LY_COUNT(sizes); i++)
			for (size_t k = 0; k < LY_COUNT(sizes); k++) {
				struct gauge_view v = { .newest_micro = sizes[k] };
				struct buf b = BUF(4096);
				struct gauge_found f;

				for (int w = 0; w < GAUGE_WEEKS; w++)
					v.weeks[w] =
						(struct gauge_sum){ sizes[(i + (size_t)w) % 6],
								    sizes[k], 1, false };
				v.now = v.weeks[1];
				v.earlier = v.weeks[2];
				f = gauge_look(&confs[c], GAUGE_DROP, &v, NOW);
				gauge_reason(&confs[c], GAUGE_DROP, &v, &f, false, &b);
				assert_true(buf_ok(&b) && b.n);
				buf_release(&b);
			}
}

static void
reasons_are_sentences(void **state)
{
	const struct signal_conf share = { .name = STR_INIT("orders"),
					   .of = STR_INIT("visits"),
					   .window = 3600,
					   .drop = 50 },
				 load = { .name = STR_INIT("load"), .above = 850, .hold = 60 },
				 beat = { .name = STR_INIT("shop"), .interval = 60 };
	struct gauge_view v = weeks(408, 12000);
	struct gauge_found f;
	struct buf b = BUF(4096);

	(void)state;
	v.now = v.earlier = (struct gauge_sum){ 348 * M, 12000 * M, 12, false };
	f = gauge_look(&share, GAUGE_DROP, &v, NOW);
	gauge_reason(&share, GAUGE_DROP, &v, &f, false, &b);
	assert_string_equal(b.p,
			    "orders over 60 min: 2.90% (348 of 12000), usually 3.40% on this "
			    "weekday, twice in a row; would have stayed silent above 2.90%");
	buf_clear(&b);
	v.newest_micro = 910000;
	f = gauge_look(&load, GAUGE_ABOVE, &v, NOW);
	assert_true(f.over);
	gauge_reason(&load, GAUGE_ABOVE, &v, &f, false, &b);
	assert_string_equal(b.p,
			    "load 0.91 for 60 s; would have stayed silent at 0.85 or below");
	buf_clear(&b);
	v.heard_at = NOW + 100;
	f = gauge_look(&beat, GAUGE_SILENT, &v, NOW + 130);
	gauge_reason(&beat, GAUGE_SILENT, &v, &f, false, &b);
	assert_string_equal(b.p,
			    "nothing of shop for 130 s, every 60 s otherwise; other sources "
			    "are heard; would have stayed silent with one");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_drops_when_it_is_down_beyond_chance_twice),
		cmocka_unit_test(what_a_campaign_touches_says_nothing),
		cmocka_unit_test(a_bare_value_is_held_against_its_own_weeks),
		cmocka_unit_test(silence_is_theirs_only_while_we_hear_others),
		cmocka_unit_test(numbers_of_any_size_are_survived),
		cmocka_unit_test(reasons_are_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
