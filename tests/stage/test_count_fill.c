/*
 * Digests count packed blocks instead of mentions: what they say is the same, whatever is packed,
 * comes late, is erased or goes at its term meanwhile.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/count_fill.h"
#include "responder/count_store.h"
#include "responder/digest_compose.h"
#include "responder/state.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/sanitized.h"

#define DAY  86400
#define HOUR 3600

/* ---- one digest, both ways ------------------------------------------------------------------- */

static struct digest_row
composed(struct world *w, const struct digest_ask *ask)
{
	struct digest_row row;
	struct err e = { 0 };

	if (digest_compose(&w->r->env, ask, w->arena, &row, &e) < 0)
		fail_msg("%s", e.text);
	return row;
}

/* In a transaction that is undone. */
static struct digest_row
composed_of_rows(struct world *w, const struct digest_ask *ask)
{
	struct store *s = w->r->store;
	struct digest_row row;
	struct err e = { 0 };

	assert_int_equal(store_begin(s, &e), 0);
	assert_true(stmt_run(store_stmt(s, "DELETE FROM count_block"), &e) >= 0);
	row = composed(w, ask);
	store_rollback(s);
	return row;
}

static void
same(struct world *w, const struct digest_ask *ask)
{
	struct digest_row blocks = composed(w, ask), rows = composed_of_rows(w, ask);
	struct err e = { 0 };
	const char *says;

	if (!str_eq(blocks.facts, rows.facts))
		fail_msg("of blocks:\n%.*s\nof rows:\n%.*s", STR_ARG(blocks.facts),
			 STR_ARG(rows.facts));
	assert_true(str_eq(blocks.text, rows.text) && str_eq(blocks.md, rows.md) &&
		    str_eq(blocks.html, rows.html));
	if (digest_verify(w->r->store, w->r->zone, &blocks, w->arena, &says, &e) != 1)
		fail_msg("%s", says);
}

/* ---- what happens to a record ---------------------------------------------------------------- */

static struct {
	uint64_t seed, n;
} luck;

static int64_t
any(int64_t n)
{
	return (int64_t)(hash_fast(STR("luck"), luck.seed + luck.n++) % (uint64_t)n);
}

/* Every other time the first. */
static int64_t
often(const int64_t *v, size_t n)
{
	return v[any(2) ? 0 : any((int64_t)n)];
}
#define OFTEN(...)                              \
	often((const int64_t[]){ __VA_ARGS__ }, \
	      sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))

static void
say(struct world *w, int64_t now)
{
	static const char *const watches[] = { "shancui", "qingshan" };
	static const char *const topics[] = { NULL, "food_safety", "service", "price" };
	int64_t watch = any(2), at = any(8) ? now : now - any(3 * DAY);
	struct world_mention m = {
		.at = at,
		.watch = watches[watch],
		.also = any(4) ? NULL : watches[!watch],
		.site = arena_textf(w->arena, "s%d.example", (int)any(6)),
		.author = any(5) ? arena_textf(w->arena, "a%d", (int)any(9)) : NULL,
		.topic = topics[any(4)],
		.negated = !any(4),
		.published_at = OFTEN(at - any(HOUR), 0, at, at + 60, at - any(5 * DAY)),
		.label = any(3) - 1,
		.intent = OFTEN(0, INTENT_COMPLAINT),
		.flags = OFTEN(0, MENTION_PROMOTION, MENTION_RIVAL, MENTION_OWNED),
		.document_flags = OFTEN(0, DOCUMENT_OLD, DOCUMENT_HISTORY, DOCUMENT_OWNED),
		.followers = OFTEN(-1, 0, 5000, 50000, 600000, (int64_t)1 << 40),
		.source_class = OFTEN(CLASS_SOCIAL, CLASS_COMPLAINT, CLASS_NEWS),
		.rank = OFTEN(0, 1, 999, 2000),
		.score = any(2000) - 1000,
		.same_copy = !any(3),
		.no_mention = !any(9),
	};

	if (m.label == LABEL_NEU)
		m.score = 0;
	world_step(w, world_result(w, &m), now);
}

