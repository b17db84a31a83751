#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/audit.h"
#include "responder/draft.h"
#include "responder/draft_store.h"
#include "responder/entry.h"
#include "responder/incident_store.h"
#include "responder/record_store.h"
#include "responder/template.h"

#define T0 ((int64_t)1773100800) /* 2026-03-10T00:00:00Z, 08:00 in Shanghai */

struct world {
	char dir[64], facts[96];
	struct store *store;
	struct zone *zone;
	struct site_view site;
	struct watch_conf watch;
	struct responder_env env;
	struct draft_conf conf;
	struct drafts *drafts;
	struct incident incident;
	struct arena *a;
};

static void
write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static char *
read_text(struct world *w, const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = arena_alloc(w->a, 65536);

	if (!f)
		return NULL;
	text[fread(text, 1, 65535, f)] = 0;
	fclose(f);
	return text;
}

static void
reopen(struct world *w)
{
	struct err e = { 0 };

	drafts_free(w->drafts);
	w->drafts = drafts_new(&w->conf, &w->env, &e);
	if (!w->drafts)
		fail_msg("%s", e.text);
}

static int
world_make(void **state)
{
	static struct world w;
	struct err e = { 0 };

	memset(&w, 0, sizeof w);
	snprintf(w.dir, sizeof w.dir, "/tmp/langyan-draft-XXXXXX");
	assert_non_null(mkdtemp(w.dir));
	snprintf(w.facts, sizeof w.facts, "%s/facts.yaml", w.dir);
	write_text(w.facts,
		   "facts:\n  brand: 山脆\n  brand_en: Shancui\n  product: 山脆海苔脆片\n"
		   "  product_en: Shancui seaweed crisps\n  contact: 400-000-0000\n"
		   "  spokesperson: 山脆食品 公共事务部\n"
		   "  hub: https://shancui.example/n\n");
	w.a = arena_new();
	w.store = store_open(":memory:", &record_migrations, &e);
	w.zone = zone_open("Asia/Shanghai", &e);
	assert_true(w.store && w.zone);
	w.site = (struct site_view){ .name = STR("山脆"),
				     .zone = STR("Asia/Shanghai"),
				     .lang = STR("zh"),
				     .data = str_of(w.dir) };
	w.watch = (struct watch_conf){ .name = STR("shancui"), .title = STR("山脆") };
	w.env = (struct responder_env){ .store = w.store,
					.site = &w.site,
					.zone = w.zone,
					.watches = &w.watch,
					.watches_n = 1 };
	w.conf = (struct draft_conf){ .dir = STR("templates"),
				      .facts = str_of(w.facts),
				      .variants = 1 };
	w.incident = (struct incident){ .id = ID_OF(STR("i")),
					.number = STR("INC-2026-0001"),
					.watch = STR("shancui"),
					.topic = STR("food_safety"),
					.title = STR("山脆：食品安全"),
					.state = INCIDENT_ASSESSING,
					.level = 2,
					.grade = 2,
					.opened_at = T0,
					.first_mention_at = T0 - 1800,
					.version = 1 };
	reopen(&w);
	assert_int_equal(store_begin(w.store, &e), 0);
	assert_int_equal(incident_write(w.store, &w.incident, &e), 0);
	assert_int_equal(store_commit(w.store, &e), 0);
	*state = &w;
	return 0;
}

static int
world_drop(void **state)
{
	struct world *w = *state;
	const char *command = arena_textf(w->a, "rm -rf %s", w->dir);

	drafts_free(w->drafts);
	store_close(w->store);
	zone_close(w->zone);
	if (system(command) != 0)
		return -1;
	arena_free(w->a);
	return 0;
}

