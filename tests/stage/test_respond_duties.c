/* The responder: duty clocks of an incident, opened once, warned of, and put one for another. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define INC  "{\"id\":\"INC-2026-0001\""

static struct str legal[] = { STR_INIT("legal") }, cn[] = { STR_INIT("CN") };
static struct person_conf people[] = {
	{ .key = STR_INIT("cleo"), .name = STR_INIT("Cleo"), .roles = { legal, 1 } }
};

static void
begin(struct world *w)
{
	struct conf_list none = { NULL, 0 };

	world_open(w, CLOCK_WALL);
	w->conf.notice.people = (struct conf_list){ people, 1 };
	w->conf.duties = duties_merge(&none, w->arena);
	w->conf.legal.jurisdictions = (struct conf_texts){ cn, 1 };
	world_reopen(w, WORLD_T0);
	world_say(w, &(struct world_mention){ .at = WORLD_T0,
					      .label = LABEL_NEG,
					      .author = "x",
					      .topic = "food_safety",
					      .flags = MENTION_FIRST_HAND });
}

static const char *
task(struct world *w, const char *key)
{
	return world_ask(w, arena_textf(w->arena,
					"SELECT value FROM entry WHERE kind = 'task' AND key ="
					" '%s' ORDER BY seq DESC LIMIT 1",
					key));
}

static const char *
rows(struct world *w)
{
	return world_ask(w,
			 "SELECT group_concat(name || ' ' || percent || (ended_at > 0), ', ')"
			 " FROM (SELECT * FROM duty ORDER BY name)");
}

static void
the_shortest_of_its_group_is_opened_once_and_says_that_nobody_checked_it(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	assert_string_equal(rows(&w), "cn-food-recall-1 00");
	assert_non_null(strstr(task(&w, "duty.cn-food-recall-1"),
			       "unconfirmed: an example; or cn-food-recall-2: within 48 h"));
	assert_non_null(strstr(task(&w, "duty.cn-food-recall-1"),
			       "\"role\":\"legal\",\"state\":\"open\",\"due\":"
			       "\"2026-03-15T00:00:00Z\""));
	assert_string_equal(world_notices.told_key, "person:cleo");
	world_reopen(&w, WORLD_T0 + HOUR);
	world_grumble(&w, WORLD_T0 + HOUR, 30);
	assert_string_equal(rows(&w), "cn-food-recall-1 00");
	world_verified(&w);
	world_close(&w);
}

static void
it_warns_at_half_three_quarters_and_the_end(void **state)
{
	static const struct {
		int64_t at;
		const char *rows;
		int told;
	} steps[] = {
		{ 12 * HOUR - 1, "cn-food-recall-1 00", 0 },
		{ 12 * HOUR, "cn-food-recall-1 500", 1 },
		{ 13 * HOUR, "cn-food-recall-1 500", 0 },
		/* Killed in between: nothing is told twice, and what was missed is told once. */
		{ 25 * HOUR, "cn-food-recall-1 1000", 1 },
		{ 26 * HOUR, "cn-food-recall-1 1000", 0 },
	};
	struct world w;

	(void)state;
	begin(&w);
	for (size_t i = 0; i < LY_COUNT(steps); i++) {
		int before = world_notices.tells;

		world_reopen(&w, WORLD_T0 + steps[i].at);
		world_turn(&w, WORLD_T0 + steps[i].at);
		assert_string_equal(rows(&w), steps[i].rows);
		assert_int_equal(world_notices.tells - before, steps[i].told);
	}
	assert_non_null(strstr(world_notices.told_subject, "100% of the time is over"));
	world_verified(&w);
	world_close(&w);
}

