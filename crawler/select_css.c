/*
 * select_css.c - simple CSS -> XPath 1.0, compound by compound.
 *
 * "ul.list > li" becomes "./descendant::ul[contains(…)]/child::li". Names are lowered: libxml2's
 * HTML parser lowers them, too.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/conf.h"
#include "core/str.h"

#include "crawler/select.h"

#define CSS_MAX 1000

struct css {
	struct str all;
	size_t at;
	struct buf *out;
	struct err *e;
	char name[64]; /* of the compound's element, or "*" */
};

static char
peek(const struct css *c)
{
	return c->at < c->all.n ? c->all.p[c->at] : '\0';
}

static bool
is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static bool
skip_blank(struct css *c)
{
	size_t from = c->at;

	while (is_blank(peek(c)))
		c->at++;
	return c->at > from;
}

static bool
is_name(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	       (ch >= '0' && ch <= '9') || ch == '_' || ch == '-' || (ch & 0x80);
}

static int
fail(struct css *c, const char *says)
{
	return err_set(c->e, ERR_USAGE, "%s at \"%.*s\"", says,
		       (int)(c->all.n - c->at > 40 ? 40 : c->all.n - c->at), c->all.p + c->at);
}

static int
name_read(struct css *c, struct str *name)
{
	size_t from = c->at;

	while (is_name(peek(c)))
		c->at++;
	*name = str_slice(c->all, from, c->at - from);
	return name->n ? 0 : fail(c, "a name is missing");
}

/* Of an element or attribute: XPath takes no others without a fuss. */
static int
plain_name_read(struct css *c, struct str *name)
{
	size_t from = c->at;
	bool plain;

	if (name_read(c, name) < 0)
		return -1;
	plain = name->p[0] != '-' && (name->p[0] < '0' || name->p[0] > '9');
	for (size_t i = 0; i < name->n; i++)
		plain = plain && !(name->p[i] & 0x80);
	if (plain)
		return 0;
	c->at = from;
	return fail(c, "not a name that HTML knows");
}

static void
add_lower(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_add_byte(b, s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 32) : s.p[i]);
}

/* XPath has no escape in a literal. */
static int
add_literal(struct css *c, struct str head, struct str s, struct str tail)
{
	char q = str_find_byte(s, '\'') < 0 ? '\'' : '"';

	if (str_find_byte(s, q) >= 0)
		return fail(c, "a value with both kinds of quotes cannot be looked for");
	buf_add_byte(c->out, q);
	buf_add(c->out, head);
	buf_add(c->out, s);
	buf_add(c->out, tail);
	buf_add_byte(c->out, q);
	return 0;
}

/* A quoted text, or all up to end. */
static int
value_read(struct css *c, char end, struct str *value)
{
	char q = peek(c);
	size_t from;

	if (q != '"' && q != '\'')
		q = end;
	else
		c->at++;
	for (from = c->at; peek(c) && peek(c) != q;)
		c->at++;
	if (!peek(c))
		return fail(c, q == end ? "a bracket is not closed" : "a quote is not closed");
	*value = str_slice(c->all, from, c->at - from);
	if (q == end)
		*value = str_trim(*value);
	else
		c->at++;
	return 0;
}

/* ---- [name op "value"] ---------------------------------------------------------------------- */

static const struct attr_op {
	const char *op, *before, *between, *head, *tail, *after;
} attr_ops[] = {
	{ "=", "@", "=", "", "", "" },
	{ "~=", "contains(concat(' ',normalize-space(@", "),' '),", " ", " ", ")" },
	{ "^=", "starts-with(@", ",", "", "", ")" },
	{ "*=", "contains(@", ",", "", "", ")" },
};

static int
attr_add(struct css *c, const struct attr_op *op, struct str name, struct str value)
{
	buf_add(c->out, str_of(op->before));
	add_lower(c->out, name);
	buf_add(c->out, str_of(op->between));
	if (add_literal(c, str_of(op->head), value, str_of(op->tail)) < 0)
		return -1;
	buf_add(c->out, str_of(op->after));
	return 0;
}

/* XPath 1.0 has no ends-with. */
static int
attr_add_end(struct css *c, struct str name, struct str value)
{
	buf_add(c->out, STR("substring(@"));
	add_lower(c->out, name);
	buf_add(c->out, STR(",string-length(@"));
	add_lower(c->out, name);
	buf_add(c->out, STR(")-string-length("));
	if (add_literal(c, STR(""), value, STR("")) < 0)
		return -1;
	buf_add(c->out, STR(")+1)="));
	return add_literal(c, STR(""), value, STR(""));
}

