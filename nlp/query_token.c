/* text of a query -> tokens and values of fields -> (query.c) */
#include "core/base.h"

#include "core/watch_conf.h"
#include "nlp/fold.h"
#include "nlp/query_token.h"

#define NEAR_MAX   100
#define VALUES_MAX 1000

/* ASCII or full-width: people type both. */
static unsigned
peek(const struct parse *p, size_t at, size_t *n)
{
	unsigned c;
	const uint8_t *s = (const uint8_t *)p->text.p;

	*n = 1;
	if (at >= p->text.n)
		return 0;
	*n = fold_at(s + at, s + p->text.n, &c);
	if (*n == 1)
		c = s[at] ? s[at] : ' ';
	return c;
}

static bool
is_blank(unsigned c)
{
	return (c && c <= ' ') || c == 0x7F;
}

static bool
starts_here(const struct parse *p, size_t at, const char *what)
{
	return str_starts(str_slice(p->text, at, SIZE_MAX), str_of(what));
}

static bool
is_end_of_word(const struct parse *p, size_t at, unsigned c)
{
	return !c || is_blank(c) || c == '(' || c == ')' || c == '"' ||
	       starts_here(p, at, "<<<");
}

/* ---- blanks and comments ---- */

/* "# " to the end of the line; a # before a word is a tag. */
static bool
comment_skip(struct parse *p)
{
	size_t n;

	if (starts_here(p, p->at, "<<<")) {
		ptrdiff_t end = str_find(str_slice(p->text, p->at, SIZE_MAX), STR(">>>"));

		if (end < 0) {
			query_break(p, p->at, "the comment is not closed: add >>>");
			return false;
		}
		p->at += (size_t)end + 3;
		return true;
	}
	if (p->at >= p->text.n || p->text.p[p->at] != '#')
		return false;
	if (p->at + 1 < p->text.n && !is_blank(peek(p, p->at + 1, &n)))
		return false;
	while (p->at < p->text.n && p->text.p[p->at] != '\n')
		p->at++;
	return true;
}

static void
blanks_skip(struct parse *p)
{
	size_t n;

	do
		while (is_blank(peek(p, p->at, &n)))
			p->at += n;
	while (comment_skip(p));
}

/* ---- tokens ---- */

/* From behind the opening sign to the closing one. */
static bool
until(struct parse *p, size_t from, unsigned close, struct str *out)
{
	size_t at = from, n;
	unsigned c;

	for (; (c = peek(p, at, &n)) != close; at += n)
		if (!c)
			return false;
	*out = str_slice(p->text, from, at - from);
	p->at = at + n;
	return true;
}

/* Digits at p->at, as a distance; -1 when there are none. */
static int64_t
distance_read(struct parse *p)
{
	size_t from = p->at;
	int64_t v;

	while (p->at < p->text.n && p->text.p[p->at] >= '0' && p->text.p[p->at] <= '9')
		p->at++;
	if (p->at == from)
		return -1;
	if (str_int64(str_slice(p->text, from, p->at - from), &v) < 0 || v > NEAR_MAX)
		v = NEAR_MAX + 1;
	return v;
}

static void
phrase_token(struct parse *p, struct token *t, size_t n)
{
	if (!until(p, p->at + n, '"', &t->text)) {
		query_break(p, t->at, "the quotation is not closed: add a \"");
		return;
	}
	t->kind = T_PHRASE;
	t->text = str_trim(t->text);
	if (p->at >= p->text.n || p->text.p[p->at] != '~')
		return;
	p->at++;
	t->n = distance_read(p);
	if (t->n < 0 || t->n > NEAR_MAX) {
		query_fault(p, t->at,
			    "behind ~ stands how many words may come between: "
			    "0..100, as \"a b\"~5");
		t->n = 0;
	}
}

