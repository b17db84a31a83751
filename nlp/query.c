/* a watch's query -> required literals, and yes or no for a text */
#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/fold.h"
#include "nlp/query_tree.h"

#define NODES_MAX 1000
#define DEPTH_MAX 32
#define NEAR_MAX  100

/* ---- literals ---- */

static uint32_t *
literal_slot(const struct literals *l, struct str text, bool inner)
{
	size_t mask = l->cap * 2 - 1, i = hash_fast(text, inner) & mask;

	while (l->slots[i] && !(l->v[l->slots[i] - 1].inner == inner &&
				str_eq(l->v[l->slots[i] - 1].text, text)))
		i = (i + 1) & mask;
	return &l->slots[i];
}

static void
literals_grow(struct literals *l)
{
	l->cap = l->cap ? l->cap * 2 : 64;
	l->v = realloc(l->v, l->cap * sizeof *l->v);
	free(l->slots);
	l->slots = calloc(l->cap * 2, sizeof *l->slots);
	if (!l->v || !l->slots)
		abort();
	for (size_t i = 0; i < l->n; i++)
		*literal_slot(l, l->v[i].text, l->v[i].inner) = (uint32_t)i + 1;
}

uint32_t
literals_add(struct literals *l, struct str folded, bool inner)
{
	uint32_t *slot;

	if (l->n == l->cap)
		literals_grow(l);
	slot = literal_slot(l, folded, inner);
	if (!*slot) {
		l->v[l->n++] = (struct image_literal){ folded, inner };
		*slot = (uint32_t)l->n;
	}
	return *slot - 1;
}

void
literals_release(struct literals *l)
{
	free(l->v);
	free(l->slots);
	*l = (struct literals){ .n = 0 };
}

/* ---- parsing ---- */

enum token_kind { T_END, T_WORD, T_PHRASE, T_RX, T_AND, T_OR, T_NOT, T_NEAR, T_OPEN, T_CLOSE };
struct token {
	enum token_kind kind;
	struct str text; /* WORD, PHRASE, RX: what stands between */
	int64_t n;       /* NEAR: distance; RX: flags */
	size_t at;       /* byte offset */
};
struct parse {
	struct arena *arena;
	struct literals *literals;
	struct str text;
	size_t at;
	struct token token;
	struct buf *warn;
	struct err *e;
	size_t nodes;
	int depth;
	bool failed;
};

static size_t
column_of(const struct parse *p, size_t at)
{
	return utf8_count(str_slice(p->text, 0, at)) + 1;
}

static struct node *LY_PRINTF(3, 4) refuse(struct parse *p, size_t at, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	if (p->failed)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	err_set(p->e, ERR_USAGE, "column %zu: %s", column_of(p, at), text);
	p->failed = true;
	return NULL;
}

static void
advise(struct parse *p, size_t at, const char *text)
{
	if (p->warn)
		buf_addf(p->warn, "column %zu: %s\n", column_of(p, at), text);
}

/* ASCII or full-width: people type both. */
static unsigned
peek(const struct parse *p, size_t at, size_t *n)
{
	unsigned c;
	const uint8_t *s = (const uint8_t *)p->text.p;

	if (at >= p->text.n)
		return 0;
	*n = fold_at(s + at, s + p->text.n, &c);
	if (*n == 1)
		c = s[at];
	return c;
}

static bool
is_end_of_word(unsigned c)
{
	return !c || c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '(' || c == ')' ||
	       c == '"';
}

static void
phrase_token(struct parse *p, size_t n)
{
	size_t from = p->at + n, at = from;

	for (;; at += n) {
		unsigned c = peek(p, at, &n);

		if (!c) {
			refuse(p, p->at, "the quotation is not closed: add a \"");
			return;
		}
		if (c == '"')
			break;
	}
	p->token.kind = T_PHRASE;
	p->token.text = str_trim(str_slice(p->text, from, at - from));
	p->at = at + n;
}

