#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/str.h"
#include "nlp/explain.h"
#include "nlp/gram.h"
#include "nlp/learned.h"
#include "nlp/names.h"
#include "tests/support/small_lexicon.h"

/* ---- tokens and n-grams ---- */

static void
tokens_are_words_signs_and_breaks(void **state)
{
	static const struct {
		const char *text, *tokens;
	} cases[] = {
		{ "Not SOOOO good", "not|soo|good" },
		{ "it's 1,000.50 EUR", "it's|0|eur" },
		{ "see http://a.b/c?d=1 @Anna_B!!", "see|http://|@|!" },
		{ "太慢了！！", "太|慢|了|!" },
		{ "a, b . ; c", "a|,|b|,|c" },
		{ "一。\n二", "一|,|二" },
		{ "ＯＫ？", "ok|?" },
		{ "Café 😀", "caf\xC3\xA9|😀" },
		{ "iphone4s", "iphone|0|s" },
		{ "@张三 你好", "@|你|好" },
		{ "\xEF\xB8\x8F\t ", "" },
		{ "a\xF0\x80\x80\xA0", "a" }, /* a blank in four bytes is none */
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str text = str_of(cases[i].text);
		struct gram_cursor c = gram_begin(text);
		struct buf b = BUF(1 << 10);
		struct gram_token t;

		while (gram_next(&c, &t)) {
			buf_add(&b, str_of(b.n ? "|" : ""));
			gram_spell(&b, str_slice(text, t.at, t.len));
		}
		assert_string_equal(b.p, cases[i].tokens);
		buf_release(&b);
	}
}

static void
a_spelled_n_gram_is_the_one_in_the_text(void **state)
{
	static const char *const texts[] = {
		"Soooo NOT  good",
		"@bob http://x.y/z 12.5 !!!",
		"送餐太慢",
		"好app，",
		"😀😀的",
		"don’t 1,5 ？ ok",
		"\xC3\x89t\xC3\xA9 5\xE2\x82\xAC",
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(texts); i++) {
		struct str text = str_of(texts[i]);
		struct gram_cursor c = gram_begin(text);
		struct gram_window w = { .n = 0 };
		struct gram_token t;

		while (gram_next(&c, &t)) {
			gram_push(&w, &t, GRAM_MAX);
			for (unsigned j = 0; j < w.n; j++) {
				struct buf b = BUF(1 << 10);
				unsigned tokens;

				gram_spell(&b,
					   str_slice(text, w.at[j], t.at + t.len - w.at[j]));
				assert_true(gram_hash(buf_str(&b), &tokens) == w.hash[j]);
				assert_int_equal(tokens, j + 1);
				buf_release(&b);
			}
		}
	}
}

static void
no_n_gram_goes_over_a_break(void **state)
{
	unsigned n;

	(void)state;
	assert_true(gram_hash(STR("slow, good"), &n) == 0);
	assert_true(gram_hash(STR("慢。好"), &n) == 0);
	assert_true(gram_hash(STR("one two three four five"), &n) == 0);
	assert_true(gram_hash(STR(""), &n) == 0);
	assert_true(gram_hash(STR(","), &n) != 0);
}

/* ---- the list ---- */

#define HEAD                                                                                 \
	"# langyan-lexicon: 1\n# list: l\n# lang: en\n# kind: learned\n# grams: 2\n# full: " \
	"20\n"                                                                               \
	"# unit: 5000 4000\n"
#define FEATURES_SAID                                                           \
	"# feature: bias 0 0\n# feature: score 1 0\n# feature: strength 0 0\n"  \
	"# feature: praise 0 0\n# feature: blame 0 0\n# feature: neither 0 0\n" \
	"# feature: good 0 0\n# feature: bad 0 0\n# feature: mixed 0 0\n"       \
	"# feature: first 0 0\n# feature: last 0 0\n# feature: shouts 0 0\n"    \
	"# feature: asks 0 0\n# feature: firsthand 0 0\n# feature: promo 0 0\n" \
	"# feature: question 0 0\n# feature: help 0 0\n# feature: sells 0 0\n"

static struct lexicon *
parse(const char *text, struct buf *report)
{
	struct str name = STR("l.tsv"), s = str_of(text);
	struct err e = { .kind = ERR_NONE };

	return lexicon_parse(&name, &s, 1, report, &e);
}

/* "closing" and "event" are newer than many a list. */
static void
a_list_from_before_a_feature_came_goes_on(void **state)
{
	struct buf report = BUF(1 << 16);
	struct lexicon *l = parse(HEAD FEATURES_SAID "good\t1\t1\n", &report);
	struct err e = { .kind = ERR_NONE };
	struct image *m;

	(void)state;
	assert_non_null(l);
	m = image_build(l, NULL, 0, &e);
	assert_non_null(m);
	for (int k = 0; k < MODEL_SUMS; k++) {
		assert_int_equal(m->models[MODEL_EN].features[FEATURE_CLOSING][k], 0);
		assert_int_equal(m->models[MODEL_EN].features[FEATURE_EVENT][k], 0);
	}
	assert_int_equal(m->models[MODEL_EN].features[FEATURE_SCORE][0], 1000);
	image_free(m);
	lexicon_free(l);
	buf_release(&report);
}

