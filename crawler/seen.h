/*
 * seen.h - how long what was seen is known: marks live as long as their item is met.
 *
 * A mark (crawler/spool_store.h) is renewed when its item comes again and goes when nobody has
 * met it for spool.keep_seen. A source that only answers "not modified" shows its items all the
 * same, though nobody reads them: every quarter of that time it is read as a whole.
 */
#ifndef LY_CRAWLER_SEEN_H
#define LY_CRAWLER_SEEN_H

#include "core/err.h"

struct crawler;
/* 1 when the items of the source must be read again, whatever its validators say; 0, -1. */
int seen_is_stale(struct crawler *c, struct str source, struct err *e) LY_MUST_USE;
/* All items that the source shows were met now. In the open batch. */
int seen_renewed(struct crawler *c, struct str source, struct err *e) LY_MUST_USE;

#endif
