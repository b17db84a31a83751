/*
 * The escalation of one incident, in its columns:
 *
 *   policy NULL                nobody is being told (answered, over, or exhausted)
 *   policy, step_due NULL      a page of `step` waits to be sent: no clock runs
 *   policy, step_due           it was sent: unanswered until then -> the next step
 *
 * A route without a policy has one of its own, written "owner:<person>": one step, the owner. A
 * shipped one has "role:<role>": whoever has the role, else whoever leads; then whoever leads.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/log.h"
#include "core/str.h"
#include "responder/gate.h"
#include "responder/outbox.h"
#include "responder/playbook.h"
#include "responder/signal_store.h"
#include "responder/tags_store.h"

#define OWNER_POLICY "owner:"
#define PEOPLE_MAX   40

/* A policy and, for an owner's, what it stands on. */
struct plan {
	struct policy_conf own;
	struct step_conf step;
	struct str to;
	const struct policy_conf *p; /* NULL: there is none */
};

/* "person:x" of everybody who has the role. */
static struct conf_texts
people_with(struct notices *n, struct str role)
{
	const struct person_conf *p = n->c->people.v;
	struct conf_texts to = { arena_alloc(n->a, (n->c->people.n + 1) * sizeof *to.v), 0 };

	for (size_t i = 0; i < n->c->people.n; i++)
		if (conf_texts_have(&p[i].roles, role))
			to.v[to.n++] =
				str_of(arena_textf(n->a, "person:%.*s", STR_ARG(p[i].key)));
	return to;
}

static void
plan_of_role(struct notices *n, struct str role, struct plan *plan)
{
	struct step_conf *steps = arena_alloc(n->a, 2 * sizeof *steps);
	size_t count = 0;

	steps[0] = (struct step_conf){ .to = people_with(n, role) };
	steps[1] = (struct step_conf){ .to = people_with(n, STR("lead")) };
	if (!steps[0].to.n || str_is(role, "lead"))
		steps++;
	else
		count = 1;
	count += steps[count].to.n > 0;
	plan->own.steps = (struct conf_list){ steps, count };
	plan->p = count ? &plan->own : NULL;
}

static void
plan_of(struct notices *n, struct str name, struct plan *plan)
{
	*plan = (struct plan){ .p = NULL };
	if (str_starts(name, STR(ROUTE_ROLE))) {
		plan_of_role(n, str_slice(name, sizeof ROUTE_ROLE - 1, name.n), plan);
		return;
	}
	if (!str_starts(name, STR(OWNER_POLICY))) {
		plan->p = policy_find(n->c, name);
		return;
	}
	name = str_slice(name, sizeof OWNER_POLICY - 1, name.n);
	plan->to = str_of(arena_textf(n->a, "person:%.*s", STR_ARG(name)));
	plan->step.to = (struct conf_texts){ &plan->to, 1 };
	plan->own.steps = (struct conf_list){ &plan->step, 1 };
	plan->p = &plan->own;
}

/* The name of its policy: its own, or the owner's. */
static struct str
route_policy(struct notices *n, const struct route_conf *o)
{
	if (o->policy.n)
		return o->policy;
	return str_of(arena_textf(n->a, OWNER_POLICY "%.*s", STR_ARG(o->owner)));
}

/* What follows when step i stays unanswered; NULL: the policy is at its end. */
static const struct step_conf *
step_after(const struct policy_conf *p, int64_t i, int64_t round)
{
	struct policy_place at = { i, round };

	return policy_after(p, POLICY_UNANSWERED, &at) ? policy_step_at(p, at.step) : NULL;
}

static int64_t
wait_of(const struct policy_conf *p, const struct matter *m)
{
	bool last = !policy_step_at(p, m->step + 1);
	int64_t beyond = last && m->round > p->repeat ? m->round - p->repeat : 0;

	return policy_wait_s(beyond ? NULL : step_after(p, m->step, m->round), m->level,
			     beyond);
}

