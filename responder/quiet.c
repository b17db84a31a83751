#include "core/base.h"

#include "responder/quiet.h"

#define LAST_S 60 /* before the shift ends: whoever still has it is told */

bool
quiet_is(const struct quiet_conf *hours, const struct zone *z, int64_t at)
{
	struct civil c = zone_civil(z, at);
	int64_t t = c.hour * 3600 + c.minute * 60 + c.second;

	if (hours->from <= hours->to)
		return hours->from <= t && t < hours->to;
	return t >= hours->from || t < hours->to;
}

int64_t
quiet_ends(const struct quiet_conf *hours, const struct zone *z, int64_t at)
{
	if (!quiet_is(hours, z, at))
		return at;
	for (int days = 0; days <= 2; days++) {
		struct civil c = zone_civil(z, at);
		int64_t end;

		c.day += days;
		c.hour = (int)(hours->to / 3600);
		c.minute = (int)(hours->to / 60 % 60);
		c.second = (int)(hours->to % 60);
		end = zone_utc(z, c);
		if (end > at)
			return end;
	}
	return at;
}

/* The next full hour on the wall; some zones stand 30 or 45 minutes off. */
static int64_t
next_hour(const struct zone *z, int64_t at)
{
	struct civil c = zone_civil(z, at);

	return at + 3600 - c.minute * 60 - c.second;
}

int64_t
quiet_until(const struct quiet_ask *q, int64_t now, enum quiet_why *why)
{
	int64_t at;

	*why = QUIET_NO;
	if (q->level >= 3 || q->safety || !quiet_is(&q->hours, q->zone, now))
		return now;
	if (q->on_shift) {
		if (q->level >= 2)
			return now;
		at = next_hour(q->zone, now);
		if (q->shift_ends > now && q->shift_ends <= at)
			at = q->shift_ends -
			     (quiet_is(&q->hours, q->zone, q->shift_ends) ? LAST_S : 0);
		*why = at > now ? QUIET_BUNDLE : QUIET_NO;
		return at > now ? at : now;
	}
	*why = QUIET_HOURS;
	at = quiet_ends(&q->hours, q->zone, now);
	return q->shift_begins > now && q->shift_begins < at ? q->shift_begins : at;
}