static int
attr_add_lang(struct css *c, struct str name, struct str value)
{
	if (attr_add(c, &attr_ops[0], name, value) < 0)
		return -1;
	buf_add(c->out, STR(" or starts-with(@"));
	add_lower(c->out, name);
	buf_add_byte(c->out, ',');
	if (add_literal(c, STR(""), value, STR("-")) < 0)
		return -1;
	buf_add_byte(c->out, ')');
	return 0;
}

static int
attribute(struct css *c)
{
	struct str name, value;
	char op[3] = { 0 };
	size_t i = 0, from;

	c->at++;
	skip_blank(c);
	if (plain_name_read(c, &name) < 0)
		return -1;
	skip_blank(c);
	if (peek(c) == ']') {
		c->at++;
		buf_add_byte(c->out, '@');
		add_lower(c->out, name);
		return 0;
	}
	from = c->at;
	op[0] = peek(c);
	if (op[0] != '=')
		op[1] = c->at + 1 < c->all.n ? c->all.p[c->at + 1] : '\0';
	if (op[0] != '=' && op[1] != '=')
		return fail(c, "one of = ~= |= ^= $= *= is missing");
	c->at += strlen(op);
	skip_blank(c);
	if (value_read(c, ']', &value) < 0)
		return -1;
	skip_blank(c);
	if (peek(c) != ']')
		return fail(c, "\"]\" is missing");
	c->at++;
	if (!strcmp(op, "$="))
		return attr_add_end(c, name, value);
	if (!strcmp(op, "|="))
		return attr_add_lang(c, name, value);
	while (i < LY_COUNT(attr_ops) && strcmp(attr_ops[i].op, op) != 0)
		i++;
	if (i < LY_COUNT(attr_ops))
		return attr_add(c, &attr_ops[i], name, value);
	c->at = from;
	return fail(c, "one of = ~= |= ^= $= *= is missing");
}

/* ---- :word and :word(argument) -------------------------------------------------------------- */

/* "n", "2n", "-n" in front of b: a. */
static int
nth_factor(struct str head, int64_t *a)
{
	*a = str_is(head, "-") ? -1 : 1;
	if (!head.n || str_is(head, "+") || str_is(head, "-"))
		return 0;
	return str_int64(head, a);
}

/* "2n+1", "odd", "even", "3", "-n+5" -> a, b. */
static int
nth_read(struct css *c, struct str s, int64_t *a, int64_t *b)
{
	struct buf tight = BUF(40);
	ptrdiff_t at;
	int rc = 0;

	for (size_t i = 0; i < s.n; i++)
		if (!is_blank(s.p[i]))
			add_lower(&tight, str_slice(s, i, 1));
	s = buf_str(&tight);
	*a = *b = 0;
	at = str_find_byte(s, 'n');
	if (str_is(s, "odd") || str_is(s, "even")) {
		*a = 2;
		*b = str_is(s, "odd");
	} else if (at < 0) {
		rc = str_int64(s, b);
	} else {
		rc = nth_factor(str_slice(s, 0, (size_t)at), a);
		s = str_slice(s, (size_t)at + 1, s.n);
		if (s.n && str_int64(s, b) < 0)
			rc = -1;
	}
	buf_release(&tight);
	if (rc < 0)
		return fail(c, "not of the form 3, 2n+1, odd or even");
	return *a >= -10000 && *a <= 10000 && *b >= -10000 && *b <= 10000
		       ? 0
		       : fail(c, "a number is over 10,000");
}

static int
nth_add(struct css *c, struct str arg, const char *sibling)
{
	char at[120];
	int64_t a, b;

	if (nth_read(c, arg, &a, &b) < 0)
		return -1;
	snprintf(at, sizeof at, "(count(preceding-sibling::%s)+1)", sibling);
	if (!a)
		buf_addf(c->out, "%s=%lld", at, (long long)b);
	else if (a > 0)
		buf_addf(c->out, "%s>=%lld and (%s - %lld) mod %lld=0", at, (long long)b, at,
			 (long long)b, (long long)a);
	else
		buf_addf(c->out, "%s<=%lld and (%lld - %s) mod %lld=0", at, (long long)b,
			 (long long)b, at, (long long)-a);
	return 0;
}

static int compound_tests(struct css *c, size_t *n);

