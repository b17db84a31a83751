/* websub_store.h - subscriptions in spool.db: what must outlive a crash between two messages. */
#ifndef LY_CRAWLER_WEBSUB_STORE_H
#define LY_CRAWLER_WEBSUB_STORE_H

#include "core/arena.h"
#include "core/store.h"

#include "crawler/subscription.h"

/* Each of them: 1 and *s (texts in a), 0 when there is none, or -1. */
int websub_by_key(struct store *s, const struct id *key, struct arena *a,
		  struct subscription *sub, struct err *e) LY_MUST_USE;
/* That of the source which is not being left. */
int websub_by_source(struct store *s, struct str source, struct arena *a,
		     struct subscription *sub, struct err *e) LY_MUST_USE;
/* The one that is to be looked at first, at now or before. */
int websub_by_time(struct store *s, int64_t now, struct arena *a, struct subscription *sub,
		   struct err *e) LY_MUST_USE;
/* The one after key, in the order of keys; all zero: the first. */
int websub_after(struct store *s, const struct id *key, struct arena *a,
		 struct subscription *sub, struct err *e) LY_MUST_USE;
int websub_write(struct store *s, const struct subscription *sub, struct err *e) LY_MUST_USE;
int websub_forget(struct store *s, const struct id *key, struct err *e) LY_MUST_USE;
int websub_forget_all(struct store *s, struct err *e) LY_MUST_USE;
/* When the next is to be looked at; INT64_MAX for none. */
int websub_next_at(struct store *s, int64_t *at, struct err *e) LY_MUST_USE;

#endif
