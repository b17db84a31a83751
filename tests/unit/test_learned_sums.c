/* The quick way to the learned sums against the plain one: what is looked up block by block and
 * added up unseen, and what is read word by word for an explanation. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "nlp/gram.h"
#include "nlp/image_learned.h"
#include "nlp/learned.h"

static const char *const words[] = {
	"good",
	"bad",
	"not",
	"a",
	"the",
	"bag",
	"crisps",
	"goooood",
	"it's",
	"iphone4s",
	"!!",
	"?",
	"12",
	"@x",
	",",
	".",
	"app",
	"waiting",
	"internationalization",
	"味",
	"道",
	"太",
	"慢",
	"，",
	"。",
	"不",
	"好",
	"薯",
	"片",
	"騙",
	"😀",
	"caf\xC3\xA9",
	"ＯＫ",
	"http://a.b/c",
	"吃",
};

static uint32_t
next(uint32_t *r)
{
	*r = *r * 1664525u + 1013904223u;
	return *r >> 16;
}

static void
head_add(struct buf *b, const char *lang)
{
	buf_addf(b, "# langyan-lexicon: 1\n# list: %s-l\n# lang: %s\n# kind: learned\n", lang,
		 lang);
	buf_addf(b, "# grams: 4\n# full: 40\n# unit: 6093 4081\n");
	for (int i = 0; i < FEATURES; i++)
		buf_addf(b, "# feature: %s 0.%d -0.%d\n", model_feature_words[i], i, i / 2);
}

/* Random n-grams of 1 to 4 tokens; the same one twice is left out. */
static void
grams_add(struct buf *b, uint32_t *r, size_t n)
{
	uint64_t *known = calloc(n, sizeof *known);

	for (size_t made = 0, tried = 0; made < n && tried < 40 * n; tried++) {
		struct buf gram = BUF(1 << 12);
		unsigned tokens;
		size_t i = 0;

		for (uint32_t left = next(r) % 4 + 1; left; left--)
			buf_addf(&gram, "%s%s", gram.n ? " " : "",
				 words[next(r) % LY_COUNT(words)]);
		known[made] = gram_hash(buf_str(&gram), &tokens);
		while (known[made] && known[i] != known[made])
			i++;
		if (known[made] && i == made) {
			buf_addf(b, "%.*s\t%d\t%d\n", STR_ARG(buf_str(&gram)),
				 (int)(next(r) % 255) - 127, (int)(next(r) % 255) - 127);
			made++;
		}
		buf_release(&gram);
	}
	free(known);
}

static struct lexicon *
lists_of(struct buf *zh, struct buf *en)
{
	struct str names[] = { STR("zh.tsv"), STR("en.tsv") };
	struct str texts[] = { buf_str(zh), buf_str(en) };
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l = lexicon_parse(names, texts, 2, &report, &e);

	if (!l)
		fprintf(stderr, "%s%s\n", report.p, e.text);
	assert_non_null(l);
	buf_release(&report);
	return l;
}

static struct image *
image_of(const struct lexicon *l)
{
	struct err e = { .kind = ERR_NONE };
	struct image *m = image_build(l, NULL, 0, &e);

	assert_non_null(m);
	return m;
}

static void
text_add(struct buf *b, uint32_t *r, uint32_t n)
{
	for (; n; n--)
		buf_addf(b, "%s%s", words[next(r) % LY_COUNT(words)], next(r) % 3 ? " " : "");
}

static void
one_compare(const struct image *m, struct str text, const struct score_about *about)
{
	struct arena *a = arena_new();
	struct walk w = WALK_INIT;
	struct score_text *t;
	const struct learned_part *v;
	int64_t sums[MODEL_SUMS] = { 0 };
	struct score s, again;
	int32_t *weights;
	size_t n;

	walk_run(&w, m, text);
	t = score_prepare(m, &w, text, a);
	weights = arena_alloc(a, t->n_clauses * sizeof *weights);
	score_weights(t, about, weights);
	score_weigh(t, about, weights, &s);
	score_weigh(t, about, weights, &again); /* nothing is left of the first */
	v = learned_parts(t, &s, weights, a, &n);
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < MODEL_SUMS; k++)
			sums[k] += v[i].sum[k];
	assert_true(n > 0);
	assert_int_equal(s.polar, sums[MODEL_POLAR] / 1000);
	assert_int_equal(s.neutral, sums[MODEL_NEUTRAL] / 1000);
	assert_int_equal(again.polar, s.polar);
	walk_release(&w);
	arena_free(a);
}

