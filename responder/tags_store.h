/*
 * tags_store.h - what matchers see of an incident now. Reads incident, firing, mention, document, entry, rollup_hour.
 */
#ifndef LY_RESPONDER_TAGS_STORE_H
#define LY_RESPONDER_TAGS_STORE_H

#include "responder/notice_store.h"
#include "responder/route.h"

/* Do more mention it than before? The newest two hours (recent) against the 22 before them: at least five,
 * and twice as many an hour. Pure. */
bool tags_rising(int64_t recent, int64_t before);
/* Everything but the class, which is in the configuration. Texts in a. */
int tags_read(struct store *s, const struct matter *m, enum signal_class class, int64_t now,
	      struct arena *a, struct tags *out, struct err *e) LY_MUST_USE;

#endif