enum word_arg { ARG_NONE, ARG_NTH, ARG_NTH_TYPE, ARG_TYPE, ARG_TEXT, ARG_COMPOUND };
static const struct css_word {
	const char *name;
	enum word_arg arg;
	const char *xpath; /* "%s": the element's name */
} css_words[] = {
	{ "first-child", ARG_NONE, "not(preceding-sibling::*)" },
	{ "last-child", ARG_NONE, "not(following-sibling::*)" },
	{ "only-child", ARG_NONE, "not(preceding-sibling::*) and not(following-sibling::*)" },
	{ "empty", ARG_NONE, "not(*) and not(text())" },
	{ "first-of-type", ARG_TYPE, "not(preceding-sibling::%s)" },
	{ "last-of-type", ARG_TYPE, "not(following-sibling::%s)" },
	{ "nth-child", ARG_NTH, "" },
	{ "nth-of-type", ARG_NTH_TYPE, "" },
	{ "contains", ARG_TEXT, "contains(.," },
	{ "not", ARG_COMPOUND, "not(" },
};

static int
word_argument(struct css *c, const struct css_word *w)
{
	struct str arg;
	size_t n = 0, from, end;

	if (peek(c) != '(')
		return fail(c, "\"(\" is missing");
	c->at++;
	skip_blank(c);
	from = c->at;
	if (w->arg == ARG_COMPOUND) {
		buf_add(c->out, str_of(w->xpath));
		if (compound_tests(c, &n) < 0 || !n)
			return n ? -1 : fail(c, "a class, id or attribute is missing");
		buf_add_byte(c->out, ')');
	} else if (value_read(c, ')', &arg) < 0) {
		return -1;
	} else if (w->arg == ARG_TEXT) {
		buf_add(c->out, str_of(w->xpath));
		if (add_literal(c, STR(""), arg, STR("")) < 0)
			return -1;
		buf_add_byte(c->out, ')');
	} else {
		end = c->at;
		c->at = from; /* for its complaints */
		if (nth_add(c, arg, w->arg == ARG_NTH ? "*" : c->name) < 0)
			return -1;
		c->at = end;
	}
	skip_blank(c);
	if (peek(c) != ')')
		return fail(c, "\")\" is missing");
	c->at++;
	return 0;
}

static int
word(struct css *c)
{
	const char *names[LY_COUNT(css_words)];
	struct str name;
	const char *near;
	size_t i = 0;

	c->at++;
	if (name_read(c, &name) < 0)
		return -1;
	while (i < LY_COUNT(css_words) && !str_is(name, css_words[i].name))
		i++;
	if (i == LY_COUNT(css_words)) {
		for (i = 0; i < LY_COUNT(css_words); i++)
			names[i] = css_words[i].name;
		near = conf_nearest(name, names, i);
		return err_set(c->e, ERR_USAGE, "\":%.*s\" is not known here%s%s%s",
			       STR_ARG(name), near ? ": did you mean \":" : "",
			       near ? near : "", near ? "\"?" : "");
	}
	if ((css_words[i].arg == ARG_TYPE || css_words[i].arg == ARG_NTH_TYPE) &&
	    c->name[0] == '*')
		return err_set(c->e, ERR_USAGE, "\":%s\" needs an element's name before it",
			       css_words[i].name);
	if (css_words[i].arg == ARG_NONE)
		buf_add(c->out, str_of(css_words[i].xpath));
	else if (css_words[i].arg == ARG_TYPE)
		buf_addf(c->out, css_words[i].xpath, c->name);
	else
		return word_argument(c, &css_words[i]);
	return 0;
}

/* ---- compounds and what stands between them -------------------------------------------------- */

static int
class_or_id(struct css *c)
{
	bool id = peek(c) == '#';
	struct str name;

	c->at++;
	if (name_read(c, &name) < 0)
		return -1;
	buf_add(c->out,
		id ? STR("@id=") : STR("contains(concat(' ',normalize-space(@class),' '),"));
	if (add_literal(c, id ? STR("") : STR(" "), name, id ? STR("") : STR(" ")) < 0)
		return -1;
	if (!id)
		buf_add_byte(c->out, ')');
	return 0;
}

/* Does a test begin here (and not "::attr(…)")? */
static bool
is_test(const struct css *c)
{
	char ch = peek(c);

	if (ch == ':')
		return c->at + 1 >= c->all.n || c->all.p[c->at + 1] != ':';
	return ch == '.' || ch == '#' || ch == '[';
}

/* Tests joined by "and"; *n: how many. */
static int
compound_tests(struct css *c, size_t *n)
{
	for (*n = 0; is_test(c); ++*n) {
		char ch = peek(c);

		if (*n)
			buf_add(c->out, STR(" and "));
		if ((ch == '[' ? attribute(c) : ch == ':' ? word(c) : class_or_id(c)) < 0)
			return -1;
	}
	return 0;
}

