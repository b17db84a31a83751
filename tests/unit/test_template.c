#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/lint.h"
#include "responder/template.h"

#define HEAD                                                                                      \
	"---\nid: t\nlanguage: zh\nscenario: [any]\nkind: holding\nslots: { a: 甲是什么, b: " \
	"乙是什么 }\n---\n"

static struct template *
parse(const char *text)
{
	struct err e = { 0 };
	struct template *t = template_parse(str_of(text), "t.md", &e);

	if (!t)
		fail_msg("%s", e.text);
	return t;
}

struct values {
	const char *a, *b;
};

static bool
find(void *arg, const struct template *t, struct str slot, struct template_value *out)
{
	const struct values *v = arg;
	const char *text = str_is(slot, "a") ? v->a : str_is(slot, "b") ? v->b : "X";

	(void)t;
	if (!text)
		return false;
	*out = (struct template_value){ str_of(text), STR("{\"fact\":\"f\"}") };
	return true;
}

static struct template_out
render(const struct template *t, const char *a, const char *b)
{
	struct values v = { a, b };
	struct template_source src = { find, &v };
	struct template_out o = template_out_new();

	template_render(t, &src, &o);
	return o;
}

static void
slots_and_sections_are_filled(void **state)
{
	static const struct {
		const char *body, *a, *b, *text, *gaps, *evidence;
	} cases[] = {
		{ "甲={{a}} 乙={{b}}\n", "1", "2", "甲=1 乙=2\n", "[]",
		  "{\"a\":{\"fact\":\"f\"},\"b\":{\"fact\":\"f\"}}" },
		{ "{{a}}{{b}}", "1", NULL, "1【待补：乙是什么】",
		  "[{\"slot\":\"b\",\"wants\":\"乙是什么\"}]", "{\"a\":{\"fact\":\"f\"}}" },
		{ "{{a}}{{b}}", "  ", "", "【待补：甲是什么】【待补：乙是什么】",
		  "[{\"slot\":\"a\",\"wants\":\"甲是什么\"},{\"slot\":\"b\",\"wants\":"
		  "\"乙是什么\"}]",
		  "{}" },
		{ "{{b}}{{#a}}有{{a}}{{/a}}{{^a}}没有{{/a}}。", "1", "2", "2有1。", "[]",
		  "{\"b\":{\"fact\":\"f\"},\"a\":{\"fact\":\"f\"}}" },
		{ "{{b}}{{#a}}有{{a}}{{/a}}{{^a}}没有{{/a}}。", NULL, "2", "2没有。", "[]",
		  "{\"b\":{\"fact\":\"f\"}}" },
		{ "{{#a}}{{b}}{{/a}}{{b}}{{b}}", NULL, NULL,
		  "【待补：乙是什么】【待补：乙是什么】",
		  "[{\"slot\":\"b\",\"wants\":\"乙是什么\"}]", "{}" },
		{ "{{a}}{{b}}", "{{b}}", "{{#a}}", "{{b}}{{#a}}", "[]",
		  "{\"a\":{\"fact\":\"f\"},\"b\":{\"fact\":\"f\"}}" },
		{ "{{a}}{{b}}", "x\ny\t\x01z", "\xE2\x80\xAE左", "x y z左", "[]",
		  "{\"a\":{\"fact\":\"f\"},\"b\":{\"fact\":\"f\"}}" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf text = BUF(4096);
		struct template *t;
		struct template_out o;

		buf_add(&text, STR(HEAD));
		buf_add(&text, str_of(cases[i].body));
		t = parse(text.p);
		o = render(t, cases[i].a, cases[i].b);
		assert_string_equal(o.text.p, cases[i].text);
		assert_string_equal(o.gaps.p, cases[i].gaps);
		assert_string_equal(o.evidence.p, cases[i].evidence);
		template_out_release(&o);
		template_free(t);
		buf_release(&text);
	}
}

static void
mistakes_are_told_with_file_and_line(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "hello\n", "t.md:1: a template begins with a line \"---\"" },
		{ "---\nid: x\n", "t.md:1: the head is not closed by a line \"---\"" },
		{ HEAD "甲{{a}}乙\n{{bb}}{{b}}", "t.md:9: slots: does not declare \"bb\"" },
		{ HEAD "{{a}} only",
		  "t.md:1: slots: declares what the body does not use: \"b\"" },
		{ HEAD "\n{{a}\n}{{b}}",
		  "t.md:9: \"{{\" is not closed on its line before \"a}" },
		{ HEAD "a}} {{a}}{{b}}", "t.md:8: \"}}\" without \"{{\" in \"a}}\"" },
		{ HEAD "{{A b}}", "t.md:8: not a slot: \"A b\"" },
		{ HEAD "{{}}", "t.md:8: not a slot: \"\"" },
		{ HEAD "{{#a}}\n{{#b}}", "t.md:9: a section within a section: \"b\"" },
		{ HEAD "{{b}}\n{{#a}}", "t.md:9: a section is not closed: \"a\"" },
		{ HEAD "{{/a}}", "t.md:8: ends a section that is not open: \"a\"" },
		{ HEAD "{{#a}}{{/b}}", "t.md:8: ends a section that is not open: \"b\"" },
		{ HEAD "{{a}}\x01{{b}}", "t.md:1: not UTF-8 text" },
		{ "---\nid: t\nlangauge: zh\nscenario: [any]\nkind: holding\n---\n",
		  "t.md:1:1: language is missing" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: holdin\n---\n", "t.md:5:" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nstrategy: [deny, "
		  "rebuild]\n---\n",
		  "t.md:6:11: deny cannot stand beside diminish or rebuild" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nstrategy: "
		  "[denial]\n---\n",
		  "there is no strategy \"denial\"" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nslots: { number: x "
		  "}\n---\n",
		  "slot \"number\" is filled by langyan: leave it out" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nslots: { a: \"\" "
		  "}\n---\n",
		  "slot \"a\" does not say what to fill in" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		struct template *t = template_parse(str_of(cases[i].text), "t.md", &e);

		if (t)
			fail_msg("taken: %s", cases[i].text);
		assert_int_equal(e.kind, ERR_USAGE);
		if (!strstr(e.text, cases[i].says))
			fail_msg("says: %s\nshould: %s", e.text, cases[i].says);
	}
}

static void
values_are_escaped_for_the_form_they_stand_in(void **state)
{
	static const char bad[] = "<b>*a*_b_[x](javascript:1)`c`|d&\"'</b>";
	static const struct {
		enum template_form form;
		const char *says;
	} cases[] = {
		{ TEMPLATE_TEXT, "<b>*a*_b_[x](javascript:1)`c`|d&\"'</b>" },
		{ TEMPLATE_MARKDOWN,
		  "\\<b\\>\\*a\\*\\_b\\_\\[x\\](javascript:1)\\`c\\`\\|d\\&\"'\\</b\\>" },
		{ TEMPLATE_HTML,
		  "&lt;b&gt;*a*_b_[x](javascript:1)`c`|d&amp;&quot;&#39;&lt;/b&gt;" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(4096);

		template_add_value(&b, cases[i].form, str_of(bad));
		assert_string_equal(b.p, cases[i].says);
		buf_release(&b);
	}
}

/* ---- the library -------------------------------------------------------------------------------- */

static struct templates *
library(void)
{
	struct err e = { 0 };
	struct templates *t = templates_load("templates", &e);

	if (!t)
		fail_msg("%s", e.text);
	return t;
}

/* What a careful person would fill in; anything else gets a neutral phrase. */
static bool
find_sample(void *arg, const struct template *t, struct str slot, struct template_value *out)
{
	static const struct {
		const char *slot, *zh, *en;
	} samples[] = {
		{ "next_update", "3月10日22:00", "22:00 on 10 March (UTC+8)" },
		{ "first_seen", "3月10日08:05", "08:05 on 10 March (UTC+8)" },
		{ "date", "2026年3月10日", "10 March 2026" },
		{ "time", "20:00", "20:00" },
		{ "contact", "400-000-0000", "+44 20 7946 0000" },
		{ "remedy", "退还货款并赔偿十倍，3月15日前到账",
		  "your money back and a replacement by 15 March" },
		{ "returned", "1,204盒（工厂3月10日18:00统计）",
		  "1,204 packs (plant count, 18:00)" },
		{ "fix", "由质量总监负责，3月20日前改完", "the plant manager, by 20 March" },
	};

	(void)arg;
	out->text = t->lang == TEMPLATE_ZH ? STR("某某") : STR("something");
	for (size_t i = 0; i < LY_COUNT(samples); i++)
		if (str_is(slot, samples[i].slot))
			out->text =
				str_of(t->lang == TEMPLATE_ZH ? samples[i].zh : samples[i].en);
	return true;
}

static void
no_shipped_template_has_a_finding_that_blocks(void **state)
{
	struct templates *all = library();
	struct template_source src = { find_sample, NULL };
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct lint *l = lint_new(&e);
	size_t bad = 0;

	(void)state;
	assert_non_null(l);
	for (size_t i = 0; i < templates_count(all); i++) {
		const struct template *t = templates_at(all, i);
		struct template_out o = template_out_new();
		struct lint_findings f;
		struct lint_ask ask = { .lang = (enum template_lang)t->lang,
					.kind = t->kind,
					.level = 3,
					.age_s = 60,
					.max_length = t->max_length };

		template_render(t, &src, &o);
		ask.text = buf_str(&o.text);
		assert_true(buf_ok(&o.text));
		assert_int_equal(o.gaps_n, 0);
		lint_text(l, &ask, a, &f);
		for (size_t k = 0; k < f.n; k++) {
			bad += f.v[k].severity == LINT_BLOCK;
			if (f.v[k].severity == LINT_BLOCK)
				print_error("%.*s:%d %s\n", STR_ARG(t->id), f.v[k].line,
					    f.v[k].rule);
		}
		template_out_release(&o);
	}
	assert_int_equal(bad, 0);
	lint_free(l);
	arena_free(a);
	templates_free(all);
}

static void
the_library_has_what_a_team_needs_in_both_languages(void **state)
{
	static const struct {
		enum template_kind kind;
		const char *topic;
		bool en;
	} wanted[] = {
		{ TEMPLATE_HOLDING, "food_safety", true },
		{ TEMPLATE_FULL, "food_safety", true },
		{ TEMPLATE_UPDATE, "recall", true },
		{ TEMPLATE_REPLY, "service", true },
		{ TEMPLATE_COMPLAINT, "refund", true },
		{ TEMPLATE_COVER, "food_safety", true },
		{ TEMPLATE_STAFF, "food_safety", false },
		{ TEMPLATE_HOLDING, "outage", true },
		{ TEMPLATE_PRESS, "executive", true },
		{ TEMPLATE_HOLDING, "executive", true },
		{ TEMPLATE_FULL, "executive", true },
	};
	struct templates *all = library();
	size_t n[2] = { 0, 0 };

	(void)state;
	for (size_t i = 0; i < templates_count(all); i++)
		n[templates_at(all, i)->lang]++;
	assert_true(n[TEMPLATE_ZH] >= 5 && n[TEMPLATE_EN] >= 5);
	for (size_t k = 0; k < LY_COUNT(wanted); k++)
		for (int64_t lang = 0; lang <= (wanted[k].en ? 1 : 0); lang++) {
			bool found = false;

			for (size_t i = 0; i < templates_count(all); i++) {
				const struct template *t = templates_at(all, i);

				found |= t->lang == lang &&
					 t->kind == (int64_t)wanted[k].kind &&
					 template_fits(t, str_of(wanted[k].topic));
			}
			if (!found)
				fail_msg("no %s for %s in %s",
					 template_kind_words[wanted[k].kind], wanted[k].topic,
					 template_lang_words[lang]);
		}
	assert_non_null(templates_find(all, STR("zh-food-safety-holding")));
	assert_null(templates_find(all, STR("zh-nothing")));
	templates_free(all);
}

static void
a_folder_without_templates_is_refused(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_null(templates_load("lexicons", &e));
	assert_int_equal(e.kind, ERR_USAGE);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_and_sections_are_filled),
		cmocka_unit_test(mistakes_are_told_with_file_and_line),
		cmocka_unit_test(values_are_escaped_for_the_form_they_stand_in),
		cmocka_unit_test(no_shipped_template_has_a_finding_that_blocks),
		cmocka_unit_test(the_library_has_what_a_team_needs_in_both_languages),
		cmocka_unit_test(a_folder_without_templates_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
