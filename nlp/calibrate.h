/*
 * calibrate.h - where praise and blame begin in the texts of a source: two thresholds, fitted on
 * about 200 labels.
 *
 * All pairs of a grid are tried; the one counts that is best together with its neighbours, for a
 * single best cell among 200 labels is mostly luck. The figures are of labels that were not fitted
 * on: five parts, five times divided anew, copies of a text always in one part. The same rows give
 * the same answer.
 */
#ifndef LY_NLP_CALIBRATE_H
#define LY_NLP_CALIBRATE_H

#include "core/err.h"
#include "nlp/score.h"

#define CALIBRATE_LEAST      60 /* labels, and of each of the three */
#define CALIBRATE_LEAST_EACH 5
#define CALIBRATE_MOST       20000

struct calibrate_row {
	struct score_lean lean;
	int by; /* enum threshold_by: of all rows the same */
	int label;
	uint64_t copies; /* calibrate_copies() */
};
/* What a mistake costs: missing a label, and giving it wrongly; by label + 1. */
struct calibrate_costs {
	bool stated; /* false: macro-F1 is what counts */
	double missed[3], wrong[3];
};
struct calibrate_figure {
	double macro_f1, negative_f1; /* 0..1          */
	double cost;                  /* mean of a text */
};
struct calibrate_result {
	size_t n, each[3];                     /* each: by label + 1           */
	struct calibrate_figure usual, fitted; /* fitted: cross-validated      */
	int32_t pos, neg;                      /* 1/1000, as threshold.h takes */
};

/* The same for texts with the same words. */
uint64_t calibrate_copies(struct str text);
/* -1 and ERR_USAGE when there are too few labels, or too few of one. */
int calibrate_run(const struct calibrate_row *rows, size_t n, const struct calibrate_costs *c,
		  struct calibrate_result *out, struct err *e) LY_MUST_USE;
/* Are the fitted ones worth having? */
bool calibrate_gains(const struct calibrate_result *r, const struct calibrate_costs *c);

#endif
