/* duty_conf.c - the keys `duties` and `legal`, and the examples that are shipped. */
#include "core/base.h"

#include "core/str.h"
#include "responder/duty.h"

#define HOUR 3600
#define DAY  86400

#define AT(field) offsetof(struct duty_conf, field)
static const struct conf_key duty_keys[] = {
	{ "jurisdiction", CONF_NAME, AT(jurisdiction), 0, 0, "", "CN, EU, …" },
	{ "topics", CONF_TEXTS, AT(topics), 0, 60, "",
	  "of the incident; empty: any (of a shipped one: its own)" },
	{ "we_are", CONF_TEXTS, AT(we_are), 0, 16, "",
	  "only when legal.we_are has one of these: listed, critical_infrastructure, …" },
	{ "group", CONF_NAME, AT(group), 0, 0, "",
	  "alternatives, of which the shortest is opened" },
	{ "authority", CONF_TEXT, AT(authority), 0, 200, "", "who is told" },
	{ "what", CONF_TEXT, AT(what), 0, 300, "", "what is to be done" },
	{ "deadline", CONF_SECONDS, AT(deadline), 0, 90 * DAY, "0",
	  "within so long; 0: at once" },
	{ "source", CONF_TEXT, AT(source), 0, 300, "", "where it is written" },
	{ "checked_by", CONF_TEXT, AT(checked_by), 0, 100, "",
	  "who looked at it; without it is shown as unconfirmed" },
	{ "checked_on", CONF_TEXT, AT(checked_on), 0, 10, "", "and when: 2026-11-29" },
	CONF_END,
};

static bool
is_day(struct str s)
{
	static const char form[] = "dddd-dd-dd";

	for (size_t i = 0; s.n == sizeof form - 1 && i < s.n; i++)
		if (form[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != form[i])
			return false;
	return s.n == sizeof form - 1;
}

static bool
is_shipped(struct str name)
{
	for (const struct duty_conf *d = duties_shipped; d->name.n; d++)
		if (str_eq(d->name, name))
			return true;
	return false;
}

static void
duty_check(struct conf_reader *r, void *self)
{
	struct duty_conf *d = self;

	d->at_once = conf_written(r, &d->deadline) && !d->deadline;
	if (!d->checked_by.n != !d->checked_on.n)
		conf_error(r, d,
			   "who checked it belongs to when: checked_by and checked_on, or "
			   "neither");
	if (d->checked_on.n && !is_day(d->checked_on))
		conf_error(r, &d->checked_on, "\"%.*s\" is no day like 2026-11-29",
			   STR_ARG(d->checked_on));
	if (!is_shipped(d->name) &&
	    (!d->jurisdiction.n || !d->authority.n || !d->what.n || !d->source.n))
		conf_error(r, d,
			   "none of the shipped duties is called \"%.*s\" (langyan playbook "
			   "duties): one of your own needs jurisdiction, authority, what and "
			   "source",
			   STR_ARG(d->name));
}

const struct conf_schema duty_schema = {
	.name = "duty",
	.size = sizeof(struct duty_conf),
	.keys = duty_keys,
	.help = "A duty clock: whom to tell of an incident by when. Under the name of a "
		"shipped "
		"one only what "
		"differs need be written: who checked it, and when.",
	.name_at = AT(name),
	.check = duty_check,
};
#undef AT

#define AT(field) offsetof(struct legal_conf, field)
static const struct conf_key legal_keys[] = {
	{ "jurisdictions", CONF_TEXTS, AT(jurisdictions), 0, 60, "[CN]",
	  "whose duties are ours" },
	{ "we_are", CONF_TEXTS, AT(we_are), 0, 16, "",
	  "listed, critical_infrastructure, …: duties of those are ours, too" },
	CONF_END,
};
const struct conf_schema legal_schema = {
	.name = "legal",
	.size = sizeof(struct legal_conf),
	.keys = legal_keys,
	.help = "Which duty clocks are ours.",
};

/* ---- the shipped examples, RESPONSE.md section 2: nobody has checked them ------------------------- */

#define TEXTS(...)                                                                       \
	{                                                                                \
		(struct str *)(const struct str[]){ __VA_ARGS__ },                       \
			sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str) \
	}
