/*
 * explain.h - a score word by word: every hit, every rule, parts that add up exactly.
 */
#ifndef LY_NLP_EXPLAIN_H
#define LY_NLP_EXPLAIN_H

#include "core/buf.h"
#include "nlp/score.h"
#include "nlp/topic.h"

/* What makes up a score, in 1/1000: *n parts, in a, that sum to s->score. First those of the
 * items; with learned weights (nlp/learned.h) the part of the hand-written score is theirs, and
 * the parts of learned_parts() follow. */
const int64_t *explain_parts(const struct score_text *t, const struct score *s,
			     const int32_t *weights, struct arena *a, size_t *n);
/* One JSON object: {"sum":…,"parts":[{"at","len","text","list","line","base","steps":[{"rule",
 * "factor","by"}],"value","part"}…],"facts":[…]}. base, factor, value, part in plain numbers.
 * With learned weights "parts" goes on with {"feature","value","weight","part"} and {"at","len",
 * "text","kind":"learned","list","line","counts","weight","part"}; "hand" is the score of lists and
 * rules alone, "polar" and "neutral" are the two sums, "known" of its "words" stand in
 * the list. Where a source has thresholds of its own,
 * "thresholds":{"of","list","line","positive","negative","leans":[praise,blame]} made the label:
 * what it leans, less the threshold, is above 0 and the greater one. */
void explain_add_json(const struct score_text *t, const struct score *s, const int32_t *weights,
		      const struct topics *topics, struct arena *a, struct buf *out);

#endif
