/*
 * 1. entries[] is a ring in order of arrival: head is the oldest number, next the newest + 1;
 *    entry number i lies at i % cap.
 * 2. slots[] say of each part (by the low bits of its hash) how many live entries hold it, and
 *    chain the entries that do, newest first: a link is number << 6 | place of the part, plus 1.
 *    A number below head is gone: a chain ends there, so nothing is unlinked on forgetting.
 * 3. Copies are in the ring, but in no chain and in no count: a text that is repeated a thousand
 *    times is one text. So are round-ups, which nothing joins.
 * 4. A story's first members stand for it when it is asked for contradictions. They live as
 *    long as it can be joined: 72 h from its first.
 */
#include "core/base.h"

#include "core/hash.h"
#include "responder/heap.h"
#include "responder/join_inside.h"

#define FIRST_CAP  1024
#define NUMBER_MAX ((1u << 26) - 2)

/* ---- places ---------------------------------------------------------------------------------- */

static struct place *
place_at(const struct joins *j, uint32_t hash)
{
	uint32_t i = hash;

	while (j->places[i & (j->places_cap - 1)].hash &&
	       j->places[i & (j->places_cap - 1)].hash != hash)
		i++;
	return &j->places[i & (j->places_cap - 1)];
}

bool
join_is_place(const struct joins *j, uint32_t part)
{
	return gist_kind_of(part) <= GIST_KNOWN && place_at(j, gist_hash_of(part))->count > 0;
}

static void
places_more(struct joins *j)
{
	struct place *old = j->places;
	uint32_t n = j->places_cap;

	j->places_cap = n * 2;
	j->places = heap_zero(j->places_cap, sizeof *j->places);
	j->places_n = 0;
	for (uint32_t i = 0; i < n; i++)
		if (old[i].count) {
			*place_at(j, old[i].hash) = old[i];
			j->places_n++;
		}
	free(old);
}

static void
place_count(struct joins *j, uint32_t part, int by)
{
	struct place *p = place_at(j, gist_hash_of(part));

	if (!p->hash && by > 0) {
		if ((j->places_n + 1) * 2 > j->places_cap) {
			places_more(j);
			p = place_at(j, gist_hash_of(part));
		}
		j->places_n++;
		p->hash = gist_hash_of(part);
	}
	p->count += (uint32_t)by;
}

static void
places_count(struct joins *j, const struct entry *x, int by)
{
	for (uint32_t i = 0; i < x->n; i++)
		if (x->parts[i] & GIST_PLACE)
			place_count(j, x->parts[i], by);
}

/* ---- the ring -------------------------------------------------------------------------------- */

static uint32_t
bucket(const struct joins *j, const struct id *id)
{
	uint32_t x;

	memcpy(&x, id->b, sizeof x);
	return x & (j->cap - 1);
}

static void
entry_index(struct joins *j, uint32_t number)
{
	struct entry *x = join_entry(j, number);
	uint32_t *b = &j->documents[bucket(j, &x->document)];

	x->next = *b;
	*b = number + 1;
	for (uint32_t i = 0; i < x->n; i++) {
		struct slot *s = join_slot(j, x->parts[i]);

		x->prev[i] = s->link;
		s->link = (number << 6 | i) + 1;
		s->count++;
	}
	for (uint32_t i = 0; i < x->hans_n; i++)
		j->hans[x->hans[i]]++;
}

struct joins *
joins_new(void)
{
	struct joins *j = heap_zero(1, sizeof *j);

	j->weights = &join_fitted;
	j->most = JOIN_MAX;
	j->cap = FIRST_CAP;
	j->entries = heap_zero(j->cap, sizeof *j->entries);
	j->slots = heap_zero((size_t)j->cap * JOIN_SLOTS, sizeof *j->slots);
	j->documents = heap_zero(j->cap, sizeof *j->documents);
	j->tales = heap_zero(j->cap, sizeof *j->tales);
	j->stories = heap_zero(j->cap, sizeof *j->stories);
	j->hans = heap_zero(JOIN_HAN, sizeof *j->hans);
	j->places_cap = 64;
	j->places = heap_zero(j->places_cap, sizeof *j->places);
	return j;
}