/* What the stage does before a move's drafts are asked for. */
static void
move_put(struct world *w, const struct move *m)
{
	struct audit_row row = { .seq = m->seq,
				 .incident = m->incident,
				 .at = m->at,
				 .event = STR("W2"),
				 .from_state = str_of(incident_state_words[m->from_state]),
				 .to_state = str_of(incident_state_words[m->to_state]),
				 .from_level = m->from_level,
				 .to_level = m->to_level,
				 .actor = STR("trigger:words"),
				 .reason = STR("r"),
				 .evidence = m->evidence };
	struct err e = { 0 };

	assert_int_equal(incident_write(w->store, &w->incident, &e), 0);
	assert_int_equal(move_write(w->store, &row, &e), 0);
	assert_int_equal(drafts_on_move(w->drafts, m, &e), 0);
}

static int
turn_at(struct world *w, int64_t now)
{
	struct err e = { 0 };
	struct incidents *s = incidents_new(&w->env, &e);
	int made;

	assert_non_null(s);
	assert_int_equal(store_begin(w->store, &e), 0);
	made = drafts_turn(w->drafts, s, now, &e);
	if (made < 0)
		fail_msg("%s", e.text);
	drafts_flush(w->drafts); /* not yet: the batch is open */
	assert_int_equal(store_commit(w->store, &e), 0);
	incidents_free(s);
	return made;
}

/* The next turn. */
static int
turn(struct world *w)
{
	return turn_at(w, T0 + 1);
}

static void
move(struct world *w, int64_t seq, int64_t from, int64_t to, int64_t now)
{
	static const enum incident_state states[] = { INCIDENT_NONE, INCIDENT_OPEN,
						      INCIDENT_ASSESSING, INCIDENT_RESPONDING };
	struct err e = { 0 };
	struct move m = { .seq = seq,
			  .incident = w->incident.id,
			  .at = now,
			  .event = EVENT_W2,
			  .from_state = states[from],
			  .to_state = states[to],
			  .from_level = from,
			  .to_level = to,
			  .evidence = STR("[{\"mention\":\"00112233445566778899aabbccddeeff\","
					  "\"digest\":\"ab\"}]") };

	w->incident.state = states[to];
	w->incident.level = to;
	assert_int_equal(store_begin(w->store, &e), 0);
	move_put(w, &m);
	assert_int_equal(store_commit(w->store, &e), 0);
	(void)turn(w);
	drafts_flush(w->drafts);
}

static int
name_add(void *arg, const struct draft_row *row)
{
	buf_addf(arg, "%.*s v%lld %.*s\n", STR_ARG(row->template), (long long)row->version,
		 STR_ARG(row->state));
	return 0;
}

static const char *
names(struct world *w)
{
	struct buf b = BUF(65536);
	struct err e = { 0 };
	const char *out;

	assert_int_equal(drafts_read(w->store, STR("INC-2026-0001"), 200, name_add, &b, &e), 0);
	out = arena_text(w->a, buf_str(&b));
	buf_release(&b);
	return out;
}

struct wanted {
	struct world *w;
	const char *template;
	struct draft_row row;
};

static int
row_take(void *arg, const struct draft_row *row)
{
	struct wanted *x = arg;
	struct err e;

	return str_is(row->template, x->template) &&
	       draft_read(x->w->store, &row->id, x->w->a, &x->row, &e) == 1;
}

static struct draft_row
row(struct world *w, const char *template)
{
	struct wanted x = { .w = w, .template = template };
	struct err e = { 0 };

	assert_int_equal(drafts_read(w->store, STR("INC-2026-0001"), 100, row_take, &x, &e), 1);
	return x.row;
}

static void
reaching_l2_drafts_a_holding_statement_and_a_reply_in_both_languages(void **state)
{
	struct world *w = *state;

	move(w, 1, 1, 2, T0);
	assert_string_equal(names(w), "en-food-safety-holding v1 generated\n"
				      "en-food-safety-reply v1 lint_passed\n"
				      "en-staff-note v1 generated\n"
				      "zh-food-safety-holding v1 generated\n"
				      "zh-food-safety-reply v1 lint_passed\n"
				      "zh-staff-note v1 generated\n");
}

