/*
 * notice.h - notice 通知: who is told of a move, when, through which channel; the outbox.
 *
 *   held ──▶ queued ──▶ sending ──▶ sent ──▶ acked
 *     │        ▲           │            └──▶ expired (a page that nobody answered in its time)
 *     │        │           ├──▶ retry_wait (goes again with the same key)
 *     │        │           └──▶ failed_perm (next contact; the operator is told)
 *     ├──▶ bundled (went inside another notice to the same address)
 *     └──▶ superseded (raised, answered or over before it left)
 *
 * Invariants
 *  1. Everything here but notices_send() runs inside the stage's open transaction, so a decision
 *     and its notices are one commit. notices_send() starts transfers from rows that are
 *     committed as 'sending': after a crash they go again, marked as a possible repeat.
 *  2. The id of a row is the idempotency key: hash(incident, level, recipient, channel, address,
 *     kind, seq); seq counts the incident's waves. It is the Message-ID and Idempotency-Key.
 *  3. The clock of a step starts when a page to a person was sent, never while it is held.
 *  4. What nobody else gets is written to DATA/notices and logged: never silent.
 *  5. L3 and safety are never bundled, and held by nothing but, an L3, a silence that names the level.
 *
 * Kinds: page (its answer is waited for), copy (a route reached through `continue`), urge (a clock
 * warns), clear (once, when it is over), inform (a playbook's), action (a webhook of one), sitrep
 * (a situation report), bundle, digest, operator.
 * Rows: notice, attempt, and the incident columns owner, policy, step, round, step_due; only
 * notice_store.c and matter_store.c write them.
 */
#ifndef LY_RESPONDER_NOTICE_H
#define LY_RESPONDER_NOTICE_H

#include "responder/deadline.h"
#include "responder/people_conf.h"

struct notices;
struct roster;
struct sitrep;
/* Loads what is planned, held, queued and running in the record; what was 'sending' when we
 * died goes out again marked as a possible repeat. c and env outlive it. */
struct notices *notices_new(const struct notice_conf *c, const struct responder_env *env,
			    int64_t now, struct err *e) LY_MUST_USE;
void notices_free(struct notices *n);
/* Who is on shift, as notices ask it; lives as long as n. */
struct roster *notices_roster(struct notices *n);

/* A move happened: plan its notices, start, restart or end its escalation. A move that raised
 * or opened pages; a firing that only joined (same state, same level) pages nobody again; to
 * closed: one "clear" notice to whoever was told. */
int notices_on_move(struct notices *n, const struct incident *i, const struct move *m,
		    int64_t now, struct err *e) LY_MUST_USE;
/* EVENT_ACK was moved: escalation stops, its notices are 'acked'. */
int notices_ack(struct notices *n, const struct incident *i, struct str actor, int64_t now,
		struct err *e) LY_MUST_USE;
/* Somebody is out of the incident, or it has become confidential: what was composed before and has
 * not left goes nowhere, of every kind. When pages were among it, whoever is to be told by now is
 * told with the words of now, from the next turn on. */
enum notice_recall {
	RECALL_OUT,   /* what is for those who are out; told anew: only if no page is left */
	RECALL_ALL,   /* all of it                                                         */
	RECALL_TEXTS, /* all of it, and nobody is told anew: a move does that              */
};
int notices_recall(struct notices *n, const struct incident *i, enum notice_recall what,
		   int64_t now, struct err *e) LY_MUST_USE;
/* Silences began or ended: what they held is looked at again at the next turn. */
int notices_silenced(struct notices *n, int64_t now, struct err *e) LY_MUST_USE;
/* The 6-digit code of a notice -> incident and person. 1 found, 0 not, -1. Texts in a. */
int notices_find_code(struct notices *n, struct str code, struct id *incident,
		      struct str *person, struct arena *a, struct err *e) LY_MUST_USE;
/* Whose digest the token of an address to unsubscribe names (unsubscribe.h). 0, -1: none of ours. In a. */
struct unsubscribe;
int notices_unsubscribe(const struct notices *n, struct str token, struct arena *a,
			struct unsubscribe *out) LY_MUST_USE;
/* Who may say "it is me" to a link that a group was sent: keys of the people of the step that the
 * incident is at and of its policy; without any, all who are configured; nobody who is out. In a. */
int notices_people(struct notices *n, const struct incident *i, int64_t now, struct arena *a,
		   struct conf_texts *out, struct err *e) LY_MUST_USE;
/* For digests and the operator: one text to one person (name in the configuration) through one
 * of their channels, outside any incident. key makes it unique: the same key is told once. */
