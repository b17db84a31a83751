#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/template.h"

#define HEAD                                                                            \
	"---\nid: t\nlanguage: zh\nscenario: [any]\nkind: holding\nchannel: [social]\n" \
	"slots: { a: { wants: 甲是什么 }, b: { type: deadline, wants: 乙是什么 } }\n---\n"

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
		{ "甲={{a}} 乙={{b}}\n", "1", "3月2日", "甲=1 乙=3月2日\n", "[]",
		  "{\"a\":{\"fact\":\"f\"},\"b\":{\"fact\":\"f\"}}" },
		{ "{{a}}{{b}}", "1", NULL, "1【待补：乙是什么】",
		  "[{\"slot\":\"b\",\"wants\":\"乙是什么\"}]", "{\"a\":{\"fact\":\"f\"}}" },
		{ "{{a}}{{b}}", "  ", "", "【待补：甲是什么】【待补：乙是什么】",
		  "[{\"slot\":\"a\",\"wants\":\"甲是什么\"},{\"slot\":\"b\",\"wants\":"
		  "\"乙是什么\"}]",
		  "{}" },
		{ "{{b}}{{#a}}有{{a}}{{/a}}{{^a}}没有{{/a}}。", "1", "2日", "2日有1。", "[]",
		  "{\"b\":{\"fact\":\"f\"},\"a\":{\"fact\":\"f\"}}" },
		{ "{{b}}{{#a}}有{{a}}{{/a}}{{^a}}没有{{/a}}。", NULL, "2日", "2日没有。", "[]",
		  "{\"b\":{\"fact\":\"f\"}}" },
		{ "{{#a}}{{b}}{{/a}}{{b}}{{b}}", NULL, NULL,
		  "【待补：乙是什么】【待补：乙是什么】",
		  "[{\"slot\":\"b\",\"wants\":\"乙是什么\"}]", "{}" },
		{ "{{a}}{{b}}", "{{b}}", "{{#a}}3月2日", "{{b}}{{#a}}3月2日", "[]",
		  "{\"a\":{\"fact\":\"f\"},\"b\":{\"fact\":\"f\"}}" },
		{ "{{a}}{{b}}", "x\ny\t\x01z", "\xE2\x80\xAE左2日", "x y z左2日", "[]",
		  "{\"a\":{\"fact\":\"f\"},\"b\":{\"fact\":\"f\"}}" },
		{ "{{a}}{{b}}", "1", "soon", "1【待补：乙是什么（现有的值里没有日期）】",
		  "[{\"slot\":\"b\",\"wants\":\"乙是什么\",\"why\":\"现有的值里没有日期\"}]",
		  "{\"a\":{\"fact\":\"f\"}}" },
		{ "{{a}}{{#b}}有{{b}}{{/b}}", "1", "soon", "1",
		  "[{\"slot\":\"b\",\"wants\":\"乙是什么\",\"why\":\"现有的值里没有日期\"}]",
		  "{\"a\":{\"fact\":\"f\"}}" },
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
		{ HEAD "甲{{a}}乙\n{{bb}}{{b}}", "t.md:10: slots: does not declare \"bb\"" },
		{ HEAD "{{a}} only",
		  "t.md:1: slots: declares what the body does not use: \"b\"" },
		{ HEAD "\n{{a}\n}{{b}}",
		  "t.md:10: \"{{\" is not closed on its line before \"a}" },
		{ HEAD "a}} {{a}}{{b}}", "t.md:9: \"}}\" without \"{{\" in \"a}}\"" },
		{ HEAD "{{A b}}", "t.md:9: not a slot: \"A b\"" },
		{ HEAD "{{}}", "t.md:9: not a slot: \"\"" },
		{ HEAD "{{#a}}{{#b}}\n{{/a}}",
		  "t.md:10: ends another section than the open one: "
		  "\"a\"" },
		{ HEAD "{{b}}\n{{#a}}", "t.md:10: a section is not closed: \"a\"" },
		{ HEAD "{{/a}}", "t.md:9: ends a section that is not open: \"a\"" },
		{ HEAD "{{#a}}{{/b}}",
		  "t.md:9: ends another section than the open one: \"b\"" },
		{ HEAD "{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#b}}",
		  "t.md:9: sections too deep in sections: \"b\"" },
		{ HEAD "{{! 一\n二 }}\n{{! 三 }}{{A}}", "t.md:11: not a slot: \"A\"" },
		{ HEAD "{{! never closed", "t.md:9: \"{{\" is not closed" },
		{ HEAD "{{a}}\x01{{b}}", "t.md:1: not UTF-8 text" },
		{ "---\nid: t\nlangauge: zh\nscenario: [any]\nkind: holding\nchannel: "
		  "[site]\n---\n",
		  "t.md:1:1: language is missing" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: holdin\nchannel: "
		  "[site]\n---\n",
		  "t.md:5:" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nchannel: "
		  "[site]\nrepair: [denial]\nstrategy: [deny, "
		  "rebuild]\n---\n",
		  "t.md:8:11: deny cannot stand beside diminish or rebuild" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nchannel: "
		  "[site]\nstrategy: "
		  "[denial]\n---\n",
		  "there is no strategy \"denial\"" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nchannel: "
		  "[site]\nslots: { number: { wants: x } "
		  "}\n---\n",
		  "slot \"number\" is filled by langyan: leave it out" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nchannel: "
		  "[site]\nslots: { a: { wants: \"\" } "
		  "}\n---\n",
		  "t.md:7:" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nchannel: "
		  "[letter]\n---\n",
		  "there is no channel \"letter\"" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nchannel: [site]\n"
		  "repair: [minimization]\n---\n",
		  "there is no image repair \"minimization\"" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nchannel: [site]\n"
		  "repair: [denial]\n---\n",
		  "denial and the strategy deny go together" },
		{ "---\nid: t\nlanguage: zh\nscenario: [any]\nkind: full\nchannel: [site]\n"
		  "strategy: [deny]\nrepair: [denial, compensation]\n---\n",
		  "denial cannot stand beside compensation or mortification" },
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

