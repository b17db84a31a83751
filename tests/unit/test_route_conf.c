/*
 * What a configuration of routes, timetables, silences and inhibitions may say, and what is refused
 * at its place. Most cases were read from the tests of Alertmanager
 * (github.com/prometheus/alertmanager, Apache-2.0) and name the upstream function: the behaviour,
 * with data of our own.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/route_world.h"

static size_t looked_at; /* cases of all tables */

#define SPAN_HEAD "timetables: { t: { spans: [ { "
#define SPAN_TAIL "] } ] } }\n"
#define SPAN(x)   "timetables: { t: { spans: [ { " x " } ] } }\n"

static const struct {
	const char *function, *settings, *place, *says;
} wrong_cases[] = {
	{ "TestYamlUnmarshal", SPAN("from: 17:31, to: 17:31"), ":10:48",
	  "it ends before it begins" },
	{ "TestParseTimeString", SPAN("from: 09:30, to: 07:41"), ":10:48", "is two spans" },
	{ "TestParseTimeString", SPAN("from: 12:30, to: 24:01"), ":", "24:01" },
	{ "TestYamlUnmarshal", SPAN("days: [blurgsday]"), ":", "day" },
	{ "TestYamlUnmarshal", SPAN("days: [1]"), ":", "day" },
	{ "TestYamlUnmarshal", SPAN("dates: [0]"), ":", "a date is 1..31" },
	{ "TestYamlUnmarshal", SPAN("dates: [-50..-20]"), ":", "a date is 1..31" },
	{ "TestYamlUnmarshal", SPAN("dates: [1..50]"), ":", "a date is 1..31" },
	{ "TestYamlUnmarshal", SPAN("dates: [32]"), ":", "a date is 1..31" },
	{ "TestYamlUnmarshal", SPAN("dates: [-32]"), ":", "a date is 1..31" },
	{ "TestYamlUnmarshal", SPAN("dates: [-15..5]"), ":", "must end there, too" },
	{ "TestYamlUnmarshal", SPAN("dates: [10..-25]"), ":", "it ends before it begins" },
	{ "TestYamlUnmarshal", SPAN("dates: [9..-24]"), ":", "it ends before it begins" },
	{ "TestYamlUnmarshal", SPAN("dates: [soon]"), ":", "no number" },
	{ "TestYamlUnmarshal", SPAN("months: [martius..6]"), ":", "no number" },
	{ "TestYamlUnmarshal", SPAN("months: [12..1]"), ":", "it ends before it begins" },
	{ "TestYamlUnmarshal", SPAN("months: [13]"), ":", "out of range" },
	{ "TestYamlUnmarshal", SPAN("years: [2022..2020]"), ":", "it ends before it begins" },
	{ "TestYamlUnmarshal", SPAN("years: [1969]"), ":", "out of range" },
	{ "TestYamlUnmarshal", SPAN("years: [10000]"), ":", "out of range" },
	{ "TestValidateClassicMatcher", "routes: [ { policy: all, match: [lvel=3] } ]\n",
	  ":10:34", "did you mean \"level\"?" },
	{ "TestValidateClassicMatcher", "routes: [ { policy: all, match: [level] } ]\n",
	  ":10:34", "a matcher is LABEL=VALUE" },
	{ "TestValidateClassicMatcher",
	  "routes: [ { policy: all, match: ['topic=~\"((\"'] } ]\n", ":10:34", "" },
	{ "TestValidateClassicMatcher", "routes: [ { policy: all, match: ['topic=\"x'] } ]\n",
	  ":10:34", "no closing quote" },
	{ "TestValidateClassicMatcher", "routes: [ { policy: all, match: ['topic=x\"y'] } ]\n",
	  ":10:34", "quote the whole value" },
	{ "TestValidateClassicMatcher",
	  "routes: [ { policy: all, match: ['topic=\"a\"b\"'] } ]\n", ":10:34", "in quotes" },
	{ "TestValidateSilence",
	  "silences: [ { match: [], until: 2026-03-01T00:00:00Z, who: lin, why: x } ]\n", ":",
	  "needs a matcher" },
	{ "TestValidateSilence",
	  "silences: [ { match: [watch=tea], from: 2026-03-02T00:00:00Z, until: "
	  "2026-03-01T00:00:00Z, who: lin, why: x } ]\n",
	  ":", "it ends before it begins" },
	{ "TestValidateSilence",
	  "silences: [ { match: [watch=tea], from: 2026-03-01T00:00:00Z, until: "
	  "2026-03-01T00:00:00Z, who: lin, why: x } ]\n",
	  ":", "it ends before it begins" },
	{ "TestValidateSilence", "silences: [ { match: [watch=tea], who: lin, why: x } ]\n",
	  ":", "until" },
	{ "TestValidateSilence",
	  "silences: [ { match: ['watch=~\"((\"'], until: 2026-03-01T00:00:00Z, who: lin, why: "
	  "x "
	  "} ]\n",
	  ":", "" },
	/* config/config_test.go */
	{ "TestReceiverExists", "routes: [ { policy: al } ]\n", ":10:21",
	  "did you mean \"all\"?" },
	{ "TestReceiverExists",
	  "routes: [ { policy: all, routes: [ { match: [lang=en], policy: "
	  "pres } ] } ]\n",
	  ":", "did you mean \"press\"?" },
	{ "TestReceiverExistsForDeepSubRoute",
	  "routes: [ { policy: all, routes: [ { match: [lang=en], routes: [ { match: "
	  "[level=1], "
	  "owner: li } ] } ] } ]\n",
	  ":", "did you mean \"lin\"?" },
	{ "TestRootRouteHasNoMatcher", "routes: [ { match: [lang=en] } ]\n", ":",
	  "a route needs a policy or an owner" },
	{ "TestMuteTimeExists", "routes: [ { policy: all, mute: [nigts] } ]\n", ":",
	  "timetable" },
	{ "TestActiveTimeExists", "routes: [ { policy: all, active: [day] } ]\n", ":",
	  "timetable" },
	{ "TestGroupByInvalidLabel", "routes: [ { policy: all, group_by: [wacth] } ]\n", ":",
	  "did you mean \"watch\"?" },
	{ "TestGroupIntervalIsGreaterThanZero",
	  "routes: [ { policy: all, group_interval: 0s } ]\n", ":", "group_interval" },
	{ "TestRepeatIntervalIsGreaterThanZero",
	  "routes: [ { policy: all, repeat_interval: 0s } ]\n", ":", "repeat_interval" },
	{ "TestInhibitRuleEqual",
	  "inhibit: [ { source: [level=3], target: [level=1], equal: [wath] } ]\n", ":",
	  "did you mean \"watch\"?" },
	/* Ours alone. */
	{ "never reached", "routes: [ { policy: all }, { policy: tea } ]\n", ":10:28",
	  "never reached" },
	{ "never reached",
	  "routes: [ { policy: all, routes: [ { levels: [1, 2, 3] }, { match: [lang=en] } ] } "
	  "]\n",
	  ":", "never reached" },
	{ "circle",
	  "inhibit:\n- { source: [kind=a], target: [kind=b] }\n- { source: [kind=b], target: "
	  "[kind=a] }\n",
	  ":", "a circle" },
	{ "circle",
	  "inhibit:\n- { source: [kind=a], target: [kind=b] }\n- { source: [kind=b], target: "
	  "[kind=c] }\n- { source: [kind=c], target: [kind=a, lang=en] }\n",
	  ":", "a circle" },
	{ "circle",
	  "inhibit:\n- { source: [kind=b], target: [kind=c] }\n- { source: [kind=x], target: "
	  "[kind=y] }\n- { source: [kind=c], target: [kind=b] }\n- { source: [kind=a], target: "
	  "[kind=b] }\n",
	  ":13:", "a circle" },
	{ "matcher", "routes: [ { policy: all, match: ['=3'] } ]\n", ":", "no label \"\"" },
	{ "inhibit", "inhibit: [ { source: [], target: [kind=a] } ]\n", ":", "needs a source" },
};

