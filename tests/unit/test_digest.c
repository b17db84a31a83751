#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/digest.h"
#include "responder/digest_words.h"
#include "responder/incident_store.h"
#include "responder/record_store.h"
#include "tests/support/hostile.h"

#define DAY  86400
#define HOUR 3600
/* 2026-03-10 09:00 in Shanghai: the moment `at`; the day ended at 08:00. */
#define AT_9 ((int64_t)1773104400)
#define CUT  (AT_9 - HOUR)

static struct str all_formats[] = { STR_INIT("html"), STR_INIT("md"), STR_INIT("text"),
				    STR_INIT("json") };

struct world {
	char dir[64], path[80];
	struct store *store;
	struct zone *zone;
	struct site_view site;
	struct watch_conf watches[2];
	struct responder_env env;
	struct digest_conf conf;
	struct conf_list list;
	struct digests *digests;
	struct arena *a;
	struct buf told;
	int n;
};

static void
told(void *arg, const struct told *t)
{
	struct world *w = arg;

	buf_addf(&w->told, "%lld %s %.*s\n", (long long)t->at, t->type, STR_ARG(t->reason));
}

/* The outbox, as far as digests see it: who was told what. */
static struct buf *outbox;

int
notices_tell(struct notices *n, const struct notice_text *t, int64_t now, struct err *e)
{
	(void)n, (void)e;
	buf_addf(outbox, "%lld %s %.*s via %.*s key %zu: %.*s | %d %d %d\n", (long long)now,
		 t->kind, STR_ARG(t->person), STR_ARG(t->channel), t->key.n,
		 STR_ARG(t->subject), str_starts(t->body, STR("山脆 舆情日报")),
		 str_starts(t->html, STR("<!DOCTYPE html>")),
		 str_starts(t->facts, STR("{\"digest\":\"daily\"")));
	return 0;
}

static int
world_make(void **state)
{
	static struct world w;
	struct err e = { 0 };

	memset(&w, 0, sizeof w);
	snprintf(w.dir, sizeof w.dir, "/tmp/langyan-digest-XXXXXX");
	assert_non_null(mkdtemp(w.dir));
	snprintf(w.path, sizeof w.path, "%s/digests", w.dir);
	w.a = arena_new();
	w.told = BUF(1 << 16);
	w.store = store_open(":memory:", &record_migrations, &e);
	w.zone = zone_open("Asia/Shanghai", &e);
	assert_true(w.store && w.zone);
	w.site = (struct site_view){ .name = STR("山脆"),
				     .zone = STR("Asia/Shanghai"),
				     .lang = STR("zh"),
				     .data = str_of(w.dir) };
	w.watches[0] = (struct watch_conf){ .name = STR("shancui"), .title = STR("山脆") };
	w.watches[1] = (struct watch_conf){ .name = STR("other") };
	w.env = (struct responder_env){ .store = w.store,
					.site = &w.site,
					.zone = w.zone,
					.watches = w.watches,
					.watches_n = 1,
					.told = { told, &w } };
	w.conf = (struct digest_conf){ .name = STR("daily"),
				       .cut = 8 * HOUR,
				       .at = 9 * HOUR,
				       .formats = { all_formats, 4 },
				       .path = str_of(w.path) };
	w.list = (struct conf_list){ &w.conf, 1 };
	*state = &w;
	return 0;
}

static int
world_drop(void **state)
{
	struct world *w = *state;
	const char *command = arena_textf(w->a, "rm -rf %s", w->dir);

	digests_free(w->digests);
	store_close(w->store);
	zone_close(w->zone);
	buf_release(&w->told);
	if (system(command) != 0)
		return -1;
	arena_free(w->a);
	return 0;
}

struct said {
	int64_t at, published_at, label, flags, document_flags, followers;
	const char *title, *site, *author, *topic, *story, *watch, *url;
};

