#include "core/base.h"

#include <math.h>
#include <stdlib.h>

#include "responder/compare.h"
#include "responder/heap.h"

#define WHOLE 1000000

/* ln of n over k. */
static double
ln_choose(int64_t n, int64_t k)
{
	return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

int64_t
compare_fisher(const struct compared *a, const struct compared *b)
{
	int64_t all = a->judged + b->judged, turned = a->turned + b->turned;
	int64_t from = turned > b->judged ? turned - b->judged : 0;
	int64_t to = turned < a->judged ? turned : a->judged;
	double ln_all = ln_choose(all, turned), seen, sum = 0;

	if (!a->judged || !b->judged)
		return WHOLE;
	seen = ln_choose(a->judged, a->turned) + ln_choose(b->judged, b->turned) - ln_all;
	for (int64_t k = from; k <= to; k++) {
		double one =
			ln_choose(a->judged, k) + ln_choose(b->judged, turned - k) - ln_all;

		if (one <= seen + 1e-7)
			sum += exp(one);
	}
	return sum >= 1 ? WHOLE : llround(sum * WHOLE);
}

int64_t
compare_least(int64_t a_judged, int64_t b_judged)
{
	const struct compared all = { a_judged, a_judged }, none = { 0, b_judged };

	return compare_fisher(&all, &none);
}

static int
by_p(const void *x, const void *y)
{
	const struct compare_pair *a = *(struct compare_pair *const *)x,
				  *b = *(struct compare_pair *const *)y;

	return (a->p > b->p) - (a->p < b->p);
}

static bool
first_more(const struct compare_pair *v)
{
	return v->a.turned * v->b.judged > v->b.turned * v->a.judged;
}

/* Holm: the smallest is held to alpha / n, the next to alpha / (n - 1), …, until one is over. */
void
compare_all(struct compare_pair *v, size_t n)
{
	struct compare_pair **order = heap_zero(n, sizeof *order);
	bool differ = true;

	for (size_t i = 0; i < n; i++) {
		v[i].p = compare_fisher(&v[i].a, &v[i].b);
		order[i] = &v[i];
	}
	if (n)
		qsort(order, n, sizeof *order, by_p);
	for (size_t i = 0; i < n; i++) {
		struct compare_pair *x = order[i];
		int64_t held_to = COMPARE_ALPHA / (int64_t)(n - i);

		differ = differ && x->p < held_to;
		if (differ)
			x->is = first_more(x) ? COMPARE_FIRST : COMPARE_SECOND;
		else if (compare_least(x->a.judged, x->b.judged) >= COMPARE_ALPHA / (int64_t)n)
			x->is = COMPARE_TOO_FEW;
		else
			x->is = COMPARE_NONE;
	}
	free(order);
}
