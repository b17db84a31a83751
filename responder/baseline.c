#include "core/base.h"

#include "responder/baseline.h"

#define HOUR        3600
#define DAY         86400
#define WEEK        (7 * DAY)
#define SAMPLES_MAX 672

const char *const baseline_words[] = { "none", "hour_of_week", "median", "days", "size", NULL };

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

/* Median of the windows of length_s that end at end minus whole shifts. */
static struct baseline
median_before(const struct baseline_hours *h, int64_t window_s, int64_t end,
	      const struct watch_campaign *campaigns, size_t campaigns_n)
{
	int64_t length = (window_s + HOUR - 1) / HOUR * HOUR;
	int64_t begun = history_at(h), samples[SAMPLES_MAX], shift = length;
	struct baseline b = { .method = BASELINE_MEDIAN };
	size_t n = 0, most = SAMPLES_MAX;

	if (window_s >= DAY) {
		b.method = BASELINE_DAYS;
		shift = DAY;
		most = 28;
	} else if (begun <= end - 2 * WEEK) {
		b.method = BASELINE_WEEKS;
		shift = WEEK;
		most = 4;
	}
	/* A window of several days is compared with whole ones before it, not with its own days. */
	for (int64_t k = window_s > DAY ? (length + DAY - 1) / DAY : 1; n < most; k++) {
		int64_t to = end - k * shift, from = to - length, sum = 0;

		if (from < begun || from < h->first_at)
			break;
		if (in_campaign(from, to, campaigns, campaigns_n))
			continue;
		for (int64_t t = from; t < to; t += HOUR)
			sum += h->counts[(t - h->first_at) / HOUR];
		samples[n++] = sum;
	}
	b.samples = (int64_t)n;
	b.milli = baseline_median(samples, n);
	return b;
}

struct baseline
baseline_of(const struct baseline_hours *h, int64_t window_s, int64_t at,
	    const struct watch_campaign *campaigns, size_t campaigns_n)
{
	int64_t end = at - at % HOUR + HOUR, prior = h->prior * window_s / HOUR;
	struct baseline b = median_before(h, window_s, end, campaigns, campaigns_n);
	struct baseline earlier =
		median_before(h, window_s, end - HOUR, campaigns, campaigns_n);

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
