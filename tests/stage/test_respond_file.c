/* The responder: the file of an incident, its gates, and who must stay out of it. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/state.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define INC  "{\"id\":\"INC-2026-0001\""

static struct str lead[] = { STR_INIT("lead"), STR_INIT("analyst") };
static struct str legal[] = { STR_INIT("legal"), STR_INIT("lead") };
static struct person_conf people[] = {
	{ .key = STR_INIT("anna"),
	  .name = STR_INIT("Anna Li"),
	  .unix_name = STR_INIT("anna"),
	  .deputy = STR_INIT("bob"),
	  .roles = { lead, 2 } },
	{ .key = STR_INIT("bob"),
	  .name = STR_INIT("Bob"),
	  .unix_name = STR_INIT("bob"),
	  .roles = { legal, 2 } },
};

/* An incident at L2, or at L3 after more voices. */
static void
open_at(struct world *w, int voices)
{
	world_open(w, CLOCK_WALL);
	w->conf.notice.people = (struct conf_list){ people, 2 };
	world_reopen(w, WORLD_T0);
	world_grumble(w, WORLD_T0, voices);
}

static void
a_level_opens_its_missing_fields_as_tasks_and_fills_its_roles(void **state)
{
	struct world w;

	(void)state;
	open_at(&w, 6);
	assert_string_equal(world_ask(&w, "SELECT group_concat(key) FROM (SELECT key FROM entry"
					  " WHERE kind = 'task' ORDER BY seq)"),
			    "assessment,claim,verdict");
	assert_string_equal(world_standing(&w, "role", "lead"),
			    "{\"person\":\"anna\",\"deputy\":\"bob\"}");
	assert_string_equal(world_standing(&w, "role", "fixer"),
			    "{\"person\":\"\",\"deputy\":\"\"}");
	world_grumble(&w, WORLD_T0 + HOUR, 30);
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "responding");
	assert_string_equal(world_ask(&w, "SELECT group_concat(key) FROM (SELECT key FROM entry"
					  " WHERE kind = 'task' ORDER BY seq)"),
			    "assessment,claim,verdict,fact,statement,pack,full,pack.statement,"
			    "pack.plan,pack.third");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM entry WHERE key = 'lead'"),
			    "1");
	world_verified(&w);
	world_close(&w);
}

static void
what_a_task_asks_for_closes_it(void **state)
{
	static const struct {
		const char *verb, *rest, *task;
	} cases[] = {
		{ "incident.assess", ",\"type\":\"rumour\",\"fault\":\"no\"", "assessment" },
		{ "incident.claim", ",\"text\":\"it burns\",\"truth\":\"untrue\"", "claim" },
		{ "incident.fact",
		  ",\"key\":\"batch\",\"value\":\"A7\",\"status\":\"confirmed\"", "fact" },
		{ "incident.release", ",\"kind\":\"full\",\"channel\":\"weibo\"", "full" },
	};
	struct world w;

	(void)state;
	open_at(&w, 40);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		assert_non_null(strstr(world_standing(&w, "task", cases[i].task),
				       "\"state\":\"open\""));
		if (world_act_on(&w, "unix:anna", cases[i].verb, cases[i].rest) != 200)
			fail_msg("%s", w.reply.p);
		assert_non_null(strstr(world_standing(&w, "task", cases[i].task),
				       "\"state\":\"done\""));
	}
	assert_non_null(strstr(world_standing(&w, "task", "statement"), "\"state\":\"done\""));
	world_verified(&w);
	world_close(&w);
}

static void
strategies_are_shown_for_each_claim(void **state)
{
	struct world w;

	(void)state;
	open_at(&w, 6);
	world_act_on(&w, "unix:anna", "incident.assess",
		     ",\"type\":\"rumour\",\"fault\":\"no\"");
	world_act_on(&w, "unix:anna", "incident.claim", ",\"text\":\"it burns\"");
	world_act_on(&w, "unix:anna", "incident.claim",
		     ",\"text\":\"it stinks\",\"truth\":\"true\"");
	/* What is not given stays as it was. */
	world_act_on(&w, "unix:anna", "incident.claim",
		     ",\"claim\":\"1\",\"truth\":\"untrue\"");
	assert_string_equal(world_standing(&w, "claim", "1"),
			    "{\"text\":\"it burns\",\"truth\":\"untrue\",\"proof\":\"\"}");
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.show", ""), 200);
	assert_non_null(strstr(w.reply.p,
			       "{\"claim\":\"1\",\"cluster\":\"victim\",\"stepped\":false,"
			       "\"use\":[\"instruct\",\"adjust\",\"deny\"],"
			       "\"blocked\":[\"diminish\",\"rebuild\"]"));
	assert_non_null(strstr(w.reply.p,
			       "{\"claim\":\"2\",\"cluster\":\"victim\",\"stepped\":false,"
			       "\"use\":[\"instruct\",\"adjust\"],"
			       "\"blocked\":[\"deny\",\"diminish\",\"rebuild\"]"));
	world_close(&w);
}