void
escalate_clock(struct notices *n, const struct matter *m, struct wave *w)
{
	struct plan *plan = arena_alloc(n->a, sizeof *plan);

	plan_of(n, m->policy, plan);
	if (!plan->p || m->step < 0)
		return;
	w->next = step_after(plan->p, m->step, m->round);
	w->wait_s = m->step_due > w->now ? m->step_due - w->now : wait_of(plan->p, m);
}

static void
log_skipped(const struct matter *m, uint64_t skipped)
{
	for (int i = 0; i < 64; i++)
		if (skipped >> i & 1)
			log_event(LOG_WARN, "step_skipped",
				  "incident=%.*s policy=%.*s step=%d"
				  " why=nobody_reachable",
				  STR_ARG(m->number), STR_ARG(m->policy), i + 1);
}

static int
tell_all(struct notices *n, const struct wave *w, const struct tellings *t, struct err *e)
{
	for (size_t i = 0; i < t->n; i++)
		if (compose_add(n, w, &t->v[i], e) < 0)
			return -1;
	return 0;
}

/* When its group of that route is told, if it waits for one. */
static int
gather(struct notices *n, const struct matter *m, const struct route_conf *o, int64_t now,
       int64_t *flush_at, struct err *e)
{
	*flush_at = 0;
	if (!o || !m->gathers || m->level >= 3 || m->safety)
		return 0;
	return gather_join(n, m, o, now, flush_at, e);
}

/* Whom the first step of a route tells that is reached through `continue`. */
static void
copy_tell(struct notices *n, const struct route_conf *o, struct policy_ask q,
	  struct tellings *out)
{
	struct plan plan;
	uint64_t skipped;

	out->n = 0;
	plan_of(n, route_policy(n, o), &plan);
	q.route = o;
	if (plan.p && policy_step(&q, plan.p, 0, out, &skipped) < 0)
		out->n = 0;
}

static bool
is_among(const struct tellings *t, const struct telling *x)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].person == x->person && t->v[i].channel == x->channel &&
		    str_eq(t->v[i].address, x->address))
			return true;
	return false;
}

/* Without those that have the page. */
static void
but_for(struct tellings *t, const struct tellings *paged)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++)
		if (!is_among(paged, &t->v[i]))
			t->v[kept++] = t->v[i];
	t->n = kept;
}

