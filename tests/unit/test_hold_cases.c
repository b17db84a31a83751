/*
 * What is held, and until when: cases whose answers were read from the tests of
 * Alertmanager (github.com/prometheus/alertmanager, Apache-2.0): the behaviour, with data of our
 * own. Each names the upstream file and function. Where we differ on purpose it says so.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/inhibit.h"
#include "responder/silence.h"
#include "responder/timetable.h"
#include "tests/support/desk.h"
#include "tests/support/route_world.h"

static size_t looked_at; /* cases of all tables */

/* ---- silence/silence_test.go ---------------------------------------------------------------------------- */

/* Minutes around now. */
static const struct {
	const char *function;
	int64_t from, until;
	enum silence_state is, later, ended; /* in two hours; after a person ended it now */
} life_cases[] = {
	{ "TestCurrentState", 60, 61, SILENCE_PENDING, SILENCE_EXPIRED, SILENCE_EXPIRED },
	{ "TestCurrentState", 0, 60, SILENCE_ACTIVE, SILENCE_EXPIRED, SILENCE_EXPIRED },
	{ "TestCurrentState", -60, 0, SILENCE_EXPIRED, SILENCE_EXPIRED, SILENCE_EXPIRED },
	{ "TestQState", 1, 60, SILENCE_PENDING, SILENCE_EXPIRED, SILENCE_EXPIRED },
	{ "TestQState", 60, 180, SILENCE_PENDING, SILENCE_ACTIVE, SILENCE_EXPIRED },
	{ "TestSilenceExpire", 1, 60, SILENCE_PENDING, SILENCE_EXPIRED, SILENCE_EXPIRED },
	{ "TestSilenceExpire", -1, 600, SILENCE_ACTIVE, SILENCE_ACTIVE, SILENCE_EXPIRED },
	{ "TestSilenceExpire", -60, -1, SILENCE_EXPIRED, SILENCE_EXPIRED, SILENCE_EXPIRED },
};

static void
a_silence_is_pending_then_active_then_expired(void **state)
{
	const int64_t now = 1800000000;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(life_cases); i++) {
		struct silence s = { .from_at = now + life_cases[i].from * 60,
				     .until_at = now + life_cases[i].until * 60 };
		int64_t until = s.until_at;
		bool was_over = life_cases[i].is == SILENCE_EXPIRED;

		assert_int_equal(silence_state(s.from_at, s.until_at, now), life_cases[i].is);
		assert_int_equal(silence_state(s.from_at, s.until_at, now + 7200),
				 life_cases[i].later);
		assert_int_equal(silence_end(&s, now), !was_over);
		/* One that had not begun keeps no time; one that was over keeps its own. */
		assert_true(s.from_at <= now && s.until_at == (was_over ? until : now));
		assert_int_equal(silence_state(s.from_at, s.until_at, now),
				 life_cases[i].ended);
		assert_int_equal(silence_state(s.from_at, s.until_at, now + 7200),
				 SILENCE_EXPIRED);
	}
	looked_at += LY_COUNT(life_cases);
}

#define SILENCES                                                                             \
	"silences:\n"                                                                        \
	"- { match: [watch=milk], from: 2026-03-01T00:00:00Z, until: 2026-03-01T01:05:00Z, " \
	"who: "                                                                              \
	"lin, why: moving }\n"                                                               \
	"- { match: [watch=tea], from: 2026-03-01T00:00:00Z, until: 2026-03-01T01:05:00Z, "  \
	"who: "                                                                              \
	"lin, why: moving }\n"                                                               \
	"- { match: [watch=tea], from: 2026-03-01T03:00:00Z, until: 2026-03-01T05:00:00Z, "  \
	"who: "                                                                              \
	"lin, why: later }\n"                                                                \
	"- { match: ['watch=~\"te.\"'], from: 2026-03-01T04:00:00Z, until: "                 \
	"2026-03-01T07:00:00Z, who: lin, why: pattern }\n"                                   \
	"- { match: [level=3, watch=cola], from: 2026-03-01T00:00:00Z, until: "              \
	"2026-03-01T01:00:00Z, who: lin, why: named }\n"

