/* The responder: how incidents are merged, followed, taken lower and kept alive by work. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/state.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define DAY  86400

static struct person_conf people[] = {
	{ .key = STR_INIT("lin"),
	  .name = STR_INIT("林静"),
	  .unix_name = STR_INIT("lin"),
	  .roles = { (struct str[]){ STR_INIT("lead") }, 1 } },
	{ .key = STR_INIT("wang"),
	  .name = STR_INIT("王强"),
	  .unix_name = STR_INIT("wang"),
	  .roles = { (struct str[]){ STR_INIT("analyst") }, 1 } },
};

static void
open_peopled(struct world *w)
{
	world_open(w, CLOCK_WALL);
	w->conf.notice.people = (struct conf_list){ people, LY_COUNT(people) };
	world_reopen(w, WORLD_T0);
}

/* INC-2026-0001 of the small watch: W1 by complaints. */
static void
complain(struct world *w, int64_t at)
{
	for (int i = 0; i < 6; i++)
		world_say(w,
			  &(struct world_mention){ .at = at + i,
						   .intent = INTENT_COMPLAINT,
						   .author = arena_textf(w->arena, "c%d", i) });
}

/* A first-hand report: W2. */
static void
report(struct world *w, const char *watch, const char *topic, int64_t at)
{
	world_say(w, &(struct world_mention){
			     .at = at,
			     .watch = watch,
			     .label = LABEL_NEG,
			     .author = arena_textf(w->arena, "r%lld", (long long)at),
			     .topic = topic,
			     .flags = MENTION_FIRST_HAND });
}

static const char *
states(struct world *w)
{
	return world_ask(w, "SELECT group_concat(number || ' ' || state || level, ', ') FROM"
			    " (SELECT * FROM incident ORDER BY number)");
}

static void
one_incident_becomes_part_of_another(void **state)
{
	struct world w;

	(void)state;
	open_peopled(&w);
	complain(&w, WORLD_T0);
	report(&w, "qingshan", "food_safety", WORLD_T0 + HOUR);
	assert_string_equal(states(&w), "INC-2026-0001 open1, INC-2026-0002 assessing2");
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
	assert_string_equal(states(&w), "INC-2026-0001 assessing2, INC-2026-0002 merged2");
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
	report(&w, "qingshan", "injury", WORLD_T0 + 30 * HOUR);
	report(&w, "qingshan", "injury", WORLD_T0 + 31 * HOUR);
	assert_string_equal(states(&w), "INC-2026-0001 responding3, INC-2026-0002 merged2");
	world_verified(&w);
	world_close(&w);
}

/* A first-hand report that both watches heard. */
static void
report_to_both(struct world *w, const char *topic, const char *text, int64_t at)
{
	world_say(w, &(struct world_mention){
			     .at = at,
			     .watch = "qingshan",
			     .also = "shancui",
			     .label = LABEL_NEG,
			     .author = arena_textf(w->arena, "r%lld", (long long)at),
			     .topic = topic,
			     .text = text,
			     .gist = true,
			     .flags = MENTION_FIRST_HAND });
}

#define MOULD  "岑溪市场监管局通报：山脆饼干0715批次检出霉菌"
#define MOULD2 "山脆饼干0715批次发霉，赶紧看看你家的"

