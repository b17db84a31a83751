/*
 * Who is told of what, and when: cases whose answers were read from the tests of
 * Alertmanager (github.com/prometheus/alertmanager, Apache-2.0): the behaviour, with data of our
 * own. Each names the upstream file and function. Where we differ on purpose it says so.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/group.h"
#include "responder/route.h"
#include "tests/support/route_world.h"

static size_t looked_at; /* cases of all tables */

/* ---- dispatch/route_test.go ------------------------------------------------------------------------ */

#define DEF " by watch,level wait 30 step 300 again 14400"

#define TREE(tea, forum, news, press, drinks, en)                                             \
	"routes:\n"                                                                           \
	"- policy: all\n"                                                                     \
	"  routes:\n"                                                                         \
	"  - { " tea ", policy: tea, routes: [\n"                                             \
	"      { " forum ", policy: forum, group_by: [...] },\n"                              \
	"      { " news ", policy: news, group_wait: 1m, continue: on },\n"                   \
	"      { " press ", policy: press, group_wait: 30s, group_interval: 5m,\n"            \
	"        repeat_interval: 1h, group_by: [topic] } ] }\n"                              \
	"  - { " drinks ", policy: drinks, group_by: [kind, scenario], group_wait: 2m }\n"    \
	"  - { " en ", group_by: [lang], routes: [ { match: [source=forum], policy: forum,\n" \
	"      routes: [ { match: [level=1], group_wait: 2m } ] } ] }\n"

#define PLAIN                                                                       \
	TREE("match: [watch=tea]", "match: [source=forum]", "match: [source=news]", \
	     "match: ['source=~\"new.*\"', 'topic=~\".*\"']",                       \
	     "match: ['watch=~\"cola|milk\"']", "match: [lang=en]")
#define DENYING                                                                      \
	TREE("match: ['watch=tea', 'kind!=drill']",                                  \
	     "match: ['source=forum', 'topic!~\".*rice\"']", "match: [source=news]", \
	     "match: ['source=~\"new.*\"', 'topic=~\".*\"']",                        \
	     "match: ['watch=~\"cola|milk\"']", "match: [lang=en]")
#define MIXED                                                                          \
	TREE("watches: [tea]", "match: [source=forum]",                                \
	     "classes: [voice], match: [source=news]", "match: ['source=~\"new.*\"']", \
	     "match: ['watch=~\"cola|milk\"']", "match: [lang=en], levels: [1, 2]")

