/* Each kind of trigger through the stage: it fires, says why, can be verified, and outlives a
 * restart. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

static void
say_many(struct world *w, int n, const struct world_mention *like)
{
	for (int i = 0; i < n; i++) {
		struct world_mention m = *like;

		m.at += i * 60;
		m.author = arena_textf(w->arena, "p%d", i);
		m.source_class = i % 4;
		world_say(w, &m);
	}
}

static void
author_speaks(struct world *w)
{
	world_say(w, &(struct world_mention){ .at = WORLD_T0,
					      .label = LABEL_NEG,
					      .author = "v",
					      .topic = "price",
					      .severity = 2,
					      .followers = 900000 });
}

static void
author_speaks_of_nothing_grave(struct world *w)
{
	world_say(w, &(struct world_mention){ .at = WORLD_T0,
					      .label = LABEL_NEG,
					      .author = "v",
					      .followers = 900000 });
}

static void
one_to_know(struct world *w)
{
	world_say(w, &(struct world_mention){ .at = WORLD_T0,
					      .label = LABEL_NEG,
					      .author = "v",
					      .flags = MENTION_NOTABLE });
}

static void
authority(struct world *w)
{
	world_say(w, &(struct world_mention){ .at = WORLD_T0,
					      .site = "gov.example",
					      .source_class = CLASS_OFFICIAL,
					      .flags = MENTION_OFFICIAL });
}

static void
list_neutral(struct world *w)
{
	world_say(w,
		  &(struct world_mention){ .at = WORLD_T0, .site = "hot.example", .rank = 33 });
}

static void
list_negative(struct world *w)
{
	world_say(w, &(struct world_mention){ .at = WORLD_T0,
					      .site = "hot.example",
					      .label = LABEL_NEG,
					      .rank = 8 });
}

static void
story(struct world *w)
{
	say_many(w, 10,
		 &(struct world_mention){
			 .at = WORLD_T0, .label = LABEL_NEG, .same_copy = true });
}

static void
old_story(struct world *w)
{
	say_many(w, 5,
		 &(struct world_mention){ .at = WORLD_T0,
					  .label = LABEL_NEG,
					  .same_copy = true,
					  .document_flags = DOCUMENT_OLD });
}

static void
negative_share(struct world *w)
{
	say_many(w, 18,
		 &(struct world_mention){
			 .at = WORLD_T0, .watch = "qingshan", .label = LABEL_NEG });
	for (int i = 0; i < 45; i++)
		world_turn(w, WORLD_T0 + (18 + i) * 60);
}

static void
each_kind_fires_says_why_and_is_verified(void **state)
{
	static const struct {
		void (*happens)(struct world *w);
		const char *trigger, *why;
	} cases[] = {
		{ author_speaks, "big_author W2",
		  "1 negative by authors with 500,000 followers or more in 24 h, 1 on a grave "
		  "topic; 1 author, 1 source; started by a.example at 08:00; would have stayed "
		  "silent below 1" },
		{ author_speaks_of_nothing_grave, "big_author W2",
		  "1 negative by authors with 500,000 followers or more in 24 h, usually 0; 1 "
		  "author, 1 source; started by a.example at 08:00; would have stayed silent "
		  "below 1" },
		{ one_to_know, "notable W2",
		  "1 negative by people to know in 24 h; 1 author, 1 source; started by "
		  "a.example "
		  "at 08:00; would have stayed silent below 1" },
		{ authority, "official W3",
		  "1 official: an authority, court or state medium names it in 24 h; 1 author, "
		  "1 "
		  "source; started by gov.example at 08:00; would have stayed silent below 1" },
		{ list_neutral, "hotlist W1",
		  "place 33 on a hot list; 1 author, 1 source; started by hot.example at "
		  "08:00; "
		  "would have stayed silent on no list" },
		{ list_negative, "hotlist W3",
		  "place 8 on a hot list, negative or on a crisis topic; 1 author, 1 source; "
		  "started by hot.example at 08:00; would have stayed silent below place 10" },
		{ story, "story W3",
		  "one negative story told by 10 authors in 4 classes of source an hour; 10 "
		  "authors, 1 source; started by a.example at 08:00; would have stayed silent "
		  "under 10 authors or 3 classes of source" },
		{ old_story, "old_news W1",
		  "an old negative story told by 5 authors in 4 classes of source in 24 h; 5 "
		  "authors, 1 source; started by a.example at 08:00; would have stayed silent "
		  "under 5 authors" },
		{ negative_share, "share W1",
		  "18 of 18 mentions negative (100%) an hour, usually 12%, for 30 min by now; "
		  "18 "
		  "authors, 1 source; started by a.example at 08:00; would have stayed silent "
		  "below 9 or under 5 authors" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct verify_sum sum;
		struct world w;
		const char *said;

		world_open(&w, CLOCK_WALL);
		cases[i].happens(&w);
		said = world_ask(
			&w,
			arena_textf(
				w.arena,
				"SELECT reason_en FROM firing WHERE trigger || ' W' || grade"
				" = '%s'",
				cases[i].trigger));
		if (strcmp(said, cases[i].why))
			fail_msg("%s: \"%s\"", cases[i].trigger, said);
		if (world_verify(&w, &sum))
			fail_msg("%s: %s", cases[i].trigger, w.reply.p);
		world_close(&w);
	}
}

/* What more than half of the counted ones are about is the topic of the incident, whatever counted
 * them: its playbook and who may see it hang on that. */
