/* The responder: how incidents are merged, followed, taken lower and kept alive by work; how long a wrong
 * alarm is silent. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/state.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_people.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define DAY  86400

static void
one_incident_becomes_part_of_another(void **state)
{
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_complain(&w, WORLD_T0);
	world_report(&w, "qingshan", "food_safety", WORLD_T0 + HOUR);
	assert_string_equal(world_states(&w), "INC-2026-0001 open1, INC-2026-0002 assessing2");
	assert_int_equal(world_act(&w, "unix:lin", "incident.recuse",
				   "{\"id\":\"INC-2026-0002\",\"person\":\"wang\",\"why\":"
				   "\"his brother\"}",
				   0, WORLD_T0 + 2 * HOUR),
			 200);
	assert_int_equal(world_act(&w, "unix:lin", "incident.merge",
				   "{\"id\":\"INC-2026-0002\",\"into\":\"INC-2026-0001\","
				   "\"why\":\"one recall\"}",
				   0, WORLD_T0 + 3 * HOUR),
			 200);
	/* The higher level and the earlier report are kept; all firings are the other's. */
	assert_string_equal(world_states(&w),
			    "INC-2026-0001 assessing2, INC-2026-0002 merged2");
	assert_string_equal(world_ask(&w, "SELECT count(DISTINCT incident) || ' ' || count(*) "
					  "FROM firing"),
			    "1 2");
	assert_string_equal(
		world_ask(&w, "SELECT group_concat(event || ' ' || reason, '; ') FROM (SELECT *"
			      " FROM move WHERE event IN ('merge', 'join_L2') ORDER BY seq)"),
		"merge {\"zh\":\"并入 INC-2026-0001：one recall\",\"en\":\"merged into"
		" INC-2026-0001: one recall\"}; join_L2 {\"zh\":\"并入了 INC-2026-0002：one "
		"recall\",\"en\":\"takes in INC-2026-0002: one recall\"}");
	/* Who was out of the one is out of both. */
	assert_int_equal(world_act(&w, "unix:wang", "incident.show",
				   "{\"id\":\"INC-2026-0001\"}", 0, WORLD_T0 + 4 * HOUR),
			 403);
	/* What the merged watch brings goes to the one that is open, also after a restart. */
	world_reopen(&w, WORLD_T0 + 5 * HOUR);
	world_report(&w, "qingshan", "injury", WORLD_T0 + 30 * HOUR);
	world_report(&w, "qingshan", "injury", WORLD_T0 + 31 * HOUR);
	assert_string_equal(world_states(&w),
			    "INC-2026-0001 responding3, INC-2026-0002 merged2");
	world_verified(&w);
	world_close(&w);
}

/* Complaints are only watched, say people: then somebody is hurt. */
static void
a_first_word_of_harm_is_never_only_watched(void **state)
{
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_grumble(&w, WORLD_T0, 7);
	assert_string_equal(world_states(&w), "INC-2026-0001 assessing2");
	assert_int_equal(world_act(&w, "unix:lin", "incident.verdict",
				   "{\"id\":\"INC-2026-0001\",\"verdict\":\"watch\"}", 0,
				   WORLD_T0 + HOUR),
			 200);
	assert_string_equal(world_states(&w), "INC-2026-0001 watching2");
	world_report(&w, "shancui", "injury", WORLD_T0 + 2 * HOUR);
	assert_string_equal(world_states(&w), "INC-2026-0001 assessing2");
	assert_string_equal(world_ask(&w, "SELECT event FROM move ORDER BY seq DESC LIMIT 1"),
			    "peak");
	world_verified(&w);
	world_close(&w);
}

