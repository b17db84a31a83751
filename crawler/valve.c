/* valve.c - see valve.h. */
#include "core/base.h"

#include "crawler/valve.h"

#define QUEUE_LEAST 2048 /* on their way at most when all is well: spool.c */
#define LESS        3    /* more intervals to wait: a quarter as often     */
#define NEVER_S     300  /* the interval of who was never asked            */
#define LOOK_S      60   /* who waits for the next step down looks again   */

const char *const valve_words[] = { "open", "poll_less", "no_pages", NULL };

static const int64_t from[VALVE_STEPS] = {
	[VALVE_POLL_LESS] = 850,
	[VALVE_NO_PAGES] = 950,
};

int64_t
valve_queue(int64_t open, int64_t receipted, int64_t within_ms)
{
	const int64_t budget_ms = (int64_t)VALVE_LAG_S * 1000;

	if (open <= QUEUE_LEAST || within_ms <= 0)
		return 0;
	if (!receipted)
		return VALVE_FULL; /* nobody works on it */
	return open * within_ms / receipted * VALVE_FULL / budget_ms;
}

static int64_t
fullest(const struct valve_load *l)
{
	int64_t most = l->queue > l->disk ? l->queue : l->disk;

	return most > l->cpu ? most : l->cpu;
}

struct valve
valve_next(struct valve v, const struct valve_load *load, int64_t now)
{
	int64_t most = fullest(load);
	bool over = v.step + 1 < VALVE_STEPS && most >= from[v.step + 1];
	bool calm = v.step > VALVE_OPEN && most < VALVE_CLEAR;

	v.over_at = !over ? 0 : v.over_at ? v.over_at : now;
	v.calm_at = !calm ? 0 : v.calm_at ? v.calm_at : now;
	if (over && now - v.over_at >= VALVE_OVER_S) {
		v.step++;
		v.over_at = 0;
	} else if (calm && now - v.calm_at >= VALVE_CALM_S) {
		v.step--;
		v.calm_at = 0;
	}
	if (v.step == VALVE_OPEN)
		v.since_at = 0;
	else if (!v.since_at)
		v.since_at = now;
	return v;
}

int64_t
valve_put_off(enum valve_step step, const struct valve_source *s, int64_t now)
{
	int64_t wait =
		s->asked_at && s->asked_at < s->due_at ? s->due_at - s->asked_at : NEVER_S;
	int64_t last = s->due_at + VALVE_MOST_S, until;

	if (step == VALVE_OPEN || s->spared || now >= last)
		return 0;
	until = step == VALVE_NO_PAGES && s->pages ? now + LOOK_S : s->due_at + LESS * wait;
	if (until > last)
		until = last;
	return until > now ? until : 0;
}
