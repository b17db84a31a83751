/* The responder: the clocks of an incident, and what becomes of them when our own is set. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/state.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_people.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define DAY  86400

/* ---- clocks ------------------------------------------------------------------------------------ */

/* The outbox says that a page of that level has left, at at. */
static void
sent(struct world *w, int64_t level, int64_t at, struct notice_event more)
{
	more.what = NOTICE_SENT;
	more.incident = incidents_at(w->r->incidents, 0)->id;
	more.at = at;
	more.level = level;
	world_notices.next.v[0] = more;
	world_notices.next.n = 1;
	world_notices.due_at = at;
	world_turn(w, at);
}

static const char *
clock_rows(struct world *w, const char *kind)
{
	return world_ask(
		w, arena_textf(w->arena,
			       "SELECT group_concat(state || '@' || after, ' ') FROM (SELECT"
			       " value ->> '$.state' AS state, (at - %lld) / 60 AS after FROM"
			       " entry WHERE kind = 'clock' AND key = '%s' ORDER BY seq)",
			       (long long)WORLD_T0, kind));
}

static void
turns(struct world *w, int64_t from, int64_t until)
{
	for (int64_t t = from; t <= until; t += 60)
		world_turn(w, t);
}

static void
a_clock_starts_when_its_page_was_sent_and_warns_three_times(void **state)
{
	struct notice_event person = { .to_person = true, .answer_at = WORLD_T0 + 7200 + 900 };
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_report(&w, "qingshan", "food_safety", WORLD_T0);
	/* Held for two hours: nothing runs. Nor when a channel alone has it. */
	turns(&w, WORLD_T0 + 60, WORLD_T0 + 7000);
	sent(&w, 2, WORLD_T0 + 7140, (struct notice_event){ .to_person = false });
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM deadline"), "0");
	sent(&w, 2, WORLD_T0 + 7200, person);
	turns(&w, WORLD_T0 + 7260, WORLD_T0 + 7200 + 10 * 60);
	/* Nothing is forgotten, and nothing warns twice, over a restart. */
	world_reopen(&w, WORLD_T0 + 7200 + 16 * 60);
	turns(&w, WORLD_T0 + 7200 + 16 * 60, WORLD_T0 + 7200 + 40 * 60);
	assert_string_equal(clock_rows(&w, "verdict"), "running@120 50@136 75@143 100@150");
	assert_string_equal(clock_rows(&w, "ack"), "running@120 50@128 100@136");
	/* Of an unanswered page the policy itself is the warning. */
	assert_string_equal(world_notices.urged, "verdict 50%\nverdict 75%\nverdict 100%\n");
	assert_int_equal(world_act(&w, "unix:lin", "incident.verdict",
				   "{\"id\":\"INC-2026-0001\",\"verdict\":\"watch\"}", 0,
				   WORLD_T0 + 7200 + 45 * 60),
			 200);
	assert_string_equal(clock_rows(&w, "verdict"),
			    "running@120 50@136 75@143 100@150 late@165");
	assert_string_equal(clock_rows(&w, "ack"), "running@120 50@128 100@136 stopped@165");
	world_verified(&w);
	world_close(&w);
}

/* Two days later by a clock that was a day ahead. */
static void
a_clock_that_is_set_back_gives_no_clock_another_day(void **state)
{
	int64_t at = WORLD_T0 + 2 * DAY, back;
	struct notice_event person = { .to_person = true, .answer_at = at + 15 * 60 };
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_turn(&w, at);
	world_report(&w, "qingshan", "food_safety", at);
	sent(&w, 2, at, person);
	turns(&w, at + 60, at + 16 * 60);
	back = at - DAY;
	turns(&w, back + 16 * 60, back + 17 * 60);
	world_reopen(&w, back + 20 * 60);
	turns(&w, back + 20 * 60, back + 40 * 60);
	assert_string_equal(clock_rows(&w, "verdict"),
			    "running@2880 50@2895 moved@1456 75@1463 100@1470");
	/* Over by then: it stays as it was. */
	assert_string_equal(clock_rows(&w, "ack"), "running@2880 50@2888 75@2892 100@2895");
	assert_string_equal(world_notices.urged,
			    "verdict 50%\nverdict moved\nverdict 75%\nverdict 100%\n");
	/* A minute changes nobody's plan: no row, nobody is told. */
	world_turn(&w, back + 39 * 60);
	assert_string_equal(clock_rows(&w, "verdict"),
			    "running@2880 50@2895 moved@1456 75@1463 100@1470");
	world_verified(&w);
	world_close(&w);
}

