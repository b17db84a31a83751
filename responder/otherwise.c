/* otherwise.c - another way to whoever a notice does not reach: outbox.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/gate.h"
#include "responder/outbox.h"

/* 1: it is told, or was; 0: it has failed there too; -1. */
static int
tell_unless_failed(struct notices *n, const struct wave *w, const struct telling *t,
		   struct err *e)
{
	int added = compose_add(n, w, t, e);

	return added ? added : compose_hopes(n, w, t, e);
}

/* Their other contacts, as they are written down. A channel that may only be down is left out
 * with all its addresses. */
static int
next_contact(struct notices *n, const struct wave *w, const struct person_conf *p,
	     const struct notice_row *r, bool for_good, struct err *e)
{
	const struct contact_conf *k = p->contacts.v;

	for (size_t i = 0; i < p->contacts.n; i++) {
		const struct channel_conf *c = channel_find(n->c, k[i].channel);
		enum quiet_why quiet;
		struct telling t = {
			.person = p, .channel = c, .address = k[i].address, .at = w->now
		};
		int told;

		if (!c || (str_eq(c->name, r->channel) &&
			   (!for_good || str_eq(k[i].address, r->address))))
			continue;
		t.at = roster_reach(n->roster, p, w->m->level, w->m->safety != 0, w->now,
				    &quiet);
		t.why = hold_of_quiet(quiet);
		told = tell_unless_failed(n, w, &t, e);
		if (told)
			return told;
	}
	return 0;
}

/* Whoever stands in for them, as a step tells them. */
static int
next_person(struct notices *n, struct wave *w, const struct person_conf *p, struct err *e)
{
	const struct person_conf *d = person_find(n->c, p->deputy);
	struct tellings t = { .n = 0 };
	struct conf_texts out;
	int told = 0;

	if (!d || d == p)
		return 0;
	if (gate_out(n->env->store, &w->m->id, n->a, &out, e) < 0)
		return -1;
	person_tell(&(struct policy_ask){ n->roster, NULL, w->m->level, w->m->safety != 0,
					  w->now, &out },
		    d, &t);
	w->why = (struct why){
		str_of(arena_textf(n->a, "%.*s 的所有联系方式都送不到，由你代替",
				   STR_ARG(p->name))),
		str_of(arena_textf(n->a,
				   "no contact of %.*s gets through; you stand in for them",
				   STR_ARG(p->name))),
	};
	for (size_t i = 0; i < t.n; i++) {
		int one = tell_unless_failed(n, w, &t.v[i], e);

		if (one < 0)
			return -1;
		told |= one;
	}
	return told;
}

/* 1 somebody is told, 0 nobody, -1. */
static int
tell(struct notices *n, const struct notice_row *r, bool for_good, int64_t now, struct err *e)
{
	const struct person_conf *p = person_find(n->c, r->recipient);
	struct wave w = { .kind = "page", .seq = r->seq, .now = now };
	struct matter m;
	int told = 0;

	if (!p || !str_is(r->kind, "page"))
		return 0;
	told = matter_read(n->env->store, &r->incident, n->a, &m, e);
	if (told <= 0)
		return told;
	if (matter_heard(n->env->store, now, &m, e) < 0)
		return -1;
	m.watch_title = watch_title(n->env, m.watch);
	m.level = r->level;
	w.m = &m;
	w.why = (struct why){
		str_of(arena_textf(n->a, "渠道 %.*s 送不到，改由这里通知",
				   STR_ARG(r->channel))),
		str_of(arena_textf(n->a,
				   "channel %.*s does not get through; so you are told here",
				   STR_ARG(r->channel))),
	};
	escalate_clock(n, &m, &w);
	told = next_contact(n, &w, p, r, for_good, e);
	return told || !for_good ? told : next_person(n, &w, p, e);
}

int
otherwise_tell(struct notices *n, const struct notice_row *r, bool for_good, int64_t now,
	       struct err *e)
{
	struct notice_rows rows = { NULL, 0 };
	int told;

	if (!for_good && str_is(r->kind, "bundle")) { /* each of what it carries */
		if (notices_bundled(n->env->store, &r->id, n->a, &rows, e) < 0)
			return -1;
		for (size_t i = 0; i < rows.n; i++)
			if (otherwise_tell(n, &rows.v[i], false, now, e) < 0)
				return -1;
		return 0;
	}
	if (str_is(r->kind, "operator"))
		return compose_operator_again(n, r, now, e);
	told = tell(n, r, for_good, now, e);
	if (told)
		return told;
	return escalate_lost(n, r, for_good, now, e);
}
