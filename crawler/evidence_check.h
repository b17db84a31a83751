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
#define EVIDENCE_FILE_MAX ((size_t)512 << 20)
/* Check the file of row against its sights, and each record against its own digests: what was
 * acknowledged, no more. file: filled with it. -1: the store cannot be read. */
int evidence_check(struct store *s, const char *dir, const struct evidence_row *row,
		   const struct evidence_told *told, struct buf *file, struct evidence_sum *sum,
		   struct err *e) LY_MUST_USE;
/* All there is in the spool at dir/spool.db; nothing when there is none. */
int evidence_check_all(const char *dir, const struct evidence_told *told,
		       struct evidence_sum *sum, struct err *e) LY_MUST_USE;
/* The words that sight s shows, masked, in a; empty when it has none (a revisit, a failure). */
struct str evidence_words(struct arena *a, struct str file, const struct evidence_row *row,
			  const struct sight_row *s);

#endif
