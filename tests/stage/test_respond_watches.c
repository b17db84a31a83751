/* The responder: what two watches hear has one incident, also when it comes back; what is another story has its own. */
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
	world_open_peopled(&w);
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
	assert_string_equal(world_states(&w),
			    "INC-2026-0001 assessing2, INC-2026-0002 assessing2");
	world_close(&w);
}

static void
a_story_that_two_watches_hear_has_one_incident(void **state)
{
	static const char watches[] = "\"watches\":[\"qingshan\",\"shancui\"]";
	struct world w;

	(void)state;
	world_open_peopled(&w);
	report_to_both(&w, "food_safety", MOULD, WORLD_T0);
	assert_string_equal(world_states(&w), "INC-2026-0001 assessing2");
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
	assert_string_equal(world_states(&w), "INC-2026-0001 responding3");
	world_turn(&w, WORLD_T0 + 39 * HOUR);
	world_report(&w, "shancui", "food_safety", WORLD_T0 + 40 * HOUR);
	assert_string_equal(world_states(&w),
			    "INC-2026-0001 responding3, INC-2026-0002 assessing2");
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
	assert_string_equal(world_states(w), "INC-2026-0001 closed2");
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

		world_open_peopled(&w);
		report_to_both(&w, "food_safety", MOULD, WORLD_T0);
		closes(&w, WORLD_T0 + HOUR);
		world_turn(&w, WORLD_T0 + 39 * HOUR);
		if (restarts)
			world_reopen(&w, WORLD_T0 + 39 * HOUR);
		report_text(&w, "shancui", NULL, MOULD2, WORLD_T0 + 40 * HOUR);
		assert_string_equal(world_states(&w), "INC-2026-0001 assessing2");
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

		world_open_peopled(&w);
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
		assert_string_equal(world_states(&w),
				    "INC-2026-0001 closed2, INC-2026-0002 assessing2");
		assert_string_equal(world_ask(&w, "SELECT watch || confidential FROM incident"
						  " WHERE number = 'INC-2026-0002'"),
				    "shancui0");
		/* Its own watch's topic comes back as before. */
		report_text(&w, "qingshan", NULL, "山脆坚果里吃出了虫子，客服一直不接电话",
			    WORLD_T0 + 6 * DAY);
		assert_string_equal(world_states(&w),
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

		world_open_peopled(&w);
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
		assert_string_equal(world_states(&w), "INC-2026-0001 responding3");
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
	world_open_peopled(&w);
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
	assert_string_equal(world_states(&w), "INC-2026-0001 responding3");
	assert_string_equal(world_ask(&w, "SELECT confidential FROM incident"), "1");
	world_verified(&w);
	world_close(&w);
}

static void
a_wrong_alarm_is_silent_for_both_watches(void **state)
{
	struct world w;

	(void)state;
	world_open_peopled(&w);
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

		world_open_peopled(&w);
		report_text(&w, "qingshan", NULL, MOULD, WORLD_T0);
		assert_int_equal(world_act(&w, "unix:lin", "incident.verdict",
					   "{\"id\":\"INC-2026-0001\",\"verdict\":"
					   "\"not_ours\"}",
					   0, WORLD_T0 + HOUR),
				 200);
		if (restarts)
			world_reopen(&w, WORLD_T0 + HOUR);
		report_text(&w, "shancui", "qingshan", MOULD2, WORLD_T0 + 2 * HOUR);
		assert_string_equal(world_states(&w),
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

		world_open_peopled(&w);
		report_text(&w, "qingshan", NULL, MOULD, WORLD_T0);
		assert_int_equal(world_act(&w, "unix:lin", "incident.verdict",
					   "{\"id\":\"INC-2026-0001\",\"verdict\":\"wrong\"}",
					   0, WORLD_T0 + HOUR),
				 200);
		world_turn(&w, WORLD_T0 + 39 * HOUR);
		if (restarts)
			world_reopen(&w, WORLD_T0 + 39 * HOUR);
		report_text(&w, "qingshan", NULL, MOULD2, WORLD_T0 + 40 * HOUR);
		assert_string_equal(world_states(&w), "INC-2026-0001 closed2");
		report_text(&w, "qingshan", NULL, MOULD2, WORLD_T0 + 40 * HOUR + 60);
		assert_string_equal(world_ask(&w, "SELECT why FROM hush"), "authors");
		assert_string_equal(world_states(&w), "INC-2026-0001 assessing2");
		world_verified(&w);
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_that_differ_in_the_brand_are_incidents_of_each),
		cmocka_unit_test(a_story_that_two_watches_hear_has_one_incident),
		cmocka_unit_test(what_comes_back_has_its_number_whichever_watch_hears_it),
		cmocka_unit_test(another_story_of_the_other_watch_is_an_incident_of_its_own),
		cmocka_unit_test(what_was_called_wrong_stays_so_when_another_watch_hears_it),
		cmocka_unit_test(what_was_called_wrong_comes_back_when_its_silence_breaks),
		cmocka_unit_test(a_story_that_comes_back_has_its_number_in_another_watch_too),
		cmocka_unit_test(what_another_watch_makes_secret_is_secret),
		cmocka_unit_test(a_wrong_alarm_is_silent_for_both_watches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
