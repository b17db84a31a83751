/*
 * lint_words.h - words that several rules share, as parts of patterns (PCRE2, caseless).
 *
 * A dated action is what turns an empty phrase into news: a time and what is done at it, within
 * one sentence. A time alone is none: "on 3 March we learned" promises nothing.
 */
#ifndef LY_RESPONDER_LINT_WORDS_H
#define LY_RESPONDER_LINT_WORDS_H

#define ZH_NUMBER "(?:\\d+|[一二两三四五六七八九十百]+)"
#define ZH_DATE                                                                                         \
	"(?:\\d{1,2}[:：]\\d{2}|\\d{1,2}\\s?(?:点|时)(?!间)|\\d{1,2}\\s?月\\s?\\d{1,2}\\s?["       \
	"日号]?|\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}|今[天日晚早]|明[天日早晚]|当[天日晚]|" \
	"(?:本|下|这)?(?:周|星期)[一二三四五六日天末]|即日起|" ZH_NUMBER                                \
	"\\s?(?:个)?(?:小时|分钟|天|日|工作日|周)(?:之?内|以内|前))"
#define ZH_ACT                                                                                                             \
	"(?:下架|封存|停(?:售|产|用|业|运|止|职|机|工)|送检|送往|公布|公开|更新|更换|完成|"    \
	"办(?:好|完|结|理)|退(?:还|款|回|到|完)|赔(?:付|偿)|召回|通知|通报|提交|提供|"             \
	"报(?:告|案|送)|约谈|答复|回复|回电|联系|整改|修复|恢复|撤(?:下|出|职|换)|免职|辞退|" \
	"关闭|暂停|到账|检(?:测|查|修)|抽检|垫付|支付|转出|说明|抵达|就医|陪同|上门|送达|"   \
	"改(?:为|成)|换(?:掉|成|上)|交(?:结论|付|出)|开(?:始|放|通)|出(?:报告|结果)|预约|"          \
	"登记|给出|上线|回答|清(?:理|洗|空)|处理|起诉|立案|发布(?:通报|公告|结果|报告|说明|" \
	"进展))"
#define ZH_DATED_ACT                                                                          \
	"(?:" ZH_DATE "[^。；！？\\n]{0,40}" ZH_ACT "|" ZH_ACT "[^。；！？\\n]{0,30}" ZH_DATE \
	")"
#define ZH_OWNER \
	"(?:由[^。；\\n]{1,24}(?:负责|签字|牵头)|[^。；，\\n]{1,16}负责(?:到底|督办|落实))"
#define ZH_UPDATE "(?:更新|公布|通报|发布|说明|告知|告诉|答复|回复|进展|有结果|下次|下一次)"
#define ZH_COUNT                                                                                                     \
	"(?:\\d+|[一二两三四五六七八九十百千]+)\\s?(?:起|例|件|份|盒|袋|瓶|批|家|名|位|箱|" \
	"台|辆|包|单|条|个(?!别)|人)"
/* Who is on our side: a fault of theirs is ours. */
#define ZH_OURS "(?:我们|我司|我方|我店|本公司|门店|店员|工作人员|员工|工厂|车间|仓库|维修人员)"
#define ZH_TAKEN \
	"(?:责任(?:在|由)我|我们(?:来)?(?:负责|承担)|是我们的|错在我|我们的(?:责任|错|失误))"
#define ZH_USER                                                                                                              \
	"(?:消费者|顾客|客户|用户|当事人|车主|家长|乘客|旅客|游客|业主|租客|住户|患者|买家|" \
	"会员|观众|您)"

#define EN_MONTH                                                                           \
	"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|" \
	"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
#define EN_DATE                                                                         \
	"(?:\\d{1,2}:\\d{2}|\\b\\d{1,2}\\s?[ap]\\.?m\\b|\\b\\d{1,2}(?:st|nd|rd|th)? "   \
	"(?:of )?" EN_MONTH "\\b|\\b" EN_MONTH " \\d{1,2}\\b|\\d{4}-\\d{2}-\\d{2}|"     \
	"\\b(?:today|tonight|tomorrow|noon|midnight|monday|tuesday|wednesday|thursday|" \
	"friday|saturday|sunday)\\b|\\b(?:with)?in (?:\\d+|an|one|two|three|a few) "    \
	"(?:minutes?|hours?|days?|working days?|weeks?)\\b)"
#define EN_UPDATE                                                                           \
	"(?:updates?\\b|next (?:note|message|bulletin|statement|briefing)\\b|will "         \
	"(?:say|tell|write|report|publish|post|share|be back|have an answer|know)|have an " \
	"answer)"
#define EN_OWNER                                                                         \
	"\\b(?:answers? for (?:it|this|that)|is (?:responsible|in charge)|"              \
	"(?:will )?s(?:ees?|ee) (?:it|this) through|owns (?:it|this)|reports? (?:on it|" \
	"back))\\b"
#define EN_OURS                                                                        \
	"\\b(?:our|we|us) (?:own )?(?:\\w+ ){0,3}?(?:did not|didn['’]t|failed|used|" \
	"technicians?|fitters?|staff|team|people|engineers?)\\b|\\bwe (?:did not|"     \
	"didn['’]t|failed|should have)\\b"
#define EN_USER "(?:customers?|users?|owners?|guests?|passengers?|drivers?|parents?|people|you)"

#endif
