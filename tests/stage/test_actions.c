/* The responder: what a playbook does by itself, and what waits for a second signal or a person. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/playbook.h"
#include "responder/state.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define HOUR    3600
#define WAIT_MS 20000 /* a test that waits for longer has failed */
#define INC     "{\"id\":\"INC-2026-0001\""

static struct str burst[] = { STR_INIT("burst") };
static struct action_conf actions[4];
static struct playbook_conf books[] = { { .name = STR_INIT("loud"),
					  .title = STR_INIT("many voices"),
					  .enabled = 1,
					  .triggers = { burst, 1 },
					  .actions = { actions, 1 } } };
static struct signal_conf health[] = { { .name = STR_INIT("health"),
					 .watch = STR_INIT("shancui"),
					 .class = SIGNAL_SYSTEM,
					 .below = 1,
					 .grade = 3 } };

/* A shell line as a program with its arguments: the shell is the program here. */
static struct action_conf
command_of(const char *line)
{
	static struct str argv[3] = { STR_INIT("/bin/sh"), STR_INIT("-c") };

	argv[2] = str_of(line);
	return (struct action_conf){ .name = STR("standby"),
				     .level = 2,
				     .kind = ACTION_COMMAND,
				     .argv = { argv, 3 },
				     .timeout = 10,
				     .keep_bytes = 1000 };
}

static void
begin(struct world *w, struct action_conf c)
{
	actions[0] = c;
	books[0].actions.n = 1;
	world_open(w, CLOCK_WALL);
	w->conf.playbooks = (struct conf_list){ books, 1 };
	w->conf.send = SEND_REAL;
	world_reopen(w, WORLD_T0);
}

/* Until no command runs and what came of them is written: the descriptor says when. */
static void
until_calm(struct world *w, int64_t now)
{
	while (actions_busy(w->r->actions)) {
		struct pollfd p = { .fd = respond_stage.fd(w->r), .events = POLLIN };

		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		world_turn(w, now);
	}
}

static const char *
action(struct world *w, int n, const char *column)
{
	return world_ask(
		w, arena_textf(w->arena, "SELECT %s FROM action WHERE n = %d", column, n));
}

static const char *
attempts(struct world *w)
{
	return world_ask(w, "SELECT group_concat(n || ':' || state, ' ') FROM (SELECT n, state"
			    " FROM action ORDER BY n)");
}

static const char *
task(struct world *w, const char *key)
{
	return world_ask(w, arena_textf(w->arena,
					"SELECT value FROM entry WHERE kind = 'task' AND key ="
					" '%s' ORDER BY seq DESC LIMIT 1",
					key));
}

static int
let(struct world *w, const char *who, const char *again)
{
	return world_act(w, who, "incident.act",
			 arena_textf(w->arena, INC ",\"action\":\"standby\"%s}", again), 0,
			 WORLD_T0 + HOUR);
}

static void
a_command_runs_once_and_its_output_is_kept(void **state)
{
	struct action_conf c =
		command_of("echo $LANGYAN_INCIDENT L$LANGYAN_LEVEL; env | wc -l");
	struct world w;

	(void)state;
	begin(&w, c);
	setenv("LANGYAN_SECRET", "x", 1);
	world_grumble(&w, WORLD_T0, 6);
	until_calm(&w, WORLD_T0 + 400);
	/* Seven of ours, PWD and the like of the shell's own. */
	assert_non_null(strstr(action(&w, 1, "output"), "INC-2026-0001 L2\n"));
	assert_string_equal(attempts(&w), "1:done");
	assert_string_equal(action(&w, 1, "let_by || status || why"), "playbook0");
	world_grumble(&w, WORLD_T0 + HOUR, 6);
	world_reopen(&w, WORLD_T0 + HOUR);
	world_grumble(&w, WORLD_T0 + 2 * HOUR, 30);
	until_calm(&w, WORLD_T0 + 3 * HOUR);
	assert_string_equal(attempts(&w), "1:done");
	/* Who let it do what is in the chain. */
	assert_string_equal(world_ask(&w,
				      "SELECT group_concat(actor || ' ' ||"
				      " json_extract(value, '$.state'), ', ') FROM (SELECT *"
				      " FROM entry WHERE kind = 'action' ORDER BY seq)"),
			    "playbook running, playbook done");
	world_verified(&w);
	world_close(&w);
}

