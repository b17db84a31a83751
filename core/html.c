/*
 * html.c - HTML that is only read, never parsed: references and plain text.
 *
 * 1. What comes out is never longer than what went in (every reference is longer than its
 *    character), so one allocation of the input's size holds the result.
 * 2. Every loop moves forward; a search for the end of a tag, comment or script that failed is
 *    not made again (see struct ends), so a text of 8 MiB of "<!--" stays linear.
 */
#include "core/base.h"

#include "core/buf.h"
#include "core/html_names.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

/* What a browser shows for &#128; to &#159;: windows-1252. */
static const uint16_t c1[32] = {
	0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
	0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178,
};

uint32_t
html_windows(uint32_t cp)
{
	return cp >= 0x80 && cp < 0xa0 ? c1[cp - 0x80] : cp;
}

static const struct html_name *
name_find(const char *name, size_t n)
{
	size_t lo = 0, hi = html_names_count;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int d = strncmp(html_names[mid].name, name, n);

		if (!d && html_names[mid].name[n])
			d = 1;
		if (!d)
			return &html_names[mid];
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static int
digit(char c, int base)
{
	int d = c >= '0' && c <= '9'   ? c - '0'
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
		: c >= 'A' && c <= 'F' ? c - 'A' + 10
				       : 99;

	return d < base ? d : -1;
}

/* "#20013;" or "#x4e2d;", behind the &. */
static size_t
number_reference(struct str s, uint32_t *cp)
{
	int base = s.n > 1 && (s.p[1] | 32) == 'x' ? 16 : 10;
	size_t at = base == 16 ? 2 : 1, first = at;
	uint32_t v = 0;

	for (; at < s.n && digit(s.p[at], base) >= 0; at++)
		if (v < 0x110000)
			v = v * (uint32_t)base + (uint32_t)digit(s.p[at], base);
	if (at == first)
		return 0;
	if (v == 0 || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		v = 0xfffd;
	*cp = html_windows(v);
	return at + (at < s.n && s.p[at] == ';');
}

static size_t
name_reference(struct str s, uint32_t *cp)
{
	size_t n = 0;

	while (n < s.n && n < sizeof html_names[0].name &&
	       ((s.p[n] | 32) >= 'a' ? (s.p[n] | 32) <= 'z'
				     : s.p[n] >= '0' && s.p[n] <= '9' && n > 0))
		n++;
	if (n < s.n && s.p[n] == ';') {
		const struct html_name *h = n < sizeof h->name ? name_find(s.p, n) : NULL;

		if (h) {
			*cp = h->cp;
			return n + 1;
		}
	}
	/* Without a semicolon: the longest name that HTML 2 knew, as in "&copy2026". */
	for (; n >= 2; n--) {
		const struct html_name *h = n < sizeof h->name ? name_find(s.p, n) : NULL;

		if (h && h->bare) {
			*cp = h->cp;
			return n;
		}
	}
	return 0;
}

size_t
html_reference(struct str s, uint32_t *cp)
{
	size_t n;

	if (s.n < 3 || s.p[0] != '&')
		return 0;
	s = str_slice(s, 1, s.n - 1);
	n = s.p[0] == '#' ? number_reference(s, cp) : name_reference(s, cp);
	return n ? n + 1 : 0;
}

struct str
html_unescape(struct arena *a, struct str s)
{
	const char *from = s.p, *end, *amp;
	char *to, *start;

	if (!s.n || !memchr(s.p, '&', s.n))
		return s;
	end = s.p + s.n;
	start = to = arena_alloc(a, s.n + 4);
	while ((amp = memchr(from, '&', (size_t)(end - from)))) {
		uint32_t cp;
		size_t used;

		to = (char *)memcpy(to, from, (size_t)(amp - from)) + (amp - from);
		used = html_reference((struct str){ amp, (size_t)(end - amp) }, &cp);
		if (used)
			to += utf8_put(to, cp);
		else
			*to++ = '&';
		from = amp + (used ? used : 1);
	}
	memcpy(to, from, (size_t)(end - from));
	to += end - from;
	return (struct str){ start, (size_t)(to - start) };
}

void
html_add(struct buf *b, struct str s)
{
	static const char *const by[256] = {
		['&'] = "&amp;",  ['<'] = "&lt;",   ['>'] = "&gt;",
		['"'] = "&quot;", ['\''] = "&#39;",
	};
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *as = by[(unsigned char)s.p[i]];

		if (!as)
			continue;
		buf_add(b, str_slice(s, from, i - from));
		buf_add(b, str_of(as));
		from = i + 1;
	}
	buf_add(b, str_slice(s, from, s.n - from));
}

/* ---- plain text ------------------------------------------------------------------------------ */

enum kind { K_INLINE, K_BLOCK, K_CELL, K_DROP };
struct tag_kind {
	char name[12];
	uint8_t kind;
};
static const struct tag_kind tag_kinds[] = {
	{ "address", K_BLOCK },  { "applet", K_DROP },      { "article", K_BLOCK },
	{ "aside", K_BLOCK },    { "blockquote", K_BLOCK }, { "body", K_BLOCK },
	{ "br", K_BLOCK },       { "caption", K_BLOCK },    { "center", K_BLOCK },
	{ "dd", K_BLOCK },       { "details", K_BLOCK },    { "dir", K_BLOCK },
	{ "div", K_BLOCK },      { "dl", K_BLOCK },         { "dt", K_BLOCK },
	{ "fieldset", K_BLOCK }, { "figcaption", K_BLOCK }, { "figure", K_BLOCK },
	{ "footer", K_BLOCK },   { "form", K_BLOCK },       { "h1", K_BLOCK },
	{ "h2", K_BLOCK },       { "h3", K_BLOCK },         { "h4", K_BLOCK },
	{ "h5", K_BLOCK },       { "h6", K_BLOCK },         { "header", K_BLOCK },
	{ "hr", K_BLOCK },       { "legend", K_BLOCK },     { "li", K_BLOCK },
	{ "main", K_BLOCK },     { "menu", K_BLOCK },       { "nav", K_BLOCK },
	{ "ol", K_BLOCK },       { "option", K_BLOCK },     { "p", K_BLOCK },
	{ "pre", K_BLOCK },      { "script", K_DROP },      { "section", K_BLOCK },
	{ "style", K_DROP },     { "summary", K_BLOCK },    { "table", K_BLOCK },
	{ "tbody", K_BLOCK },    { "td", K_CELL },          { "tfoot", K_BLOCK },
	{ "th", K_CELL },        { "thead", K_BLOCK },      { "title", K_BLOCK },
	{ "tr", K_BLOCK },       { "ul", K_BLOCK },
};

/* The first row of each letter, and where the last one's end. */
static const uint8_t first_kind[27] = { 0,  4,  7,  9,  15, 15, 20, 20, 28, 28, 28, 28, 30, 32,
					33, 35, 37, 37, 37, 41, 49, 50, 50, 50, 50, 50, 50 };
_Static_assert(LY_COUNT(tag_kinds) == 50, "first_kind tells where each letter's rows begin");

/* The kind of the element whose name stands at p, where a letter is. */
static enum kind
kind_at(const char *p, const char *end)
{
	char name[sizeof tag_kinds[0].name] = "";
	size_t letter = (size_t)((*p | 32) - 'a'), n = 0;

	while (p + n < end && n < sizeof name - 1 &&
	       (((p[n] | 32) >= 'a' && (p[n] | 32) <= 'z') || (p[n] >= '1' && p[n] <= '6'))) {
		name[n] = p[n] > '9' ? (char)(p[n] | 32) : p[n];
		n++;
	}
	for (size_t i = first_kind[letter]; i < first_kind[letter + 1]; i++)
		if (memcmp(tag_kinds[i].name, name, sizeof name) == 0)
			return (enum kind)tag_kinds[i].kind;
	return K_INLINE;
}

#define ONES    UINT64_C(0x0101010101010101)
#define HIGHS   UINT64_C(0x8080808080808080)
#define ZERO(v) (((v)-ONES) & ~(v)&HIGHS) /* the high bit of (at least) the first zero byte */

/* How many bytes from p can be copied as they are: no '<', no '&', no control byte, no two
 * spaces in a row. Eight at a time. */
static size_t
plain_run(const char *p, size_t n)
{
	size_t i = 0;

	for (; i + 9 <= n; i += 8) {
		uint64_t v, w, stop;

		memcpy(&v, p + i, 8);
		memcpy(&w, p + i + 1, 8);
		stop = ZERO(v ^ (ONES * '<')) | ZERO(v ^ (ONES * '&')) |
		       ((v - ONES * 0x20) & ~v & HIGHS) |
		       ZERO((v ^ (ONES * ' ')) | (w ^ (ONES * ' ')));
		if (stop)
			break;
	}
	for (; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c == '<' || c == '&' || c < 0x20 ||
		    (c == ' ' && i + 1 < n && p[i + 1] == ' '))
			break;
	}
	return i;
}

