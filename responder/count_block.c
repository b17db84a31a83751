/*
 * count_block.c - see count_block.h.
 *
 * mentions:  u32 version, n, negatives, topics, site names, topic names
 *            n x         u64 author, voice, reach; u32 arrived - from, arrived - told, site;
 *                        u16 rank; u8 marks, tier
 *            negatives x 16 bytes story, 16 bytes mention, u32 score, u32 number of the mention
 *            topics x    u32 number of the mention, u32 number of the topic
 *            names:      u32 length, bytes
 * documents: u32 version | HEARD, n; n x i64 documents, i64 last, u32 length, key
 */
#include "core/base.h"

#include <endian.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/count_block.h"
#include "responder/heap.h"

#define HEAD     24
#define RECORD   40
#define NEGATIVE 40
#define TOPIC    8
#define HEARD    0x10000u
#define PART_MAX (16 << 20)

static void
put16(struct buf *b, uint16_t v)
{
	v = htole16(v);
	buf_add(b, (struct str){ (const char *)&v, sizeof v });
}

static void
put32(struct buf *b, uint32_t v)
{
	v = htole32(v);
	buf_add(b, (struct str){ (const char *)&v, sizeof v });
}

static void
put64(struct buf *b, uint64_t v)
{
	v = htole64(v);
	buf_add(b, (struct str){ (const char *)&v, sizeof v });
}

static inline uint16_t
get16(const char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
	return le16toh(v);
}

static inline uint32_t
get32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return le32toh(v);
}

static inline uint64_t
get64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return le64toh(v);
}

bool
block_is_other(struct str bytes)
{
	uint32_t version = bytes.n >= 8 ? get32(bytes.p) & ~HEARD : 0;

	return version > 0 && version < HEARD && version != BLOCK_VERSION;
}

/* ---- making, of mentions -------------------------------------------------------------------- */

void
block_begin(struct block_maker *b, int64_t from_at)
{
	*b = (struct block_maker){ .from_at = from_at,
				   .records = BUF(PART_MAX),
				   .negatives = BUF(PART_MAX),
				   .topics = BUF(PART_MAX),
				   .site_names = names_new(),
				   .topic_names = names_new(),
				   .a = arena_new() };
}

static void
topic_add(void *arg, struct str topic)
{
	struct block_maker *b = arg;

	put32(&b->topics, b->n);
	put32(&b->topics, names_add(b->topic_names, topic));
}

static bool
fits(const struct block_maker *b, const struct day_mention *m, const struct counted *x)
{
	return x->arrived_at >= b->from_at && x->arrived_at - b->from_at <= UINT32_MAX &&
	       x->arrived_at - x->told_at <= UINT32_MAX && m->rank <= UINT16_MAX &&
	       m->score >= INT32_MIN && m->score <= INT32_MAX;
}

void
block_add(struct block_maker *b, const struct day_mention *m)
{
	struct counted x;
	struct id story = counted_story(m);

	if (!counted_of(m, &x))
		return;
	b->unfit |= !fits(b, m, &x);
	put64(&b->records, x.author);
	put64(&b->records, x.voice);
	put64(&b->records, (uint64_t)x.reach);
	put32(&b->records, (uint32_t)(x.arrived_at - b->from_at));
	put32(&b->records, (uint32_t)(x.arrived_at - x.told_at));
	put32(&b->records, names_add(b->site_names, m->site));
	put16(&b->records, x.rank);
	buf_add_byte(&b->records, (char)x.marks);
	buf_add_byte(&b->records, (char)x.tier);
	if (x.marks & COUNTED_NEGATIVE) {
		buf_add(&b->negatives, id_str(&story));
		buf_add(&b->negatives, id_str(&m->id));
		put32(&b->negatives, (uint32_t)m->score);
		put32(&b->negatives, b->n);
	}
	counted_topics(m->topics, b->a, topic_add, b);
	b->n++;
}