static void
say(struct world *w, struct said m)
{
	struct err e = { 0 };
	char key[32];
	struct topic_hit topic = { .topic = str_of(m.topic), .severity = 3 };
	struct mention mention = { .watch = str_of(m.watch ? m.watch : "shancui"),
				   .label = m.label,
				   .score = m.label * 600,
				   .confidence = 800,
				   .flags = m.flags,
				   .topics = { &topic, m.topic ? 1 : 0 } };
	struct result r = { .mentions = { &mention, 1 } };
	struct document *d = &r.document;
	struct buf scratch = BUF(1 << 20);
	struct id salt = { { 1 } };
	struct record_document doc = { .document = d, .mentions = 1, .as_of = 1 };
	struct record_mention row = { .result = &r, .mention = &mention, .as_of = 1 };

	snprintf(key, sizeof key, "%d", w->n++);
	d->id = ID_OF(STR("d"), str_of(key));
	d->source = d->site = str_of(m.site ? m.site : "a.example");
	d->source_class = CLASS_SOCIAL;
	d->url = str_of(m.url);
	d->title = str_of(m.title ? m.title : "标题");
	d->author = str_of(m.author);
	if (m.author)
		d->author_key = ID_OF(d->author);
	d->followers = m.followers;
	d->published_at = m.published_at;
	d->arrived_at = m.at;
	d->flags = m.document_flags;
	mention.id = ID_OF(id_str(&d->id), mention.watch);
	row.story = m.story ? ID_OF(str_of(m.story)) : (struct id){ { 0 } };
	assert_int_equal(store_begin(w->store, &e), 0);
	assert_int_equal(record_add_document(w->store, &doc, &e), 0);
	assert_int_equal(record_add_content(w->store, d, &salt, &scratch, &e), 0);
	assert_true(record_add_mention(w->store, &row, &scratch, &e) >= 0);
	assert_int_equal(store_commit(w->store, &e), 0);
	buf_release(&scratch);
}

static void
open_incident(struct world *w, const char *number, int64_t level, const char *topic, int64_t at)
{
	struct err e = { 0 };
	struct incident i = { .id = ID_OF(str_of(number)),
			      .number = str_of(number),
			      .watch = STR("shancui"),
			      .topic = str_of(topic),
			      .title = STR("山脆：食品安全"),
			      .state = level == 3 ? INCIDENT_RESPONDING : INCIDENT_ASSESSING,
			      .level = level,
			      .grade = level,
			      .opened_at = at,
			      .version = 1 };

	assert_int_equal(store_begin(w->store, &e), 0);
	assert_int_equal(incident_write(w->store, &i, &e), 0);
	assert_int_equal(store_commit(w->store, &e), 0);
}

static struct digest_row
compose(struct world *w, int64_t at)
{
	struct digest_ask ask = { .conf = &w->conf, .at = at, .made_at = at, .as_of = 9 };
	struct digest_row r;
	struct err e = { 0 };

	if (digest_compose(&w->env, &ask, w->a, &r, &e) < 0)
		fail_msg("%s", e.text);
	return r;
}

static void
has(struct str text, const char *part)
{
	if (str_find(text, str_of(part)) < 0)
		fail_msg("no \"%s\" in:\n%.*s", part, STR_ARG(text));
}

static void
has_not(struct str text, const char *part)
{
	if (str_find(text, str_of(part)) >= 0)
		fail_msg("\"%s\" in:\n%.*s", part, STR_ARG(text));
}

static size_t
times(struct str s, const char *part)
{
	size_t n = 0;
	ptrdiff_t at;

	while ((at = str_find(s, str_of(part))) >= 0) {
		n++;
		s = str_slice(s, (size_t)at + 1, s.n);
	}
	return n;
}

static size_t
lines(struct str s)
{
	return times(s, "\n");
}

static void
turn(struct world *w, int64_t now, int made)
{
	struct err e = { 0 };
	int said;

	assert_int_equal(store_begin(w->store, &e), 0);
	said = digests_turn(w->digests, now, &e);
	if (said != made)
		fail_msg("made %d, not %d: %s", said, made, e.text);
	assert_int_equal(store_commit(w->store, &e), 0);
	digests_flush(w->digests);
}

static void
begin(struct world *w, int64_t now)
{
	struct err e = { 0 };

	digests_free(w->digests);
	w->digests = digests_new(&w->list, &w->env, NULL, now, &e);
	assert_non_null(w->digests);
}

