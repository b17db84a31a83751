/*
 * lint_together.c - what each text says of each matter, then every two texts against each other.
 *
 * Somebody else's words between quotation marks are not what a text says.
 */
#include "core/base.h"

#include <stdlib.h>

#include "core/rx.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/heap.h"
#include "responder/lint_matters.h"
#include "responder/lint_place.h"
#include "responder/lint_together.h"
#include "responder/lint_value.h"

#define LOOKED_AT    (64 << 10)
#define FINDINGS_MAX 200
#define SAYS_MAX     8 /* values of one matter in one text that are kept */
#define MATTERS_MAX  40
#define GROUPS       4

struct together {
	struct rx *pattern[MATTERS_MAX][2];
	size_t n;
	struct lint_dates *dates;
	struct rx_scratch *scratch;
};

/* One thing that a text says of a matter. */
struct says {
	struct str said; /* slice of the text */
	int line;
	struct lint_figure figure;
	struct lint_date date;
};
struct said {
	struct says v[SAYS_MAX];
	size_t n;
};
struct looking {
	struct together *t;
	const struct together_text *texts;
	struct said (*said)[MATTERS_MAX]; /* by text */
	struct arena *a;
	struct together_findings *out;
};

/* What to say of each kind of matter, zh and en. */
static const struct {
	const char *rule, *reason[2], *hint[2];
} words[] = {
	[MATTER_FIGURE] = { "together.figure",
			    { "两份文字的数字不一样", "the figures differ" },
			    { "以事实表里的数字为准，写明截至何时",
			      "take the figure of the fact sheet, and as of when" } },
	[MATTER_DATE] = { "together.date",
			  { "两份文字的时间不一样", "the dates differ" },
			  { "以事实表里的时间为准", "take the date of the fact sheet" } },
	[MATTER_REMEDY] = { "together.remedy",
			    { "两份文字赔的不一样", "what is paid differs" },
			    { "补偿方案只有一个，各处照抄", "one plan, the same everywhere" } },
	[MATTER_OFFER] = { "together.remedy",
			   { "两份文字给的补救不一样", "the remedies differ" },
			   { "回复可以比声明少说，不能说别的",
			     "a reply may say less than the statement, never another thing" } },
	[MATTER_STAND] = { "together.stand",
			   { "一份否认，一份认错", "one denies, the other answers for it" },
			   { "先定这件事的口径；两件事就分开写明各是哪件",
			     "settle the stand; if these are two claims, say which is "
			     "which" } },
};

/* ---- life ---------------------------------------------------------------------------------------- */

struct together *
together_new(struct err *e)
{
	struct together *t = heap_zero(1, sizeof *t);

	t->scratch = rx_scratch_new();
	t->dates = lint_dates_new(e);
	for (; t->dates && t->n < MATTERS_MAX && lint_matters[t->n].name; t->n++)
		for (int lang = 0; lang < 2; lang++) {
			t->pattern[t->n][lang] = rx_compile(
				str_of(lint_matters[t->n].pattern[lang]), RX_NOCASE, e);
			if (!t->pattern[t->n][lang]) {
				err_within(e, "matter %s", lint_matters[t->n].name);
				t->n++;
				together_free(t);
				return NULL;
			}
		}
	if (t->dates)
		return t;
	together_free(t);
	return NULL;
}

void
together_free(struct together *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++) {
		rx_free(t->pattern[i][0]);
		rx_free(t->pattern[i][1]);
	}
	lint_dates_free(t->dates);
	rx_scratch_free(t->scratch);
	free(t);
}

/* ---- what one text says -------------------------------------------------------------------------- */

/* The first group that took part, or the whole. */
static struct str
value_of(struct str text, const struct rx_span *g, int n)
{
	for (int i = 1; i < n; i++)
		if (g[i].n != SIZE_MAX)
			return str_slice(text, g[i].at, g[i].n);
	return str_slice(text, g[0].at, g[0].n);
}

static bool
value_read(const struct together *t, const struct matter *m, struct str value, struct says *s)
{
	if (m->kind == MATTER_FIGURE || m->kind == MATTER_REMEDY)
		return lint_figure_parse(value, &s->figure);
	return m->kind != MATTER_DATE || lint_date_parse(t->dates, value, &s->date);
}

/* False: undecided from some place on. */
static bool
matter_read(struct together *t, size_t m, const struct together_text *x, struct said *out)
{
	struct str text = utf8_cut(x->text, LOOKED_AT);
	struct rx_span g[GROUPS];
	int n;

	for (size_t from = 0; from < text.n && out->n < SAYS_MAX;
	     from = g[0].at + (g[0].n ? g[0].n : 1)) {
		struct says s = { .line = 0 };

		n = rx_match(t->pattern[m][x->lang], t->scratch, text, from, g, GROUPS);
		if (n <= 0)
			return n != RX_LIMIT;
		s.said = str_slice(text, g[0].at, g[0].n);
		s.line = lint_line(text, g[0].at);
		if (!lint_is_quoted(text, g[0].at, g[0].at + g[0].n) &&
		    value_read(t, &lint_matters[m], value_of(text, g, n), &s))
			out->v[out->n++] = s;
	}
	return true;
}