static void
names_put(const struct names *names, struct buf *out)
{
	for (uint32_t i = 0; i < names_count(names); i++) {
		struct str s = names_get(names, i);

		put32(out, (uint32_t)s.n);
		buf_add(out, s);
	}
}

int
block_write(struct block_maker *b, struct buf *out)
{
	if (b->unfit || !buf_ok(&b->records) || !buf_ok(&b->negatives) || !buf_ok(&b->topics))
		return -1;
	put32(out, BLOCK_VERSION);
	put32(out, b->n);
	put32(out, (uint32_t)(b->negatives.n / NEGATIVE));
	put32(out, (uint32_t)(b->topics.n / TOPIC));
	put32(out, (uint32_t)names_count(b->site_names));
	put32(out, (uint32_t)names_count(b->topic_names));
	buf_add(out, buf_str(&b->records));
	buf_add(out, buf_str(&b->negatives));
	buf_add(out, buf_str(&b->topics));
	names_put(b->site_names, out);
	names_put(b->topic_names, out);
	return buf_ok(out) ? 0 : -1;
}

void
block_release(struct block_maker *b)
{
	buf_release(&b->records);
	buf_release(&b->negatives);
	buf_release(&b->topics);
	names_free(b->site_names);
	names_free(b->topic_names);
	arena_free(b->a);
	*b = (struct block_maker){ .n = 0 };
}

/* ---- reading, of mentions ------------------------------------------------------------------- */

struct str
block_name(struct str *rest)
{
	uint32_t n = rest->n >= 4 ? get32(rest->p) : 0;
	struct str s = { rest->n >= 4 ? rest->p + 4 : rest->p, n };

	if (rest->n < 4 || rest->n - 4 < n) {
		*rest = (struct str){ NULL, 0 };
		return *rest;
	}
	*rest = (struct str){ s.p + n, rest->n - 4 - n };
	return s;
}

/* Are there exactly so many names? */
static bool
names_right(struct str names, uint64_t n)
{
	while (n-- > 0) {
		block_name(&names);
		if (!names.p)
			return false;
	}
	return !names.n;
}

static bool
numbers_right(const struct count_block *b)
{
	bool right = true;

	for (uint32_t i = 0; i < b->n; i++) {
		const char *r = b->records + (size_t)i * RECORD;

		right &= get32(r + 32) < b->site_names_n && (uint8_t)r[39] < DAY_TIERS;
	}
	for (uint32_t i = 0; i < b->negatives_n; i++)
		right &= block_negative(b, i).of < b->n;
	for (uint32_t i = 0; i < b->topics_n; i++)
		right &= block_topic(b, i).of < b->n &&
			 block_topic(b, i).topic < b->topic_names_n;
	return right;
}

bool
block_open(struct str bytes, int64_t from_at, struct count_block *b)
{
	uint64_t fixed;

	if (bytes.n < HEAD || get32(bytes.p) != BLOCK_VERSION)
		return false;
	*b = (struct count_block){ .from_at = from_at,
				   .n = get32(bytes.p + 4),
				   .negatives_n = get32(bytes.p + 8),
				   .topics_n = get32(bytes.p + 12),
				   .site_names_n = get32(bytes.p + 16),
				   .topic_names_n = get32(bytes.p + 20),
				   .records = bytes.p + HEAD };
	fixed = HEAD + (uint64_t)b->n * RECORD + (uint64_t)b->negatives_n * NEGATIVE +
		(uint64_t)b->topics_n * TOPIC;
	if (fixed > bytes.n)
		return false;
	b->negatives = b->records + (size_t)b->n * RECORD;
	b->topics = b->negatives + (size_t)b->negatives_n * NEGATIVE;
	b->names = str_slice(bytes, (size_t)fixed, bytes.n);
	return names_right(b->names, (uint64_t)b->site_names_n + b->topic_names_n) &&
	       numbers_right(b);
}