/* A day as people have it: three complaints of one story, one praise, what came before and late. */
static void
a_usual_day(struct world *w)
{
	for (int i = 0; i < 3; i++)
		say(w, (struct said){ .at = CUT - 5 * HOUR + i * 60,
				      .label = -1,
				      .title = "海苔脆片吃出异物",
				      .site = i ? "weitopic.example" : "chihuo.example",
				      .author = i == 2 ? "乙" : "甲",
				      .topic = "food_safety",
				      .story = "s1",
				      .url = "https://chihuo.example/t?a=1&b=2" });
	say(w,
	    (struct said){ .at = CUT - 4 * HOUR, .label = 1, .title = "好吃", .author = "丙" });
	say(w, (struct said){
		       .at = CUT - 30 * HOUR, .label = -1, .title = "前一天", .author = "丁" });
}

static void
screen_one_says_verdict_news_one_act_and_blind_spots(void **state)
{
	struct world *w = *state;
	struct digest_row r;

	a_usual_day(w);
	open_incident(w, "INC-2026-0001", 3, "food_safety", CUT - 3 * HOUR);
	r = compose(w, AT_9);
	assert_string_equal(
		arena_text(w->a, str_slice(r.text, 0, (size_t)str_find(r.text, STR("\n\n==")))),
		"山脆 舆情日报 2026-03-10（自动生成，未经人工复核）\n"
		"处置：1 起 L3 事件未结。\n"
		"- 提及 4 条，负面 3 条；前一日 1 条，负面 1 条。\n"
		"- INC-2026-0001（L3）山脆：食品安全，已 4 小时。\n"
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
	struct world *w = *state;

	a_usual_day(w);
	w->site.uncovered = (struct conf_texts){ none, 2 };
	w->site.exports = (struct conf_texts){ files, 1 };
	has(compose(w, AT_9).text, "盲区：没有接入：抖音、小红书；仅靠导出：12315；没有新闻、");
	w->site.exports.n = 0;
	has(compose(w, AT_9).text, "盲区：没有接入：抖音、小红书；没有新闻、");
}

static void
the_rest_shows_figures_with_ids_evidence_topics_and_definitions(void **state)
{
	struct world *w = *state;
	struct digest_row r;

	a_usual_day(w);
	r = compose(w, AT_9);
	has(r.text, "山脆 | 4 / 1 · f1 | 3 / 1 · f2 | 1 / 0 · f3 | 0 / 0 · f4 | 3 / 1 · f5 | 3 "
		    "/ 1 · f6 | "
		    "n=4 / n=1 · f7\n");
	has(r.text, "海苔脆片吃出异物 <https://chihuo.example/t?a=1&b=2> | ×3 | ");
	has(r.text, " | m:");
	has(r.text, "话题：食品安全 3（负 3）\n");
	has(r.text, "来源：weitopic.example 2（负 2），chihuo.example 1（负 1），a.example "
		    "1（负 0）\n");
	has(r.text, "样本少（n=4，不足 30）");
	has(r.text, "数据截至第 9 次提交（as_of）");
	has(r.text, "窗口：03-09 08:00 至 03-10 08:00（Asia/Shanghai）");
	has(r.md, "[海苔脆片吃出异物](<https://chihuo.example/t?a=1&b=2>)");
	has(r.html,
	    "<a href=\"https://chihuo.example/t?a=1&amp;b=2\" rel=\"noopener noreferrer\"");
	has(r.facts, "{\"id\":\"f2\",\"watch\":\"shancui\",\"figure\":\"negative\",\"value\":3,"
		     "\"day_before\":1}");
	has(r.facts,
	    "{\"id\":\"f7\",\"watch\":\"shancui\",\"figure\":\"net_milli\",\"value\":null,"
	    "\"day_before\":null}");
}

static void
too_little_is_said_and_enough_is_computed(void **state)
{
	struct world *w = *state;
	struct digest_row r;

	for (int i = 0; i < 29; i++)
		say(w, (struct said){ .at = CUT - HOUR - i, .label = i < 10 ? -1 : 1 });
	r = compose(w, AT_9);
	has(r.text, "提及 29 条，负面 10 条；");
	has_not(r.text, "%");
	say(w, (struct said){ .at = CUT - HOUR, .label = 1 });
	r = compose(w, AT_9);
	has(r.text, "提及 30 条，负面 10 条（33%）；");
	has(r.text, "+0.33 / n=0");
	has(r.facts, "\"net_milli\",\"value\":333,");
}

static void
mentions_belong_to_the_day_they_were_published_in(void **state)
{
	static const struct {
		struct said m;
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

		world_drop(state);
		world_make(&fresh);
		*state = fresh;
		say(fresh, cases[i].m);
		r = compose(fresh, AT_9);
		has(r.text, cases[i].says);
		if (i == 11)
			has_not(r.text, "；补录");
	}
}

static void
a_day_without_data_is_blind_not_calm(void **state)
{
	struct world *w = *state;
	struct digest_row r = compose(w, AT_9);

	has(r.text, "看不见：这一天没有收到任何数据，不能说平静。");
	say(w, (struct said){ .at = CUT - 26 * HOUR, .label = 0, .site = "old.example" });
	r = compose(w, AT_9);
	has(r.text, "看不见");
	has(r.text, "0 个来源有数据，1 个沉默");
	has(r.text, "- old.example：沉默，最后一次 03-09 06:00");
	say(w, (struct said){ .at = CUT - HOUR, .label = 0 });
	r = compose(w, AT_9);
	has(r.text, "平静：没有未结事件。");
}

static void
confidential_incidents_are_counted_and_not_named(void **state)
{
	struct world *w = *state;
	struct digest_row r;

	open_incident(w, "INC-2026-0007", 2, "executive", CUT - HOUR);
	r = compose(w, AT_9);
	has(r.text, "研判：1 起 L2 事件未结。");
	has(r.text, "另有 1 起保密事件。");
	has_not(r.text, "INC-2026-0007");
	has_not(r.html, "INC-2026-0007");
}

static void
erased_text_leaves_its_reason(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };
	struct id author = ID_OF(STR("甲")), fresh;
	struct digest_row before, after;
	const char *says;

	say(w, (struct said){ .at = CUT - HOUR,
			      .label = -1,
			      .title = "秘密",
			      .author = "甲",
			      .url = "https://x.example/1" });
	before = compose(w, AT_9);
	has(before.text, "秘密");
	assert_int_equal(store_begin(w->store, &e), 0);
	assert_int_equal(
		record_erase(w->store, &author, NULL, STR("应本人要求"), CUT, &fresh, &e), 1);
	assert_int_equal(store_commit(w->store, &e), 0);
	after = compose(w, AT_9);
	has(after.text, "（已删除：应本人要求）");
	has_not(after.text, "秘密");
	has_not(after.html, "x.example");
	assert_int_equal(digest_verify(w->store, w->zone, &before, w->a, &says, &e), 1);
}

