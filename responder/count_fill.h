/*
 * count_fill.h - count_block is written beside the way of results: in turns, a few blocks each.
 *
 * A storing batch writes none. What arrived more than COUNT_QUIET_S ago is packed, oldest first, a
 * slice of time of all watches after the other; a block that was emptied is filled again when nothing
 * emptied it for as long, unless what it counts is about to change at its term (retain.h); of more
 * than a block may hold several are made, one with each turn. In stepped time and in fleeting records there
 * are none.
 */
#ifndef LY_RESPONDER_COUNT_FILL_H
#define LY_RESPONDER_COUNT_FILL_H

#include "core/result.h"
#include "responder/count_store.h"
#include "responder/responder.h"

#define COUNT_QUIET_S   300
#define COUNT_DOCUMENTS 2048  /* of a block */
#define COUNT_SLICE     16384 /* documents until the watches' turn: their pages fit the cache */
#define COUNT_LEAST     64    /* mentions of a block: fewer wait for the next slice */
#define COUNT_MOST      1024  /* a turn's */

/* The next turn; INT64_MAX: there are no blocks. */
int64_t count_fill_due(const struct responder *r);
/* Some blocks, in the open transaction, 5 to 8 ms of them: so many, or -1. When there is more, nothing
 * for a tenth of a second, or until now is another second. */
int count_fill_turn(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
/* A document of the open transaction arrived where blocks may be: they are emptied. */
int count_fill_arrived(struct responder *r, const struct result *res, int64_t now,
		       struct err *e) LY_MUST_USE;
/* The block of a watch ("": of all documents) for what arrived from <= t < to: of how many, or -1. */
int64_t count_fill(struct store *s, struct str watch, int64_t from, int64_t to,
		   struct err *e) LY_MUST_USE;
/* Does the row say what mentions or documents say? One without a block does. 1, 0, -1. */
int count_right(struct store *s, const struct count_row *r, struct err *e) LY_MUST_USE;

#endif