static const struct {
	const char *function, *tags, *clock;
	bool safety;
	const char *why; /* of the one that holds it; "": none */
} silencer_cases[] = {
	{ "TestSilencer", "watch=rice", "00:30", false, "" },
	{ "TestSilencer", "watch=milk", "00:30", false, "moving" },
	{ "TestSilencer", "watch=tea", "00:30", false, "moving" },
	{ "TestSilencer", "watch=tea", "01:04", false, "moving" },
	{ "TestSilencer", "watch=tea", "01:05", false, "" },
	{ "TestSilencer", "watch=tea", "02:00", false, "" },
	{ "TestSilencer", "watch=tea", "03:00", false, "later" },
	/* Two at once: the one that lasts longer. */
	{ "TestSilencer", "watch=tea", "04:30", false, "pattern" },
	{ "TestSilencer", "watch=tea", "05:30", false, "pattern" },
	{ "TestSilencer", "watch=tea", "07:00", false, "" },
	{ "TestMuteStageWithSilences", "watch=teapot", "04:30", false, "" },
	{ "TestMuteStageWithSilences", "topic=tea", "04:30", false, "" },
	/* Here we differ: L3 only when the silence names the level, safety never. */
	{ "TestSilencer", "watch=tea,level=3", "00:30", false, "" },
	{ "TestSilencer", "watch=cola,level=3", "00:30", false, "named" },
	{ "TestSilencer", "watch=cola,level=3", "00:30", true, "" },
	{ "TestSilencer", "watch=tea", "00:30", true, "" },
};

static void
a_silence_holds_what_fits_it_while_it_is_active(void **state)
{
	struct silence v[8];
	struct silences all = { v, 0 };
	const struct silence_conf *s;
	struct route_world w;

	(void)state;
	route_world_open(&w, SILENCES);
	s = w.c.silences.v;
	for (; all.n < w.c.silences.n; all.n++)
		v[all.n] = (struct silence){ .matchers = s[all.n].matchers,
					     .from_at = s[all.n].from,
					     .until_at = s[all.n].until,
					     .why = s[all.n].why };
	for (size_t i = 0; i < LY_COUNT(silencer_cases); i++) {
		struct tags t = route_world_tags(silencer_cases[i].tags);
		const struct silence *by;
		char at[40];

		snprintf(at, sizeof at, "2026-03-01T%s:00Z", silencer_cases[i].clock);
		by = silences_find(&all, &t, silencer_cases[i].safety, desk_iso(at));
		if (!str_is(by ? by->why : STR(""), silencer_cases[i].why))
			fail_msg("silence_test.go %s, case %zu: %.*s",
				 silencer_cases[i].function, i, by ? (int)by->why.n : 0,
				 by ? by->why.p : "");
	}
	looked_at += LY_COUNT(silencer_cases);
	conf_free(w.conf);
}

/* ---- inhibit/inhibit_test.go ------------------------------------------------------------------------------ */

#define RULE(equal) "inhibit: [ { source: [kind=s], target: [kind=t], equal: " equal " } ]\n"
#define TWO                                                               \
	"inhibit:\n"                                                      \
	"- { source: [kind=s1], target: ['topic!=t1'], equal: [lang] }\n" \
	"- { source: [source=s2], target: [scenario=t2], equal: [lang] }\n"
#define S1 "kind=s1,topic=t2,lang=e"
#define S2 "source=s2,scenario=t2,topic=t1,lang=e"

