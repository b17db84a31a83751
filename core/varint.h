/* varint.h - LEB128 numbers as the wire has them: seven bits a byte, low bits first. */
#ifndef LY_CORE_VARINT_H
#define LY_CORE_VARINT_H

#include "core/base.h"

#define VARINT_MAX 10 /* bytes that a uint64_t can take */

/* Write v; to needs room for VARINT_MAX. Returns the bytes written. */
static inline size_t
varint_put(uint8_t *to, uint64_t v)
{
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		to[n++] = (uint8_t)(v | 0x80);
	to[n++] = (uint8_t)v;
	return n;
}

/* Take a number off the front of in. False, and in untouched, when it is cut or over 64 bits. */
static inline bool
varint_take(struct str *in, uint64_t *v)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < in->n && i < VARINT_MAX; i++) {
		uint8_t c = (uint8_t)in->p[i];

		if (i == VARINT_MAX - 1 && c > 1)
			return false;
		sum |= (uint64_t)(c & 0x7f) << (7 * i);
		if (c & 0x80)
			continue;
		*v = sum;
		in->p += i + 1;
		in->n -= i + 1;
		return true;
	}
	return false;
}

/* Signed numbers: 0, -1, 1, -2 … as 0, 1, 2, 3 … */
static inline uint64_t
varint_zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static inline int64_t
varint_unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

#endif
