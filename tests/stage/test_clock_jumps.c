/*
 * A clock that jumps, and nights in which clocks change: through the responder with the real notices
 * and digests. No deadline is missed, nobody is woken, no digest comes twice; whoever was told a time by a
 * clock that is set back later has the right one, once.
 *
 * The incident opens at 23:00 on the wall: anna is on shift, her page waits for its group; when she
 * does not answer bob is told, who sleeps until 08:00. A silence holds another watch until 02:00. A
 * digest comes at 09:00.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/desk.h"
#include "tests/support/record_world.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    86400

struct world_notices world_notices; /* the world empties it; the real parts do not look */

static const char settings[] =
	"people:\n"
	"  anna: { unix: anna, contacts: [ { channel: disk } ], roles: [lead] }\n"
	"  bob: { contacts: [ { channel: disk } ] }\n"
	"schedules:\n"
	"  night: { shifts: [ { who: [anna], from: 20:00, to: 07:00 } ] }\n"
	"policies:\n"
	"  default: { steps: [ { to: [\"schedule:night\"] }, { to: [\"person:bob\"] } ] }\n"
	"routes: [ { policy: default, group_by: [watch] } ]\n"
	"silences: [ { match: [watch=qingshan], from: 2026-01-01T00:00:00Z, until: %s, who: "
	"anna, why: fair } ]\n"
	"channels:\n"
	"  disk: { kind: file, path: told }\n";

struct jump {
	const char *zone, *opens; /* 23:00 on the wall */
	const char *silent_until; /* 02:00 */
	int64_t after_s, by_s;    /* after the page was planned */
	bool stopped;             /* it jumps while we are stopped */
};
struct night {
	struct world w;
	struct conf *conf;
	struct digest_conf digest;
	struct zone *zone;
	const struct jump *j;
	int64_t opened, passed; /* real seconds since it opened */
	bool jumped;
	int64_t anna,
		bob; /* when she was told, and his turn came, in real seconds; -1: not yet */
	int64_t warned[3]; /* when the verdict's clock said 50, 75, 100 %; -1: not yet */
};

static int64_t
clock_of(const struct night *n)
{
	return n->opened + n->passed + (n->jumped ? n->j->by_s : 0);
}

static void
night_open(struct night *n, const struct jump *j)
{
	static struct str to[] = { STR_INIT("anna") };
	struct world *w = &n->w;
	struct buf report = BUF(1 << 16);
	struct err e = { 0 };

	*n = (struct night){ .j = j, .anna = -1, .bob = -1, .warned = { -1, -1, -1 } };
	world_open(w, CLOCK_WALL);
	responder_free(w->r); /* it reads the settings that change now */
	w->r = NULL;
	n->zone = zone_open(j->zone, &e);
	n->opened = desk_iso(j->opens);
	n->conf = conf_read_text(str_of(arena_textf(w->arena, settings, j->silent_until)),
				 "night.yaml", desk_schema(), &w->conf.notice, &report, &e);
	if (!n->conf)
		fail_msg("%s", report.p);
	buf_release(&report);
	n->digest = (struct digest_conf){
		.name = STR("daily"), .cut = 8 * HOUR, .at = 9 * HOUR, .to = { to, 1 }
	};
	w->conf.digests = (struct conf_list){ &n->digest, 1 };
	w->conf.site.data = str_of(w->dir);
	w->conf.site.zone = str_of(j->zone);
	w->conf.send = SEND_SINK;
	world_reopen(w, n->opened - 20 * HOUR);
	world_turn(w, n->opened - 20 * HOUR);
	world_turn(w, n->opened - HOUR);
	world_turn(w, n->opened - HOUR); /* the digest of that morning */
}

static void
night_close(struct night *n)
{
	world_close(&n->w);
	conf_free(n->conf);
	zone_close(n->zone);
}

static int64_t
ask(struct night *n, const char *sql)
{
	return strtoll(world_ask(&n->w, sql), NULL, 10);
}

#define WHEN(who)                                                              \
	"SELECT coalesce(min(sent_at), 0) FROM notice WHERE recipient = '" who \
	"' AND kind = 'page'"

#define WARNINGS(percent)                                                         \
	"SELECT count(*) FROM entry WHERE kind = 'clock' AND key = 'verdict' AND" \
	" value LIKE '%\"state\":\"" percent "\"%'"

