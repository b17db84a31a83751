/*
 * rota_change.h - people change the rota: overrides, swaps, temporary schedules, and taking one back.
 *
 * Each becomes a row (rota_store.h) in the open batch, or is refused and changes nothing. What was
 * is never changed: a time before now is now. What does nothing (who is not on shift then) is
 * refused, because it was meant otherwise.
 */
#ifndef LY_RESPONDER_ROTA_CHANGE_H
#define LY_RESPONDER_ROTA_CHANGE_H

#include "core/json.h"
#include "responder/roster.h"

#define ROTA_CHANGES_MAX 1000          /* that are not over yet */
#define ROTA_CHANGE_S    (366 * 86400) /* how long one may last, and how far ahead it may begin */

struct rota_ask {
	struct store *store;
	struct roster *roster; /* read anew after a change */
	struct str actor;
	int64_t now;
	const struct json *args; /* all values are texts; times as clock_parse_local in the
				  * schedule's zone; people "anna, ben" or a list */
	struct arena *a;
};
/* Each appends its answer to out and gives the HTTP status, 200 when a row was written; -1 and *e.
 *   override   schedule, kind, who, instead, from, to, why
 *   swap       schedule, who (the shift of theirs at `at` goes to `with`), at, with, back (a time
 *              within the shift that comes back)
 *   temporary  schedule, from, to, and who, or shifts: "anna, ben: FROM / TO" of each
 *   cancel     change, why
 * {"change","schedule","kind",…,"nobody":[{"from","to"}…]}: when nobody is on shift in its time. */
int rota_change_override(const struct rota_ask *q, struct buf *out, struct err *e) LY_MUST_USE;
int rota_change_swap(const struct rota_ask *q, struct buf *out, struct err *e) LY_MUST_USE;
int rota_change_temporary(const struct rota_ask *q, struct buf *out, struct err *e) LY_MUST_USE;
int rota_change_cancel(const struct rota_ask *q, struct buf *out, struct err *e) LY_MUST_USE;
/* {"changes":[…]}, newest last; those that are over only with all. Times in ISO 8601. */
int rota_change_list(const struct rota_ask *q, struct buf *out, struct err *e) LY_MUST_USE;

#endif
