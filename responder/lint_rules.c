/* lint_rules.c - phrases and structure, RESPONSE.md section 6. Data only. */
#include "core/base.h"

#include "responder/lint_rules.h"

#define ZH_DATE                                                                                                        \
	"(?:\\d{1,2}[:：]\\d{2}|\\d{1,2}\\s?(?:点|时)(?!间)|\\d{1,2}\\s?月\\s?\\d{1,2}\\s?["                      \
	"日号]?|"                                                                                                    \
	"\\d{4}[-/.]\\d{1,2}[-/"                                                                                       \
	".]\\d{1,2}|今[天日晚早]|明[天日早晚]|当[天日晚]|(?:本|下|这)?周[一二三四五六日末]|" \
	"(?:\\d+|[一二两三四五六七八九十]+)\\s?(?:个)?(?:小时|分钟|天|日|工作日|周)(?:之?内|"  \
	"以内|前))"
#define EN_MONTH                                                                           \
	"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|" \
	"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
#define EN_DATE                                                                                \
	"(?:\\d{1,2}:\\d{2}|\\b\\d{1,2}\\s?[ap]\\.?m\\b|\\b\\d{1,2}(?:st|nd|rd|th)? " EN_MONTH \
	"\\b|\\b" EN_MONTH                                                                     \
	" \\d{1,2}\\b|\\d{4}-\\d{2}-\\d{2}|\\b(?:today|tonight|tomorrow|noon|"                 \
	"midnight|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\\b|\\bwithin "     \
	"(?:\\d+|an|one|two|three|a few) (?:minutes?|hours?|days?|working days?|weeks?)\\b)"
#define ZH_UPDATE "(?:更新|公布|通报|发布|说明|告知|告诉|答复|回复|进展|有结果|下次|下一次)"
#define EN_UPDATE                                                                          \
	"(?:updates?\\b|will (?:say|tell|write|report|publish|post|share|be back|have an " \
	"answer)|"                                                                         \
	"have an answer)"
#define ZH_COUNT                                                                                                         \
	"(?:\\d+|[一二两三四五六七八九十百千]+)\\s?(?:起|例|件|份|盒|袋|瓶|批|家|名|位|箱|台|" \
	"辆|包|单|条|个(?!别)|人)"

const char *const lint_dated[2] = { ZH_DATE, EN_DATE };
const char *const lint_counted[2] = { ZH_COUNT, "\\d" };
const char *const lint_denies[2] = {
	"不实|不属实|谣言|没有事实依据|与事实不符|伪造|编造|并非|是假的",
	"\\b(?:false|untrue|not true|fabricated|hoax|rumou?r|never said|did not say|is not "
	"what)\\b"
};

/* One language: only its own reason and hint. */
#define ZH(r, h)             .lang = RULE_ZH, .reason = { r, NULL }, .hint = { h, NULL }
#define EN(r, h)             .lang = RULE_EN, .reason = { NULL, r }, .hint = { NULL, h }
#define BOTH(zr, zh, er, eh) .lang = RULE_BOTH, .reason = { zr, er }, .hint = { zh, eh }
#define BLOCK(id, rx)        .name = (id), .severity = LINT_BLOCK, .pattern = (rx)
#define WARN(id, rx)         .name = (id), .severity = LINT_WARN, .pattern = (rx)
/* Empty phrases: they block unless a time stands beside them. */
#define EMPTY(id, rx) WARN(id, rx), .flags = LINT_UNDATED_BLOCKS