static void
see_warnings(struct night *n)
{
	static const char *const rows[] = { WARNINGS("50"), WARNINGS("75"), WARNINGS("100") };

	for (size_t i = 0; i < LY_COUNT(rows); i++)
		if (n->warned[i] < 0 && ask(n, rows[i]))
			n->warned[i] = n->passed;
}

/* Real time goes on until `to` after the opening: a turn whenever something is due, at least each
 * half hour, as the runner does it. */
static void
live(struct night *n, int64_t to)
{
	while (n->passed < to) {
		int64_t due = respond_stage.due(n->w.r) - clock_of(n);
		int64_t step = due < 1 ? 1 : due < 30 * MINUTE ? due : 30 * MINUTE;

		n->passed += n->passed + step < to ? step : to - n->passed;
		world_turn(&n->w, clock_of(n));
		if (n->anna < 0 && ask(n, WHEN("anna")))
			n->anna = n->passed;
		if (n->bob < 0 && ask(n, "SELECT count(*) FROM notice WHERE recipient = 'bob'"))
			n->bob = n->passed;
		see_warnings(n);
	}
}

/* Seconds after midnight on the wall. */
static int64_t
on_the_wall(const struct night *n, int64_t at)
{
	struct civil c = zone_civil(n->zone, at);

	return c.hour * HOUR + c.minute * MINUTE + c.second;
}

#define SHANGHAI "Asia/Shanghai", "2026-03-14T23:00:00+08:00", "2026-03-15T02:00:00+08:00"
#define SPRING   "Europe/London", "2026-03-28T23:00:00+00:00", "2026-03-29T02:00:00+01:00"
#define AUTUMN   "Europe/London", "2026-10-24T23:00:00+01:00", "2026-10-25T02:00:00+00:00"
#define BY_DAY   4

static const struct jump jumps[] = {
	/* These by day. Before and after the group's flush, while bob sleeps; a night of 23 hours. */
	{ SHANGHAI, 10, -HOUR },
	{ SHANGHAI, 300, -DAY, true },
	{ SHANGHAI, 300, DAY },
	{ SPRING, 300, -HOUR },
	/* And these by night: LY_NIGHTLY=1. */
	{ SHANGHAI, 10, HOUR },
	{ SHANGHAI, 10, DAY },
	{ SHANGHAI, 10, -DAY },
	{ SHANGHAI, 300, HOUR },
	{ SHANGHAI, 300, -HOUR },
	{ SHANGHAI, 2 * HOUR, HOUR },
	{ SHANGHAI, 2 * HOUR, -HOUR },
	{ SHANGHAI, 2 * HOUR, DAY },
	{ SHANGHAI, 2 * HOUR, -DAY },
	{ SPRING, 300, 0 },
	{ AUTUMN, 300, 0 },
	{ AUTUMN, 300, HOUR },
};

/* Each step within its time of the world outside, whatever our clock says meanwhile. */
static void
steps_are_kept(struct night *n)
{
	if (n->anna < 0 || n->anna > 60)
		fail_msg("by %lld after %lld: anna was told after %lld s",
			 (long long)n->j->by_s, (long long)n->j->after_s, (long long)n->anna);
	/* Across a stop the jump is known from the last commit on. */
	if (n->bob < 0 ||
	    n->bob > n->anna + 15 * MINUTE + 60 + (n->j->stopped ? n->j->after_s : 0))
		fail_msg("by %lld after %lld: bob's turn came after %lld s",
			 (long long)n->j->by_s, (long long)n->j->after_s, (long long)n->bob);
}

/* Whoever sleeps is told at eight by the clock of then, and not a day later. */
static void
sleep_is_kept(struct night *n)
{
	int64_t at = ask(n, WHEN("bob")), wall = on_the_wall(n, at);

	if (!at || wall < 8 * HOUR || wall > 22 * HOUR)
		fail_msg("by %lld after %lld: bob was told at %lld s of the day",
			 (long long)n->j->by_s, (long long)n->j->after_s, (long long)wall);
	if (n->j->by_s <= HOUR && wall > 8 * HOUR + 30 * MINUTE)
		fail_msg("by %lld after %lld: bob was told at %lld s of the day",
			 (long long)n->j->by_s, (long long)n->j->after_s, (long long)wall);
	if (at > n->opened + DAY + n->j->by_s + 9 * HOUR && n->j->by_s <= HOUR)
		fail_msg("by %lld after %lld: bob was told a day late", (long long)n->j->by_s,
			 (long long)n->j->after_s);
}

