/*
 * fan.h - work on numbered blocks by several threads, its outcomes taken in their order.
 *
 *   0 1 2 3 …  ──▶ threads, whoever is free ──▶ fan_next(): 0, 1, 2, 3 …
 *
 * What a block gives must depend on the block alone: then neither the number of threads nor who
 * was first shows. At most four blocks a thread are done and not taken, so memory is bounded.
 */
#ifndef LY_CORE_FAN_H
#define LY_CORE_FAN_H

#include "core/buf.h"

struct fan;
struct fan_work {
	size_t blocks;
	int threads; /* 1..FAN_MAX; 0: one a processor */
	size_t max;  /* ceiling of one outcome, bytes */
	/* Append what the block gives to out. thread: 0.. threads - 1, for what each has of its
	 * own. Called in that thread. */
	void (*run)(void *arg, int thread, size_t block, struct buf *out);
	void *arg;
};
#define FAN_MAX 64
/* The threads that work with .threads has. */
int fan_threads(int threads);
/* Begins at once. *work is copied, what it points at outlives the fan. */
struct fan *fan_new(const struct fan_work *work);
/* Waits for the next block's outcome; valid until the next call. False after the last. */
bool fan_next(struct fan *f, struct str *outcome);
/* Also in the midst: blocks that nobody has begun stay undone. Accepts NULL. */
void fan_free(struct fan *f);

#endif
