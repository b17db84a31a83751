#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/query_ask.h"

static void
a_query_is_understood_as_its_manual_says(void **state)
{
	static const struct {
		const char *text, *shows;
	} cases[] = {
		{ "山脆", "\"山脆\"" },
		{ "山脆 OR Shancui", "(\"山脆\" OR \"shancui\")" },
		{ "a1 OR b1 AND c1", "(\"a1\" OR (\"b1\" AND \"c1\"))" },
		{ "(a1 OR b1) AND c1", "((\"a1\" OR \"b1\") AND \"c1\")" },
		{ "a1 b1", "(\"a1\" AND \"b1\")" },
		{ "a1 NOT b1", "(\"a1\" AND NOT \"b1\")" },
		{ "a1 AND NOT (b1 OR c1)", "(\"a1\" AND NOT (\"b1\" OR \"c1\"))" },
		{ "a1 OR b1 OR c1", "(\"a1\" OR \"b1\" OR \"c1\")" },
		{ "\"Mountain  Crisp\"", "\"mountain crisp\"" },
		{ "（山脆 OR “脆 山”）", "(\"山脆\" OR \"脆 山\")" },
		{ "a1 NEAR/5 b1", "(\"a1\" NEAR/5 \"b1\")" },
		{ "a1 NEAR/0f b1", "(\"a1\" NEAR/0f \"b1\")" },
		{ "NOT a1 NEAR/2 b1 AND c1", "(NOT (\"a1\" NEAR/2 \"b1\") AND \"c1\")" },
		{ "(a1 OR b1) NEAR/3 c1", "((\"a1\" OR \"b1\") NEAR/3 \"c1\")" },
		{ "a1 NEAR/3 b1 NEAR/4f c1", "((\"a1\" NEAR/3 \"b1\") NEAR/4f \"c1\")" },
		{ "\"a1 b1\"~5", "(\"a1\" NEAR/5 \"b1\")" },
		{ "\"a1 b1 c1\"~5", "\"a1 b1 c1\"~5" },
		{ "\"a1 \033\033 b1 c1\"~5", "\"a1 b1 c1\"~5" },
		{ "\"a1 b1\036\"", "\"a1 b1\"" },
		{ "snack* AND wom?n", "(\"snack*\" AND wom?n)" },
		{ "\"apple orchard*\"", "\"apple orchard*\"" },
		{ "\"really?\"", "\"really?\"" },
		{ "{BT} OR raw:Google+ OR raw:\"AT & T\"",
		  "({BT} OR raw:\"Google+\" OR raw:\"AT & T\")" },
		{ "/shan ?cui/i", "/shan ?cui/i" },
		{ "and1 or2", "(\"and1\" AND \"or2\")" },
		{ "山脆 # a comment\nAND <<<b OR>>> 薯片", "(\"山脆\" AND \"薯片\")" },
		{ "#山脆 OR @shancui", "(\"#山脆\" OR \"@shancui\")" },
		{ "title:山脆 AND body:(虫 OR 异物)",
		  "(title:\"山脆\" AND body:(\"虫\" OR \"异物\"))" },
		{ "山脆 AND followers:[1000 TO 5万]",
		  "(\"山脆\" AND followers:[1000 TO 5万])" },
		{ "山脆 AND FOLLOWERS:>=1k", "(\"山脆\" AND followers:>=1k)" },
		{ "山脆 AND site:(a.com OR b.com, c.com)",
		  "(\"山脆\" AND site:(\"a.com\" \"b.com\" \"c.com\"))" },
		{ "山脆 AND sentiment:negative", "(\"山脆\" AND sentiment:\"negative\")" },
		{ "http://a.example/x", "\"http://a.example/x\"" },
	};
	struct buf out = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k, again;

		if (!query_ask_open(&k, str_of(cases[i].text), NULL)) {
			query_ask_faults(&k, str_of(cases[i].text), &out);
			assert_string_equal(out.p, "");
		}
		buf_clear(&out);
		query_show(k.q, &out);
		assert_string_equal(out.p, cases[i].shows);
		assert_true(query_ask_open(&again, str_of(cases[i].shows), NULL));
		buf_clear(&out);
		query_show(again.q, &out);
		assert_string_equal(out.p, cases[i].shows);
		query_ask_close(&again);
		query_ask_close(&k);
	}
	buf_release(&out);
}

