/* rows -> weights, cross-validated -> a list */
#include "core/base.h"

#include <math.h>

#include "core/result.h"
#include "core/str.h"
#include "nlp/fit_rows.h"

/* All found by cross-validation over both languages. */
#define SIZE_POWER  0.5 /* a corpus weighs n to this power, not n               */
#define CLASS_POWER 0.5 /* a class of it likewise                               */
#define LEARN_LEAST 200 /* rows                                                  */
#define RATIO_LEAST 0.1 /* bounds of a column's log ratio                        */
#define RATIO_MOST  3.0

static double *
numbers(size_t n)
{
	double *p = calloc(n ? n : 1, sizeof *p);

	if (!p)
		abort();
	return p;
}

/* ---- what a row weighs ---- */

/* Which rows to learn from: not of fold, not of corpus. */
struct without {
	uint32_t fold, corpus;
};
#define NOTHING UINT32_MAX

static bool
learns(const struct fit *f, const struct fit_row *r, const struct without * not )
{
	return f->corpora[r->corpus].learn && r->fold != not ->fold &&
	       r->corpus != not ->corpus;
}

/* A large corpus does not drown a small one, nor a frequent class a rare one. */
static double *
weights_of(const struct fit *f, const struct without * not )
{
	double *w = numbers(f->n_rows), *count = numbers(f->n_corpora * 4), *sum;

	sum = numbers(f->n_corpora);
	for (size_t i = 0; i < f->n_rows; i++)
		if (learns(f, &f->rows[i], not )) {
			count[f->rows[i].corpus * 4 + (size_t)(f->rows[i].label + 1)]++;
			count[f->rows[i].corpus * 4 + 3]++;
		}
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < f->n_rows; i++) {
			const struct fit_row *r = &f->rows[i];
			const double *n = count + r->corpus * 4;

			if (!learns(f, r, not ))
				continue;
			if (pass)
				w[i] *= pow(n[3], 1 - SIZE_POWER) / sum[r->corpus];
			else
				sum[r->corpus] += w[i] =
					pow(n[r->label + 1] / n[3], -CLASS_POWER);
		}
	/* so that the penalty means the same whatever the corpora are */
	for (size_t i = 0; i < f->n_rows; i++)
		w[i] *= sqrt(5000.0);
	free(count);
	free(sum);
	return w;
}

/* ---- what a column may weigh ---- */

static double
log_ratio(double a, double all_a, double b, double all_b)
{
	return fabs(log((a + 1) / all_a) - log((b + 1) / all_b));
}

/* A column that stands in one class rather than in the others may weigh more. */
static double *
scale_of(const struct fit *f, const double *weight)
{
	size_t n = f->matrix.columns;
	double *count = numbers(n * 3), all[3] = { 0 }, *scale = numbers(n);

	for (size_t i = 0; i < f->n_rows; i++)
		for (size_t j = f->matrix.from[i]; weight[i] > 0 && j < f->matrix.from[i + 1];
		     j++)
			count[f->matrix.column[j] * 3 + (size_t)(f->rows[i].label + 1)]++;
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < 3; k++)
			all[k] += count[i * 3 + (size_t)k] + 1;
	for (size_t i = 0; i < n; i++) {
		const double *c = count + i * 3;
		double side = log_ratio(c[2], all[2], c[0], all[0]);
		double middle = log_ratio(c[1], all[1], c[0] + c[2], all[0] + all[2]);
		double r = side > middle ? side : middle;

		r = r < RATIO_LEAST ? RATIO_LEAST : r > RATIO_MOST ? RATIO_MOST : r;
		scale[i] = c[0] + c[1] + c[2] > 0 ? sqrt(r) : 0;
	}
	free(count);
	return scale;
}

/* ---- learning ---- */

struct strong {
	double strength;
	size_t column;
};

