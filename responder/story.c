/*
 * 1. ring.entries[] is a ring in order of arrival: head is the oldest number, next the newest + 1.
 *    Entry number i lies at i % cap.
 * 2. Each band has its own buckets; one holds the newest entry number with such a key, prev[]
 *    chains to older ones. A number below head is gone: a chain ends there, so nothing is
 *    unlinked on forgetting.
 * 3. Before the ring is full, one of twice its length is made beside it: each newcomer brings over
 *    STORY_MOVES of the entries, oldest first, so nobody waits until all are. Nothing is found in it
 *    until it takes the ring's place, and then it holds what a new one with these entries would.
 */
#include "core/base.h"

#include <assert.h>

#include "core/hash.h"
#include "responder/heap.h"
#include "responder/story.h"

#define BANDS     16
#define ROWS      4
#define SAME      45 /* of 64 places: measured, LIMITS.md section 8 */
#define FIRST_CAP 1024
#define ROOM_MOST 18 /* 1 << that many are enough for STORY_MAX */
#define CHAIN_MAX 32 /* candidates looked at per band: boilerplate cannot make it quadratic */

/* Eight places at once: two signatures are compared hundreds of times for each new one. */
typedef int16_t lanes __attribute__((vector_size(16)));
#define LANES 8

struct entry {
	lanes place[STORY_PLACES / LANES]; /* low half of each place: enough to compare */
	struct link {
		uint32_t key;  /* of each band; exact texts use only the first */
		uint32_t prev; /* number + 1 of the next older entry with that key */
	} band[BANDS];
	struct id story;
	int64_t at;
	int8_t sign;
	bool exact; /* no signature: found by text hash only */
};
struct ring {
	struct entry *entries;
	uint32_t *looked;  /* of each entry: the search that looked at it last */
	uint32_t *buckets; /* number + 1 of the newest entry; cap for each band */
	uint32_t cap;      /* power of two; 0: there is none */
};
struct stories {
	struct ring ring;
	struct ring wide; /* see 3 */
	uint32_t widened; /* number of the next entry that goes into it */
	uint64_t moves;
	uint32_t searches;
	uint32_t most; /* STORY_MAX */
	uint32_t head, next;
};

static struct ring
ring_new(uint32_t cap)
{
	struct ring r = { .cap = cap };

	r.entries = heap_zero(cap, sizeof *r.entries);
	r.looked = heap_zero(cap, sizeof *r.looked);
	r.buckets = heap_zero((size_t)BANDS * cap, sizeof *r.buckets);
	return r;
}

static void
ring_release(struct ring *r)
{
	free(r->entries);
	free(r->looked);
	free(r->buckets);
	*r = (struct ring){ .cap = 0 };
}

static struct entry *
entry_at(const struct ring *r, uint32_t number)
{
	return &r->entries[number & (r->cap - 1)];
}

static uint32_t *
bucket_of(const struct ring *r, int band, uint32_t key)
{
	return &r->buckets[(uint32_t)band * r->cap + (key & (r->cap - 1))];
}

static void
ring_put(struct ring *r, uint32_t number, const struct entry *from)
{
	struct entry *x = entry_at(r, number);
	int bands = from->exact ? 1 : BANDS;

	*x = *from;
	for (int i = 0; i < bands; i++) {
		uint32_t *bucket = bucket_of(r, i, x->band[i].key);

		x->band[i].prev = *bucket;
		*bucket = number + 1;
	}
}

struct stories *
stories_new(void)
{
	struct stories *s = heap_zero(1, sizeof *s);

	s->most = STORY_MAX;
	s->ring = ring_new(FIRST_CAP);
	return s;
}

void
stories_free(struct stories *s)
{
	if (!s)
		return;
	ring_release(&s->ring);
	ring_release(&s->wide);
	free(s);
}

void
stories_bound(struct stories *s, size_t most)
{
	s->most = most < STORY_MAX ? (uint32_t)most : STORY_MAX;
}

