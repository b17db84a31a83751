/* lane.c - see lane.h. */
#include "core/base.h"

#include <assert.h>

#include "responder/heap.h"
#include "responder/lane.h"

#define LATE       120   /* a request may be late on its way by this part of the time */
#define PROBE_MS   15000 /* to a destination that is down, doubled each time up to */
#define PROBES_MAX 4     /* times: 4 min                                          */

/* What a queue has taken at once is missing later in the minute: whoever is urgent then waits for
 * as many tokens. */
static int64_t
usual_burst(int64_t rate)
{
	int64_t few = rate / 4 < 3 ? rate / 4 : 3, burst = rate / 10 > few ? rate / 10 : few;

	return burst > 0 ? burst : 1;
}

void
lane_init(struct lane *l, int64_t rate, int64_t per_s, int64_t burst)
{
	int64_t usual = usual_burst(rate);

	assert(rate > 0 && per_s > 0);
	*l = (struct lane){ .rate = rate,
			    .per_ms = per_s * 1000,
			    .burst = burst && burst < usual ? burst : usual,
			    .past = heap_zero((size_t)rate, sizeof *l->past) };
	l->units = l->burst * l->per_ms;
}

void
lane_release(struct lane *l)
{
	free(l->past);
	l->past = NULL;
}

static void
fill(struct lane *l, int64_t ms)
{
	int64_t most = l->burst * l->per_ms, gone = ms - l->filled_ms;

	if (gone <= 0)
		return;
	l->filled_ms = ms;
	l->units = gone > most / l->rate ? most : l->units + gone * l->rate;
	l->units = l->units < most ? l->units : most;
}

int64_t
lane_wait_ms(struct lane *l, int64_t ms)
{
	int64_t wait = l->shut_ms - ms, other;

	fill(l, ms);
	other = l->units >= l->per_ms ? 0 : (l->per_ms - l->units + l->rate - 1) / l->rate;
	wait = other > wait ? other : wait;
	other = l->n == (size_t)l->rate ? l->past[l->at] + l->per_ms + l->per_ms / LATE - ms
					: 0;
	wait = other > wait ? other : wait;
	return wait > 0 ? wait : 0;
}

void
lane_take(struct lane *l, int64_t ms)
{
	size_t size = (size_t)l->rate;

	fill(l, ms);
	l->units -= l->per_ms;
	if (l->n == size) {
		l->past[l->at] = ms;
		l->at = (l->at + 1) % size;
	} else {
		l->past[(l->at + l->n++) % size] = ms;
	}
}

void
lane_shut(struct lane *l, int64_t until_ms)
{
	if (until_ms > l->shut_ms)
		l->shut_ms = until_ms;
}

void
lane_answered(struct lane *l)
{
	l->failures = 0;
}

void
lane_failed(struct lane *l, int64_t ms)
{
	int64_t doubled = l->failures + 1 - LANE_DOWN_AFTER;

	l->failures++;
	if (lane_is_down(l))
		lane_shut(l, ms + (PROBE_MS << (doubled < PROBES_MAX ? doubled : PROBES_MAX)));
}

void
lane_refused(struct lane *l, int64_t ms)
{
	if (l->failures < LANE_DOWN_AFTER - 1)
		l->failures = LANE_DOWN_AFTER - 1;
	lane_failed(l, ms);
}