/* Our clock was two hours ahead: 24 hours are 24 hours. */
static void
a_clock_that_is_set_back_takes_the_duty_along(void **state)
{
	struct world w;
	int before;

	(void)state;
	begin(&w);
	world_turn(&w, WORLD_T0 + 13 * HOUR);
	assert_string_equal(rows(&w), "cn-food-recall-1 500");
	before = world_notices.tells;
	world_turn(&w, WORLD_T0 + 11 * HOUR);
	assert_string_equal(rows(&w), "cn-food-recall-1 500");
	assert_non_null(strstr(task(&w, "duty.cn-food-recall-1"),
			       "\"state\":\"open\",\"due\":\"2026-03-14T22:00:00Z\""));
	assert_non_null(strstr(world_notices.told_subject, "by 2026-03-15 06:00"));
	assert_int_equal(world_notices.tells - before, 1);
	world_reopen(&w, WORLD_T0 + 15 * HOUR);
	world_turn(&w, WORLD_T0 + 16 * HOUR - 1);
	assert_string_equal(rows(&w), "cn-food-recall-1 500");
	world_turn(&w, WORLD_T0 + 16 * HOUR);
	assert_string_equal(rows(&w), "cn-food-recall-1 750");
	world_turn(&w, WORLD_T0 + 22 * HOUR);
	assert_string_equal(rows(&w), "cn-food-recall-1 1000");
	assert_int_equal(world_notices.tells - before, 3);
	world_verified(&w);
	world_close(&w);
}

/* Steps that are too small to tell are told together. */
static void
a_duty_that_small_steps_move_is_told(void **state)
{
	struct world w;
	int before;

	(void)state;
	begin(&w);
	before = world_notices.tells;
	world_turn(&w, WORLD_T0 + 4 * HOUR);
	world_turn(&w, WORLD_T0 + 4 * HOUR - 200);
	assert_int_equal(world_notices.tells, before);
	world_turn(&w, WORLD_T0 + 4 * HOUR - 400);
	assert_int_equal(world_notices.tells, before + 1);
	world_turn(&w, WORLD_T0 + 4 * HOUR - 600);
	assert_int_equal(world_notices.tells, before + 1);
	world_verified(&w);
	world_close(&w);
}

/* An end that moves again within the hour is told when the hour is over. */
static void
a_duty_is_told_anew_once_an_hour(void **state)
{
	struct world w;
	int before;

	(void)state;
	begin(&w);
	before = world_notices.tells;
	world_turn(&w, WORLD_T0 + 4 * HOUR);
	world_turn(&w, WORLD_T0 + 3 * HOUR);
	assert_int_equal(world_notices.tells, before + 1);
	world_turn(&w, WORLD_T0 + 3 * HOUR + 60);
	world_turn(&w, WORLD_T0 + 2 * HOUR + 60);
	assert_non_null(
		strstr(task(&w, "duty.cn-food-recall-1"), "\"due\":\"2026-03-14T22:00:00Z\""));
	world_turn(&w, WORLD_T0 + 3 * HOUR - 1);
	assert_int_equal(world_notices.tells, before + 1);
	world_turn(&w, WORLD_T0 + 3 * HOUR);
	assert_int_equal(world_notices.tells, before + 2);
	assert_non_null(strstr(world_notices.told_subject, "by 2026-03-15 06:00"));
	world_turn(&w, WORLD_T0 + 4 * HOUR);
	assert_int_equal(world_notices.tells, before + 2);
	world_verified(&w);
	world_close(&w);
}

static void
the_task_ends_or_moves_its_clock(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	assert_int_equal(world_act(&w, "unix:cleo", "incident.task",
				   INC ",\"task\":\"duty.cn-food-recall-1\",\"due\":"
				       "\"2026-03-16T00:00:00Z\"}",
				   0, WORLD_T0 + HOUR),
			 200);
	world_turn(&w, WORLD_T0 + 12 * HOUR);
	assert_string_equal(rows(&w), "cn-food-recall-1 00");
	world_turn(&w, WORLD_T0 + 24 * HOUR);
	assert_string_equal(rows(&w), "cn-food-recall-1 500");
	assert_int_equal(world_act(&w, "unix:cleo", "incident.task",
				   INC
				   ",\"task\":\"duty.cn-food-recall-1\",\"state\":\"done\"}",
				   0, WORLD_T0 + 25 * HOUR),
			 200);
	world_turn(&w, WORLD_T0 + 36 * HOUR);
	assert_string_equal(rows(&w), "cn-food-recall-1 501");
	world_verified(&w);
	world_close(&w);
}

