#include "core/base.h"

#include "core/str.h"
#include "responder/coverage.h"
#include "responder/heap.h"
#include "responder/playbook.h"
#include "responder/policy.h"
#include "responder/route.h"

/* A policy, or the owner of a route alone, and the levels that may take it. */
struct way {
	const struct policy_conf *policy;
	const struct person_conf *owner; /* when policy is NULL */
	unsigned levels;                 /* bits 1 << level     */
};
/* From then on, until the next of them: 0 nobody, 1 somebody, 2 somebody who can be woken. */
struct stretch {
	int64_t from;
	int reach;
};
struct checking {
	const struct cover_ask *q;
	struct way *ways;
	size_t n, cap, gaps;
	struct stretch *line; /* of one way */
	size_t line_n, line_cap;
	void (*each)(void *arg, const struct cover_gap *gap);
	void *arg;
};

static void
way_add(struct checking *c, const struct route_conf *o, int64_t level)
{
	const struct notice_conf *conf = roster_conf(c->q->roster);
	struct way w = { policy_find(conf, o->policy), NULL, 1u << level };

	if (!w.policy)
		w.owner = person_find(conf, o->owner);
	for (size_t i = 0; i < c->n; i++)
		if (c->ways[i].policy == w.policy && c->ways[i].owner == w.owner) {
			c->ways[i].levels |= w.levels;
			return;
		}
	if (c->n == c->cap)
		c->ways = heap_more(c->ways, &c->cap, sizeof *c->ways);
	c->ways[c->n++] = w;
}

static void
gap_put(struct checking *c, const struct cover_gap *gap)
{
	c->gaps++;
	c->each(c->arg, gap);
}

struct of_level {
	struct checking *c;
	int64_t level;
};

static void
route_add(void *arg, const struct route_conf *o)
{
	const struct of_level *x = arg;

	way_add(x->c, o, x->level);
}

/* Every route that an incident of the watch may take, whatever else it is labelled with. */
static void
watch_routes(struct checking *c, struct str watch)
{
	const struct notice_conf *conf = roster_conf(c->q->roster);

	for (int64_t level = 1; level <= 3; level++) {
		bool unrouted = false;

		for (int k = SIGNAL_VOICE; k <= SIGNAL_SYSTEM; k++) {
			struct route_ask ask = { watch, level, (enum signal_class)k };
			struct tags known = route_tags(&ask), l = { { { NULL, 0 } } };
			struct of_level x = { c, level };

			if (!(c->q->classes >> k & 1))
				continue;
			l.v[TAG_WATCH] = known.v[TAG_WATCH];
			l.v[TAG_LEVEL] = known.v[TAG_LEVEL];
			l.v[TAG_CLASS] = known.v[TAG_CLASS];
			unrouted |= !route_each(conf, &l, route_add, &x);
		}
		if (unrouted)
			gap_put(c, &(struct cover_gap){ COVER_UNROUTED, level, STR(""), watch,
							c->q->from, c->q->to });
	}
}

/* A playbook may send an incident of any level to its own policy. */
static void
playbook_routes(struct checking *c)
{
	const struct conf_list *list = c->q->playbooks;
	const struct playbook_conf *p = list ? list->v : NULL;

	for (size_t i = 0; list && i < list->n; i++)
		for (int64_t level = 1; level <= 3 && p[i].policy.n; level++)
			way_add(c, &(struct route_conf){ .policy = p[i].policy }, level);
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

static int
reach_at(const struct checking *c, const struct way *p, int64_t at)
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
next_change(const struct checking *c, const struct way *p, int64_t at)
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
line_fill(struct checking *c, const struct way *w)
{
	c->line_n = 0;
	for (int64_t t = c->q->from; t < c->q->to; t = next_change(c, w, t)) {
		if (c->line_n == c->line_cap)
			c->line = heap_more(c->line, &c->line_cap, sizeof *c->line);
		c->line[c->line_n++] = (struct stretch){ t, reach_at(c, w, t) };
	}
}

/* The stretches of one level that lack the same are one gap. */
static void
level_check(struct checking *c, struct str name, int64_t level)
{
	struct cover_gap gap = { .level = level, .policy = name };
	bool open = false;

	for (size_t i = 0; i <= c->line_n; i++) {
		bool ends = i == c->line_n;
		int reach = ends ? 2 : c->line[i].reach;
		bool lacks = reach == 0 || (level == 3 && reach == 1);
		enum cover_lack lack = reach == 0 ? COVER_NOBODY : COVER_ASLEEP;

		if (open && (!lacks || lack != gap.lack)) {
			gap.to = ends ? c->q->to : c->line[i].from;
			gap_put(c, &gap);
			open = false;
		}
		if (lacks && !open) {
			gap.lack = lack;
			gap.from = c->line[i].from;
			open = true;
		}
	}
}

static void
way_check(struct checking *c, const struct way *w)
{
	struct buf name = BUF(300);

	buf_addf(&name, w->policy ? "%.*s" : "owner:%.*s",
		 STR_ARG(w->policy  ? w->policy->name
			 : w->owner ? w->owner->key
				    : STR("")));
	line_fill(c, w);
	for (int64_t level = 1; level <= 3; level++)
		if (w->levels >> level & 1)
			level_check(c, buf_str(&name), level);
	buf_release(&name);
}

size_t
coverage_check(const struct cover_ask *q, void (*each)(void *arg, const struct cover_gap *gap),
	       void *arg, size_t *looked_at)
{
	struct checking c = { .q = q, .each = each, .arg = arg };

	for (size_t i = 0; i < q->watches_n; i++)
		watch_routes(&c, q->watches[i]);
	playbook_routes(&c);
	for (size_t i = 0; i < c.n; i++)
		way_check(&c, &c.ways[i]);
	if (looked_at)
		*looked_at = c.n;
	free(c.ways);
	free(c.line);
	return c.gaps;
}
