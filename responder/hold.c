#include "core/base.h"

#include "responder/hold.h"

const char *const hold_words[] = { "",      "silenced", "muted",  "inhibited",
				   "quiet", "shift",    "bundle", "budget" };

enum hold_why
hold_of_quiet(enum quiet_why why)
{
	static const enum hold_why as[] = {
		[QUIET_NO] = HOLD_NOT, [QUIET_HOURS] = HOLD_QUIET, [QUIET_BUNDLE] = HOLD_BUNDLE
	};

	return as[why];
}

struct hold
hold_decide(const struct hold_ask *q)
{
	bool passes = q->level >= 3 || q->safety;

	if (q->silenced_until > q->now && !q->safety)
		return (struct hold){ HOLD_SILENCED, q->silenced_until };
	if (passes)
		return (struct hold){ HOLD_NOT, q->now };
	if (q->mute_until > q->now)
		return (struct hold){ HOLD_MUTED, q->mute_until };
	if (q->inhibited)
		return (struct hold){ HOLD_INHIBITED, q->now + HOLD_LOOK_S };
	if (q->reach_at > q->now)
		return (struct hold){ q->reach_why, q->reach_at };
	if (q->budget_at && q->budget_at + HOLD_BUDGET_S > q->now)
		return (struct hold){ HOLD_BUDGET, q->budget_at + HOLD_BUDGET_S };
	return (struct hold){ HOLD_NOT, q->now };
}
