#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "nlp/query.h"
#include "tests/support/small_lexicon.h"

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
		{ "\"Mountain  Crisp\"", "\"mountain crisp\"" },
		{ "（山脆 OR “脆 山”）", "(\"山脆\" OR \"脆 山\")" },
		{ "a1 NEAR/5 b1", "(\"a1\" NEAR/5 \"b1\")" },
		{ "(a1 OR b1) NEAR/3 c1", "((\"a1\" OR \"b1\") NEAR/3 \"c1\")" },
		{ "/shan ?cui/i", "/shan ?cui/" },
		{ "and1 or2", "(\"and1\" AND \"or2\")" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct literals l = { .n = 0 };
		struct buf out = BUF(1 << 12);
		struct err e = { .kind = ERR_NONE };
		struct query *q = query_parse(a, &l, str_of(cases[i].text), NULL, &e);

		assert_string_equal(e.text, "");
		assert_non_null(q);
		query_show(q, &out);
		assert_string_equal(out.p, cases[i].shows);
		buf_release(&out);
		literals_release(&l);
		arena_free(a);
	}
}

static void
a_query_that_cannot_work_is_refused_with_its_column(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "column 1: the query is empty" },
		{ "山脆 AND", "column 7: a word is missing at the end" },
		{ "OR 山脆", "column 1: a word is missing before this operator" },
		{ "(山脆", "column 1: this ( has no )" },
		{ "山脆)", "column 3: this ) has no (" },
		{ "()", "column 2: a word is missing before this )" },
		{ "\"山脆", "column 1: the quotation is not closed: add a \"" },
		{ "\" \"", "column 1: there is nothing between the quotes" },
		{ "山脆 NEAR 薯片", "column 4: NEAR needs a distance, as NEAR/5" },
		{ "山脆 NEAR/0 薯片",
		  "column 4: NEAR takes 1..100 words or characters, as NEAR/5" },
		{ "/ab+/ NEAR/3 薯片",
		  "column 7: NEAR stands between words, phrases, or (words joined by OR)" },
		{ "/shan(/i", "column 1: in the rule: " },
		{ "/shan/q", "column 7: after a rule only i, m, s, x may stand" },
		{ "/shan",
		  "column 1: the rule is not closed: add a / (a / inside is written \\/)" },
		{ "茶", "column 1: \"茶\" alone is too short to look for (2 characters are the "
			"least): "
			"add words with AND" },
		{ "山脆 OR 茶", "column 1: \"茶\" alone is too short to look for (2 characters "
				"are the least): "
				"add words with AND" },
		{ "NOT 山脆",
		  "column 1: a part that only excludes would match nearly everything: "
		  "add a word with AND" },
		{ "/[a-z]+/",
		  "column 1: the rule /[a-z]+/ has no fixed text of 2 characters: every "
		  "document would have to be tried; add a word with AND" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct literals l = { .n = 0 };
		struct err e = { .kind = ERR_NONE };

		assert_null(query_parse(a, &l, str_of(cases[i].text), NULL, &e));
		assert_int_equal(e.kind, ERR_USAGE);
		if (strncmp(e.text, cases[i].says, strlen(cases[i].says)) != 0)
			assert_string_equal(e.text, cases[i].says);
		literals_release(&l);
		arena_free(a);
	}
}

static void
what_may_be_meant_otherwise_is_a_warning(void **state)
{
	struct arena *a = arena_new();
	struct literals l = { .n = 0 };
	struct buf warn = BUF(1 << 12);
	struct err e = { .kind = ERR_NONE };

	(void)state;
	assert_non_null(query_parse(a, &l, STR("山脆 or 脆片"), &warn, &e));
	assert_string_equal(warn.p,
			    "column 4: in lower case this is a word to look for; operators are "
			    "AND, OR, NOT, NEAR/5\n"
			    "column 4: two parts without an operator: AND is understood\n"
			    "column 7: two parts without an operator: AND is understood\n");
	buf_release(&warn);
	literals_release(&l);
	arena_free(a);
}

/* The query against the text as the stage asks it: by walk, then by query_test. Also checks
 * that a match never happens without a required literal. */