/* A value that is not what its slot wants is none. */
static void
types_tell_what_is_no_value(void **state)
{
	static const struct {
		enum slot_type type;
		const char *fits[4], *unfit[3];
	} cases[] = {
		{ SLOT_BATCH, { "20260310A", "第二批", NULL }, { "全部", NULL } },
		{ SLOT_FIGURE,
		  { "3万盒", "about 40", "三十盒", NULL },
		  { "很多", "many", NULL } },
		{ SLOT_DEADLINE,
		  { "3月31日", "18:00 on 31 March", "今晚", NULL },
		  { "尽快", "as soon as possible", NULL } },
		{ SLOT_CONTACT,
		  { "400-000-0000", "press@a.example", "任一门店客服", NULL },
		  { "我们", "us", NULL } },
		{ SLOT_LINK,
		  { "https://a.example/1", NULL },
		  { "a.example", "javascript:x", NULL } },
		{ SLOT_TEXT, { "随便", NULL }, { NULL } },
	};
	char longest[400];

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		for (int lang = 0; lang < 2; lang++) {
			for (size_t k = 0; cases[i].fits[k]; k++)
				if (slot_unfit(cases[i].type, str_of(cases[i].fits[k]),
					       (enum template_lang)lang))
					fail_msg("unfit: %s", cases[i].fits[k]);
			for (size_t k = 0; cases[i].unfit[k]; k++)
				if (!slot_unfit(cases[i].type, str_of(cases[i].unfit[k]),
						(enum template_lang)lang))
					fail_msg("fits: %s", cases[i].unfit[k]);
		}
	memset(longest, 'x', sizeof longest);
	assert_non_null(
		slot_unfit(SLOT_BRAND, (struct str){ longest, sizeof longest }, TEMPLATE_EN));
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
		cmocka_unit_test(types_tell_what_is_no_value),
		cmocka_unit_test(a_folder_without_templates_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