/* The target is "-": the first of those that are open itself. */
static const struct {
	const char *function, *settings, *target;
	const char *open[3];
	bool safety, held;
} inhibit_cases[] = {
	{ "TestInhibitRuleHasEqual", RULE("[]"), "kind=t", { NULL }, false, false },
	{ "TestInhibitRuleHasEqual", RULE("[]"), "kind=t,lang=b", { "kind=s" }, false, true },
	{ "TestInhibitRuleHasEqual",
	  RULE("[lang, topic]"),
	  "kind=t,lang=b,topic=c",
	  { "kind=s,lang=b,topic=f", "kind=s,lang=c,topic=c" },
	  false,
	  false },
	{ "TestInhibitRuleHasEqual",
	  RULE("[lang, topic]"),
	  "kind=t,lang=b,topic=c",
	  { "kind=s,lang=b,topic=f", "kind=s,lang=b,topic=c" },
	  false,
	  true },
	{ "TestInhibitRuleHasEqual",
	  RULE("[lang]"),
	  "kind=t,lang=b",
	  { "kind=s,lang=b,topic=d", "kind=s,lang=b,topic=f" },
	  false,
	  true },
	{ "TestInhibitRuleHasEqual",
	  RULE("[lang]"),
	  "kind=t,lang=b",
	  { "kind=s,lang=c,topic=d", "kind=s,lang=c,topic=f" },
	  false,
	  false },
	/* A label that neither has is equal. */
	{ "TestInhibitRule_fingerprintEquals",
	  RULE("[lang]"),
	  "kind=t",
	  { "kind=s" },
	  false,
	  true },
	{ "TestInhibitRuleMatches", TWO, "topic=x,lang=e", { S1, S2 }, false, true },
	{ "TestInhibitRuleMatchers", TWO, "topic=t1,lang=e", { S1, S2 }, false, false },
	{ "TestInhibitRuleMatchers", TWO, "topic=t1,scenario=t2,lang=e", { S1 }, false, false },
	{ "TestInhibitRuleMatchers",
	  TWO,
	  "topic=t1,scenario=t2,lang=e",
	  { S1, S2 },
	  false,
	  true },
	/* Fits both sides of the first rule; the source fits both, too: not held. */
	{ "TestInhibitRuleMatchers", TWO, "kind=s1,topic=x,lang=e", { S1 }, false, false },
	{ "TestInhibitRuleMatchers",
	  TWO,
	  "kind=s1,topic=x,lang=e",
	  { "kind=s1,topic=t1,lang=e" },
	  false,
	  true },
	{ "TestInhibitRuleMatchers",
	  TWO,
	  "source=s2,scenario=t2,topic=t1,lang=e",
	  { S2 },
	  false,
	  false },
	{ "TestInhibitRuleMatchers", TWO, "topic=x,lang=f", { S1, S2 }, false, false },
	{ "TestInhibit", RULE("[lang]"), "kind=t,lang=f", { "kind=t,lang=f" }, false, false },
	{ "TestInhibit", RULE("[lang]"), "kind=t,lang=f", { "kind=s,lang=f" }, false, true },
	{ "TestInhibit", RULE("[lang]"), "kind=s,lang=f", { "kind=s,lang=f" }, false, false },
	{ "TestInhibit",
	  RULE("[lang]"),
	  "-",
	  { "kind=t,lang=f", "kind=s,lang=f" },
	  false,
	  true },
	/* Nothing inhibits itself. */
	{ "TestInhibit",
	  "inhibit: [ { source: ['lang=zh'], target: ['kind=t'] } ]\n",
	  "-",
	  { "kind=t,lang=zh" },
	  false,
	  false },
	/* The shipped rule: a watch's L3 folds its L1, not its L2, nor another's. */
	{ "TestInhibit", "", "watch=tea,level=1", { "watch=tea,level=3" }, false, true },
	{ "TestInhibit", "", "watch=tea,level=2", { "watch=tea,level=3" }, false, false },
	{ "TestInhibit", "", "watch=tea,level=1", { "watch=tea,level=2" }, false, false },
	{ "TestInhibit", "", "watch=milk,level=1", { "watch=tea,level=3" }, false, false },
	/* Here we differ: L3 and safety are held by none. */
	{ "TestInhibit", "", "watch=tea,level=1", { "watch=tea,level=3" }, true, false },
	{ "TestInhibit", RULE("[lang]"), "kind=t,level=3", { "kind=s" }, false, false },
};