/* What has ended at a time that is still to come starts again all the same. */
static void
a_clock_that_ended_before_ours_was_set_back_starts_again_in_another_round(void **state)
{
	struct notice_event person = { .to_person = true };
	int64_t at = WORLD_T0 + 2 * DAY, back = at - DAY;
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_turn(&w, at);
	world_report(&w, "qingshan", "food_safety", at);
	world_act(&w, "unix:lin", "incident.promote", "{\"id\":\"INC-2026-0001\"}", 0, at);
	sent(&w, 3, at, person);
	world_act(&w, "unix:lin", "incident.release",
		  "{\"id\":\"INC-2026-0001\",\"kind\":\"statement\",\"channel\":\"weibo\"}", 0,
		  at + 10 * 60);
	turns(&w, back + 11 * 60, back + 12 * 60);
	/* The same round, also for who starts now: a second page starts nothing. */
	world_reopen(&w, back + 12 * 60);
	sent(&w, 3, back + 13 * 60, person);
	assert_string_equal(clock_rows(&w, "statement"), "running@2880 met@2890");
	world_act(&w, "unix:lin", "incident.verdict",
		  "{\"id\":\"INC-2026-0001\",\"verdict\":\"stand_down\"}", 0, back + 20 * 60);
	for (int i = 0; i < 30; i++) /* louder than before */
		world_report(&w, "qingshan", "food_safety", back + 25 * 60 + i);
	world_turn(&w, back + 30 * 60);
	assert_string_equal(world_states(&w), "INC-2026-0001 responding3");
	sent(&w, 3, back + 31 * 60, person);
	assert_string_equal(clock_rows(&w, "statement"), "running@2880 met@2890 running@1471");
	world_verified(&w);
	world_close(&w);
}

/* Nobody has to be told what he says he knows. */
static void
who_takes_it_before_a_page_left_starts_the_clock(void **state)
{
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_report(&w, "qingshan", "food_safety", WORLD_T0);
	world_act(&w, "unix:lin", "incident.ack", "{\"id\":\"INC-2026-0001\"}", 0,
		  WORLD_T0 + 300);
	assert_string_equal(clock_rows(&w, "verdict"), "running@5");
	world_close(&w);
}

