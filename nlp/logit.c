#include "core/base.h"

#include <math.h>

#include "core/result.h"
#include "nlp/logit.h"

#define KEPT     8    /* steps that L-BFGS remembers             */
#define ENOUGH   1e-4 /* of the first gradient's length          */
#define TRIES    25   /* halvings of a step before it is given up */
#define SUFFICES 1e-4 /* of the slope's promise (Armijo)         */

static double *
numbers(size_t n)
{
	double *p = calloc(n ? n : 1, sizeof *p);

	if (!p)
		abort();
	return p;
}

static double
dot(const double *a, const double *b, size_t n)
{
	double s = 0;

	for (size_t i = 0; i < n; i++)
		s += a[i] * b[i];
	return s;
}

void
logit_say(const struct logit_rows *r, const double *w, size_t row, double z[MODEL_SUMS])
{
	const double *values = r->values + row * r->dense;

	for (int k = 0; k < MODEL_SUMS; k++) {
		const double *v = w + (size_t)k * (r->columns + r->dense);
		double s = 0;

		for (size_t i = r->from[row]; i < r->from[row + 1]; i++)
			s += v[r->column[i]] * r->scale[r->column[i]];
		z[k] = s * r->factor[row] + dot(values, v + r->columns, r->dense);
	}
}

/* A row's log loss; what it would change by a change of the sums goes into g. */
static double
row_loss(const struct logit_rows *r, size_t row, const double z[MODEL_SUMS],
	 double g[MODEL_SUMS])
{
	double top = fabs(z[MODEL_POLAR]), e[3], sum = 0, mine;
	double polar = r->polar[row];
	bool neutral = r->label[row] == LABEL_NEU;

	if (!r->two[row] && z[MODEL_NEUTRAL] > top)
		top = z[MODEL_NEUTRAL];
	e[0] = exp(-z[MODEL_POLAR] - top);
	e[1] = r->two[row] ? 0 : exp(z[MODEL_NEUTRAL] - top);
	e[2] = exp(z[MODEL_POLAR] - top);
	for (int i = 0; i < 3; i++)
		sum += e[i];
	g[MODEL_POLAR] = (e[2] - e[0]) / sum - polar;
	g[MODEL_NEUTRAL] = r->two[row] ? 0 : e[1] / sum - neutral;
	mine = neutral ? z[MODEL_NEUTRAL] : polar * z[MODEL_POLAR];
	return log(sum) + top - mine;
}

/* Loss at w and its gradient. */
static double
loss_at(const struct logit_rows *r, const struct logit_setup *s, const double *w,
	double *gradient)
{
	size_t side = r->columns + r->dense;
	double loss = 0;

	memset(gradient, 0, logit_size(r) * sizeof *gradient);
	for (size_t row = 0; row < r->n; row++) {
		double z[MODEL_SUMS], g[MODEL_SUMS];

		if (r->weight[row] <= 0)
			continue;
		logit_say(r, w, row, z);
		loss += r->weight[row] * row_loss(r, row, z, g);
		for (int k = 0; k < MODEL_SUMS; k++) {
			double *to = gradient + (size_t)k * side, by = g[k] * r->weight[row];

			for (size_t i = r->from[row]; i < r->from[row + 1]; i++)
				to[r->column[i]] +=
					by * r->factor[row] * r->scale[r->column[i]];
			for (size_t i = 0; i < r->dense; i++)
				to[r->columns + i] += by * r->values[row * r->dense + i];
		}
	}
	for (int k = 0; k < MODEL_SUMS; k++)
		for (size_t i = 0; i < side; i++) {
			size_t at = (size_t)k * side + i, dense = i - r->columns;
			double p = i < r->columns    ? s->penalty
				   : i == r->columns ? 0
						     : s->penalty_dense;
			double away = w[at];

			if (i > r->columns && r->prior) {
				p += r->stiff[dense];
				away -= r->prior[(size_t)k * r->dense + dense];
			}
			loss += p / 2 * away * away;
			gradient[at] += p * away;
		}
	return loss;
}