static void
a_query_that_cannot_work_is_refused_with_its_column(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "column 1: the query is empty\n" },
		{ "山脆 AND", "column 7: a word is missing at the end\n" },
		{ "OR 山脆", "column 1: a word is missing before this operator\n" },
		{ "(山脆", "column 1: this ( has no )\n" },
		{ "山脆)", "column 3: this ) has no (\n" },
		{ "()", "column 2: a word is missing before this )\n" },
		{ "\"山脆", "column 1: the quotation is not closed: add a \"\n" },
		{ "\" \"", "column 1: there is nothing between the quotes\n" },
		{ "{山脆", "column 1: this { is not closed: add a }\n" },
		{ "山脆 <<< x", "column 4: the comment is not closed: add >>>\n" },
		{ "山脆 NEAR 薯片", "column 4: NEAR needs a distance, as NEAR/5\n" },
		{ "山脆 NEAR/101 薯片", "column 4: NEAR takes how many words may come between, "
					"0..100, and f for this "
					"order: NEAR/5, NEAR/5f\n" },
		{ "山脆 NEAR/5g 薯片", "column 4: NEAR takes how many words may come between, "
				       "0..100, and f for this "
				       "order: NEAR/5, NEAR/5f\n" },
		{ "/ab+/ NEAR/3 薯片", "column 7: NEAR stands between words, phrases, (words "
				       "joined by OR) and other "
				       "NEAR\n" },
		{ "\"山脆\"~3", "column 1: ~ wants two words or more in the quotes, with "
				"blanks between them\n" },
		{ "/shan(/i", "column 1: in the rule: " },
		{ "/shan/q", "column 7: after a rule only i, m, s, x may stand\n" },
		{ "/shan",
		  "column 1: the rule is not closed: add a / (a / inside is written \\/)\n" },
		{ "*snack",
		  "column 1: a wildcard cannot come first: every word would have to be "
		  "tried; begin with two letters, or write a /rule/\n" },
		{ "s*", "column 1: before the first * or ? two characters are the least\n" },
		{ "山*脆", "column 1: before the first * or ? two characters are the least\n" },
		{ "山脆*片", "column 1: * has no word to fill in Chinese: write ? for one "
			     "character, or NEAR/3f\n" },
		{ "茶", "column 1: \"茶\" alone is too short to look for (2 characters are the "
			"least): add words with AND\n" },
		{ "山脆 OR 茶", "column 7: \"茶\" alone is too short to look for (2 characters "
				"are the least): add words with AND\n" },
		{ "NOT 山脆",
		  "column 1: a part that only excludes would match nearly everything: "
		  "add a word with AND\n" },
		{ "/[a-z]+/",
		  "column 1: the rule /[a-z]+/ has no fixed text of 2 characters: every "
		  "document would have to be tried; add a word with AND\n" },
		{ "site:a.com",
		  "column 1: site: alone names no words: every document would have "
		  "to be tried; add a word with AND\n" },
		{ "山脆 AND folowers:3", "column 8: \"folowers\" is no field: did you mean "
					 "\"followers\"?; in quotes it "
					 "is looked for as it stands\n" },
		{ "山脆 AND sentiment:>3",
		  "column 18: sentiment: \"3\" is not a score from -1 to 1\n" },
		{ "山脆 AND authorFollowers:>3",
		  "column 8: \"authorFollowers\" is no field: did you mean \"followers\"?; in "
		  "quotes it is looked for as it stands\n" },
		{ "山脆 AND followers:many",
		  "column 18: followers: \"many\" is not a number like 1000, 10k or 1.2万\n" },
		{ "山脆 AND followers:[9 TO 5]",
		  "column 18: followers: the range ends before it begins\n" },
		{ "山脆 AND class:blog",
		  "column 14: class: \"blog\" is not one of news, social, forum, video, owned, "
		  "complaint, official, review, other\n" },
		{ "山脆 AND site:https://a.com/x/y", "" },
		{ "山脆 AND site:a.com/x",
		  "column 13: site: is a domain, \"a.com/x\" is an address: that is url:\n" },
		{ "山脆 AND published:yesterday", "column 18: published: \"yesterday\" is not "
						  "a day like 2026-11-21 or a moment "
						  "like 2026-11-21T08:00:00+08:00\n" },
		{ "山脆 AND site:(a.com NOT b.com)", "column 20: in a list of values only OR "
						     "stands: NOT comes before the field, as "
						     "NOT site:(…)\n" },
		{ "山脆 AND followers:", "column 8: a value is missing after followers:\n" },
	};
	struct buf out = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k;

		query_ask_open(&k, str_of(cases[i].text), NULL);
		assert_true(!k.q == (cases[i].says[0] != '\0'));
		query_ask_faults(&k, str_of(cases[i].text), &out);
		if (strncmp(out.p, cases[i].says, strlen(cases[i].says)) != 0)
			assert_string_equal(out.p, cases[i].says);
		query_ask_close(&k);
	}
	buf_release(&out);
}

