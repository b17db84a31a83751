/* words of a query as written -> literals, and what must hold beside them -> (query.c) */
#include "core/base.h"

#include "core/utf8.h"
#include "nlp/fold.h"
#include "nlp/query_term.h"

#define CLOSE_MAX 8 /* words of "…"~n */

/* Folded, runs of blanks as one. SIZE_MAX bytes when it is too long. */
static struct str
folded(struct parse *p, struct str raw)
{
	struct buf b = BUF(LEXICON_TERM_MAX * 4), c = BUF(LEXICON_TERM_MAX * 4);
	struct str s;

	fold_add(&b, raw);
	for (size_t i = 0; i < b.n; i++) /* a query may have lines */
		b.p[i] = (uint8_t)b.p[i] < 0x20 || b.p[i] == 0x7F ? ' ' : b.p[i];
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] != ' ' || (i && b.p[i - 1] != ' '))
			buf_add_byte(&c, b.p[i]);
	s = b.over ? (struct str){ NULL, SIZE_MAX } : arena_str(p->arena, buf_str(&c));
	buf_release(&b);
	buf_release(&c);
	return s;
}

/* Without the blanks that control characters become at its ends. */
static struct str
folded_word(struct parse *p, struct str s)
{
	struct str f = folded(p, s);

	return f.n == SIZE_MAX ? f : str_trim(f);
}

static bool
length_fits(struct parse *p, size_t at, struct str s)
{
	if (!s.n)
		query_fault(p, at, "there is nothing between the quotes");
	else if (s.n > LEXICON_TERM_MAX)
		query_fault(p, at, "a word or phrase has at most %d bytes", LEXICON_TERM_MAX);
	else
		return true;
	return false;
}

static struct node *
term_node(struct parse *p, size_t at, struct str literal, enum literal_edge edge)
{
	struct node *x = query_node(p, OP_TERM, NULL);

	if (!x)
		return NULL;
	x->at = at;
	x->text = literal;
	x->literal = literals_add(p->setup->literals, literal, edge);
	return x;
}

/* ---- {Exact} and raw: ---- */

static struct node *
exact_parse(struct parse *p, const struct token *t)
{
	bool raw = t->kind == T_RAW;
	struct buf b = BUF(LEXICON_TERM_MAX * 4);
	struct str s = t->text, literal;
	struct node *x;

	if (raw && !s.n)
		return query_fault(p, t->at, "a word is missing after raw:");
	if (raw)
		fold_add(&b, s);
	literal = raw ? arena_str(p->arena, buf_str(&b)) : folded(p, s);
	if (raw && (b.over || memchr(s.p, '\n', s.n)))
		literal.n = SIZE_MAX;
	buf_release(&b);
	if (!length_fits(p, t->at, literal))
		return NULL;
	x = term_node(p, t->at, literal, raw ? LITERAL_INNER : LITERAL_WORD);
	if (!x)
		return NULL;
	x->checks = raw ? CHECK_BYTES : CHECK_CASE;
	x->text = arena_str(p->arena, s);
	return x;
}

/* ---- wildcards ---- */

static bool
is_letter_at(struct str s, size_t at)
{
	unsigned c = (uint8_t)s.p[at];

	return fold_is_word(c) || c >= 0x80;
}

/* * and, but for a question mark at the end of quoted words, ?. */
static bool
is_wild(const struct token *t, size_t at)
{
	struct str s = t->text;

	if (s.p[at] == '*')
		return true;
	if (s.p[at] != '?')
		return false;
	if (t->kind != T_PHRASE)
		return true;
	return at > 0 && at + 1 < s.n && is_letter_at(s, at - 1) && is_letter_at(s, at + 1);
}

static size_t
wild_find(const struct token *t)
{
	size_t i = 0;

	while (i < t->text.n && !is_wild(t, i))
		i++;
	return i;
}

static bool
is_han_before(struct str s, size_t at)
{
	uint32_t cp = 0;
	size_t from = at;

	while (from > 0 && at - from < 4 && (s.p[--from] & 0xC0) == 0x80)
		;
	if (from < at)
		utf8_next(s.p + from, s.p + at, &cp);
	return utf8_is_han(cp);
}