static void
rx_token(struct parse *p, struct token *t)
{
	static const struct {
		char letter;
		int flag;
	} flags[] = { { 'i', RX_NOCASE },
		      { 's', RX_DOTALL },
		      { 'm', RX_MULTILINE },
		      { 'x', RX_EXTENDED } };
	size_t from = p->at + 1, at = from, n, i;

	while (at < p->text.n && p->text.p[at] != '/')
		at += p->text.p[at] == '\\' && at + 1 < p->text.n ? 2 : 1;
	if (at >= p->text.n) {
		query_break(p, t->at,
			    "the rule is not closed: add a / (a / inside is written \\/)");
		return;
	}
	t->kind = T_RX;
	t->text = str_slice(p->text, from, at - from);
	t->n = 0;
	for (p->at = at + 1; !is_end_of_word(p, p->at, peek(p, p->at, &n)); p->at += n) {
		for (i = 0; i < LY_COUNT(flags) && flags[i].letter != p->text.p[p->at];)
			i++;
		if (i == LY_COUNT(flags))
			query_fault(p, p->at, "after a rule only i, m, s, x may stand");
		else
			t->n |= flags[i].flag;
	}
}

static void
near_token(struct parse *p, struct token *t, struct str w)
{
	struct parse q = *p;

	t->kind = T_NEAR;
	q.at = t->at + 5;
	t->n = w.n > 5 ? distance_read(&q) : -1;
	if (q.at < p->at && (p->text.p[q.at] == 'f' || p->text.p[q.at] == 'F')) {
		t->ordered = true;
		q.at++;
	}
	if (t->n < 0 || t->n > NEAR_MAX || q.at != p->at) {
		query_fault(p, t->at,
			    w.n == 4
				    ? "NEAR needs a distance, as NEAR/5"
				    : "NEAR takes how many words may come between, 0..100, and "
				      "f for this order: NEAR/5, NEAR/5f");
		t->n = 0;
	}
}

/* "name:" at the beginning of w: how many bytes, colon included; 0: none. */
static size_t
field_name(const struct parse *p, size_t at, struct str w, struct str *name)
{
	size_t i = 0, n;

	while (i < w.n && (((w.p[i] | 32) >= 'a' && (w.p[i] | 32) <= 'z') || w.p[i] == '_'))
		i++;
	if (!i || peek(p, at + i, &n) != ':' || i + n > w.n)
		return 0;
	*name = str_slice(w, 0, i);
	return i + n;
}

/* A field's name, raw:, or neither. */
static bool
field_token(struct parse *p, struct token *t, struct str w)
{
	struct str name;
	size_t n = field_name(p, t->at, w, &name);
	const char *near;

	if (!n || str_starts(str_slice(w, n, SIZE_MAX), STR("//"))) /* a link */
		return false;
	if (str_eq_nocase(name, STR("raw"))) {
		t->kind = T_RAW;
		t->text = str_slice(w, n, SIZE_MAX);
		if (!t->text.n && p->at < p->text.n && p->text.p[p->at] == '"' &&
		    !until(p, p->at + 1, '"', &t->text))
			query_break(p, t->at, "the quotation is not closed: add a \"");
		return true;
	}
	t->field = query_field_find(name);
	if (t->field) {
		t->kind = T_FIELD;
		p->at = t->at + n;
		return true;
	}
	near = query_field_nearest(name);
	query_fault(p, t->at,
		    "\"%.*s\" is no field%s%s%s; in quotes it is looked for as it stands",
		    STR_ARG(name), near ? ": did you mean \"" : "", near ? near : "",
		    near ? "\"?" : "");
	return false;
}

/* What other tools and languages write for an operator, and we do not. */
static void
foreign_sign_warn(struct parse *p, size_t at, struct str w)
{
	bool near = w.n > 4 && str_starts(w, STR("NEAR")) && w.p[4] >= '0' && w.p[4] <= '9';

	if (w.n > 1 && w.p[0] == '-')
		query_warn(p, at, "- does not exclude: that is NOT");
	else if (w.p[0] == '!' && w.n > 1)
		query_warn(p, at, "! does not exclude: that is NOT");
	else if (near || str_is(w, "&&") || str_is(w, "||") || str_is(w, "&") || str_is(w, "|"))
		query_warn(p, at, "%.*s is no operator; they are AND, OR, NOT, NEAR/5",
			   STR_ARG(w));
}

