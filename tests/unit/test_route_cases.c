/*
 * Who is told of what, when, and what is held: cases whose answers were read from the tests of
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
#include "tests/support/desk.h"

static size_t looked_at; /* cases of all tables */

/* ---- a configuration in a line ------------------------------------------------------------------ */

struct world {
	struct notice_conf c;
	struct conf *conf;
};

#define PEOPLE                                                                               \
	"people: { lin: { contacts: [ { channel: wall } ] } }\n"                             \
	"channels: { wall: { kind: file, path: /tmp }, chat: { kind: file, path: /tmp } }\n" \
	"policies:\n"                                                                        \
	"  all: { steps: [ { to: [\"person:lin\"] } ] }\n"                                   \
	"  tea: { steps: [ { to: [\"person:lin\"] } ] }\n"                                   \
	"  forum: { steps: [ { to: [\"person:lin\"] } ] }\n"                                 \
	"  news: { steps: [ { to: [\"person:lin\"] } ] }\n"                                  \
	"  press: { steps: [ { to: [\"person:lin\"] } ] }\n"                                 \
	"  drinks: { steps: [ { to: [\"person:lin\"] } ] }\n"

/* False: the mistakes are in report. */
static bool
world_read(struct world *w, const char *settings, struct buf *report)
{
	struct buf text = BUF(1 << 20);
	struct err e = { 0 };

	*w = (struct world){ .conf = NULL };
	buf_addf(&text, PEOPLE "%s", settings);
	w->conf = conf_read_text(buf_str(&text), "conf.yaml", desk_schema(), &w->c, report, &e);
	buf_release(&text);
	return w->conf != NULL;
}

static void
world_open(struct world *w, const char *settings)
{
	struct buf report = BUF(1 << 20);

	if (!world_read(w, settings, &report))
		fail_msg("%s", report.p);
	buf_release(&report);
}

/* "watch=tea,level=2": what is not said is the empty text. */
static struct tags
tags_of(const char *text)
{
	struct str rest = str_of(text), part;
	struct tags t;

	for (int i = 0; i < TAG_COUNT; i++)
		t.v[i] = STR("");
	while (str_next(&rest, ',', &part)) {
		size_t is = (size_t)str_find_byte(part, '=');
		int tag = 0;

		while (tag < TAG_COUNT && !str_is(str_slice(part, 0, is), tag_words[tag]))
			tag++;
		if (tag == TAG_COUNT)
			fail_msg("no label in \"%s\"", text);
		t.v[tag] = str_slice(part, is + 1, part.n);
	}
	if (!t.v[TAG_LEVEL].n)
		t.v[TAG_LEVEL] = STR("2");
	return t;
}

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
		struct tags t = tags_of(x->tags);
		struct buf b = BUF(1000);
		struct route_answer a;
		struct world w;

		world_open(&w, x->settings);
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
		struct tags a = tags_of(group_cases[i].one), b = tags_of(group_cases[i].other);
		char settings[200];
		struct id x, y, other;
		struct world w;

		snprintf(settings, sizeof settings,
			 "routes: [ { policy: all, group_by: %s, continue: on }, { match: "
			 "[lang=en], "
			 "policy: tea, group_by: %s } ]\n",
			 group_cases[i].group_by, group_cases[i].group_by);
		world_open(&w, settings);
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
	struct world w;

	(void)state;
	world_open(&w, SILENCES);
	s = w.c.silences.v;
	for (; all.n < w.c.silences.n; all.n++)
		v[all.n] = (struct silence){ .matchers = s[all.n].matchers,
					     .from_at = s[all.n].from,
					     .until_at = s[all.n].until,
					     .why = s[all.n].why };
	for (size_t i = 0; i < LY_COUNT(silencer_cases); i++) {
		struct tags t = tags_of(silencer_cases[i].tags);
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
		struct world w;

		world_open(&w, inhibit_cases[i].settings);
		q.rules = &w.c.inhibit;
		for (; open.n < 3 && inhibit_cases[i].open[open.n]; open.n++)
			v[open.n] =
				(struct inhibitor){ { { (uint8_t)open.n } },
						    tags_of(inhibit_cases[i].open[open.n]) };
		target = inhibit_cases[i].target[0] == '-' ? v[0].tags
							   : tags_of(inhibit_cases[i].target);
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
		struct world w;

		snprintf(settings, sizeof settings,
			 "timetables: { t: { zone: %s, spans: [ %s ] } }\n", time_cases[i].zone,
			 time_cases[i].spans);
		world_open(&w, settings);
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
		struct world w;

		snprintf(settings, sizeof settings, SYDNEY "%s } ]\n", mute_cases[i].uses);
		world_open(&w, settings);
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

/* ---- what the configuration refuses, at its place -------------------------------------------------------------- */

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
		struct world w;

		if (world_read(&w, wrong_cases[i].settings, &report))
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
		struct world w;

		world_open(&w, taken[i]);
		conf_free(w.conf);
	}
	looked_at += LY_COUNT(taken);
}

