/* eight.h - eight bytes of a text at a time. */
#ifndef LY_NLP_EIGHT_H
#define LY_NLP_EIGHT_H

#include "core/base.h"

#include <endian.h>

#include "core/str.h"

#define EIGHT_ONES  0x0101010101010101u
#define EIGHT_HIGHS (0x80 * EIGHT_ONES)

/* The first in the lowest bits; 0 past the end. */
static inline uint64_t
eight_bytes(const uint8_t *p, const uint8_t *end)
{
	uint64_t x = 0;

	if (end - p >= 8)
		memcpy(&x, p, 8);
	else
		memcpy(&x, p, (size_t)(end - p));
	return le64toh(x);
}

/* The first eight bytes of s as a number: sorts as the bytes do, as far as it goes. */
static inline uint64_t
eight_head(struct str s)
{
	const uint8_t *p = (const uint8_t *)s.p;

	return s.n ? __builtin_bswap64(eight_bytes(p, p + s.n)) : 0;
}

/* By byte, in its high bit: is it an ASCII letter? low is x | 0x20 in each byte. */
static inline uint64_t
eight_letters(uint64_t x, uint64_t low)
{
	uint64_t l = low & ~EIGHT_HIGHS;

	return (l + (0x80 - 'a') * EIGHT_ONES) & ~(l + (0x7F - 'z') * EIGHT_ONES) & ~x &
	       EIGHT_HIGHS;
}
static inline uint64_t
eight_digits(uint64_t x)
{
	uint64_t d = x & ~EIGHT_HIGHS;

	return (d + (0x80 - '0') * EIGHT_ONES) & ~(d + (0x7F - '9') * EIGHT_ONES) & ~x &
	       EIGHT_HIGHS;
}
/* All bits of the bytes before the first whose high bit is set; all of them when none is. */
static inline uint64_t
eight_before(uint64_t highs)
{
	return ((highs & -highs) >> 7) - 1;
}
/* How many bytes those are; highs is not 0. */
static inline size_t
eight_count(uint64_t highs)
{
	return (unsigned)__builtin_ctzll(highs) / 8;
}
/* Is a byte of x 0? */
static inline bool
eight_has_zero(uint64_t x)
{
	return (x - EIGHT_ONES) & ~x & EIGHT_HIGHS;
}

#endif
