/*
 * Who is on shift and when a turn ends: cases whose answers were read from the tests of GoAlert
 * (github.com/target/goalert), each with the file and function it stands in. Where we mean to
 * differ, docs/rota.md says so, and no case is here. Escalation: test_policy_cases.c.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/rota_world.h"

#define DAY 86400

/* "11-01 01:30-05:00" */
static void
add_when(struct buf *b, const struct rota_world *w, int64_t at)
{
	struct civil c = zone_civil(w->zone, at);

	buf_addf(b, "%s%02d-%02d %02d:%02d%+03d", b->n ? " " : "", c.month, c.day, c.hour,
		 c.minute, c.offset_s / 3600);
	if (c.offset_s % 3600)
		buf_addf(b, ":%02d", c.offset_s / 60 % 60);
	if (c.second)
		buf_addf(b, " and %d s", c.second);
}

/* ---- turns -------------------------------------------------------------------------------- */

#define BRUTE   ROTATION, "TestRotation_StartEnd_BruteForce"
#define END     ROTATION, "TestRotation_EndTime"
#define START   ROTATION, "TestRotation_StartTime"
#define FUTURE  ROTATION, "TestRotation_FutureStart"
#define CHICAGO "America/Chicago"
#define HOWE    "Australia/Lord_Howe"

