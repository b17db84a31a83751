/*
 * hold.h - why a notice waits, and until when. Pure.
 *
 *   L3, safety           at once, always; an L3 alone waits for a silence that names the level
 *   silenced             until the silence ends, or a route's mute times do
 *   inhibited            until what burns above it is over; looked at again every hour
 *   quiet                off shift in quiet hours: until they end or the shift begins;
 *                        on shift L1 goes with the next hour's bundle
 *   budget               12 an hour to one person: until the oldest of them is an hour old, then
 *                        all that waited as one
 *
 * In this order: the first that applies is told. When a hold ends all is asked anew.
 */
#ifndef LY_RESPONDER_HOLD_H
#define LY_RESPONDER_HOLD_H

#include "responder/quiet.h"

#define HOLD_BUDGET_N 12
#define HOLD_BUDGET_S 3600
#define HOLD_LOOK_S   3600 /* an inhibited one is looked at again after this */

enum hold_why {
	HOLD_NOT,
	HOLD_SILENCED,
	HOLD_MUTED,
	HOLD_INHIBITED,
	HOLD_QUIET,
	HOLD_SHIFT,
	HOLD_BUNDLE,
	HOLD_BUDGET,
	HOLD_COUNT
};
extern const char *const hold_words[]; /* "", "silenced", "muted", … as in the column why */

/* What quiet.h says, as one of them. Pure. */
enum hold_why hold_of_quiet(enum quiet_why why);

struct hold_ask {
	int64_t level; /* 1..3 */
	bool safety;
	int64_t silenced_until; /* 0: no silence holds it                        */
	int64_t mute_until;     /* its route's times; <= now: they do not        */
	bool inhibited;
	int64_t reach_at;        /* when the person may be disturbed; <= now: now       */
	enum hold_why reach_why; /* then QUIET, SHIFT or BUNDLE                   */
	int64_t budget_at;       /* when the newest but 11 to this person left; 0: none */
	int64_t now;
};
struct hold {
	enum hold_why why;
	int64_t until; /* now when it is not held */
};
struct hold hold_decide(const struct hold_ask *q);

#endif