static void
what_cannot_be_meant_is_refused_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(wrong_cases); i++) {
		struct buf report = BUF(1 << 20);
		struct route_world w;

		if (route_world_read(&w, wrong_cases[i].settings, &report))
			fail_msg("%s, case %zu is taken", wrong_cases[i].function, i);
		if (!strstr(report.p, wrong_cases[i].says) ||
		    !strstr(report.p, wrong_cases[i].place))
			fail_msg("%s, case %zu says\n%s", wrong_cases[i].function, i, report.p);
		buf_release(&report);
	}
	looked_at += LY_COUNT(wrong_cases);
}

static void
what_is_meant_is_taken(void **state)
{
	static const char *const taken[] = {
		SPAN("dates: [1..-1, -31..-1, 31]"),
		SPAN("dates: [10..-22], months: [1..12], years: [1970, 9999]"),
		SPAN("from: 00:00, to: 24:00"),
		"routes: [ { policy: all, continue: on }, { policy: tea } ]\n",
		"routes: [ { levels: [1, 2], policy: all }, { classes: [voice, system], "
		"policy: tea "
		"}, { owner: lin } ]\n",
		"routes: [ { policy: all, match: ['topic = \"a \\\"b\\\" c\"'] } ]\n",
		"routes: [ { policy: all, match: ['topic=\"a \\\"b\\\"\"'] } ]\n",
		"routes: [ { policy: all, group_wait: 0s } ]\n",
		/* A part of the sources as target: what fits both sides holds none that does. */
		"inhibit: [ { source: [class=system], target: [class=system, level=1] } ]\n",
		"inhibit:\n- { source: [kind=a], target: [kind=b] }\n- { source: [kind=b], "
		"target: "
		"[kind=c] }\n",
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(taken); i++) {
		struct route_world w;

		route_world_open(&w, taken[i]);
		conf_free(w.conf);
	}
	looked_at += LY_COUNT(taken);
}