static void
rx_token(struct parse *p)
{
	size_t from = p->at + 1, at = from;

	while (at < p->text.n && p->text.p[at] != '/')
		at += p->text.p[at] == '\\' && at + 1 < p->text.n ? 2 : 1;
	if (at >= p->text.n) {
		refuse(p, p->at, "the rule is not closed: add a / (a / inside is written \\/)");
		return;
	}
	p->token.kind = T_RX;
	p->token.text = str_slice(p->text, from, at - from);
	for (p->at = at + 1; p->at < p->text.n && !is_end_of_word((uint8_t)p->text.p[p->at]);
	     p->at++) {
		char c = p->text.p[p->at];

		if (c == 'i')
			p->token.n |= RX_NOCASE;
		else if (c == 's')
			p->token.n |= RX_DOTALL;
		else if (c == 'm')
			p->token.n |= RX_MULTILINE;
		else if (c == 'x')
			p->token.n |= RX_EXTENDED;
		else {
			refuse(p, p->at, "after a rule only i, m, s, x may stand");
			return;
		}
	}
}

static void
word_token(struct parse *p)
{
	static const struct {
		const char *word;
		enum token_kind kind;
	} words[] = { { "AND", T_AND }, { "OR", T_OR }, { "NOT", T_NOT } };
	size_t at = p->at, n = 1;
	struct str w;

	while (!is_end_of_word(peek(p, at, &n)))
		at += n;
	w = str_slice(p->text, p->at, at - p->at);
	p->token.kind = T_WORD;
	p->token.text = w;
	for (size_t i = 0; i < LY_COUNT(words); i++) {
		if (str_is(w, words[i].word))
			p->token.kind = words[i].kind;
		else if (str_eq_nocase(w, str_of(words[i].word)))
			advise(p, p->at,
			       "in lower case this is a word to look for; operators are AND, "
			       "OR, NOT, NEAR/5");
	}
	if (str_starts(w, STR("NEAR/"))) {
		p->token.kind = T_NEAR;
		if (str_int64(str_slice(w, 5, SIZE_MAX), &p->token.n) < 0 || p->token.n < 1 ||
		    p->token.n > NEAR_MAX)
			refuse(p, p->at, "NEAR takes 1..%d words or characters, as NEAR/5",
			       NEAR_MAX);
	} else if (str_is(w, "NEAR")) {
		refuse(p, p->at, "NEAR needs a distance, as NEAR/5");
	}
	p->at = at;
}

static void
token_next(struct parse *p)
{
	size_t n = 1;
	unsigned c;

	while ((c = peek(p, p->at, &n)) && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
		p->at += n;
	p->token = (struct token){ .kind = T_END, .at = p->at };
	if (!c || p->failed)
		return;
	if (c == '(' || c == ')') {
		p->token.kind = c == '(' ? T_OPEN : T_CLOSE;
		p->at += n;
	} else if (c == '"') {
		phrase_token(p, n);
	} else if (c == '/' && n == 1) {
		rx_token(p);
	} else {
		word_token(p);
	}
}

static struct node *
node_new(struct parse *p, enum op op, struct node *a, struct node *b)
{
	struct node *x;

	if (p->failed)
		return NULL;
	if (++p->nodes > NODES_MAX)
		return refuse(p, p->at, "more than %d parts", NODES_MAX);
	x = arena_alloc(p->arena, sizeof *x);
	x->op = op;
	x->a = a;
	x->b = b;
	return x;
}

static struct node *or_parse(struct parse *p);

/* Folded, runs of blanks as one. */
static struct str
literal_text(struct parse *p, struct str raw)
{
	struct buf b = BUF(LEXICON_TERM_MAX * 4), c = BUF(LEXICON_TERM_MAX * 4);
	struct str s;

	fold_add(&b, raw);
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] != ' ' || (i && b.p[i - 1] != ' '))
			buf_add_byte(&c, b.p[i]);
	s = b.over ? (struct str){ NULL, SIZE_MAX } : arena_str(p->arena, buf_str(&c));
	buf_release(&b);
	buf_release(&c);
	return s;
}