static void
all_that_is_wrong_is_said_at_once(void **state)
{
	struct str query = STR("山脆 AND (*x OR /a(/\n OR followers:x) AND NEARR/3 AND s*");
	struct buf out = BUF(1 << 12);
	struct query_ask k;

	(void)state;
	assert_false(query_ask_open(&k, query, NULL));
	query_ask_faults(&k, query, &out);
	assert_string_equal(
		out.p,
		"column 9: a wildcard cannot come first: every word would have to be tried; "
		"begin with two letters, or write a /rule/\n"
		"column 15: in the rule: column 3: missing closing parenthesis\n"
		"line 2, column 15: followers: \"x\" is not a number like 1000, 10k or 1.2万\n"
		"line 2, column 34: before the first * or ? two characters are the least\n");
	query_ask_close(&k);
	buf_release(&out);
}

static void
what_may_be_meant_otherwise_is_a_warning(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "山脆 or 脆片",
		  "warning: column 4: in lower case this is a word to look for; operators are "
		  "AND, OR, NOT, NEAR/5\n"
		  "warning: column 4: two parts without an operator: AND is understood\n"
		  "warning: column 7: two parts without an operator: AND is understood\n" },
		{ "山脆 AND -游戏", "warning: column 8: - does not exclude: that is NOT\n" },
		{ "山脆 AND country:(cn china)",
		  "warning: column 20: country: is a code, as cn or us; \"china\" is none\n" },
		{ "山脆 AND language:zh-CN", "" },
		{ "山脆 AND !游戏", "warning: column 8: ! does not exclude: that is NOT\n" },
		{ "山脆 NEAR5 异物",
		  "warning: column 4: NEAR5 is no operator; they are AND, OR, NOT, NEAR/5\n"
		  "warning: column 4: two parts without an operator: AND is understood\n"
		  "warning: column 10: two parts without an operator: AND is understood\n" },
		{ "山脆 OR 脆山 AND 薯片",
		  "warning: column 1: AND and OR without brackets between them: AND binds "
		  "tighter; brackets say what is meant\n" },
		{ "山脆 OR (脆山 AND 薯片)", "" },
		{ "山脆*",
		  "warning: column 1: * adds nothing after a Chinese character: what goes "
		  "on is found, too\n" },
	};
	struct buf out = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k;

		assert_true(query_ask_open(&k, str_of(cases[i].text), NULL));
		query_ask_faults(&k, str_of(cases[i].text), &out);
		assert_string_equal(out.p, cases[i].says);
		query_ask_close(&k);
	}
	buf_release(&out);
}

