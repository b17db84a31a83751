/*
 * lane.h - lane: whose turn it is at one destination: how fast, and for how long not at all. Pure.
 *
 * Times are milliseconds of a clock that never goes back (the monotonic one; in stepped mode the
 * domain's), so that a wall clock that jumps neither floods a destination nor silences it.
 *
 * 1. Never more than the rate in its time (a minute, say): the times of the last `rate` are kept.
 * 2. After a rest a few leave at once, the rest evenly: what is urgent waits for
 *    no more than a few seconds behind a queue, and the full rate is used all the same.
 * 3. Who asks us to wait (429, Retry-After) gets nothing at all until then; who fails again and
 *    again is down, and gets one to try with after longer and longer waits.
 */
#ifndef LY_RESPONDER_LANE_H
#define LY_RESPONDER_LANE_H

#include "core/base.h"

struct lane {
	int64_t rate, per_ms;     /* so many in so long */
	int64_t burst;            /* at once; 1..rate               */
	int64_t *past;            /* when the last `rate` left: a ring */
	size_t at, n;             /* where the oldest is, how many  */
	int64_t units, filled_ms; /* tokens in 1/per_ms  */
	int64_t shut_ms;          /* nothing before      */
	int64_t failures;         /* in a row            */
};
#define LANE_DOWN_AFTER 3 /* failures in a row */

/* At most `rate` in any per_s seconds, and `burst` at once; it may be fewer at once, so that who
 * comes later need not wait long. burst 0: as is usual. */
void lane_init(struct lane *l, int64_t rate, int64_t per_s, int64_t burst);
void lane_release(struct lane *l);
/* Milliseconds from ms on until one may leave; 0: it may. */
int64_t lane_wait_ms(struct lane *l, int64_t ms);
/* One leaves at ms; also one that is known to have left, oldest first. */
void lane_take(struct lane *l, int64_t ms);
/* Nothing leaves before: the later of both holds. */
void lane_shut(struct lane *l, int64_t until_ms);
/* It was taken, or refused for a reason of its own: the destination answers. */
void lane_answered(struct lane *l);
/* The destination did not do its work. */
void lane_failed(struct lane *l, int64_t ms);
/* It will not do it for us until a person has changed something: down at once. */
void lane_refused(struct lane *l, int64_t ms);
static inline bool
lane_is_down(const struct lane *l)
{
	return l->failures >= LANE_DOWN_AFTER;
}

#endif
