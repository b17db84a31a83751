/*
 * deadline_store.h - rows of deadline: the newest of each (incident, kind).
 */
#ifndef LY_RESPONDER_DEADLINE_STORE_H
#define LY_RESPONDER_DEADLINE_STORE_H

#include "core/store.h"
#include "responder/deadline.h"

/* Writes it, in the place of the one before. */
int deadline_write(struct store *s, const struct deadline *d, struct err *e) LY_MUST_USE;
/* 1, 0 there is none, -1. */
int deadline_read(struct store *s, const struct id *incident, enum deadline_kind kind,
		  struct deadline *d, struct err *e) LY_MUST_USE;
/* Those of an incident that run, by kind; v has room for DEADLINE_KINDS. How many, -1. */
int deadlines_of(struct store *s, const struct id *incident, struct deadline *v,
		 struct err *e) LY_MUST_USE;
/* When the next of all warns; INT64_MAX: none. */
int deadlines_due_at(struct store *s, int64_t *at, struct err *e) LY_MUST_USE;
/* Those that warn until now, soonest first, at most max. How many, -1. */
int deadlines_due(struct store *s, int64_t now, struct deadline *v, int max,
		  struct err *e) LY_MUST_USE;

#endif