/* Two brands whose watches share the join's bit, and one text in which only the brand differs. */
static void
texts_that_differ_in_the_brand_are_incidents_of_each(void **state)
{
	static const char *const said[] = {
		"我家孩子吃了山脆，上吐下泻送急诊，医生说食物中毒，太可怕了",
		"我家孩子吃了山翠，上吐下泻送急诊，医生说食物中毒，太可怕了"
	};
	struct world w;
	const char *twin = NULL;

	(void)state;
	open_peopled(&w);
	for (int k = 0; !twin && k < 10000; k++) {
		const char *name = arena_textf(w.arena, "w%d", k);

		if (join_watch(str_of(name)) == join_watch(STR("qingshan")))
			twin = name;
	}
	assert_non_null(twin);
	w.watches[0].name = str_of(twin);
	w.watches[0].size = WATCH_MEDIUM;
	world_reopen(&w, WORLD_T0);
	for (int k = 0; k < 2; k++)
		world_say(&w, &(struct world_mention){ .at = WORLD_T0 + k,
						       .watch = k ? twin : "qingshan",
						       .label = LABEL_NEG,
						       .author = k ? "a" : "b",
						       .topic = "food_safety",
						       .text = said[k],
						       .gist = true,
						       .flags = MENTION_FIRST_HAND });
	assert_string_equal(world_ask(&w, "SELECT count(DISTINCT story) FROM document"), "1");
	assert_string_equal(states(&w), "INC-2026-0001 assessing2, INC-2026-0002 assessing2");
	world_close(&w);
}

static void
a_story_that_two_watches_hear_has_one_incident(void **state)
{
	static const char watches[] = "\"watches\":[\"qingshan\",\"shancui\"]";
	struct world w;

	(void)state;
	open_peopled(&w);
	report_to_both(&w, "food_safety", MOULD, WORLD_T0);
	assert_string_equal(states(&w), "INC-2026-0001 assessing2");
	assert_string_equal(
		world_ask(&w, "SELECT count(*) || ' ' || count(DISTINCT watch) || ' ' ||"
			      " count(DISTINCT incident) || ' ' || count(DISTINCT lead) FROM"
			      " firing"),
		"2 2 1 1");
	/* The other's move says whose it is. */
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM move WHERE reason LIKE '%山脆: %'"), "1");
	/* Also after a restart, with the same story in other words; what is another story of the
	 * other watch is its own. */
	world_reopen(&w, WORLD_T0 + HOUR);
	report_to_both(&w, "injury", MOULD2, WORLD_T0 + 2 * HOUR);
	assert_string_equal(states(&w), "INC-2026-0001 responding3");
	world_turn(&w, WORLD_T0 + 39 * HOUR);
	report(&w, "shancui", "food_safety", WORLD_T0 + 40 * HOUR);
	assert_string_equal(states(&w), "INC-2026-0001 responding3, INC-2026-0002 assessing2");
	assert_int_equal(world_act(&w, "unix:lin", "incident.show",
				   "{\"id\":\"INC-2026-0001\"}", 0, WORLD_T0 + 41 * HOUR),
			 200);
	assert_true(str_find(buf_str(&w.reply), STR(watches)) > 0);
	world_verified(&w);
	world_close(&w);
}

static void
closes(struct world *w, int64_t at)
{
	assert_int_equal(world_act(w, "unix:lin", "incident.close",
				   "{\"id\":\"INC-2026-0001\",\"why\":\"done\"}", 0, at),
			 200);
	assert_string_equal(states(w), "INC-2026-0001 closed2");
}

/* What one watch hears, and maybe another. */
static void
report_text(struct world *w, const char *watch, const char *also, const char *text, int64_t at)
{
	world_say(w, &(struct world_mention){
			     .at = at,
			     .watch = watch,
			     .also = also,
			     .label = LABEL_NEG,
			     .author = arena_textf(w->arena, "r%lld", (long long)at),
			     .topic = "food_safety",
			     .text = text,
			     .gist = true,
			     .flags = MENTION_FIRST_HAND });
}

/* The story, by its second watch, days after; also over a restart. */
static void
what_comes_back_has_its_number_whichever_watch_hears_it(void **state)
{
	(void)state;
	for (int restarts = 0; restarts < 2; restarts++) {
		struct world w;

		open_peopled(&w);
		report_to_both(&w, "food_safety", MOULD, WORLD_T0);
		closes(&w, WORLD_T0 + HOUR);
		world_turn(&w, WORLD_T0 + 39 * HOUR);
		if (restarts)
			world_reopen(&w, WORLD_T0 + 39 * HOUR);
		report_text(&w, "shancui", NULL, MOULD2, WORLD_T0 + 40 * HOUR);
		assert_string_equal(states(&w), "INC-2026-0001 assessing2");
		assert_string_equal(
			world_ask(&w, "SELECT count(*) FROM move WHERE event = 'recur'"), "1");
		world_verified(&w);
		world_close(&w);
	}
}