static const struct route_case {
	const char *function, *settings, *tags, *takes;
} route_cases[] = {
	{ "TestRouteMatch", PLAIN, "watch=tea", "tea" DEF },
	{ "TestRouteMatch", PLAIN, "watch=tea,source=social", "tea" DEF },
	{ "TestRouteMatch", PLAIN, "watch=milk",
	  "drinks by kind,scenario wait 120 step 300 again 14400" },
	{ "TestRouteMatch", PLAIN, "watch=tea,source=forum",
	  "forum by ... wait 30 step 300 again 14400" },
	{ "TestRouteMatch", PLAIN, "watch=tea,source=news",
	  "news by watch,level wait 60 step 300 again 14400"
	  " + press by topic wait 30 step 300 again 3600" },
	{ "TestRouteMatch", PLAIN, "lang=en", "all by lang wait 30 step 300 again 14400" },
	{ "TestRouteMatch", PLAIN, "lang=en,source=forum",
	  "forum by lang wait 30 step 300 again 14400" },
	{ "TestRouteMatch", PLAIN, "lang=en,source=forum,level=1",
	  "forum by lang wait 120 step 300 again 14400" },
	{ "TestRouteMatch", PLAIN, "watch=rice", "all" DEF },
	{ "TestRouteMatchers", DENYING, "watch=tea", "tea" DEF },
	{ "TestRouteMatchers", DENYING, "watch=tea,kind=drill", "all" DEF },
	{ "TestRouteMatchers", DENYING, "watch=tea,source=social", "tea" DEF },
	{ "TestRouteMatchers", DENYING, "watch=cola",
	  "drinks by kind,scenario wait 120 step 300 again 14400" },
	{ "TestRouteMatchers", DENYING, "watch=tea,source=forum",
	  "forum by ... wait 30 step 300 again 14400" },
	{ "TestRouteMatchers", DENYING, "watch=tea,source=forum,topic=price", "tea" DEF },
	{ "TestRouteMatchers", DENYING, "watch=tea,source=news",
	  "news by watch,level wait 60 step 300 again 14400"
	  " + press by topic wait 30 step 300 again 3600" },
	{ "TestRouteMatchers", DENYING, "lang=en", "all by lang wait 30 step 300 again 14400" },
	{ "TestRouteMatchers", DENYING, "lang=en,source=forum",
	  "forum by lang wait 30 step 300 again 14400" },
	{ "TestRouteMatchers", DENYING, "lang=en,source=forum,level=1",
	  "forum by lang wait 120 step 300 again 14400" },
	{ "TestRouteMatchersAndMatch", MIXED, "watch=tea", "tea" DEF },
	{ "TestRouteMatchersAndMatch", MIXED, "watch=tea,source=social", "tea" DEF },
	{ "TestRouteMatchersAndMatch", MIXED, "watch=milk",
	  "drinks by kind,scenario wait 120 step 300 again 14400" },
	{ "TestRouteMatchersAndMatch", MIXED, "watch=tea,source=news,class=voice",
	  "news by watch,level wait 60 step 300 again 14400"
	  " + press by topic wait 30 step 300 again 3600" },
	{ "TestRouteMatchersAndMatch", MIXED, "watch=tea,source=news,class=system",
	  "press by topic wait 30 step 300 again 3600" },
	{ "TestRouteMatchersAndMatch", MIXED, "lang=en,level=3", "all" DEF },
	{ "TestRouteMatchersAndMatch", MIXED, "lang=en,level=1,source=forum",
	  "forum by lang wait 120 step 300 again 14400" },
	{ "TestInheritParentGroupByAll",
	  "routes: [ { policy: all, group_by: [...], routes: [ { match: [lang=en] } ] } ]\n",
	  "lang=en", "all by ... wait 30 step 300 again 14400" },
	{ "TestInheritParentGroupByAll",
	  "routes: [ { policy: all, group_by: [...], routes: [ { match: [lang=en], group_by: "
	  "[topic] } ] } ]\n",
	  "lang=en", "all by topic wait 30 step 300 again 14400" },
	/* A pattern fits the whole value; a label that is not there is empty. */
	{ "TestRouteMatchers", "routes: [ { match: ['topic=~\"price\"'], policy: tea } ]\n",
	  "topic=price_rise", "" },
	{ "TestRouteMatchers", "routes: [ { match: ['topic=\"\"'], policy: tea } ]\n", "",
	  "tea" DEF },
	{ "TestRouteMatchers", "routes: [ { match: [topic!=price], policy: tea } ]\n", "",
	  "tea" DEF },
	{ "TestRouteMatchers", "routes: [ { match: ['topic!~\".+\"'], policy: tea } ]\n",
	  "topic=price", "" },
	/* Without continue the first branch that fits ends the walk, also when it has children. */
	{ "TestRouteWalk",
	  "routes:\n- { match: [lang=en], policy: tea, routes: [ { match: [topic=x], policy: "
	  "news "
	  "} ] }\n- { policy: all }\n",
	  "lang=en,topic=y", "tea" DEF },
	{ "TestRouteWalk",
	  "routes:\n- { match: [lang=en], continue: on, policy: tea, routes: [ { match: "
	  "[topic=x], policy: news } ] }\n- { policy: all }\n",
	  "lang=en,topic=x", "news" DEF " + all" DEF },
};

static void
route_add(struct buf *b, const struct route_conf *o)
{
	if (!o)
		return;
	buf_addf(b, "%s%.*s by ", b->n ? " + " : "", STR_ARG(o->policy));
	for (size_t i = 0; i < o->group_by.n; i++)
		buf_addf(b, "%s%.*s", i ? "," : "", STR_ARG(o->group_by.v[i]));
	buf_addf(b, " wait %lld step %lld again %lld", (long long)o->group_wait,
		 (long long)o->group_interval, (long long)o->repeat_interval);
}

static void
a_route_is_found_as_alertmanager_finds_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(route_cases); i++) {
		const struct route_case *x = &route_cases[i];
		struct tags t = route_world_tags(x->tags);
		struct buf b = BUF(1000);
		struct route_answer a;
		struct route_world w;

		route_world_open(&w, x->settings);
		a = route_find(&w.c, &t);
		buf_add(&b, STR(""));
		route_add(&b, a.route);
		for (size_t k = 0; k < a.copies_n; k++)
			route_add(&b, a.copies[k]);
		if (!str_is(buf_str(&b), x->takes))
			fail_msg("route_test.go %s %zu (%s):\n%s\nand not\n%s", x->function, i,
				 x->tags, b.p, x->takes);
		buf_release(&b);
		conf_free(w.conf);
	}
	looked_at += LY_COUNT(route_cases);
}

