/* labelled leanings -> two thresholds and what they are worth -> (cli/lexicon_calibrate.c) */
#include "core/base.h"

#include "nlp/calibrate.h"
#include "nlp/gram.h"
#include "nlp/threshold.h"

#define SIDE  25 /* thresholds tried for each label: so many steps around the usual one */
#define CELLS (SIDE * SIDE)
#define USUAL (CELLS / 2)
#define NEAR \
	2 /* steps: neighbours that a cell is judged with; best mean of 0..4 on five corpora */
#define FOLDS 5
#define TIMES 5
#define GAIN  0.002 /* of macro-F1, or of the cost's share: less is chance */

/* One step, 1/1000. The sums are odds, the score is within -1..1. */
static const int32_t steps[] = { [THRESHOLD_SUMS] = 250, [THRESHOLD_SCORE] = 25 };

/* How often is[label][said]. */
struct count {
	uint32_t is[3][3];
};
struct grid {
	struct count all[CELLS], fold[FOLDS][CELLS];
	double worth[CELLS];
	int8_t said[]; /* by row and cell */
};

uint64_t
calibrate_copies(struct str text)
{
	struct gram_cursor c = gram_begin(text);
	struct gram_token t;
	uint64_t letters = 1;

	while (gram_next(&c, &t))
		if (t.kind == GRAM_WORD || (t.kind == GRAM_SIGN && t.hash >= 0x2E80))
			letters = image_mix(letters, t.hash);
	return letters;
}

/* ---- what labels are worth ---- */

static struct calibrate_figure
figure_of(const struct count *n, const struct calibrate_costs *c)
{
	struct calibrate_figure x = { .cost = 0 };
	double all = 0;

	for (int i = 0; i < 3; i++) {
		double right = n->is[i][i], is = 0, said = 0, f1;

		for (int j = 0; j < 3; j++) {
			is += n->is[i][j];
			said += n->is[j][i];
		}
		f1 = is + said > 0 ? 2 * right / (is + said) : 0;
		x.macro_f1 += f1 / 3;
		if (i == 0)
			x.negative_f1 = f1;
		x.cost += c->missed[i] * (is - right) + c->wrong[i] * (said - right);
		all += is;
	}
	x.cost /= all > 0 ? all : 1;
	return x;
}

static double
worth_of(const struct count *n, const struct calibrate_costs *c)
{
	struct calibrate_figure x = figure_of(n, c);

	return c->stated ? -x.cost : x.macro_f1;
}

/* ---- the grid ---- */

static int32_t
threshold_at(size_t i, int by)
{
	return ((int32_t)i - SIDE / 2) * steps[by];
}

/* The label of each row by each cell, and how often. */
static struct grid *
grid_new(const struct calibrate_row *rows, size_t n)
{
	struct grid *g = calloc(1, sizeof *g + n * CELLS);

	if (!g)
		abort();
	for (size_t i = 0; i < n; i++)
		for (size_t at = 0; at < CELLS; at++) {
			int said = threshold_label(rows[i].lean,
						   threshold_at(at / SIDE, rows[i].by),
						   threshold_at(at % SIDE, rows[i].by));

			g->said[i * CELLS + at] = (int8_t)said;
			g->all[at].is[rows[i].label + 1][said + 1]++;
		}
	return g;
}

/* Mean worth of the cell and its neighbours. */
static double
worth_around(const struct grid *g, int pos, int neg)
{
	double sum = 0;
	int n = 0;

	for (int i = pos - NEAR; i <= pos + NEAR; i++)
		for (int j = neg - NEAR; j <= neg + NEAR; j++)
			if (i >= 0 && i < SIDE && j >= 0 && j < SIDE) {
				sum += g->worth[i * SIDE + j];
				n++;
			}
	return sum / n;
}

static int
steps_away(int at)
{
	return abs(at / SIDE - SIDE / 2) + abs(at % SIDE - SIDE / 2);
}

