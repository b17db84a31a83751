/* labelled texts -> rows of features and n-grams -> (fit.c) weights */
#include "core/base.h"

#include <math.h>

#include "core/hash.h"
#include "core/str.h"
#include "nlp/fit_rows.h"
#include "nlp/gram.h"
#include "nlp/learned.h"
#include "nlp/names.h"

#define SAID_MAX (16 << 20) /* more than a line of the files */

static void *
grown(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap ? *cap * 2 : 1024;
	p = realloc(p, *cap * size);
	if (!p)
		abort();
	return p;
}

struct fit *
fit_new(const struct image *m, const struct fit_setup *s)
{
	struct fit *f = calloc(1, sizeof *f);

	if (!f)
		abort();
	f->image = m;
	f->setup = *s;
	f->arena = arena_new();
	f->scratch = arena_new();
	return f;
}

void
fit_free(struct fit *f)
{
	if (!f)
		return;
	free(f->rows);
	free(f->grams);
	free(f->table);
	free(f->corpora);
	free(f->weights);
	free(f->scale);
	free(f->z);
	free((void *)(uintptr_t)f->matrix.from);
	free((void *)(uintptr_t)f->matrix.column);
	free((void *)(uintptr_t)f->matrix.factor);
	free((void *)(uintptr_t)f->matrix.values);
	free((void *)(uintptr_t)f->matrix.polar);
	free((void *)(uintptr_t)f->matrix.label);
	free((void *)(uintptr_t)f->matrix.two);
	walk_release(&f->walk);
	arena_free(f->arena);
	arena_free(f->scratch);
	free(f);
}

void
fit_corpus(struct fit *f, struct str name, bool learn)
{
	f->corpora = grown(f->corpora, f->n_corpora, &f->cap_corpora, sizeof *f->corpora);
	f->corpora[f->n_corpora++] = (struct fit_corpus_figures){
		.name = arena_str(f->arena, name), .learn = learn, .two = true
	};
}

/* ---- the table of n-grams ---- */

static size_t
slot_of(const struct fit *f, uint64_t hash)
{
	size_t i = hash >> 20 & (f->slots - 1);

	while (f->table[i].hash && f->table[i].hash != hash)
		i = (i + 1) & (f->slots - 1);
	return i;
}

struct fit_gram *
fit_gram_find(const struct fit *f, uint64_t hash)
{
	struct fit_gram *g = f->slots ? &f->table[slot_of(f, hash)] : NULL;

	return g && g->hash ? g : NULL;
}

static void
table_grow(struct fit *f)
{
	struct fit_gram *old = f->table;
	size_t n = f->slots;

	if (f->used * 2 < f->slots)
		return;
	f->slots = n ? n * 2 : 1 << 16;
	f->table = calloc(f->slots, sizeof *f->table);
	if (!f->table)
		abort();
	for (size_t i = 0; i < n; i++)
		if (old[i].hash)
			f->table[slot_of(f, old[i].hash)] = old[i];
	free(old);
}

/* ---- one text ---- */

/* An n-gram of the row in work, counted once. */
static void
gram_note(struct fit *f, uint64_t hash, struct str text, bool learn)
{
	uint32_t row = (uint32_t)f->n_rows + 1;
	struct fit_gram *g;

	table_grow(f);
	g = &f->table[slot_of(f, hash)];
	if (!g->hash) {
		*g = (struct fit_gram){ .hash = hash, .text = text, .column = UINT32_MAX };
		f->used++;
	}
	if (g->last == row)
		return;
	g->last = row;
	g->texts += learn;
	f->grams = grown(f->grams, f->n_grams, &f->cap_grams, sizeof *f->grams);
	f->grams[f->n_grams++] = hash;
}

static void
text_read(struct fit *f, struct str text, struct fit_row *row, bool learn)
{
	struct gram_cursor c = gram_begin(text);
	struct gram_window w = { .n = 0 };
	struct gram_token t;
	uint64_t letters = 1;
	size_t tokens = 0;

	row->first = f->n_grams;
	for (; gram_next(&c, &t); tokens++) {
		gram_push(&w, &t, (unsigned)f->setup.longest);
		for (unsigned i = 0; i < w.n; i++)
			gram_note(f, w.hash[i],
				  str_slice(text, w.at[i], t.at + t.len - w.at[i]), learn);
		if (t.kind == GRAM_WORD || (t.kind == GRAM_SIGN && t.hash >= 0x2E80))
			letters = image_mix(letters, t.hash);
	}
	row->n = f->n_grams - row->first;
	row->factor = tokens <= (size_t)f->setup.full
			      ? 1
			      : sqrt((double)f->setup.full / (double)tokens);
	row->fold = (uint32_t)((letters >> 32) % (uint64_t)f->setup.folds);
}

/* What the hand-written lists and rules say of it. */
static void
hand_read(struct fit *f, struct str text, struct fit_row *row)
{
	static const struct score_about whole = { .source_class = CLASS_OTHER };
	struct score_text *t;
	struct score s;
	int32_t *weights;

	walk_run(&f->walk, f->image, text);
	t = score_prepare(f->image, &f->walk, text, f->scratch);
	weights = arena_alloc(f->scratch, t->n_clauses * sizeof *weights);
	score_weights(t, &whole, weights);
	score_weigh(t, &whole, weights, &s);
	learned_features(t, &s, weights, row->values);
	row->hand = (int16_t)s.score;
	row->hand_label = (int8_t)s.label;
	arena_reset(f->scratch);
}

