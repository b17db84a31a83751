/*
 * An erased text is in no byte of the data directory: not in the record and its log, not in a
 * notice, a digest or a file of them, sent or not. The parts beside the stage are the real ones.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/record_store.h"
#include "tests/support/house.h"

/* Taken, and told in the digest of that day. Then night: who had taken it has not come back, and
 * another watch has a burst, too; both notices are held until 08:00, when they go as one. */
static void
two_days(struct house *h)
{
	struct world *w = &h->w;

	world_act(w, "unix:anna", "incident.ack", "{\"id\":\"INC-2026-0001\",\"for\":\"37h\"}",
		  0, WORLD_T0 + 2 * HOUR);
	house_live(h, WORLD_T0 + 24 * HOUR, WORLD_T0 + 27 * HOUR);
	for (int i = 0; i < 6; i++)
		world_say(w,
			  &(struct world_mention){ .at = WORLD_T0 + 38 * HOUR + i * 60,
						   .watch = "qingshan",
						   .label = LABEL_NEG,
						   .author = arena_textf(w->arena, "q%d", i) });
	house_live(h, WORLD_T0 + 38 * HOUR + 600, WORLD_T0 + 40 * HOUR);
}

static int
erase(struct house *h, int64_t at)
{
	return world_act(&h->w, "unix:root", "erase",
			 "{\"author\":\"author " HOUSE_MARK "\",\"why\":\"本人要求\"}", 0, at);
}

static void
verified(struct house *h)
{
	struct verify_sum sum;

	if (world_verify(&h->w, &sum))
		fail_msg("%s", h->w.reply.p);
	assert_true(sum.erased > 0);
}

static void
an_erased_text_is_in_no_byte_of_the_folder(void **state)
{
	struct house h;
	char begins[100];

	(void)state;
	house_open(&h);
	house_burst(&h, "虾滑 " HOUSE_MARK " — a.example　×9，9 个来源");
	two_days(&h);
	house_holds(&h, "-wal");
	house_holds(&h, "/told/");
	house_holds(&h, ".html");
	house_holds(&h, ".md");
	house_holds(&h, ".txt");
	house_holds(&h, ".json");
	assert_int_equal(house_rows(&h, "state = 'held' AND body LIKE '%" HOUSE_MARK "%'"), 1);
	assert_int_equal(erase(&h, WORLD_T0 + 40 * HOUR), 200);
	/* Each row that changed says so; to whom those went that may have left. */
	snprintf(begins, sizeof begins, "{\"erased\":1,\"quoted\":{\"notices\":%d,\"waiting\":",
		 (int)house_rows(&h, "erased_at > 0"));
	assert_true(str_starts(str_of(h.w.reply.p), str_of(begins)));
	assert_true(house_rows(&h, "erased_at > 0 AND state = 'held'") > 0);
	assert_non_null(strstr(h.w.reply.p,
			       ",\"digests\":1,\"drafts\":0,\"incidents\":[\"INC-2026-0001\"],"
			       "\"told\":[{\"recipient\":\"anna\",\"channel\":\"disk\","));
	assert_non_null(strstr(h.w.reply.p, "{\"recipient\":\"boss\",\"channel\":\"mail\","
					    "\"address\":\"boss@example.test\",\"notices\":"));
	house_nowhere(&h);
	verified(&h);
	assert_int_equal(
		house_rows(&h, "state = 'held' AND body LIKE '%（内容已删除：本人要求）%'"), 1);
	/* What was held goes out in the morning: still not a word of it. */
	house_live(&h, WORLD_T0 + 47 * HOUR, WORLD_T0 + 50 * HOUR);
	assert_int_equal(house_rows(&h, "kind = 'bundle' AND state = 'sent' AND body LIKE"
					" '%（内容已删除：本人要求）%'"),
			 1);
	house_nowhere(&h);
	/* Nothing is left to do, and nobody is told of again. */
	assert_int_equal(world_act(&h.w, "unix:root", "erase", "{\"author\":\"nobody\"}", 0,
				   WORLD_T0 + 51 * HOUR),
			 200);
	assert_non_null(strstr(h.w.reply.p, "{\"erased\":0,\"quoted\":{\"notices\":0,"));
	house_close(&h);
}

/* What went as one, and pages in HTML with what the operator hears of those that fail. */
static void
what_carries_other_notices_is_told_again_with_them(void **state)
{
	(void)state;
	for (int taken = 0; taken <= 1; taken++) {
		struct house h;

		house_open(&h);
		house_burst(&h, "");
		if (taken)
			two_days(&h);
		house_live(&h, WORLD_T0 + (taken ? 47 : 1) * HOUR,
			   WORLD_T0 + (taken ? 49 : 3) * HOUR);
		assert_true(house_rows(&h, taken ? "kind = 'bundle' AND body LIKE '%" HOUSE_MARK
						   "%'"
						 : "html LIKE '%" HOUSE_MARK "%'") > 0);
		assert_true(house_rows(&h, "kind = 'operator'") > 0);
		assert_int_equal(erase(&h, WORLD_T0 + 50 * HOUR), 200);
		house_nowhere(&h);
		verified(&h);
		house_close(&h);
	}
}

