/*
 * 1. stories: story -> its reports, a list in their order, and which is the first of them.
 *    authors: (site, author) -> how many stories begin with them, and how many of these are first-hand.
 *    on_site: site -> sum over its authors of 1, or 2 for one heard first-hand; sites_with counts
 *    sites by that sum.
 * 2. A slot that holds nothing any more is taken out, and what lies behind it moves up: a search
 *    ends at the first empty slot.
 */
#include "core/base.h"

#include "core/hash.h"
#include "responder/heap.h"
#include "responder/voices.h"

#define FIRST 16

struct voice_report {
	struct voice said;
	uint64_t next; /* number of the story's next, 0: none */
};
struct voice_slot {
	struct id key;             /* the story, or what slot_key() makes              */
	int64_t count, first_hand; /* reports; stories; the site's sum. Those first-hand */
	uint64_t head, tail;       /* story: numbers of its oldest and newest report  */
	uint64_t author;           /* story: of the first; head may be another of its second */
	uint32_t site;
	bool used, begun; /* begun: story: who is first is heard */
};

static struct id
slot_key(uint64_t author, uint32_t site)
{
	struct id key = { { 0 } };

	memcpy(key.b, &author, sizeof author);
	memcpy(key.b + sizeof author, &site, sizeof site);
	return key;
}

static size_t
place_of(const struct voice_table *t, const struct id *key)
{
	return (size_t)hash_fast(id_str(key), 0) & (t->cap - 1);
}