static void
texts_match_as_a_person_would_expect(void **state)
{
	static const struct {
		const char *query, *text;
		int yes;
		const char *spans;
	} cases[] = {
		{ "山脆 OR Shancui", "昨天买了山脆薯片", 1, "|山脆" },
		{ "山脆 OR Shancui", "SHANCUI chips", 1, "|SHANCUI" },
		{ "山脆 OR Shancui", "Ｓｈａｎｃｕｉ", 1, "|Ｓｈａｎｃｕｉ" },
		{ "mac", "a new machine", 0, "" },
		{ "Shancui", "shancuis", 0, "" },
		{ "Shancui", "my-shancui!", 1, "|shancui" },
		{ "山脆 AND 薯片", "山脆很好", 0, "" },
		{ "山脆 AND 薯片", "薯片还是山脆好", 1, "|山脆|薯片" },
		{ "山脆 NOT 游戏", "山脆这个游戏", 0, "" },
		{ "山脆 NOT 游戏", "山脆这个薯片", 1, "|山脆" },
		{ "(山脆 OR 脆山) AND NOT (游戏 OR 小说)", "脆山小说", 0, "" },
		{ "\"mountain crisp\"", "Mountain Crisp is back", 1, "|Mountain Crisp" },
		{ "\"mountain crisp\"", "mountain of crisp", 0, "" },
		{ "/shan[- ]?cui/i", "I like Shan-Cui chips", 1, "|Shan-Cui" },
		{ "/shan[- ]?cui/i", "I like shan and cui", 0, "" },
		{ "/recall(ed|ing)?/", "unrecalled", 1, "|recalled" },
		{ "山脆 AND /第[0-9]+批/", "山脆第12批", 1, "|山脆|第12批" },
		{ "山脆 AND /第[0-9]+批/", "山脆第批", 0, "" },
		{ "山脆 NOT /游戏|小说/", "山脆小说", 0, "" },
		/* wildcards */
		{ "snack*", "two snackbars, one Snack", 1, "|snackbars|Snack" },
		{ "snack*", "sna ck and unsnack", 0, "" },
		{ "wom?n", "Women and woman, womn", 1, "|Women|woman" },
		{ "wom?n", "womans", 0, "" },
		{ "organi?e*", "they organised it", 1, "|organised" },
		{ "\"apple orchard*\"", "an apple orchards guide", 1, "|apple orchards" },
		{ "脆片?号", "脆片七号", 1, "|脆片七号" },
		/* case and characters */
		{ "{BT}", "bt BT Bt", 1, "|BT" },
		{ "{BT}", "BTS", 0, "" },
		{ "{BT}", "ＢＴ ｂｔ", 1, "|ＢＴ" },
		{ "raw:Google+", "google+ Google Google+!", 1, "|Google+" },
		{ "raw:\"C++ 17\"", "C++  17, C++ 17", 1, "|C++ 17" },
		{ "raw:iP", "aiPx", 1, "|iP" },
		/* tags, names, emoji */
		{ "#山脆", "#山脆薯片# 和 #山脆#", 1, "|#山脆" },
		{ "#山脆", "山脆 #山脆薯片#", 0, "" },
		{ "#shan*", "#shancui", 1, "|#shancui" },
		{ "@shancui", "ask @Shancui, or @shancui_fan", 1, "|@Shancui" },
		{ "@shancui", "me@shancui.com @shancui-x", 0, "" },
		{ "山脆 AND 😡", "山脆😡", 1, "|山脆|😡" },
		{ "😡", "好气😡😡", 1, "|😡|😡" },
		/* distance: words between */
		{ "apple NEAR/2 recall", "apple announces a recall", 1, "|apple|recall" },
		{ "apple NEAR/1 recall", "apple announces a recall", 0, "" },
		{ "apple NEAR/2 recall", "recall by apple", 1, "|apple|recall" },
		{ "apple NEAR/0 recall", "apple-recall", 1, "|apple|recall" },
		{ "apple NEAR/2f recall", "recall by apple", 0, "" },
		{ "apple NEAR/1f recall", "apple's big recall", 1, "|apple|recall" },
		{ "山脆 NEAR/4 (异物 OR 虫)", "山脆薯片里吃出异物", 0, "" },
		{ "山脆 NEAR/5 (异物 OR 虫)", "山脆薯片里吃出异物", 1, "|山脆|异物" },
		{ "山脆 NEAR/0 脆片", "山脆片", 0, "" },
		{ "山脆 NEAR/2 chips", "山脆 的 good chips", 1, "|山脆|chips" },
		{ "aa NEAR/0f bb NEAR/0f cc", "bb cc aa bb cc", 1, "|aa|bb|bb|cc|cc" },
		{ "aa NEAR/1f bb NEAR/1f cc", "aa cc bb", 0, "" },
		{ "aa NEAR/1 (bb NEAR/1f cc)", "bb aa cc", 1, "|aa|bb|cc" },
		{ "\"aa bb cc\"~2", "cc x aa y bb", 1, "|aa|bb|cc" },
		{ "\"aa bb cc\"~1", "cc x aa y bb", 0, "" },
		{ "\"aa aa\"~1", "aa bb", 0, "" },
	};
	struct buf spans = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k;
		enum query_answer yes;

		assert_true(query_ask_open(&k, str_of(cases[i].query), NULL));
		yes = query_ask_text(&k, str_of(cases[i].text), &spans);
		if ((int)yes != cases[i].yes || strcmp(spans.p, cases[i].spans) != 0)
			print_message("%s : %s\n", cases[i].query, cases[i].text);
		assert_int_equal(yes, cases[i].yes);
		assert_string_equal(spans.p, cases[i].spans);
		query_ask_close(&k);
	}
	buf_release(&spans);
}

