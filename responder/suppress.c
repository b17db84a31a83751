/*
 * suppress.c - does anything hold this notice now? Gathers what hold.h decides upon, and writes the row.
 *
 * Asked when a notice is planned and again when its time has come, so that what begins to hold
 * while it waits holds it, and what no longer does lets it go.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/hold_store.h"
#include "responder/outbox.h"
#include "responder/silence_store.h"

#define OPEN_MAX 64

/* ---- silences ---------------------------------------------------------------------------------- */

int
suppress_load(struct notices *n, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	const struct silence_conf *c = n->c->silences.v;
	struct silences_kept kept;
	size_t k = 0;

	if (silences_read(n->env->store, now, a, &kept, e) < 0) {
		arena_free(a);
		return -1;
	}
	arena_free(n->silenced);
	n->silenced = a;
	n->silences.n = n->c->silences.n + kept.n;
	n->silences.v = arena_alloc(a, (n->silences.n + 1) * sizeof *n->silences.v);
	for (size_t i = 0; i < n->c->silences.n; i++)
		n->silences.v[k++] = silence_of_conf(&c[i], i, a);
	for (size_t i = 0; i < kept.n; i++)
		n->silences.v[k++] = kept.v[i].silence;
	return 0;
}

int
notices_silenced(struct notices *n, int64_t now, struct err *e)
{
	n->due_known = false;
	return suppress_load(n, now, e) < 0 || notice_holds_wake(n->env->store, now, e) < 0 ? -1
											    : 0;
}

/* ---- inhibition -------------------------------------------------------------------------------- */

struct burning {
	struct inhibitor v[OPEN_MAX];
	struct str numbers[OPEN_MAX];
	struct inhibitors open;
};

/* What may hold others, read once a call: in a storm every row asks. */
static int
burning_read(struct notices *n, int64_t now, struct err *e)
{
	struct burning *b = arena_alloc(n->a, sizeof *b);
	struct id ids[OPEN_MAX];
	int count = matters_burning(n->env->store, ids, OPEN_MAX, e);

	b->open.v = b->v;
	for (int i = 0; i < count; i++) {
		struct matter m;
		int there = matter_glance(n->env->store, &ids[i], n->a, &m, e);

		if (there < 0 || (there && escalate_tags(n, &m, now, e) < 0))
			return -1;
		if (!there)
			continue;
		b->numbers[b->open.n] = m.number;
		b->v[b->open.n++] = (struct inhibitor){ ids[i], m.tags };
	}
	if (count < 0)
		return -1;
	n->burning = b;
	return 0;
}

/* The incident that holds it: its number, or empty. */
static int
inhibited_by(struct notices *n, const struct suppress_ask *q, struct str *by, struct err *e)
{
	const struct inhibit_ask ask = { &n->c->inhibit, &q->matter->tags, &q->matter->id,
					 q->safety || q->level >= 3 };
	const struct inhibitor *found;

	*by = STR("");
	if (!inhibit_may(&ask))
		return 0;
	if (!n->burning && burning_read(n, q->now, e) < 0)
		return -1;
	found = inhibit_find(&ask, &n->burning->open);
	if (found)
		*by = n->burning->numbers[found - n->burning->v];
	return 0;
}

/* ---- the decision ------------------------------------------------------------------------------ */

struct found {
	const struct silence *silence;
	struct str mute_by, inhibited_by;
};

static struct str
detail_of(struct notices *n, const struct hold *h, const struct found *f)
{
	static const char *const plain[HOLD_COUNT] = {
		[HOLD_QUIET] = "quiet hours, and not on shift",
		[HOLD_SHIFT] = "nobody is on shift until then",
		[HOLD_BUNDLE] = "L1 on shift in quiet hours: with the next hour's",
	};

	switch (h->why) {
	case HOLD_BUDGET:
		return str_of(arena_textf(n->a, "%d notices within %d min", HOLD_BUDGET_N,
					  HOLD_BUDGET_S / 60));
	case HOLD_SILENCED:
		return str_of(arena_textf(n->a, "silence %.*s: %.*s", STR_ARG(f->silence->name),
					  STR_ARG(f->silence->why)));
	case HOLD_MUTED:
		return f->mute_by.n
			       ? str_of(arena_textf(n->a, "mute: %.*s", STR_ARG(f->mute_by)))
			       : STR("outside the route's active times");
	case HOLD_INHIBITED:
		return str_of(
			arena_textf(n->a, "while %.*s is open", STR_ARG(f->inhibited_by)));
	default:
		return str_of(plain[h->why] ? plain[h->why] : "");
	}
}