void
fit_add(struct fit *f, struct str text, int label, double human)
{
	struct fit_corpus_figures *c = &f->corpora[f->n_corpora - 1];
	struct fit_row row = { .corpus = (uint32_t)f->n_corpora - 1,
			       .human = human,
			       .label = (int8_t)label };
	struct buf said = BUF(SAID_MAX);

	hand_read(f, text, &row);
	names_mask(f->image, &f->walk, &said);
	text_read(f, arena_str(f->arena, buf_str(&said)), &row, c->learn);
	buf_release(&said);
	c->n++;
	c->two &= label != LABEL_NEU;
	f->rows = grown(f->rows, f->n_rows, &f->cap_rows, sizeof *f->rows);
	f->rows[f->n_rows++] = row;
}

/* ---- columns ---- */

struct column {
	struct str text;
	struct fit_gram *gram;
};

static int
by_text(const void *a, const void *b)
{
	return str_cmp(((const struct column *)a)->text, ((const struct column *)b)->text);
}

/* Only what a file can say again. */
static struct column *
columns_choose(struct fit *f, size_t *n)
{
	struct column *v = calloc(f->used + 1, sizeof *v);

	if (!v)
		abort();
	*n = 0;
	for (size_t i = 0; i < f->slots; i++) {
		struct fit_gram *g = &f->table[i];
		struct buf b = BUF(LEXICON_TERM_MAX);
		unsigned tokens;

		if (!g->hash || g->texts < (uint32_t)f->setup.least)
			continue;
		gram_spell(&b, g->text);
		if (buf_ok(&b) && b.p[0] != '#' && gram_hash(buf_str(&b), &tokens) == g->hash)
			v[(*n)++] = (struct column){ arena_str(f->arena, buf_str(&b)), g };
		buf_release(&b);
	}
	qsort(v, *n, sizeof *v, by_text);
	return v;
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void *
array(size_t n, size_t size)
{
	void *p = calloc(n + 1, size);

	if (!p)
		abort();
	return p;
}

/* A person's score from which on a sign is taken as certain; found by cross-validation. */
#define CERTAIN 0.4

/* A label is certain, but for one that a person's faint score stands behind. */
static double
polar_of(const struct fit_row *r)
{
	double sure = isnan(r->human) ? 1 : fabs(r->human) / CERTAIN;

	return r->label * (sure < 1 ? sure : 1);
}

/* What is known before: texts that may be learned from hardly ever say how a company fares, the
 * Chinese ones never, and everyday words are no guide to those that do. The English figures are
 * by company news that is only measured. */
static const double known_weights[MODEL_LANGS][MODEL_SUMS][FEATURES] = {
	[MODEL_EN] = { [MODEL_POLAR] = { [FEATURE_EVENT] = 0.3 },
		       [MODEL_NEUTRAL] = { [FEATURE_NEWS] = -0.3 } },
	[MODEL_ZH] = { [MODEL_POLAR] = { [FEATURE_EVENT] = 2.4 },
		       [MODEL_NEUTRAL] = { [FEATURE_NEWS] = -1.8 } },
};
#define HELD 2000 /* moves by what thousands of texts say */
static const double stiffness[FEATURES] = {
	[FEATURE_EVENT] = HELD,
	[FEATURE_NEWS] = HELD,
};

static void
matrix_fill(struct fit *f, size_t columns)
{
	size_t n = f->n_rows, *from = array(n + 1, sizeof *from), at = 0;
	uint32_t *column = array(f->n_grams, sizeof *column);
	double *factor = array(n, sizeof *factor),
	       *values = array(n * FEATURES, sizeof *values), *polar = array(n, sizeof *polar);
	int8_t *label = array(n, sizeof *label);
	bool *two = array(n, sizeof *two);

	for (size_t i = 0; i < n; i++) {
		const struct fit_row *r = &f->rows[i];

		from[i] = at;
		for (size_t j = 0; j < r->n; j++) {
			uint32_t c = fit_gram_find(f, f->grams[r->first + j])->column;

			if (c != UINT32_MAX)
				column[at++] = c;
		}
		if (at > from[i])
			qsort(column + from[i], at - from[i], sizeof *column, by_number);
		factor[i] = r->factor;
		label[i] = r->label;
		polar[i] = polar_of(r);
		two[i] = f->corpora[r->corpus].two;
		for (size_t j = 0; j < FEATURES; j++)
			values[i * FEATURES + j] = r->values[j] / 1000.0;
	}
	from[n] = at;
	f->matrix = (struct logit_rows){ .n = n,
					 .columns = columns,
					 .dense = FEATURES,
					 .from = from,
					 .column = column,
					 .factor = factor,
					 .values = values,
					 .prior = &known_weights[f->setup.lang][0][0],
					 .stiff = stiffness,
					 .polar = polar,
					 .label = label,
					 .two = two };
}

size_t
fit_columns(struct fit *f)
{
	size_t n;
	struct column *v = columns_choose(f, &n);

	f->spelled = arena_alloc(f->arena, (n + 1) * sizeof *f->spelled);
	for (size_t i = 0; i < n; i++) {
		f->spelled[i] = v[i].text;
		v[i].gram->column = (uint32_t)i;
	}
	free(v);
	matrix_fill(f, n);
	return n;
}
