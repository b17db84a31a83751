/*
 * ledger_store.h - the ledger of notices as people read it: who was told what, when, through what,
 * and each try. Read only; rows are borrowed for the call.
 */
#ifndef LY_RESPONDER_LEDGER_STORE_H
#define LY_RESPONDER_LEDGER_STORE_H

#include "core/store.h"

/* Zero values choose everything. */
struct ledger_filter {
	struct str person, channel, state, incident, kind; /* incident: its number */
	int64_t since;                                     /* made at this time or later */
	int64_t limit;                                     /* the newest so many; 0: all */
};
struct ledger_row {
	struct id id, incident_id; /* incident_id none: of no incident */
	int64_t level, seq, created_at, due_at, next_at, sent_at, attempts;
	int64_t repeat_possible, arrived, erased_at; /* times: 0 = not */
	struct str kind, incident, state, recipient, channel, address, why, subject;
};
/* Oldest first. each returns 0 to go on; what else it returns ends and is returned. */
int ledger_list(struct store *s, const struct ledger_filter *f,
		int (*each)(void *arg, const struct ledger_row *r), void *arg,
		struct err *e) LY_MUST_USE;
/* The notice whose id begins with these hex digits: how many there are, counted to 2; -1. */
int ledger_find(struct store *s, struct str hex, struct id *id, struct err *e) LY_MUST_USE;
/* One; as ledger_list. */
int ledger_show(struct store *s, const struct id *id,
		int (*each)(void *arg, const struct ledger_row *r), void *arg,
		struct err *e) LY_MUST_USE;
/* The page that came to the same person in the place of one that was superseded. 1, 0, -1. */
int ledger_successor(struct store *s, const struct ledger_row *r, struct id *id,
		     struct err *e) LY_MUST_USE;

struct ledger_try {
	int64_t n, at, status, us, wait_s;
	struct str ended, said, answer; /* answer: SHA-256 of the body, or empty */
};
/* Every try, first to last. */
int ledger_tries(struct store *s, const struct id *notice,
		 void (*each)(void *arg, const struct ledger_try *t), void *arg,
		 struct err *e) LY_MUST_USE;

/* How the newest try through a channel ended, of those since from_at; said empty: it was taken. for_good: its notice
 * was refused for good. 1, 0 there was none, -1. */
struct ledger_end {
	int64_t at;
	bool for_good;
	struct str said;
};
int ledger_newest(struct store *s, struct str channel, int64_t from_at,
		  void (*each)(void *arg, const struct ledger_end *x), void *arg,
		  struct err *e) LY_MUST_USE;

#endif
