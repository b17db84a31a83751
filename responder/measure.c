#include "core/base.h"

#include <math.h>
#include <stdlib.h>

#include "responder/measure.h"

static int64_t
net_milli(const struct measured_tone *t)
{
	return (t->positive - t->negative) * 1000 / t->mentions;
}

enum reversal
reversal_judge(const struct measured_tone *before, const struct measured_tone *low,
	       const struct measured_tone *after)
{
	int64_t now;

	if (after->mentions < REVERSAL_SMALL)
		return REVERSAL_TOO_FEW;
	now = net_milli(after);
	if (now >= 0)
		return REVERSAL_TURNED;
	if (before->mentions < REVERSAL_SMALL || low->mentions < REVERSAL_SMALL)
		return REVERSAL_TOO_FEW;
	/* Half of the way from where it lay back to what was usual. */
	return net_milli(before) > net_milli(low) &&
			       2 * now >= net_milli(before) + net_milli(low)
		       ? REVERSAL_TURNED
		       : REVERSAL_NOT;
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

struct measured_span
measure_span(int64_t *v, size_t n)
{
	struct measured_span m = { .n = (int64_t)n, .median = -1, .p90 = -1 };

	if (!n)
		return m;
	qsort(v, n, sizeof *v, by_value);
	m.median = n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
	if (n >= 10)
		m.p90 = v[(n * 9 + 9) / 10 - 1];
	return m;
}

void
measure_wilson(int64_t turned, int64_t n, int64_t *low, int64_t *high)
{
	const double z = 1.959964;
	double p = (double)turned / (double)n, m = (double)n;
	double mid = (p + z * z / (2 * m)) / (1 + z * z / m);
	double half = z * sqrt(p * (1 - p) / m + z * z / (4 * m * m)) / (1 + z * z / m);

	*low = llround((mid - half < 0 ? 0 : mid - half) * 1000);
	*high = llround((mid + half > 1 ? 1 : mid + half) * 1000);
}
