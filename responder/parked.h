/*
 * parked.h - a /rule/ of a watch that hit its limit too often is not run any more: the owners of
 * the routes are told, once for each configuration, and `watch list` and `doctor` can ask.
 */
#ifndef LY_RESPONDER_PARKED_H
#define LY_RESPONDER_PARKED_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/result.h"
#include "core/store.h"

struct parked_words {
	struct buf subject, body, facts; /* facts: what parked_read() finds it by */
};
/* Pure: what one person reads. */
void parked_compose(const struct parked_rule *p, const struct id *conf, bool zh,
		    struct parked_words *w);

struct parked_row {
	struct str watch, rule; /* in the arena */
	int64_t at;             /* when it was told */
};
/* Those told under this configuration, oldest first, at most max; how many, or -1. */
int parked_read(struct store *s, const struct id *conf, struct arena *a, struct parked_row *v,
		int max, struct err *e) LY_MUST_USE;

#endif