static void
releases_end_the_clocks_of_an_l3_and_start_the_next_promise(void **state)
{
	struct notice_event person = { .to_person = true };
	int64_t at = WORLD_T0 + HOUR;
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_report(&w, "qingshan", "food_safety", WORLD_T0);
	world_act(&w, "unix:lin", "incident.promote", "{\"id\":\"INC-2026-0001\"}", 0, at);
	sent(&w, 3, at, person);
	assert_string_equal(world_ask(&w,
				      "SELECT group_concat(kind || ((due_at - started_at)"
				      " / 60), ' ') FROM (SELECT * FROM deadline WHERE ended_at"
				      " IS NULL ORDER BY kind)"),
			    "full1440 pack120 statement30");
	world_act(&w, "unix:lin", "incident.release",
		  "{\"id\":\"INC-2026-0001\",\"kind\":\"statement\",\"channel\":\"weibo\","
		  "\"next\":\"1h\"}",
		  0, at + 20 * 60);
	/* The statement is there; what else it lacks is waived by two. */
	for (int k = 0; k < 4; k++)
		world_act(
			&w, k % 2 ? "unix:lin" : "unix:wang", "incident.pack_waive",
			k < 2 ? "{\"id\":\"INC-2026-0001\",\"piece\":\"plan\",\"why\":\"x\"}"
			      : "{\"id\":\"INC-2026-0001\",\"piece\":\"third\",\"why\":\"x\"}",
			0, at + 30 * 60);
	world_act(&w, "unix:lin", "incident.release",
		  "{\"id\":\"INC-2026-0001\",\"kind\":\"update\",\"channel\":\"weibo\"}", 0,
		  at + 90 * 60);
	assert_string_equal(clock_rows(&w, "statement"), "running@60 met@80");
	assert_string_equal(clock_rows(&w, "pack"), "running@60 met@90");
	assert_string_equal(clock_rows(&w, "update"), "running@80 late@150");
	/* Handled: nobody waits for the full response any more. A second page starts nothing. */
	world_act(&w, "unix:lin", "incident.close", "{\"id\":\"INC-2026-0001\"}", 0,
		  at + 100 * 60);
	sent(&w, 3, at + 101 * 60, person);
	assert_string_equal(clock_rows(&w, "full"), "running@60 stopped@160");
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM deadline WHERE ended_at IS NULL"), "0");
	world_verified(&w);
	world_close(&w);
}

static void
of_two_that_become_one_the_earlier_clock_is_kept(void **state)
{
	struct notice_event person = { .to_person = true };
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_report(&w, "qingshan", "food_safety", WORLD_T0);
	sent(&w, 2, WORLD_T0 + 60, person);
	world_complain(&w, WORLD_T0 + 120);
	assert_int_equal(world_act(&w, "unix:lin", "incident.merge",
				   "{\"id\":\"INC-2026-0001\",\"into\":\"INC-2026-0002\"}", 0,
				   WORLD_T0 + 600),
			 200);
	assert_string_equal(
		world_ask(&w,
			  "SELECT i.number || ' ' || d.kind || ((d.due_at - 1773446400) / 60)"
			  " FROM deadline d JOIN incident i ON i.id = d.incident WHERE"
			  " d.ended_at IS NULL"),
		"INC-2026-0002 verdict31");
	world_verified(&w);
	world_close(&w);
}

/* ---- a clock that flaps, against the time that passes ---------------------------------------------- */

static int64_t passed;

static int64_t
passed_s(void)
{
	return passed;
}

/* An incident at L3, its page sent at `at`, in a world that knows what time passes. */
static void
open_passing(struct world *w, int64_t at)
{
	struct notice_event person = { .to_person = true };

	world_open_peopled(w);
	w->conf.passed_s = passed_s;
	passed = 1000;
	world_reopen(w, at);
	world_report(w, "qingshan", "food_safety", at);
	world_act(w, "unix:lin", "incident.promote", "{\"id\":\"INC-2026-0001\"}", 0, at);
	sent(w, 3, at, person);
}

/* The clock says `at` when the test's time is `s`. */
static void
passes(struct world *w, int64_t s, int64_t at)
{
	passed = 1000 + s;
	world_turn(w, at);
}

static int64_t
ends_in(struct world *w, const char *kind, int64_t from)
{
	return strtoll(world_ask(w, arena_textf(w->arena,
						"SELECT due_at FROM deadline WHERE"
						" kind = '%s'",
						kind)),
		       NULL, 10) -
	       from;
}

static void
a_clock_that_flaps_moves_no_end(void **state)
{
	const int64_t at = WORLD_T0 + HOUR;
	struct world w;

	(void)state;
	open_passing(&w, at);
	for (int64_t i = 0; i < 24; i++) {
		passes(&w, i * 60 + 30, at + i * 60 + 30);
		passes(&w, i * 60 + 40, at + HOUR + i * 60 + 40);
		passes(&w, i * 60 + 60, at + i * 60 + 60);
	}
	assert_int_equal(ends_in(&w, "full", at), 24 * HOUR);
	assert_string_equal(clock_rows(&w, "full"), "running@60");
	assert_null(strstr(world_notices.urged, "moved"));
	/* And back by what nothing had added: that much sooner, once. */
	passes(&w, 1500, at + 1500 - 2 * HOUR);
	assert_int_equal(ends_in(&w, "full", at), 22 * HOUR);
	assert_string_equal(clock_rows(&w, "full"), "running@60 moved@-35");
	world_verified(&w);
	world_close(&w);
}

