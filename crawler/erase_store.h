/* erase_store.h - documents whose text must not be readable in spool and archive: in spool.db. */
#ifndef LY_CRAWLER_ERASE_STORE_H
#define LY_CRAWLER_ERASE_STORE_H

#include "core/store.h"

#include "crawler/archive_erase.h"

/* Told again it changes nothing. */
int erased_add(struct store *s, const struct archive_erased *x, struct err *e) LY_MUST_USE;
/* Those that are not done, the oldest first, at most max. Their number or -1. */
int erased_open(struct store *s, struct archive_erased *v, int max, struct err *e) LY_MUST_USE;
/* 1: what it said must not be kept again, 0, -1. */
int erased_is(struct store *s, const struct id *document, struct err *e) LY_MUST_USE;
int64_t erased_count_open(struct store *s, struct err *e) LY_MUST_USE; /* -1 */
int erased_done(struct store *s, const struct id *document, struct err *e) LY_MUST_USE;
/* Forget those that arrived before: neither spool nor archive has them any more. */
int erased_expire(struct store *s, int64_t before, struct err *e) LY_MUST_USE;
/* Drop x from the spool, if it is there. *bytes: of its body. 1, 0 it is not, -1. A document that
 * waits for its receipt stays: *waits. */
int erased_drop(struct store *s, const struct archive_erased *x, int64_t *bytes, bool *waits,
		struct err *e) LY_MUST_USE;

#endif