/* ---- dispatch/dispatch_test.go: what is told together ------------------------------------------------ */

static const struct {
	const char *function, *group_by, *one, *other;
	bool together;
} group_cases[] = {
	{ "TestGroupLabels", "[watch, topic]", "watch=tea,topic=a,kind=x",
	  "watch=tea,topic=a,kind=y", true },
	{ "TestGroupLabels", "[watch, topic]", "watch=tea,topic=a", "watch=tea,topic=b",
	  false },
	{ "TestGroupByAllLabels", "[...]", "watch=tea,kind=x", "watch=tea,kind=y", false },
	{ "TestGroupByAllLabels", "[...]", "watch=tea,kind=x", "watch=tea,kind=x", true },
	{ "TestGetGroupLabels", "[]", "watch=tea", "watch=milk", true },
	{ "TestGetGroupLabels", "[topic]", "watch=tea", "watch=milk", true },
	{ "TestGetGroupLabels", "[topic]", "topic=", "topic=a", false },
	{ "TestGetGroupLabels", "[watch]", "watch=tea", "watch=milk", false },
	{ "TestGroups", "[watch, level]", "watch=tea,level=1", "watch=tea,level=2", false },
	{ "TestGroups", "[lang, source]", "lang=zh,source=", "lang=,source=zh", false },
};

static void
what_has_the_same_labels_is_told_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(group_cases); i++) {
		struct tags a = route_world_tags(group_cases[i].one),
			    b = route_world_tags(group_cases[i].other);
		char settings[200];
		struct id x, y, other;
		struct route_world w;

		snprintf(settings, sizeof settings,
			 "routes: [ { policy: all, group_by: %s, continue: on }, { match: "
			 "[lang=en], "
			 "policy: tea, group_by: %s } ]\n",
			 group_cases[i].group_by, group_cases[i].group_by);
		route_world_open(&w, settings);
		x = route_group(w.c.routes.v, &a);
		y = route_group(w.c.routes.v, &b);
		if (id_eq(&x, &y) != group_cases[i].together)
			fail_msg("dispatch_test.go %s, case %zu", group_cases[i].function, i);
		/* TestGroups: what another route takes is another group. */
		other = route_group((const struct route_conf *)w.c.routes.v + 1, &a);
		assert_false(id_eq(&x, &other));
		conf_free(w.conf);
	}
	looked_at += LY_COUNT(group_cases);
}

/* Times of dispatch_test.go TestAggrGroup and others, in seconds. */
static const struct {
	const char *function;
	struct group_clock c;
	int64_t since, now, at;
} flush_cases[] = {
	{ "TestAggrGroup", { 30, 300, 0, 0 }, 1000, 1000, 1030 },
	/* Others that join before the first flush do not move it. */
	{ "TestAggrGroup", { 30, 300, 0, 1030 }, 1020, 1020, 1030 },
	{ "TestAggrGroup", { 30, 300, 1030, 0 }, 1031, 1031, 1330 },
	{ "TestAggrGroup", { 30, 300, 1030, 0 }, 1330, 1330, 1330 },
	{ "TestAggrGroup", { 30, 300, 1030, 0 }, 1331, 1331, 1630 },
	{ "TestAggrGroup", { 30, 300, 1030, 0 }, 5000, 5000, 5230 },
	{ "TestDispatcherRaceOnFirstAlertNotDeliveredWhenGroupWaitIsZero",
	  { 0, 300, 0, 0 },
	  1000,
	  1000,
	  1000 },
	/* What began longer ago than the wait is told at once by a new group. */
	{ "TestDispatchOnStartup", { 30, 300, 0, 0 }, 969, 1000, 1000 },
	{ "TestDispatchOnStartup", { 30, 300, 0, 0 }, 970, 1000, 1030 },
	{ "TestDispatchOnStartup", { 30, 300, 0, 1020 }, 900, 1000, 1000 },
};

