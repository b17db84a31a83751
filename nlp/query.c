/* a watch's query -> a tree of parts -> (query_need.c, query_ask.c) */
#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/utf8.h"
#include "core/watch_conf.h"
#include "nlp/query_term.h"

#define NODES_MAX  5000
#define DEPTH_MAX  32
#define CHAIN_MAX  16 /* NEAR after NEAR */
#define FAULTS_MAX 50

/* ---- faults ---- */

static void
fault_add(struct parse *p, size_t at, bool warning, const char *fmt, va_list ap)
{
	struct query_faults *f = p->faults;
	char text[400];

	f->wrong += !warning;
	if (f->n == FAULTS_MAX)
		return;
	vsnprintf(text, sizeof text, fmt, ap);
	if (f->n == f->cap) {
		struct query_fault *more =
			arena_alloc(p->arena, (f->cap * 2 + 8) * sizeof *more);

		if (f->n)
			memcpy(more, f->v, f->n * sizeof *more);
		f->v = more;
		f->cap = f->cap * 2 + 8;
	}
	f->v[f->n++] = (struct query_fault){
		at, warning, arena_text(p->arena, utf8_cut(str_of(text), sizeof text - 4))
	};
}

struct node *
query_fault(struct parse *p, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!p->broken)
		fault_add(p, at, false, fmt, ap);
	va_end(ap);
	return NULL;
}

struct node *
query_break(struct parse *p, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!p->broken)
		fault_add(p, at, false, fmt, ap);
	va_end(ap);
	p->broken = true;
	return NULL;
}

void
query_warn(struct parse *p, size_t at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!p->broken)
		fault_add(p, at, true, fmt, ap);
	va_end(ap);
}

void
query_add_place(struct buf *b, struct str text, size_t at)
{
	size_t line = 1, from = 0;

	for (size_t i = 0; i < at && i < text.n; i++)
		if (text.p[i] == '\n') {
			line++;
			from = i + 1;
		}
	if (line > 1)
		buf_addf(b, "line %zu, ", line);
	buf_addf(b, "column %zu", utf8_count(str_slice(text, from, at - from)) + 1);
}

/* ---- the tree ---- */

struct node *
query_node(struct parse *p, enum op op, struct node *parts)
{
	struct node *x;

	if (++p->nodes > NODES_MAX)
		return query_break(p, p->at, "more than %d parts", NODES_MAX);
	x = arena_alloc(p->arena, sizeof *x);
	x->op = op;
	x->first = parts;
	x->has_rx = op == OP_RX;
	for (const struct node *c = parts; c; c = c->next)
		x->has_rx |= c->has_rx;
	x->at = parts ? parts->at : p->at;
	return x;
}

static struct node *or_parse(struct parse *p, struct token *t);

/* A part that was faulty: stands for it, so that the rest can be read. */
static struct node *
hole(struct parse *p, size_t at)
{
	struct node *x = query_node(p, OP_FIELD, NULL);

	if (x)
		x->at = at;
	return x;
}

static void
rx_drop(void *rx)
{
	rx_free(rx);
}

static struct node *
rx_parse(struct parse *p, const struct token *t)
{
	struct node *x = query_node(p, OP_RX, NULL);
	struct err e = { .kind = ERR_NONE };

	if (!x)
		return NULL;
	x->at = t->at;
	x->text = arena_str(p->arena, t->text);
	x->flags = (int)t->n;
	x->literal = UINT32_MAX;
	x->rx = rx_compile(x->text, x->flags, &e);
	if (!x->rx)
		return query_fault(p, t->at, "in the rule: %s", e.text);
	arena_defer(p->arena, rx_drop, x->rx);
	x->rule = (*p->setup->n_rules)++;
	x->literal = term_of_rule(p, rx_literal(x->rx));
	return x;
}

static struct node *
open_parse(struct parse *p, struct token *t)
{
	size_t at = t->at;
	struct node *x;

	if (++p->depth > DEPTH_MAX)
		return query_break(p, at, "brackets nest deeper than %d", DEPTH_MAX);
	token_next(p, t);
	x = or_parse(p, t);
	p->depth--;
	if (!p->broken && t->kind != T_CLOSE)
		return query_break(p, at, "this ( has no )");
	token_next(p, t);
	return x;
}

static struct node *one_parse(struct parse *p, struct token *t);