#define RECALL(n, zh, en, hours)                                                              \
	{                                                                                     \
		.name = STR_INIT("cn-food-recall-" n), .jurisdiction = STR_INIT("CN"),        \
		.topics = TEXTS(STR_INIT("food_safety"), STR_INIT("recall")),                 \
		.group = STR_INIT("cn-food-recall"),                                          \
		.authority = STR_INIT("县级以上市场监管部门"),                                \
		.authority_en = STR_INIT("the market regulator of the county or above"),      \
		.what = STR_INIT(zh "：启动召回并报告召回计划"),                              \
		.what_en = STR_INIT(en ": begin the recall and report its plan"),             \
		.deadline = (hours)*HOUR, .source = STR_INIT("《食品召回管理办法》第十三条"), \
	}

const struct duty_conf duties_shipped[] = {
	RECALL("1", "一级召回", "class 1 recall", 24),
	RECALL("2", "二级召回", "class 2 recall", 48),
	RECALL("3", "三级召回", "class 3 recall", 72),
	{
		.name = STR_INIT("cn-cyber-critical"),
		.jurisdiction = STR_INIT("CN"),
		.topics = TEXTS(STR_INIT("data_leak"), STR_INIT("outage")),
		.we_are = TEXTS(STR_INIT("critical_infrastructure")),
		.group = STR_INIT("cn-cyber"),
		.authority = STR_INIT("保护工作部门、公安机关"),
		.authority_en = STR_INIT("the protecting department and the police"),
		.what = STR_INIT("较大以上网络安全事件报告（关键信息基础设施）"),
		.what_en = STR_INIT("report a major cyber incident (critical infrastructure)"),
		.deadline = HOUR,
		.source = STR_INIT("《国家网络安全事件报告管理办法》"),
	},
	{
		.name = STR_INIT("cn-cyber"),
		.jurisdiction = STR_INIT("CN"),
		.topics = TEXTS(STR_INIT("data_leak"), STR_INIT("outage")),
		.group = STR_INIT("cn-cyber"),
		.authority = STR_INIT("属地省级网信部门"),
		.authority_en = STR_INIT("the provincial cyberspace administration"),
		.what = STR_INIT("较大以上网络安全事件报告"),
		.what_en = STR_INIT("report a major cyber incident"),
		.deadline = 4 * HOUR,
		.source = STR_INIT("《国家网络安全事件报告管理办法》"),
	},
	{
		.name = STR_INIT("cn-pipl-57"),
		.jurisdiction = STR_INIT("CN"),
		.topics = TEXTS(STR_INIT("data_leak")),
		.authority = STR_INIT("履行个人信息保护职责的部门、受影响的个人"),
		.authority_en = STR_INIT("the personal information authority and those "
					 "affected"),
		.what = STR_INIT("立即补救并通知：种类、原因、可能的危害、自保办法、联系方式"),
		.what_en = STR_INIT("remedy and tell: what kinds of data, why, what harm, how "
				    "to protect oneself, whom to ask"),
		.source = STR_INIT("《个人信息保护法》第五十七条"),
	},
	{
		.name = STR_INIT("eu-gdpr-33"),
		.jurisdiction = STR_INIT("EU"),
		.topics = TEXTS(STR_INIT("data_leak")),
		.authority = STR_INIT("主管数据保护机构"),
		.authority_en = STR_INIT("the supervisory authority"),
		.what = STR_INIT("个人数据泄露报告（知悉后）"),
		.what_en = STR_INIT("notify the personal data breach (after becoming aware)"),
		.deadline = 72 * HOUR,
		.source = STR_INIT("Regulation (EU) 2016/679, Art. 33"),
	},
	{
		.name = STR_INIT("cn-listed"),
		.jurisdiction = STR_INIT("CN"),
		.we_are = TEXTS(STR_INIT("listed")),
		.authority = STR_INIT("董事会秘书"),
		.authority_en = STR_INIT("the board secretary"),
		.what = STR_INIT("先报董秘判断是否披露，再对外说任何话"),
		.what_en = STR_INIT("before any word in public: is it to be disclosed"),
		.source = STR_INIT("《上市公司信息披露管理办法》"),
	},
	{ .deadline = 0 },
};