static void
reaching_l3_drafts_the_pack_and_supersedes_what_was_there(void **state)
{
	struct world *w = *state;

	move(w, 1, 1, 2, T0);
	move(w, 2, 2, 3, T0 + 600);
	assert_string_equal(names(w), "en-food-safety-full v1 generated\n"
				      "en-food-safety-holding v2 generated\n"
				      "en-press-line v1 generated\n"
				      "en-sampling-cover v1 generated\n"
				      "en-staff-note v2 generated\n"
				      "zh-food-safety-full v1 generated\n"
				      "zh-food-safety-holding v2 generated\n"
				      "zh-food-safety-press v1 generated\n"
				      "zh-sampling-cover v1 generated\n"
				      "zh-staff-note v2 generated\n"
				      "en-food-safety-holding v1 superseded\n"
				      "en-food-safety-reply v1 lint_passed\n"
				      "en-staff-note v1 superseded\n"
				      "zh-food-safety-holding v1 superseded\n"
				      "zh-food-safety-reply v1 lint_passed\n"
				      "zh-staff-note v1 superseded\n");
}

static void
what_moves_nothing_drafts_nothing_and_a_move_drafts_once(void **state)
{
	struct world *w = *state;

	move(w, 1, 0, 1, T0);
	assert_string_equal(names(w), "");
	move(w, 2, 2, 2, T0);
	assert_string_equal(names(w), "");
	move(w, 3, 1, 2, T0);
	assert_int_equal(turn(w), 0);
	assert_int_equal(strlen(names(w)), strlen("en-food-safety-holding v1 generated\n"
						  "en-food-safety-reply v1 lint_passed\n"
						  "en-staff-note v1 generated\n"
						  "zh-food-safety-holding v1 generated\n"
						  "zh-food-safety-reply v1 lint_passed\n"
						  "zh-staff-note v1 generated\n"));
}

static void
a_topic_without_templates_of_its_own_gets_those_for_any(void **state)
{
	struct world *w = *state;

	w->incident.topic = STR("environment");
	move(w, 1, 1, 2, T0);
	assert_string_equal(names(w), "en-any-holding v1 generated\n"
				      "en-comment-reply v1 lint_passed\n"
				      "en-staff-note v1 generated\n"
				      "zh-any-holding v1 generated\n"
				      "zh-comment-reply v1 lint_passed\n"
				      "zh-staff-note v1 generated\n");
}

static void
the_text_draws_on_facts_and_the_record_and_shows_what_is_missing(void **state)
{
	struct world *w = *state;
	struct draft_row zh, en;

	move(w, 1, 1, 2, T0 + 60);
	zh = row(w, "zh-food-safety-holding");
	assert_string_equal(
		zh.text.p,
		"关于山脆海苔脆片有关反映的说明\n"
		"\n"
		"我们注意到，有消费者反映山脆海苔脆片存在食品安全问题。吃的东西让人不放心，这份"
		"担心我们理解，也很抱歉让大家担心。\n"
		"\n"
		"目前已知：我们最早在3月10日07:30看到相关反映。\n"
		"\n"
		"尚未查清：涉及哪些批号、问题出在哪一环、还有没有其他产品受影响。没有查清以前，"
		"我们不作推测。\n"
		"\n"
		"请您先这样做：手上有这款产品的，请暂时不要食用，保留实物、包装和购买凭证；食用"
		"后感到不舒服的，请及时就医，并留好病历和票据。\n"
		"\n"
		"我们正在做：【待补：正在做的事，一句话，不带句号】。\n"
		"\n"
		"下一次更新：3月10日10:30前，不论有没有结论，我们都会在这一页说明进展：https://"
		"shancui.example/n\n"
		"联系我们：400-000-0000，有专人接听。\n"
		"\n"
		"山脆食品 公共事务部\n"
		"2026年3月10日\n");
	assert_string_equal(
		zh.gaps.p,
		"[{\"slot\":\"action_now\",\"wants\":\"正在做的事，一句话，不带句号\"}]");
	assert_string_equal(
		zh.evidence.p,
		"{\"product\":{\"fact\":\"product\"},\"concern\":{\"mentions\":"
		"[\"00112233445566778899aabbccddeeff\"]},\"first_seen\":{\"incident\":"
		"\"first_mention_at\"},\"next_update\":{\"move\":1},\"hub\":{\"fact\":\"hub\"},"
		"\"contact\":{\"fact\":"
		"\"contact\"},"
		"\"spokesperson\":{\"fact\":\"spokesperson\"},\"date\":{\"move\":1}}");
	assert_non_null(strstr(zh.lint.p, "\"rule\":\"any.gap\""));
	en = row(w, "en-food-safety-holding");
	assert_non_null(strstr(en.text.p, "Reports about Shancui seaweed crisps\n"));
	assert_non_null(
		strstr(en.text.p, "The first reached us at 07:30 on 10 March (UTC+8)."));
	assert_non_null(strstr(en.text.p, "Next update: by 10:30 on 10 March (UTC+8)"));
	assert_non_null(strstr(en.text.p, "Shancui, 10 March 2026\n"));
}

