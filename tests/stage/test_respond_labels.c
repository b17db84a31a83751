/* The responder: people say what a mention is. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/label_store.h"
#include "responder/mention_store.h"
#include "responder/record_store.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

static void
say(struct world *w, const char *watch, const char *text, int64_t label, int64_t at)
{
	world_say(w, &(struct world_mention){
			     .watch = watch, .text = text, .label = label, .at = at });
}

/* Three of shancui, one of qingshan; the newest is "ticket 100% sold". */
static void
open_four(struct world *w)
{
	world_open(w, CLOCK_WALL);
	say(w, "shancui", "a Film about mountains", LABEL_NEG, WORLD_T0);
	say(w, "shancui", "crisp and good", LABEL_POS, WORLD_T0 + 60);
	say(w, "qingshan", "tea", LABEL_NEU, WORLD_T0 + 120);
	say(w, "shancui", "ticket 100% sold", LABEL_NEG, WORLD_T0 + 180);
}

/* Of the nth mention by arrival. */
static const char *
id_at(struct world *w, int n)
{
	return world_ask(w, arena_textf(w->arena,
					"SELECT lower(hex(id)) FROM mention ORDER BY"
					" arrived_at LIMIT 1 OFFSET %d",
					n));
}

static int
label(struct world *w, const char *who, const char *word, const char *id)
{
	return world_act(w, who, "mention.label",
			 arena_textf(w->arena,
				     "{\"label\":\"%s\",\"ids\":[\"%s\"],\"why\":\"w\"}", word,
				     id),
			 0, WORLD_T0 + 600);
}

static const char *
chain(struct world *w)
{
	return world_ask(w, "SELECT group_concat(t, ' ') FROM (SELECT event || ':' ||"
			    " coalesce(was, '-') || '>' || coalesce(label, '-') || ':' || actor"
			    " AS t FROM mention_label ORDER BY seq)");
}

static void
a_label_stands_beside_the_score_with_who_when_and_why(void **state)
{
	struct world w;

	(void)state;
	open_four(&w);
	assert_int_equal(label(&w, "unix:anna", "neu", id_at(&w, 0)), 200);
	assert_non_null(strstr(w.reply.p, "\"labelled\":1,\"unchanged\":0}"));
	assert_string_equal(chain(&w), "label:->0:unix:anna");
	assert_string_equal(world_ask(&w, "SELECT at || ' ' || reason FROM mention_label"),
			    "1773447000 w");
	assert_string_equal(world_ask(&w, "SELECT label FROM mention ORDER BY arrived_at"),
			    "-1");
	/* The same again is no second row. */
	assert_int_equal(label(&w, "unix:bert", "neu", id_at(&w, 0)), 200);
	assert_non_null(strstr(w.reply.p, "\"labelled\":0,\"unchanged\":1}"));
	assert_string_equal(chain(&w), "label:->0:unix:anna");
	world_close(&w);
}

static void
undo_gives_back_what_stood_before_unless_somebody_spoke_since(void **state)
{
	struct world w;
	char *batch;

	(void)state;
	open_four(&w);
	label(&w, "unix:anna", "neu", id_at(&w, 0));
	label(&w, "unix:anna", "pos", id_at(&w, 0));
	assert_int_equal(world_act(&w, "unix:anna", "mention.unlabel", "{}", 0, WORLD_T0 + 700),
			 200);
	assert_non_null(strstr(w.reply.p, "\"undone\":1,\"kept\":0}"));
	assert_string_equal(chain(&w), "label:->0:unix:anna label:0>1:unix:anna "
				       "undo:1>0:unix:anna");
	/* Bert labels anew: Anna's first batch cannot be taken back over his word. */
	batch = arena_textf(w.arena, "{\"batch\":\"%s\"}",
			    world_ask(&w, "SELECT lower(hex(batch)) FROM mention_label WHERE "
					  "seq = 1"));
	label(&w, "unix:bert", "neg", id_at(&w, 0));
	assert_int_equal(
		world_act(&w, "unix:anna", "mention.unlabel", batch, 0, WORLD_T0 + 800), 409);
	assert_int_equal(world_act(&w, "unix:anna", "mention.unlabel", "{\"why\":\"again\"}", 0,
				   WORLD_T0 + 800),
			 404);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM mention_label"), "4");
	world_close(&w);
}

