/*
 * fold.h - what counts as the same letter when matching.
 *
 * ASCII letters fold to lower case, full-width forms (U+FF01..FF5E, U+3000) to their
 * ASCII twins, curly quotes to straight ones. The text is not copied for that: fold_at() reads
 * one folded byte at a place of it. What is rarer is taken off first, with a map back: guise.h.
 */
#ifndef LY_NLP_FOLD_H
#define LY_NLP_FOLD_H

#include "core/base.h"
#include "core/buf.h"

extern const uint8_t fold_byte[256]; /* ASCII upper to lower, the rest as it is */

/* A sequence that starts with E2, E3 or EF and folds to one ASCII byte; its length (3), or 0. */
size_t fold_wide(const uint8_t *p, const uint8_t *end, unsigned *c);

/* Can a sequence that starts with c fold to another byte? E2, E3, EF. */
static inline bool
fold_is_lead(unsigned c)
{
	return c >= 0xE2 && c <= 0xEF && 0x2003u >> (c - 0xE2) & 1;
}

/* The folded byte at p (< end) into *c; returns how many bytes of the original it stands for. */
static inline size_t
fold_at(const uint8_t *p, const uint8_t *end, unsigned *c)
{
	size_t n;

	*c = fold_byte[*p];
	if (fold_is_lead(*c)) {
		n = fold_wide(p, end, c);
		if (n)
			return n;
	}
	return 1;
}

/* Append the folded form of s, its guise taken off (guise.h): what terms and literals are kept
 * as. */
void fold_add(struct buf *b, struct str s);

static inline bool
fold_is_ascii_word(unsigned c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The code point of three bytes of UTF-8. */
static inline uint32_t
fold_han(const uint8_t *p)
{
	return (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
}

/* Letters, digits and other alphabets: what a Latin term must not touch at its ends. Byte
 * values of folded text; a byte of a two-byte sequence (accented, Greek, Cyrillic) counts. */
static inline bool
fold_is_word(unsigned c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 0xC3 && c <= 0xDF);
}

#endif
