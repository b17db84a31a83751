#include "core/base.h"

#include <endian.h>

#include "nlp/copies.h"
#include "nlp/fold.h"

/* One 64-bit hash for each 4-gram, then 64 cheap permutations h * a + b in 32 bits: the loop
 * over the lanes is plain, so that the compiler makes vectors of it. */
static uint64_t
mix(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdULL;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53ULL;
	return h ^ h >> 33;
}

/* mix() of the multiples of 0x9e3779b97f4a7c15 from the second on: low half, odd, and high half. */
static const uint32_t times[COPIES_K] = {
	0x65133dd7, 0x98b6b983, 0x06c1097f, 0xa6a1e887, 0xdf82f351, 0x88014e2b, 0x6ee7b7db,
	0x17641bc7, 0x7809d5c3, 0x3cbc82b7, 0x2a7956df, 0x424ceaeb, 0xd1479245, 0x69a74aaf,
	0x580b84ad, 0xa835f523, 0x2f1d6fff, 0x8e12b1ff, 0x06f4865f, 0x5e56bcbd, 0xeb5887ff,
	0x19f1278b, 0x67b3a28b, 0x4d42ef5d, 0xeb69b0fb, 0xd381adb3, 0x782f3589, 0x399a9a13,
	0x199deb8f, 0x91751103, 0xe9b03eab, 0xeefa25d5, 0xe38fada5, 0x55e7b585, 0x5e3adffd,
	0x278e8a3d, 0xb380bd8f, 0x9ec47a49, 0x2b958611, 0xeef068f7, 0x7bbcaabd, 0xfa332be3,
	0xd287b8c1, 0x028d5f35, 0xa763536d, 0x5c6c5ed9, 0x670458d9, 0x42cecc8f, 0x23985e57,
	0x2cf97387, 0xd071e4cf, 0x65661fd9, 0x0be8e5c5, 0xb68e85c9, 0xfa2f13ff, 0x2771340b,
	0xcd98b85b, 0x4d6d9e3b, 0x06907699, 0xf6d9bf37, 0x375916c9, 0x0326bd3d, 0x9862413f,
	0x660c301d,
};
static const uint32_t plus[COPIES_K] = {
	0xd30b0542, 0xd7f15155, 0x6ae4c482, 0x2295674c, 0x23828c1d, 0x3e278dca, 0x3defdd57,
	0xf8823152, 0x9abee55e, 0x19bd02b8, 0xf47686fd, 0x4dd1bdd9, 0x33dadf69, 0x36b58f9e,
	0xe26c4d18, 0x32214cfa, 0x2ecfd2e7, 0xf834c6c4, 0x078f7ae4, 0x1b6e65b6, 0x42a87508,
	0x60116b8a, 0x899435d6, 0xf970aa7e, 0x8048b557, 0xbbb5f265, 0x6b1bed27, 0xdfadd7ad,
	0x3239d93b, 0x53d86336, 0xd413f565, 0xf28f0fa8, 0x0293fd3b, 0x7c488c21, 0x5d9fa5ce,
	0xa0e040aa, 0x8aecf3f5, 0x1545141f, 0x2a130d8b, 0xf21dd158, 0xdc2f1b00, 0xce1dccd6,
	0x1f41e7b0, 0x574f7773, 0x9234873b, 0x3fd2422a, 0x059facbd, 0x6917a25e, 0xaa3335e3,
	0x0c71bc58, 0x0dd460d8, 0xb27f793a, 0x01dc0807, 0xf6e6051f, 0x798c15d1, 0xfb2bfcfb,
	0xf6418b28, 0x7147015e, 0xd4307df5, 0xa0b9466a, 0x79c27695, 0x2ac9fd68, 0x6943e42d,
	0x3bb10b8f,
};

#define BATCH 256 /* grams */
#define LANES 16  /* permutations: one AVX-512, two AVX2, four SSE registers */

struct signing {
	uint32_t min[COPIES_K];
	uint32_t chars[BATCH + LANES +
		       3]; /* what counts, folded; the first three are of the batch before */
	uint32_t grams[BATCH + LANES];
	size_t n; /* chars */
};

/* Sixteen permutations at a time over all grams: inner loops of a fixed length, so that the
 * compiler makes vectors of them. The copies below differ in the instructions they may use,
 * never in what comes out. */
static inline __attribute__((always_inline)) void
minima(struct signing *s, size_t n)
{
	for (size_t j = 0; j < n; j += LANES)
		for (int k = 0; k < LANES; k++) {
			const uint32_t *w = s->chars + j + k;

			s->grams[j + k] =
				(uint32_t)(mix((uint64_t)w[0] << 43 ^ (uint64_t)w[1] << 29 ^
					       (uint64_t)w[2] << 14 ^ w[3]) >>
					   32);
		}
	if (n % 2) { /* the last one again changes no minimum */
		s->grams[n] = s->grams[n - 1];
		n++;
	}
	for (int i = 0; i < COPIES_K; i += LANES) {
		uint32_t a[LANES], b[LANES], low[LANES];

		memcpy(a, times + i, sizeof a);
		memcpy(b, plus + i, sizeof b);
		memcpy(low, s->min + i, sizeof low);
		for (size_t j = 0; j < n; j += 2)
			for (int k = 0; k < LANES; k++) {
				uint32_t v = s->grams[j] * a[k] + b[k];
				uint32_t w = s->grams[j + 1] * a[k] + b[k];

				v = v < w ? v : w;
				low[k] = v < low[k] ? v : low[k];
			}
		memcpy(s->min + i, low, sizeof low);
	}
}

