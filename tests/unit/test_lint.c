#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/str.h"
#include "responder/lint.h"
#include "responder/lint_rules.h"

struct world {
	struct lint *lint;
	struct arena *a;
};

static int
open_world(void **state)
{
	static struct world w;
	struct err e = { 0 };

	w.lint = lint_new(&e);
	if (!w.lint)
		fail_msg("%s", e.text);
	w.a = arena_new();
	*state = &w;
	return 0;
}

static int
close_world(void **state)
{
	struct world *w = *state;

	lint_free(w->lint);
	arena_free(w->a);
	return 0;
}

static struct lint_findings
look(struct world *w, struct lint_ask ask)
{
	struct lint_findings f;

	lint_text(w->lint, &ask, w->a, &f);
	return f;
}

static const struct lint_finding *
find(const struct lint_findings *f, const char *rule)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->v[i].rule, rule))
			return &f->v[i];
	return NULL;
}

/* Every rule: a text that it blocks or warns of, and one next to it that it lets pass. */
static const struct {
	const char *rule;
	enum lint_severity severity;
	const char *fires, *passes;
} rules[] = {
	{ "zh.regret", LINT_BLOCK, "对此事我们深表遗憾。", "对此事我们深表歉意，诚挚道歉。" },
	{ "zh.inconvenience", LINT_BLOCK, "给您带来不便，敬请谅解。",
	  "由此给您带来的不便，往返路费由我们承担。" },
	{ "zh.conditional", LINT_BLOCK, "如果我们的言论让您感到不适，我们致歉。",
	  "如食用后感到不适，请立即就医并保留票据。" },
	{ "zh.misunderstanding", LINT_BLOCK, "文案引发了公众的误会。",
	  "文案写错了，我们已撤下。" },
	{ "zh.looks", LINT_BLOCK, "造成观感不佳。", "后厨地面有积水，已于22:10清理。" },
	{ "zh.public_resources", LINT_BLOCK, "抱歉占用了公共资源。", "抱歉让大家担心。" },
	{ "zh.isolated", LINT_BLOCK, "这是个别门店的问题。",
	  "截至10日20:00，个别门店共3家涉及，名单附后。" },
	{ "zh.scapegoat", LINT_BLOCK, "经查系临时工所为。",
	  "涉事员工是我们的员工，管理责任在我们。" },
	{ "zh.body", LINT_BLOCK, "过敏反应因人而异。", "我们正在请医院查明过敏原。" },
	{ "zh.misuse", LINT_BLOCK, "经核实是消费者使用不当。",
	  "经核实是我们的工作人员操作不当。" },
	{ "zh.malice", LINT_BLOCK, "这是别有用心的人恶意抹黑。",
	  "视频被断章取义，完整视频见附件。" },
	{ "zh.final_say", LINT_BLOCK, "最终解释权归我司所有。",
	  "解释不清的地方，请拨打热线。" },
	{ "zh.hush", LINT_BLOCK, "您删帖后，赔偿款当天到账。",
	  "我们不会要求任何人以删帖换取赔偿。" },
	{ "zh.attention", LINT_BLOCK, "公司对此高度重视。", "3月10日22:10，涉事批次下架。" },
	{ "zh.first_moment", LINT_BLOCK, "我们第一时间展开调查。",
	  "我们第一时间下架：3月10日22:10，该批次已撤出全部门店。" },
	{ "zh.task_force", LINT_BLOCK, "已成立专项小组。",
	  "由质量总监负责，11日18:00前交结论。" },
	{ "zh.cooperate", LINT_BLOCK, "我们将积极配合有关部门。",
	  "3月10日已向市监局提交留样。" },
	{ "zh.lessons", LINT_BLOCK, "我们将举一反三。", "3月20日前换掉全部旧设备。" },
	{ "zh.reflect", LINT_BLOCK, "我们深刻反思。", "我们漏了一道金属检测。" },
	{ "zh.zero_tolerance", LINT_BLOCK, "我们对此零容忍。", "涉事店长3月10日停职。" },
	{ "zh.original_heart", LINT_BLOCK, "不忘初心。",
	  "我们把检测频次改为每天一次，3月11日起。" },
	{ "zh.first_place", LINT_BLOCK, "我们始终把消费者的健康放在首位。",
	  "我们把检测报告放在官网首页。" },
	{ "zh.thanks_watch", LINT_BLOCK, "感谢广大网友的监督。", "感谢您提供照片和订单号。" },
	{ "zh.humbly", LINT_BLOCK, "我们虚心接受批评。", "您说的第二条，我们3月12日改。" },
	{ "zh.verify_further", LINT_BLOCK, "我们正在进一步核实。",
	  "我们正在核实，今晚20:00前公布。" },
	{ "zh.soon", LINT_BLOCK, "我们会尽快回复。", "3月10日20:00前回复。" },
	{ "zh.standard", LINT_BLOCK, "产品符合国家食品安全标准。",
	  "产品符合国家食品安全标准，报告编号SP2026-0310。" },
	{ "zh.settled", LINT_BLOCK, "我们已与当事人达成和解。",
	  "经当事人同意，我们公布：双方3月9日达成和解。" },
	{ "zh.legal_threat", LINT_BLOCK, "我司保留追究法律责任的权利。",
	  "我们已就此事3月9日报案。" },
	{ "zh.chummy", LINT_WARN, "亲，小编帮您问一下哦。",
	  "我们的负责人亲自联系您，并看望您的母亲。" },
	{ "zh.absolute", LINT_BLOCK, "我们的产品绝对安全，请放心。",
	  "我们绝不回避，3月10日20:00公布全部记录；第一批检测结果今晚出来。" },
	{ "zh.never_again", LINT_BLOCK, "我们保证此类事件绝不再发生。",
	  "我们把巡检改为每天一次，避免再漏检。" },
	{ "zh.improve", LINT_BLOCK, "我们将以此为戒，不断提升服务。",
	  "3月20日前，全部门店换装新设备。" },
	{ "zh.answer", LINT_BLOCK, "一定给大家一个满意的答复。", "3月10日20:00前书面答复。" },
	{ "zh.brush_off", LINT_BLOCK, "清者自清，不予置评。", "现在不能回答，20:00再说。" },
	{ "zh.rumours", LINT_WARN, "请大家不信谣不传谣。", "请大家看图三的回执。" },
	{ "zh.disown", LINT_BLOCK, "由此产生的问题与本店无关，请自行联系厂家。",
	  "厂家那边由我们去问，今晚20:00前回复您。" },
	{ "zh.adverbs", LINT_BLOCK, "学校正在积极协调，会妥善处理。", "学费7月1日前退还。" },
	{ "zh.posture", LINT_BLOCK, "我们提高站位、立行立改。", "我们换了供货商。" },
	{ "zh.denied_early", LINT_BLOCK, "网传内容不属实，我们正在核实。",
	  "第一段视频不属实，其余两段正在核实，今晚20:00前公布。" },
	{ "zh.promise", LINT_BLOCK, "我们将对门店进行整改。", "我们将在3月20日前完成整改。" },
	{ "zh.mixed", LINT_BLOCK, "网传内容不属实。我们愿意给予赔偿。",
	  "网传内容不属实，检测报告附后。" },
	{ "zh.mourning", LINT_WARN, "我们致以哀悼。", "对不幸去世的老人，我们沉痛哀悼。" },
	{ "zh.figure", LINT_WARN, "已有3万盒售出。", "据工厂出库记录，已有3万盒售出。" },
	{ "en.regret", LINT_BLOCK, "We deeply regret what happened.",
	  "We are sorry for what happened." },
	{ "en.inconvenience", LINT_BLOCK, "Sorry for any inconvenience.",
	  "We are sorry that you waited two hours." },
	{ "en.conditional", LINT_BLOCK, "We are sorry if it came across that way.",
	  "We are sorry. If you feel unwell, see a doctor." },
	{ "en.offended", LINT_BLOCK, "We apologise if anyone was offended.",
	  "We apologise. The line was insulting." },
	{ "en.passive", LINT_BLOCK, "Mistakes were made.",
	  "We made a mistake: we skipped a test." },
	{ "en.context", LINT_BLOCK, "The remarks were taken out of context.",
	  "The full recording is on our site." },
	{ "en.scapegoat", LINT_BLOCK, "A rogue employee did this.",
	  "An employee of ours did this and we answer for it." },
	{ "en.isolated", LINT_BLOCK, "This is an isolated incident.",
	  "A small number, 12 as of 18:00 today, reported it." },
	{ "en.who_we_are", LINT_BLOCK, "This does not reflect who we are.",
	  "Here is who we are hiring." },
	{ "en.understand", LINT_BLOCK, "We hope you understand.",
	  "We do not expect you to accept that." },
	{ "en.patience", LINT_BLOCK, "We appreciate your patience.",
	  "We appreciate your patience: next update 14:30 UTC." },
	{ "en.thoughts", LINT_BLOCK, "Our thoughts and prayers are with them.",
	  "Our condolences to the family of the man who died." },
	{ "en.blame_user", LINT_BLOCK, "The fault was caused by improper use.",
	  "The fault was caused by our packing." },
	{ "en.hush", LINT_BLOCK, "Delete your post and the refund is on its way.",
	  "None of this asks you to delete anything; the refund is yours." },
	{ "en.absolute", LINT_BLOCK, "Our crisps are completely safe.",
	  "Batch 12 passed the test of 9 March." },
	{ "en.seriously", LINT_WARN, "We take food safety very seriously.",
	  "We stopped the line at 10:40." },
	{ "en.priority", LINT_WARN, "Your safety is our top priority.",
	  "Stop eating batch 12." },
	{ "en.hear_you", LINT_WARN, "We hear you.", "You told us the box was open." },
	{ "en.do_better", LINT_WARN, "We will do better.", "From Monday each box is weighed." },
	{ "en.learn", LINT_WARN, "We will learn and grow.",
	  "We trained 40 people on 3 March." },
	{ "en.forward", LINT_WARN, "Going forward we check.", "From 12 March we check." },
	{ "en.soon", LINT_WARN, "We will say more in due course.",
	  "We will say more as soon as possible, at the latest by 18:00 today." },
	{ "en.sophisticated", LINT_WARN, "It was a sophisticated attack.",
	  "It was a stolen password." },
	{ "en.no_evidence", LINT_WARN, "There is no evidence that data was taken.",
	  "In the logs of all servers up to 9 March 12:00 there is no evidence that data was "
	  "taken." },
	{ "en.no_comment", LINT_WARN, "We cannot comment.", "We will comment at 18:00." },
	{ "en.cooperating", LINT_WARN, "We are cooperating fully.",
	  "We handed over the logs on 9 March." },
	{ "en.caution", LINT_WARN, "We act out of an abundance of caution.",
	  "Out of an abundance of caution we recall batch 12: stop eating it." },
	{ "en.condolences", LINT_WARN, "Our condolences.",
	  "Our condolences to those who lost their lives: two people died." },
	{ "en.never_again", LINT_BLOCK, "We promise it will never happen again.",
	  "We now weigh each box so that it does not happen again." },
	{ "en.blame_people", LINT_BLOCK, "The guest did not report the allergy.",
	  "We did not ask about allergies, and the guest did not report one." },
	{ "en.disown", LINT_BLOCK, "It was a supplier over which we have no control.",
	  "The supplier is ours to choose." },
	{ "en.passive_promise", LINT_BLOCK, "Everyone will be fully compensated.",
	  "Everyone will be compensated by 12 March." },
	{ "en.filler", LINT_BLOCK, "We value your feedback.",
	  "You wrote that the box was open." },
	{ "en.denied_early", LINT_BLOCK, "The claim is untrue and we are still investigating.",
	  "The claim about the water is untrue. The other one we are still investigating." },
	{ "en.promise", LINT_BLOCK, "We will investigate the matter.",
	  "We will publish the report by 12 March." },
	{ "en.mixed", LINT_BLOCK, "The claim is untrue. We offer a refund.",
	  "The claim is untrue; the report is attached." },
	{ "en.figure", LINT_WARN, "Over 40,000 packs were sold.",
	  "According to the shipping records, 40,000 packs were sold." },
	{ "zh.strategy_deny", LINT_BLOCK, "网传内容不属实。", "网传内容正在核实。" },
	{ "zh.strategy_diminish", LINT_BLOCK, "此事影响有限。", "涉及三家门店。" },
	{ "zh.strategy_rebuild", LINT_BLOCK, "责任在我们。", "我们在帮大家核对。" },
	{ "en.strategy_deny", LINT_BLOCK, "The claim is false.", "We are checking the claim." },
	{ "en.strategy_diminish", LINT_BLOCK, "It is a minor matter.",
	  "Three shops are affected." },
	{ "en.strategy_rebuild", LINT_BLOCK, "It was our mistake.", "We are helping." },
	{ "any.leftover", LINT_BLOCK, "{{brand}}回应如下。", "{brand}回应如下。" },
	{ "any.gap", LINT_BLOCK, "批号【待补：批号】。", "批号【20260310A】。" },
	{ "any.mobile", LINT_BLOCK, "消费者王女士，13800138000。",
	  "客服热线13800138000，发言人李强。" },
	{ "any.identity", LINT_BLOCK, "证件110101199003074512。", "批号110101199003074512。" },
	{ "any.card", LINT_BLOCK, "卡号6222 0200 1234 5678 901。",
	  "批号6222020012345678901。" },
	{ "any.mail", LINT_BLOCK, "联系 zhang.wei@example.test。",
	  "媒体请联系 press@example.test。" },
	{ "any.address", LINT_BLOCK, "当事人家住青年路12号3单元。",
	  "请到青年路12号门店办理。" },
	{ "any.emoji", LINT_WARN, "我们会处理的😊", "我们今晚20:00前处理。" },
};

