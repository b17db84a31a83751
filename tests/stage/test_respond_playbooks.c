/* The responder: what a playbook opens for an incident, once. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/playbook.h"
#include "responder/state.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define HOUR 3600

static struct str lead[] = { STR_INIT("lead") }, legal[] = { STR_INIT("legal") };
static struct person_conf people[] = {
	{ .key = STR_INIT("anna"), .name = STR_INIT("Anna Li"), .roles = { lead, 1 } },
	{ .key = STR_INIT("bob"), .name = STR_INIT("Bob"), .roles = { legal, 1 } },
	{ .key = STR_INIT("cleo"), .name = STR_INIT("Cleo"), .roles = { legal, 1 } },
};
static struct conf_pair cleo_is_legal = { STR_INIT("legal"), STR_INIT("cleo") };
static struct str burst[] = { STR_INIT("burst") }, injury[] = { STR_INIT("injury") };
static struct play_task tasks[] = {
	{ .level = 2,
	  .key = STR_INIT("call"),
	  .what = STR_INIT("call them"),
	  .role = STR_INIT("lead"),
	  .due = HOUR },
	{ .level = 3,
	  .key = STR_INIT("stop"),
	  .what = STR_INIT("stop selling"),
	  .role = STR_INIT("fixer") },
};
static struct playbook_conf books[] = {
	{ .name = STR_INIT("hurt"),
	  .title = STR_INIT("people hurt"),
	  .enabled = 1,
	  .topics = { injury, 1 },
	  .tasks = { tasks, 1 } },
	{ .name = STR_INIT("loud"),
	  .title = STR_INIT("many voices"),
	  .enabled = 1,
	  .triggers = { burst, 1 },
	  .roles = { &cleo_is_legal, 1 },
	  .tasks = { tasks, 2 },
	  .clocks = { .s = { [PLAY_VERDICT] = 600 } } },
};

static void
begin(struct world *w)
{
	world_open(w, CLOCK_WALL);
	w->conf.notice.people = (struct conf_list){ people, LY_COUNT(people) };
	w->conf.playbooks = (struct conf_list){ books, LY_COUNT(books) };
	world_reopen(w, WORLD_T0);
}

static const char *
count_of(struct world *w, const char *key)
{
	return world_ask(
		w, arena_textf(w->arena, "SELECT count(*) FROM entry WHERE key = '%s'", key));
}

static void
a_level_opens_its_tasks_once_and_proposes_people(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_grumble(&w, WORLD_T0, 6);
	assert_string_equal(world_standing(&w, "playbook", ""),
			    "{\"name\":\"loud\",\"why\":\"trigger burst\"}");
	assert_string_equal(world_standing(&w, "task", "loud.call"),
			    "{\"what\":\"call them\",\"role\":\"lead\",\"state\":\"open\","
			    "\"due\":\"2026-03-14T01:05:00Z\"}");
	assert_string_equal(count_of(&w, "loud.stop"), "0");
	assert_string_equal(world_standing(&w, "role", "legal"),
			    "{\"person\":\"cleo\",\"deputy\":\"bob\"}");
	/* Killed, and started with the same record. */
	world_reopen(&w, WORLD_T0 + HOUR);
	world_grumble(&w, WORLD_T0 + HOUR, 30);
	assert_string_equal(world_ask(&w, "SELECT level FROM incident"), "3");
	assert_string_equal(
		world_standing(&w, "task", "loud.stop"),
		"{\"what\":\"stop selling\",\"role\":\"fixer\",\"state\":\"open\"}");
	assert_string_equal(count_of(&w, "loud.call"), "1");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM entry WHERE kind = 'playbook'"),
			    "1");
	world_verified(&w);
	world_close(&w);
}