static void
fields_of_the_document_are_asked(void **state)
{
	static const struct document d = {
		.source = STR_INIT("weibo_search"),
		.source_class = CLASS_SOCIAL,
		.site = STR_INIT("weibo.com"),
		.url = STR_INIT("https://m.weibo.com/a/42?x=山"),
		.author = STR_INIT("@吃货小王"),
		.followers = 12000,
		.lang = STR_INIT("zh"),
		.published_at = 1795564800 + 23 * 3600 + 30 * 60, /* 2026-11-25 23:30 UTC */
		.rank = 7,
		.engagement = 300,
		.rating = 1500,
	};
	static const struct {
		const char *field;
		int yes;
	} cases[] = {
		{ "title:山脆", 1 },
		{ "title:异物", 0 },
		{ "body:异物", 1 },
		{ "body:(山脆 NEAR/9 异物)", 0 },
		{ "title:/山.薯/", 1 },
		{ "body:/山.薯/", 0 },
		{ "site:weibo.com", 1 },
		{ "site:(a.com b.com)", 0 },
		{ "site:(a.com OR www.weibo.com)", 1 },
		{ "site:eibo.com", 0 },
		{ "url:/A/42", 1 },
		{ "url:/a/43", 0 },
		{ "author:吃货小王", 1 },
		{ "author:\"@吃货小王\"", 1 },
		{ "author:吃货", 0 },
		{ "author:吃货*", 1 },
		{ "tier:T1", 1 },
		{ "tier:>=T2", 0 },
		{ "followers:[1000 TO 50000]", 1 },
		{ "followers:>1.2万", 0 },
		{ "followers:<=1.2万", 1 },
		{ "language:zh", 1 },
		{ "language:(en fr)", 0 },
		{ "source:weibo*", 1 },
		{ "class:(news social)", 1 },
		{ "class:forum", 0 },
		{ "hotlist:*", 1 },
		{ "hotlist:weibo_search", 1 },
		{ "rank:<=10", 1 },
		{ "rank:[1 TO 3]", 0 },
		{ "engagement:>=300", 1 },
		{ "rating:[* TO 2.5]", 1 },
		{ "published:2026-11-26", 1 }, /* 07:30 in Shanghai */
		{ "published:2026-11-25", 0 },
		{ "published:[2026-11-01 TO 2026-11-26]", 1 },
		{ "published:>2026-11-26", 0 },
		{ "published:>=2026-11-25T23:30:00Z", 1 },
		{ "minuteofday:[07:00 TO 08:00]", 1 },
		{ "minuteofday:[22:00 TO 06:00]", 0 },
		{ "minuteofday:[22:00 TO 450]", 1 },
		{ "country:cn", 0 },
		{ "sentiment:negative", 1 },
		{ "sentiment:(neutral positive)", 0 },
		{ "sentiment:[-1 TO -0.3]", 1 },
		{ "topic:food_safety", 1 },
		{ "topic:price", 0 },
		{ "intent:complaint", 1 },
		{ "NOT intent:complaint", 0 },
	};
	static struct topic_hit topic = { .topic = STR_INIT("food_safety") };
	struct mention m = { .score = -400,
			     .label = LABEL_NEG,
			     .intent = INTENT_COMPLAINT,
			     .topics = { &topic, 1 } };
	struct buf query = BUF(1 << 10);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k;
		struct query_about about = { .text = STR("山脆薯片\n吃出异物"),
					     .title_n = 12,
					     .document = &d,
					     .mention = &m };

		buf_clear(&query);
		buf_addf(&query, "薯片 AND %s", cases[i].field);
		assert_true(query_ask_open(&k, buf_str(&query), "Asia/Shanghai"));
		about.zone = k.zone;
		if ((int)query_ask_about(&k, &about, NULL) != cases[i].yes)
			print_message("%s\n", cases[i].field);
		assert_int_equal(query_ask_about(&k, &about, NULL), cases[i].yes);
		query_ask_close(&k);
	}
	buf_release(&query);
}

