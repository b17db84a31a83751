/*
 * fit.h - learn the weights of n-grams from labelled texts, and say honestly what they are worth.
 *
 * Texts come corpus by corpus. Every figure is of rows that were not learned from: "pooled" leaves
 * out a part of each corpus at a time (parts by hash of the letters, so that copies stay
 * together), "cross" the whole corpus. A corpus that is only measured is never learned from.
 * Nothing but counts stays of a text: an n-gram needs `least` texts, and has four tokens at most.
 */
#ifndef LY_NLP_FIT_H
#define LY_NLP_FIT_H

#include "core/buf.h"
#include "nlp/image.h"

struct fit_setup {
	int lang;       /* enum model_lang                                   */
	int longest;    /* tokens of an n-gram                               */
	int full;       /* tokens of a text whose n-grams count fully        */
	int least;      /* texts that an n-gram must stand in                */
	int keep;       /* n-grams in the list                               */
	int folds;      /* parts of the cross-validation                     */
	int rounds;     /* of the solver                                     */
	double penalty; /* on the square of an n-gram's weight               */
	double penalty_features;
};
struct fit;

/* image without learned lists must outlive it; s is copied. */
struct fit *fit_new(const struct image *m, const struct fit_setup *s);
void fit_free(struct fit *f); /* accepts NULL */
/* The texts that follow are of this corpus; learn false: it is only measured. */
void fit_corpus(struct fit *f, struct str name, bool learn);
/* label: LABEL_*; human: a person's score -1..1, or NAN. */
void fit_add(struct fit *f, struct str text, int label, double human);

struct fit_figure { /* 0..1; NAN where it means nothing */
	double macro_f1, macro_recall, negative_f1, auc, r;
};
struct fit_corpus_figures {
	struct str name;
	size_t n;
	bool learn, two; /* two: no neutral texts */
	struct fit_figure hand, pooled, cross;
};
enum fit_cross { FIT_POOLED_ONLY, FIT_CROSS };
/* Cross-validate, then learn from all. -1 and *e when there is too little to learn from. */
int fit_run(struct fit *f, enum fit_cross cross, struct err *e) LY_MUST_USE;
/* After fit_run(). */
const struct fit_corpus_figures *fit_figures(const struct fit *f, size_t *n);
/* Mean over the learned corpora, 0..1: of r where people scored, of macro-F1 elsewhere. */
double fit_mean_pooled(const struct fit *f);
double fit_mean_hand(const struct fit *f);
/* Append the list. */
void fit_write(const struct fit *f, struct buf *out);

#endif