static void
fill(struct world *w, int64_t now)
{
	static const struct str watches[] = { STR_INIT(""), STR_INIT("shancui"),
					      STR_INIT("qingshan") };
	struct responder *r = w->r;
	struct str watch = watches[any(3)];
	struct err e = { 0 };
	int64_t from, to;

	if (count_frontier(r->store, watch, &from, &e) <= 0)
		return;
	to = from + 1 + any(any(2) ? HOUR : DAY);
	if (to > now)
		return;
	assert_int_equal(store_begin(r->store, &e), 0);
	assert_true(count_fill(r->store, watch, from, to, &e) >= 0);
	assert_int_equal(store_commit(r->store, &e), 0);
	r->blocks.until = to > r->blocks.until ? to : r->blocks.until;
}

static void
erase(struct world *w, int64_t now)
{
	char args[100];

	snprintf(args, sizeof args, "{\"author\":\"a%d\",\"why\":\"asked\"}", (int)any(9));
	world_act(w, "unix:root", "erase", args, 0, now);
}

/* Windows that end on no hour, in zones that lie on none. */
static void
ask(struct world *w, int64_t now)
{
	static const char *const zones[] = { "",    "Asia/Kolkata",     "Asia/Kathmandu",
					     "UTC", "America/St_Johns", "Australia/Lord_Howe" };
	static struct str one[] = { STR_INIT("qingshan") };
	const struct digest_conf conf = {
		.name = STR("any"),
		.period = OFTEN(PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH),
		.cut = OFTEN(8 * HOUR, 0, 8 * HOUR + 1800, 29107),
		.at = 9 * HOUR,
		.zone = str_of(zones[any(LY_COUNT(zones))]),
		.watches = { one, any(4) ? 0 : 1 },
	};
	const struct digest_ask q = {
		.conf = &conf,
		.at = now - (any(3) ? any(HOUR) : any(3 * DAY)),
		.made_at = now - OFTEN(0, any(DAY)),
		.as_of = w->r->commit_seq - OFTEN(0, 1, any(9)),
	};

	same(w, &q);
}

static void
terms(struct world *w, int64_t now)
{
	w->conf.retain = (struct retain_conf){ .text_s = 9 * DAY, .authors_s = 5 * DAY };
	world_reopen(w, now);
}

static int64_t
number(struct world *w, const char *sql)
{
	int64_t n;

	assert_int_equal(str_int64(str_of(world_ask(w, sql)), &n), 0);
	return n;
}

static void
blocks_say_what_the_mentions_say(void **state)
{
	int64_t now = WORLD_T0, days = SANITIZED ? 6 : 10;
	const char *seed = getenv("LY_SEED");
	struct verify_sum sum;
	struct world w;
	int64_t emptied = 0;
	int round = 0;

	(void)state;
	luck.seed = seed ? (uint64_t)strtoull(seed, NULL, 10) * 1000003 : 0;
	luck.n = 0;
	print_message("LY_SEED=%llu\n", (unsigned long long)(luck.seed / 1000003));
	world_open(&w, CLOCK_SCALED);
	terms(&w, now);
	while (now < WORLD_T0 + days * DAY) {
		for (int64_t n = any(60); n > 0; n--)
			say(&w, now += any(100));
		world_settle(&w, now);
		for (int i = 0; i < 3; i++)
			fill(&w, now);
		if (!any(9))
			erase(&w, now);
		emptied += number(&w, "SELECT count(*) FROM count_block WHERE as_of < -2");
		if (any(2))
			world_turn(&w, now += any(12 * HOUR));
		if (++round % 3 == 0)
			ask(&w, now);
	}
	/* Of both there was something to be wrong about. */
	assert_true(number(&w, "SELECT count(*) FROM count_block WHERE as_of > 0") > 9);
	assert_true(emptied > 9);
	assert_int_equal(world_verify(&w, &sum), 0);
	world_forge(&w, "UPDATE count_block SET as_of = as_of - 1 WHERE (watch, to_at) IN"
			" (SELECT watch, to_at FROM count_block WHERE as_of > 0 LIMIT 1)");
	assert_int_equal(world_verify(&w, &sum), 1);
	assert_non_null(strstr(w.reply.p, "is not what its rows say"));
	world_close(&w);
}

