/* action_inside.h - between action.c (what, whether) and action_run.c (commands). */
#ifndef LY_RESPONDER_ACTION_INSIDE_H
#define LY_RESPONDER_ACTION_INSIDE_H

#include "responder/action.h"
#include "responder/action_store.h"

/* One attempt on its way into its row. */
struct doing {
	struct incident *incident;
	const struct action_conf *conf;
	struct action_row row;
	int64_t at;
};
/* The row as it is now: new when from is empty, else a change of one that is in that state; with
 * its entry and the task that it calls for. 1 written, 0 it was in another state, -1. */
int action_write(struct responder *r, const struct doing *d, struct str from,
		 struct err *e) LY_MUST_USE;
/* The action of a row as it is configured now, or NULL. */
const struct action_conf *action_find(const struct responder *r, const struct action_row *row);
/* What is ready becomes running while there is room. Number of rows, or -1. */
int actions_claim(struct responder *r, int64_t at, struct err *e) LY_MUST_USE;

#endif
