#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "responder/baseline.h"

#define HOUR 3600
#define DAY  (24 * HOUR)
#define NOW  ((int64_t)1773446400 + 30 * 60) /* half past an hour */

/* begun_h hours before NOW, and so many in every hour since; now and then a peak. */
static struct baseline_hours *
hours(int64_t begun_h, int64_t each, int64_t peak_every, int64_t peak)
{
	struct baseline_hours *h = calloc(1, sizeof *h);

	baseline_span(h, NOW);
	for (size_t i = 0; i < h->n; i++) {
		int64_t ago = (NOW - NOW % HOUR - h->first_at) / HOUR - (int64_t)i;

		if (ago > begun_h)
			continue;
		h->mentions[i] = 1;
		h->counts[i] = peak_every && ago % peak_every == 0 ? peak : each;
	}
	return h;
}

static void
the_usual_by_window_and_length_of_history(void **state)
{
	static const struct {
		int64_t begun_h, each, peak_every, peak, window, milli, samples;
		enum baseline_method method;
	} cases[] = {
		/* nothing known yet: the floor */
		{ -1, 0, 0, 0, HOUR, 500, 0, BASELINE_NONE },
		{ -1, 0, 0, 0, 3 * HOUR, 1500, 0, BASELINE_NONE },
		{ -1, 0, 0, 0, DAY, 500, 0, BASELINE_NONE },
		{ 0, 9, 0, 0, HOUR, 500, 0, BASELINE_NONE },
		/* under two days: the median of what there is, however little */
		{ 1, 7, 0, 0, HOUR, 7000, 1, BASELINE_MEDIAN },
		{ 40, 7, 0, 0, HOUR, 7000, 40, BASELINE_MEDIAN },
		{ 40, 7, 0, 0, 3 * HOUR, 21000, 12, BASELINE_MEDIAN },
		{ 40, 0, 0, 0, HOUR, 500, 40, BASELINE_MEDIAN },
		/* one hour in ten a hundred times as high does not move a median */
		{ 40, 7, 10, 700, HOUR, 7000, 40, BASELINE_MEDIAN },
		/* under two weeks: the same hours of the days before, the newest most */
		{ 100, 7, 0, 0, HOUR, 7000, 4, BASELINE_EWMA },
		{ 100, 7, 0, 0, 3 * HOUR, 21000, 4, BASELINE_EWMA },
		/* one bad day of four counts as three times the usual and 3 */
		{ 100, 7, 72, 700, HOUR, 9519, 4, BASELINE_EWMA },
		/* two weeks and more: the same hours of the last weeks */
		{ 14 * 24, 5, 0, 0, HOUR, 5000, 2, BASELINE_WEEKS },
		{ 27 * 24, 5, 0, 0, HOUR, 5000, 3, BASELINE_WEEKS },
		{ 28 * 24, 5, 0, 0, HOUR, 5000, 4, BASELINE_WEEKS },
		{ 34 * 24, 5, 0, 0, HOUR, 5000, 4, BASELINE_WEEKS },
		/* a peak in the same hour of every week is usual there */
		{ 34 * 24, 5, 7 * 24, 80, HOUR, 80000, 4, BASELINE_WEEKS },
		/* days are compared with days */
		{ 48, 2, 0, 0, DAY, 48000, 1, BASELINE_DAYS },
		{ 34 * 24, 2, 0, 0, DAY, 48000, 28, BASELINE_DAYS },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct baseline_hours *h = hours(cases[i].begun_h, cases[i].each,
						 cases[i].peak_every, cases[i].peak);
		struct baseline b = baseline_of(h, cases[i].window, NOW, NULL, 0);

		free(h);
		if (b.milli != cases[i].milli || b.samples != cases[i].samples ||
		    b.method != cases[i].method)
			fail_msg("case %zu: %lld of %lld by %s", i, (long long)b.milli,
				 (long long)b.samples, baseline_words[b.method]);
	}
}

static void
a_campaign_is_kept_out(void **state)
{
	struct baseline_hours *h = hours(34 * 24, 5, 7 * 24, 80);
	/* The peak hours of two of the four weeks were our own doing. */
	struct watch_campaign c[] = {
		{ .from_at = NOW - 7 * DAY - HOUR, .to_at = NOW - 7 * DAY + HOUR },
		{ .from_at = NOW - 14 * DAY - HOUR, .to_at = NOW - 14 * DAY + HOUR },
	};
	struct baseline b = baseline_of(h, HOUR, NOW, c, 2);

	(void)state;
	free(h);
	assert_int_equal(b.samples, 2);
	assert_int_equal(b.milli, 80000);
}

