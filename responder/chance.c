/* chance.c - see chance.h. Weights are relative to that of the most likely number, 2^50. */
#include "core/base.h"

#include "responder/chance.h"

#define PEAK   ((uint64_t)1 << 50)
#define EVENTS 1000000 /* trials that stand for "any moment": a Poisson's binomial */

__extension__ typedef unsigned __int128 wide;

struct odds {
	int64_t n, hits, misses;
};

/* Weight of k + 1 from that of k. */
static uint64_t
weight_up(const struct odds *o, int64_t k, uint64_t w)
{
	wide up = (wide)w * (uint64_t)(o->n - k) * (uint64_t)o->hits;

	return (uint64_t)(up / ((wide)(uint64_t)(k + 1) * (uint64_t)o->misses));
}

/* Weight of k - 1 from that of k. */
static uint64_t
weight_down(const struct odds *o, int64_t k, uint64_t w)
{
	wide down = (wide)w * (uint64_t)k * (uint64_t)o->misses;

	return (uint64_t)(down / ((wide)(uint64_t)(o->n - k + 1) * (uint64_t)o->hits));
}

int64_t
chance_least(int64_t n, int64_t hits, int64_t of, int64_t per_million)
{
	struct odds o = { n, hits, of - hits };
	int64_t most = (int64_t)((wide)(uint64_t)(n + 1) * (uint64_t)hits / (uint64_t)of);
	uint64_t w = PEAK;
	wide below = 0, above = 0, tail;
	int64_t k;

	if (most > n)
		most = n;
	for (k = most; k > 0 && w; k--)
		below += w = weight_down(&o, k, w);
	for (k = most, w = PEAK; k < n && w; k++)
		above += w = weight_up(&o, k, w);
	tail = above;
	for (k = most, w = PEAK; k < n; k++) {
		/* tail: the weight of everything over k */
		if (tail * 1000000 < (below + PEAK + above) * (uint64_t)per_million)
			return k + 1;
		w = weight_up(&o, k, w);
		tail -= w;
	}
	return n + 1;
}

int64_t
chance_least_events(int64_t mean_milli, int64_t per_million)
{
	if (mean_milli <= 0)
		return 1;
	if (mean_milli >= EVENTS * (int64_t)500)
		mean_milli = EVENTS * (int64_t)500; /* half of all moments: no rare thing */
	return chance_least(EVENTS, mean_milli, EVENTS * (int64_t)1000, per_million);
}

int64_t
chance_root(int64_t v)
{
	int64_t root = 0;

	for (int64_t bit = (int64_t)1 << 31; bit; bit >>= 1)
		if ((root | bit) <= v / (root | bit))
			root |= bit;
	return v <= 0 ? 0 : root;
}
