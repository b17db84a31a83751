/*
 * policy.h - escalation policy 升级策略: whom a step tells at T, through what, and which step
 * comes next. Pure.
 *
 * A step with nobody who can be reached now is skipped at once. When nobody of any later step
 * can (everybody sleeps and it may wait), the step that can be told first waits: it is held.
 * Channels of a step that was skipped are told all the same; a channel is nobody who answers.
 */
#ifndef LY_RESPONDER_POLICY_H
#define LY_RESPONDER_POLICY_H

#include "responder/hold.h"
#include "responder/roster.h"

/* One notice that is to go out. */
struct telling {
	const struct person_conf *person; /* NULL: a channel that stands for itself */
	const struct channel_conf *channel;
	struct str address;
	int64_t at; /* when it may leave; > now: held */
	enum hold_why
		why; /* HOLD_NOT, QUIET, BUNDLE, or SHIFT: nobody is on shift until then */
	bool wakes;  /* a person's contact that rings at night */
};
#define TELLINGS_MAX 64
struct tellings {
	struct telling v[TELLINGS_MAX];
	size_t n;
};
struct policy_ask {
	const struct roster *roster;
	const struct route_conf *route; /* its channels come first; NULL: none */
	int64_t level;
	bool safety;
	int64_t now;
	const struct conf_texts *out; /* 回避: people who are told nothing; their deputies are.
				       * NULL: nobody */
	bool first_only; /* nobody is asked to take it: the first contact, and none that rings */
};
/* Does this contact ring at night? */
bool contact_wakes(const struct contact_conf *k, const struct channel_conf *c);
/* Everybody a step tells, each person and channel once. */
void step_tell(const struct policy_ask *q, const struct step_conf *s, struct tellings *out);
/* One person, through the contacts that the level asks for: the first choice; at L3 and for
 * safety also one that wakes, unless first_only. Without any contact their deputy. */
void person_tell(const struct policy_ask *q, const struct person_conf *p, struct tellings *out);
/* The step to tell now, from `from` on, and whom; -1 when no step has anybody at all. Steps
 * skipped are bits of *skipped. */
int policy_step(const struct policy_ask *q, const struct policy_conf *p, int64_t from,
		struct tellings *out, uint64_t *skipped);
/* Where an incident stands in its policy. */
struct policy_place {
	int64_t step;  /* from 0                                      */
	int64_t round; /* how often all steps have been gone through  */
};
enum policy_push {
	POLICY_UNANSWERED,   /* the time to answer is over                   */
	POLICY_ESCALATE_NOW, /* a person wants the next step, answered or not */
};
/* The place after *at: the next step, behind the last the first again while repeats are left
 * (ESCALATE_NOW: always). False at the policy's end; *at stays. */
bool policy_after(const struct policy_conf *p, enum policy_push push, struct policy_place *at);
/* NULL when there is no such step. */
const struct step_conf *policy_step_at(const struct policy_conf *p, int64_t step);
/* How long a step may stay unanswered; level 1..3. round counts repeats beyond the policy's own (L3 goes on
 * telling the last step: 5, 10, 20, 30 min). next: the step that would follow, or NULL. */
int64_t policy_wait_s(const struct step_conf *next, int64_t level, int64_t beyond);

#endif
