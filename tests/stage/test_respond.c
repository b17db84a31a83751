#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
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

/* A sample on a document's way, as nlp lets it through. */
static struct str
sample_result(struct world *w, const char *signal, const char *value, int64_t at)
{
	struct result r = { .document = { .spool = w->spool,
					  .seq = ++w->seq,
					  .source = STR("shop"),
					  .title = str_of(signal),
					  .text = str_of(value),
					  .followers = -1,
					  .published_at = at,
					  .arrived_at = WORLD_T0,
					  .flags = DOCUMENT_SAMPLE } };
	struct buf b = BUF(RECORD_MAX);
	struct str s;

	record_encode(&result_record, &r, &b);
	s = arena_str(w->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static void
a_number_is_kept_once_for_its_time_and_is_no_document(void **state)
{
	struct world w;
	struct str record;

	(void)state;
	world_open(&w, CLOCK_WALL);
	record = sample_result(&w, "conversion", "0.031200", WORLD_T0 - 60);
	for (int i = 0; i < 2; i++) {
		world_step(&w, record, WORLD_T0);
		world_settle(&w, WORLD_T0);
	}
	world_step(&w, sample_result(&w, "conversion", "-7.5", WORLD_T0), WORLD_T0);
	world_step(&w, sample_result(&w, "conversion", "8", WORLD_T0), WORLD_T0);
	world_step(&w, sample_result(&w, "conversion", "no", WORLD_T0), WORLD_T0);
	world_settle(&w, WORLD_T0);
	assert_int_equal(w.receipts_n, 5);
	assert_string_equal(world_ask(&w, "SELECT group_concat(value) FROM (SELECT value FROM"
					  " signal_sample ORDER BY at)"),
			    "31200,-7500000");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM document"), "0");
	assert_int_equal(world_act(&w, "anna", "signal.list", "{}", 0, WORLD_T0), 200);
	assert_string_equal(w.reply.p,
			    "{\"signals\":[{\"signal\":\"conversion\",\"at\":"
			    "\"2026-03-14T00:00:00Z\",\"value\":-7.5,\"source\":\"shop\","
			    "\"samples\":2}]}");
	assert_int_equal(
		world_act(&w, "anna", "signal.show", "{\"name\":\"conversion\"}", 0, WORLD_T0),
		200);
	assert_non_null(
		strstr(w.reply.p, "{\"at\":\"2026-03-13T23:59:00Z\",\"value\":0.0312}"));
	assert_int_equal(world_act(&w, "anna", "signal.show", "{\"name\":\"x\"}", 0, WORLD_T0),
			 404);
	world_close(&w);
}

/* Four weeks of two complaints an hour were imported: twelve in three hours are a usual evening
 * then, and a flood for who knows nothing of the past. */
static void
a_dead_source_is_told_once_however_often_it_is_sent(void **state)
{
	struct world w;
	struct result r = { .document = { .source = STR("board"),
					  .identity = STR("outage-begins:1"),
					  .title = STR("answered 500"),
					  .followers = -1,
					  .arrived_at = WORLD_T0,
					  .flags = DOCUMENT_HEALTH } };
	struct buf b = BUF(RECORD_MAX);

	(void)state;
	world_open(&w, CLOCK_WALL);
	r.document.id = ID_OF(STR("board"), r.document.identity);
	r.document.spool = w.spool;
	r.document.seq = ++w.seq;
	record_encode(&result_record, &r, &b);
	world_step(&w, buf_str(&b), WORLD_T0);
	world_settle(&w, WORLD_T0);
	world_step(&w, buf_str(&b), WORLD_T0);
	world_settle(&w, WORLD_T0);
	world_reopen(&w, WORLD_T0);
	world_step(&w, buf_str(&b), WORLD_T0);
	world_settle(&w, WORLD_T0);
	assert_int_equal(world_notices.tells, 1);
	assert_int_equal(w.receipts_n, 3);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM mention"), "0");
	buf_release(&b);
	world_close(&w);
}

static void
imported_history_says_what_is_usual(void **state)
{
	for (int known = 0; known < 2; known++) {
		struct world w;

		(void)state;
		world_open(&w, CLOCK_WALL);
		for (int64_t h = 28 * 24; known && h > 0; h--)
			for (int i = 0; i < 4; i++)
				world_say(&w,
					  &(struct world_mention){
						  .at = WORLD_T0 - 60,
						  .published_at = WORLD_T0 - h * HOUR + i * 600,
						  .label = LABEL_NEG,
						  .same_copy = true,
						  .document_flags = DOCUMENT_HISTORY });
		assert_string_equal(w.told.p, "");
		assert_string_equal(world_ask(&w, "SELECT count(*) FROM incident"), "0");
		assert_string_equal(world_ask(&w, "SELECT count(*) FROM copies"), "0");
		grumble(&w, WORLD_T0, 8);
		if (known)
			assert_string_equal(w.told.p, "");
		else
			assert_string_not_equal(w.told.p, "");
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

/* Told once it opens and every ten minutes, until it is closed. */
static void
evidence_of_an_open_incident_is_asked_for_again_and_again(void **state)
{
	struct world w;
	size_t first;

	(void)state;
	world_open(&w, CLOCK_WALL);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0, .text = "good" });
	world_turn(&w, WORLD_T0 + HOUR);
	assert_int_equal(w.incident_kept_n, 0);
	grumble(&w, WORLD_T0 + HOUR, 6);
	first = w.incident_kept_n;
	assert_true(first >= 6);
	world_turn(&w, WORLD_T0 + HOUR + 300);
	assert_int_equal(w.incident_kept_n, first);
	world_turn(&w, WORLD_T0 + HOUR + 1200);
	assert_true(w.incident_kept_n >= first + 6);
	for (int64_t t = WORLD_T0 + 2 * HOUR; t < WORLD_T0 + 16 * DAY; t += HOUR)
		world_turn(&w, t);
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "closed");
	first = w.incident_kept_n;
	world_turn(&w, WORLD_T0 + 17 * DAY);
	assert_int_equal(w.incident_kept_n, first);
	world_close(&w);
}

/* At L1 nobody is hurried; at L2 the sources of all that it counts are, until it is closed. */
static void
the_sources_of_an_l2_are_hurried_until_it_is_closed(void **state)
{
	struct world w;
	size_t first;

	(void)state;
	world_open(&w, CLOCK_WALL);
	for (int i = 0; i < 6; i++)
		world_say(&w,
			  &(struct world_mention){ .at = WORLD_T0 + i * 3 * HOUR,
						   .intent = INTENT_COMPLAINT,
						   .author = arena_textf(w.arena, "c%d", i) });
	assert_string_equal(world_ask(&w, "SELECT state || level FROM incident"), "open1");
	assert_true(w.incident_kept_n > 0);
	assert_int_equal(w.hurried_n, 0);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + 18 * HOUR,
					       .label = LABEL_NEG,
					       .author = "x",
					       .topic = "food_safety",
					       .flags = MENTION_FIRST_HAND });
	assert_string_equal(world_ask(&w, "SELECT state || level FROM incident"), "assessing2");
	first = w.hurried_n;
	assert_true(first > 0);
	world_turn(&w, WORLD_T0 + 18 * HOUR + 1200);
	assert_true(w.hurried_n >= 2 * first);
	for (int64_t t = WORLD_T0 + 19 * HOUR; t < WORLD_T0 + 17 * DAY; t += HOUR)
		world_turn(&w, t);
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "closed");
	first = w.hurried_n;
	world_turn(&w, WORLD_T0 + 18 * DAY);
	assert_int_equal(w.hurried_n, first);
	world_close(&w);
}