uint8_t
stories_room(const struct stories *s)
{
	return (uint8_t)__builtin_ctz(s->ring.cap);
}

size_t
stories_count(const struct stories *s)
{
	return s->next - s->head;
}

uint64_t
stories_moves(const struct stories *s)
{
	return s->moves;
}

/* Another room at once, numbered anew from 0: at the start, and each 4,294,967,294 documents. */
static void
rebuild(struct stories *s, uint32_t cap)
{
	struct ring ring = ring_new(cap);
	uint32_t n = s->next - s->head;

	for (uint32_t i = 0; i < n; i++)
		ring_put(&ring, i, entry_at(&s->ring, s->head + i));
	ring_release(&s->ring);
	ring_release(&s->wide);
	s->ring = ring;
	s->head = 0;
	s->next = n;
}

/* A newcomer is about to be put: see 3. With an eighth of the room left, STORY_MOVES at a time are
 * enough; when that eighth is free again, the wider one is not needed now. */
static void
widen(struct stories *s)
{
	uint32_t n = s->next - s->head, cap = s->ring.cap;

	if (!s->wide.cap) {
		if (n < cap - cap / STORY_MOVES || s->most <= cap)
			return;
		s->wide = ring_new(cap * 2);
		s->widened = s->head;
	} else if (n < cap - cap / STORY_MOVES * 2) {
		ring_release(&s->wide);
		return;
	}
	if (s->widened < s->head)
		s->widened = s->head; /* they have left meanwhile */
	for (int i = 0; i < STORY_MOVES && s->widened < s->next; i++, s->widened++, s->moves++)
		ring_put(&s->wide, s->widened, entry_at(&s->ring, s->widened));
	if (n < cap)
		return;
	assert(s->widened == s->next);
	ring_release(&s->ring);
	s->ring = s->wide;
	s->wide = (struct ring){ .cap = 0 };
}

static struct entry
entry_of(const struct story_item *item)
{
	struct entry x = { .at = item->at, .sign = (int8_t)item->sign };
	uint16_t place[STORY_PLACES];
	uint8_t band[2 + ROWS * 4] = { 0 };

	if (item->copies.n != STORY_PLACES * 4) {
		x.exact = true;
		memcpy(x.place, item->text_hash.b, sizeof item->text_hash.b);
		x.band[0].key = (uint32_t)hash_fast(id_str(&item->text_hash), BANDS);
		return x;
	}
	for (int i = 0; i < BANDS; i++) {
		band[0] = (uint8_t)i;
		memcpy(band + 2, item->copies.p + i * ROWS * 4, ROWS * 4);
		x.band[i].key =
			(uint32_t)hash_fast((struct str){ (const char *)band, sizeof band }, 0);
	}
	for (int i = 0; i < STORY_PLACES; i++) {
		const uint8_t *p = (const uint8_t *)item->copies.p + i * 4;

		place[i] = (uint16_t)(p[0] | p[1] << 8);
	}
	memcpy(x.place, place, sizeof place);
	return x;
}

static bool
same(const struct entry *a, const struct entry *b)
{
	lanes equal = { 0 };
	int sum = 0;

	if (a->exact != b->exact || a->sign * b->sign < 0)
		return false;
	if (a->exact)
		return !memcmp(a->place, b->place, sizeof(struct id));
	for (size_t i = 0; i < LY_COUNT(a->place); i++)
		equal -= a->place[i] == b->place[i]; /* a lane that is equal is -1 */
	for (int i = 0; i < LANES; i++)
		sum += equal[i];
	return sum >= SAME;
}

/* Numbers of entries that share a band with x, each once. They lie all over memory: the chains
 * are followed side by side, so that one waits while the others are fetched, and the signatures
 * are on their way when they are compared. */
