/*
 * What is past its term goes, by class, and nothing else does: years of a simulated clock, with
 * what SQL says of each row as the witness. The parts beside the stage are the real ones.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/post.h"
#include "responder/record_store.h"
#include "responder/retain_store.h"
#include "tests/support/house.h"

#define TERMS                                                                         \
	(struct retain_conf)                                                          \
	{                                                                             \
		.text_s = 180 * DAY, .authors_s = 30 * DAY, .incidents_s = 1095 * DAY \
	}

/* Until nothing is left to go at that time. */
static void
settle(struct house *h, int64_t at)
{
	for (int i = 0; i < 8; i++)
		world_turn(&h->w, at + i);
}

static void
retaining(struct house *h, int64_t now)
{
	house_open(h);
	h->w.conf.retain = TERMS;
	world_reopen(&h->w, now);
}

static struct verify_sum
verified(struct house *h)
{
	struct verify_sum sum;

	if (world_verify(&h->w, &sum))
		fail_msg("%s", h->w.reply.p);
	return sum;
}

#define none(h, sql) assert_string_equal(world_ask(&(h)->w, sql), "0")

/* ---- one text at a time ------------------------------------------------------------------------ */

static void
lone_say(struct house *h, int64_t at, const char *author)
{
	world_say(&h->w,
		  &(struct world_mention){
			  .at = at,
			  .watch = "qingshan",
			  .author = author,
			  .title = "a title " HOUSE_MARK,
			  .text = arena_textf(h->w.arena, HOUSE_MARK " at %lld", (long long)at),
			  .url = "http://a.example/" HOUSE_MARK });
}

static void
authors_go_first_and_then_the_text_and_counts_stay(void **state)
{
	struct house h;

	(void)state;
	retaining(&h, WORLD_T0);
	h.w.conf.digests.n = 0;
	world_reopen(&h.w, WORLD_T0);
	lone_say(&h, WORLD_T0 + 10, "somebody");
	lone_say(&h, WORLD_T0 + 20, "somebody");
	lone_say(&h, WORLD_T0 + 30, "another");
	world_say(&h.w, &(struct world_mention){ .at = WORLD_T0 + 40,
						 .author = "somebody",
						 .url = "http://unnoticed.example/",
						 .no_mention = true });
	settle(&h, WORLD_T0 + 30 * DAY);
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM content WHERE author <> ''"),
			    "3");
	settle(&h, WORLD_T0 + 30 * DAY + 2 * HOUR);
	none(&h, "SELECT count(*) FROM content WHERE author <> ''");
	none(&h, "SELECT count(*) FROM document WHERE url LIKE '%unnoticed%' OR author_key IN"
		 " (SELECT author_key FROM document WHERE mentions = 0)");
	/* Two people of that day are still two, and their keys lead to nobody. */
	assert_string_equal(world_ask(&h.w, "SELECT count(DISTINCT author_key) || ' of ' ||"
					    " count(*) FROM document WHERE mentions > 0"),
			    "2 of 3");
	{
		struct id key = ID_OF(STR("author"), STR("a.example"), STR("somebody"));
		struct buf sql = BUF(200);

		buf_add(&sql, STR("SELECT count(*) FROM document WHERE author_key = x'"));
		id_add_hex(&sql, &key);
		buf_add(&sql, STR("'"));
		none(&h, sql.p);
		buf_release(&sql);
	}
	house_holds(&h, "langyan.db");
	assert_int_equal(verified(&h).expired, 0);
	settle(&h, WORLD_T0 + 180 * DAY + 2 * HOUR);
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM content WHERE erased_why ="
					    " 'expired' AND salt IS NULL"),
			    "3");
	house_nowhere(&h);
	assert_int_equal(verified(&h).expired, 3);
	assert_string_equal(world_ask(&h.w, "SELECT sum(mentions) FROM rollup_day WHERE topic"
					    " = ''"),
			    "3");
	house_close(&h);
}

