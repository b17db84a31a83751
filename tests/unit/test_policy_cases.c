/*
 * Which step is told, and what a list may hold: cases whose answers were read from the tests of
 * GoAlert (github.com/target/goalert), as in test_rota_cases.c.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/policy.h"
#include "tests/support/rota_world.h"

/* ---- escalation ----------------------------------------------------------------------------- */

#define TWO_STEPS "steps: [ { to: [\"person:bob\"] }, { to: [\"person:ben\"], after: 30m } ]"
#define ONE_STEP  "steps: [ { to: [\"person:bob\"], after: 60m } ], repeat: 5"
#define LOOP                                                                                   \
	"steps: [ { to: [\"person:bob\"], after: 60m }, { to: [\"person:ben\"], after: 60m } " \
	"]"
#define ESC(name) "test/smoke/" name

/* What happens at a minute: "ack" nobody is told any more; "now" a person wants the next step; "end"
 * stop looking. Between them time to answer runs out by itself. Level 1. */
static const struct step_case {
	const char *file, *function, *schedules, *policy;
	const struct {
		int64_t minute;
		const char *what;
	} events[6];
	const char *told; /* "MINUTE who" … */
} step_cases[] = {
	{ ESC("escalation_test.go"),
	  "TestEscalation",
	  "",
	  TWO_STEPS,
	  { { 29, "end" } },
	  "0 bob" },
	{ ESC("escalation_test.go"),
	  "TestEscalation",
	  "",
	  TWO_STEPS,
	  { { 30, "end" } },
	  "0 bob 30 ben" },
	/* No repeat: after the last step nobody more. */
	{ ESC("escalation_test.go"),
	  "TestEscalation",
	  "",
	  TWO_STEPS,
	  { { 9000, "end" } },
	  "0 bob 30 ben" },
	{ ESC("escalationgap_test.go"),
	  "TestEscalationGap",
	  "",
	  "steps: [ { to: [\"person:bob\"] } ]",
	  { { 1, "end" } },
	  "0 bob" },
	/* One step that repeats: "now" begins its next cycle. */
	{ ESC("escalationnotification_test.go"),
	  "TestEscalationNotification",
	  "",
	  ONE_STEP,
	  { { 10, "now" }, { 40, "now" }, { 99, "end" } },
	  "0 bob 10 bob 40 bob" },
	{ ESC("escalationnotification_test.go"),
	  "TestEscalationNotification",
	  "",
	  ONE_STEP,
	  { { 130, "end" } },
	  "0 bob 60 bob 120 bob" },
	{ ESC("escalationnotification_test.go"),
	  "TestEscalationNotification",
	  "",
	  "steps: [ { to: [\"person:bob\"], after: 60m } ], repeat: 2",
	  { { 9000, "end" } },
	  "0 bob 60 bob 120 bob" },
	/* An answer stops it; "now" goes on to the next step all the same. */
	{ ESC("manualescalationnotification_test.go"),
	  "TestManualEscalation",
	  "",
	  LOOP ", repeat: 1",
	  { { 0, "ack" }, { 100, "end" } },
	  "0 bob" },
	{ ESC("manualescalationnotification_test.go"),
	  "TestManualEscalation",
	  "",
	  LOOP ", repeat: 1",
	  { { 0, "ack" }, { 5, "now" }, { 6, "end" } },
	  "0 bob 5 ben" },
	{ ESC("manualescalationnotification_test.go"),
	  "TestManualEscalation",
	  "",
	  LOOP ", repeat: 1",
	  { { 0, "ack" }, { 5, "now" }, { 6, "now" }, { 7, "end" } },
	  "0 bob 5 ben 6 bob" },
	/* Behind the last step "now" begins anew, also when no repeat is left. */
	{ ESC("manualescalationnotification_test.go"),
	  "TestManualEscalation",
	  "",
	  TWO_STEPS,
	  { { 5, "now" }, { 6, "now" }, { 7, "end" } },
	  "0 bob 5 ben 6 bob" },
	{ ASSIGN, "", "steps: [ { to: [\"person:bob\"] } ]", { { 1, "end" } }, "0 bob" },
	{ ASSIGN,
	  "{ shifts: [ { who: [bob], rotate: { every: week, start: 2006-01-02 15:04 } } ] }",
	  "steps: [ { to: [\"schedule:s\"] } ]",
	  { { 1, "end" } },
	  "0 bob" },
	/* Nobody on the first step: the second has somebody. */
	{ ASSIGN,
	  "{ shifts: [ { who: [bob] } ], overrides: [ { kind: remove, who: [bob], " ALWAYS
	  " } ] }",
	  "steps: [ { to: [\"schedule:s\"] }, { to: [\"person:joe\"] } ]",
	  { { 1, "end" } },
	  "0 joe" },
	{ ASSIGN,
	  "{ shifts: [ { who: [bob] } ] }",
	  "steps: [ { to: [\"schedule:s\"] }, { to: [\"person:joe\"], after: 4m } ]",
	  { { 4, "end" } },
	  "0 bob 4 joe" },
	{ ASSIGN,
	  "{ shifts: [ { who: [sam], from: 00:00, to: 00:01 } ], overrides: [ { kind: add, "
	  "who: [bob], " ALWAYS " } ] }",
	  "steps: [ { to: [\"schedule:s\"] } ]",
	  { { 1, "end" } },
	  "0 bob" },
	{ ASSIGN,
	  "{ " JOE ", overrides: [ { kind: add, who: [bob], " ALWAYS
	  " }, { kind: add, who: [joe], " ALWAYS " } ] }",
	  "steps: [ { to: [\"schedule:s\"] } ]",
	  { { 1, "end" } },
	  "0 joe 0 bob" },
	{ ASSIGN,
	  "{ " JOE_TURNS ", " BOB_FOR_JOE ALWAYS " } ] }",
	  "steps: [ { to: [\"schedule:s\"] } ]",
	  { { 1, "end" } },
	  "0 bob" },
};

