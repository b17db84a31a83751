#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/str.h"
#include "nlp/explain.h"
#include "nlp/threshold.h"
#include "tests/support/small_lexicon.h"

#define HEAD(lang) "# langyan-lexicon: 1\n# list: t\n# lang: " lang "\n# kind: thresholds\n"

/* ---- the list ---- */

static void
a_wrong_line_is_told_with_its_place(void **state)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{ "weibo\t1\t1",
		  "t.tsv:5:1: a line begins with source:NAME, class:NAME or all, "
		  "not \"weibo\"\n" },
		{ "source:\t1\t1", "t.tsv:5:1: a line begins with source:NAME, class:NAME or "
				   "all, not \"source:\"\n" },
		{ "class:newss\t1\t1",
		  "t.tsv:5:1: class \"newss\" is not known: did you mean \"news\"?\n" },
		{ "all\t11\t0",
		  "t.tsv:5:5: \"11\" is not a number within -10.0..10.0, like 0.25\n" },
		{ "all\t0.5\tmuch",
		  "t.tsv:5:9: \"much\" is not a number within -10.0..10.0, like 0.25\n" },
		{ "all\t0.5", "t.tsv:5:8: behind the name stand two numbers, parted by tabs: "
			      "from where on it is praise, and blame\n" },
		{ "all\t0\t0\tby=ear", "t.tsv:5:9: \"by=ear\" is not an option of kind "
				       "thresholds; by=lists is\n" },
		{ "all\t0\t0\nall\t1\t0",
		  "t.tsv:6:1: \"all\" is already in t.tsv:5; keep one of them\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf text = BUF(1 << 10), report = BUF(1 << 16);
		struct str name = STR("t.tsv"), all;
		struct err e = { .kind = ERR_NONE };

		buf_addf(&text, HEAD("any") "%s\n", cases[i].line);
		all = buf_str(&text);
		assert_null(lexicon_parse(&name, &all, 1, &report, &e));
		assert_string_equal(report.p, cases[i].says);
		buf_release(&text);
		buf_release(&report);
	}
}

/* ---- labels ---- */

struct scored {
	struct arena *a;
	struct walk w;
	struct score_text *t;
	struct score s;
	int32_t *weights;
};

static void
score(struct scored *x, const struct image *m, const char *text, int source_class,
      const char *source)
{
	struct score_about about = { .source_class = source_class, .source = str_of(source) };

	*x = (struct scored){ .a = arena_new(), .w = WALK_INIT };
	walk_run(&x->w, m, str_of(text));
	x->t = score_prepare(m, &x->w, str_of(text), x->a);
	x->weights = arena_alloc(x->a, x->t->n_clauses * sizeof *x->weights);
	score_weights(x->t, &about, x->weights);
	score_weigh(x->t, &about, x->weights, &x->s);
}

static void
drop(struct scored *x)
{
	walk_release(&x->w);
	arena_free(x->a);
}

static void
the_source_counts_before_its_class_and_a_language_before_any(void **state)
{
	struct image *m = small_learned_image();
	static const struct {
		const char *text, *source, *by;
		int source_class, label;
	} cases[] = {
		{ "the bag", "x", "", CLASS_NEWS, LABEL_NEU },
		{ "the bag", "x",
		  "class video: praise from +0.500, blame from -0.500 (where:5)", CLASS_VIDEO,
		  LABEL_NEG },
		{ "the bag", "tube",
		  "source tube: praise from +10.000, blame from -10.000 (where-en:5)",
		  CLASS_VIDEO, LABEL_NEG },
		{ "crisps", "tube",
		  "source tube: praise from +10.000, blame from -10.000 (where-en:5)",
		  CLASS_NEWS, LABEL_NEG },
		{ "等包", "tube",
		  "source tube: praise from -10.000, blame from +10.000 (where:6)", CLASS_VIDEO,
		  LABEL_POS },
		{ "the bag", "tubes", "", CLASS_NEWS, LABEL_NEU },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf said = BUF(1 << 10);
		struct scored x;

		buf_add(&said, STR(""));
		score(&x, m, cases[i].text, cases[i].source_class, cases[i].source);
		if (x.s.threshold)
			threshold_add_text(m, x.s.threshold, &said);
		assert_string_equal(said.p ? said.p : "", cases[i].by);
		assert_int_equal(x.s.label, cases[i].label);
		buf_release(&said);
		drop(&x);
	}
	image_free(m);
}

