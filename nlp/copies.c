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

struct signing {
	uint32_t a[COPIES_K], b[COPIES_K], min[COPIES_K];
	uint32_t grams[GRAMS_BATCH];
	size_t n;
};

static void
grams_flush(struct signing *s)
{
	for (int i = 0; i < COPIES_K; i++) {
		uint32_t a = s->a[i], b = s->b[i], min = s->min[i];

		for (size_t j = 0; j < s->n; j++) {
			uint32_t v = s->grams[j] * a + b;

			min = v < min ? v : min;
		}
		s->min[i] = min;
	}
	s->n = 0;
}

/* The next code point that counts (letters, digits, Han and other scripts), folded; 0 at the end. */
static uint32_t
letter_next(const uint8_t **p, const uint8_t *end)
{
	while (*p < end) {
		unsigned c, lead = **p;
		size_t n = fold_at(*p, end, &c);

		if (n == 1 && lead >= 0xE0 && end - *p >= (lead >= 0xF0 ? 4 : 3)) {
			const uint8_t *q = *p;
			uint32_t cp = lead >= 0xF0 ? (lead & 7u) << 18 | (q[1] & 63u) << 12 |
							     (q[2] & 63u) << 6 | (q[3] & 63u)
						   : (lead & 15u) << 12 | (q[1] & 63u) << 6 |
							     (q[2] & 63u);

			*p += lead >= 0xF0 ? 4 : 3;
			/* general punctuation to CJK punctuation, and forms, are no letters */
			if ((cp >= 0x2000 && cp < 0x2E80) || (cp >= 0x3000 && cp < 0x3040) ||
			    (cp >= 0xFE00 && cp <= 0xFFFF))
				continue;
			return cp;
		}
		if (n == 1 && lead >= 0xC3 && lead <= 0xDF && end - *p >= 2) {
			uint32_t cp = (lead & 31u) << 6 | ((*p)[1] & 63u);

			*p += 2;
			return cp;
		}
		*p += n;
		if (fold_is_word(c) && c < 0x80)
			return c;
	}
	return 0;
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
