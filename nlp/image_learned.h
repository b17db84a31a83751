/* image_learned.h - learned lists in an image: made from a lexicon, checked, looked up. */
#ifndef LY_NLP_IMAGE_LEARNED_H
#define LY_NLP_IMAGE_LEARNED_H

#include "nlp/image.h"

#define IMAGE_BITS_WORDS (MODEL_LANGS * (1u << IMAGE_BITS) / 64)

struct image_learned {
	struct image_model models[MODEL_LANGS];
	struct image_gram *grams;
	uint64_t *bits;
	uint16_t *seeds;
	uint32_t *lines;
	size_t n_grams;
};
/* k is zeroed; l may be NULL. -1 and ERR_USAGE when the n-grams' hashes are too much alike. */
int image_learned_make(struct image_learned *k, const struct lexicon *l,
		       struct err *e) LY_MUST_USE;
void image_learned_release(struct image_learned *k);
/* Does every look-up stay inside, and is every weight within its bounds? -1 and ERR_REJECT. */
int image_learned_check(const struct image *m, struct err *e) LY_MUST_USE;
/* From now on as if the image had no learned list. */
void image_forget_learned(struct image *m);

/* What the look-ups of a language need, side by side. */
struct image_grams {
	const uint64_t *bits;
	const uint16_t *seeds;
	const struct image_gram *slots;
	unsigned slot_shift, seed_shift; /* of a hash of 64 bits */
};
static inline unsigned
image_gram_shift(size_t n)
{
	return 64 - (unsigned)__builtin_ctzll(n);
}
/* m->models[lang].n_slots is not 0. */
static inline struct image_grams
image_grams_of(const struct image *m, int lang)
{
	const struct image_model *x = &m->models[lang];

	return (struct image_grams){ m->bits + ((size_t)lang << IMAGE_BITS) / 64,
				     m->seeds + x->slots / IMAGE_BUCKET, m->grams + x->slots,
				     image_gram_shift(x->n_slots),
				     image_gram_shift(x->n_slots / IMAGE_BUCKET) };
}
/* 0: the n-gram has no weight. 1: see its slot. */
static inline unsigned
image_gram_bit(const struct image_grams *g, uint64_t hash)
{
	uint64_t bit = hash >> (64 - IMAGE_BITS);

	return g->bits[bit / 64] >> bit % 64 & 1;
}
/* Where it is, if it has a weight: image_gram_is(slots[this], hash) tells. */
static inline uint32_t
image_gram_slot(const struct image_grams *g, uint64_t hash)
{
	return (uint32_t)(image_mix(hash, g->seeds[hash >> g->seed_shift]) >> g->slot_shift);
}
/* The n-gram's slot, or NULL. */
static inline const struct image_gram *
image_gram_find(const struct image_grams *g, uint64_t hash)
{
	const struct image_gram *x = &g->slots[image_gram_slot(g, hash)];

	return image_gram_bit(g, hash) && image_gram_is(*x, hash) ? x : NULL;
}

#endif
