#include "core/base.h"

#include "core/str.h"
#include "responder/matcher.h"

#define VALUE_MAX 400 /* bytes; a pattern, too */

const char *const tag_words[] = { "watch",    "topic",  "grade", "level",  "class", "kind",
				  "scenario", "source", "lang",  "voices", NULL };

static const struct {
	const char *text;
	enum matcher_op op;
} ops[] = {
	/* the longer first */
	{ "=~", MATCH_LIKE },
	{ "!~", MATCH_NOT_LIKE },
	{ "!=", MATCH_IS_NOT },
	{ "=", MATCH_IS },
};

/* ---- reading ----------------------------------------------------------------------------------- */

static int
tag_parse(struct str name, enum tag *out, struct err *e)
{
	const char *near, *ended;
	struct arena *a;

	for (int i = 0; i < TAG_COUNT; i++)
		if (str_is(name, tag_words[i])) {
			*out = (enum tag)i;
			return 0;
		}
	a = arena_new();
	ended = arena_text(a, str_slice(name, 0, 40));
	near = conf_nearest(str_of(ended), tag_words, TAG_COUNT);
	err_set(e, ERR_USAGE,
		near ? "there is no label \"%s\": did you mean \"%s\"?"
		     : "there is no label \"%s\" (watch, topic, grade, level, class, kind, "
		       "scenario, source, lang, voices)",
		ended, near);
	arena_free(a);
	return -1;
}

/* Inside double quotes: \" \\ and \n. */
static int
quoted(struct str s, struct arena *a, struct str *out, struct err *e)
{
	struct buf b = BUF(VALUE_MAX + 1);
	int bad = 0;

	for (size_t i = 1; i + 1 < s.n && !bad; i++) {
		char c = s.p[i];

		if (c == '\\' && i + 2 < s.n) {
			c = s.p[++i];
			bad = c != '"' && c != '\\' && c != 'n';
			c = c == 'n' ? '\n' : c;
		} else if (c == '"' || c == '\\') {
			bad = 1;
		}
		buf_add_byte(&b, c);
	}
	if (!buf_ok(&b))
		err_set(e, ERR_USAGE, "a value has at most %d bytes", VALUE_MAX);
	else if (bad)
		err_set(e, ERR_USAGE, "in quotes a value has \\\" for \" and \\\\ for \\");
	*out = arena_str(a, buf_str(&b));
	bad |= !buf_ok(&b);
	buf_release(&b);
	return bad ? -1 : 0;
}

static int
value_parse(struct str s, struct arena *a, struct str *out, struct err *e)
{
	if (s.n && s.p[0] == '"') {
		if (s.n < 2 || s.p[s.n - 1] != '"')
			return err_set(e, ERR_USAGE, "the value has no closing quote");
		return quoted(s, a, out, e);
	}
	if (s.n > VALUE_MAX)
		return err_set(e, ERR_USAGE, "a value has at most %d bytes", VALUE_MAX);
	if (str_find_byte(s, '"') > 0)
		return err_set(e, ERR_USAGE, "a quote in the middle: quote the whole value");
	*out = arena_str(a, s);
	return 0;
}

static void
rx_gone(void *rx)
{
	rx_free(rx);
}

static int
pattern_make(struct matcher *m, struct arena *a, struct err *e)
{
	struct buf b = BUF(VALUE_MAX + 16);

	buf_addf(&b, "\\A(?:%.*s)\\z", STR_ARG(m->value));
	m->rx = rx_compile(buf_str(&b), RX_DOTALL, e);
	buf_release(&b);
	if (!m->rx)
		return -1;
	arena_defer(a, rx_gone, m->rx);
	return 0;
}

/* Where the operator stands; text.n: nowhere. */
static size_t
op_at(struct str text, size_t *op)
{
	for (size_t i = 0; i < text.n; i++)
		for (*op = 0; *op < LY_COUNT(ops); ++*op)
			if (str_starts(str_slice(text, i, text.n), str_of(ops[*op].text)))
				return i;
	return text.n;
}

int
matcher_parse(struct str text, struct arena *a, struct matcher *m, struct err *e)
{
	size_t op, i = op_at(text, &op);

	*m = (struct matcher){ .rx = NULL };
	if (i == text.n)
		return err_set(e, ERR_USAGE,
			       "a matcher is LABEL=VALUE, with = != =~ or !~ between them");
	if (tag_parse(str_trim(str_slice(text, 0, i)), &m->tag, e) < 0)
		return -1;
	m->op = ops[op].op;
	if (value_parse(str_trim(str_slice(text, i + strlen(ops[op].text), text.n)), a,
			&m->value, e) < 0)
		return -1;
	return m->op == MATCH_LIKE || m->op == MATCH_NOT_LIKE ? pattern_make(m, a, e) : 0;
}

int
matchers_parse(const struct conf_texts *texts, struct arena *a, struct matchers *out,
	       struct err *e)
{
	struct matcher *v = arena_alloc(a, (texts->n + 1) * sizeof *v);

	*out = (struct matchers){ v, 0 };
	for (size_t i = 0; i < texts->n; i++)
		if (matcher_parse(texts->v[i], a, &v[out->n++], e) < 0)
			return err_within(e, "%.*s", STR_ARG(texts->v[i]));
	return 0;
}

struct matchers
matchers_check(struct conf_reader *r, const struct conf_texts *texts)
{
	struct arena *a = conf_arena(r);
	struct matcher *v = arena_alloc(a, (texts->n + 1) * sizeof *v);
	struct matchers out = { v, 0 };

	for (size_t i = 0; i < texts->n; i++) {
		struct err e = { 0 };

		if (matcher_parse(texts->v[i], a, &v[out.n], &e) < 0)
			conf_error(r, &texts->v[i], "%s", e.text);
		else
			out.n++;
	}
	return out;
}

/* ---- fitting ----------------------------------------------------------------------------------- */

static bool
like(const struct matcher *m, struct str value, bool wanted)
{
	struct rx_scratch *s = rx_scratch_new();
	int n = rx_match(m->rx, s, value, 0, NULL, 0);

	rx_scratch_free(s);
	return n != RX_LIMIT && (n > 0) == wanted;
}

static bool
fits(const struct matcher *m, struct str value)
{
	switch (m->op) {
	case MATCH_IS:
		return str_eq(m->value, value);
	case MATCH_IS_NOT:
		return !str_eq(m->value, value);
	case MATCH_LIKE:
		return like(m, value, true);
	case MATCH_NOT_LIKE:
		return like(m, value, false);
	}
	return false;
}

enum fit
matchers_fit(const struct matchers *m, const struct tags *l)
{
	enum fit all = FIT_YES;

	for (size_t i = 0; i < m->n; i++) {
		struct str value = l->v[m->v[i].tag];

		if (!value.p)
			all = FIT_MAYBE;
		else if (!fits(&m->v[i], value))
			return FIT_NO;
	}
	return all;
}

bool
matchers_name(const struct matchers *m, enum tag tag)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].tag == tag)
			return true;
	return false;
}

void
matchers_add(struct buf *b, const struct matchers *m)
{
	static const char *const words[] = { "=", "!=", "=~", "!~" };

	buf_add_byte(b, '{');
	for (size_t i = 0; i < m->n; i++)
		buf_addf(b, "%s%s%s\"%.*s\"", i ? "," : "", tag_words[m->v[i].tag],
			 words[m->v[i].op], STR_ARG(m->v[i].value));
	buf_add_byte(b, '}');
}