static void
english_digests_say_the_same(void **state)
{
	struct world *w = *state;
	struct digest_row r;

	w->conf.lang = 2;
	a_usual_day(w);
	open_incident(w, "INC-2026-0001", 2, "food_safety", CUT - 30 * 60);
	r = compose(w, AT_9);
	has(r.text, "digest 2026-03-10 (automatic, not reviewed)\nAssessing: 1 open at L2.\n"
		    "- 4 mentions, 3 negative; the day before 1, 1.\n");
	has(r.text, "To do: Take INC-2026-0001: nobody has it.\n");
	has(r.text, "Topics: food safety 3 (3 negative)\n");
	has(r.html, "<html lang=\"en\">");
}

/* ---- when ----------------------------------------------------------------------------------------- */

static void
windows_end_at_the_cut_in_the_sites_zone(void **state)
{
	static const struct {
		const char *zone;
		int64_t cut, at_clock;
		const char *at, *from, *to;
	} cases[] = {
		{ "Asia/Shanghai", 8 * HOUR, 9 * HOUR, "2026-03-10T09:00:00+08:00",
		  "2026-03-09T08:00:00+08:00", "2026-03-10T08:00:00+08:00" },
		{ "Asia/Shanghai", 23 * HOUR, 9 * HOUR, "2026-03-10T09:00:00+08:00",
		  "2026-03-08T23:00:00+08:00", "2026-03-09T23:00:00+08:00" },
		{ "Asia/Shanghai", 8 * HOUR, 9 * HOUR, "2026-03-01T09:00:00+08:00",
		  "2026-02-28T08:00:00+08:00", "2026-03-01T08:00:00+08:00" },
		{ "Asia/Shanghai", 10 * HOUR, 9 * HOUR, "2026-01-01T09:00:00+08:00",
		  "2025-12-30T10:00:00+08:00", "2025-12-31T10:00:00+08:00" },
		/* The nights in which clocks change: a day of 23 and of 25 hours. */
		{ "Europe/London", 8 * HOUR, 9 * HOUR, "2026-03-29T09:00:00+01:00",
		  "2026-03-28T08:00:00+00:00", "2026-03-29T08:00:00+01:00" },
		{ "Europe/London", 8 * HOUR, 9 * HOUR, "2026-10-25T09:00:00+00:00",
		  "2026-10-24T08:00:00+01:00", "2026-10-25T08:00:00+00:00" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		struct zone *z = zone_open(cases[i].zone, &e);
		struct digest_conf c = { .cut = cases[i].cut, .at = cases[i].at_clock };
		struct digest_day d = { 0 };
		int64_t at, from, to;

		assert_int_equal(clock_parse_iso(str_of(cases[i].at), &at, &e), 0);
		assert_int_equal(clock_parse_iso(str_of(cases[i].from), &from, &e), 0);
		assert_int_equal(clock_parse_iso(str_of(cases[i].to), &to, &e), 0);
		digest_window(&c, z, at, &d);
		assert_int_equal(d.from, from);
		assert_int_equal(d.to, to);
		assert_int_equal(digest_next(&c, z, at - 1), at);
		zone_close(z);
	}
}

static void
a_digest_is_made_at_its_time_once(void **state)
{
	struct world *w = *state;

	a_usual_day(w);
	begin(w, AT_9 - 2 * HOUR);
	assert_int_equal(digests_due(w->digests), AT_9);
	turn(w, AT_9 - 1, 0);
	turn(w, AT_9, 1);
	assert_int_equal(digests_due(w->digests), AT_9 + DAY);
	turn(w, AT_9 + 10, 0);
	assert_string_equal(
		w->told.p,
		"1773104400 digest 山脆 舆情日报 2026-03-10（自动生成，未经人工复核） "
		"平静：没有未结事件。\n");
	begin(w, AT_9 + 60); /* a restart the same day */
	assert_int_equal(digests_due(w->digests), AT_9 + DAY);
}

static void
each_reader_is_told_once_through_each_channel(void **state)
{
	static struct str readers[] = { STR_INIT("linjing"), STR_INIT("boss") };
	static struct str channels[] = { STR_INIT("mail"), STR_INIT("chat") };
	struct buf said = BUF(1 << 16);
	struct world *w = *state;
	struct err e = { 0 };

	outbox = &said;
	w->conf.to = (struct conf_texts){ readers, 2 };
	for (int i = 0; i < 2; i++) {
		digests_free(w->digests);
		/* Only passed on to notices_tell above. */
		w->digests = digests_new(&w->list, &w->env, (struct notices *)w,
					 AT_9 - HOUR + i, &e);
		assert_non_null(w->digests);
		turn(w, AT_9, !i);
	}
	assert_string_equal(said.p, "1773104400 digest linjing via  key 32: 山脆 舆情日报 "
				    "2026-03-10（自动生成，未经人工复核） "
				    "看不见：这一天没有收到任何数据，不能说平静。 "
				    "| 1 1 1\n"
				    "1773104400 digest boss via  key 32: 山脆 舆情日报 "
				    "2026-03-10（自动生成，未经人工复核） "
				    "看不见：这一天没有收到任何数据，不能说平静。 "
				    "| 1 1 1\n");
	buf_clear(&said);
	w->conf.channels = (struct conf_texts){ channels, 2 };
	turn(w, AT_9 + DAY, 1);
	assert_int_equal(times(buf_str(&said), " via mail "), 2);
	assert_int_equal(times(buf_str(&said), " via chat "), 2);
	buf_release(&said);
}

static void
a_downtime_is_caught_up_day_by_day_and_never_twice(void **state)
{
	struct world *w = *state;

	begin(w, AT_9 - HOUR);
	turn(w, AT_9, 1);
	begin(w, AT_9 + 3 * DAY + HOUR);
	assert_int_equal(digests_due(w->digests), AT_9 + DAY);
	buf_clear(&w->told);
	turn(w, AT_9 + 3 * DAY + HOUR, 1);
	has(buf_str(&w->told), "2026-03-11");
	has(buf_str(&w->told), "2026-03-12");
	has(buf_str(&w->told), "2026-03-13");
	has_not(buf_str(&w->told), "2026-03-10");
	assert_int_equal(digests_due(w->digests), AT_9 + 4 * DAY);
	begin(w, AT_9 + 60 * DAY); /* too long ago: a week of it */
	assert_true(digests_due(w->digests) >= AT_9 + 53 * DAY);
	assert_true(digests_due(w->digests) < AT_9 + 54 * DAY + 1);
}

static void
what_was_rolled_back_is_made_again(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };

	begin(w, AT_9 - HOUR);
	assert_int_equal(store_begin(w->store, &e), 0);
	assert_int_equal(digests_turn(w->digests, AT_9, &e), 1);
	store_rollback(w->store);
	begin(w, AT_9); /* the stage rebuilds its parts after it */
	turn(w, AT_9, 1);
}