static void
what_most_of_a_burst_is_about_is_its_topic(void **state)
{
	static const struct {
		int about; /* of six */
		const char *topic;
	} cases[] = { { 6, "data_leak" }, { 4, "data_leak" }, { 3, "" }, { 0, "" } };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct world w;

		world_open(&w, CLOCK_WALL);
		for (int k = 0; k < 6; k++)
			world_say(&w, &(struct world_mention){
					      .at = WORLD_T0 + k * 60,
					      .label = LABEL_NEG,
					      .topic = k < cases[i].about ? "data_leak" : NULL,
					      .author = arena_textf(w.arena, "p%d", k) });
		assert_string_equal(world_ask(&w, "SELECT state || ' ' || topic FROM incident"),
				    arena_textf(w.arena, "assessing %s", cases[i].topic));
		world_verified(&w);
		world_close(&w);
	}
}

/* The first that says in words what it is about says it better. */
static void
a_report_of_harm_gives_a_burst_its_topic_and_title(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	say_many(&w, 6,
		 &(struct world_mention){
			 .at = WORLD_T0, .label = LABEL_NEG, .topic = "price" });
	assert_string_equal(world_ask(&w, "SELECT topic || ' ' || title FROM incident"),
			    "price 山脆: negative mentions surging");
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + 600,
					       .label = LABEL_NEG,
					       .author = "mother",
					       .topic = "food_safety",
					       .flags = MENTION_FIRST_HAND });
	assert_string_equal(world_ask(&w, "SELECT topic || ' ' || title FROM incident"),
			    "food_safety 山脆: food safety");
	world_verified(&w);
	world_close(&w);
}

static void
a_restart_forgets_no_item_and_fires_nothing_twice(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	list_negative(&w);
	author_speaks(&w);
	authority(&w);
	world_reopen(&w, WORLD_T0 + 60);
	world_turn(&w, WORLD_T0 + 120);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM firing"), "5");
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM trigger_state WHERE fired_at > 0"), "5");
	world_turn(&w, WORLD_T0 + 2 * DAY);
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM trigger_state WHERE fired_at > 0"), "0");
	world_close(&w);
}

/* Also what lies on the bounds of the hours that it is read back by. */
static void
a_restart_finds_a_window_of_a_day_as_it_was(void **state)
{
	static const int64_t ago[] = {
		DAY,      DAY - 1, DAY - HOUR, DAY - HOUR - 1, 5 * HOUR + 1, 5 * HOUR, HOUR,
		HOUR - 1, 1,       0
	};
	static struct trigger_conf t[] = { { .name = STR_INIT("day"),
					     .kind = TRIGGER_ABOVE,
					     .signal = SIGNAL_MENTIONS,
					     .window = DAY,
					     .above = LY_COUNT(ago) - 1,
					     .clear_below = 700,
					     .grade = 1 } };
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	w.conf.triggers = (struct conf_list){ t, LY_COUNT(t) };
	world_reopen(&w, WORLD_T0 - DAY);
	for (size_t i = 0; i < LY_COUNT(ago); i++)
		world_step(&w,
			   world_result(&w, &(struct world_mention){ .at = WORLD_T0 - ago[i] }),
			   WORLD_T0 - ago[i]);
	world_settle(&w, WORLD_T0);
	world_reopen(&w, WORLD_T0);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM firing"), "0");
	world_step(&w, world_result(&w, &(struct world_mention){ .at = WORLD_T0 }), WORLD_T0);
	world_settle(&w, WORLD_T0);
	assert_string_equal(world_ask(&w, "SELECT observed FROM firing"), "10");
	world_close(&w);
}