void
joins_free(struct joins *j)
{
	if (!j)
		return;
	free(j->entries);
	free(j->slots);
	free(j->documents);
	free(j->hans);
	free(j->tales);
	free(j->stories);
	free(j->places);
	free(j);
}

void
joins_bound(struct joins *j, size_t most)
{
	j->most = most < JOIN_MAX ? (uint32_t)most : JOIN_MAX;
}

void
joins_weigh(struct joins *j, const struct join_weights *w)
{
	j->weights = w;
}

size_t
joins_count(const struct joins *j)
{
	return j->next - j->head;
}

static void
tale_index(struct joins *j, uint32_t at)
{
	uint32_t *b = &j->stories[bucket(j, &j->tales[at].story)];

	j->tales[at].next = *b;
	*b = at + 1;
}

/* Twice the room, or the same; numbered anew from 0. */
static void
rebuild(struct joins *j, uint32_t cap)
{
	struct entry *entries = heap_zero(cap, sizeof *entries);
	struct tale *tales = heap_zero(cap, sizeof *tales);
	uint32_t n = j->next - j->head, from = j->head;

	for (uint32_t i = 0; i < n; i++)
		entries[i] = *join_entry(j, from + i);
	memcpy(tales, j->tales, j->tales_n * sizeof *tales);
	free(j->entries);
	free(j->tales);
	free(j->slots);
	free(j->documents);
	free(j->stories);
	j->entries = entries;
	j->tales = tales;
	j->cap = cap;
	j->slots = heap_zero((size_t)cap * JOIN_SLOTS, sizeof *j->slots);
	j->documents = heap_zero(cap, sizeof *j->documents);
	j->stories = heap_zero(cap, sizeof *j->stories);
	j->head = 0;
	j->next = n;
	memset(j->hans, 0, JOIN_HAN * sizeof *j->hans);
	for (uint32_t i = 0; i < n; i++)
		entry_index(j, i);
	j->free_tale = 0;
	for (uint32_t i = 0; i < j->tales_n; i++) {
		struct tale *t = &j->tales[i];

		for (uint32_t k = 0; k < t->first_n; k++)
			t->first[k] = t->first[k] >= from ? t->first[k] - from : JOIN_NONE;
		if (t->live) {
			tale_index(j, i);
		} else {
			t->next = j->free_tale;
			j->free_tale = i + 1;
		}
	}
}

static void
tale_drop(struct joins *j, uint32_t at)
{
	struct tale *t = &j->tales[at];
	uint32_t *p = &j->stories[bucket(j, &t->story)];

	while (*p != at + 1)
		p = &j->tales[*p - 1].next;
	*p = t->next;
	*t = (struct tale){ .next = j->free_tale };
	j->free_tale = at + 1;
}

static void
oldest_drop(struct joins *j)
{
	struct entry *x = join_entry(j, j->head);

	for (uint32_t i = 0; i < x->n; i++)
		join_slot(j, x->parts[i])->count--;
	for (uint32_t i = 0; i < x->hans_n; i++)
		j->hans[x->hans[i]]--;
	places_count(j, x, -1);
	if (!--j->tales[x->tale].live)
		tale_drop(j, x->tale);
	j->head++;
}

void
joins_forget(struct joins *j, int64_t now)
{
	while (j->head != j->next && join_entry(j, j->head)->at < now - JOIN_KEEP_S)
		oldest_drop(j);
}

static uint32_t
tale_find(const struct joins *j, const struct id *story)
{
	uint32_t i = j->stories[bucket(j, story)];

	while (i && !id_eq(&j->tales[i - 1].story, story))
		i = j->tales[i - 1].next;
	return i ? i - 1 : JOIN_NONE;
}

static uint32_t
tale_new(struct joins *j, const struct id *story, int64_t first_at)
{
	uint32_t at = j->free_tale ? j->free_tale - 1 : j->tales_n++;

	if (j->free_tale)
		j->free_tale = j->tales[at].next;
	j->tales[at] = (struct tale){ .story = *story, .first_at = first_at };
	tale_index(j, at);
	return at;
}

static void
voice_add(struct tale *t, uint32_t author)
{
	for (unsigned i = 0; i < t->voices_n; i++)
		if (t->voices[i] == author)
			return;
	if (author && t->voices_n < JOIN_VOICES)
		t->voices[t->voices_n++] = author;
}

