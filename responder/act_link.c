/* act_link.c - signed links: a GET shows what one is for, a POST does it, once.
 *
 * What is asked of a link, in this order: is it one of ours for this row, has it expired, is the
 * incident open, may its holder act, was it used, does somebody have the incident already. Only then
 * a person is named, and only a POST goes on to act.
 *
 * Who brings wrong ones is slowed down by address; a right one by itself: behind a proxy all come from
 * one address, and a stranger there must not keep the others from answering. */
#include "core/base.h"

#include "core/hash.h"
#include "core/httpd_route.h"
#include "core/str.h"
#include "responder/act.h"
#include "responder/confidential.h"
#include "responder/gate.h"
#include "responder/link_page.h"
#include "responder/link_store.h"
#include "responder/notice_store.h"

#define PAGE    "text/html; charset=utf-8"
#define WHO_MAX 200

struct asked {
	struct link link;
	struct notice_row row;
	struct incident *incident; /* NULL: not known yet */
	struct str person;         /* who acts: a key; empty: nobody yet */
	struct conf_texts people;  /* a group's choice */
	struct link_use use;
};

static struct str
name_of(const struct act *x, struct str actor)
{
	const struct person_conf *p = person_of_actor(&x->r->conf->notice, actor);

	return p && p->name.n ? p->name : p ? p->key : actor;
}

static struct str
time_of(const struct act *x, int64_t at)
{
	struct buf b = BUF(64);
	struct str s;

	clock_add_local(&b, x->r->zone, at);
	s = arena_str(x->a, buf_str(&b));
	buf_release(&b);
	return s;
}

static struct link_choice *
choices(const struct act *x, const struct asked *q)
{
	struct link_choice *v = arena_alloc(x->a, (q->people.n + 1) * sizeof *v);

	for (size_t i = 0; i < q->people.n; i++)
		v[i] = (struct link_choice){ q->people.v[i], name_of(x, q->people.v[i]) };
	return v;
}

/* The answer; also counted. */
static int
show(struct act *x, const struct asked *q, enum link_outcome o, struct err *e)
{
	const struct incident *i = q->incident;
	struct link_page p = { .outcome = o, .verb = q->link.verb };

	if (i) {
		p.number = i->number;
		p.level = i->level;
		p.people = choices(x, q);
		p.people_n = q->people.n;
	}
	if (i && !i->confidential) {
		struct matter m;

		if (matter_read(x->r->store, &i->id, x->a, &m, e) < 0)
			return -1;
		p.title = i->title;
		p.why_zh = m.reason_zh;
		p.why_en = m.reason_en;
	}
	if (o == LINK_USED) {
		p.who = name_of(x, q->use.actor);
		p.when = time_of(x, q->use.at);
	} else if (o == LINK_TAKEN || (o == LINK_DONE && q->link.verb == LINK_TAKE)) {
		p.who = name_of(x, i->acked_by);
		p.when = time_of(x, i->acked_until);
	} else if (o == LINK_DONE) {
		p.who = name_of(x, q->person);
	}
	x->r->links[o]++;
	x->status = link_page_status(o);
	x->type = PAGE;
	link_page(&p, &x->out);
	return 0;
}

/* ---- is it one of ours? ------------------------------------------------------------------------- */

/* The row that it is for and the key that it names: 1 right, 0 not, -1. */
static int
is_right(struct act *x, struct asked *q, struct err *e)
{
	struct str secret;
	int found;

	if (link_parse(act_arg(x, "token"), &q->link) < 0)
		return 0;
	found = notice_get(x->r->store, &q->link.notice, x->a, &q->row, e);
	if (found > 0)
		found = link_key_read(x->r->store, q->link.key, x->a, &secret, e);
	if (found <= 0)
		return found;
	q->link.incident = q->row.incident;
	q->link.recipient = q->row.recipient;
	if (!link_right(&q->link, secret))
		return 0;
	return !q->row.recipient.n || person_find(&x->r->conf->notice, q->row.recipient);
}

/* Who may name themselves; of a confidential incident only those who may see it. */
static int
people_find(struct act *x, struct asked *q, struct err *e)
{
	struct conf_texts all;
	size_t n = 0;

	if (notices_people(x->r->notices, q->incident, x->now, x->a, &all, e) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct person_conf *p = person_find(&x->r->conf->notice, all.v[i]);
		struct gate_ask g = act_gate(x, q->incident);
		int sees = p && q->incident->confidential ? confidential_lists(&g, p, e) : !!p;

		if (sees < 0)
			return -1;
		if (sees)
			all.v[n++] = all.v[i];
	}
	all.n = n;
	q->people = all;
	return 0;
}

static int
is_out(struct act *x, const struct incident *i, struct str person, struct err *e)
{
	struct conf_texts out;

	if (gate_out(x->r->store, &i->id, x->a, &out, e) < 0)
		return -1;
	return person.n && gate_is_out(&out, person);
}

/* Where the incident is worked on now: it may have become part of another. */
static struct incident *
incident_now(struct act *x, const struct notice_row *row)
{
	struct incident *i = incidents_find(x->r->incidents, &row->incident);

	return i ? incidents_heir(x->r->incidents, i) : NULL;
}

