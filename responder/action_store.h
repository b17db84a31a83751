/* action_store.h - rows of action: one an attempt of a playbook's action. */
#ifndef LY_RESPONDER_ACTION_STORE_H
#define LY_RESPONDER_ACTION_STORE_H

#include "core/arena.h"
#include "core/store.h"

struct action_row {
	struct id id, incident;
	struct str playbook, name, kind; /* kind: action_words[]                       */
	int64_t n;                       /* 1, 2, … of this action and incident        */
	int64_t level;
	struct str state, why, by;        /* by: "playbook", "signals", "unix:anna"     */
	int64_t at, started_at, ended_at; /* 0: not yet                                */
	int64_t status, us, bytes;        /* exit code (signal: 128 +), time, output in all */
	struct str output;                /* what was kept of it; bytes from outside    */
};
struct action_rows {
	struct action_row *v;
	size_t n;
};
/* 1 written, 0 there already, -1. */
int action_add(struct store *s, const struct action_row *r, struct err *e) LY_MUST_USE;
/* state, why, by, started_at, ended_at, status, us, bytes, output of a row that is in state
 * `from`. 1 changed, 0 it is in another, -1. */
int action_set(struct store *s, const struct action_row *r, struct str from,
	       struct err *e) LY_MUST_USE;
/* The newest attempt of an action; texts in a. 1, 0, -1. */
int action_newest(struct store *s, const struct action_row *of, struct arena *a,
		  struct action_row *out, struct err *e) LY_MUST_USE;
/* By its id; texts in a. 1, 0, -1. */
int action_read(struct store *s, const struct id *id, struct arena *a, struct action_row *out,
		struct err *e) LY_MUST_USE;
/* In a state, oldest first, at most 64; incident NULL: of all. */
int actions_pick(struct store *s, struct str state, const struct id *incident, struct arena *a,
		 struct action_rows *out, struct err *e) LY_MUST_USE;
/* Every attempt of an incident, oldest first. row is borrowed. */
int actions_read(struct store *s, const struct id *incident,
		 void (*each)(void *arg, const struct action_row *row), void *arg,
		 struct err *e) LY_MUST_USE;

#endif