/* Every hand-off that bounds a turn which holds between from and to. */
static const struct turn_case {
	const char *file, *function, *zone, *rotate, *from, *to, *hand_offs;
} turn_cases[] = {
	{ BRUTE, CHICAGO, "hour, length: 24, start: 2020-10-30 01:30", "2020-10-30 01:00",
	  "2020-11-03 01:00",
	  "10-29 01:30-05 10-30 01:30-05 10-31 01:30-05 11-01 01:30-05 11-02 01:30-06 11-03 "
	  "01:30-06" },
	{ BRUTE, CHICAGO, "day, start: 2020-10-30 01:30", "2020-10-30 01:00",
	  "2020-11-03 01:00",
	  "10-29 01:30-05 10-30 01:30-05 10-31 01:30-05 11-01 01:30-05 11-02 01:30-06 11-03 "
	  "01:30-06" },
	{ BRUTE, CHICAGO, "day, start: 2020-03-06 02:30", "2020-03-06 01:00",
	  "2020-03-10 01:00",
	  "03-05 02:30-06 03-06 02:30-06 03-07 02:30-06 03-08 03:00-05 03-09 02:30-05 03-10 "
	  "02:30-05" },
	{ BRUTE, CHICAGO, "hour, start: 2020-03-06 02:30", "2020-03-08 01:00",
	  "2020-03-08 04:00",
	  "03-08 00:30-06 03-08 01:30-06 03-08 03:00-05 03-08 03:30-05 03-08 04:30-05" },
	{ BRUTE, CHICAGO, "hour, start: 2020-03-06 02:00", "2020-03-08 01:00",
	  "2020-03-08 04:00", "03-08 01:00-06 03-08 03:00-05 03-08 04:00-05 03-08 05:00-05" },
	{ BRUTE, CHICAGO, "hour, start: 2020-07-06 02:30", "2020-11-01 00:00",
	  "2020-11-01 04:00",
	  "10-31 23:30-05 11-01 00:30-05 11-01 01:30-05 11-01 02:30-06 11-01 03:30-06 11-01 "
	  "04:30-06" },
	{ BRUTE, CHICAGO, "hour, start: 2020-07-06 02:00", "2020-11-01 00:00",
	  "2020-11-01 04:00",
	  "11-01 00:00-05 11-01 01:00-05 11-01 02:00-06 11-01 03:00-06 11-01 04:00-06 11-01 "
	  "05:00-06" },
	{ BRUTE, CHICAGO, "month, start: 2020-01-02 01:30", "2020-04-05 01:00",
	  "2020-06-12 01:00", "04-02 01:30-05 05-02 01:30-05 06-02 01:30-05 07-02 01:30-05" },
	{ BRUTE, CHICAGO, "month, start: 2020-10-01 01:30", "2020-10-02 01:00",
	  "2020-12-02 01:00", "10-01 01:30-05 11-01 01:30-05 12-01 01:30-06 01-01 01:30-06" },
	{ BRUTE, HOWE, "hour, start: 2021-04-03 02:30", "2021-04-04 01:00", "2021-04-04 04:00",
	  "04-04 00:30+11 04-04 01:30+11 04-04 02:30+10:30 04-04 03:30+10:30 04-04 "
	  "04:30+10:30" },
	{ BRUTE, HOWE, "day, start: 2021-04-01 02:30", "2021-04-02 01:00", "2021-04-06 01:00",
	  "04-01 02:30+11 04-02 02:30+11 04-03 02:30+11 04-04 02:30+10:30 04-05 02:30+10:30 "
	  "04-06 02:30+10:30" },
	{ BRUTE, HOWE, "day, start: 2021-04-02 02:00", "2021-04-02 01:00", "2021-04-06 01:00",
	  "04-01 02:00+11 04-02 02:00+11 04-03 02:00+11 04-04 02:00+10:30 04-05 02:00+10:30 "
	  "04-06 02:00+10:30" },
	{ BRUTE, HOWE, "hour, length: 24, start: 2021-04-02 02:00", "2021-04-02 01:00",
	  "2021-04-06 01:00",
	  "04-01 02:00+11 04-02 02:00+11 04-03 02:00+11 04-04 02:00+10:30 04-05 02:00+10:30 "
	  "04-06 02:00+10:30" },
	{ BRUTE, HOWE, "hour, length: 24, start: 2020-10-02 01:30", "2020-10-02 01:00",
	  "2020-10-06 01:00",
	  "10-01 01:30+10:30 10-02 01:30+10:30 10-03 01:30+10:30 10-04 01:30+10:30 10-05 "
	  "01:30+11 10-06 01:30+11" },
	{ BRUTE, HOWE, "day, start: 2020-10-02 01:30", "2020-10-02 01:00", "2020-10-06 01:00",
	  "10-01 01:30+10:30 10-02 01:30+10:30 10-03 01:30+10:30 10-04 01:30+10:30 10-05 "
	  "01:30+11 10-06 01:30+11" },
	{ BRUTE, HOWE, "day, start: 2020-10-02 02:15", "2020-10-02 01:00", "2020-10-06 01:00",
	  "10-01 02:15+10:30 10-02 02:15+10:30 10-03 02:15+10:30 10-04 02:30+11 10-05 02:15+11 "
	  "10-06 02:15+11" },
	{ ROTATION, "TestRotation_EndTime_DST", CHICAGO, "hour, start: 2017-01-01 01:00",
	  "2017-03-12 01:00", "2017-03-12 01:00", "03-12 01:00-06 03-12 03:00-05" },
	{ ROTATION, "TestRotation_EndTime_DST", CHICAGO, "hour, start: 2017-01-01 01:00",
	  "2017-11-05 01:00", "2017-11-05 01:00", "11-05 01:00-05 11-05 02:00-06" },
	{ ROTATION, "TestRotation_EndTime_ConfigChange", CHICAGO,
	  "hour, length: 12, start: 2017-01-01 00:00", "2017-01-03 06:00", "2017-01-03 06:00",
	  "01-03 00:00-06 01-03 12:00-06" },
	{ END, "UTC", "hour, length: 10, start: 2020-06-01 03:00", "2020-06-02 09:00",
	  "2020-06-02 09:00", "06-02 09:00+00 06-02 19:00+00" },
	{ END, "UTC", "hour, length: 10, start: 2020-06-01 03:00", "2020-05-30 21:00",
	  "2020-05-30 21:00", "05-30 21:00+00 05-31 07:00+00" },
	{ END, CHICAGO, "month, start: 2017-06-01", "2017-06-01 00:00", "2017-06-01 00:00",
	  "06-01 00:00-05 07-01 00:00-05" },
	{ END, CHICAGO, "month, length: 2, start: 2017-07-01", "2017-07-01 00:00",
	  "2017-07-01 00:00", "07-01 00:00-05 09-01 00:00-05" },
	{ END, CHICAGO, "month, start: 2017-03-01", "2017-03-01 00:00", "2017-03-01 00:00",
	  "03-01 00:00-06 04-01 00:00-05" },
	{ END, CHICAGO, "month, length: 2, start: 2017-11-01", "2017-11-01 00:00",
	  "2017-11-01 00:00", "11-01 00:00-05 01-01 00:00-06" },
	{ END, CHICAGO, "week, start: 2017-06-10 08:00", "2017-06-10 08:00", "2017-06-10 08:00",
	  "06-10 08:00-05 06-17 08:00-05" },
	{ END, CHICAGO, "week, length: 2, start: 2017-06-10 08:00", "2017-06-10 08:00",
	  "2017-06-10 08:00", "06-10 08:00-05 06-24 08:00-05" },
	{ END, CHICAGO, "week, start: 2017-03-10 08:00", "2017-03-10 08:00", "2017-03-10 08:00",
	  "03-10 08:00-06 03-17 08:00-05" },
	{ END, CHICAGO, "week, start: 2017-11-04 08:00", "2017-11-04 08:00", "2017-11-04 08:00",
	  "11-04 08:00-05 11-11 08:00-06" },
	{ END, CHICAGO, "day, start: 2017-06-10 08:00", "2017-06-10 08:00", "2017-06-10 08:00",
	  "06-10 08:00-05 06-11 08:00-05" },
	{ END, CHICAGO, "day, length: 2, start: 2017-06-10 08:00", "2017-06-10 08:00",
	  "2017-06-10 08:00", "06-10 08:00-05 06-12 08:00-05" },
	{ END, CHICAGO, "day, start: 2017-03-11 08:00", "2017-03-11 08:00", "2017-03-11 08:00",
	  "03-11 08:00-06 03-12 08:00-05" },
	{ END, CHICAGO, "day, start: 2017-11-04 08:00", "2017-11-04 08:00", "2017-11-04 08:00",
	  "11-04 08:00-05 11-05 08:00-06" },
	{ END, CHICAGO, "hour, start: 2017-06-10 08:00", "2017-06-10 08:00", "2017-06-10 08:00",
	  "06-10 08:00-05 06-10 09:00-05" },
	{ END, CHICAGO, "hour, length: 3, start: 2017-03-12 00:00", "2017-03-12 00:00",
	  "2017-03-12 00:00", "03-12 00:00-06 03-12 03:00-05" },
	{ END, CHICAGO, "hour, length: 3, start: 2017-11-05 00:00", "2017-11-05 00:00",
	  "2017-11-05 00:00", "11-05 00:00-05 11-05 03:00-06" },
	{ END, "UTC", "hour, start: 2020-01-01 00:00", "2019-12-31 22:00", "2020-01-01 00:00",
	  "12-31 22:00+00 12-31 23:00+00 01-01 00:00+00 01-01 01:00+00" },
	{ END, "UTC", "day, start: 2020-01-01 00:00", "2019-12-30 00:00", "2020-01-01 00:00",
	  "12-30 00:00+00 12-31 00:00+00 01-01 00:00+00 01-02 00:00+00" },
	{ END, "UTC", "month, start: 2020-01-10 00:00", "2019-11-10 00:00", "2020-01-10 00:00",
	  "11-10 00:00+00 12-10 00:00+00 01-10 00:00+00 02-10 00:00+00" },
	{ START, CHICAGO, "hour, length: 2, start: 2017-06-10 08:00", "2017-06-10 08:00",
	  "2017-06-10 08:00", "06-10 08:00-05 06-10 10:00-05" },
	{ START, CHICAGO, "week, start: 2017-06-10 08:00", "2017-06-16 08:00",
	  "2017-06-16 08:00", "06-10 08:00-05 06-17 08:00-05" },
	{ FUTURE, "UTC", "day, start: 2018-12-10 00:00", "2018-12-05 00:00", "2018-12-05 00:00",
	  "12-05 00:00+00 12-06 00:00+00" },
	{ FUTURE, "UTC", "day, start: 2018-12-10 00:00", "2018-12-04 23:59:59",
	  "2018-12-04 23:59:59", "12-04 00:00+00 12-05 00:00+00" },
	{ FUTURE, "UTC", "day, start: 2018-12-10 00:00", "2018-12-10 00:00", "2018-12-10 00:00",
	  "12-10 00:00+00 12-11 00:00+00" },
	{ "engine/rotationmanager/legacyadvance_test.go", "TestCalcOldEndTime", CHICAGO,
	  "hour, length: 8, start: 2018-11-21 10:00", "2021-03-10 09:00:01",
	  "2021-03-10 09:00:01", "03-10 02:00-06 03-10 10:00-06" },
	{ "test/smoke/rotationdst_test.go", "TestRotation_DST", CHICAGO,
	  "day, start: 2026-10-31 12:05", "2026-11-01 12:06", "2026-11-01 12:06",
	  "11-01 12:05-06 11-02 12:05-06" },
};