static void
a_person_who_is_named_is_out_and_the_deputy_acts(void **state)
{
	struct world w;

	(void)state;
	open_at(&w, 6);
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.show", ""), 200);
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.claim",
				      ",\"text\":\"anna li knew of it\""),
			 200);
	assert_string_equal(world_standing(&w, "recusal", "anna"),
			    "{\"out\":\"yes\",\"why\":\"named in claim 1\"}");
	assert_string_equal(world_standing(&w, "role", "lead"),
			    "{\"person\":\"bob\",\"deputy\":\"\"}");
	assert_int_equal(world_notices.recalls[RECALL_OUT], 1);
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.show", ",\"again\":\"1\""),
			 403);
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.ack", ""), 403);
	assert_int_equal(
		world_act_on(&w, "unix:anna", "incident.verdict", ",\"verdict\":\"watch\""),
		403);
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.assign",
				      ",\"role\":\"approver\",\"person\":\"anna\""),
			 409);
	assert_int_equal(
		world_act_on(&w, "unix:bob", "incident.recuse",
			     ",\"person\":\"anna\",\"out\":\"no\",\"why\":\"another Anna Li\""),
		200);
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.show", ",\"again\":\"2\""),
			 200);
	world_verified(&w);
	world_close(&w);
}

/* No number is said there: neither by a code nor by a list does one get in. */
static void
who_is_out_sees_no_list_and_takes_nothing_by_code(void **state)
{
	static const struct {
		const char *actor, *whose;
		int status;
	} cases[] = {
		{ "unix:anna", "bob", 403 },
		{ "unix:bob", "anna", 403 },
		{ "token:phone", "anna", 403 },
		{ "token:phone", "bob", 200 },
	};
	struct world w;

	(void)state;
	open_at(&w, 6);
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.recuse",
				      ",\"person\":\"anna\",\"why\":\"her brother's shop\""),
			 200);
	assert_int_equal(world_notices.recalls[RECALL_OUT], 1);
	world_act(&w, "unix:bob", "incident.list", "{}", 0, WORLD_T0 + HOUR);
	assert_non_null(strstr(w.reply.p, "\"title\""));
	assert_int_equal(world_act(&w, "unix:anna", "incident.list", "{}", 0, WORLD_T0 + HOUR),
			 200);
	assert_non_null(strstr(w.reply.p, "{\"incident\":\"INC-2026-0001\""));
	assert_null(strstr(w.reply.p, "\"title\""));
	assert_null(strstr(w.reply.p, "\"topic\""));
	world_act(&w, "unix:anna", "incident.list", "{\"watch\":\"shancui\"}", 0,
		  WORLD_T0 + HOUR);
	assert_string_equal(w.reply.p, "{\"incidents\":[]}");
	world_notices.code_incident = incidents_at(w.r->incidents, 0)->id;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		const char *args = arena_textf(w.arena, "{\"code\":\"12345%zu\"}", i);

		world_notices.code_person = cases[i].whose;
		if (world_act(&w, cases[i].actor, "incident.ack", args, 0, WORLD_T0 + HOUR) !=
		    cases[i].status)
			fail_msg("%s %s: %s", cases[i].actor, cases[i].whose, w.reply.p);
	}
	assert_string_equal(world_ask(&w, "SELECT acked_by FROM incident"), "bob");
	world_verified(&w);
	world_close(&w);
}

static void
who_is_out_stays_so_when_the_reason_is_struck(void **state)
{
	struct world w;

	(void)state;
	open_at(&w, 6);
	assert_int_equal(world_act_on(&w, "unix:bob", "incident.recuse",
				      ",\"person\":\"anna\",\"why\":\"her brother's shop\""),
			 200);
	assert_int_equal(
		world_act_on(&w, "unix:bob", "incident.strike",
			     ",\"kind\":\"recusal\",\"key\":\"anna\",\"why\":\"private\""),
		200);
	assert_int_equal(world_act_on(&w, "unix:anna", "incident.show", ""), 403);
	world_verified(&w);
	world_close(&w);
}

static void
what_legal_alone_may_see_is_shown_to_legal_alone(void **state)
{
	struct world w;

	(void)state;
	open_at(&w, 6);
	world_act_on(&w, "unix:bob", "incident.assess",
		     ",\"note\":\"our valve\",\"view\":\"legal\"");
	world_act_on(&w, "unix:anna", "incident.show", "");
	assert_null(strstr(w.reply.p, "our valve"));
	world_act_on(&w, "unix:bob", "incident.show", "");
	assert_non_null(strstr(w.reply.p, "our valve"));
	world_close(&w);
}

