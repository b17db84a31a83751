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

/* ---- a slot for each ----
 *
 * The n-grams are sorted by hash, so those of a bucket, which share the first bits, stand side
 * by side. The fullest buckets come first: each takes the first seed that leads its n-grams to
 * free slots. */

#define SLOTS_MOST (1u << 22)

struct bucket {
	uint32_t first, n;
};
struct placing {
	const struct lex_model *from;
	struct image_grams to;
	uint32_t n_slots;
	uint16_t *seeds; /* to.seeds, to be written */
	uint8_t *taken;  /* by slot */
	uint32_t *slots; /* by n-gram */
	struct bucket *buckets;
};

static int
by_size(const void *a, const void *b)
{
	const struct bucket *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

static void
placing_release(struct placing *k)
{
	free(k->seeds);
	free(k->taken);
	free(k->slots);
	free(k->buckets);
}

static void
placing_init(struct placing *k, const struct lex_model *from, uint32_t n_slots)
{
	size_t n = n_slots / IMAGE_BUCKET;

	*k = (struct placing){ .from = from, .n_slots = n_slots };
	k->seeds = cleared(n, sizeof *k->seeds);
	k->taken = cleared(n_slots, 1);
	k->slots = cleared(from->n, sizeof *k->slots);
	k->buckets = cleared(n, sizeof *k->buckets);
	k->to = (struct image_grams){ .seeds = k->seeds,
				      .slot_shift = image_gram_shift(n_slots),
				      .seed_shift = image_gram_shift(n) };
	for (size_t i = 0; i < from->n; i++) {
		struct bucket *b = &k->buckets[from->grams[i].hash >> k->to.seed_shift];

		if (!b->n++)
			b->first = (uint32_t)i;
	}
	qsort(k->buckets, n, sizeof *k->buckets, by_size);
}

/* Does the seed that is set now lead all of the bucket to free slots? Then they are taken. */
static bool
bucket_fits(struct placing *k, const struct bucket *b)
{
	uint32_t done = 0, slot;

	for (; done < b->n; done++) {
		slot = image_gram_slot(&k->to, k->from->grams[b->first + done].hash);
		if (k->taken[slot])
			break;
		k->taken[slot] = 1;
		k->slots[b->first + done] = slot;
	}
	if (done == b->n)
		return true;
	while (done--)
		k->taken[k->slots[b->first + done]] = 0;
	return false;
}

static bool
all_fit(struct placing *k)
{
	for (size_t i = 0; i < k->n_slots / IMAGE_BUCKET && k->buckets[i].n; i++) {
		const struct bucket *b = &k->buckets[i];
		uint16_t *seed = &k->seeds[k->from->grams[b->first].hash >> k->to.seed_shift];

		while (!bucket_fits(k, b))
			if (!++*seed)
				return false;
	}
	return true;
}

/* Most often the first table does. */
static int
place(struct placing *k, const struct lex_model *from, struct err *e)
{
	uint32_t n_slots = IMAGE_SLOTS_LEAST;

	while (n_slots / 4 * 3 < from->n)
		n_slots *= 2;
	for (placing_init(k, from, n_slots); !all_fit(k); placing_init(k, from, n_slots)) {
		placing_release(k);
		n_slots *= 2;
		if (n_slots > SLOTS_MOST) {
			*k = (struct placing){ .n_slots = 0 };
			return err_set(e, ERR_USAGE,
				       "the n-grams of a learned list are too much alike");
		}
	}
	return 0;
}

/* ---- the sections ---- */

static void *
longer(void *p, size_t n, size_t more, size_t size)
{
	p = realloc(p, (n + more) * size + 1);
	if (!p)
		abort();
	memset((char *)p + n * size, 0, more * size);
	return p;
}

static void
grams_put(struct image_learned *k, int lang, const struct placing *p)
{
	size_t n = k->n_grams, n_seeds = p->n_slots / IMAGE_BUCKET;
	uint64_t *bits = k->bits + ((size_t)lang << IMAGE_BITS) / 64;

	k->grams = longer(k->grams, n, p->n_slots, sizeof *k->grams);
	k->lines = longer(k->lines, n, p->n_slots, sizeof *k->lines);
	k->seeds = longer(k->seeds, n / IMAGE_BUCKET, n_seeds, sizeof *k->seeds);
	memcpy(k->seeds + n / IMAGE_BUCKET, p->seeds, n_seeds * sizeof *k->seeds);
	for (size_t i = 0; i < p->from->n; i++) {
		const struct lex_gram *g = &p->from->grams[i];
		size_t bit = g->hash >> (64 - IMAGE_BITS), slot = n + p->slots[i];

		k->grams[slot].v = (g->hash & ~0xFFFFULL) | (uint8_t)g->weight[0] |
				   (unsigned)(uint8_t)g->weight[1] << 8;
		k->lines[slot] = g->line;
		bits[bit / 64] |= 1ULL << bit % 64;
	}
	k->n_grams += p->n_slots;
}

int
image_learned_make(struct image_learned *k, const struct lexicon *l, struct err *e)
{
	k->bits = cleared(IMAGE_BITS_WORDS, sizeof *k->bits);
	for (int i = 0; l && i < MODEL_LANGS; i++) {
		const struct lex_model *x = l->models[i];
		struct image_model *m = &k->models[i];
		struct placing p;
		int done;

		if (!x)
			continue;
		done = place(&p, x, e);
		*m = (struct image_model){ .list = x->list,
					   .longest = (uint32_t)x->longest,
					   .full = (uint32_t)x->full,
					   .n_grams = (uint32_t)x->n,
					   .slots = (uint32_t)k->n_grams,
					   .n_slots = p.n_slots };
		memcpy(m->unit, x->unit, sizeof m->unit);
		memcpy(m->features, x->features, sizeof m->features);
		if (!done)
			grams_put(k, i, &p);
		placing_release(&p);
		if (done)
			return -1;
	}
	return 0;
}

void
image_learned_release(struct image_learned *k)
{
	free(k->grams);
	free(k->bits);
	free(k->seeds);
	free(k->lines);
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
	return x->n_slots >= IMAGE_SLOTS_LEAST && !(x->n_slots & (x->n_slots - 1)) &&
	       x->slots % IMAGE_BUCKET == 0 && x->slots <= m->n_grams &&
	       x->n_slots <= m->n_grams - x->slots;
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
