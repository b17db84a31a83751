/*
 * playbook.h - playbook 预案: what an incident of a kind gets at each level, beside what every
 * incident gets (gate.h): tasks, people for roles, clocks, templates, a route, actions.
 *
 * An incident is bound to the first playbook that fits it, once it has one, and stays bound until a
 * person binds another. Which fits is asked of what fired and of the topic; pure. Those of the
 * configuration come first, in the order written, then the shipped ones; one of the same name
 * takes the place of a shipped one.
 *
 * What a playbook opens is opened once: a task that has a row is not opened again, an action has
 * one row of its own accord (action.h). Everything is an entry (entry.h) in the open transaction:
 *
 *   kind "playbook", key ""              name, why
 *   kind "task",     key "NAME.TASK"     as other tasks
 */
#ifndef LY_RESPONDER_PLAYBOOK_H
#define LY_RESPONDER_PLAYBOOK_H

#include "responder/gate.h"
#include "responder/route.h"

struct play_task {
	int64_t level;            /* opened when it is reached            */
	struct str key;           /* "seal": the task is "NAME.seal"      */
	struct str what, what_en; /* what_en: shipped ones only */
	struct str role;
	int64_t due; /* seconds from then; 0: no time */
};

enum action_kind {
	ACTION_NOTIFY,
	ACTION_DRAFT,
	ACTION_TASK,
	ACTION_WEBHOOK,
	ACTION_COMMAND,
	ACTION_KINDS
};
extern const char *const action_words[]; /* "notify" …, NULL-ended */
struct action_conf {
	struct str name;
	int64_t level, kind;
	struct conf_texts to; /* notify: "person:x", "schedule:x", "channel:x", "role:legal" */
	struct conf_texts templates; /* draft: their ids                        */
	struct str what, role;       /* task                                    */
	int64_t due;                 /* task: seconds                           */
	struct str channel;          /* webhook: a channel of that kind         */
	struct conf_texts argv;      /* command: absolute path first; never a shell  */
	struct conf_texts pass;      /* command: variables of ours that it may see   */
	struct str dir;              /* command: where it runs; empty: /             */
	int64_t timeout;             /* command: seconds                        */
	int64_t keep_bytes;          /* command: of its output                  */
	int64_t changes;             /* 1: changes a system: two signals or a person */
	int64_t dry_run;             /* 1: only written down                    */
};

enum play_clock { PLAY_VERDICT, PLAY_STATEMENT, PLAY_PACK, PLAY_CLOCKS };
extern const char *const play_clock_words[]; /* "verdict", "statement", "pack", NULL */

struct play_clocks {
	int64_t s[PLAY_CLOCKS]; /* seconds; 0: as usual */
};

struct playbook_conf {
	struct str name;
	struct str title, title_en; /* title_en: shipped ones only */
	int64_t enabled;
	struct conf_texts watches; /* only these; empty: all                             */
	struct conf_texts topics, triggers,
		classes; /* any of them; all empty: whatever fires */
	int64_t confidential;
	struct str policy, owner;    /* instead of those of the route; or empty      */
	struct conf_texts templates; /* their ids: before all others of their kind  */
	struct conf_list roles;      /* struct conf_pair: role -> person            */
	struct play_clocks clocks;
	struct conf_list tasks;   /* struct play_task   */
	struct conf_list actions; /* struct action_conf */
};
extern const struct conf_schema playbook_schema; /* CONF_TABLE, name_at set */

/* Names that other tables must have. watches, triggers: n of each. */
struct playbook_names {
	const struct notice_conf *notice;
	const struct str *watches, *triggers;
	size_t watches_n, triggers_n;
};
/* Relations between playbooks and what other tables name: each mistake at its place. */
void playbooks_conf_check(struct conf_reader *r, const struct conf_list *playbooks,
			  const struct playbook_names *names);

extern const struct playbook_conf playbooks_shipped[]; /* ends with .name.n == 0 */
/* Those of the configuration, then the shipped ones that it does not name, without what is not
 * enabled. In a. */
struct conf_list playbooks_merge(const struct conf_list *own, struct arena *a);
/* By name, NULL when there is none. */
const struct playbook_conf *playbook_find(const struct conf_list *all, struct str name);

/* What is known of an incident. */
struct playbook_ask {
	struct str watch, topic;
	const struct str *triggers;       /* what has fired for it */
	const enum signal_class *classes; /* of each               */
	size_t triggers_n;
};
/* Why it fits, as "topic food_safety"; NULL: it does not. In a. Pure. */
const char *playbook_fits(const struct playbook_conf *p, const struct playbook_ask *q,
			  struct arena *a);
/* The first that fits, or NULL; *why as above. */
const struct playbook_conf *playbook_choose(const struct conf_list *all,
					    const struct playbook_ask *q, struct arena *a,
					    const char **why);
/* In the site's language. */
struct str playbook_title(const struct playbook_conf *p, bool zh);
struct str play_task_what(const struct play_task *t, bool zh);
/* What the clock of it is, or dflt. p may be NULL. */
int64_t playbook_clock(const struct playbook_conf *p, enum play_clock c, int64_t dflt);
/* Is the template one of those that the playbook wants first? p may be NULL. */
bool playbook_wants(const struct playbook_conf *p, struct str template);
/* The route as the playbook has it: true and *out, which is `route` (or nothing when it is NULL)
 * with its policy and owner. False: it says nothing of the kind. p may be NULL. */
bool playbook_route(const struct playbook_conf *p, const struct route_conf *route,
		    struct route_conf *out);
/* p may be NULL. */
bool playbook_is_confidential(const struct playbook_conf *p);
/* The person whom it wants in a role, or empty. p may be NULL. */
struct str playbook_role(const struct playbook_conf *p, const char *role);

/* Signal class of a trigger: "signal:NAME" by the number's own, all else is voice. */
enum signal_class playbook_class(const struct responder_env *env, struct str trigger);

/* What is bound, from the record, into i->playbook; also when it has left the configuration: NULL. */
int playbook_back(struct store *s, const struct conf_list *all, struct incident *i,
		  struct err *e) LY_MUST_USE;
/* After a move, before roles are filled: binds the incident when nothing is bound and one fits.
 * i, which is q's, gets it. 1 newly bound, 0, -1. */
int playbook_bind(const struct gate_ask *q, struct incident *i, const struct conf_list *all,
		  struct err *e) LY_MUST_USE;
/* A person binds p: its tasks are opened as far as the level goes. */
int playbook_rebind(const struct gate_ask *q, struct incident *i, const struct playbook_conf *p,
		    struct str why, struct err *e) LY_MUST_USE;
/* Its tasks up to this level that have no row yet. */
int playbook_open(const struct gate_ask *q, int64_t level, struct err *e) LY_MUST_USE;

#endif