static void
turn_walk(const struct rota_world *w, const struct turn_case *t, struct buf *got)
{
	const struct schedule_conf *s = w->c.schedules.v;
	const struct shift_conf *shift = s->shifts.v;
	int64_t from, to, at = goalert_when(w, t->from), end = goalert_when(w, t->to);

	rota_turn(shift, w->zone, at, &from, &to);
	add_when(got, w, from);
	for (; at <= end; at = to) {
		rota_turn(shift, w->zone, at, &from, &to);
		if (from > at || to <= at)
			fail_msg("the turn at %lld does not hold it", (long long)at);
		add_when(got, w, to);
	}
}

static void
turns_end_where_goalert_ends_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(turn_cases); i++) {
		const struct turn_case *t = &turn_cases[i];
		struct buf part = BUF(4096), got = BUF(4096);
		struct rota_world w;

		buf_addf(&part,
			 "schedules: { s: { shifts: [ { who: [ann, bob], rotate: { every: %s } "
			 "} ] } }\n",
			 t->rotate);
		goalert_must(&w, part.p, t->zone);
		turn_walk(&w, t, &got);
		goalert_same(i, t->file, t->function, &got, t->hand_offs);
		rota_world_close(&w);
		buf_release(&part);
		buf_release(&got);
	}
}

/* ---- who is on shift ------------------------------------------------------------------------ */

#define RULE       "schedule/rule/rule_test.go", "TestRule_IsActive"
#define OVER       "oncall/overridecalculator_test.go", "TestOverrideCalculator"
#define OVER_ADD   "test/smoke/scheduleoverrideadd_test.go", "TestScheduleOverrideAdd"
#define OVER_DROP  "test/smoke/scheduleoverrideremove_test.go", "TestScheduleOverrideRemove"
#define OVER_SWAP  "test/smoke/scheduleoverridereplace_test.go", "TestScheduleOverrideReplace"
#define MONDAY     "shifts: [ { who: [bob], days: [mon], from: 08:00, to: 20:00 } ]"
#define MONDAY_N   "shifts: [ { who: [bob], days: [mon], from: 20:00, to: 08:00 } ]"
#define WEEK       "days: [mon, tue, wed, thu, fri]"
#define WEEKDAYS   "shifts: [ { who: [bob], " WEEK ", from: 08:00, to: 20:00 } ]"
#define WEEKDAYS24 "shifts: [ { who: [bob], " WEEK ", from: 08:00, to: 08:00 } ]"
#define WEEKNIGHTS "shifts: [ { who: [bob], " WEEK ", from: 20:00, to: 08:00 } ]"
#define TWO_RULES  "shifts: [ { who: [u1] }, { who: [u2], from: 09:00, to: 21:00 } ], "
#define SPAN       "from: \"2017-08-03T12:00:00Z\", to: \"2017-08-07T12:00:00Z\" } ]"
#define OVER_U3    "overrides: [ { kind: add, who: [u3], " SPAN
#define OVER_NO_U2 "overrides: [ { kind: remove, who: [u2], " SPAN
#define OVER_U2_U3 "overrides: [ { kind: replace, instead: [u2], who: [u3], " SPAN
#define LATER      "from: \"2080-01-01T00:00:00Z\", to: \"2090-01-01T00:00:00Z\""
#define TWO_DAYS                                                                               \
	"shifts: [ { who: [bob, ben], rotate: { every: day, length: 2, start: 2026-05-01 } } " \
	"]"

