/* image_learned.h - learned lists in an image: made from a lexicon, checked, looked up. */
#ifndef LY_NLP_IMAGE_LEARNED_H
#define LY_NLP_IMAGE_LEARNED_H

#include "nlp/image.h"

#define IMAGE_BITS_WORDS (MODEL_LANGS * (1u << IMAGE_BITS) / 64)

struct image_learned {
	struct image_model models[MODEL_LANGS];
	struct image_gram *grams;
	uint64_t *bits;
	size_t n_grams;
};
/* k is zeroed; l may be NULL. */
void image_learned_make(struct image_learned *k, const struct lexicon *l);
void image_learned_release(struct image_learned *k);
/* Can every look-up end, and is every weight within its bounds? -1 and ERR_REJECT. */
int image_learned_check(const struct image *m, struct err *e) LY_MUST_USE;
/* From now on as if the image had no learned list. */
void image_forget_learned(struct image *m);

/* The slot of this n-gram, or NULL. m->models[lang].n_slots is not 0. */
static inline const struct image_gram *
image_gram_find(const struct image *m, int lang, uint64_t hash)
{
	const struct image_model *model = &m->models[lang];
	size_t bit = ((size_t)lang << IMAGE_BITS) + (hash >> (64 - IMAGE_BITS));
	const struct image_gram *slots = m->grams + model->slots;

	if (!(m->bits[bit / 64] >> bit % 64 & 1))
		return NULL;
	for (size_t i = hash >> 20;; i++) {
		const struct image_gram *g = &slots[i & (model->n_slots - 1)];

		if (g->hash == hash)
			return g;
		if (!g->hash)
			return NULL;
	}
}

#endif
