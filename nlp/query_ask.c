/* the literal hits of a text -> does the query match, and where -> (watch.c) */
#include "core/base.h"

#include "core/str.h"
#include "nlp/query_tree.h"

#define RX_SPANS 8

/* ---- hits by literal ---- */

static size_t
slot_of(const struct query_seen *seen, uint32_t literal)
{
	size_t i = (literal * 0x9E3779B1u) & seen->mask;

	while (seen->slots[i] && seen->hits->v[seen->slots[i] - 1].term != literal)
		i = (i + 1) & seen->mask;
	return i;
}

uint32_t
query_first(const struct query_seen *seen, uint32_t literal)
{
	return seen->slots[slot_of(seen, literal)];
}

void
query_see(struct query_seen *seen, const struct walk_hits *hits, struct arena *a)
{
	size_t room = 8;

	while (room < hits->n * 2)
		room *= 2;
	*seen = (struct query_seen){ .hits = hits, .mask = room - 1 };
	seen->slots = arena_alloc(a, room * sizeof *seen->slots);
	seen->next = arena_alloc(a, (hits->n + 1) * sizeof *seen->next);
	for (size_t i = hits->n; i--;) {
		uint32_t *first = &seen->slots[slot_of(seen, hits->v[i].term)];

		seen->next[i] = *first;
		*first = (uint32_t)i + 1;
	}
}

/* ---- rules ---- */

static struct str
part_of(const struct asking *k)
{
	return str_slice(k->about->text, k->from, k->to - k->from);
}

/* A match from byte from of the part on, on the account of the rule. */
static int
rule_run(const struct asking *k, const struct node *x, size_t from, struct rx_span *span)
{
	struct query_rule *r = x->rule < k->rules->n ? &k->rules->v[x->rule] : NULL;
	int64_t began;
	int n;

	if (r && (r->strikes >= RULE_STRIKES || r->struck == k->rules->text))
		return RX_LIMIT;
	began = r ? clock_cpu_us() : 0;
	n = rx_match(x->rx, k->rules->scratch, part_of(k), from, span, 1);
	if (!r)
		return n;
	r->runs++;
	r->cpu_us += clock_cpu_us() - began;
	if (n == RX_LIMIT) {
		r->strikes++;
		r->struck = k->rules->text;
	}
	return n;
}

static enum query_answer
rx_test(const struct asking *k, const struct node *x)
{
	struct rx_span span;
	int n;

	if (x->literal != UINT32_MAX && !query_first(k->seen, x->literal))
		return QUERY_NO;
	n = rule_run(k, x, 0, &span);
	return n == RX_LIMIT ? QUERY_UNDECIDED : n > 0 ? QUERY_YES : QUERY_NO;
}

/* ---- answering ---- */

static enum query_answer node_test(struct asking *k, const struct node *x);

/* What ends it comes first; what is open stays open before what is undecided. */
static enum query_answer
parts_test(struct asking *k, const struct node *x)
{
	enum query_answer end = x->op == OP_AND ? QUERY_NO : QUERY_YES, all;

	all = x->op == OP_AND ? QUERY_YES : QUERY_NO;
	for (int rules = 0; rules <= x->has_rx; rules++)
		for (const struct node *c = x->first; c; c = c->next) {
			enum query_answer r;

			if (c->has_rx != rules)
				continue;
			r = node_test(k, c);
			if (r == end)
				return r;
			if (r > all || (r >= QUERY_UNDECIDED && all < QUERY_UNDECIDED))
				all = r;
		}
	return all;
}

static enum query_answer
place_test(struct asking *k, const struct node *x)
{
	uint32_t title = k->about->title_n == SIZE_MAX ? 0 : (uint32_t)k->about->title_n;
	uint32_t from = k->from, to = k->to;
	enum query_answer r;

	if (!x->body)
		k->to = k->to < title ? k->to : title;
	else if (k->about->title_n != SIZE_MAX)
		k->from = k->from > title + 1 ? k->from : title + 1;
	r = k->from <= k->to ? node_test(k, x->first) : QUERY_NO;
	k->from = from;
	k->to = to;
	return r;
}