static void
an_open_source_holds_its_targets(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(inhibit_cases); i++) {
		struct inhibitor v[3];
		struct inhibitors open = { v, 0 };
		struct id self = { { 99 } };
		struct tags target;
		struct inhibit_ask q = { .target = &target,
					 .incident = &self,
					 .safety = inhibit_cases[i].safety };
		const struct inhibitor *by;
		struct route_world w;

		route_world_open(&w, inhibit_cases[i].settings);
		q.rules = &w.c.inhibit;
		for (; open.n < 3 && inhibit_cases[i].open[open.n]; open.n++)
			v[open.n] = (struct inhibitor){
				{ { (uint8_t)open.n } },
				route_world_tags(inhibit_cases[i].open[open.n])
			};
		target = inhibit_cases[i].target[0] == '-'
				 ? v[0].tags
				 : route_world_tags(inhibit_cases[i].target);
		if (inhibit_cases[i].target[0] == '-')
			self = v[0].incident;
		by = inhibit_find(&q, &open);
		if (!!by != inhibit_cases[i].held || (by && !inhibit_may(&q)))
			fail_msg("inhibit_test.go %s, case %zu", inhibit_cases[i].function, i);
		conf_free(w.conf);
	}
	looked_at += LY_COUNT(inhibit_cases);
}

/* ---- timeinterval/timeinterval_test.go ----------------------------------------------------------------------- */

#define OFFICE "{ days: [mon, tue, wed, thu, fri], from: 09:00, to: 17:00 }"
#define EASTER "{ dates: [4..6], months: [4], years: [2020] }"
#define LAST3  "{ dates: [-3..-1] }"
#define JUNE   "{ months: [6], dates: [-31..-1] }"
#define BUSY                                                                               \
	"{ days: [mon, tue, wed, thu, fri, sun], months: [1..3], dates: [-7..-1], years: " \
	"[2020..2025, 2030..2035], from: 09:00, to: 17:00 }"

