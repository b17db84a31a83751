/*
 * hold_store.h - rows of notice_hold: each time a notice was held, why and until when; and what is asked of
 * incident and notice for it.
 *
 * Writing functions need the stage's open transaction.
 */
#ifndef LY_RESPONDER_HOLD_STORE_H
#define LY_RESPONDER_HOLD_STORE_H

#include "core/arena.h"
#include "core/store.h"

struct notice_hold {
	struct id notice;
	int64_t at, until_at;
	struct str why, detail; /* a hold_words; "silence 3: moving" */
};
/* The notice is held: its state, why and due_at, and a row unless its newest says the same. */
int notice_hold_add(struct store *s, const struct notice_hold *r, struct err *e) LY_MUST_USE;
/* All rows of a notice, oldest first. */
int notice_holds_read(struct store *s, const struct id *notice,
		      void (*each)(void *arg, const struct notice_hold *r), void *arg,
		      struct err *e) LY_MUST_USE;
/* What is silenced, muted or inhibited is looked at again now: something they hang on has changed. How
 * many. */
int notice_holds_wake(struct store *s, int64_t now, struct err *e) LY_MUST_USE;
/* Whatever is held is asked anew now, as if for the first time. How many. */
int notice_holds_ask_anew(struct store *s, int64_t now, struct err *e) LY_MUST_USE;
/* Incidents that are open and not only watched, highest level first, then soonest opened, at most max. How many, or -1. */
int matters_burning(struct store *s, struct id *out, int max, struct err *e) LY_MUST_USE;
/* Its SQL: those that burn and no others are read, however many there have been. */
extern const char matters_that_burn[];

#endif
