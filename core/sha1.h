/* sha1.h - SHA-1 for core/hash.c alone: everybody else asks for an HMAC there. */
#ifndef LY_CORE_SHA1_H
#define LY_CORE_SHA1_H

#include "core/base.h"

struct sha1 {
	uint32_t h[5];
	uint64_t n; /* bytes so far */
	uint8_t block[64];
};
void sha1_begin(struct sha1 *s);
void sha1_add(struct sha1 *s, const uint8_t *p, size_t n);
void sha1_end(struct sha1 *s, uint8_t out[20]);

#endif
