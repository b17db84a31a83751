#include "core/base.h"

#include "core/str.h"
#include "responder/coverage.h"
#include "responder/heap.h"
#include "responder/policy.h"
#include "responder/route.h"

/* A policy, or the owner of a route alone, at a level. */
struct pair {
	const struct policy_conf *policy;
	const struct person_conf *owner; /* when policy is NULL */
	int64_t level;
};
struct checking {
	const struct cover_ask *q;
	struct pair *pairs;
	size_t n, cap, gaps;
	void (*each)(void *arg, const struct cover_gap *gap);
	void *arg;
};

static void
pair_add(struct checking *c, const struct route_conf *o, int64_t level)
{
	const struct notice_conf *conf = roster_conf(c->q->roster);
	struct pair p = { policy_find(conf, o->policy), NULL, level };

	if (!p.policy)
		p.owner = person_find(conf, o->owner);
	for (size_t i = 0; i < c->n; i++)
		if (c->pairs[i].policy == p.policy && c->pairs[i].owner == p.owner &&
		    c->pairs[i].level == level)
			return;
	if (c->n == c->cap)
		c->pairs = heap_more(c->pairs, &c->cap, sizeof *c->pairs);
	c->pairs[c->n++] = p;
}

static void
gap_put(struct checking *c, const struct cover_gap *gap)
{
	c->gaps++;
	c->each(c->arg, gap);
}

/* Every route that an incident of the watch may take. */
static void
watch_routes(struct checking *c, struct str watch)
{
	const struct notice_conf *conf = roster_conf(c->q->roster);

	for (int64_t level = 1; level <= 3; level++) {
		bool unrouted = false;

		for (int k = SIGNAL_VOICE; k <= SIGNAL_SYSTEM; k++) {
			struct route_ask ask = { watch, level, (enum signal_class)k };
			struct route_answer a;

			if (!(c->q->classes >> k & 1))
				continue;
			a = route_find(conf, &ask);
			if (a.route)
				pair_add(c, a.route, level);
			unrouted |= !a.route;
		}
		if (unrouted)
			gap_put(c, &(struct cover_gap){ COVER_UNROUTED, level, STR(""), watch,
							c->q->from, c->q->to });
	}
}

static int
reach_of(const struct tellings *t)
{
	int reach = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].person && reach < 1 + t->v[i].wakes)
			reach = 1 + t->v[i].wakes;
	return reach;
}

/* 0 nobody, 1 somebody, 2 somebody who can be woken. */
static int
reach_at(const struct checking *c, const struct pair *p, int64_t at)
{
	/* As at L3: who is on shift now, none who will be. */
	struct policy_ask q = { .roster = c->q->roster, .level = 3, .now = at };
	const struct step_conf *s = p->policy ? p->policy->steps.v : NULL;
	size_t steps = p->policy ? p->policy->steps.n : 0;
	struct tellings t = { .n = 0 };
	int reach = 0;

	if (p->owner)
		person_tell(&q, p->owner, &t);
	reach = reach_of(&t);
	for (size_t i = 0; i < steps && reach < 2; i++) {
		int of_step;

		t.n = 0;
		step_tell(&q, &s[i], &t);
		of_step = reach_of(&t);
		reach = of_step > reach ? of_step : reach;
	}
	return reach;
}

/* The next time that anybody's shift changes in a schedule the policy names. */
static int64_t
next_change(const struct checking *c, const struct pair *p, int64_t at)
{
	const struct notice_conf *conf = roster_conf(c->q->roster);
	const struct step_conf *s = p->policy ? p->policy->steps.v : NULL;
	size_t steps = p->policy ? p->policy->steps.n : 0;
	int64_t next = c->q->to;

	for (size_t i = 0; i < steps; i++)
		for (size_t k = 0; k < s[i].to.n; k++) {
			const struct schedule_conf *d;
			struct str name;
			int64_t t;

			if (target_parse(s[i].to.v[k], &name) != TARGET_SCHEDULE ||
			    !(d = schedule_find(conf, name)))
				continue;
			t = rota_next(roster_schedule(c->q->roster, d),
				      roster_schedule_zone(c->q->roster, d), at);
			next = t < next ? t : next;
		}
	return next;
}

static void
pair_check(struct checking *c, const struct pair *p)
{
	struct cover_gap gap = { .level = p->level };
	bool open = false;
	struct buf name = BUF(300);

	buf_addf(&name, p->policy ? "%.*s" : "owner:%.*s",
		 STR_ARG(p->policy  ? p->policy->name
			 : p->owner ? p->owner->key
				    : STR("")));
	gap.policy = buf_str(&name);
	for (int64_t t = c->q->from, next; t < c->q->to; t = next) {
		int reach = reach_at(c, p, t);
		bool lacks = reach == 0 || (p->level == 3 && reach == 1);
		enum cover_lack lack = reach == 0 ? COVER_NOBODY : COVER_ASLEEP;

		next = next_change(c, p, t);
		if (open && (!lacks || lack != gap.lack)) {
			gap.to = t;
			gap_put(c, &gap);
			open = false;
		}
		if (lacks && !open) {
			gap.lack = lack;
			gap.from = t;
			open = true;
		}
	}
	if (open) {
		gap.to = c->q->to;
		gap_put(c, &gap);
	}
	buf_release(&name);
}

size_t
coverage_check(const struct cover_ask *q, void (*each)(void *arg, const struct cover_gap *gap),
	       void *arg, size_t *looked_at)
{
	struct checking c = { .q = q, .each = each, .arg = arg };

	for (size_t i = 0; i < q->watches_n; i++)
		watch_routes(&c, q->watches[i]);
	for (size_t i = 0; i < c.n; i++)
		pair_check(&c, &c.pairs[i]);
	if (looked_at)
		*looked_at = c.n;
	free(c.pairs);
	return c.gaps;
}