static enum query_answer
node_test(struct asking *k, const struct node *x)
{
	enum query_answer r;
	uint32_t len;

	switch (x->op) {
	case OP_TERM:
		return place_next(k, x, query_first(k->seen, x->literal), &len) ? QUERY_YES
										: QUERY_NO;
	case OP_RX:
		return rx_test(k, x);
	case OP_FIELD:
		switch (field_ask(x->field, k->about)) {
		case FIELD_IS:
			return QUERY_YES;
		case FIELD_IS_NOT:
			return QUERY_NO;
		case FIELD_UNKNOWN_YET:
			break;
		}
		return QUERY_LATER;
	case OP_NOT:
		r = node_test(k, x->first);
		return r == QUERY_YES ? QUERY_NO : r == QUERY_NO ? QUERY_YES : r;
	case OP_NEAR:
		return place_near(k, x) ? QUERY_YES : QUERY_NO;
	case OP_CLOSE:
		return place_close(k, x) ? QUERY_YES : QUERY_NO;
	case OP_IN:
		return place_test(k, x);
	case OP_AND:
	case OP_OR:
		break;
	}
	return parts_test(k, x);
}

static struct asking
asking_of(const struct query_seen *seen, const struct query_about *about,
	  struct query_rules *rules, struct arena *a)
{
	return (struct asking){ .seen = seen,
				.about = about,
				.rules = rules,
				.to = (uint32_t)about->text.n,
				.a = a };
}

enum query_answer
query_test(const struct query *q, const struct query_seen *seen,
	   const struct query_about *about, struct query_rules *rules, struct arena *a)
{
	struct asking k = asking_of(seen, about, rules, a);

	return node_test(&k, q->root);
}

/* ---- where ---- */

struct spanning {
	struct asking k;
	struct query_span *v;
	size_t n, max;
};

static void
rx_spans(struct spanning *s, const struct node *x)
{
	struct rx_span span;
	size_t from = 0;

	if (x->literal != UINT32_MAX && !query_first(s->k.seen, x->literal))
		return;
	for (int tries = 0; tries < RX_SPANS && s->n < s->max; tries++) {
		if (rule_run(&s->k, x, from, &span) < 1 || !span.n)
			break;
		s->v[s->n++] =
			(struct query_span){ s->k.from + (uint32_t)span.at, (uint32_t)span.n };
		from = span.at + span.n;
	}
}

static void
spans_collect(struct spanning *s, const struct node *x)
{
	struct asking *k = &s->k;
	uint32_t hit, len, from = k->from, to = k->to;
	size_t title = k->about->title_n;

	switch (x->op) {
	case OP_TERM:
		for (hit = place_next(k, x, query_first(k->seen, x->literal), &len);
		     hit && s->n < s->max; hit = place_next(k, x, k->seen->next[hit - 1], &len))
			s->v[s->n++] = (struct query_span){ k->seen->hits->v[hit - 1].at, len };
		return;
	case OP_RX:
		rx_spans(s, x);
		return;
	case OP_FIELD:
	case OP_NOT:
		return;
	case OP_IN:
		if (!x->body)
			k->to = title == SIZE_MAX ? 0 : (uint32_t)title;
		else if (title != SIZE_MAX)
			k->from = (uint32_t)title + 1;
		if (k->from <= k->to)
			spans_collect(s, x->first);
		k->from = from;
		k->to = to;
		return;
	default:
		for (const struct node *c = x->first; c; c = c->next)
			spans_collect(s, c);
	}
}

size_t
query_spans(const struct query *q, const struct query_seen *seen,
	    const struct query_about *about, struct query_rules *rules, struct arena *a,
	    struct query_span *spans, size_t max)
{
	struct spanning s = { asking_of(seen, about, rules, a), spans, 0, max };

	spans_collect(&s, q->root);
	return s.n;
}

static void
parked_add(const struct node *x, struct query_rules *rules, struct query_parked *v, size_t max,
	   size_t *n)
{
	struct query_rule *r = x->op == OP_RX && x->rule < rules->n ? &rules->v[x->rule] : NULL;

	if (r && r->strikes >= RULE_STRIKES && !r->told && *n < max) {
		r->told = true;
		v[(*n)++] = (struct query_parked){ x->text, *r };
	}
	for (const struct node *c = x->first; c; c = c->next)
		if (c->has_rx)
			parked_add(c, rules, v, max, n);
}

size_t
query_parked(const struct query *q, struct query_rules *rules, struct query_parked *v,
	     size_t max)
{
	size_t n = 0;

	if (q->root->has_rx)
		parked_add(q->root, rules, v, max, &n);
	return n;
}