static void
every_rule_fires_and_lets_its_neighbour_pass(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < LY_COUNT(rules); i++) {
		struct lint_ask ask = { .kind = LINT_ANY_KIND, .age_s = -1 };
		struct lint_findings f;
		const struct lint_finding *x;

		if (strstr(rules[i].rule, ".strategy_"))
			ask.blocked = STRATEGY_DENY | STRATEGY_DIMINISH | STRATEGY_REBUILD;

		ask.lang = !strncmp(rules[i].rule, "en.", 3) ? TEMPLATE_EN : TEMPLATE_ZH;
		ask.text = str_of(rules[i].fires);
		f = look(w, ask);
		x = find(&f, rules[i].rule);
		if (!x)
			fail_msg("%s does not fire on: %s", rules[i].rule, rules[i].fires);
		if (x->severity != rules[i].severity)
			fail_msg("%s: severity %d on: %s", rules[i].rule, x->severity,
				 rules[i].fires);
		assert_true(x->reason && *x->reason && x->hint && *x->hint);
		assert_true(x->len > 0 && x->at + x->len <= ask.text.n);
		assert_int_equal(x->line, 1);
		ask.text = str_of(rules[i].passes);
		f = look(w, ask);
		if (find(&f, rules[i].rule))
			fail_msg("%s fires on: %s", rules[i].rule, rules[i].passes);
		arena_reset(w->a);
	}
}

