/*
 * calls.h - may a text call a watch at all? Most do not, and need no walk.
 *
 * One look at each byte instead of the walk. "No" is certain: no literal that a watch requires
 * would be hit. "Yes" is a guess: edges of words, and whatever else a hit needs, are the walk's.
 */
#ifndef LY_NLP_CALLS_H
#define LY_NLP_CALLS_H

#include "nlp/image.h"

struct calls {
	uint64_t pairs[0x10000 / 64]; /* two bytes that a calling literal may begin with */
	const uint32_t *from;
	bool many;  /* too many of them: every text may */
	bool spelt; /* one of them is met with digits for letters, too: "g00d" */
};
/* Literal i calls a watch when from[i] < from[i + 1]; from is n + 1 long and outlives c. */
void calls_make(struct calls *c, const struct image_literal *v, size_t n, const uint32_t *from);
/* m was built with these literals. said: without guise (guise.h). */
bool calls_any(const struct calls *c, const struct image *m, struct str said);

#endif