static void
the_score_stays_and_the_explanation_names_the_thresholds(void **state)
{
	struct image *m = small_learned_image();
	struct topics topics = { .n = 0 };
	struct buf b = BUF(1 << 16);
	struct scored usual, x;
	struct err e = { .kind = ERR_NONE };
	const struct json *j;

	(void)state;
	score(&usual, m, "the bag", CLASS_NEWS, "");
	score(&x, m, "the bag", CLASS_VIDEO, "");
	assert_int_equal(x.s.score, usual.s.score);
	assert_null(usual.s.threshold);
	explain_add_json(x.t, &x.s, x.weights, &topics, x.a, &b);
	j = json_get(json_parse(x.a, buf_str(&b), &e), "thresholds");
	assert_true(str_is(json_text(json_get(j, "of"), STR("")), "class:video"));
	assert_int_equal(json_int(json_get(j, "line"), 0), 5);
	assert_true(json_real(json_get(j, "negative"), 0) == -0.5);
	/* the leaning less the threshold is above 0: blame */
	assert_true(json_real(json_at(json_get(j, "leans"), 1), 9) <= 0);
	assert_true(json_real(json_at(json_get(j, "leans"), 1), 0) + 0.5 > 0);
	buf_release(&b);
	drop(&usual);
	drop(&x);
	image_free(m);
}

static void
thresholds_of_another_making_do_not_count(void **state)
{
	struct str names[] = { STR("a.tsv"), STR("b.tsv"), STR("c.tsv") }, texts[] = {
		STR("# langyan-lexicon: 1\n# list: a\n# lang: en\n# kind: polarity\ngood\t2\n"),
		STR(HEAD("any") "all\t1\t0\nsource:far\t1\t0\tby=lists\n"),
		STR(HEAD("zh") "source:near\t1\t0\tby=lists\n"),
	};
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l = lexicon_parse(names, texts, LY_COUNT(texts), &report, &e);
	struct image *m;
	struct scored x;

	(void)state;
	assert_string_equal(report.p, "");
	m = image_build(l, NULL, 0, &e);
	score(&x, m, "good", CLASS_NEWS, "far"); /* the lists speak alone: by=lists counts */
	assert_int_equal(x.s.label, LABEL_NEU);
	drop(&x);
	score(&x, m, "good", CLASS_NEWS, "other"); /* "all" is of the two sums */
	assert_int_equal(x.s.label, LABEL_POS);
	assert_null(x.s.threshold);
	drop(&x);
	score(&x, m, "good", CLASS_NEWS, "near"); /* is for Chinese texts */
	assert_int_equal(x.s.label, LABEL_POS);
	drop(&x);
	image_free(m);
	lexicon_free(l);
	buf_release(&report);
}

/* With thresholds of 0 every text keeps its label and how sure that is. */
static void
thresholds_of_nothing_change_nothing(void **state)
{
	static const char *const words[] = { "not ",    "good ", "bad ", "but ",   "! ",  "? ",
					     "crisps ", "味道",  "太慢", "awful ", "bag " };
	struct image *m = small_learned_image();
	struct image_threshold zero = m->thresholds[0];
	const struct image_threshold *both[] = { NULL, &zero };
	uint32_t r = 5;

	(void)state;
	zero.pos = zero.neg = 0;
	zero.key = threshold_key(-1, THRESHOLD_SUMS); /* it is class:video */
	for (int round = 0; round < 300; round++) {
		struct buf b = BUF(1 << 10);
		struct scored x[2];

		for (int i = 0; i < 6; i++) {
			r = r * 1664525 + 1013904223;
			buf_add(&b, str_of(words[(r >> 16) % LY_COUNT(words)]));
		}
		for (int i = 0; i < 2; i++) {
			m->thresholds = both[i];
			m->n_thresholds = (size_t)i;
			score(&x[i], m, b.p, CLASS_VIDEO, "");
		}
		assert_non_null(x[1].s.threshold);
		assert_int_equal(x[0].s.label, x[1].s.label);
		assert_int_equal(x[0].s.confidence, x[1].s.confidence);
		drop(&x[0]);
		drop(&x[1]);
		buf_release(&b);
	}
	image_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_line_is_told_with_its_place),
		cmocka_unit_test(the_source_counts_before_its_class_and_a_language_before_any),
		cmocka_unit_test(the_score_stays_and_the_explanation_names_the_thresholds),
		cmocka_unit_test(thresholds_of_another_making_do_not_count),
		cmocka_unit_test(thresholds_of_nothing_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