struct run {
	const struct rota_world *w;
	const struct policy_conf *p;
	struct policy_place place;
	int64_t begun, due; /* INT64_MAX: no clock runs */
	struct buf *got;
};

/* Tell the place's step, or the next that has somebody, at a minute. */
static void
run_tell(struct run *r, int64_t minute)
{
	struct policy_ask q = { .roster = r->w->roster,
				.level = 1,
				.now = r->begun + minute * 60 };
	struct policy_place next;
	struct tellings t;
	uint64_t skipped;
	int step = policy_step(&q, r->p, r->place.step, &t, &skipped);

	if (step < 0)
		fail_msg("nobody is told");
	r->place.step = step;
	for (size_t i = 0; i < t.n; i++)
		buf_addf(r->got, "%s%lld %.*s", r->got->n ? " " : "", (long long)minute,
			 STR_ARG(t.v[i].person->key));
	next = r->place;
	r->due = minute + policy_wait_s(policy_after(r->p, POLICY_UNANSWERED, &next)
						? policy_step_at(r->p, next.step)
						: NULL,
					1, 0) /
				  60;
}

static void
run_until(struct run *r, int64_t minute)
{
	while (r->due <= minute) {
		int64_t at = r->due;

		r->due = INT64_MAX;
		if (policy_after(r->p, POLICY_UNANSWERED, &r->place))
			run_tell(r, at);
	}
}

static void
steps_follow_as_in_goalert(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(step_cases); i++) {
		const struct step_case *t = &step_cases[i];
		struct buf part = BUF(4096), got = BUF(4096);
		struct rota_world w;
		struct run r = { .w = &w, .got = &got };

		if (*t->schedules)
			buf_addf(&part, "schedules: { s: %s }\n", t->schedules);
		buf_addf(&part, "policies: { p: { %s } }\n", t->policy);
		goalert_must(&w, part.p, "UTC");
		r.p = w.c.policies.v;
		r.begun = goalert_when(&w, "2026-05-01 12:00");
		run_tell(&r, 0);
		for (size_t k = 0; strcmp(t->events[k].what, "end") != 0; k++) {
			run_until(&r, t->events[k].minute);
			r.due = INT64_MAX;
			if (!strcmp(t->events[k].what, "now") &&
			    policy_after(r.p, POLICY_ESCALATE_NOW, &r.place))
				run_tell(&r, t->events[k].minute);
		}
		for (size_t k = 0; k < LY_COUNT(t->events); k++)
			if (t->events[k].what && !strcmp(t->events[k].what, "end"))
				run_until(&r, t->events[k].minute);
		goalert_same(i, t->file, t->function, &got, t->told);
		rota_world_close(&w);
		buf_release(&part);
		buf_release(&got);
	}
}

/* ---- bounds --------------------------------------------------------------------------------- */

#define TURNS(length)                                                                      \
	"schedules: { s: { shifts: [ { who: [bob], rotate: { every: week, length: " length \
	", start: 2026-01-05 } } ] } }"