static void
what_cannot_be_merged_is_refused(void **state)
{
	static const struct {
		const char *actor, *args, *says;
		int status;
	} cases[] = {
		{ "unix:lin", "{\"id\":\"INC-2026-0001\",\"into\":\"INC-2026-0001\"}",
		  "INC-2026-0001 is open and INC-2026-0001 is the same: only two that are open "
		  "become one",
		  409 },
		{ "unix:lin", "{\"id\":\"INC-2026-0001\"}", "into which one?", 400 },
		{ "unix:lin", "{\"id\":\"INC-2026-0001\",\"into\":\"INC-2026-0009\"}",
		  "there is no incident \\\"INC-2026-0009\\\"", 404 },
		/* Topic minors: only for who is on the list. */
		{ "unix:stranger", "{\"id\":\"INC-2026-0001\",\"into\":\"INC-2026-0002\"}",
		  "INC-2026-0002 is not yours to see", 403 },
		{ "unix:stranger", "{\"id\":\"INC-2026-0002\",\"into\":\"INC-2026-0001\"}",
		  "INC-2026-0002 is confidential", 403 },
		{ "unix:lin", "{\"id\":\"INC-2026-0002\",\"into\":\"INC-2026-0001\"}",
		  "took in INC-2026-0002", 200 },
		{ "unix:lin",
		  "{\"id\":\"INC-2026-0002\",\"into\":\"INC-2026-0001\",\"why\":\"x\"}",
		  "INC-2026-0002 is merged and", 409 },
		{ "unix:lin", "{\"id\":\"INC-2026-0001\",\"into\":\"INC-2026-0002\"}",
		  "INC-2026-0002 is merged: only", 409 },
	};
	static struct str minors[] = { STR_INIT("minors") };
	struct world w;

	(void)state;
	world_open_peopled(&w);
	w.conf.notice.confidential.topics = (struct conf_texts){ minors, 1 };
	world_complain(&w, WORLD_T0);
	world_report(&w, "qingshan", "minors", WORLD_T0 + HOUR);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		assert_int_equal(world_act(&w, cases[i].actor, "incident.merge", cases[i].args,
					   0, WORLD_T0 + 2 * HOUR),
				 cases[i].status);
		if (!strstr(w.reply.p, cases[i].says))
			fail_msg("case %zu: %s", i, w.reply.p);
	}
	world_verified(&w);
	world_close(&w);
}

/* Of absolute numbers: what is usual does not matter. */
static struct trigger_conf triggers[] = {
	{ .name = STR_INIT("few"),
	  .kind = TRIGGER_ABOVE,
	  .signal = SIGNAL_NEGATIVE,
	  .window = DAY,
	  .above = 2,
	  .clear_below = 700,
	  .hold = 0,
	  .grade = 1 },
	{ .name = STR_INIT("many"),
	  .kind = TRIGGER_ABOVE,
	  .signal = SIGNAL_NEGATIVE,
	  .window = HOUR,
	  .above = 5,
	  .clear_below = 700,
	  .hold = 600,
	  .grade = 2 },
};

static void
open_with_triggers(struct world *w)
{
	world_open(w, CLOCK_WALL);
	w->conf.triggers = (struct conf_list){ triggers, LY_COUNT(triggers) };
	world_reopen(w, WORLD_T0);
}

/* Four a day for 15 days: the trigger never clears. */
static void
what_still_fires_after_14_days_goes_on_in_another(void **state)
{
	struct world w;

	(void)state;
	open_with_triggers(&w);
	for (int64_t t = WORLD_T0; t < WORLD_T0 + 16 * DAY; t += 6 * HOUR) {
		world_say(&w, &(struct world_mention){
				      .at = t,
				      .label = LABEL_NEG,
				      .author = arena_textf(w.arena, "c%lld", (long long)t) });
		world_turn(&w, t + 60);
	}
	assert_string_equal(world_states(&w), "INC-2026-0001 closed1, INC-2026-0002 open1");
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM incident n JOIN incident o ON o.id ="
			      " n.follows WHERE n.number = 'INC-2026-0002' AND o.number ="
			      " 'INC-2026-0001'"),
		"1");
	assert_string_equal(world_ask(&w, "SELECT DISTINCT i.number FROM firing f JOIN incident"
					  " i ON i.id = f.incident"),
			    "INC-2026-0002");
	world_verified(&w);
	world_close(&w);
}