static int64_t
opens_at(const struct notices *n, const struct route_conf *o, int64_t now, struct str *by)
{
	return timetable_opens(&(struct timetable_use){ &n->c->timetables, &o->mute, &o->active,
							n->env->zone },
			       now, by);
}

/* Is any of them mute now? If not, it is all the same which of them told. */
static bool
routes_mute(const struct notices *n, const struct conf_list *list, int64_t now)
{
	const struct route_conf *o = list->v;

	for (size_t i = 0; i < list->n; i++)
		if (opens_at(n, &o[i], now, NULL) > now || routes_mute(n, &o[i].routes, now))
			return true;
	return false;
}

int
suppress_decide(struct notices *n, const struct suppress_ask *q, struct suppressed *out,
		struct err *e)
{
	struct hold_ask ask = { .level = q->level,
				.safety = q->safety,
				.reach_at = q->reach_at,
				.reach_why = q->reach_why,
				.now = q->now };
	struct found f = { silences_find(&n->silences, &q->matter->tags, q->safety, q->now),
			   STR(""), STR("") };

	if (f.silence)
		ask.silenced_until = f.silence->until_at;
	if (q->route && q->level < 3 && !q->safety)
		ask.mute_until = opens_at(n, q->route, q->now, &f.mute_by);
	if (inhibited_by(n, q, &f.inhibited_by, e) < 0)
		return -1;
	ask.inhibited = f.inhibited_by.n > 0;
	out->hold = hold_decide(&ask);
	if (out->hold.why == HOLD_NOT && q->person && !q->counted && q->level < 3 &&
	    !q->safety) {
		if (notice_budget_at(n->env->store, q->person->key, q->now, &ask.budget_at, e) <
		    0)
			return -1;
		out->hold = hold_decide(&ask);
	}
	if (out->hold.until == INT64_MAX) /* never is looked at again, too */
		out->hold.until = q->now + HOLD_LOOK_S;
	out->detail = detail_of(n, &out->hold, &f);
	return 0;
}

int
suppress_write(struct notices *n, const struct id *notice, const struct suppressed *s,
	       int64_t now, struct err *e)
{
	const struct notice_hold r = { *notice, now, s->hold.until,
				       str_of(hold_words[s->hold.why]), s->detail };

	return notice_hold_add(n->env->store, &r, e);
}

/* ---- when its time has come ---------------------------------------------------------------------- */

int
suppress_again(struct notices *n, const struct notice_row *r, int64_t now, struct err *e)
{
	bool clear = str_is(r->kind, "clear");
	struct suppress_ask q = { .person = person_find(n->c, r->recipient),
				  .level = clear ? 1 : r->level,
				  .reach_at = now,
				  .now = now };
	struct suppressed s;
	enum quiet_why why;
	struct matter m;
	int found = id_none(&r->incident)
			    ? 0
			    : matter_glance(n->env->store, &r->incident, n->a, &m, e);

	if (found <= 0)
		return found;
	m.level = r->level;
	q.matter = &m;
	q.safety = m.safety && !clear;
	if (escalate_tags(n, &m, now, e) < 0 ||
	    (q.level < 3 && !q.safety && routes_mute(n, &n->c->routes, now) &&
	     escalate_route(n, r, &m, now, &q.route, e) < 0))
		return -1;
	if (q.person) {
		q.reach_at = roster_reach(n->roster, q.person, q.level, q.safety, now, &why);
		q.reach_why = hold_of_quiet(why);
	}
	q.counted = str_is(r->state, "queued") || str_is(r->state, "retry_wait");
	if (q.reach_why == HOLD_BUNDLE &&
	    (q.counted || str_is(r->why, hold_words[HOLD_BUNDLE])))
		q.reach_at = now; /* this is its hour */
	if (suppress_decide(n, &q, &s, e) < 0)
		return -1;
	if (s.hold.why == HOLD_NOT)
		return 0;
	log_event(LOG_INFO, "notice_held", "incident=%.*s kind=%.*s to=%.*s why=%s",
		  STR_ARG(m.number), STR_ARG(r->kind), STR_ARG(r->recipient),
		  hold_words[s.hold.why]);
	return suppress_write(n, &r->id, &s, now, e) < 0 ? -1 : 1;
}