static void
mistakes_in_a_learned_list_come_with_their_place(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ HEAD FEATURES_SAID "good\t128\t0\n",
		  "l.tsv:26:6: \"128\" is not a whole number within -127..127\n" },
		{ HEAD FEATURES_SAID "good\t12\n",
		  "l.tsv:26:8: \"\" is not a whole number within -127..127\n" },
		{ HEAD FEATURES_SAID "good, bad\t1\t2\n",
		  "l.tsv:26:1: \"good, bad\" is no n-gram: 1 to 4 words or characters without "
		  "a "
		  "break between them\n" },
		{ HEAD FEATURES_SAID "not good\t1\t2\nbad\t1\t1\nNOT  good\t3\t4\n",
		  "l.tsv:28:1: \"NOT  good\" stands also in line 26\n" },
		{ HEAD FEATURES_SAID "not so good\t1\t2\n",
		  "l.tsv:26:1: \"not so good\" has more tokens than \"grams\" says\n" },
		{ HEAD "# feature: smell 0 0\n" FEATURES_SAID "a\t1\t1\n",
		  "l.tsv:8:1: feature: feature \"smell\" is not known to this program\n" },
		{ HEAD FEATURES_SAID "# feature: bias 0 0\na\t1\t1\n",
		  "l.tsv:26:1: feature: feature bias stands here twice\n" },
		{ "# langyan-lexicon: 1\n# list: l\n# lang: any\n# kind: learned\n# grams: 2\n"
		  "# full: 20\n# unit: 5000 4000\n" FEATURES_SAID "a\t1\t1\n",
		  "l.tsv:1:1: a learned list is of one language: zh or en\n" },
		{ "# langyan-lexicon: 1\n# list: l\n# lang: en\n# kind: learned\n# grams: 9\n"
		  "# full: 20\n" FEATURES_SAID "a\t1\t1\n",
		  "l.tsv:5:1: grams: \"9\" is not a number within its bounds\n"
		  "l.tsv:1:1: the head has no \"# unit: N N\"\n"
		  "l.tsv:1:1: the head has no \"# grams: N\"\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf report = BUF(1 << 16);

		assert_null(parse(cases[i].text, &report));
		assert_string_equal(report.p, cases[i].says);
		buf_release(&report);
	}
}

static void
two_learned_lists_of_one_layer_are_a_mistake(void **state)
{
	struct str names[] = { STR("a.tsv"), STR("b.tsv") };
	struct str texts[] = { STR(HEAD FEATURES_SAID "good\t1\t1\n"),
			       STR(HEAD FEATURES_SAID "good\t2\t1\n") };
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };

	(void)state;
	assert_null(lexicon_parse(names, texts, 2, &report, &e));
	assert_string_equal(
		report.p,
		"b.tsv:1:1: the learned list of en is already in a.tsv; keep one of them\n");
	buf_release(&report);
}

static void
a_foreign_image_is_checked(void **state)
{
	struct image *m = small_learned_image();
	char *copy = aligned_alloc(16, (m->bytes.n + 15) / 16 * 16);
	struct image_model *model;
	struct image *o;
	struct err e = { .kind = ERR_NONE };
	size_t at = (size_t)((const char *)m->models - m->bytes.p);

	(void)state;
	memcpy(copy, m->bytes.p, m->bytes.n);
	model = (struct image_model *)(copy + at);
	o = image_open((struct str){ copy, m->bytes.n }, &e);
	assert_non_null(o);
	image_free(o);
	model->n_slots *= 2; /* into the other language's */
	model->slots = 1 << 20;
	assert_null(image_open((struct str){ copy, m->bytes.n }, &e));
	assert_string_equal(e.text, "learned list 0 has slots outside");
	memcpy(copy, m->bytes.p, m->bytes.n);
	model->features[FEATURE_SCORE][0] = 1 << 30;
	assert_null(image_open((struct str){ copy, m->bytes.n }, &e));
	assert_string_equal(e.text, "learned list 0 is out of range");
	free(copy);
	image_free(m);
}

/* ---- scores ---- */

struct scored {
	struct arena *a;
	struct walk w;
	struct score_text *t;
	struct score s;
	int32_t *weights;
};

