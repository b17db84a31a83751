/*
 * 1. ring.entries[] is a ring in order of arrival: head is the oldest number, next the newest + 1;
 *    entry number i lies at i % cap.
 * 2. slots[] say of each part (by the low bits of its hash) how many live entries hold it, and
 *    chain the entries that do, newest first: a link is number << 6 | place of the part, plus 1.
 *    A number below head is gone: a chain ends there, so nothing is unlinked on forgetting.
 * 3. Copies are in the ring, but in no chain and in no count: a text that is repeated a thousand
 *    times is one text. So are round-ups, which nothing joins.
 * 4. Members of a story that are no copies are chained, oldest first. The first JOIN_FIRSTS that
 *    live stand for it: so stories are what the live entries say of where they belong, and who
 *    spread it though it is old.
 * 5. Before the ring is full, one of twice its length is made beside it: each newcomer brings over
 *    JOIN_MOVES of the entries, oldest first, so nobody waits until all are. Nothing is found in it
 *    until it takes the ring's place, and then it holds what a new one with these entries would.
 * 6. Stories stay where they are, and where entries belong stands beside the ring: there is room
 *    for JOIN_MAX and more from the beginning, which takes no memory before it is used.
 */
#include "core/base.h"

#include <assert.h>

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

static struct ring
ring_new(uint32_t cap)
{
	struct ring r = { .cap = cap };

	r.entries = heap_zero(cap, sizeof *r.entries);
	r.slots = heap_zero((size_t)cap * JOIN_SLOTS, sizeof *r.slots);
	r.documents = heap_zero(cap, sizeof *r.documents);
	return r;
}

static void
ring_release(struct ring *r)
{
	free(r->entries);
	free(r->slots);
	free(r->documents);
	*r = (struct ring){ .cap = 0 };
}

static struct slot *
ring_slot(const struct ring *r, uint32_t part)
{
	return &r->slots[gist_hash_of(part) & (r->cap * JOIN_SLOTS - 1)];
}

static void
ring_put(struct ring *r, uint32_t number, const struct entry *from)
{
	struct entry *x = &r->entries[number & (r->cap - 1)];
	uint32_t *b = &r->documents[join_bucket(&from->document, r->cap)];

	*x = *from;
	x->next = *b;
	*b = number + 1;
	for (uint32_t i = 0; i < x->n; i++) {
		struct slot *s = ring_slot(r, x->parts[i]);

		x->prev[i] = s->link;
		s->link = (number << 6 | i) + 1;
		s->count++;
	}
}

/* Entry x counts no more. */
static void
ring_uncount(struct ring *r, const struct entry *x)
{
	for (uint32_t i = 0; i < x->n; i++)
		ring_slot(r, x->parts[i])->count--;
}

struct joins *
joins_new(void)
{
	struct joins *j = heap_zero(1, sizeof *j);

	j->weights = &join_fitted;
	j->most = JOIN_MAX;
	j->ring = ring_new(FIRST_CAP);
	j->members = heap_zero(JOIN_PLACES, sizeof *j->members);
	j->tales = heap_zero(JOIN_PLACES, sizeof *j->tales);
	j->stories = heap_zero(JOIN_PLACES, sizeof *j->stories);
	j->hans = heap_zero(JOIN_HAN, sizeof *j->hans);
	j->moved = heap_zero(JOIN_MOVED, sizeof *j->moved);
	j->packed = BUF(1 << 16);
	j->places_cap = 64;
	j->places = heap_zero(j->places_cap, sizeof *j->places);
	return j;
}

