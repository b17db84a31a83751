/* fit_rows.h - between fit_rows.c (texts -> rows), fit.c (rows -> weights) and fit_judge.c. */
#ifndef LY_NLP_FIT_ROWS_H
#define LY_NLP_FIT_ROWS_H

#include "core/arena.h"
#include "nlp/fit.h"
#include "nlp/logit.h"
#include "nlp/walk.h"

struct fit_row {
	size_t first, n; /* its different n-grams in fit.grams */
	uint32_t corpus;
	uint32_t fold;
	double human; /* what a person scored, -1..1, or NAN */
	int32_t values[FEATURES];
	int16_t hand;
	int8_t label, hand_label;
	double factor;
};
/* A different n-gram: the table's slots are found by hash. */
struct fit_gram {
	uint64_t hash;   /* 0: free */
	struct str text; /* where it first stood */
	uint32_t texts, last, column;
};
struct fit {
	const struct image *image;
	struct fit_setup setup;
	struct arena *arena, *scratch;
	struct walk walk;
	struct fit_row *rows;
	size_t n_rows, cap_rows;
	uint64_t *grams; /* hashes, row after row */
	size_t n_grams, cap_grams;
	struct fit_gram *table;
	size_t slots, used;
	struct fit_corpus_figures *corpora;
	size_t n_corpora, cap_corpora;
	/* made by fit_columns() */
	struct str *spelled; /* by column */
	struct logit_rows matrix;
	/* made by fit_run() */
	double *weights;
	double *scale;
	double bias[MODEL_SUMS]; /* added to the sums: found for the labels */
	double *z;               /* n_rows x MODEL_SUMS, scratch */
};

struct fit_gram *fit_gram_find(const struct fit *f, uint64_t hash);
/* Number the n-grams that stand in enough texts, fill f->matrix. Returns how many. */
size_t fit_columns(struct fit *f);

/* fit_judge.c: figures of the rows of a corpus whose sums are z, under these biases. */
void fit_judge(const struct fit *f, uint32_t corpus, const double *z,
	       const double bias[MODEL_SUMS], struct fit_figure *out);
void fit_judge_hand(const struct fit *f, uint32_t corpus, struct fit_figure *out);
/* The biases with the best mean over the learned corpora but skip (n_corpora: none). */
void fit_tune(const struct fit *f, const double *z, uint32_t skip, double bias[MODEL_SUMS]);
/* What fit_mean_pooled() averages. */
double fit_aim(const struct fit_figure *x);

#endif
