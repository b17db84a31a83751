/*
 * xml_loose.c - reads what calls itself XML and is not: forty years of hand-made feeds.
 *
 * 1. Linear: a search that failed is not repeated, an entity is never looked into again.
 * 2. Declared entities expand to at most 64 KiB a text, and only when their value is plain.
 * 3. Start and end events come as written; they need not match.
 */
#include "core/base.h"

#include <strings.h>

#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#define ATTRS_MAX    64
#define ENTITIES_MAX 64
#define PREFIXES_MAX 64
#define EXPANDED_MAX ((size_t)64 << 10)

struct pair {
	struct str name, value;
};
struct loose {
	struct arena *a;
	const struct xml_events *ev;
	void *self;
	const char *p, *end;
	struct pair entities[ENTITIES_MAX], prefixes[PREFIXES_MAX];
	size_t n_entities, n_prefixes, expanded;
	bool no_comment, no_cdata, no_pi, no_declaration;
};

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
static bool
is_name_start(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || (c & 0x80);
}
static bool
is_name(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

struct str
xml_attr(const struct xml_tag *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq_nocase(t->attrs[i].name, str_of(name)))
			return t->attrs[i].value;
	return STR("");
}

static const struct str *
pair_find(const struct pair *pairs, size_t n, struct str name)
{
	while (n--)
		if (str_eq(pairs[n].name, name))
			return &pairs[n].value;
	return NULL;
}

/* "&name;" of the DOCTYPE at s: its length, or 0. */
static size_t
declared_reference(struct loose *l, struct str s, struct str *value)
{
	const struct str *v;
	size_t n = 1;

	while (n < s.n && n < 64 && is_name(s.p[n]))
		n++;
	if (!l->n_entities || n == s.n || s.p[n] != ';')
		return 0;
	v = pair_find(l->entities, l->n_entities, str_slice(s, 1, n - 1));
	if (!v || (l->expanded += v->n) > EXPANDED_MAX)
		return 0;
	*value = *v;
	return n + 1;
}

static void
put_text(struct loose *l, struct str s)
{
	const char *p = s.p, *end = s.p + s.n, *amp;

	while (p < end && (amp = memchr(p, '&', (size_t)(end - p)))) {
		struct str left = { amp, (size_t)(end - amp) }, value;
		char one[4];
		uint32_t cp;
		size_t used = html_reference(left, &cp);

		if (amp > p)
			l->ev->text(l->self, (struct str){ p, (size_t)(amp - p) });
		if (used)
			value = (struct str){ one, utf8_put(one, cp) };
		else if (!(used = declared_reference(l, left, &value)))
			value = (struct str){ amp, used = 1 };
		l->ev->text(l->self, value);
		p = amp + used;
	}
	if (p < end)
		l->ev->text(l->self, (struct str){ p, (size_t)(end - p) });
}

static struct str
read_name(struct loose *l)
{
	const char *from = l->p;

	while (l->p < l->end && is_name(*l->p))
		l->p++;
	return (struct str){ from, (size_t)(l->p - from) };
}

static void
split(struct str full, struct str *prefix, struct str *name)
{
	ptrdiff_t colon = str_find_byte(full, ':');

	*prefix = colon > 0 ? str_slice(full, 0, (size_t)colon) : STR("");
	*name = colon > 0 ? str_slice(full, (size_t)colon + 1, full.n) : full;
}

static struct str
read_value(struct loose *l)
{
	const char *from = l->p, *close;
	struct str v;

	if (*from == '"' || *from == '\'') {
		close = memchr(from + 1, *from, (size_t)(l->end - from - 1));
		if (close && close - from < 65536) {
			l->p = close + 1;
			v = (struct str){ from + 1, (size_t)(close - from - 1) };
			return html_unescape(l->a, v);
		}
		from = ++l->p; /* never closed: to the end of the tag */
		while (l->p < l->end && *l->p != '>')
			l->p++;
	}
	while (l->p < l->end && !is_blank(*l->p) && *l->p != '>')
		l->p++;
	v = (struct str){ from, (size_t)(l->p - from) };
	return html_unescape(l->a, v);
}

static void
declare_prefix(struct loose *l, const struct xml_attr *at)
{
	bool named = str_is(at->prefix, "xmlns");

	if ((named || (!at->prefix.n && str_is(at->name, "xmlns"))) &&
	    l->n_prefixes < PREFIXES_MAX)
		l->prefixes[l->n_prefixes++] =
			(struct pair){ named ? at->name : STR(""), at->value };
}

/* l->p at '<'. */
static void
read_start(struct loose *l)
{
	struct xml_attr attrs[ATTRS_MAX];
	struct xml_tag t = { .attrs = attrs };
	const struct str *uri;
	bool closed = false;

	l->p++;
	split(read_name(l), &t.prefix, &t.name);
	while (l->p < l->end && *l->p != '>' && *l->p != '<') {
		struct xml_attr at = { STR(""), STR(""), STR("") };
		struct str full;

		closed = *l->p == '/';
		if (!is_name(*l->p)) {
			l->p++;
			continue;
		}
		full = read_name(l);
		while (l->p < l->end && is_blank(*l->p))
			l->p++;
		if (l->p < l->end && *l->p == '=') {
			for (l->p++; l->p < l->end && is_blank(*l->p);)
				l->p++;
			if (l->p < l->end)
				at.value = read_value(l);
		}
		split(full, &at.prefix, &at.name);
		declare_prefix(l, &at);
		if (t.n < ATTRS_MAX)
			attrs[t.n++] = at;
	}
	if (l->p < l->end && *l->p == '>')
		l->p++;
	uri = pair_find(l->prefixes, l->n_prefixes, t.prefix);
	t.uri = uri ? *uri : STR("");
	l->ev->start(l->self, &t);
	if (closed)
		l->ev->end(l->self, t.prefix, t.name);
}

