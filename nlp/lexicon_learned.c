/* the lines of a learned list -> lex_model -> (image_learned.c) tables */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "nlp/fold.h"
#include "nlp/gram.h"
#include "nlp/lexicon_learned.h"

/* ---- the head ---- */

/* The next number of value, within min..max. */
static int
number_next(struct str *value, int64_t min, int64_t max, bool milli, int32_t *out,
	    struct err *e)
{
	struct str part;
	int64_t v;

	do
		if (!str_next(value, ' ', &part))
			return err_set(e, ERR_USAGE, "a number is missing");
	while (!part.n);
	if ((milli ? str_milli(part, &v) : str_int64(part, &v)) < 0 || v < min || v > max)
		return err_set(e, ERR_USAGE, "\"%.*s\" is not a number within its bounds",
			       STR_ARG(part));
	*out = (int32_t)v;
	return 0;
}

static int
feature_read(struct learned_list *l, struct str value, struct err *e)
{
	struct str name = { NULL, 0 };
	int32_t *to;

	str_next(&value, ' ', &name);
	for (size_t i = 0; i < FEATURES; i++) {
		if (!str_is(name, model_feature_words[i]))
			continue;
		if (l->features[i])
			return err_set(e, ERR_USAGE, "feature %.*s stands here twice",
				       STR_ARG(name));
		l->features[i] = true;
		to = l->model->features[i];
		for (int s = 0; s < MODEL_SUMS; s++)
			if (number_next(&value, -MODEL_VALUE_MAX, MODEL_VALUE_MAX, true, &to[s],
					e) < 0)
				return -1;
		return 0;
	}
	return err_set(e, ERR_USAGE, "feature \"%.*s\" is not known to this program",
		       STR_ARG(name));
}

int
learned_head(struct learned_list *l, struct arena *a, struct str key, struct str value,
	     struct err *e)
{
	bool unit = str_is(key, "unit"), grams = str_is(key, "grams");
	bool full = str_is(key, "full"), feature = str_is(key, "feature");

	if (!unit && !grams && !full && !feature)
		return 0;
	if (!l->model)
		l->model = arena_alloc(a, sizeof *l->model);
	if (grams)
		return number_next(&value, 1, GRAM_MAX, false, &l->model->longest, e);
	if (full)
		return number_next(&value, 1, MODEL_FULL_MAX, false, &l->model->full, e);
	if (feature)
		return feature_read(l, value, e);
	l->unit = true;
	for (int s = 0; s < MODEL_SUMS; s++)
		if (number_next(&value, 1, MODEL_UNIT_MAX, false, &l->model->unit[s], e) < 0)
			return -1;
	return 0;
}

/* ---- the n-grams ---- */

static struct lex_gram *
gram_add(struct learned_list *l, struct arena *a)
{
	struct lex_model *m = l->model;

	if (m->n == l->cap) {
		struct lex_gram *v;

		l->cap = l->cap ? l->cap * 2 : 256;
		v = arena_alloc(a, l->cap * sizeof *v);
		if (m->n)
			memcpy(v, m->grams, m->n * sizeof *v);
		m->grams = v;
	}
	return &m->grams[m->n++];
}

static int
weight_read(struct str *rest, size_t *column, const struct str *line, int8_t *to, struct err *e)
{
	struct str part = { NULL, 0 };
	int64_t v;

	*column = (size_t)(rest->p - line->p) + 1;
	if (!str_next(rest, '\t', &part) || str_int64(part, &v) < 0 || v < -MODEL_WEIGHT_MAX ||
	    v > MODEL_WEIGHT_MAX)
		return err_set(e, ERR_USAGE, "\"%.*s\" is not a whole number within -%d..%d",
			       STR_ARG(part), MODEL_WEIGHT_MAX, MODEL_WEIGHT_MAX);
	*to = (int8_t)v;
	return 0;
}

int
learned_line(struct learned_list *l, struct arena *a, struct str line, uint32_t number,
	     size_t *column, struct err *e)
{
	struct str rest = line, text = { NULL, 0 };
	struct lex_gram g = { .line = number };

	*column = 1;
	if (!l->model)
		l->model = arena_alloc(a, sizeof *l->model);
	str_next(&rest, '\t', &text);
	if (!utf8_valid(text) || memchr(text.p, 0, text.n))
		return err_set(e, ERR_USAGE, "the n-gram is not UTF-8; save the file as UTF-8");
	g.hash = text.n <= LEXICON_TERM_MAX ? gram_hash(text, &g.tokens) : 0;
	if (!g.hash)
		return err_set(e, ERR_USAGE,
			       "\"%.*s\" is no n-gram: 1 to %d words or characters without a "
			       "break between them",
			       (int)(text.n > 60 ? 60 : text.n), text.p, GRAM_MAX);
	if (l->model->n >= MODEL_GRAMS_MAX)
		return err_set(e, ERR_USAGE, "more than %d n-grams", MODEL_GRAMS_MAX);
	if (!rest.p)
		rest = str_slice(line, line.n, 0);
	if (weight_read(&rest, column, &line, &g.weight[MODEL_POLAR], e) < 0 ||
	    weight_read(&rest, column, &line, &g.weight[MODEL_NEUTRAL], e) < 0)
		return -1;
	g.text = arena_str(a, text);
	*gram_add(l, a) = g;
	return 0;
}

/* ---- the whole ---- */

static int
by_hash(const void *a, const void *b)
{
	const struct lex_gram *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* Steps of learned_end: the head's items, then the n-grams. */
#define HEAD_STEPS (FEATURES + 3)

static int
head_step(const struct learned_list *l, size_t at, struct err *e)
{
	if (at < FEATURES)
		return l->features[at] || at >= FEATURES_ASKED
			       ? 0
			       : err_set(e, ERR_USAGE, "the head has no \"# feature: %s\"",
					 model_feature_words[at]);
	if (at == FEATURES)
		return l->unit ? 0 : err_set(e, ERR_USAGE, "the head has no \"# unit: N N\"");
	if (at == FEATURES + 1)
		return l->model->full ? 0
				      : err_set(e, ERR_USAGE, "the head has no \"# full: N\"");
	return l->model->longest ? 0 : err_set(e, ERR_USAGE, "the head has no \"# grams: N\"");
}

int
learned_end(struct learned_list *l, size_t *at, uint32_t *line, struct err *e)
{
	struct lex_model *m = l->model;

	*line = 1;
	if (!m) {
		*at = SIZE_MAX;
		return 0;
	}
	if (!*at && m->n)
		qsort(m->grams, m->n, sizeof *m->grams, by_hash);
	for (; *at < HEAD_STEPS + m->n; ++*at) {
		const struct lex_gram *g;

		if (*at < HEAD_STEPS) {
			if (head_step(l, *at, e) == 0)
				continue;
			++*at;
			return -1;
		}
		g = &m->grams[*at - HEAD_STEPS];
		*line = g->line;
		if (*at > HEAD_STEPS && g[-1].hash == g->hash) {
			++*at;
			return err_set(e, ERR_USAGE, "\"%.*s\" stands also in line %u",
				       STR_ARG(g->text), g[-1].line);
		}
		if (g->tokens > (unsigned)m->longest && m->longest) {
			++*at;
			return err_set(e, ERR_USAGE,
				       "\"%.*s\" has more tokens than \"grams\" says",
				       STR_ARG(g->text));
		}
	}
	return 0;
}