static void
a_grave_mention_asks_for_evidence_with_its_receipt(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0, .topic = "x", .severity = 1 });
	assert_int_equal(w.kept_n, 0);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0, .topic = "x", .severity = 2 });
	assert_int_equal(w.kept_n - w.incident_kept_n, 1);
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

/* All three levels, by complaints and two safety reports, with an erased author. */
static void
live_through(struct world *w)
{
	grumble(w, WORLD_T0 - 3 * DAY, 4);
	for (int i = 0; i < 6; i++)
		world_say(w,
			  &(struct world_mention){ .at = WORLD_T0 + i * HOUR,
						   .intent = INTENT_COMPLAINT,
						   .author = arena_textf(w->arena, "c%d", i) });
	grumble(w, WORLD_T0 + 7 * HOUR, 12);
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
		{ "UPDATE content SET body = 'nothing was said' WHERE document ="
		  " (SELECT document FROM mention ORDER BY arrived_at, id LIMIT 1)",
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
	" 'sent', '', 0, 0, 0, 1, 0, '', " body ", '', " facts ", '', 0 FROM incident i JOIN" \
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
	assert_string_equal(w.reply.p, "{\"erased\":1}");
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
	assert_string_equal(w.reply.p, "{\"erased\":2}");
	assert_int_equal(world_act(&w, "unix:anna", "erase",
				   "{\"author\":\"p2\",\"site\":\"no.example\"}", 0,
				   WORLD_T0 + DAY),
			 200);
	assert_string_equal(w.reply.p, "{\"erased\":0}");
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
	grumble(&w, WORLD_T0, 6);
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
	grumble(&w, WORLD_T0, 30);
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

/* ---- stepped mode ------------------------------------------------------------------------------- */

#define STEPPED_N 60

/* 60 mentions of three minutes, given in the order of deal. */
static void
play(struct world *w, const int *deal, bool tick_first)
{
	struct str records[STEPPED_N], tick;

	for (int i = 0; i < STEPPED_N; i++)
		records[i] = world_result(
			w, &(struct world_mention){
				   .at = WORLD_T0 + 10 + i / 4,
				   .label = i % 3 ? LABEL_NEG : LABEL_NEU,
				   .intent = i % 5 ? INTENT_NONE : INTENT_COMPLAINT,
				   .author = arena_textf(w->arena, "p%d", i),
				   .site = arena_textf(w->arena, "s%d.example", i % 9),
				   .topic = i == 40 || i == 52 ? "food_safety" : NULL });
	tick = world_tick(w, WORLD_T0 + 60, STEPPED_N);
	if (tick_first)
		world_step(w, tick, 0);
	for (int i = 0; i < STEPPED_N; i++) {
		world_step(w, records[deal[i]], 0);
		if (i % 7 == 0)
			world_settle(w, 0);
	}
	if (!tick_first) {
		assert_int_equal(w->receipts_n, 0); /* nothing before its tick */
		world_step(w, tick, 0);
	}
	world_settle(w, 0);
}

static const char dump[] =
	"SELECT group_concat(x, ' ') FROM (SELECT hex(hash) || at AS x FROM move UNION ALL"
	" SELECT hex(id) || facts || reason_zh || hex(evidence) FROM firing UNION ALL"
	" SELECT hex(id) || hex(story) || as_of FROM mention UNION ALL"
	" SELECT watch || topic || at || mentions || negative FROM rollup_minute ORDER BY 1)";

static void
stepped_mode_is_the_same_in_whatever_order_results_come(void **state)
{
	struct arena *a = arena_new();
	const char *first = NULL;
	int deal[STEPPED_N];
	uint32_t dice = 7;

	(void)state;
	for (int i = 0; i < STEPPED_N; i++)
		deal[i] = i;
	for (int round = 0; round < 5; round++) {
		struct world w;
		const char *rows;

		world_open(&w, CLOCK_STEPPED);
		play(&w, deal, round % 2);
		assert_int_equal(w.receipts_n, STEPPED_N + 1);
		assert_int_equal(w.receipts[STEPPED_N].seq, STEPPED_N + 1); /* the tick last */
		rows = world_ask(&w, dump);
		assert_non_null(strstr(rows, "food_safety"));
		if (!first)
			first = arena_text(a, str_of(rows));
		assert_string_equal(rows, first);
		world_close(&w);
		for (int i = STEPPED_N - 1; i > 0; i--) {
			int j = (int)((dice = dice * 1664525u + 1013904223u) >> 8) % (i + 1);
			int t = deal[i];

			deal[i] = deal[j];
			deal[j] = t;
		}
	}
	arena_free(a);
}

static void
a_tick_waits_until_no_notice_is_on_its_way(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_STEPPED);
	world_step(&w, world_result(&w, &(struct world_mention){ .at = WORLD_T0 + 5 }), 0);
	world_notices.busy = true;
	world_step(&w, world_tick(&w, WORLD_T0 + 10, 1), 0);
	world_settle(&w, 0);
	world_turn(&w, 0);
	assert_int_equal(w.receipts_n, 0);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM mention"),
			    "1"); /* but committed */
	world_notices.busy = false;
	world_turn(&w, 0);
	assert_int_equal(w.receipts_n, 2);
	world_close(&w);
}

