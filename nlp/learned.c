/* n-grams and the hand-written score -> the two sums -> (weigh.c, explain.c) */
#include "core/base.h"

#include "core/str.h"
#include "nlp/gram.h"
#include "nlp/image_learned.h"
#include "nlp/learned.h"

/* ---- the n-grams of a text ---- */

/* Room that a text of so many bytes hardly ever exceeds. */
#define ROOM(bytes) ((bytes) / 3 + 32)

struct gathering {
	struct score_text *t;
	struct arena *a;
	size_t cap, clause;
	uint32_t clauses[GRAM_MAX]; /* of the window */
};

static void
grams_grow(struct gathering *k)
{
	struct score_text *t = k->t;
	struct score_gram *v;

	k->cap = k->cap ? k->cap * 2 : ROOM(t->text.n);
	v = arena_alloc(k->a, k->cap * sizeof *v);
	if (t->n_grams)
		memcpy(v, t->grams, t->n_grams * sizeof *v);
	t->grams = v;
}

static inline void
token_take(struct gathering *k, struct gram_window *w, const struct gram_token *token)
{
	struct score_text *t = k->t;
	const struct image_model *m = &t->image->models[t->model];
	uint32_t end = token->at + token->len;

	while (k->clause + 1 < t->n_clauses && t->clauses[k->clause].end <= token->at)
		k->clause++;
	gram_push(w, token, m->longest);
	for (unsigned i = w->n - 1; i; i--)
		k->clauses[i] = k->clauses[i - 1];
	k->clauses[0] = (uint32_t)k->clause;
	for (unsigned i = 0; i < w->n; i++) {
		const struct image_gram *g = image_gram_find(t->image, t->model, w->hash[i]);

		if (!g)
			continue;
		if (t->n_grams == k->cap)
			grams_grow(k);
		t->grams[t->n_grams++] = (struct score_gram){
			.at = w->at[i],
			.clause = k->clauses[i],
			.same = (uint32_t)(g - t->image->grams),
			.len = end - w->at[i],
		};
	}
}

/* To its place in the text as it was given. */
static void
token_back(struct gram_token *t, const struct guise *g)
{
	uint32_t end = guise_end(g, t->at + t->len);

	t->at = guise_begin(g, t->at);
	t->len = end > t->at ? end - t->at : 0;
}

/* Number the different n-grams in the order of the text: same was the slot in the image. */
static void
grams_number(struct score_text *t, struct arena *a)
{
	size_t slots = 16;
	uint32_t *table; /* number of the kind + 1 */

	while (slots < t->n_grams * 2)
		slots *= 2;
	table = arena_alloc(a, slots * sizeof *table);
	t->kinds = arena_alloc(a, (t->n_grams + 1) * sizeof *t->kinds);
	for (size_t i = 0; i < t->n_grams; i++) {
		const struct image_gram *g = &t->image->grams[t->grams[i].same];
		size_t at = t->grams[i].same & (slots - 1);

		while (table[at] && t->kinds[table[at] - 1].gram != g)
			at = (at + 1) & (slots - 1);
		if (!table[at]) {
			t->kinds[t->n_kinds] =
				(struct score_kind){ .gram = g, .first = (uint32_t)i };
			table[at] = (uint32_t)++t->n_kinds;
		}
		t->grams[i].same = table[at] - 1;
	}
}

void
learned_prepare(struct score_text *t, struct arena *a)
{
	struct gathering k = { .t = t, .a = a };
	bool guised = t->walk->said.p != t->text.p;
	struct gram_cursor c = gram_begin(t->walk->said);
	struct gram_window w = { .n = 0 };
	struct gram_token token;
	const struct image_model *m;
	size_t tokens = 0;

	t->model = str_is(score_lang(t->walk), "zh") ? MODEL_ZH : MODEL_EN;
	m = &t->image->models[t->model];
	if (!m->n_slots) {
		t->model = -1;
		return;
	}
	for (; gram_next(&c, &token); tokens++) {
		if (guised)
			token_back(&token, &t->walk->guise);
		token_take(&k, &w, &token);
	}
	t->gram_factor =
		tokens <= m->full
			? 1000
			: (int32_t)score_root((int64_t)(1000000ULL * m->full / tokens));
	grams_number(t, a);
}

/* ---- the features ---- */

/* Like a score: how far a sum is from nothing. */
#define SIDE_ALPHA 15000000LL

static int32_t
side_of(int64_t v)
{
	if (v > 1000000000)
		v = 1000000000;
	return (int32_t)(1000 * v / score_root(v * v + SIDE_ALPHA));
}

static int32_t
up_to_three(int64_t n)
{
	return (int32_t)(n <= 0 ? 0 : n >= 3000 ? 1000 : n / 3);
}

static int32_t
sign_of(const struct score_item *x)
{
	return x->value > 0 ? 1000 : x->value < 0 ? -1000 : 0;
}