/* A record that was erased from by a program that did not reach so far, or a kill -9 before the
 * files were written: verify says so, and the next start goes on. */
static void
what_still_quotes_is_a_mismatch_and_the_next_start_tells_it_again(void **state)
{
	struct verify_sum sum;
	struct house h;
	FILE *f;

	(void)state;
	house_open(&h);
	house_burst(&h, "虾滑 " HOUSE_MARK);
	two_days(&h);
	assert_int_equal(erase(&h, WORLD_T0 + 40 * HOUR), 200);
	world_forge(&h.w,
		    "UPDATE notice SET body = replace(body, '（内容已删除：本人要求）', "
		    "'" HOUSE_MARK "') WHERE kind = 'page' AND state = 'sent' AND body LIKE"
		    " '%本人要求%'");
	assert_int_equal(world_verify(&h.w, &sum), 1);
	assert_non_null(strstr(h.w.reply.p, "a notice still quotes mention "));
	world_forge(
		&h.w,
		"UPDATE digest SET body_text = replace(body_text, '（已删除：', '" HOUSE_MARK
		"') WHERE body_text LIKE '%本人要求%'");
	assert_int_equal(world_verify(&h.w, &sum), 2);
	assert_non_null(strstr(h.w.reply.p, "digest daily still quotes mention "));
	f = fopen(arena_textf(h.w.arena, "%s/daily/daily-2026-03-15.md", h.w.dir), "w");
	assert_true(f && fputs(HOUSE_MARK, f) >= 0 && fclose(f) == 0);
	f = fopen(arena_textf(h.w.arena, "%s/daily/daily-2026-03-14.md.part", h.w.dir), "w");
	assert_true(f && fputs("another day", f) >= 0 && fclose(f) == 0);
	world_forge(&h.w,
		    "INSERT INTO rewrite (what, id) SELECT 'all', id FROM digest LIMIT 1");
	world_turn(&h.w, WORLD_T0 + 41 * HOUR);
	house_nowhere(&h);
	verified(&h);
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM rewrite"), "0");
	house_close(&h);
}

static void
a_refused_result_of_the_author_is_emptied_and_stays_counted(void **state)
{
	struct err why = { 0 };
	struct house h;

	(void)state;
	house_open(&h);
	house_burst(&h, "");
	err_set(&why, ERR_REJECT, "of no use");
	respond_stage.refuse(
		h.w.r,
		world_result(&h.w, &(struct world_mention){ .at = WORLD_T0 + HOUR + 330,
							    .author = "author " HOUSE_MARK,
							    .text = HOUSE_MARK }),
		&why);
	world_settle(&h.w, WORLD_T0 + HOUR + 330);
	assert_int_equal(erase(&h, WORLD_T0 + 2 * HOUR), 200);
	house_nowhere(&h);
	assert_string_equal(
		world_ask(&h.w, "SELECT why || count(*) || sum(length(bytes)) FROM reject"),
		"of no use10");
	house_close(&h);
}

/* ---- the case library ---------------------------------------------------------------------- */

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
erasing_an_author_reaches_the_index(void **state)
{
	struct house h;
	struct world *w = &h.w;
	int64_t at = WORLD_T0 + 40 * HOUR;

	(void)state;
	house_open(&h);
	house_burst(&h, "虾滑 " HOUSE_MARK);
	house_live(&h, WORLD_T0 + 2 * HOUR, WORLD_T0 + 3 * HOUR);
	says(w, ask(w, "incident.close", CASE ",\"why\":\"over\"", WORLD_T0 + 4 * HOUR), NULL);
	says(w, ask(w, "case.search", ",\"query\":\"" HOUSE_MARK "\"", at), "虾滑 " HOUSE_MARK);
	says(w,
	     world_act(w, "unix:root", "erase",
		       "{\"author\":\"author " HOUSE_MARK "\",\"why\":\"本人要求\"}", 0, at),
	     "\"erased\":1");
	house_nowhere(&h);
	says(w, ask(w, "case.search", ",\"query\":\"虾滑\"", at + 1), "\"cases\":[]");
	says(w, ask(w, "case.search", ",\"query\":\"over\"", at + 1), "INC-2026-0001");
	says(w, ask(w, "case.show", CASE, at + 1), "（已删除）");
	assert_null(strstr(w->reply.p, HOUSE_MARK));
	house_nowhere(&h);
	house_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_erased_text_is_in_no_byte_of_the_folder),
		cmocka_unit_test(what_carries_other_notices_is_told_again_with_them),
		cmocka_unit_test(
			what_still_quotes_is_a_mismatch_and_the_next_start_tells_it_again),
		cmocka_unit_test(a_refused_result_of_the_author_is_emptied_and_stays_counted),
		cmocka_unit_test(erasing_an_author_reaches_the_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
