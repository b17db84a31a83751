/* sums of rows -> figures of a corpus -> the biases with the best labels */
#include "core/base.h"

#include <math.h>

#include "core/result.h"
#include "nlp/fit_rows.h"

/* ---- figures ---- */

/* One row as it is judged. */
struct judged {
	double score, human;
	int label, said;
};

static int
by_score(const void *a, const void *b)
{
	const struct judged *x = a, *y = b;

	return (x->score > y->score) - (x->score < y->score);
}

/* Positive rows against negative ones, by score; ties count half. */
static double
auc_of(struct judged *v, size_t n)
{
	double rank = 0, pos = 0, neg = 0, seen = 0;

	qsort(v, n, sizeof *v, by_score);
	for (size_t i = 0, j; i < n; i = j) {
		double p = 0, q = 0;

		for (j = i; j < n && v[j].score <= v[i].score; j++) {
			p += v[j].label > 0;
			q += v[j].label < 0;
		}
		rank += p * (seen + q / 2);
		seen += q;
		pos += p;
		neg += q;
	}
	return pos > 0 && neg > 0 ? rank / (pos * neg) : (double)NAN;
}

static double
pearson(const struct judged *v, size_t n)
{
	double x = 0, y = 0, xx = 0, yy = 0, xy = 0;

	for (size_t i = 0; i < n; i++) {
		x += v[i].score / (double)n;
		y += v[i].human / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		double a = v[i].score - x, b = v[i].human - y;

		xx += a * a;
		yy += b * b;
		xy += a * b;
	}
	return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : (double)NAN;
}

/* Macro-F1 and macro-recall over the classes of the corpus. */
static void
classes_judge(const struct judged *v, size_t n, bool two, struct fit_figure *out)
{
	double f1[3] = { 0 }, recall[3] = { 0 };
	double classes = two ? 2 : 3;

	for (int c = LABEL_NEG; c <= LABEL_POS; c++) {
		double right = 0, is = 0, said = 0;

		for (size_t i = 0; i < n; i++) {
			right += v[i].label == c && v[i].said == c;
			is += v[i].label == c;
			said += v[i].said == c;
		}
		f1[c + 1] = is + said > 0 ? 2 * right / (is + said) : 0;
		recall[c + 1] = is > 0 ? right / is : 0;
	}
	if (two)
		f1[1] = recall[1] = 0;
	out->macro_f1 = (f1[0] + f1[1] + f1[2]) / classes;
	out->macro_recall = (recall[0] + recall[1] + recall[2]) / classes;
	out->negative_f1 = f1[0];
}

static void
rows_judge(const struct fit *f, uint32_t corpus, struct judged *v, size_t n,
	   struct fit_figure *out)
{
	bool human = n > 2;

	for (size_t i = 0; i < n; i++)
		human &= !isnan(v[i].human);
	*out = (struct fit_figure){ .r = human ? pearson(v, n) : (double)NAN };
	classes_judge(v, n, f->corpora[corpus].two, out);
	out->auc = auc_of(v, n);
}

static void
row_say(const struct fit *f, size_t row, const double *z, const double bias[MODEL_SUMS],
	struct judged *j)
{
	double p = z[row * 2] + bias[MODEL_POLAR], n = z[row * 2 + 1] + bias[MODEL_NEUTRAL];

	j->said = p > 0 ? LABEL_POS : LABEL_NEG;
	if (!f->corpora[f->rows[row].corpus].two && fabs(p) <= n)
		j->said = LABEL_NEU;
}

static struct judged *
room(const struct fit *f, uint32_t corpus)
{
	struct judged *v = calloc(f->corpora[corpus].n + 1, sizeof *v);

	if (!v)
		abort();
	return v;
}

void
fit_judge(const struct fit *f, uint32_t corpus, const double *z, const double bias[MODEL_SUMS],
	  struct fit_figure *out)
{
	struct judged *v = room(f, corpus);
	size_t n = 0;

