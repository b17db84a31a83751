/*
 * distinct.h - how many different keys were added: a set of 64-bit hashes, 8 to 22 bytes each.
 *
 * A value of the caller's memory, {0} is empty; where keys also leave again it is tally.h.
 */
#ifndef LY_RESPONDER_DISTINCT_H
#define LY_RESPONDER_DISTINCT_H

#include "core/base.h"

struct distinct {
	uint64_t *v; /* 0 = free */
	size_t cap;  /* power of two, or 0 */
	size_t n;    /* different keys, also 0 */
	bool zero;   /* 0 is one of them */
};
void distinct_add(struct distinct *d, uint64_t key);
void distinct_release(struct distinct *d); /* empty, gives its memory back */

#endif
