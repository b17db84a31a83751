/* archive_store.h - how far the document archive is, in spool.db. */
#ifndef LY_CRAWLER_ARCHIVE_STORE_H
#define LY_CRAWLER_ARCHIVE_STORE_H

#include "core/store.h"

#define ARCHIVE_NAME_MAX 40
/* Everything up to document seq is in the archive, whose newest segment has so many bytes. */
struct archive_place {
	char segment[ARCHIVE_NAME_MAX]; /* file name; empty = the next block begins another */
	int64_t bytes, seq;
};
/* 1; 0 when there is none (zeroed), -1. */
int archive_place_read(struct store *s, struct archive_place *p, struct err *e) LY_MUST_USE;
int archive_place_write(struct store *s, const struct archive_place *p,
			struct err *e) LY_MUST_USE;
/* No archive: documents expire without waiting for it. */
int archive_place_drop(struct store *s, struct err *e) LY_MUST_USE;
/* A document as the archive takes it. again: it stands in the archive under an older number. */
struct archive_row {
	int64_t seq, at;
	struct str body;
	bool again;
};
/* Those behind seq by number, until each says false. */
int archive_each(struct store *s, int64_t seq,
		 bool (*each)(void *arg, const struct archive_row *r), void *arg,
		 struct err *e) LY_MUST_USE;
/* Document seq, not archived yet, is a copy of old under another number. */
int archive_again(struct store *s, int64_t old, int64_t seq, struct err *e) LY_MUST_USE;

#endif
