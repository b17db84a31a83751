#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/rx.h"
#include "core/str.h"

static struct rx *
compiled(const char *pattern, int flags)
{
	struct err e = { 0 };
	struct rx *rx = rx_compile(str_of(pattern), flags, &e);

	if (!rx)
		fail_msg("%s: %s", pattern, e.text);
	return rx;
}

static void
a_pattern_finds_what_perl_would(void **state)
{
	static const struct {
		const char *pattern;
		int flags;
		const char *text;
		long at, n; /* -1: no match */
	} cases[] = {
		{ "召回", 0, "山脆薯片召回公告", 12, 6 },
		{ "山脆.{0,8}召回", 0, "山脆薯片召回公告", 0, 18 },
		{ "RECALL", RX_NOCASE, "product recall", 8, 6 },
		{ "recall", 0, "product RECALL", -1, 0 },
		{ "é", RX_NOCASE, "CAFÉ", 3, 2 },
		{ "\\bchips\\b", 0, "山脆chips", -1, 0 }, /* Han are word characters */
		{ "\\w+", 0, "，山脆", 3, 6 },
		{ "^b", 0, "a\nb", -1, 0 },
		{ "^b", RX_MULTILINE, "a\nb", 2, 1 },
		{ "a.b", 0, "a\nb", -1, 0 },
		{ "a.b", RX_DOTALL, "a\nb", 0, 3 },
		{ "a b # c", RX_EXTENDED, "ab", 0, 2 },
		{ "x*", 0, "", 0, 0 },
		{ "(a)\\1", 0, "baa", 1, 2 },
	};
	struct rx_scratch *s = rx_scratch_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct rx *rx = compiled(cases[i].pattern, cases[i].flags);
		struct rx_span span;
		int rc = rx_match(rx, s, str_of(cases[i].text), 0, &span, 1);

		if (rc != (cases[i].at >= 0))
			fail_msg("%s on %s: %d", cases[i].pattern, cases[i].text, rc);
		if (rc > 0) {
			assert_int_equal(span.at, cases[i].at);
			assert_int_equal(span.n, cases[i].n);
		}
		rx_free(rx);
	}
	rx_scratch_free(s);
	rx_scratch_free(NULL);
	rx_free(NULL);
}

static void
groups_are_told_and_those_that_took_no_part(void **state)
{
	struct rx *rx = compiled("(a)|(b)(c)?", 0);
	struct rx_scratch *s = rx_scratch_new();
	struct rx_span g[8];

	(void)state;
	assert_int_equal(rx_match(rx, s, STR("xb"), 0, g, 8), 4);
	assert_int_equal(g[0].at, 1);
	assert_int_equal(g[0].n, 1);
	assert_true(g[1].n == SIZE_MAX);
	assert_int_equal(g[2].at, 1);
	assert_true(g[3].n == SIZE_MAX);
	assert_int_equal(rx_match(rx, s, STR("xb"), 0, NULL, 0), 1);
	assert_int_equal(rx_match(rx, s, STR("xb"), 2, g, 8), 0);
	assert_int_equal(rx_match(rx, s, STR("xb"), 3, g, 8), 0);
	assert_int_equal(rx_match(rx, s, (struct str){ NULL, 0 }, 0, g, 8), 0);
	rx_free(rx);
	rx_scratch_free(s);
}

static void
what_a_rule_may_not_hold_is_refused_with_its_column(void **state)
{
	static const struct {
		const char *pattern, *says;
	} cases[] = {
		{ "ab(c", "column 5: missing closing parenthesis" },
		{ "山脆[", "column 4: missing terminating ] for character class" },
		{ "*", "column 1: quantifier does not follow a repeatable item" },
		{ "a\\Cb", "column 4: using \\C is disabled by the application" },
		{ "a(?C1)b", "column 2: callouts are not allowed" },
		{ "a(?C)b", "column 2: callouts are not allowed" },
		{ "(a(?R)?b)", "column 3: recursion is not allowed" },
		{ "(a)(?1)", "column 4: recursion is not allowed" },
		{ "(a)(?-1)", "column 4: recursion is not allowed" },
		{ "(?+1)(a)", "column 1: recursion is not allowed" },
		{ "(?<x>a)(?&x)", "column 8: recursion is not allowed" },
		{ "(?<x>a)(?P>x)", "column 8: recursion is not allowed" },
		{ "(?<x>a)\\g<x>", "column 8: recursion is not allowed" },
		{ "(?<x>a)\\g'x'", "column 8: recursion is not allowed" },
		{ "[](](?0)", "column 5: recursion is not allowed" },
		{ "山[^]\\](](?0)", "column 9: recursion is not allowed" },
		{ "[\\Q]\\E](?0)", "column 8: recursion is not allowed" },
		{ "[[:alpha:](](?0)", "column 13: recursion is not allowed" },
		{ "\\Q(?R)\\E(?R)", "column 9: recursion is not allowed" },
		{ "(?x)a # [\n(?0)", "column 11: recursion is not allowed" },
		{ "(*NO_JIT)a", "column 1: verbs (*...) are not allowed" },
		{ "a(*ACCEPT)b", "column 2: verbs (*...) are not allowed" },
		{ "(((a{1000}){1000}){1000})", "column 26: regular expression is too large" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };

		if (rx_compile(str_of(cases[i].pattern), 0, &e))
			fail_msg("%s was taken", cases[i].pattern);
		assert_int_equal(e.kind, ERR_USAGE);
		assert_string_equal(e.text, cases[i].says);
	}
}

