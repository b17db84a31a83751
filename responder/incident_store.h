/*
 * incident_store.h - rows of incident, move, timer, command.
 *
 * The columns owner, policy, step, round, step_due of incident are notice_store.c's.
 */
#ifndef LY_RESPONDER_INCIDENT_STORE_H
#define LY_RESPONDER_INCIDENT_STORE_H

#include "core/arena.h"
#include "core/control.h"
#include "responder/audit.h"
#include "responder/incident.h"

/* Insert or update the row. */
int incident_write(struct store *s, const struct incident *i, struct err *e) LY_MUST_USE;
/* The column confidential; incident_write leaves it as it is. */
int incident_set_confidential(struct store *s, const struct id *incident, int64_t is,
			      struct err *e) LY_MUST_USE;
/* Open ones and those closed after since, by opened_at, number. i is borrowed. */
int incidents_read(struct store *s, int64_t since,
		   void (*each)(void *arg, const struct incident *i), void *arg,
		   struct err *e) LY_MUST_USE;
/* One by its number; texts in a. 1, 0, -1. */
int incident_read(struct store *s, struct str number, struct arena *a, struct incident *out,
		  struct err *e) LY_MUST_USE;

/* Newest row of the chain: 0 and zeros when there is none. */
int move_newest(struct store *s, int64_t *seq, uint8_t hash[32], struct err *e) LY_MUST_USE;
/* Was its newest move the verdict that it was a wrong alarm? */
int move_was_wrong(struct store *s, const struct id *incident, bool *was,
		   struct err *e) LY_MUST_USE;
/* It flares up again: out of watching, or anew after it was closed. What was said, attached and asked for
 * until then belongs to an earlier round. By the order of entries, which no clock changes. */
int round_begin(struct store *s, const struct id *incident, struct err *e) LY_MUST_USE;
struct round {
	int64_t entry; /* the last (seq) of earlier rounds; 0 in the first */
	int64_t at;    /* when it began, as the clock said it then; 0      */
};
int round_read(struct store *s, const struct id *incident, struct round *out,
	       struct err *e) LY_MUST_USE;
int move_write(struct store *s, const struct audit_row *row, struct err *e) LY_MUST_USE;
/* Rows in order of seq; incident NULL = all. row is borrowed. each returns 0 to go on. */
int moves_read(struct store *s, const struct id *incident,
	       int (*each)(void *arg, const struct audit_row *row), void *arg,
	       struct err *e) LY_MUST_USE;
/* Its SQL when it is asked of one incident: a search, however many others there are; that of told_read, too. */
extern const char moves_of_incident[], told_of_incident[];

/* Clocks of the stage: one per (kind, incident). at 0 removes it. */
int timer_set(struct store *s, const char *kind, const struct id *incident, int64_t at,
	      struct err *e) LY_MUST_USE;
/* Those of a kind that are due, soonest first, at most max. How many, -1. */
int timers_due(struct store *s, const char *kind, int64_t now, struct id *v, int max,
	       struct err *e) LY_MUST_USE;
/* When the next of a kind is; INT64_MAX: there is none. */
int timer_next(struct store *s, const char *kind, int64_t *at, struct err *e) LY_MUST_USE;
/* 0 when it is not set. */
int timer_get(struct store *s, const char *kind, const struct id *incident, int64_t *at,
	      struct err *e) LY_MUST_USE;

/* Who was told of an incident (NULL: of anything), by time. Rows are notice_store.c's; borrowed. */
struct told_row {
	int64_t level, created_at, at; /* at: sent, else due */
	int64_t erased_at; /* composed again without a text that was erased; 0: not */
	struct str kind, incident, state, recipient, channel, why; /* incident: its number */
};
int told_read(struct store *s, const struct id *incident,
	      void (*each)(void *arg, const struct told_row *n), void *arg,
	      struct err *e) LY_MUST_USE;

/* 1 and the reply that was given (body in a), 0 it is new, -1. */
int command_known(struct store *s, const struct id *id, struct arena *a, struct reply *reply,
		  struct err *e) LY_MUST_USE;
/* Arguments and answers of an act on an incident go: what was told in them is erased. */
int commands_forget(struct store *s, struct str verb, struct str number,
		    struct err *e) LY_MUST_USE;
int command_write(struct store *s, const struct command *c, int64_t now,
		  const struct reply *reply, struct err *e) LY_MUST_USE;

#endif