static void
minima_plain(struct signing *s, size_t n)
{
	minima(s, n);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void
minima_avx2(struct signing *s, size_t n)
{
	minima(s, n);
}

__attribute__((target("avx512f,avx512dq"))) static void
minima_avx512(struct signing *s, size_t n)
{
	minima(s, n);
}
#endif

/* The grams of the characters that are there; the last three begin the next ones. */
static void
grams_flush(struct signing *s)
{
	size_t n = s->n > 3 ? s->n - 3 : 0;

	if (!n)
		return;
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512dq"))
		minima_avx512(s, n);
	else if (__builtin_cpu_supports("avx2"))
		minima_avx2(s, n);
	else
#endif
		minima_plain(s, n);
	memmove(s->chars, s->chars + n, 3 * sizeof *s->chars);
	s->n = 3;
}

static const uint8_t letters[128] = {
	['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ['A'] = 'a', 'b', 'c',
	'd',         'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n',         'o', 'p',
	'q',         'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', ['a'] = 'a', 'b', 'c',
	'd',         'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n',         'o', 'p',
	'q',         'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
};

/* A code point of three or four bytes at p, or 0 when it is cut. */
static uint32_t
wide_decode(const uint8_t *p, const uint8_t *end, size_t *n)
{
	*n = *p >= 0xF0 ? 4 : 3;
	if ((size_t)(end - p) < *n) {
		*n = 1;
		return 0;
	}
	if (*n == 4)
		return (p[0] & 7u) << 18 | (p[1] & 63u) << 12 | (p[2] & 63u) << 6 |
		       (p[3] & 63u);
	return fold_han(p);
}

/* Symbols, punctuation and forms are no letters. */
static bool
is_mark(uint32_t cp)
{
	return (cp >= 0x2000 && cp < 0x2E80) || (cp >= 0x3000 && cp < 0x3040) ||
	       (cp >= 0xFE00 && cp <= 0xFFFF);
}

/* What stands at p, not ASCII, *n bytes long: folded, or 0 when it does not count. */
static uint32_t
letter_at(const uint8_t *p, const uint8_t *end, size_t *n)
{
	unsigned lead = *p, c;
	uint32_t cp;

	*n = 1;
	if (lead >= 0xE4 && lead <= 0xE9 && end - p >= 3) {
		*n = 3;
		return fold_han(p);
	}
	if (lead >= 0xE0) {
		size_t wide = fold_is_lead(lead) ? fold_wide(p, end, &c) : 0;

		if (wide) {
			*n = wide;
			return fold_is_word(c) ? c : 0;
		}
		cp = wide_decode(p, end, n);
		return is_mark(cp) ? 0 : cp;
	}
	if (lead >= 0xC3 && end - p >= 2) {
		*n = 2;
		return (lead & 31u) << 6 | (p[1] & 63u);
	}
	return 0;
}

/* Eight ASCII bytes: each is written whether or not it counts, and kept if it does. */
static inline size_t
ascii_take(uint32_t *to, const uint8_t *p)
{
	uint32_t *t = to;

	for (int i = 0; i < 8; i += 2) {
		*t = letters[p[i]];
		t += *t != 0;
		*t = letters[p[i + 1]];
		t += *t != 0;
	}
	return (size_t)(t - to);
}

bool
copies_sign(struct str text, uint8_t sig[COPIES_BYTES])
{
	const uint8_t *p = (const uint8_t *)text.p, *end = p + text.n;
	struct signing s;
	size_t count = 0;

	s.n = 0;
	memset(s.min, 0xFF, sizeof s.min);
	while (p < end) {
		size_t n = 1, more = 0;
		uint64_t eight;

		if (s.n > BATCH + 3 - 8)
			grams_flush(&s);
		if (end - p >= 8 && (memcpy(&eight, p, 8), !(eight & 0x8080808080808080u))) {
			more = ascii_take(s.chars + s.n, p);
			n = 8;
		} else {
			s.chars[s.n] = *p < 0x80 ? letters[*p] : letter_at(p, end, &n);
			more = s.chars[s.n] != 0;
		}
		s.n += more;
		count += more;
		p += n;
	}
	if (count < COPIES_LEAST)
		return false;
	grams_flush(&s);
	for (int i = 0; i < COPIES_K; i++)
		s.min[i] = htole32(s.min[i]);
	memcpy(sig, s.min, COPIES_BYTES);
	return true;
}

int
copies_alike(const uint8_t a[COPIES_BYTES], const uint8_t b[COPIES_BYTES])
{
	int n = 0;

	for (int i = 0; i < COPIES_K; i++)
		n += !memcmp(a + i * 4, b + i * 4, 4);
	return n;
}