/* Told once, with the page, but not who has that; their answer is not waited for. */
static int
tell_copies(struct notices *n, struct wave w, const struct route_answer *routes,
	    struct policy_ask q, const struct tellings *paged, struct err *e)
{
	w.kind = "copy";
	w.next = NULL;
	w.wait_s = 0;
	for (size_t i = 0; i < routes->copies_n; i++) {
		struct tellings t;

		w.route = routes->copies[i];
		copy_tell(n, w.route, q, &t);
		but_for(&t, paged);
		if (tell_all(n, &w, &t, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- of other watches ------------------------------------------------------------------------ */

struct others {
	struct arena *a;
	struct conf_texts v;
	struct str but; /* the incident's own */
};

static void
other_add(void *self, const struct firing_heard *h)
{
	struct others *o = self;

	if (str_eq(h->watch, o->but) || conf_texts_have(&o->v, h->watch) ||
	    o->v.n == ROUTE_COPIES)
		return;
	o->v.v[o->v.n++] = arena_str(o->a, h->watch);
}

/* Where the news of one of them would go goes once, too, unless its answer is waited for anyway. */
static int
copies_add(struct notices *n, const struct matter *m, struct str watch, int64_t now,
	   struct route_answer *to, struct err *e)
{
	struct matter as = *m;
	struct route_answer of;

	as.watch = watch;
	if (escalate_tags(n, &as, now, e) < 0)
		return -1;
	of = route_find(n->c, &as.tags);
	for (size_t i = 0; i < to->copies_n; i++)
		if (to->copies[i] == of.route)
			return 0;
	if (of.route && of.route != to->route && to->copies_n < ROUTE_COPIES)
		to->copies[to->copies_n++] = of.route;
	return 0;
}

static int
others_add(struct notices *n, const struct matter *m, int64_t now, struct route_answer *to,
	   struct err *e)
{
	struct others o = { n->a,
			    { arena_alloc(n->a, ROUTE_COPIES * sizeof *o.v.v), 0 },
			    m->watch };

	if (firings_heard(n->env->store, &m->id, other_add, &o, e) < 0)
		return -1;
	for (size_t i = 0; i < o.v.n; i++)
		if (copies_add(n, m, o.v.v[i], now, to, e) < 0)
			return -1;
	return 0;
}

static bool
tells(const struct tellings *t, const struct notice_row *r)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct telling *x = &t->v[i];

		if (str_eq(x->person ? x->person->key : STR(""), r->recipient) &&
		    str_eq(x->channel->name, r->channel) && str_eq(x->address, r->address))
			return true;
	}
	return false;
}

int
escalate_route(struct notices *n, const struct notice_row *r, const struct matter *m,
	       int64_t now, const struct route_conf **out, struct err *e)
{
	bool copy = str_is(r->kind, "copy");
	struct conf_texts shut;
	struct policy_ask q = { n->roster, NULL, m->level, m->safety != 0, now, &shut };
	struct route_answer routes;

	*out = NULL;
	if (!copy && !str_is(r->kind, "page"))
		return 0;
	routes = route_find(n->c, &m->tags);
	*out = routes.route;
	if (copy && others_add(n, m, now, &routes, e) < 0)
		return -1;
	if (copy && gate_out(n->env->store, &m->id, n->a, &shut, e) < 0)
		return -1;
	for (size_t i = 0; copy && i < routes.copies_n; i++) {
		struct tellings t;

		copy_tell(n, routes.copies[i], q, &t);
		if (!tells(&t, r))
			continue;
		*out = routes.copies[i];
		break;
	}
	return 0;
}

static void
matter_route(struct notices *n, struct matter *m, const struct route_conf *o)
{
	m->policy = route_policy(n, o);
	if (!m->owner.n)
		m->owner = o->owner;
}

int
escalate_tags(struct notices *n, struct matter *m, int64_t now, struct err *e)
{
	return tags_read(n->env->store, m, playbook_class(n->env, m->trigger), now, n->a,
			 &m->tags, e);
}

/* The route as it is now, with what the playbook says of it in *own. */
static int
routes_of(struct notices *n, struct matter *m, int64_t now, struct route_conf *own,
	  struct route_answer *out, struct err *e)
{
	if (escalate_tags(n, m, now, e) < 0)
		return -1;
	*out = route_find(n->c, &m->tags);
	if (playbook_route(m->playbook, out->route, own))
		out->route = own;
	return 0;
}

/* Its number, its route, what is heard, and who is out. */
static int
wave_begin(struct notices *n, struct matter *m, struct route_conf *own,
	   struct route_answer *routes, struct conf_texts *out, struct wave *w, struct err *e)
{
	if (routes_of(n, m, w->now, own, routes, e) < 0 ||
	    notice_last_seq(n->env->store, &m->id, &w->seq, e) < 0 ||
	    matter_heard(n->env->store, w->now, m, e) < 0 ||
	    gate_out(n->env->store, &m->id, n->a, out, e) < 0)
		return -1;
	w->seq++;
	w->route = routes->route;
	return 0;
}

int
escalate_page(struct notices *n, struct matter *m, int64_t from, const struct why *why,
	      bool unanswered, int64_t now, struct err *e)
{
	/* What fired last says whose it is: voices are heard by PR, numbers by who runs the thing. */
	struct route_conf own;
	struct route_answer routes;
	struct conf_texts out;
	struct policy_ask q = { n->roster, NULL, m->level, m->safety != 0, now, &out };
	struct wave w = {
		.m = m, .kind = "page", .why = *why, .unanswered = unanswered, .now = now
	};
	struct tellings t = { .n = 0 };
	struct plan plan = { .p = NULL };
	uint64_t skipped = 0;
	int step = -1;

	if (wave_begin(n, m, &own, &routes, &out, &w, e) < 0)
		return -1;
	q.route = routes.route;
	if (routes.route && ((from == 0 && m->round == 0) || !m->policy.n))
		matter_route(n, m, routes.route); /* at a new level another route may fit */
	if (gate_is_out(&out, m->owner))
		m->owner = STR("");
	plan_of(n, m->policy, &plan);
	if (plan.p)
		step = policy_step(&q, plan.p, from, &t, &skipped);
	if (step < 0 && (from > 0 || m->round > 0))
		return 1;
	log_skipped(m, skipped);
	m->step_due = 0;
	m->step = step;
	if (step >= 0) {
		const struct policy_conf *p = plan.p;

		if (gather(n, m, w.route, now, &w.flush_at, e) < 0)
			return -1;
		w.next = step_after(p, step, m->round);
		w.wait_s = wait_of(p, m);
		if (tell_all(n, &w, &t, e) < 0)
			return -1;
	} else {
		m->policy = STR("");
		if (compose_add_net(n, &w, e) < 0)
			return -1;
	}
	if (from == 0 && m->round == 0 &&
	    (others_add(n, m, now, &routes, e) < 0 || tell_copies(n, w, &routes, q, &t, e) < 0))
		return -1;
	return matter_write(n->env->store, m, e);
}

int
escalate_joined(struct notices *n, struct matter *m, struct str watch, const struct why *why,
		int64_t now, struct err *e)
{
	struct route_conf own;
	struct route_answer routes;
	struct conf_texts out;
	struct policy_ask q = { n->roster, NULL, m->level, m->safety != 0, now, &out };
	struct wave w = { .m = m, .kind = "copy", .why = *why, .now = now };
	const struct tellings paged = { .n = 0 };

	if (wave_begin(n, m, &own, &routes, &out, &w, e) < 0)
		return -1;
	routes.copies_n = 0;
	if (copies_add(n, m, watch, now, &routes, e) < 0)
		return -1;
	return tell_copies(n, w, &routes, q, &paged, e);
}

int
escalate_again(struct notices *n, struct matter *m, int64_t now, struct err *e)
{
	struct buf span = BUF(64);
	struct route_conf own;
	struct route_answer routes;
	struct conf_texts out;
	struct policy_ask q = { n->roster, NULL, m->level, m->safety != 0, now, &out };
	struct wave w = { .m = m, .kind = "copy", .unanswered = true, .now = now };
	struct tellings t = { .n = 0 };
	struct plan plan;
	uint64_t skipped;

	if (wave_begin(n, m, &own, &routes, &out, &w, e) < 0)
		return -1;
	if (!routes.route)
		return 0;
	q.route = routes.route;
	matter_route(n, m, routes.route);
	plan_of(n, m->policy, &plan);
	clock_add_span(&span, (now - m->opened_at) / 3600 * 3600);
	w.why.zh = str_of(
		arena_textf(n->a, "已 %.*s，仍在触发，无人接手", STR_ARG(buf_str(&span))));
	w.why.en = str_of(arena_textf(n->a, "open for %.*s, still firing, and nobody has it",
				      STR_ARG(buf_str(&span))));
	buf_release(&span);
	if (!plan.p || policy_step(&q, plan.p, 0, &t, &skipped) < 0)
		return 0;
	return tell_all(n, &w, &t, e);
}

/* ---- the clock ------------------------------------------------------------------------------- */

/* Is the row a page of the wave that the incident waits for? 1, 0, -1. */
static int
is_waited_for(struct notices *n, const struct notice_row *r, struct matter *m,
	      struct plan *plan, struct err *e)
{
	int64_t seq;
	int found = str_is(r->kind, "page")
			    ? matter_row(n->env->store, &r->incident, n->a, m, e)
			    : 0;

	if (found <= 0)
		return found;
	if (m->step < 0 || m->step_due || r->level != m->level)
		return 0;
	if (notice_last_page(n->env->store, &m->id, &seq, e) < 0)
		return -1;
	plan_of(n, m->policy, plan);
	return seq == r->seq && plan->p;
}

int
escalate_sent(struct notices *n, const struct notice_row *r, int64_t now, struct err *e)
{
	struct matter m;
	struct plan plan;
	int64_t people, hopeful;
	int waits = is_waited_for(n, r, &m, &plan, e);

	if (waits <= 0)
		return waits;
	if (notice_wave_waits(n->env->store, r, &people, &hopeful, e) < 0)
		return -1;
	if (!r->recipient.n && people)
		return 0; /* a channel has it; the person does not */
	m.step_due = now + wait_of(plan.p, &m);
	return matter_write(n->env->store, &m, e);
}

int
escalate_lost(struct notices *n, const struct notice_row *r, bool for_good, int64_t now,
	      struct err *e)
{
	struct matter m;
	struct plan plan;
	int64_t people, hopeful;
	int waits = is_waited_for(n, r, &m, &plan, e);

	if (waits <= 0)
		return waits;
	if (notice_wave_waits(n->env->store, r, &people, &hopeful, e) < 0)
		return -1;
	if (for_good && hopeful)
		return 0;
	/* Not when the last step is told again, and again: it would be so for ever, at once. */
	m.step_due = for_good && m.round <= plan.p->repeat ? now : now + wait_of(plan.p, &m);
	return matter_write(n->env->store, &m, e);
}

static void
event_add(struct notice_events *out, const struct matter *m, int64_t now)
{
	struct notice_event *x = &out->v[out->n++];

	*x = (struct notice_event){
		.what = NOTICE_EXHAUSTED, .incident = m->id, .at = now, .level = m->level
	};
	snprintf(x->why, sizeof x->why, "nobody answered on any step of policy \"%.*s\"",
		 STR_ARG(m->policy));
	snprintf(x->why_zh, sizeof x->why_zh, "升级策略“%.*s”的每一步都无人确认",
		 STR_ARG(m->policy));
}

static struct why
why_unanswered(struct notices *n, const struct step_conf *was, int64_t wait_s)
{
	struct str zh = compose_step_names(n, was, true),
		   en = compose_step_names(n, was, false);

	return (struct why){
		str_of(arena_textf(n->a, "%.*s %lld 分钟内没有接手，转到你这里", STR_ARG(zh),
				   (long long)(wait_s / 60))),
		str_of(arena_textf(n->a,
				   "%.*s did not take it within %lld min; it comes to you",
				   STR_ARG(en), (long long)(wait_s / 60))),
	};
}

/* The step after, or of the next round. 0 told, 1 there is none that has anybody, -1. */
static int
tell_next(struct notices *n, struct matter *m, const struct policy_conf *p,
	  const struct why *why, int64_t now, struct err *e)
{
	int r = 1;

	if (policy_step_at(p, m->step + 1))
		r = escalate_page(n, m, m->step + 1, why, true, now, e);
	if (r <= 0 || m->round >= p->repeat)
		return r;
	m->round++;
	return escalate_page(n, m, 0, why, true, now, e);
}

int
escalate_now(struct notices *n, struct matter *m, const struct why *why, int64_t now,
	     struct err *e)
{
	struct route_conf own;
	struct route_answer routes;
	struct policy_place place = { m->step < 0 ? m->step_last : m->step, m->round };
	struct plan plan;
	int r;

	if (routes_of(n, m, now, &own, &routes, e) < 0)
		return -1;
	if (!m->policy.n && routes.route)
		matter_route(n, m, routes.route); /* it was answered: told anew */
	plan_of(n, m->policy, &plan);
	if (!plan.p || !policy_after(plan.p, POLICY_ESCALATE_NOW, &place))
		place = (struct policy_place){ 0, 0 };
	m->round = place.round;
	r = escalate_page(n, m, place.step, why, false, now, e);
	if (r == 1) { /* nobody is on a later step: the first again, in the end the net */
		m->round = 0;
		r = escalate_page(n, m, 0, why, false, now, e);
	}
	return r < 0 ? -1 : 0;
}

/* The pages that were waited for have had their time, and those before them; not those of a step that
 * ended early, as none of its people can be reached. */
static int
expire(struct notices *n, const struct matter *m, struct err *e)
{
	struct store *s = n->env->store;
	struct notice_row last = { .incident = m->id };
	int64_t people = 0, hopeful = 0;
	int pages = notice_last_page(s, &m->id, &last.seq, e);

	if (pages == 0)
		pages = notice_wave_waits(s, &last, &people, &hopeful, e);
	if (pages == 0)
		pages = notices_set_expired(s, &m->id, last.seq - (people && !hopeful), e);
	if (pages > 0)
		log_event(LOG_INFO, "pages_expired", "incident=%.*s level=%lld count=%d",
			  STR_ARG(m->number), (long long)m->level, pages);
	return pages < 0 ? -1 : 0;
}

int
escalate_turn(struct notices *n, const struct id *incident, int64_t now,
	      struct notice_events *out, struct err *e)
{
	struct matter m;
	struct plan plan;
	struct why why = { { NULL, 0 }, { NULL, 0 } };
	int found = matter_read(n->env->store, incident, n->a, &m, e), r = 1;

	if (found > 0 && expire(n, &m, e) < 0)
		return -1;
	if (found <= 0)
		return found;
	m.watch_title = watch_title(n->env, m.watch);
	plan_of(n, m.policy, &plan);
	if (plan.p) {
		why = why_unanswered(n, policy_step_at(plan.p, m.step), wait_of(plan.p, &m));
		r = tell_next(n, &m, plan.p, &why, now, e);
	}
	if (r == 1 && plan.p && m.level >= 3) { /* somebody must: the last step again */
		m.round = m.round > plan.p->repeat ? m.round + 1 : plan.p->repeat + 1;
		r = escalate_page(n, &m, m.step, &why, true, now, e);
	}
	if (r <= 0)
		return r;
	event_add(out, &m, now);
	m.policy = STR("");
	m.step_due = 0;
	log_event(LOG_WARN, "policy_exhausted", "incident=%.*s level=%lld", STR_ARG(m.number),
		  (long long)m.level);
	return matter_write(n->env->store, &m, e) < 0 ? -1 : 1;
}

int
escalate_set_back(struct notices *n, const struct set_back *b, struct err *e)
{
	struct id *ids;
	size_t count;

	if (matters_waiting(n->env->store, b->now, n->a, &ids, &count, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct matter m;
		struct plan plan;
		int found = matter_row(n->env->store, &ids[i], n->a, &m, e);

		if (found <= 0)
			return found;
		plan_of(n, m.policy, &plan);
		m.step_due -=
			plan.p ? set_back_since(b, m.step_due - wait_of(plan.p, &m)) : b->by_s;
		if (matter_write(n->env->store, &m, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- a clock warns ------------------------------------------------------------------------------ */

/* Whoever the policy would tell next; of one that has been answered, its second step. */
static void
next_tell(struct notices *n, const struct policy_ask *q, struct matter *m, struct tellings *out)
{
	struct route_conf own;
	const struct route_conf *o = q->route;
	const struct step_conf *next;
	struct plan plan;

	if (!m->policy.n && playbook_route(m->playbook, q->route, &own))
		o = &own;
	if (!m->policy.n && o)
		matter_route(n, m, o);
	plan_of(n, m->policy, &plan);
	if (!plan.p)
		return;
	next = policy_step_at(plan.p, m->step < 0 ? 1 : m->step + 1);
	if (!next)
		next = policy_step_at(plan.p, 0);
	if (next)
		step_tell(q, next, out);
}

static struct why
why_urged(struct notices *n, const struct deadline *d)
{
	const struct deadline_rule *rule = &deadline_rules[d->kind];
	struct buf due = BUF(64);
	struct why w;

	clock_add_local(&due, n->env->zone, d->due_at);
	w.zh = str_of(arena_textf(n->a, "时限已过 %lld%%：%.*s 前%s", (long long)d->percent,
				  STR_ARG(buf_str(&due)), rule->do_zh));
	w.en = str_of(arena_textf(n->a, "%lld %% of the time is over: %s by %.*s",
				  (long long)d->percent, rule->do_en, STR_ARG(buf_str(&due))));
	buf_release(&due);
	return w;
}

int
escalate_urge(struct notices *n, const struct notice_urge *u, struct matter *m, int64_t now,
	      struct err *e)
{
	const struct deadline *d = u->deadline;
	struct conf_texts out;
	struct policy_ask q = { n->roster, NULL, m->level, m->safety != 0, now, &out };
	struct wave w = { .m = m,
			  .kind = "urge",
			  .seq = notice_urge_seq(d->kind, now),
			  .why = why_urged(n, d),
			  .now = now };
	struct tellings t = { .n = 0 };
	struct str who = d->percent <= 50 && m->owner.n ? m->owner
			 : d->percent < 100             ? u->lead
							: u->approver;
	const struct person_conf *p = person_find(n->c, who);

	if (gate_out(n->env->store, &m->id, n->a, &out, e) < 0 ||
	    escalate_tags(n, m, now, e) < 0 || matter_heard(n->env->store, now, m, e) < 0)
		return -1;
	q.route = route_find(n->c, &m->tags).route;
	q.first_only = m->level < 3;
	if (p)
		person_tell(&q, p, &t);
	if (d->percent >= 100)
		next_tell(n, &q, m, &t);
	if (!t.n)
		log_event(LOG_WARN, "nobody_to_urge", "incident=%.*s clock=%s percent=%lld",
			  STR_ARG(m->number), deadline_rules[d->kind].word,
			  (long long)d->percent);
	return tell_all(n, &w, &t, e);
}

/* ---- who could have it ---------------------------------------------------------------------------- */

static void
people_add(struct conf_texts *to, struct str key, const struct conf_texts *out)
{
	if (to->n < PEOPLE_MAX && !gate_is_out(to, key) && !gate_is_out(out, key))
		to->v[to->n++] = key;
}

static void
people_of_step(struct notices *n, const struct step_conf *s, int64_t now,
	       const struct conf_texts *out, struct conf_texts *to)
{
	for (size_t i = 0; s && i < s->to.n; i++) {
		struct str name, who[ROTA_MAX];
		enum target_kind kind = target_parse(s->to.v[i], &name);
		const struct schedule_conf *of =
			kind == TARGET_SCHEDULE ? schedule_find(n->c, name) : NULL;
		size_t on = of ? roster_who(n->roster, of, now, who) : 0;

		if (kind == TARGET_PERSON && person_find(n->c, name))
			people_add(to, name, out);
		for (size_t k = 0; k < on; k++)
			if (person_find(n->c, who[k]))
				people_add(to, who[k], out);
	}
}

int
escalate_people(struct notices *n, struct matter *m, int64_t now, struct conf_texts *to,
		struct err *e)
{
	const struct person_conf *p = n->c->people.v;
	struct route_conf own;
	struct route_answer routes;
	int64_t first = m->step >= 0 ? m->step : m->step_last > 0 ? m->step_last : 0;
	const struct step_conf *s;
	struct conf_texts out;
	struct plan plan;

	*to = (struct conf_texts){ arena_alloc(n->a, PEOPLE_MAX * sizeof *to->v), 0 };
	if (routes_of(n, m, now, &own, &routes, e) < 0 ||
	    gate_out(n->env->store, &m->id, n->a, &out, e) < 0)
		return -1;
	if (!m->policy.n && routes.route)
		matter_route(n, m, routes.route);
	plan_of(n, m->policy, &plan);
	if (plan.p) {
		people_of_step(n, policy_step_at(plan.p, first), now, &out, to);
		for (int64_t i = 0; (s = policy_step_at(plan.p, i)); i++)
			people_of_step(n, s, now, &out, to);
	}
	for (size_t i = 0; !to->n && i < n->c->people.n && i < PEOPLE_MAX; i++)
		if (!gate_is_out(&out, p[i].key))
			to->v[to->n++] = p[i].key;
	return 0;
}
