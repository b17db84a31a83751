/*
 * notice_store.h - rows of notice and attempt, and the columns owner, policy, step, round,
 * step_due of incident. Reads firing, mention, document for what a notice tells.
 *
 * Writing functions need the stage's open transaction.
 */
#ifndef LY_RESPONDER_NOTICE_STORE_H
#define LY_RESPONDER_NOTICE_STORE_H

#include "core/arena.h"
#include "core/store.h"
#include "responder/deadline.h"
#include "responder/notice_text.h"

struct notice_row {
	struct id id, incident; /* incident none: NULL in the row */
	int64_t level;
	struct str kind, recipient, channel, address;
	int64_t seq; /* which wave of the incident's notices it belongs to */
	struct str state, why;
	int64_t created_at, due_at, sent_at, attempts, next_at;
	struct str subject, body, html, facts, code;
	int64_t repeat_possible;
	int64_t arrived; /* so many parts of it are there */
	struct str
		recalled; /* why it does not go again when this sending fails; empty: it does */
};
#define NOTICE_BUNDLE \
	"bundle:" /* why of a row that went with another; the other's id follows */
struct notice_rows {
	struct notice_row *v;
	size_t n;
};

/* 1 written, 0 it was there already, -1. */
int notice_add(struct store *s, const struct notice_row *r, struct err *e) LY_MUST_USE;
/* The id of what is told of no incident (notices_tell) under this key. Pure. */
struct id notice_tell_id(const struct notice_row *r, struct str key);
/* Texts in a. 1, 0, -1. */
int notice_get(struct store *s, const struct id *id, struct arena *a, struct notice_row *r,
	       struct err *e) LY_MUST_USE;
/* Whole rows in a, at most 256: held or planned until now or before, by recipient, channel, address. */
int notices_held_due(struct store *s, int64_t now, struct arena *a, struct notice_rows *out,
		     struct err *e) LY_MUST_USE;
/* What is 'sending', in the order of its planning, at most SENDING_MAX of them. Number, or -1. */
#define SENDING_MAX 256
int notices_sending(struct store *s, struct id *out, struct err *e) LY_MUST_USE;
/* Rows bundled into this one. */
int notices_bundled(struct store *s, const struct id *into, struct arena *a,
		    struct notice_rows *out, struct err *e) LY_MUST_USE;
/* Those who were told of an incident, or a time in it: of each row only recipient, channel and address,
 * each set of them once. */
enum notice_told {
	TOLD_OF_IT,  /* by a page or a copy    */
	TOLD_A_TIME, /* by a page or a warning */
};
int notices_told(struct store *s, const struct id *incident, enum notice_told what,
		 struct arena *a, struct notice_rows *out, struct err *e) LY_MUST_USE;

int notice_set_state(struct store *s, const struct id *id, const char *state, struct str why,
		     int64_t next_at, struct err *e) LY_MUST_USE;
/* state 'sending', one more attempt. */
int notice_claim(struct store *s, const struct id *id, struct err *e) LY_MUST_USE;
int notice_set_sent(struct store *s, const struct id *id, int64_t at,
		    struct err *e) LY_MUST_USE;
int notice_set_bundled(struct store *s, const struct id *id, const struct id *into,
		       struct err *e) LY_MUST_USE;
int notice_set_bundle_sent(struct store *s, const struct id *into, int64_t at,
			   struct err *e) LY_MUST_USE;
int notice_set_arrived(struct store *s, const struct id *id, size_t parts,
		       struct err *e) LY_MUST_USE;
int notice_set_repeat(struct store *s, const struct id *id, struct err *e) LY_MUST_USE;
/* body, html and facts of r, composed again at `at` without a text that was erased. */
int notice_set_again(struct store *s, const struct notice_row *r, int64_t at,
		     struct err *e) LY_MUST_USE;
/* Numbers of warnings: those of an incident's clock tell its kind; from NOTICE_RETOLD on, which clocks have
 * another end; from NOTICE_DUTIES on they are of duty clocks. */
#define NOTICE_RETOLD ((int64_t)1 << 61)
#define NOTICE_DUTIES ((int64_t)1 << 62)
int64_t notice_urge_seq(enum deadline_kind kind, int64_t at);
/* kinds: bits 1 << enum deadline_kind. */
int64_t notice_retold_seq(unsigned kinds, int64_t at);
/* Which of what has not left is not needed any more. */
struct notice_which {
	struct id incident;
	int64_t below; /* only of lower level; 0: of any                              */
	bool warnings; /* those of clocks, too, which otherwise go on                 */
	enum deadline_kind
		only;     /* warnings of this clock alone; DEADLINE_KINDS: pages, copies */
	unsigned running; /* with `only`: bits of the clocks that go on; what names one stays */
};
/* It is superseded. What is under way is called back (recalled): it may arrive, it does not go again. */
int notices_supersede(struct store *s, const struct notice_which *which, struct str why,
		      struct err *e) LY_MUST_USE;
/* What has not left of the incident, of every kind, to this recipient (empty: to anybody):
 * superseded. A bundle with some of it is taken apart first, the rest is held again; what is under
 * way is called back. How many of them were pages, or -1. */
int notices_withdraw(struct store *s, const struct id *incident, struct str recipient,
		     struct str why, struct err *e) LY_MUST_USE;