/* Also when it was quiet for longer than its window, and when the program starts meanwhile. */
static void
a_story_is_as_old_as_its_first_copy(void **state)
{
	static const struct {
		int64_t first_h;
		bool restart;
		const char *fired;
	} cases[] = {
		{ 30, false, "0" }, { 30, true, "0" }, { 23, false, "1" }, { 23, true, "1" }
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct world w;
		const char *fired;

		world_open(&w, CLOCK_WALL);
		world_say(&w, &(struct world_mention){ .at = WORLD_T0 - cases[i].first_h * HOUR,
						       .label = LABEL_NEG,
						       .author = "first",
						       .same_copy = true });
		/* Another: what began it may have left every window when it is read back. */
		world_say(&w, &(struct world_mention){ .at = WORLD_T0 - HOUR });
		if (cases[i].restart)
			world_reopen(&w, WORLD_T0 - 60);
		story(&w);
		fired = world_ask(&w, "SELECT count(*) FROM firing WHERE trigger = 'story'");
		if (strcmp(fired, cases[i].fired))
			fail_msg("case %zu: %s", i, fired);
		world_close(&w);
	}
}

static void
what_fires_in_shadow_is_written_down_and_opens_nothing(void **state)
{
	static struct trigger_conf t[] = { { .name = STR_INIT("try"),
					     .kind = TRIGGER_ABOVE,
					     .signal = SIGNAL_MENTIONS,
					     .window = HOUR,
					     .above = 2,
					     .clear_below = 700,
					     .shadow = 1,
					     .grade = 3 } };
	struct verify_sum sum;
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	w.conf.triggers = (struct conf_list){ t, 1 };
	world_reopen(&w, WORLD_T0);
	say_many(&w, 5, &(struct world_mention){ .at = WORLD_T0 });
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM firing"), "1");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM incident"), "0");
	assert_string_equal(w.told.p, "firing shancui  L0 W3\n");
	if (world_verify(&w, &sum))
		fail_msg("%s", w.reply.p);
	world_close(&w);
}

/* Each day forty mentions of the same kind, a minute apart; the last day says otherwise. */
static void
days_of(struct world *w, int days, const struct world_mention *usual,
	const struct world_mention *then)
{
	for (int day = 0; day <= days; day++)
		for (int i = 0; i < 40; i++) {
			struct world_mention m = day < days ? *usual : *then;

			m.at = WORLD_T0 + day * DAY + i * 60;
			m.author = arena_textf(w->arena, "a%d", i);
			if (m.published_at)
				m.published_at = m.at - m.published_at;
			if (i % 2 && (day < days || then == usual))
				m.label = LABEL_POS;
			world_say(w, &m);
		}
}

static void
a_quotient_fires_in_its_unit_against_its_usual_value(void **state)
{
	static const struct {
		struct trigger_conf t;
		struct world_mention then;
		const char *reason;
	} cases[] = {
		{ { .kind = TRIGGER_DROP, .signal = SIGNAL_NET, .by = 300 },
		  { .label = LABEL_NEG, .published_at = 60 },
		  "net sentiment -" },
		{ { .kind = TRIGGER_BELOW, .signal = SIGNAL_NET_REACH, .level = -200 },
		  { .label = LABEL_NEG, .published_at = 60, .followers = 1000 },
		  "net sentiment by reach -" },
		{ { .kind = TRIGGER_BELOW, .signal = SIGNAL_ORIGINALITY, .level = 350 },
		  { .published_at = 60, .same_copy = true },
		  "originality " },
		{ { .kind = TRIGGER_SPIKE, .signal = SIGNAL_LAG, .by = 600 },
		  { .published_at = 7200 },
		  "lag of sources " },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		const struct world_mention usual = { .published_at = 60 };
		struct trigger_conf t = cases[i].t;
		struct verify_sum sum;
		struct world w;
		const char *reason;

		t.name = STR("quotient");
		t.window = HOUR;
		t.min_count = 30;
		t.clear_below = 700;
		t.grade = 1;
		world_open(&w, CLOCK_WALL);
		w.conf.triggers = (struct conf_list){ &t, 1 };
		world_reopen(&w, WORLD_T0);
		days_of(&w, 3, &usual, &usual);
		assert_string_equal(world_ask(&w, "SELECT count(*) FROM firing"), "0");
		world_close(&w);
		world_open(&w, CLOCK_WALL);
		w.conf.triggers = (struct conf_list){ &t, 1 };
		world_reopen(&w, WORLD_T0);
		days_of(&w, 3, &usual, &cases[i].then);
		reason = world_ask(&w, "SELECT reason_en FROM firing");
		if (!str_starts(str_of(reason), str_of(cases[i].reason)))
			fail_msg("%zu: %s", i, reason);
		if (world_verify(&w, &sum))
			fail_msg("%s", w.reply.p);
		if (i == 2) {
			world_forge(&w,
				    "UPDATE rollup_hour SET copies = copies - 1 WHERE copies"
				    " > 30");
			assert_int_equal(world_verify(&w, &sum), 1);
			assert_non_null(strstr(w.reply.p, " copies, "));
		}
		world_close(&w);
	}
}

