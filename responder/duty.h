/*
 * duty.h - duty clocks 报告时限: what law or exchange ask for when something of a kind happened, and by
 * when. Each opens a task of the role legal when an incident that it is about is at L2.
 *
 * The shipped ones are examples. A duty is shown as unconfirmed until the configuration says who checked
 * it and when; nothing else makes it a finding. Its time runs from the moment at which it was opened, which
 * is what we can prove; a person who knows better gives the task another (incident task --due).
 *
 * Of duties of one group (classes of a recall) the shortest is opened; the task names the others, and
 * `incident duty` puts one in the place of another.
 *
 *   task "duty.NAME"            as other tasks
 *   table duty                  how far its clock is: it warns at 50, 75 and 100 % (deadline.h)
 */
#ifndef LY_RESPONDER_DUTY_H
#define LY_RESPONDER_DUTY_H

#include "core/conf.h"
#include "responder/deadline.h"

struct gate_ask;
struct responder;

struct duty_conf {
	struct str name;
	struct str jurisdiction;  /* "CN", "EU"                                  */
	struct conf_texts topics; /* of the incident; empty: any                 */
	struct conf_texts we_are; /* only who is one of these: "listed"; empty: all */
	struct str group;         /* of alternatives; or empty                   */
	struct str authority, authority_en;
	struct str what, what_en;          /* is to be done                               */
	int64_t deadline;                  /* seconds; 0: at once                         */
	bool at_once;                      /* the file says 0: not that of a shipped one  */
	struct str source;                 /* where it is written                         */
	struct str checked_by, checked_on; /* empty: unconfirmed                 */
};
/* The key `legal`: which of them are ours. */
struct legal_conf {
	struct conf_texts jurisdictions, we_are;
};
extern const struct conf_schema duty_schema; /* CONF_TABLE, name_at set */
extern const struct conf_schema legal_schema;
extern const struct duty_conf duties_shipped[]; /* ends with .name.n == 0 */

/* Those of the configuration, each of a shipped name with what it leaves out from that one, then the
 * other shipped ones. In a. */
struct conf_list duties_merge(const struct conf_list *own, struct arena *a);
const struct duty_conf *duty_find(const struct conf_list *all, struct str name);
/* Is it ours, and about this topic? Pure. */
bool duty_applies(const struct duty_conf *d, const struct legal_conf *legal, struct str topic);
/* Of those that apply none of its group is shorter (the first of equals). Pure. */
bool duty_is_first(const struct conf_list *all, const struct duty_conf *d,
		   const struct legal_conf *legal, struct str topic);
bool duty_is_checked(const struct duty_conf *d);
/* "报告市场监管部门：…，4 小时内（依据 …，自立项起算；未经法务核对，仅为示例）". Pure. */
void duty_text(const struct conf_list *all, const struct duty_conf *d, bool zh, struct buf *b);

/* After a move of an incident at L2 or above: duties that have no row yet. */
int duties_on_move(struct responder *r, struct incident *i, int64_t now,
		   struct err *e) LY_MUST_USE;
/* A person puts one in the place of those of its group, with the same beginning; or opens one that does
 * not apply by itself. 1: it runs already, 0, -1. */
int duty_choose(struct responder *r, const struct gate_ask *q, struct incident *i,
		const struct duty_conf *d, struct err *e) LY_MUST_USE;
/* from became part of into: what of it still runs goes on in into, with the earlier beginning and
 * end when both have it; of a group that of into stays, as much earlier as from began. */
int duties_carry(struct responder *r, struct incident *from, struct incident *into, int64_t now,
		 struct err *e) LY_MUST_USE;
/* Our own clock was set back: theirs go on as deadline_set_back() says. A task's end that a person gave
 * moves with it. */
int duties_set_back(struct responder *r, const struct set_back *b, struct err *e) LY_MUST_USE;
/* Whoever was told an end that holds no more has the right one; how many clocks, or -1. Called with those
 * of incidents, at most once an hour. */
int duties_retell(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
/* When a clock warns next; INT64_MAX: none runs. What cannot be read is due at once: the turn reads it
 * again and fails as a whole. */
int64_t duties_due(struct responder *r);
/* Warnings until now, to whoever has the roles legal and lead. Number of rows changed, or -1. */
int duties_turn(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;

#endif