static void
score(struct scored *x, const struct image *m, struct str text, const struct score_about *about)
{
	static const struct score_about whole = { .source_class = CLASS_OTHER };

	*x = (struct scored){ .a = arena_new(), .w = WALK_INIT };
	walk_run(&x->w, m, text);
	x->t = score_prepare(m, &x->w, text, x->a);
	x->weights = arena_alloc(x->a, x->t->n_clauses * sizeof *x->weights);
	score_weights(x->t, about ? about : &whole, x->weights);
	score_weigh(x->t, about ? about : &whole, x->weights, &x->s);
}

static void
drop(struct scored *x)
{
	walk_release(&x->w);
	arena_free(x->a);
}

/* Random texts: the parts of words, features and n-grams are the score, to the thousandth. */
static void
parts_add_up_to_the_score_with_learned_weights(void **state)
{
	static const char *const words[] = {
		"not ",    "good ",     "bad ", "but ", "! ",     "? ",   "my bag ",  "the ",
		"crisps ", "味道",      "太慢", "等",   "薯片",   "，",   "但是",     "。",
		"不",      "giveaway ", "@x ",  "12 ",  "awful ", "好吃", "//@某人:",
	};
	struct image *m = small_learned_image();
	uint32_t r = 11;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct buf b = BUF(1 << 16), json = BUF(1 << 20);
		struct query_span own = { (r >> 8) % 8, 1 }, rival = { (r >> 16) % 30, 1 };
		struct score_about about = { &own, &rival, r >> 5 & 1, r >> 6 & 1,
					     CLASS_OTHER };
		struct topics topics = { .n = 0 };
		struct err e = { .kind = ERR_NONE };
		struct scored x;
		const int64_t *parts;
		int64_t sum = 0;
		size_t n_parts;

		for (uint32_t n = r % 14 + 10; n; n--) {
			r = r * 1664525u + 1013904223u;
			buf_add(&b, str_of(words[(r >> 16) % LY_COUNT(words)]));
		}
		score(&x, m, buf_str(&b), &about);
		parts = explain_parts(x.t, &x.s, x.weights, x.a, &n_parts);
		for (size_t i = 0; i < n_parts; i++)
			sum += parts[i];
		assert_int_equal(sum, x.s.score);
		assert_in_range(x.s.score + 1000, 0, 2000);
		assert_in_range(x.s.confidence, 0, 1000);
		explain_add_json(x.t, &x.s, x.weights, &topics, x.a, &json);
		assert_non_null(json_parse(x.a, buf_str(&json), &e));
		drop(&x);
		buf_release(&b);
		buf_release(&json);
	}
	image_free(m);
}

static void
an_n_gram_moves_the_score_its_own_way(void **state)
{
	struct image *m = small_learned_image();
	struct scored a, b, c;

	(void)state;
	score(&a, m, STR("We had tea"), NULL);
	score(&b, m, STR("We had crisps"), NULL);
	score(&c, m, STR("We had my bag"), NULL);
	assert_true(b.s.score > a.s.score);
	assert_true(c.s.score < a.s.score);
	assert_int_equal(c.s.label, LABEL_NEG);
	drop(&a);
	drop(&b);
	drop(&c);
	image_free(m);
}

static void
an_n_gram_counts_once_and_by_its_clause(void **state)
{
	struct image *m = small_learned_image();
	struct query_span own = { 0, 4 }, rival = { 20, 3 };
	struct score_about ours = { &own, &rival, 1, 1, CLASS_OTHER };
	struct scored once, twice, here, there;

	(void)state;
	score(&once, m, STR("crisps"), NULL);
	score(&twice, m, STR("crisps, crisps"), NULL);
	assert_int_equal(once.s.polar, twice.s.polar);
	score(&here, m, STR("Acme crisps; tea of Rex"), &ours);
	rival.at = 10;
	score(&there, m, STR("Acme tea; Rex crisps"), &ours);
	assert_true(here.s.polar > there.s.polar);
	drop(&once);
	drop(&twice);
	drop(&here);
	drop(&there);
	image_free(m);
}

/* "@" weighs -5 in the small list, "bag" and "味道" would weigh more. */
static void
a_listed_name_is_one_token_whatever_words_it_has(void **state)
{
	static const struct {
		const char *a, *b;
	} cases[] = {
		{ "We met @anna", "We met Rex" },
		{ "We met @anna", "We met the Good Bag Co" },
		{ "@anna, the crisps", "R\xCC\xB6"
				       "ex's, the crisps" },
		{ "昨天来的是 @anna 一家", "昨天来的是味道薯片一家" },
	};
	struct image *m = small_learned_image();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct scored a, b;

		score(&a, m, str_of(cases[i].a), NULL);
		score(&b, m, str_of(cases[i].b), NULL);
		assert_int_equal(a.s.hand, b.s.hand);
		if (i != 1) /* "the" is in the list */
			assert_int_equal(a.s.polar, b.s.polar);
		drop(&a);
		drop(&b);
	}
	image_free(m);
}