/* It is under way: it may arrive, it does not go again. */
int notice_recall(struct store *s, const struct id *id, struct str why,
		  struct err *e) LY_MUST_USE;
/* A sending of this row, or (id NULL) of any, did not arrive: where it was called back it is
 * superseded, and a bundle taken apart. How many rows, or -1. */
int notices_drop_recalled(struct store *s, const struct id *id, struct err *e) LY_MUST_USE;
/* Is a page of the incident still to leave, or leaving? 1, 0, -1. */
int notice_page_waits(struct store *s, const struct id *incident, struct err *e) LY_MUST_USE;
/* Pages of the incident that have left: acked. What went in a bundle is so itself, too, and keeps the
 * bundle's name as its why, by which it is told from what went by itself. */
int notices_set_acked(struct store *s, const struct id *incident, struct err *e) LY_MUST_USE;

/* Pages of that wave and of those before it that have left and nobody has answered: expired. How many, or -1. */
int notices_set_expired(struct store *s, const struct id *incident, int64_t seq,
			struct err *e) LY_MUST_USE;

/* Largest seq of the incident's notices, urges, informs and reports left out; 0 for none. */
int notice_last_seq(struct store *s, const struct id *incident, int64_t *seq,
		    struct err *e) LY_MUST_USE;
/* Of its pages alone: whose answer is waited for. 0 for none. */
int notice_last_page(struct store *s, const struct id *incident, int64_t *seq,
		     struct err *e) LY_MUST_USE;
/* Pages to people in the row's wave that were not taken back, and how many of them have not failed
 * for good. */
int notice_wave_waits(struct store *s, const struct notice_row *r, int64_t *people,
		      int64_t *hopeful, struct err *e) LY_MUST_USE;
/* Key of the first notice of the incident to this address. */
int notice_thread(struct store *s, const struct notice_row *r, struct id *out,
		  struct err *e) LY_MUST_USE;
/* When the oldest of the last HOLD_BUDGET_N notices to the recipient left; 0 when fewer did in the
 * HOLD_BUDGET_S before now. */
int notice_budget_at(struct store *s, struct str recipient, int64_t now, int64_t *at,
		     struct err *e) LY_MUST_USE;
/* Is the code free among incidents that are open? 1, 0, -1. */
int notice_code_free(struct store *s, struct str code, struct err *e) LY_MUST_USE;
/* Of an open incident. 1, 0, -1; person in a. */
int notice_by_code(struct store *s, struct str code, struct arena *a, struct id *incident,
		   struct str *person, struct err *e) LY_MUST_USE;
/* The soonest time at which anything of ours is due but what only waits for its turn (lane.h);
 * INT64_MAX for nothing. */
int notice_due_at(struct store *s, int64_t *at, struct err *e) LY_MUST_USE;
/* meta notice_salt: made from fresh when there is none. In a. */
int notice_salt(struct store *s, struct str fresh, struct arena *a, struct str *out,
		struct err *e) LY_MUST_USE;

/* The incident: its own columns; and what its newest firing says, with the first of its evidence, for
 * whoever decides; and with all of it, for whoever tells. 1, 0, -1; texts in a. */
int matter_row(struct store *s, const struct id *incident, struct arena *a, struct matter *m,
	       struct err *e) LY_MUST_USE;
int matter_glance(struct store *s, const struct id *incident, struct arena *a, struct matter *m,
		  struct err *e) LY_MUST_USE;
int matter_read(struct store *s, const struct id *incident, struct arena *a, struct matter *m,
		struct err *e) LY_MUST_USE;
/* The evidence of mentions, newest first, and how many there are. */
int matter_evidence(struct store *s, struct str mention_ids, struct arena *a, struct matter *m,
		    struct err *e) LY_MUST_USE;
/* Mentions of the watch by source class in the 24 h before now (of the newest 2,000). */
int matter_heard(struct store *s, int64_t now, struct matter *m, struct err *e) LY_MUST_USE;
/* Writes owner, policy, step, round, step_due of m; policy empty and step_due 0 as NULL. */
int matter_write(struct store *s, const struct matter *m, struct err *e) LY_MUST_USE;
/* SQL: somebody has the incident until a time. (A list of three words or more would be made into a table
 * each time that it is asked.) */
#define ACKED \
	"acked_until > 0 AND (state = 'open' OR state = 'assessing' OR state = 'responding')"
/* Ids of incidents whose step is unanswered until now (STEPS), or whose acknowledgement is over
 * (ACKS), soonest first, at most 64. */
enum matter_due { DUE_STEPS, DUE_ACKS };
int matters_due(struct store *s, enum matter_due what, int64_t now, struct id *out, size_t *n,
		struct err *e) LY_MUST_USE;
#define MATTERS_MAX 64
/* All those whose step waits for a time after now; in a. */
int matters_waiting(struct store *s, int64_t now, struct arena *a, struct id **out, size_t *n,
		    struct err *e) LY_MUST_USE;

/* When the first of those that an incident's people were told under this number (notice_inform.once)
 * was sent; 0: none was. */
int notice_first_sent(struct store *s, const struct id *incident, int64_t once, int64_t *at,
		      struct err *e) LY_MUST_USE;

#endif