/* As a record of a program that knew no table quote. */
static void
quotes_lost(struct house *h, int64_t now)
{
	struct err e = { 0 };
	struct store *s;

	world_stop(&h->w);
	s = store_open(h->w.path, &record_migrations, &e);
	if (!s || stmt_run(store_stmt(s, "DELETE FROM quote"), &e) < 2 ||
	    stmt_run(store_stmt(s, "INSERT INTO rewrite (what, id) SELECT 'quotes', id FROM"
				   " digest LIMIT 1"),
		     &e) != 1)
		fail_msg("%s", e.text);
	store_close(s);
	world_reopen(&h->w, now);
}

/* A word on a post goes with what it is of: with a text, with what an incident rests on, after the term of a
 * text when the record never had it. */
static void
what_was_said_of_posts_goes_with_their_text(void **state)
{
	static const struct {
		int64_t at;                /* days */
		const char *texts, *words; /* of these, and of what is unknown */
	} cases[] = { { 179, "41", "42" },
		      { 181, "15", "16" },
		      { 279, "15", "16" },
		      { 281, "15", "15" } };
	struct house h;

	(void)state;
	retaining(&h, WORLD_T0);
	h.w.conf.digests.n = 0;
	world_reopen(&h.w, WORLD_T0);
	lone_say(&h, WORLD_T0 + 10, "somebody");
	world_grumble(&h.w, WORLD_T0 + 20, 40); /* an incident that stays open */
	world_forge(&h.w, "INSERT INTO post (document, at, gone) SELECT id, arrived_at + 60, 0"
			  " FROM document");
	world_forge(&h.w,
		    arena_textf(h.w.arena, "INSERT INTO post VALUES (randomblob(16), %lld, 1)",
				(long long)(WORLD_T0 + 100 * DAY)));
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		settle(&h, WORLD_T0 + cases[i].at * DAY);
		assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM content WHERE"
						    " erased_at IS NULL"),
				    cases[i].texts);
		assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM post WHERE document"
						    " IN (SELECT d.id FROM document d JOIN"
						    " content c ON c.document = d.n WHERE"
						    " c.erased_at IS NULL)"),
				    cases[i].texts);
		assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM post"),
				    cases[i].words);
	}
	(void)verified(&h);
	house_close(&h);
}

/* Also where nothing is let go of by its age. */
static void
what_was_said_of_a_post_goes_when_it_is_erased(void **state)
{
	const char *id;
	struct house h;

	(void)state;
	house_open(&h);
	h.w.conf.retain = (struct retain_conf){ 0 };
	world_reopen(&h.w, WORLD_T0);
	lone_say(&h, WORLD_T0 + 10, "somebody");
	lone_say(&h, WORLD_T0 + 20, "another");
	world_forge(&h.w, "INSERT INTO post (document, at, gone) SELECT id, arrived_at + 60, 0"
			  " FROM document");
	id = world_ask(&h.w, "SELECT lower(hex(id)) FROM document ORDER BY n LIMIT 1");
	assert_int_equal(
		world_act(&h.w, "unix:root", "erase",
			  arena_textf(h.w.arena, "{\"document\":\"%s\",\"why\":\"asked for\"}",
				      id),
			  0, WORLD_T0 + HOUR),
		200);
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM post"), "1");
	assert_int_equal(world_act(&h.w, "unix:root", "erase",
				   "{\"author\":\"another\",\"why\":\"asked for\"}", 0,
				   WORLD_T0 + 2 * HOUR),
			 200);
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM post"), "0");
	house_close(&h);
}