#define STALE_MILK "我在临川门店买到的牛奶已经过期三个月了，店长不肯退款"

/* That it once heard a story of another's incident makes no other story part of it: its people
 * need not see that incident. */
static void
another_story_of_the_other_watch_is_an_incident_of_its_own(void **state)
{
	static const char secret[] = "{\"id\":\"INC-2026-0001\",\"is\":\"yes\",\"why\":\"x\"}";

	(void)state;
	for (int k = 0; k < 4; k++) {
		struct world w;

		open_peopled(&w);
		report_to_both(&w, "food_safety", MOULD, WORLD_T0);
		if (k & 1)
			assert_int_equal(world_act(&w, "unix:lin", "incident.confidential",
						   secret, 0, WORLD_T0 + 60),
					 200);
		closes(&w, WORLD_T0 + HOUR);
		world_turn(&w, WORLD_T0 + 4 * DAY);
		if (k & 2)
			world_reopen(&w, WORLD_T0 + 4 * DAY);
		report_text(&w, "shancui", NULL, STALE_MILK, WORLD_T0 + 5 * DAY);
		assert_string_equal(states(&w),
				    "INC-2026-0001 closed2, INC-2026-0002 assessing2");
		assert_string_equal(world_ask(&w, "SELECT watch || confidential FROM incident"
						  " WHERE number = 'INC-2026-0002'"),
				    "shancui0");
		/* Its own watch's topic comes back as before. */
		report_text(&w, "qingshan", NULL, "山脆坚果里吃出了虫子，客服一直不接电话",
			    WORLD_T0 + 6 * DAY);
		assert_string_equal(states(&w),
				    "INC-2026-0001 assessing2, INC-2026-0002 assessing2");
		world_verified(&w);
		world_close(&w);
	}
}

/* By a watch that had not heard it: the story is the same, and both heard a document of it. */
static void
a_story_that_comes_back_has_its_number_in_another_watch_too(void **state)
{
	(void)state;
	for (int restarts = 0; restarts < 2; restarts++) {
		struct world w;
		struct world_mention m = { .at = WORLD_T0,
					   .watch = "qingshan",
					   .label = LABEL_NEG,
					   .author = "a",
					   .topic = "food_safety",
					   .text = MOULD,
					   .gist = true,
					   .flags = MENTION_FIRST_HAND };

		open_peopled(&w);
		world_say(&w, &m);
		closes(&w, WORLD_T0 + HOUR);
		if (restarts)
			world_reopen(&w, WORLD_T0 + HOUR);
		m.at = WORLD_T0 + 2 * HOUR;
		m.author = "b";
		m.text = MOULD2;
		m.watch = "shancui"; /* which hears it first */
		m.also = "qingshan";
		world_say(&w, &m);
		assert_string_equal(states(&w), "INC-2026-0001 responding3");
		world_verified(&w);
		world_close(&w);
	}
}

static void
what_another_watch_makes_secret_is_secret(void **state)
{
	static struct str minors[] = { STR_INIT("minors") };
	struct world w;

	(void)state;
	open_peopled(&w);
	w.conf.notice.confidential.topics = (struct conf_texts){ minors, 1 };
	world_say(&w, &(struct world_mention){ .at = WORLD_T0,
					       .watch = "qingshan",
					       .label = LABEL_NEG,
					       .author = "a",
					       .topic = "food_safety",
					       .text = MOULD,
					       .gist = true,
					       .flags = MENTION_FIRST_HAND });
	assert_string_equal(world_ask(&w, "SELECT confidential FROM incident"), "0");
	report_to_both(&w, "minors", MOULD2, WORLD_T0 + HOUR);
	assert_string_equal(states(&w), "INC-2026-0001 responding3");
	assert_string_equal(world_ask(&w, "SELECT confidential FROM incident"), "1");
	world_verified(&w);
	world_close(&w);
}