static void
a_usual_value_of_an_older_program_is_no_mismatch(void **state)
{
	struct verify_sum sum;
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	for (int i = 0; i < 5 * 24; i++)
		world_say(&w, &(struct world_mention){ .at = WORLD_T0 + i * HOUR,
						       .label = LABEL_NEG });
	world_grumble(&w, WORLD_T0 + 5 * DAY, 20);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM firing WHERE facts LIKE"
					  " '%\"method\":\"ewma\"%'"),
			    "1");
	assert_int_equal(world_verify(&w, &sum), 0);
	world_forge(&w, "UPDATE firing SET facts = replace(facts, '\"method\":\"ewma\"',"
			" '\"method\":\"median\"')");
	if (world_verify(&w, &sum))
		fail_msg("%s", w.reply.p);
	assert_int_equal(sum.expired, 1);
	world_close(&w);
}

static void
silence_is_noticed_without_a_mention(void **state)
{
	static struct trigger_conf t[] = { { .name = STR_INIT("quiet"),
					     .kind = TRIGGER_ABSENT,
					     .signal = SIGNAL_MENTIONS,
					     .window = HOUR,
					     .grade = 1 } };
	struct verify_sum sum;
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	w.conf.triggers = (struct conf_list){ t, 1 };
	world_reopen(&w, WORLD_T0);
	for (int i = 0; i < 30 * 20; i++)
		world_say(&w, &(struct world_mention){ .at = WORLD_T0 + i * 180 });
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM firing"), "0");
	world_turn(&w, WORLD_T0 + 600 * 180 + HOUR);
	assert_string_equal(world_ask(&w, "SELECT reason_en FROM firing"),
			    "0 mentions an hour, usually 20; would have stayed silent above 0");
	if (world_verify(&w, &sum))
		fail_msg("%s", w.reply.p);
	world_close(&w);
}

static void
numbers_that_are_not_signed_right_are_refused_and_counted(void **state)
{
	static const struct {
		const char *args;
		int status;
	} cases[] = {
		{ "{}", 401 },
		{ "{\"signature\":\"sha256=00\"}", 401 },
		/* signed right, and empty */
		{ "{\"signature\":\"sha256="
		  "91dfac70c5348b04e1babb8b421ac92cec08b565b49ca16130dccb72503647b7\"}",
		  400 },
	};
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	w.conf.signal_secret = STR("s3cret");
	world_reopen(&w, WORLD_T0);
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (world_act(&w, "token:api", "signal.push", cases[i].args, 0, WORLD_T0) !=
		    cases[i].status)
			fail_msg("case %zu: %s", i, w.reply.p);
	world_act(&w, "metrics", "signal.metrics", "{}", 0, WORLD_T0);
	assert_non_null(strstr(w.reply.p, "{why=\"signature\"} 2\n"));
	assert_non_null(strstr(w.reply.p, "{why=\"body\"} 1\n"));
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_fires_says_why_and_is_verified),
		cmocka_unit_test(what_most_of_a_burst_is_about_is_its_topic),
		cmocka_unit_test(a_report_of_harm_gives_a_burst_its_topic_and_title),
		cmocka_unit_test(a_restart_forgets_no_item_and_fires_nothing_twice),
		cmocka_unit_test(a_restart_finds_a_window_of_a_day_as_it_was),
		cmocka_unit_test(a_story_is_as_old_as_its_first_copy),
		cmocka_unit_test(what_fires_in_shadow_is_written_down_and_opens_nothing),
		cmocka_unit_test(numbers_that_are_not_signed_right_are_refused_and_counted),
		cmocka_unit_test(a_quotient_fires_in_its_unit_against_its_usual_value),
		cmocka_unit_test(a_usual_value_of_an_older_program_is_no_mismatch),
		cmocka_unit_test(silence_is_noticed_without_a_mention),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
