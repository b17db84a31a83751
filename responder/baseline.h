/*
 * baseline.h - what is usual: the median of earlier windows, and how far they lie from it. Pure.
 *
 * Given a watch's counts per hour of the last 28 days, the usual count of a window that ends in
 * the present hour is
 *   - windows under a day, with two weeks of history: the median over the same hours of the last
 *     4 weeks;
 *   - before that, with two days of history: a moving average (EWMA) over the same hours of the
 *     days before, the newest counting for a third; a day counts as no more than three times
 *     the average before it, so that one bad day does not become the usual;
 *   - before that: the median over all windows of that length since the first mention;
 *   - windows of whole days: the median over the same window one to 28 days earlier.
 * A window that slides through the hour at :10 holds mostly the hour before: the larger of the
 * medians that end with this hour and with the one before counts, or every evening that grows
 * quiet would look like a burst (simulated at 3,000 a day: 25 false bursts a quarter, then 0).
 * In its first day a watch is not believed to be calmer than its size says: else a medium one
 * floods in its first hour. Windows that touch a campaign, or begin before the first mention,
 * are left out. Never below 0.5 an hour (windows of a day and more: 0.5 in all), so that one
 * angry customer of a silent brand is no flood. Weeks are counted in UTC: for the hour of a DST change it is off by one.
 */
#ifndef LY_RESPONDER_BASELINE_H
#define LY_RESPONDER_BASELINE_H

#include "responder/conf.h"

#define BASELINE_HOURS (28 * 24 + 24 * 7 + 1) /* 28 days before the longest window */

/* Hour i stands for [first_at + 3600 i, +3600). */
struct baseline_hours {
	int64_t first_at; /* a whole hour */
	size_t n;
	int64_t mentions[BASELINE_HOURS]; /* tells where history begins */
	int64_t counts[BASELINE_HOURS];   /* of the signal; of a quotient its parts */
	int64_t of[BASELINE_HOURS];       /* of a quotient: what they are parts of  */
	int64_t prior;                    /* 1/1000 an hour: what its size says; 0 = nothing */
};
enum baseline_method {
	BASELINE_NONE,
	BASELINE_WEEKS,
	BASELINE_MEDIAN,
	BASELINE_DAYS,
	BASELINE_SIZE, /* of the watch: its first day */
	BASELINE_EWMA,
	BASELINE_SHARE, /* of negative mentions among all */
	BASELINE_MEAN,
	BASELINE_RATE, /* of a quotient: the same hours of the days before */
};
/* "none", "hour_of_week", "median", "days", "size", "ewma", "share", "mean", "rate" */
extern const char *const baseline_words[];

struct baseline {
	int64_t milli; /* 1/1000 of a count in the window; share: of a mention */
	/* 1.4826 times the median distance of the samples from their median (MAD), 1/1000; at
	 * least what chance alone gives, the root of the median. */
	int64_t spread;
	enum baseline_method method;
	int64_t samples; /* how many windows it is the median of */
};
/* at: now. The hour that holds it must be within h. */
struct baseline baseline_of(const struct baseline_hours *h, int64_t window_s, int64_t at,
			    const struct watch_campaign *campaigns, size_t campaigns_n);
/* The usual share of negative mentions, 1/1000: the median over the days of 20 mentions or more
 * before the window; with under three such days what all mentions before give together, drawn
 * towards 12 in 100. h.counts: negative. Never under 1 in 100. */
struct baseline baseline_share(const struct baseline_hours *h, int64_t window_s, int64_t at,
			       const struct watch_campaign *campaigns, size_t campaigns_n);
/* The mean of a window since history began, for what comes too seldom for a median. No floor. */
struct baseline baseline_mean(const struct baseline_hours *h, int64_t window_s, int64_t at,
			      const struct watch_campaign *campaigns, size_t campaigns_n);
/* The usual value of a quotient (rate.h), milli: 1/1000 of its unit, may be below zero: the median
 * of the windows of the same hours of the 28 days before, of five mentions or more each; with
 * under three of them of the windows before this one; with none spread is -1: nothing is known. */
struct baseline baseline_rate(const struct baseline_hours *h, int64_t window_s, int64_t at,
			      const struct watch_campaign *campaigns, size_t campaigns_n);
/* Where h should begin and how many hours it has for a window that ends at at. */
void baseline_span(struct baseline_hours *h, int64_t at);
/* The least value that baseline_of can give for the window. */
int64_t baseline_floor(int64_t window_s);
/* What a watch of this size (enum watch_size) has in an hour, 1/1000; 0 for a small one. */
int64_t baseline_prior(int64_t size, enum signal_kind signal);
/* Median of n values, 1/1000; sorts them. 0 for n == 0. */
int64_t baseline_median(int64_t *v, size_t n);

#endif