static void
a_chinese_fact_never_stands_in_an_english_text(void **state)
{
	struct world *w = *state;

	write_text(w->facts,
		   "facts: { brand: 山脆, product: 山脆海苔脆片, contact: 400-000-0000 }\n");
	reopen(w);
	move(w, 1, 1, 2, T0);
	assert_non_null(strstr(row(w, "en-food-safety-holding").text.p,
			       "[TO FILL: full product name]"));
	assert_non_null(strstr(row(w, "en-food-safety-reply").text.p, "400-000-0000"));
}

static void
each_draft_becomes_a_file_and_a_lost_file_comes_back(void **state)
{
	struct world *w = *state;
	const char *path =
		arena_textf(w->a, "%s/drafts/INC-2026-0001/zh-food-safety-reply.md", w->dir);
	const char *second = arena_textf(
		w->a, "%s/drafts/INC-2026-0001/zh-food-safety-holding.2.md", w->dir);
	const char *text;

	move(w, 1, 1, 2, T0);
	move(w, 2, 2, 3, T0 + 60);
	text = read_text(w, path);
	assert_non_null(text);
	assert_non_null(strstr(
		text, "---\nincident: \"INC-2026-0001\"\ntemplate: \"zh-food-safety-reply\"\n"
		      "kind: reply\nlanguage: zh\nstate: lint_passed\nversion: 1\n"
		      "made: \"2026-03-10 08:00\"\n"));
	assert_non_null(strstr(text, "gaps: []\nlint: []\n---\n您和家人现在怎么样"));
	assert_non_null(read_text(w, second));
	write_text(second, "edited by a person\n");
	assert_int_equal(unlink(path), 0);
	reopen(w); /* as after a crash between commit and file */
	drafts_flush(w->drafts);
	assert_non_null(read_text(w, path));
	assert_string_equal(read_text(w, second), "edited by a person\n");
}

static void
what_was_rolled_back_leaves_no_file(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };
	struct move m = { .seq = 1,
			  .incident = w->incident.id,
			  .at = T0,
			  .from_state = INCIDENT_OPEN,
			  .to_state = INCIDENT_ASSESSING,
			  .from_level = 1,
			  .to_level = 2 };

	assert_int_equal(store_begin(w->store, &e), 0);
	move_put(w, &m);
	store_rollback(w->store);
	reopen(w);
	assert_int_equal(drafts_due(w->drafts), INT64_MAX);
	assert_int_equal(turn(w), 0);
	drafts_flush(w->drafts);
	assert_int_equal(access(arena_textf(w->a, "%s/drafts", w->dir), F_OK), -1);
}

static void
what_waits_is_made_after_a_crash_as_of_the_time_of_its_move(void **state)
{
	struct world *w = *state;
	struct move m = { .seq = 1,
			  .incident = w->incident.id,
			  .at = T0,
			  .from_state = INCIDENT_OPEN,
			  .to_state = INCIDENT_ASSESSING,
			  .from_level = 1,
			  .to_level = 2 };
	struct err e = { 0 };

	assert_int_equal(store_begin(w->store, &e), 0);
	move_put(w, &m);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_string_equal(names(w), "");
	reopen(w);
	assert_int_equal(drafts_due(w->drafts), T0);
	assert_int_equal(turn(w), 1);
	assert_int_equal(drafts_due(w->drafts), INT64_MAX);
	assert_int_equal(row(w, "zh-food-safety-holding").at, T0);
	assert_int_equal(turn(w), 0);
}

