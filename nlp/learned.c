/* n-grams and the hand-written score -> the two sums -> (weigh.c) */
#include "core/base.h"

#include "core/str.h"
#include "nlp/gram.h"
#include "nlp/image_learned.h"
#include "nlp/learned.h"
#include "nlp/names.h"

/* ---- the n-grams of a text ----
 *
 * Block by block, each step over a whole block without a branch on what it finds: tokens, the
 * hashes of the n-grams that end at them, those that may have a weight, those that have one.
 */

#define BLOCK 64 /* tokens */

/* An n-gram with a weight, wherever it stands. */
struct gram_place {
	uint32_t slot; /* in the image, of its language */
	uint32_t at;   /* bytes of the text as it was read; once placed: its clause */
};
struct score_grams {
	struct arena *a;
	struct gram_place *v;
	size_t n, cap;
	struct learned_words words;
	struct score_about about; /* whom they were found for */
	int32_t factor;           /* 1/1000: long texts' n-grams weigh less */
	bool found;
	uint64_t *seen; /* scratch of the weighing: a bit for each slot, all clear */
	bool placed;
};
struct gathering {
	struct score_grams *found;
	struct image_grams all;
	unsigned longest;
	bool broke;
	struct gram_token tokens[BLOCK];
	/* Before the block's own stands what reaches into it from the block before. hash[i]: of
	 * the n-grams of i + 1 tokens; reach: how many more tokens go back without a break. */
	uint64_t hash[GRAM_MAX][1 + BLOCK];
	uint32_t at[GRAM_MAX - 1 + BLOCK];
	uint8_t reach[1 + BLOCK];
	uint64_t words, known; /* a bit for each token */
	/* of one length: those that may have a weight, and the token that they end with */
	uint64_t may[BLOCK];
	uint8_t may_end[BLOCK];
	struct gram_place places[GRAM_MAX * BLOCK];
};

/* A word or a character of a script: what a language is told by. Without a branch. */
static inline bool
is_letters(const struct gram_token *t)
{
	uint64_t v = t->hash;
	bool script =
		(v - 0x2E80 < 0xFB00 - 0x2E80) | (v >> 16 == 2) | (v - 0x370 < 0x2000 - 0x370);

	return (t->kind == GRAM_WORD) | ((t->kind == GRAM_SIGN) & script);
}

/* The same as gram_push() for each token. */
static void
hashes_make(struct gathering *k, size_t n)
{
	unsigned reach = k->reach[0], broke = k->broke;
	uint64_t words = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned is_break = k->tokens[i].kind == GRAM_BREAK;

		reach += reach < GRAM_MAX - 1;
		reach &= (is_break | broke) - 1u;
		broke = is_break;
		k->reach[1 + i] = (uint8_t)reach;
		k->at[GRAM_MAX - 1 + i] = k->tokens[i].at;
		k->hash[0][1 + i] = image_mix(GRAM_SEED, k->tokens[i].hash) | 1;
		words |= (uint64_t)is_letters(&k->tokens[i]) << i;
	}
	k->broke = broke;
	k->words = words;
	k->known = 0;
	for (unsigned g = 1; g < k->longest; g++)
		for (size_t i = 0; i < n; i++)
			k->hash[g][1 + i] = image_mix(k->hash[g - 1][i], k->tokens[i].hash) | 1;
}

/* The n-grams of g + 1 tokens that have a weight go to to; returns the end of them. */
static struct gram_place *
grams_take(struct gathering *k, size_t n, unsigned g, struct gram_place *to)
{
	const struct image_grams all = k->all;
	uint64_t known = 0;
	size_t may = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t hash = k->hash[g][1 + i];

		k->may[may] = hash;
		k->may_end[may] = (uint8_t)i;
		may += (k->reach[1 + i] >= g) & image_gram_bit(&all, hash);
	}
	for (size_t i = 0; i < may; i++) {
		uint32_t slot = image_gram_slot(&all, k->may[i]), end = k->may_end[i];
		unsigned is = image_gram_is(all.slots[slot], k->may[i]);

		*to = (struct gram_place){ slot, k->at[GRAM_MAX - 1 + end - g] };
		to += is;
		known |= (uint64_t)is << end;
	}
	k->known |= known;
	return to;
}

static void
places_add(struct gathering *k, size_t n)
{
	struct score_grams *f = k->found;

	if (f->cap - f->n < n) {
		struct gram_place *v;

		f->cap = 2 * f->cap + n;
		v = arena_alloc(f->a, f->cap * sizeof *v);
		if (f->n)
			memcpy(v, f->v, f->n * sizeof *v);
		f->v = v;
	}
	if (n)
		memcpy(f->v + f->n, k->places, n * sizeof *f->v);
	f->n += n;
}