void
learned_features(const struct score_text *t, const struct score *hand, int32_t v[FEATURES])
{
	int64_t more = hand->positive > hand->negative ? hand->positive : hand->negative;
	int64_t less = hand->positive + hand->negative - more;

	memset(v, 0, FEATURES * sizeof *v);
	v[FEATURE_BIAS] = 1000;
	v[FEATURE_SCORE] = (int32_t)hand->score;
	v[FEATURE_STRENGTH] = (int32_t)llabs(hand->score);
	v[FEATURE_PRAISE] = hand->label == LABEL_POS ? 1000 : 0;
	v[FEATURE_BLAME] = hand->label == LABEL_NEG ? 1000 : 0;
	v[FEATURE_NEITHER] = hand->label == LABEL_NEU ? 1000 : 0;
	v[FEATURE_GOOD] = side_of(hand->positive);
	v[FEATURE_BAD] = side_of(hand->negative);
	v[FEATURE_MIXED] = (int32_t)(1000 * less / (1000 + more));
	if (t->n_items) {
		v[FEATURE_FIRST] = sign_of(&t->items[0]);
		v[FEATURE_LAST] = sign_of(&t->items[t->n_items - 1]);
	}
	v[FEATURE_SHOUTS] = up_to_three(1000LL * t->walk->shouts);
	v[FEATURE_ASKS] = up_to_three(1000LL * t->walk->asks);
	v[FEATURE_FIRSTHAND] = up_to_three(t->firsthand);
	v[FEATURE_PROMO] = up_to_three(t->promo);
	v[FEATURE_QUESTION] = up_to_three(t->question);
	v[FEATURE_HELP] = up_to_three(t->help);
	v[FEATURE_SELLS] = hand->promotion ? 1000 : 0;
}

/* ---- the sums ---- */

/* How much each different n-gram counts, in 1/1000: as in the clause in which it weighs most. */
static void
most_find(const struct score_text *t, const int32_t *weights)
{
	for (size_t i = 0; i < t->n_kinds; i++)
		t->kinds[i].most = 0;
	for (size_t i = 0; i < t->n_grams; i++) {
		const struct score_gram *g = &t->grams[i];

		if (weights[g->clause] > t->kinds[g->same].most)
			t->kinds[g->same].most = weights[g->clause];
	}
}

/* What a feature or a kind adds to a sum. */
static int64_t
feature_adds(const struct image_model *m, const int32_t *values, int i, int sum)
{
	return (int64_t)values[i] * m->features[i][sum];
}

static int64_t
kind_adds(const struct image_model *m, const struct score_kind *k, int64_t value, int sum)
{
	return (int64_t)k->gram->weight[sum] * m->unit[sum] * value / 1000;
}

size_t
learned_count(const struct score_text *t)
{
	return t->model < 0 ? 0 : FEATURES + t->n_kinds;
}

void
learned_parts(const struct score_text *t, const struct score *s, const int32_t *weights,
	      struct learned_part *parts)
{
	const struct image_model *m = &t->image->models[t->model];
	struct score hand = *s;
	int32_t values[FEATURES];

	hand.score = s->hand;
	hand.label = s->hand_label;
	learned_features(t, &hand, values);
	for (int i = 0; i < FEATURES; i++) {
		parts[i] = (struct learned_part){ .value = values[i] };
		for (int k = 0; k < MODEL_SUMS; k++)
			parts[i].sum[k] = feature_adds(m, values, i, k);
	}
	most_find(t, weights);
	for (size_t i = 0; i < t->n_kinds; i++) {
		struct learned_part *p = &parts[FEATURES + i];

		*p = (struct learned_part){
			.value = (int32_t)((int64_t)t->kinds[i].most * t->gram_factor / 1000),
			.kind = &t->kinds[i],
		};
		for (int k = 0; k < MODEL_SUMS; k++)
			p->sum[k] = kind_adds(m, p->kind, p->value, k);
	}
}

/* The same sums without keeping the parts. */
static void
sums_find(const struct score_text *t, const struct score *s, const int32_t *weights,
	  int64_t sums[MODEL_SUMS])
{
	const struct image_model *m = &t->image->models[t->model];
	int32_t values[FEATURES];

	learned_features(t, s, values);
	for (int i = 0; i < FEATURES; i++)
		for (int k = 0; k < MODEL_SUMS; k++)
			sums[k] += feature_adds(m, values, i, k);
	most_find(t, weights);
	for (size_t i = 0; i < t->n_kinds; i++) {
		int64_t value = (int64_t)t->kinds[i].most * t->gram_factor / 1000;

		for (int k = 0; k < MODEL_SUMS; k++)
			sums[k] += kind_adds(m, &t->kinds[i], value, k);
	}
}

/* How sure: by how far the label is ahead of the next one. */
#define SURE_HALF 1170 /* about the odds that a difference of sums stands for */

int64_t
learned_sure(int64_t ahead)
{
	return 500 + 490 * ahead / (ahead + SURE_HALF);
}

static void
label_set(struct score *s)
{
	int64_t size = llabs(s->polar), ahead = llabs(size - s->neutral);

	s->label = size <= s->neutral || !s->score ? LABEL_NEU
		   : s->polar > 0                  ? LABEL_POS
						   : LABEL_NEG;
	if (s->label && 2 * size < ahead)
		ahead = 2 * size; /* the other side is nearer */
	s->confidence = learned_sure(ahead);
}

void
learned_weigh(const struct score_text *t, const int32_t *weights, struct score *s)
{
	int64_t sums[MODEL_SUMS] = { 0 };

	s->hand = s->score;
	s->hand_label = s->label;
	if (t->model < 0)
		return;
	sums_find(t, s, weights, sums);
	s->polar = sums[MODEL_POLAR] / 1000;
	s->neutral = sums[MODEL_NEUTRAL] / 1000;
	s->score = model_score(s->polar, s->neutral);
	label_set(s);
}
