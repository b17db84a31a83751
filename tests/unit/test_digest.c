/* What a digest says of a day. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "responder/digest_again.h"
#include "responder/digest_words.h"
#include "responder/record_store.h"

#include "responder/incident_store.h"
#include "tests/support/digest_world.h"
#include "tests/support/hostile.h"
#include "tests/support/sanitized.h"

/* A text without the ids of its figures. */
static const char *
plain(struct digest_world *w, struct str text)
{
	struct buf b = BUF(1 << 20);
	const char *out;

	for (size_t i = 0; i < text.n; i++) {
		size_t n = i + 1;

		if (text.p[i] == '[' && n < text.n && text.p[n] == 'f')
			for (n++; n < text.n && text.p[n] >= '0' && text.p[n] <= '9';)
				n++;
		if (n > i + 2 && n < text.n && text.p[n] == ']')
			i = n;
		else
			buf_add_byte(&b, text.p[i]);
	}
	out = arena_text(w->a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* The text form says so, its ids left out. */
static void
says(struct digest_world *w, const struct digest_row *r, const char *part)
{
	text_has(str_of(plain(w, r->text)), part);
}

static void
screen_one_says_verdict_news_one_act_and_blind_spots(void **state)
{
	struct digest_world *w = *state;
	struct digest_row r;

	digest_world_usual_day(w);
	digest_world_open(w, "INC-2026-0001", 3, "food_safety", CUT - 3 * HOUR);
	r = digest_world_compose(w, AT_9);
	assert_string_equal(
		plain(w, str_slice(r.text, 0, (size_t)str_find(r.text, STR("\n提及")))),
		"山脆 舆情日报 2026-03-10（自动生成，未经人工复核）\n"
		"处置：1 起 L3 事件未结。\n"
		"- 提及 4 条，负面 3 条；前一日 1 条，负面 1 条。\n"
		"- INC-2026-0001（L3）山脆：食品安全，始于 03-10 05:00。\n"
		"- 负面最多：“海苔脆片吃出异物”×3，2 个来源。\n"
		"要做：认领 INC-2026-0001：还没有人接手。\n"
		"盲区：没有新闻、短视频、论坛、投诉、评价、官方类数据；3 个来源有数据，0 "
		"个沉默。");
}

static void
platforms_that_matter_and_have_no_source_are_blind_spots(void **state)
{
	static struct str none[] = { STR_INIT("抖音"), STR_INIT("小红书") };
	static struct str files[] = { STR_INIT("12315") };
	struct digest_world *w = *state;

	digest_world_usual_day(w);
	w->site.uncovered = (struct conf_texts){ none, 2 };
	w->site.exports = (struct conf_texts){ files, 1 };
	text_has(digest_world_compose(w, AT_9).text,
		 "盲区：没有接入：抖音、小红书；仅靠导出：12315；没有新闻、");
	w->site.exports.n = 0;
	text_has(digest_world_compose(w, AT_9).text,
		 "盲区：没有接入：抖音、小红书；没有新闻、");
}

static void
the_rest_shows_figures_with_ids_evidence_topics_and_definitions(void **state)
{
	struct digest_world *w = *state;
	struct digest_row r;

	digest_world_usual_day(w);
	r = digest_world_compose(w, AT_9);
	text_has(r.text, "山脆 | 4[f57] / 1[f58] | 3[f60] / 1[f61] | —[f75] / —[f76] | —[f78] "
			 "/ —[f79]\n");
	says(w, &r,
	     "海苔脆片吃出异物 <https://chihuo.example/t?a=1&b=2> | ×3 | chihuo.example 等 2 "
	     "个 |");
	text_has(r.text, " | m:");
	says(w, &r, "话题：食品安全 3（负 3）\n");
	says(w, &r,
	     "来源：weitopic.example 2（负 2），chihuo.example 1（负 1），a.example 1（负 "
	     "0）\n");
	says(w, &r, "账号层级：T0（不足 1 万粉） 4（负 3）\n");
	says(w, &r, "样本少（n=4，不足 30）");
	says(w, &r, "- 账号 | 3 | 1 | —\n");
	says(w, &r, "- 首次声明用时 | 中位 —；p90 — · n=0 | ");
	text_has(r.text, "数据截至第 9 次提交（as_of）");
	text_has(r.text, "窗口：03-09 08:00 至 03-10 08:00（Asia/Shanghai）");
	text_has(r.md, "[海苔脆片吃出异物](<https://chihuo.example/t?a=1&b=2>)");
	text_has(r.md, "| 山脆 | 4[f57] / 1[f58] |");
	text_has(r.html, "<td valign=\"top\"><span title=\"f57\">4</span> / <span "
			 "title=\"f58\">1</span></td>");
	text_has(
		r.html,
		"<a href=\"https://chihuo.example/t?a=1&amp;b=2\" rel=\"noopener noreferrer\"");
	text_has(r.facts, "{\"id\":\"f60\",\"watch\":\"shancui\",\"figure\":\"negative.now\","
			  "\"value\":3,\"shown\":\"3\"}");
	text_has(r.facts, "{\"id\":\"f78\",\"watch\":\"shancui\",\"figure\":\"net.now\","
			  "\"value\":null,\"n\":4,\"shown\":\"—\"}");
}

static void
too_little_is_said_and_enough_is_computed(void **state)
{
	struct digest_world *w = *state;
	struct digest_row r;

	for (int i = 0; i < 29; i++)
		digest_world_say(w, (struct digest_said){ .at = CUT - HOUR - i,
							  .label = i < 10 ? -1 : 1 });
	r = digest_world_compose(w, AT_9);
	says(w, &r, "提及 29 条，负面 10 条；");
	text_has_not(r.text, "%");
	digest_world_say(w, (struct digest_said){ .at = CUT - HOUR, .label = 1 });
	r = digest_world_compose(w, AT_9);
	says(w, &r, "提及 30 条，负面 10 条（33%）；");
	says(w, &r, "| 33% / — | +0.33 / —\n");
	text_has(r.facts, "\"figure\":\"net.now\",\"value\":333,\"n\":30,");
}

static void
mentions_belong_to_the_day_they_were_published_in(void **state)
{
	static const struct {
		struct digest_said m;
		const char *says;
	} cases[] = {
		{ { .at = CUT - 1, .label = -1 }, "提及 1 条，负面 1 条；前一日没有记录" },
		{ { .at = CUT, .label = -1 }, "提及 0 条，负面 0 条；前一日没有记录" },
		{ { .at = CUT + 60, .published_at = CUT - 60, .label = -1 },
		  "提及 1 条，负面 1 条；前一日没有记录" },
		{ { .at = CUT - 60, .published_at = CUT + 60, .label = -1 },
		  "提及 1 条，负面 1 条；前一日没有记录" },
		{ { .at = CUT - DAY - 1, .label = -1 },
		  "提及 0 条，负面 0 条；前一日 1 条，负面 1 条" },
		{ { .at = CUT - 2 * DAY - 1, .label = -1 },
		  "提及 0 条，负面 0 条；前一日没有记录" },
		{ { .at = CUT - 60, .label = -1, .document_flags = DOCUMENT_OLD },
		  "提及 0 条" },
		{ { .at = CUT - 60, .label = -1, .document_flags = DOCUMENT_OWNED },
		  "提及 0 条" },
		{ { .at = CUT - 60, .label = -1, .flags = MENTION_RIVAL },
		  "提及 1 条，负面 0 条" },
		{ { .at = CUT - 60, .label = -1, .flags = MENTION_PROMOTION },
		  "提及 1 条，负面 0 条" },
		/* After yesterday's digest was made (09:00), of the day before: late. */
		{ { .at = CUT - HOUR, .published_at = CUT - 30 * HOUR, .label = -1 },
		  "补录 1 条" },
		{ { .at = CUT - DAY + 1800, .published_at = CUT - 30 * HOUR, .label = -1 },
		  "前一日 1 条，负面 1 条" },
	};
	void *fresh = NULL;

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct digest_row r;

		digest_world_drop(state);
		digest_world_make(&fresh);
		*state = fresh;
		digest_world_say(fresh, cases[i].m);
		r = digest_world_compose(fresh, AT_9);
		says(fresh, &r, cases[i].says);
		if (i == 11)
			text_has_not(r.text, "；补录");
	}
}

static void
a_day_without_data_is_blind_not_calm(void **state)
{
	struct digest_world *w = *state;
	struct digest_row r = digest_world_compose(w, AT_9);

	text_has(r.text, "看不见：这一期没有收到任何数据，不能说平静。");
	digest_world_say(w, (struct digest_said){
				    .at = CUT - 26 * HOUR, .label = 0, .site = "old.example" });
	r = digest_world_compose(w, AT_9);
	text_has(r.text, "看不见");
	says(w, &r, "0 个来源有数据，1 个沉默");
	text_has(r.text, "- old.example：沉默，最后一次 03-09 06:00");
	digest_world_say(w, (struct digest_said){ .at = CUT - HOUR, .label = 0 });
	r = digest_world_compose(w, AT_9);
	text_has(r.text, "平静：没有未结事件。");
}

static void
confidential_incidents_are_counted_and_not_named(void **state)
{
	struct digest_world *w = *state;
	struct id id = ID_OF(STR("INC-2026-0007"));
	struct err e = { 0 };
	struct digest_row r;

	digest_world_open(w, "INC-2026-0007", 2, "executive", CUT - HOUR);
	assert_int_equal(store_begin(w->store, &e), 0);
	assert_int_equal(incident_set_confidential(w->store, &id, 1, &e), 0);
	assert_int_equal(store_commit(w->store, &e), 0);
	r = digest_world_compose(w, AT_9);
	says(w, &r, "研判：1 起 L2 事件未结。");
	text_has(r.text, "保密事件 1 起。");
	text_has_not(r.text, "INC-2026-0007");
	text_has_not(r.html, "INC-2026-0007");
}

static void
erased_text_leaves_its_reason(void **state)
{
	struct digest_world *w = *state;
	struct err e = { 0 };
	struct id author = ID_OF(STR("甲")), fresh;
	struct id document = ID_OF(STR("d"), STR("0"));
	struct id mention = ID_OF(id_str(&document), STR("shancui"));
	struct digest_row before, after;
	const char *says;

	digest_world_say(w, (struct digest_said){ .at = CUT - HOUR,
						  .label = -1,
						  .title = "秘密",
						  .author = "甲",
						  .url = "https://x.example/1" });
	before = digest_world_compose(w, AT_9);
	text_has(before.text, "秘密");
	assert_int_equal(store_begin(w->store, &e), 0);
	assert_int_equal(
		record_erase(w->store, &author, NULL, STR("应本人要求"), CUT, &fresh, &e), 1);
	assert_int_equal(store_commit(w->store, &e), 0);
	after = digest_world_compose(w, AT_9);
	text_has(after.text, "（已删除：应本人要求）");
	text_has_not(after.text, "秘密");
	text_has_not(after.html, "x.example");
	/* What was made before is told again, as it would be made now. */
	assert_true(digest_quotes(before.text, &mention));
	assert_int_equal(digest_again(&w->env, &before, w->a, &e), 1);
	assert_string_equal(before.text.p, after.text.p);
	assert_string_equal(before.md.p, after.md.p);
	assert_string_equal(before.html.p, after.html.p);
	assert_string_equal(before.facts.p, after.facts.p);
	assert_false(digest_quotes(before.text, &mention));
	assert_int_equal(digest_again(&w->env, &before, w->a, &e), 0);
	assert_int_equal(digest_verify(w->store, w->zone, &before, w->a, &says, &e), 1);
}

static void
english_digests_say_the_same(void **state)
{
	struct digest_world *w = *state;
	struct digest_row r;

	w->conf.lang = 2;
	digest_world_usual_day(w);
	digest_world_open(w, "INC-2026-0001", 2, "food_safety", CUT - 30 * 60);
	r = digest_world_compose(w, AT_9);
	says(w, &r,
	     "digest 2026-03-10 (automatic, not reviewed)\nAssessing: 1 open at L2.\n"
	     "- 4 mentions, 3 negative; the day before 1, 1.\n");
	text_has(r.text, "To do: Take INC-2026-0001: nobody has it.\n");
	says(w, &r, "Topics: food safety 3 (3 negative)\n");
	text_has(r.html, "<html lang=\"en\">");
}

/* ---- bounds and hostile text ------------------------------------------------------------------------ */

static void
a_big_day_stays_small_on_paper(void **state)
{
	static struct watch_conf many[60];
	struct digest_world *w = *state;
	struct digest_row r;

	for (size_t i = 0; i < LY_COUNT(many); i++)
		many[i] = (struct watch_conf){
			.name = str_of(arena_textf(w->a, "w%zu", i)),
			.title = str_of(arena_textf(
				w->a,
				"一个名字很长的监测方案，第 %zu 个，长到没有人愿意读完它的名字",
				i))
		};
	w->env.watches = many;
	w->env.watches_n = LY_COUNT(many);
	for (int i = 0; i < 300; i++)
		digest_world_say(
			w, (struct digest_said){
				   .at = CUT - HOUR - i,
				   .label = -1,
				   .watch = arena_textf(w->a, "w%d", i % 10),
				   .site = arena_textf(w->a, "site-%d.example", i),
				   .url = arena_textf(w->a, "https://site-%d.example/%0900d", i,
						      i),
				   .title = arena_textf(w->a, "%0*d<b>&\"", 300, i) });
	for (int i = 0; i < 50; i++)
		digest_world_open(w, arena_textf(w->a, "INC-2026-%04d", i), 2, "service",
				  CUT - i);
	r = digest_world_compose(w, AT_9);
	assert_true(r.mail.n > 0 && r.mail.n < 90 * 1024);
	assert_true(r.text.n > 0 && r.md.n > 0);
}

static size_t
screen_length(struct digest_world *w, const struct digest_row *r)
{
	struct err e = { 0 };
	const struct json *s = json_get(json_parse(w->a, r->facts, &e), "screen");
	const struct json *know = json_get(s, "know");
	static const char *const parts[] = { "title", "verdict", "do", "blind" };
	size_t n = 0;

	assert_non_null(s);
	assert_true(json_count(know) <= 3);
	for (size_t i = 0; i < LY_COUNT(parts); i++)
		n += utf8_count(str_of(plain(w, json_text(json_get(s, parts[i]), STR("")))));
	for (size_t i = 0; i < json_count(know); i++)
		n += utf8_count(str_of(plain(w, json_text(json_at(know, i), STR("")))));
	return n;
}

/* Removes what Markdown escapes, keeps what it would act on. */
static size_t
acting(struct str md, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < md.n; i++) {
		if (md.p[i] == '\\')
			i++;
		else
			n += md.p[i] == c;
	}
	return n;
}

