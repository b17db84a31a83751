/*
 * chain.h - rows that each carry the hash of the row before: moves, entries of a file, labels and
 * changes of the rota. What each hashes is its own affair; this is what they share.
 */
#ifndef LY_RESPONDER_CHAIN_H
#define LY_RESPONDER_CHAIN_H

#include "core/buf.h"
#include "core/store.h"

#define CHAIN_HASH 32 /* bytes of SHA-256 */

/* Append part with its length before it, so that no two rows hash the same bytes. */
void chain_part(struct buf *b, struct str part);
void chain_hash_part(struct buf *b, const uint8_t hash[CHAIN_HASH]);
void chain_bind(struct stmt *q, int at, const uint8_t hash[CHAIN_HASH]);
/* Zeros when the column holds no hash. */
void chain_col(struct stmt *q, int at, uint8_t out[CHAIN_HASH]);
/* The newest row, by a statement that selects its seq and hash: both go to the caller, 0 and zeros
 * when there is none. Resets q. 0, or -1 and *e. */
int chain_newest(struct stmt *q, int64_t *seq, uint8_t hash[CHAIN_HASH],
		 struct err *e) LY_MUST_USE;

#endif
