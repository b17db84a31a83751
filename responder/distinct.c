#include "core/base.h"

#include "responder/distinct.h"
#include "responder/heap.h"

#define FIRST 16

static uint64_t *
slot_of(const struct distinct *d, uint64_t key)
{
	size_t i = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (d->cap - 1);

	while (d->v[i] && d->v[i] != key)
		i = (i + 1) & (d->cap - 1);
	return &d->v[i];
}

static void
grow(struct distinct *d)
{
	struct distinct old = *d;

	d->cap = old.cap ? old.cap * 2 : FIRST;
	d->v = heap_zero(d->cap, sizeof *d->v);
	for (size_t i = 0; i < old.cap; i++)
		if (old.v[i])
			*slot_of(d, old.v[i]) = old.v[i];
	free(old.v);
}

void
distinct_add(struct distinct *d, uint64_t key)
{
	uint64_t *at;

	if (!key) {
		d->n += !d->zero;
		d->zero = true;
		return;
	}
	if ((d->n + 1) * 4 > d->cap * 3)
		grow(d);
	at = slot_of(d, key);
	d->n += !*at;
	*at = key;
}

void
distinct_release(struct distinct *d)
{
	free(d->v);
	*d = (struct distinct){ 0 };
}
