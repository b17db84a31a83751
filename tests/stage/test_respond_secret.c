/* The responder: confidential incidents, and who may see one. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/playbook.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define INC  "{\"id\":\"INC-2026-0001\""

static struct str lead[] = { STR_INIT("lead") }, analyst[] = { STR_INIT("analyst") },
		  legal[] = { STR_INIT("legal") };
static struct person_conf people[] = {
	{ .key = STR_INIT("anna"),
	  .name = STR_INIT("Anna"),
	  .unix_name = STR_INIT("anna"),
	  .roles = { lead, 1 } },
	{ .key = STR_INIT("bob"),
	  .name = STR_INIT("Bob"),
	  .unix_name = STR_INIT("bob"),
	  .roles = { analyst, 1 } },
	{ .key = STR_INIT("cleo"),
	  .name = STR_INIT("Cleo"),
	  .unix_name = STR_INIT("cleo"),
	  .roles = { legal, 1 } },
};
static struct str topics[] = { STR_INIT("minors") }, only_cleo[] = { STR_INIT("cleo") };

static void
begin(struct world *w)
{
	world_open(w, CLOCK_WALL);
	w->conf.notice.people = (struct conf_list){ people, LY_COUNT(people) };
	w->conf.notice.confidential.topics = (struct conf_texts){ topics, 1 };
	world_reopen(w, WORLD_T0);
}

static void
report(struct world *w)
{
	world_say(w, &(struct world_mention){ .at = WORLD_T0,
					      .label = LABEL_NEG,
					      .author = "x",
					      .topic = "minors",
					      .flags = MENTION_FIRST_HAND });
}

static void
its_topic_makes_it_confidential_and_only_the_list_sees_it(void **state)
{
	static const char *const readers[] = { "unix:anna", "unix:cleo", "person:anna" };
	static const char *const others[] = { "unix:bob", "unix:root", "token:push" };
	struct world w;

	(void)state;
	begin(&w);
	report(&w);
	assert_string_equal(world_ask(&w, "SELECT confidential || topic FROM incident"),
			    "1minors");
	assert_string_equal(world_standing(&w, "confidential", ""),
			    "{\"is\":\"yes\",\"why\":\"topic minors\"}");
	/* Nobody gets a role who may not see it. */
	assert_string_equal(world_standing(&w, "role", "analyst"),
			    "{\"person\":\"\",\"deputy\":\"\"}");
	assert_string_equal(world_standing(&w, "role", "lead"),
			    "{\"person\":\"anna\",\"deputy\":\"\"}");
	for (size_t i = 0; i < LY_COUNT(readers); i++) {
		assert_int_equal(world_act_on(&w, readers[i], "incident.show", ""), 200);
		assert_non_null(strstr(w.reply.p, "minors"));
	}
	for (size_t i = 0; i < LY_COUNT(others); i++) {
		assert_int_equal(world_act_on(&w, others[i], "incident.show", ""), 403);
		assert_null(strstr(w.reply.p, "minors"));
		assert_int_equal(world_act_on(&w, others[i], "incident.verdict",
					      ",\"verdict\":\"watch\""),
				 403);
		assert_int_equal(world_act_on(&w, others[i], "incident.share",
					      ",\"person\":\"bob\",\"why\":\"me\""),
				 403);
		assert_int_equal(
			world_act(&w, others[i], "incident.list", "{}", 0, WORLD_T0 + HOUR),
			200);
		assert_non_null(strstr(w.reply.p, "{\"incident\":\"INC-2026-0001\""));
		assert_null(strstr(w.reply.p, "title"));
		assert_null(strstr(w.reply.p, "shancui"));
		assert_null(strstr(w.reply.p, "minors"));
		/* Asking for its watch does not tell either. */
		world_act(&w, others[i], "incident.list", "{\"watch\":\"shancui\"}", 0,
			  WORLD_T0 + HOUR);
		assert_string_equal(w.reply.p, "{\"incidents\":[]}");
	}
	world_verified(&w);
	world_close(&w);
}

static void
whoever_was_told_may_take_it_and_sees_no_more(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	report(&w);
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.ack", ""), 200);
	assert_non_null(strstr(w.reply.p, "\"acked_by\":\"unix:bob\""));
	assert_null(strstr(w.reply.p, "minors"));
	assert_null(strstr(w.reply.p, "title"));
	world_close(&w);
}

static void
somebody_who_sees_it_lets_others_in_and_puts_them_out(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	report(&w);
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.share", ",\"person\":\"bob\""),
			 400);
	assert_int_equal(
		world_act_on(&w, "unix:anna", "incident.share",
			     ",\"person\":\"bob\",\"in\":\"yes\",\"why\":\"counts for us\""),
		200);
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.show", ""), 200);
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.share",
				      ",\"person\":\"bob\",\"in\":\"no\",\"why\":\"done\""),
			 200);
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.show", ",\"again\":\"1\""),
			 403);
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.share",
				      ",\"person\":\"bob\",\"in\":\"yes\",\"why\":\"again\""),
			 200);
	world_verified(&w);
	world_close(&w);
}

