/* a text that was weighed -> what its two sums are made of -> (explain.c) */
#include "core/base.h"

#include "core/str.h"
#include "nlp/gram.h"
#include "nlp/image_learned.h"
#include "nlp/learned.h"
#include "nlp/names.h"

/* A different n-gram of the text. */
struct kind {
	const struct image_gram *gram;
	uint32_t at, len; /* where it stands first                         */
	int32_t most;     /* the weight of the clause in which it has most */
};
struct kinds {
	struct arena *a;
	struct kind *v;
	uint32_t *table; /* number of the kind + 1, by slot: twice as many as kinds have room */
	size_t n, cap;
};

static struct kind *
kind_place(struct kinds *k, const struct image_gram *g, uint32_t **number)
{
	size_t mask = 2 * k->cap - 1, at = g->v >> 20 & mask;

	while (k->table[at] && k->v[k->table[at] - 1].gram != g)
		at = (at + 1) & mask;
	*number = &k->table[at];
	return k->table[at] ? &k->v[k->table[at] - 1] : NULL;
}

static void
kinds_grow(struct kinds *k)
{
	struct kind *old = k->v;
	uint32_t *number;

	k->cap = k->cap ? k->cap * 2 : 64;
	k->v = arena_alloc(k->a, k->cap * sizeof *k->v);
	k->table = arena_alloc(k->a, 2 * k->cap * sizeof *k->table);
	for (size_t i = 0; i < k->n; i++) {
		k->v[i] = old[i];
		kind_place(k, old[i].gram, &number);
		*number = (uint32_t)i + 1;
	}
}

static void
kind_note(struct kinds *k, const struct kind *x)
{
	uint32_t *number;
	struct kind *old;

	if (k->n == k->cap)
		kinds_grow(k);
	old = kind_place(k, x->gram, &number);
	if (!old) {
		k->v[k->n] = *x;
		*number = (uint32_t)++k->n;
	} else if (x->most > old->most) {
		old->most = x->most;
	}
}

/* In the order of the text. */
static void
kinds_find(const struct score_text *t, const int32_t *weights, struct kinds *k)
{
	const struct image_grams all = image_grams_of(t->image, t->model);
	unsigned longest = t->image->models[t->model].longest;
	struct names names = names_begin(t->image, t->walk, learned_about(t));
	struct gram_window w = { .n = 0 };
	struct gram_token token;

	while (names_read(&names, &token, 1)) {
		names_token_back(&names, &token);
		gram_push(&w, &token, longest);
		for (unsigned i = 0; i < w.n; i++) {
			const struct image_gram *g = image_gram_find(&all, w.hash[i]);

			if (g)
				kind_note(k, &(struct kind){
						     g, w.at[i], token.at + token.len - w.at[i],
						     weights[score_clause_at(t, w.at[i])] });
		}
	}
}

static void
feature_parts(const struct score_text *t, const struct score *s, const int32_t *weights,
	      struct learned_part *parts)
{
	const struct image_model *m = &t->image->models[t->model];
	struct score hand = *s;
	int32_t values[FEATURES];

	hand.score = s->hand;
	hand.label = s->hand_label;
	learned_features(t, &hand, weights, values);
	for (int i = 0; i < FEATURES; i++) {
		parts[i].value = values[i];
		for (int k = 0; k < MODEL_SUMS; k++)
			parts[i].sum[k] = (int64_t)values[i] * m->features[i][k];
	}
}

const struct learned_part *
learned_parts(const struct score_text *t, const struct score *s, const int32_t *weights,
	      struct arena *a, size_t *n)
{
	struct kinds k = { .a = a };
	struct learned_part *parts;

	*n = 0;
	if (t->model < 0)
		return NULL;
	kinds_find(t, weights, &k);
	*n = FEATURES + k.n;
	parts = arena_alloc(a, *n * sizeof *parts);
	feature_parts(t, s, weights, parts);
	for (size_t i = 0; i < k.n; i++) {
		const struct image_model *m = &t->image->models[t->model];
		struct learned_part *p = &parts[FEATURES + i];

		*p = (struct learned_part){
			.value = (int32_t)((int64_t)k.v[i].most * learned_factor(t) / 1000),
			.gram = k.v[i].gram,
			.line = t->image->lines[k.v[i].gram - t->image->grams],
			.at = k.v[i].at,
			.len = k.v[i].len,
		};
		for (int j = 0; j < MODEL_SUMS; j++)
			p->sum[j] = (int64_t)image_gram_weight(*p->gram, j) * m->unit[j] *
				    p->value / 1000;
	}
	return parts;
}
