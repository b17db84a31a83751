/* archive_block.c - see archive_block.h. */
#include "core/base.h"

#include <endian.h>

#include "core/hash.h"
#include "core/str.h"
#include "core/zstd.h"

#include "crawler/archive_block.h"

#define CHECKED    64 /* bytes of the head that the checksum covers */
#define FRAME_MAX  (ARCHIVE_RAW_MAX + (ARCHIVE_RAW_MAX >> 7) + 1024)
#define SIGN_BYTES 16

/* How every block begins: magic, size, name. */
static const char sign[SIGN_BYTES + 1] = "\x5C\x2A\x4D\x18\x48\0\0\0LYarchv1";

static void
put32(struct buf *b, size_t v)
{
	uint32_t le = htole32((uint32_t)v);

	buf_add(b, (struct str){ (const char *)&le, sizeof le });
}

static void
put64(struct buf *b, int64_t v)
{
	uint64_t le = htole64((uint64_t)v);

	buf_add(b, (struct str){ (const char *)&le, sizeof le });
}

static size_t
get32(const char *p)
{
	uint32_t le;

	memcpy(&le, p, sizeof le);
	return le32toh(le);
}

static int64_t
get64(const char *p)
{
	uint64_t le;

	memcpy(&le, p, sizeof le);
	return (int64_t)le64toh(le);
}

void
archive_block_add(struct buf *out, struct str raw, const struct archive_span *span)
{
	struct buf frame = BUF(FRAME_MAX), head = BUF(ARCHIVE_HEAD_BYTES + 1);
	struct id sum;

	zstd_add(&frame, raw);
	buf_add(&head, (struct str){ sign, SIGN_BYTES });
	put32(&head, frame.n);
	put32(&head, raw.n);
	put32(&head, (size_t)span->documents);
	put32(&head, 0);
	put64(&head, span->first_seq);
	put64(&head, span->last_seq);
	put64(&head, span->first_at);
	put64(&head, span->last_at);
	sum = ID_OF(buf_str(&head), buf_str(&frame));
	buf_add(&head, id_str(&sum));
	buf_add(out, buf_str(&head));
	buf_add(out, buf_str(&frame));
	buf_release(&head);
	buf_release(&frame);
}

/* Reads the head at p, which has all its bytes. False when it can be none of ours. */
static bool
head_read(const char *p, struct archive_block *b, size_t *frame_n)
{
	*frame_n = get32(p + 16);
	b->raw_bytes = get32(p + 20);
	b->span = (struct archive_span){ .documents = (int64_t)get32(p + 24),
					 .first_seq = get64(p + 32),
					 .last_seq = get64(p + 40),
					 .first_at = get64(p + 48),
					 .last_at = get64(p + 56) };
	return *frame_n && *frame_n <= FRAME_MAX && b->raw_bytes <= ARCHIVE_RAW_MAX;
}

static bool
sum_holds(const char *p, struct str frame)
{
	struct id sum, said;

	memcpy(said.b, p + CHECKED, sizeof said.b);
	sum = ID_OF(((struct str){ p, CHECKED }), frame);
	return id_eq(&sum, &said);
}

/* What stands at at, where a block may begin. DAMAGE: not this. */
static enum archive_said
look(struct str file, size_t at, struct archive_block *b)
{
	struct str rest = str_slice(file, at, file.n);
	size_t n;

	*b = (struct archive_block){ .at = at, .n = rest.n };
	if (rest.n < SIGN_BYTES)
		return memcmp(rest.p, sign, rest.n) ? ARCHIVE_DAMAGE : ARCHIVE_TAIL;
	if (memcmp(rest.p, sign, SIGN_BYTES) != 0)
		return ARCHIVE_DAMAGE;
	if (rest.n < ARCHIVE_HEAD_BYTES)
		return ARCHIVE_TAIL;
	if (!head_read(rest.p, b, &n))
		return ARCHIVE_DAMAGE;
	if (n > rest.n - ARCHIVE_HEAD_BYTES)
		return ARCHIVE_TAIL;
	b->frame = str_slice(rest, ARCHIVE_HEAD_BYTES, n);
	b->n = ARCHIVE_HEAD_BYTES + n;
	return sum_holds(rest.p, b->frame) ? ARCHIVE_BLOCK : ARCHIVE_DAMAGE;
}

/* Where a block may begin, from at on; the end of the file when nowhere. */
static size_t
sign_find(struct str file, size_t at)
{
	struct str rest = str_slice(file, at, file.n);
	ptrdiff_t found = str_find(rest, (struct str){ sign, SIGN_BYTES });

	return found < 0 ? file.n : at + (size_t)found;
}

enum archive_said
archive_block_next(struct str file, size_t *at, struct archive_block *b)
{
	size_t from = *at, next = from;
	struct archive_block other;
	enum archive_said said;

	if (from >= file.n)
		return ARCHIVE_END;
	said = look(file, from, b);
	if (said == ARCHIVE_BLOCK) {
		*at += b->n;
		return said;
	}
	/* Also behind a cut one: its head may be what is damaged. */
	do
		next = sign_find(file, next + 1);
	while (next < file.n && look(file, next, &other) == ARCHIVE_DAMAGE);
	if (next < file.n)
		said = ARCHIVE_DAMAGE;
	*b = (struct archive_block){ .at = from, .n = next - from };
	*at = next;
	return said;
}

int
archive_block_read(const struct archive_block *b, struct buf *out, struct err *e)
{
	return zstd_read(b->frame, b->raw_bytes, out, e);
}
