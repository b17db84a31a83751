#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/lint_matters.h"
#include "responder/lint_together.h"
#include "responder/lint_value.h"

struct world {
	struct together *t;
	struct arena *a;
};

static int
open_world(void **state)
{
	static struct world w;
	struct err e = { 0 };

	w.t = together_new(&e);
	w.a = arena_new();
	if (!w.t) {
		print_error("%s\n", e.text);
		return -1;
	}
	*state = &w;
	return 0;
}

static int
close_world(void **state)
{
	struct world *w = *state;

	together_free(w->t);
	arena_free(w->a);
	return 0;
}

static enum template_lang
lang_of(const char *text)
{
	return strchr(text, 'e') ? TEMPLATE_EN : TEMPLATE_ZH; /* no Chinese one holds an e */
}

static struct together_findings
look(struct world *w, const char *a, const char *b)
{
	struct together_text texts[] = {
		{ "a", str_of(a), lang_of(a), -1 },
		{ "b", str_of(b), lang_of(b), -1 },
	};
	struct together_findings f;

	together_look(w->t, texts, 2, w->a, &f);
	return f;
}

/* Per matter: two texts that contradict each other and two that do not. */
static const struct {
	const char *matter, *a, *b, *agrees;
} pairs[] = {
	{ "sold", "该批次共售出3万盒。", "28,000 packs were sold.", "30,000 packs were sold." },
	{ "sold", "售出320份。", "该批次售出三百五十份。", "该批次售出三百二十份。" },
	{ "returned", "已收回1,204盒。", "So far we have recovered 1,100.",
	  "So far we have recovered 1,204." },
	{ "reports", "截至今天收到37起反映。", "我们接到42件投诉。", "我们接到37件投诉。" },
	{ "hurt", "有12人就医。", "15 people fell ill.", "12 people fell ill." },
	{ "affected", "受影响用户约2万人。", "35,000 people are affected.",
	  "19,500 people are affected." },
	{ "shops", "9家门店停业。", "We have closed 11 shops.", "We have closed 9 shops." },
	{ "off_sale", "3月10日22:10，该批次已下架。", "该批次3月11日8:00起全部下架。",
	  "We stopped sales at 22:10 on 10 March (UTC+8)." },
	{ "refund_until", "退款办理到4月30日。", "You get a refund until 31 May.",
	  "You get a refund until 30 April." },
	{ "first_report", "最早在3月10日07:30看到。",
	  "The first report reached us at 09:00 on 10 "
	  "March (UTC+8).",
	  "The first report reached us at 07:30 on 10 March (UTC+8)." },
	{ "report_due", "检测报告预计3月15日出具。", "The report is due on 18 March.",
	  "The report is due on 15 March." },
	{ "next_update", "下一次更新：3月10日22:00前。", "Next update: by 23:45 on 10 March.",
	  "Next update: by 22:00 on 10 March (UTC+8)." },
	{ "times_the_price", "按三倍价款赔偿。", "按十倍价款赔偿。",
	  "We pay three times the price." },
	{ "amount", "每位用户补偿200元。", "每位用户补偿100元。",
	  "Everyone gets compensation of ¥200." },
	{ "refund", "全部门店可以退款。", "拆封的不予退款。",
	  "There is a refund for everyone." },
	{ "no_refund", "活动商品不支持退款。", "You get your money back.", "No refunds." },
	{ "part_refund", "部分退款。", "您可以全额退款。", "You get half the price." },
	{ "exchange", "我们为您换新。", "您可以免费检修。", "We will replace it." },
	{ "repair", "可以免费检修。", "We send you a voucher.",
	  "The repair is a free repair." },
	{ "voucher", "送您优惠券。", "我们为您换新。", "We send you a voucher." },
	{ "medical", "医药费由我们承担。", "我们送您优惠券。", "We pay the medical bills." },
	{ "denied", "网传内容不属实。", "This is our responsibility.",
	  "The claim is not true." },
	{ "answered_for", "这是我们的责任。", "The claim is false.", "It was our mistake." },
};

static void
what_differs_is_found_and_what_agrees_is_not(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < LY_COUNT(pairs); i++) {
		struct together_findings f = look(w, pairs[i].a, pairs[i].b);

		if (f.n != 1 || strcmp(f.v[0].matter, pairs[i].matter) != 0)
			fail_msg("%zu findings (%s) of %s in\n%s\n%s", f.n,
				 f.n ? f.v[0].matter : "-", pairs[i].matter, pairs[i].a,
				 pairs[i].b);
		assert_true(f.v[0].said[0].n && f.v[0].said[1].n && *f.v[0].reason &&
			    *f.v[0].hint);
		f = look(w, pairs[i].a, pairs[i].agrees);
		if (f.n)
			fail_msg("%s: \"%.*s\", \"%.*s\" in\n%s\n%s", f.v[0].matter,
				 STR_ARG(f.v[0].said[0]), STR_ARG(f.v[0].said[1]), pairs[i].a,
				 pairs[i].agrees);
		arena_reset(w->a);
	}
}

static void
no_matter_is_without_its_texts(void **state)
{
	(void)state;
	for (size_t m = 0; lint_matters[m].name; m++) {
		bool tried = false;

		for (size_t i = 0; i < LY_COUNT(pairs); i++)
			tried |= !strcmp(pairs[i].matter, lint_matters[m].name);
		if (!tried)
			fail_msg("no texts for %s", lint_matters[m].name);
	}
}