static void
a_tick_of_a_time_that_was_applied_is_only_receipted(void **state)
{
	struct world w;
	struct str record;

	(void)state;
	world_open(&w, CLOCK_STEPPED);
	record = world_result(&w, &(struct world_mention){ .at = WORLD_T0 + 5 });
	world_step(&w, record, 0);
	world_step(&w, world_tick(&w, WORLD_T0 + 10, 1), 0);
	world_settle(&w, 0);
	w.receipts_n = 0;
	world_reopen(&w, WORLD_T0); /* the receipts were lost */
	world_step(&w, record, 0);
	world_step(&w, world_tick(&w, WORLD_T0 + 10, 1), 0);
	world_settle(&w, 0);
	assert_int_equal(w.receipts_n, 2);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM mention"), "1");
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
		cmocka_unit_test(a_dead_source_is_told_once_however_often_it_is_sent),
		cmocka_unit_test(imported_history_says_what_is_usual),
		cmocka_unit_test(a_number_is_kept_once_for_its_time_and_is_no_document),
		cmocka_unit_test(a_calm_l1_ends_by_itself_and_an_l3_does_not),
		cmocka_unit_test(evidence_of_an_open_incident_is_asked_for_again_and_again),
		cmocka_unit_test(the_sources_of_an_l2_are_hurried_until_it_is_closed),
		cmocka_unit_test(a_grave_mention_asks_for_evidence_with_its_receipt),
		cmocka_unit_test(an_exhausted_policy_raises_l2_to_l3_and_leaves_l1_where_it_is),
		cmocka_unit_test(verify_agrees_with_what_was_written),
		cmocka_unit_test(verify_names_each_row_that_was_changed_by_hand),
		cmocka_unit_test(verify_finds_a_forged_text_move_or_mention),
		cmocka_unit_test(verify_reads_the_figures_of_notices),
		cmocka_unit_test(erasing_an_author_keeps_every_figure_and_is_said),
		cmocka_unit_test(acts_are_applied_once_and_against_what_was_seen),
		cmocka_unit_test(an_l3_is_stood_down_and_closed_only_after_72_h_of_calm),
		cmocka_unit_test(stepped_mode_is_the_same_in_whatever_order_results_come),
		cmocka_unit_test(a_tick_waits_until_no_notice_is_on_its_way),
		cmocka_unit_test(a_tick_of_a_time_that_was_applied_is_only_receipted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