/* The same four a day. Who was kept out of the first, or let into it, is so of the second. */
static void
what_goes_on_keeps_out_and_lets_in_as_before(void **state)
{
	static const char *const acts[][2] = {
		{ "incident.confidential", "\"is\":\"yes\"" },
		{ "incident.share", "\"person\":\"wang\",\"in\":\"yes\"" },
		{ "incident.recuse", "\"person\":\"mei\"" },
		{ "incident.share", "\"person\":\"lin\",\"in\":\"no\"" },
	};
	static const struct {
		const char *actor;
		int status;
	} sees[] = { { "unix:wang", 200 }, { "unix:lin", 403 }, { "unix:mei", 403 } };
	struct person_conf three[] = { world_people[0], world_people[1], world_people[0] };
	struct world w;

	(void)state;
	three[2].key = three[2].unix_name = STR("mei");
	three[2].name = STR("梅红");
	open_with_triggers(&w);
	w.conf.notice.people = (struct conf_list){ three, LY_COUNT(three) };
	world_reopen(&w, WORLD_T0);
	for (int64_t t = WORLD_T0; t < WORLD_T0 + 16 * DAY; t += 6 * HOUR) {
		world_say(&w, &(struct world_mention){
				      .at = t,
				      .label = LABEL_NEG,
				      .author = arena_textf(w.arena, "c%lld", (long long)t) });
		world_turn(&w, t + 60);
		for (size_t i = 0; t == WORLD_T0 + DAY && i < LY_COUNT(acts); i++)
			assert_int_equal(world_act(&w, "unix:lin", acts[i][0],
						   arena_textf(w.arena,
							       "{\"id\":\"INC-2026-0001\",%s,"
							       "\"why\":\"x\"}",
							       acts[i][1]),
						   0, t + 120),
					 200);
	}
	assert_string_equal(world_states(&w), "INC-2026-0001 closed1, INC-2026-0002 open1");
	for (size_t i = 0; i < LY_COUNT(sees); i++)
		if (world_act(&w, sees[i].actor, "incident.show", "{\"id\":\"INC-2026-0002\"}",
			      0, WORLD_T0 + 16 * DAY) != sees[i].status)
			fail_msg("%s: %s", sees[i].actor, w.reply.p);
	assert_string_equal(
		world_ask(&w, "SELECT group_concat(kind || ' ' || key || ' ' || value, '; ')"
			      " FROM (SELECT e.* FROM entry e JOIN incident i ON i.id ="
			      " e.incident WHERE i.number = 'INC-2026-0002' AND kind IN"
			      " ('recusal', 'reader', 'confidential') ORDER BY e.seq)"),
		"recusal mei {\"out\":\"yes\",\"why\":\"recused from INC-2026-0001\"}; reader"
		" wang {\"in\":\"yes\",\"why\":\"x\"}; reader lin {\"in\":\"no\",\"why\":"
		"\"x\"}; confidential  {\"is\":\"yes\",\"why\":\"as the one before it was\"}");
	world_verified(&w);
	world_close(&w);
}

static void
down_needs_lower_numbers_for_long_and_a_person(void **state)
{
	int64_t at = WORLD_T0 + 3 * HOUR;
	struct world w;

	(void)state;
	open_with_triggers(&w);
	world_grumble(&w, WORLD_T0, 20);
	world_turn(&w, WORLD_T0 + 20 * 60);
	assert_string_equal(world_states(&w), "INC-2026-0001 assessing2");
	assert_int_equal(world_act(&w, "unix:lin", "incident.lower",
				   "{\"id\":\"INC-2026-0001\"}", 0, WORLD_T0 + 30 * 60),
			 409);
	assert_non_null(strstr(w.reply.p, "what fires must have been lower for 20 min"));
	for (int64_t t = WORLD_T0 + 31 * 60; t < at; t += 60)
		world_turn(&w, t);
	/* By now the many do not fire; from the turn that saw it, twice 10 minutes. */
	assert_int_equal(world_act(&w, "unix:lin", "incident.lower",
				   "{\"id\":\"INC-2026-0001\",\"why\":\"calm\"}", 0, at),
			 200);
	assert_string_equal(world_states(&w), "INC-2026-0001 open1");
	assert_int_equal(world_act(&w, "unix:lin", "incident.lower",
				   "{\"id\":\"INC-2026-0001\",\"why\":\"again\"}", 0, at),
			 409);
	world_verified(&w);
	world_close(&w);
}

