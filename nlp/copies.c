#include "core/base.h"

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

static void
lanes_fill(uint32_t *a, uint32_t *b)
{
	uint64_t s = 0x9e3779b97f4a7c15ULL;

	for (int i = 0; i < COPIES_K; i++) {
		uint64_t r = mix(s += 0x9e3779b97f4a7c15ULL);

		a[i] = (uint32_t)r | 1;
		b[i] = (uint32_t)(r >> 32);
	}
}

#define GRAMS_BATCH 256
#define LANES       16 /* grams at a time: one AVX-512, two AVX2, four SSE registers */

struct signing {
	uint32_t a[COPIES_K], b[COPIES_K], min[COPIES_K];
	uint32_t grams[GRAMS_BATCH];
	size_t n;
};

/* The inner loop has a fixed length, so that the compiler makes vectors of it; the copies below
 * differ in the instructions they may use, never in what comes out. */
static inline __attribute__((always_inline)) void
minima(struct signing *s)
{
	for (int i = 0; i < COPIES_K; i++) {
		uint32_t a = s->a[i], b = s->b[i], low[LANES];

		for (int k = 0; k < LANES; k++)
			low[k] = s->min[i];
		for (size_t j = 0; j < s->n; j += LANES)
			for (int k = 0; k < LANES; k++) {
				uint32_t v = s->grams[j + (size_t)k] * a + b;

				low[k] = v < low[k] ? v : low[k];
			}
		for (int k = 0; k < LANES; k++)
			s->min[i] = low[k] < s->min[i] ? low[k] : s->min[i];
	}
}

static void
minima_plain(struct signing *s)
{
	minima(s);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void
minima_avx2(struct signing *s)
{
	minima(s);
}

__attribute__((target("avx512f"))) static void
minima_avx512(struct signing *s)
{
	minima(s);
}
#endif

static void
grams_flush(struct signing *s)
{
	if (!s->n)
		return;
	while (s->n % LANES) { /* the last one again changes no minimum */
		s->grams[s->n] = s->grams[s->n - 1];
		s->n++;
	}
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512f"))
		minima_avx512(s);
	else if (__builtin_cpu_supports("avx2"))
		minima_avx2(s);
	else
#endif
		minima_plain(s);
	s->n = 0;
}

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
	return (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
}

/* Symbols, punctuation and forms are no letters. */
static bool
is_mark(uint32_t cp)
{
	return (cp >= 0x2000 && cp < 0x2E80) || (cp >= 0x3000 && cp < 0x3040) ||
	       (cp >= 0xFE00 && cp <= 0xFFFF);
}

/* The next code point that counts (letters, digits, Han and other scripts), folded; 0 at the
 * end. */
static inline uint32_t
letter_next(const uint8_t **from, const uint8_t *end)
{
	const uint8_t *p = *from;
	uint32_t found = 0;

	while (p < end && !found) {
		unsigned lead = *p, c;
		size_t n = 1;

		if (lead < 0x80) {
			c = fold_byte[lead];
			found = fold_is_word(c) ? c : 0;
		} else if (lead >= 0xE0) {
			n = lead < 0xE4 || lead == 0xEF ? fold_wide(p, end, &c) : 0;
			if (n) {
				found = fold_is_word(c) ? c : 0;
			} else {
				found = wide_decode(p, end, &n);
				found = is_mark(found) ? 0 : found;
			}
		} else if (lead >= 0xC3 && end - p >= 2) {
			n = 2;
			found = (lead & 31u) << 6 | (p[1] & 63u);
		}
		p += n;
	}
	*from = p;
	return found;
}

bool
copies_sign(struct str text, uint8_t sig[COPIES_BYTES])
{
	const uint8_t *p = (const uint8_t *)text.p, *end = p + text.n;
	struct signing s = { .n = 0 };
	uint32_t w[4] = { 0 }, cp;
	size_t count = 0;

	lanes_fill(s.a, s.b);
	memset(s.min, 0xFF, sizeof s.min);
	while ((cp = letter_next(&p, end))) {
		uint64_t h;

		w[0] = w[1], w[1] = w[2], w[2] = w[3], w[3] = cp;
		if (++count < 4)
			continue;
		h = ((uint64_t)w[0] << 43) ^ ((uint64_t)w[1] << 29) ^ ((uint64_t)w[2] << 14) ^
		    w[3];
		s.grams[s.n++] = (uint32_t)(mix(h) >> 32);
		if (s.n == GRAMS_BATCH)
			grams_flush(&s);
	}
	if (count < COPIES_LEAST)
		return false;
	grams_flush(&s);
	for (int i = 0; i < COPIES_K; i++)
		for (int j = 0; j < 4; j++)
			sig[i * 4 + j] = (uint8_t)(s.min[i] >> 8 * j);
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
