/*
 * spread.h - how far each story of a window has spread: its authors and source classes.
 *
 * Kept up item by item as a window slides. A story is wide when it has at least as many authors
 * and classes as were asked for; how many are wide is known without a look at all.
 */
#ifndef LY_RESPONDER_SPREAD_H
#define LY_RESPONDER_SPREAD_H

#include "core/document.h"
#include "responder/tally.h"

struct spread_item {
	struct id story;
	uint64_t author;
	unsigned source_class; /* enum source_class */
};
struct spread_story {
	struct id story;
	int64_t items; /* 0: the slot is free */
	int64_t authors, classes;
	int64_t first_at; /* the caller's: when it began; 0 = not asked yet */
	int32_t of_class[CLASS_COUNT];
};
/* All zero but for the limits when it is empty. */
struct spread {
	int64_t min_authors, min_classes;
	size_t wide; /* stories over both limits */
	size_t n, cap;
	struct spread_story *v; /* open addressing, cap a power of two */
	struct tally pairs;     /* (story, author) */
};
void spread_add(struct spread *s, const struct spread_item *x);
/* x must have been added before. */
void spread_remove(struct spread *s, const struct spread_item *x);
/* NULL when the window has none of it. Valid until the next add or remove. */
struct spread_story *spread_find(const struct spread *s, const struct id *story);
bool spread_is_wide(const struct spread *s, const struct spread_story *x);
void spread_release(struct spread *s);

#endif