static void
a_wrong_word_or_id_changes_nothing(void **state)
{
	static const struct {
		const char *args;
		int status;
	} cases[] = {
		{ "{\"label\":\"bad\",\"ids\":[\"%s\"]}", 400 },
		{ "{\"label\":\"neg\",\"ids\":[\"%s\",\"00000000000000000000000000000000\"]}",
		  404 },
		{ "{\"label\":\"neg\",\"ids\":[\"%s\",\"xyz\"]}", 400 },
		{ "{\"label\":\"neg\",\"ids\":[\"%s\",7]}", 400 },
		{ "{\"label\":\"neg\",\"idz\":[\"%s\"]}", 400 },
	};
	struct world w;
	char args[256];

	(void)state;
	open_four(&w);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(args, sizeof args, cases[i].args, id_at(&w, 0));
#pragma GCC diagnostic pop
		if (world_act(&w, "unix:anna", "mention.label", args, 0, WORLD_T0 + 600) !=
		    cases[i].status)
			fail_msg("case %zu: %s", i, w.reply.p);
	}
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM mention_label"), "0");
	world_close(&w);
}

static void
verify_finds_a_label_that_was_changed_or_taken_out(void **state)
{
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{ "UPDATE mention_label SET actor = 'unix:nobody' WHERE seq = 2",
		  "label 2 was changed: its hash does not fit" },
		{ "UPDATE mention_label SET label = 1 WHERE seq = 1", "label 1 was changed" },
		{ "DELETE FROM mention_label WHERE seq = 2",
		  "label 3 comes after label 1: one is missing" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct verify_sum sum;
		struct world w;

		open_four(&w);
		for (int k = 0; k < 3; k++)
			label(&w, "unix:anna", "neu", id_at(&w, k == 2 ? 3 : k));
		if (world_verify(&w, &sum))
			fail_msg("%s", w.reply.p);
		assert_int_equal(sum.labels, 3);
		world_forge(&w, cases[i].sql);
		assert_true(world_verify(&w, &sum) > 0);
		assert_non_null(strstr(w.reply.p, cases[i].says));
		world_close(&w);
	}
}

/* ---- choosing --------------------------------------------------------------------------------- */

static int
text_add(void *arg, const struct mention_row *m)
{
	struct buf *b = arg;

	buf_addf(b, "%.*s|", STR_ARG(m->document.text));
	return 0;
}

static void
filters_choose_by_watch_text_time_and_what_stands(void **state)
{
	static const struct {
		struct mention_filter f;
		const char *texts;
	} cases[] = {
		{ { .limit = 2 }, "ticket 100% sold|tea|" },
		{ { .watch = STR_INIT("qingshan") }, "tea|" },
		{ { .watch = STR_INIT("no such") }, "" },
		{ { .text = STR_INIT("FILM") }, "a Film about mountains|" },
		{ { .text = STR_INIT("100% s") }, "ticket 100% sold|" },
		{ { .text = STR_INIT("1_0") }, "" },
		{ { .since = WORLD_T0 + 60, .until = WORLD_T0 + 180 }, "tea|crisp and good|" },
		{ { .by_label = true, .label = LABEL_NEG }, "ticket 100% sold|" },
		{ { .by_label = true, .label = LABEL_NEU }, "tea|a Film about mountains|" },
		{ { .said = SAID_YES }, "a Film about mountains|" },
		{ { .said = SAID_NO, .watch = STR_INIT("shancui") },
		  "ticket 100% sold|crisp and good|" },
	};
	struct world w;
	struct store *s;
	struct err e = { 0 };

	(void)state;
	open_four(&w);
	label(&w, "unix:anna", "neu", id_at(&w, 0));
	s = store_open_reader(w.path, &record_migrations, &e);
	assert_non_null(s);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(4096);

		assert_int_equal(mentions_find(s, &cases[i].f, text_add, &b, &e), 0);
		if (strcmp(b.p, cases[i].texts) != 0)
			fail_msg("case %zu: %s", i, b.p);
		buf_release(&b);
	}
	store_close(s);
	world_close(&w);
}

static void
the_beginning_of_an_id_finds_its_mention(void **state)
{
	struct world w;
	struct store *s;
	struct err e = { 0 };
	struct id id, found;
	struct str hex;

	(void)state;
	open_four(&w);
	hex = str_of(id_at(&w, 2));
	assert_int_equal(id_from_hex(hex, &id), 0);
	s = store_open_reader(w.path, &record_migrations, &e);
	assert_non_null(s);
	for (size_t n = 7; n <= 32; n++) { /* odd numbers of digits, too */
		assert_int_equal(mention_match(s, str_slice(hex, 0, n), &found, &e), 1);
		assert_true(id_eq(&found, &id));
	}
	assert_int_equal(mention_match(s, STR(""), &found, &e), 2);
	assert_int_equal(mention_match(s, STR("nothex"), &found, &e), 0);
	store_close(s);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_label_stands_beside_the_score_with_who_when_and_why),
		cmocka_unit_test(undo_gives_back_what_stood_before_unless_somebody_spoke_since),
		cmocka_unit_test(a_wrong_word_or_id_changes_nothing),
		cmocka_unit_test(verify_finds_a_label_that_was_changed_or_taken_out),
		cmocka_unit_test(filters_choose_by_watch_text_time_and_what_stands),
		cmocka_unit_test(the_beginning_of_an_id_finds_its_mention),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
