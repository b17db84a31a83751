/*
 * audit.h - the chain of moves: each row carries the hash of the row before it.
 *
 * hash = SHA-256 over previous and every column of the row, each with its length. Evidence is
 * in it by the digest of its content only, so that erasing a text breaks nothing.
 */
#ifndef LY_RESPONDER_AUDIT_H
#define LY_RESPONDER_AUDIT_H

#include "core/store.h"

/* A row as it is stored. */
struct audit_row {
	int64_t seq;
	struct id incident;
	int64_t at;
	struct str event, from_state, to_state;
	int64_t from_level, to_level;
	struct str actor, reason;
	struct id firing; /* none = NULL in the row */
	struct str evidence;
	uint8_t previous[32], hash[32];
};
/* The hash that the row should have, from all its other columns. Pure. */
void audit_hash(const struct audit_row *row, uint8_t out[32]);
/* Sets seq, previous and hash from the newest row, and writes it in the open transaction. */
int audit_append(struct store *s, struct audit_row *row, struct err *e) LY_MUST_USE;

#endif