void
joins_free(struct joins *j)
{
	if (!j)
		return;
	ring_release(&j->ring);
	ring_release(&j->wide);
	free(j->hans);
	free(j->moved);
	buf_release(&j->packed);
	free(j->members);
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

size_t
joins_moved(const struct joins *j, const struct join_moved **v)
{
	*v = j->moved;
	return j->moved_n;
}

uint64_t
joins_moves(const struct joins *j)
{
	return j->moves;
}

/* What is still there has a number that is less by from. */
static uint32_t
renumbered(uint32_t number, uint32_t from)
{
	return number > from ? number - from : 0;
}

static void
members_renumber(struct joins *j, uint32_t from, uint32_t n)
{
	struct member *old = j->members;

	j->members = heap_zero(JOIN_PLACES, sizeof *j->members);
	for (uint32_t i = 0; i < n; i++) {
		struct member m = old[(from + i) & (JOIN_PLACES - 1)];

		m.next = renumbered(m.next, from);
		m.copies = renumbered(m.copies, from);
		m.copy_of = renumbered(m.copy_of, from);
		j->members[i] = m;
	}
	free(old);
	for (uint32_t i = 0; i < j->tales_n; i++) {
		j->tales[i].oldest = renumbered(j->tales[i].oldest, from);
		j->tales[i].newest = renumbered(j->tales[i].newest, from);
	}
}

/* Another room at once, or the same; numbered anew from 0: at the start, and each 67,108,862
 * documents. */
static void
rebuild(struct joins *j, uint32_t cap)
{
	struct ring ring = ring_new(cap);
	uint32_t n = j->next - j->head, from = j->head;

	for (uint32_t i = 0; i < n; i++)
		ring_put(&ring, i, join_entry(j, from + i));
	ring_release(&j->ring);
	ring_release(&j->wide);
	j->ring = ring;
	j->head = 0;
	j->next = n;
	members_renumber(j, from, n);
}

/* A newcomer is about to be put: see 5. With an eighth of the room left, JOIN_MOVES at a time are
 * enough; when that eighth is free again, the wider one is not needed now. */
static void
widen(struct joins *j)
{
	uint32_t n = j->next - j->head, cap = j->ring.cap;

	if (!j->wide.cap) {
		if (n < cap - cap / JOIN_MOVES || j->most <= cap)
			return;
		j->wide = ring_new(cap * 2);
		j->widened = j->head;
	} else if (n < cap - cap / JOIN_MOVES * 2) {
		ring_release(&j->wide);
		return;
	}
	if (j->widened < j->head)
		j->widened = j->head; /* they have left meanwhile */
	for (int i = 0; i < JOIN_MOVES && j->widened < j->next; i++, j->widened++, j->moves++)
		ring_put(&j->wide, j->widened, join_entry(j, j->widened));
	if (n < cap)
		return;
	assert(j->widened == j->next);
	ring_release(&j->ring);
	j->ring = j->wide;
	j->wide = (struct ring){ .cap = 0 };
}

static void
oldest_drop(struct joins *j)
{
	struct entry *x = join_entry(j, j->head);

	ring_uncount(&j->ring, x);
	if (j->wide.cap && j->head < j->widened)
		ring_uncount(&j->wide, x);
	for (uint32_t i = 0; i < x->hans_n; i++)
		j->hans[x->hans[i] >> 16]--;
	places_count(j, x, -1);
	join_member_remove(j, j->head);
	j->head++;
}

void
joins_forget(struct joins *j, int64_t now)
{
	while (j->head != j->next && join_entry(j, j->head)->at < now - JOIN_KEEP_S)
		oldest_drop(j);
}

static struct join_past
past_of(const struct joins *j, const struct tale *t)
{
	struct join_past past = { .known = true,
				  .room = (uint8_t)__builtin_ctz(j->ring.cap),
				  .voices_n = t->voices_n };

	memcpy(past.voices, t->voices, sizeof past.voices);
	return past;
}

/* Of a member whose elders in the story have left. */
static uint32_t
tale_back(struct joins *j, const struct join *given)
{
	uint32_t at = join_tale_new(j, &given->story, given->first_at);
	struct tale *t = &j->tales[at];

	t->voices_n = given->past.voices_n;
	memcpy(t->voices, given->past.voices, sizeof t->voices);
	return at;
}

/* Returns its number. */
static uint32_t
remember(struct joins *j, const struct entry *x, uint32_t tale)
{
	uint32_t number = j->next;

	ring_put(&j->ring, number, x);
	for (uint32_t i = 0; i < x->hans_n; i++)
		j->hans[x->hans[i] >> 16]++;
	j->next++;
	*join_member(j, number) = (struct member){ .tale = tale };
	join_member_add(j, number, tale);
	return number;
}

/* Room for one more. */
static void
room(struct joins *j)
{
	if (joins_count(j) == j->most)
		oldest_drop(j);
	widen(j);
	if (j->next >= NUMBER_MAX)
		rebuild(j, j->ring.cap);
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
	uint32_t number = join_number(j, document);

	if (number == JOIN_NONE ||
	    (q->x.watches && !(join_entry(j, number)->watches & q->x.watches)))
		return JOIN_NONE;
	return join_member(j, number)->tale;
}

/* What copies goes where that is. */
static bool
copy_add(struct joins *j, struct query *q, const struct join_item *item, struct join *out)
{
	uint32_t tale = item->copy ? copied(j, q, item->copy) : JOIN_NONE, number;

	if (tale == JOIN_NONE || !join_may(j, q, tale))
		return false;
	*out = (struct join){ .alike = 1000, .like = *item->copy };
	copy_make(j, &q->x);
	number = remember(j, &q->x, tale);
	join_copy_link(j, number, item->copy);
	return true;
}

static void
text_add(struct joins *j, struct query *q, struct join *out)
{
	struct join_seen seen = { .n = 0 };
	uint32_t tale = JOIN_NONE, number;

	out->n = 0;
	if (q->round_up)
		copy_make(j, &q->x);
	else
		tale = join_most_alike(j, q, &seen, out);
	if (tale == JOIN_NONE) {
		*out = (struct join){ .alike = 0 };
		tale = join_tale_new(j, &q->x.document, q->x.at);
	}
	number = remember(j, &q->x, tale);
	if (seen.n && join_look_again(j, number, &seen))
		join_why(j, number, out);
}

void
joins_add(struct joins *j, const struct join_item *item, struct join *out)
{
	struct query q;
	struct tale *t;

	j->moved_n = 0;
	joins_forget(j, item->at);
	room(j);
	join_query(j, item, &q);
	places_count(j, &q.x, 1); /* what it says of places counts for its own judging */
	join_query_places(j, &q);
	if (!copy_add(j, &q, item, out))
		text_add(j, &q, out);
	t = &j->tales[join_member(j, j->next - 1)->tale];
	out->past = past_of(j, t);
	join_voice_add(t, item->old_author);
	out->story = t->story;
	out->first_at = t->first_at;
	out->old_voices = t->voices_n;
	buf_clear(&j->packed);
	if (j->moved_n)
		join_pack_moved(j, &j->packed);
	out->moved = buf_str(&j->packed);
}

void
joins_load(struct joins *j, const struct join_item *item, const struct join *given)
{
	struct query q;
	uint32_t tale, number;

	joins_forget(j, item->at);
	if (given->past.known && j->ring.cap < 1u << given->past.room)
		rebuild(j, 1u << given->past.room);
	room(j);
	join_query(j, item, &q);
	places_count(j, &q.x, 1);
	if (given->alike == 1000 || q.round_up)
		copy_make(j, &q.x);
	tale = join_tale_find(j, &given->story);
	if (tale == JOIN_NONE)
		tale = tale_back(j, given);
	number = remember(j, &q.x, tale);
	if (given->alike == 1000 && item->copy)
		join_copy_link(j, number, item->copy);
	join_voice_add(&j->tales[tale], item->old_author);
	if (given->moved.n)
		join_move_again(j, given->moved);
}

uint64_t
join_watch(struct str name)
{
	return UINT64_C(1) << (hash_fast(name, 0) & 63);
}