static void
mistakes_are_told_and_write_nothing(void **state)
{
	static const struct {
		int status;
		const char *verb, *rest, *says;
	} cases[] = {
		{ 400, "incident.claim", "", "text is missing" },
		{ 400, "incident.claim", ",\"text\":\"x\",\"truth\":\"maybe\"",
		  "truth is unverified, true, untrue or partly, not \\\"maybe\\\"" },
		{ 404, "incident.claim", ",\"claim\":\"7\",\"truth\":\"true\"",
		  "there is no number 7" },
		{ 400, "incident.fact", ",\"value\":\"x\"", "a fact has a key" },
		{ 400, "incident.assign", ",\"role\":\"king\",\"person\":\"bob\"",
		  "role is lead" },
		{ 400, "incident.assign", ",\"role\":\"lead\",\"person\":\"eve\"",
		  "no person \\\"eve\\\"" },
		{ 400, "incident.task", ",\"what\":\"call\",\"due\":\"yesterday\"",
		  "neither a span" },
		{ 400, "incident.release", ",\"kind\":\"song\",\"channel\":\"x\"",
		  "kind is statement" },
		{ 400, "incident.strike", ",\"kind\":\"claim\",\"key\":\"1\"",
		  "why is missing" },
		{ 404, "incident.strike", ",\"kind\":\"claim\",\"key\":\"9\",\"why\":\"x\"",
		  "no such entry" },
	};
	const char *before;
	struct world w;

	(void)state;
	open_at(&w, 6);
	before = world_ask(&w, "SELECT count(*) FROM entry");
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		if (world_act_on(&w, "unix:bob", cases[i].verb, cases[i].rest) !=
			    cases[i].status ||
		    !strstr(w.reply.p, cases[i].says))
			fail_msg("%s%s: %lld %s", cases[i].verb, cases[i].rest,
				 (long long)w.reply_status, w.reply.p);
	}
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM entry"), before);
	world_close(&w);
}

static void
a_text_can_be_struck_and_the_chain_holds(void **state)
{
	struct verify_sum sum;
	struct world w;

	(void)state;
	open_at(&w, 6);
	world_act_on(&w, "unix:bob", "incident.claim",
		     ",\"text\":\"Zhang San lives at 7 Elm St\"");
	assert_int_equal(
		world_act_on(&w, "unix:bob", "incident.strike",
			     ",\"kind\":\"claim\",\"key\":\"1\",\"why\":\"an address\""),
		200);
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM entry WHERE value LIKE '%Elm%'"), "0");
	assert_string_equal(world_ask(&w,
				      "SELECT count(*) FROM command WHERE args || reply LIKE"
				      " '%Elm%'"),
			    "0");
	if (world_verify(&w, &sum))
		fail_msg("%s", w.reply.p);
	assert_int_equal(sum.erased, 1);
	world_close(&w);
}

static void
verify_names_an_entry_that_was_changed(void **state)
{
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "UPDATE entry SET value = '{}' WHERE seq = 2",
		  "entry 2 is not what its digest was made of\n" },
		{ "UPDATE entry SET actor = 'unix:eve' WHERE seq = 2",
		  "entry 2 was changed: its hash does not fit\n" },
		{ "DELETE FROM entry WHERE seq = 2",
		  "entry 3 comes after entry 1: one is missing\n"
		  "entry 3 does not hold the hash of the one before it\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct verify_sum sum;
		struct world w;

		open_at(&w, 6);
		world_forge(&w, cases[i].sql);
		assert_true(world_verify(&w, &sum) > 0);
		assert_string_equal(w.reply.p, cases[i].says);
		world_close(&w);
	}
}

static void
a_person_asks_for_drafts(void **state)
{
	struct world w;

	(void)state;
	open_at(&w, 6);
	assert_int_equal(
		world_act_on(&w, "unix:anna", "incident.draft", ",\"template\":\"zh-x\""), 200);
	assert_string_equal(w.reply.p, "{\"drafts\":[{\"template\":\"zh-x\",\"state\":"
				       "\"generated\",\"version\":2,\"gaps\":2}]}");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM command WHERE verb = "
					  "'incident.draft'"),
			    "1"); /* committed, with who asked */
	assert_int_equal(
		world_act_on(&w, "unix:anna", "incident.draft", ",\"template\":\"zh-y\""), 404);
	assert_non_null(strstr(w.reply.p, "there is no template \\\"zh-y\\\""));
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_level_opens_its_missing_fields_as_tasks_and_fills_its_roles),
		cmocka_unit_test(what_a_task_asks_for_closes_it),
		cmocka_unit_test(strategies_are_shown_for_each_claim),
		cmocka_unit_test(a_person_who_is_named_is_out_and_the_deputy_acts),
		cmocka_unit_test(who_is_out_sees_no_list_and_takes_nothing_by_code),
		cmocka_unit_test(who_is_out_stays_so_when_the_reason_is_struck),
		cmocka_unit_test(what_legal_alone_may_see_is_shown_to_legal_alone),
		cmocka_unit_test(mistakes_are_told_and_write_nothing),
		cmocka_unit_test(a_text_can_be_struck_and_the_chain_holds),
		cmocka_unit_test(verify_names_an_entry_that_was_changed),
		cmocka_unit_test(a_person_asks_for_drafts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