static const struct who_case {
	const char *file, *function, *zone, *schedule, *at, *who;
} who_cases[] = {
	/* A shift on its day. 2017-07-24 is a Monday. */
	{ RULE, "UTC", MONDAY, "2017-07-20 08:00", "" },
	{ RULE, "UTC", MONDAY, "2017-07-25 08:00", "" },
	{ RULE, "UTC", MONDAY, "2017-07-24 08:00", "bob" },
	{ RULE, "UTC", MONDAY, "2017-07-24 20:00", "" },
	{ RULE, "UTC", MONDAY, "2017-07-24 09:00", "bob" },
	/* Over midnight. */
	{ RULE, "UTC", MONDAY_N, "2017-07-20 08:00", "" },
	{ RULE, "UTC", MONDAY_N, "2017-07-26 08:00", "" },
	{ RULE, "UTC", MONDAY_N, "2017-07-24 20:00", "bob" },
	{ RULE, "UTC", MONDAY_N, "2017-07-25 08:00", "" },
	{ RULE, "UTC", MONDAY_N, "2017-07-24 09:00", "" },
	{ RULE, "UTC", MONDAY_N, "2017-07-24 21:00", "bob" },
	{ RULE, "UTC", MONDAY_N, "2017-07-25 07:00", "bob" },
	/* Weekdays. */
	{ RULE, "UTC", WEEKDAYS, "2017-07-23 08:00", "" },
	{ RULE, "UTC", WEEKDAYS, "2017-07-24 08:00", "bob" },
	{ RULE, "UTC", WEEKDAYS, "2017-07-25 08:00", "bob" },
	{ RULE, "UTC", WEEKDAYS, "2017-07-26 08:00", "bob" },
	{ RULE, "UTC", WEEKDAYS, "2017-07-27 08:00", "bob" },
	{ RULE, "UTC", WEEKDAYS, "2017-07-28 08:00", "bob" },
	{ RULE, "UTC", WEEKDAYS, "2017-07-29 08:00", "" },
	/* Equal: 24 hours. */
	{ RULE, "UTC", WEEKDAYS24, "2017-07-23 08:00", "" },
	{ RULE, "UTC", WEEKDAYS24, "2017-07-24 07:00", "" },
	{ RULE, "UTC", WEEKDAYS24, "2017-07-24 08:00", "bob" },
	{ RULE, "UTC", WEEKDAYS24, "2017-07-28 08:00", "bob" },
	{ RULE, "UTC", WEEKDAYS24, "2017-07-29 07:00", "bob" },
	{ RULE, "UTC", WEEKDAYS24, "2017-07-29 08:00", "" },
	{ RULE, "UTC", WEEKNIGHTS, "2017-07-23 20:00", "" },
	{ RULE, "UTC", WEEKNIGHTS, "2017-07-24 07:00", "" },
	{ RULE, "UTC", WEEKNIGHTS, "2017-07-24 20:00", "bob" },
	{ RULE, "UTC", WEEKNIGHTS, "2017-07-28 20:00", "bob" },
	{ RULE, "UTC", WEEKNIGHTS, "2017-07-29 07:00", "bob" },
	{ RULE, "UTC", WEEKNIGHTS, "2017-07-29 20:00", "" },
	{ RULE, "UTC", WEEKNIGHTS, "2017-07-30 07:00", "" },
	{ "test/smoke/schedulerule_test.go", "TestScheduleRule", CHICAGO,
	  "shifts: [ { who: [u1], from: 11:55, to: 12:05 }, { who: [u2], from: 12:05, to: "
	  "12:15 "
	  "} ]",
	  "2026-05-01 12:00", "u1" },
	{ "test/smoke/schedulerule_test.go", "TestScheduleRule", CHICAGO,
	  "shifts: [ { who: [u1], from: 11:55, to: 12:05 }, { who: [u2], from: 12:05, to: "
	  "12:15 "
	  "} ]",
	  "2026-05-01 12:10", "u2" },
	/* Overrides. */
	{ OVER, "UTC",
	  "shifts: [ { who: [rab, baz, bin] } ], overrides: [ { kind: add, who: [foo], " ALWAYS
	  " }, { kind: replace, instead: [rab], who: [bar], " ALWAYS
	  " }, { kind: remove, who: [baz], " ALWAYS " } ]",
	  "2000-01-02 03:04", "bin foo bar" },
	{ OVER, "UTC",
	  "shifts: [ { who: [rab] } ], overrides: [ { kind: add, who: [foo], from: "
	  "\"2000-01-02T03:05:00Z\", to: \"2000-01-02T03:06:00Z\" } ]",
	  "2000-01-02 03:04", "rab" },
	{ OVER, "UTC",
	  "shifts: [ { who: [rab] } ], overrides: [ { kind: add, who: [foo], from: "
	  "\"2000-01-02T03:05:00Z\", to: \"2000-01-02T03:06:00Z\" } ]",
	  "2000-01-02 03:05", "rab foo" },
	{ OVER, "UTC",
	  "shifts: [ { who: [rab] } ], overrides: [ { kind: add, who: [foo], from: "
	  "\"2000-01-02T03:05:00Z\", to: \"2000-01-02T03:06:00Z\" } ]",
	  "2000-01-02 03:06", "rab" },
	{ OVER_ADD, CHICAGO, TWO_RULES OVER_U3, "2017-08-02 00:00", "u1" },
	{ OVER_ADD, CHICAGO, TWO_RULES OVER_U3, "2017-08-02 09:00", "u1 u2" },
	{ OVER_ADD, CHICAGO, TWO_RULES OVER_U3, "2017-08-02 21:00", "u1" },
	{ OVER_ADD, CHICAGO, TWO_RULES OVER_U3, "2017-08-05 00:00", "u1 u3" },
	{ OVER_ADD, CHICAGO, TWO_RULES OVER_U3, "2017-08-05 09:00", "u1 u2 u3" },
	{ OVER_ADD, CHICAGO, TWO_RULES OVER_U3, "2017-08-05 21:00", "u1 u3" },
	{ OVER_ADD, CHICAGO, TWO_RULES OVER_U3, "2017-08-09 09:00", "u1 u2" },
	{ OVER_DROP, CHICAGO, TWO_RULES OVER_NO_U2, "2017-08-02 09:00", "u1 u2" },
	{ OVER_DROP, CHICAGO, TWO_RULES OVER_NO_U2, "2017-08-05 00:00", "u1" },
	{ OVER_DROP, CHICAGO, TWO_RULES OVER_NO_U2, "2017-08-05 09:00", "u1" },
	{ OVER_DROP, CHICAGO, TWO_RULES OVER_NO_U2, "2017-08-09 09:00", "u1 u2" },
	{ OVER_SWAP, CHICAGO, TWO_RULES OVER_U2_U3, "2017-08-02 09:00", "u1 u2" },
	{ OVER_SWAP, CHICAGO, TWO_RULES OVER_U2_U3, "2017-08-05 00:00", "u1" },
	{ OVER_SWAP, CHICAGO, TWO_RULES OVER_U2_U3, "2017-08-05 09:00", "u1 u3" },
	{ OVER_SWAP, CHICAGO, TWO_RULES OVER_U2_U3, "2017-08-05 21:00", "u1" },
	{ OVER_SWAP, CHICAGO, TWO_RULES OVER_U2_U3, "2017-08-09 09:00", "u1 u2" },
	{ ASSIGN, "UTC", JOE ", " BOB_FOR_JOE ALWAYS " } ]", "2026-05-01 12:00", "bob" },
	{ ASSIGN, "UTC", JOE ", " BOB_FOR_JOE LATER " } ]", "2026-05-01 12:00", "joe" },
	{ ASSIGN, "UTC", JOE, "2026-05-01 12:00", "joe" },
	{ ASSIGN, "UTC", JOE_TURNS ", " BOB_FOR_JOE ALWAYS " } ]", "2026-05-01 12:00", "bob" },
	{ ASSIGN, "UTC", JOE_TURNS ", " BOB_FOR_JOE LATER " } ]", "2026-05-01 12:00", "joe" },
	{ ASSIGN, "UTC", JOE_TURNS, "2026-05-01 12:00", "joe" },
	{ ASSIGN, "UTC", JOE_TURNS ", overrides: [ { kind: remove, who: [joe], " ALWAYS " } ]",
	  "2026-05-01 12:00", "" },
	{ ASSIGN, "UTC", JOE ", overrides: [ { kind: remove, who: [joe], " ALWAYS " } ]",
	  "2026-05-01 12:00", "" },
	{ ASSIGN, "UTC",
	  JOE ", overrides: [ { kind: add, who: [bob], " ALWAYS
	      " }, { kind: add, who: [joe], " ALWAYS " } ]",
	  "2026-05-01 12:00", "joe bob" },
	/* Turns. */
	{ "test/smoke/rotationdaily_test.go", "TestRotation_Daily", CHICAGO, TWO_DAYS,
	  "2026-05-01 00:00", "bob" },
	{ "test/smoke/rotationdaily_test.go", "TestRotation_Daily", CHICAGO, TWO_DAYS,
	  "2026-05-04 00:00", "ben" },
	{ "test/smoke/rotationhourly_test.go", "TestRotation_Hourly", CHICAGO,
	  "shifts: [ { who: [bob, ben], rotate: { every: hour, start: 2026-05-01 } } ]",
	  "2026-05-01 01:00", "ben" },
	{ "test/smoke/rotationweekly_test.go", "TestRotation_Weekly", CHICAGO,
	  "shifts: [ { who: [bob, ben], rotate: { every: week, start: 2026-05-01 } } ]",
	  "2026-05-09 00:00", "ben" },
	{ "test/smoke/rotationmonthly_test.go", "TestRotation_Monthly", CHICAGO,
	  "shifts: [ { who: [bob, ben], rotate: { every: month, start: 2026-05-01 } } ]",
	  "2026-06-02 00:00", "ben" },
	{ "test/smoke/rotationwrap_test.go", "TestRotation_Wrap", CHICAGO,
	  "shifts: [ { who: [bob, ben], rotate: { every: hour, length: 2, start: 2026-05-01 } "
	  "} "
	  "]",
	  "2026-05-01 03:59", "ben" },
	{ "test/smoke/rotationwrap_test.go", "TestRotation_Wrap", CHICAGO,
	  "shifts: [ { who: [bob, ben], rotate: { every: hour, length: 2, start: 2026-05-01 } "
	  "} "
	  "]",
	  "2026-05-01 04:00", "bob" },
	{ "test/smoke/rotationdst_test.go", "TestRotation_DST", CHICAGO,
	  "shifts: [ { who: [bob, ben], rotate: { every: day, start: 2026-10-31 12:05 } } ]",
	  "2026-11-01 12:00", "bob" },
	{ "test/smoke/rotationdst_test.go", "TestRotation_DST", CHICAGO,
	  "shifts: [ { who: [bob, ben], rotate: { every: day, start: 2026-10-31 12:05 } } ]",
	  "2026-11-01 12:10", "ben" },
	/* Temporary schedules: a later one over the same time counts instead of the earlier. */
	{ "test/smoke/tempschedules_test.go", "TestTempSchedules", "UTC",
	  "shifts: [ { who: [ann] } ], temporary: [ { " ALWAYS
	  ", shifts: [ { who: [foo], " ALWAYS " } ] } ]",
	  "2026-05-01 12:00", "foo" },
	{ "test/smoke/tempschedules_test.go", "TestTempSchedules", "UTC",
	  "shifts: [ { who: [ann] } ], temporary: [ { " ALWAYS
	  ", shifts: [ { who: [foo], " ALWAYS " } ] }, { " ALWAYS
	  ", shifts: [ { who: [bar], " ALWAYS " } ] } ]",
	  "2026-05-01 12:00", "bar" },
	{ "test/smoke/tempschedules_test.go", "TestTempSchedules", "UTC",
	  "shifts: [ { who: [ann] } ]", "2026-05-01 12:00", "ann" },
};

