#include "core/base.h"

#include <assert.h>

#include "core/str.h"
#include "responder/policy.h"

#define STEPS_MAX  32   /* as policy_keys bounds them */
#define WAIT_MAX_S 1800 /* at L1, and where waits that double end */

static void
tellings_add(struct tellings *t, struct telling x)
{
	for (size_t i = 0; i < t->n; i++) {
		struct telling *y = &t->v[i];

		if (y->person != x.person || y->channel != x.channel ||
		    !str_eq(y->address, x.address))
			continue;
		if (x.at < y->at)
			*y = x;
		return;
	}
	if (t->n < TELLINGS_MAX)
		t->v[t->n++] = x;
}

static bool
listed(const struct conf_texts *t, struct str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i], name))
			return true;
	return false;
}

bool
contact_wakes(const struct contact_conf *k, const struct channel_conf *c)
{
	return k->wakes == WAKES_YES || (k->wakes == WAKES_AS_CHANNEL && c->wakes);
}

struct choice {
	const struct contact_conf *contact;
	const struct channel_conf *channel;
};

/* The first contact, those through the route's channels before others; waking: that rings. */
static struct choice
choose(const struct policy_ask *q, const struct person_conf *p, bool waking)
{
	const struct contact_conf *k = p->contacts.v;
	struct choice any = { NULL, NULL };

	for (size_t i = 0; i < p->contacts.n; i++) {
		const struct channel_conf *c =
			channel_find(roster_conf(q->roster), k[i].channel);

		if (!c || (waking && !contact_wakes(&k[i], c)))
			continue;
		if (q->route && listed(&q->route->channels, c->name))
			return (struct choice){ &k[i], c };
		if (!any.contact)
			any = (struct choice){ &k[i], c };
	}
	return any;
}

static bool
is_out(const struct policy_ask *q, const struct person_conf *p)
{
	return q->out && listed(q->out, p->key);
}

void
person_tell(const struct policy_ask *q, const struct person_conf *p, struct tellings *out)
{
	struct choice first = choose(q, p, false), ring = { NULL, NULL };
	enum quiet_why why;
	struct telling t;

	if ((!first.contact || is_out(q, p)) && p->deputy.n) {
		const struct person_conf *d = person_find(roster_conf(q->roster), p->deputy);

		if (d && d != p) {
			p = d;
			first = choose(q, p, false);
		}
	}
	if (!first.contact || is_out(q, p))
		return;
	t = (struct telling){ .person = p,
			      .channel = first.channel,
			      .address = first.contact->address };
	t.at = roster_reach(q->roster, p, q->level, q->safety, q->now, &why);
	t.why = hold_of_quiet(why);
	t.wakes = contact_wakes(first.contact, first.channel);
	tellings_add(out, t);
	if ((q->level >= 3 || q->safety) && !q->first_only)
		ring = choose(q, p, true);
	if (!ring.contact)
		return;
	t.channel = ring.channel;
	t.address = ring.contact->address;
	t.wakes = true;
	tellings_add(out, t);
}

/* Who is on shift; when nobody is and it may wait, who will be. */
static void
schedule_tell(const struct policy_ask *q, const struct schedule_conf *s, struct tellings *out)
{
	struct policy_ask then = *q;
	struct str who[ROTA_MAX];
	size_t n = roster_who(q->roster, s, q->now, who), before = out->n;

	if (!n) {
		if (q->level >= 3 || q->safety)
			return;
		then.now = roster_when(q->roster, s, q->now);
		if (then.now == INT64_MAX)
			return;
		n = roster_who(q->roster, s, then.now, who);
	}
	for (size_t i = 0; i < n; i++) {
		const struct person_conf *p = person_find(roster_conf(q->roster), who[i]);

		if (p)
			person_tell(&then, p, out);
	}
	for (size_t i = before; i < out->n; i++)
		if (then.now > q->now && out->v[i].at == then.now)
			out->v[i].why = HOLD_SHIFT;
}

