#include "core/base.h"

#include "core/hash.h"
#include "responder/group.h"

const char *const group_why_words[] = {
	"nothing", "first", "new", "resolved", "over", "repeat"
};

static bool
among(const struct group_members *all, const struct group_member *m)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].level == m->level && id_eq(&all->v[i].incident, &m->incident))
			return true;
	return false;
}

static bool
is_subset(const struct group_members *some, const struct group_members *all)
{
	for (size_t i = 0; i < some->n; i++)
		if (!among(all, &some->v[i]))
			return false;
	return true;
}

enum group_why
group_decide(const struct group_ask *q)
{
	const struct group_past *past = q->past;

	if (!past)
		return q->firing.n ? GROUP_FIRST : GROUP_NOTHING;
	if (!is_subset(&q->firing, &past->firing))
		return GROUP_NEW;
	if (!q->firing.n)
		return past->firing.n ? GROUP_OVER : GROUP_NOTHING;
	if (q->tell_resolved && !is_subset(&q->resolved, &past->resolved))
		return GROUP_RESOLVED;
	return past->at < q->now - q->repeat_s ? GROUP_REPEAT : GROUP_NOTHING;
}

/* The first step of the interval, counted from the last flush, that is at or after `at`. */
static int64_t
step_from(const struct group_clock *c, int64_t at)
{
	int64_t steps;

	if (at <= c->flushed_at)
		return c->flushed_at + c->interval_s;
	steps = (at - c->flushed_at + c->interval_s - 1) / c->interval_s;
	return c->flushed_at + steps * c->interval_s;
}

int64_t
group_flush_at(const struct group_clock *c, int64_t since, int64_t now)
{
	if (c->flushed_at)
		return step_from(c, now);
	if (since + c->wait_s < now)
		return now;
	return c->flush_at ? c->flush_at : now + c->wait_s;
}

int64_t
group_repeat_at(const struct group_clock *c, int64_t told_at, int64_t repeat_s)
{
	return step_from(c, told_at + repeat_s + 1);
}
