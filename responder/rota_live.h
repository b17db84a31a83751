/*
 * rota_live.h - schedules as they hold now: as configured, then as people changed them.
 *
 * A change never alters what was before it was made: it begins at its row's time at the
 * earliest, and a cancel ends it no sooner than the cancel's own.
 */
#ifndef LY_RESPONDER_ROTA_LIVE_H
#define LY_RESPONDER_ROTA_LIVE_H

#include "responder/people_conf.h"
#include "responder/rota_store.h"

/* A row read. */
struct rota_change {
	struct rota_row row;               /* its texts live in the arena                    */
	int64_t from_at, to_at;            /* 0, 0 of a cancel                             */
	int64_t cancelled_at;              /* INT64_MAX: it holds                          */
	int64_t cancelled_by;              /* seq of that row, or 0                        */
	struct override_conf overrides[2]; /* of an override one, of a swap two */
	size_t overrides_n;
	struct temporary_conf temporary; /* stints.n == 0: it is none           */
};
struct rota_changes {
	struct rota_change *v;
	size_t n;
};
/* Those that end after since, oldest first; all in a. ERR_BROKEN for a row that is not ours. */
int rota_changes_read(struct store *s, int64_t since, struct arena *a, struct rota_changes *out,
		      struct err *e) LY_MUST_USE;
/* Beside c->schedules, in a: the same with the changes behind what is configured. */
struct schedule_conf *rota_live(const struct notice_conf *c, const struct rota_changes *changes,
				struct arena *a);

#endif
