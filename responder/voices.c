/*
 * 1. stories: story -> its first report. authors: (site, author) -> heard first-hand?
 *    on_site: site -> sum over its authors of 1, or 2 for one heard first-hand.
 * 2. Nothing is ever taken out of a table, so a search ends at the first empty slot.
 */
#include "core/base.h"

#include "core/hash.h"
#include "responder/heap.h"
#include "responder/voices.h"

#define FIRST 16

struct voice_slot {
	struct id key; /* the story, or what slot_key() makes */
	uint64_t author;
	int64_t at, count;
	uint32_t site;
	bool used, first_hand;
};

static struct id
slot_key(uint64_t author, uint32_t site)
{
	struct id key = { { 0 } };

	memcpy(key.b, &author, sizeof author);
	memcpy(key.b + sizeof author, &site, sizeof site);
	return key;
}

static struct voice_slot *
slot_of(const struct voice_table *t, const struct id *key)
{
	for (size_t i = (size_t)hash_fast(id_str(key), 0);; i++) {
		struct voice_slot *s = &t->v[i & (t->cap - 1)];

		if (!s->used || id_eq(&s->key, key))
			return s;
	}
}

static void
grow(struct voice_table *t)
{
	struct voice_table old = *t;

	t->cap = old.cap ? old.cap * 2 : FIRST;
	t->v = heap_zero(t->cap, sizeof *t->v);
	for (size_t i = 0; i < old.cap; i++)
		if (old.v[i].used)
			*slot_of(t, &old.v[i].key) = old.v[i];
	free(old.v);
}

/* The slot of key. A new one is taken and all zero but for its key and ->used. */
static struct voice_slot *
slot_take(struct voice_table *t, struct id key, bool *is_new)
{
	struct voice_slot *s;

	if ((t->n + 1) * 2 > t->cap)
		grow(t);
	s = slot_of(t, &key);
	*is_new = !s->used;
	if (*is_new) {
		*s = (struct voice_slot){ .key = key, .used = true };
		t->n++;
	}
	return s;
}

/* An author on a site is heard, first-hand or not. */
static void
hear(struct voices *v, uint64_t author, uint32_t site, bool first_hand)
{
	bool new_author, new_site;
	struct voice_slot *a = slot_take(&v->authors, slot_key(author, site), &new_author);
	struct voice_slot *s = slot_take(&v->on_site, slot_key(0, site), &new_site);

	v->sites += new_site;
	s->count += new_author;
	s->count += first_hand && !a->first_hand;
	a->first_hand |= first_hand;
	if (s->count > v->site_authors)
		v->site_authors = s->count;
}

bool
voices_add(struct voices *v, const struct voice *new)
{
	bool is_new;
	struct voice_slot *s = slot_take(&v->stories, new->story, &is_new);

	if (is_new) {
		s->at = new->at;
		s->author = new->author;
		s->site = new->site;
		hear(v, s->author, s->site, false);
	} else if (new->at < s->at || (new->at == s->at &&new->author < s->author)) {
		return false;
	}
	if (new->first_hand && !s->first_hand) {
		s->first_hand = true;
		v->first_hand++;
		hear(v, s->author, s->site, true);
	}
	return true;
}

void
voices_clear(struct voices *v)
{
	struct voice_table *all[] = { &v->stories, &v->authors, &v->on_site };

	for (size_t i = 0; i < LY_COUNT(all); i++) {
		if (all[i]->n)
			memset(all[i]->v, 0, all[i]->cap * sizeof *all[i]->v);
		all[i]->n = 0;
	}
	v->sites = v->first_hand = v->site_authors = 0;
}

void
voices_release(struct voices *v)
{
	free(v->stories.v);
	free(v->authors.v);
	free(v->on_site.v);
	*v = (struct voices){ 0 };
}