/* Each date of the time that went by has one. */
static void
digests_are_kept(struct night *n)
{
	int64_t rows = ask(n, "SELECT count(*) FROM digest");
	int64_t dates = ask(n, "SELECT count(DISTINCT day) FROM digest");
	int64_t span = ask(n, "SELECT max(day) - min(day) FROM digest");
	int64_t told = ask(n, "SELECT count(*) FROM notice WHERE kind = 'digest'");

	if (rows != dates || told != dates || rows != (span + 12 * HOUR) / DAY + 1 ||
	    rows < (n->j->by_s > -DAY ? 2 : 1))
		fail_msg("by %lld after %lld: %lld digests, %lld dates, %lld told, in %lld s",
			 (long long)n->j->by_s, (long long)n->j->after_s, (long long)rows,
			 (long long)dates, (long long)told, (long long)span);
}

/* The verdict is due half an hour of the world outside after anna's page: warned of no later, and when the
 * clock was only set back no sooner; each once. */
static void
warnings_are_kept(struct night *n)
{
	static const int64_t percent[] = { 50, 75, 100 };
	static const char *const rows[] = { WARNINGS("50"), WARNINGS("75"), WARNINGS("100") };
	int64_t slack = 60 + (n->j->stopped ? n->j->after_s : 0);

	for (size_t i = 0; i < LY_COUNT(percent); i++) {
		int64_t at = n->anna + 30 * MINUTE * percent[i] / 100;
		/* Ahead by a day, more than one is reached at once: the last is told. */
		bool must = n->j->by_s <= 0 || i == 2;

		if (must && (n->warned[i] < 0 || n->warned[i] > at + slack))
			fail_msg("by %lld after %lld: %lld %% came after %lld s, not %lld",
				 (long long)n->j->by_s, (long long)n->j->after_s,
				 (long long)percent[i], (long long)n->warned[i], (long long)at);
		if (n->j->by_s <= 0 && n->warned[i] < at - 60)
			fail_msg("by %lld after %lld: %lld %% came after %lld s, before %lld",
				 (long long)n->j->by_s, (long long)n->j->after_s,
				 (long long)percent[i], (long long)n->warned[i], (long long)at);
		if (ask(n, rows[i]) > 1)
			fail_msg("by %lld after %lld: %lld %% was said twice",
				 (long long)n->j->by_s, (long long)n->j->after_s,
				 (long long)percent[i]);
	}
}

/* She was told at 23:00 to answer by then, and is told once by when it is now. */
static void
who_was_told_a_time_has_the_right_one(struct night *n)
{
	static const char retold[] =
		"SELECT count(*) FROM notice WHERE kind = 'urge' AND"
		" recipient = 'anna' AND body LIKE '%our clock was set back by about%'";
	bool told = n->j->by_s < 0 && n->anna < n->j->after_s && n->warned[2] > n->j->after_s;
	int64_t says = ask(n, retold);

	if (says != told)
		fail_msg("by %lld after %lld: she was told anew %lld times",
			 (long long)n->j->by_s, (long long)n->j->after_s, (long long)says);
}

static void
a_night(const struct jump *j)
{
	struct night n;

	night_open(&n, j);
	for (int i = 0; i < 8; i++)
		world_say(&n.w, &(struct world_mention){
					.at = n.opened,
					.label = LABEL_NEG,
					.author = arena_textf(n.w.arena, "a%d", i),
					.site = arena_textf(n.w.arena, "s%d.example", i) });
	world_turn(&n.w, n.opened);
	assert_string_equal(world_ask(&n.w, "SELECT state || level FROM incident"),
			    "assessing2");
	live(&n, j->after_s);
	n.jumped = true;
	if (j->stopped)
		world_reopen(&n.w, clock_of(&n));
	world_turn(&n.w, clock_of(&n)); /* the runner looks each second */
	live(&n, 11 * HOUR);
	steps_are_kept(&n);
	sleep_is_kept(&n);
	warnings_are_kept(&n);
	who_was_told_a_time_has_the_right_one(&n);
	digests_are_kept(&n);
	night_close(&n);
}

static void
no_jump_of_the_clock_misses_a_deadline_or_repeats_a_digest(void **state)
{
	const char *nightly = getenv("LY_NIGHTLY");
	size_t n = nightly && nightly[0] ? LY_COUNT(jumps) : BY_DAY;

	(void)state;
	for (size_t i = 0; i < n; i++)
		a_night(&jumps[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_jump_of_the_clock_misses_a_deadline_or_repeats_a_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