/* The most that a list, a text or a number may be, and one more. */
static const struct bound_case {
	const char *before, *item, *after; /* a list of items; numbers: item is NULL */
	int most;
} bound_cases[] = {
	{ "routes: [ { policy: all, watches: [", "tea", "] } ]\n", 1000 },
	{ "routes: [ { policy: all, levels: [", "1", "] } ]\n", 3 },
	{ "routes: [ { policy: all, classes: [", "voice", "] } ]\n", 3 },
	{ "routes: [ { policy: all, match: [", "lang=en", "] } ]\n", 20 },
	{ "routes: [ { policy: all, channels: [", "chat", "] } ]\n", 32 },
	{ "routes: [ { policy: all, group_by: [", "watch", "] } ]\n", 11 },
	{ "timetables: { t: { spans: [ { from: 00:00 } ] } }\nroutes: [ { policy: all, mute: [",
	  "t", "] } ]\n", 20 },
	{ "timetables: { t: { spans: [ { from: 00:00 } ] } }\nroutes: [ { policy: all, active: "
	  "[",
	  "t", "] } ]\n", 20 },
	{ "routes: [ { policy: all, routes: [", "{ match: [lang=en] }", "] } ]\n", 200 },
	{ "silences: [ { until: 2026-03-01T00:00:00Z, who: lin, why: x, match: [", "lang=en",
	  "] } ]\n", 20 },
	{ "inhibit: [ { target: [level=1], source: [", "level=3", "] } ]\n", 20 },
	{ "inhibit: [ { source: [level=3], target: [", "level=1", "] } ]\n", 20 },
	{ "inhibit: [ { source: [level=3], target: [level=1], equal: [", "watch", "] } ]\n",
	  10 },
	{ "timetables: { t: { spans: [", "{ from: 00:00 }", "] } }\n", 100 },
	{ SPAN_HEAD "days: [", "mon", SPAN_TAIL, 7 },
	{ SPAN_HEAD "dates: [", "1", SPAN_TAIL, 31 },
	{ SPAN_HEAD "months: [", "1", SPAN_TAIL, 12 },
	{ SPAN_HEAD "years: [", "2026", SPAN_TAIL, 30 },
	{ "routes: [ { policy: all, group_wait: ", NULL, "s } ]\n", 3600 },
	{ "routes: [ { policy: all, group_interval: ", NULL, "s } ]\n", 86400 },
	{ "routes: [ { policy: all, repeat_interval: ", NULL, "s } ]\n", 30 * 86400 },
};