const struct lint_rule lint_rules[] = {
	/* ---- zh, block ---- */
	{ BLOCK("zh.regret", "(?:深表|深感|感到|表示|十分|非常)遗憾"),
	  ZH("“遗憾”是旁观者的话，不是道歉",
	     "有错就说“我们道歉”；原因未明就说“抱歉让您担心”") },
	{ BLOCK("zh.inconvenience",
		"(?:带来|造成|产生).{0,6}不便.{0,10}(?:谅解|见谅|理解|包涵)|敬请(?:谅解|见谅)"),
	  ZH("把伤害说成“不便”，还要人谅解", "写清楚发生了什么、怎么补偿，不要求谅解") },
	{ BLOCK("zh.conditional",
		"如(?:果|若)?(?:有|所)?(?:任何)?冒犯|(?:如果|若|如|倘若)[^。；\\n]{0,10}(?:让|"
		"令|使|给)[^。；\\n]{0,10}"
		"(?:不适|不快|不舒服|冒犯|困扰|伤害)|(?:如果?|若)[^。；\\n]{0,8}不满意"),
	  .unless = "就医|停止(?:食用|使用|服用)|请(?:立即|及时|先)|联系|拨打|申诉|投诉|反映|"
		    "退货|退款|换货",
	  ZH("有条件的道歉等于没有道歉", "去掉“如果”，直接说做错了什么") },
	{ BLOCK("zh.misunderstanding", "(?:引发|引起|造成|产生|存在).{0,4}(?:误会|误解)"),
	  ZH("把责任推给“误解”", "说明事实本身，哪里没有说清楚就补上") },
	{ BLOCK("zh.looks", "观感(?:不佳|不好|较差|欠佳)"),
	  ZH("问题不在“观感”", "说出做错的那件事") },
	{ BLOCK("zh.public_resources", "占用.{0,2}公共资源"),
	  ZH("这句话早已成了笑柄", "删去") },
	{ BLOCK("zh.isolated", "(?<![这那哪几每一两各])(?:极?个别|个案|偶发|极?少数)"),
	  .flags = LINT_COUNT_PASSES, .unless = "个别(?:沟通|联系|答复|回复|面谈|说明)",
	  ZH("没有数字的“个别”“个案”是淡化", "写出数字：截至几时共几起；不知道就说还在统计") },
	{ BLOCK("zh.scapegoat", "(?:临时工|外包(?:人员|公司|员工|团队)?|实习生|(?:前|离职)员工|"
				"第三方人员).{0,8}"
				"(?:所为|擅自|违规|操作|行为|造成|导致|失误|发布)|(?:系|属于?|"
				"是).{0,6}个人行为"),
	  ZH("把责任推给临时工、外包或个人", "先承担：谁用的人谁负责，再说怎么管") },
	{ BLOCK("zh.body", "体质(?:因人而异|原因|问题|差异|特殊|不同)|因人而异"),
	  ZH("把问题归到消费者的体质", "删去；说明我们在查什么，请不适者就医") },
	{ BLOCK("zh.misuse", "(?:操作|使用|食用|储存|保管|存放|冲泡)不当|未按(?:照)?.{0,4}(?:"
			     "说明|要求|规定)|"
			     "(?:消费者|顾客|客户|用户|您|当事人)(?:自身|自己|本人|个人)的?(?:"
			     "原因|问题|责任|疏忽|过错)"),
	  .unless = "(?:我们|我司|我方|本公司|门店|店员|工作人员|员工|工厂|车间|仓库)[^。；\\n]"
		    "{0,14}"
		    "(?:不当|未按)",
	  ZH("指责用户", "先管人：怎么处理、怎么赔；使用方法另发提示") },
	{ BLOCK("zh.malice", "别有用心|恶意(?:抹黑|中伤|诋毁|造谣|攻击|炒作)|断章取义"),
	  .scope = SCOPE_NEXT,
	  .unless = "公证书|立案|判决|警情通报|警方通报|报警回执|完整(?:视频|录音|录像|监控)|"
		    "原始(?:视频|录音|记录)",
	  ZH("没有证据就指人恶意", "摆证据：完整视频、立案回执；没有就删去") },
	{ BLOCK("zh.final_say", "最终解释权"), ZH("“最终解释权”违法也伤人", "删去") },
	{ BLOCK("zh.hush", "(?:删帖|删除?.{0,6}(?:帖子?|评论|视频|笔记|微博|差评)|撤诉|撤(?:回|"
			   "销)(?:投诉|举报)|保密|"
			   "不(?:得|再|要)(?:对外|追究|投诉))[^。\\n]{0,24}(?:赔偿|补偿|退款|"
			   "赔付|红包|返现|优惠券|礼品|到账)|"
			   "(?:赔偿|补偿|退款|赔付|红包|返现|优惠券|礼品)[^。\\n]{0,24}(?:删帖|"
			   "删除?.{0,6}(?:帖子?|评论|视频|笔记|"
			   "微博|差评)|撤诉|撤(?:回|销)(?:投诉|举报)|保密|不(?:得|再|要)(?:"
			   "对外|追究|投诉))"),
	  .flags = LINT_IS_HARD,
	  .unless =
		  "(?:不会?|绝不|从不|不得)(?:要求|以)[^。\\n]{0,16}(?:删|撤|保密|条件|前提)|"
		  "(?:删|撤|保密)[^。\\n]{0,12}(?:无关|不是前提|不作为)|不附(?:带|加)任何条件",
	  ZH("用赔偿换删帖、撤诉或保密：违法，并且会被曝光", "赔偿不附条件") },
	/* ---- zh, warn; block when no dated action follows ---- */
	{ EMPTY("zh.attention", "高度重视|十分重视|非常重视"),
	  ZH("没有动作的“重视”是空话", "换成几点几分做了什么") },
	{ BLOCK("zh.first_moment", "第一时间"), .flags = LINT_DATED_PASSES,
	  ZH("“第一时间”没有时间", "写出时刻：3月10日22:10") },
	{ EMPTY("zh.task_force", "成立(?:了)?.{0,8}(?:小组|工作组|调查组|专班)"),
	  ZH("小组不是行动", "写谁负责、几点前交什么") },
	{ EMPTY("zh.cooperate", "积极配合|全力配合"),
	  ZH("配合是义务，不是姿态", "写已经交了什么、何时有结果") },
	{ EMPTY("zh.lessons", "举一反三"), ZH("套话", "写改哪一条、哪天完成") },
	{ EMPTY("zh.reflect", "深刻反思|深刻检讨|痛定思痛"), ZH("套话", "写错在哪里、改什么") },
	{ EMPTY("zh.zero_tolerance", "零容忍"), ZH("套话", "写对谁做了什么处理、何时") },
	{ EMPTY("zh.original_heart", "初心"), ZH("此刻讲初心会被嘲讽", "删去") },
	{ EMPTY("zh.first_place",
		"(?:始终|一直|一贯)?把[^。；\\n]{1,20}放在(?:首位|第一位|首要位置)"),
	  ZH("与刚发生的事相反", "删去，写这一次怎么做") },
	{ EMPTY("zh.thanks_watch", "感谢[^。；\\n]{0,14}(?:监督|关注与支持|批评指正)"),
	  ZH("出事时道谢像在收场", "感谢具体的人做的具体的事，或者删去") },
	{ EMPTY("zh.humbly", "虚心接受|诚恳接受"), ZH("套话", "写接受了哪一条、改成什么") },
	{ EMPTY("zh.verify_further", "进一步(?:核实|调查|核查|了解)"),
	  ZH("没有期限的“进一步”", "写核实什么、几点前公布") },
	{ EMPTY("zh.soon", "尽快|尽早|近期|适时|另行通知|择日|稍后"),
	  ZH("没有期限", "写日期和时刻；定不了就写下一次更新的时间") },
	{ EMPTY("zh.standard", "(?:符合|达到|满足)[^。；\\n]{0,10}(?:国家|国标|行业|食品安全)[^"
			       "。；\\n]{0,8}(?:标准|要求|规定)"),
	  .unless = "报告(?:编)?号|报告编号|编号|(?:GB|QB|SB)[ /T]*\\d", .scope = SCOPE_NEXT,
	  ZH("没有报告编号的“符合标准”", "附检测机构、报告编号和日期") },
	{ EMPTY("zh.settled", "已?(?:经|与)?[^。；\\n]{0,10}达成和解|双方已和解"),
	  .scope = SCOPE_NEXT, .unless = "(?:经|征得)[^。；\\n]{0,10}(?:同意|授权)",
	  ZH("公布和解要当事人同意", "征得同意并写明，或者不提") },
	{ WARN("zh.legal_threat", "(?:保留|将)[^。；\\n]{0,8}(?:追究|诉诸)[^。；\\n]{0,10}(?:"
				  "法律|责任)(?:的权利)?"),
	  .flags = LINT_UNDATED_BLOCKS | LINT_FIRST_DAY,
	  ZH("出事头一天讲追责，等于威胁", "先回答问题；确有证据，一天以后另发") },
	{ WARN("zh.chummy", "(?<![父母双乡至探成定省家娘血])亲(?=[，,！!~～、]|们)|小编"),
	  .flags = LINT_HIGH_LEVEL, ZH("出了事还用“亲”“小编”，不庄重", "用“您”“我们”") },
	{ BLOCK("zh.absolute", "(?:绝对|百分之?百|100\\s?[%％]|完全|绝不会?不)[^。；，\\n]{0,8}"
			       "(?:安全|无害|合格|放心|无毒|健康|达标|没有问题)|"
			       "(?:绝无|绝不存在|绝不会有|毫无|没有任何)[^。；，\\n]{0,6}(?:"
			       "质量问题|安全问题|问题|风险|隐患|危害)|"
			       "万无一失|零风险|零缺陷"),
	  ZH("对产品打包票", "只说查过什么、结果是什么、报告编号") },
	{ WARN("zh.promise", "(?:我们|我司|公司|本公司|平台|门店)[^。；！？\\n，,]{0,8}(?:将|"
			     "会(?![员议])|承诺|保证)[^。；！？\\n]{0,14}"
			     "(?:调查|彻查|整改|公布|公开|赔付|赔偿|退款|升级|改进|送检|通报|"
			     "处理|答复|回复|说明)"),
	  .flags = LINT_DATED_PASSES, .unless = "由[^。；\\n]{1,16}负责",
	  ZH("承诺没有期限，也没有人负责", "写谁、几月几日几点前") },
	{ WARN("zh.mixed", "不属实|纯属谣言|系谣言|是谣言"), .with = "赔偿|补偿|全额退款|召回",
	  ZH("一面否认，一面赔付，两边都不信",
	     "分成两件事说：哪一条不实（附证据），哪一条我们负责") },
	{ WARN("zh.mourning", "沉痛哀悼|深切哀悼|致以哀悼"), .scope = SCOPE_TEXT,
	  .unless = "去世|离世|遇难|身亡|逝世|死亡|逝者|罹难|丧生|不幸",
	  ZH("没有逝者而用“哀悼”", "按实际伤情写慰问") },
	{ WARN("zh.figure",
	       "\\d[\\d,，.]*\\s?(?:[%％]|万|亿|成|倍)|百分之[一二三四五六七八九十零点]+|"
	       "(?<![:：\\d])\\d[\\d,]*\\s?(?:盒|袋|瓶|箱|件|份|批次|家门店|人次|例|起)"),
	  .flags = LINT_IS_FIGURE, .unless = "报告|编号|据|截至|来源|公告|备案|到现在为止|批号",
	  ZH("数字没有出处", "写明截至何时、由谁统计，或者用事实表里的数字") },
	/* ---- en, block ---- */
	{ BLOCK("en.regret", "\\b(?:deeply|sincerely|truly|very much) regrets?\\b|\\bwe regret "
			     "(?:any|that|if)\\b"),
	  EN("regret is what bystanders feel; it is no apology",
	     "say \"we are sorry\" and for what; if the cause is open, \"we are sorry for the "
	     "worry\"") },
	{ BLOCK("en.inconvenience", "\\bany inconvenience\\b"),
	  EN("calls harm an inconvenience, and doubts it", "name what happened to people") },
	{ BLOCK("en.conditional",
		"\\bsorry (?:if|that) "
		"(?:you|anyone|anybody|some|people)\\b[^.\\n]{0,20}\\b(?:feel|felt|were|was|"
		"are|took)\\b|"
		"\\bsorry (?:for )?(?:how|the way) you feel\\b|\\bsorry if\\b"),
	  EN("apologises for feelings, not for what was done",
	     "say what went wrong and that it was ours") },
	{ BLOCK("en.offended",
		"\\bif (?:anyone|anybody|any(?: of our)? customers?|you|some|people) "
		"(?:was|were|felt|has been|have been|feels?)"
		" (?:offended|upset|hurt)\\b|\\bif (?:we|this|it|our \\w+)(?: has| have)? "
		"(?:caused|gave|given) offen[cs]e\\b"),
	  EN("a conditional apology", "drop the \"if\"") },
	{ BLOCK("en.passive", "\\bmistakes (?:were|have been) made\\b"),
	  EN("nobody made them?", "\"we made a mistake:\" and which") },
	{ BLOCK("en.context", "\\b(?:taken )?out of context\\b"),
	  EN("blames the listener", "give the whole recording or text, or leave it out") },
	{ BLOCK("en.scapegoat", "\\b(?:rogue|lone|single|junior|former|temporary) "
				"(?:employee|individual|contractor|intern|worker)\\b"
				"[^.\\n]{0,30}\\b(?:acted|responsible|posted|caused|did|who)"
				"\\b|\\brogue employee\\b"),
	  EN("passes the blame to one person",
	     "the company answers for its people: say what changes") },
	{ BLOCK("en.isolated", "\\bisolated (?:incident|case|event)s?\\b|\\b(?:very )?small "
			       "number\\b|\\bonly a handful\\b"),
	  .flags = LINT_COUNT_PASSES,
	  EN("plays it down without a number", "give the count and as of when") },
	{ BLOCK("en.who_we_are", "\\bnot (?:reflect )?(?:who|what) we are\\b"),
	  EN("it has just happened", "say what you do about it") },
	{ BLOCK("en.understand", "\\bhope (?:that )?you(?: can| will|'ll)? "
				 "understand\\b|\\bthank you for your understanding\\b"),
	  EN("asks the harmed for understanding", "leave it out") },
	{ BLOCK("en.patience", "\\b(?:appreciate|thank you for|thanks for) your "
			       "patience\\b|\\bbear with us\\b"),
	  .flags = LINT_DATED_PASSES,
	  EN("asks for patience without saying until when",
	     "give the time of the next update") },
	{ BLOCK("en.thoughts", "\\bthoughts and prayers\\b"),
	  EN("a phrase that is mocked", "say what you do for those affected") },
	{ BLOCK("en.blame_user",
		"\\buser error\\b|\\bimproper(?:ly)? "
		"(?:use|used|stored?|storage|handling|handled)\\b|\\bmisus(?:e|ed|ing)\\b|"
		"\\b(?:failed|failure) to follow (?:the "
		")?(?:instructions|directions)\\b|\\byour own (?:fault|mistake)\\b|"
		"\\b(?:you|customers?|users?) should have\\b|\\bnot used as "
		"(?:directed|intended)\\b"),
	  EN("blames the user", "look after people first; publish advice on use elsewhere") },
	{ BLOCK("en.hush", "\\b(?:delete|remove|take "
			   "down|withdraw|retract)\\b[^.\\n]{0,40}\\b(?:refund|compensation|"
			   "voucher|payment|gift)\\b|"
			   "\\b(?:refund|compensation|voucher|payment|gift)\\b[^.\\n]{0,40}\\b("
			   "?:delete|remove (?:your|the)|take down|withdraw|"
			   "retract|confidential|non-disclosure|NDA|stay quiet)\\b"),
	  .flags = LINT_IS_HARD, .scope = SCOPE_SENTENCE,
	  .unless = "\\b(?:none of this|does not|do not|don['’]t|never|without|not) "
		    "(?:ask|asks|require|requires|asking|requiring|depend|depends)\\b",
	  EN("money for silence: it will come out, and it may be illegal",
	     "compensation without conditions") },
	{ BLOCK("en.absolute",
		"\\b(?:100 ?(?:%|percent|per "
		"cent)|completely|totally|absolutely|perfectly|entirely|always)(?:\\s+|-)"
		"(?:safe|harmless|secure|risk[- ]free|natural)\\b|\\bzero risk\\b|\\bno risk "
		"(?:at all|whatsoever|to anyone)\\b|"
		"\\bguaranteed? safe\\b|\\bnothing to worry about\\b"),
	  EN("an absolute about a product",
	     "say what was tested, by whom, with which result") },
	/* ---- en, warn ---- */
	{ WARN("en.seriously", "\\btak(?:e|es|ing)\\b[^.\\n]{1,60}?\\bseriously\\b"),
	  EN("everybody says it", "say what you did, and when") },
	{ WARN("en.priority", "\\b(?:top|utmost|highest|number one|first) priority\\b|\\bof "
			      "(?:the )?utmost importance\\b"),
	  EN("claims instead of shows", "name the action") },
	{ WARN("en.hear_you", "\\bwe (?:hear|see) you\\b"),
	  EN("empty", "repeat what they said, in your words") },
	{ WARN("en.do_better", "\\b(?:do|be|must do|will do) better\\b"),
	  EN("vague", "what, who, by when") },
	{ WARN("en.learn",
	       "\\blearn (?:and grow|from this)\\b|\\blearning (?:opportunity|experience)\\b"),
	  EN("makes somebody's harm our lesson", "say what changes") },
	{ WARN("en.forward", "\\bgoing forward\\b|\\bmoving forward\\b"),
	  EN("filler", "give a date") },
	{ WARN("en.soon", "\\bin due course\\b|\\bshortly\\b|\\bas soon as (?:possible|we "
			  "can)\\b|\\bin the near future\\b"),
	  .flags = LINT_DATED_PASSES, EN("no time", "give the time of the next update") },
	{ WARN("en.sophisticated", "\\bsophisticated (?:cyber ?)?attack\\b"),
	  EN("reads as an excuse", "say what was reached, what was not, and since when") },
	{ WARN("en.no_evidence", "\\bno evidence (?:that|of|to suggest)\\b"),
	  .flags = LINT_DATED_PASSES,
	  EN("no evidence is not evidence of none", "say what was examined and up to when") },
	{ WARN("en.no_comment",
	       "\\b(?:cannot|can['’]t|unable to|not able to|won['’]t|will not|no) comment\\b"),
	  EN("leaves the story to others", "say what you can, and when you will say more") },
	{ WARN("en.cooperating", "\\b(?:cooperating|co-operating) fully\\b|\\bfully "
				 "(?:cooperating|co-operating|cooperate)\\b"),
	  EN("it is a duty", "say what was handed over, and when") },
	{ WARN("en.caution", "\\babundance of caution\\b"), .scope = SCOPE_TEXT,
	  .unless = "\\b(?:stop (?:eating|using|drinking)|do not "
		    "(?:eat|use|drink)|recall(?:ing|ed)?|return (?:it|them)|refund)\\b",
	  EN("without instructions it only sounds careful", "tell people what to do") },
	{ WARN("en.condolences", "\\bcondolences\\b"), .scope = SCOPE_TEXT,
	  .unless = "\\b(?:died|death|deaths|killed|lost (?:his|her|their) li(?:fe|ves)|passed "
		    "away|fatal|deceased|bereaved)\\b",
	  EN("condolences without a death", "express concern for the injured") },
	{ WARN("en.promise", "\\bwe (?:will|shall|are going to|promise to|commit "
			     "to)\\b[^.\\n]{0,40}\\b(?:investigate|publish|share|review|fix|"
			     "improve|compensate|refund|change|retrain|audit|report)\\b"),
	  .flags = LINT_DATED_PASSES, EN("a promise without date or owner", "who, by when") },
	{ WARN("en.mixed", "\\b(?:untrue|false (?:claims?|rumou?rs?)|rumou?r)\\b"),
	  .with = "\\b(?:compensat\\w+|refund\\w*|recall\\w*)\\b",
	  EN("denies and pays in one breath",
	     "split it: which claim is false (with proof), which one is ours") },
	{ WARN("en.figure",
	       "\\d[\\d,.]*\\s?(?:%|percent\\b|per "
	       "cent\\b|million\\b|billion\\b|thousand\\b)|\\b\\d{1,3}(?:,\\d{3})+\\b"),
	  .flags = LINT_IS_FIGURE,
	  .unless = "\\b(?:report|according|as of|source|certificate|counted|audit)\\b",
	  EN("a figure without a source",
	     "say who counted and as of when, or use a figure from the facts") },
	/* ---- both ---- */
	{ BLOCK("any.leftover", "\\{\\{[^}\\n]{0,60}(?:\\}\\})?"),
	  BOTH("留下了没有填的占位", "填上，或者删去", "a slot is left over",
	       "fill it in or delete it") },
	{ BLOCK("any.gap", "【待补[^】\\n]{0,400}】|\\[TO FILL[^\\]\\n]{0,400}\\]"),
	  .flags = LINT_IS_GAP,
	  BOTH("还有待补的内容", "填上确认过的事实；没有就改写这句话",
	       "something is still to be filled in",
	       "fill in a confirmed fact, or write the sentence without it") },
	{ BLOCK("any.mobile", "(?<![\\d-])1[3-9]\\d[ -]?\\d{4}[ -]?\\d{4}(?!\\d)"),
	  .unless = "热线|客服|专线|咨询|媒体|hotline|helpline|press|customer",
	  BOTH("个人手机号", "删去，用公司热线", "a personal phone number",
	       "use the company's line") },
	{ BLOCK("any.identity", "(?<!\\d)[1-9]\\d{5}(?:19|20)\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|["
				"12]\\d|3[01])\\d{3}[\\dXx](?!\\d)"),
	  .unless = "批号|批次|编号|报告|batch|lot\\b|report",
	  BOTH("身份证号", "删去", "an identity number", "delete it") },
	{ BLOCK("any.card",
		"(?<!\\d)(?:62|4\\d|5[1-5])\\d{2}(?:[ -]?\\d{4}){3}(?:[ -]?\\d{1,3})?(?!\\d)"),
	  .unless = "批号|批次|编号|报告|batch|lot\\b|report",
	  BOTH("银行卡号", "删去", "a card number", "delete it") },
	{ BLOCK("any.mail", "(?<![A-Za-z0-9._%+-])(?!(?:press|media|pr|news|service|support|"
			    "care|help|helpdesk|kefu|contact|info|hello|"
			    "recall|hotline|privacy|legal|complaints?|customer|team|office)[A-"
			    "Za-z0-9._+-]{0,20}@)"
			    "[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}\\.[A-Za-z]{2,10}"),
	  BOTH("个人邮箱", "用公司的公用邮箱", "a personal mail address",
	       "use a mailbox of the company") },
	{ WARN("any.emoji", "[\\x{1F300}-\\x{1FAFF}\\x{2600}-\\x{27BF}]"),
	  .flags = LINT_HIGH_LEVEL,
	  BOTH("出了事用表情，不庄重", "删去", "an emoji in a crisis", "delete it") },
	{ .name = NULL },
};

