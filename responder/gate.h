/*
 * gate.h - what a level asks for: open tasks 任务, roles 角色, and who must stay out 回避.
 *
 * When an incident reaches L2 or L3 each field that is still missing becomes an open task, and
 * each role gets a person of the configuration with a deputy; an empty slot is written, too, and
 * shown. Whoever is named in title, watch or a claim is out: of roles, notices, acts and view.
 */
#ifndef LY_RESPONDER_GATE_H
#define LY_RESPONDER_GATE_H

#include "responder/entry.h"
#include "responder/incident.h"
#include "responder/people_conf.h"

extern const char *const role_words[]; /* lead analyst fixer spokesperson legal approver */
#define ROLES 6

struct gate {
	int64_t level;
	const char *key, *role;
	const char *what_zh, *what_en;
	bool anew; /* wanted again when it flares up; else what is there stays */
};
extern const struct gate gates[]; /* ends with .key == NULL; by level */

/* Is this person named in the text? By name, as people say it: whole words where the script has
 * such. Pure. */
bool gate_names(const struct person_conf *p, struct str text);

/* What all of this is written with. */
struct gate_ask {
	const struct responder_env *env;
	const struct notice_conf *people;
	const struct incident *incident;
	struct str actor;
	int64_t at;
	struct arena *a;
};
/* {"a":"x","b":"y"} of pairs that end with NULL; in q->a. */
struct str gate_value(const struct gate_ask *q, const char *const *pairs);
/* Adds an entry: value is JSON. */
int gate_add(const struct gate_ask *q, const char *kind, struct str key, struct str value,
	     struct err *e) LY_MUST_USE;
/* Whoever is named in the text is out from now on: why says where. */
int gate_recuse(const struct gate_ask *q, struct str text, const char *why,
		struct err *e) LY_MUST_USE;
/* After a move: recusals when it opened, tasks and roles of the level that it reached, what is wanted
 * again when it flares up, the after-action report when one of L2 or more has closed. */
int gate_on_move(const struct gate_ask *q, const struct move *m, struct err *e) LY_MUST_USE;
/* Who a role is given to: whom a playbook wants, else the first who has it; and the deputy:
 * theirs, else the next who has it. Nobody of `out`. Pure. */
struct gate_slot {
	const struct person_conf *person, *deputy; /* NULL: nobody */
};
struct gate_slot gate_pick(const struct notice_conf *people, const struct conf_texts *out,
			   const char *role, struct str wanted);
/* A person for each role that has none, or whose person is out. */
int gate_roles(const struct gate_ask *q, struct err *e) LY_MUST_USE;
/* A task that is opened once: not when its key has a row already. anew: once in each round
 * (round_begin). due_at 0: no time. 1 opened, 0 there already, -1. */
struct gate_task {
	struct str key, what, role;
	int64_t due_at;
	bool anew;
};
int gate_task(const struct gate_ask *q, const struct gate_task *t, struct err *e) LY_MUST_USE;
/* The same for n of them, in this order: what is there is looked up once. How many it opened, -1. */
int gate_tasks(const struct gate_ask *q, const struct gate_task *t, size_t n,
	       struct err *e) LY_MUST_USE;
/* Open, whatever became of it before. */
int gate_task_again(const struct gate_ask *q, const struct gate_task *t,
		    struct err *e) LY_MUST_USE;
/* What the task with this key asked for is there: done, when it is open. */
int gate_done(const struct gate_ask *q, const char *key, struct err *e) LY_MUST_USE;
/* Keys of the people who are out of an incident, in a; also those whose recusal's text was erased.
 * -1 on failure. */
int gate_out(struct store *s, const struct id *incident, struct arena *a,
	     struct conf_texts *out, struct err *e) LY_MUST_USE;
/* Who has a role in q's incident, in q->a; empty: nobody, or who has it is out. */
int gate_holder(const struct gate_ask *q, const char *role, struct str *person,
		struct err *e) LY_MUST_USE;
/* Has the person a role in it, or stands in for one who has? 1, 0, -1. */
int gate_has_role(struct store *s, const struct id *incident, struct str person,
		  struct arena *a, struct err *e) LY_MUST_USE;
static inline bool
gate_is_out(const struct conf_texts *out, struct str person)
{
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].n == person.n && !memcmp(out->v[i].p, person.p, person.n))
			return true;
	return false;
}

#endif