static void
the_same_people_are_on_shift(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(who_cases); i++) {
		const struct who_case *t = &who_cases[i];
		struct buf part = BUF(4096), got = BUF(4096);
		struct str who[ROTA_MAX];
		struct rota_world w;
		size_t n;

		buf_addf(&part, "schedules: { s: { %s } }\n", t->schedule);
		goalert_must(&w, part.p, t->zone);
		n = roster_who(w.roster, w.c.schedules.v, goalert_when(&w, t->at), who);
		for (size_t k = 0; k < n; k++)
			buf_addf(&got, "%s%.*s", k ? " " : "", STR_ARG(who[k]));
		goalert_same(i, t->file, t->function, &got, t->who);
		rota_world_close(&w);
		buf_release(&part);
		buf_release(&got);
	}
}

/* ---- from when until when ------------------------------------------------------------------- */

#define RULE_START "schedule/rule/rule_test.go", "TestRule_StartTime"
#define RULE_END   "schedule/rule/rule_test.go", "TestRule_EndTime"
#define CALC       "oncall/state_test.go", "TestState_CalculateShifts"
#define EIGHT      "shifts: [ { who: [foo], from: 08:00, to: 10:00 } ]"
#define MON_TUE24  "shifts: [ { who: [bob], days: [mon, tue], from: 08:00, to: 08:00 } ]"
#define FRI_SAT_MO "shifts: [ { who: [bob], days: [fri, sat, mon], from: 08:00, to: 20:00 } ]"
#define AT18(hm)   "\"2018-01-01T" hm ":00Z\""

