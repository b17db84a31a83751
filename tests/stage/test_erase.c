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
#include "tests/support/desk.h"
#include "tests/support/folder.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define DAY  86400
#define MARK "quartzebra" /* in title, text, link and name of the author; nowhere else */

struct world_notices world_notices; /* the world empties it; the real parts do not look */

static const char settings[] =
	"people:\n"
	"  anna: { name: Anna, lang: zh, contacts: [ { channel: disk } ], roles: [lead] }\n"
	"  boss: { name: Boss, lang: en, contacts: [ { channel: mail, address: "
	"\"boss@example.test\" } ] }\n"
	"schedules:\n"
	"  duty: { shifts: [ { who: [anna], from: 08:00, to: 20:00 } ] }\n"
	"policies:\n"
	"  default: { steps: [ { to: [\"person:anna\"] }, { to: [\"person:boss\"] } ] }\n"
	"routes: [ { policy: default, owner: anna } ]\n"
	"channels:\n"
	"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: \"x@example.test\" }\n"
	"  disk: { kind: file, path: %s/told }\n";

/* ---- every byte of the folder --------------------------------------------------------------- */

static void
nowhere(const struct world *w)
{
	struct buf where = BUF(1 << 16);

	if (folder_files_with(w->dir, MARK, &where))
		fail_msg("the erased text is in\n%s", where.p);
	buf_release(&where);
}

static void
is_in(const struct world *w, const char *part)
{
	struct buf where = BUF(1 << 16);

	folder_files_with(w->dir, MARK, &where);
	if (!strstr(where.p, part))
		fail_msg("not in %s, only in\n%s", part, where.p);
	buf_release(&where);
}

/* ---- a crisis with one text to erase -------------------------------------------------------- */

struct house {
	struct world w;
	struct conf *people;
	struct digest_conf digest;
};

static void
house_open(struct house *h)
{
	static struct str formats[] = { STR_INIT("html"), STR_INIT("md"), STR_INIT("text"),
					STR_INIT("json") },
			  to[] = { STR_INIT("anna"), STR_INIT("boss") };
	struct world *w = &h->w;
	struct buf report = BUF(1 << 16);
	struct err e = { 0 };
	const char *text;

	world_open(w, CLOCK_WALL);
	text = arena_textf(w->arena, settings, w->dir);
	h->people = conf_read_text(str_of(text), "house.yaml", desk_schema(), &w->conf.notice,
				   &report, &e);
	if (!h->people)
		fail_msg("%s", report.p);
	h->digest = (struct digest_conf){
		.name = STR("daily"),
		.cut = 8 * HOUR,
		.at = 9 * HOUR,
		.to = { to, LY_COUNT(to) },
		.formats = { formats, LY_COUNT(formats) },
		.path = str_of(arena_textf(w->arena, "%s/daily", w->dir)),
	};
	w->conf.digests = (struct conf_list){ &h->digest, 1 };
	w->conf.site.data = str_of(w->dir);
	w->conf.site.lang = STR("zh");
	w->conf.send = SEND_REAL;
	w->watches[1].size = WATCH_SMALL;
	world_reopen(w, WORLD_T0);
	buf_release(&report);
}

static void
house_close(struct house *h)
{
	world_close(&h->w);
	conf_free(h->people);
}

/* Time goes on until `to`, a look every ten minutes. */
static void
live(struct house *h, int64_t from, int64_t to)
{
	for (int64_t at = from; at <= to; at += 600) {
		world_turn(&h->w, at);
		world_turn(&h->w, at);
	}
}

/* A burst with the text among its newest. */
static void
burst(struct house *h, const char *title)
{
	struct world *w = &h->w;

	world_grumble(w, WORLD_T0 + HOUR, 4);
	world_say(w, &(struct world_mention){ .at = WORLD_T0 + HOUR + 300,
					      .label = LABEL_NEG,
					      .author = "y",
					      .same_copy = true });
	world_say(w, &(struct world_mention){ .at = WORLD_T0 + HOUR + 310,
					      .label = LABEL_NEG,
					      .score = -900,
					      .author = "author " MARK,
					      .title = title,
					      .text = MARK " 虾滑里吃出玻璃",
					      .url = "https://a.example/" MARK,
					      .same_copy = true });
	world_say(w, &(struct world_mention){
			     .at = WORLD_T0 + HOUR + 320, .label = LABEL_NEG, .author = "z" });
}

/* Taken, and told in the digest of that day. Then night: who had taken it has not come back, and
 * another watch has a burst, too; both notices are held until 08:00, when they go as one. */
static void
two_days(struct house *h)
{
	struct world *w = &h->w;

	world_act(w, "unix:anna", "incident.ack", "{\"id\":\"INC-2026-0001\",\"for\":\"37h\"}",
		  0, WORLD_T0 + 2 * HOUR);
	live(h, WORLD_T0 + 24 * HOUR, WORLD_T0 + 27 * HOUR);
	for (int i = 0; i < 6; i++)
		world_say(w,
			  &(struct world_mention){ .at = WORLD_T0 + 38 * HOUR + i * 60,
						   .watch = "qingshan",
						   .label = LABEL_NEG,
						   .author = arena_textf(w->arena, "q%d", i) });
	live(h, WORLD_T0 + 38 * HOUR + 600, WORLD_T0 + 40 * HOUR);
}

static int
erase(struct house *h, int64_t at)
{
	return world_act(&h->w, "unix:root", "erase",
			 "{\"author\":\"author " MARK "\",\"why\":\"本人要求\"}", 0, at);
}