/* What stands against it; LINK_SHOWN: nothing. */
static int
judge(struct act *x, struct asked *q, enum link_outcome *o, struct err *e)
{
	int64_t now_ms = clock_mono_ms();
	int r = is_right(x, q, e);

	if (r < 0)
		return -1;
	*o = LINK_LIMITED;
	if (!knock(&x->r->knocks, r ? id_str(&q->link.notice) : x->c->actor, now_ms))
		return 0;
	*o = LINK_WRONG;
	if (!r)
		return 0;
	q->incident = incident_now(x, &q->row);
	if (!q->incident)
		return 0;
	q->use = (struct link_use){ .notice = q->link.notice, .verb = q->link.verb };
	*o = LINK_EXPIRED;
	if (x->now >= q->link.expires_at)
		return 0;
	*o = LINK_CLOSED;
	if (!incident_is_open(q->incident))
		return 0;
	q->person = q->row.recipient;
	r = is_out(x, q->incident, q->person, e);
	*o = LINK_RECUSED;
	if (r)
		return r < 0 ? -1 : 0;
	r = link_use_read(x->r->store, x->a, &q->use, e);
	*o = LINK_USED;
	if (r)
		return r < 0 ? -1 : 0;
	*o = LINK_TAKEN;
	if (q->link.verb == LINK_TAKE && q->incident->acked_by.n &&
	    q->incident->acked_until > x->now)
		return 0;
	*o = LINK_SHOWN;
	return q->person.n ? 0 : people_find(x, q, e);
}

/* ---- verbs ---------------------------------------------------------------------------------------- */

static int
act_link_show(struct act *x, struct err *e)
{
	struct asked q = { .incident = NULL };
	enum link_outcome o;

	if (judge(x, &q, &o, e) < 0)
		return -1;
	return show(x, &q, o, e);
}

/* "who=linjing" of a form; empty when there is none, or it cannot be read. */
static struct str
who_said(struct act *x)
{
	struct str body = x->c->body, pair, s = STR("");
	struct buf b = BUF(WHO_MAX);

	while (str_next(&body, '&', &pair))
		if (str_starts(pair, STR("who=")) &&
		    route_unescape(str_slice(pair, 4, pair.n), true, &b) == 0) {
			s = arena_str(x->a, str_trim(buf_str(&b)));
			break;
		}
	buf_release(&b);
	return s;
}

/* In a group somebody says who they are: one of the choice. */
static int
name_take(struct act *x, struct asked *q, enum link_outcome *o, struct err *e)
{
	struct str who = who_said(x);
	int out = who.n ? is_out(x, q->incident, who, e) : 0;

	*o = out ? LINK_RECUSED : LINK_NAMELESS;
	if (out)
		return out < 0 ? -1 : 0;
	for (size_t i = 0; i < q->people.n; i++)
		if (str_eq(q->people.v[i], who)) {
			q->person = str_of(arena_textf(x->a, "claimed:%.*s", STR_ARG(who)));
			*o = LINK_SHOWN;
		}
	return 0;
}

static int
do_it(struct act *x, struct asked *q, enum link_outcome *o, struct err *e)
{
	bool take = q->link.verb == LINK_TAKE;
	struct incident_move_info info = {
		.incident = q->incident,
		.event = take ? EVENT_ACK : EVENT_ESCALATE,
		.at = x->now,
		.actor = q->person,
		.until = take ? x->now + ACT_ACK_S : 0,
		.reason_zh = take ? STR("从通知里的链接接手") : STR("从通知里的链接要求升级"),
		.reason_en = take ? STR("taken by the link of a notice")
				  : STR("the next step is wanted, by "
					"the link of a notice")
	};

	*o = LINK_CLOSED;
	if (!level_next(q->incident->state, q->incident->level, info.event))
		return 0;
	q->use.at = x->now;
	q->use.actor = q->person;
	if (raise_move(x->r, &info, x->now, e) < 0 || link_use_add(x->r->store, &q->use, e) < 0)
		return -1;
	*o = LINK_DONE;
	return 0;
}

/* Of the command: what it was for, not the token. */
static void
keep(struct act *x, const struct asked *q)
{
	struct buf b = BUF(4096);

	buf_addf(&b, "{\"verb\":\"%s\",\"notice\":\"", link_words[q->link.verb].verb);
	id_add_hex(&b, &q->link.notice);
	buf_add(&b, STR("\"}"));
	x->kept = arena_str(x->a, buf_str(&b));
	buf_release(&b);
}

static int
act_link_use(struct act *x, struct err *e)
{
	struct asked q = { .incident = NULL };
	enum link_outcome o;

	if (judge(x, &q, &o, e) < 0 ||
	    (o == LINK_SHOWN && !q.person.n && name_take(x, &q, &o, e) < 0))
		return -1;
	keep(x, &q);
	if (o == LINK_SHOWN && do_it(x, &q, &o, e) < 0)
		return -1;
	return show(x, &q, o, e);
}

const struct verb act_link_verbs[] = {
	{ "link.show", act_link_show, false },
	{ "link.use", act_link_use, true },
	{ .name = NULL },
};
