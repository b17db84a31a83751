#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "tests/support/plain_query.h"

#define CHARS  400
#define PLACES 400

/* ---- writing ---- */

static void
parts_show(const struct plain *x, const char *between, struct buf *b)
{
	buf_add_byte(b, '(');
	for (int i = 0; i < PLAIN_PARTS && x->part[i]; i++) {
		buf_add(b, i ? str_of(between) : STR(""));
		plain_show(x->part[i], b);
	}
	buf_add_byte(b, ')');
}

void
plain_show(const struct plain *x, struct buf *b)
{
	switch (x->op) {
	case PLAIN_WORD:
		buf_addf(b, "\"%s\"", x->text);
		break;
	case PLAIN_GLOB:
		buf_addf(b, "%s", x->text);
		break;
	case PLAIN_CASE:
		buf_addf(b, "{%s}", x->text);
		break;
	case PLAIN_RAW:
		buf_addf(b, "raw:\"%s\"", x->text);
		break;
	case PLAIN_NEAR:
	case PLAIN_NEARF:
		buf_add_byte(b, '(');
		plain_show(x->part[0], b);
		buf_addf(b, " NEAR/%d%s ", x->near, x->op == PLAIN_NEARF ? "f" : "");
		plain_show(x->part[1], b);
		buf_add_byte(b, ')');
		break;
	case PLAIN_CLOSE:
		for (int i = 0; i < PLAIN_PARTS && x->part[i]; i++)
			buf_addf(b, "%s%s", i ? " " : "\"", x->part[i]->text);
		buf_addf(b, "\"~%d", x->near);
		break;
	case PLAIN_TITLE:
	case PLAIN_BODY:
		buf_add(b, x->op == PLAIN_TITLE ? STR("title:") : STR("body:"));
		parts_show(x, "", b);
		break;
	case PLAIN_NOT:
		buf_add(b, STR("NOT "));
		plain_show(x->part[0], b);
		break;
	case PLAIN_AND:
		parts_show(x, " AND ", b);
		break;
	case PLAIN_OR:
		parts_show(x, " OR ", b);
		break;
	}
}

/* ---- the text ---- */

struct plain_text {
	uint32_t c[CHARS], low[CHARS]; /* as it stands, and folded */
	int token[CHARS + 1];          /* how many tokens begin before it */
	int n, title;                  /* code points */
};

static uint32_t
half(uint32_t c)
{
	return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c;
}

