/*
 * hush.h - hush 误报静默: a story that people called a wrong alarm stays silent, until it is another.
 *
 * An incident is closed as wrong alarm or not ours: for 14 days its stories raise nothing, until one of
 * them is told by three times the authors it had then, in a class of source it had not, by an
 * author of tier T2 or more, on a hot list, or by an official source. What a trigger sees beside
 * them still counts. Pure.
 */
#ifndef LY_RESPONDER_HUSH_H
#define LY_RESPONDER_HUSH_H

#include "core/base.h"

#define HUSH_TIMES 3 /* so many times its authors */
#define HUSH_TIER  2 /* an author of this tier or more */

/* How far a story has spread. */
struct hush_reach {
	int64_t authors;
	uint32_t classes; /* bits 1 << enum source_class */
	int64_t tier;     /* the highest; -1: none known */
	int64_t rank;     /* best place on a hot list; 0: on none */
	bool official;    /* an authority with an action said it  */
};
enum hush_broken {
	HUSH_HOLDS,
	HUSH_AUTHORS,
	HUSH_CLASS,
	HUSH_TIERED,
	HUSH_HOTLIST,
	HUSH_OFFICIAL,
	HUSH_COUNT
};
extern const char *const hush_words[]; /* "holds", "authors", …: why it broke, in rows */
/* then: when it was called wrong; now: all since its beginning, but tier, rank and official of what
 * came after then alone. */
enum hush_broken hush_judge(const struct hush_reach *then, const struct hush_reach *now);

#endif