static void
no_rule_is_without_its_pair_of_texts(void **state)
{
	(void)state;
	for (size_t i = 0; lint_rule_at(i); i++) {
		bool tried = false;

		for (size_t k = 0; k < LY_COUNT(rules); k++)
			tried |= !strcmp(rules[k].rule, lint_rule_at(i)->name);
		if (!tried)
			fail_msg("no test of %s", lint_rule_at(i)->name);
	}
}

/* What professionals write must pass whole: RESPONSE.md section 6, "Must pass". */
static void
what_professionals_write_passes(void **state)
{
	static const struct {
		enum template_lang lang;
		const char *text;
	} texts[] = {
		{ TEMPLATE_ZH, "对受影响的消费者，我们深表歉意，诚挚道歉。" },
		{ TEMPLATE_ZH, "我们正在核实，今晚20:00前公布。" },
		{ TEMPLATE_ZH, "该批次已于22:10下架。" },
		{ TEMPLATE_ZH, "对不幸遇难的员工，我们沉痛哀悼。" },
		{ TEMPLATE_ZH, "第一时间通知到每一位买家：截至3月10日22:00已通知完毕。" },
		{ TEMPLATE_ZH, "第一批检测结果3月11日公布。" },
		{ TEMPLATE_ZH, "我们绝不推诿，3月11日12:00公布责任人。" },
		{ TEMPLATE_ZH,
		  "网传“我司产品绝对安全、个别人体质因人而异”不属实，我们没有说过。" },
		{ TEMPLATE_ZH, "发言人：王磊。热线400-000-0000，媒体邮箱press@example."
			       "test，批号20260310A01。" },
		{ TEMPLATE_EN, "We are aware of the reports. Next update 14:30 UTC." },
		{ TEMPLATE_EN, "Our condolences to the families of the two people who died." },
		{ TEMPLATE_EN,
		  "Out of an abundance of caution, we recall batch 12. Do not eat it." },
		{ TEMPLATE_EN, "The post says \"our water is 100% safe\". That is false; we "
			       "never said it." },
		{ TEMPLATE_EN,
		  "Press: press@example.test, +44 20 7946 0000, batch 20260310-A." },
	};
	struct world *w = *state;

	for (size_t i = 0; i < LY_COUNT(texts); i++) {
		struct lint_ask ask = { .text = str_of(texts[i].text),
					.lang = texts[i].lang,
					.kind = LINT_ANY_KIND,
					.level = 3,
					.age_s = 600 };
		struct lint_findings f = look(w, ask);

		for (size_t k = 0; k < f.n; k++)
			if (f.v[k].len)
				fail_msg("%s fires on: %s", f.v[k].rule, texts[i].text);
		arena_reset(w->a);
	}
}

