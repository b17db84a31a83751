#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    86400

/* n negative mentions of the small watch by different people on different sites, a minute apart. */
static int
grumble(struct world *w, int64_t at, int n)
{
	int said = 0;

	for (int i = 0; i < n; i++)
		said = world_say(w,
				 &(struct world_mention){
					 .at = at + i * MINUTE,
					 .label = LABEL_NEG,
					 .author = arena_textf(w->arena, "p%d", i),
					 .site = arena_textf(w->arena, "s%d.example", i % 7) });
	return said;
}

static void
a_result_becomes_rows_and_one_receipt(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	assert_int_equal(world_step(&w,
				    world_result(&w, &(struct world_mention){ .at = WORLD_T0 }),
				    WORLD_T0),
			 STEP_OK);
	assert_int_equal(w.receipts_n, 0); /* not before the commit */
	world_settle(&w, WORLD_T0);
	assert_int_equal(w.receipts_n, 1);
	assert_int_equal(w.receipts[0].seq, 1);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0, .no_mention = true });
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM document"), "2");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM content"), "1");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM mention"), "1");
	assert_string_equal(world_ask(&w, "SELECT sum(mentions) FROM rollup_hour"), "1");
	assert_string_equal(world_ask(&w, "SELECT sum(mentions) FROM rollup_day"), "1");
	assert_string_equal(world_ask(&w, "SELECT value FROM meta WHERE name = 'commit_seq'"),
			    "2");
	world_close(&w);
}

static void
the_same_result_twice_counts_once_and_is_receipted_twice(void **state)
{
	struct world w;
	struct str record;

	(void)state;
	world_open(&w, CLOCK_WALL);
	record =
		world_result(&w, &(struct world_mention){ .at = WORLD_T0, .label = LABEL_NEG });
	world_step(&w, record, WORLD_T0);
	world_step(&w, record, WORLD_T0); /* in one batch */
	world_settle(&w, WORLD_T0);
	world_step(&w, record, WORLD_T0); /* in another */
	world_settle(&w, WORLD_T0);
	world_reopen(&w, WORLD_T0); /* after a restart */
	world_step(&w, record, WORLD_T0);
	world_settle(&w, WORLD_T0);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM mention"), "1");
	assert_string_equal(world_ask(&w, "SELECT sum(negative) FROM rollup_minute"), "1");
	assert_int_equal(w.receipts_n, 4);
	world_close(&w);
}

static void
what_was_not_committed_leaves_no_trace_and_comes_again(void **state)
{
	struct world w;
	struct str record;

	(void)state;
	world_open(&w, CLOCK_WALL);
	record = world_result(&w, &(struct world_mention){ .at = WORLD_T0 });
	world_step(&w, record, WORLD_T0);
	world_reopen(&w, WORLD_T0); /* killed before settle */
	assert_int_equal(w.receipts_n, 0);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM document"), "0");
	world_step(&w, record, WORLD_T0);
	world_settle(&w, WORLD_T0);
	assert_int_equal(w.receipts_n, 1);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM document"), "1");
	world_close(&w);
}

static void
a_burst_opens_an_incident_at_l2_and_ends_the_batch(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	assert_int_equal(grumble(&w, WORLD_T0, 5), STEP_OK);
	assert_string_equal(w.told.p, "");
	assert_int_equal(grumble(&w, WORLD_T0 + 10 * MINUTE, 1), STEP_SETTLE);
	assert_string_equal(w.told.p, "firing shancui INC-2026-0001 L0 W2\n"
				      "move shancui INC-2026-0001 L2 W2\n");
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "assessing");
	assert_string_equal(world_ask(&w, "SELECT reason_en FROM firing"),
			    "6 negative in 3 h, usually 1.5; 5 authors, 5 sources; started by "
			    "s0.example at 08:00;"
			    " would have stayed silent below 6 or under 5 authors");
	assert_string_equal(world_ask(&w, "SELECT reason_zh FROM firing"),
			    "3 小时内负面 6 条，平时约 1.5 条；5 个账号、5 个来源；最早出自"
			    " s0.example（08:00）；低于 6 条不会触发，少于 5 个账号也不会");
	assert_int_equal(world_notices.pages, 1);
	world_close(&w);
}

static void
more_of_it_reaches_l3_and_pages_once_a_level(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	grumble(&w, WORLD_T0, 30);
	assert_string_equal(w.told.p, "firing shancui INC-2026-0001 L0 W2\n"
				      "move shancui INC-2026-0001 L2 W2\n"
				      "firing shancui INC-2026-0001 L0 W3\n"
				      "move shancui INC-2026-0001 L3 W3\n");
	assert_int_equal(world_notices.pages, 2);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM incident"), "1");
	world_close(&w);
}

