#include "core/base.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/result.h"
#include "core/str.h"
#include "nlp/fit.h"
#include "nlp/gram.h"
#include "nlp/logit.h"
#include "tests/support/small_lexicon.h"

/* ---- the solver ---- */

/* Column 0 says negative, 1 neutral, 2 positive; column 3 nothing. */
static const size_t from[] = { 0, 2, 4, 6, 7, 8, 9 };
static const uint32_t column[] = { 0, 3, 1, 3, 2, 3, 0, 1, 2 };
static const int8_t label[] = { -1, 0, 1, -1, 0, 1 };
static const double certain[] = { -1, 0, 1, -1, 0, 1 };
static const double ones[] = { 1, 1, 1, 1, 1, 1 };
static const bool three[6];

static struct logit_rows
rows_separable(void)
{
	return (struct logit_rows){ .n = 6,
				    .columns = 4,
				    .dense = 1,
				    .from = from,
				    .column = column,
				    .factor = ones,
				    .scale = ones,
				    .values = ones,
				    .polar = certain,
				    .label = label,
				    .two = three,
				    .weight = ones };
}

static void
what_can_be_parted_is_parted(void **state)
{
	struct logit_rows r = rows_separable();
	struct logit_setup s = { .penalty = 0.01, .penalty_dense = 0.01, .rounds = 100 };
	double w[10], z[2];

	(void)state;
	assert_true(logit_fit(&r, &s, w) < 1.5);
	for (size_t i = 0; i < r.n; i++) {
		logit_say(&r, w, i, z);
		assert_int_equal(fabs(z[0]) <= z[1] ? 0 : z[0] > 0 ? 1 : -1, label[i]);
	}
	assert_true(fabs(w[3]) < 0.2); /* the column that says nothing */
}

/* At the minimum a small step any way is up. */
static void
the_solver_stops_at_the_bottom(void **state)
{
	struct logit_rows r = rows_separable();
	struct logit_setup s = { .penalty = 0.5, .penalty_dense = 0.5, .rounds = 200 };
	double w[10], at = 0, moved;

	(void)state;
	at = logit_fit(&r, &s, w);
	for (size_t i = 0; i < LY_COUNT(w); i++)
		for (int way = -1; way <= 1; way += 2) {
			double z[2], sum = 0, p, q;

			w[i] += way * 0.05;
			moved = 0;
			for (size_t row = 0; row < r.n; row++) {
				logit_say(&r, w, row, z);
				p = exp(-z[0]) + exp(z[1]) + exp(z[0]);
				q = label[row] ? label[row] * z[0] : z[1];
				moved += log(p) - q;
			}
			for (size_t j = 0; j < LY_COUNT(w); j++)
				sum += j == 4 || j == 9 ? 0 : w[j] * w[j];
			assert_true(moved + s.penalty / 2 * sum > at - 1e-4);
			w[i] -= way * 0.05;
		}
}

/* People who scored faintly are not sure of the sign. */
static void
a_faint_label_moves_the_weights_less(void **state)
{
	static const double faint[] = { -0.5, 0, 0.5, -0.5, 0, 0.5 };
	struct logit_rows r = rows_separable();
	struct logit_setup s = { .penalty = 0.1, .penalty_dense = 0.1, .rounds = 100 };
	double sure[10], unsure[10];

	(void)state;
	logit_fit(&r, &s, sure);
	r.polar = faint;
	logit_fit(&r, &s, unsure);
	assert_true(unsure[0] < 0 && unsure[2] > 0);
	assert_true(unsure[0] > sure[0] && unsure[2] < sure[2]);
}

static void
a_column_without_scale_has_no_say(void **state)
{
	static const double scale[] = { 1, 1, 0, 1 };
	struct logit_rows r = rows_separable();
	struct logit_setup s = { .penalty = 0.1, .penalty_dense = 0.1, .rounds = 50 };
	double w[10];

	(void)state;
	r.scale = scale;
	logit_fit(&r, &s, w);
	assert_true(w[2] == 0 && w[5 + 2] == 0);
}

/* The dense column 1 says what the label is; six rows against what is held. */
static void
what_is_known_before_is_held_to(void **state)
{
	static const double values[] = { 1, -1, 1, 0, 1, 1, 1, -1, 1, 0, 1, 1 };
	static const double known[] = { 0, -2, 0, 0.5 }, free_[] = { 0, 0 },
			    held[] = { 0, 1e6 };
	struct logit_rows r = rows_separable();
	struct logit_setup s = { .penalty = 0.1, .penalty_dense = 0.001, .rounds = 200 };
	double w[12];

	(void)state;
	r.dense = 2;
	r.values = values;
	r.prior = known;
	r.stiff = held;
	logit_fit(&r, &s, w);
	assert_true(fabs(w[5] + 2) < 0.01 && fabs(w[11] - 0.5) < 0.01);
	r.stiff = free_;
	logit_fit(&r, &s, w);
	assert_true(w[5] > 1); /* the rows say otherwise */
}

/* ---- the whole ---- */

#define TEXTS 360

static const struct fit_setup setup = { .lang = MODEL_EN,
					.longest = 2,
					.full = 20,
					.least = 3,
					.keep = 60,
					.folds = 3,
					.rounds = 40,
					.penalty = 2,
					.penalty_features = 0.05 };

