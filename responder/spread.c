#include "core/base.h"

#include <assert.h>

#include "core/hash.h"
#include "responder/heap.h"
#include "responder/spread.h"

#define FIRST 16

static size_t
home(const struct spread *s, const struct id *story)
{
	return (size_t)hash_fast(id_str(story), 0) & (s->cap - 1);
}

static struct spread_story *
slot_of(const struct spread *s, const struct id *story)
{
	size_t i = home(s, story);

	while (s->v[i].items && !id_eq(&s->v[i].story, story))
		i = (i + 1) & (s->cap - 1);
	return &s->v[i];
}

static void
grow(struct spread *s)
{
	struct spread old = *s;

	s->cap = old.cap ? old.cap * 2 : FIRST;
	s->v = heap_zero(s->cap, sizeof *s->v);
	for (size_t i = 0; i < old.cap; i++)
		if (old.v[i].items)
			*slot_of(s, &old.v[i].story) = old.v[i];
	free(old.v);
}

bool
spread_is_wide(const struct spread *s, const struct spread_story *x)
{
	return x->authors >= s->min_authors && x->classes >= s->min_classes;
}

static uint64_t
pair(const struct spread_item *x)
{
	return hash_fast(id_str(&x->story), x->author);
}

void
spread_add(struct spread *s, const struct spread_item *x)
{
	struct spread_story *at;
	size_t authors = s->pairs.distinct;
	bool was_wide;

	if ((s->n + 1) * 2 > s->cap)
		grow(s);
	at = slot_of(s, &x->story);
	if (!at->items) {
		*at = (struct spread_story){ .story = x->story };
		s->n++;
	}
	was_wide = at->items && spread_is_wide(s, at);
	at->items++;
	tally_add(&s->pairs, pair(x));
	at->authors += s->pairs.distinct > authors;
	at->classes += !at->of_class[x->source_class]++;
	s->wide += !was_wide && spread_is_wide(s, at);
}

/* Free slot i and move up what stood behind it, so that no search ends early. */
static void
close_gap(struct spread *s, size_t i)
{
	size_t mask = s->cap - 1;

	for (size_t j = (i + 1) & mask; s->v[j].items; j = (j + 1) & mask) {
		size_t h = home(s, &s->v[j].story);

		if (((j - h) & mask) < ((j - i) & mask))
			continue;
		s->v[i] = s->v[j];
		i = j;
	}
	s->v[i].items = 0;
	s->n--;
}

void
spread_remove(struct spread *s, const struct spread_item *x)
{
	struct spread_story *at = slot_of(s, &x->story);
	size_t authors = s->pairs.distinct;
	bool was_wide = spread_is_wide(s, at);

	assert(at->items);
	tally_remove(&s->pairs, pair(x));
	at->authors -= s->pairs.distinct < authors;
	at->classes -= !--at->of_class[x->source_class];
	s->wide -= was_wide && (at->items == 1 || !spread_is_wide(s, at));
	if (!--at->items)
		close_gap(s, (size_t)(at - s->v));
}

struct spread_story *
spread_find(const struct spread *s, const struct id *story)
{
	struct spread_story *at = s->cap ? slot_of(s, story) : NULL;

	return at && at->items ? at : NULL;
}

void
spread_release(struct spread *s)
{
	free(s->v);
	tally_release(&s->pairs);
	*s = (struct spread){ 0 };
}