static void
verified(struct house *h)
{
	struct verify_sum sum;

	if (world_verify(&h->w, &sum))
		fail_msg("%s", h->w.reply.p);
	assert_true(sum.erased > 0);
}

static int64_t
rows(struct house *h, const char *where)
{
	const char *sql =
		arena_textf(h->w.arena, "SELECT count(*) FROM notice WHERE %s", where);

	return strtoll(world_ask(&h->w, sql), NULL, 10);
}

static void
an_erased_text_is_in_no_byte_of_the_folder(void **state)
{
	struct house h;
	char begins[100];

	(void)state;
	house_open(&h);
	burst(&h, "虾滑 " MARK " — a.example　×9，9 个来源");
	two_days(&h);
	is_in(&h.w, "-wal");
	is_in(&h.w, "/told/");
	is_in(&h.w, ".html");
	is_in(&h.w, ".md");
	is_in(&h.w, ".txt");
	is_in(&h.w, ".json");
	assert_int_equal(rows(&h, "state = 'held' AND body LIKE '%" MARK "%'"), 1);
	assert_int_equal(erase(&h, WORLD_T0 + 40 * HOUR), 200);
	/* Each row that changed says so; to whom those went that may have left. */
	snprintf(begins, sizeof begins, "{\"erased\":1,\"quoted\":{\"notices\":%d,\"waiting\":",
		 (int)rows(&h, "erased_at > 0"));
	assert_true(str_starts(str_of(h.w.reply.p), str_of(begins)));
	assert_true(rows(&h, "erased_at > 0 AND state = 'held'") > 0);
	assert_non_null(strstr(h.w.reply.p,
			       ",\"digests\":1,\"drafts\":0,\"incidents\":[\"INC-2026-0001\"],"
			       "\"told\":[{\"recipient\":\"anna\",\"channel\":\"disk\","));
	assert_non_null(strstr(h.w.reply.p, "{\"recipient\":\"boss\",\"channel\":\"mail\","
					    "\"address\":\"boss@example.test\",\"notices\":"));
	nowhere(&h.w);
	verified(&h);
	assert_int_equal(rows(&h, "state = 'held' AND body LIKE '%（内容已删除：本人要求）%'"),
			 1);
	/* What was held goes out in the morning: still not a word of it. */
	live(&h, WORLD_T0 + 47 * HOUR, WORLD_T0 + 50 * HOUR);
	assert_int_equal(rows(&h, "kind = 'bundle' AND state = 'sent' AND body LIKE"
				  " '%（内容已删除：本人要求）%'"),
			 1);
	nowhere(&h.w);
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
		burst(&h, "");
		if (taken)
			two_days(&h);
		live(&h, WORLD_T0 + (taken ? 47 : 1) * HOUR,
		     WORLD_T0 + (taken ? 49 : 3) * HOUR);
		assert_true(rows(&h, taken ? "kind = 'bundle' AND body LIKE '%" MARK "%'"
					   : "html LIKE '%" MARK "%'") > 0);
		assert_true(rows(&h, "kind = 'operator' AND body LIKE '%" MARK "%'") > 0);
		assert_int_equal(erase(&h, WORLD_T0 + 50 * HOUR), 200);
		nowhere(&h.w);
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
	burst(&h, "虾滑 " MARK);
	two_days(&h);
	assert_int_equal(erase(&h, WORLD_T0 + 40 * HOUR), 200);
	world_forge(&h.w,
		    "UPDATE notice SET body = replace(body, '（内容已删除：本人要求）', '" MARK
		    "') WHERE kind = 'page' AND state = 'sent' AND body LIKE"
		    " '%本人要求%'");
	assert_int_equal(world_verify(&h.w, &sum), 1);
	assert_non_null(strstr(h.w.reply.p, "a notice still quotes mention "));
	world_forge(&h.w,
		    "UPDATE digest SET body_text = replace(body_text, '（已删除：', '" MARK
		    "') WHERE body_text LIKE '%本人要求%'");
	assert_int_equal(world_verify(&h.w, &sum), 2);
	assert_non_null(strstr(h.w.reply.p, "digest daily still quotes mention "));
	f = fopen(arena_textf(h.w.arena, "%s/daily/daily-2026-03-15.md", h.w.dir), "w");
	assert_true(f && fputs(MARK, f) >= 0 && fclose(f) == 0);
	f = fopen(arena_textf(h.w.arena, "%s/daily/daily-2026-03-14.md.part", h.w.dir), "w");
	assert_true(f && fputs("another day", f) >= 0 && fclose(f) == 0);
	world_forge(&h.w,
		    "INSERT INTO rewrite (what, id) SELECT 'all', id FROM digest LIMIT 1");
	world_turn(&h.w, WORLD_T0 + 41 * HOUR);
	nowhere(&h.w);
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
	burst(&h, "");
	err_set(&why, ERR_REJECT, "of no use");
	respond_stage.refuse(
		h.w.r,
		world_result(&h.w, &(struct world_mention){ .at = WORLD_T0 + HOUR + 330,
							    .author = "author " MARK,
							    .text = MARK }),
		&why);
	world_settle(&h.w, WORLD_T0 + HOUR + 330);
	assert_int_equal(erase(&h, WORLD_T0 + 2 * HOUR), 200);
	nowhere(&h.w);
	assert_string_equal(
		world_ask(&h.w, "SELECT why || count(*) || sum(length(bytes)) FROM reject"),
		"of no use10");
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
