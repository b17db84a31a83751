/*
 * phase.h - phase 阶段: where an incident stands on the curve of its volume. Beside the level, never
 * instead of it: it says what people do out there, the level what we do.
 *
 *   latent 潜伏     it has not risen much above what is usual
 *   outbreak 爆发   it rises, or stands near its highest
 *   lasting 延续    it has been higher, and goes on
 *   ending 收尾     a fifth of its highest is left, or what is usual
 *
 * Pure. Counts are of three hours at a time, so that one quiet hour ends nothing.
 */
#ifndef LY_RESPONDER_PHASE_H
#define LY_RESPONDER_PHASE_H

#include "core/store.h"

enum phase { PHASE_LATENT, PHASE_OUTBREAK, PHASE_LASTING, PHASE_ENDING, PHASE_COUNT };
extern const char *const phase_words[]; /* "latent" …, NULL-ended */

#define PHASE_HOURS (15 * 24) /* looked at: an incident of 14 days, and a day */
struct phase_curve {
	int64_t v[PHASE_HOURS]; /* by hour, the newest last */
	size_t n;
	int64_t usual_milli; /* 1/1000 of a count in an hour, before it began */
};
enum phase phase_of(const struct phase_curve *c);

/* The curve of a watch since `from`: of a topic all its mentions, else (topic empty) all negative
 * ones; usual: the mean of the four weeks before. */
struct phase_ask {
	struct str watch, topic;
	int64_t from, now;
};
int phase_read(struct store *s, const struct phase_ask *q, struct phase_curve *c,
	       struct err *e) LY_MUST_USE;

#endif
