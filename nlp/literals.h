/*
 * literals.h - the fixed texts that all watches together look for, each once.
 *
 * They ride in the image and are found by the one walk; a query names them by number.
 */
#ifndef LY_NLP_LITERALS_H
#define LY_NLP_LITERALS_H

#include "core/str.h"
#include "nlp/image.h"

struct literals {
	struct image_literal *v;
	size_t n, cap;
	uint32_t *slots; /* hash table of places in v + 1; cap * 2 of them, a power of two */
};
/* Folded text that outlives l; returns its number. */
uint32_t literals_add(struct literals *l, struct str folded, enum literal_edge edge);
void literals_release(struct literals *l);

/* In how many of a million short texts it is likely to stand, 1..1,000,000: by its length and
 * script, and by a table of words that are met everywhere. Only good for choosing between
 * literals. 1,000,000: not worth looking for (one character that is no emoji). */
uint32_t literal_rate(const struct image_literal *x);

#endif