static struct join_past
past_of(const struct joins *j, const struct tale *t)
{
	struct join_past past = { .known = true,
				  .room = (uint8_t)__builtin_ctz(j->cap),
				  .firsts = t->first_n,
				  .voices_n = t->voices_n };

	memcpy(past.voices, t->voices, sizeof past.voices);
	return past;
}

/* Of a member whose elders in the story have left. */
static uint32_t
tale_back(struct joins *j, const struct join *given)
{
	uint32_t at = tale_new(j, &given->story, given->first_at);
	struct tale *t = &j->tales[at];

	t->first_n = given->past.firsts;
	for (uint32_t i = 0; i < t->first_n; i++)
		t->first[i] = JOIN_NONE;
	t->voices_n = given->past.voices_n;
	memcpy(t->voices, given->past.voices, sizeof t->voices);
	return at;
}

/* x->tale is set. */
static void
remember(struct joins *j, const struct entry *x, uint32_t old_author)
{
	struct tale *t = &j->tales[x->tale];

	*join_entry(j, j->next) = *x;
	entry_index(j, j->next);
	if (x->n && t->first_n < JOIN_FIRSTS)
		t->first[t->first_n++] = j->next;
	t->live++;
	t->last_at = x->at > t->last_at ? x->at : t->last_at;
	voice_add(t, old_author);
	j->next++;
}

/* Room for one more. */
static void
room(struct joins *j)
{
	if (joins_count(j) == j->most)
		oldest_drop(j);
	if (joins_count(j) == j->cap)
		rebuild(j, j->cap * 2);
	else if (j->next >= NUMBER_MAX)
		rebuild(j, j->cap);
}

/* ---- what comes ------------------------------------------------------------------------------- */

/* See 3. */
static void
copy_make(struct joins *j, struct entry *x)
{
	places_count(j, x, -1);
	x->n = x->hans_n = 0;
}

static uint32_t
copied(const struct joins *j, const struct query *q, const struct id *document)
{
	uint32_t i = j->documents[bucket(j, document)];

	while (i && i - 1 - j->head < joins_count(j)) {
		const struct entry *y = join_entry(j, i - 1);

		if (id_eq(&y->document, document))
			return y->watches & q->x.watches || !q->x.watches ? y->tale : JOIN_NONE;
		i = y->next;
	}
	return JOIN_NONE;
}

void
joins_add(struct joins *j, const struct join_item *item, struct join *out)
{
	struct query q;
	uint32_t tale = JOIN_NONE;

	joins_forget(j, item->at);
	room(j);
	join_query(j, item, &q);
	places_count(j, &q.x, 1); /* what it says of places counts for its own judging */
	join_query_places(j, &q);
	if (item->copy)
		tale = copied(j, &q, item->copy);
	if (tale != JOIN_NONE && join_may(j, &q, tale)) {
		*out = (struct join){ .alike = 1000, .like = *item->copy };
		copy_make(j, &q.x);
	} else {
		out->n = 0;
		tale = q.round_up ? JOIN_NONE : join_most_alike(j, &q, out);
		if (q.round_up)
			copy_make(j, &q.x);
	}
	if (tale == JOIN_NONE) {
		*out = (struct join){ .alike = 0 };
		tale = tale_new(j, &item->document, item->at);
	}
	out->past = past_of(j, &j->tales[tale]);
	q.x.tale = tale;
	remember(j, &q.x, item->old_author);
	out->story = j->tales[tale].story;
	out->first_at = j->tales[tale].first_at;
	out->old_voices = j->tales[tale].voices_n;
}

void
joins_load(struct joins *j, const struct join_item *item, const struct join *given)
{
	struct query q;

	joins_forget(j, item->at);
	if (given->past.known && j->cap < 1u << given->past.room)
		rebuild(j, 1u << given->past.room);
	room(j);
	join_query(j, item, &q);
	places_count(j, &q.x, 1);
	if (given->alike == 1000 || q.round_up)
		copy_make(j, &q.x);
	q.x.tale = tale_find(j, &given->story);
	if (q.x.tale == JOIN_NONE)
		q.x.tale = tale_back(j, given);
	remember(j, &q.x, item->old_author);
}

uint64_t
join_watch(struct str name)
{
	return UINT64_C(1) << (hash_fast(name, 0) & 63);
}
