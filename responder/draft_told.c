/* draft_told.c - topics in words for the public: their name, what people report, who is spared. */
#include "core/base.h"

#include "core/str.h"
#include "responder/draft_fill.h"

static const struct {
	const char *topic;
	const char *concern[2], *told[2]; /* zh, en; NULL: a person says it better */
	bool delicate;
} topics[] = {
	{ "food_safety",
	  { "食品安全", "food safety" },
	  { "有消费者说吃到了不该有的东西，或者吃完不舒服",
	    "customers say that something was wrong with what they ate" },
	  false },
	{ "product_safety",
	  { "产品安全", "product safety" },
	  { "有用户说产品用起来出了危险", "customers say that the product put them in danger" },
	  false },
	{ "injury",
	  { "人身安全", "personal safety" },
	  { "有人说因此受了伤", "people say that they were hurt" },
	  true },
	{ "recall",
	  { "产品质量", "product quality" },
	  { "有用户在问自己的产品是否受影响", "customers ask whether theirs is affected" },
	  false },
	{ "quality",
	  { "产品质量", "product quality" },
	  { "有用户说买到的东西有质量问题", "customers say that what they bought is faulty" },
	  false },
	{ "service",
	  { "服务", "service" },
	  { "有顾客说没有被好好对待", "customers say that they were not treated well" },
	  false },
	{ "refund",
	  { "退款", "refund" },
	  { "有用户说钱迟迟退不下来", "customers say that their money does not come back" },
	  false },
	{ "delivery",
	  { "配送", "delivery" },
	  { "有买家说东西没有按时送到", "customers say that their orders are late" },
	  false },
	{ "outage",
	  { "服务中断", "service outage" },
	  { "有用户说服务打不开、用不了", "users say that the service does not work" },
	  false },
	{ "price",
	  { "价格", "pricing" },
	  { "有顾客说价格和看到的不一样",
	    "customers say that the price was not what they saw" },
	  false },
	{ "data_leak",
	  { "个人信息安全", "personal data" },
	  { "有用户担心自己的信息被别人拿走了",
	    "people fear that their data is in other hands" },
	  true },
	{ "privacy",
	  { "个人信息", "privacy" },
	  { "有用户担心自己的信息被不当使用",
	    "people fear that their data is used without asking" },
	  true },
	{ "advertising",
	  { "宣传", "advertising" },
	  { "有人对我们的宣传提出了批评", "people object to what we advertised" },
	  false },
	{ "environment",
	  { "环境保护", "environmental" },
	  { "有居民反映周边环境受到影响", "neighbours say that their surroundings suffer" },
	  false },
	{ "rumour",
	  { NULL, NULL },
	  { "有人在转发一则关于我们的内容，问是不是真的",
	    "people pass on a story about us and ask whether it is true" },
	  false },
	{ "death", { NULL, NULL }, { NULL, NULL }, true },
	{ "minors", { NULL, NULL }, { NULL, NULL }, true },
	{ "discrimination", { NULL, NULL }, { NULL, NULL }, true },
	{ "executive", { NULL, NULL }, { NULL, NULL }, true },
	{ "labour", { NULL, NULL }, { NULL, NULL }, true },
};

static const char *
word(struct str topic, enum template_lang lang, bool told)
{
	for (size_t k = 0; k < LY_COUNT(topics); k++)
		if (str_is(topic, topics[k].topic)) {
			const char *s = told ? topics[k].told[lang] : topics[k].concern[lang];

			return s ? s : "";
		}
	return "";
}

const char *
draft_concern(struct str topic, enum template_lang lang)
{
	return word(topic, lang, false);
}

const char *
draft_told(struct str topic, enum template_lang lang)
{
	return word(topic, lang, true);
}

bool
draft_is_delicate(struct str topic)
{
	for (size_t k = 0; k < LY_COUNT(topics); k++)
		if (str_is(topic, topics[k].topic))
			return topics[k].delicate;
	return !topic.n; /* a counter: nobody knows what it is about */
}
