/* lint_matters.c - figures, dates, remedies and stands that the texts of an incident share. Data. */
#include "core/base.h"

#include "responder/lint_matters.h"
#include "responder/lint_words.h"

#define ZN                                                                                                           \
	"((?:约|近|超过|逾|共)?\\s?(?:\\d[\\d,，.]*\\s?[百千万亿]*|[一二两三四五六七八九十百" \
	"千万]+)\\s?[%％]?(?:余|多)?)"
#define EN_NUM                                                      \
	"((?:about |around |nearly |almost |over |more than |some " \
	")?(?:\\d[\\d,.]*\\d|\\d)(?: "                              \
	"?(?:%|percent|thousand|million|billion|k\\b))?)"
#define ZD                                                                                                   \
	"((?:\\d{4}年)?\\d{1,2}月\\d{1,2}[日号](?:[上下中]午|早上|晚上?|凌晨)?\\s?(?:\\d{1,2}" \
	"[:"                                                                                                 \
	"：]\\d{2}|\\d{1,2}[点时](?!间))?|\\d{1,2}[:：]\\d{2})"
#define EN_DAY "(?:\\d{1,2}(?:st|nd|rd|th)? (?:of )?" EN_MONTH "|" EN_MONTH " \\d{1,2})"
#define ED                                                                                   \
	"((?:\\d{1,2}:\\d{2}|\\d{1,2} ?[ap]m)(?: \\([A-Z+:0-9-]+\\)| [A-Z]{3,4})?(?:,? on| " \
	"of) "                                                                               \
	"" EN_DAY "(?: \\(UTC[^)]*\\))?|" EN_DAY "(?:,? (?:at )?\\d{1,2}:\\d{2})?)"
/* Near: within one clause. */
#define ZK "[^。；，\\n]{0,10}?"
#define ZS "[^。；\\n]{0,24}?"
#define EK "[^.;,\\n]{0,24}?"
#define ES "[^.;\\n]{0,50}?"

