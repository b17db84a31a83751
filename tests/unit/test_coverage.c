#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/coverage.h"
#include "responder/policy.h"
#include "responder/route.h"
#include "tests/support/desk.h"
#include "tests/support/rota_world.h"

static const char head[] =
	"channels:\n"
	"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: \"x@example.test\" }\n"
	"  phone: { kind: webhook, url: \"http://127.0.0.1:1/\", wakes: on }\n"
	"people:\n"
	"  ann: { contacts: [ { channel: mail, address: \"a@example.test\" }, { channel: phone "
	"} ] }\n"
	"  ben: { contacts: [ { channel: mail, address: \"b@example.test\" } ] }\n"
	"  cai: { deputy: ann }\n"
	"  dou: { contacts: [ { channel: phone, wakes: no } ] }\n";

static void
world_open(struct rota_world *w, const char *part)
{
	struct buf text = BUF(1 << 16);

	buf_addf(&text, "%s%s", head, part);
	rota_world_must(w, text.p, "Asia/Shanghai");
	buf_release(&text);
}

struct seen {
	struct buf *b;
	const struct zone *z;
};

static void
gap_add(void *arg, const struct cover_gap *g)
{
	static const char *const lacks[] = { "nobody", "asleep", "unrouted" };
	struct seen *s = arg;
	struct civil from = zone_civil(s->z, g->from), to = zone_civil(s->z, g->to);

	buf_addf(s->b, "%sL%lld %.*s%.*s %s %02d %02d:%02d-%02d %02d:%02d", s->b->n ? "\n" : "",
		 (long long)g->level, STR_ARG(g->policy), STR_ARG(g->watch), lacks[g->lack],
		 from.day, from.hour, from.minute, to.day, to.hour, to.minute);
}

static size_t
check(struct rota_world *w, unsigned classes, int days, struct buf *out, size_t *looked_at)
{
	static const struct str watches[] = { STR_INIT("tea") };
	struct seen s = { out, w->zone };
	struct cover_ask q = {
		.roster = w->roster, .watches = watches, .watches_n = 1, .classes = classes
	};

	q.from = desk_iso("2026-03-10T00:00:00+08:00"); /* a Tuesday */
	q.to = q.from + (int64_t)days * 86400;
	return coverage_check(&q, gap_add, &s, looked_at);
}

#define DAYS   "days: [mon, tue, wed, thu, fri]"
#define ROUTE  "routes: [ { policy: p } ]\n"
#define POLICY "policies: { p: { steps: [ { to: [\"schedule:s\"] } ] } }\n"