static const struct {
	const char *function, *zone, *spans, *at;
	bool holds;
} time_cases[] = {
	{ "TestContainsTime", "UTC", "{ from: 00:00 }", "2006-01-02T15:04:00Z", true },
	{ "TestContainsTime", "UTC", OFFICE, "2020-05-04T15:04:00Z", true },
	{ "TestContainsTime", "UTC", OFFICE, "2020-06-09T09:04:00Z", true },
	{ "TestContainsTime", "UTC", OFFICE, "2020-05-03T15:04:00Z", false },
	{ "TestContainsTime", "UTC", OFFICE, "2020-05-04T08:59:59Z", false },
	{ "TestContainsTime", "UTC", OFFICE, "2020-05-05T05:00:00Z", false },
	{ "TestYamlUnmarshal", "UTC", OFFICE, "2020-07-08T09:00:00Z", true },
	{ "TestYamlUnmarshal", "UTC", OFFICE, "2020-07-08T16:59:59Z", true },
	{ "TestYamlUnmarshal", "UTC", OFFICE, "2020-07-08T17:00:00Z", false },
	{ "TestContainsTime", "UTC", EASTER, "2020-04-04T15:04:00Z", true },
	{ "TestContainsTime", "UTC", EASTER, "2020-04-05T00:00:00Z", true },
	{ "TestContainsTime", "UTC", EASTER, "2020-04-06T23:05:00Z", true },
	{ "TestContainsTime", "UTC", EASTER, "2018-05-03T15:04:00Z", false },
	{ "TestContainsTime", "UTC", EASTER, "2020-04-03T23:59:59Z", false },
	{ "TestContainsTime", "UTC", EASTER, "2020-06-04T23:59:00Z", false },
	{ "TestContainsTime", "UTC", EASTER, "2019-04-06T23:59:00Z", false },
	{ "TestContainsTime", "UTC", EASTER, "2020-04-07T00:00:00Z", false },
	{ "TestContainsTime", "UTC", LAST3, "2020-01-31T15:04:00Z", true },
	{ "TestContainsTime", "UTC", LAST3, "2020-01-29T15:04:00Z", true },
	{ "TestContainsTime", "UTC", LAST3, "2020-06-30T00:00:00Z", true },
	{ "TestContainsTime", "UTC", LAST3, "2020-02-29T23:05:00Z", true },
	{ "TestContainsTime", "UTC", LAST3, "2020-02-27T12:00:00Z", true },
	{ "TestContainsTime", "UTC", LAST3, "2024-02-26T12:00:00Z", false },
	{ "TestContainsTime", "UTC", "{ dates: [-3..-2] }", "2024-02-28T12:00:00Z", true },
	{ "TestContainsTime", "UTC", "{ dates: [-3..-2] }", "2024-02-29T12:00:00Z", false },
	{ "TestContainsTime", "UTC", "{ dates: [1] }", "2024-02-01T12:00:00Z", true },
	{ "TestContainsTime", "UTC", "{ dates: [1] }", "2024-02-05T12:00:00Z", false },
	{ "TestContainsTime", "UTC", LAST3, "2021-02-26T12:00:00Z", true },
	{ "TestContainsTime", "UTC", LAST3, "1900-02-26T12:00:00Z", true },
	{ "TestContainsTime", "UTC", LAST3, "1900-02-25T12:00:00Z", false },
	{ "TestContainsTime", "UTC", LAST3, "2000-02-27T12:00:00Z", true },
	{ "TestContainsTime", "UTC", LAST3, "2000-02-26T12:00:00Z", false },
	{ "TestContainsTime", "UTC", LAST3, "2020-02-26T12:00:00Z", false },
	{ "TestContainsTime", "UTC", LAST3, "2020-01-27T15:04:00Z", false },
	{ "TestContainsTime", "UTC", LAST3, "2020-01-28T15:04:00Z", false },
	{ "TestContainsTime", "UTC", LAST3, "2020-03-01T00:00:00Z", false },
	{ "TestContainsTime", "UTC", JUNE, "2020-06-30T00:00:00Z", true },
	{ "TestContainsTime", "UTC", JUNE, "2020-06-01T00:00:00Z", true },
	{ "TestContainsTime", "UTC", JUNE, "2020-05-31T00:00:00Z", false },
	{ "TestContainsTime", "UTC", JUNE, "2020-07-01T00:00:00Z", false },
	{ "TestContainsTime", "Australia/Sydney", OFFICE, "2021-04-06T13:00:00+10:00", true },
	{ "TestContainsTime", "Australia/Sydney", OFFICE, "2021-04-06T13:00:00Z", false },
	/* In summer time there. */
	{ "TestContainsTime", "Australia/Sydney", OFFICE, "2021-11-01T09:00:00+11:00", true },
	{ "TestContainsTime", "Australia/Sydney", OFFICE, "2021-10-31T22:00:00Z", true },
	{ "TestContainsTime", "Australia/Sydney", OFFICE, "2021-10-31T21:59:00Z", false },
	{ "TestContainsTime", "America/New_York", "{ dates: [-1] }",
	  "2021-03-31T12:00:00-04:00", true },
	{ "TestContainsTime", "America/New_York", "{ dates: [-1] }",
	  "2021-03-30T12:00:00-04:00", false },
	{ "TestTimeIntervalComplete", "UTC", BUSY, "2021-01-27T13:00:00Z", true },
	{ "TestTimeIntervalComplete", "UTC", BUSY, "2021-01-28T16:59:00Z", true },
	{ "TestTimeIntervalComplete", "UTC", BUSY, "2025-03-31T13:00:00Z", true },
	{ "TestTimeIntervalComplete", "UTC", BUSY, "2035-01-31T13:00:00Z", true },
	{ "TestTimeIntervalComplete", "UTC", BUSY, "2021-01-30T13:00:00Z", false },
	{ "TestTimeIntervalComplete", "UTC", BUSY, "2021-04-01T13:00:00Z", false },
	{ "TestTimeIntervalComplete", "UTC", BUSY, "2026-01-30T13:00:00Z", false },
	{ "TestTimeIntervalComplete", "UTC", BUSY, "2035-01-31T17:01:00Z", false },
	/* One of several is enough. */
	{ "TestTimeIntervalComplete", "UTC", "{ to: 09:00 }, { from: 17:00 }",
	  "2021-01-27T08:59:00Z", true },
	{ "TestTimeIntervalComplete", "UTC", "{ to: 09:00 }, { from: 17:00 }",
	  "2021-01-27T12:00:00Z", false },
	{ "TestTimeIntervalComplete", "UTC", "{ to: 09:00 }, { from: 17:00 }",
	  "2021-01-27T23:59:59Z", true },
	/* Hours, minutes and seconds of a bound. */
	{ "TestParseTimeString", "UTC", "{ from: 01:35, to: 17:39 }", "2021-01-27T01:34:59Z",
	  false },
	{ "TestParseTimeString", "UTC", "{ from: 01:35, to: 17:39 }", "2021-01-27T01:35:00Z",
	  true },
	{ "TestParseTimeString", "UTC", "{ from: 01:35, to: 17:39 }", "2021-01-27T17:38:59Z",
	  true },
	{ "TestParseTimeString", "UTC", "{ from: 01:35, to: 17:39 }", "2021-01-27T17:39:00Z",
	  false },
};