struct notice_text {
	const char *kind; /* "digest", "operator" */
	struct str key;
	struct str person;  /* or empty with channel + address set */
	struct str channel; /* empty: the person's first contact   */
	struct str address;
	struct str subject, body, html; /* html may be empty */
	struct str facts;               /* JSON              */
	int64_t level;                  /* 0: none           */
};
int notices_tell(struct notices *n, const struct notice_text *t, int64_t now,
		 struct err *e) LY_MUST_USE;

/* A playbook tells somebody of an incident (kind "inform"): their answer is not waited for; quiet
 * hours, budget and recusal hold as for a page. Targets are those of a policy's step. How many
 * notices were planned (0: nobody, or all told with this number), or -1. */
struct notice_inform {
	const struct conf_texts *to;
	struct str why_zh, why_en;
	int64_t once; /* a number of what is told: each person is told once */
	bool urge;    /* a clock's warning: kind "urge" */
};
int notices_inform(struct notices *n, const struct incident *i, const struct notice_inform *say,
		   int64_t now, struct err *e) LY_MUST_USE;
/* A situation report (sitrep.h) to whoever has a role in it, and its owner: kind "sitrep". How many
 * were planned, or -1. */
int notices_sitrep(struct notices *n, const struct incident *i, const struct sitrep *report,
		   int64_t now, struct err *e) LY_MUST_USE;
/* A clock (deadline.h) warns: at 50 % the owner is told, at 75 % the lead, at 100 % whoever is next
 * in the policy, and the approver. Nobody who is recused. */
struct notice_urge {
	const struct incident *incident;
	const struct deadline *deadline; /* its percent: how far */
	struct str lead, approver;       /* keys of people; or empty */
};
int notices_urge(struct notices *n, const struct notice_urge *u, int64_t now,
		 struct err *e) LY_MUST_USE;
/* The clock has ended: warnings of it that wait are not told any more. */
int notices_clock_over(struct notices *n, const struct id *incident, enum deadline_kind kind,
		       struct err *e) LY_MUST_USE;
/* The clock was set back, and with it the clocks of an incident: whoever was told one of their times, by a
 * page or a warning, is told what holds now, once. Kind "urge". */
#define CLOCK_RETOLD_S 300 /* less changes nobody's plan */
struct clock_back {
	const struct incident *incident;
	int64_t by_s, now;
	struct deadline v[DEADLINE_KINDS]; /* as they are now */
	size_t n;
};
int notices_retell(struct notices *n, const struct clock_back *by, struct err *e) LY_MUST_USE;
/* The file of a notice that was composed again, if a file channel wrote one. */
int notices_file_again(struct notices *n, const struct id *id, struct err *e) LY_MUST_USE;

/* What came out of a turn, for the stage to feed to incident_move(). */
struct notice_event {
	enum { NOTICE_SENT, NOTICE_EXHAUSTED, NOTICE_ACK_OVER } what;
	struct id incident;
	int64_t at;
	int64_t level;     /* of the notice or policy                       */
	bool to_person;    /* NOTICE_SENT: to one, or to the channel of a step without any */
	int64_t answer_at; /* NOTICE_SENT: by then somebody must take it; 0: no clock runs */
	char why[160];     /* en, for the move's reason                     */
	char why_zh[160];
};
struct notice_events {
	struct notice_event v[64]; /* what does not fit stays due */
	size_t n;
};
/* Next time notices_turn has something to do (domain clock); INT64_MAX for none. */
int64_t notices_due(struct notices *n);
/* Timers until now: escalation steps, held -> queued when quiet hours end, retries; outcomes of
 * transfers that have ended. Appends to *out. Returns 1 when rows changed, 0 not, -1. */
int notices_turn(struct notices *n, int64_t now, struct notice_events *out,
		 struct err *e) LY_MUST_USE;
/* The clock was set back: steps, retries and groups wait as long as before, not longer by the jump, nor
 * shorter by one that was only taken back; what is held is asked anew, by the calendar of now. In the
 * open transaction. */
int notices_set_back(struct notices *n, const struct set_back *b, struct err *e) LY_MUST_USE;
/* After the commit: start transfers for queued rows that are due. Never fails the stage. */
void notices_send(struct notices *n, int64_t now);
/* A transfer is running: in stepped mode the tick waits until there is none and none queued. */
bool notices_busy(struct notices *n);
/* The loop of our transfers, for what else is to go that way; NULL: nothing leaves. */
struct http;
struct http *notices_http(struct notices *n);
/* Readable when a transfer has news: then notices_turn. -1 for none. */
int notices_fd(struct notices *n);

#endif