/* A set as a team writes it: a statement, its English, a reply, the line for the help desk. */
static void
a_set_that_says_the_same_passes_and_one_slip_is_named(void **state)
{
	static const char *const set[] = {
		"3月10日22:"
		"10，批号QH0312已下架。售出320份，收到12起反映，其中3人就医。\n全额退款，"
		"医药费由我们承担，退款办理到4月30日。这是我们的责任。\n下一次更新：3月11日18:"
		"00前。",
		"We stopped sales at 22:10 on 10 March (UTC+8). 320 packs were sold, and we "
		"had 12 "
		"reports; 3 people fell ill.\nYou get a refund until 30 April, and we pay the "
		"medical bills. It was our fault.\nNext update: by 18:00 on 11 March (UTC+8).",
		"对不起。退款4月30日前都可以办，医药费凭票据找我们。",
		"客服口径：共售出320份；退款办理到4月30日；网传“售出5万份”不属实，不用争论。",
	};
	struct together_text texts[4];
	struct together_findings f;
	struct world *w = *state;

	for (size_t i = 0; i < 4; i++)
		texts[i] = (struct together_text){ "x", str_of(set[i]), lang_of(set[i]), -1 };
	together_look(w->t, texts, 3, w->a, &f);
	assert_int_equal(f.n, 0);
	together_look(w->t, texts, 4, w->a, &f);
	/* The help desk denies a rumour; the statement answers for the matter. Told, for a person. */
	for (size_t i = 0; i < f.n; i++)
		assert_string_equal(f.v[i].rule, "together.stand");
	texts[3].text = STR("客服口径：退款办理到5月31日。");
	together_look(w->t, texts, 4, w->a, &f);
	assert_int_equal(f.n, 2); /* with the statement, in both languages */
	assert_string_equal(f.v[0].rule, "together.date");
	assert_int_equal(f.v[0].line[0], 2);
	assert_int_equal(f.v[0].text[1], 3);
}

static void
other_peoples_words_are_not_what_we_say(void **state)
{
	struct world *w = *state;

	assert_int_equal(look(w, "共售出3万盒。", "网传“售出5万盒”的截图是拼接的。").n, 0);
}

/* A holding statement and a full response promise different updates. */
static void
next_updates_are_compared_within_a_kind(void **state)
{
	struct together_text texts[] = {
		{ "a", STR("下一次更新：3月10日22:00前。"), TEMPLATE_ZH, TEMPLATE_HOLDING },
		{ "b", STR("下一次更新：3月12日22:00前。"), TEMPLATE_ZH, TEMPLATE_FULL },
	};
	struct together_findings f;
	struct world *w = *state;

	together_look(w->t, texts, 2, w->a, &f);
	assert_int_equal(f.n, 0);
	texts[1].kind = TEMPLATE_HOLDING;
	together_look(w->t, texts, 2, w->a, &f);
	assert_int_equal(f.n, 1);
}

/* A holding statement may not yet know; two answers may not offer different things. */
static void
saying_less_is_no_contradiction(void **state)
{
	struct world *w = *state;

	assert_int_equal(look(w, "退款、医药费、换新都可以。", "您可以退款。").n, 0);
	assert_int_equal(look(w, "退款，另送优惠券。", "退款，医药费由我们承担。").n, 1);
}

/* ---- values --------------------------------------------------------------------------------------- */

static void
figures_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *text;
		int64_t milli;
		bool about, percent;
	} cases[] = {
		{ "3万", 30000000, false, false },
		{ "约1.2万", 12000000, true, false },
		{ "29,800", 29800000, false, false },
		{ "三百二十", 320000, false, false },
		{ "十五", 15000, false, false },
		{ "两千", 2000000, false, false },
		{ "3千", 3000000, false, false },
		{ "over 1.2 million", 1200000000, true, false },
		{ "95%", 95000, false, true },
		{ "twice", 2000, false, false },
		{ "99999999999999999999", 1000000000000, false, false },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct lint_figure f;

		assert_true(lint_figure_parse(str_of(cases[i].text), &f));
		if (f.milli != cases[i].milli || f.about != cases[i].about ||
		    f.percent != cases[i].percent)
			fail_msg("%s: %lld", cases[i].text, (long long)f.milli);
	}
}

static void
dates_are_compared_by_what_both_say(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "3月10日22:10", "22:10 on 10 March (UTC+8)", true },
		{ "3月10日22:10", "14:10 on 10 March (UTC)", true }, /* may be: zones unsaid */
		{ "3月10日22:10", "14:15 on 10 March (UTC)", false },
		{ "14:10 on 10 March (UTC)", "22:10 on 10 March (UTC+8)", true },
		{ "3月10日", "3月10日22:10", true },
		{ "3月10日", "11 March", false },
		{ "22:10", "3月10日22:10", true },
		{ "晚上10点", "22:00", true },
		{ "8 pm on 10 March", "3月10日20:00", true },
		{ "March 10, 20:00", "10th of March, 20:30", false },
	};
	struct err e = { 0 };
	struct lint_dates *d = lint_dates_new(&e);

	(void)state;
	assert_non_null(d);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct lint_date a, b;

		assert_true(lint_date_parse(d, str_of(cases[i].a), &a));
		assert_true(lint_date_parse(d, str_of(cases[i].b), &b));
		if (lint_date_same(&a, &b) != cases[i].same)
			fail_msg("%s / %s", cases[i].a, cases[i].b);
	}
	lint_dates_free(d);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_differs_is_found_and_what_agrees_is_not),
		cmocka_unit_test(no_matter_is_without_its_texts),
		cmocka_unit_test(a_set_that_says_the_same_passes_and_one_slip_is_named),
		cmocka_unit_test(other_peoples_words_are_not_what_we_say),
		cmocka_unit_test(next_updates_are_compared_within_a_kind),
		cmocka_unit_test(saying_less_is_no_contradiction),
		cmocka_unit_test(figures_are_read_as_people_write_them),
		cmocka_unit_test(dates_are_compared_by_what_both_say),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
