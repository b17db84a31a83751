/*
 * bench_story_fit.c - where the weights of responder/join_judge.c come from, and what they are
 * worth on events that they were not fitted to.
 *
 * Every two texts within 72 h of a set that whoever makes a method may read are a row: what they
 * share and what speaks against it, and whether they are of one event. A logistic regression
 * over the rows gives the weights. They are judged with families of events left out (an event
 * and what it is easily taken for): a text of a family joins by weights that were fitted without
 * any row of it. Precision and recall as bench_story counts them; round-ups that say so are not
 * asked.
 */
#include "core/base.h"

#include <math.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/result.h"
#include "core/str.h"
#include "nlp/logit.h"
#include "responder/join_inside.h"
#include "tests/support/shipped.h"
#include "tests/support/story_stream.h"

#define SETS      4
#define FOLDS     5
#define DIVISIONS 6 /* of the families into folds */
#define PENALTY   4.0
#define ROUNDS    200
#define ROWS_MAX  60000
#define LEAN      40

/* Columns of a row. */
enum { ONE, OWN_LENGTH, LIKE_LENGTH, AGE, KINDS, ABROAD = KINDS + 8, AGAINST = ABROAD + 3 };
#define COLUMNS (AGAINST + JOIN_AGAINSTS)
static const enum gist_kind kinds[] = { GIST_WORD,   GIST_WEAK,  GIST_MODEL, GIST_IDEA,
					GIST_NUMBER, GIST_SMALL, GIST_CODE,  GIST_HAN };
static const enum gist_kind abroad[] = { GIST_IDEA, GIST_NUMBER, GIST_STEP };

struct rows {
	double *values;
	int8_t *label;
	uint64_t (*family)[2];
	size_t n;
};
/* ---- rows ------------------------------------------------------------------------------------ */

/* Evidence is rarity. */
static struct join_weights
plain_weights(void)
{
	struct join_weights w = { .begin = 0 };

	for (size_t k = 0; k < LY_COUNT(kinds); k++)
		w.says[0][kinds[k]] = w.says[1][kinds[k]] = JOIN_FULL;
	w.says[0][GIST_KNOWN] = w.says[1][GIST_KNOWN] = JOIN_FULL;
	w.says[1][GIST_STEP] = JOIN_FULL;
	return w;
}

static void
row_fill(const struct join *x, double *v)
{
	bool far = x->against & JOIN_OTHER_TONGUE;

	memset(v, 0, COLUMNS * sizeof *v);
	v[ONE] = 1;
	v[OWN_LENGTH] = join_length(x->own_n) / 64.0;
	v[LIKE_LENGTH] = join_length(x->like_n) / 64.0;
	v[AGE] = (double)x->age_s / JOIN_KEEP_S;
	for (size_t i = 0; i < x->n; i++) {
		enum gist_kind kind = gist_kind_of(x->shared[i].part);
		double rare = (double)x->shared[i].weight / JOIN_FULL;

		kind = kind == GIST_KNOWN ? GIST_WORD : kind;
		for (size_t k = 0; k < LY_COUNT(kinds); k++)
			v[KINDS + k] += kinds[k] == kind ? rare : 0;
		for (size_t k = 0; far && k < LY_COUNT(abroad); k++)
			v[ABROAD + k] += abroad[k] == kind ? rare : 0;
	}
	for (size_t k = 0; k < JOIN_AGAINSTS; k++)
		v[AGAINST + k] = x->against >> k & 1;
}

/* More than weak words and characters: only such are ever compared. */
static bool
is_row(const struct join *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (gist_kind_of(x->shared[i].part) != GIST_WEAK &&
		    gist_kind_of(x->shared[i].part) != GIST_HAN)
			return true;
	return false;
}

/* What a newcomer has in common with each that lives. */
static void
rows_add(struct rows *r, const struct story_stream *s, const struct joins *j, size_t number)
{
	const struct story_text *t = &s->texts[number];
	struct join_item item = story_item_of(t, number);
	struct query q;

	join_query(j, &item, &q);
	join_query_places(j, &q);
	for (uint32_t k = j->head; k != j->next && r->n < ROWS_MAX; k++) {
		const struct story_text *y =
			&s->texts[story_number_of(&join_entry(j, k)->document)];
		struct join x;

		join_compare(j, &q, join_entry(j, k), &x);
		if (!is_row(&x))
			continue;
		row_fill(&x, r->values + r->n * COLUMNS);
		r->label[r->n] = t->x->event == y->x->event ? LABEL_POS : LABEL_NEG;
		r->family[r->n][0] = t->family;
		r->family[r->n++][1] = y->family;
	}
}