static void
a_group_is_told_in_its_steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(flush_cases); i++) {
		int64_t at = group_flush_at(&flush_cases[i].c, flush_cases[i].since,
					    flush_cases[i].now);

		if (at != flush_cases[i].at)
			fail_msg("dispatch_test.go %s, case %zu: at %lld",
				 flush_cases[i].function, i, (long long)at);
	}
	looked_at += LY_COUNT(flush_cases);
}

/* The first step of the interval at which Alertmanager would find that repeat is due. */
static void
a_repeat_comes_with_a_step_of_its_group(void **state)
{
	static const struct {
		struct group_clock c;
		int64_t told_at, repeat_s, at;
	} cases[] = {
		{ { 30, 300, 1000, 0 }, 1000, 600, 1900 },
		{ { 30, 300, 1000, 0 }, 1000, 599, 1600 },
		{ { 30, 300, 1000, 0 }, 1000, 14400, 15700 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct group_member m = { { { 1 } }, 1 };
		struct group_past past = { { &m, 1 }, { NULL, 0 }, cases[i].told_at };
		struct group_ask q = { &past, { &m, 1 }, { NULL, 0 }, cases[i].repeat_s,
				       false, 0 };

		assert_int_equal(
			group_repeat_at(&cases[i].c, cases[i].told_at, cases[i].repeat_s),
			cases[i].at);
		q.now = cases[i].at;
		assert_int_equal(group_decide(&q), GROUP_REPEAT);
		q.now -= cases[i].c.interval_s;
		assert_int_equal(group_decide(&q), GROUP_NOTHING);
	}
	looked_at += LY_COUNT(cases);
}

/* ---- notify/notify_test.go: whether there is anything to tell ------------------------------------------ */

#define FIRST "TestDedupStage"
#define NEEDS "TestDedupStageNeedsUpdate"

/* Digits are incidents at L1; "-" in place of what was told last: nothing ever was. */
static const struct {
	const char *function, *told, *told_over, *firing, *over;
	int64_t ago_s, repeat_s;
	bool each; /* tell_resolved */
	enum group_why why;
} decide_cases[] = {
	{ NEEDS, "-", "", "234", "", 0, 0, false, GROUP_FIRST },
	{ NEEDS, "-", "", "", "234", 0, 0, false, GROUP_NOTHING },
	{ NEEDS, "123", "", "234", "", 0, 0, false, GROUP_NEW },
	{ NEEDS, "123", "", "123", "", 1000000, 0, false, GROUP_REPEAT },
	{ NEEDS, "123", "", "123", "", 540, 600, false, GROUP_NOTHING },
	{ NEEDS, "123", "", "123", "", 660, 600, false, GROUP_REPEAT },
	{ NEEDS, "123", "", "123", "", 600, 600, false, GROUP_NOTHING },
	{ NEEDS, "123", "", "123", "", 601, 600, false, GROUP_REPEAT },
	{ NEEDS, "", "123", "", "345", 660, 600, true, GROUP_NOTHING },
	{ NEEDS, "12", "3", "1", "23", 540, 600, false, GROUP_NOTHING },
	{ NEEDS, "12", "3", "1", "23", 540, 600, true, GROUP_RESOLVED },
	{ NEEDS, "12", "3", "", "123", 540, 600, false, GROUP_OVER },
	{ NEEDS, "12", "3", "", "123", 540, 600, true, GROUP_OVER },
	{ NEEDS, "12", "3", "1", "3", 540, 600, true, GROUP_NOTHING },
	{ FIRST, "-", "", "012", "", 0, 3600, false, GROUP_FIRST },
	{ FIRST, "012", "", "012", "", 0, 3600, false, GROUP_NOTHING },
	{ FIRST, "1234", "", "012", "", 0, 3600, false, GROUP_NEW },
	{ FIRST, "1234", "", "12", "", 0, 3600, false, GROUP_NOTHING },
	{ "TestDedupStageUsesContextNow", "1", "", "1", "", 600, 1800, false, GROUP_NOTHING },
	{ "TestDedupStageUsesContextNow", "1", "", "1", "", 3600, 1800, false, GROUP_REPEAT },
	/* Once: what is over and was told so is told no more. */
	{ "TestSetNotifiesStage", "", "12", "", "12", 60, 600, false, GROUP_NOTHING },
	/* One that rose is new (a letter: the same at L2). */
	{ NEEDS, "1", "", "b", "", 60, 600, false, GROUP_NEW },
};

static struct group_members
members_of(const char *text, struct group_member *v)
{
	struct group_members m = { v, 0 };

	for (; text[m.n] && text[m.n] != '-'; m.n++) {
		bool rose = text[m.n] >= 'a';

		v[m.n] = (struct group_member){
			{ { (uint8_t)(rose ? text[m.n] - 'a' : text[m.n] - '0') } },
			rose ? 2 : 1
		};
	}
	return m;
}

static void
the_send_decision_is_alertmanagers(void **state)
{
	const int64_t now = 1800000000;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(decide_cases); i++) {
		struct group_member v[4][9];
		struct group_past past = { members_of(decide_cases[i].told, v[0]),
					   members_of(decide_cases[i].told_over, v[1]),
					   now - decide_cases[i].ago_s };
		struct group_ask q = { decide_cases[i].told[0] == '-' ? NULL : &past,
				       members_of(decide_cases[i].firing, v[2]),
				       members_of(decide_cases[i].over, v[3]),
				       decide_cases[i].repeat_s,
				       decide_cases[i].each,
				       now };
		enum group_why why = group_decide(&q);

		if (why != decide_cases[i].why)
			fail_msg("notify_test.go %s, case %zu: %s, not %s",
				 decide_cases[i].function, i, group_why_words[why],
				 group_why_words[decide_cases[i].why]);
	}
	looked_at += LY_COUNT(decide_cases);
}

