/* playbook_shipped.c - the playbooks that come with the program: data only, in zh and en.
 *
 * None of them acts by itself. Whatever is the law's is a duty clock (duty.h). */
#include "core/base.h"

#include "responder/playbook.h"

#define MIN 60
#define H   3600

#define TEXTS(...)                                                                       \
	{                                                                                \
		(struct str *)(const struct str[]){ __VA_ARGS__ },                       \
			sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str) \
	}
#define TASKS(...)                                                          \
	{                                                                   \
		(void *)(const struct play_task[]){ __VA_ARGS__ },          \
			sizeof((const struct play_task[]){ __VA_ARGS__ }) / \
				sizeof(struct play_task)                    \
	}
#define TASK(lv, name, who, in, zh, en)                                                   \
	{                                                                                 \
		.level = (lv), .key = STR_INIT(name), .role = STR_INIT(who), .due = (in), \
		.what = STR_INIT(zh), .what_en = STR_INIT(en)                             \
	}

/* clang-format off */
const struct playbook_conf playbooks_shipped[] = {
	{
		.name = STR_INIT("food-safety"), .enabled = 1,
		.title = STR_INIT("食品安全"), .title_en = STR_INIT("Food safety"),
		.topics = TEXTS(STR_INIT("food_safety")),
		.tasks = TASKS(
			TASK(2, "people", "lead", H, "联系反映的人：先问人怎么样、要不要就医，再取样品和凭证；不谈撤帖",
			     "reach who reports it: how are they, do they need a doctor; then samples and receipts; no word of deleting posts"),
			TASK(2, "batch", "fixer", H, "查批次：生产日期、产地、流向、留样还在不在",
			     "find the batch: date, plant, where it went, is the retained sample there"),
			TASK(3, "stop", "fixer", 2 * H, "同批次先停售、下架、封存，写下几时起、哪些渠道",
			     "stop, take down and seal the batch; write down from when and in which channels"),
			TASK(3, "sampling", "fixer", 4 * H, "送第三方检测：检什么、哪家、几时出报告",
			     "sampling by an outside lab: what, which lab, report due when"),
			TASK(3, "hotline", "spokesperson", 2 * H, "专线和客服口径：怎么退、怎么就医、谁垫付；不问责消费者",
			     "hotline and words for the help desk: refunds, doctors, who pays; no blame on the customer"),
			TASK(3, "regulator", "legal", 2 * H, "主动与属地市场监管部门沟通，核对报告和召回时限",
			     "speak to the local market regulator first; check the times for reports and recalls")),
	},
	{
		.name = STR_INIT("product-recall"), .enabled = 1,
		.title = STR_INIT("产品召回"), .title_en = STR_INIT("Product recall"),
		.topics = TEXTS(STR_INIT("recall"), STR_INIT("product_safety")),
		.tasks = TASKS(
			TASK(2, "scope", "fixer", 2 * H, "圈定范围：型号、批次、数量、销往哪里、已知的伤害",
			     "the scope: models, batches, how many, sold where, injuries known"),
			TASK(2, "hazard", "legal", 4 * H, "危害等级与召回级别：质量、法务共同判断并签字",
			     "class of hazard and of recall: judged and signed by quality and legal together"),
			TASK(3, "stop", "fixer", 2 * H, "停产、停售、通知渠道，封存库存",
			     "stop making and selling, tell every channel, seal the stock"),
			TASK(3, "notice", "spokesperson", 4 * H, "召回公告：哪些要停用、有什么危险、现在怎么办、怎么退；首屏说完",
			     "the recall notice: what to stop using, what the danger is, what to do now, how to return it; on the first screen"),
			TASK(3, "returns", "fixer", 24 * H, "退换通道先自己走一遍：门店、快递、退款几天到账",
			     "walk through the returns yourself: shop, parcel, days to the refund"),
			TASK(3, "progress", "analyst", 24 * H, "每天公布收回多少、还剩多少，数字要有来源",
			     "each day how many came back and how many are out, with the source of the figure")),
	},
	{
		.name = STR_INIT("executive"), .enabled = 1, .confidential = 1,
		.title = STR_INIT("高管言行"), .title_en = STR_INIT("Executive misconduct"),
		.topics = TEXTS(STR_INIT("executive")),
		.tasks = TASKS(
			TASK(2, "silence", "lead", 30 * MIN, "涉事人停止公开发言、不登录账号；员工不评论、不点赞",
			     "the person concerned says nothing in public and stays off their accounts; staff neither comment nor like"),
			TASK(2, "genuine", "analyst", 2 * H, "核对视频、录音、截图是否真实完整：最早出处、时间、有没有剪过",
			     "are video, sound and screenshots genuine and whole: first source, time, cuts"),
			TASK(2, "preserve", "legal", 2 * H, "保全证据：不删不改，不私下联系举报人和受影响的人",
			     "preserve evidence: delete and change nothing, no private word to whoever reported or was affected"),
			TASK(3, "step-aside", "legal", 2 * H, "涉事人回避：不参与研判、审批和回应；职务怎么安排由谁定",
			     "the person steps aside: no part in assessing, approving, answering; who decides about the post"),
			TASK(3, "affected", "lead", 4 * H, "先联系受影响的人：安全、支持、固定联系人",
			     "the people affected come first: safety, support, one contact"),
			TASK(3, "inquiry", "legal", 4 * H, "谁来调查（与涉事人无隶属）、查什么、几时公布",
			     "who inquires (not reporting to the person), into what, published when"),
			TASK(3, "staff", "spokesperson", 2 * H, "员工说明：不晚于对外",
			     "word to staff, not later than to the public")),
	},
	{
		.name = STR_INIT("data-leak"), .enabled = 1, .confidential = 1,
		.title = STR_INIT("数据泄露"), .title_en = STR_INIT("Data leak"),
		.topics = TEXTS(STR_INIT("data_leak")),
		.tasks = TASKS(
			TASK(2, "contain", "fixer", H, "先止住：关入口、换密钥和凭证；日志留好，不重装、不清盘",
			     "contain it: close the way in, rotate keys; keep the logs, reinstall and wipe nothing"),
			TASK(2, "genuine", "analyst", 2 * H, "流出的样本是不是我们的：只核对，不下载、不转存别人的信息",
			     "is the sample ours: compare only, neither download nor keep other people's data"),
			TASK(2, "scope", "fixer", 4 * H, "范围：哪些字段、多少人、从几时到几时、有没有加密",
			     "the scope: which fields, how many people, from when to when, encrypted or not"),
			TASK(3, "protect", "spokesperson", 2 * H, "告诉用户怎么自保：改密码、防诈骗、看账单；我们不会索要验证码",
			     "tell people how to protect themselves: passwords, fraud, bills; we never ask for codes"),
			TASK(3, "tell", "legal", 4 * H, "通知谁、几时：监管部门和受影响的人（时限见法务任务）",
			     "whom to tell, and when: authorities and those affected (times: legal tasks)"),
			TASK(3, "fraud", "lead", 4 * H, "客服口径：怎样认出冒充我们的电话和短信，往哪里报",
			     "words for the help desk: how to tell calls and messages that pretend to be us, where to report them")),
	},
	{
		.name = STR_INIT("outage"), .enabled = 1,
		.title = STR_INIT("服务故障"), .title_en = STR_INIT("Service outage"),
		.topics = TEXTS(STR_INIT("outage")), .classes = TEXTS(STR_INIT("system")),
		.templates = TEXTS(STR_INIT("zh-outage-holding"), STR_INIT("en-outage-holding")),
		.tasks = TASKS(
			TASK(2, "status", "fixer", 15 * MIN, "确认范围和开始时间，状态页先挂出来",
			     "the extent and since when; put it on the status page"),
			TASK(3, "restore", "fixer", 30 * MIN, "恢复优先：回滚或切备用，谁拍板写下来",
			     "restore first: roll back or switch over; write down who decided"),
			TASK(3, "updates", "spokesperson", 30 * MIN, "每 30 分钟说一次进展，没有进展也说",
			     "an update every 30 minutes, also when there is no progress"),
			TASK(3, "remedy", "lead", 24 * H, "补偿和计费更正：谁、多少、几时到",
			     "compensation and corrected bills: who, how much, when"),
			TASK(3, "cause", "fixer", 72 * H, "事故报告：原因、影响、改进，每项有日期",
			     "the report: cause, impact, what changes, each with a date")),
	},
	{
		.name = STR_INIT("rumour"), .enabled = 1,
		.title = STR_INIT("谣言"), .title_en = STR_INIT("Rumour"),
		.topics = TEXTS(STR_INIT("rumour"), STR_INIT("ai_forgery")),
		.tasks = TASKS(
			TASK(2, "origin", "analyst", H, "找最早一条：谁、几时、在哪、中间改过什么",
			     "the first one: who, when, where, what was changed on the way"),
			TASK(2, "proof", "fixer", 2 * H, "能公开的证据：报告编号、原始录像、时间戳；没有证据先不辟谣",
			     "proof that may be shown: report number, original footage, time stamps; without it no denial yet"),
			TASK(3, "deny", "spokesperson", H, "辟谣：先说事实，再说传言错在哪、证据在哪；标题不复述谣言",
			     "the denial: the fact first, then what is wrong and where the proof is; no rumour in the headline"),
			TASK(3, "platform", "legal", 4 * H, "向平台投诉并存证；涉嫌违法的报警，留回执编号",
			     "report it to the platform and keep evidence; police where it breaks the law, keep the number"),
			TASK(3, "mutations", "analyst", 24 * H, "看传言有没有变形、换平台再起",
			     "does it change its shape, or rise on another platform")),
	},
	{ .enabled = 0 },
};
/* clang-format on */