static void
who_took_it_keeps_it_while_working_on_it(void **state)
{
	struct world w;

	(void)state;
	world_open_peopled(&w);
	world_complain(&w, WORLD_T0);
	assert_int_equal(world_act(&w, "unix:lin", "incident.ack",
				   "{\"id\":\"INC-2026-0001\",\"for\":\"1h\"}", 0,
				   WORLD_T0 + 60),
			 200);
	assert_int_equal(world_act(&w, "unix:lin", "incident.claim",
				   "{\"id\":\"INC-2026-0001\",\"text\":\"it tastes of soap\"}",
				   0, WORLD_T0 + 60 + 1800),
			 200);
	assert_string_equal(world_ask(&w, "SELECT acked_until - 1773446400 FROM incident"),
			    "5460"); /* an hour from the claim */
	/* After its end nothing brings it back. */
	assert_int_equal(world_act(&w, "unix:lin", "incident.claim",
				   "{\"id\":\"INC-2026-0001\",\"text\":\"it foams\"}", 0,
				   WORLD_T0 + 5460),
			 200);
	assert_string_equal(world_ask(&w, "SELECT acked_until - 1773446400 FROM incident"),
			    "5460");
	world_close(&w);
}

/* ---- the silence after a wrong alarm ------------------------------------------------------------ */

/* Copies of one text by authors from..until on one site; once more over a restart. */
static void
copies(struct world *w, int from, int until_, const char *site, int64_t at)
{
	for (int i = from; i < until_; i++)
		world_say(w,
			  &(struct world_mention){ .at = at + i,
						   .label = LABEL_NEG,
						   .site = site,
						   .author = arena_textf(w->arena, "w%d", i),
						   .text = "a bottle of this leaked in my bag",
						   .same_copy = true });
}

static void
a_story_called_wrong_stays_silent_until_it_is_another(void **state)
{
	static const struct {
		const char *why;
		struct world_mention more;
	} cases[] = {
		{ "authors", { .author = "w11" } }, /* the twelfth, of four */
		{ "class", { .author = "w1", .source_class = CLASS_FORUM } },
		{ "tier", { .author = "w1", .followers = 200000 } },
		{ "hotlist", { .author = "w1", .rank = 40 } },
		{ "official", { .author = "w1", .flags = MENTION_OFFICIAL } },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct world_mention more = cases[i].more;
		struct world w;

		open_with_triggers(&w);
		copies(&w, 0, 4, "a.example", WORLD_T0);
		assert_string_equal(world_states(&w), "INC-2026-0001 open1");
		assert_int_equal(world_act(&w, "unix:lin", "incident.verdict",
					   "{\"id\":\"INC-2026-0001\",\"verdict\":"
					   "\"wrong_alarm\"}",
					   0, WORLD_T0 + 600),
				 200);
		copies(&w, 0, 8, "a.example", WORLD_T0 + 1200);
		/* Over a restart, and after the trigger has cleared: the same is silent. */
		world_reopen(&w, WORLD_T0 + 2 * DAY);
		world_turn(&w, WORLD_T0 + 2 * DAY);
		copies(&w, 0, 11, "a.example", WORLD_T0 + 2 * DAY + 60);
		world_turn(&w, WORLD_T0 + 2 * DAY + 180);
		assert_string_equal(world_states(&w), "INC-2026-0001 closed1");
		assert_string_equal(
			world_ask(&w, "SELECT authors || coalesce(why, '') FROM hush"), "4");
		more.at = WORLD_T0 + 2 * DAY + 240;
		more.label = LABEL_NEG;
		more.site = "a.example";
		more.text = "a bottle of this leaked in my bag";
		more.same_copy = true;
		world_say(&w, &more);
		assert_string_equal(world_states(&w),
				    "INC-2026-0001 closed1, INC-2026-0002 open1");
		assert_string_equal(world_ask(&w, "SELECT why FROM hush"), cases[i].why);
		world_verified(&w);
		world_close(&w);
	}
}

