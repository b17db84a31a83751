/* lint_parts.c - what a text of each kind must have, RESPONSE.md section 6. Data only. */
#include "core/base.h"

#include "responder/lint_rules.h"
#include "responder/lint_words.h"

#define K(kind) (1u << TEMPLATE_##kind)

const struct lint_element lint_elements[] = {
	{ "known",
	  K(HOLDING) | K(STAFF) | K(PRESS),
	  false,
	  { "已知|知道的|注意到|关注到|我们(?:看到|收到|获悉|了解到|查到|接到)|已确认|可以确认|"
	    "查明",
	    "\\bwe (?:are aware|know|have (?:received|learned|seen|confirmed|been told))\\b|"
	    "\\bwhat we know\\b|\\bknown[:,]|\\b(?:we|I) can confirm\\b|\\baware of\\b" },
	  { "没有说目前知道什么", "does not say what is known" },
	  { "加一句“目前已知：……”", "add \"What we know:\"" } },
	{ "not_known",
	  K(HOLDING) | K(STAFF),
	  false,
	  { "尚(?:未|不)(?:确认|查清|查明|明确|确定|清楚|掌握)|还(?:不|没有?)(?:清楚|知道|能|"
	    "确定|查清|查明|弄清)|没有查清|不清楚|(?:正在|仍在|还在)(?:核实|调查|查|检测|排查|"
	    "核对)",
	    "\\b(?:do not|don['’]t|not) (?:yet "
	    ")?(?:know|known|clear|confirmed|certain)\\b|\\bnot "
	    "yet\\b|\\bstill (?:checking|establishing|looking|finding|investigating)\\b|"
	    "\\binvestigating\\b|\\bnobody (?:yet )?knows\\b" },
	  { "没有说还不知道什么", "does not say what is not known" },
	  { "加一句“尚未查清：……”", "add \"What we do not know yet:\"" } },
	{ "what_to_do",
	  K(HOLDING) | K(UPDATE),
	  false,
	  { "请(?:您|先|大家|勿|不要|暂|停|保留|联系|凭|立即|把|各位|及时|不用|拨打|在|到|"
	    "核对|看)|建议(?:您|大家)|您(?:现在)?(?:可以|不用)|不用(?:做|改|来)|(?:先|暂时)"
	    "不要",
	    "\\bplease\\b|\\bdo not\\b|\\bdon['’]t\\b|\\bstop (?:eating|using|drinking)\\b|"
	    "\\byou (?:can|do not need|need)\\b|\\bkeep (?:the|your)\\b|\\bwhat (?:to|you can) "
	    "do\\b|\\bcheck (?:the|your)\\b" },
	  { "没有说大家现在该做什么", "does not say what people should do now" },
	  { "加上现在就能做的事：停用、保留、就医、怎么退",
	    "add what to do now: stop, keep, see a doctor, how to return" } },
	{ "what_we_do",
	  K(HOLDING),
	  false,
	  { "我们(?:正在|已|将|会|在)|正在(?:做|核实|检测|排查|下架|封存|联系|修复|抢修|进行)|"
	    "已"
	    "(?:于|经|将|对|全部|通知|下架|封存|停售|送检|停止|暂停|启动|请)",
	    "\\bwhat we are doing\\b|\\bwe (?:have|are|['’]ve|['’]re) (?:\\w+ "
	    ")?(?!aware|sorry)\\w+(?:ed|en|ing|n|t)\\b" },
	  { "没有说我们在做什么", "does not say what we are doing" },
	  { "写几点做了什么、正在做什么", "say what was done, at what time" } },
	{ "news",
	  K(UPDATE),
	  false,
	  { "已|现在|目前|到[^。\\n]{0,6}为止|截至|进展|恢复|新增",
	    "\\bsince\\b|\\bnow\\b|\\bso "
	    "far\\b|\\bhas|have "
	    "been\\b|\\bas of\\b|\\bnew\\b|"
	    "\\bup(?:date)?\\b|\\bagain\\b" },
	  { "没有说比上次多了什么", "does not say what is new" },
	  { "先写上次以来的变化", "begin with what has changed since the last one" } },
	{ "done",
	  K(CLOSING),
	  false,
	  { "已(?:于|经|全部|按|由)?[^。；\\n]{0,24}(?:完成|办结|办完|退|赔|恢复|改|换|到账|"
	    "公布|兑现)|(?:全部|都)(?:完成|办完|做完|做到)",
	    "\\b(?:was|were|is|are|has been|have been) (?:all |now "
	    ")?(?:done|finished|completed?|"
	    "paid|refunded|replaced|restored|published|fixed|changed|kept)\\b|\\bwe (?:have )?"
	    "(?:paid|refunded|replaced|finished|changed|restored|kept|did)\\b" },
	  { "没有说答应的事做完了没有", "does not say what was done of what was promised" },
	  { "逐条写承诺、完成日期", "promise by promise: done, and when" } },
	{ "story",
	  K(FULL),
	  false,
	  { "消费者|顾客|用户|当事人|家长|家庭|客人|乘客|旅客|游客|学员|车主|患者|住户|买家|"
	    "商家|"
	    "员工|受影响|(?:一|两|几|\\d+)[位名个]|您(?:反映|遇到)|遇到了|大家",
	    "\\bcustomers?\\b|\\bpeople\\b|\\byou (?:told|found|bought|wrote|paid|waited)\\b|"
	    "\\bhappened "
	    "to\\b|\\beveryone\\b|\\b(?:passengers?|guests?|patients?|users?|owners?"
	    "|famil(?:y|ies)|colleagues?|members?|child(?:ren)?|residents?|subscribers?)\\b" },
	  { "没有从用户的遭遇说起", "does not begin with what happened to people" },
	  { "第一段写用户遇到了什么（转述，不点名）",
	    "open with what happened to them, paraphrased" } },
	{ "responsibility",
	  K(FULL),
	  false,
	  { "(?:这|责任)[^。\\n]{0,6}(?:是|在|由)我们|我们的?(?:责任|失误|过失|疏忽|过错|错)|"
	    "我们(?:没有|没能|未能)|(?:责任|错|问题)(?:都)?在我|我们(?:负|承担)[^。\\n]{0,4}责",
	    "\\bour (?:responsibility|fault|failure|mistake|doing)\\b|\\bwe (?:failed|were "
	    "wrong|"
	    "got (?:this|it) wrong|should have|are responsible|did not|answer "
	    "for)\\b|\\b(?:is|was)"
	    " ours\\b|\\bon us\\b" },
	  { "没有承担责任", "takes no responsibility" },
	  { "说清楚哪一关该我们守、没有守住", "say which part was ours and went wrong" } },
	{ "remedy",
	  K(FULL),
	  false,
	  { "退款|退货|退(?:还|回)|赔偿|赔付|补偿|补(?:发|还|做)|召回|退换|更换|重做|承担[^"
	    "。\\n]"
	    "{0,12}(?:费|损失)|免费|免(?:除|收)|补救|减免|延长",
	    "\\brefund\\w*|\\bcompensat\\w+|\\breplac\\w+|\\brecall\\w*|\\breimburs\\w+|"
	    "\\bmoney "
	    "back\\b|\\bput (?:it|this) right\\b|\\bwe owe\\b|\\bpay(?:s)? "
	    "(?:for|back)\\b|\\bfree "
	    "of charge\\b|\\bcredit(?:ed)?\\b|\\bwaive\\w*" },
	  { "没有补救办法", "offers no remedy" },
	  { "写赔什么、怎么办、到哪天", "say who gets what, how, until when" } },
	{ "empathy",
	  K(REPLY) | K(COMPLAINT),
	  false,
	  { "抱歉|对不起|道歉|歉意|着急|担心|心情|糟心|麻烦|不好受|难受|生气|委屈|失望|辛苦",
	    "\\bsorry\\b|\\bapologi[sz]e|\\bshould not "
	    "happen\\b|\\bfrustrat|\\bupset(?:ting)?\\b|"
	    "\\bdisappoint|\\bno way to\\b|\\bmiserable\\b" },
	  { "没有先体谅人", "shows no care for the person" },
	  { "先说一句体谅的话，再说事", "one sentence for the person before the matter" } },
	{ "action",
	  K(REPLY) | K(COMPLAINT) | K(STAFF),
	  false,
	  { "请(?:把|您|将|先|私信|提供|保留|大家|发|告诉|打|到|留)|已经?(?:安排|登记|转|退|换|"
	    "核对|补|通知)|我们?(?:的处理|来|会|正在|核对|赔|退|补|给您|把)|(?:寄|换|补发|送)(?"
	    ":一|给您|到|过去)|给您(?:寄|换|补|退|回)",
	    "\\bplease\\b|\\bsend (?:us|me)\\b|\\bhere is what happens\\b|\\bwe "
	    "(?:have|will|pay|"
	    "refund|replace)\\b|\\bdo now\\b|\\bI (?:will|have|checked)\\b|\\btell "
	    "(?:us|me)\\b" },
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
		    "[^。；！？\\n]{0,60}" ZH_DATE "|" ZH_DATE
		    "[^。；\\n]{0,6}(?:办好|办完|到账|送到)",
	    EN_UPDATE
	    "[^.!?\\n]{0,80}" EN_DATE "|" EN_DATE "[^.!?\\n]{0,60}" EN_UPDATE
	    "|\\b(?:done|answer|say more|update[sd]?|back to you|write to you|recall "
	    "line|delivered|paid)\\b[^.!?\\n]{0,40}\\b(?:by|on)\\b[^.\\n]{0,20}" EN_DATE },
	  { "没有下一次更新的时间", "does not say when the next update comes" },
	  { "加一句“下一次更新：3月10日20:00前”",
	    "add \"Next update: by 20:00 on 10 March\"" } },
	{ "contact",
	  K(HOLDING) | K(FULL) | K(UPDATE) | K(REPLY) | K(COMPLAINT) | K(PRESS) | K(COVER) |
		  K(STAFF) | K(CLOSING),
	  true,
	  { "联系|热线|电话|客服|邮箱|私信|专线|直线|咨询|对接人|先问|回电|找我|(?<!\\d)(?:400|"
	    "800)-?"
	    "\\d{3}|12315|\\d{3,4}-\\d{3,4}-?\\d{4}",
	    "\\bcontact\\b|\\bcall\\b|\\bhotline\\b|\\bmessage\\b|\\bDM\\b|\\bmail\\b|@|"
	    "\\bphone\\b|\\bpress (?:desk|office)\\b|\\bdirect line\\b|\\b(?:recall|help) "
	    "?line\\b|\\breach\\b|\\bquestions\\b|\\+\\d|\\breply to\\b|\\b\\d{3,4}[ "
	    "-]\\d{3,4}\\b" },
	  { "没有联系方式", "gives no contact" },
	  { "加上有人接听的电话或入口", "add a line that a person answers" } },
	{ "concrete",
	  ~0u,
	  true,
	  { "\\d|[今明当][天日晚早]|(?:责任|错|问题)(?:都)?(?:在|由)我|我们(?:错|没有(?:做|"
	    "检查|告诉))|是我们的|请"
	    "[^。；\\n]{0,14}(?:停|不要|勿|就医|保留|检查|核对|关闭|改密码)|(?:退|赔|换|补|免|"
	    "承担)[^。；，\\n]"
	    "{0,10}(?:款|费|损失|新)|不附",
	    "\\d|\\b(?:today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|"
	    "saturday|"
	    "sunday)\\b|\\bwe (?:made a mistake|were wrong|got (?:it|this) wrong|did "
	    "not|should have)"
	    "\\b|\\b(?:is|was) our(?:s| fault| mistake| "
	    "responsibility)\\b|\\b(?:stop|unplug|throw|"
	    "return|do not (?:eat|use|drink|open|drive|pay)|see a "
	    "doctor)\\b|\\b(?:refund|replace|pay "
	    "for|reimburse)\\w*\\b" },
	  { "没有一处能让人来对的话：没有时间、数字、动作、担当",
	    "says nothing that we could be held to: no time, figure, act or admission" },
	  { "写一件做了的事和它的时间", "say one thing that was done, and when" } },
	{ .name = NULL },
};
