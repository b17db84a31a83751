/* pulse.c - see pulse.h. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/pulse.h"
#include "crawler/state.h"
#include "crawler/tell.h"

int64_t
pulse_due(const struct crawler *c)
{
	return c->pulse_at ? c->pulse_at : INT64_MAX;
}

int
pulse_turn(struct crawler *c, struct err *e)
{
	const struct outage_sum *s = &c->outage;
	struct word w = {
		.kind = STR("pulse"), .says = STR("pulse"), .name = STR("*"), .since_at = c->now
	};

	bool begins = !c->pulse_at;

	if (c->setup.clock->mode != CLOCK_WALL)
		return 0;
	/* A clock that was set back is no reason to be silent. */
	if (!begins && c->now < c->pulse_at && c->pulse_at - c->now <= PULSE_S)
		return 0;
	c->pulse_at = c->now + PULSE_S;
	if (begins)
		return 0; /* we have only begun to look */
	w.text = str_of(arena_textf(c->arena,
				    "{\"answered_at\":%lld,\"polled\":%zu,\"failing\":%zu}",
				    (long long)s->answered_at, s->polled, s->failing));
	return crawler_begin(c, e) < 0 || crawler_tell(c, &w, e) < 0 ? -1 : 0;
}
