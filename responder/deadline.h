/*
 * deadline.h - deadline 时限: the clocks of an incident, and when each warns. Pure.
 *
 * A clock that waits for a person starts when a notice to that person was sent, never while it is
 * held, or when a person takes it before; the one of a promise starts when the promise is released. It ends with what it waits for
 * (the task of the same name, an acknowledgement, the next release), or with the state that asked
 * for it. At 50, 75 and 100 % of its time it warns: the owner, the lead, the next step of the
 * policy and the approver. Of an unanswered page the policy itself is the warning.
 */
#ifndef LY_RESPONDER_DEADLINE_H
#define LY_RESPONDER_DEADLINE_H

#include "responder/incident.h"
#include "responder/jump.h"

enum deadline_kind {
	DEADLINE_ACK,       /* somebody takes it: as long as the policy's step waits */
	DEADLINE_VERDICT,   /* L2: say what it is                                     */
	DEADLINE_STATEMENT, /* L3: first statement                                    */
	DEADLINE_FULL,      /* L3: full response                                      */
	DEADLINE_PACK,      /* L3: statement, compensation plan, third piece          */
	DEADLINE_UPDATE,    /* the next update that a release promised                */
	DEADLINE_KINDS
};
struct deadline_rule {
	const char *word;          /* in rows; of the task that ends it */
	int64_t span_s;            /* 0: given with each                */
	unsigned states;           /* bits 1 << enum incident_state in which it goes on */
	int64_t level;             /* a page of this level starts it; 0: not a page     */
	bool urges;                /* its warnings are told                             */
	const char *zh, *en;       /* its name, for people: "研判", "verdict"            */
	const char *do_zh, *do_en; /* what is to be done: "完成研判", "give the verdict" */
};
extern const struct deadline_rule deadline_rules[DEADLINE_KINDS];
/* DEADLINE_KINDS when there is none of that word. */
enum deadline_kind deadline_of_word(struct str word);

struct deadline {
	struct id incident;
	enum deadline_kind kind;
	int64_t started_at, due_at;
	int64_t percent;  /* of the newest warning: 0, 50, 75, 100 */
	int64_t ended_at; /* 0: it runs */
};
/* Does a page of that level, now sent to a person or answered before it left, start it? before: the newest of this kind, or
 * NULL. Not while it runs, nor again in a state in which it has ended. */
bool deadline_starts(enum deadline_kind kind, const struct incident *i, int64_t level,
		     const struct deadline *before);
/* May it go on in the state that the incident has? */
bool deadline_goes_on(enum deadline_kind kind, const struct incident *i);
/* When it warns next; INT64_MAX: not any more. */
int64_t deadline_next_at(const struct deadline *d);
/* What has been reached by now: 0, 50, 75, 100. */
int64_t deadline_percent(const struct deadline *d, int64_t now);
/* The clock was set back: the time that has gone by counts, whatever the clock says. So what runs, and
 * what ended at a time that is still to come, is earlier by what the clock lost since it began
 * (set_back_since()); its warnings stay given. What began before now and was over by the clock of before
 * stays: which of the two was wrong nobody can say. True: it was changed. */
bool deadline_set_back(struct deadline *d, const struct set_back *b);
/* After a merge: the earlier of both. */
void deadline_earliest(struct deadline *d, const struct deadline *other);
/* How one ends: "met" in time, "late", or "stopped" when nobody waits for it any more. */
const char *deadline_end_word(const struct deadline *d, bool met, int64_t now);

#endif
