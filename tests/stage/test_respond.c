#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/record_store.h"
#include "responder/shed.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    86400

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
	assert_int_equal(world_grumble(&w, WORLD_T0, 5), STEP_OK);
	assert_string_equal(w.told.p, "");
	assert_int_equal(world_grumble(&w, WORLD_T0 + 10 * MINUTE, 1), STEP_SETTLE);
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
	world_grumble(&w, WORLD_T0, 30);
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
say_valve(struct world *w, const char *identity, const char *text, int64_t at)
{
	struct result r = { .document = { .source = STR(VALVE_SOURCE),
					  .identity = str_of(identity),
					  .text = str_of(text),
					  .followers = -1,
					  .published_at = at - 10,
					  .arrived_at = at,
					  .flags = DOCUMENT_HEALTH } };
	struct buf b = BUF(RECORD_MAX);

	r.document.id = ID_OF(STR("valve"), r.document.identity);
	r.document.spool = w->spool;
	r.document.seq = ++w->seq;
	record_encode(&result_record, &r, &b);
	world_step(w, buf_str(&b), at);
	world_step(w, buf_str(&b), at); /* as after a lost receipt */
	world_settle(w, at);
	buf_release(&b);
}

static int64_t
sheds_since(struct world *w)
{
	struct err e = { .kind = ERR_NONE };
	struct store *s = store_open_reader(w->path, &record_migrations, &e);
	int64_t since_at = -1;

	assert_non_null(s);
	assert_int_equal(shed_now(s, &since_at, &e), 0);
	store_close(s);
	return since_at;
}

static void
overload_is_kept_told_once_and_over_again(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	assert_int_equal(sheds_since(&w), 0);
	say_valve(&w, "valve-sheds:1", "", WORLD_T0);
	assert_int_equal(sheds_since(&w), WORLD_T0 - 10);
	assert_int_equal(world_notices.tells, 1);
	say_valve(&w, "valve-opens:1", "{\"polls\":3,\"sources\":2,\"names\":[\"a\",\"b\"]}",
		  WORLD_T0 + 90);
	assert_int_equal(sheds_since(&w), 0);
	assert_int_equal(world_notices.tells, 2);
	assert_string_equal(
		world_ask(&w, "SELECT group_concat(sheds || ' ' || polls || ' ' || names)"
			      " FROM (SELECT * FROM valve_word ORDER BY at)"),
		"1 0 ,0 3 a, b");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM document"), "0");
	world_close(&w);
}

/* Several scorers may park it, and say so with several documents: a notice is kept once a key. */
static void
a_parked_rule_is_told_once_for_a_configuration(void **state)
{
	static struct parked_rule rule = { STR_INIT("shancui"), STR_INIT("a(b+)+c") };
	char keys[3][64];
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	for (int i = 0; i < 3; i++) {
		struct result r = { .document = { .source = STR("board"),
						  .followers = -1,
						  .arrived_at = WORLD_T0,
						  .spool = w.spool,
						  .seq = ++w.seq },
				    .parked = { &rule, 1 } };
		struct buf b = BUF(RECORD_MAX);

		r.document.id.b[0] = (uint8_t)(i + 1);
		r.conf.b[0] = i < 2 ? 1 : 2;
		record_encode(&result_record, &r, &b);
		world_step(&w, buf_str(&b), WORLD_T0);
		world_step(&w, buf_str(&b), WORLD_T0);
		world_settle(&w, WORLD_T0);
		buf_release(&b);
		assert_int_equal(world_notices.tells, i + 1);
		memcpy(keys[i], world_notices.told_key, sizeof keys[i]);
	}
	assert_string_equal(keys[0], keys[1]);
	assert_string_not_equal(keys[1], keys[2]);
	assert_non_null(strstr(world_notices.told_subject, "shancui"));
	world_close(&w);
}

/* 72 h ago more came within a minute than go at once. */
static void
as_many_signatures_go_as_came(void **state)
{
	int64_t now = WORLD_T0 + 4 * DAY;
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 });
	world_forge(&w, "WITH RECURSIVE k(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM k "
			"WHERE i < 1500)"
			" INSERT INTO copies (document, arrived_at, signature, story, gist)"
			" SELECT document, arrived_at, signature, story, gist FROM copies, k");
	for (int i = 0; i < 10; i++) {
		world_say(&w, &(struct world_mention){ .at = now + i });
		world_turn(&w, now + i);
	}
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM copies"), "10");
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
		world_grumble(&w, WORLD_T0, 8);
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
	world_grumble(&w, WORLD_T0 + 60, 0);
	for (int64_t t = WORLD_T0; t < WORLD_T0 + 3 * DAY; t += HOUR)
		world_turn(&w, t);
	assert_string_equal(world_ask(&w, "SELECT state || ' ' || closed_why FROM incident"),
			    "closed all signals have been clear for 24 h");
	world_grumble(&w, WORLD_T0 + 4 * DAY, 30);
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
	world_grumble(&w, WORLD_T0 + HOUR, 6);
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

/* An incident that fires asks for its own documents, not once more for those of all that are open. */
static void
what_fires_asks_for_evidence_of_its_own_incident(void **state)
{
	struct world w;
	size_t before;

	(void)state;
	world_open(&w, CLOCK_WALL);
	world_grumble(&w, WORLD_T0, 6);
	before = w.incident_kept_n;
	assert_true(before >= 6);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + 360,
					       .watch = "qingshan",
					       .label = LABEL_NEG,
					       .author = "x",
					       .topic = "food_safety",
					       .flags = MENTION_FIRST_HAND });
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM incident"), "2");
	assert_int_equal(w.incident_kept_n, before + 1);
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
	world_grumble(&w, WORLD_T0, 6);
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
		cmocka_unit_test(overload_is_kept_told_once_and_over_again),
		cmocka_unit_test(a_parked_rule_is_told_once_for_a_configuration),
		cmocka_unit_test(as_many_signatures_go_as_came),
		cmocka_unit_test(imported_history_says_what_is_usual),
		cmocka_unit_test(a_number_is_kept_once_for_its_time_and_is_no_document),
		cmocka_unit_test(a_calm_l1_ends_by_itself_and_an_l3_does_not),
		cmocka_unit_test(evidence_of_an_open_incident_is_asked_for_again_and_again),
		cmocka_unit_test(the_sources_of_an_l2_are_hurried_until_it_is_closed),
		cmocka_unit_test(what_fires_asks_for_evidence_of_its_own_incident),
		cmocka_unit_test(a_grave_mention_asks_for_evidence_with_its_receipt),
		cmocka_unit_test(an_exhausted_policy_raises_l2_to_l3_and_leaves_l1_where_it_is),
		cmocka_unit_test(stepped_mode_is_the_same_in_whatever_order_results_come),
		cmocka_unit_test(a_tick_waits_until_no_notice_is_on_its_way),
		cmocka_unit_test(a_tick_of_a_time_that_was_applied_is_only_receipted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
