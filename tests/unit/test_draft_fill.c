/* Drafts: what fills their gaps, and those a person asks for. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/draft_world.h"
#include "tests/support/folder.h"

#define T0 DRAFT_WORLD_T0

static void
the_text_draws_on_facts_and_the_record_and_shows_what_is_missing(void **state)
{
	struct draft_world *w = *state;
	struct draft_row zh, en;

	draft_world_move(w, 1, 1, 2, T0 + 60);
	zh = draft_world_row(w, "zh-food-safety-holding");
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
	en = draft_world_row(w, "en-food-safety-holding");
	assert_non_null(strstr(en.text.p, "Reports about Shancui seaweed crisps\n"));
	assert_non_null(
		strstr(en.text.p, "The first reached us at 07:30 on 10 March (UTC+8)."));
	assert_non_null(strstr(en.text.p, "Next update: by 10:30 on 10 March (UTC+8)"));
	assert_non_null(strstr(en.text.p, "Shancui, 10 March 2026\n"));
}

static void
a_chinese_fact_never_stands_in_an_english_text(void **state)
{
	struct draft_world *w = *state;

	folder_put(w->facts,
		   "facts: { brand: 山脆, product: 山脆海苔脆片, contact: 400-000-0000 }\n");
	draft_world_reopen(w);
	draft_world_move(w, 1, 1, 2, T0);
	assert_non_null(strstr(draft_world_row(w, "en-food-safety-holding").text.p,
			       "[TO FILL: full product name]"));
	assert_non_null(
		strstr(draft_world_row(w, "en-food-safety-reply").text.p, "400-000-0000"));
}

static void
confirmed_facts_of_the_incident_fill_and_others_hide(void **state)
{
	struct draft_world *w = *state;
	struct draft_row r;

	draft_world_say(
		w, "fact", "batch",
		"{\"value\":\"20260310A\",\"status\":\"confirmed\",\"source\":\"plant\"}");
	draft_world_say(w, "fact", "action_now",
			"{\"value\":\"3月10日09:00起逐店核对库存\",\"status\":\"confirmed\"}");
	draft_world_say(w, "fact", "product",
			"{\"value\":\"别的\",\"status\":\"unconfirmed\"}");
	draft_world_move(w, 1, 1, 2, T0);
	r = draft_world_row(w, "zh-food-safety-holding");
	assert_non_null(strstr(r.text.p, "涉及产品的批号为20260310A。"));
	assert_non_null(strstr(r.evidence.p, "\"batch\":{\"incident_fact\":\"batch\"}"));
	assert_non_null(strstr(r.text.p, "【待补：产品全名（有这一条事实，但还没有人确认）】"));
	draft_world_say(w, "fact", "product",
			"{\"value\":\"山脆海苔脆片40克\",\"status\":\"confirmed\"}");
	draft_world_move(w, 2, 1, 2, T0 + 60);
	r = draft_world_row(w, "zh-food-safety-holding");
	assert_non_null(strstr(r.text.p, "关于山脆海苔脆片40克有关反映的说明"));
	assert_string_equal(r.state.p, "lint_passed");
	assert_string_equal(r.gaps.p, "[]");
}

static void
a_brand_has_its_own_file_of_facts(void **state)
{
	struct draft_world *w = *state;
	const char *dir = arena_textf(w->a, "%s/facts", w->dir);

	assert_int_equal(mkdir(dir, 0700), 0);
	folder_put(arena_textf(w->a, "%s/all.yaml", dir),
		   "facts: { contact: 400-000-0000, product: 集团产品 }\n");
	folder_put(arena_textf(w->a, "%s/shancui.yaml", dir), "facts: { product: 海苔脆片 }\n");
	folder_put(arena_textf(w->a, "%s/other.yaml", dir), "facts: { product: 别家的 }\n");
	w->conf.facts = str_of(dir);
	draft_world_reopen(w);
	draft_world_move(w, 1, 1, 2, T0);
	assert_non_null(strstr(draft_world_row(w, "zh-food-safety-holding").text.p,
			       "关于海苔脆片有关反映"));
	assert_non_null(
		strstr(draft_world_row(w, "zh-food-safety-reply").text.p, "400-000-0000"));
}

/* What people say stands in our words; its evidence names the mentions. */
static void
people_are_heard_in_our_words(void **state)
{
	struct draft_world *w = *state;
	struct draft_row r;

	w->incident.topic = STR("environment");
	draft_world_move(w, 1, 1, 2, T0);
	r = draft_world_row(w, "zh-any-holding");
	assert_non_null(strstr(r.text.p, "有居民反映周边环境受到影响"));
	assert_non_null(strstr(r.evidence.p, "\"told\":{\"mentions\":"
					     "[\"00112233445566778899aabbccddeeff\"]}"));
	assert_non_null(strstr(draft_world_row(w, "en-any-holding").text.p,
			       "neighbours say that their surroundings suffer"));
}