/* What breaks the silence need not be what the trigger counts: the next turn looks at it. */
static void
a_word_that_no_trigger_counts_breaks_the_silence_too(void **state)
{
	struct world w;

	(void)state;
	open_with_triggers(&w);
	copies(&w, 0, 4, "a.example", WORLD_T0);
	world_act(&w, "unix:lin", "incident.verdict",
		  "{\"id\":\"INC-2026-0001\",\"verdict\":\"wrong\"}", 0, WORLD_T0 + 600);
	copies(&w, 0, 1, "a.example", WORLD_T0 + 900);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + 1200,
					       .site = "a.example",
					       .author = "reporter",
					       .flags = MENTION_OFFICIAL,
					       .text = "a bottle of this leaked in my bag",
					       .same_copy = true });
	assert_string_equal(world_ask(&w, "SELECT why FROM hush"), "official");
	world_turn(&w, WORLD_T0 + 1260);
	assert_string_equal(world_states(&w), "INC-2026-0001 closed1, INC-2026-0002 open1");
	world_verified(&w);
	world_close(&w);
}

static void
what_is_beside_a_silent_story_fires_all_the_same(void **state)
{
	struct world w;

	(void)state;
	open_with_triggers(&w);
	copies(&w, 0, 4, "a.example", WORLD_T0);
	world_act(&w, "unix:lin", "incident.verdict",
		  "{\"id\":\"INC-2026-0001\",\"verdict\":\"not_ours\"}", 0, WORLD_T0 + 600);
	world_turn(&w, WORLD_T0 + 2 * DAY);
	copies(&w, 0, 4, "a.example", WORLD_T0 + 2 * DAY + 60);
	world_act(&w, "unix:lin", "incident.list", "{\"state\":\"all\"}", 0,
		  WORLD_T0 + 2 * DAY);
	assert_null(strstr(w.reply.p, "phase")); /* of none that is open */
	world_grumble(&w, WORLD_T0 + 2 * DAY + 300, 2);
	assert_string_equal(world_states(&w), "INC-2026-0001 closed1");
	world_grumble(&w, WORLD_T0 + 2 * DAY + 600, 3);
	assert_string_equal(world_states(&w), "INC-2026-0001 closed1, INC-2026-0002 open1");
	world_act(&w, "unix:lin", "incident.list", "{}", 0, WORLD_T0 + 2 * DAY + 900);
	assert_non_null(strstr(w.reply.p, "\"phase\":\"outbreak\""));
	world_act(&w, "unix:lin", "incident.show", "{\"id\":\"INC-2026-0002\"}", 0,
		  WORLD_T0 + 3 * DAY);
	assert_non_null(strstr(w.reply.p, "\"phase\":\"ending\""));
	world_verified(&w);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_incident_becomes_part_of_another),
		cmocka_unit_test(a_first_word_of_harm_is_never_only_watched),
		cmocka_unit_test(what_cannot_be_merged_is_refused),
		cmocka_unit_test(what_still_fires_after_14_days_goes_on_in_another),
		cmocka_unit_test(what_goes_on_keeps_out_and_lets_in_as_before),
		cmocka_unit_test(down_needs_lower_numbers_for_long_and_a_person),
		cmocka_unit_test(a_story_called_wrong_stays_silent_until_it_is_another),
		cmocka_unit_test(a_word_that_no_trigger_counts_breaks_the_silence_too),
		cmocka_unit_test(what_is_beside_a_silent_story_fires_all_the_same),
		cmocka_unit_test(who_took_it_keeps_it_while_working_on_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