/* What stands behind the first wildcard, with GLOB_ANY and GLOB_ONE; false: faulty. */
static bool
pattern_rest(struct parse *p, const struct token *t, size_t from, struct str *out)
{
	struct buf b = BUF(LEXICON_TERM_MAX * 4), part = BUF(LEXICON_TERM_MAX * 4);
	struct str s = t->text;
	bool fits = true;

	for (size_t i = from; i < s.n;) {
		size_t end = i;

		while (end < s.n && !is_wild(t, end))
			end++;
		buf_clear(&part);
		fold_add(&part, str_slice(s, i, end - i));
		buf_add(&b, buf_str(&part));
		if (end < s.n && s.p[end] == '*' && is_han_before(s, end) && end + 1 < s.n) {
			query_fault(p, t->at,
				    "* has no word to fill in Chinese: write ? for one "
				    "character, or NEAR/3f");
			fits = false;
		}
		if (end < s.n)
			buf_add_byte(&b, s.p[end] == '*' ? GLOB_ANY : GLOB_ONE);
		i = end + 1;
	}
	if (b.over || part.over || b.n > LEXICON_TERM_MAX) {
		query_fault(p, t->at, "a word or phrase has at most %d bytes",
			    LEXICON_TERM_MAX);
		fits = false;
	}
	*out = arena_str(p->arena, buf_str(&b));
	buf_release(&b);
	buf_release(&part);
	return fits;
}

static struct node *
wild_parse(struct parse *p, const struct token *t, size_t wild)
{
	struct str head = folded(p, str_slice(t->text, 0, wild)), rest;
	struct node *x;

	if (!wild)
		return query_fault(p, t->at,
				   "a wildcard cannot come first: every word would have to be "
				   "tried; begin with two letters, or write a /rule/");
	if (head.n > LEXICON_TERM_MAX || utf8_count(head) < 2)
		return query_fault(p, t->at,
				   "before the first * or ? two characters are the least");
	if (head.p[head.n - 1] == ' ')
		return query_fault(p, t->at,
				   "a word cannot begin with a wildcard, in a phrase either");
	if (!pattern_rest(p, t, wild, &rest))
		return NULL;
	if (rest.n == 1 && rest.p[0] == GLOB_ANY && is_han_before(t->text, wild)) {
		query_warn(p, t->at,
			   "* adds nothing after a Chinese character: what goes on "
			   "is found, too");
		return term_node(p, t->at, head, LITERAL_WORD);
	}
	x = term_node(p, t->at, head, LITERAL_OPEN);
	if (!x)
		return NULL;
	x->checks = CHECK_GLOB;
	x->rest = rest;
	return x;
}

/* ---- words and phrases ---- */

/* "x y z"~n -> its words. */
static struct node *
close_parse(struct parse *p, const struct token *t)
{
	struct str rest = t->text, part;
	struct node *first = NULL, **last = &first, *x;
	size_t n = 0;

	while (str_next(&rest, ' ', &part)) {
		struct token word = { .kind = T_PHRASE, .text = str_trim(part), .at = t->at };

		if (!folded_word(p, word.text).n)
			continue;
		if (++n > CLOSE_MAX)
			return query_fault(p, t->at, "before ~ at most %d words may stand",
					   CLOSE_MAX);
		word.n = -1;
		*last = term_parse(p, &word);
		if (!*last)
			return NULL;
		last = &(*last)->next;
	}
	if (n < 2)
		return query_fault(p, t->at,
				   "~ wants two words or more in the quotes, with blanks "
				   "between them");
	/* of two it is NEAR, and may stand beside another */
	x = query_node(p, n == 2 ? OP_NEAR : OP_CLOSE, first);
	if (x) {
		x->near = t->n;
		x->at = t->at;
	}
	return x;
}

static unsigned
sign_checks(struct str s)
{
	if (s.n < 2)
		return 0;
	return s.p[0] == '#' ? CHECK_TAG : s.p[0] == '@' ? CHECK_USER : 0;
}

struct node *
term_parse(struct parse *p, const struct token *t)
{
	size_t wild;
	struct node *x;
	struct str s;

	if (t->kind == T_CASE || t->kind == T_RAW)
		return exact_parse(p, t);
	if (t->kind == T_PHRASE && t->n >= 0)
		return close_parse(p, t);
	wild = wild_find(t);
	if (wild < t->text.n) {
		x = wild_parse(p, t, wild);
	} else {
		s = folded_word(p, t->text);
		if (!length_fits(p, t->at, s))
			return NULL;
		x = term_node(p, t->at, s, LITERAL_WORD);
	}
	if (x)
		x->checks |= sign_checks(x->text);
	return x;
}

/* ---- rules ---- */

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

uint32_t
term_of_rule(struct parse *p, struct str literal)
{
	struct str s = str_trim(literal);

	if (!s.n || !literal_is_safe(s))
		return UINT32_MAX;
	s = folded(p, s);
	if (utf8_count(s) < 2 || s.n > LEXICON_TERM_MAX)
		return UINT32_MAX;
	return literals_add(p->setup->literals, s, LITERAL_INNER);
}
