/* The responder: acts of people, verification, erasure. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define DAY  86400

/* All three levels, by complaints and two safety reports, with an erased author. */
static void
live_through(struct world *w)
{
	world_grumble(w, WORLD_T0 - 3 * DAY, 4);
	for (int i = 0; i < 6; i++)
		world_say(w,
			  &(struct world_mention){ .at = WORLD_T0 + i * HOUR,
						   .intent = INTENT_COMPLAINT,
						   .author = arena_textf(w->arena, "c%d", i) });
	world_grumble(w, WORLD_T0 + 7 * HOUR, 12);
	world_say(w, &(struct world_mention){ .at = WORLD_T0 + 9 * HOUR,
					      .label = LABEL_NEG,
					      .author = "x",
					      .topic = "injury",
					      .flags = MENTION_FIRST_HAND });
	world_say(w, &(struct world_mention){ .at = WORLD_T0 + 10 * HOUR,
					      .label = LABEL_NEG,
					      .author = "y",
					      .site = "b.example",
					      .topic = "food_safety" });
	world_act(w, "unix:anna", "incident.ack", "{\"id\":\"INC-2026-0001\"}", 0,
		  WORLD_T0 + 11 * HOUR);
}

static void
verify_agrees_with_what_was_written(void **state)
{
	struct verify_sum sum;
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	live_through(&w);
	if (world_verify(&w, &sum))
		fail_msg("%s", w.reply.p);
	assert_int_equal(sum.mentions, 24);
	assert_int_equal(sum.contents, 24);
	assert_int_equal(sum.firings, 4);
	assert_int_equal(sum.moves, 5);
	assert_true(sum.rollups > 24);
	assert_int_equal(sum.expired, 0);
	world_close(&w);
}

static void
verify_names_each_row_that_was_changed_by_hand(void **state)
{
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "UPDATE rollup_hour SET negative = negative + 1 WHERE at = 1773446400 AND "
		  "topic = ''",
		  "rollup_hour shancui/ at 1773446400 says 1 mentions, 1 negative, 1 "
		  "complaints; the"
		  " mentions say 1, 0, 1\n" },
		{ "DELETE FROM rollup_minute WHERE at = 1773446400",
		  "rollup_minute shancui/ at 1773446400 says 0 mentions, 0 negative, 0 "
		  "complaints; the"
		  " mentions say 1, 0, 1\n" },
		{ "UPDATE firing SET observed = 63 WHERE trigger = 'complaints'",
		  "firing complaints of shancui at 1773460800: observed is 63, the rows give "
		  "5\n" },
		{ "UPDATE firing SET reason_en = 'all is well' WHERE trigger = 'complaints'",
		  "firing complaints of shancui at 1773460800: reason_en is \"all is well\", "
		  "the rows"
		  " give \"5 complaints in 24 h, usually 0.5; 5 authors, 1 source; started by "
		  "a.example"
		  " at 08:00; would have stayed silent below 5\"\n" },
		{ "UPDATE incident SET level = 2, state = 'assessing'",
		  "incident INC-2026-0001 says assessing L2 version 5; its moves say "
		  "responding L3, 5\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct verify_sum sum;
		struct world w;

		world_open(&w, CLOCK_WALL);
		live_through(&w);
		world_forge(&w, cases[i].sql);
		assert_int_equal(world_verify(&w, &sum), 1);
		assert_string_equal(w.reply.p, cases[i].says);
		world_close(&w);
	}
}

static void
verify_finds_a_forged_text_move_or_mention(void **state)
{
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "UPDATE content SET body = 'nothing was said' WHERE document = (SELECT d.n"
		  " FROM document d JOIN mention m ON m.document = d.id ORDER BY"
		  " m.arrived_at, m.id LIMIT 1)",
		  " is not what its digest was made of" },
		{ "UPDATE move SET actor = 'unix:nobody' WHERE seq = 2", "move 2 was changed" },
		{ "DELETE FROM move WHERE seq = 3", "move 4 comes after move 3" },
		{ "UPDATE mention SET label = 0 WHERE id = (SELECT id FROM mention WHERE label "
		  "= -1"
		  " ORDER BY arrived_at LIMIT 1)",
		  "negative" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct verify_sum sum;
		struct world w;

		world_open(&w, CLOCK_WALL);
		live_through(&w);
		world_forge(&w, cases[i].sql);
		assert_true(world_verify(&w, &sum) > 0);
		if (i == 2)
			assert_non_null(strstr(w.reply.p, "move 4 comes after move 2"));
		else
			assert_non_null(strstr(w.reply.p, cases[i].says));
		world_close(&w);
	}
}