static void
files_follow_the_commit_and_come_back(void **state)
{
	static const char *const suffixes[] = { "html", "md", "txt", "json" };
	struct world *w = *state;

	begin(w, AT_9 - HOUR);
	turn(w, AT_9, 1);
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < LY_COUNT(suffixes); i++) {
			const char *path = arena_textf(w->a, "%s/daily-2026-03-10.%s", w->path,
						       suffixes[i]);

			if (access(path, R_OK) < 0)
				fail_msg("no %s", path);
			if (!again && i == 1)
				assert_int_equal(unlink(path), 0);
		}
		begin(w, AT_9 + HOUR);
		digests_flush(w->digests);
	}
}

static void
the_same_record_gives_the_same_bytes(void **state)
{
	struct world *w = *state;
	struct digest_row a, b;

	a_usual_day(w);
	for (int i = 0; i < 40; i++) {
		char site[32];

		snprintf(site, sizeof site, "s%d.example", i % 9);
		say(w, (struct said){ .at = CUT - HOUR - i,
				      .label = i % 3 - 1,
				      .site = arena_text(w->a, str_of(site)),
				      .topic = i % 2 ? "service" : "price" });
	}
	a = compose(w, AT_9);
	b = compose(w, AT_9);
	assert_true(str_eq(a.facts, b.facts) && str_eq(a.text, b.text) && str_eq(a.md, b.md) &&
		    str_eq(a.html, b.html));
}