/* ---- in turns -------------------------------------------------------------------------------- */

#define SLICE (5 * COUNT_LEAST)

/* By turns of two watches, of which one is told of seldom. */
static void
say_many(struct world *w, int64_t from, int n)
{
	for (int i = 0; i < n; i++)
		world_step(
			w,
			world_result(w, &(struct world_mention){ .at = from + i,
								 .watch = i % 16 ? "shancui"
										 : "qingshan",
								 .author = "somebody" }),
			from + i);
	world_settle(w, from + n);
}

static void
opened(struct world *w)
{
	world_open(w, CLOCK_SCALED);
	w->conf.retain.authors_s = 30 * DAY;
	world_reopen(w, WORLD_T0);
	w->r->blocks.slice = SLICE;
	say_many(w, WORLD_T0, SLICE + 9);
}

static void
say_one(struct world *w, int64_t at, int64_t now)
{
	world_step(w, world_result(w, &(struct world_mention){ .at = at }), now);
	world_settle(w, now);
}

static const char *
blocks(struct world *w)
{
	return world_ask(w, "SELECT group_concat(watch || ' ' || (to_at - from_at) || CASE WHEN"
			    " as_of > 0 THEN '' ELSE ' emptied' END, ', ') FROM (SELECT * FROM"
			    " count_block ORDER BY to_at, watch)");
}

static void
what_came_some_time_ago_is_packed_and_again_when_it_changed(void **state)
{
	int64_t now = WORLD_T0 + SLICE;
	struct world w;

	(void)state;
	opened(&w);
	world_turn(&w, now + COUNT_QUIET_S - 60);
	assert_string_equal(blocks(&w), "");
	world_turn(&w, now + 2 * HOUR);
	assert_string_equal(blocks(&w), " 320, shancui 319");
	/* Late: it is counted by rows until it is in a block again. */
	say_one(&w, WORLD_T0 + 10, now + 3 * HOUR);
	assert_string_equal(blocks(&w), " 320 emptied, shancui 319 emptied");
	/* Not before nothing came late for some minutes; then more than one may hold is cut. */
	world_turn(&w, now + 3 * HOUR + COUNT_QUIET_S - 60);
	assert_string_equal(blocks(&w), " 320 emptied, shancui 319 emptied");
	say_one(&w, WORLD_T0 + 12, now + 3 * HOUR + COUNT_QUIET_S - 50);
	world_turn(&w, now + 3 * HOUR + COUNT_QUIET_S + 60);
	assert_string_equal(blocks(&w), " 320 emptied, shancui 319 emptied");
	world_turn(&w, now + 4 * HOUR);
	assert_string_equal(blocks(&w), " 158,  162, shancui 319");
	/* Behind the last block: none has to go. */
	say_one(&w, now + 5 * HOUR, now + 5 * HOUR);
	assert_string_equal(blocks(&w), " 158,  162, shancui 319");
	assert_int_equal(world_act(&w, "unix:root", "erase",
				   "{\"author\":\"somebody\",\"site\":\"a.example\"}", 0,
				   now + 5 * HOUR),
			 200);
	assert_string_equal(blocks(&w), " 158,  162, shancui 319 emptied");
	assert_string_equal(world_ask(&w, "SELECT sum(length(bytes)) FROM count_block WHERE"
					  " watch <> ''"),
			    "0");
	world_turn(&w, now + 7 * HOUR);
	assert_string_equal(blocks(&w), " 158,  162, shancui 319");
	/* What was seldom told of is enough for a block after some slices. */
	for (int i = 0; i < 4; i++) {
		w.r->blocks.slice = SLICE;
		say_many(&w, now + 8 * HOUR + i * 2 * SLICE, SLICE);
	}
	for (int i = 0; i < 9; i++)
		world_turn(&w, now + 20 * HOUR + i);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM count_block WHERE watch ="
					  " 'qingshan'"),
			    "1");
	world_close(&w);
}