struct counted
block_get(const struct count_block *b, uint32_t i)
{
	const char *r = b->records + (size_t)i * RECORD;
	int64_t arrived_at = b->from_at + get32(r + 24);

	return (struct counted){ .author = get64(r),
				 .voice = get64(r + 8),
				 .reach = (int64_t)get64(r + 16),
				 .arrived_at = arrived_at,
				 .told_at = arrived_at - get32(r + 28),
				 .site = get32(r + 32),
				 .rank = get16(r + 36),
				 .marks = (uint8_t)r[38],
				 .tier = (uint8_t)r[39] };
}

struct counted_negative
block_negative(const struct count_block *b, uint32_t i)
{
	const char *r = b->negatives + (size_t)i * NEGATIVE;
	struct counted_negative x = { .score = (int32_t)get32(r + 32), .of = get32(r + 36) };

	memcpy(x.story.b, r, sizeof x.story.b);
	memcpy(x.mention.b, r + 16, sizeof x.mention.b);
	return x;
}

struct block_topic
block_topic(const struct count_block *b, uint32_t i)
{
	const char *r = b->topics + (size_t)i * TOPIC;

	return (struct block_topic){ get32(r), get32(r + 4) };
}

/* ---- of documents --------------------------------------------------------------------------- */

void
heard_begin(struct heard_list *l)
{
	*l = (struct heard_list){ .keys = names_new(), .a = arena_new() };
}

struct heard *
heard_get(struct heard_list *l, struct str key)
{
	uint32_t i = names_add(l->keys, key);

	while (i >= l->cap) {
		size_t had = l->cap;

		l->v = heap_more(l->v, &l->cap, sizeof *l->v);
		memset(l->v + had, 0, (l->cap - had) * sizeof *l->v);
	}
	return &l->v[i];
}

struct heard *
heard_of(struct heard_list *l, struct str source, int64_t source_class)
{
	uint64_t head = htole64((uint64_t)source_class);
	char *p = arena_alloc(l->a, sizeof head + source.n);
	struct heard *h;

	memcpy(p, &head, sizeof head);
	if (source.n)
		memcpy(p + sizeof head, source.p, source.n);
	h = heard_get(l, (struct str){ p, sizeof head + source.n });
	arena_reset(l->a);
	return h;
}

struct str
heard_source(struct str key, int64_t *source_class)
{
	*source_class = key.n >= 8 ? (int64_t)get64(key.p) : 0;
	return str_slice(key, 8, key.n);
}

int
heard_write(const struct heard_list *l, struct buf *out)
{
	put32(out, BLOCK_VERSION | HEARD);
	put32(out, (uint32_t)names_count(l->keys) - 1);
	for (uint32_t i = 1; i < names_count(l->keys); i++) {
		struct str key = names_get(l->keys, i);

		put64(out, (uint64_t)l->v[i].documents);
		put64(out, (uint64_t)l->v[i].last_at);
		put32(out, (uint32_t)key.n);
		buf_add(out, key);
	}
	return buf_ok(out) ? 0 : -1;
}

bool
heard_open(struct str bytes, void (*each)(void *arg, struct str key, const struct heard *h),
	   void *arg)
{
	struct str rest = str_slice(bytes, 8, bytes.n);
	uint32_t n = bytes.n >= 8 ? get32(bytes.p + 4) : 0;

	if (bytes.n < 8 || get32(bytes.p) != (BLOCK_VERSION | HEARD))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		struct heard h;
		struct str key;

		if (rest.n < 20)
			return false;
		h = (struct heard){ (int64_t)get64(rest.p), (int64_t)get64(rest.p + 8) };
		rest = str_slice(rest, 16, rest.n);
		key = block_name(&rest);
		if (!key.n)
			return false;
		if (each)
			each(arg, key, &h);
	}
	return !rest.n;
}

void
heard_release(struct heard_list *l)
{
	names_free(l->keys);
	free(l->v);
	arena_free(l->a);
	*l = (struct heard_list){ .cap = 0 };
}
