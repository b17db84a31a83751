/*
 * sha1.c - SHA-1 (FIPS 180-4), for signatures that others still make with it (WebSub's hubs).
 *
 * libsodium leaves it out because it is broken as a hash; in an HMAC over a random key it is
 * not. Nothing of ours is named or signed by it.
 */
#include "core/base.h"

#include "core/sha1.h"

#define BLOCK 64

static uint32_t
turn(uint32_t v, unsigned n)
{
	return v << n | v >> (32 - n);
}

static void
block_take(uint32_t h[5], const uint8_t *p)
{
	uint32_t w[80], v[5];

	for (size_t i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
		       (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (size_t i = 16; i < 80; i++)
		w[i] = turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	memcpy(v, h, sizeof v);
	for (size_t i = 0; i < 80; i++) {
		uint32_t b = v[1], c = v[2], d = v[3];
		uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999u
			     : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1u
			     : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcu
				      : (b ^ c ^ d) + 0xca62c1d6u;
		uint32_t next = turn(v[0], 5) + f + v[4] + w[i];

		v[4] = d;
		v[3] = c;
		v[2] = turn(b, 30);
		v[1] = v[0];
		v[0] = next;
	}
	for (size_t i = 0; i < 5; i++)
		h[i] += v[i];
}

void
sha1_begin(struct sha1 *s)
{
	*s = (struct sha1){ .h = { 0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u,
				   0xc3d2e1f0u } };
}

void
sha1_add(struct sha1 *s, const uint8_t *p, size_t n)
{
	size_t held = s->n % BLOCK;

	s->n += n;
	while (n) {
		size_t take = BLOCK - held < n ? BLOCK - held : n;

		memcpy(s->block + held, p, take);
		held += take;
		p += take;
		n -= take;
		if (held == BLOCK) {
			block_take(s->h, s->block);
			held = 0;
		}
	}
}

void
sha1_end(struct sha1 *s, uint8_t out[20])
{
	static const uint8_t pad[BLOCK] = { 0x80 };
	uint64_t bits = s->n * 8;
	size_t held = s->n % BLOCK;
	uint8_t length[8];

	for (size_t i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	sha1_add(s, pad, (held < 56 ? 56 : 120) - held);
	sha1_add(s, length, sizeof length);
	for (size_t i = 0; i < 20; i++)
		out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}