static void
a_wrong_alarm_is_silent_for_both_watches(void **state)
{
	struct world w;

	(void)state;
	open_peopled(&w);
	report_to_both(&w, "food_safety", MOULD, WORLD_T0);
	assert_int_equal(world_act_on(&w, "unix:lin", "incident.verdict",
				      ",\"verdict\":\"wrong_alarm\",\"why\":\"staged\""),
			 200);
	assert_string_equal(world_ask(&w, "SELECT group_concat(watch) FROM (SELECT watch FROM"
					  " hush ORDER BY watch)"),
			    "qingshan,shancui");
	world_close(&w);
}

/* One author in another watch says nothing about whose alarm was wrong. */
static void
what_was_called_wrong_stays_so_when_another_watch_hears_it(void **state)
{
	(void)state;
	for (int restarts = 0; restarts < 2; restarts++) {
		struct world w;

		open_peopled(&w);
		report_text(&w, "qingshan", NULL, MOULD, WORLD_T0);
		assert_int_equal(world_act(&w, "unix:lin", "incident.verdict",
					   "{\"id\":\"INC-2026-0001\",\"verdict\":"
					   "\"not_ours\"}",
					   0, WORLD_T0 + HOUR),
				 200);
		if (restarts)
			world_reopen(&w, WORLD_T0 + HOUR);
		report_text(&w, "shancui", "qingshan", MOULD2, WORLD_T0 + 2 * HOUR);
		assert_string_equal(states(&w),
				    "INC-2026-0001 closed2, INC-2026-0002 assessing2");
		assert_string_equal(world_ask(&w, "SELECT count(DISTINCT lead) FROM firing"),
				    "1");
		world_verified(&w);
		world_close(&w);
	}
}