/* What is wrong with a word of a list is told with the list's name, too. */
static void
faults_name(struct parse *p, size_t from, struct str list, struct str word)
{
	struct query_faults *f = p->faults;

	for (size_t i = from; i < f->n; i++)
		f->v[i].text = arena_textf(p->arena, "in the list \"%.*s\", \"%.*s\": %s",
					   STR_ARG(list), STR_ARG(word), f->v[i].text);
}

/* The words of a list as what they would be in quotes, after those that *last ends. */
static struct node **
list_words(struct parse *p, const struct word_list *l, size_t at, struct node **last)
{
	for (size_t i = 0; i < l->words.n && !p->broken; i++) {
		struct token word = {
			.kind = T_PHRASE, .text = str_trim(l->words.v[i]), .n = -1, .at = at
		};
		size_t before = p->faults->n;

		*last = term_parse(p, &word);
		faults_name(p, before, l->name, word.text);
		if (*last)
			last = &(*last)->next;
	}
	return last;
}

/* list:NAME or list:(NAME NAME): one of their words. */
static struct node *
list_parse(struct parse *p, const struct token *field)
{
	struct node *first = NULL, **last = &first;
	size_t n;
	const struct value *v = token_values(p, field, &n);

	for (size_t i = 0; i < n && !p->broken; i++) {
		const struct word_list *l;
		struct err e = { .kind = ERR_NONE };

		if (v[i].kind != V_TEXT) {
			query_fault(p, v[i].at, "list: takes the name of a list");
			continue;
		}
		l = word_list_find(p->setup->lists, v[i].text, &e);
		if (l)
			last = list_words(p, l, field->at, last);
		else
			query_fault(p, v[i].at, "%s", e.text);
	}
	if (p->broken)
		return NULL;
	if (!first)
		return hole(p, field->at);
	return first->next ? query_node(p, OP_OR, first) : first;
}

static struct node *
field_parse_one(struct parse *p, struct token *t)
{
	struct token field = *t;
	struct value *v;
	struct node *x;
	size_t n;

	if (field.field->kind == ASK_LIST) {
		x = list_parse(p, &field);
		token_next(p, t);
		return x;
	}
	if (field.field->kind == ASK_PLACE) {
		token_next(p, t);
		if (t->kind == T_END || (t->kind == T_FIELD && t->field->kind != ASK_LIST))
			return query_break(p, field.at,
					   "a word is missing after %s:", field.field->name);
		x = one_parse(p, t);
		x = x ? query_node(p, OP_IN, x) : NULL;
		if (x) {
			x->body = str_is(str_of(field.field->name), "body");
			x->at = field.at;
		}
		return x;
	}
	x = query_node(p, OP_FIELD, NULL);
	v = token_values(p, &field, &n);
	if (x && n)
		x->field = field_parse(p, field.field, v, n);
	if (x)
		x->at = field.at;
	token_next(p, t);
	return x;
}

/* One part; t is its first token and then the one behind it. */
static struct node *
one_parse(struct parse *p, struct token *t)
{
	size_t at = t->at;
	struct node *x;

	if (p->broken)
		return NULL;
	switch (t->kind) {
	case T_WORD:
	case T_PHRASE:
	case T_CASE:
	case T_RAW:
		x = term_parse(p, t);
		break;
	case T_RX:
		x = rx_parse(p, t);
		break;
	case T_FIELD:
		return field_parse_one(p, t);
	case T_OPEN:
		return open_parse(p, t);
	case T_END:
		return query_break(p, at, "a word is missing at the end");
	case T_CLOSE:
		return query_break(p, at, "a word is missing before this )");
	default:
		return query_break(p, at, "a word is missing before this operator");
	}
	token_next(p, t);
	return x || p->broken ? x : hole(p, at);
}

/* NEAR asks where things stand. */
static bool
has_places(const struct node *x)
{
	if (x->op == OP_TERM || x->op == OP_NEAR || (x->op == OP_FIELD && !x->field))
		return true;
	if (x->op != OP_OR)
		return false;
	for (const struct node *c = x->first; c; c = c->next)
		if (!has_places(c))
			return false;
	return true;
}