/* However many there are, results wait for so many of them. */
static void
a_look_at_words_on_posts_goes_on_where_the_one_before_ended(void **state)
{
	static const struct {
		uint8_t from; /* the looks begin behind it */
		int went[4];
	} cases[] = { { 0, { 0, 0, 1, 0 } }, { 0xfe, { 1, 0, 1, 0 } } };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct post_place at = { .document = { { cases[i].from } } };
		struct post_word old = { .document = { { 0xff } }, .at = 10 };
		struct err e = { 0 };
		struct store *s = store_open(":memory:", &record_migrations, &e);

		assert_non_null(s);
		assert_int_equal(store_begin(s, &e), 0);
		for (int k = 0; k < 5 * POSTS_LOOK / 2; k++) {
			struct post_word w = { .at = 1000 };

			w.document.b[0] = (uint8_t)(1 + k / 256);
			w.document.b[1] = (uint8_t)k;
			assert_int_equal(post_add(s, &w, &e), 1);
		}
		assert_int_equal(post_add(s, &old, &e), 1);
		for (size_t k = 0; k < LY_COUNT(cases[i].went); k++) {
			assert_int_equal(posts_forget(s, &at, 100, &e), cases[i].went[k]);
			if (k == 1 && cases[i].from)
				assert_int_equal(post_add(s, &old, &e), 1);
		}
		assert_int_equal(store_commit(s, &e), 0);
		store_close(s);
	}
}

/* ---- an incident --------------------------------------------------------------------------------- */

static void
what_an_incident_rests_on_goes_with_it_out_of_every_byte(void **state)
{
	int64_t closed = WORLD_T0 + 40 * HOUR;
	struct house h;

	(void)state;
	house_open(&h);
	h.w.conf.retain = (struct retain_conf){ 14 * DAY, 14 * DAY, 20 * DAY };
	world_reopen(&h.w, WORLD_T0);
	house_burst(&h, "虾滑 " HOUSE_MARK);
	world_act(&h.w, "unix:anna", "incident.ack",
		  "{\"id\":\"INC-2026-0001\",\"for\":\"37h\"}", 0, WORLD_T0 + 2 * HOUR);
	house_live(&h, WORLD_T0 + 24 * HOUR, WORLD_T0 + 27 * HOUR);
	house_holds(&h, "/told/");
	house_holds(&h, ".md");
	assert_int_equal(world_act(&h.w, "unix:anna", "incident.fact",
				   "{\"id\":\"INC-2026-0001\",\"key\":\"lot\",\"status\":"
				   "\"confirmed\",\"value\":"
				   "\"" HOUSE_MARK "\"}",
				   0, closed - 60),
			 200);
	assert_int_equal(world_act(&h.w, "unix:anna", "incident.close",
				   "{\"id\":\"INC-2026-0001\",\"why\":\"over\"}", 0, closed),
			 200);
	quotes_lost(&h, closed + DAY);
	settle(&h, closed + 20 * DAY - HOUR);
	house_holds(&h, "langyan.db");
	assert_string_equal(
		world_ask(&h.w, "SELECT count(*) FROM content WHERE author LIKE '%" HOUSE_MARK
				"%' AND erased_at IS NULL"),
		"1");
	(void)verified(&h);
	settle(&h, closed + 20 * DAY + HOUR);
	house_nowhere(&h);
	assert_true(house_rows(&h, "body LIKE '%（内容已过保存期）%'") > 0);
	none(&h, "SELECT count(*) FROM entry WHERE value IS NOT NULL AND kind NOT IN"
		 " ('clock', 'draft')");
	assert_true(verified(&h).expired > 0);
	/* A tombstone with words, or a quotation, is a mismatch. */
	world_forge(&h.w, "UPDATE content SET title = 'back' WHERE erased_why = 'expired' AND"
			  " document = 1");
	assert_int_equal(world_verify(&h.w, &(struct verify_sum){ 0 }), 1);
	assert_non_null(strstr(h.w.reply.p, "is gone (expired) but still has text"));
	world_forge(&h.w, "UPDATE content SET title = NULL WHERE title = 'back'");
	world_forge(&h.w, "UPDATE digest SET body_text = replace(body_text, '（已过保存期）',"
			  " 'back') WHERE body_text LIKE '%（已过保存期）%'");
	assert_int_equal(world_verify(&h.w, &(struct verify_sum){ 0 }), 5); /* its stories */
	assert_non_null(strstr(h.w.reply.p, "still quotes mention"));
	house_close(&h);
}

