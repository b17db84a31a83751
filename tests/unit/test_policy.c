#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/policy.h"
#include "tests/support/desk.h"
#include "tests/support/rota_world.h"

static const char people[] =
	"people:\n"
	"  ann: { contacts: [ { channel: mail, address: \"ann@example.test\" }, { channel: "
	"chat }, { "
	"channel: phone } ] }\n"
	"  ben: { contacts: [ { channel: mail, address: \"ben@example.test\" } ] }\n"
	"  cai: { quiet: { from: 00:00, to: 00:00 }, contacts: [ { channel: mail, address: "
	"\"cai@example.test\", wakes: yes } ] }\n"
	"  gone: { deputy: ben }\n"
	"  out: { contacts: [ { channel: mail, address: \"out@example.test\" } ] }\n"
	"schedules:\n"
	"  day: { shifts: [ { who: [ann, ben], from: 08:00, to: 20:00 } ] }\n"
	"  evening: { shifts: [ { who: [ben], from: 20:00, to: 23:00 } ] }\n"
	"  empty: { shifts: [ { who: [out] } ] }\n"
	"policies:\n"
	"  office: { steps: [ { to: [\"schedule:day\"] }, { to: [\"person:ann\"] }, { to: "
	"[\"person:cai\"], after: 20m } ] }\n"
	"  asleep: { steps: [ { to: [\"person:ann\"] }, { to: [\"schedule:day\"] } ] }\n"
	"  wall: { steps: [ { to: [\"schedule:day\", \"channel:chat\"] }, { to: "
	"[\"person:ben\"] } ] }\n"
	"  only-wall: { steps: [ { to: [\"channel:chat\"] } ] }\n"
	"  void: { steps: [ { to: [\"person:out\"] }, { to: [\"schedule:empty\"] } ] }\n"
	"  deputy: { steps: [ { to: [\"person:gone\"] } ] }\n"
	"  evening-only: { steps: [ { to: [\"schedule:evening\"] } ] }\n"
	"  late: { steps: [ { to: [\"schedule:evening\"] }, { to: [\"person:cai\"] } ] }\n"
	"  twice: { steps: [ { to: [\"person:ben\", \"schedule:evening\"] } ] }\n"
	"routes: [ { policy: office, channels: [chat] } ]\n"
	"channels:\n"
	"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: \"x@example.test\" }\n"
	"  chat: { kind: webhook, url: \"http://127.0.0.1:1/\" }\n"
	"  phone: { kind: webhook, url: \"http://127.0.0.1:1/\", wakes: on }\n";

static int
setup(void **state)
{
	static struct rota_world w;

	rota_world_must(&w, people, "Asia/Shanghai");
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	rota_world_close(*state);
	return 0;
}

static void
the_first_step_with_somebody_awake_is_told(void **state)
{
	static const struct {
		const char *policy, *now;
		int64_t level, safety, from;
		int step;
		const char *told; /* "who/channel@HH:MM why …" */
	} cases[] = {
		{ "office", "14T10:00", 1, 0, 0, 0, "ann/mail@10:00 ben/mail@10:00" },
		{ "office", "14T10:00", 3, 0, 0, 0,
		  "ann/mail@10:00 ann/phone@10:00 ben/mail@10:00" },
		/* Nobody is on shift, ann is awake until 22:00. */
		{ "office", "14T21:00", 2, 0, 0, 1, "ann/mail@21:00" },
		/* ann sleeps, too: past both to cai, who never does. */
		{ "office", "14T22:05", 2, 0, 0, 2, "cai/mail@22:05" },
		{ "office", "14T22:05", 3, 0, 0, 1, "ann/mail@22:05 ann/phone@22:05" },
		{ "office", "14T22:05", 1, 1, 0, 1, "ann/mail@22:05 ann/phone@22:05" },
		{ "office", "14T10:00", 2, 0, 1, 1, "ann/mail@10:00" },
		{ "office", "14T10:00", 2, 0, 3, -1, "" },
		/* Everybody sleeps: the step that can be told first waits; a tie is the earlier's. */
		{ "asleep", "14T22:05", 2, 0, 0, 0, "ann/mail@08:00 quiet" },
		{ "asleep", "14T22:05", 1, 0, 1, 1,
		  "ann/mail@08:00 shift ben/mail@08:00 shift" },
		/* A skipped step's channel is told all the same; alone it is no answer. */
		{ "wall", "14T21:00", 2, 0, 0, 1, "ben/mail@21:00 -/chat@21:00" },
		{ "wall", "14T23:30", 2, 0, 0, 0,
		  "ann/mail@08:00 shift ben/mail@08:00 shift -/chat@23:30" },
		/* At L3 nobody waits for a shift: only the channel of the first is left. */
		{ "wall", "14T21:00", 3, 0, 0, 1, "ben/mail@21:00 -/chat@21:00" },
		{ "evening-only", "14T10:00", 3, 0, 0, -1, "" },
		{ "evening-only", "14T10:00", 2, 0, 0, 0, "ben/mail@20:00 shift" },
		/* The next hour's bundle counts as now. */
		{ "late", "14T22:10", 1, 0, 0, 0, "ben/mail@22:59 bundle" },
		{ "only-wall", "14T23:30", 2, 0, 0, 0, "-/chat@23:30" },
		{ "void", "14T10:00", 3, 0, 0, -1, "" },
		{ "deputy", "14T10:00", 1, 0, 0, 0, "ben/mail@10:00" },
		{ "twice", "14T21:00", 1, 0, 0, 0, "ben/mail@21:00" },
		/* On shift in quiet hours: L2 at once, L1 with the next hour's bundle. */
		{ "twice", "14T22:10", 2, 0, 0, 0, "ben/mail@22:10" },
		{ "twice", "14T22:10", 1, 0, 0, 0, "ben/mail@22:59 bundle" },
	};
	struct rota_world *f = *state;

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		const struct policy_conf *p = policy_find(&f->c, str_of(cases[i].policy));
		struct buf at = BUF(100), told = BUF(1000);
		struct str out = STR("out");
		struct conf_texts outs = { &out, 1 };
		struct policy_ask q = { f->roster, NULL, cases[i].level, cases[i].safety != 0,
					0,         &outs };
		struct tellings t;
		uint64_t skipped;
		int step;

		buf_addf(&at, "2026-03-%s:00+08:00", cases[i].now);
		q.now = desk_iso(at.p);
		step = policy_step(&q, p, cases[i].from, &t, &skipped);
		for (size_t k = 0; k < t.n; k++) {
			struct civil c = zone_civil(f->zone, t.v[k].at);

			buf_addf(&told, "%s%.*s/%.*s@%02d:%02d%s%s", k ? " " : "",
				 STR_ARG(t.v[k].person ? t.v[k].person->key : STR("-")),
				 STR_ARG(t.v[k].channel->name), c.hour, c.minute,
				 t.v[k].why ? " " : "", hold_words[t.v[k].why]);
		}
		if (step != cases[i].step || strcmp(told.p, cases[i].told) != 0 ||
		    skipped !=
			    (step < 0 ? 0
				      : ((uint64_t)1 << step) - ((uint64_t)1 << cases[i].from)))
			fail_msg("case %zu: step %d, \"%s\", passed over %llx", i, step, told.p,
				 (unsigned long long)skipped);
		buf_release(&at);
		buf_release(&told);
	}
}

