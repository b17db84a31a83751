/*
 * copies.h - a signature by which near copies of a text are known: MinHash.
 *
 * 64 minima over the 4-grams of code points, letters only and folded, so that punctuation,
 * blanks and case do not count. The share of equal minima estimates the Jaccard overlap:
 * 45 of 64 is "a copy". The responder keeps the index; here is only the arithmetic. The
 * signature is the same on every machine and for ever (tests pin it).
 */
#ifndef LY_NLP_COPIES_H
#define LY_NLP_COPIES_H

#include "core/base.h"

#define COPIES_K     64
#define COPIES_LEAST 20 /* code points that count; shorter texts have no signature */
#define COPIES_BYTES (COPIES_K * 4)

/* Fill sig with 64 little-endian u32. False when the text is too short. */
bool copies_sign(struct str text, uint8_t sig[COPIES_BYTES]);
/* How many of the 64 agree. */
int copies_alike(const uint8_t a[COPIES_BYTES], const uint8_t b[COPIES_BYTES]);

#endif