static void
its_clock_takes_the_place_of_the_usual_one(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_grumble(&w, WORLD_T0, 6);
	world_notices.next.v[0] = (struct notice_event){
		.what = NOTICE_SENT, .at = WORLD_T0 + 300, .level = 2, .to_person = true
	};
	world_notices.next.n = 1;
	world_notices.next.v[0].incident = incidents_at(w.r->incidents, 0)->id;
	world_notices.due_at = WORLD_T0 + 300;
	world_turn(&w, WORLD_T0 + 300);
	assert_string_equal(world_ask(&w,
				      "SELECT due_at - 1773446400 FROM deadline WHERE kind ="
				      " 'verdict'"),
			    "900");
	assert_int_equal(playbook_clock(&books[1], PLAY_VERDICT, 1800), 600);
	assert_int_equal(playbook_clock(&books[1], PLAY_PACK, 7200), 7200);
	assert_int_equal(playbook_clock(NULL, PLAY_VERDICT, 1800), 1800);
	world_close(&w);
}

/* A counter's incident has no topic yet; when it gets one, a playbook that waits for it fits. */
static void
an_incident_that_had_none_looks_again(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	for (int i = 0; i < 6; i++)
		world_say(&w,
			  &(struct world_mention){ .at = WORLD_T0 + i * 60,
						   .intent = INTENT_COMPLAINT,
						   .author = arena_textf(w.arena, "c%d", i) });
	assert_string_equal(world_ask(&w, "SELECT level FROM incident"), "1");
	assert_string_equal(world_standing(&w, "playbook", ""), "");
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + HOUR,
					       .label = LABEL_NEG,
					       .author = "x",
					       .topic = "injury",
					       .flags = MENTION_FIRST_HAND });
	assert_string_equal(world_standing(&w, "playbook", ""),
			    "{\"name\":\"hurt\",\"why\":\"topic injury\"}");
	assert_string_equal(count_of(&w, "hurt.call"), "1");
	world_verified(&w);
	world_close(&w);
}

/* Roles were filled when it came to L2; a playbook that is bound later fills those left empty. */
static void
one_that_is_bound_later_fills_the_roles_that_are_empty(void **state)
{
	static struct conf_pair cleo_fixes = { STR_INIT("fixer"), STR_INIT("cleo") };
	struct playbook_conf late = books[0];
	struct world w;

	(void)state;
	late.roles = (struct conf_list){ &cleo_fixes, 1 };
	begin(&w);
	w.conf.playbooks = (struct conf_list){ &late, 1 };
	world_reopen(&w, WORLD_T0);
	world_grumble(&w, WORLD_T0, 6);
	assert_string_equal(world_standing(&w, "role", "fixer"),
			    "{\"person\":\"\",\"deputy\":\"\"}");
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + HOUR,
					       .label = LABEL_NEG,
					       .author = "x",
					       .topic = "injury",
					       .flags = MENTION_FIRST_HAND });
	assert_string_equal(world_ask(&w, "SELECT level FROM incident"), "2");
	assert_string_equal(world_standing(&w, "role", "fixer"),
			    "{\"person\":\"cleo\",\"deputy\":\"\"}");
	world_verified(&w);
	world_close(&w);
}

static void
a_playbook_that_left_the_configuration_lets_another_in(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_grumble(&w, WORLD_T0, 6);
	w.conf.playbooks.n = 1;
	world_reopen(&w, WORLD_T0 + HOUR);
	world_grumble(&w, WORLD_T0 + HOUR, 30);
	assert_string_equal(world_ask(&w, "SELECT level FROM incident"), "3");
	assert_string_equal(count_of(&w, "loud.stop"), "0");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_level_opens_its_tasks_once_and_proposes_people),
		cmocka_unit_test(its_clock_takes_the_place_of_the_usual_one),
		cmocka_unit_test(an_incident_that_had_none_looks_again),
		cmocka_unit_test(one_that_is_bound_later_fills_the_roles_that_are_empty),
		cmocka_unit_test(a_playbook_that_left_the_configuration_lets_another_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