static void
a_role_lets_one_in(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	report(&w);
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.show", ""), 403);
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.assign",
				      ",\"role\":\"analyst\",\"person\":\"bob\""),
			 200);
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.show", ",\"again\":\"1\""),
			 200);
	world_close(&w);
}

static void
the_configured_list_stands_before_roles(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.conf.notice.confidential.people = (struct conf_texts){ only_cleo, 1 };
	world_reopen(&w, WORLD_T0);
	report(&w);
	assert_string_equal(world_standing(&w, "role", "lead"),
			    "{\"person\":\"\",\"deputy\":\"\"}");
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.show", ""), 403);
	assert_int_equal(world_act_on(&w, "unix:cleo", "incident.show", ""), 200);
	world_close(&w);
}

static void
a_persons_word_stands_against_topic_and_playbook(void **state)
{
	static struct playbook_conf book[] = { { .name = STR_INIT("any"),
						 .title = STR_INIT("any"),
						 .enabled = 1,
						 .confidential = 1 } };
	struct world w;

	(void)state;
	begin(&w);
	w.conf.playbooks = (struct conf_list){ book, 1 };
	world_reopen(&w, WORLD_T0);
	world_grumble(&w, WORLD_T0, 6);
	assert_string_equal(world_standing(&w, "confidential", ""),
			    "{\"is\":\"yes\",\"why\":\"as its playbook says\"}");
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.show", ""), 403);
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.confidential",
				      ",\"is\":\"no\",\"why\":\"it is in the papers\""),
			 200);
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.show", ",\"again\":\"1\""),
			 200);
	world_grumble(&w, WORLD_T0 + HOUR, 30);
	assert_string_equal(world_ask(&w, "SELECT level || confidential FROM incident"), "30");
	/* And by hand, also over a restart. */
	assert_int_equal(world_act_on(&w, "unix:root", "incident.confidential",
				      ",\"is\":\"yes\",\"why\":\"a name\""),
			 200);
	assert_int_equal(world_notices.recalls[RECALL_ALL], 1); /* what says more */
	world_reopen(&w, WORLD_T0 + HOUR);
	assert_int_equal(world_act_on(&w, "unix:root", "incident.show", ""), 403);
	/* Bob is its analyst since L3. */
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.show", ",\"again\":\"2\""),
			 200);
	world_verified(&w);
	world_close(&w);
}

static void
with_nobody_on_the_list_whoever_runs_the_machine_sees_it(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.conf.notice.people.n = 0;
	world_reopen(&w, WORLD_T0);
	report(&w);
	assert_int_equal(world_act_on(&w, "unix:root", "incident.show", ""), 200);
	assert_int_equal(world_act_on(&w, "token:push", "incident.show", ""), 403);
	world_close(&w);
}

static void
what_takes_in_a_confidential_one_becomes_so(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.watches[1].size = WATCH_SMALL;
	world_reopen(&w, WORLD_T0);
	report(&w);
	for (int i = 0; i < 6; i++)
		world_say(&w, &(struct world_mention){
				      .watch = "qingshan",
				      .at = WORLD_T0 + i * 60,
				      .label = LABEL_NEG,
				      .author = arena_textf(w.arena, "q%d", i),
				      .site = arena_textf(w.arena, "s%d.example", i % 7) });
	assert_string_equal(world_ask(&w, "SELECT confidential FROM incident WHERE number ="
					  " 'INC-2026-0002'"),
			    "0");
	/* Bob may not pull it into one that he sees. */
	assert_int_equal(world_act(&w, "unix:bob", "incident.merge",
				   INC ",\"into\":\"INC-2026-0002\",\"why\":\"x\"}", 0,
				   WORLD_T0 + HOUR),
			 403);
	assert_int_equal(world_act(&w, "unix:anna", "incident.merge",
				   INC ",\"into\":\"INC-2026-0002\",\"why\":\"one school\"}", 0,
				   WORLD_T0 + HOUR),
			 200);
	assert_string_equal(world_ask(&w, "SELECT confidential FROM incident WHERE number ="
					  " 'INC-2026-0002'"),
			    "1");
	assert_int_equal(world_notices.recalls[RECALL_ALL], 1);
	world_verified(&w);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_topic_makes_it_confidential_and_only_the_list_sees_it),
		cmocka_unit_test(whoever_was_told_may_take_it_and_sees_no_more),
		cmocka_unit_test(somebody_who_sees_it_lets_others_in_and_puts_them_out),
		cmocka_unit_test(a_role_lets_one_in),
		cmocka_unit_test(the_configured_list_stands_before_roles),
		cmocka_unit_test(a_persons_word_stands_against_topic_and_playbook),
		cmocka_unit_test(with_nobody_on_the_list_whoever_runs_the_machine_sees_it),
		cmocka_unit_test(what_takes_in_a_confidential_one_becomes_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