static int
by_strength(const void *a, const void *b)
{
	const struct strong *x = a, *y = b;

	if (x->strength != y->strength)
		return x->strength > y->strength ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

/* Leave out all but the strongest columns: large weights in many texts. */
static void
scale_cut(const struct fit *f, const double *weight, const double *w, double *scale)
{
	size_t n = f->matrix.columns, side = n + FEATURES;
	struct strong *v = calloc(n + 1, sizeof *v);
	double *texts = numbers(n);

	if (!v)
		abort();
	for (size_t i = 0; i < f->n_rows; i++)
		for (size_t j = f->matrix.from[i]; weight[i] > 0 && j < f->matrix.from[i + 1];
		     j++)
			texts[f->matrix.column[j]]++;
	for (size_t i = 0; i < n; i++) {
		double a = fabs(w[i]), b = fabs(w[side + i]);

		v[i] = (struct strong){ (a > b ? a : b) * scale[i] * sqrt(texts[i]), i };
	}
	qsort(v, n, sizeof *v, by_strength);
	for (size_t i = (size_t)f->setup.keep; i < n; i++)
		scale[v[i].column] = 0;
	free(v);
	free(texts);
}

/* Weights and scale learned without some rows; the caller frees both. */
static double *
learn(struct fit *f, const struct without * not, double **scale)
{
	struct logit_setup s = { f->setup.penalty, f->setup.penalty_features,
				 f->setup.rounds / 2 };
	struct logit_rows rows = f->matrix;
	double *weight = weights_of(f, not ), *w;

	*scale = scale_of(f, weight);
	rows.scale = *scale;
	rows.weight = weight;
	w = numbers(logit_size(&rows));
	if (rows.columns > (size_t)f->setup.keep) {
		logit_fit(&rows, &s, w);
		scale_cut(f, weight, w, *scale);
	}
	s.rounds = f->setup.rounds;
	logit_fit(&rows, &s, w);
	free(weight);
	return w;
}

/* Learn without some rows and fill z of them. */
static void
learn_and_say(struct fit *f, const struct without * not, double *z)
{
	struct logit_rows rows = f->matrix;
	double *scale, *w = learn(f, not, &scale);

	rows.scale = scale;
	for (size_t i = 0; i < f->n_rows; i++)
		if (f->rows[i].fold == not ->fold || f->rows[i].corpus == not ->corpus)
			logit_say(&rows, w, i, z + i * MODEL_SUMS);
	free(w);
	free(scale);
}

/* ---- figures ---- */

static double
mean(const struct fit *f, size_t figure)
{
	double sum = 0, n = 0;

	for (size_t i = 0; i < f->n_corpora; i++) {
		const struct fit_corpus_figures *c = &f->corpora[i];

		if (!c->learn)
			continue;
		sum += fit_aim((const struct fit_figure *)((const char *)c + figure));
		n++;
	}
	return n > 0 ? sum / n : 0;
}

double
fit_mean_pooled(const struct fit *f)
{
	return mean(f, offsetof(struct fit_corpus_figures, pooled));
}

double
fit_mean_hand(const struct fit *f)
{
	return mean(f, offsetof(struct fit_corpus_figures, hand));
}

const struct fit_corpus_figures *
fit_figures(const struct fit *f, size_t *n)
{
	*n = f->n_corpora;
	return f->corpora;
}

static void
cross_run(struct fit *f)
{
	double *z = numbers(f->n_rows * MODEL_SUMS), bias[MODEL_SUMS];

	for (uint32_t c = 0; c < f->n_corpora; c++) {
		struct without not = { NOTHING, c };

		if (!f->corpora[c].learn)
			continue;
		learn_and_say(f, &not, z);
		fit_tune(f, f->z, c, bias);
		fit_judge(f, c, z, bias, &f->corpora[c].cross);
	}
	free(z);
}

static int
enough(const struct fit *f, struct err *e)
{
	size_t n[3] = { 0 };

	for (size_t i = 0; i < f->n_rows; i++)
		if (f->corpora[f->rows[i].corpus].learn)
			n[f->rows[i].label + 1]++;
	if (n[0] + n[1] + n[2] < LEARN_LEAST || !n[0] || !n[2])
		return err_set(
			e, ERR_USAGE,
			"%zu negative, %zu neutral and %zu positive texts are too few to "
			"learn from: %d are the least, of both signs",
			n[0], n[1], n[2], LEARN_LEAST);
	return 0;
}

int
fit_run(struct fit *f, enum fit_cross cross, struct err *e)
{
	struct logit_rows rows;

	if (enough(f, e) < 0)
		return -1;
	fit_columns(f);
	f->z = numbers(f->n_rows * MODEL_SUMS);
	for (uint32_t fold = 0; fold < (uint32_t)f->setup.folds; fold++)
		learn_and_say(f, &(struct without){ fold, NOTHING }, f->z);
	fit_tune(f, f->z, NOTHING, f->bias);
	f->weights = learn(f, &(struct without){ NOTHING, NOTHING }, &f->scale);
	rows = f->matrix;
	rows.scale = f->scale;
	for (size_t i = 0; i < f->n_rows; i++)
		if (!f->corpora[f->rows[i].corpus].learn)
			logit_say(&rows, f->weights, i, f->z + i * MODEL_SUMS);
	for (uint32_t c = 0; c < f->n_corpora; c++) {
		struct fit_corpus_figures *x = &f->corpora[c];

		fit_judge_hand(f, c, &x->hand);
		fit_judge(f, c, f->z, f->bias, &x->pooled);
		x->cross = x->learn
				   ? (struct fit_figure){ (double)NAN, (double)NAN, (double)NAN,
							  (double)NAN, (double)NAN }
				   : x->pooled;
	}
	if (cross == FIT_CROSS)
		cross_run(f);
	return 0;
}

/* ---- the list ---- */

/* Weights in units: the largest is MODEL_WEIGHT_MAX of them. */
struct units {
	int64_t millionths[MODEL_SUMS];
};

static double
weight_of(const struct fit *f, int sum, size_t column)
{
	return f->weights[(size_t)sum * (f->matrix.columns + FEATURES) + column] *
	       f->scale[column];
}

static struct units
units_of(const struct fit *f)
{
	struct units u;

	for (int k = 0; k < MODEL_SUMS; k++) {
		double most = 0;

		for (size_t i = 0; i < f->matrix.columns; i++)
			if (fabs(weight_of(f, k, i)) > most)
				most = fabs(weight_of(f, k, i));
		u.millionths[k] = (int64_t)ceil(most * 1e6 / MODEL_WEIGHT_MAX);
		if (u.millionths[k] < 1)
			u.millionths[k] = 1;
		if (u.millionths[k] > MODEL_UNIT_MAX)
			u.millionths[k] = MODEL_UNIT_MAX;
	}
	return u;
}

static void
features_write(const struct fit *f, struct buf *out)
{
	for (size_t i = 0; i < FEATURES; i++) {
		buf_addf(out, "# feature: %s", model_feature_words[i]);
		for (int k = 0; k < MODEL_SUMS; k++) {
			size_t at = (size_t)k * (f->matrix.columns + FEATURES) +
				    f->matrix.columns + i;
			double v = f->weights[at] + (i == FEATURE_BIAS ? f->bias[k] : 0);

			buf_addf(out, " %.3f", round(v * 1000) / 1000);
		}
		buf_add_byte(out, '\n');
	}
}

void
fit_write(const struct fit *f, struct buf *out)
{
	struct units u = units_of(f);

	buf_addf(out, "# grams: %d\n# full: %d\n# unit: %lld %lld\n", f->setup.longest,
		 f->setup.full, (long long)u.millionths[0], (long long)u.millionths[1]);
	features_write(f, out);
	for (size_t i = 0; i < f->matrix.columns; i++) {
		long w[MODEL_SUMS];

		for (int k = 0; k < MODEL_SUMS; k++)
			w[k] = lround(weight_of(f, k, i) * 1e6 / (double)u.millionths[k]);
		if (w[0] || w[1])
			buf_addf(out, "%.*s\t%ld\t%ld\n", STR_ARG(f->spelled[i]), w[0], w[1]);
	}
}