static void
read_end(struct loose *l)
{
	struct str prefix, name;
	const char *close;

	l->p += 2;
	while (l->p < l->end && is_blank(*l->p))
		l->p++;
	split(read_name(l), &prefix, &name);
	close = memchr(l->p, '>', (size_t)(l->end - l->p));
	l->p = close ? close + 1 : l->end;
	if (name.n)
		l->ev->end(l->self, prefix, name);
}

/* <!ENTITY name "plain value">: anything that names another entity is not taken. */
static void
read_entity(struct loose *l)
{
	struct str name, value;
	const char *close;
	uint32_t cp;

	for (l->p += 8; l->p < l->end && is_blank(*l->p);)
		l->p++;
	name = read_name(l);
	while (l->p < l->end && is_blank(*l->p))
		l->p++;
	if (!name.n || l->p == l->end || (*l->p != '"' && *l->p != '\''))
		return;
	close = memchr(l->p + 1, *l->p, (size_t)(l->end - l->p - 1));
	if (!close)
		return;
	value = (struct str){ l->p + 1, (size_t)(close - l->p - 1) };
	l->p = close + 1;
	if (str_find_byte(value, '&') >= 0 && html_reference(value, &cp) != value.n)
		return;
	if (l->n_entities < ENTITIES_MAX && str_find_byte(value, '<') < 0 &&
	    str_find_byte(value, '%') < 0)
		l->entities[l->n_entities++] =
			(struct pair){ name, html_unescape(l->a, value) };
}

static bool
at(const struct loose *l, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(l->end - l->p) >= n && strncasecmp(l->p, word, n) == 0;
}

static void
read_doctype(struct loose *l)
{
	bool inside = false;

	for (l->p += 9; l->p < l->end; l->p++) {
		if (*l->p == '[')
			inside = true;
		else if (*l->p == ']')
			inside = false;
		else if (*l->p == '>' && !inside)
			break;
		else if (*l->p == '<' && at(l, "<!ENTITY")) {
			read_entity(l);
			l->p--;
		}
	}
	l->p += l->p < l->end;
}

/* To behind what; without it, behind the next '>'. */
static void
skip_past(struct loose *l, size_t from, const char *what, bool *none)
{
	const char *hit = NULL;
	size_t n = strlen(what);

	if (!*none && (size_t)(l->end - l->p) > from)
		hit = memmem(l->p + from, (size_t)(l->end - l->p) - from, what, n);
	if (!hit) {
		*none = true;
		hit = memchr(l->p, '>', (size_t)(l->end - l->p));
		n = 1;
	}
	l->p = hit ? hit + n : l->end;
}

static void
read_cdata(struct loose *l)
{
	const char *from = l->p + 9;

	skip_past(l, 9, "]]>", &l->no_cdata);
	if (l->no_cdata)
		l->p = l->end;
	else if (l->p - 3 > from)
		l->ev->text(l->self, (struct str){ from, (size_t)(l->p - 3 - from) });
}

static void
read_declaration(struct loose *l)
{
	if (at(l, "<!--"))
		skip_past(l, 4, "-->", &l->no_comment);
	else if (at(l, "<![CDATA["))
		read_cdata(l);
	else if (at(l, "<!DOCTYPE"))
		read_doctype(l);
	else
		skip_past(l, 2, ">", &l->no_declaration);
}

/* "a < b", "<<<": text up to what may be markup again. A '<' at the very end is a torn tag. */
static void
read_stray(struct loose *l)
{
	const char *from = l->p++;

	while (l->p + 1 < l->end && *l->p == '<' && l->p[1] == '<')
		l->p++;
	if (l->p < l->end)
		l->ev->text(l->self, (struct str){ from, (size_t)(l->p - from) });
}

void
xml_read_loose(struct arena *a, struct str text, const struct xml_events *ev, void *self)
{
	struct loose l = {
		.a = a, .ev = ev, .self = self, .p = text.p, .end = text.p + text.n
	};

	while (l.p < l.end) {
		const char *lt = memchr(l.p, '<', (size_t)(l.end - l.p)),
			   *upto = lt ? lt : l.end;
		char next = lt && l.end - lt > 1 ? lt[1] : 0;

		put_text(&l, (struct str){ l.p, (size_t)(upto - l.p) });
		l.p = upto;
		if (!lt)
			break;
		if (next == '/')
			read_end(&l);
		else if (next == '?')
			skip_past(&l, 2, "?>", &l.no_pi);
		else if (next == '!')
			read_declaration(&l);
		else if (is_name_start(next))
			read_start(&l);
		else
			read_stray(&l);
	}
}