#define STEPS(after)                                                                   \
	"policies: { p: { steps: [ { to: [\"person:bob\"] }, { to: [\"person:ben\"], " \
	"after: " after " } ] } }"
#define AGAIN(n) "policies: { p: { steps: [ { to: [\"person:bob\"] } ], repeat: " n " } }"

static const struct bound_case {
	const char *file, *function, *part, *says; /* NULL: taken */
} bound_cases[] = {
	{ ROTATION, "TestRotation_Normalize", TURNS("1"), NULL },
	{ ROTATION, "TestRotation_Normalize", TURNS("9000"), NULL },
	{ ROTATION, "TestRotation_Normalize", TURNS("9001"), "not within 1..9000" },
	{ ROTATION, "TestRotation_Normalize", TURNS("0"), "not within 1..9000" },
	{ ROTATION, "TestRotation_Normalize", TURNS("-100"), "x.yaml:" },
	{ "escalation/step_test.go", "TestStep_Normalize", STEPS("1m"), NULL },
	{ "escalation/step_test.go", "TestStep_Normalize", STEPS("59s"), "at least 1m" },
	{ "escalation/step_test.go", "TestStep_Normalize", STEPS("9000m"), NULL },
	{ "escalation/step_test.go", "TestStep_Normalize", STEPS("9001m"),
	  "not within 0..150h" },
	{ "escalation/policy_test.go", "TestPolicy_Normalize", AGAIN("1"), NULL },
	{ "escalation/policy_test.go", "TestPolicy_Normalize", AGAIN("5"), NULL },
	{ "escalation/policy_test.go", "TestPolicy_Normalize", AGAIN("6"), "not within 0..5" },
	{ "escalation/policy_test.go", "TestPolicy_Normalize", AGAIN("-5"), "x.yaml:" },
};

static void
what_goalert_refuses_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(bound_cases); i++) {
		const struct bound_case *t = &bound_cases[i];
		struct rota_world w;
		bool taken = goalert_open(&w, t->part, "UTC");

		if (taken != !t->says || (t->says && !strstr(w.report.p, t->says)))
			fail_msg("case %zu (%s, %s): %s", i, t->file, t->function,
				 taken ? "taken" : w.report.p);
		rota_world_close(&w);
	}
}

/* A list of n of them is taken, one more is not. */
static const struct ceiling {
	const char *before, *item, *after;
	int n;
	bool may_be_empty;
} ceilings[] = {
	{ "schedules: { s: { shifts: [ { who: [", "bob", "] } ] } }", 32 },
	{ "schedules: { s: { shifts: [ { who: [bob], days: [", "mon", "] } ] } }", 7, true },
	{ "schedules: { s: { shifts: [ ", "{ who: [bob] }", " ] } }", 100 },
	{ "schedules: { s: { shifts: [ { who: [bob] } ], overrides: [ ",
	  "{ kind: add, who: [ben], " ALWAYS " }", " ] } }", 1000, true },
	{ "schedules: { s: { shifts: [ { who: [bob] } ], temporary: [ ",
	  "{ " ALWAYS ", shifts: [ { who: [ben], " ALWAYS " } ] }", " ] } }", 100, true },
	{ "schedules: { s: { shifts: [ { who: [bob] } ], temporary: [ { " ALWAYS ", shifts: [ ",
	  "{ who: [ben], " ALWAYS " }", " ] } ] } }", 1000 },
	{ "policies: { p: { steps: [ ", "{ to: [\"person:bob\"] }", " ] } }", 32 },
	{ "policies: { p: { steps: [ { to: [", "\"person:bob\"", "] } ] } }", 32 },
};

static void
lists_have_their_ceilings(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(ceilings) * 3; i++) {
		const struct ceiling *t = &ceilings[i / 3];
		int n = i % 3 == 0 ? 0 : t->n + (int)(i % 3) - 1;
		bool holds = i % 3 == 1 || (i % 3 == 0 && t->may_be_empty);
		struct buf part = BUF(1 << 20);
		struct rota_world w;

		buf_add(&part, str_of(t->before));
		for (int k = 0; k < n; k++)
			buf_addf(&part, "%s%s", k ? ", " : "", t->item);
		buf_add(&part, str_of(t->after));
		if (goalert_open(&w, part.p, "UTC") != holds)
			fail_msg("%s: %d are %s", t->before, n, w.conf ? "taken" : w.report.p);
		rota_world_close(&w);
		buf_release(&part);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_follow_as_in_goalert),
		cmocka_unit_test(what_goalert_refuses_is_refused),
		cmocka_unit_test(lists_have_their_ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