struct writer {
	char *start, *to;
};

static void
put_space(struct writer *w)
{
	if (w->to > w->start && w->to[-1] != ' ' && w->to[-1] != '\n')
		*w->to++ = ' ';
}
static void
put_line(struct writer *w)
{
	while (w->to > w->start && w->to[-1] == ' ')
		w->to--;
	if (w->to > w->start && w->to[-1] != '\n')
		*w->to++ = '\n';
}
static void
put_run(struct writer *w, const char *p, size_t n)
{
	if (n && *p == ' ') { /* may meet a space that is there already */
		put_space(w);
		p++;
		n--;
	}
	memcpy(w->to, p, n);
	w->to += n;
}

/* Searches that came to nothing once come to nothing for the rest of the text. */
struct ends {
	const char *end;
	bool no_comment, no_quote[2];
	size_t strays; /* ends of scripts that never began: each cancels a beginning */
};

static const char *
find(const char *p, const char *end, const char *what, size_t n, bool *none)
{
	const char *hit = *none || p >= end ? NULL : memmem(p, (size_t)(end - p), what, n);

	if (!hit)
		*none = true;
	return hit;
}

/* A value in quotes, p at the first one: behind the last one; at a '<' that comes before it,
 * for then a quote is missing; behind the first one when the value has no end. */