static void
what_goes_wrong_becomes_a_task_and_a_person_may_try_again(void **state)
{
	char flag[] = "/tmp/langyan-action-XXXXXX";
	int fd = mkstemp(flag);
	struct world w;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	begin(&w, command_of(""));
	actions[0] = command_of(
		arena_textf(w.arena, "test -e %s || exit 0; echo no route; exit 7", flag));
	world_grumble(&w, WORLD_T0, 6);
	until_calm(&w, WORLD_T0 + 400);
	assert_string_equal(attempts(&w), "1:failed");
	assert_string_equal(action(&w, 1, "why || ': ' || output"), "exit code 7: no route\n");
	assert_non_null(strstr(task(&w, "loud.standby.1"), "\"state\":\"open\""));
	unlink(flag);
	assert_int_equal(let(&w, "unix:anna", ""), 200);
	assert_non_null(strstr(w.reply.p, "\"said\":\"standby: started\""));
	until_calm(&w, WORLD_T0 + HOUR);
	assert_string_equal(attempts(&w), "1:failed 2:done");
	assert_string_equal(action(&w, 2, "let_by"), "unix:anna");
	world_verified(&w);
	world_close(&w);
}

static void
over_its_limit_it_is_ended(void **state)
{
	struct action_conf c = command_of("echo begun; exec sleep 100");
	struct world w;

	(void)state;
	c.timeout = 1;
	begin(&w, c);
	world_grumble(&w, WORLD_T0, 6);
	until_calm(&w, WORLD_T0 + 400);
	assert_string_equal(attempts(&w), "1:failed");
	assert_string_equal(action(&w, 1, "why || '; ' || output"),
			    "over its limit of 1s: it and its group were ended; begun\n");
	world_close(&w);
}

/* As kill -9 leaves it: the row is committed, the program runs, we are gone. */
static void
what_ran_when_we_died_is_unknown_and_waits_for_a_person(void **state)
{
	struct world w;

	(void)state;
	begin(&w, command_of("exec sleep 100"));
	world_grumble(&w, WORLD_T0, 6);
	assert_string_equal(attempts(&w), "1:running");
	actions[0] = command_of("echo again");
	world_reopen(&w, WORLD_T0 + 500);
	assert_string_equal(attempts(&w), "1:unknown");
	assert_string_equal(action(&w, 1, "why"), "langyan ended while it ran");
	assert_non_null(
		strstr(task(&w, "loud.standby.1"), "outcome of action standby unknown"));
	world_grumble(&w, WORLD_T0 + HOUR, 30);
	world_reopen(&w, WORLD_T0 + HOUR);
	world_turn(&w, WORLD_T0 + HOUR);
	assert_string_equal(attempts(&w), "1:unknown");
	assert_int_equal(let(&w, "unix:anna", ""), 200);
	until_calm(&w, WORLD_T0 + HOUR);
	assert_string_equal(attempts(&w), "1:unknown 2:done");
	world_verified(&w);
	world_close(&w);
}

static void
one_signal_is_not_enough_two_that_agree_are(void **state)
{
	struct action_conf c = command_of("echo on");
	struct world w;

	(void)state;
	c.changes = 1;
	begin(&w, c);
	w.conf.signals = (struct conf_list){ health, 1 };
	world_reopen(&w, WORLD_T0);
	world_grumble(&w, WORLD_T0, 6);
	assert_string_equal(attempts(&w), "1:waiting");
	assert_non_null(strstr(task(&w, "loud.standby.1"),
			       "langyan incident act INC-2026-0001 standby"));
	/* More voices are the same signal. */
	world_grumble(&w, WORLD_T0 + 600, 30);
	assert_string_equal(attempts(&w), "1:waiting");
	assert_int_equal(world_act(&w, "unix:ops", "signal.push", "{}", 0, WORLD_T0 + 2500),
			 400);
	{
		struct command push = { .id = { { 9 } },
					.call = 7,
					.actor = STR("token:push"),
					.verb = STR("signal.push"),
					.args = STR("{}"),
					.type = STR("application/json"),
					.body = STR("{\"signal\":\"health\",\"value\":0}") };
		struct buf b = BUF(4096);

		record_encode(&command_record, &push, &b);
		world_step(&w, buf_str(&b), WORLD_T0 + 2500);
		buf_release(&b);
		assert_int_equal(w.reply_status, 200);
	}
	world_turn(&w, WORLD_T0 + 2500);
	until_calm(&w, WORLD_T0 + 2560);
	assert_string_equal(attempts(&w), "1:done");
	assert_string_equal(action(&w, 1, "let_by"), "signals");
	assert_non_null(strstr(world_ask(&w, "SELECT group_concat(value) FROM entry WHERE kind"
					     " = 'action'"),
			       "\"state\":\"running\",\"why\":\"voices, health\""));
	assert_non_null(strstr(task(&w, "loud.standby.1"), "\"state\":\"done\""));
	world_verified(&w);
	world_close(&w);
}

