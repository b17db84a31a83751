/*
 * clock.h - time: two clocks and the zones (DESIGN.md section 3).
 *
 * The *domain clock* (windows, rota, schedules, digests) may be scaled or
 * stepped and is passed into every decision as int64_t UTC seconds. The
 * *monotonic clock* is for I/O time-outs, heartbeats and rates only.
 */
#ifndef LY_CORE_CLOCK_H
#define LY_CORE_CLOCK_H

#include "core/base.h"
#include "core/buf.h"
#include "core/err.h"

int64_t clock_wall(void);    /* UTC seconds        */
int64_t clock_wall_ms(void); /* UTC milliseconds   */
int64_t clock_mono_ms(void); /* never goes back    */
int64_t clock_mono_us(void);
int64_t clock_passed_s(void); /* the same, in seconds, and the machine's sleep counts */
int64_t clock_cpu_us(void);   /* CPU time of this thread, for benches */

/* How the domain clock of a process runs. */
enum clock_mode {
	CLOCK_WALL,    /* the wall clock                                            */
	CLOCK_SCALED,  /* start + (wall - begun) * scale                            */
	CLOCK_STEPPED, /* moves only by clock_step(); with scale > 0 it is paced:
	                  clock_allowed() says how far it may go by now              */
};
struct clock {
	enum clock_mode mode;
	int64_t start_at;   /* domain time at the beginning (SCALED, STEPPED)   */
	int64_t scale;      /* domain seconds per second; 0 = as fast as possible */
	int64_t begun_ms;   /* monotonic, set by clock_init                     */
	int64_t stepped_to; /* STEPPED: now                                     */
};
void clock_init(struct clock *c, enum clock_mode mode, int64_t start_at, int64_t scale);
int64_t clock_now(const struct clock *c);
/* STEPPED: the furthest domain time that pacing allows now (INT64_MAX without pacing). */
int64_t clock_allowed(const struct clock *c);
/* STEPPED: move on to at; going back is ignored. */
void clock_step(struct clock *c, int64_t at);

/* A time zone by its IANA name. Immutable after zone_open; safe between threads. */
struct zone;
/* NULL and ERR_USAGE for an unknown name. "UTC" always works. Freed by zone_close. */
struct zone *zone_open(const char *name, struct err *e) LY_MUST_USE;
void zone_close(struct zone *z);
const char *zone_name(const struct zone *z);

struct civil {
	int year, month, day;     /* 2026, 1..12, 1..31     */
	int hour, minute, second; /* 0..23, 0..59, 0..59    */
	int weekday;              /* 1 Monday .. 7 Sunday   */
	int offset_s;             /* east of UTC            */
};
/* UTC -> wall clock in z. z NULL means UTC. Years 1..9999. */
struct civil zone_civil(const struct zone *z, int64_t at);
/* Wall clock in z -> UTC. In a gap (spring forward) the first instant after it; twice-told
 * times (autumn) give the first. c's weekday and offset_s are not read; day may overflow
 * its month (31 + 1), as may month, hour and minute. */
int64_t zone_utc(const struct zone *z, struct civil c);
/* Start of the local day that holds at. */
int64_t zone_day(const struct zone *z, int64_t at);

/* "2026-11-21T23:15:41Z". */
void clock_add_iso(struct buf *b, int64_t at);
/* "2026-11-22 07:15" in z. */
void clock_add_local(struct buf *b, const struct zone *z, int64_t at);
/* Strict RFC 3339 in, for our own files: "2026-11-21T23:15:41Z", "+08:00", a date alone is
 * midnight UTC. -1 and ERR_REJECT. Outside dates are read by crawler/date.c. */
int clock_parse_iso(struct str s, int64_t *at, struct err *e) LY_MUST_USE;
/* What a clock on a wall shows: "2026-12-24 20:00", "2026-12-24T20:00:30", a date alone is 00:00
 * and *timed false (may be NULL). offset_s and weekday are 0. False when it is nothing like it. */
bool clock_parse_civil(struct str s, struct civil *c, bool *timed) LY_MUST_USE;
/* As a person gives a time: such a reading of the clocks in z, or as clock_parse_iso. -1 and
 * ERR_USAGE. */
int clock_parse_local(const struct zone *z, struct str s, int64_t *at,
		      struct err *e) LY_MUST_USE;
/* "90 s", "15 min", "3 h", "2 d" for people: the largest unit that divides it well. */
void clock_add_span(struct buf *b, int64_t seconds);

#endif
