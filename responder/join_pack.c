/* join_pack.c - what joins decide, as bytes of the record. All numbers little endian. */
#include "core/base.h"

#include "core/buf.h"
#include "responder/join.h"

#define STATE_HEAD 43 /* bytes before the parts */
#define WHY_HEAD   14

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
	put(b, x->root, 4);
	put(b, x->root_like, 4);
	put(b, x->age_s, 4);
	put(b, x->asleep, 1);
	for (size_t i = 0; i < x->n; i++) {
		put(b, x->shared[i].part, 4);
		put(b, x->shared[i].weight, 4);
	}
}

bool
join_unpack_why(struct str bytes, struct join *x)
{
	if (bytes.n < WHY_HEAD || (bytes.n - WHY_HEAD) % 8 ||
	    (bytes.n - WHY_HEAD) / 8 > LY_COUNT(x->shared))
		return false;
	x->version = (uint8_t)take(&bytes, 1);
	x->root = (uint32_t)take(&bytes, 4);
	x->root_like = (uint32_t)take(&bytes, 4);
	x->age_s = (uint32_t)take(&bytes, 4);
	x->asleep = take(&bytes, 1);
	for (x->n = 0; bytes.n; x->n++) {
		x->shared[x->n].part = (uint32_t)take(&bytes, 4);
		x->shared[x->n].weight = (uint32_t)take(&bytes, 4);
	}
	return x->root && x->root_like;
}

void
join_pack_state(const struct join_item *item, const struct join *x, struct buf *b)
{
	buf_add(b, (struct str){ (const char *)x->story.b, sizeof x->story.b });
	put(b, (uint64_t)x->first_at, 8);
	put(b, item->watches, 8);
	put(b, x->root, 4);
	put(b, item->old_author, 4);
	put(b, (uint64_t)x->alike, 2);
	put(b, (uint64_t)(item->sign + 1), 1);
	buf_add(b, item->gist);
}

bool
join_unpack_state(struct str bytes, struct join_item *item, struct join *x)
{
	if (bytes.n < STATE_HEAD || (bytes.n - STATE_HEAD) % 4 ||
	    (bytes.n - STATE_HEAD) / 4 > GIST_MAX)
		return false;
	memcpy(x->story.b, bytes.p, sizeof x->story.b);
	bytes.p += sizeof x->story.b;
	bytes.n -= sizeof x->story.b;
	x->first_at = (int64_t)take(&bytes, 8);
	item->watches = take(&bytes, 8);
	x->root = (uint32_t)take(&bytes, 4);
	item->old_author = (uint32_t)take(&bytes, 4);
	x->alike = (int)take(&bytes, 2);
	item->sign = (int)take(&bytes, 1) - 1;
	item->gist = bytes;
	return x->root && item->sign >= -1 && item->sign <= 1;
}