static void
block_take(struct gathering *k, size_t n)
{
	struct gram_place *to = k->places;

	hashes_make(k, n);
	for (unsigned g = 0; g < k->longest; g++)
		to = grams_take(k, n, g, to);
	places_add(k, (size_t)(to - k->places));
	k->found->words.all += (uint32_t)__builtin_popcountll(k->words);
	k->found->words.known += (uint32_t)__builtin_popcountll(k->words & k->known);
	for (unsigned g = 0; g < k->longest; g++)
		k->hash[g][0] = k->hash[g][n];
	k->reach[0] = k->reach[n];
	memmove(k->at, k->at + n, (GRAM_MAX - 1) * sizeof *k->at);
}

/* Returns the number of tokens. */
static size_t
grams_find(const struct score_text *t, const struct score_about *about)
{
	struct names names = names_begin(t->image, t->walk, about);
	struct gathering k; /* some KiB, not to be cleared for each text */
	size_t tokens = 0, n;

	k.found = t->grams;
	k.all = image_grams_of(t->image, t->model);
	k.longest = t->image->models[t->model].longest;
	k.broke = true;
	k.reach[0] = 0;
	memset(k.at, 0, sizeof k.at);
	for (unsigned g = 0; g < GRAM_MAX; g++)
		k.hash[g][0] = 0;
	while ((n = names_read(&names, k.tokens, BLOCK))) {
		block_take(&k, n);
		tokens += n;
	}
	return tokens;
}

void
learned_prepare(struct score_text *t, struct arena *a)
{
	const struct image_model *m;

	t->model = str_is(score_lang(t->walk), "zh") ? MODEL_ZH : MODEL_EN;
	m = &t->image->models[t->model];
	if (!m->n_slots) {
		t->model = -1;
		return;
	}
	t->grams = arena_alloc(a, sizeof *t->grams);
	t->grams->a = a;
	t->grams->seen = arena_alloc(a, (m->n_slots / 64 + 1) * sizeof *t->grams->seen);
}

/* Who is named is no part of the n-grams: they are found anew for each watch that is. */
static void
grams_set(const struct score_text *t, const struct score_about *about)
{
	const struct image_model *m = &t->image->models[t->model];
	struct score_grams *f = t->grams;
	size_t tokens;

	if (f->found && !f->about.n && !f->about.n_rivals && !about->n && !about->n_rivals)
		return;
	f->n = 0;
	f->words = (struct learned_words){ 0, 0 };
	f->placed = false;
	f->found = true;
	f->about = *about;
	tokens = grams_find(t, about);
	f->factor = tokens <= m->full
			    ? 1000
			    : (int32_t)score_root((int64_t)(1000000ULL * m->full / tokens));
}

int32_t
learned_factor(const struct score_text *t)
{
	return t->grams->factor;
}

struct learned_words
learned_words(const struct score_text *t)
{
	return t->model < 0 ? (struct learned_words){ 0, 0 } : t->grams->words;
}

const struct score_about *
learned_about(const struct score_text *t)
{
	return &t->grams->about;
}

/* ---- the features ---- */

/* Like a score: how far a sum is from nothing. */
#define SIDE_ALPHA 15000000LL
#define SIDE_MOST  1000000000LL /* its square fits */

static int32_t
side_of(int64_t v)
{
	if (v > SIDE_MOST || v < -SIDE_MOST)
		v = v > 0 ? SIDE_MOST : -SIDE_MOST;
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

/* Where a text comes to its point, and what it reports. */
static void
points_find(const struct score_text *t, const int32_t *weights, int32_t v[FEATURES])
{
	int64_t closing = 0, event = 0;

	for (size_t i = 0; i < t->n_items; i++) {
		const struct score_item *x = &t->items[i];
		int64_t value = (int64_t)x->value * weights[x->clause] / 1000;

		if (t->clauses[x->clause].sentence + 1 == t->n_sentences)
			closing += value;
		if (x->kind == LEX_UP || x->kind == LEX_DOWN || x->kind == LEX_COMPARE)
			event += value;
	}
	v[FEATURE_CLOSING] = side_of(closing);
	v[FEATURE_EVENT] = side_of(event);
	v[FEATURE_NEWS] = abs(v[FEATURE_EVENT]);
}

void
learned_features(const struct score_text *t, const struct score *hand, const int32_t *weights,
		 int32_t v[FEATURES])
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
	points_find(t, weights, v);
}

/* ---- the sums ---- */

/* Where every clause weighs the same nobody asks for it. */
static void
clauses_find(const struct score_text *t)
{
	struct score_grams *f = t->grams;
	bool guised = t->walk->said.p != t->text.p;

	for (size_t i = 0; i < f->n && !f->placed; i++) {
		uint32_t at = f->v[i].at;

		if (guised)
			at = guise_begin(&t->walk->guise, at);
		f->v[i].at = (uint32_t)score_clause_at(t, at);
	}
	f->placed = true;
}

/* Does this place come first? Then it is noted. */
static inline bool
is_first(uint64_t *seen, uint32_t slot, uint64_t counts)
{
	uint64_t was = seen[slot / 64];

	seen[slot / 64] = was | counts << slot % 64;
	return counts & ~(was >> slot % 64);
}

/* In clauses of this weight: what was not seen in one of more weight. weights NULL: all have it.
 * An n-gram adds its weight x unit x value, in 1/1000. */