static void
every_minute_without_somebody_is_told(void **state)
{
	static const struct {
		const char *part, *gaps;
	} cases[] = {
		/* One who can be woken, always. */
		{ "schedules: { s: { shifts: [ { who: [ann] } ] } }\n" POLICY ROUTE, "" },
		/* By turns with one who cannot. */
		{ "schedules: { s: { shifts: [ { who: [ann, ben], rotate: { every: day, start: "
		  "2026-03-10 } } ] } }\n" POLICY ROUTE,
		  "L3 p asleep 11 00:00-12 00:00\nL3 p asleep 13 00:00-14 00:00" },
		/* A shift that nobody has: at every level. */
		{ "schedules: { s: { shifts: [ { who: [ann], from: 08:00, to: 07:59 } ] } "
		  "}\n" POLICY "routes: [ { policy: p, levels: [1, 3] }, { owner: ann } ]\n",
		  "L1 p nobody 10 07:59-10 08:00\nL1 p nobody 11 07:59-11 08:00\nL1 p nobody "
		  "12 "
		  "07:59-12 08:00\nL1 p nobody 13 07:59-13 08:00\nL3 p nobody 10 07:59-10 "
		  "08:00\nL3 p "
		  "nobody 11 07:59-11 08:00\nL3 p nobody 12 07:59-12 08:00\nL3 p nobody 13 "
		  "07:59-13 "
		  "08:00" },
		/* A person behind the shift covers it, also one whom quiet hours hold at L1 and L2. */
		{ "schedules: { s: { shifts: [ { who: [ann], " DAYS
		  ", from: 08:00, to: 20:00 } ] } "
		  "}\npolicies: { p: { steps: [ { to: [\"schedule:s\"] }, { to: "
		  "[\"person:ann\"] } ] } "
		  "}\n" ROUTE,
		  "" },
		/* ... but ben cannot be woken, nor dou, whose phone does not ring; cai has a deputy. */
		{ "policies: { p: { steps: [ { to: [\"person:ben\"] }, { to: [\"person:dou\"] "
		  "} ] } "
		  "}\n" ROUTE,
		  "L3 p asleep 10 00:00-14 00:00" },
		{ "policies: { p: { steps: [ { to: [\"person:cai\"] } ] } }\n" ROUTE, "" },
		{ "routes: [ { owner: ben } ]\n", "L3 owner:ben asleep 10 00:00-14 00:00" },
		/* A channel is nobody. */
		{ "policies: { p: { steps: [ { to: [\"channel:phone\", \"schedule:s\"] } ] } "
		  "}\nschedules: { s: { shifts: [ { who: [ann], from: 08:00, to: 20:00, days: "
		  "[tue] } ] } "
		  "}\nroutes: [ { policy: p, levels: [1] }, { owner: ann } ]\n",
		  "L1 p nobody 10 00:00-10 08:00\nL1 p nobody 10 20:00-14 00:00" },
		/* Overrides and temporary schedules count; nobody and nobody to wake are two gaps. */
		{ "schedules: { s: { shifts: [ { who: [ann] } ], overrides: [ { kind: remove, "
		  "who: "
		  "[ann], from: \"2026-03-10T01:00:00+08:00\", to: "
		  "\"2026-03-10T02:00:00+08:00\" }, { "
		  "kind: replace, who: [ben], from: \"2026-03-10T02:00:00+08:00\", to: "
		  "\"2026-03-10T03:00:00+08:00\" } ], temporary: [ { from: "
		  "\"2026-03-11T00:00:00+08:00\", to: \"2026-03-11T03:00:00+08:00\", shifts: [ "
		  "{ who: "
		  "[ann], from: \"2026-03-11T01:00:00+08:00\", to: "
		  "\"2026-03-11T03:00:00+08:00\" } ] } ] "
		  "} }\n" POLICY "routes: [ { policy: p, levels: [3] }, { owner: ann } ]\n",
		  "L3 p nobody 10 01:00-10 02:00\nL3 p asleep 10 02:00-10 03:00\nL3 p nobody "
		  "11 "
		  "00:00-11 01:00" },
		{ "routes: [ { owner: ann, levels: [1, 3] } ]\n",
		  "L2 tea unrouted 10 00:00-14 00:00" },
		{ "routes: [ { owner: ann, watches: [tea] } ]\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf got = BUF(1 << 16);
		struct rota_world w;

		world_open(&w, cases[i].part);
		check(&w, 1, 4, &got, NULL);
		if (strcmp(got.p, cases[i].gaps) != 0)
			fail_msg("case %zu:\n%s", i, got.p);
		rota_world_close(&w);
		buf_release(&got);
	}
}

static void
only_classes_that_can_fire_need_a_route(void **state)
{
	struct buf got = BUF(1 << 16);
	struct rota_world w;
	size_t looked_at;

	(void)state;
	world_open(&w, "routes: [ { owner: ann, classes: [voice] } ]\n");
	assert_int_equal(check(&w, 1u << SIGNAL_VOICE, 1, &got, &looked_at), 0);
	assert_int_equal(looked_at, 1);
	assert_int_equal(check(&w, 1u << SIGNAL_VOICE | 1u << SIGNAL_SYSTEM, 1, &got, NULL), 3);
	rota_world_close(&w);
	buf_release(&got);
}

/* ---- against every single minute ---------------------------------------------------------------- */

struct minutes {
	int64_t from;
	uint8_t lack[3 * 1440]; /* 1 + enum cover_lack at L3 */
};

static void
gap_mark(void *arg, const struct cover_gap *g)
{
	struct minutes *m = arg;

	if (g->level != 3)
		return;
	assert_int_equal(g->from % 60, 0);
	for (int64_t t = g->from; t < g->to; t += 60)
		m->lack[(t - m->from) / 60] = (uint8_t)(1 + g->lack);
}

/* Random weeks: what is told is what a look at each minute finds. */
static void
gaps_are_those_that_a_look_at_every_minute_finds(void **state)
{
	static const char *const who[] = { "ann", "ben", "dou", "ann, ben" };
	uint32_t seed = 20261129;

	(void)state;
#define RANDOM(n) ((seed = seed * 1664525 + 1013904223) >> 16) % (n)
	for (int round = 0; round < 12; round++) {
		static const struct str watches[] = { STR_INIT("tea") };
		struct buf part = BUF(4096);
		struct minutes m = { .from = desk_iso("2026-03-10T00:00:00+08:00") };
		struct cover_ask q = { .watches = watches, .watches_n = 1, .classes = 1 };
		const struct schedule_conf *s;
		struct rota_world w;

		buf_add(&part, STR("schedules: { s: { shifts: [ "));
		for (int i = 0; i < 3; i++) {
			uint32_t name = RANDOM(4), from = RANDOM(24), minute = RANDOM(60),
				 to = RANDOM(24);

			buf_addf(&part, "%s{ who: [%s], from: %02u:%02u, to: %02u:30 }",
				 i ? ", " : "", who[name], from, minute, to);
		}
		buf_add(&part, STR(" ] } }\n" POLICY ROUTE));
		world_open(&w, part.p);
		s = w.c.schedules.v;
		q.roster = w.roster;
		q.from = m.from;
		q.to = m.from + 3 * 86400;
		coverage_check(&q, gap_mark, &m, NULL);
		for (size_t i = 0; i < LY_COUNT(m.lack); i++) {
			struct str names[ROTA_MAX];
			size_t n = roster_who(w.roster, s, m.from + (int64_t)i * 60, names);
			uint8_t want = 1 + COVER_NOBODY;

			for (size_t k = 0; k < n; k++)
				want = str_is(names[k], "ann") ? 0
				       : want                  ? 1 + COVER_ASLEEP
							       : 0;
			if (m.lack[i] != want)
				fail_msg("round %d, minute %zu: %d, not %d\n%s", round, i,
					 m.lack[i], want, part.p);
		}
		rota_world_close(&w);
		buf_release(&part);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_minute_without_somebody_is_told),
		cmocka_unit_test(only_classes_that_can_fire_need_a_route),
		cmocka_unit_test(gaps_are_those_that_a_look_at_every_minute_finds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
