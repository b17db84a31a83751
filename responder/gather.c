/*
 * gather.c - groups as they are kept: first pages of L1 and L2 wait for others, and what stays open without
 * anybody on it is told again (group.h decides).
 *
 *   joins ──▶ planned until flush_at ──▶ told ──▶ … ──▶ told again ──▶ nobody is left: gone
 *
 * The notices of a group leave by their own due_at, which is its flush; several to one address as
 * one (outbox_release).
 */
#include "core/base.h"

#include "core/log.h"
#include "core/str.h"
#include "responder/group_store.h"
#include "responder/incident_store.h"
#include "responder/outbox.h"

#define SEATS_MAX 256

/* It leaves all groups but those of its level, and (group not none) of them all but that one: who
 * knew of it there is told at the next step that something is over. */
static int
leave(struct notices *n, const struct group_member *but, const struct id *group, int64_t now,
      struct err *e)
{
	struct id ids[GROUPS_MAX];
	size_t count;

	if (group_leave(n->env->store, but, group, now, ids, &count, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct group_row g;
		int found = group_read(n->env->store, &ids[i], &g, e);
		struct group_clock c = { 0, g.interval_s, g.flushed_at, 0 };
		int64_t at;

		if (found < 0)
			return -1;
		at = g.flushed_at ? group_flush_at(&c, now, now) : g.flush_at;
		if (at < g.flush_at)
			g.flush_at = at;
		if (found && group_write(n->env->store, &g, e) < 0)
			return -1;
	}
	return 0;
}

int
gather_join(struct notices *n, const struct matter *m, const struct route_conf *o, int64_t now,
	    int64_t *flush_at, struct err *e)
{
	const struct group_member member = { m->id, m->level };
	const struct id id = route_group(o, &m->tags);
	struct group_clock c = { .wait_s = o->group_wait, .interval_s = o->group_interval };
	struct group_row g;

	if (group_read(n->env->store, &id, &g, e) < 0)
		return -1;
	c.flushed_at = g.flushed_at;
	c.flush_at = g.flushed_at ? 0 : g.flush_at;
	g.interval_s = o->group_interval;
	g.repeat_s = o->repeat_interval;
	g.flush_at = *flush_at = group_flush_at(&c, m->opened_at, now);
	return group_write(n->env->store, &g, e) < 0 ||
			       group_join(n->env->store, &id, &member, e) < 0 ||
			       leave(n, &member, &id, now, e) < 0
		       ? -1
		       : 0;
}

int
gather_leave(struct notices *n, const struct id *incident, int64_t level, int64_t now,
	     struct err *e)
{
	const struct group_member but = { *incident, level };

	return leave(n, &but, &(struct id){ { 0 } }, now, e);
}

/* ---- flush ------------------------------------------------------------------------------------- */

struct seats {
	struct group_seat v[SEATS_MAX];
	struct group_member past[SEATS_MAX], there[SEATS_MAX], gone[SEATS_MAX];
	size_t past_n, there_n, gone_n;
};

static int
seats_read(struct notices *n, const struct id *group, struct seats *s, struct err *e)
{
	int count = group_seats(n->env->store, group, s->v, SEATS_MAX, e);

	s->past_n = s->there_n = s->gone_n = 0;
	for (int i = 0; i < count; i++) {
		if (s->v[i].told_at)
			s->past[s->past_n++] = s->v[i].member;
		if (s->v[i].gone_at)
			s->gone[s->gone_n++] = s->v[i].member;
		else
			s->there[s->there_n++] = s->v[i].member;
	}
	return count < 0 ? -1 : 0;
}

/* Still open, nobody has it, nobody is being told, and what fired has not cleared. */
static int
is_left_alone(struct notices *n, const struct id *incident, struct matter *m, struct err *e)
{
	int64_t clear_at;
	int found = matter_read(n->env->store, incident, n->a, m, e);

	if (found <= 0)
		return found;
	if (timer_get(n->env->store, "clear", incident, &clear_at, e) < 0)
		return -1;
	return !clear_at && !m->policy.n && !m->acked_by.n &&
	       (str_is(m->state, incident_state_words[INCIDENT_OPEN]) ||
		str_is(m->state, incident_state_words[INCIDENT_ASSESSING]));
}

static int
tell_again(struct notices *n, const struct seats *s, int64_t now, struct err *e)
{
	for (size_t i = 0; i < s->there_n; i++) {
		struct matter m;
		int alone = is_left_alone(n, &s->there[i].incident, &m, e);

		if (alone < 0)
			return -1;
		m.watch_title = watch_title(n->env, m.watch);
		if (alone && escalate_again(n, &m, now, e) < 0)
			return -1;
	}
	return 0;
}

static int
flush(struct notices *n, const struct id *id, int64_t now, struct seats *s, struct err *e)
{
	struct group_row g;
	struct group_past past = { { s->past, 0 }, { NULL, 0 }, 0 };
	struct group_ask q = { .now = now };
	struct group_clock c;
	enum group_why why;

	if (group_read(n->env->store, id, &g, e) < 0 || seats_read(n, id, s, e) < 0)
		return -1;
	past.firing.n = s->past_n;
	past.at = g.told_at;
	q.past = g.flushed_at ? &past : NULL;
	q.firing = (struct group_members){ s->there, s->there_n };
	q.resolved = (struct group_members){ s->gone, s->gone_n };
	q.repeat_s = g.repeat_s;
	why = group_decide(&q);
	log_event(LOG_INFO, "group_flushed", "why=%s open=%zu over=%zu", group_why_words[why],
		  s->there_n, s->gone_n);
	if (why == GROUP_REPEAT && tell_again(n, s, now, e) < 0)
		return -1;
	if (why != GROUP_NOTHING)
		g.told_at = now;
	if (why != GROUP_NOTHING && group_told(n->env->store, id, now, e) < 0)
		return -1;
	if (!s->there_n)
		return group_drop(n->env->store, id, e);
	g.flushed_at = now;
	c = (struct group_clock){ 0, g.interval_s, now, 0 };
	g.flush_at = group_repeat_at(&c, g.told_at, g.repeat_s);
	if (group_forget(n->env->store, id, e) < 0)
		return -1;
	return group_write(n->env->store, &g, e);
}

int
gather_turn(struct notices *n, int64_t now, struct err *e)
{
	struct id ids[GROUPS_MAX];
	struct seats *s;
	size_t count;
	int rc = 0;

	if (groups_due(n->env->store, now, ids, &count, e) < 0)
		return -1;
	if (!count)
		return 0;
	s = arena_alloc(n->a, sizeof *s);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = flush(n, &ids[i], now, s, e);
	return rc < 0 ? -1 : (int)count;
}