static void
a_timetable_holds_as_alertmanagers_intervals_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(time_cases); i++) {
		char settings[400];
		struct route_world w;

		snprintf(settings, sizeof settings,
			 "timetables: { t: { zone: %s, spans: [ %s ] } }\n", time_cases[i].zone,
			 time_cases[i].spans);
		route_world_open(&w, settings);
		if (timetable_holds(w.c.timetables.v, NULL, desk_iso(time_cases[i].at)) !=
		    time_cases[i].holds)
			fail_msg("timeinterval_test.go %s, case %zu: %s at %s",
				 time_cases[i].function, i, time_cases[i].spans,
				 time_cases[i].at);
		conf_free(w.conf);
	}
	looked_at += LY_COUNT(time_cases);
}

#define SYDNEY                                                                                \
	"timetables:\n"                                                                       \
	"  evenings: { zone: Australia/Sydney, spans: [ { to: 09:00 }, { from: 17:00 } ] }\n" \
	"  weekends: { zone: Australia/Sydney, spans: [ { days: [sat, sun] } ] }\n"           \
	"  office: { zone: Australia/Sydney, spans: [ { days: [mon, tue, wed, thu, fri], "    \
	"from: 09:00, to: 17:00 } ] }\n"                                                      \
	"  never: { spans: [ { years: [1999] } ] }\n"                                         \
	"routes: [ { policy: all, "

static const struct {
	const char *function, *uses, *at, *by, *opens; /* by "-": nothing holds it */
} mute_cases[] = {
	{ "TestIntervener_Mutes", "mute: [evenings, weekends]", "2024-01-01T00:00:00+11:00",
	  "evenings", "2024-01-01T09:00:00+11:00" },
	{ "TestIntervener_Mutes", "mute: [evenings, weekends]", "2024-01-01T09:00:00+11:00",
	  "-", "2024-01-01T09:00:00+11:00" },
	{ "TestIntervener_Mutes", "mute: [evenings, weekends]", "2024-01-06T10:00:00+11:00",
	  "weekends", "2024-01-08T09:00:00+11:00" },
	{ "TestIntervener_Mutes", "mute: [evenings, weekends]", "2024-01-06T17:00:00+11:00",
	  "evenings", "2024-01-08T09:00:00+11:00" },
	{ "TestIntervener_Mutes", "mute: [evenings, weekends]", "2024-01-01T10:00:00Z",
	  "evenings", "2024-01-02T09:00:00+11:00" },
	{ "TestIntervener_Mutes", "mute: [evenings, weekends]", "2024-01-06T10:00:00Z",
	  "evenings", "2024-01-08T09:00:00+11:00" },
	{ "TestIntervener_Mutes", "mute: [never]", "2024-01-06T10:00:00Z", "-",
	  "2024-01-06T10:00:00Z" },
	{ "TestTimeActiveStage", "active: [office]", "2024-01-05T16:59:00+11:00", "-",
	  "2024-01-05T16:59:00+11:00" },
	{ "TestTimeActiveStage", "active: [office]", "2024-01-05T17:00:00+11:00", "",
	  "2024-01-08T09:00:00+11:00" },
	{ "TestTimeActiveStage", "active: [office, weekends]", "2024-01-05T17:00:00+11:00", "",
	  "2024-01-06T00:00:00+11:00" },
	{ "TestTimeMuteStage", "active: [office], mute: [weekends]",
	  "2024-01-06T12:00:00+11:00", "weekends", "2024-01-08T09:00:00+11:00" },
	{ "TestTimeMuteStage", "", "2024-01-06T12:00:00+11:00", "-",
	  "2024-01-06T12:00:00+11:00" },
	{ "TestTimeActiveStage", "active: [never]", "2024-01-06T12:00:00+11:00", "", "never" },
};