/* "who FROM TO" of all that touches the window; "next" as to: the first that ends after from. */
static const struct span_case {
	const char *file, *function, *zone, *schedule, *from, *to, *spans;
} span_cases[] = {
	{ RULE_START, "UTC", MONDAY, "2017-07-20 08:00", "next",
	  "bob 07-24 08:00+00 07-24 20:00+00" },
	{ RULE_START, "UTC", MONDAY, "2017-07-24 07:59", "next",
	  "bob 07-24 08:00+00 07-24 20:00+00" },
	{ RULE_START, "UTC", MONDAY, "2017-07-24 19:59", "next",
	  "bob 07-24 08:00+00 07-24 20:00+00" },
	{ RULE_START, "UTC", MONDAY, "2017-07-24 20:00", "next",
	  "bob 07-31 08:00+00 07-31 20:00+00" },
	{ RULE_START, "UTC", FRI_SAT_MO, "2017-07-21 20:00", "next",
	  "bob 07-22 08:00+00 07-22 20:00+00" },
	{ RULE_START, "UTC", FRI_SAT_MO, "2017-07-22 20:00", "next",
	  "bob 07-24 08:00+00 07-24 20:00+00" },
	{ RULE_START, "UTC", FRI_SAT_MO, "2017-07-25 20:00", "next",
	  "bob 07-28 08:00+00 07-28 20:00+00" },
	{ RULE_START, "UTC", MONDAY_N, "2017-07-25 07:00", "next",
	  "bob 07-24 20:00+00 07-25 08:00+00" },
	{ RULE_START, "UTC", MONDAY_N, "2017-07-25 08:00", "next",
	  "bob 07-31 20:00+00 08-01 08:00+00" },
	/* Two days of 24 hours are one. */
	{ RULE_END, "UTC", MON_TUE24, "2017-07-20 08:00", "next",
	  "bob 07-24 08:00+00 07-26 08:00+00" },
	{ RULE_END, "UTC", MON_TUE24, "2017-07-25 20:00", "next",
	  "bob 07-24 08:00+00 07-26 08:00+00" },
	{ RULE_END, "UTC", MON_TUE24, "2017-07-26 20:00", "next",
	  "bob 07-31 08:00+00 08-02 08:00+00" },
	{ CALC, "UTC", EIGHT, "2018-01-01 08:00", "2018-01-01 09:00",
	  "foo 01-01 08:00+00 01-01 09:00+00" },
	{ CALC, "UTC",
	  EIGHT ", temporary: [ { from: " AT18("08:15") ", to: " AT18(
		  "08:45") ", shifts: [ { who: [baz], from: " AT18("08:25") ", to: " AT18("08:"
											  "35") " } ] } ]",
	  "2018-01-01 08:00", "2018-01-01 09:00",
	  "foo 01-01 08:00+00 01-01 08:15+00 baz 01-01 08:25+00 01-01 08:35+00 foo 01-01 "
	  "08:45+00 01-01 09:00+00" },
	{ CALC, "UTC", "shifts: [ { who: [foo], from: 08:00, to: 09:00 } ]", "2018-01-01 00:00",
	  "2018-01-04 00:00",
	  "foo 01-01 08:00+00 01-01 09:00+00 foo 01-02 08:00+00 01-02 09:00+00 foo 01-03 "
	  "08:00+00 01-03 09:00+00" },
	{ CALC, "UTC",
	  EIGHT ", overrides: [ { kind: replace, instead: [foo], who: [bin], from: " AT18(
		  "08:30") ", to: " AT18("08:45") " } ]",
	  "2018-01-01 08:00", "2018-01-01 09:00",
	  "foo 01-01 08:00+00 01-01 08:30+00 bin 01-01 08:30+00 01-01 08:45+00 foo 01-01 "
	  "08:45+00 01-01 09:00+00" },
	{ CALC, "UTC",
	  EIGHT ", overrides: [ { kind: add, who: [bin], from: " AT18("08:30") ", to: " AT18(
		  "08:45") " }, { kind: add, who: [bin], from: " AT18("08:00") ", to: " AT18("0"
											     "8"
											     ":"
											     "1"
											     "5") " } ]",
	  "2018-01-01 08:00", "2018-01-01 09:00",
	  "bin 01-01 08:00+00 01-01 08:15+00 bin 01-01 08:30+00 01-01 08:45+00 foo 01-01 "
	  "08:00+00 01-01 09:00+00" },
	{ CALC, "UTC",
	  EIGHT ", overrides: [ { kind: remove, who: [foo], from: " AT18("08:30") ", to: " AT18(
		  "08:45") " } ]",
	  "2018-01-01 08:00", "2018-01-01 09:00",
	  "foo 01-01 08:00+00 01-01 08:30+00 foo 01-01 08:45+00 01-01 09:00+00" },
	/* Turns of the day and of the night, with a night that begins after the hand-off. */
	{ CALC, CHICAGO,
	  "shifts: [ { who: [sam, bob, joe], rotate: { every: day, start: 2018-06-15 08:00 }, "
	  "from: 08:00, to: 20:00 }, { who: [baz, foo], rotate: { every: day, start: "
	  "2018-06-16 "
	  "08:00 }, from: 20:00, to: 08:00 } ]",
	  "2018-09-12 08:00", "2018-09-14 08:00",
	  "joe 09-12 08:00-05 09-12 20:00-05 baz 09-12 20:00-05 09-13 08:00-05 sam 09-13 "
	  "08:00-05 09-13 20:00-05 foo 09-13 20:00-05 09-14 08:00-05" },
	{ "schedule/temporaryschedule_test.go", "TestTemporarySchedule_TrimEnd", "UTC",
	  "shifts: [ { who: [ann] } ], temporary: [ { from: \"2000-01-01T10:00:00Z\", to: "
	  "\"2000-01-01T20:00:00Z\", shifts: [ { who: [foo], from: \"2000-01-01T12:00:00Z\", "
	  "to: \"2000-01-01T18:00:00Z\" }, { who: [bar], from: \"2000-01-01T12:00:00Z\", to: "
	  "\"2000-01-01T15:00:00Z\" } ] } ]",
	  "2000-01-01 11:00", "2000-01-01 19:00",
	  "bar 01-01 12:00+00 01-01 15:00+00 foo 01-01 12:00+00 01-01 18:00+00" },
	{ "schedule/temporaryschedule_test.go", "TestDeleteFixedShifts", "UTC",
	  "shifts: [ { who: [ann] } ], temporary: [ { from: \"2000-01-01T10:00:00Z\", to: "
	  "\"2000-01-01T20:00:00Z\", shifts: [ { who: [foo], from: \"2000-01-01T12:00:00Z\", "
	  "to: \"2000-01-01T18:00:00Z\" } ] }, { from: \"2000-01-01T14:00:00Z\", to: "
	  "\"2000-01-01T16:00:00Z\", shifts: [ { who: [bin], from: \"2000-01-01T15:00:00Z\", "
	  "to: \"2000-01-01T15:30:00Z\" } ] } ]",
	  "2000-01-01 11:00", "2000-01-01 19:00",
	  "foo 01-01 12:00+00 01-01 14:00+00 bin 01-01 15:00+00 01-01 15:30+00 foo 01-01 "
	  "16:00+00 01-01 18:00+00" },
	{ "oncall/singlerulecalculator_test.go", "TestSingleRuleCalculator", "UTC",
	  "shifts: [ { who: [foo], from: 03:05, to: 03:07 } ]", "2000-01-02 03:04",
	  "2000-01-02 03:08", "foo 01-02 03:05+00 01-02 03:07+00" },
	{ "oncall/usercalculator_test.go", "TestUserCalculator", "UTC",
	  "shifts: [ { who: [foo], from: 03:05, to: 03:07 }, { who: [bar], from: 03:06, to: "
	  "03:07 } ]",
	  "2000-01-02 03:04", "2000-01-02 03:08",
	  "foo 01-02 03:05+00 01-02 03:07+00 bar 01-02 03:06+00 01-02 03:07+00" },
	{ "util/timeutil/clock_test.go", "TestFirstOfDay", CHICAGO,
	  "shifts: [ { who: [foo], from: 02:30, to: 05:00 } ]", "2018-03-11 00:00",
	  "2018-03-11 12:00", "foo 03-11 03:00-05 03-11 05:00-05" },
	{ "util/timeutil/clock_test.go", "TestFirstOfDay", CHICAGO,
	  "shifts: [ { who: [foo], from: 01:30, to: 05:00 } ]", "2018-11-04 00:00",
	  "2018-11-04 12:00", "foo 11-04 01:30-05 11-04 05:00-06" },
	{ "util/timeutil/clock_test.go", "TestLastOfDay", CHICAGO,
	  "shifts: [ { who: [foo], from: 00:00, to: 02:00 } ]", "2018-11-04 00:00",
	  "2018-11-04 12:00", "foo 11-04 00:00-05 11-04 02:00-06" },
	{ "util/timeutil/clock_test.go", "TestLastOfDay", CHICAGO,
	  "shifts: [ { who: [foo], from: 00:00, to: 02:30 } ]", "2018-03-11 00:00",
	  "2018-03-11 12:00", "foo 03-11 00:00-06 03-11 03:00-05" },
};