static void
a_route_may_choose_the_channel(void **state)
{
	struct rota_world *f = *state;
	struct policy_ask q = { f->roster, f->c.routes.v, 3, false,
				desk_iso("2026-03-14T10:00:00+08:00") };
	struct tellings t = { .n = 0 };

	person_tell(&q, person_find(&f->c, STR("ann")), &t);
	person_tell(&q, person_find(&f->c, STR("ben")), &t);
	assert_int_equal(t.n, 3);
	assert_true(str_is(t.v[0].channel->name, "chat"));  /* the route's            */
	assert_true(str_is(t.v[1].channel->name, "phone")); /* L3: one that wakes     */
	assert_true(str_is(t.v[2].channel->name, "mail"));  /* has none of the route's */
}

static void
who_is_out_is_told_nothing_and_a_deputy_is_told_instead(void **state)
{
	static struct str names[] = { STR_INIT("gone"), STR_INIT("ann") };
	struct rota_world *f = *state;
	struct conf_texts out = { names, 2 };
	struct policy_ask q = {
		f->roster, NULL, 3, false, desk_iso("2026-03-14T10:00:00+08:00"), &out
	};
	struct tellings t = { .n = 0 };

	person_tell(&q, person_find(&f->c, STR("ann")), &t); /* has no deputy */
	assert_int_equal(t.n, 0);
	person_tell(&q, person_find(&f->c, STR("gone")), &t);
	assert_int_equal(t.n, 1);
	assert_true(str_is(t.v[0].person->key, "ben"));
	names[1] = STR("ben"); /* the deputy, too */
	t.n = 0;
	person_tell(&q, person_find(&f->c, STR("gone")), &t);
	assert_int_equal(t.n, 0);
	names[1] = STR("ann");
}

static void
the_time_to_answer_goes_by_level_unless_the_step_says(void **state)
{
	static const struct step_conf after_20m = { .after = 1200 }, by_level = { .after = 0 };
	static const struct {
		const struct step_conf *next;
		int64_t level, beyond, want;
	} cases[] = {
		{ &by_level, 1, 0, 1800 },  { &by_level, 2, 0, 900 }, { &by_level, 3, 0, 300 },
		{ NULL, 1, 0, 1800 },       { NULL, 2, 0, 900 },      { NULL, 3, 0, 300 },
		{ &after_20m, 3, 0, 1200 }, { NULL, 3, 1, 600 },      { NULL, 3, 2, 1200 },
		{ NULL, 3, 3, 1800 },       { NULL, 3, 99, 1800 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (policy_wait_s(cases[i].next, cases[i].level, cases[i].beyond) !=
		    cases[i].want)
			fail_msg("case %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_step_with_somebody_awake_is_told),
		cmocka_unit_test(a_route_may_choose_the_channel),
		cmocka_unit_test(who_is_out_is_told_nothing_and_a_deputy_is_told_instead),
		cmocka_unit_test(the_time_to_answer_goes_by_level_unless_the_step_says),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