static void
a_person_stands_for_any_signal_but_not_for_dry_run(void **state)
{
	struct action_conf c = command_of("echo on");
	struct world w;

	(void)state;
	c.changes = 1;
	begin(&w, c);
	world_grumble(&w, WORLD_T0, 6);
	assert_string_equal(attempts(&w), "1:waiting");
	assert_int_equal(let(&w, "unix:anna", ""), 200);
	until_calm(&w, WORLD_T0 + HOUR);
	assert_string_equal(attempts(&w), "1:done");
	world_close(&w);
	c.dry_run = 1;
	begin(&w, c);
	world_grumble(&w, WORLD_T0, 6);
	assert_string_equal(attempts(&w), "1:dry");
	assert_string_equal(action(&w, 1, "why"),
			    "dry run: would have waited for a second signal or a person");
	assert_int_equal(let(&w, "unix:anna", ""), 200);
	assert_string_equal(attempts(&w), "1:dry 2:dry");
	assert_false(actions_busy(w.r->actions));
	world_close(&w);
}

/* Programs of a playbook do not know who is enrolled: an exercise runs none, whoever asks. */
static void
an_exercise_runs_no_program(void **state)
{
	char flag[] = "/tmp/langyan-action-XXXXXX";
	int fd = mkstemp(flag);
	struct world w;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	begin(&w, command_of(""));
	actions[0] = command_of(arena_textf(w.arena, "rm %s", flag));
	w.conf.notice.exercise.on = 1;
	world_grumble(&w, WORLD_T0, 6);
	assert_int_equal(let(&w, "unix:anna", ""), 200);
	until_calm(&w, WORLD_T0 + HOUR);
	assert_string_equal(attempts(&w), "1:dry 2:dry");
	assert_string_equal(action(&w, 1, "why"), "dry run: would have been done");
	assert_int_equal(unlink(flag), 0);
	world_verified(&w);
	world_close(&w);
}

static void
what_waits_is_dropped_when_it_is_over(void **state)
{
	struct action_conf c = command_of("echo on");
	struct world w;

	(void)state;
	c.changes = 1;
	begin(&w, c);
	world_grumble(&w, WORLD_T0, 6);
	assert_int_equal(world_act(&w, "unix:anna", "incident.verdict",
				   INC ",\"verdict\":\"not_ours\"}", 0, WORLD_T0 + HOUR),
			 200);
	assert_string_equal(attempts(&w), "1:dropped");
	assert_non_null(strstr(task(&w, "loud.standby.1"), "\"state\":\"done\""));
	world_close(&w);
}

static void
what_leaves_no_mark_on_a_system_is_done_in_the_same_transaction(void **state)
{
	static struct str to[] = { STR_INIT("person:anna"), STR_INIT("role:lead") },
			  drafts[] = { STR_INIT("zh-any-holding") };
	static struct str lead[] = { STR_INIT("lead") };
	static struct person_conf people[] = {
		{ .key = STR_INIT("anna"), .name = STR_INIT("Anna"), .roles = { lead, 1 } }
	};
	struct world w;

	(void)state;
	begin(&w, (struct action_conf){ .name = STR("tell"),
					.level = 2,
					.kind = ACTION_NOTIFY,
					.to = { to, 2 } });
	actions[1] = (struct action_conf){ .name = STR("text"),
					   .level = 2,
					   .kind = ACTION_DRAFT,
					   .templates = { drafts, 1 } };
	actions[2] = (struct action_conf){ .name = STR("ask"),
					   .level = 2,
					   .kind = ACTION_TASK,
					   .what = STR("ask the plant"),
					   .due = HOUR };
	actions[3] = (struct action_conf){
		.name = STR("hook"), .level = 2, .kind = ACTION_WEBHOOK, .channel = STR("ops")
	};
	books[0].actions.n = 4;
	w.conf.notice.people = (struct conf_list){ people, 1 };
	world_reopen(&w, WORLD_T0);
	world_grumble(&w, WORLD_T0, 6);
	assert_string_equal(world_ask(&w,
				      "SELECT group_concat(name || ':' || state || ' ' ||"
				      " why, '; ') FROM (SELECT * FROM action ORDER BY name)"),
			    "ask:done opened; hook:done given to the outbox (langyan notice"
			    " list); tell:done 2 notices; text:done 1 templates");
	assert_string_equal(task(&w, "loud.ask.task"),
			    "{\"what\":\"ask the plant\",\"role\":\"lead\",\"state\":\"open\","
			    "\"due\":\"2026-03-14T01:05:00Z\"}");
	assert_int_equal(world_notices.tells, 3);
	assert_string_equal(world_notices.told_subject, "INC-2026-0001 L2: hook");
	world_verified(&w);
	world_close(&w);
}