static struct node *
word_parse(struct parse *p)
{
	struct token t = p->token;
	struct str s = literal_text(p, t.text);
	struct node *x = node_new(p, OP_WORD, NULL, NULL);

	if (!x)
		return NULL;
	if (!s.n)
		return refuse(p, t.at, "there is nothing between the quotes");
	if (s.n > LEXICON_TERM_MAX)
		return refuse(p, t.at, "a word or phrase has at most %d bytes",
			      LEXICON_TERM_MAX);
	if (t.kind == T_WORD && memchr(s.p, '*', s.n))
		advise(p, t.at,
		       "* is looked for as it stands; for word forms use OR or a /rule/");
	x->text = s;
	x->literal = literals_add(p->literals, s, false);
	token_next(p);
	return x;
}

static void
rx_drop(void *rx)
{
	rx_free(rx);
}

/* A rule's literal serves as a sign only if folding finds all that the rule would. */
static bool
literal_is_safe(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	uint32_t cp = 0, before;

	while (p < end) {
		before = cp;
		p += utf8_next(p, end, &cp);
		if (!(cp < 0x80 || utf8_is_han(cp)) || cp < 0x20 ||
		    (cp == ' ' && before == ' '))
			return false;
	}
	return s.n <= LEXICON_TERM_MAX;
}

static struct node *
rx_parse(struct parse *p)
{
	struct token t = p->token;
	struct node *x = node_new(p, OP_RX, NULL, NULL);
	struct err e = { .kind = ERR_NONE };
	struct str literal;

	if (!x)
		return NULL;
	x->text = arena_str(p->arena, t.text);
	x->rx = rx_compile(x->text, (int)t.n, &e);
	if (!x->rx)
		return refuse(p, t.at, "in the rule: %s", e.text);
	arena_defer(p->arena, rx_drop, x->rx);
	literal = str_trim(rx_literal(x->rx));
	x->literal = UINT32_MAX;
	if (literal.n && literal_is_safe(literal)) {
		struct str s = literal_text(p, literal);

		if (utf8_count(s) >= 2 && s.n <= LEXICON_TERM_MAX)
			x->literal = literals_add(p->literals, s, true);
	}
	token_next(p);
	return x;
}

static struct node *
one_parse(struct parse *p)
{
	size_t at = p->token.at;
	struct node *x;

	if (p->failed)
		return NULL;
	switch (p->token.kind) {
	case T_WORD:
	case T_PHRASE:
		return word_parse(p);
	case T_RX:
		return rx_parse(p);
	case T_OPEN:
		if (++p->depth > DEPTH_MAX)
			return refuse(p, at, "brackets nest deeper than %d", DEPTH_MAX);
		token_next(p);
		x = or_parse(p);
		p->depth--;
		if (!p->failed && p->token.kind != T_CLOSE)
			return refuse(p, at, "this ( has no )");
		token_next(p);
		return x;
	case T_END:
		return refuse(p, at, "a word is missing at the end");
	case T_CLOSE:
		return refuse(p, at, "a word is missing before this )");
	default:
		return refuse(p, at, "a word is missing before this operator");
	}
}

/* NEAR asks where things stand: words, and words joined by OR. */
static bool
has_places(const struct node *x)
{
	return x->op == OP_WORD || (x->op == OP_OR && has_places(x->a) && has_places(x->b));
}

static struct node *
near_parse(struct parse *p)
{
	struct node *a = one_parse(p);

	while (!p->failed && p->token.kind == T_NEAR) {
		struct token t = p->token;
		struct node *b, *x;

		token_next(p);
		b = one_parse(p);
		if (p->failed)
			return NULL;
		if (!has_places(a) || !has_places(b))
			return refuse(
				p, t.at,
				"NEAR stands between words, phrases, or (words joined by OR)");
		x = node_new(p, OP_NEAR, a, b);
		if (x)
			x->near = t.n;
		a = x;
	}
	return a;
}

static struct node *
not_parse(struct parse *p)
{
	struct node *x;

	if (p->token.kind != T_NOT)
		return near_parse(p);
	if (++p->depth > DEPTH_MAX)
		return refuse(p, p->token.at, "NOT nests deeper than %d", DEPTH_MAX);
	token_next(p);
	x = not_parse(p);
	p->depth--;
	return p->failed ? NULL : node_new(p, OP_NOT, x, NULL);
}

