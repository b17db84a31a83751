/* a query's tree -> its text, fully bracketed */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "nlp/query_tree.h"

/* In full width what would be read as a wildcard: folding makes it the same again. */
static void
words_add(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned next = i + 1 < s.n ? (uint8_t)s.p[i + 1] : 0;

		if (s.p[i] == GLOB_ANY)
			buf_add_byte(out, '*');
		else if (s.p[i] == GLOB_ONE)
			buf_add_byte(out, '?');
		else if (s.p[i] == '*')
			buf_add(out, STR("＊"));
		else if (s.p[i] == '?' && next > ' ')
			buf_add(out, STR("？"));
		else
			buf_add_byte(out, s.p[i]);
	}
}

/* Would s be more than one word, if it stood without quotes? */
static bool
is_parted(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((uint8_t)s.p[i] <= ' ' && s.p[i] != GLOB_ANY && s.p[i] != GLOB_ONE)
			return true;
	return false;
}

static void
term_show(const struct node *x, struct buf *out)
{
	struct str rest = x->checks & CHECK_GLOB ? x->rest : (struct str){ NULL, 0 };
	/* in quotes a ? at the end is a question mark */
	bool bare =
		str_find_byte(rest, GLOB_ONE) >= 0 && !is_parted(rest) && !is_parted(x->text);

	if (x->checks & (CHECK_CASE | CHECK_BYTES)) {
		buf_addf(out, x->checks & CHECK_CASE ? "{%.*s}" : "raw:\"%.*s\"",
			 STR_ARG(x->text));
		return;
	}
	buf_add(out, bare ? STR("") : STR("\""));
	words_add(out, x->text);
	words_add(out, rest);
	buf_add(out, bare ? STR("") : STR("\""));
}

static void
rule_show(const struct node *x, struct buf *out)
{
	static const char letters[] = "imsx";
	static const int flags[] = { RX_NOCASE, RX_MULTILINE, RX_DOTALL, RX_EXTENDED };

	buf_addf(out, "/%.*s/", STR_ARG(x->text));
	for (size_t i = 0; i < LY_COUNT(flags); i++)
		if (x->flags & flags[i])
			buf_add_byte(out, letters[i]);
}

static void
field_show(const struct field_test *t, struct buf *out)
{
	buf_addf(out, "%s:", t->field->name);
	if (t->n_written > 1)
		buf_add_byte(out, '(');
	for (size_t i = 0; i < t->n_written; i++)
		buf_addf(out, "%s%.*s", i ? " " : "", STR_ARG(t->written[i]));
	if (t->n_written > 1)
		buf_add_byte(out, ')');
}

static void node_show(const struct node *x, struct buf *out);

static void
parts_show(const struct node *x, const char *between, struct buf *out)
{
	buf_add_byte(out, '(');
	for (const struct node *c = x->first; c; c = c->next) {
		node_show(c, out);
		if (c->next)
			buf_add(out, str_of(between));
	}
	buf_add_byte(out, ')');
}

/* "x y"~5: the words without quotes of their own. */
static void
close_show(const struct node *x, struct buf *out)
{
	buf_add_byte(out, '"');
	for (const struct node *c = x->first; c; c = c->next) {
		struct buf one = BUF(1 << 12);
		struct str s;

		term_show(c, &one);
		s = buf_str(&one);
		if (s.n > 1 && s.p[0] == '"')
			s = str_slice(s, 1, s.n - 2);
		buf_addf(out, "%.*s%s", STR_ARG(s), c->next ? " " : "");
		buf_release(&one);
	}
	buf_addf(out, "\"~%lld", (long long)x->near);
}

static void
node_show(const struct node *x, struct buf *out)
{
	char near[40];

	switch (x->op) {
	case OP_TERM:
		term_show(x, out);
		break;
	case OP_RX:
		rule_show(x, out);
		break;
	case OP_FIELD:
		field_show(x->field, out);
		break;
	case OP_IN:
		buf_add(out, x->body ? STR("body:") : STR("title:"));
		node_show(x->first, out);
		break;
	case OP_NOT:
		buf_add(out, STR("NOT "));
		node_show(x->first, out);
		break;
	case OP_CLOSE:
		close_show(x, out);
		break;
	case OP_NEAR:
		snprintf(near, sizeof near, " NEAR/%lld%s ", (long long)x->near,
			 x->ordered ? "f" : "");
		parts_show(x, near, out);
		break;
	case OP_AND:
		parts_show(x, " AND ", out);
		break;
	case OP_OR:
		parts_show(x, " OR ", out);
		break;
	}
}

void
query_show(const struct query *q, struct buf *out)
{
	node_show(q->root, out);
}