static void
a_masked_text_has_the_tokens_of_the_text(void **state)
{
	static const char *const texts[] = {
		"Rex, the Good  Bag Co's crisps; rex!",
		"好几个味道薯片的包",
		("R\xCC\xB6"
		 "ex and rex"),
		"no name here",
		"",
	};
	struct image *m = small_learned_image();
	struct walk w = WALK_INIT;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(texts); i++) {
		struct buf b = BUF(1 << 12);
		struct gram_token t, u;
		struct gram_cursor c;
		struct names names;
		bool more;

		walk_run(&w, m, str_of(texts[i]));
		names_mask(m, &w, &b);
		names = names_begin(m, &w, NULL);
		c = gram_begin(buf_str(&b));
		do {
			more = names_read(&names, &t, 1);
			assert_true(more == gram_next(&c, &u));
			assert_true(!more || (t.kind == u.kind && t.hash == u.hash));
		} while (more);
		buf_release(&b);
	}
	walk_release(&w);
	image_free(m);
}

static void
what_a_watch_is_called_does_not_weigh(void **state)
{
	struct image *m = small_learned_image();
	struct query_span bag = { 3, 3 }, crisps = { 11, 6 }, at = { 1, 4 };
	struct score_about own = { &bag, NULL, 1, 0, CLASS_OTHER };
	struct score_about both = { &bag, &crisps, 1, 1, CLASS_OTHER };
	struct score_about named = { &at, NULL, 1, 0, CLASS_OTHER };
	struct scored a, b;

	(void)state;
	score(&a, m, STR("my bag and crisps"), NULL);
	score(&b, m, STR("my bag and crisps"), &own);
	assert_true(b.s.polar > a.s.polar); /* neither "bag" nor "my bag" */
	drop(&a);
	score(&a, m, STR("my bag and crisps"), &both);
	assert_true(a.s.polar < b.s.polar); /* no "crisps" either */
	/* about somebody else again */
	score_weights(a.t, &own, a.weights);
	score_weigh(a.t, &own, a.weights, &a.s);
	assert_int_equal(a.s.polar, b.s.polar);
	drop(&a);
	drop(&b);
	/* what is one and the same token already stays */
	score(&a, m, STR("@crisps"), NULL);
	score(&b, m, STR("@crisps"), &named);
	assert_int_equal(a.s.polar, b.s.polar);
	drop(&a);
	drop(&b);
	image_free(m);
}

static void
a_text_without_a_known_word_gets_no_opinion(void **state)
{
	struct image *m = small_learned_image();
	struct scored x;

	(void)state;
	score(&x, m, STR("Это мой чай!"), NULL);
	assert_true(learned_is_foreign(x.t));
	assert_int_equal(x.s.score, 0);
	assert_int_equal(x.s.label, LABEL_NEU);
	assert_in_range(x.s.confidence, 0, 200);
	drop(&x);
	score(&x, m, STR("Это my bag"), NULL);
	assert_false(learned_is_foreign(x.t));
	assert_int_equal(learned_words(x.t).all, 3);
	assert_int_equal(learned_words(x.t).known, 1);
	drop(&x);
	image_free(m);
}

static void
without_a_learned_list_nothing_changes(void **state)
{
	struct image *m = small_image(NULL, 0);
	struct scored x;
	size_t n;

	(void)state;
	score(&x, m, STR("The crisps are good"), NULL);
	assert_null(learned_parts(x.t, &x.s, x.weights, x.a, &n));
	assert_int_equal(n, 0);
	assert_int_equal(x.s.score, x.s.hand);
	drop(&x);
	image_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_are_words_signs_and_breaks),
		cmocka_unit_test(a_spelled_n_gram_is_the_one_in_the_text),
		cmocka_unit_test(no_n_gram_goes_over_a_break),
		cmocka_unit_test(a_list_from_before_a_feature_came_goes_on),
		cmocka_unit_test(mistakes_in_a_learned_list_come_with_their_place),
		cmocka_unit_test(two_learned_lists_of_one_layer_are_a_mistake),
		cmocka_unit_test(a_foreign_image_is_checked),
		cmocka_unit_test(parts_add_up_to_the_score_with_learned_weights),
		cmocka_unit_test(an_n_gram_moves_the_score_its_own_way),
		cmocka_unit_test(an_n_gram_counts_once_and_by_its_clause),
		cmocka_unit_test(a_listed_name_is_one_token_whatever_words_it_has),
		cmocka_unit_test(a_masked_text_has_the_tokens_of_the_text),
		cmocka_unit_test(what_a_watch_is_called_does_not_weigh),
		cmocka_unit_test(a_text_without_a_known_word_gets_no_opinion),
		cmocka_unit_test(without_a_learned_list_nothing_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