static void
in_its_first_day_a_watch_is_as_busy_as_its_size_says(void **state)
{
	static const struct {
		int64_t begun_h, each, milli;
		enum baseline_method method;
	} cases[] = { { -1, 0, 20000, BASELINE_SIZE },
		      { 20, 3, 20000, BASELINE_SIZE },
		      { 20, 50, 50000, BASELINE_MEDIAN },
		      { 30, 3, 3000, BASELINE_MEDIAN } };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct baseline_hours *h = hours(cases[i].begun_h, cases[i].each, 0, 0);
		struct baseline b;

		h->prior = baseline_prior(WATCH_MEDIUM, SIGNAL_NEGATIVE);
		b = baseline_of(h, HOUR, NOW, NULL, 0);
		free(h);
		assert_int_equal(b.milli, cases[i].milli);
		assert_int_equal(b.method, cases[i].method);
	}
	assert_int_equal(baseline_prior(WATCH_SMALL, SIGNAL_NEGATIVE), 0);
}

static void
how_far_usual_windows_lie_from_the_usual_one(void **state)
{
	static const struct {
		int64_t each, peak_every, peak, spread;
	} cases[] = {
		{ 0, 0, 0, 0 },
		/* never less than chance alone gives: the root of 49 */
		{ 49, 0, 0, 7000 },
		/* the same hour of four weeks: 10, 90, 10, 90: 40 times 1.4826 */
		{ 10, 14 * 24, 90, 59304 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct baseline_hours *h =
			hours(34 * 24, cases[i].each, cases[i].peak_every, cases[i].peak);
		struct baseline b = baseline_of(h, HOUR, NOW, NULL, 0);

		free(h);
		if (b.spread != cases[i].spread)
			fail_msg("case %zu: %lld", i, (long long)b.spread);
	}
}

/* mentions in every hour since begun_h hours ago, so many of them negative; in the last crisis_h
 * hours all of them and ten times as many. */
static struct baseline_hours *
shares(int64_t begun_h, int64_t mentions, int64_t negative, int64_t crisis_h)
{
	struct baseline_hours *h = calloc(1, sizeof *h);

	baseline_span(h, NOW);
	for (size_t i = 0; i < h->n; i++) {
		int64_t ago = (NOW - NOW % HOUR - h->first_at) / HOUR - (int64_t)i;

		if (ago > begun_h)
			continue;
		h->mentions[i] = ago < crisis_h ? mentions * 10 : mentions;
		h->counts[i] = ago < crisis_h ? mentions * 10 : negative;
	}
	return h;
}

static void
the_usual_share_is_that_of_most_days(void **state)
{
	static const struct {
		int64_t begun_h, mentions, negative, crisis_h, milli, samples;
	} cases[] = {
		{ -1, 0, 0, 0, 120, 0 }, /* nothing known: as everywhere */
		{ 5, 4, 1, 0, 185, 1 },  /* 5 of 20, drawn towards 120   */
		{ 34 * 24, 100, 12, 0, 120, 28 },
		{ 34 * 24, 100, 12, 72, 120, 28 }, /* three bad days of 28 */
		{ 34 * 24, 100, 0, 0, 10, 28 },    /* never under 1 in 100 */
		{ 34 * 24, 100, 100, 0, 990, 28 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct baseline_hours *h = shares(cases[i].begun_h, cases[i].mentions,
						  cases[i].negative, cases[i].crisis_h);
		struct baseline b = baseline_share(h, HOUR, NOW, NULL, 0);

		free(h);
		if (b.milli != cases[i].milli || b.samples != cases[i].samples)
			fail_msg("case %zu: %lld of %lld", i, (long long)b.milli,
				 (long long)b.samples);
	}
}

static void
a_mean_counts_every_hour_since_the_first_mention(void **state)
{
	struct baseline_hours *h = shares(10 * 24, 4, 0, 0);
	struct baseline b;

	(void)state;
	h->counts[h->n - 1 - 5 * 24] = 3;
	b = baseline_mean(h, DAY, NOW, NULL, 0);
	free(h);
	/* 3 in the 9 days and an hour before the window */
	assert_int_equal(b.samples, 217);
	assert_int_equal(b.milli, 3000 * 24 / 217);
}

static void
the_median_is_of_the_middle_in_thousandths(void **state)
{
	int64_t one[] = { 3 }, two[] = { 4, 1 }, three[] = { 9, 1, 4 }, four[] = { 8, 2, 4, 1 };

	(void)state;
	assert_int_equal(baseline_median(NULL, 0), 0);
	assert_int_equal(baseline_median(one, 1), 3000);
	assert_int_equal(baseline_median(two, 2), 2500);
	assert_int_equal(baseline_median(three, 3), 4000);
	assert_int_equal(baseline_median(four, 4), 3000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_usual_by_window_and_length_of_history),
		cmocka_unit_test(a_campaign_is_kept_out),
		cmocka_unit_test(in_its_first_day_a_watch_is_as_busy_as_its_size_says),
		cmocka_unit_test(how_far_usual_windows_lie_from_the_usual_one),
		cmocka_unit_test(the_usual_share_is_that_of_most_days),
		cmocka_unit_test(a_mean_counts_every_hour_since_the_first_mention),
		cmocka_unit_test(the_median_is_of_the_middle_in_thousandths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