static void
word_token(struct parse *p, struct token *t)
{
	static const struct {
		const char *word;
		enum token_kind kind;
	} words[] = { { "AND", T_AND }, { "OR", T_OR }, { "NOT", T_NOT }, { "NEAR", T_NEAR } };
	size_t n = 1;
	struct str w;

	while (!is_end_of_word(p, p->at, peek(p, p->at, &n)))
		p->at += n;
	w = str_slice(p->text, t->at, p->at - t->at);
	t->kind = T_WORD;
	t->text = w;
	if (str_starts(w, STR("NEAR/")) || str_is(w, "NEAR")) {
		near_token(p, t, w);
		return;
	}
	for (size_t i = 0; i < LY_COUNT(words); i++) {
		if (str_is(w, words[i].word))
			t->kind = words[i].kind;
		else if (str_eq_nocase(w, str_of(words[i].word)) ||
			 (i == 3 && w.n > 5 && w.p[4] == '/' &&
			  str_eq_nocase(str_slice(w, 0, 4), STR("near"))))
			query_warn(p, t->at,
				   "in lower case this is a word to look for; operators are "
				   "AND, OR, NOT, NEAR/5");
	}
	if (t->kind == T_WORD && !field_token(p, t, w))
		foreign_sign_warn(p, t->at, w);
}

void
token_next(struct parse *p, struct token *t)
{
	size_t n;
	unsigned c;

	blanks_skip(p);
	*t = (struct token){ .kind = T_END, .at = p->at, .n = -1 };
	c = p->broken ? 0 : peek(p, p->at, &n);
	if (!c)
		return;
	if (c == '(' || c == ')') {
		t->kind = c == '(' ? T_OPEN : T_CLOSE;
		p->at += n;
	} else if (c == '"') {
		phrase_token(p, t, n);
	} else if (c == '{') {
		t->kind = T_CASE;
		if (!until(p, p->at + n, '}', &t->text))
			query_break(p, t->at, "this { is not closed: add a }");
		t->text = str_trim(t->text);
	} else if (c == '/' && n == 1) {
		rx_token(p, t);
	} else {
		word_token(p, t);
	}
}

/* ---- values of fields ---- */

/* A word that ends at a blank, a bracket or, in a list, a comma. */
static struct str
bare_read(struct parse *p, bool listed)
{
	size_t from = p->at, n;
	unsigned c;

	while ((c = peek(p, p->at, &n)) && !is_end_of_word(p, p->at, c) && c != ']' &&
	       !(listed && c == ','))
		p->at += n;
	return str_slice(p->text, from, p->at - from);
}

/* [from TO to] */
static void
range_read(struct parse *p, struct value *v)
{
	size_t n;

	v->kind = V_FROM_TO;
	blanks_skip(p);
	v->text = bare_read(p, false);
	blanks_skip(p);
	if (!starts_here(p, p->at, "TO")) {
		query_fault(p, v->at, "a range is written [1 TO 5]");
		v->kind = V_NONE;
	} else {
		p->at += 2;
	}
	blanks_skip(p);
	v->to = bare_read(p, false);
	blanks_skip(p);
	if (peek(p, p->at, &n) != ']')
		query_fault(p, v->at, "this [ is not closed: add a ]");
	else
		p->at += n;
}

static void
value_read(struct parse *p, struct value *v, bool listed)
{
	static const struct {
		const char *sign;
		enum value_kind kind;
	} signs[] = { { ">=", V_LEAST }, { "<=", V_MOST }, { ">", V_MORE }, { "<", V_LESS } };
	size_t n;
	unsigned c = peek(p, p->at, &n);

	*v = (struct value){ .kind = V_TEXT, .at = p->at };
	if (c == '[') {
		p->at += n;
		range_read(p, v);
		return;
	}
	if (c == '"') {
		v->quoted = true;
		if (!until(p, p->at + n, '"', &v->text))
			query_break(p, v->at, "the quotation is not closed: add a \"");
		return;
	}
	for (size_t i = 0; i < LY_COUNT(signs); i++)
		if (starts_here(p, p->at, signs[i].sign)) {
			v->kind = signs[i].kind;
			p->at += strlen(signs[i].sign);
			blanks_skip(p);
			break;
		}
	v->text = bare_read(p, listed);
	if (!v->text.n)
		v->kind = V_NONE;
}