static void
verify_reads_the_figures_of_notices(void **state)
{
#define NOTICE(facts, body)                                                                   \
	"INSERT INTO notice SELECT i.id, i.id, 1, 'page', 'anna', 'mail', 'a@example.test', " \
	"1,"                                                                                  \
	" 'sent', '', 0, 0, 0, 1, 0, '', " body ", '', " facts                                \
	", '', 0, NULL, 0, '' FROM incident i JOIN"                                           \
	" firing f ON f.incident = i.id WHERE f.trigger = 'complaints'"
	static const struct {
		const char *sql;
		int64_t mismatches;
	} cases[] = {
		{ NOTICE("'{\"trigger\":\"complaints\",\"mentions\":5}'",
			 "'L1\nwhy: ' || replace(f.reason_en, '.', '[.]') || '\n08:00'"),
		  0 },
		{ NOTICE("'{\"trigger\":\"complaints\",\"mentions\":5}'",
			 "'why: ' || replace(f.reason_en, '5 complaints', '50 complaints')"),
		  1 },
		{ NOTICE("'{\"trigger\":\"complaints\",\"mentions\":7}'", "f.reason_zh"), 1 },
		{ NOTICE("'{\"trigger\":\"complaints\",\"mentions\":5}'",
			 "'see INC-2026-0001'"),
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct verify_sum sum;
		struct world w;

		world_open(&w, CLOCK_WALL);
		live_through(&w);
		world_forge(&w, cases[i].sql);
		if (world_verify(&w, &sum) != cases[i].mismatches)
			fail_msg("case %zu: %s", i, w.reply.p);
		assert_int_equal(sum.notices, 1);
		world_close(&w);
	}
}

/* Notices are not real here: nothing quotes. */
#define ERASED(n)                                                                  \
	"{\"erased\":" n ",\"quoted\":{\"notices\":0,\"waiting\":0,\"digests\":0," \
	"\"drafts\":0,\"incidents\":[],\"told\":[]}}"

static void
erasing_an_author_keeps_every_figure_and_is_said(void **state)
{
	struct verify_sum sum;
	struct world w;
	char args[128];

	(void)state;
	world_open(&w, CLOCK_WALL);
	live_through(&w);
	snprintf(args, sizeof args, "{\"author\":\"%s\",\"why\":\"asked by mail\"}",
		 world_ask(&w, "SELECT lower(hex(author_key)) FROM document WHERE seq = 23"));
	assert_int_equal(world_act(&w, "unix:anna", "erase", args, 0, WORLD_T0 + DAY), 200);
	assert_string_equal(w.reply.p, ERASED("1"));
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM content WHERE body IS NULL AND salt IS"
			      " NULL AND erased_why = 'asked by mail'"),
		"1");
	if (world_verify(&w, &sum))
		fail_msg("%s", w.reply.p);
	assert_int_equal(sum.erased, 1);
	/* By the name shown: p1 wrote twice. */
	assert_int_equal(
		world_act(&w, "unix:anna", "erase", "{\"author\":\"p1\"}", 0, WORLD_T0 + DAY),
		200);
	assert_string_equal(w.reply.p, ERASED("2"));
	assert_int_equal(world_act(&w, "unix:anna", "erase",
				   "{\"author\":\"p2\",\"site\":\"no.example\"}", 0,
				   WORLD_T0 + DAY),
			 200);
	assert_string_equal(w.reply.p, ERASED("0"));
	assert_int_equal(world_act(&w, "unix:anna", "erase", "{}", 0, WORLD_T0 + DAY), 400);
	if (world_verify(&w, &sum))
		fail_msg("%s", w.reply.p);
	assert_int_equal(sum.erased, 3);
	world_close(&w);
}