static void
empty_phrases_only_warn_when_a_time_follows(void **state)
{
	struct world *w = *state;
	struct lint_ask ask = { .text = STR("我们高度重视。3月10日22:10，涉事批次已下架。"),
				.kind = LINT_ANY_KIND,
				.age_s = -1 };
	struct lint_findings f = look(w, ask);

	assert_non_null(find(&f, "zh.attention"));
	assert_int_equal(find(&f, "zh.attention")->severity, LINT_WARN);
}

/* A time is none when nothing is done at it, or when it lies behind another paragraph. */
static void
a_time_without_an_action_is_no_dated_action(void **state)
{
	static const struct {
		const char *text;
		enum lint_severity severity;
	} cases[] = {
		{ "3月10日，网传视频引发关注，我们高度重视。", LINT_BLOCK },
		{ "我们高度重视。视频拍于3月10日。", LINT_BLOCK },
		{ "我们高度重视。由店长负责。检测结果3月12日公布。", LINT_WARN },
		{ "我们高度重视。\n3月12日公布结果。", LINT_BLOCK },
		{ "即日起停售，我们高度重视。", LINT_WARN },
	};
	struct world *w = *state;

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct lint_ask ask = { .text = str_of(cases[i].text),
					.kind = LINT_ANY_KIND,
					.age_s = -1 };
		struct lint_findings f = look(w, ask);

		assert_non_null(find(&f, "zh.attention"));
		if (find(&f, "zh.attention")->severity != cases[i].severity)
			fail_msg("%s", cases[i].text);
	}
}