/* What people write changes words and nothing else: not the number of lines, cells, tags. */
static void
hostile_titles_stay_titles(void **state)
{
	struct digest_world *w = *state;
	struct hostile h = { 7 };
	size_t shape[5] = { 0 };
	struct err e = { 0 };

	for (int round = 0; round < (SANITIZED ? 100 : 1000); round++) {
		struct buf title = BUF(65536), site = BUF(65536);
		struct digest_row r;
		size_t now[5];

		hostile_add(&h, &title);
		hostile_add(&h, &site);
		buf_add_byte(&title, 'x');
		buf_add_byte(&site, 'x');
		w->conf.lang = 1 + round % 2;
		assert_int_equal(store_begin(w->store, &e), 0);
		for (size_t i = 0; i < 3; i++) {
			static const char *const wipes[] = { "DELETE FROM mention",
							     "DELETE FROM document",
							     "DELETE FROM content" };

			assert_true(stmt_run(store_stmt(w->store, wipes[i]), &e) >= 0);
		}
		assert_int_equal(store_commit(w->store, &e), 0);
		digest_world_say(w,
				 (struct digest_said){
					 .at = CUT - HOUR,
					 .label = -1,
					 .title = title.p,
					 .site = site.p,
					 .author = title.p,
					 .topic = round % 3 ? "service" : title.p,
					 .url = round % 2 ? title.p : "https://ok.example/" });
		r = digest_world_compose(w, AT_9);
		assert_true(screen_length(w, &r) <= SCREEN_MAX);
		assert_false(hostile_marks(r.text) || hostile_marks(r.md) ||
			     hostile_marks(r.html));
		now[0] = text_lines(r.text);
		now[1] = text_lines(r.md);
		now[2] = text_times(r.html, "<") - 2 * text_times(r.html, "<a href");
		now[3] = acting(r.md, '|');
		now[4] = acting(r.md, '*') + acting(r.md, '`') + text_times(r.md, "![");
		if (round < 2)
			memcpy(shape, now, sizeof shape);
		for (size_t i = 0; i < LY_COUNT(now); i++)
			if (now[i] != shape[i])
				fail_msg("shape %zu: %zu, not %zu, with title %s", i, now[i],
					 shape[i], title.p);
		assert_int_equal(text_times(r.html, "<a href"),
				 text_times(r.html, "<a href=\"http"));
		assert_int_equal(text_times(r.html, "<script") + text_times(r.html, "<img"), 0);
		buf_release(&title);
		buf_release(&site);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(screen_one_says_verdict_news_one_act_and_blind_spots),
		WITH(platforms_that_matter_and_have_no_source_are_blind_spots),
		WITH(the_rest_shows_figures_with_ids_evidence_topics_and_definitions),
		WITH(too_little_is_said_and_enough_is_computed),
		WITH(mentions_belong_to_the_day_they_were_published_in),
		WITH(a_day_without_data_is_blind_not_calm),
		WITH(confidential_incidents_are_counted_and_not_named),
		WITH(erased_text_leaves_its_reason),
		WITH(english_digests_say_the_same),
		WITH(a_big_day_stays_small_on_paper),
		WITH(hostile_titles_stay_titles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