struct spans {
	const struct rota_world *w;
	struct buf *got;
	int64_t after;
	bool one;
};

static void
span_add(void *arg, const struct rota_span *s)
{
	struct spans *x = arg;

	if (s->to <= x->after || (x->one && x->got->n))
		return;
	buf_addf(x->got, "%s%.*s", x->got->n ? " " : "", STR_ARG(s->who));
	add_when(x->got, x->w, s->from);
	add_when(x->got, x->w, s->to);
}

static void
shifts_begin_and_end_with_goalerts(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(span_cases); i++) {
		const struct span_case *t = &span_cases[i];
		struct buf part = BUF(4096), got = BUF(4096);
		struct rota_world w;
		struct spans x = { .w = &w, .got = &got };
		int64_t from, to;

		buf_addf(&part, "schedules: { s: { %s } }\n", t->schedule);
		goalert_must(&w, part.p, t->zone);
		x.one = !strcmp(t->to, "next");
		x.after = from = goalert_when(&w, t->from);
		to = x.one ? from + 10 * DAY : goalert_when(&w, t->to);
		rota_spans(w.c.schedules.v, w.zone, x.one ? from - 10 * DAY : from, to,
			   span_add, &x);
		goalert_same(i, t->file, t->function, &got, t->spans);
		rota_world_close(&w);
		buf_release(&part);
		buf_release(&got);
	}
}

static void
there_are_eighty_cases_at_least(void **state)
{
	(void)state;
	assert_true(LY_COUNT(turn_cases) + LY_COUNT(who_cases) + LY_COUNT(span_cases) >= 80);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns_end_where_goalert_ends_them),
		cmocka_unit_test(the_same_people_are_on_shift),
		cmocka_unit_test(shifts_begin_and_end_with_goalerts),
		cmocka_unit_test(there_are_eighty_cases_at_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
