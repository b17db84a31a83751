/*
 * tally.h - how many different keys are in a window: a multiset of 64-bit hashes.
 *
 * A value of the caller's memory; keys come from keyed or mixed hashes.
 */
#ifndef LY_RESPONDER_TALLY_H
#define LY_RESPONDER_TALLY_H

#include "core/base.h"

struct tally {
	struct tally_slot {
		uint64_t key;
		uint32_t count; /* 0 = free */
	} * slots;
	size_t cap; /* power of two, or 0 */
	size_t distinct;
};
void tally_add(struct tally *t, uint64_t key);
/* key must have been added before. */
void tally_remove(struct tally *t, uint64_t key);
void tally_clear(struct tally *t);   /* empty, keeps its memory */
void tally_release(struct tally *t); /* empty, gives it back    */

#endif
