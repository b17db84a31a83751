#include "core/base.h"

#include "nlp/gram.h"
#include "nlp/image_learned.h"

static void *
cleared(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort();
	return p;
}

static void
gram_put(struct image_learned *k, int lang, const struct lex_gram *g)
{
	const struct image_model *m = &k->models[lang];
	struct image_gram *slots = k->grams + m->slots;
	size_t bit = ((size_t)lang << IMAGE_BITS) + (g->hash >> (64 - IMAGE_BITS));
	size_t i = (g->hash >> 20) & (m->n_slots - 1);

	while (slots[i].hash)
		i = (i + 1) & (m->n_slots - 1);
	slots[i] = (struct image_gram){ .hash = g->hash, .line = g->line };
	memcpy(slots[i].weight, g->weight, sizeof slots[i].weight);
	k->bits[bit / 64] |= 1ULL << bit % 64;
}

void
image_learned_make(struct image_learned *k, const struct lexicon *l)
{
	for (int i = 0; l && i < MODEL_LANGS; i++) {
		const struct lex_model *x = l->models[i];
		struct image_model *m = &k->models[i];

		if (!x)
			continue;
		*m = (struct image_model){ .list = x->list,
					   .longest = (uint32_t)x->longest,
					   .full = (uint32_t)x->full,
					   .n_grams = (uint32_t)x->n,
					   .slots = (uint32_t)k->n_grams };
		/* at most three in four taken: the bits keep most misses away */
		for (m->n_slots = 4; m->n_slots / 4 * 3 < x->n;)
			m->n_slots *= 2;
		memcpy(m->unit, x->unit, sizeof m->unit);
		memcpy(m->features, x->features, sizeof m->features);
		k->n_grams += m->n_slots;
	}
	k->grams = cleared(k->n_grams, sizeof *k->grams);
	k->bits = cleared(IMAGE_BITS_WORDS, sizeof *k->bits);
	for (int i = 0; l && i < MODEL_LANGS; i++)
		for (size_t j = 0; l->models[i] && j < l->models[i]->n; j++)
			gram_put(k, i, &l->models[i]->grams[j]);
}

void
image_learned_release(struct image_learned *k)
{
	free(k->grams);
	free(k->bits);
}

/* ---- checking ---- */

static bool
numbers_ok(const struct image_model *m)
{
	for (int s = 0; s < MODEL_SUMS; s++) {
		if (m->unit[s] < 1 || m->unit[s] > MODEL_UNIT_MAX)
			return false;
		for (int i = 0; i < FEATURES; i++)
			if (m->features[i][s] < -MODEL_VALUE_MAX ||
			    m->features[i][s] > MODEL_VALUE_MAX)
				return false;
	}
	return m->longest >= 1 && m->longest <= GRAM_MAX && m->full >= 1 &&
	       m->full <= MODEL_FULL_MAX;
}

static bool
slots_ok(const struct image *m, const struct image_model *x)
{
	size_t n_free = 0;

	if (x->n_slots & (x->n_slots - 1) || x->slots > m->n_grams ||
	    x->n_slots > m->n_grams - x->slots)
		return false;
	for (size_t i = 0; i < x->n_slots; i++)
		n_free += !m->grams[x->slots + i].hash;
	return n_free > 0;
}

int
image_learned_check(const struct image *m, struct err *e)
{
	for (int i = 0; i < MODEL_LANGS; i++) {
		const struct image_model *x = &m->models[i];

		if (!x->n_slots)
			continue;
		if (x->list >= m->n_lists || !numbers_ok(x))
			return err_set(e, ERR_REJECT, "learned list %d is out of range", i);
		if (!slots_ok(m, x))
			return err_set(e, ERR_REJECT, "learned list %d has slots outside", i);
	}
	return 0;
}

void
image_forget_learned(struct image *m)
{
	static const struct image_model none[MODEL_LANGS];

	m->models = none;
}
