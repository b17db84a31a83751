/*
 * stage_trail.h - which peer has, or brought, record (spool, seq): a bounded hash table.
 *
 * The producer's runner keeps what is on its way without a receipt: one trail an address. The
 * responder's keeps whom a receipt goes to: one trail for each peer that brought the record.
 * Never over its ceiling: what does not fit is not remembered.
 */
#ifndef LY_CORE_STAGE_TRAIL_H
#define LY_CORE_STAGE_TRAIL_H

#include "core/base.h"

#define TRAIL_MAX (1 << 20)

struct trail {
	struct id spool;
	int64_t seq;
	uint32_t peer; /* its number; 0: this place is free */
	uint32_t bytes;
	int64_t at_ms; /* monotonic */
};
struct trails {
	struct trail *v;
	size_t n, cap;
	uint64_t seed;
};
void trails_init(struct trails *t, uint64_t seed);
void trails_release(struct trails *t);
/* NULL when there is none. Valid until the next add or drop. */
struct trail *trails_find(struct trails *t, const struct id *spool, int64_t seq);
/* Another of the address of after, or NULL: visits all that trails_find() began. */
struct trail *trails_same(struct trails *t, struct trail *after);
/* Beside those of its address, if there are any. False when the table is full. */
bool trails_add(struct trails *t, const struct trail *new);
void trails_drop(struct trails *t, struct trail *old);
/* Visit all: for (struct trail *x = NULL; (x = trails_next(t, x));). No add meanwhile. */
struct trail *trails_next(const struct trails *t, struct trail *after);

#endif