/* ---- two texts ----------------------------------------------------------------------------------- */

static void
finding_add(struct looking *k, size_t m, size_t a, const struct says *x, size_t b,
	    const struct says *y)
{
	enum matter_kind kind = lint_matters[m].kind;
	int lang = (int)k->texts[a].lang;

	if (k->out->n == FINDINGS_MAX)
		return;
	if (!k->out->v)
		k->out->v = arena_alloc(k->a, FINDINGS_MAX * sizeof *k->out->v);
	k->out->v[k->out->n++] = (struct together_finding){ .rule = words[kind].rule,
							    .matter = lint_matters[m].name,
							    .text = { a, b },
							    .said = { x->said, y->said },
							    .line = { x->line, y->line },
							    .reason = words[kind].reason[lang],
							    .hint = words[kind].hint[lang] };
}

static bool
values_same(enum matter_kind kind, const struct says *x, const struct says *y)
{
	return kind == MATTER_DATE ? lint_date_same(&x->date, &y->date)
				   : lint_figure_same(&x->figure, &y->figure);
}

/* They agree when they share one value: an update may tell the figure of before, too. */
static void
values_compare(struct looking *k, size_t m, size_t a, size_t b)
{
	const struct said *x = &k->said[a][m], *y = &k->said[b][m];

	if (!x->n || !y->n)
		return;
	for (size_t i = 0; i < x->n; i++)
		for (size_t j = 0; j < y->n; j++)
			if (values_same(lint_matters[m].kind, &x->v[i], &y->v[j]))
				return;
	finding_add(k, m, a, &x->v[0], b, &y->v[0]);
}

/* Matters that exclude each other: one in each text, and not both in one. */
static void
group_compare(struct looking *k, size_t m, size_t a, size_t b)
{
	for (size_t o = 0; o < k->t->n; o++) {
		if (o == m || lint_matters[o].group != lint_matters[m].group)
			continue;
		if (k->said[a][m].n && k->said[b][o].n && !k->said[a][o].n && !k->said[b][m].n)
			finding_add(k, m, a, &k->said[a][m].v[0], b, &k->said[b][o].v[0]);
	}
}

/* Each text offers something that the other does not. */
static void
offers_compare(struct looking *k, size_t a, size_t b)
{
	size_t only_a = SIZE_MAX, only_b = SIZE_MAX;

	for (size_t m = 0; m < k->t->n; m++) {
		bool in_a = k->said[a][m].n, in_b = k->said[b][m].n;

		if (lint_matters[m].kind != MATTER_OFFER)
			continue;
		if (in_a && !in_b && only_a == SIZE_MAX)
			only_a = m;
		if (in_b && !in_a && only_b == SIZE_MAX)
			only_b = m;
	}
	if (only_a != SIZE_MAX && only_b != SIZE_MAX &&
	    (!lint_matters[only_a].group ||
	     lint_matters[only_a].group != lint_matters[only_b].group))
		finding_add(k, only_a, a, &k->said[a][only_a].v[0], b,
			    &k->said[b][only_b].v[0]);
}

static void
two_compare(struct looking *k, size_t a, size_t b)
{
	for (size_t m = 0; m < k->t->n; m++) {
		const struct matter *x = &lint_matters[m];

		if (x->within_kind && k->texts[a].kind != k->texts[b].kind)
			continue;
		if (x->kind == MATTER_FIGURE || x->kind == MATTER_DATE ||
		    x->kind == MATTER_REMEDY)
			values_compare(k, m, a, b);
		else if (x->group)
			group_compare(k, m, a, b);
	}
	offers_compare(k, a, b);
}

void
together_look(struct together *t, const struct together_text *texts, size_t n, struct arena *a,
	      struct together_findings *out)
{
	struct looking k = { .t = t, .texts = texts, .a = a, .out = out };

	*out = (struct together_findings){ .v = NULL };
	n = n < TOGETHER_TEXTS ? n : TOGETHER_TEXTS;
	k.said = heap_zero(n ? n : 1, sizeof *k.said);
	for (size_t i = 0; i < n; i++)
		for (size_t m = 0; m < t->n; m++)
			out->undecided += !matter_read(t, m, &texts[i], &k.said[i][m]);
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			two_compare(&k, i, j);
	free(k.said);
}
