/*
 * evidence_check.h - kept evidence read again: digests computed anew, words as they were.
 */
#ifndef LY_CRAWLER_EVIDENCE_CHECK_H
#define LY_CRAWLER_EVIDENCE_CHECK_H

#include "crawler/evidence_store.h"

struct evidence_sum {
	int64_t documents, sights, records, bytes;
	int64_t wrong; /* each was told */
};
struct evidence_told {
	void (*wrong)(void *arg, const struct evidence_row *row, const char *what);
	void *arg;
};
#define EVIDENCE_LOOK_MAX ((size_t)96 << 20) /* bytes that one look left */
/* What a look left, into out, which is cleared. -1: ERR_REJECT: its bytes are not there; other
 * kinds: the store cannot be read. */
int evidence_sight_read(struct store *s, const char *dir, const struct sight_row *sight,
			struct buf *out, struct err *e) LY_MUST_USE;
/* Check each sight of row, and each of their records against its own digests. piece: for its
 * use, BUF(EVIDENCE_LOOK_MAX). -1: the store cannot be read. */
int evidence_check(struct store *s, const char *dir, const struct evidence_row *row,
		   const struct evidence_told *told, struct buf *piece,
		   struct evidence_sum *sum, struct err *e) LY_MUST_USE;
/* All there is in the spool at dir/spool.db; nothing when there is none. */
int evidence_check_all(const char *dir, const struct evidence_told *told,
		       struct evidence_sum *sum, struct err *e) LY_MUST_USE;
/* The words that sight s, of these bytes, shows, masked, in a; empty when it has none (a revisit,
 * a failure). */
struct str evidence_words(struct arena *a, struct str bytes, const struct evidence_row *row,
			  const struct sight_row *s);

#endif