static void
quick_sums_are_those_of_the_parts(void **state)
{
	struct buf zh = BUF(1 << 16), en = BUF(1 << 16);
	struct lexicon *l;
	struct image *m;
	uint32_t r = 5;

	(void)state;
	head_add(&zh, "zh");
	grams_add(&zh, &r, 300);
	head_add(&en, "en");
	grams_add(&en, &r, 300);
	l = lists_of(&zh, &en);
	m = image_of(l);
	for (int round = 0; round < 3000; round++) {
		struct buf text = BUF(1 << 16);
		struct query_span own, rival;
		struct score_about about = { &own, &rival, next(&r) % 2, next(&r) % 2,
					     CLASS_OTHER };

		text_add(&text, &r, round % 50 ? next(&r) % 30 + 1 : 500);
		own = (struct query_span){ next(&r) % (uint32_t)text.n, 1 };
		rival = (struct query_span){ next(&r) % (uint32_t)text.n, 1 };
		one_compare(m, buf_str(&text), &about);
		buf_release(&text);
	}
	image_free(m);
	lexicon_free(l);
	buf_release(&zh);
	buf_release(&en);
}

/* As many as a list may have, in both languages. */
static void
every_n_gram_of_a_full_list_has_its_slot(void **state)
{
	struct buf lists[MODEL_LANGS] = { BUF(4 << 20), BUF(4 << 20) };
	struct lexicon *l;
	struct image *m;

	(void)state;
	for (int lang = 0; lang < MODEL_LANGS; lang++) {
		head_add(&lists[lang], model_lang_words[lang]);
		for (int i = 0; i < MODEL_GRAMS_MAX; i++)
			buf_addf(&lists[lang], "%cz%cz%cz%c\t%d\t%d\n", 'a' + i % 13,
				 'a' + i / 13 % 13, 'a' + i / 169 % 13, 'a' + i / 2197,
				 i % 255 - 127, lang);
	}
	l = lists_of(&lists[MODEL_ZH], &lists[MODEL_EN]);
	m = image_of(l);
	for (int lang = 0; lang < MODEL_LANGS; lang++) {
		const struct image_grams all = image_grams_of(m, lang);

		for (size_t i = 0; i < l->models[lang]->n; i++) {
			const struct lex_gram *g = &l->models[lang]->grams[i];
			const struct image_gram *x = image_gram_find(&all, g->hash);

			assert_non_null(x);
			assert_int_equal(image_gram_weight(*x, MODEL_POLAR),
					 g->weight[MODEL_POLAR]);
			assert_int_equal(image_gram_weight(*x, MODEL_NEUTRAL), lang);
			assert_int_equal(m->lines[x - m->grams], g->line);
			assert_null(image_gram_find(&all, ~g->hash));
		}
	}
	image_free(m);
	lexicon_free(l);
	for (int lang = 0; lang < MODEL_LANGS; lang++)
		buf_release(&lists[lang]);
}

/* Full-width letters are read one by one, ASCII ones eight at a time. */
static void
a_word_is_the_same_token_in_any_width(void **state)
{
	uint32_t r = 3;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		struct buf narrow = BUF(256), wide = BUF(256);
		struct gram_cursor a, b;
		struct gram_token x, y;

		for (uint32_t n = next(&r) % 26 + 1; n; n--) {
			unsigned c = "aabcxzAZ"[next(&r) % 8];

			buf_add_byte(&narrow, (char)c);
			buf_addf(&wide, "\xEF%c%c", c < 'a' ? 0xBC : 0xBD,
				 c < 'a' ? c + 0x60 : c + 0x20);
		}
		a = gram_begin(buf_str(&narrow));
		b = gram_begin(buf_str(&wide));
		assert_true(gram_next(&a, &x));
		assert_true(gram_next(&b, &y));
		assert_true(x.hash == y.hash);
		assert_int_equal(x.len * 3, y.len);
		assert_false(gram_next(&a, &x));
		buf_release(&narrow);
		buf_release(&wide);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quick_sums_are_those_of_the_parts),
		cmocka_unit_test(every_n_gram_of_a_full_list_has_its_slot),
		cmocka_unit_test(a_word_is_the_same_token_in_any_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
