#include "core/base.h"

#include "responder/heap.h"
#include "responder/rollup.h"

#define FIRST 256

static bool
same(const struct rollup_row *a, const struct rollup_row *b)
{
	return a->at == b->at && a->watch == b->watch && a->topic == b->topic &&
	       a->scale == b->scale;
}

static uint32_t *
slot_of(const struct rollup *r, const struct rollup_row *row)
{
	uint64_t h = (uint64_t)row->at * 0x9e3779b97f4a7c15u;
	size_t i;

	h ^= ((uint64_t)row->watch << 34 | (uint64_t)row->topic << 2 | row->scale) *
	     0xc2b2ae3d27d4eb4fu;
	for (i = h >> 24;; i++) {
		uint32_t *at = &r->slots[i & (r->slots_n - 1)];

		if (!*at || same(&r->rows[*at - 1], row))
			return at;
	}
}

static void
grow(struct rollup *r)
{
	free(r->slots);
	r->slots_n = r->slots_n ? r->slots_n * 2 : FIRST;
	r->slots = heap_zero(r->slots_n, sizeof *r->slots);
	for (size_t i = 0; i < r->n; i++)
		*slot_of(r, &r->rows[i]) = (uint32_t)i + 1;
}

void
rollup_add(struct rollup *r, const struct rollup_row *row)
{
	struct rollup_counts *c;
	uint32_t *at;

	if ((r->n + 1) * 2 > r->slots_n)
		grow(r);
	at = slot_of(r, row);
	if (!*at) {
		if (r->n == r->cap)
			r->rows = heap_more(r->rows, &r->cap, sizeof *r->rows);
		r->rows[r->n++] = *row;
		*at = (uint32_t)r->n;
		return;
	}
	c = &r->rows[*at - 1].c;
	c->mentions += row->c.mentions;
	c->negative += row->c.negative;
	c->positive += row->c.positive;
	c->complaints += row->c.complaints;
	c->score += row->c.score;
	c->reach += row->c.reach;
	c->tone_reach += row->c.tone_reach;
	c->copies += row->c.copies;
	c->lag_s += row->c.lag_s;
	c->lagged += row->c.lagged;
}

const struct rollup_row *
rollup_find(const struct rollup *r, const struct rollup_row *row)
{
	const uint32_t *at = r->n ? slot_of(r, row) : NULL;

	return at && *at ? &r->rows[*at - 1] : NULL;
}

void
rollup_clear(struct rollup *r)
{
	if (r->n)
		memset(r->slots, 0, r->slots_n * sizeof *r->slots);
	r->n = 0;
}

void
rollup_release(struct rollup *r)
{
	free(r->rows);
	free(r->slots);
	*r = (struct rollup){ 0 };
}
