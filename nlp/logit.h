/*
 * logit.h - regularised logistic regression over three classes: the solver behind learned lists.
 *
 * Each row has two sums, polar P and neutral N (nlp/model.h): linear in sparse columns (n-grams,
 * each 0 or 1, times a factor of the row and one of the column) and dense ones. The classes'
 * odds are e^-P : e^N : e^P. Rows of corpora without neutral texts are judged on e^-P : e^P
 * alone. Minimised: the rows' weighted log loss + penalty/2 x sum of squares of what the weights
 * are away from 0 or from what is known before (prior), by L-BFGS with
 * backtracking. Doubles in a fixed order on one thread: the same bytes each time on a machine.
 */
#ifndef LY_NLP_LOGIT_H
#define LY_NLP_LOGIT_H

#include "core/base.h"
#include "nlp/model.h"

/* All borrowed. */
struct logit_rows {
	size_t n, columns, dense;
	const size_t *from;     /* n + 1: where in column each row begins     */
	const uint32_t *column; /* the sparse columns that are 1               */
	const double *factor;   /* by row                                      */
	const double *scale;    /* by column; 0: the column is left out        */
	const double *values;   /* n x dense; the first is 1 and not penalised */
	const double *prior;    /* MODEL_SUMS x dense: what the penalty draws a weight to */
	const double *stiff;    /* by dense: more of the penalty; both NULL: to 0, none   */
	const double *polar;    /* what the label is of the poles: -1..1, 0 for neutral */
	const int8_t *label;    /* LABEL_NEG, LABEL_NEU, LABEL_POS             */
	const bool *two;        /* judged on negative and positive alone       */
	const double *weight;   /* 0: not learned from                         */
};
struct logit_setup {
	double penalty, penalty_dense;
	int rounds; /* at most */
};
/* w has room for logit_size(): polar (columns, then dense), then neutral. Returns the loss. */
static inline size_t
logit_size(const struct logit_rows *r)
{
	return MODEL_SUMS * (r->columns + r->dense);
}
double logit_fit(const struct logit_rows *r, const struct logit_setup *s, double *w);
/* The two sums of a row. */
void logit_say(const struct logit_rows *r, const double *w, size_t row, double z[MODEL_SUMS]);

#endif