static void
verify_finds_a_changed_figure(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };
	const char *says;
	struct digest_row r;
	char *facts;

	a_usual_day(w);
	r = compose(w, AT_9);
	assert_int_equal(digest_verify(w->store, w->zone, &r, w->a, &says, &e), 1);
	/* What comes later does not change what was said. */
	say(w, (struct said){ .at = AT_9 + 10, .published_at = CUT - 10, .label = -1 });
	assert_int_equal(digest_verify(w->store, w->zone, &r, w->a, &says, &e), 1);
	facts = arena_text(w->a, r.facts);
	strstr(facts, "\"value\":3")[8] = '4';
	r.facts = str_of(facts);
	assert_int_equal(digest_verify(w->store, w->zone, &r, w->a, &says, &e), 0);
	assert_string_equal(says, "its figures are not those of the record");
}

/* ---- bounds and hostile text ------------------------------------------------------------------------ */

static void
a_big_day_stays_small_on_paper(void **state)
{
	static struct watch_conf many[60];
	struct world *w = *state;
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
		say(w, (struct said){
			       .at = CUT - HOUR - i,
			       .label = -1,
			       .watch = arena_textf(w->a, "w%d", i % 10),
			       .site = arena_textf(w->a, "site-%d.example", i),
			       .url = arena_textf(w->a, "https://site-%d.example/%0900d", i, i),
			       .title = arena_textf(w->a, "%0*d<b>&\"", 300, i) });
	for (int i = 0; i < 50; i++)
		open_incident(w, arena_textf(w->a, "INC-2026-%04d", i), 2, "service", CUT - i);
	r = compose(w, AT_9);
	assert_true(r.html.n > 0 && r.html.n < 90 * 1024);
	assert_true(r.text.n > 0 && r.md.n > 0);
}