static void
what_only_looks_like_recursion_is_taken(void **state)
{
	static const char *const good[] = { "\\(?R",         "[(?R)]",         "\\Q(?R)\\E",
					    "(?:R)",         "(?=1)",          "(?<!2)x",
					    "(?>R)",         "(a)\\g1",        "(a)\\g{-1}",
					    "(?<n>a)\\k<n>", "(?P<n>a)(?P=n)", "(?i)R" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(good); i++)
		rx_free(compiled(good[i], 0));
}

/* Published patterns that take for ever in other engines (RELIABILITY.md 21). */
static void
a_pattern_that_explodes_is_cut_and_never_called_no_match(void **state)
{
	static const char *const evil[] = {
		"(a+)+$",
		"^(\\w+\\s?)*$",
		"([a-zA-Z]+)*$",
		"(a|aa)+$",
		"(a|a?)+$",
		"(.*a){20}$",
		"^(([a-z])+.)+[A-Z]([a-z])+$",
		"(x+x+)+y",
		"^(a|b|ab)*c$",
		"(?:a*)*b$",
		"((a+)*)*b$",
	};
	static char text[100001];
	struct rx_scratch *s = rx_scratch_new();
	int cut = 0;
	int64_t worst_us = 0;

	(void)state;
	memset(text, 'a', 60);
	text[60] = '!';
	for (size_t i = 0; i < LY_COUNT(evil); i++) {
		struct rx *rx = compiled(evil[i], 0);
		int64_t began = clock_cpu_us(), took;

		cut += rx_match(rx, s, (struct str){ text, 61 }, 0, NULL, 0) == RX_LIMIT;
		took = clock_cpu_us() - began;
		worst_us = took > worst_us ? took : worst_us;
		rx_free(rx);
	}
	print_message("%d of %zu cut, the worst took %lld us\n", cut, LY_COUNT(evil),
		      (long long)worst_us);
	assert_in_range(cut, 5,
			LY_COUNT(evil)); /* PCRE2 proves some of them impossible at once */
	assert_in_range(worst_us, 0, 50000);
	rx_scratch_free(s);
}

static void
the_required_literal_is_found_or_left_out(void **state)
{
	static const struct {
		const char *pattern, *literal;
	} cases[] = {
		{ "召回", "召回" },
		{ "山脆.{0,40}(召回|下架)", "山脆" },
		{ "(召回|下架).{0,40}山脆薯片", "山脆薯片" },
		{ "召回|下架", "" },
		{ "abc?d", "ab" },
		{ "abc+d", "abc" },
		{ "abc*de", "ab" },
		{ "abc{0,2}def", "def" },
		{ "ab{2}c", "ab" },
		{ "ab{,2}cd", "cd" },
		{ "召回?了", "召" },
		{ "a\\.b\\-c", "a.b-c" },
		{ "\\Qa.b*\\E", "a.b*" },
		{ "\\Qabc\\E?", "ab" },
		{ "abc\\E?", "ab" },
		{ "abc(?#of c)?", "ab" },
		{ "a\\Qb\\Ec", "abc" },
		{ "\\d+元退款", "元退款" },
		{ "\\p{Han}退", "退" },
		{ "\\pLx", "x" },
		{ "\\x{5c71}ok", "ok" },
		{ "\\x41zz", "" },
		{ "(abc)", "" },
		{ "(?:abc)de", "de" },
		{ "(?!abc)de", "de" },
		{ "(?<=abcd)ef", "ef" },
		{ "(?<n>abcd)ef", "ef" },
		{ "(?P<n>abcd)ef\\k<n>", "ef" },
		{ "(?i)abc", "" },
		{ "(?x) a b c", "" },
		{ "(?s)abc", "abc" },
		{ "a(?#comment)bc", "abc" },
		{ "[abc]def[^]x]", "def" },
		{ "[[:alpha:]x]def", "def" },
		{ "[a[:]def", "def" },
		{ "[a[:]ha:]x|b", "" },
		{ "^abc$", "abc" },
		{ ".*", "" },
		{ "", "" },
		{ "a{x}", "x}" },
		{ "(a|b)c(d|e)fgh", "fgh" },
		{ "(?(?=ab)cd|ef)gh", "gh" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct rx *rx = compiled(cases[i].pattern, 0);

		if (!str_is(rx_literal(rx), cases[i].literal))
			fail_msg("%s gave %s", cases[i].pattern, rx_literal(rx).p);
		rx_free(rx);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_finds_what_perl_would),
		cmocka_unit_test(groups_are_told_and_those_that_took_no_part),
		cmocka_unit_test(what_a_rule_may_not_hold_is_refused_with_its_column),
		cmocka_unit_test(what_only_looks_like_recursion_is_taken),
		cmocka_unit_test(a_pattern_that_explodes_is_cut_and_never_called_no_match),
		cmocka_unit_test(the_required_literal_is_found_or_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