/* ---- years --------------------------------------------------------------------------------------- */

/* An incident rests on it: looked for in the bytes of its firings. */
#define HELD                                                                             \
	"EXISTS (SELECT 1 FROM mention m, firing f JOIN incident i ON i.id = f.incident" \
	" WHERE m.document = d.id AND i.expired_at IS NULL AND instr(f.evidence, m.id) > 0)"
#define ROWS "FROM document d LEFT JOIN content c ON c.document = d.n WHERE "

/* Nothing goes early, nothing that is held goes, all else has gone. */
static const struct {
	const char *what, *rows;
	int64_t term_s;
} wrong[] = {
	{ "a text went early",
	  ROWS "c.erased_at IS NOT NULL AND (d.arrived_at > %lld OR " HELD ")", 180 * DAY },
	{ "a text stays",
	  ROWS "d.mentions > 0 AND c.erased_at IS NULL AND d.arrived_at <= %lld AND NOT " HELD,
	  180 * DAY },
	{ "an author went early",
	  ROWS "c.author IS NULL AND d.mentions > 0 AND (d.arrived_at > %lld OR " HELD ")",
	  30 * DAY },
	{ "an author stays", ROWS "c.author IS NOT NULL AND d.arrived_at <= %lld AND NOT " HELD,
	  30 * DAY },
	{ "a link of what nobody noticed",
	  ROWS "d.mentions = 0 AND (d.arrived_at <= %lld) <> (d.url = '')", 30 * DAY },
	{ "an incident",
	  "FROM incident WHERE closed_at IS NOT NULL AND (closed_at <= %lld) <>"
	  " (expired_at IS NOT NULL)",
	  1095 * DAY },
	{ "an incident that is open",
	  "FROM incident WHERE closed_at IS NULL AND %lld > 0 AND expired_at IS NOT NULL", 0 },
};

static void
witness(struct house *h, int64_t now)
{
	for (size_t i = 0; i < LY_COUNT(wrong); i++) {
		struct buf sql = BUF(4096);

		buf_add(&sql, STR("SELECT count(*) "));
		buf_addf(&sql, wrong[i].rows, (long long)(now - wrong[i].term_s));
		if (strcmp(world_ask(&h->w, sql.p), "0") != 0)
			fail_msg("%s, %lld days after the beginning", wrong[i].what,
				 (long long)(now - WORLD_T0) / DAY);
		buf_release(&sql);
	}
}

static uint64_t
next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

static void
say_some(struct house *h, uint64_t *seed, int64_t at)
{
	int n = (int)(next(seed) % 8);

	for (int i = 0; i < n; i++)
		world_say(&h->w, &(struct world_mention){
					 .at = at + i * 60,
					 .watch = "qingshan",
					 .no_mention = next(seed) % 4 == 0,
					 .author = arena_textf(h->w.arena, "a%d",
							       (int)(next(seed) % 5)) });
}

/* Most incidents are closed, some stay open for ever. */
static void
crisis(struct house *h, uint64_t *seed, int64_t at)
{
	const char *number;

	world_grumble(&h->w, at, 6);
	house_live(h, at + HOUR, at + HOUR + 600);
	number = world_ask(&h->w, "SELECT number FROM incident WHERE closed_at IS NULL ORDER BY"
				  " opened_at DESC LIMIT 1");
	if (*number && next(seed) % 4)
		world_act(&h->w, "unix:anna", "incident.close",
			  arena_textf(h->w.arena, "{\"id\":\"%s\",\"why\":\"over\"}", number),
			  0, at + 2 * HOUR);
}