static void
rows_read(struct rows *r, const struct story_stream *s)
{
	struct join_weights plain = plain_weights();
	struct joins *j = joins_new();

	joins_weigh(j, &plain);
	for (size_t i = 0; i < s->n; i++) {
		struct join_item item = story_item_of(&s->texts[i], i);
		struct join to;

		joins_forget(j, item.at);
		rows_add(r, s, j, i);
		joins_add(j, &item, &to);
	}
	joins_free(j);
}

/* ---- weights --------------------------------------------------------------------------------- */

static int
fold_of(uint64_t family, uint64_t division)
{
	return (int)(hash_fast((struct str){ (const char *)&family, sizeof family }, division) %
		     FOLDS);
}

static int
hundredths(double w)
{
	return (int)lround(w * 200); /* the regression's odds are e^2w */
}

/* From all rows but those of a fold; fold -1: from all. */
static struct join_weights
weights_fit(const struct rows *r, int fold, uint64_t division, struct arena *a)
{
	struct join_weights out = { .begin = 0 };
	double *w = arena_alloc(a, MODEL_SUMS * COLUMNS * sizeof *w);
	double *use = arena_alloc(a, r->n * sizeof *use),
	       *polar = arena_alloc(a, r->n * sizeof *polar);
	bool *two = arena_alloc(a, r->n * sizeof *two);
	double *factor = arena_alloc(a, r->n * sizeof *factor);
	size_t *from = arena_alloc(a, (r->n + 1) * sizeof *from);
	struct logit_rows rows = { .n = r->n,
				   .dense = COLUMNS,
				   .from = from,
				   .values = r->values,
				   .factor = factor,
				   .polar = polar,
				   .label = r->label,
				   .two = two,
				   .weight = use };
	struct logit_setup setup = { .penalty_dense = PENALTY, .rounds = ROUNDS };

	memset(from, 0, (r->n + 1) * sizeof *from);
	memset(w, 0, MODEL_SUMS * COLUMNS * sizeof *w);
	for (size_t i = 0; i < r->n; i++) {
		use[i] = fold < 0 || (fold_of(r->family[i][0], division) != fold &&
				      fold_of(r->family[i][1], division) != fold);
		polar[i] = r->label[i];
		two[i] = true;
		factor[i] = 1;
	}
	logit_fit(&rows, &setup, w);
	out.begin = hundredths(w[ONE]) + LEAN;
	out.own_length = hundredths(w[OWN_LENGTH]);
	out.like_length = hundredths(w[LIKE_LENGTH]);
	out.older = hundredths(w[AGE]);
	for (size_t k = 0; k < LY_COUNT(kinds); k++)
		out.says[0][kinds[k]] = out.says[1][kinds[k]] =
			(int16_t)hundredths(w[KINDS + k]);
	out.says[0][GIST_KNOWN] = out.says[1][GIST_KNOWN] = out.says[0][GIST_WORD];
	for (size_t k = 0; k < LY_COUNT(abroad); k++)
		out.says[1][abroad[k]] += (int16_t)hundredths(w[ABROAD + k]);
	for (size_t k = 0; k < JOIN_AGAINSTS; k++)
		out.against[k] = (int16_t)hundredths(w[AGAINST + k]);
	return out;
}

/* ---- what they are worth --------------------------------------------------------------------- */

/* A text joins by the weights of its fold. */
static void
folds_count(const struct story_stream *s, const struct join_weights *w, uint64_t division,
	    struct story_counts *c, struct arena *a)
{
	const struct join_weights **by = arena_alloc(a, s->n * sizeof *by);

	for (size_t i = 0; i < s->n; i++)
		by[i] = &w[fold_of(s->texts[i].family, division)];
	story_stream_count(s, by, c);
}

static void
counts_print(const char *how, const char *set, const struct story_counts *c)
{
	printf("%-22s %-8s precision %.3f, recall %.3f\n", how, set, story_precision(c),
	       story_recall(c));
}