static struct node *
near_parse(struct parse *p, struct token *t)
{
	struct node *a = one_parse(p, t);

	for (int chain = 0; !p->broken && t->kind == T_NEAR; chain++) {
		struct token near = *t;
		struct node *b;

		token_next(p, t);
		b = one_parse(p, t);
		if (p->broken)
			return NULL;
		if (chain == CHAIN_MAX)
			return query_break(p, near.at, "more than %d NEAR in a row", CHAIN_MAX);
		if (!has_places(a) || !has_places(b))
			query_fault(p, near.at,
				    "NEAR stands between words, phrases, (words joined by OR) "
				    "and other NEAR");
		a->next = b;
		a = query_node(p, OP_NEAR, a);
		if (!a)
			return NULL;
		a->near = near.n;
		a->ordered = near.ordered;
	}
	return a;
}

static struct node *
not_parse(struct parse *p, struct token *t)
{
	size_t at = t->at;
	struct node *x;

	if (t->kind != T_NOT)
		return near_parse(p, t);
	if (++p->depth > DEPTH_MAX)
		return query_break(p, at, "NOT nests deeper than %d", DEPTH_MAX);
	token_next(p, t);
	x = not_parse(p, t);
	p->depth--;
	x = p->broken ? NULL : query_node(p, OP_NOT, x);
	if (x)
		x->at = at;
	return x;
}

/* One of several parts joined by op, or the only one. */
static struct node *
joined(struct parse *p, enum op op, struct node *first)
{
	return p->broken || !first->next ? first : query_node(p, op, first);
}

static struct node *
and_parse(struct parse *p, struct token *t)
{
	struct node *first = not_parse(p, t), *last = first;

	while (!p->broken && t->kind != T_END && t->kind != T_CLOSE && t->kind != T_OR) {
		if (t->kind == T_AND)
			token_next(p, t);
		else if (t->kind != T_NOT)
			query_warn(p, t->at,
				   "two parts without an operator: AND is understood");
		last->next = not_parse(p, t);
		if (!p->broken)
			last = last->next;
	}
	return p->broken ? NULL : joined(p, OP_AND, first);
}

static struct node *
or_parse(struct parse *p, struct token *t)
{
	size_t at = t->at;
	struct node *first = and_parse(p, t), *last = first;
	bool ands = !p->broken && first->op == OP_AND && p->text.p[at] != '(';

	while (!p->broken && t->kind == T_OR) {
		size_t from;

		token_next(p, t);
		from = t->at;
		last->next = and_parse(p, t);
		if (p->broken)
			return NULL;
		last = last->next;
		ands |= last->op == OP_AND && from < p->text.n && p->text.p[from] != '(';
		if (ands && !p->mixed) {
			p->mixed = true;
			query_warn(p, at,
				   "AND and OR without brackets between them: AND binds "
				   "tighter; brackets say what is meant");
		}
	}
	return p->broken ? NULL : joined(p, OP_OR, first);
}

static bool
is_scored(const struct node *x)
{
	if (x->op == OP_FIELD && x->field && x->field->field->scored)
		return true;
	for (const struct node *c = x->first; c; c = c->next)
		if (is_scored(c))
			return true;
	return false;
}

struct query *
query_parse(struct arena *a, const struct query_setup *setup, struct str text,
	    struct query_faults *f)
{
	struct parse p = {
		.arena = a, .setup = setup, .text = arena_str(a, text), .faults = f
	};
	struct query *q = arena_alloc(a, sizeof *q);
	struct token t;

	*f = (struct query_faults){ .n = 0 };
	if (text.n > QUERY_BYTES) {
		query_break(&p, 0, "a query has at most %d bytes", QUERY_BYTES);
		return NULL;
	}
	token_next(&p, &t);
	if (!p.broken && t.kind == T_END)
		query_break(&p, 0, "the query is empty");
	q->root = or_parse(&p, &t);
	if (!p.broken && t.kind != T_END)
		query_break(&p, t.at, "this ) has no (");
	if (f->wrong)
		return NULL;
	q->scored = is_scored(q->root);
	query_need(&p, q);
	return f->wrong ? NULL : q;
}

const uint32_t *
query_required(const struct query *q, size_t *n)
{
	*n = q->n_required;
	return q->required;
}

static void
topics_add(const struct node *x, struct str *ids, size_t max, size_t *n)
{
	if (x->op == OP_FIELD && x->field->field->kind == ASK_TOPIC)
		for (size_t i = 0; i < x->field->n_texts && *n < max; i++)
			ids[(*n)++] = x->field->texts[i];
	for (const struct node *c = x->first; c; c = c->next)
		topics_add(c, ids, max, n);
}

size_t
query_topics(const struct query *q, struct str *ids, size_t max)
{
	size_t n = 0;

	topics_add(q->root, ids, max, &n);
	return n;
}
