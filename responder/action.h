/*
 * action.h - what a playbook does by itself, or a person lets it do: notify, draft, task, webhook,
 * command. Private to the stage (state.h).
 *
 *            ┌────────▶ dry                  (dry_run: only written down)
 *   planned ─┼────────▶ done, failed         (notify, draft, task, webhook: in the transaction)
 *            ├─▶ waiting ──two signals agree, or a person──▶ as planned
 *            │      └──▶ dropped             (the incident is over)
 *            └─▶ ready ──▶ running ──▶ done, failed
 *                             └──▶ unknown   (we died while it ran)
 *
 * Invariants
 *  1. One row an attempt, in table `action`; each change of its state is an entry of the incident
 *     too, so that the chain tells who let it do what (entry.h, kind "action").
 *  2. Of its own accord an action has one attempt an incident: id = hash(incident, playbook, name,
 *     1). Others are a person's.
 *  3. A command is 'running' in a committed transaction before it starts. What is 'running' when
 *     we begin becomes 'unknown' and is not started again without a person.
 *  4. What changes a system (`changes`) goes only when two signals agree at that moment, both of W2
 *     or more and neither cleared, or when a person says so. All that people say is one signal;
 *     each number from outside is one.
 *  5. Nothing here waits for a program: core/child.h.
 *
 * A webhook goes through the outbox, with its retries and the row's id as idempotency key.
 */
#ifndef LY_RESPONDER_ACTION_H
#define LY_RESPONDER_ACTION_H

#include "responder/playbook.h"

struct responder;
struct actions;
/* What was running when we died is written down as unknown. NULL and *e on failure. */
struct actions *actions_new(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
/* Commands that run are killed; their rows stay 'running' for the next start. Accepts NULL. */
void actions_free(struct actions *a);

/* After a move of i: what its playbook does at this level; what waited and may go now; what waited
 * for nothing, because it is over. */
int actions_on_move(struct responder *r, struct incident *i, const struct move *m, bool bound,
		    struct err *e) LY_MUST_USE;
/* What the playbook of i does up to its level and has not yet: after another was bound. */
int actions_open(struct responder *r, struct incident *i, int64_t at,
		 struct err *e) LY_MUST_USE;
/* Commands that ended become rows, others may start. Number of rows changed, or -1. */
int actions_turn(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
/* After the commit: start what is 'running' and does not. Never fails the stage. */
void actions_start(struct responder *r);
/* A command runs: a stepped tick lasts until none does. */
bool actions_busy(const struct actions *a);
/* Readable when a command has news. */
int actions_fd(const struct actions *a);

/* A person lets the action go, whatever signals say. *said: what became of it, in words; in
 * r->batch. 0 done; 1 refused, *said says why; -1. */
struct action_by {
	struct incident *incident;
	const struct action_conf *action;
	struct str actor;
	int64_t at;
};
int action_let(struct responder *r, const struct action_by *by, const char **said,
	       struct err *e) LY_MUST_USE;

/* Which signals stand over W2 or more for a watch now: "voices", names of numbers. In r->batch. */
struct conf_texts action_signals(struct responder *r, struct str watch);

#endif
