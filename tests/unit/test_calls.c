/* What calls_any() says no to, the walk finds no calling literal in. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/str.h"
#include "nlp/walk.h"

#define TEXTS  40000
#define PIECES 12

static const struct image_literal literals[] = {
	{ STR_INIT("山脆"), LITERAL_WORD },     { STR_INIT("good"), LITERAL_WORD },
	{ STR_INIT("b2b shop"), LITERAL_WORD }, { STR_INIT("recal"), LITERAL_INNER },
	{ STR_INIT("d'or"), LITERAL_WORD },     { STR_INIT("😀"), LITERAL_WORD },
	{ STR_INIT("x"), LITERAL_OPEN },        { STR_INIT("c++"), LITERAL_WORD },
	{ STR_INIT("漏气"), LITERAL_WORD },     { STR_INIT("苹果 15"), LITERAL_WORD },
};
#define LITERALS LY_COUNT(literals)

static const char *const pieces[] = {
	"山脆", "山",     "脆",    "g00d",   "GOOD", "goood", "ｇｏｏｄ", "b2b",  "B2B shop",
	"Ｂ2b", "　shop", " shop", "recall", "d’or", "d'or",  "Ｄ＇or",   "😀",    "x",
	"Ｘ",   "ｃ＋＋", "c++",   "漏气",   "漏氣", "蘋果",  "苹果",     "15",   " ",
	"，",   "。",     "“",     "a",      "1",    "的",    "http://",  "@",    "\u200B",
	"ⓖ",    "é",      "！",    "ｒecal", "-",    "\n",    "…",        "m0st", "好好好好",
};

static uint32_t
next(uint64_t *r, uint32_t n)
{
	*r ^= *r << 13;
	*r ^= *r >> 7;
	*r ^= *r << 17;
	return (uint32_t)(*r >> 20) % n;
}

/* Literal i calls when bit i is set. */
static void
from_make(uint32_t *from, uint32_t bits)
{
	from[0] = 0;
	for (size_t i = 0; i < LITERALS; i++)
		from[i + 1] = from[i] + (bits >> i & 1);
}

static bool
is_called(const struct walk *w, uint32_t bits)
{
	for (size_t i = 0; i < w->literals.n; i++)
		if (bits >> w->literals.v[i].term & 1)
			return true;
	return false;
}

static void
what_calls_is_never_passed_over(void **state)
{
	struct err e = { .kind = ERR_NONE };
	struct image *m = image_build(NULL, literals, LITERALS, &e);
	struct walk w = WALK_INIT, quick = WALK_INIT;
	struct calls *calls = malloc(sizeof *calls);
	uint32_t from[LITERALS + 1], bits = 0;
	struct buf text = BUF(4096);
	uint64_t dice = 88172645463325252u;
	size_t called = 0, passed = 0;

	(void)state;
	assert_non_null(m);
	assert_non_null(calls);
	for (int i = 0; i < TEXTS; i++) {
		if (i % 100 == 0) { /* one that calls, or some */
			bits = i % 200 ? 1u << next(&dice, LITERALS)
				       : next(&dice, 1u << LITERALS);
			from_make(from, bits);
			calls_make(calls, literals, LITERALS, from);
		}
		buf_clear(&text);
		for (uint32_t n = next(&dice, PIECES); n; n--)
			buf_add(&text, str_of(pieces[next(&dice, LY_COUNT(pieces))]));
		walk_run(&w, m, buf_str(&text));
		if (walk_called(&quick, m, calls, buf_str(&text))) {
			assert_int_equal(quick.literals.n, w.literals.n);
			assert_int_equal(quick.score.n, w.score.n);
			called += is_called(&w, bits);
			continue;
		}
		passed++;
		assert_int_equal(quick.literals.n, 0);
		if (is_called(&w, bits))
			fail_msg("passed over: \"%s\"", text.p);
	}
	assert_true(called > TEXTS / 20); /* both happened */
	assert_true(passed > TEXTS / 20);
	free(calls);
	walk_release(&w);
	walk_release(&quick);
	buf_release(&text);
	image_free(m);
}

static void
a_text_without_them_is_not_walked(void **state)
{
	static const struct image_literal two[] = { { STR_INIT("山脆"), LITERAL_WORD },
						    { STR_INIT("crisps"), LITERAL_WORD } };
	static const uint32_t from[] = { 0, 1, 1 }; /* crisps calls nobody */
	static const struct {
		const char *text;
		bool may;
	} cases[] = {
		{ "", false },
		{ "山", false },
		{ "山顶的薯脆，好吃！", false },
		{ "crisps of 2024, m0st g00d", false },
		{ "在山脆里", true },
		{ "山\u200B脆", true },
	};
	struct err e = { .kind = ERR_NONE };
	struct image *m = image_build(NULL, two, LY_COUNT(two), &e);
	struct walk w = WALK_INIT;
	struct calls *calls = malloc(sizeof *calls);

	(void)state;
	assert_non_null(m);
	assert_non_null(calls);
	calls_make(calls, two, LY_COUNT(two), from);
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_int_equal(walk_called(&w, m, calls, str_of(cases[i].text)),
				 cases[i].may);
	free(calls);
	walk_release(&w);
	image_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_calls_is_never_passed_over),
		cmocka_unit_test(a_text_without_them_is_not_walked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