/* Words that the hand-written lists do not know decide. */
static void
corpus_add(struct fit *f, const char *name, bool learn, uint32_t r)
{
	static const char *const says[3][4] = {
		{ "rotten", "mouldy", "stale", "soggy" },
		{ "tuesday", "branch", "opens", "list" },
		{ "crunchy", "tasty", "fresh", "lovely" },
	};
	static const char *const fill[] = {
		"the", "crisps", "bag", "we", "had", "shop", "today"
	};

	fit_corpus(f, str_of(name), learn);
	for (int i = 0; i < TEXTS; i++) {
		struct buf b = BUF(1 << 10);
		int l = i % 3;

		for (int j = 0; j < 8; j++) {
			r = r * 1664525u + 1013904223u;
			buf_addf(&b, "%s ",
				 j == 3 || j == 6 ? says[l][r >> 16 & 3]
						  : fill[(r >> 16) % LY_COUNT(fill)]);
		}
		fit_add(f, buf_str(&b), l - 1, (double)NAN);
		buf_release(&b);
	}
}

static struct fit *
fitted(const struct image *m, enum fit_cross cross)
{
	struct fit *f = fit_new(m, &setup);
	struct err e = { .kind = ERR_NONE };

	corpus_add(f, "one", true, 1);
	corpus_add(f, "two", true, 2);
	corpus_add(f, "measured", false, 3);
	assert_int_equal(fit_run(f, cross, &e), 0);
	return f;
}

static void
what_is_learned_holds_for_texts_not_learned_from(void **state)
{
	struct image *m = small_image(NULL, 0);
	struct fit *f = fitted(m, FIT_CROSS);
	const struct fit_corpus_figures *v;
	size_t n;

	(void)state;
	v = fit_figures(f, &n);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++) {
		assert_true(v[i].hand.macro_f1 < 0.5);
		assert_true(v[i].pooled.macro_f1 > 0.95);
		assert_true(v[i].cross.macro_f1 > 0.95);
		assert_true(v[i].pooled.auc > 0.95);
	}
	assert_true(fit_mean_pooled(f) > fit_mean_hand(f));
	fit_free(f);
	image_free(m);
}

static void
learning_twice_gives_the_same_bytes(void **state)
{
	struct image *m = small_image(NULL, 0);
	struct buf a = BUF(1 << 20), b = BUF(1 << 20);

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct fit *f = fitted(m, FIT_POOLED_ONLY);

		fit_write(f, i ? &b : &a);
		fit_free(f);
	}
	assert_true(a.n > 500);
	assert_string_equal(a.p, b.p);
	buf_release(&a);
	buf_release(&b);
	image_free(m);
}

static void
the_list_loads_and_says_what_was_learned(void **state)
{
	struct image *hand = small_image(NULL, 0), *m;
	struct fit *f = fitted(hand, FIT_POOLED_ONLY);
	struct buf b = BUF(1 << 20), report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct str name = STR("l.tsv"), text;
	struct lexicon *l;
	int64_t most = 0;

	(void)state;
	buf_add(&b, STR("# langyan-lexicon: 1\n# list: l\n# lang: en\n# kind: learned\n"));
	fit_write(f, &b);
	text = buf_str(&b);
	l = lexicon_parse(&name, &text, 1, &report, &e);
	assert_string_equal(report.p, "");
	assert_non_null(l);
	assert_in_range(l->models[MODEL_EN]->n, 12, 60);
	for (size_t i = 0; i < l->models[MODEL_EN]->n; i++) {
		const struct lex_gram *g = &l->models[MODEL_EN]->grams[i];

		if (str_is(g->text, "rotten"))
			assert_true(g->weight[MODEL_POLAR] < -40);
		if (str_is(g->text, "crunchy"))
			assert_true(g->weight[MODEL_POLAR] > 40);
		if (llabs(g->weight[MODEL_POLAR]) > most)
			most = llabs(g->weight[MODEL_POLAR]);
	}
	assert_in_range(most, MODEL_WEIGHT_MAX - 1, MODEL_WEIGHT_MAX); /* all 8 bits are used */
	m = image_build(l, NULL, 0, &e);
	assert_non_null(m);
	image_free(m);
	lexicon_free(l);
	fit_free(f);
	image_free(hand);
	buf_release(&b);
	buf_release(&report);
}

static void
too_few_texts_are_refused(void **state)
{
	struct image *m = small_image(NULL, 0);
	struct fit *f = fit_new(m, &setup);
	struct err e = { .kind = ERR_NONE };

	(void)state;
	fit_corpus(f, STR("few"), true);
	fit_add(f, STR("a bad bag"), LABEL_NEG, (double)NAN);
	assert_int_equal(fit_run(f, FIT_POOLED_ONLY, &e), -1);
	assert_string_equal(e.text,
			    "1 negative, 0 neutral and 0 positive texts are too few to learn "
			    "from: 200 are the least, of both signs");
	fit_free(f);
	image_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_parted_is_parted),
		cmocka_unit_test(the_solver_stops_at_the_bottom),
		cmocka_unit_test(a_faint_label_moves_the_weights_less),
		cmocka_unit_test(a_column_without_scale_has_no_say),
		cmocka_unit_test(what_is_known_before_is_held_to),
		cmocka_unit_test(what_is_learned_holds_for_texts_not_learned_from),
		cmocka_unit_test(learning_twice_gives_the_same_bytes),
		cmocka_unit_test(the_list_loads_and_says_what_was_learned),
		cmocka_unit_test(too_few_texts_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
