/* join_pack.c - what joins decide, as bytes of the record. All numbers little endian. */
#include "core/base.h"

#include "core/buf.h"
#include "core/hash.h"
#include "responder/join_inside.h"

/* A row of state: what is always there, its past, whom it moved, and the parts. Parts and voices
 * are four bytes each, so the rest of a division by 4 tells which of the two others are there. */
#define STATE_HEAD 39
#define PAST_HEAD  2
#define MOVED_REST 1 /* whom it moved is filled up to that rest */
#define MOVED_HOME (16 + 8 + 1)
#define VOICES_AT  5 /* bit: below it, in older versions, how many first members */
#define WHY_HEAD   12
#define WHY_PART   6

static void
put(struct buf *b, uint64_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		buf_add_byte(b, (char)(v >> i * 8 & 255));
}

static uint64_t
take(struct str *s, size_t bytes)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v |= (uint64_t)(uint8_t)s->p[i] << i * 8;
	s->p += bytes;
	s->n -= bytes;
	return v;
}

static void
put_id(struct buf *b, const struct id *x)
{
	buf_add(b, (struct str){ (const char *)x->b, sizeof x->b });
}

static struct id
take_id(struct str *s)
{
	struct id x;

	memcpy(x.b, s->p, sizeof x.b);
	s->p += sizeof x.b;
	s->n -= sizeof x.b;
	return x;
}

void
join_pack_why(const struct join *x, struct buf *b)
{
	put(b, GIST_VERSION, 1);
	put(b, x->against, 1);
	put(b, x->own_n, 1);
	put(b, x->like_n, 1);
	put(b, x->age_s, 4);
	put(b, (uint16_t)x->named, 2);
	put(b, (uint16_t)x->others, 2);
	for (size_t i = 0; i < x->n; i++) {
		put(b, x->shared[i].part, 4);
		put(b, x->shared[i].weight, 2);
	}
}

bool
join_unpack_why(struct str bytes, struct join *x)
{
	x->n = 0;
	if (!bytes.n)
		return false;
	x->version = (uint8_t)take(&bytes, 1);
	if (x->version != GIST_VERSION)
		return x->version > 0 && x->version < GIST_VERSION;
	if (bytes.n < WHY_HEAD - 1 || (bytes.n - WHY_HEAD + 1) % WHY_PART ||
	    (bytes.n - WHY_HEAD + 1) / WHY_PART > LY_COUNT(x->shared))
		return false;
	x->against = (uint8_t)take(&bytes, 1);
	x->own_n = (uint8_t)take(&bytes, 1);
	x->like_n = (uint8_t)take(&bytes, 1);
	x->age_s = (uint32_t)take(&bytes, 4);
	x->named = (int16_t)take(&bytes, 2);
	x->others = (int16_t)take(&bytes, 2);
	for (; bytes.n; x->n++) {
		x->shared[x->n].part = (uint32_t)take(&bytes, 4);
		x->shared[x->n].weight = (uint32_t)take(&bytes, 2);
	}
	return true;
}

void
join_pack_state(const struct join_item *item, const struct join *x, struct buf *b)
{
	put_id(b, &x->story);
	put(b, (uint64_t)x->first_at, 8);
	put(b, item->watches, 8);
	put(b, item->old_author, 4);
	put(b, (uint64_t)x->alike, 2);
	put(b, (uint64_t)(item->sign + 1), 1);
	put(b, (unsigned)x->past.voices_n << VOICES_AT, 1);
	put(b, x->past.room, 1);
	for (size_t i = 0; i < x->past.voices_n; i++)
		put(b, x->past.voices[i], 4);
	buf_add(b, x->moved);
	buf_add(b, item->gist);
}

static bool
past_unpack(struct str *bytes, struct join_past *past)
{
	past->known = true;
	past->voices_n = (uint8_t)(take(bytes, 1) >> VOICES_AT);
	past->room = (uint8_t)take(bytes, 1);
	if (past->voices_n > JOIN_VOICES || past->room > JOIN_ROOM ||
	    bytes->n < past->voices_n * 4u)
		return false;
	for (size_t i = 0; i < past->voices_n; i++)
		past->voices[i] = (uint32_t)take(bytes, 4);
	return true;
}

/* ---- whom the newest moved -------------------------------------------------------------------- */

static size_t
home_find(const struct join_moved *const *homes, size_t n, const struct id *story)
{
	size_t i = 0;

	while (i < n && !id_eq(&homes[i]->why.story, story))
		i++;
	return i;
}