static bool
is_taken(const struct bound_case *x, int count)
{
	struct buf text = BUF(1 << 20), report = BUF(1 << 20);
	struct route_world w;
	bool taken;

	buf_add(&text, str_of(x->before));
	for (int i = 0; x->item && i < count; i++)
		buf_addf(&text, "%s%s", i ? "," : "", x->item);
	if (!x->item)
		buf_addf(&text, "%d", count);
	buf_add(&text, str_of(x->after));
	taken = route_world_read(&w, text.p, &report);
	conf_free(w.conf);
	buf_release(&text);
	buf_release(&report);
	return taken;
}

/* A text of so many bytes in that place. */
static bool
text_is_taken(const char *before, int bytes, const char *after)
{
	struct bound_case x = { before, "x", after, 0 };
	struct buf text = BUF(2000);
	bool taken;

	for (int i = 0; i < bytes; i++)
		buf_add_byte(&text, 'x');
	x.item = text.p;
	taken = is_taken(&x, 1);
	buf_release(&text);
	return taken;
}

static void
bounds_are_what_they_say(void **state)
{
	static const char head[] =
		"silences: [ { match: [lang=en], until: 2026-03-01T00:00:00Z, ";

	(void)state;
	for (size_t i = 0; i < LY_COUNT(bound_cases); i++)
		if (!is_taken(&bound_cases[i], bound_cases[i].most) ||
		    is_taken(&bound_cases[i], bound_cases[i].most + 1))
			fail_msg("%s does not end at %d", bound_cases[i].before,
				 bound_cases[i].most);
	for (int i = 0; i <= 1; i++) {
		struct buf who = BUF(200), why = BUF(200);

		buf_addf(&who, "%swhy: x, who: ", head);
		buf_addf(&why, "%swho: x, why: ", head);
		assert_int_equal(text_is_taken(who.p, 100 + i, " } ]\n"), !i);
		assert_int_equal(text_is_taken(why.p, 500 + i, " } ]\n"), !i);
		assert_int_equal(text_is_taken("routes: [ { policy: all, match: ['topic=",
					       400 + i, "'] } ]\n"),
				 !i);
		assert_int_equal(text_is_taken("routes: [ { policy: all, match: ['topic=\"",
					       400 + i, "\"'] } ]\n"),
				 !i);
		buf_release(&who);
		buf_release(&why);
	}
	assert_true(is_taken(&bound_cases[19], 1) && !is_taken(&bound_cases[19], 0));
	assert_true(is_taken(&bound_cases[20], 60) && !is_taken(&bound_cases[20], 59));
	looked_at += LY_COUNT(bound_cases);
}

/* As a person gives them: all are read, or the first that is wrong is named. */
static void
matchers_of_a_person_are_read_at_once(void **state)
{
	struct str right[] = { STR("watch=tea"), STR("topic=~\"a|b\"") };
	struct str wrong[] = { STR("watch=tea"), STR("tpic=a"), STR("level=3") };
	struct conf_texts texts = { right, 2 };
	struct arena *a = arena_new();
	struct buf b = BUF(200);
	struct err e = { 0 };
	struct matchers m;

	(void)state;
	assert_int_equal(matchers_parse(&texts, a, &m, &e), 0);
	matchers_add(&b, &m);
	assert_string_equal(b.p, "{watch=\"tea\",topic=~\"a|b\"}");
	texts = (struct conf_texts){ wrong, 3 };
	assert_int_equal(matchers_parse(&texts, a, &m, &e), -1);
	assert_string_equal(e.text,
			    "tpic=a: there is no label \"tpic\": did you mean \"topic\"?");
	buf_release(&b);
	arena_free(a);
}

static void
there_are_enough_of_them(void **state)
{
	(void)state;
	assert_true(looked_at >= 75);
	print_message("%zu cases\n", looked_at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_meant_is_refused_at_its_place),
		cmocka_unit_test(what_is_meant_is_taken),
		cmocka_unit_test(bounds_are_what_they_say),
		cmocka_unit_test(matchers_of_a_person_are_read_at_once),
		cmocka_unit_test(there_are_enough_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
