#include "core/base.h"

#include "responder/baseline.h"
#include "responder/chance.h"

#define HOUR        3600
#define DAY         86400
#define WEEK        (7 * DAY)
#define SAMPLES_MAX 672

#define EWMA_DAYS   2   /* of history, before the same hours of earlier days say more */
#define SHARE_LEAST 20  /* mentions of a day whose share means something */
#define SHARE_PRIOR 120 /* 1/1000: of social mentions of consumer brands in calm months */

const char *const baseline_words[] = { "none", "hour_of_week", "median", "days", "size",
				       "ewma", "share",        "mean",   "rate", NULL };

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

int64_t
baseline_median(int64_t *v, size_t n)
{
	if (!n)
		return 0;
	qsort(v, n, sizeof *v, by_size);
	return n % 2 ? v[n / 2] * 1000 : (v[n / 2 - 1] + v[n / 2]) * 500;
}

int64_t
baseline_floor(int64_t window_s)
{
	return window_s >= DAY ? 500 : (window_s + HOUR - 1) / HOUR * 500;
}

int64_t
baseline_prior(int64_t size, enum signal_kind signal)
{
	/* Of 3,000 and 50,000 mentions a day; a sixth of them negative, a twentieth complaints. */
	static const int64_t priors[][2] = {
		[SIGNAL_MENTIONS] = { 125000, 2083000 },
		[SIGNAL_NEGATIVE] = { 20000, 340000 },
		[SIGNAL_COMPLAINTS] = { 6000, 104000 },
		[SIGNAL_COUNT] = { 0, 0 },
	};

	return size == WATCH_MEDIUM || size == WATCH_LARGE ? priors[signal][size == WATCH_LARGE]
							   : 0;
}

void
baseline_span(struct baseline_hours *h, int64_t at)
{
	h->n = BASELINE_HOURS;
	h->first_at = at - at % HOUR - (BASELINE_HOURS - 1) * (int64_t)HOUR;
}

static bool
in_campaign(int64_t from, int64_t to, const struct watch_campaign *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c[i].from_at < to && from < c[i].to_at)
			return true;
	return false;
}

/* Start of history: the first hour with a mention, or INT64_MAX. */
static int64_t
history_at(const struct baseline_hours *h)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->mentions[i])
			return h->first_at + (int64_t)i * HOUR;
	return INT64_MAX;
}

/* Samples are sorted. */
static int64_t
spread_of(int64_t *v, size_t n, int64_t median)
{
	int64_t least = chance_root(median * 1000), mad;

	for (size_t i = 0; i < n; i++)
		v[i] = llabs(v[i] * 1000 - median);
	mad = baseline_median(v, n) / 1000 * 14826 / 10000;
	return mad > least ? mad : least;
}

struct walk {
	const struct baseline_hours *h;
	int64_t length_s, end, shift;
	const struct watch_campaign *campaigns;
	size_t campaigns_n;
};

/* Sum of counts in the window that ends k shifts earlier: 1, 0 it touches a campaign, -1 there is
 * no such window. */
static int
sample_before(const struct walk *w, int64_t k, int64_t *sum)
{
	const struct baseline_hours *h = w->h;
	int64_t to = w->end - k * w->shift, from = to - w->length_s;

	if (from < history_at(h) || from < h->first_at)
		return -1;
	*sum = 0;
	for (int64_t t = from; t < to; t += HOUR)
		*sum += h->counts[(t - h->first_at) / HOUR];
	return !in_campaign(from, to, w->campaigns, w->campaigns_n);
}

/* v: newest first. It begins at their median, so that no bad first day lasts. */
static int64_t
ewma_of(const int64_t *v, size_t n)
{
	int64_t sorted[SAMPLES_MAX], milli;

	memcpy(sorted, v, n * sizeof *v);
	milli = baseline_median(sorted, n);
	for (size_t i = n; i-- > 0;) {
		int64_t x = v[i] * 1000, most = milli * 3 + 3000;

		milli += ((x > most ? most : x) - milli) / 3;
	}
	return milli;
}

/* Of the windows of length_s that end at end minus whole shifts. */
static struct baseline
usual_before(const struct baseline_hours *h, int64_t window_s, int64_t end,
	     const struct watch_campaign *campaigns, size_t campaigns_n)
{
	struct walk w = {
		h, (window_s + HOUR - 1) / HOUR * HOUR, end, 0, campaigns, campaigns_n
	};
	int64_t begun = history_at(h), samples[SAMPLES_MAX];
	struct baseline b = { .method = BASELINE_MEDIAN };
	size_t n = 0, most = SAMPLES_MAX;

	w.shift = w.length_s;
	if (window_s >= DAY) {
		b.method = BASELINE_DAYS;
		w.shift = DAY;
		most = 28;
	} else if (begun <= end - 2 * WEEK) {
		b.method = BASELINE_WEEKS;
		w.shift = WEEK;
		most = 4;
	} else if (begun <= end - EWMA_DAYS * DAY - w.length_s) {
		b.method = BASELINE_EWMA;
		w.shift = DAY;
		most = 14;
	}
	/* A window of several days is compared with whole ones before it, not with its own days. */
	for (int64_t k = window_s > DAY ? (w.length_s + DAY - 1) / DAY : 1; n < most; k++) {
		int found = sample_before(&w, k, &samples[n]);

		if (found < 0)
			break;
		n += (size_t)found;
	}
	b.samples = (int64_t)n;
	b.milli = b.method == BASELINE_EWMA ? ewma_of(samples, n) : baseline_median(samples, n);
	b.spread = spread_of(samples, n, b.milli);
	return b;
}

