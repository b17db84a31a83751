/* join_pack.c - what joins decide, as bytes of the record. All numbers little endian. */
#include "core/base.h"

#include "core/buf.h"
#include "responder/join_inside.h"

#define STATE_OLD \
	39 /* bytes before the parts, which are four each: so the rest of a division */
#define STATE_HEAD \
	41          /* by 4 tells whether the past is known; then its voices, four bytes each */
#define VOICES_AT 5 /* bit: below it, in older versions, how many first members */
#define WHY_HEAD  12
#define WHY_PART  6

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
	buf_add(b, (struct str){ (const char *)x->story.b, sizeof x->story.b });
	put(b, (uint64_t)x->first_at, 8);
	put(b, item->watches, 8);
	put(b, item->old_author, 4);
	put(b, (uint64_t)x->alike, 2);
	put(b, (uint64_t)(item->sign + 1), 1);
	put(b, (unsigned)x->past.voices_n << VOICES_AT, 1);
	put(b, x->past.room, 1);
	for (size_t i = 0; i < x->past.voices_n; i++)
		put(b, x->past.voices[i], 4);
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

bool
join_unpack_state(struct str bytes, struct join_item *item, struct join *x)
{
	bool known = bytes.n % 4 == STATE_HEAD % 4;

	if (bytes.n < (known ? STATE_HEAD : STATE_OLD) ||
	    (!known && bytes.n % 4 != STATE_OLD % 4))
		return false;
	memcpy(x->story.b, bytes.p, sizeof x->story.b);
	bytes.p += sizeof x->story.b;
	bytes.n -= sizeof x->story.b;
	x->first_at = (int64_t)take(&bytes, 8);
	item->watches = take(&bytes, 8);
	item->old_author = (uint32_t)take(&bytes, 4);
	x->alike = (int)take(&bytes, 2);
	item->sign = (int)take(&bytes, 1) - 1;
	x->past = (struct join_past){ .known = false };
	if (known && !past_unpack(&bytes, &x->past))
		return false;
	item->gist = bytes;
	return item->sign >= -1 && item->sign <= 1 && bytes.n / 4 <= GIST_MAX;
}