/* What began while the clock was ahead goes back wholly; what has begun before stays. */
static void
what_began_while_the_clock_was_ahead_goes_back_with_it(void **state)
{
	const int64_t at = WORLD_T0 + HOUR;
	struct world w;

	(void)state;
	open_passing(&w, at);
	passes(&w, 60, at + 60 + 2 * HOUR);
	world_act(&w, "unix:lin", "incident.release",
		  "{\"id\":\"INC-2026-0001\",\"kind\":\"statement\",\"channel\":\"weibo\","
		  "\"next\":\"10h\"}",
		  0, at + 60 + 2 * HOUR);
	passes(&w, 120, at + 120);
	assert_int_equal(ends_in(&w, "full", at), 24 * HOUR);
	assert_int_equal(ends_in(&w, "update", at), 60 + 10 * HOUR);
	/* Again: it has begun before. */
	passes(&w, 180, at + 180 + 2 * HOUR);
	passes(&w, 240, at + 240);
	assert_int_equal(ends_in(&w, "update", at), 60 + 10 * HOUR);
	world_verified(&w);
	world_close(&w);
}

/* Each is too small to tell; together they are not. */
static void
what_small_steps_add_up_to_is_told(void **state)
{
	const int64_t at = WORLD_T0 + HOUR;
	struct notice_event person = { .to_person = true };
	int64_t now = at;
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_turn(&w, at);
	world_report(&w, "qingshan", "food_safety", at);
	sent(&w, 2, at, person);
	for (int i = 0; i < 3; i++) {
		world_turn(&w, now += 60);
		world_turn(&w, now -= 180);
	}
	/* 180, 360, 540: the second is told, the third within the hour. */
	assert_string_equal(clock_rows(&w, "verdict"), "running@60 moved@56");
	assert_string_equal(world_notices.urged, "verdict moved\n");
	world_close(&w);
}

/* An end that moves again within the hour is told when the hour is over: to nobody twice in it. */
static void
an_end_is_told_anew_once_an_hour(void **state)
{
	const int64_t at = WORLD_T0 + 10 * HOUR;
	struct world w;

	(void)state;
	open_passing(&w, at);
	passes(&w, 60, at + 60 - HOUR);
	passes(&w, 120, at + 120 - 2 * HOUR);
	assert_string_equal(clock_rows(&w, "full"), "running@600 moved@541");
	passes(&w, 60 + HOUR - 1, at + 60 - HOUR - 1);
	assert_string_equal(clock_rows(&w, "full"), "running@600 moved@541");
	passes(&w, 120 + HOUR, at + 120 - HOUR);
	assert_string_equal(clock_rows(&w, "full"), "running@600 moved@541 moved@542");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_starts_when_its_page_was_sent_and_warns_three_times),
		cmocka_unit_test(a_clock_that_is_set_back_gives_no_clock_another_day),
		cmocka_unit_test(a_clock_that_flaps_moves_no_end),
		cmocka_unit_test(what_began_while_the_clock_was_ahead_goes_back_with_it),
		cmocka_unit_test(what_small_steps_add_up_to_is_told),
		cmocka_unit_test(an_end_is_told_anew_once_an_hour),
		cmocka_unit_test(
			a_clock_that_ended_before_ours_was_set_back_starts_again_in_another_round),
		cmocka_unit_test(who_takes_it_before_a_page_left_starts_the_clock),
		cmocka_unit_test(releases_end_the_clocks_of_an_l3_and_start_the_next_promise),
		cmocka_unit_test(of_two_that_become_one_the_earlier_clock_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
