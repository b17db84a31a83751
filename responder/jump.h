/*
 * jump.h - jump 钟跳: by what our own clock was set, against the time that really passes. Pure.
 *
 * The time that passes is handed in: seconds that nobody sets (clock_passed_s(), the machine's sleep
 * included); -1 where there are none: stepped and scaled time. Then only a clock that stands before
 * the newest time it had is seen.
 *
 * A clock that is set forward moves nothing: what became due is told. It is remembered, for as long as
 * the process lives: when the clock is set back, what began before is not earlier by what was only
 * taken back. A clock that flaps moves no end. What stands between the times before and behind a jump began
 * before it, while the clock was ahead the time before.
 */
#ifndef LY_RESPONDER_JUMP_H
#define LY_RESPONDER_JUMP_H

#include "core/base.h"

#define JUMPS_MAX    16 /* more: the two oldest are one that began with the first */
#define JUMP_SLACK_S 30 /* a busy machine, and a clock that is being drawn right slowly */

struct jump_ahead {
	int64_t at, by_s; /* forward by by_s, to at */
};
struct jumps {
	bool known;                     /* ahead_s is                                         */
	int64_t ahead_s;                /* of the time that passes, the clock, when seen last */
	struct jump_ahead v[JUMPS_MAX]; /* oldest first; nothing has taken them back  */
	size_t n;
};
/* The clock was set back by by_s and is now. */
struct set_back {
	int64_t by_s, now;
	struct jumps before; /* what it had jumped forward until then */
};

/* The clock is now, the newest time it had is newest. Does jumps_take() have anything to say? */
bool jumps_seen(const struct jumps *j, int64_t newest, int64_t now, int64_t passed_s);
/* The same, and it is known from here on. True: it was set back, *back says how (by_s may be 0: less
 * than nobody would notice). */
bool jumps_take(struct jumps *j, int64_t newest, int64_t now, int64_t passed_s,
		struct set_back *back);
/* What began behind `after`, until `until`, is earlier by by_s. */
struct set_back_span {
	int64_t after, until, by_s;
};
#define SPANS_MAX (JUMPS_MAX + 1)
/* All of time, the oldest first, for whoever moves many at once; how many. */
size_t set_back_spans(const struct set_back *back, struct set_back_span v[SPANS_MAX]);
/* By how much what began at `at`, as the clock said it then, is earlier by the clock of now. */
int64_t set_back_since(const struct set_back *back, int64_t at);

#endif