	for (size_t i = 0; i < f->n_rows; i++) {
		const struct fit_row *r = &f->rows[i];
		int64_t sums[MODEL_SUMS];

		if (r->corpus != corpus)
			continue;
		row_say(f, i, z, bias, &v[n]);
		for (int k = 0; k < MODEL_SUMS; k++)
			sums[k] = (int64_t)(1000 * (z[i * 2 + (size_t)k] + bias[k]));
		v[n].score = (double)model_score(sums[0], sums[1]);
		v[n].label = r->label;
		v[n++].human = r->human;
	}
	rows_judge(f, corpus, v, n, out);
	free(v);
}

void
fit_judge_hand(const struct fit *f, uint32_t corpus, struct fit_figure *out)
{
	struct judged *v = room(f, corpus);
	bool two = f->corpora[corpus].two;
	size_t n = 0;

	for (size_t i = 0; i < f->n_rows; i++) {
		const struct fit_row *r = &f->rows[i];

		if (r->corpus != corpus)
			continue;
		v[n++] = (struct judged){ .score = r->hand,
					  .human = r->human,
					  .label = r->label,
					  .said = !two ? r->hand_label
						       : (r->hand > 0) - (r->hand < 0) };
	}
	rows_judge(f, corpus, v, n, out);
	free(v);
}

double
fit_aim(const struct fit_figure *x)
{
	return isnan(x->r) ? x->macro_f1 : x->r;
}

/* ---- the biases ---- */

#define STEP_FIRST 0.4
#define STEP_LAST  0.008
#define BESIDE     0.12

struct tuning {
	const struct fit *f;
	const double *z;
	uint32_t skip;
	bool *counts; /* by corpus */
	size_t n;
};

/* Mean of macro-F1 and macro-recall over the corpora that count: recall does not depend on how
 * frequent a label is, which differs from source to source. */
static double
labels_worth(const struct tuning *t, const double bias[MODEL_SUMS])
{
	const struct fit *f = t->f;
	size_t row = 0;
	double sum = 0;

	for (uint32_t c = 0; c < f->n_corpora; c++) {
		struct judged *v = room(f, c);
		struct fit_figure x;
		size_t n = 0;

		for (; row < f->n_rows && f->rows[row].corpus == c; row++) {
			row_say(f, row, t->z, bias, &v[n]);
			v[n++].label = f->rows[row].label;
		}
		if (t->counts[c]) {
			classes_judge(v, n, f->corpora[c].two, &x);
			sum += 0.75 * x.macro_f1 + 0.25 * x.macro_recall;
		}
		free(v);
	}
	return sum / (double)(t->n ? t->n : 1);
}

/* Over a neighbourhood: a peak between two labels is luck, a height that stays is none. */
static double
place_worth(const struct tuning *t, const double bias[MODEL_SUMS])
{
	double sum = labels_worth(t, bias);

	for (int i = 0; i < 4; i++) {
		double beside[MODEL_SUMS] = { bias[0], bias[1] };

		beside[i / 2] += i % 2 ? -BESIDE : BESIDE;
		sum += labels_worth(t, beside);
	}
	return sum / 5;
}

/* Corpora with people's scores are judged by these: they count only when there is no other. */
static void
counts_set(struct tuning *t)
{
	const struct fit *f = t->f;

	for (int scored = 0; scored < 2 && !t->n; scored++)
		for (size_t i = 0, c = 0; c < f->n_corpora; i += f->corpora[c].n, c++) {
			t->counts[c] = f->corpora[c].learn && c != t->skip && f->corpora[c].n &&
				       (scored || isnan(f->rows[i].human));
			t->n += t->counts[c];
		}
}

void
fit_tune(const struct fit *f, const double *z, uint32_t skip, double bias[MODEL_SUMS])
{
	struct tuning t = { .f = f, .z = z, .skip = skip };
	double best;

	t.counts = calloc(f->n_corpora + 1, sizeof *t.counts);
	if (!t.counts)
		abort();
	counts_set(&t);
	bias[0] = bias[1] = 0;
	best = place_worth(&t, bias);
	for (double step = STEP_FIRST; step > STEP_LAST;) {
		bool better = false;

		for (int i = 0; i < 4; i++) {
			double way = i % 2 ? -step : step, worth;

			bias[i / 2] += way;
			worth = place_worth(&t, bias);
			if (worth > best + 1e-6) {
				best = worth;
				better = true;
			} else {
				bias[i / 2] -= way;
			}
		}
		if (!better)
			step /= 2;
	}
	free(t.counts);
}