static int
compound(struct css *c)
{
	struct buf lower = BUF(sizeof c->name - 1);
	struct str name = STR("*");
	size_t from = c->at, n;

	if (peek(c) == '*')
		c->at++;
	else if (is_name(peek(c)) && plain_name_read(c, &name) < 0)
		return -1;
	add_lower(&lower, name);
	snprintf(c->name, sizeof c->name, "%s", lower.p);
	buf_release(&lower);
	if (name.n >= sizeof c->name)
		return fail(c, "an element's name is too long");
	buf_add(c->out, str_of(c->name));
	if (!is_test(c))
		return c->at > from ? 0 : fail(c, "an element, class or id is missing");
	buf_add_byte(c->out, '[');
	if (compound_tests(c, &n) < 0)
		return -1;
	buf_add_byte(c->out, ']');
	return 0;
}

static const char *
axis_of(char combinator)
{
	switch (combinator) {
	case '>':
		return "/child::";
	case '+':
		return "/following-sibling::*[1]/self::";
	case '~':
		return "/following-sibling::";
	default:
		return "/descendant::";
	}
}

/* One selector, up to a comma, the end or what names an attribute. */
static int
chain(struct css *c)
{
	char combinator = ' ';

	skip_blank(c);
	buf_add_byte(c->out, '.');
	for (bool first = true;; first = false) {
		bool blank = skip_blank(c);
		char ch = peek(c);

		if (!first && (!ch || ch == ',' || ch == '@' || ch == ':'))
			return 0;
		if (ch == '>' || ch == '+' || ch == '~') {
			combinator = ch;
			c->at++;
			skip_blank(c);
		} else if (first || blank) {
			combinator = ' ';
		} else {
			return fail(c, "cannot read this");
		}
		buf_add(c->out, str_of(axis_of(combinator)));
		if (compound(c) < 0)
			return -1;
	}
}

/* " @href", "::attr(href)", "::text" at the end. */
static int
ending(struct css *c, struct str *attr)
{
	struct str rest = str_slice(c->all, c->at, c->all.n);

	*attr = STR("");
	if (!rest.n || str_is(rest, "::text"))
		return 0;
	if (str_starts(rest, STR("::attr(")) && str_ends(rest, STR(")")))
		rest = str_slice(rest, 7, rest.n - 8);
	else if (rest.p[0] == '@')
		rest = str_slice(rest, 1, rest.n);
	else
		return fail(c, "cannot read this");
	for (size_t i = 0; i < rest.n; i++)
		if (!is_name(rest.p[i]) || (rest.p[i] & 0x80) ||
		    (!i && (rest.p[i] == '-' || (rest.p[i] >= '0' && rest.p[i] <= '9'))))
			return fail(c, "not an attribute's name");
	*attr = rest;
	return rest.n ? 0 : fail(c, "an attribute's name is missing");
}

/* What was written from begun on, in brackets, and the attribute behind it. */
static void
add_end(struct buf *out, size_t begun, bool many, struct str attr)
{
	if (!attr.n)
		return;
	if (many) {
		buf_add(out, STR("  ")); /* room; the bytes are moved below */
		if (!buf_ok(out))
			return;
		memmove(out->p + begun + 1, out->p + begun, out->n - begun - 2);
		out->p[begun] = '(';
		out->p[out->n - 1] = ')';
	}
	buf_add(out, STR("/@"));
	add_lower(out, attr);
}

int
select_css(struct str css, struct buf *out, struct str *attr, struct err *e)
{
	struct css c = { .all = str_trim(css), .out = out, .e = e };
	size_t begun = out->n;

	if (c.all.n > CSS_MAX)
		return err_set(e, ERR_USAGE, "a selector is over %d bytes", CSS_MAX);
	if (!c.all.n)
		return err_set(e, ERR_USAGE, "an empty selector");
	for (size_t i = 0; i < c.all.n; i++)
		if ((unsigned char)c.all.p[i] < 0x20 && !is_blank(c.all.p[i]))
			return err_set(e, ERR_USAGE, "a control character in a selector");
	for (bool many = false;; many = true) {
		if (chain(&c) < 0)
			return -1;
		if (peek(&c) != ',') {
			if (ending(&c, attr) < 0)
				return -1;
			add_end(out, begun, many, *attr);
			return 0;
		}
		c.at++;
		buf_add(out, STR(" | "));
	}
}
