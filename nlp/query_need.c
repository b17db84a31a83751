/* a query's tree -> the literals without one of which no text can match -> (watch.c) */
#include "core/base.h"

#include "nlp/query_tree.h"

struct need {
	uint32_t *v; /* NULL: nothing is required */
	size_t n;
	uint64_t rate; /* how many of a million texts hold one of them */
};

static struct need need_of(struct parse *p, const struct node *x);

static struct need
need_one(struct parse *p, const struct node *x)
{
	const struct literals *l = p->setup->literals;
	struct need a = { NULL, 1, 0 };

	if (x->literal == UINT32_MAX)
		return (struct need){ .v = NULL };
	a.rate = literal_rate(&l->v[x->literal]);
	if (a.rate >= 1000000)
		return (struct need){ .v = NULL };
	a.v = arena_alloc(p->arena, sizeof *a.v);
	a.v[0] = x->literal;
	return a;
}

/* All parts must hold: the rarest will do. */
static struct need
need_rarest(struct parse *p, const struct node *x)
{
	struct need best = { .v = NULL };

	for (const struct node *c = x->first; c; c = c->next) {
		struct need a = need_of(p, c);

		if (a.v && (!best.v || a.rate < best.rate))
			best = a;
	}
	return best;
}

/* One part must hold: whichever. */
static struct need
need_any(struct parse *p, const struct node *x)
{
	struct need all = { .v = NULL };
	size_t cap = 8;

	all.v = arena_alloc(p->arena, cap * sizeof *all.v);
	for (const struct node *c = x->first; c; c = c->next) {
		struct need a = need_of(p, c);

		if (!a.v)
			return (struct need){ .v = NULL };
		if (all.n + a.n > cap) {
			uint32_t *more =
				arena_alloc(p->arena, (all.n + a.n) * 2 * sizeof *more);

			memcpy(more, all.v, all.n * sizeof *more);
			all.v = more;
			cap = (all.n + a.n) * 2;
		}
		memcpy(all.v + all.n, a.v, a.n * sizeof *a.v);
		all.n += a.n;
		all.rate += a.rate;
	}
	return all;
}

static struct need
need_of(struct parse *p, const struct node *x)
{
	switch (x->op) {
	case OP_TERM:
	case OP_RX:
		return need_one(p, x);
	case OP_AND:
	case OP_NEAR:
	case OP_CLOSE:
	case OP_IN:
		return need_rarest(p, x);
	case OP_OR:
		return need_any(p, x);
	case OP_FIELD:
	case OP_NOT:
		break;
	}
	return (struct need){ .v = NULL };
}

/* The part that is to blame. */
static const struct node *
unneeded_part(struct parse *p, const struct node *x)
{
	if (x->op == OP_IN)
		return unneeded_part(p, x->first);
	if (x->op == OP_OR)
		for (const struct node *c = x->first; c; c = c->next)
			if (!need_of(p, c).v)
				return unneeded_part(p, c);
	return x;
}

static void
need_refuse(struct parse *p, const struct node *root)
{
	const struct node *x = unneeded_part(p, root);

	if (x->op == OP_TERM)
		query_fault(p, x->at,
			    "\"%.*s\" alone is too short to look for (2 characters are the "
			    "least): add words with AND",
			    STR_ARG(x->text));
	else if (x->op == OP_RX)
		query_fault(p, x->at,
			    "the rule /%.*s/ has no fixed text of 2 characters: every document "
			    "would have to be tried; add a word with AND",
			    STR_ARG(x->text));
	else if (x->op == OP_NOT)
		query_fault(p, x->at,
			    "a part that only excludes would match nearly everything: add a "
			    "word with AND");
	else if (x->op == OP_FIELD)
		query_fault(p, x->at,
			    "%s: alone names no words: every document would have to be tried; "
			    "add a word with AND",
			    x->field->field->name);
	else
		query_fault(p, x->at,
			    "no part has a fixed text of 2 characters to look for: add a word "
			    "with AND");
}

void
query_need(struct parse *p, struct query *q)
{
	struct need need = need_of(p, q->root);

	if (!need.v)
		need_refuse(p, q->root);
	q->required = need.v;
	q->n_required = need.n;
}
