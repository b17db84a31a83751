/* the literal hits of a text -> does the query match, and where */
#include "core/base.h"

#include "core/str.h"
#include "nlp/query_tree.h"

#define RX_SPANS 8

/* ---- hits by literal ---- */

#define FEW_HITS 24

uint32_t
query_first(const struct query_seen *seen, uint32_t literal)
{
	if (literal >= seen->n_literals)
		return 0;
	if (seen->first)
		return seen->first[literal];
	for (size_t i = 0; i < seen->hits->n; i++)
		if (seen->hits->v[i].term == literal)
			return (uint32_t)i + 1;
	return 0;
}

static void
few_link(struct query_seen *seen)
{
	const struct walk_hits *h = seen->hits;

	for (size_t i = 0; i < h->n; i++)
		for (size_t j = i + 1; j < h->n && !seen->next[i]; j++)
			if (h->v[j].term == h->v[i].term)
				seen->next[i] = (uint32_t)j + 1;
}

void
query_see(struct query_seen *seen, const struct walk_hits *hits, size_t n_literals,
	  struct arena *a)
{
	*seen = (struct query_seen){ .hits = hits, .n_literals = n_literals };
	seen->next = arena_alloc(a, (hits->n + 1) * sizeof *seen->next);
	if (hits->n <= FEW_HITS) {
		few_link(seen);
		return;
	}
	seen->first = arena_alloc(a, (n_literals + 1) * sizeof *seen->first);
	for (size_t i = hits->n; i--;) {
		uint32_t *first = &seen->first[hits->v[i].term];

		seen->next[i] = *first;
		*first = (uint32_t)i + 1;
	}
}

/* ---- answering ---- */

struct asking {
	const struct query_seen *seen;
	struct rx_scratch *scratch;
	struct str text;
};

static bool
word_seen(const struct asking *k, uint32_t literal)
{
	return query_first(k->seen, literal) != 0;
}

/* Do hits of a and of b stand within near words of each other? Both lists run by place: one
 * step along either list a turn. */
static bool
words_near(const struct asking *k, uint32_t a, uint32_t b, int64_t near)
{
	const struct walk_hit *v = k->seen->hits->v;
	uint32_t i = query_first(k->seen, a), j = query_first(k->seen, b);

	while (i && j) {
		int64_t d = (int64_t)v[i - 1].unit - v[j - 1].unit;

		if ((d < 0 ? -d : d) <= near * 2)
			return true;
		if (d < 0)
			i = k->seen->next[i - 1];
		else
			j = k->seen->next[j - 1];
	}
	return false;
}

static bool
near_test(const struct asking *k, const struct node *a, const struct node *b, int64_t near)
{
	if (a->op == OP_OR)
		return near_test(k, a->a, b, near) || near_test(k, a->b, b, near);
	if (b->op == OP_OR)
		return near_test(k, a, b->a, near) || near_test(k, a, b->b, near);
	return words_near(k, a->literal, b->literal, near);
}

static enum query_answer
rx_test(const struct asking *k, const struct node *x)
{
	struct rx_span span;
	int n;

	if (x->literal != UINT32_MAX && !word_seen(k, x->literal))
		return QUERY_NO;
	n = rx_match(x->rx, k->scratch, k->text, 0, &span, 1);
	return n == RX_LIMIT ? QUERY_UNDECIDED : n > 0 ? QUERY_YES : QUERY_NO;
}

/* Does a rule stand anywhere below? Then the other side is asked first. */
static bool
has_rx(const struct node *x)
{
	return x && (x->op == OP_RX || has_rx(x->a) || has_rx(x->b));
}

static enum query_answer
node_test(const struct asking *k, const struct node *x)
{
	const struct node *a = x->a, *b = x->b;
	enum query_answer r, s;

	switch (x->op) {
	case OP_WORD:
		return word_seen(k, x->literal) ? QUERY_YES : QUERY_NO;
	case OP_RX:
		return rx_test(k, x);
	case OP_NOT:
		r = node_test(k, a);
		return r == QUERY_UNDECIDED ? r : r == QUERY_YES ? QUERY_NO : QUERY_YES;
	case OP_NEAR:
		return near_test(k, a, b, x->near) ? QUERY_YES : QUERY_NO;
	case OP_AND:
	case OP_OR:
		break;
	}
	if (a->op == OP_RX && !has_rx(b)) {
		a = x->b;
		b = x->a;
	}
	r = node_test(k, a);
	if (r == (x->op == OP_AND ? QUERY_NO : QUERY_YES))
		return r;
	s = node_test(k, b);
	if (s == (x->op == OP_AND ? QUERY_NO : QUERY_YES))
		return s;
	return r == QUERY_UNDECIDED ? r : s;
}

enum query_answer
query_test(const struct query *q, const struct query_seen *seen, struct rx_scratch *scratch,
	   struct str text)
{
	struct asking k = { seen, scratch, text };

	return node_test(&k, q->root);
}

struct spanning {
	struct asking k;
	struct query_span *v;
	size_t n, max;
};

static void
spans_collect(struct spanning *s, const struct node *x)
{
	struct rx_span span;
	size_t from = 0;

	if (x->op == OP_WORD) {
		for (uint32_t i = query_first(s->k.seen, x->literal); i && s->n < s->max;
		     i = s->k.seen->next[i - 1]) {
			const struct walk_hit *h = &s->k.seen->hits->v[i - 1];

			s->v[s->n++] = (struct query_span){ h->at, h->len };
		}
	} else if (x->op == OP_RX) {
		for (int tries = 0; tries < RX_SPANS && s->n < s->max; tries++) {
			if (rx_test(&s->k, x) != QUERY_YES ||
			    rx_match(x->rx, s->k.scratch, s->k.text, from, &span, 1) < 1 ||
			    !span.n)
				break;
			s->v[s->n++] =
				(struct query_span){ (uint32_t)span.at, (uint32_t)span.n };
			from = span.at + span.n;
		}
	} else if (x->op != OP_NOT) {
		spans_collect(s, x->a);
		spans_collect(s, x->b);
	}
}

size_t
query_spans(const struct query *q, const struct query_seen *seen, struct rx_scratch *scratch,
	    struct str text, struct query_span *spans, size_t max)
{
	struct spanning s = { { seen, scratch, text }, spans, 0, max };

	spans_collect(&s, q->root);
	return s.n;
}

static void
node_show(const struct node *x, struct buf *out)
{
	static const char *const words[] = { [OP_AND] = " AND ", [OP_OR] = " OR " };

	switch (x->op) {
	case OP_WORD:
		buf_addf(out, "\"%.*s\"", STR_ARG(x->text));
		break;
	case OP_RX:
		buf_addf(out, "/%.*s/", STR_ARG(x->text));
		break;
	case OP_NOT:
		buf_add(out, STR("NOT "));
		node_show(x->a, out);
		break;
	default:
		buf_add_byte(out, '(');
		node_show(x->a, out);
		if (x->op == OP_NEAR)
			buf_addf(out, " NEAR/%lld ", (long long)x->near);
		else
			buf_add(out, str_of(words[x->op]));
		node_show(x->b, out);
		buf_add_byte(out, ')');
		break;
	}
}

void
query_show(const struct query *q, struct buf *out)
{
	node_show(q->root, out);
}