static size_t
candidates(struct stories *s, const struct entry *x, uint32_t out[BANDS * CHAIN_MAX])
{
	int bands = x->exact ? 1 : BANDS, live = bands;
	uint32_t search = ++s->searches, next[BANDS], mask = s->ring.cap - 1;
	const struct ring *r = &s->ring;
	size_t found = 0;

	for (int i = 0; i < bands; i++)
		next[i] = *bucket_of(r, i, x->band[i].key);
	for (int n = 0; n < CHAIN_MAX && live; n++) {
		live = 0;
		for (int i = 0; i < bands; i++) {
			uint32_t number = next[i];
			const struct entry *y = &r->entries[(number - 1) & mask];

			if (number <= s->head || number > s->next)
				continue;
			if (y->band[i].key == x->band[i].key &&
			    r->looked[(number - 1) & mask] != search) {
				r->looked[(number - 1) & mask] = search;
				__builtin_prefetch(&y->place[0]);
				__builtin_prefetch(&y->place[LY_COUNT(y->place) / 2]);
				out[found++] = number - 1;
			}
			next[i] = y->band[i].prev;
			__builtin_prefetch(&r->entries[(next[i] - 1) & mask].band[i]);
			live++;
		}
	}
	return found;
}

/* The oldest copy of x that can be found, or NULL. One that is too old may lie behind one of a clock that
 * was ahead. */
static const struct entry *
find(struct stories *s, const struct entry *x)
{
	uint32_t number[BANDS * CHAIN_MAX], best = UINT32_MAX;
	size_t n = candidates(s, x, number);

	for (size_t i = 0; i < n; i++) {
		const struct entry *y = entry_at(&s->ring, number[i]);

		if (number[i] < best && y->at >= x->at - STORY_KEEP_S && same(x, y))
			best = number[i];
	}
	return best == UINT32_MAX ? NULL : entry_at(&s->ring, best);
}

static void
remember(struct stories *s, const struct entry *x)
{
	if (stories_count(s) == s->most)
		s->head++;
	widen(s);
	if (s->next == UINT32_MAX - 1)
		rebuild(s, s->ring.cap);
	ring_put(&s->ring, s->next++, x);
}

struct id
stories_add(struct stories *s, const struct story_item *item)
{
	struct entry x = entry_of(item);
	const struct entry *older = find(s, &x);

	x.story = older ? older->story : item->document;
	remember(s, &x);
	return x.story;
}

void
stories_forget(struct stories *s, int64_t now)
{
	while (s->head != s->next && entry_at(&s->ring, s->head)->at < now - STORY_KEEP_S)
		s->head++;
}

void
stories_load(struct stories *s, const struct story_item *item, const struct id *story)
{
	struct entry x = entry_of(item);

	x.story = *story;
	stories_forget(s, item->at);
	if (item->room && s->ring.cap < 1u << item->room)
		rebuild(s, 1u << item->room);
	remember(s, &x);
}

/* ---- the column ---------------------------------------------------------------------------- */

#define ROOM_AT 2 /* bit: below it sign + 1 */

struct story_blob
story_pack(const struct story_item *item)
{
	struct story_blob out = { .n = 0 };
	struct str body =
		item->copies.n == STORY_PLACES * 4 ? item->copies : id_str(&item->text_hash);

	memcpy(out.b, body.p, body.n);
	out.b[body.n] = (uint8_t)((item->sign + 1) | item->room << ROOM_AT);
	out.n = body.n + 1;
	return out;
}

bool
story_unpack(struct str blob, struct story_item *item)
{
	if (blob.n != STORY_PLACES * 4 + 1 && blob.n != sizeof item->text_hash.b + 1)
		return false;
	item->sign = ((uint8_t)blob.p[blob.n - 1] & ((1 << ROOM_AT) - 1)) - 1;
	item->room = (uint8_t)blob.p[blob.n - 1] >> ROOM_AT;
	item->copies = (struct str){ 0 };
	item->text_hash = (struct id){ { 0 } };
	if (blob.n == STORY_PLACES * 4 + 1)
		item->copies = (struct str){ blob.p, blob.n - 1 };
	else
		memcpy(item->text_hash.b, blob.p, blob.n - 1);
	return item->sign >= -1 && item->sign <= 1 && item->room <= ROOM_MOST;
}