/* ---- L-BFGS ---- */

struct memory {
	double *step[KEPT], *change[KEPT], inverse[KEPT];
	size_t n, next; /* how many are kept; where the next goes */
};

/* The direction down from gradient g, by the curvature seen so far. */
static void
direction(const struct memory *m, const double *g, double *d, size_t n)
{
	double along[KEPT];

	for (size_t i = 0; i < n; i++)
		d[i] = -g[i];
	for (size_t k = 0; k < m->n; k++) {
		size_t at = (m->next + KEPT - 1 - k) % KEPT;

		along[at] = m->inverse[at] * dot(m->step[at], d, n);
		for (size_t i = 0; i < n; i++)
			d[i] -= along[at] * m->change[at][i];
	}
	if (m->n) {
		size_t at = (m->next + KEPT - 1) % KEPT;
		double by = 1 / (m->inverse[at] * dot(m->change[at], m->change[at], n));

		for (size_t i = 0; i < n; i++)
			d[i] *= by;
	}
	for (size_t k = m->n; k-- > 0;) {
		size_t at = (m->next + KEPT - 1 - k) % KEPT;
		double back = m->inverse[at] * dot(m->change[at], d, n);

		for (size_t i = 0; i < n; i++)
			d[i] += (along[at] - back) * m->step[at][i];
	}
}

static void
remember(struct memory *m, const double *w, const double *w2, const double *g, const double *g2,
	 size_t n)
{
	double *step = m->step[m->next], *change = m->change[m->next], curve;

	for (size_t i = 0; i < n; i++) {
		step[i] = w2[i] - w[i];
		change[i] = g2[i] - g[i];
	}
	curve = dot(step, change, n);
	if (curve <= 1e-12)
		return;
	m->inverse[m->next] = 1 / curve;
	m->next = (m->next + 1) % KEPT;
	if (m->n < KEPT)
		m->n++;
}

/* Go down from w along d; the new place and gradient into w2, g2. False: nothing is lower. */
static bool
step_down(const struct logit_rows *r, const struct logit_setup *s, const double *w,
	  const double *d, double slope, double *loss, double *w2, double *g2, double first)
{
	size_t n = logit_size(r);
	double by = first;

	for (int i = 0; i < TRIES; i++, by /= 2) {
		double l;

		for (size_t j = 0; j < n; j++)
			w2[j] = w[j] + by * d[j];
		l = loss_at(r, s, w2, g2);
		if (l <= *loss + SUFFICES * by * slope) {
			*loss = l;
			return true;
		}
	}
	return false;
}

double
logit_fit(const struct logit_rows *r, const struct logit_setup *s, double *w)
{
	size_t n = logit_size(r);
	double *g = numbers(n), *w2 = numbers(n), *g2 = numbers(n), *d = numbers(n);
	struct memory m = { .n = 0 };
	double loss, enough;

	for (int i = 0; i < KEPT; i++) {
		m.step[i] = numbers(n);
		m.change[i] = numbers(n);
	}
	memset(w, 0, n * sizeof *w);
	for (size_t i = 0; r->prior && i < MODEL_SUMS * r->dense; i++)
		w[i / r->dense * (r->columns + r->dense) + r->columns + i % r->dense] =
			r->prior[i];
	loss = loss_at(r, s, w, g);
	enough = ENOUGH * sqrt(dot(g, g, n));
	for (int round = 0; round < s->rounds; round++) {
		double length = sqrt(dot(g, g, n));

		if (length <= enough)
			break;
		direction(&m, g, d, n);
		if (!step_down(r, s, w, d, dot(g, d, n), &loss, w2, g2, m.n ? 1 : 1 / length))
			break;
		remember(&m, w, w2, g, g2, n);
		memcpy(w, w2, n * sizeof *w);
		memcpy(g, g2, n * sizeof *g);
	}
	for (int i = 0; i < KEPT; i++) {
		free(m.step[i]);
		free(m.change[i]);
	}
	free(g);
	free(w2);
	free(g2);
	free(d);
	return loss;
}