const struct matter lint_matters[] = {
	{ "sold",
	  MATTER_FIGURE,
	  { "(?:售出|卖出|销售)(?:了)?" ZK ZN "|" ZN
	    "\\s?[盒袋瓶箱件份台辆个套罐]?(?:已)?(?:售出|卖出)",
	    EN_NUM EK "\\b(?:were|was|have been|had been) sold\\b|\\bsold (?:of )?" EN_NUM },
	  0,
	  false },
	{ "returned",
	  MATTER_FIGURE,
	  { "(?:收回|召回|回收)(?:了|到)?" ZN "|" ZN
	    "\\s?[盒袋瓶箱件份台辆个套罐](?:已)?(?:收回|召回|回收)",
	    EN_NUM EK
	    "\\b(?:returned|recovered|collected|recalled)\\b|\\b(?:recovered|collected|"
	    "taken back|recalled) " EN_NUM },
	  0,
	  false },
	{ "reports",
	  MATTER_FIGURE,
	  { "(?:收到|接到)" ZK ZN "\\s?[起例件份位名条个宗]" ZK "(?:反映|投诉|反馈|报告)",
	    EN_NUM " (?:\\w+ ){0,2}(?:reports?|complaints?)\\b|\\b(?:reports?|complaints?) "
		   "from " EN_NUM },
	  0,
	  false },
	{ "hurt",
	  MATTER_FIGURE,
	  { ZN "\\s?[起例位名人个](?:[^。；，\\n]{0,8}?)(?:就医|受伤|不适|住院|烫伤|呕吐)|(?:"
	       "就医|受伤|"
	       "住院)(?:的|者)?(?:共|有|达)?" ZN "\\s?[人位名例]",
	    EN_NUM
	    " (?:\\w+ ){0,3}(?:fell ill|became ill|are ill|were hurt|were injured|injured|"
	    "in hospital|had burns)\\b" },
	  0,
	  false },
	{ "affected",
	  MATTER_FIGURE,
	  { "(?:受影响|涉及)(?:的)?(?:用户|账号|车主|订单|顾客|门店|人数)?(?:共|有|为|达)?" ZN
	    "\\s?[位名个人单家]",
	    EN_NUM
	    " (?:\\w+ ){0,2}(?:are|were|is) affected\\b|\\baffect(?:s|ed|ing)? " EN_NUM },
	  0,
	  false },
	{ "shops",
	  MATTER_FIGURE,
	  { ZN "\\s?家(?:门店|店|分店)",
	    EN_NUM " (?:shops|stores|branches|restaurants|sites)\\b" },
	  0,
	  false },
	{ "off_sale",
	  MATTER_DATE,
	  { ZD ZS "(?:下架|停售|停止销售|召回)",
	    "\\b(?:off sale|off the shel(?:f|ves)|stopped "
	    "(?:all )?sales|withdrawn|recalled)\\b" ES ED },
	  0,
	  false },
	{ "refund_until",
	  MATTER_DATE,
	  { "(?:退|办理|受理)[^。；\\n]{0,12}?(?:到|至|截止)" ZD,
	    "\\brefund" ES "\\buntil " ED },
	  0,
	  false },
	{ "first_report",
	  MATTER_DATE,
	  { "(?:最早|首次|第一(?:次|起|位))(?:的)?[^。；，\\n]{0,8}?" ZD,
	    "\\b(?:first (?:report|complaint)[^.;\\n]{0,30}?|reports began )(?:at |on )?" ED },
	  0,
	  false },
	{ "report_due",
	  MATTER_DATE,
	  { "报告[^。；\\n]{0,10}?(?:预计|将于|于|在)" ZD, "\\breport (?:is )?(?:due|expected|"
							   "published)(?: on| by)? " ED },
	  0,
	  false },
	{ "next_update",
	  MATTER_DATE,
	  { "下一次(?:更新|通报|内部通报)[：:]?[^。；\\n]{0,6}?" ZD,
	    "\\bnext (?:update|note)[^.;\\n]{0,12}?" ED },
	  0,
	  true },
	{ "times_the_price",
	  MATTER_REMEDY,
	  { ZN "倍[^。；，\\n]{0,6}?(?:赔偿|价款|赔付|补偿)|(?:赔偿|赔付|补偿)[^。；，\\n]{0,8}"
	       "?" ZN "倍",
	    "\\b(\\d+|twice|three|five|ten)(?: times|-?fold) the (?:price|amount)\\b" },
	  0,
	  false },
	{ "amount",
	  MATTER_REMEDY,
	  { "(?:赔偿|补偿|赔付|返还|代金券|优惠券)[^。；，\\n]{0,10}?" ZN "\\s?元|" ZN
	    "\\s?元(?:的)?(?:赔偿|补偿|代金券|优惠券)",
	    "\\b(?:compensation|voucher|credit)s? (?:of|worth) (?:[$€£¥]|CNY |RMB |EUR |USD "
	    ")?" EN_NUM "|[$€£¥]" EN_NUM " (?:compensation|voucher|credit)" },
	  0,
	  false },
	{ "refund",
	  MATTER_OFFER,
	  { "(?<!不)(?<!不予)(?<!不支持)(?<!不能)(?<!不可以)(?<!无法)(?<!部分)(?:退款|退货|退(?"
	    ":还|回)(?:货款|价款|票款))",
	    "(?<!no )(?<!partial )\\b(?:refund(?:s|ed)?|money back)\\b" },
	  1,
	  false },
	{ "no_refund",
	  MATTER_OFFER,
	  { "不(?:予|能|支持|可以)?退(?:款|货|换)|无法退款", "\\bno refunds?\\b|\\bnot (?:be )?"
							     "refund(?:ed|able)?\\b" },
	  1,
	  false },
	{ "part_refund",
	  MATTER_OFFER,
	  { "部分退款|退(?:还)?(?:一半|半价|五成)",
	    "\\bpartial refund\\b|\\bhalf (?:the price|of what "
	    "you paid)\\b" },
	  1,
	  false },
	{ "exchange",
	  MATTER_OFFER,
	  { "换货|更换(?:新|一)|换新",
	    "\\breplacement\\b|\\breplace (?:it|them|every|your|all)\\b" },
	  0,
	  false },
	{ "repair",
	  MATTER_OFFER,
	  { "免费(?:维修|检修|修理)", "\\bfree repairs?\\b|\\brepair(?:ed)? "
				      "free\\b" },
	  0,
	  false },
	{ "voucher",
	  MATTER_OFFER,
	  { "代金券|优惠券|抵用券", "\\bvouchers?\\b|\\bcoupons?\\b" },
	  0,
	  false },
	{ "medical",
	  MATTER_OFFER,
	  { "(?:医药|医疗|就医|检查)[^。；，\\n]{0,6}?费",
	    "\\b(?:medical|doctor['’]?s?|hospital) "
	    "(?:bills?|costs?|fees?)\\b" },
	  0,
	  false },
	{ "denied",
	  MATTER_STAND,
	  { "(?<!是否)不属实|(?:纯属|系|是)谣言|与事实不符|子虚乌有|没有事实依据",
	    "\\b(?:is|are) (?:simply |entirely |completely )?(?:untrue|not "
	    "true|false|baseless)\\b" },
	  2,
	  false },
	{ "answered_for",
	  MATTER_STAND,
	  { "我们的责任|责任在我|错在我们|我们的(?:失误|过失|过错)|我们(?:没有|没能)守住",
	    "\\bour (?:responsibility|fault|failure|mistake)\\b|\\bwe (?:were wrong|got "
	    "(?:it|this) "
	    "wrong|should have)\\b" },
	  2,
	  false },
	{ .name = NULL },
};