static void
nobody_is_quoted_without_consent(void **state)
{
	struct draft_world *w = *state;
	char path[192];
	const char *dir = arena_textf(w->a, "%s/templates", w->dir);

	snprintf(path, sizeof path, "%s/zh", dir);
	assert_true(mkdir(dir, 0700) == 0 && mkdir(path, 0700) == 0);
	snprintf(path, sizeof path, "%s/zh/q.md", dir);
	folder_put(path,
		   "---\nid: q\nlanguage: zh\nscenario: [any]\nkind: holding\n"
		   "channel: [site]\nslots: { words: { type: quote, wants: 原话 } }\n---\n"
		   "一位顾客说：{{words}}\n");
	w->conf.dir = str_of(dir);
	folder_put(w->facts, "facts: { words: 打开就看到了 }\n");
	draft_world_reopen(w);
	draft_world_move(w, 1, 1, 2, T0);
	assert_string_equal(draft_world_row(w, "q").text.p,
			    "一位顾客说：【待补：原话（没有记录当事人的同意）】\n");
	folder_put(w->facts,
		   "facts: { words: 打开就看到了, words_consent: 3月10日短信确认 }\n");
	draft_world_reopen(w);
	draft_world_move(w, 2, 1, 2, T0);
	assert_string_equal(draft_world_row(w, "q").text.p, "一位顾客说：打开就看到了\n");
	w->incident.topic = STR("injury");
	draft_world_move(w, 3, 1, 2, T0);
	assert_string_equal(draft_world_row(w, "q").text.p,
			    "一位顾客说：【待补：原话（这类事情不引用任何人的原话）】\n");
}

static void
made_add(void *arg, const struct draft_made *x)
{
	buf_addf(arg, "%.*s v%lld %.*s %zu\n", STR_ARG(x->template), (long long)x->version,
		 STR_ARG(x->state), x->gaps);
}

static const char *
ask(struct draft_world *w, const char *template, int64_t now)
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
	struct draft_world *w = *state;

	assert_string_equal(ask(w, "zh-complaint-reply", T0),
			    "zh-complaint-reply v1 generated 5\n");
	assert_string_equal(ask(w, "zh-nothing", T0), "");
	assert_string_equal(draft_world_names(w), "zh-complaint-reply v1 generated\n");
}

/* With new facts what stands is made anew; what would read the same is left. */
static void
all_that_stands_is_made_anew_where_facts_changed_it(void **state)
{
	struct draft_world *w = *state;

	draft_world_move(w, 1, 1, 2, T0);
	draft_world_say(w, "fact", "batch",
			"{\"value\":\"20260310A\",\"status\":\"confirmed\"}");
	assert_string_equal(ask(w, "all", T0), "en-food-safety-holding v2 generated 1\n"
					       "en-food-safety-reply v1 lint_passed 0\n"
					       "en-staff-note v1 generated 3\n"
					       "zh-food-safety-holding v2 generated 1\n"
					       "zh-food-safety-reply v1 lint_passed 0\n"
					       "zh-staff-note v1 generated 3\n");
	draft_world_say(w, "fact", "batch",
			"{\"value\":\"20260310B\",\"status\":\"confirmed\"}");
	assert_non_null(strstr(ask(w, "all", T0), "zh-food-safety-holding v3 generated 1\n"));
	assert_non_null(
		strstr(draft_world_row(w, "zh-food-safety-holding").text.p, "20260310B"));
	assert_non_null(strstr(draft_world_names(w), "zh-food-safety-holding v2 superseded\n"));
}

int
main(void)
{
#define WITH(t) cmocka_unit_test_setup_teardown(t, draft_world_make, draft_world_drop)
	static const struct CMUnitTest tests[] = {
		WITH(the_text_draws_on_facts_and_the_record_and_shows_what_is_missing),
		WITH(a_chinese_fact_never_stands_in_an_english_text),
		WITH(confirmed_facts_of_the_incident_fill_and_others_hide),
		WITH(a_brand_has_its_own_file_of_facts),
		WITH(people_are_heard_in_our_words),
		WITH(nobody_is_quoted_without_consent),
		WITH(a_person_may_ask_for_any_template),
		WITH(all_that_stands_is_made_anew_where_facts_changed_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
