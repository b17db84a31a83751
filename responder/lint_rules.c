/* lint_rules.c - rules for texts of any language, and what all rules share. Data only. */
#include "core/base.h"

#include "responder/lint_rules.h"
#include "responder/lint_words.h"

const struct lint_rule *const lint_tables[] = { lint_rules_zh, lint_rules_en, lint_rules_both,
						NULL };

const char *const lint_dated[2] = { ZH_DATED_ACT, EN_DATE };
const char *const lint_counted[2] = { ZH_COUNT, "\\d" };
const char *const lint_denies[2] = {
	"不实|不属实|谣言|没有事实依据|与事实不符|不是事实|并非事实|伪造|编造|并非|是假的|"
	"没有这回事",
	"\\b(?:false|untrue|not true|fabricated|hoax|rumou?rs?|never (?:said|wrote|made)|did "
	"not "
	"say|is not what)\\b"
};

/* What names a thing and not a person stands beside digits that look like one's own. */
#define NAMES_A_THING                                                                                           \
	"批号|批次|编号|单号|序列号|型号|报告|喷码|条码|batch|\\blot\\b|report|serial|code|" \
	"\\bunits?\\b"

const struct lint_rule lint_rules_both[] = {
	{ BLOCK("any.leftover",
		"\\{\\{[^}\\n]{0,60}(?:\\}\\})?|\\$\\{[^}\\n]{1,40}\\}|"
		"\\[(?:insert|name|date|time|brand|company|product|contact|"
		"tbd|tbc|link)\\b[^\\]\\n]{0,40}\\]|\\b(?:TBD|TBC)\\b|"
		"(?<![A-Za-z])[XＸ×]{2,}(?:年|月|日|时|元|公司|品牌|先生|女士|批)|"
		"_{4,}"),
	  BOTH("留下了没有填的占位", "填上，或者删去", "a slot is left over",
	       "fill it in or delete it") },
	{ BLOCK("any.gap", "【待补[^】\\n]{0,400}】|\\[TO FILL[^\\]\\n]{0,400}\\]"),
	  .flags = LINT_IS_GAP,
	  BOTH("还有待补的内容", "填上确认过的事实；没有就改写这句话",
	       "something is still to be filled in",
	       "fill in a confirmed fact, or write the sentence without it") },
	{ BLOCK("any.mobile", "(?<![\\d-])1[3-9]\\d[ -]?\\d{4}[ -]?\\d{4}(?!\\d)"),
	  .unless = "热线|客服|专线|咨询|媒体|hotline|helpline|press|customer|" NAMES_A_THING,
	  BOTH("个人手机号", "删去，用公司热线", "a personal phone number",
	       "use the company's line") },
	{ BLOCK("any.identity", "(?<!\\d)[1-9]\\d{5}(?:19|20)\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|["
				"12]\\d|3[01])\\d{3}[\\dXx](?!\\d)"),
	  .unless = NAMES_A_THING,
	  BOTH("身份证号", "删去", "an identity number", "delete it") },
	{ BLOCK("any.card",
		"(?<!\\d)(?:62|4\\d|5[1-5])\\d{2}(?:[ -]?\\d{4}){3}(?:[ -]?\\d{1,3})?(?!\\d)"),
	  .unless = NAMES_A_THING, BOTH("银行卡号", "删去", "a card number", "delete it") },
	{ BLOCK("any.mail", "(?<![A-Za-z0-9._%+-])(?!(?:press|media|pr|news|service|support|"
			    "care|help|helpdesk|kefu|contact|info|hello|"
			    "recall|hotline|privacy|legal|complaints?|customer|team|office|"
			    "security|dpo|refunds?|claims)[A-Za-z0-9._+-]{0,20}@)"
			    "[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}\\.[A-Za-z]{2,10}"),
	  BOTH("个人邮箱", "用公司的公用邮箱", "a personal mail address",
	       "use a mailbox of the company") },
	{ BLOCK("any.address",
		"(?:家住|住址[是为：:]?|住在)[^。；，\\n]{2,30}(?:号|室|栋|单元)|\\blives at "
		"\\d{1,5}\\b"),
	  BOTH("个人住址", "删去", "somebody's home address", "delete it") },
	{ WARN("any.emoji", "[\\x{1F300}-\\x{1FAFF}\\x{2600}-\\x{27BF}]"),
	  .flags = LINT_HIGH_LEVEL,
	  BOTH("出了事用表情，不庄重", "删去", "an emoji in a crisis", "delete it") },
	{ .name = NULL },
};