static void
threats_of_law_block_on_the_first_day_even_with_a_date(void **state)
{
	struct world *w = *state;
	struct lint_ask ask = { .text = STR("我们将追究其法律责任，3月12日起诉。"),
				.kind = LINT_ANY_KIND,
				.age_s = 3600 };
	struct lint_findings f = look(w, ask);

	assert_non_null(find(&f, "zh.legal_threat"));
	assert_int_equal(find(&f, "zh.legal_threat")->severity, LINT_BLOCK);
	ask.age_s = 2 * 86400;
	f = look(w, ask);
	assert_int_equal(find(&f, "zh.legal_threat")->severity, LINT_WARN);
}

static void
money_for_silence_cannot_be_overridden(void **state)
{
	struct world *w = *state;
	struct lint_ask ask = { .text = STR("签保密协议后给予补偿。"), .kind = LINT_ANY_KIND };
	struct lint_findings f = look(w, ask);

	assert_true(find(&f, "zh.hush")->hard);
	ask.text = STR("您说“删帖后给予补偿”，可以。");
	f = look(w, ask);
	assert_non_null(find(&f, "zh.hush")); /* agreed to, not denied */
	ask.text = STR("网传“删帖后给予补偿”不属实。");
	f = look(w, ask);
	assert_null(find(&f, "zh.hush"));
}