static struct voice_slot *
slot_of(const struct voice_table *t, const struct id *key)
{
	for (size_t i = place_of(t, key);; i = (i + 1) & (t->cap - 1)) {
		struct voice_slot *s = &t->v[i];

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
slot_take(struct voice_table *t, const struct id *key)
{
	struct voice_slot *s;

	if ((t->n + 1) * 2 > t->cap)
		grow(t);
	s = slot_of(t, key);
	if (!s->used) {
		*s = (struct voice_slot){ .key = *key, .used = true };
		t->n++;
	}
	return s;
}

static void
slot_drop(struct voice_table *t, struct voice_slot *s)
{
	size_t hole = (size_t)(s - t->v), i = hole;

	t->n--;
	for (;;) {
		size_t home;

		i = (i + 1) & (t->cap - 1);
		if (!t->v[i].used)
			break;
		home = place_of(t, &t->v[i].key);
		if (((i - home) & (t->cap - 1)) < ((i - hole) & (t->cap - 1)))
			continue; /* a search for it begins behind the hole */
		t->v[hole] = t->v[i];
		hole = i;
	}
	t->v[hole].used = false;
}

/* ---- who is heard --------------------------------------------------------------------------- */

static void
sites_with(struct voices *v, int64_t sum, int64_t change)
{
	while ((size_t)sum >= v->sites_with_n) {
		size_t was = v->sites_with_n;

		v->sites_with =
			heap_more(v->sites_with, &v->sites_with_n, sizeof *v->sites_with);
		memset(v->sites_with + was, 0, (v->sites_with_n - was) * sizeof *v->sites_with);
	}
	v->sites_with[sum] += change;
}

/* The sum of a site is one more or less. */
static void
site_step(struct voices *v, uint32_t site, int64_t step)
{
	struct id key = slot_key(0, site);
	struct voice_slot *s = slot_take(&v->on_site, &key);

	v->sites += !s->count;
	sites_with(v, s->count, -1);
	s->count += step;
	sites_with(v, s->count, 1);
	if (s->count > v->site_authors)
		v->site_authors = s->count;
	else if (step < 0 && s->count + 1 == v->site_authors && !v->sites_with[s->count + 1])
		v->site_authors = s->count;
	if (s->count)
		return;
	v->sites--;
	slot_drop(&v->on_site, s);
}

static int64_t
weight(const struct voice_slot *author)
{
	return !author->count ? 0 : author->first_hand ? 2 : 1;
}

/* An author on a site begins so many more stories, and so many more first-hand ones. */
static void
hear(struct voices *v, const struct voice_slot *story, int64_t count, int64_t first_hand)
{
	struct id key = slot_key(story->author, story->site);
	struct voice_slot *a = slot_take(&v->authors, &key);
	int64_t before = weight(a), after;

	a->count += count;
	a->first_hand += first_hand;
	after = weight(a);
	if (!a->count)
		slot_drop(&v->authors, a);
	for (; before < after; before++)
		site_step(v, story->site, 1);
	for (; before > after; before--)
		site_step(v, story->site, -1);
	v->first_hand += first_hand;
}

/* ---- reports ---------------------------------------------------------------------------------- */

/* Numbers begin with 1. */
static struct voice_report *
report_of(const struct voices *v, uint64_t number)
{
	return &v->reports[number - 1 - v->gone];
}

static uint64_t
report_add(struct voices *v, const struct voice *new)
{
	if (v->first >= 1024 && v->first >= v->n / 2) {
		memmove(v->reports, v->reports + v->first,
			(v->n - v->first) * sizeof *v->reports);
		v->gone += v->first;
		v->n -= v->first;
		v->first = 0;
	}
	if (v->n == v->cap)
		v->reports = heap_more(v->reports, &v->cap, sizeof *v->reports);
	v->reports[v->n++] = (struct voice_report){ *new, 0 };
	return v->gone + v->n;
}

bool
voices_add(struct voices *v, const struct voice *new)
{
	struct voice_slot *s = slot_take(&v->stories, &new->story);
	const struct voice *head = s->count ? &report_of(v, s->head)->said : NULL;
	uint64_t number;

	if (head && (new->at < head->at || (new->at == head->at &&new->author < s->author)))
		return false;
	number = report_add(v, new);
	if (s->count) {
		report_of(v, s->tail)->next = number;
	} else {
		s->head = number;
		s->author = new->author;
		s->site = new->site;
		s->begun = true;
		hear(v, s, 1, 0);
	}
	s->tail = number;
	s->count++;
	s->first_hand += new->first_hand;
	if (new->first_hand && s->first_hand == 1)
		hear(v, s, 0, 1);
	return true;
}

/* Of the second of its oldest report the one of the author with the smallest number. */
static void
story_begin(struct voices *v, struct voice_slot *s)
{
	const struct voice_report *first = report_of(v, s->head), *x = first;

	while (x->next) {
		x = report_of(v, x->next);
		if (x->said.at != first->said.at)
			break;
		if (x->said.author < first->said.author)
			first = x;
	}
	s->author = first->said.author;
	s->site = first->said.site;
	s->begun = true;
	hear(v, s, 1, s->first_hand > 0);
}

/* The oldest report of all goes; it is its story's oldest, too. Its story begins anew when the next one
 * stays: of a crowd in one second each is looked at once, not for each that goes before it. */
static void
report_drop(struct voices *v, int64_t at)
{
	const struct voice_report *x = &v->reports[v->first];
	struct voice_slot *s = slot_of(&v->stories, &x->said.story);

	if (s->begun)
		hear(v, s, -1, -(int64_t)(s->first_hand > 0));
	s->begun = false;
	s->count--;
	s->first_hand -= x->said.first_hand;
	s->head = x->next;
	v->first++;
	if (!s->count)
		slot_drop(&v->stories, s);
	else if (report_of(v, s->head)->said.at > at)
		story_begin(v, s);
}

void
voices_forget(struct voices *v, int64_t at)
{
	while (v->first < v->n && v->reports[v->first].said.at <= at)
		report_drop(v, at);
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
	if (v->sites_with_n)
		memset(v->sites_with, 0, v->sites_with_n * sizeof *v->sites_with);
	v->first = v->n = 0;
	v->sites = v->first_hand = v->site_authors = 0;
}

void
voices_release(struct voices *v)
{
	free(v->stories.v);
	free(v->authors.v);
	free(v->on_site.v);
	free(v->reports);
	free(v->sites_with);
	*v = (struct voices){ 0 };
}