static void
put_home(const struct joins *j, const struct join *why, struct buf *b)
{
	const struct tale *t = &j->tales[join_tale_find(j, &why->story)];

	put_id(b, &t->story);
	put(b, (uint64_t)t->first_at, 8);
	put(b, t->voices_n, 1);
	for (size_t i = 0; i < t->voices_n; i++)
		put(b, t->voices[i], 4);
}

void
join_pack_moved(const struct joins *j, struct buf *b)
{
	const struct join_moved *homes[JOIN_POOL];
	size_t n = 0;

	for (size_t i = 0; i < j->moved_n; i++)
		if (home_find(homes, n, &j->moved[i].why.story) == n)
			homes[n++] = &j->moved[i];
	put(b, n, 1);
	for (size_t i = 0; i < n; i++)
		put_home(j, &homes[i]->why, b);
	put(b, j->moved_n, 2);
	for (size_t i = 0; i < j->moved_n; i++) {
		put_id(b, &j->moved[i].document);
		put(b, home_find(homes, n, &j->moved[i].why.story), 1);
	}
	while (b->n % 4 != MOVED_REST)
		put(b, 0, 1);
}

static bool
home_unpack(struct str *bytes, struct join_home *h)
{
	if (bytes->n < MOVED_HOME)
		return false;
	*h = (struct join_home){ .story = take_id(bytes) };
	h->first_at = (int64_t)take(bytes, 8);
	h->voices_n = (uint8_t)take(bytes, 1);
	if (h->voices_n > JOIN_VOICES || bytes->n < h->voices_n * 4u)
		return false;
	for (size_t i = 0; i < h->voices_n; i++)
		h->voices[i] = (uint32_t)take(bytes, 4);
	return true;
}

static bool
texts_unpack(struct str *bytes, struct join_homes *h)
{
	size_t n;

	if (bytes->n < 2)
		return false;
	n = (size_t)take(bytes, 2);
	if (!n || n > JOIN_MOVED || bytes->n < n * JOIN_MOVED_TEXT)
		return false;
	h->texts = (struct str){ bytes->p, n * JOIN_MOVED_TEXT };
	for (size_t i = 0; i < n; i++) {
		(void)take_id(bytes);
		if (take(bytes, 1) >= h->n)
			return false;
	}
	return true;
}

bool
join_unpack_moved(struct str *bytes, struct join_homes *h)
{
	size_t all = bytes->n;

	if (!all)
		return false;
	h->n = (size_t)take(bytes, 1);
	if (!h->n || h->n > JOIN_POOL)
		return false;
	for (size_t i = 0; i < h->n; i++)
		if (!home_unpack(bytes, &h->v[i]))
			return false;
	if (!texts_unpack(bytes, h))
		return false;
	while ((all - bytes->n) % 4 != MOVED_REST)
		if (!bytes->n || take(bytes, 1))
			return false;
	return true;
}

static bool
moved_unpack(struct str *bytes, struct join *x)
{
	struct join_homes h;
	const char *from = bytes->p;

	if (!join_unpack_moved(bytes, &h))
		return false;
	x->moved = (struct str){ from, (size_t)(bytes->p - from) };
	return true;
}

/* ---- state ------------------------------------------------------------------------------------ */

bool
join_unpack_state(struct str bytes, struct join_item *item, struct join *x)
{
	size_t rest = (bytes.n + 4 - STATE_HEAD % 4) % 4; /* what is there beside the head */
	bool known = rest >= PAST_HEAD, moved = rest % PAST_HEAD == MOVED_REST;

	if (bytes.n < STATE_HEAD + (known ? PAST_HEAD : 0))
		return false;
	x->story = take_id(&bytes);
	x->first_at = (int64_t)take(&bytes, 8);
	item->watches = take(&bytes, 8);
	item->old_author = (uint32_t)take(&bytes, 4);
	x->alike = (int)take(&bytes, 2);
	item->sign = (int)take(&bytes, 1) - 1;
	x->past = (struct join_past){ .known = false };
	x->moved = (struct str){ 0 };
	if ((known && !past_unpack(&bytes, &x->past)) || (moved && !moved_unpack(&bytes, x)))
		return false;
	item->gist = bytes;
	return item->sign >= -1 && item->sign <= 1 && bytes.n / 4 <= GIST_MAX;
}