/* At L1 a friendly tone is fine. */
/* Only what the assessment blocks: without one a denial is the writer's to answer for. */
static void
strategies_are_asked_for_by_the_assessment(void **state)
{
	struct world *w = *state;
	struct lint_ask ask = { .text = STR("网传内容不属实，检测报告编号SP1。"),
				.kind = LINT_ANY_KIND };
	struct lint_findings f = look(w, ask);

	assert_null(find(&f, "zh.strategy_deny"));
	ask.blocked = STRATEGY_REBUILD;
	f = look(w, ask);
	assert_null(find(&f, "zh.strategy_deny"));
	ask.blocked = STRATEGY_DENY;
	f = look(w, ask);
	assert_non_null(find(&f, "zh.strategy_deny"));
}

static void
tone_rules_wait_for_l2(void **state)
{
	struct world *w = *state;
	struct lint_ask ask = { .text = STR("亲，收到啦😊"), .kind = LINT_ANY_KIND, .level = 1 };
	struct lint_findings f = look(w, ask);

	assert_null(find(&f, "zh.chummy"));
	assert_null(find(&f, "any.emoji"));
	ask.level = 2;
	f = look(w, ask);
	assert_non_null(find(&f, "zh.chummy"));
	assert_non_null(find(&f, "any.emoji"));
}

static void
figures_from_facts_are_supported(void **state)
{
	static const struct str facts[] = { STR_INIT("已收回3万盒") };
	struct world *w = *state;
	struct lint_ask ask = { .text = STR("已收回3万盒。"), .kind = LINT_ANY_KIND };
	struct lint_findings f = look(w, ask);

	assert_non_null(find(&f, "zh.figure"));
	assert_int_equal(find(&f, "zh.figure")->severity, LINT_WARN);
	ask.supported = facts;
	ask.supported_n = 1;
	f = look(w, ask);
	assert_null(find(&f, "zh.figure"));
	ask.text = STR("已收回13万盒，又收回0.3万盒。"); /* the facts are known, and say 3 */
	f = look(w, ask);
	assert_int_equal(f.blocks, 2);
}

static void
structure_is_asked_for_by_kind(void **state)
{
	static const struct {
		int64_t kind;
		enum template_lang lang;
		const char *text, *missing; /* rules, in order of name */
	} cases[] = {
		{ TEMPLATE_HOLDING, TEMPLATE_ZH, "大家好。",
		  "concrete contact known next_update not_known what_to_do what_we_do" },
		{ TEMPLATE_HOLDING, TEMPLATE_ZH,
		  "目前已知有消费者反映。原因尚未查清。请先不要食用。我们正在核实。3月10日20:"
		  "00前更新。热线4000000000。",
		  "" },
		{ TEMPLATE_HOLDING, TEMPLATE_ZH,
		  "目前已知有消费者反映。原因尚未查清。请先不要食用。我们正在核实。稍后更新。热"
		  "线400-000-0000。",
		  "next_update" },
		{ TEMPLATE_FULL, TEMPLATE_ZH,
		  "消费者吃到了异物。3月10日20:00前更新。热线400-000-0000。",
		  "remedy responsibility" },
		{ TEMPLATE_REPLY, TEMPLATE_ZH, "已知悉。", "action concrete contact empathy" },
		{ TEMPLATE_REPLY, TEMPLATE_EN,
		  "Sorry about that. Please send us a message, we answer today.", "" },
		{ TEMPLATE_COVER, TEMPLATE_EN, "Nothing to see.",
		  "concrete contact due next_update subject" },
		{ TEMPLATE_PRESS, TEMPLATE_EN,
		  "We can confirm one report. Update by 18:00. Call the press desk.",
		  "attribution" },
		{ LINT_ANY_KIND, TEMPLATE_EN, "Hello.", "concrete contact next_update" },
	};
	static const char *const elements[] = {
		"action", "attribution", "concrete",   "contact",   "due",    "empathy",
		"known",  "next_update", "not_known",  "owner",     "remedy", "responsibility",
		"story",  "subject",     "what_to_do", "what_we_do"
	};
	struct world *w = *state;

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct lint_ask ask = { .text = str_of(cases[i].text),
					.lang = cases[i].lang,
					.kind = cases[i].kind,
					.age_s = -1 };
		struct lint_findings f = look(w, ask);
		struct buf missing = BUF(4096);

		for (size_t k = 0; k < LY_COUNT(elements); k++) {
			const struct lint_finding *x = find(&f, elements[k]);

			if (x)
				buf_addf(&missing, "%s%s", missing.n ? " " : "", elements[k]);
			if (x)
				assert_int_equal(x->severity, cases[i].kind == LINT_ANY_KIND
								      ? LINT_WARN
								      : LINT_BLOCK);
		}
		if (strcmp(missing.p, cases[i].missing) != 0)
			fail_msg("%s\n  misses: %s\n  should: %s", cases[i].text, missing.p,
				 cases[i].missing);
		buf_release(&missing);
	}
}

