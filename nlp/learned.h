/*
 * learned.h - learned weights beside the hand-written lists and rules: what nlp/model.h adds up,
 * for a text and a target.
 *
 * An n-gram counts once in a text, in the clause about the target in which it weighs most.
 */
#ifndef LY_NLP_LEARNED_H
#define LY_NLP_LEARNED_H

#include "nlp/score.h"

/* Has the image learned weights of the text's language? The clauses of t are made. */
void learned_prepare(struct score_text *t, struct arena *a);

/* What the lists and rules say as features, 1/1000 each. hand is their score under weights. */
void learned_features(const struct score_text *t, const struct score *hand,
		      const int32_t *weights, int32_t values[FEATURES]);
/* From the hand-written score in *s to the whole one: score, label, confidence. Does nothing
 * without a learned list. */
void learned_weigh(const struct score_text *t, const struct score_about *about,
		   const int32_t *weights, struct score *s);

/* From here on of a text that was weighed; what counts is the last time. */

/* How many words it has, and how many of them an n-gram with a weight ends with. */
struct learned_words {
	uint32_t all, known;
};
struct learned_words learned_words(const struct score_text *t);
/* Is no word of the text known, to the hand-written lists neither? Then there is no opinion on
 * it: score 0, little confidence. */
bool learned_is_foreign(const struct score_text *t);
/* The confidence of a label that is so far ahead of the next one, both in 1/1000; less where few
 * words of the text are known. */
int64_t learned_sure(const struct score_text *t, int64_t ahead);
/* How much its n-grams weigh, 1/1000: less in a long text. */
int32_t learned_factor(const struct score_text *t);
/* Whom it was weighed for: names_begin() wants it. */
const struct score_about *learned_about(const struct score_text *t);

/* What adds up to the two sums, in 1/1000000. */
struct learned_part {
	int64_t sum[MODEL_SUMS];
	int32_t value; /* feature: its value; n-gram: how much it counts, 1/1000 */
	const struct image_gram *gram; /* NULL: a feature */
	uint32_t at, len;              /* of the n-gram, where it stands first */
	uint32_t line;                 /* of the learned list                  */
};
/* FEATURES parts, then one for each different n-gram in the order of the text: *n in all, 0
 * without a learned list. The text is read again for them. */
const struct learned_part *learned_parts(const struct score_text *t, const struct score *s,
					 const int32_t *weights, struct arena *a, size_t *n);

#endif