static void
nothing_is_packed_that_is_about_to_change_at_its_term(void **state)
{
	int64_t end = WORLD_T0 + 30 * DAY;
	struct world w;

	(void)state;
	opened(&w);
	world_turn(&w, WORLD_T0 + 6 * HOUR);
	assert_string_equal(blocks(&w), " 320, shancui 319");
	world_turn(&w, end + 250);
	world_turn(&w, end + 250 + 61);
	assert_string_equal(blocks(&w), " 320, shancui 319 emptied");
	/* All of it is past: it stays as it is now. */
	for (int i = 0; i < 9; i++)
		world_turn(&w, end + 2 * HOUR + i);
	world_turn(&w, end + 4 * HOUR);
	assert_string_equal(blocks(&w), " 320, shancui 319");
	world_close(&w);
}

/* A mention costs as two documents. */
#define IN_BLOCK "b.as_of > 0 AND x.arrived_at >= b.from_at AND x.arrived_at < b.to_at"
#define ROWS                                                                              \
	"SELECT (SELECT count(*) FROM document x JOIN count_block b ON b.watch = '' "     \
	"AND " IN_BLOCK                                                                   \
	") + 2 * (SELECT count(*) FROM mention x JOIN count_block b ON b.watch = x.watch" \
	" AND " IN_BLOCK ")"

/* A turn packs no more than a page can wait for, however much there is; nobody has to be told then. */
static void
a_turn_packs_little_and_nothing_while_something_fires(void **state)
{
	int64_t now = WORLD_T0 + 6 * HOUR;
	struct world w;
	int turns = 0;

	(void)state;
	world_open(&w, CLOCK_SCALED); /* nothing goes at a term here */
	for (int i = 0; i < (SANITIZED ? 3 : 6); i++)
		say_many(&w, WORLD_T0 + i * 1000, 1000), w.receipts_n = 0;
	assert_true(count_fill_due(w.r) <= now + 60);
	w.r->blocks.look_at = now;
	w.r->fired_ms = INT64_MAX / 2; /* a moment ago, however slow we are */
	world_turn(&w, now);
	assert_string_equal(blocks(&w), "");
	w.r->fired_ms = 0;
	w.r->blocks.rest_ms = 0;
	world_turn(&w, now);
	assert_string_not_equal(blocks(&w), "");
	for (int64_t n = 0, more = number(&w, ROWS); more > n; turns++) {
		assert_true(more - n <= 2048);
		n = more;
		world_turn(&w, ++now);
		more = number(&w, ROWS);
	}
	assert_true(turns >= (SANITIZED ? 2 : 4));
	assert_true(count_fill_due(w.r) > now + 50); /* none is left */
	world_close(&w);
}

/* Of another version, damaged, or more than an older one could pack: rows are read, verify does not call
 * the first wrong, and after the next start all are packed again. */
static void
what_does_not_open_is_packed_again(void **state)
{
	int64_t now = WORLD_T0 + 2 * HOUR;
	struct verify_sum sum;
	struct world w;

	(void)state;
	opened(&w);
	world_turn(&w, now);
	assert_string_equal(blocks(&w), " 320, shancui 319");
	world_forge(&w, "UPDATE count_block SET bytes = CAST(x'02000000' || substr(bytes, 5) AS"
			" BLOB) WHERE watch <> ''");
	assert_int_equal(world_verify(&w, &sum), 0);
	world_forge(&w, "UPDATE count_block SET as_of = -2, bytes = x'' WHERE watch = ''");
	world_turn(&w, now + HOUR);
	world_turn(&w, now + 2 * HOUR);
	assert_string_equal(blocks(&w), " 320, shancui 319");
	world_forge(&w, "UPDATE count_block SET bytes = x'01' WHERE watch <> ''");
	assert_int_equal(world_verify(&w, &sum), 1);
	world_turn(&w, now + 3 * HOUR);
	world_turn(&w, now + 4 * HOUR);
	assert_int_equal(world_verify(&w, &sum), 0);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM count_block WHERE length(bytes)"
					  " > 30 AND substr(hex(bytes), 1, 2) = '01'"),
			    "2");
	world_close(&w);
}