static int64_t
one_day(struct house *h, uint64_t *seed, int64_t at)
{
	say_some(h, seed, at);
	if (next(seed) % 2 == 0)
		crisis(h, seed, at + HOUR);
	return at + DAY + (int64_t)(next(seed) % (90 * DAY));
}

static void
four_years_of_any_kind_are_as_the_terms_say(void **state)
{
	int64_t at = WORLD_T0, gone = 0, incidents = 0;
	uint64_t seed = 7;
	struct house h;

	(void)state;
	retaining(&h, WORLD_T0);
	h.w.conf.digests.n = 0;
	h.w.conf.site.data = STR("/nonexistent");
	while (at < WORLD_T0 + 4 * 365 * DAY) {
		at = one_day(&h, &seed, at);
		/* It dies with a step in the open transaction, and goes on. */
		world_turn(&h.w, at);
		(void)world_step(&h.w, (struct str){ "", 0 }, at + 1);
		world_reopen(&h.w, at + 2);
		for (int i = 0; i < 12; i++)
			world_turn(&h.w, at + 2 + i);
		witness(&h, at);
		if (next(&seed) % 8 == 0)
			(void)verified(&h);
	}
	gone = strtoll(world_ask(&h.w, "SELECT count(*) FROM content WHERE erased_at > 0"),
		       NULL, 10);
	incidents =
		strtoll(world_ask(&h.w, "SELECT count(*) FROM incident WHERE expired_at > 0"),
			NULL, 10);
	assert_true(gone > 50 && incidents > 1);
	assert_true(strtoll(world_ask(&h.w, "SELECT count(*) FROM incident WHERE expired_at IS"
					    " NULL"),
			    NULL, 10) > 1);
	(void)verified(&h);
	house_close(&h);
}

/* ---- by hand, late, and what another program left ------------------------------------------------- */

static void
a_late_document_and_a_command_find_their_way(void **state)
{
	struct house h;

	(void)state;
	retaining(&h, WORLD_T0);
	h.w.conf.digests.n = 0;
	world_reopen(&h.w, WORLD_T0);
	for (int i = 0; i < 450; i++)
		lone_say(&h, WORLD_T0 + i, "somebody");
	world_turn(&h.w, WORLD_T0 + 200 * DAY);
	/* A step at a time. */
	assert_string_equal(
		world_ask(&h.w, "SELECT count(*) FROM content WHERE author IS NULL"), "200");
	assert_int_equal(world_act(&h.w, "unix:root", "retain", "{}", 0, WORLD_T0 + 200 * DAY),
			 200);
	assert_string_equal(h.w.reply.p, "{\"authors\":250,\"text\":450,\"incidents\":0,"
					 "\"rejects\":0,\"left\":1}");
	assert_int_equal(world_act(&h.w, "unix:root", "retain", "{\"again\":1}", 0,
				   WORLD_T0 + 200 * DAY),
			 200);
	assert_string_equal(h.w.reply.p, "{\"authors\":0,\"text\":0,\"incidents\":0,"
					 "\"rejects\":0,\"left\":0}");
	world_turn(&h.w, WORLD_T0 + 200 * DAY + 1);
	house_nowhere(&h);
	/* It waited in a spool for half a year. */
	world_step(&h.w,
		   world_result(&h.w, &(struct world_mention){ .at = WORLD_T0 + 100,
							       .author = HOUSE_MARK }),
		   WORLD_T0 + 200 * DAY + 2);
	world_settle(&h.w, WORLD_T0 + 200 * DAY + 2);
	house_holds(&h, "langyan.db");
	settle(&h, WORLD_T0 + 200 * DAY + 2 * HOUR);
	house_nowhere(&h);
	assert_int_equal(world_act(&h.w, "unix:root", "erase",
				   "{\"author\":\"x\",\"why\":\"expired\"}", 0,
				   WORLD_T0 + 201 * DAY),
			 400);
	house_close(&h);
}