static void
a_route_is_mute_until_its_times_say_otherwise(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(mute_cases); i++) {
		const struct route_conf *o;
		struct timetable_use use;
		int64_t at = desk_iso(mute_cases[i].at), opens;
		struct str by = STR("-");
		char settings[700];
		struct route_world w;

		snprintf(settings, sizeof settings, SYDNEY "%s } ]\n", mute_cases[i].uses);
		route_world_open(&w, settings);
		o = w.c.routes.v;
		use = (struct timetable_use){ &w.c.timetables, &o->mute, &o->active, NULL };
		opens = timetable_opens(&use, at, &by);
		if (opens == at)
			by = STR("-");
		if (!str_is(by, mute_cases[i].by) ||
		    opens != (strcmp(mute_cases[i].opens, "never") == 0
				      ? INT64_MAX
				      : desk_iso(mute_cases[i].opens)))
			fail_msg("%s, case %zu: by \"%.*s\", %lld", mute_cases[i].function, i,
				 STR_ARG(by), (long long)opens);
		conf_free(w.conf);
	}
	looked_at += LY_COUNT(mute_cases);
}

/* The last day of each month, and the one before it. */
static void
every_month_ends_where_it_does(void **state)
{
	static const int ends[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct route_world w;

	(void)state;
	route_world_open(&w, "timetables: { t: { zone: UTC, spans: [ { dates: [-1] } ] } }\n");
	for (int month = 1; month <= 12; month++)
		for (int day = 27; day <= ends[month - 1]; day++) {
			struct civil c = {
				.year = 2026, .month = month, .day = day, .hour = 12
			};

			assert_int_equal(
				timetable_holds(w.c.timetables.v, NULL, zone_utc(NULL, c)),
				day == ends[month - 1]);
		}
	conf_free(w.conf);
}

/* How far a search for the end goes: 400 days. */
static void
what_stays_mute_for_400_days_never_opens(void **state)
{
	static const struct str names[] = { STR_INIT("t") };
	struct conf_texts mute = { (struct str *)names, 1 }, none = { NULL, 0 };
	struct timetable_use use = { NULL, &mute, &none, NULL };
	int64_t at, end;
	struct route_world w;

	(void)state;
	route_world_open(&w,
			 "timetables: { t: { zone: UTC, spans: [ { years: [2026] } ] } }\n");
	use.all = &w.c.timetables;
	end = desk_iso("2027-01-01T00:00:00Z");
	at = desk_iso("2026-01-01T00:00:00Z");
	assert_int_equal(timetable_opens(&use, at, NULL), end);
	conf_free(w.conf);
	route_world_open(
		&w, "timetables: { t: { zone: UTC, spans: [ { years: [2026..2027] } ] } }\n");
	end = desk_iso("2028-01-01T00:00:00Z");
	assert_int_equal(timetable_opens(&use, end - 400 * 86400 + 1, NULL), end);
	assert_int_equal(timetable_opens(&use, end - 400 * 86400, NULL), INT64_MAX);
	conf_free(w.conf);
}

/* People find it in their file by that. */
static void
a_silence_of_the_configuration_is_named_by_its_place(void **state)
{
	struct arena *a = arena_new();
	const struct silence_conf c = { .from = 1, .until = 2 };

	(void)state;
	assert_true(str_is(silence_of_conf(&c, 0, a).name, "conf 1"));
	assert_true(str_is(silence_of_conf(&c, 9, a).name, "conf 10"));
	arena_free(a);
}

static void
there_are_enough_of_them(void **state)
{
	(void)state;
	assert_true(looked_at >= 120);
	print_message("%zu cases\n", looked_at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silence_is_pending_then_active_then_expired),
		cmocka_unit_test(a_silence_holds_what_fits_it_while_it_is_active),
		cmocka_unit_test(an_open_source_holds_its_targets),
		cmocka_unit_test(a_timetable_holds_as_alertmanagers_intervals_do),
		cmocka_unit_test(a_route_is_mute_until_its_times_say_otherwise),
		cmocka_unit_test(every_month_ends_where_it_does),
		cmocka_unit_test(what_stays_mute_for_400_days_never_opens),
		cmocka_unit_test(a_silence_of_the_configuration_is_named_by_its_place),
		cmocka_unit_test(there_are_enough_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
