/*
 * archive_block.h - one block of the document archive: documents in wire form, compressed.
 *
 * A segment file is a run of blocks, each of two zstd frames: a skippable one that says what is
 * in the other, and that one. So `zstd -dc FILE` gives the documents, and blocks that are not
 * asked for are stepped over. All integers are little endian:
 *
 *   0   u32  0x184D2A5C, a skippable frame   16  u32  bytes of the second frame
 *   4   u32  72, the bytes that follow       20  u32  bytes that it holds
 *   8   "LYarchv1"                           24  u32  documents        28  u32  0
 *   32  i64  first, last number, first, last arrival
 *   64  16 bytes BLAKE2b over bytes 0..63 and the second frame
 *
 * Pure: no file, no clock.
 */
#ifndef LY_CRAWLER_ARCHIVE_BLOCK_H
#define LY_CRAWLER_ARCHIVE_BLOCK_H

#include "core/buf.h"
#include "core/err.h"

#define ARCHIVE_HEAD_BYTES 80
#define ARCHIVE_RAW_MAX    ((size_t)8 << 20) /* what one block holds */

struct archive_span {
	int64_t documents, first_seq, last_seq, first_at, last_at;
};
/* raw: at most ARCHIVE_RAW_MAX bytes of encoded documents. */
void archive_block_add(struct buf *out, struct str raw, const struct archive_span *span);

enum archive_said {
	ARCHIVE_END,    /* nothing is left                                            */
	ARCHIVE_BLOCK,  /* a block whose checksum is right                            */
	ARCHIVE_DAMAGE, /* bytes that are none, up to the next block or the end       */
	ARCHIVE_TAIL,   /* the file ends inside a block: torn, or being written       */
};
struct archive_block {
	struct archive_span span;
	struct str frame; /* the second one, in the file        */
	size_t raw_bytes; /* that it holds                      */
	size_t at, n;     /* where in the file, and how long    */
};
/* What stands at *at in a segment; *at goes on behind it. BLOCK fills all of b, DAMAGE and TAIL
 * at and n. */
enum archive_said archive_block_next(struct str file, size_t *at, struct archive_block *b);
/* The documents of a block. -1 and ERR_REJECT. */
int archive_block_read(const struct archive_block *b, struct buf *out,
		       struct err *e) LY_MUST_USE;

#endif