/* division 0: the weights in use. */
static void
division_count(const struct story_stream *s, const struct rows *r, uint64_t division,
	       struct story_counts *c, struct arena *a)
{
	struct join_weights w[FOLDS];

	for (int fold = 0; division && fold < FOLDS; fold++)
		w[fold] = weights_fit(r, fold, division, a);
	for (size_t i = 0; i < SETS; i++) {
		if (division)
			folds_count(&s[i], w, division, &c[i], a);
		else
			story_stream_count(&s[i], NULL, &c[i]);
	}
}

static void
worth_print(const char *how, const struct story_stream *s, const struct rows *r, uint64_t from,
	    uint64_t to, struct arena *a)
{
	static const char *const names[SETS] = { "develop", "more", "train", "near" };
	struct story_counts c[SETS] = { { 0 } }, all = { 0 };

	for (uint64_t d = from; d <= to; d++)
		division_count(s, r, d, c, a);
	for (size_t i = 0; i < LY_COUNT(names); i++) {
		counts_print(how, names[i], &c[i]);
		all.together += c[i].together;
		all.right += c[i].right;
		all.pairs += c[i].pairs;
		all.joined += c[i].joined;
	}
	counts_print(how, "all", &all);
}

static void
weight_print(const char *name, int fitted, int used)
{
	printf("%-14s %5d, in use %5d\n", name, fitted, used);
}

static void
weights_print(const struct join_weights *w, const struct join_weights *used)
{
	static const char *const kind_words[GIST_KINDS] = {
		[GIST_WORD] = "word",      [GIST_WEAK] = "weak word", [GIST_MODEL] = "model",
		[GIST_IDEA] = "idea",      [GIST_STEP] = "step",      [GIST_NUMBER] = "figure",
		[GIST_SMALL] = "below 10", [GIST_CODE] = "code",      [GIST_HAN] = "character"
	};
	static const char *const against_words[JOIN_AGAINSTS] = { "name alone", "other idea",
								  "other code", "other place",
								  "contrary",   "other tongue",
								  "other name" };

	weight_print("begin", w->begin, used->begin);
	weight_print("own length", w->own_length, used->own_length);
	weight_print("like length", w->like_length, used->like_length);
	weight_print("older", w->older, used->older);
	for (size_t k = 0; k < LY_COUNT(kinds); k++)
		weight_print(kind_words[kinds[k]], w->says[0][kinds[k]],
			     used->says[0][kinds[k]]);
	for (size_t k = 0; k < LY_COUNT(abroad); k++) {
		char name[32];

		snprintf(name, sizeof name, "%s abroad", kind_words[abroad[k]]);
		weight_print(name, w->says[1][abroad[k]], used->says[1][abroad[k]]);
	}
	for (size_t k = 0; k < JOIN_AGAINSTS; k++)
		weight_print(against_words[k], w->against[k], used->against[k]);
}

int
main(void)
{
	static const char *const paths[SETS] = { STORY_SET_DEVELOP, STORY_SET_MORE,
						 STORY_SET_TRAIN, STORY_SET_NEAR };
	struct story_stream s[SETS] = { { .n = 0 } };
	struct buf report = BUF(1 << 20);
	struct err e = { .kind = ERR_NONE };
	struct arena *a = arena_new();
	struct image *m = shipped_image(&report);
	struct rows r = { arena_alloc(a, ROWS_MAX * COLUMNS * sizeof *r.values),
			  arena_alloc(a, ROWS_MAX), arena_alloc(a, ROWS_MAX * sizeof *r.family),
			  0 };
	struct join_weights w;

	for (size_t i = 0; i < LY_COUNT(paths); i++) {
		if (story_stream_read(&s[i], paths[i], m, a, &e) < 0) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		rows_read(&r, &s[i]);
	}
	w = weights_fit(&r, -1, 0, a);
	printf("%zu pairs of texts that share something\n", r.n);
	weights_print(&w, &join_fitted);
	worth_print("families left out", s, &r, 1, DIVISIONS, a);
	worth_print("weights in use", s, &r, 0, 0, a);
	image_free(m);
	buf_release(&report);
	arena_free(a);
	return 0;
}