static inline void
grams_sum(const struct score_text *t, const int32_t *weights, int32_t weight,
	  int64_t sums[MODEL_SUMS])
{
	const struct image_model *m = &t->image->models[t->model];
	const struct image_gram *slots = t->image->grams + m->slots;
	const struct score_grams *f = t->grams;
	int64_t value = (int64_t)weight * t->grams->factor / 1000;
	int64_t polar = m->unit[MODEL_POLAR] * value, neutral = m->unit[MODEL_NEUTRAL] * value;

	for (size_t i = 0; i < f->n; i++) {
		const struct gram_place *p = &f->v[i];
		bool here = !weights || weights[p->at] == weight;
		int first = is_first(f->seen, p->slot, here);
		struct image_gram g = slots[p->slot];

		sums[MODEL_POLAR] += image_gram_weight(g, MODEL_POLAR) * first * polar / 1000;
		sums[MODEL_NEUTRAL] +=
			image_gram_weight(g, MODEL_NEUTRAL) * first * neutral / 1000;
	}
}

/* For the next weighing. */
static void
seen_clear(const struct score_text *t)
{
	const struct score_grams *f = t->grams;
	size_t words = t->image->models[t->model].n_slots / 64 + 1;

	if (f->n > words / 4) {
		memset(f->seen, 0, words * sizeof *f->seen);
		return;
	}
	for (size_t i = 0; i < f->n; i++)
		f->seen[f->v[i].slot / 64] = 0;
}

/* The greatest weight of a clause below this one; 0: none. */
static int32_t
weight_below(const struct score_text *t, const int32_t *weights, int32_t below)
{
	int32_t most = 0;

	for (size_t i = 0; i < t->n_clauses; i++)
		most = weights[i] < below && weights[i] > most ? weights[i] : most;
	return most;
}

static bool
all_the_same(const struct score_text *t, const int32_t *weights)
{
	for (size_t i = 1; i < t->n_clauses; i++)
		if (weights[i] != weights[0])
			return false;
	return true;
}

/* What learned_parts() are in all, without keeping them. */
static void
sums_find(const struct score_text *t, const struct score *s, const int32_t *weights,
	  int64_t sums[MODEL_SUMS])
{
	const struct image_model *m = &t->image->models[t->model];
	int32_t values[FEATURES], weight = INT32_MAX;

	learned_features(t, s, weights, values);
	for (int i = 0; i < FEATURES; i++)
		for (int k = 0; k < MODEL_SUMS; k++)
			sums[k] += (int64_t)values[i] * m->features[i][k];
	if (all_the_same(t, weights)) {
		grams_sum(t, NULL, weights[0], sums);
	} else {
		clauses_find(t);
		while ((weight = weight_below(t, weights, weight)))
			grams_sum(t, weights, weight, sums);
	}
	seen_clear(t);
}

#define UNKNOWN_SURE 100
/* From this share of known words on, in 1/1000, the language is one that was learned: of 100
 * texts of the corpora 97 have it, of German, French or Vietnamese ones none that was tried. */
#define KNOWN_ENOUGH 600

bool
learned_is_foreign(const struct score_text *t)
{
	struct learned_words words = learned_words(t);

	return words.all && !words.known && !t->n_items;
}

/* How sure: by how far the label is ahead of the next one. */
#define SURE_HALF 1170 /* about the odds that a difference of sums stands for */

/* Who knows few of the words is not sure of what is said. */
int64_t
learned_sure(const struct score_text *t, int64_t ahead)
{
	struct learned_words words = learned_words(t);
	int64_t known = words.all ? 1000LL * words.known / words.all : 1000;
	int64_t sure = 500 + 490 * ahead / (ahead + SURE_HALF);

	if (known >= KNOWN_ENOUGH)
		return sure;
	return UNKNOWN_SURE + (sure - UNKNOWN_SURE) * known / KNOWN_ENOUGH;
}

static void
label_set(const struct score_text *t, struct score *s)
{
	int64_t size = llabs(s->polar), ahead = llabs(size - s->neutral);

	s->label = size <= s->neutral || !s->score ? LABEL_NEU
		   : s->polar > 0                  ? LABEL_POS
						   : LABEL_NEG;
	if (s->label && 2 * size < ahead)
		ahead = 2 * size; /* the other side is nearer */
	s->confidence = learned_sure(t, ahead);
}

void
learned_weigh(const struct score_text *t, const struct score_about *about,
	      const int32_t *weights, struct score *s)
{
	int64_t sums[MODEL_SUMS] = { 0 };

	s->hand = s->score;
	s->hand_label = s->label;
	if (t->model < 0)
		return;
	grams_set(t, about);
	sums_find(t, s, weights, sums);
	s->polar = sums[MODEL_POLAR] / 1000;
	s->neutral = sums[MODEL_NEUTRAL] / 1000;
	s->score = model_score(s->polar, s->neutral);
	label_set(t, s);
	if (learned_is_foreign(t)) {
		s->score = s->label = LABEL_NEU;
		s->confidence = UNKNOWN_SURE;
	}
}