/* Years of commands of all kinds stand in one table. */
static void
commands_on_an_incident_are_searched_for(void **state)
{
	struct err e = { 0 };
	struct house h;
	struct store *s;
	struct stmt *q;
	bool found = false;

	(void)state;
	house_open(&h);
	s = store_open_reader(h.w.path, &record_migrations, &e);
	assert_non_null(s);
	q = store_stmt(s, arena_textf(h.w.arena, "EXPLAIN QUERY PLAN %s", retain_commands_go));
	while (stmt_step(q, &e) > 0)
		if (str_find(stmt_col_text(q, 3), STR(" command")) >= 0) {
			found = str_find(stmt_col_text(q, 3),
					 STR("SEARCH command USING INDEX command_by_verb "
					     "(verb>? AND verb<?)")) >= 0;
			break;
		}
	stmt_reset(q);
	store_close(s);
	assert_true(found);
	house_close(&h);
}

/* ---- the case library ------------------------------------------------------------------------ */

static int
ask(struct world *w, const char *verb, const char *args, int64_t at)
{
	return world_act(w, "unix:anna", verb,
			 arena_textf(w->arena, "{\"n\":%lld%s}", (long long)++w->seq, args), 0,
			 at);
}

static void
says(struct world *w, int got, const char *part)
{
	if (got != 200 || (part && !strstr(w->reply.p, part)))
		fail_msg("%d, no \"%s\": %s", got, part ? part : "", w->reply.p);
}

#define CASE ",\"id\":\"INC-2026-0001\""

static void
what_goes_at_its_term_goes_out_of_the_index_and_lessons_stay(void **state)
{
	struct house h;
	struct world *w = &h.w;
	int64_t at = WORLD_T0 + 1200 * DAY;

	(void)state;
	house_open(&h);
	h.w.conf.digests.n = 0;
	h.w.conf.retain = (struct retain_conf){ .text_s = 180 * DAY,
						.authors_s = 30 * DAY,
						.incidents_s = 1095 * DAY };
	world_reopen(w, WORLD_T0);
	house_burst(&h, "虾滑 " HOUSE_MARK);
	says(w, ask(w, "incident.close", CASE ",\"why\":\"over\"", WORLD_T0 + 4 * HOUR), NULL);
	says(w,
	     ask(w, "case.lesson", CASE ",\"side\":\"well\",\"text\":\"停售很快\"",
		 WORLD_T0 + 5 * HOUR),
	     NULL);
	says(w, ask(w, "case.search", ",\"query\":\"虾滑\"", WORLD_T0 + 400 * DAY),
	     "虾滑 " HOUSE_MARK); /* what an incident rests on stays */
	for (int i = 0; i < 8; i++)
		world_turn(w, at + i);
	house_nowhere(&h);
	says(w, ask(w, "case.search", ",\"query\":\"虾滑\"", at + 60), "\"cases\":[]");
	says(w, ask(w, "case.search", ",\"query\":\"停售\"", at + 60), "INC-2026-0001");
	says(w, ask(w, "case.show", CASE, at + 60), "（已过保存期）");
	world_verified(w);
	house_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(authors_go_first_and_then_the_text_and_counts_stay),
		cmocka_unit_test(what_was_said_of_posts_goes_with_their_text),
		cmocka_unit_test(what_was_said_of_a_post_goes_when_it_is_erased),
		cmocka_unit_test(a_look_at_words_on_posts_goes_on_where_the_one_before_ended),
		cmocka_unit_test(what_an_incident_rests_on_goes_with_it_out_of_every_byte),
		cmocka_unit_test(four_years_of_any_kind_are_as_the_terms_say),
		cmocka_unit_test(a_late_document_and_a_command_find_their_way),
		cmocka_unit_test(commands_on_an_incident_are_searched_for),
		cmocka_unit_test(what_goes_at_its_term_goes_out_of_the_index_and_lessons_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