static uint32_t
lower(uint32_t c)
{
	c = half(c);
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool
is_letter(uint32_t c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_han(uint32_t c)
{
	return c >= 0x4E00 && c <= 0x9FFF;
}

static bool
is_token(uint32_t c)
{
	return is_letter(c) || is_han(c) || (c >= 0x1F300 && c < 0x1F650);
}

static int
chars_of(struct str s, uint32_t *c)
{
	int n = 0;

	for (size_t at = 0; at < s.n && n < CHARS; n++)
		at += utf8_next(s.p + at, s.p + s.n, &c[n]);
	return n;
}

static void
text_read(struct plain_text *t, struct str s, size_t title)
{
	t->n = chars_of(s, t->c);
	t->title = (int)utf8_count(str_slice(s, 0, title));
	t->token[0] = 0;
	for (int i = 0; i < t->n; i++) {
		bool begins = is_token(t->c[i]) &&
			      !(i && is_letter(t->c[i]) && is_letter(t->c[i - 1]));

		t->low[i] = lower(t->c[i]);
		t->token[i + 1] = t->token[i] + begins;
	}
}

/* ---- places ---- */

struct where {
	int from, to; /* code points */
};
struct wheres {
	struct where v[PLACES];
	int n;
};

/* Where from a pattern may end, or -1: the last part of the longest first. */
static int
pattern_end(const struct plain_text *t, int at, const uint32_t *p, int n, bool wild)
{
	int end;

	if (!n)
		return at;
	if (wild && p[0] == '*') {
		end = at < t->n && is_letter(t->c[at]) ? pattern_end(t, at + 1, p, n, wild)
						       : -1;
		return end >= 0 ? end : pattern_end(t, at, p + 1, n - 1, wild);
	}
	if (at == t->n)
		return -1;
	if (wild && p[0] == '?')
		return is_letter(t->c[at]) || is_han(t->c[at])
			       ? pattern_end(t, at + 1, p + 1, n - 1, wild)
			       : -1;
	return t->low[at] == lower(p[0]) ? pattern_end(t, at + 1, p + 1, n - 1, wild) : -1;
}

static bool
stands_there(const struct plain *x, const struct plain_text *t, struct where w,
	     const uint32_t *p)
{
	uint32_t before = w.from ? t->c[w.from - 1] : 0, after = w.to < t->n ? t->c[w.to] : 0;

	if (x->op == PLAIN_RAW || x->op == PLAIN_CASE)
		for (int i = w.from; i < w.to; i++)
			if (x->op == PLAIN_RAW ? t->c[i] != p[i - w.from]
					       : half(t->c[i]) != half(p[i - w.from]))
				return false;
	if (x->op == PLAIN_RAW)
		return true;
	if (p[0] == '#' || p[0] == '@')
		return !is_letter(before) && !is_letter(after) && !is_han(after) &&
		       after != '_' && !(p[0] == '@' && after == '-');
	return !(is_letter(t->c[w.from]) && is_letter(before)) &&
	       !(is_letter(t->c[w.to - 1]) && is_letter(after));
}

static void
words_find(const struct plain *x, const struct plain_text *t, struct where in,
	   struct wheres *out)
{
	uint32_t p[CHARS];
	int n = chars_of(str_of(x->text), p);

	for (int at = in.from; at < in.to && out->n < PLACES; at++) {
		struct where w = { at, pattern_end(t, at, p, n, x->op == PLAIN_GLOB) };

		if (w.to > at && w.to <= in.to && stands_there(x, t, w, p))
			out->v[out->n++] = w;
	}
}

/* Tokens wholly between two that do not overlap; -1: they do, or b is first. */
static int
between(const struct plain_text *t, struct where a, struct where b)
{
	int first = t->token[b.from + 1] == t->token[b.from] && is_letter(t->c[b.from])
			    ? t->token[b.from] - 1
			    : t->token[b.from];

	return b.from < a.to ? -1 : first - t->token[a.to];
}

enum side { BOTH, FIRST, LAST };
static void places_find(const struct plain *x, const struct plain_text *t, struct where in,
			enum side side, struct wheres *out);

static void
near_find(const struct plain *x, const struct plain_text *t, struct where in, enum side side,
	  struct wheres *out)
{
	bool f = x->op == PLAIN_NEARF;
	struct wheres *ab = calloc(2, sizeof *ab);
	bool *pairs = calloc(2 * PLACES, sizeof *pairs);

	places_find(x->part[0], t, in, f ? LAST : BOTH, &ab[0]);
	places_find(x->part[1], t, in, f ? FIRST : BOTH, &ab[1]);
	for (int i = 0; i < ab[0].n; i++)
		for (int j = 0; j < ab[1].n; j++) {
			int d = between(t, ab[0].v[i], ab[1].v[j]),
			    back = between(t, ab[1].v[j], ab[0].v[i]);

			if ((d >= 0 && d <= x->near) || (!f && back >= 0 && back <= x->near))
				pairs[i] = pairs[PLACES + j] = true;
		}
	for (int k = 0; k < 2; k++)
		for (int i = 0; i < ab[k].n && out->n < PLACES; i++)
			if (pairs[k * PLACES + i] &&
			    (!f || side == BOTH || (side == LAST) == k))
				out->v[out->n++] = ab[k].v[i];
	free(ab);
	free(pairs);
}

static void
places_find(const struct plain *x, const struct plain_text *t, struct where in, enum side side,
	    struct wheres *out)
{
	if (x->op <= PLAIN_RAW)
		words_find(x, t, in, out);
	else if (x->op == PLAIN_NEAR || x->op == PLAIN_NEARF)
		near_find(x, t, in, side, out);
	else
		for (int i = 0; i < PLAIN_PARTS && x->part[i]; i++)
			places_find(x->part[i], t, in, side, out);
}

/* Every choice of one place for each word. */
static bool
close_holds(const struct plain *x, const struct plain_text *t, struct where in)
{
	struct wheres *v = calloc(PLAIN_PARTS, sizeof *v);
	int n = 0, first[PLAIN_PARTS] = { 0 };
	bool holds = false;

	for (; n < PLAIN_PARTS && x->part[n]; n++)
		words_find(x->part[n], t, in, &v[n]);
	for (;;) {
		int early = 0, end = 0, words = 0;
		bool fits = true;

		for (int i = 0; i < n; i++) {
			if (!v[i].n)
				goto done;
			if (v[i].v[first[i]].from < v[early].v[first[early]].from)
				early = i;
		}
		for (int i = 0; i < n; i++) {
			struct where w = v[i].v[first[i]];

			fits &= i == early || w.from >= v[early].v[first[early]].to;
			end = w.to > end ? w.to : end;
			words += t->token[w.to] - t->token[w.from];
		}
		if (fits &&
		    t->token[end] - t->token[v[early].v[first[early]].from] - words <= x->near)
			holds = true;
		for (int i = 0; i < n; i++) {
			if (++first[i] < v[i].n)
				break;
			first[i] = 0;
			if (i == n - 1)
				goto done;
		}
	}
done:
	free(v);
	return holds;
}

static bool
holds(const struct plain *x, const struct plain_text *t, struct where in)
{
	struct wheres *v;
	bool is = x->op != PLAIN_OR;

	switch (x->op) {
	case PLAIN_AND:
	case PLAIN_OR:
		for (int i = 0; i < PLAIN_PARTS && x->part[i]; i++)
			is = is && x->op == PLAIN_AND ? holds(x->part[i], t, in)
			     : x->op == PLAIN_OR      ? is || holds(x->part[i], t, in)
						      : false;
		return is;
	case PLAIN_NOT:
		return !holds(x->part[0], t, in);
	case PLAIN_TITLE:
		in.to = in.to < t->title ? in.to : t->title;
		return in.from <= in.to && holds(x->part[0], t, in);
	case PLAIN_BODY:
		in.from = in.from > t->title + 1 ? in.from : t->title + 1;
		return in.from <= in.to && holds(x->part[0], t, in);
	case PLAIN_CLOSE:
		return close_holds(x, t, in);
	default:
		v = calloc(1, sizeof *v);
		places_find(x, t, in, BOTH, v);
		is = v->n > 0;
		free(v);
		return is;
	}
}

bool
plain_test(const struct plain *x, struct str text, size_t title)
{
	struct plain_text *t = calloc(1, sizeof *t);
	bool is;

	text_read(t, text, title);
	is = holds(x, t, (struct where){ 0, t->n });
	free(t);
	return is;
}
