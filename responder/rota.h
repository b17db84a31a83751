/*
 * rota.h - rota 轮值: who is on shift at T. Pure; the same answer everywhere.
 *
 * 1. A shift begins on its days at its wall-clock time in the schedule's zone and ends at its
 *    wall-clock time, across DST changes too: 22:00–06:00 is 7, 8 or 9 hours long. A time that a
 *    spring change skips is the first instant after it; of a time told twice the first counts.
 *    from <= T < to.
 * 2. Where people take turns, the k-th hand-off is at start + k turns on the wall, read in the
 *    same way. Turn k is person k mod n, also before the start. A month that has no such day
 *    (31) hands off on its last.
 * 3. Overrides are applied in the order written: the later wins.
 * 4. While a temporary schedule holds, its stints alone count; the last one that holds decides.
 */
#ifndef LY_RESPONDER_ROTA_H
#define LY_RESPONDER_ROTA_H

#include "core/clock.h"
#include "responder/rota_conf.h"

#define ROTA_MAX 32 /* people on shift at once; more are not told */

/* Keys of the people on shift, in the order of shifts and overrides, each once, into who (room
 * for ROTA_MAX). Returns how many. z: the schedule's zone. */
size_t rota_who(const struct schedule_conf *s, const struct zone *z, int64_t at,
		struct str *who);
bool rota_on_shift(const struct schedule_conf *s, const struct zone *z, int64_t at,
		   struct str person);
/* The next instant after at when rota_who may answer differently; INT64_MAX for never. */
int64_t rota_next(const struct schedule_conf *s, const struct zone *z, int64_t at);
/* The first instant >= at when somebody is on shift (person empty) or this person is; INT64_MAX
 * when not within ROTA_AHEAD_S. */
#define ROTA_AHEAD_S (15 * 86400)
int64_t rota_when(const struct schedule_conf *s, const struct zone *z, int64_t at,
		  struct str person);
/* When the person's shift that holds at is over (shifts that follow without a gap count as
 * one); at itself when they are not on shift. At most ROTA_AHEAD_S ahead. */
int64_t rota_until(const struct schedule_conf *s, const struct zone *z, int64_t at,
		   struct str person);

/* Whose turn it is: index into who, and the turn from <= at < to. Only with a rotate.every. */
size_t rota_turn(const struct shift_conf *s, const struct zone *z, int64_t at, int64_t *from,
		 int64_t *to);

/* One person's time on shift without a gap. */
struct rota_span {
	struct str who;
	int64_t from, to;
};
/* All that touch [from, to), cut to it, ordered by end, then by who came first. */
void rota_spans(const struct schedule_conf *s, const struct zone *z, int64_t from, int64_t to,
		void (*each)(void *arg, const struct rota_span *span), void *arg);

#endif
