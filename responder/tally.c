#include "core/base.h"

#include <assert.h>

#include "responder/heap.h"
#include "responder/tally.h"

#define FIRST 16

static size_t
home(const struct tally *t, uint64_t key)
{
	return (key * 0x9e3779b97f4a7c15u >> 20) & (t->cap - 1);
}

static struct tally_slot *
slot_of(const struct tally *t, uint64_t key)
{
	size_t i = home(t, key);

	while (t->slots[i].count && t->slots[i].key != key)
		i = (i + 1) & (t->cap - 1);
	return &t->slots[i];
}

static void
grow(struct tally *t)
{
	struct tally old = *t;

	t->cap = old.cap ? old.cap * 2 : FIRST;
	t->slots = heap_zero(t->cap, sizeof *t->slots);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].count)
			*slot_of(t, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

void
tally_add(struct tally *t, uint64_t key)
{
	struct tally_slot *s;

	if ((t->distinct + 1) * 2 > t->cap)
		grow(t);
	s = slot_of(t, key);
	if (!s->count) {
		s->key = key;
		t->distinct++;
	}
	s->count++;
}

/* Free slot i and move up what stood behind it, so that no search ends early. */
static void
close_gap(struct tally *t, size_t i)
{
	for (size_t j = (i + 1) & (t->cap - 1); t->slots[j].count; j = (j + 1) & (t->cap - 1)) {
		size_t h = home(t, t->slots[j].key);

		if (((j - h) & (t->cap - 1)) < ((j - i) & (t->cap - 1)))
			continue;
		t->slots[i] = t->slots[j];
		i = j;
	}
	t->slots[i].count = 0;
}

void
tally_remove(struct tally *t, uint64_t key)
{
	struct tally_slot *s;

	assert(t->cap);
	s = slot_of(t, key);
	assert(s->count);
	if (--s->count)
		return;
	t->distinct--;
	close_gap(t, (size_t)(s - t->slots));
}

void
tally_clear(struct tally *t)
{
	if (t->slots)
		memset(t->slots, 0, t->cap * sizeof *t->slots);
	t->distinct = 0;
}

void
tally_release(struct tally *t)
{
	free(t->slots);
	*t = (struct tally){ 0 };
}
