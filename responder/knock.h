/*
 * knock.h - how often somebody may knock at an open door: a token bucket each. Pure.
 *
 * They share the bucket that a keyed hash leads them to: a table that nobody can fill.
 */
#ifndef LY_RESPONDER_KNOCK_H
#define LY_RESPONDER_KNOCK_H

#include "core/base.h"

#define KNOCK_SLOTS 1024

struct knocks {
	uint8_t key[16];          /* of the hash: random, or zero in a test */
	int64_t burst, refill_ms; /* so many at once; then one each refill_ms */
	struct {
		int64_t milli, at_ms; /* at_ms 0: never knocked */
	} v[KNOCK_SLOTS];
};
/* May who knock (once) at now_ms (monotonic, > 0)? Counts it when they may. */
bool knock(struct knocks *k, struct str who, int64_t now_ms);

#endif
