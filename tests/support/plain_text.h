/*
 * plain_text.h - what nlp/guise.h and nlp/fold.h promise, written a second time for plain_walk.c:
 * a text as characters, without guise, folded. Shares only the tables of nlp/guise.h.
 */
#ifndef LY_TESTS_PLAIN_TEXT_H
#define LY_TESTS_PLAIN_TEXT_H

#include "tests/support/plain_walk.h"

struct letter {
	uint32_t raw;      /* without guise                   */
	uint32_t c;        /* folded                          */
	size_t from, to;   /* its bytes of the text           */
	bool wide;         /* a full-width form or the like   */
	uint32_t original; /* as it stands                    */
};
static inline bool
ascii_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool
ascii_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* The n letters of s, which is valid UTF-8; the caller frees them. t says how many of a run of one
 * character its terms need. */
struct letter *plain_text(const struct plain_terms *t, struct str s, size_t *n);

#endif
