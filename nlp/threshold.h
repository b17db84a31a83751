/*
 * threshold.h - the label of a text by the thresholds of its source, where a list of kind
 * thresholds (nlp/lexicon_thresholds.h) has some. The score stays what it is.
 *
 * The line of the source counts before that of its class, this before "all"; among these one of
 * the text's language before one of any. A line says how much further than usual a text must lean
 * to be praise or blame; below 0: how much less.
 */
#ifndef LY_NLP_THRESHOLD_H
#define LY_NLP_THRESHOLD_H

#include "core/buf.h"
#include "nlp/score.h"

/* What the label is found by: the two sums where a learned list spoke, else the score. */
struct score_lean threshold_lean(const struct score_text *t, const struct score *s);
/* enum threshold_by, for the language of this text. */
int threshold_by(const struct score_text *t);
/* enum label. */
int threshold_label(struct score_lean lean, int64_t pos, int64_t neg);
/* Set label, confidence and threshold where the image has thresholds for this source. */
void threshold_apply(const struct score_text *t, const struct score_about *about,
		     struct score *s);
/* Append "source weibo: praise from +0.250, blame from -0.500 (thresholds:7)". */
void threshold_add_text(const struct image *m, const struct image_threshold *x,
			struct buf *out);

#endif
