/* Compiled queries and plain ones give the same answers: random trees, random texts. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "tests/support/plain_query.h"
#include "tests/support/query_ask.h"

#define QUERIES 800
#define TEXTS   12

/* Few and alike, so that much matches by chance. */
static const char *const words[] = { "ab",     "abc",  "b2",  "ab b2", "山脆",  "脆片",
				     "山脆片", "片ab", "#ab", "@ab",   "#山脆", "😡😡" };
static const char *const globs[] = { "ab*",  "ab?c",  "ab?",  "ab*c",
				     "abc?", "脆片?", "#ab*", "ab?*" };
static const char *const exact[] = { "ab", "AB", "Abc", "山脆", "AB b2" };
static const char *const pieces[] = { "ab", "AB", "Abc",  "abc",  "abcc", "b2",  "b2",
				      "山", "脆", "片",   "山脆", "脆片", "😡",   "#",
				      "@",  "_",  "-",    ",",    "。",   " ",   " ",
				      " ",  " ",  "ａｂ", "\n",   "x",    "abxc" };

struct maker {
	uint64_t seed;
	struct plain nodes[64];
	size_t n;
};

static size_t
dice(struct maker *k, size_t sides)
{
	k->seed = hash_fast(STR("query"), k->seed);
	return (size_t)(k->seed >> 16) % sides;
}

#define PICK(k, v) v[dice(k, LY_COUNT(v))]

static struct plain *
word_make(struct maker *k, bool plain)
{
	struct plain *x = &k->nodes[k->n++];
	size_t kind = plain ? 0 : dice(k, 6);

	*x = (struct plain){ .op = PLAIN_WORD };
	if (kind == 3)
		x->op = PLAIN_GLOB;
	else if (kind == 4)
		x->op = PLAIN_CASE;
	else if (kind == 5)
		x->op = PLAIN_RAW;
	x->text = kind < 3 ? PICK(k, words) : kind == 3 ? PICK(k, globs) : PICK(k, exact);
	return x;
}

static struct plain *
close_make(struct maker *k)
{
	static const char *const single[] = { "ab", "abc", "b2", "山脆", "脆片", "😡😡" };
	struct plain *x = &k->nodes[k->n++];

	*x = (struct plain){ .op = PLAIN_CLOSE, .near = (int)dice(k, 5) };
	for (size_t i = 0; i < 2 + dice(k, 2); i++) {
		x->part[i] = word_make(k, true);
		x->part[i]->text = PICK(k, single);
	}
	return x;
}

/* What may stand beside NEAR. */
static struct plain *
place_make(struct maker *k, int depth)
{
	struct plain *x;

	if (!depth || dice(k, 2))
		return word_make(k, false);
	x = &k->nodes[k->n++];
	*x = (struct plain){ .op = dice(k, 2)   ? PLAIN_OR
				   : dice(k, 2) ? PLAIN_NEAR
						: PLAIN_NEARF,
			     .near = (int)dice(k, 4) };
	x->part[0] = place_make(k, depth - 1);
	x->part[1] = place_make(k, depth - 1);
	return x;
}

static struct plain *
tree_make(struct maker *k, int depth)
{
	static const enum plain_op ops[] = { PLAIN_NEAR, PLAIN_NEARF, PLAIN_CLOSE, PLAIN_TITLE,
					     PLAIN_BODY, PLAIN_AND,   PLAIN_OR,    PLAIN_NOT };
	struct plain *x;

	if (!depth || dice(k, 4) == 0)
		return word_make(k, false);
	x = &k->nodes[k->n++];
	*x = (struct plain){ .op = PICK(k, ops), .near = (int)dice(k, 4) };
	if (x->op == PLAIN_CLOSE) {
		*x = *close_make(k);
	} else if (x->op == PLAIN_NEAR || x->op == PLAIN_NEARF) {
		x->part[0] = place_make(k, depth - 1);
		x->part[1] = place_make(k, depth - 1);
	} else {
		x->part[0] = tree_make(k, depth - 1);
		if (x->op == PLAIN_AND || x->op == PLAIN_OR)
			x->part[1] = tree_make(k, depth - 1);
	}
	return x;
}

static void
text_make(struct maker *k, struct buf *b, size_t *title)
{
	buf_clear(b);
	buf_add(b, STR("zzq "));
	for (size_t n = dice(k, 8); n; n--) {
		const char *s = PICK(k, pieces);

		buf_add(b, s[0] == '\n' ? STR(" ") : str_of(s));
	}
	*title = b->n;
	buf_add_byte(b, '\n');
	for (size_t n = dice(k, 14); n; n--)
		buf_add(b, str_of(PICK(k, pieces)));
}

static void
compiled_queries_answer_as_plain_ones_do(void **state)
{
	struct buf query = BUF(1 << 14), text = BUF(1 << 14);
	struct maker k = { .seed = 4 };
	static const struct document d = { .followers = -1 };
	size_t matches = 0;

	(void)state;
	for (int i = 0; i < QUERIES; i++) {
		struct plain *x;
		struct query_ask ask;

		k.n = 0;
		x = tree_make(&k, 3);
		buf_clear(&query);
		buf_add(&query, STR("zzq AND ")); /* something to look for */
		plain_show(x, &query);
		if (!query_ask_open(&ask, buf_str(&query), NULL)) {
			query_ask_faults(&ask, buf_str(&query), &text);
			fail_msg("%s: %s", query.p, text.p);
		}
		for (int j = 0; j < TEXTS; j++) {
			struct query_about about = { .document = &d };
			bool plain;

			text_make(&k, &text, &about.title_n);
			about.text = buf_str(&text);
			plain = plain_test(x, about.text, about.title_n);
			if ((query_ask_about(&ask, &about, NULL) == QUERY_YES) != plain)
				fail_msg("%s is %d in [%s]", query.p, plain, text.p);
			matches += plain;
		}
		query_ask_close(&ask);
	}
	/* neither hardly ever nor nearly always, or nothing was compared */
	assert_in_range(matches, QUERIES * TEXTS / 10, QUERIES * TEXTS * 4 / 5);
	buf_release(&query);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compiled_queries_answer_as_plain_ones_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