static const char *
value_end(struct ends *s, const char *p)
{
	const char *close = find(p + 1, s->end, p, 1, &s->no_quote[*p == '"']), *open;

	if (!close)
		return p + 1;
	open = memchr(p + 1, '<', (size_t)(close - p - 1));
	return open ? open : close + 1;
}

/* p stands behind "<name": behind the '>' that ends the tag, quotes behind '=' counting, or at
 * the '<' that comes sooner. NULL: it has no end. */
static const char *
tag_end(struct ends *s, const char *p)
{
	const char *stop = s->end;
	bool quoted = false;

	while (p < stop && *p != '>' && *p != '<') {
		bool value = *p++ == '=';

		while (value && p < stop &&
		       (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
			p++;
		if (value && p < stop && (*p == '"' || *p == '\'')) {
			quoted = true;
			p = value_end(s, p);
		}
	}
	if (p == stop)
		return quoted ? stop : NULL; /* cut off in an address: surely markup */
	return p + (*p == '>');
}

/* Behind "</name" .. ">" of a dropped element; the end of text when it is never closed. */
static const char *
dropped_end(struct ends *s, const char *p, const char *name)
{
	for (;; p++) {
		p = memmem(p, (size_t)(s->end - p), "</", 2);
		if (!p)
			return s->end;
		if ((size_t)(s->end - p) > 8 && (p[2] | 32) == (name[0] | 32) &&
		    (p[4] | 32) == (name[2] | 32)) {
			p = tag_end(s, p + 2);
			return p ? p : s->end;
		}
	}
}

static bool
is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* p behind the tag of a script, style or applet that starts at name. */
static const char *
take_dropped(struct ends *s, const char *p, const char *name)
{
	if (p[-1] == '>' && p[-2] == '/')
		return p;
	if (s->strays) {
		s->strays--;
		return p;
	}
	return dropped_end(s, p, name);
}

/* A comment at p, or what is left of one. */
static const char *
comment_end(struct ends *s, const char *p)
{
	const char *hit = find(p + 4, s->end, "-->", 3, &s->no_comment);

	if (hit)
		return hit + 3;
	hit = tag_end(s, p + 4);
	return hit ? hit : s->end;
}

/* Behind the tag or declaration at p, NULL when it is text, as in "1 < 2". *name: of a tag, else
 * NULL. */
static const char *
markup_end(struct ends *s, const char *p, const char **name)
{
	char next = s->end - p > 1 ? p[1] : 0;
	const char *from = p + 1 + (next == '/');

	*name = NULL;
	if (next == '!' && s->end - p >= 4 && p[2] == '-' && p[3] == '-')
		return comment_end(s, p);
	if (from < s->end && *from == '>') /* "<>", "</>" */
		return from + 1;
	if (from < s->end && is_letter(*from)) {
		*name = from;
		return tag_end(s, from);
	}
	if ((next == '!' || next == '?') && (s->end - p < 3 || p[2] != '['))
		return tag_end(s, from + 1);
	return NULL;
}

/* Anything that begins with '<'. Returns where to go on. */
static const char *
take_markup(struct writer *w, struct ends *s, const char *p)
{
	const char *name, *end = markup_end(s, p, &name);
	enum kind k;

	if (!end) {
		*w->to++ = '<';
		return p + 1;
	}
	k = name ? kind_at(name, s->end) : K_INLINE;
	if (k == K_BLOCK)
		put_line(w);
	else if (k == K_CELL)
		put_space(w);
	else if (k == K_DROP && p[1] == '/')
		s->strays++;
	else if (k == K_DROP)
		return take_dropped(s, end, name);
	return end;
}

static const char *
take_reference(struct writer *w, const char *p, const char *end)
{
	uint32_t cp = '&';
	size_t used = html_reference((struct str){ p, (size_t)(end - p) }, &cp);

	if (cp == 0xa0 || (used && cp <= 0x20))
		put_space(w);
	else
		w->to += utf8_put(w->to, cp);
	return p + (used ? used : 1);
}

struct str
html_text(struct arena *a, struct str html)
{
	const char *p = html.p, *end = html.n ? p + html.n : p;
	struct ends ends = { .end = end };
	struct writer w;

	w.start = w.to = arena_alloc(a, html.n + 4);
	while (p < end) {
		size_t run = plain_run(p, (size_t)(end - p));

		put_run(&w, p, run);
		p += run;
		if (p == end)
			break;
		if (*p == '<') {
			p = take_markup(&w, &ends, p);
		} else if (*p == '&') {
			p = take_reference(&w, p, end);
		} else {
			if (*p == ' ' || (*p >= '\t' && *p <= '\r'))
				put_space(&w);
			p++;
		}
	}
	while (w.to > w.start && (w.to[-1] == ' ' || w.to[-1] == '\n'))
		w.to--;
	*w.to = '\0';
	return (struct str){ w.start, (size_t)(w.to - w.start) };
}
