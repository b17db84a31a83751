/*
 * quiet.h - quiet hours 免打扰: may a notice reach this person now, or when? Pure.
 *
 *   L3, or a safety topic         at once, always
 *   on shift: L2                  at once
 *   on shift, in quiet hours: L1  at the next full hour of the person's clock, together with
 *                                 what else came, at the latest a minute before the shift ends
 *   not in quiet hours            at once
 *   else                          when the quiet hours end, or the person's shift begins
 */
#ifndef LY_RESPONDER_QUIET_H
#define LY_RESPONDER_QUIET_H

#include "core/clock.h"
#include "responder/people_conf.h"

struct quiet_ask {
	struct quiet_conf hours;
	const struct zone *zone; /* the person's                              */
	bool on_shift;           /* in any schedule                           */
	int64_t shift_ends;      /* on_shift: when                            */
	int64_t shift_begins;    /* not on shift: when next; INT64_MAX: never */
	int64_t level;           /* 1..3                                      */
	bool safety;
};
enum quiet_why { QUIET_NO, QUIET_HOURS, QUIET_BUNDLE };
/* When it may leave: now itself, or later and *why says for what. */
int64_t quiet_until(const struct quiet_ask *q, int64_t now, enum quiet_why *why);
/* Is it quiet at this time of day? */
bool quiet_is(const struct quiet_conf *hours, const struct zone *z, int64_t at);
/* The instant >= at when it is not quiet any more. */
int64_t quiet_ends(const struct quiet_conf *hours, const struct zone *z, int64_t at);

#endif