/* ---- structure --------------------------------------------------------------------------------- */

#define K(kind) (1u << TEMPLATE_##kind)

const struct lint_element lint_elements[] = {
	{ "known",
	  K(HOLDING) | K(STAFF) | K(PRESS),
	  false,
	  { "已知|知道的|注意到|关注到|我们(?:看到|收到|获悉|了解到|查到)|已确认|可以确认|查明",
	    "\\bwe (?:are aware|know|have (?:received|learned|seen|confirmed))\\b|\\bwhat we "
	    "know\\b|\\bknown:|\\bwe can confirm\\b|\\baware of\\b" },
	  { "没有说目前知道什么", "does not say what is known" },
	  { "加一句“目前已知：……”", "add \"What we know:\"" } },
	{ "not_known",
	  K(HOLDING) | K(STAFF),
	  false,
	  { "尚(?:未|不)(?:确认|查清|查明|明确|确定|清楚|掌握)|还不(?:清楚|知道|能|确定)|"
	    "没有查清|(?:正在|仍在|还在)(?:核实|调查|查|检测|排查|核对)",
	    "\\b(?:do not|don['’]t|not) (?:yet )?(?:know|known|clear|confirmed)\\b|\\bnot "
	    "yet\\b|\\bstill "
	    "(?:checking|establishing|looking|finding|investigating)\\b|\\binvestigating\\b" },
	  { "没有说还不知道什么", "does not say what is not known" },
	  { "加一句“尚未查清：……”", "add \"What we do not know yet:\"" } },
	{ "what_to_do",
	  K(HOLDING) | K(UPDATE),
	  false,
	  { "请(?:您|先|大家|勿|不要|暂|停|保留|联系|凭|立即|把|各位|及时)|建议(?:您|大家)|您(?"
	    ":现在)?可以",
	    "\\bplease\\b|\\bdo not\\b|\\bdon['’]t\\b|\\bstop "
	    "(?:eating|using|drinking)\\b|\\byou can\\b|\\bkeep (?:the|your)\\b|\\bwhat "
	    "(?:to|you can) do\\b" },
	  { "没有说大家现在该做什么", "does not say what people should do now" },
	  { "加上现在就能做的事：停用、保留、就医、怎么退",
	    "add what to do now: stop, keep, see a doctor, how to return" } },
	{ "what_we_do",
	  K(HOLDING),
	  false,
	  { "我们(?:正在|已|将|会|在)|正在(?:做|核实|检测|排查|下架|封存|联系|修复|抢修)|已(?:"
	    "于|经|将|对|全部|通知|下架|封存|停售|送检|停止|暂停|启动)",
	    "\\bwhat we are doing\\b|\\bwe (?:have|are|['’]ve|['’]re) (?:\\w+ "
	    ")?(?!aware|sorry)\\w+(?:ed|en|ing|n|t)\\b" },
	  { "没有说我们在做什么", "does not say what we are doing" },
	  { "写几点做了什么、正在做什么", "say what was done, at what time" } },
	{ "story",
	  K(FULL),
	  false,
	  { "消费者|顾客|用户|当事人|家长|客人|乘客|旅客|学员|受影响|您(?:反映|遇到)|遇到了",
	    "\\bcustomers?\\b|\\bpeople\\b|\\byou (?:told|found|bought|wrote)\\b|\\bhappened "
	    "to\\b|\\beveryone\\b|\\bpassengers?\\b|\\bguests?\\b" },
	  { "没有从用户的遭遇说起", "does not begin with what happened to people" },
	  { "第一段写用户遇到了什么（转述，不点名）",
	    "open with what happened to them, paraphrased" } },
	{ "responsibility",
	  K(FULL),
	  false,
	  { "(?:这|责任)[^。\\n]{0,6}(?:是|在|由)我们|我们的?(?:责任|失误|过失|疏忽|过错|错)|"
	    "我们(?:没有|没能|未能)|责任在我|我们(?:负|承担)[^。\\n]{0,4}责",
	    "\\bour (?:responsibility|fault|failure|mistake)\\b|\\bwe (?:failed|were wrong|got "
	    "(?:this|it) wrong|should have|are responsible|did not)\\b" },
	  { "没有承担责任", "takes no responsibility" },
	  { "说清楚哪一关该我们守、没有守住", "say which part was ours and went wrong" } },
	{ "remedy",
	  K(FULL),
	  false,
	  { "退款|退货|赔偿|赔付|补偿|召回|退换|更换|承担[^。\\n]{0,12}(?:费|损失)|免费|补救",
	    "\\brefund\\w*|\\bcompensat\\w+|\\breplac\\w+|\\brecall\\w*|\\breimburs\\w+|"
	    "\\bmoney back\\b|\\bput (?:it|this) right\\b|\\bwe owe\\b" },
	  { "没有补救办法", "offers no remedy" },
	  { "写赔什么、怎么办、到哪天", "say who gets what, how, until when" } },
	{ "empathy",
	  K(REPLY) | K(COMPLAINT),
	  false,
	  { "抱歉|对不起|道歉|歉意|着急|担心|心情|糟心|麻烦|不好受|难受",
	    "\\bsorry\\b|\\bapologi[sz]e|\\bshould not "
	    "happen\\b|\\bfrustrat|\\bupset(?:ting)?\\b" },
	  { "没有先体谅人", "shows no care for the person" },
	  { "先说一句体谅的话，再说事", "one sentence for the person before the matter" } },
	{ "action",
	  K(REPLY) | K(COMPLAINT) | K(STAFF),
	  false,
	  { "请(?:把|您|将|先|私信|提供|保留|大家)|已经?(?:安排|登记|转|退|换|核对)|我们(?:"
	    "的处理|来|会|正在|核对)",
	    "\\bplease\\b|\\bsend (?:us|me)\\b|\\bhere is what happens\\b|\\bwe "
	    "(?:have|will)\\b|\\bdo now\\b|\\bI (?:will|have|checked)\\b" },
	  { "没有一个具体动作", "has no action" },
	  { "只给一个动作：对方做什么，或者我们做什么",
	    "one action: what they do, or what we do" } },
	{ "owner",
	  K(COMPLAINT),
	  false,
	  { "由[^。；\\n]{1,60}负责|我(?:是|叫|负责)|专人|负责到底",
	    "\\bsees? (?:this|it) through\\b|\\bI am\\b|\\bmy name is\\b|\\bin "
	    "charge\\b|\\bowner\\b|\\bI will\\b" },
	  { "没有说谁负责到底", "names nobody who sees it through" },
	  { "写姓名、职务和直接联系方式", "give name, role, direct line" } },
	{ "subject",
	  K(COVER),
	  false,
	  { "样品|检测|调查|范围|进度|状态", "\\bsamples?\\b|\\btest(?:s|ing)?\\b|"
					     "\\binvestigation\\b|\\bscope\\b|\\bstatus\\b" },
	  { "没有说在查什么", "does not say what is examined" },
	  { "写对象、机构、项目", "name the object, the body, the items" } },
	{ "due",
	  K(COVER),
	  false,
	  { "预计|截止|报告[^。\\n]{0,8}(?:日期|时间)|完成(?:日期|时间)",
	    "\\bdue\\b|\\bexpected\\b|\\bby when\\b|\\bdeadline\\b" },
	  { "没有说何时有结果", "does not say when the result is due" },
	  { "写机构承诺的日期", "give the date the body has given" } },
	{ "attribution",
	  K(PRESS),
	  false,
	  { "发言人|回应|负责人表示|引用",
	    "\\bspokes(?:person|woman|man)\\b|\\battribut\\w+|\\bon the record\\b" },
	  { "没有说可以怎样引用", "does not say how it may be attributed" },
	  { "写“可以引用为……”", "say to whom it may be attributed" } },
	{ "next_update",
	  K(HOLDING) | K(FULL) | K(UPDATE) | K(STAFF) | K(COVER) | K(PRESS) | K(COMPLAINT),
	  true,
	  { ZH_DATE "[^。；！？\\n]{0,60}" ZH_UPDATE "|" ZH_UPDATE
		    "[^。；！？\\n]{0,60}" ZH_DATE "|" ZH_DATE "[^。；\\n]{0,6}办好",
	    EN_UPDATE "[^.!?\\n]{0,80}" EN_DATE "|" EN_DATE "[^.!?\\n]{0,60}" EN_UPDATE
		      "|\\b(?:done|answer|say more|update[sd]?|back to you|write to you|recall "
		      "line)\\b[^.!?\\n]{0,40}\\bby\\b[^.\\n]{0,20}" EN_DATE },
	  { "没有下一次更新的时间", "does not say when the next update comes" },
	  { "加一句“下一次更新：3月10日20:00前”",
	    "add \"Next update: by 20:00 on 10 March\"" } },
	{ "contact",
	  K(HOLDING) | K(FULL) | K(UPDATE) | K(REPLY) | K(COMPLAINT) | K(PRESS) | K(COVER) |
		  K(STAFF),
	  true,
	  { "联系|热线|电话|客服|邮箱|私信|专线|咨询|对接人|先问|(?<!\\d)(?:400|800)-?\\d{3}|"
	    "12315|\\d{3,4}-\\d{7,8}",
	    "\\bcontact\\b|\\bcall\\b|\\bhotline\\b|\\bmessage\\b|\\bDM\\b|\\bmail\\b|@|"
	    "\\bphone\\b|\\bpress (?:desk|office)\\b|\\bdirect line\\b|\\b(?:recall|help) "
	    "?line\\b|\\breach\\b|\\bquestions\\b|\\+\\d" },
	  { "没有联系方式", "gives no contact" },
	  { "加上有人接听的电话或入口", "add a line that a person answers" } },
	{ .name = NULL },
};
