/*
 * rota_store.h - what people changed of the rota: a chain of rows, only ever added to.
 *
 * Each row carries the hash of the row before it, over all schedules, so that `langyan verify`
 * finds a row that was changed or taken out.
 *
 * kind        value (JSON; times are UTC seconds)
 * override    kind (add, remove, replace), who, instead, from, to
 * swap        who (two): from..to of the first goes to the second, back_from..back_to of the
 *             second to the first
 * temporary   from, to, shifts: who, from, to of each
 * cancel      change: the seq of the row that no longer holds, from this row's `at` on
 */
#ifndef LY_RESPONDER_ROTA_STORE_H
#define LY_RESPONDER_ROTA_STORE_H

#include "core/arena.h"
#include "core/store.h"

#define ROTA_VALUE_MAX 65536 /* bytes */

struct rota_row {
	int64_t seq; /* 1, 2, … over all schedules */
	int64_t at;
	struct str schedule, kind, value, actor, reason;
	int64_t ends_at; /* when it is over by itself; of a cancel: that of what it cancels */
	uint8_t previous[32], hash[32];
};
/* The hash that the row should have, from all its other columns. Pure. */
void rota_row_hash(const struct rota_row *r, uint8_t out[32]);
/* Sets seq, previous and hash, and writes it in the open transaction. */
int rota_row_append(struct store *s, struct rota_row *r, struct err *e) LY_MUST_USE;
/* In order of seq, those that end after since (INT64_MIN: all). The row is borrowed; each returns
 * 0 to go on. */
int rota_rows_read(struct store *s, int64_t since,
		   int (*each)(void *arg, const struct rota_row *r), void *arg,
		   struct err *e) LY_MUST_USE;

#endif