static void
a_country_is_the_stated_one_or_that_of_the_domain(void **state)
{
	static const struct {
		struct document d;
		int yes;
	} cases[] = {
		{ { .url = STR_INIT("https://www.news.cn/x") }, 1 },
		{ { .url = STR_INIT("https://www.news.com/x") }, 0 },
		{ { .url = STR_INIT("https://www.news.com/x"), .country = STR_INIT("CN") }, 1 },
		{ { .url = STR_INIT("https://www.news.cn/x"), .country = STR_INIT("de") }, 0 },
	};
	struct query_ask k;

	(void)state;
	assert_true(query_ask_open(&k, STR("薯片 AND country:cn"), NULL));
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_about about = { .text = STR("薯片"),
					     .title_n = SIZE_MAX,
					     .document = &cases[i].d };

		assert_int_equal(query_ask_about(&k, &about, NULL), cases[i].yes);
	}
	query_ask_close(&k);
}

static void
what_is_not_known_yet_is_left_open(void **state)
{
	static const struct {
		const char *query;
		enum query_answer alone, unweighed;
	} cases[] = {
		{ "薯片 AND site:a.com", QUERY_LATER, QUERY_NO },
		{ "薯片 AND NOT site:a.com", QUERY_LATER, QUERY_YES },
		{ "薯片 AND sentiment:negative", QUERY_LATER, QUERY_LATER },
		{ "薯片 AND NOT topic:price", QUERY_LATER, QUERY_LATER },
		{ "薯片 OR 山脆 AND topic:price", QUERY_YES, QUERY_YES },
		{ "薯片 AND 山脆 AND topic:price", QUERY_NO, QUERY_NO },
	};
	static const struct document d = { .site = STR_INIT("b.com"), .followers = -1 };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_about about = { .text = STR("薯片"), .title_n = SIZE_MAX };
		struct query_ask k;

		assert_true(query_ask_open(&k, str_of(cases[i].query), NULL));
		assert_int_equal(query_ask_about(&k, &about, NULL), cases[i].alone);
		about.document = &d;
		assert_int_equal(query_ask_about(&k, &about, NULL), cases[i].unweighed);
		query_ask_close(&k);
	}
}

static void
the_rarest_word_is_what_is_waited_for(void **state)
{
	static const struct {
		const char *query, *waits;
	} cases[] = {
		{ "company AND Shancui", "shancui" },
		{ "山脆 AND shancui AND 产品", "shancui" },
		{ "(the OR 山脆) AND \"mountain crisp\"", "mountain crisp" },
		{ "(brandone OR brandtwo) AND recall AND problem", "brandone brandtwo" },
		{ "我们 AND #山脆", "#山脆" },
		{ "title:(时间 AND 脆山薯片)", "脆山薯片" },
	};
	struct buf out = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k;
		const uint32_t *v;
		size_t n;

		assert_true(query_ask_open(&k, str_of(cases[i].query), NULL));
		v = query_required(k.q, &n);
		buf_clear(&out);
		for (size_t j = 0; j < n; j++)
			buf_addf(&out, "%s%.*s", j ? " " : "",
				 STR_ARG(k.literals.v[v[j]].text));
		assert_string_equal(out.p, cases[i].waits);
		query_ask_close(&k);
	}
	buf_release(&out);
}

#define SLOW "shancui (a|aa)+$"