static struct node *
and_parse(struct parse *p)
{
	struct node *x = not_parse(p);

	for (;;) {
		enum token_kind k = p->token.kind;

		if (p->failed || k == T_END || k == T_CLOSE || k == T_OR)
			return x;
		if (k == T_AND)
			token_next(p);
		else if (k != T_NOT)
			advise(p, p->token.at,
			       "two parts without an operator: AND is understood");
		x = node_new(p, OP_AND, x, not_parse(p));
	}
}

static struct node *
or_parse(struct parse *p)
{
	struct node *x = and_parse(p);

	while (!p->failed && p->token.kind == T_OR) {
		token_next(p);
		x = node_new(p, OP_OR, x, and_parse(p));
	}
	return x;
}

/* ---- what is required ---- */

struct need {
	uint32_t *v; /* NULL: nothing is required */
	size_t n;
	size_t weakest; /* code points of the shortest: the rarer the better */
};

static struct need
need_of(struct parse *p, const struct node *x)
{
	struct need a, b, none = { NULL, 0, 0 };
	uint32_t *v;

	switch (x->op) {
	case OP_WORD:
	case OP_RX:
		if (x->literal == UINT32_MAX)
			return none;
		a.weakest = utf8_count(p->literals->v[x->literal].text);
		if (a.weakest < 2)
			return none;
		a.n = 1;
		a.v = arena_alloc(p->arena, sizeof *a.v);
		a.v[0] = x->literal;
		return a;
	case OP_NOT:
		return none;
	case OP_AND:
	case OP_NEAR:
		a = need_of(p, x->a);
		b = need_of(p, x->b);
		if (!a.v || !b.v)
			return a.v ? a : b;
		return b.weakest > a.weakest || (b.weakest == a.weakest && b.n < a.n) ? b : a;
	case OP_OR:
		a = need_of(p, x->a);
		b = need_of(p, x->b);
		if (!a.v || !b.v)
			return none;
		v = arena_alloc(p->arena, (a.n + b.n) * sizeof *v);
		memcpy(v, a.v, a.n * sizeof *v);
		memcpy(v + a.n, b.v, b.n * sizeof *v);
		return (struct need){ v, a.n + b.n,
				      a.weakest < b.weakest ? a.weakest : b.weakest };
	}
	return none;
}

static const struct node *
unneeded_part(struct parse *p, const struct node *x)
{
	if (x->op == OP_OR) {
		if (!need_of(p, x->a).v)
			return unneeded_part(p, x->a);
		return unneeded_part(p, x->b);
	}
	return x;
}

static void
need_refuse(struct parse *p, const struct node *root)
{
	const struct node *x = unneeded_part(p, root);

	if (x->op == OP_WORD)
		refuse(p, 0,
		       "\"%.*s\" alone is too short to look for (2 characters are the least): "
		       "add words with AND",
		       STR_ARG(x->text));
	else if (x->op == OP_RX)
		refuse(p, 0,
		       "the rule /%.*s/ has no fixed text of 2 characters: every document "
		       "would have to be tried; add a word with AND",
		       STR_ARG(x->text));
	else if (x->op == OP_NOT)
		refuse(p, 0,
		       "a part that only excludes would match nearly everything: add a word "
		       "with AND");
	else
		refuse(p, 0,
		       "no part has a fixed text of 2 characters to look for: add a word with "
		       "AND");
}

struct query *
query_parse(struct arena *a, struct literals *l, struct str text, struct buf *warn,
	    struct err *e)
{
	struct parse p = {
		.arena = a, .literals = l, .text = arena_str(a, text), .warn = warn, .e = e
	};
	struct query *q = arena_alloc(a, sizeof *q);
	struct need need;

	token_next(&p);
	if (!p.failed && p.token.kind == T_END)
		refuse(&p, 0, "the query is empty");
	q->root = or_parse(&p);
	if (!p.failed && p.token.kind != T_END)
		refuse(&p, p.token.at, "this ) has no (");
	if (p.failed)
		return NULL;
	need = need_of(&p, q->root);
	if (!need.v) {
		need_refuse(&p, q->root);
		return NULL;
	}
	q->required = need.v;
	q->n_required = need.n;
	return q;
}

const uint32_t *
query_required(const struct query *q, size_t *n)
{
	*n = q->n_required;
	return q->required;
}