struct baseline
baseline_of(const struct baseline_hours *h, int64_t window_s, int64_t at,
	    const struct watch_campaign *campaigns, size_t campaigns_n)
{
	int64_t end = at - at % HOUR + HOUR, prior = h->prior * window_s / HOUR;
	struct baseline b = usual_before(h, window_s, end, campaigns, campaigns_n);
	struct baseline earlier = usual_before(h, window_s, end - HOUR, campaigns, campaigns_n);

	if (earlier.milli > b.milli && earlier.samples)
		b = earlier;
	if (!b.samples)
		b.method = BASELINE_NONE;
	if (h->prior && history_at(h) > at - DAY && b.milli < prior) {
		b.milli = prior;
		b.method = BASELINE_SIZE;
	}
	if (b.milli < baseline_floor(window_s))
		b.milli = baseline_floor(window_s);
	return b;
}

/* ---- shares and means ------------------------------------------------------------------------ */

/* Mentions and counts of the hours before the window that no campaign touches. */
struct part {
	int64_t mentions, counts, hours;
};

static struct part
part_of(const struct baseline_hours *h, int64_t from, int64_t to, const struct walk *w)
{
	struct part p = { 0 };

	for (int64_t t = from < h->first_at ? h->first_at : from; t < to; t += HOUR) {
		if (in_campaign(t, t + HOUR, w->campaigns, w->campaigns_n))
			continue;
		p.mentions += h->mentions[(t - h->first_at) / HOUR];
		p.counts += h->counts[(t - h->first_at) / HOUR];
		p.hours++;
	}
	return p;
}

struct baseline
baseline_share(const struct baseline_hours *h, int64_t window_s, int64_t at,
	       const struct watch_campaign *campaigns, size_t campaigns_n)
{
	const struct walk w = { .campaigns = campaigns, .campaigns_n = campaigns_n };
	int64_t end = at - at % HOUR - (window_s + HOUR - 1) / HOUR * HOUR + HOUR, days[28];
	struct baseline b = { .method = BASELINE_SHARE };
	struct part all = part_of(h, history_at(h) < end ? history_at(h) : end, end, &w);
	size_t n = 0;

	for (int64_t k = 0; k < 28 && end - (k + 1) * DAY >= h->first_at; k++) {
		struct part p = part_of(h, end - (k + 1) * DAY, end - k * DAY, &w);

		if (p.mentions >= SHARE_LEAST)
			days[n++] = p.counts * 1000 / p.mentions;
	}
	b.samples = (int64_t)n;
	if (n >= 3)
		b.milli = baseline_median(days, n) / 1000;
	else
		b.milli = (all.counts * 1000 + SHARE_PRIOR * SHARE_LEAST) /
			  (all.mentions + SHARE_LEAST);
	b.milli = b.milli < 10 ? 10 : b.milli > 990 ? 990 : b.milli;
	return b;
}

struct baseline
baseline_mean(const struct baseline_hours *h, int64_t window_s, int64_t at,
	      const struct watch_campaign *campaigns, size_t campaigns_n)
{
	const struct walk w = { .campaigns = campaigns, .campaigns_n = campaigns_n };
	int64_t end = at - at % HOUR - (window_s + HOUR - 1) / HOUR * HOUR + HOUR;
	struct part p = part_of(h, history_at(h) < end ? history_at(h) : end, end, &w);

	return (struct baseline){ .method = BASELINE_MEAN,
				  .samples = p.hours,
				  .milli = p.hours ? p.counts * 1000 * window_s / HOUR / p.hours
						   : 0 };
}

/* ---- quotients ------------------------------------------------------------------------------- */

#define RATE_MENTIONS 5 /* of a window that says something */
#define RATE_SAMPLES  28
#define RATE_FEW      3

/* The quotients of the windows before, newest first: how many. */
static size_t
rates_before(const struct walk *w, int64_t *v)
{
	const struct baseline_hours *h = w->h;
	size_t n = 0;

	for (int64_t k = 1; k <= RATE_SAMPLES; k++) {
		int64_t to = w->end - k * w->shift, from = to - w->length_s;
		int64_t part = 0, of = 0, mentions = 0;

		if (from < h->first_at)
			break;
		for (int64_t t = from; t < to; t += HOUR) {
			int64_t i = (t - h->first_at) / HOUR;

			part += h->counts[i];
			of += h->of[i];
			mentions += h->mentions[i];
		}
		if (of > 0 && mentions >= RATE_MENTIONS &&
		    !in_campaign(from, to, w->campaigns, w->campaigns_n))
			v[n++] = part / of;
	}
	return n;
}

struct baseline
baseline_rate(const struct baseline_hours *h, int64_t window_s, int64_t at,
	      const struct watch_campaign *campaigns, size_t campaigns_n)
{
	struct walk w = { h,
			  (window_s + HOUR - 1) / HOUR * HOUR,
			  at - at % HOUR + HOUR,
			  0,
			  campaigns,
			  campaigns_n };
	struct baseline b = { .method = BASELINE_RATE };
	int64_t v[RATE_SAMPLES];
	size_t n;

	w.shift = (w.length_s + DAY - 1) / DAY * DAY;
	n = rates_before(&w, v);
	if (n < RATE_FEW) {
		w.shift = w.length_s;
		n = rates_before(&w, v);
	}
	b.samples = (int64_t)n;
	b.milli = baseline_median(v, n);
	for (size_t i = 0; i < n; i++)
		v[i] = llabs(v[i] * 1000 - b.milli);
	b.spread = n ? baseline_median(v, n) / 1000 * 14826 / 10000 : -1;
	return b;
}