static void
what_is_too_long_blocks_from_the_first_character_over(void **state)
{
	struct world *w = *state;
	struct lint_ask ask = { .text = STR("一二三四五"),
				.kind = LINT_ANY_KIND,
				.max_length = 5 };
	struct lint_findings f = look(w, ask);

	assert_null(find(&f, "over_length"));
	ask.max_length = 4;
	f = look(w, ask);
	assert_int_equal(find(&f, "over_length")->at, 12);
	assert_int_equal(find(&f, "over_length")->severity, LINT_BLOCK);
}

static void
findings_name_line_place_and_a_better_way(void **state)
{
	struct world *w = *state;
	struct lint_ask ask = {
		.text = STR("各位：\n我们深表遗憾。\n热线400-000-0000，3月10日20:00更新。"),
		.kind = LINT_ANY_KIND
	};
	struct lint_findings f = look(w, ask);
	struct buf b = BUF(4096);

	lint_add_json(&b, &f, ask.text, 0);
	assert_string_equal(b.p,
			    "[{\"rule\":\"zh.regret\",\"severity\":\"block\",\"line\":2,\"at\":"
			    "16,\"len\":12,"
			    "\"said\":\"深表遗憾\",\"reason\":\"“遗憾”是旁观者的话，不是道歉\","
			    "\"rewrite\":\"有错就说“我们道歉”；原因未明就说“抱歉让您担心”\"}]");
	buf_release(&b);
}

static void
the_language_is_seen_by_its_letters(void **state)
{
	(void)state;
	assert_int_equal(lint_lang_of(STR("关于 Shancui 的说明")), TEMPLATE_ZH);
	assert_int_equal(lint_lang_of(STR("About Shancui (山脆) and its seaweed crisps")),
			 TEMPLATE_EN);
	assert_int_equal(lint_lang_of(STR("")), TEMPLATE_EN);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_fires_and_lets_its_neighbour_pass),
		cmocka_unit_test(no_rule_is_without_its_pair_of_texts),
		cmocka_unit_test(what_professionals_write_passes),
		cmocka_unit_test(empty_phrases_only_warn_when_a_time_follows),
		cmocka_unit_test(a_time_without_an_action_is_no_dated_action),
		cmocka_unit_test(threats_of_law_block_on_the_first_day_even_with_a_date),
		cmocka_unit_test(money_for_silence_cannot_be_overridden),
		cmocka_unit_test(strategies_are_asked_for_by_the_assessment),
		cmocka_unit_test(tone_rules_wait_for_l2),
		cmocka_unit_test(figures_from_facts_are_supported),
		cmocka_unit_test(structure_is_asked_for_by_kind),
		cmocka_unit_test(what_is_too_long_blocks_from_the_first_character_over),
		cmocka_unit_test(findings_name_line_place_and_a_better_way),
		cmocka_unit_test(the_language_is_seen_by_its_letters),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