static void
a_rule_at_its_limit_is_undecided_never_no(void **state)
{
	static const struct {
		const char *query;
		enum query_answer answer;
	} cases[] = {
		{ "/" SLOW "/", QUERY_UNDECIDED },
		{ "shancui AND NOT /" SLOW "/", QUERY_UNDECIDED },
		{ "nothere AND /" SLOW "/", QUERY_NO },
		{ "shancui OR /" SLOW "/", QUERY_YES },
		{ "/" SLOW "/ AND topic:price", QUERY_LATER },
	};
	char text[4096] = "shancui ";
	struct query_ask k;

	(void)state;
	memset(text + 8, 'a', 3000);
	assert_true(query_ask_open(&k, STR("/" SLOW "/"), NULL));
	assert_int_equal(query_ask_text(&k, str_of(text), NULL), QUERY_YES);
	query_ask_close(&k);
	text[3008] = '!';
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		assert_true(query_ask_open(&k, str_of(cases[i].query), NULL));
		assert_int_equal(query_ask_text(&k, str_of(text), NULL), cases[i].answer);
		query_ask_close(&k);
	}
}

static void
a_rule_is_parked_after_its_third_limit(void **state)
{
	char text[4096] = "shancui ";
	struct query_parked told[2];
	struct query_ask k;
	int64_t runs;

	(void)state;
	memset(text + 8, 'a', 3000);
	text[3008] = '!';
	assert_true(query_ask_open(&k, STR("/" SLOW "/"), NULL));
	for (int i = 0; i < RULE_STRIKES; i++) {
		assert_int_equal(query_parked(k.q, &k.rules, told, 2), 0);
		query_ask_text(&k, str_of(text), NULL);
	}
	runs = k.rules.v[0].runs;
	assert_int_equal(query_parked(k.q, &k.rules, told, 2), 1);
	assert_true(str_is(told[0].text, SLOW));
	assert_int_equal(told[0].account.runs, RULE_STRIKES);
	assert_int_equal(query_parked(k.q, &k.rules, told, 2), 0); /* once */
	assert_int_equal(query_ask_text(&k, STR("shancui aa"), NULL), QUERY_UNDECIDED);
	assert_int_equal(k.rules.v[0].runs, runs);
	query_ask_close(&k);
}

static void
depth_and_size_have_ceilings(void **state)
{
	struct buf b = BUF(1 << 17), out = BUF(1 << 12);
	struct query_ask k;

	(void)state;
	for (int i = 0; i < 40; i++)
		buf_add(&b, STR("("));
	assert_false(query_ask_open(&k, buf_str(&b), NULL));
	query_ask_faults(&k, buf_str(&b), &out);
	assert_string_equal(out.p, "column 33: brackets nest deeper than 32\n");
	query_ask_close(&k);
	buf_clear(&b);
	for (int i = 0; i < 5100; i++)
		buf_addf(&b, "%sw%d", i ? " OR " : "", i);
	assert_false(query_ask_open(&k, buf_str(&b), NULL));
	query_ask_faults(&k, buf_str(&b), &out);
	assert_non_null(strstr(out.p, "more than 5000 parts"));
	query_ask_close(&k);
	buf_clear(&b);
	for (int i = 0; i < 70000; i++)
		buf_add_byte(&b, 'x');
	assert_false(query_ask_open(&k, buf_str(&b), NULL));
	query_ask_faults(&k, buf_str(&b), &out);
	assert_string_equal(out.p, "column 1: a query has at most 65536 bytes\n");
	query_ask_close(&k);
	buf_release(&b);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_understood_as_its_manual_says),
		cmocka_unit_test(a_query_that_cannot_work_is_refused_with_its_column),
		cmocka_unit_test(all_that_is_wrong_is_said_at_once),
		cmocka_unit_test(what_may_be_meant_otherwise_is_a_warning),
		cmocka_unit_test(texts_match_as_a_person_would_expect),
		cmocka_unit_test(fields_of_the_document_are_asked),
		cmocka_unit_test(a_country_is_the_stated_one_or_that_of_the_domain),
		cmocka_unit_test(what_is_not_known_yet_is_left_open),
		cmocka_unit_test(the_rarest_word_is_what_is_waited_for),
		cmocka_unit_test(a_rule_at_its_limit_is_undecided_never_no),
		cmocka_unit_test(a_rule_is_parked_after_its_third_limit),
		cmocka_unit_test(depth_and_size_have_ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