static void
acts_are_applied_once_and_against_what_was_seen(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	world_grumble(&w, WORLD_T0, 6);
	assert_int_equal(world_act(&w, "unix:anna", "incident.ack",
				   "{\"id\":\"INC-2026-0009\"}", 0, WORLD_T0 + HOUR),
			 404);
	assert_int_equal(world_act(&w, "unix:anna", "incident.ack",
				   "{\"id\":\"INC-2026-0001\"}", 9, WORLD_T0 + HOUR),
			 409);
	assert_string_equal(w.reply.p,
			    "{\"error\":\"INC-2026-0001 has changed since you saw it\","
			    "\"version\":1}");
	assert_int_equal(world_act(&w, "unix:anna", "incident.ack",
				   "{\"id\":\"INC-2026-0001\"}", 1, WORLD_T0 + HOUR),
			 200);
	/* The same command again: the same answer, no second move. */
	assert_int_equal(world_act(&w, "unix:anna", "incident.ack",
				   "{\"id\":\"INC-2026-0001\"}", 1, WORLD_T0 + 2 * HOUR),
			 200);
	assert_int_equal(world_notices.acks, 1);
	assert_string_equal(world_ask(&w, "SELECT acked_by || version FROM incident"),
			    "unix:anna2");
	assert_int_equal(world_act(&w, "unix:anna", "incident.promote",
				   "{\"id\":\"INC-2026-0001\"}", 2, WORLD_T0 + HOUR),
			 200);
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "responding");
	assert_int_equal(world_act(&w, "unix:anna", "incident.promote",
				   "{\"id\":\"INC-2026-0001\",\"level\":2}", 0,
				   WORLD_T0 + HOUR),
			 409);
	assert_int_equal(world_act(&w, "unix:anna", "incident.dance", "{}", 0, WORLD_T0), 404);
	assert_int_equal(world_act(&w, "unix:anna", "incident.show",
				   "{\"id\":\"INC-2026-0001\"}", 0, WORLD_T0),
			 200);
	assert_non_null(strstr(w.reply.p, "\"event\":\"person_L3\""));
	world_close(&w);
}

static void
an_l3_is_stood_down_and_closed_only_after_72_h_of_calm(void **state)
{
	static const char close[] = "{\"id\":\"INC-2026-0001\"}";
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	world_grumble(&w, WORLD_T0, 30);
	assert_int_equal(
		world_act(&w, "unix:anna", "incident.close", close, 0, WORLD_T0 + HOUR), 200);
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "watching");
	for (int64_t t = WORLD_T0 + HOUR; t < WORLD_T0 + 60 * HOUR; t += HOUR)
		world_turn(&w, t);
	assert_int_equal(
		world_act(&w, "unix:boss", "incident.close", close, 0, WORLD_T0 + 60 * HOUR),
		409);
	world_reopen(&w, WORLD_T0 + 60 * HOUR); /* the clock outlives a restart */
	for (int64_t t = WORLD_T0 + 60 * HOUR; t < WORLD_T0 + 90 * HOUR; t += HOUR)
		world_turn(&w, t);
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "watching");
	assert_int_equal(
		world_act(&w, "unix:chef", "incident.close", close, 0, WORLD_T0 + 90 * HOUR),
		200);
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "closed");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verify_agrees_with_what_was_written),
		cmocka_unit_test(verify_names_each_row_that_was_changed_by_hand),
		cmocka_unit_test(verify_finds_a_forged_text_move_or_mention),
		cmocka_unit_test(verify_reads_the_figures_of_notices),
		cmocka_unit_test(erasing_an_author_keeps_every_figure_and_is_said),
		cmocka_unit_test(acts_are_applied_once_and_against_what_was_seen),
		cmocka_unit_test(an_l3_is_stood_down_and_closed_only_after_72_h_of_calm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