/* Its own watch tells it on: only a silence that is broken opens it again. */
static void
what_was_called_wrong_comes_back_when_its_silence_breaks(void **state)
{
	(void)state;
	for (int restarts = 0; restarts < 2; restarts++) {
		struct world w;

		open_peopled(&w);
		report_text(&w, "qingshan", NULL, MOULD, WORLD_T0);
		assert_int_equal(world_act(&w, "unix:lin", "incident.verdict",
					   "{\"id\":\"INC-2026-0001\",\"verdict\":\"wrong\"}",
					   0, WORLD_T0 + HOUR),
				 200);
		world_turn(&w, WORLD_T0 + 39 * HOUR);
		if (restarts)
			world_reopen(&w, WORLD_T0 + 39 * HOUR);
		report_text(&w, "qingshan", NULL, MOULD2, WORLD_T0 + 40 * HOUR);
		assert_string_equal(states(&w), "INC-2026-0001 closed2");
		report_text(&w, "qingshan", NULL, MOULD2, WORLD_T0 + 40 * HOUR + 60);
		assert_string_equal(world_ask(&w, "SELECT why FROM hush"), "authors");
		assert_string_equal(states(&w), "INC-2026-0001 assessing2");
		world_verified(&w);
		world_close(&w);
	}
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
	open_peopled(&w);
	w.conf.notice.confidential.topics = (struct conf_texts){ minors, 1 };
	complain(&w, WORLD_T0);
	report(&w, "qingshan", "minors", WORLD_T0 + HOUR);
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
	assert_string_equal(states(&w), "INC-2026-0001 closed1, INC-2026-0002 open1");
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
	struct person_conf three[] = { people[0], people[1], people[0] };
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
	assert_string_equal(states(&w), "INC-2026-0001 closed1, INC-2026-0002 open1");
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
	assert_string_equal(states(&w), "INC-2026-0001 assessing2");
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
	assert_string_equal(states(&w), "INC-2026-0001 open1");
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
	open_peopled(&w);
	complain(&w, WORLD_T0);
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
	open_peopled(&w);
	report(&w, "qingshan", "food_safety", WORLD_T0);
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
	open_peopled(&w);
	world_turn(&w, at);
	report(&w, "qingshan", "food_safety", at);
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
	open_peopled(&w);
	world_turn(&w, at);
	report(&w, "qingshan", "food_safety", at);
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
		report(&w, "qingshan", "food_safety", back + 25 * 60 + i);
	world_turn(&w, back + 30 * 60);
	assert_string_equal(states(&w), "INC-2026-0001 responding3");
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
	open_peopled(&w);
	report(&w, "qingshan", "food_safety", WORLD_T0);
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
	open_peopled(&w);
	report(&w, "qingshan", "food_safety", WORLD_T0);
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
	open_peopled(&w);
	report(&w, "qingshan", "food_safety", WORLD_T0);
	sent(&w, 2, WORLD_T0 + 60, person);
	complain(&w, WORLD_T0 + 120);
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
		assert_string_equal(states(&w), "INC-2026-0001 open1");
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
		assert_string_equal(states(&w), "INC-2026-0001 closed1");
		assert_string_equal(
			world_ask(&w, "SELECT authors || coalesce(why, '') FROM hush"), "4");
		more.at = WORLD_T0 + 2 * DAY + 240;
		more.label = LABEL_NEG;
		more.site = "a.example";
		more.text = "a bottle of this leaked in my bag";
		more.same_copy = true;
		world_say(&w, &more);
		assert_string_equal(states(&w), "INC-2026-0001 closed1, INC-2026-0002 open1");
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
	assert_string_equal(states(&w), "INC-2026-0001 closed1, INC-2026-0002 open1");
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
	assert_string_equal(states(&w), "INC-2026-0001 closed1");
	world_grumble(&w, WORLD_T0 + 2 * DAY + 600, 3);
	assert_string_equal(states(&w), "INC-2026-0001 closed1, INC-2026-0002 open1");
	world_act(&w, "unix:lin", "incident.list", "{}", 0, WORLD_T0 + 2 * DAY + 900);
	assert_non_null(strstr(w.reply.p, "\"phase\":\"outbreak\""));
	world_act(&w, "unix:lin", "incident.show", "{\"id\":\"INC-2026-0002\"}", 0,
		  WORLD_T0 + 3 * DAY);
	assert_non_null(strstr(w.reply.p, "\"phase\":\"ending\""));
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

	open_peopled(w);
	w->conf.passed_s = passed_s;
	passed = 1000;
	world_reopen(w, at);
	report(w, "qingshan", "food_safety", at);
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
	open_peopled(&w);
	world_turn(&w, at);
	report(&w, "qingshan", "food_safety", at);
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
		cmocka_unit_test(one_incident_becomes_part_of_another),
		cmocka_unit_test(texts_that_differ_in_the_brand_are_incidents_of_each),
		cmocka_unit_test(a_story_that_two_watches_hear_has_one_incident),
		cmocka_unit_test(what_comes_back_has_its_number_whichever_watch_hears_it),
		cmocka_unit_test(another_story_of_the_other_watch_is_an_incident_of_its_own),
		cmocka_unit_test(what_was_called_wrong_stays_so_when_another_watch_hears_it),
		cmocka_unit_test(what_was_called_wrong_comes_back_when_its_silence_breaks),
		cmocka_unit_test(a_story_that_comes_back_has_its_number_in_another_watch_too),
		cmocka_unit_test(what_another_watch_makes_secret_is_secret),
		cmocka_unit_test(a_wrong_alarm_is_silent_for_both_watches),
		cmocka_unit_test(what_cannot_be_merged_is_refused),
		cmocka_unit_test(what_still_fires_after_14_days_goes_on_in_another),
		cmocka_unit_test(what_goes_on_keeps_out_and_lets_in_as_before),
		cmocka_unit_test(down_needs_lower_numbers_for_long_and_a_person),
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
		cmocka_unit_test(a_story_called_wrong_stays_silent_until_it_is_another),
		cmocka_unit_test(a_word_that_no_trigger_counts_breaks_the_silence_too),
		cmocka_unit_test(what_is_beside_a_silent_story_fires_all_the_same),
		cmocka_unit_test(who_took_it_keeps_it_while_working_on_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