static void
an_incident_that_has_ended_since_gets_no_drafts(void **state)
{
	struct world *w = *state;
	struct move m = { .seq = 1,
			  .incident = w->incident.id,
			  .at = T0,
			  .from_state = INCIDENT_OPEN,
			  .to_state = INCIDENT_ASSESSING,
			  .from_level = 1,
			  .to_level = 2 };
	struct err e = { 0 };

	w->incident.state = INCIDENT_CLOSED;
	w->incident.closed_at = T0 + 60;
	assert_int_equal(store_begin(w->store, &e), 0);
	move_put(w, &m);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_int_equal(turn(w), 1);
	assert_int_equal(drafts_due(w->drafts), INT64_MAX);
	assert_string_equal(names(w), "");
}

static void
a_rehearsal_without_senders_writes_no_files(void **state)
{
	struct world *w = *state;

	w->env.send = SEND_SINK;
	move(w, 1, 1, 2, T0);
	assert_int_equal(access(arena_textf(w->a, "%s/drafts", w->dir), F_OK), -1);
	assert_int_equal(row(w, "zh-food-safety-reply").version, 1);
}

static void
mistakes_in_facts_and_templates_are_told_with_their_place(void **state)
{
	struct world *w = *state;
	struct err e = { 0 };
	char dir[128], path[192];

	write_text(w->facts, "facts:\n  brand: [山脆]\n");
	assert_null(drafts_new(&w->conf, &w->env, &e));
	assert_non_null(strstr(e.text, "facts.yaml:2:10"));
	write_text(w->facts, "facts: {}\n");
	snprintf(dir, sizeof dir, "%s/templates", w->dir);
	mkdir(dir, 0700);
	snprintf(path, sizeof path, "%s/zh", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/zh/a.md", dir);
	write_text(path, "---\nid: a\nlanguage: zh\nscenario: [any]\nkind: "
			 "reply\nchannel: [site]\n---\n一\n二{{braand}}\n");
	w->conf.dir = str_of(dir);
	assert_null(drafts_new(&w->conf, &w->env, &e));
	assert_non_null(
		strstr(e.text, "/templates/zh/a.md:9: slots: does not declare \"braand\""));
	write_text(path, "---\nid: a\nlanguage: en\nscenario: [any]\nkind: reply\nchannel: "
			 "[site]\n---\nx\n");
	assert_null(drafts_new(&w->conf, &w->env, &e));
	assert_non_null(strstr(e.text, "language: en, but it lies in zh/"));
}

/* ---- which ---------------------------------------------------------------------------------------- */

static void
say_at(struct world *w, int64_t at, const char *kind, const char *key, const char *value)
{
	struct err e = { 0 };
	struct entry x = { .incident = w->incident.id,
			   .at = at,
			   .kind = str_of(kind),
			   .key = str_of(key),
			   .actor = STR("unix:anna"),
			   .value = str_of(value),
			   .salt = STR("0123456789abcdef") };

	assert_int_equal(store_begin(w->store, &e), 0);
	if (entry_append(w->store, &x, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(store_commit(w->store, &e), 0);
}

static void
say(struct world *w, const char *kind, const char *key, const char *value)
{
	say_at(w, T0, kind, key, value);
}

static void
what_waited_for_days_knows_what_was_known_then_and_promises_nothing_past(void **state)
{
	struct world *w = *state;
	struct move m = { .seq = 1,
			  .incident = w->incident.id,
			  .at = T0,
			  .from_state = INCIDENT_OPEN,
			  .to_state = INCIDENT_ASSESSING,
			  .from_level = 1,
			  .to_level = 2 };
	struct draft_row r;
	struct err e = { 0 };

	say(w, "fact", "batch", "{\"value\":\"20260310A\",\"status\":\"confirmed\"}");
	assert_int_equal(store_begin(w->store, &e), 0);
	move_put(w, &m);
	assert_int_equal(store_commit(w->store, &e), 0);
	say_at(w, T0 + 1, "fact", "batch",
	       "{\"value\":\"20260311B\",\"status\":\"confirmed\"}");
	assert_int_equal(turn_at(w, T0 + 3 * 86400), 1);
	r = row(w, "zh-food-safety-holding");
	assert_int_equal(r.at, T0);
	assert_non_null(strstr(r.text.p, "涉及产品的批号为20260310A。"));
	assert_true(r.promise_at > T0 + 3 * 86400);
	assert_non_null(strstr(r.text.p, "3月13日"));
	assert_int_equal(r.promise_at % 1800, 0);
}

static void
there_are_variants_to_choose_from(void **state)
{
	struct world *w = *state;

	w->conf.variants = 2;
	reopen(w);
	move(w, 1, 1, 2, T0);
	assert_string_equal(names(w), "en-any-holding v1 generated\n"
				      "en-comment-reply v1 lint_passed\n"
				      "en-food-safety-holding v1 generated\n"
				      "en-food-safety-reply v1 lint_passed\n"
				      "en-staff-note v1 generated\n"
				      "zh-any-holding v1 generated\n"
				      "zh-comment-reply v1 lint_passed\n"
				      "zh-food-safety-holding v1 generated\n"
				      "zh-food-safety-reply v1 lint_passed\n"
				      "zh-staff-note v1 generated\n");
}

/* Who can publish nowhere but inside gets no statement drafted. */
static void
only_what_has_a_channel_is_drafted(void **state)
{
	static struct str inside[] = { STR_INIT("internal") };
	struct world *w = *state;

	w->conf.channels = (struct conf_texts){ inside, 1 };
	reopen(w);
	move(w, 1, 1, 2, T0);
	assert_string_equal(names(w), "en-staff-note v1 generated\n"
				      "zh-staff-note v1 generated\n");
}

/* An untrue rumour about us is no reason to pay and repent; while nothing is assessed, that is
 * prepared. */
static void
what_the_assessment_blocks_is_not_drafted(void **state)
{
	struct world *w = *state;

	move(w, 1, 1, 3, T0);
	assert_non_null(strstr(names(w), "zh-food-safety-full v1"));
	say(w, "assessment", "",
	    "{\"type\":\"rumour\",\"fault\":\"no\",\"history\":\"no\",\"reputation\":\"2\"}");
	say(w, "claim", "1", "{\"text\":\"x\",\"truth\":\"untrue\"}");
	move(w, 2, 1, 3, T0 + 60);
	assert_null(strstr(names(w), "zh-food-safety-full v2"));
	assert_non_null(strstr(names(w), "zh-food-safety-holding v2"));
	/* Another claim is true and ours: now it has its place again. */
	say(w, "assessment", "",
	    "{\"type\":\"human_error\",\"fault\":\"yes\",\"history\":\"no\",\"reputation\":"
	    "\"2\"}");
	say(w, "claim", "2", "{\"text\":\"y\",\"truth\":\"true\"}");
	move(w, 3, 1, 3, T0 + 120);
	assert_non_null(strstr(names(w), "zh-food-safety-full v2"));
}

/* ---- what fills ----------------------------------------------------------------------------------- */

static void
confirmed_facts_of_the_incident_fill_and_others_hide(void **state)
{
	struct world *w = *state;
	struct draft_row r;

	say(w, "fact", "batch",
	    "{\"value\":\"20260310A\",\"status\":\"confirmed\",\"source\":\"plant\"}");
	say(w, "fact", "action_now",
	    "{\"value\":\"3月10日09:00起逐店核对库存\",\"status\":\"confirmed\"}");
	say(w, "fact", "product", "{\"value\":\"别的\",\"status\":\"unconfirmed\"}");
	move(w, 1, 1, 2, T0);
	r = row(w, "zh-food-safety-holding");
	assert_non_null(strstr(r.text.p, "涉及产品的批号为20260310A。"));
	assert_non_null(strstr(r.evidence.p, "\"batch\":{\"incident_fact\":\"batch\"}"));
	assert_non_null(strstr(r.text.p, "【待补：产品全名（有这一条事实，但还没有人确认）】"));
	say(w, "fact", "product", "{\"value\":\"山脆海苔脆片40克\",\"status\":\"confirmed\"}");
	move(w, 2, 1, 2, T0 + 60);
	r = row(w, "zh-food-safety-holding");
	assert_non_null(strstr(r.text.p, "关于山脆海苔脆片40克有关反映的说明"));
	assert_string_equal(r.state.p, "lint_passed");
	assert_string_equal(r.gaps.p, "[]");
}

static void
a_brand_has_its_own_file_of_facts(void **state)
{
	struct world *w = *state;
	const char *dir = arena_textf(w->a, "%s/facts", w->dir);

	assert_int_equal(mkdir(dir, 0700), 0);
	write_text(arena_textf(w->a, "%s/all.yaml", dir),
		   "facts: { contact: 400-000-0000, product: 集团产品 }\n");
	write_text(arena_textf(w->a, "%s/shancui.yaml", dir), "facts: { product: 海苔脆片 }\n");
	write_text(arena_textf(w->a, "%s/other.yaml", dir), "facts: { product: 别家的 }\n");
	w->conf.facts = str_of(dir);
	reopen(w);
	move(w, 1, 1, 2, T0);
	assert_non_null(
		strstr(row(w, "zh-food-safety-holding").text.p, "关于海苔脆片有关反映"));
	assert_non_null(strstr(row(w, "zh-food-safety-reply").text.p, "400-000-0000"));
}

/* What people say stands in our words; its evidence names the mentions. */
static void
people_are_heard_in_our_words(void **state)
{
	struct world *w = *state;
	struct draft_row r;

	w->incident.topic = STR("environment");
	move(w, 1, 1, 2, T0);
	r = row(w, "zh-any-holding");
	assert_non_null(strstr(r.text.p, "有居民反映周边环境受到影响"));
	assert_non_null(strstr(r.evidence.p, "\"told\":{\"mentions\":"
					     "[\"00112233445566778899aabbccddeeff\"]}"));
	assert_non_null(strstr(row(w, "en-any-holding").text.p,
			       "neighbours say that their surroundings suffer"));
}

static void
nobody_is_quoted_without_consent(void **state)
{
	struct world *w = *state;
	char path[192];
	const char *dir = arena_textf(w->a, "%s/templates", w->dir);

	snprintf(path, sizeof path, "%s/zh", dir);
	assert_true(mkdir(dir, 0700) == 0 && mkdir(path, 0700) == 0);
	snprintf(path, sizeof path, "%s/zh/q.md", dir);
	write_text(path,
		   "---\nid: q\nlanguage: zh\nscenario: [any]\nkind: holding\n"
		   "channel: [site]\nslots: { words: { type: quote, wants: 原话 } }\n---\n"
		   "一位顾客说：{{words}}\n");
	w->conf.dir = str_of(dir);
	write_text(w->facts, "facts: { words: 打开就看到了 }\n");
	reopen(w);
	move(w, 1, 1, 2, T0);
	assert_string_equal(row(w, "q").text.p,
			    "一位顾客说：【待补：原话（没有记录当事人的同意）】\n");
	write_text(w->facts,
		   "facts: { words: 打开就看到了, words_consent: 3月10日短信确认 }\n");
	reopen(w);
	move(w, 2, 1, 2, T0);
	assert_string_equal(row(w, "q").text.p, "一位顾客说：打开就看到了\n");
	w->incident.topic = STR("injury");
	move(w, 3, 1, 2, T0);
	assert_string_equal(row(w, "q").text.p,
			    "一位顾客说：【待补：原话（这类事情不引用任何人的原话）】\n");
}

/* ---- asked for ------------------------------------------------------------------------------------ */

static void
made_add(void *arg, const struct draft_made *x)
{
	buf_addf(arg, "%.*s v%lld %.*s %zu\n", STR_ARG(x->template), (long long)x->version,
		 STR_ARG(x->state), x->gaps);
}

static const char *
ask(struct world *w, const char *template, int64_t now)
{
	struct move m = { .seq = 1, .incident = w->incident.id, .to_level = 2 };
	struct buf b = BUF(8192);
	struct err e = { 0 };
	const char *said;

	assert_int_equal(store_begin(w->store, &e), 0);
	if (drafts_asked(w->drafts, &w->incident, &m, str_of(template), now, made_add, &b, &e) <
	    0)
		fail_msg("%s", e.text);
	assert_int_equal(store_commit(w->store, &e), 0);
	said = arena_text(w->a, buf_str(&b));
	buf_release(&b);
	return said;
}

/* Closings, updates and answers to complaints are never drafted by themselves. */
static void
a_person_may_ask_for_any_template(void **state)
{
	struct world *w = *state;

	assert_string_equal(ask(w, "zh-complaint-reply", T0),
			    "zh-complaint-reply v1 generated 5\n");
	assert_string_equal(ask(w, "zh-nothing", T0), "");
	assert_string_equal(names(w), "zh-complaint-reply v1 generated\n");
}

/* With new facts what stands is made anew; what would read the same is left. */
static void
all_that_stands_is_made_anew_where_facts_changed_it(void **state)
{
	struct world *w = *state;

	move(w, 1, 1, 2, T0);
	say(w, "fact", "batch", "{\"value\":\"20260310A\",\"status\":\"confirmed\"}");
	assert_string_equal(ask(w, "all", T0), "en-food-safety-holding v2 generated 1\n"
					       "en-food-safety-reply v1 lint_passed 0\n"
					       "en-staff-note v1 generated 3\n"
					       "zh-food-safety-holding v2 generated 1\n"
					       "zh-food-safety-reply v1 lint_passed 0\n"
					       "zh-staff-note v1 generated 3\n");
	say(w, "fact", "batch", "{\"value\":\"20260310B\",\"status\":\"confirmed\"}");
	assert_non_null(strstr(ask(w, "all", T0), "zh-food-safety-holding v3 generated 1\n"));
	assert_non_null(strstr(row(w, "zh-food-safety-holding").text.p, "20260310B"));
	assert_non_null(strstr(names(w), "zh-food-safety-holding v2 superseded\n"));
}

int
main(void)
{
#define WITH(t) cmocka_unit_test_setup_teardown(t, world_make, world_drop)
	static const struct CMUnitTest tests[] = {
		WITH(reaching_l2_drafts_a_holding_statement_and_a_reply_in_both_languages),
		WITH(reaching_l3_drafts_the_pack_and_supersedes_what_was_there),
		WITH(what_moves_nothing_drafts_nothing_and_a_move_drafts_once),
		WITH(a_topic_without_templates_of_its_own_gets_those_for_any),
		WITH(the_text_draws_on_facts_and_the_record_and_shows_what_is_missing),
		WITH(a_chinese_fact_never_stands_in_an_english_text),
		WITH(each_draft_becomes_a_file_and_a_lost_file_comes_back),
		WITH(what_was_rolled_back_leaves_no_file),
		WITH(what_waits_is_made_after_a_crash_as_of_the_time_of_its_move),
		WITH(an_incident_that_has_ended_since_gets_no_drafts),
		WITH(a_rehearsal_without_senders_writes_no_files),
		WITH(what_waited_for_days_knows_what_was_known_then_and_promises_nothing_past),
		WITH(there_are_variants_to_choose_from),
		WITH(only_what_has_a_channel_is_drafted),
		WITH(what_the_assessment_blocks_is_not_drafted),
		WITH(confirmed_facts_of_the_incident_fill_and_others_hide),
		WITH(a_brand_has_its_own_file_of_facts),
		WITH(people_are_heard_in_our_words),
		WITH(nobody_is_quoted_without_consent),
		WITH(a_person_may_ask_for_any_template),
		WITH(all_that_stands_is_made_anew_where_facts_changed_it),
		WITH(mistakes_in_facts_and_templates_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
