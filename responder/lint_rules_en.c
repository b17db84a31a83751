/* lint_rules_en.c - phrases of English statements, RESPONSE.md section 6. Data only. */
#include "core/base.h"

#include "responder/lint_rules.h"
#include "responder/lint_words.h"

#define UPSET "(?:offend(?:ed|s)?|upset|hurt|distress(?:ed)?|caus\\w+ offen[cs]e|unhappy)"
#define NO_STRINGS                                                                             \
	"\\b(?:none of this|does not|do not|don['’]t|need not|never|without|not|nothing in " \
	"return)\\b[^.;\\n]{0,20}\\b(?:asks?|requires?|asking|requiring|depends?|conditions?|" \
	"delete|sign|return|compensation)\\b"

const struct lint_rule lint_rules_en[] = {
	/* ---- block ---- */
	{ BLOCK("en.regret", "\\b(?:deeply|sincerely|truly|very much) regrets?\\b|\\bwe regret "
			     "(?:any|that|if|this|the)\\b"),
	  EN("regret is what bystanders feel; it is no apology",
	     "say \"we are sorry\" and for what; if the cause is open, \"we are sorry for the "
	     "worry\"") },
	{ BLOCK("en.inconvenience", "\\bany inconvenience\\b"),
	  EN("calls harm an inconvenience, and doubts it", "name what happened to people") },
	{ BLOCK("en.conditional",
		"\\bsorry (?:if|that) "
		"(?:you|anyone|anybody|some|people)\\b[^.\\n]{0,20}\\b(?:feel|"
		"felt|were|was|are|took)\\b|\\bsorry (?:for )?(?:how|the way) you feel\\b|"
		"\\bsorry if\\b|\\b(?:sorry|apologi[sz]e|apology|apologies) for any\\b"),
	  .unless = "\\bsorry that you (?:were|had) "
		    "(?:left|kept|charged|stranded|turned|sent)\\b",
	  EN("apologises for feelings, not for what was done",
	     "say what went wrong and that it was ours") },
	{ BLOCK("en.offended",
		"\\bif (?:anyone|anybody|any(?: of our)? customers?|you|some|people) "
		"(?:was|were|"
		"felt|has been|have been|feels?) " UPSET
		"\\b|\\bif (?:we|this|it|our|the|any)\\b"
		"[^.;\\n]{0,40}\\b" UPSET "\\b|\\b(?:anyone|anybody|those|people) who (?:may|"
		"might|could) (?:have been|be|feel)\\b[^.;\\n]{0,12}\\b" UPSET "\\b"),
	  EN("a conditional apology", "drop the \"if\"") },
	{ BLOCK("en.passive",
		"\\b(?:mistakes?|errors?|missteps?) (?:were|was|have been|has been) "
		"made\\b|\\blessons (?:will be|have been) learn(?:ed|t)\\b"),
	  EN("nobody made them?", "\"we made a mistake:\" and which") },
	{ BLOCK("en.context", "\\b(?:taken )?out of context\\b"),
	  EN("blames the listener", "give the whole recording or text, or leave it out") },
	{ BLOCK("en.scapegoat",
		"\\b(?:rogue|lone|single|junior|former|temporary|agency|third[- "
		"]party|outside) "
		"(?:employee|individual|contractor|intern|worker|supplier|freelancer)\\b[^.\\n]"
		"{0,40}\\b(?:acted|responsible|posted|caused|did|who|no longer|let "
		"go|dismissed|"
		"without approval)\\b|\\brogue employee\\b"),
	  .scope = SCOPE_NEXT, .unless = "\\bwe answer for\\b|\\bour responsibility\\b",
	  EN("passes the blame to one person",
	     "the company answers for its people: say what changes") },
	{ BLOCK("en.isolated", "\\bisolated (?:incident|case|event)s?\\b|\\b(?:very )?small "
			       "number\\b|\\bonly a "
			       "(?:handful|few)\\b|\\bone-off\\b"),
	  .flags = LINT_COUNT_PASSES,
	  EN("plays it down without a number", "give the count and as of when") },
	{ BLOCK("en.who_we_are", "\\b(?:not|no way)\\b[^.;\\n]{0,20}\\b(?:who|what) we "
				 "are\\b|\\bnot who we are\\b"),
	  EN("it has just happened", "say what you do about it") },
	{ BLOCK("en.understand", "\\bhope (?:that )?you(?: can| will|'ll)? "
				 "understand\\b|\\b(?:thank you|thanks) for "
				 "your (?:patience and )?understanding\\b"),
	  EN("asks the harmed for understanding", "leave it out") },
	{ BLOCK("en.patience", "\\b(?:appreciate|thank you for|thanks for|ask for) your "
			       "(?:continued )?patience\\b"
			       "|\\bbear(?:ing)? with us\\b"),
	  .flags = LINT_DATED_PASSES,
	  EN("asks for patience without saying until when",
	     "give the time of the next update") },
	{ BLOCK("en.thoughts", "\\bthoughts and prayers\\b"),
	  EN("a phrase that is mocked", "say what you do for those affected") },
	{ BLOCK("en.blame_user",
		"\\buser error\\b|\\b(?:customer|user) misuse\\b|\\bmisus(?:e|ed|ing) "
		"(?:of|by) "
		"(?:the|this|a|our|customers?|users?)\\b|\\bimproper(?:ly)? "
		"(?:use|used|stored?|"
		"storage|handling|handled)\\b|\\b(?:fail(?:ed|ure|ing)|neglect(?:ed|ing)?|did "
		"not|"
		"didn['’]t) (?:to )?(?:follow|read|heed) (?:the |our "
		")?(?:instructions|directions|"
		"manual|warnings?|terms)\\b|\\byour own "
		"(?:fault|mistake)\\b|\\b(?:you|customers?|"
		"users?|owners?|guests?) should have\\b|\\bhad (?:you|customers?|users?|they|"
		"owners?) (?:read|followed|checked|updated|used|stored)\\b|\\bnot used as "
		"(?:directed|intended)\\b|\\bfault (?:lies|rests) with (?:the )?(?:" EN_USER
		")\\b"),
	  .unless = EN_OURS,
	  EN("blames the user", "look after people first; publish advice on use elsewhere") },
	{ BLOCK("en.blame_people", "\\b(?:the |some |many |a |certain "
				   ")?(?:tenants?|guests?|customers?|users?|owners?|"
				   "passengers?|drivers?|parents?|patients?|visitors?|members?)"
				   "\\b[^.;,\\n]{0,12}\\b(?:had "
				   "been (?:told|warned|advised|asked)|(?:did not|didn['’]t) "
				   "(?:report|tell|inform|"
				   "disclose|check|read|follow)|chose (?:to|not to)|allowed "
				   "(?:their|his|her)|ignored|"
				   "insisted)\\b"),
	  .unless = EN_OURS,
	  EN("blames the user", "look after people first; publish advice on use elsewhere") },
	{ BLOCK("en.disown",
		"\\b(?:over|for) which we (?:have|had|bear|accept) "
		"no\\b|\\b(?:accept|bear|take|have) "
		"no (?:liability|responsibility|control)\\b|\\bnot (?:liable|our "
		"responsibility)\\b|"
		"\\btake no view\\b|\\bbeyond our control\\b|\\bunforeseen circumstances\\b"),
	  .scope = SCOPE_NEXT, .unless = "\\bwe answer for\\b|\\bours to\\b",
	  EN("washes its hands",
	     "say first what you do; whoever supplied you is yours to check") },
	{ BLOCK("en.hush",
		"\\b(?:delete|remove|take down|withdraw|retract)\\b[^.\\n]{0,40}\\b(?:refund|"
		"compensation|voucher|payment|gift|pay)\\b|\\b(?:refund|compensation|voucher|"
		"payment|gift)\\b[^.\\n]{0,40}\\b(?:delete|remove (?:your|the)|take "
		"down|withdraw|"
		"retract|confidential|non-disclosure|NDA|stay quiet)\\b"),
	  .flags = LINT_IS_HARD, .unless = NO_STRINGS,
	  EN("money for silence: it will come out, and it may be illegal",
	     "compensation without conditions") },
	{ BLOCK("en.absolute",
		"\\b(?:100 ?(?:%|percent|per "
		"cent)|completely|totally|absolutely|perfectly|entirely|"
		"always)(?:\\s+|-)(?:safe|harmless|secure|risk[- ]free|natural)\\b|\\bzero "
		"risk\\b|"
		"\\bno risk (?:at all|whatsoever|to (?:anyone|you|your|the public|health))\\b|"
		"\\babsolutely (?:no (?:risk|danger)|certain)\\b|\\brest assured\\b|\\bworking "
		"perfectly\\b|\\bguaranteed? safe\\b|\\bnothing to "
		"worry "
		"about\\b"),
	  EN("an absolute about a product",
	     "say what was tested, by whom, with which result") },
	{ BLOCK("en.never_again", "\\bwill never (?:ever )?happen "
				  "again\\b|\\b(?:guarantee|promise|assure|ensure|word|"
				  "vow)\\b[^.;\\n]{0,40}\\b(?:never|not|nothing|cannot|can['’]"
				  "t)\\b[^.;\\n]{0,30}\\b"
				  "(?:happen|occur|recur)\\b|\\bcan(?:not|['’]t| never| not) "
				  "(?:ever )?happen again\\b"),
	  EN("nobody can promise that", "say what changes, who checks it, and by when") },
	/* ---- block, when the assessment has no place for it ---- */
	{ BLOCK("en.strategy_deny", "\\b(?:is|are) (?:simply |entirely |completely "
				    ")?(?:untrue|not true|false|baseless)\\b"),
	  .strategy = STRATEGY_DENY,
	  EN("the assessment has no claim that is known to be untrue",
	     "find out first; until then say what is looked into and when you will know") },
	{ BLOCK("en.strategy_diminish",
		"\\b(?:minor|slight|negligible|limited impact|no impact on|"
		"nothing serious)\\b"),
	  .strategy = STRATEGY_DIMINISH,
	  EN("the assessment has no place for making light of it",
	     "say who is affected and how; those affected judge what is minor") },
	{ BLOCK("en.strategy_rebuild",
		"\\bour (?:responsibility|fault|failure|mistake)\\b|\\bwe were "
		"wrong\\b|\\bfull compensation\\b"),
	  .strategy = STRATEGY_REBUILD,
	  EN("the assessment says that it was not ours, and this answers for it",
	     "change the assessment first, or keep to care and how people protect "
	     "themselves") },
	/* ---- warn; block when no dated action follows ---- */
	{ EMPTY("en.promise",
		"\\bwe (?:will|shall|are going to|promise to|commit to)\\b[^.\\n]{0,40}\\b"
		"(?:investigate|publish|share|review|fix|improve|compensate|refund|reimburse|"
		"overhaul|rebuild|replace|change|retrain|audit|report)\\b"),
	  .scope = SCOPE_NEXT, .unless = EN_DATE "|" EN_OWNER,
	  EN("a promise without date or owner", "who, by when") },
	{ EMPTY("en.passive_promise", "\\bwill be (?:fully |properly |duly "
				      ")?(?:compensated|refunded|reimbursed|replaced|"
				      "resolved|fixed|investigated|addressed)\\b|\\b(?:get to "
				      "the bottom of|leave no stone|no "
				      "stone unturned)\\b"),
	  .scope = SCOPE_NEXT, .unless = EN_DATE "|" EN_OWNER,
	  EN("a promise without date or owner", "who, by when") },
	{ EMPTY("en.filler",
		"\\b(?:remain|are|is) committed to "
		"(?:deliver|provid|serv|excellence|quality|the high|our )|\\b(?:value|thank "
		"you for|appreciate) your "
		"(?:feedback|continued support|loyalty)\\b|\\bcontinued "
		"support\\b|\\b(?:challenging|"
		"difficult) times?\\b|\\bappropriate (?:action|steps|measures)\\b|\\brush to "
		"judge?ment\\b|\\bfull picture\\b|\\bsome confusion\\b|\\bfeedback is "
		"important\\b|"
		"\\bthe (?:excellence|high standards?)\\b"),
	  EN("words that could stand in any statement",
	     "say what happened and what you do, with a time") },
	/* ---- warn ---- */
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
	       "\\blearn (?:and grow|from this)\\b|\\blearning (?:from this|opportunity|"
	       "experience)\\b"),
	  EN("makes somebody's harm our lesson", "say what changes") },
	{ WARN("en.forward", "\\bgoing forward\\b|\\bmoving forward\\b"),
	  EN("filler", "give a date") },
	{ WARN("en.soon", "\\bin due course\\b|\\bshortly\\b|\\bas soon as (?:possible|we "
			  "can)\\b|\\bin the near future\\b|\\bin the coming weeks\\b"),
	  .flags = LINT_DATED_PASSES, EN("no time", "give the time of the next update") },
	{ WARN("en.sophisticated", "\\bsophisticated (?:cyber ?)?attack\\b"),
	  EN("reads as an excuse", "say what was reached, what was not, and since when") },
	{ WARN("en.no_evidence", "\\bno evidence (?:that|of|to suggest)\\b"),
	  .flags = LINT_DATED_PASSES,
	  EN("no evidence is not evidence of none", "say what was examined and up to when") },
	{ WARN("en.no_comment",
	       "\\b(?:cannot|can['’]t|unable to|not able to|won['’]t|will not|no|do not) "
	       "comment\\b|\\bdo not respond to rumou?rs\\b"),
	  EN("leaves the story to others", "say what you can, and when you will say more") },
	{ WARN("en.cooperating", "\\b(?:cooperating|co-operating) fully\\b|\\bfully "
				 "(?:cooperating|co-operating|cooperate)\\b"),
	  EN("it is a duty", "say what was handed over, and when") },
	{ WARN("en.caution", "\\babundance of caution\\b"), .scope = SCOPE_TEXT,
	  .unless =
		  "\\b(?:stop|do not|don['’]t|avoid) "
		  "(?:\\w+ing|eat|use|drink|drive|give|feed|plug|wear|charge|touch|open)\\b|"
		  "\\b(?:recall(?:ing|ed)?|return (?:it|them)|refund|unplug|throw (?:it|them) "
		  "away|boil)\\b",
	  EN("without instructions it only sounds careful", "tell people what to do") },
	{ WARN("en.condolences", "\\bcondolences\\b"), .scope = SCOPE_TEXT,
	  .unless = "\\b(?:died|death|deaths|killed|lost (?:his|her|their) li(?:fe|ves)|passed "
		    "away|fatal|deceased|bereaved)\\b",
	  EN("condolences without a death", "express concern for the injured") },
	{ WARN("en.mixed", "\\b(?:untrue|false (?:claims?|rumou?rs?)|rumou?r)\\b"),
	  .with = "\\b(?:compensat\\w+|refund\\w*|recall\\w*)\\b", .flags = LINT_NEAR_BLOCKS,
	  .scope = SCOPE_TEXT,
	  .unless = "\\b(?:separate(?:ly)?|another|what is true|is true|is ours|our own)\\b",
	  EN("denies and pays in one breath",
	     "split it: which claim is false (with proof), which one is ours") },
	{ WARN("en.denied_early",
	       "\\b(?:is|are) (?:simply |entirely |completely )?(?:untrue|false"
	       "|baseless)\\b"),
	  .with = "\\b(?:still|are) (?:investigating|looking into|checking)\\b|\\bdo not know "
		  "yet"
		  "\\b",
	  .flags = LINT_NEAR_BLOCKS, .scope = SCOPE_TEXT,
	  .unless = "\\b(?:other|rest|separate(?:ly)?|another|is true)\\b",
	  EN("denies what is still being looked into",
	     "say what is being looked into, and when you will know") },
	{ WARN("en.figure",
	       "\\d[\\d,.]*\\s?(?:%|percent\\b|per "
	       "cent\\b|million\\b|billion\\b|thousand\\b)|\\b\\d{1,3}(?:,\\d{3})+\\b"),
	  .flags = LINT_IS_FIGURE,
	  .unless = "\\b(?:report|according|as of|source|certificate|counted|audit)\\b",
	  EN("a figure without a source",
	     "say who counted and as of when, or use a figure from the facts") },
	{ .name = NULL },
};