static enum query_answer
ask(const char *query, const char *text, struct buf *spans)
{
	struct arena *a = arena_new();
	struct literals l = { .n = 0 };
	struct err e = { .kind = ERR_NONE };
	struct query *q = query_parse(a, &l, str_of(query), NULL, &e);
	struct rx_scratch *scratch = rx_scratch_new();
	struct walk w = WALK_INIT;
	struct query_seen seen;
	struct query_span v[8];
	enum query_answer yes;
	struct image *m;
	const uint32_t *required;
	size_t n;
	bool called = false;

	assert_string_equal(e.text, "");
	m = image_build(NULL, l.v, l.n, &e);
	assert_non_null(m);
	walk_run(&w, m, str_of(text));
	query_see(&seen, &w.literals, l.n, a);
	yes = query_test(q, &seen, scratch, str_of(text));
	required = query_required(q, &n);
	for (size_t i = 0; i < n; i++)
		called |= query_first(&seen, required[i]) != 0;
	assert_true(yes == QUERY_NO || called);
	buf_clear(spans);
	if (yes != QUERY_NO) {
		n = query_spans(q, &seen, scratch, str_of(text), v, LY_COUNT(v));
		for (size_t i = 0; i < n; i++)
			buf_addf(spans, "|%.*s",
				 STR_ARG(str_slice(str_of(text), v[i].at, v[i].len)));
	}
	walk_release(&w);
	image_free(m);
	rx_scratch_free(scratch);
	literals_release(&l);
	arena_free(a);
	return yes;
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
		{ "Shancui", "shancuis", 0, "" },
		{ "Shancui", "my-shancui!", 1, "|shancui" },
		{ "山脆 AND 薯片", "山脆很好", 0, "" },
		{ "山脆 AND 薯片", "薯片还是山脆好", 1, "|山脆|薯片" },
		{ "山脆 NOT 游戏", "山脆这个游戏", 0, "" },
		{ "山脆 NOT 游戏", "山脆这个薯片", 1, "|山脆" },
		{ "(山脆 OR 脆山) AND NOT (游戏 OR 小说)", "脆山小说", 0, "" },
		{ "\"mountain crisp\"", "Mountain Crisp is back", 1, "|Mountain Crisp" },
		{ "\"mountain crisp\"", "mountain of crisp", 0, "" },
		{ "apple NEAR/3 recall", "apple announces a recall", 1, "|apple|recall" },
		{ "apple NEAR/3 recall", "recall by apple", 1, "|apple|recall" },
		{ "apple NEAR/3 recall", "apple pie is nice but the recall is not", 0, "" },
		{ "山脆 NEAR/8 (异物 OR 虫)", "山脆薯片里吃出异物", 1, "|山脆|异物" },
		{ "山脆 NEAR/4 异物", "山脆这个牌子大家都吃过，而隔壁家的有异物", 0, "" },
		{ "/shan[- ]?cui/i", "I like Shan-Cui chips", 1, "|Shan-Cui" },
		{ "/shan[- ]?cui/i", "I like shan and cui", 0, "" },
		{ "/recall(ed|ing)?/", "unrecalled", 1, "|recalled" },
		{ "山脆 AND /第[0-9]+批/", "山脆第12批", 1, "|山脆|第12批" },
		{ "山脆 AND /第[0-9]+批/", "山脆第批", 0, "" },
		{ "山脆 NOT /游戏|小说/", "山脆小说", 0, "" },
	};
	struct buf spans = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		enum query_answer yes = ask(cases[i].query, cases[i].text, &spans);

		if ((int)yes != cases[i].yes)
			print_message("%s : %s\n", cases[i].query, cases[i].text);
		assert_int_equal(yes, cases[i].yes);
		assert_string_equal(spans.p, cases[i].spans);
	}
	buf_release(&spans);
}

static void
a_rule_at_its_limit_is_undecided_never_no(void **state)
{
	char text[4096] = "shancui ";
	struct buf spans = BUF(1 << 12);

	(void)state;
	memset(text + 8, 'a', 3000);
	assert_int_equal(ask("/shancui (a|aa)+$/", text, &spans), QUERY_YES);
	text[3008] = '!';
	assert_int_equal(ask("/shancui (a|aa)+$/", text, &spans), QUERY_UNDECIDED);
	assert_int_equal(ask("shancui AND NOT /shancui (a|aa)+$/", text, &spans),
			 QUERY_UNDECIDED);
	assert_int_equal(ask("nothere AND /shancui (a|aa)+$/", text, &spans), QUERY_NO);
	buf_release(&spans);
}

static void
depth_and_size_have_ceilings(void **state)
{
	struct arena *a = arena_new();
	struct literals l = { .n = 0 };
	struct err e = { .kind = ERR_NONE };
	struct buf b = BUF(1 << 16);

	(void)state;
	for (int i = 0; i < 40; i++)
		buf_add(&b, STR("("));
	assert_null(query_parse(a, &l, buf_str(&b), NULL, &e));
	assert_string_equal(e.text, "column 33: brackets nest deeper than 32");
	buf_clear(&b);
	for (int i = 0; i < 600; i++)
		buf_addf(&b, "%sw%d", i ? " OR " : "", i);
	e = (struct err){ .kind = ERR_NONE };
	assert_null(query_parse(a, &l, buf_str(&b), NULL, &e));
	assert_non_null(strstr(e.text, "more than 1000 parts"));
	buf_release(&b);
	literals_release(&l);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_understood_as_its_manual_says),
		cmocka_unit_test(a_query_that_cannot_work_is_refused_with_its_column),
		cmocka_unit_test(what_may_be_meant_otherwise_is_a_warning),
		cmocka_unit_test(texts_match_as_a_person_would_expect),
		cmocka_unit_test(a_rule_at_its_limit_is_undecided_never_no),
		cmocka_unit_test(depth_and_size_have_ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
