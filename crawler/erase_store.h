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
/* Documents that were set aside (table reject) and say that name as their author's (on that site,
 * unless it is empty), as many as v holds. name may be the author's key in hex. Their number or -1. */
struct erased_list {
	struct erased_reject {
		int64_t seq;
		struct archive_erased x;
	} v[256];
	int n;
};
int erased_rejects(struct store *s, struct str name, struct str site, struct erased_list *v,
		   struct err *e) LY_MUST_USE;
/* Drop that number, whatever waits for it; a row of reject stays. *bytes: of its body. */
int erased_drop_seq(struct store *s, int64_t seq, int64_t *bytes, struct err *e) LY_MUST_USE;
int erased_done(struct store *s, const struct id *document, struct err *e) LY_MUST_USE;
/* Forget those that arrived before: neither spool nor archive has them any more. */
int erased_expire(struct store *s, int64_t before, struct err *e) LY_MUST_USE;
/* Drop x from the spool, if it is there. *bytes: of its body. 1, 0 it is not, -1. A document that
 * waits for its receipt stays: *waits. */
int erased_drop(struct store *s, const struct archive_erased *x, int64_t *bytes, bool *waits,
		struct err *e) LY_MUST_USE;

#endif