void
step_tell(const struct policy_ask *q, const struct step_conf *s, struct tellings *out)
{
	const struct notice_conf *c = roster_conf(q->roster);

	for (size_t i = 0; i < s->to.n; i++) {
		const struct person_conf *p;
		const struct schedule_conf *d;
		const struct channel_conf *h;
		struct str name;

		switch (target_parse(s->to.v[i], &name)) {
		case TARGET_PERSON:
			if ((p = person_find(c, name)))
				person_tell(q, p, out);
			break;
		case TARGET_SCHEDULE:
			if ((d = schedule_find(c, name)))
				schedule_tell(q, d, out);
			break;
		case TARGET_CHANNEL:
			if ((h = channel_find(c, name)))
				tellings_add(out,
					     (struct telling){ .channel = h, .at = q->now });
			break;
		case TARGET_BAD:
			break;
		}
	}
}

/* A step is for people; only one that names none is for its channels. */
static bool
names_people(const struct step_conf *s)
{
	struct str name;

	for (size_t i = 0; i < s->to.n; i++)
		if (target_parse(s->to.v[i], &name) != TARGET_CHANNEL)
			return true;
	return false;
}

/* When the step reaches the first it is for; one of the next hour's bundle counts as now. */
static int64_t
soonest(const struct step_conf *s, const struct tellings *t, int64_t now)
{
	bool people = names_people(s);
	int64_t at = INT64_MAX;

	for (size_t i = 0; i < t->n; i++) {
		int64_t x = t->v[i].why == HOLD_BUNDLE ? now : t->v[i].at;

		if (!people || t->v[i].person)
			at = x < at ? x : at;
	}
	return at;
}

/* Whom steps from..to tell: all of the last, only the channels of those skipped before it. */
static void
steps_tell(const struct policy_ask *q, const struct step_conf *s, int64_t from, int64_t to,
	   struct tellings *out)
{
	out->n = 0;
	step_tell(q, &s[to], out);
	for (int64_t i = from; i < to; i++) {
		struct tellings skipped = { .n = 0 };

		step_tell(q, &s[i], &skipped);
		for (size_t k = 0; k < skipped.n; k++)
			if (!skipped.v[k].person)
				tellings_add(out, skipped.v[k]);
	}
}

int
policy_step(const struct policy_ask *q, const struct policy_conf *p, int64_t from,
	    struct tellings *out, uint64_t *skipped)
{
	const struct step_conf *s = p->steps.v;
	int64_t best_at = INT64_MAX;
	int best = -1;

	*skipped = 0;
	out->n = 0;
	for (int64_t i = from; i < (int64_t)p->steps.n && i < STEPS_MAX; i++) {
		struct tellings t = { .n = 0 };
		int64_t at;

		step_tell(q, &s[i], &t);
		at = soonest(&s[i], &t, q->now);
		if (at < best_at) {
			best_at = at;
			best = (int)i;
		}
		if (at <= q->now)
			break;
	}
	if (best < 0)
		return -1;
	steps_tell(q, s, from, best, out);
	for (int64_t i = from; i < best; i++)
		*skipped |= (uint64_t)1 << i;
	return best;
}

const struct step_conf *
policy_step_at(const struct policy_conf *p, int64_t step)
{
	const struct step_conf *s = p->steps.v;

	return step >= 0 && step < (int64_t)p->steps.n ? &s[step] : NULL;
}

bool
policy_after(const struct policy_conf *p, enum policy_push push, struct policy_place *at)
{
	if (policy_step_at(p, at->step + 1)) {
		at->step++;
		return true;
	}
	if (push != POLICY_ESCALATE_NOW && at->round >= p->repeat)
		return false;
	*at = (struct policy_place){ 0, at->round + 1 };
	return true;
}

int64_t
policy_wait_s(const struct step_conf *next, int64_t level, int64_t beyond)
{
	static const int64_t by_level[] = { WAIT_MAX_S, 900, 300 };
	int64_t wait;

	assert(level >= 1 && (size_t)level <= LY_COUNT(by_level));
	wait = by_level[level - 1];

	if (next && next->after)
		return next->after;
	for (; beyond > 0 && wait < WAIT_MAX_S; beyond--)
		wait *= 2;
	return wait < WAIT_MAX_S ? wait : WAIT_MAX_S;
}