static size_t
screen_length(struct world *w, const struct digest_row *r)
{
	struct err e = { 0 };
	const struct json *s = json_get(json_parse(w->a, r->facts, &e), "screen");
	const struct json *know = json_get(s, "know");
	static const char *const parts[] = { "title", "verdict", "do", "blind" };
	size_t n = 0;

	assert_non_null(s);
	assert_true(json_count(know) <= 3);
	for (size_t i = 0; i < LY_COUNT(parts); i++)
		n += utf8_count(json_text(json_get(s, parts[i]), STR("")));
	for (size_t i = 0; i < json_count(know); i++)
		n += utf8_count(json_text(json_at(know, i), STR("")));
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
	struct world *w = *state;
	struct hostile h = { 7 };
	size_t shape[5] = { 0 };
	struct err e = { 0 };

	for (int round = 0; round < 1000; round++) {
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
		say(w, (struct said){ .at = CUT - HOUR,
				      .label = -1,
				      .title = title.p,
				      .site = site.p,
				      .author = title.p,
				      .topic = round % 3 ? "service" : title.p,
				      .url = round % 2 ? title.p : "https://ok.example/" });
		r = compose(w, AT_9);
		assert_true(screen_length(w, &r) <= SCREEN_MAX);
		assert_false(hostile_marks(r.text) || hostile_marks(r.md) ||
			     hostile_marks(r.html));
		now[0] = lines(r.text);
		now[1] = lines(r.md);
		now[2] = times(r.html, "<") - 2 * times(r.html, "<a href");
		now[3] = acting(r.md, '|');
		now[4] = acting(r.md, '*') + acting(r.md, '`') + times(r.md, "![");
		if (round < 2)
			memcpy(shape, now, sizeof shape);
		for (size_t i = 0; i < LY_COUNT(now); i++)
			if (now[i] != shape[i])
				fail_msg("shape %zu: %zu, not %zu, with title %s", i, now[i],
					 shape[i], title.p);
		assert_int_equal(times(r.html, "<a href"), times(r.html, "<a href=\"http"));
		assert_int_equal(times(r.html, "<script") + times(r.html, "<img"), 0);
		buf_release(&title);
		buf_release(&site);
	}
}

int
main(void)
{
#define WITH(t) cmocka_unit_test_setup_teardown(t, world_make, world_drop)
	static const struct CMUnitTest tests[] = {
		WITH(screen_one_says_verdict_news_one_act_and_blind_spots),
		WITH(platforms_that_matter_and_have_no_source_are_blind_spots),
		WITH(the_rest_shows_figures_with_ids_evidence_topics_and_definitions),
		WITH(too_little_is_said_and_enough_is_computed),
		WITH(mentions_belong_to_the_day_they_were_published_in),
		WITH(a_day_without_data_is_blind_not_calm),
		WITH(confidential_incidents_are_counted_and_not_named),
		WITH(erased_text_leaves_its_reason),
		WITH(english_digests_say_the_same),
		cmocka_unit_test(windows_end_at_the_cut_in_the_sites_zone),
		WITH(a_digest_is_made_at_its_time_once),
		WITH(each_reader_is_told_once_through_each_channel),
		WITH(a_downtime_is_caught_up_day_by_day_and_never_twice),
		WITH(what_was_rolled_back_is_made_again),
		WITH(files_follow_the_commit_and_come_back),
		WITH(the_same_record_gives_the_same_bytes),
		WITH(verify_finds_a_changed_figure),
		WITH(a_big_day_stays_small_on_paper),
		WITH(hostile_titles_stay_titles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
