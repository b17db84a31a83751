/*
 * topic.h - what a text says happened, in the clauses about a watch: topics, first-hand words,
 * an authority that acts, a rumour denied.
 */
#ifndef LY_NLP_TOPIC_H
#define LY_NLP_TOPIC_H

#include "nlp/score.h"
#include "nlp/watch.h"

#define TOPICS_MAX 16

struct topics {
	struct topic_hit v[TOPICS_MAX]; /* strongest first; texts live as long as the image */
	size_t n;
	bool first_hand, official, denial;
};
/* takes: which topics count, by the image's numbers; NULL: all. weights as score_weights made
 * them. */
void topics_find(const struct score_text *t, const int32_t *weights, const bool *takes,
		 int64_t source_class, struct topics *out);

#endif