/* Each label is what it says. */
static void
labels_are_what_they_are_asked_of(void **state)
{
	struct route_ask q = { STR("tea"), 3,        SIGNAL_SYSTEM, 2,         STR("t"),
			       STR("k"),   STR("s"), STR("news"),   STR("zh"), true };
	struct tags t = route_tags(&q);
	static const char *const says[] = { "tea", "t", "2",    "3",  "system",
					    "k",   "s", "news", "zh", "rising" };

	(void)state;
	for (int i = 0; i < TAG_COUNT; i++)
		assert_true(str_is(t.v[i], says[i]));
	for (int n = -1; n <= 4; n++) {
		char text[2] = { (char)('0' + n), 0 };

		q = (struct route_ask){ .level = n, .grade = n };
		t = route_tags(&q);
		assert_true(str_is(t.v[TAG_LEVEL], n >= 1 && n <= 3 ? text : ""));
		assert_true(str_is(t.v[TAG_GRADE], n >= 1 && n <= 3 ? text : ""));
		assert_true(t.v[TAG_WATCH].p && !t.v[TAG_WATCH].n);
		assert_true(str_is(t.v[TAG_VOICES], "steady"));
	}
}

static void
count_one(void *arg, const struct route_conf *o)
{
	(void)o;
	++*(int *)arg;
}

/* What is not known may fit: coverage asks which routes an incident may take at all. */
static void
a_route_that_may_be_taken_is_named(void **state)
{
	static const struct {
		const char *settings;
		int may;
		bool surely;
	} cases[] = {
		{ "routes: [ { policy: all } ]\n", 1, true },
		{ "routes: [ { match: [topic=x], policy: tea }, { policy: all } ]\n", 2, true },
		{ "routes: [ { match: [topic=x], policy: tea } ]\n", 1, false },
		{ "routes: [ { policy: all, routes: [ { match: [topic=x], policy: tea } ] } "
		  "]\n",
		  2, true },
		{ "routes: [ { levels: [3], policy: all } ]\n", 0, false },
		{ "routes: [ { match: [level!=2], policy: all } ]\n", 0, false },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct tags t = { { { NULL, 0 } } };
		struct route_world w;
		int n = 0;

		t.v[TAG_LEVEL] = STR("2");
		route_world_open(&w, cases[i].settings);
		assert_int_equal(route_each(&w.c, &t, count_one, &n), cases[i].surely);
		if (n != cases[i].may)
			fail_msg("case %zu: %d", i, n);
		conf_free(w.conf);
	}
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
		cmocka_unit_test(a_route_is_found_as_alertmanager_finds_it),
		cmocka_unit_test(what_has_the_same_labels_is_told_together),
		cmocka_unit_test(a_group_is_told_in_its_steps),
		cmocka_unit_test(a_repeat_comes_with_a_step_of_its_group),
		cmocka_unit_test(the_send_decision_is_alertmanagers),
		cmocka_unit_test(labels_are_what_they_are_asked_of),
		cmocka_unit_test(a_route_that_may_be_taken_is_named),
		cmocka_unit_test(there_are_enough_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