static void
count_one(void *arg, const struct route_conf *o)
{
	(void)o;
	++*(int *)arg;
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
	struct world w;
	bool taken;

	buf_add(&text, str_of(x->before));
	for (int i = 0; x->item && i < count; i++)
		buf_addf(&text, "%s%s", i ? "," : "", x->item);
	if (!x->item)
		buf_addf(&text, "%d", count);
	buf_add(&text, str_of(x->after));
	taken = world_read(&w, text.p, &report);
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

/* The last day of each month, and the one before it. */
static void
every_month_ends_where_it_does(void **state)
{
	static const int ends[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct world w;

	(void)state;
	world_open(&w, "timetables: { t: { zone: UTC, spans: [ { dates: [-1] } ] } }\n");
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
	struct world w;

	(void)state;
	world_open(&w, "timetables: { t: { zone: UTC, spans: [ { years: [2026] } ] } }\n");
	use.all = &w.c.timetables;
	end = desk_iso("2027-01-01T00:00:00Z");
	at = desk_iso("2026-01-01T00:00:00Z");
	assert_int_equal(timetable_opens(&use, at, NULL), end);
	conf_free(w.conf);
	world_open(&w,
		   "timetables: { t: { zone: UTC, spans: [ { years: [2026..2027] } ] } }\n");
	end = desk_iso("2028-01-01T00:00:00Z");
	assert_int_equal(timetable_opens(&use, end - 400 * 86400 + 1, NULL), end);
	assert_int_equal(timetable_opens(&use, end - 400 * 86400, NULL), INT64_MAX);
	conf_free(w.conf);
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
		struct world w;
		int n = 0;

		t.v[TAG_LEVEL] = STR("2");
		world_open(&w, cases[i].settings);
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
	assert_true(looked_at >= 80);
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
		cmocka_unit_test(a_silence_is_pending_then_active_then_expired),
		cmocka_unit_test(a_silence_holds_what_fits_it_while_it_is_active),
		cmocka_unit_test(an_open_source_holds_its_targets),
		cmocka_unit_test(a_timetable_holds_as_alertmanagers_intervals_do),
		cmocka_unit_test(a_route_is_mute_until_its_times_say_otherwise),
		cmocka_unit_test(what_cannot_be_meant_is_refused_at_its_place),
		cmocka_unit_test(what_is_meant_is_taken),
		cmocka_unit_test(bounds_are_what_they_say),
		cmocka_unit_test(every_month_ends_where_it_does),
		cmocka_unit_test(what_stays_mute_for_400_days_never_opens),
		cmocka_unit_test(matchers_of_a_person_are_read_at_once),
		cmocka_unit_test(labels_are_what_they_are_asked_of),
		cmocka_unit_test(a_route_that_may_be_taken_is_named),
		cmocka_unit_test(there_are_enough_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