static void
a_person_puts_another_of_its_group_in_its_place(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	assert_int_equal(world_act(&w, "unix:cleo", "incident.duty",
				   INC ",\"duty\":\"cn-food-recal-2\"}", 0, WORLD_T0 + HOUR),
			 404);
	assert_int_equal(world_act(&w, "unix:cleo", "incident.duty",
				   INC ",\"duty\":\"cn-food-recall-2\"}", 0, WORLD_T0 + HOUR),
			 200);
	assert_string_equal(rows(&w), "cn-food-recall-1 01, cn-food-recall-2 00");
	assert_non_null(strstr(task(&w, "duty.cn-food-recall-1"),
			       "\"state\":\"dropped\",\"why\":\"cn-food-recall-2 applies\""));
	/* From when it was reached, not from when somebody chose. */
	assert_non_null(
		strstr(task(&w, "duty.cn-food-recall-2"), "\"due\":\"2026-03-16T00:00:00Z\""));
	world_grumble(&w, WORLD_T0 + HOUR, 30);
	assert_string_equal(rows(&w), "cn-food-recall-1 01, cn-food-recall-2 00");
	world_verified(&w);
	world_close(&w);
}

/* The clock began when the first of the two was known. */
static void
of_two_that_become_one_the_clocks_go_on(void **state)
{
	static const struct {
		const char *topic; /* of the second, six hours later */
		const char *from, *into, *due;
	} cases[] = {
		{ "injury", "INC-2026-0001", "INC-2026-0002", "03-15T00" },
		{ "food_safety", "INC-2026-0001", "INC-2026-0002", "03-15T00" },
		{ "food_safety", "INC-2026-0002", "INC-2026-0001", "03-15T00" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct world w;
		const char *says;

		begin(&w);
		world_say(&w, &(struct world_mention){ .watch = "qingshan",
						       .at = WORLD_T0 + 6 * HOUR,
						       .label = LABEL_NEG,
						       .author = "y",
						       .topic = cases[i].topic,
						       .flags = MENTION_FIRST_HAND });
		assert_int_equal(
			world_act(&w, "unix:cleo", "incident.merge",
				  arena_textf(w.arena, "{\"id\":\"%s\",\"into\":\"%s\"}",
					      cases[i].from, cases[i].into),
				  0, WORLD_T0 + 7 * HOUR),
			200);
		says = world_ask(&w, "SELECT i.number || ' ' || substr(json_extract(e.value,"
				     " '$.due'), 6, 8) || ' ' || ((d.due_at - d.started_at) /"
				     " 3600) FROM duty d JOIN incident i ON i.id = d.incident"
				     " JOIN entry e ON e.incident = i.id AND e.kind = 'task'"
				     " AND e.key = 'duty.' || d.name WHERE i.state <> 'merged'"
				     " AND d.name = 'cn-food-recall-1' ORDER BY e.seq DESC"
				     " LIMIT 1");
		assert_string_equal(
			says, arena_textf(w.arena, "%s %s 24", cases[i].into, cases[i].due));
		/* It warns in the one that is open; the other's is over. */
		world_turn(&w, WORLD_T0 + 12 * HOUR);
		assert_string_equal(
			world_ask(&w, "SELECT group_concat(i.number || ' ' || d.percent, ', ')"
				      " FROM duty d JOIN incident i ON i.id = d.incident WHERE"
				      " d.ended_at = 0 AND d.name = 'cn-food-recall-1'"),
			arena_textf(w.arena, "%s 50", cases[i].into));
		world_verified(&w);
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_shortest_of_its_group_is_opened_once_and_says_that_nobody_checked_it),
		cmocka_unit_test(it_warns_at_half_three_quarters_and_the_end),
		cmocka_unit_test(a_clock_that_is_set_back_takes_the_duty_along),
		cmocka_unit_test(a_duty_is_told_anew_once_an_hour),
		cmocka_unit_test(a_duty_that_small_steps_move_is_told),
		cmocka_unit_test(the_task_ends_or_moves_its_clock),
		cmocka_unit_test(a_person_puts_another_of_its_group_in_its_place),
		cmocka_unit_test(of_two_that_become_one_the_clocks_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
