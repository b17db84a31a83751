/*
 * explain.h - a score word by word: every hit, every rule, parts that add up exactly.
 */
#ifndef LY_NLP_EXPLAIN_H
#define LY_NLP_EXPLAIN_H

#include "core/buf.h"
#include "nlp/score.h"
#include "nlp/topic.h"

/* What each item adds to s->score, in 1/1000: parts[i] for item i; they sum to s->score. */
void explain_parts(const struct score_text *t, const struct score *s, const int32_t *weights,
		   int64_t *parts);
/* One JSON object: {"sum":…,"parts":[{"at","len","text","list","file","line","base","steps":[{"rule",
 * "factor","by"}],"value","part"}…],"facts":[…]}. base, factor, value, part in plain numbers. */
void explain_add_json(const struct score_text *t, const struct score *s, const int32_t *weights,
		      const struct topics *topics, struct arena *a, struct buf *out);

#endif