static void
a_person_binds_another_playbook_and_asks_for_what_there_is(void **state)
{
	struct world w;

	(void)state;
	begin(&w, command_of("echo on"));
	world_grumble(&w, WORLD_T0, 6);
	until_calm(&w, WORLD_T0 + 400);
	assert_int_equal(world_act(&w, "unix:anna", "incident.act",
				   INC ",\"action\":\"stanby\"}", 0, WORLD_T0 + HOUR),
			 404);
	assert_non_null(strstr(w.reply.p,
			       "playbook loud has no action \\\"stanby\\\"; it has standby"));
	assert_int_equal(world_act(&w, "unix:anna", "incident.playbook",
				   INC ",\"playbook\":\"louder\"}", 0, WORLD_T0 + HOUR),
			 404);
	assert_int_equal(world_act(&w, "unix:anna", "incident.playbook",
				   INC ",\"playbook\":\"loud\"}", 0, WORLD_T0 + HOUR),
			 409);
	assert_int_equal(
		world_act(&w, "unix:anna", "incident.show", INC "}", 0, WORLD_T0 + HOUR), 200);
	assert_non_null(strstr(w.reply.p,
			       "\"actions\":[{\"n\":1,\"playbook\":\"loud\","
			       "\"action\":\"standby\",\"kind\":\"command\","
			       "\"state\":\"done\",\"why\":\"\",\"by\":\"playbook\""));
	assert_non_null(strstr(w.reply.p, "\"output\":\"on\\n\"}]"));
	world_close(&w);
}

/* Bound by hand, too, it is so at once and not with the next move. */
static void
a_confidential_playbook_makes_its_incident_so(void **state)
{
	struct playbook_conf both[] = { books[0],
					{ .name = STR("secret"),
					  .title = STR("a matter for few"),
					  .enabled = 1,
					  .confidential = 1 } };
	struct world w;

	(void)state;
	begin(&w, command_of("echo on"));
	w.conf.playbooks = (struct conf_list){ both, 2 };
	world_reopen(&w, WORLD_T0);
	world_grumble(&w, WORLD_T0, 6);
	until_calm(&w, WORLD_T0 + 400);
	assert_string_equal(world_ask(&w, "SELECT confidential FROM incident"), "0");
	assert_int_equal(world_act(&w, "unix:anna", "incident.playbook",
				   INC ",\"playbook\":\"secret\"}", 0, WORLD_T0 + HOUR),
			 200);
	assert_string_equal(world_ask(&w, "SELECT confidential FROM incident"), "1");
	world_verified(&w);
	world_close(&w);
}

static void
a_stepped_tick_waits_for_its_commands(void **state)
{
	struct world w;
	int64_t at = WORLD_T0 + HOUR;

	(void)state;
	actions[0] = command_of("echo on");
	books[0].actions.n = 1;
	world_open(&w, CLOCK_STEPPED);
	w.conf.playbooks = (struct conf_list){ books, 1 };
	w.conf.send = SEND_REAL;
	world_reopen(&w, WORLD_T0);
	for (int i = 0; i < 6; i++)
		world_step(&w,
			   world_result(&w,
					&(struct world_mention){
						.at = at + i,
						.label = LABEL_NEG,
						.author = arena_textf(w.arena, "p%d", i) }),
			   at + i);
	world_step(&w, world_tick(&w, at + 10, 6), at);
	world_settle(&w, at);
	assert_int_equal(w.receipts_n, 0);
	until_calm(&w, at);
	world_turn(&w, at);
	assert_int_equal(w.receipts_n, 7);
	assert_string_equal(action(&w, 1, "state || (ended_at - started_at) || us"), "done50");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_runs_once_and_its_output_is_kept),
		cmocka_unit_test(what_goes_wrong_becomes_a_task_and_a_person_may_try_again),
		cmocka_unit_test(over_its_limit_it_is_ended),
		cmocka_unit_test(what_ran_when_we_died_is_unknown_and_waits_for_a_person),
		cmocka_unit_test(one_signal_is_not_enough_two_that_agree_are),
		cmocka_unit_test(a_person_stands_for_any_signal_but_not_for_dry_run),
		cmocka_unit_test(an_exercise_runs_no_program),
		cmocka_unit_test(what_waits_is_dropped_when_it_is_over),
		cmocka_unit_test(
			what_leaves_no_mark_on_a_system_is_done_in_the_same_transaction),
		cmocka_unit_test(a_person_binds_another_playbook_and_asks_for_what_there_is),
		cmocka_unit_test(a_confidential_playbook_makes_its_incident_so),
		cmocka_unit_test(a_stepped_tick_waits_for_its_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
