/*
 * model.h - what a learned list is made of, beside its n-grams: the features and the arithmetic.
 *
 * A text has two sums: polar (above 0: praise) and neutral (how far it is no opinion). Each is
 * the sum of feature x weight and of the weights of the n-grams in the text. The text is
 * positive when polar is above neutral, negative when -polar is, neutral otherwise.
 */
#ifndef LY_NLP_MODEL_H
#define LY_NLP_MODEL_H

#include "core/base.h"

enum model_lang { MODEL_EN, MODEL_ZH, MODEL_LANGS };
extern const char *const model_lang_words[];

enum model_sum { MODEL_POLAR, MODEL_NEUTRAL, MODEL_SUMS };

/* What the hand-written lists and rules say, in 1/1000. Each is about -1..1. */
enum model_feature {
	FEATURE_BIAS,     /* always 1                                          */
	FEATURE_SCORE,    /* the score of the lists and rules                  */
	FEATURE_STRENGTH, /* its size                                          */
	FEATURE_PRAISE,   /* they say positive, negative, neutral              */
	FEATURE_BLAME,
	FEATURE_NEITHER,
	FEATURE_GOOD, /* the two sides of the sum, each like a score       */
	FEATURE_BAD,
	FEATURE_MIXED, /* the lesser side against the greater               */
	FEATURE_FIRST, /* sign of the first opinion word and of the last    */
	FEATURE_LAST,
	FEATURE_SHOUTS, /* marks and cues, each up to three                  */
	FEATURE_ASKS,
	FEATURE_FIRSTHAND,
	FEATURE_PROMO,
	FEATURE_QUESTION,
	FEATURE_HELP,
	FEATURE_SELLS, /* it sells something                                */
	/* These came later: a list that was learned before does without them. */
	FEATURE_CLOSING, /* the last sentence's sum, like a score           */
	FEATURE_EVENT,   /* likewise changes of figures: profit fell 40 %   */
	FEATURE_NEWS,    /* the size of that                                */
	FEATURES,
	FEATURES_ASKED = FEATURE_CLOSING /* the head of every list names these */
};
extern const char *const model_feature_words[]; /* as in the file; NULL-ended */

/* How many tokens count fully; longer texts' n-grams weigh sqrt(full / tokens). */
#define MODEL_FULL_MAX   10000
#define MODEL_GRAMS_MAX  20000   /* in a list                             */
#define MODEL_WEIGHT_MAX 127     /* of an n-gram, in units of the list    */
#define MODEL_UNIT_MAX   1000000 /* 1/1000000                           */
#define MODEL_VALUE_MAX  20000   /* of a feature's weight, 1/1000         */

/* Both sums in 1/1000 -> the score in 1/1000: 1000 P / sqrt(P^2 + A), A growing with neutral. */
int64_t model_score(int64_t polar, int64_t neutral);
/* A of that formula, in (1/1000)^2. */
int64_t model_spread(int64_t neutral);

#endif