/* The best cell by the counts in all less those in but; the nearest to the usual of equals. */
static int
cell_choose(struct grid *g, const struct count *but, const struct calibrate_costs *c)
{
	double best = 0;
	int at = -1;

	for (int i = 0; i < CELLS; i++) {
		struct count n = g->all[i];

		for (int k = 0; but && k < 9; k++)
			n.is[k / 3][k % 3] -= but[i].is[k / 3][k % 3];
		g->worth[i] = worth_of(&n, c);
	}
	for (int i = 0; i < CELLS; i++) {
		double worth = worth_around(g, i / SIDE, i % SIDE);
		bool same = at >= 0 && worth > best - 1e-9 && worth < best + 1e-9;

		if (at < 0 || (same ? steps_away(i) < steps_away(at) : worth > best)) {
			best = worth;
			at = i;
		}
	}
	return at;
}

/* ---- cross-validation ---- */

static size_t
fold_of(const struct calibrate_row *r, int time)
{
	return (size_t)(image_mix(r->copies, (uint64_t)time + 1) >> 32) % FOLDS;
}

/* The labels that rows get by thresholds that were not fitted on them. */
static struct calibrate_figure
time_judge(struct grid *g, const struct calibrate_row *rows, size_t n, int time,
	   const struct calibrate_costs *c)
{
	struct count total = { .is = { { 0 } } };

	memset(g->fold, 0, sizeof g->fold);
	for (size_t i = 0; i < n; i++) {
		struct count *to = g->fold[fold_of(&rows[i], time)];

		for (size_t at = 0; at < CELLS; at++)
			to[at].is[rows[i].label + 1][g->said[i * CELLS + at] + 1]++;
	}
	for (int f = 0; f < FOLDS; f++) {
		const struct count *x = &g->fold[f][cell_choose(g, g->fold[f], c)];

		for (int k = 0; k < 9; k++)
			total.is[k / 3][k % 3] += x->is[k / 3][k % 3];
	}
	return figure_of(&total, c);
}

static int
enough(const struct calibrate_result *r, struct err *e)
{
	static const char *const words[] = { "negative", "neutral", "positive" };

	if (r->n < CALIBRATE_LEAST)
		return err_set(e, ERR_USAGE,
			       "%zu label%s: %d are the least, about 200 are good", r->n,
			       r->n == 1 ? "" : "s", CALIBRATE_LEAST);
	if (r->n > CALIBRATE_MOST)
		return err_set(e, ERR_USAGE, "%zu labels: %d are the most", r->n,
			       CALIBRATE_MOST);
	for (int i = 0; i < 3; i++)
		if (r->each[i] < CALIBRATE_LEAST_EACH)
			return err_set(
				e, ERR_USAGE,
				"%zu %s among %zu labels: %d are the least of each label",
				r->each[i], words[i], r->n, CALIBRATE_LEAST_EACH);
	return 0;
}

int
calibrate_run(const struct calibrate_row *rows, size_t n, const struct calibrate_costs *c,
	      struct calibrate_result *out, struct err *e)
{
	struct grid *g;
	int at;

	*out = (struct calibrate_result){ .n = n };
	for (size_t i = 0; i < n; i++)
		out->each[rows[i].label + 1]++;
	if (enough(out, e) < 0)
		return -1;
	g = grid_new(rows, n);
	out->usual = figure_of(&g->all[USUAL], c);
	for (int i = 0; i < TIMES; i++) {
		struct calibrate_figure x = time_judge(g, rows, n, i, c);

		out->fitted.macro_f1 += x.macro_f1 / TIMES;
		out->fitted.negative_f1 += x.negative_f1 / TIMES;
		out->fitted.cost += x.cost / TIMES;
	}
	at = cell_choose(g, NULL, c);
	out->pos = threshold_at((size_t)at / SIDE, rows[0].by);
	out->neg = threshold_at((size_t)at % SIDE, rows[0].by);
	free(g);
	return 0;
}

bool
calibrate_gains(const struct calibrate_result *r, const struct calibrate_costs *c)
{
	if (c->stated)
		return r->fitted.cost < r->usual.cost * (1 - GAIN);
	return r->fitted.macro_f1 > r->usual.macro_f1 + GAIN;
}