/* An hour of a watch in each block, from its first mention on. */
static void
pack_hours(struct world *w, const char *watch, int n)
{
	struct err e = { 0 };
	int64_t from;

	assert_int_equal(store_begin(w->r->store, &e), 0);
	assert_true(stmt_run(store_stmt(w->r->store, "DELETE FROM count_block"), &e) >= 0);
	for (int i = 0; i < n; i++) {
		assert_int_equal(count_frontier(w->r->store, str_of(watch), &from, &e), 1);
		assert_true(count_fill(w->r->store, str_of(watch), from, from + HOUR, &e) >= 0);
	}
	assert_int_equal(store_commit(w->r->store, &e), 0);
	w->r->blocks.until = from + HOUR;
}

/* An incident that is over rests on the first and on the last of three days. */
static void
what_an_incident_rests_on_empties_no_block_between(void **state)
{
	struct retain_sum sum = { 0 };
	struct world w;
	struct err e = { 0 };
	int more = 1;

	(void)state;
	world_open(&w, CLOCK_SCALED);
	w.conf.retain = (struct retain_conf){ 14 * DAY, 14 * DAY, 20 * DAY };
	world_reopen(&w, WORLD_T0);
	world_grumble(&w, WORLD_T0, 40);
	for (int i = 1; i < 72; i++)
		say_one(&w, WORLD_T0 + i * HOUR, WORLD_T0 + i * HOUR);
	world_forge(&w, "UPDATE incident SET state = 'closed', closed_at = 1773792000");
	world_forge(&w, "UPDATE firing SET incident = (SELECT id FROM incident), evidence ="
			" (SELECT CAST(min(id) || max(id) AS BLOB) FROM mention WHERE"
			" arrived_at IN (SELECT min(arrived_at) FROM mention UNION SELECT"
			" max(arrived_at) FROM mention))");
	world_reopen(&w, WORLD_T0 + 5 * DAY);
	for (int i = 0; i < 9; i++)
		world_turn(&w, WORLD_T0 + 20 * DAY + i);
	pack_hours(&w, "shancui", 72);
	assert_int_equal(store_begin(w.r->store, &e), 0);
	while (more > 0)
		more = retain_step(w.r, WORLD_T0 + 30 * DAY, &sum, &e);
	assert_int_equal(more, 0);
	assert_int_equal(store_commit(w.r->store, &e), 0);
	assert_int_equal(sum.of[RETAIN_INCIDENTS].n, 1);
	assert_string_equal(world_ask(&w, "SELECT group_concat(to_at - 1773446400) FROM"
					  " count_block WHERE as_of < -2"),
			    "3600,259200");
	world_close(&w);
}

/* Whoever is erased spoke of one watch, while others spoke of another. */
static void
an_erased_author_empties_only_blocks_with_mentions_of_his(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_SCALED);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0, .author = "one" });
	world_say(&w, &(struct world_mention){
			      .at = WORLD_T0 + 1, .watch = "qingshan", .author = "two" });
	pack_hours(&w, "shancui", 1);
	assert_int_equal(store_begin(w.r->store, &(struct err){ 0 }), 0);
	assert_int_equal(count_fill(w.r->store, STR("qingshan"), WORLD_T0 - 9, WORLD_T0 + HOUR,
				    &(struct err){ 0 }),
			 1);
	assert_int_equal(store_commit(w.r->store, &(struct err){ 0 }), 0);
	assert_int_equal(world_act(&w, "unix:root", "erase",
				   "{\"author\":\"two\",\"site\":\"a.example\"}", 0,
				   WORLD_T0 + HOUR),
			 200);
	assert_string_equal(world_ask(&w, "SELECT group_concat(watch) FROM count_block WHERE"
					  " as_of < -2"),
			    "qingshan");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_say_what_the_mentions_say),
		cmocka_unit_test(what_came_some_time_ago_is_packed_and_again_when_it_changed),
		cmocka_unit_test(nothing_is_packed_that_is_about_to_change_at_its_term),
		cmocka_unit_test(a_turn_packs_little_and_nothing_while_something_fires),
		cmocka_unit_test(what_does_not_open_is_packed_again),
		cmocka_unit_test(what_an_incident_rests_on_empties_no_block_between),
		cmocka_unit_test(an_erased_author_empties_only_blocks_with_mentions_of_his),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
