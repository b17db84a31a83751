/*
 * counted.h - what a digest counts of a mention, in few bytes; of its row or of a block alike.
 */
#ifndef LY_RESPONDER_COUNTED_H
#define LY_RESPONDER_COUNTED_H

#include "responder/digest_store.h"

enum counted_mark {
	COUNTED_NEGATIVE = 1 << 0,
	COUNTED_POSITIVE = 1 << 1,
	COUNTED_COMPLAINT = 1 << 2,
	COUNTED_RIVAL = 1 << 3,
	COUNTED_AUTHOR_GONE = 1 << 4,
};
struct counted {
	int64_t arrived_at, told_at; /* told: the day it belongs to (digest_day.h) */
	int64_t reach;               /* followers, 0 = unknown */
	uint64_t author, voice;      /* hashes; of the site when the author is unknown */
	uint32_t site;               /* a number; of what, says who gives it */
	uint16_t rank;
	uint8_t marks; /* enum counted_mark */
	uint8_t tier;  /* of DAY_TIERS */
};
/* Of a negative one, for the stories. */
struct counted_negative {
	struct id story, mention;
	int32_t score;
	uint32_t of; /* which of its block */
};

/* False when no digest counts it. x->site is left 0. */
bool counted_of(const struct day_mention *m, struct counted *x);
struct id counted_story(const struct day_mention *m);
/* Each topic of mention.topics once that is not negated; a is emptied. */
void counted_topics(struct str topics, struct arena *a,
		    void (*each)(void *arg, struct str topic), void *arg);

#endif
