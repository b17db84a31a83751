/* health_store.h - the row of a source's tally in spool.db. */
#ifndef LY_CRAWLER_HEALTH_STORE_H
#define LY_CRAWLER_HEALTH_STORE_H

#include "core/arena.h"
#include "core/store.h"

#include "crawler/tally.h"

/* 1, or 0 when there is none (*t stays as it is), or -1. */
int tally_load(struct store *s, struct str name, struct arena *a, struct tally *t,
	       struct err *e) LY_MUST_USE;
int tally_save(struct store *s, struct str name, const struct tally *t,
	       struct err *e) LY_MUST_USE;

#endif