static void
complaints_climb_through_all_three_levels(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	for (int i = 0; i < 6; i++)
		world_say(&w,
			  &(struct world_mention){ .at = WORLD_T0 + i * 3 * HOUR,
						   .intent = INTENT_COMPLAINT,
						   .author = arena_textf(w.arena, "c%d", i) });
	assert_string_equal(world_ask(&w, "SELECT state || level FROM incident"), "open1");
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + 18 * HOUR,
					       .label = LABEL_NEG,
					       .author = "x",
					       .topic = "food_safety",
					       .flags = MENTION_FIRST_HAND });
	assert_string_equal(world_ask(&w, "SELECT state || level FROM incident"), "assessing2");
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + 19 * HOUR,
					       .label = LABEL_NEG,
					       .author = "y",
					       .site = "b.example",
					       .topic = "food_safety" });
	assert_string_equal(world_ask(&w, "SELECT state || level || topic FROM incident"),
			    "responding3food_safety");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM move"), "3");
	world_close(&w);
}

static void
what_is_old_owned_or_history_raises_nothing(void **state)
{
	static const int64_t flags[] = { DOCUMENT_OLD, DOCUMENT_HISTORY, DOCUMENT_OWNED };
	static const char *const counted[] = { "0", "30", "0" };

	(void)state;
	for (size_t k = 0; k < LY_COUNT(flags); k++) {
		struct world w;

		world_open(&w, CLOCK_WALL);
		for (int i = 0; i < 30; i++)
			world_say(&w, &(struct world_mention){
					      .at = WORLD_T0 + i,
					      .label = LABEL_NEG,
					      .published_at = WORLD_T0 - 5 * DAY,
					      .author = arena_textf(w.arena, "p%d", i),
					      .topic = "death",
					      .flags = MENTION_FIRST_HAND,
					      .document_flags = flags[k] });
		assert_string_equal(w.told.p, "");
		assert_string_equal(
			world_ask(&w, "SELECT coalesce(sum(negative), 0) FROM rollup_hour"
				      " WHERE topic = ''"),
			counted[k]);
		world_close(&w);
	}
}

static void
a_calm_l1_ends_by_itself_and_an_l3_does_not(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	for (int i = 0; i < 5; i++)
		world_say(&w, &(struct world_mention){ .at = WORLD_T0 + i,
						       .intent = INTENT_COMPLAINT });
	grumble(&w, WORLD_T0 + 60, 0);
	for (int64_t t = WORLD_T0; t < WORLD_T0 + 3 * DAY; t += HOUR)
		world_turn(&w, t);
	assert_string_equal(world_ask(&w, "SELECT state || ' ' || closed_why FROM incident"),
			    "closed all signals have been clear for 24 h");
	grumble(&w, WORLD_T0 + 4 * DAY, 30);
	for (int64_t t = WORLD_T0 + 5 * DAY; t < WORLD_T0 + 20 * DAY; t += HOUR)
		world_turn(&w, t);
	assert_string_equal(
		world_ask(&w, "SELECT state FROM incident ORDER BY number DESC LIMIT 1"),
		"responding");
	world_close(&w);
}

static void
an_exhausted_policy_raises_l2_to_l3_and_leaves_l1_where_it_is(void **state)
{
	struct world w;
	struct id id = { { 0 } };

	(void)state;
	world_open(&w, CLOCK_WALL);
	grumble(&w, WORLD_T0, 6);
	memcpy(id.b, "0123456789abcdef", 16); /* an incident nobody knows changes nothing */
	world_notices.next = (struct notice_events){ .n = 1 };
	world_notices.next.v[0] = (struct notice_event){ .what = NOTICE_EXHAUSTED,
							 .incident = id,
							 .at = WORLD_T0 };
	world_notices.due_at = WORLD_T0 + HOUR;
	world_turn(&w, WORLD_T0 + HOUR);
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "assessing");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_becomes_rows_and_one_receipt),
		cmocka_unit_test(the_same_result_twice_counts_once_and_is_receipted_twice),
		cmocka_unit_test(what_was_not_committed_leaves_no_trace_and_comes_again),
		cmocka_unit_test(a_burst_opens_an_incident_at_l2_and_ends_the_batch),
		cmocka_unit_test(more_of_it_reaches_l3_and_pages_once_a_level),
		cmocka_unit_test(complaints_climb_through_all_three_levels),
		cmocka_unit_test(what_is_old_owned_or_history_raises_nothing),
		cmocka_unit_test(a_calm_l1_ends_by_itself_and_an_l3_does_not),
		cmocka_unit_test(an_exhausted_policy_raises_l2_to_l3_and_leaves_l1_where_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