/* Those in brackets: up to the closing one. */
static size_t
list_read(struct parse *p, const struct token *field, struct value **v)
{
	size_t n, count = 0, room = 0;
	unsigned c;

	for (;;) {
		struct value one;

		blanks_skip(p);
		c = peek(p, p->at, &n);
		if (c == ',') {
			p->at += n;
			continue;
		}
		if (!c || c == ')' || p->broken)
			break;
		value_read(p, &one, true);
		if (one.kind == V_NONE || count == VALUES_MAX) {
			query_break(p, one.at,
				    count == VALUES_MAX ? "more than %d values"
							: "here a value should stand",
				    VALUES_MAX);
			break;
		}
		if (!one.quoted && str_is(one.text, "OR"))
			continue;
		if (!one.quoted && (str_is(one.text, "AND") || str_is(one.text, "NOT")))
			query_fault(p, one.at,
				    "in a list of values only OR stands: NOT comes before the "
				    "field, as NOT %s:(…)",
				    field->field->name);
		if (count == room) {
			struct value *more =
				arena_alloc(p->arena, (room * 2 + 4) * sizeof *more);

			if (count)
				memcpy(more, *v, count * sizeof *more);
			room = room * 2 + 4;
			*v = more;
		}
		(*v)[count++] = one;
	}
	if (!c)
		query_break(p, field->at, "the list after %s: is not closed: add a )",
			    field->field->name);
	else if (c == ')')
		p->at += n;
	return count;
}

/* Is it list:NAME? Then the words of that list stand for it. */
static bool
names_list(const struct token *field, const struct value *v, struct str *name)
{
	if (v->quoted || v->kind != V_TEXT || field->field->kind == ASK_LIST ||
	    !str_eq_nocase(str_slice(v->text, 0, 5), STR("list:")))
		return false;
	*name = str_slice(v->text, 5, SIZE_MAX);
	return true;
}

static struct value *
lists_expand(struct parse *p, const struct token *field, const struct value *v, size_t *n)
{
	struct value *out = NULL;
	size_t count = 0, room = 0;

	for (size_t i = 0; i < *n; i++) {
		const struct word_list *l = NULL;
		struct err e = { .kind = ERR_NONE };
		struct str name;
		bool named = names_list(field, &v[i], &name);
		size_t more = 1;

		if (named && !(l = word_list_find(p->setup->lists, name, &e)))
			query_fault(p, v[i].at, "%s", e.text);
		if (named)
			more = l ? l->words.n : 0;
		if (count + more > VALUES_MAX)
			return query_break(p, v[i].at, "more than %d values", VALUES_MAX), out;
		if (count + more > room) {
			struct value *grown;

			room = (count + more) * 2;
			grown = arena_alloc(p->arena, room * sizeof *grown);
			if (count)
				memcpy(grown, out, count * sizeof *grown);
			out = grown;
		}
		for (size_t j = 0; j < more; j++) {
			out[count] = v[i];
			if (l)
				out[count].text = str_trim(l->words.v[j]);
			out[count++].quoted |= l != NULL;
		}
	}
	*n = count;
	return out;
}

struct value *
token_values(struct parse *p, const struct token *field, size_t *n)
{
	struct value *v = arena_alloc(p->arena, sizeof *v);
	size_t width;

	blanks_skip(p);
	if (peek(p, p->at, &width) == '(') {
		p->at += width;
		*n = list_read(p, field, &v);
	} else {
		value_read(p, v, false);
		*n = v->kind != V_NONE;
	}
	if (!*n && !p->broken)
		query_fault(p, field->at, "a value is missing after %s:", field->field->name);
	return *n && !p->broken ? lists_expand(p, field, v, n) : v;
}
