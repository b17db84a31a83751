/*
 * xml_loose.c - reads XML, and what calls itself XML and is not: forty years of hand-made feeds.
 *
 * 1. Linear: a search that failed is not repeated, an entity is never looked into again.
 * 2. Declared entities expand to at most 64 KiB a text, and only when their value is plain.
 * 3. Start and end events come as written; they need not match. What had to be forgiven is
 *    counted, so that one reading serves both good and bad (no more is checked for that than
 *    is seen anyway: it is no validator).
 * 4. A name is split, and its namespace looked up, where it first stands; every later one is
 *    the same pointer, so that who listens may compare pointers.
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
#define NAMES        128 /* a power of two */
#define OPEN_MAX     512

struct pair {
	struct str name, value;
};
struct name {
	struct str full, prefix, local, uri;
	size_t scope; /* uri is right in this one */
};
struct open {
	struct str full;
	size_t n_prefixes; /* before its own */
};
struct loose {
	struct arena *a;
	const struct xml_events *ev;
	void *self;
	const char *p, *end;
	struct pair entities[ENTITIES_MAX], prefixes[PREFIXES_MAX];
	size_t n_entities, n_prefixes, expanded;
	bool no_comment, no_cdata, no_pi, no_declaration;
	bool doctype; /* may declare what we do not see */
	size_t faults;
	struct name *names; /* NAMES of them, by hash; no name: free */
	size_t n_names, scope, scopes;
	struct open open[OPEN_MAX];
	size_t n_open;
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
	return is_name_start(c) || (c >= '0' && c <= ':') || c == '-' || c == '.';
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

/* The five that every XML has: their letter, 0 for another one. */
static size_t
own_reference(struct str s, char *letter)
{
	static const struct {
		char text[8];
		size_t n;
		char letter;
	} own[] = {
		{ "&lt;", 4, '<' },   { "&gt;", 4, '>' },    { "&amp;", 5, '&' },
		{ "&quot;", 6, '"' }, { "&apos;", 6, '\'' },
	};

	for (size_t i = 0; i < LY_COUNT(own); i++)
		if (s.n >= own[i].n && memcmp(s.p, own[i].text, own[i].n) == 0) {
			*letter = own[i].letter;
			return own[i].n;
		}
	return 0;
}

/* "&#20013;", "&#x4e2d;": here, unlike in HTML, 128 is U+0080. 0 when it is none. */
static size_t
number_reference(struct str s, uint32_t *cp)
{
	bool hex = s.n > 2 && s.p[2] == 'x';
	size_t first = hex ? 3 : 2, n = first;

	if (s.n < 4 || s.p[1] != '#')
		return 0;
	for (*cp = 0; n < s.n && n < first + 8; n++) {
		char c = s.p[n];
		int d = c >= '0' && c <= '9'                        ? c - '0'
			: hex && (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
								    : -1;
		if (d < 0)
			break;
		*cp = *cp * (hex ? 16 : 10) + (uint32_t)d;
	}
	return n > first && n < s.n && s.p[n] == ';' && *cp ? n + 1 : 0;
}

/* A reference, or what looks like one; gives its text. Returns the bytes it took. */
static size_t
take_reference(struct loose *l, struct str s, char one[4], struct str *value)
{
	uint32_t cp;
	size_t used = own_reference(s, one);

	*value = (struct str){ one, 1 };
	if (used)
		return used;
	used = number_reference(s, &cp);
	if (!used) {
		used = html_reference(s, &cp);
		l->faults += used && (s.p[used - 1] != ';' || !l->doctype);
	}
	if (used) {
		value->n = utf8_put(one, cp);
		return used;
	}
	used = declared_reference(l, s, value);
	if (used)
		return used;
	l->faults++;
	*value = (struct str){ s.p, 1 };
	return 1;
}

static void
put_text(struct loose *l, struct str s)
{
	const char *p = s.p, *end = s.p + s.n, *amp;

	if (!l->n_open && str_trim(s).n)
		l->faults++;
	while (p < end && (amp = memchr(p, '&', (size_t)(end - p)))) {
		struct str value;
		char one[4];
		size_t used = take_reference(l, (struct str){ amp, (size_t)(end - amp) }, one,
					     &value);

		if (amp > p)
			l->ev->text(l->self, (struct str){ p, (size_t)(amp - p) });
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

static size_t
hash_of(struct str s)
{
	size_t h = s.n;

	for (size_t i = 0; i < s.n; i++)
		h = h * 31 + (unsigned char)s.p[i];
	return h ^ h >> 7;
}

/* As it was first seen (rule 4). room serves when there are too many names to remember. */
static struct name *
name_get(struct loose *l, struct str full, struct name *room)
{
	size_t at = hash_of(full);
	struct name *n;

	for (;; at++) {
		n = &l->names[at & (NAMES - 1)];
		if (!n->full.p)
			break;
		if (str_eq(n->full, full))
			return n;
	}
	if (l->n_names < NAMES / 2)
		l->n_names++;
	else
		n = room;
	*n = (struct name){ .full = full };
	split(full, &n->prefix, &n->local);
	return n;
}

/* ---- what is open ------------------------------------------------------------------------------ */

static void
scope_end(struct loose *l, size_t n_prefixes)
{
	if (l->n_prefixes > n_prefixes)
		l->scope = ++l->scopes;
	l->n_prefixes = n_prefixes;
}

static void
open_push(struct loose *l, struct str full, size_t n_prefixes)
{
	if (l->n_open == OPEN_MAX) {
		l->faults++;
		return;
	}
	l->open[l->n_open++] = (struct open){ full, n_prefixes };
}

/* An end tag closes the nearest element of its name, and what stands open in it. Names are
 * compared from the top: one comparison for all that is well-formed. */
static void
open_close(struct loose *l, struct str full)
{
	size_t i = l->n_open;

	while (i && i + 8 > l->n_open && !str_eq(l->open[i - 1].full, full))
		i--;
	l->faults += !i || i != l->n_open;
	if (!i || i + 8 <= l->n_open)
		return; /* of nothing near */
	l->n_open = i - 1;
	scope_end(l, l->open[i - 1].n_prefixes);
}

/* ---- tags --------------------------------------------------------------------------------------- */

static struct str
read_value(struct loose *l)
{
	const char *from = l->p, *close;

	if (*from == '"' || *from == '\'') {
		close = memchr(from + 1, *from, (size_t)(l->end - from - 1));
		if (close && close - from < 65536) {
			l->p = close + 1;
			return html_unescape(
				l->a, (struct str){ from + 1, (size_t)(close - from - 1) });
		}
		from = ++l->p; /* never closed: to the end of the tag */
		while (l->p < l->end && *l->p != '>')
			l->p++;
	}
	l->faults++;
	while (l->p < l->end && !is_blank(*l->p) && *l->p != '>')
		l->p++;
	return html_unescape(l->a, (struct str){ from, (size_t)(l->p - from) });
}

static void
declare_prefix(struct loose *l, const struct xml_attr *at)
{
	bool named = str_is(at->prefix, "xmlns");

	if ((!named && (at->prefix.n || !str_is(at->name, "xmlns"))) ||
	    l->n_prefixes == PREFIXES_MAX)
		return;
	l->prefixes[l->n_prefixes++] = (struct pair){ named ? at->name : STR(""), at->value };
	l->scope = ++l->scopes;
}

/* l->p at a name's first letter. */
static void
read_attr(struct loose *l, struct xml_attr *at)
{
	struct str full = read_name(l);

	*at = (struct xml_attr){ .value = STR("") };
	while (l->p < l->end && is_blank(*l->p))
		l->p++;
	if (l->p < l->end && *l->p == '=') {
		for (l->p++; l->p < l->end && is_blank(*l->p);)
			l->p++;
		if (l->p < l->end)
			at->value = read_value(l);
	} else {
		l->faults++;
	}
	split(full, &at->prefix, &at->name);
	declare_prefix(l, at);
}

/* Behind the name to behind the '>'; true when it ends with "/>". */
static bool
read_attrs(struct loose *l, struct xml_attr *attrs, size_t *n)
{
	bool closed = false;

	while (l->p < l->end && *l->p != '>' && *l->p != '<') {
		struct xml_attr at;

		closed = *l->p == '/';
		if (!is_name(*l->p)) {
			l->faults += !closed && !is_blank(*l->p);
			l->p++;
			continue;
		}
		read_attr(l, &at);
		if (*n < ATTRS_MAX)
			attrs[(*n)++] = at;
	}
	if (l->p < l->end && *l->p == '>')
		l->p++;
	else
		l->faults++;
	return closed;
}

static struct str
uri_of(struct loose *l, struct str prefix)
{
	const struct str *uri = pair_find(l->prefixes, l->n_prefixes, prefix);

	l->faults += !uri && prefix.n && !str_is(prefix, "xml");
	return uri ? *uri : STR("");
}

/* l->p at '<'. */
static void
read_start(struct loose *l)
{
	struct xml_attr attrs[ATTRS_MAX];
	struct xml_tag t = { .attrs = attrs };
	struct name room, *name;
	size_t n_prefixes = l->n_prefixes;
	bool closed = false;

	l->p++;
	name = name_get(l, read_name(l), &room);
	if (l->p < l->end && *l->p == '>')
		l->p++;
	else
		closed = read_attrs(l, attrs, &t.n);
	if (name->scope != l->scope || name == &room) {
		name->uri = uri_of(l, name->prefix);
		name->scope = l->scope;
	}
	t.prefix = name->prefix;
	t.name = name->local;
	t.uri = name->uri;
	l->ev->start(l->self, &t);
	if (closed) {
		l->ev->end(l->self, t.prefix, t.name);
		scope_end(l, n_prefixes);
	} else {
		open_push(l, name->full, n_prefixes);
	}
}

static void
read_end(struct loose *l)
{
	struct name room, *name;
	struct str full;
	const char *close;

	l->p += 2;
	while (l->p < l->end && is_blank(*l->p))
		l->p++;
	full = read_name(l);
	close = l->p < l->end && *l->p == '>' ? l->p
					      : memchr(l->p, '>', (size_t)(l->end - l->p));
	l->p = close ? close + 1 : l->end;
	l->faults += !close || !full.n;
	if (!full.n)
		return;
	name = name_get(l, full, &room);
	l->ev->end(l->self, name->prefix, name->local);
	open_close(l, full);
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

	l->doctype = true;
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

static const char *
find_end(const char *p, const char *end, const char *what)
{
	ptrdiff_t at = str_find_rare((struct str){ p, (size_t)(end - p) }, str_of(what));

	return at < 0 ? NULL : p + at;
}

/* To behind what; without it, behind the next '>'. */
static void
skip_past(struct loose *l, size_t from, const char *what, bool *none)
{
	const char *hit = NULL;
	size_t n = strlen(what);

	if (!*none && (size_t)(l->end - l->p) > from)
		hit = find_end(l->p + from, l->end, what);
	if (!hit) {
		*none = true;
		l->faults++;
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

	l->faults++;
	while (l->p + 1 < l->end && *l->p == '<' && l->p[1] == '<')
		l->p++;
	if (l->p < l->end)
		l->ev->text(l->self, (struct str){ from, (size_t)(l->p - from) });
}

size_t
xml_read_loose(struct arena *a, struct str text, const struct xml_events *ev, void *self)
{
	struct loose *l = arena_alloc(a, sizeof *l);

	l->a = a;
	l->ev = ev;
	l->self = self;
	l->p = text.p;
	l->end = text.p + text.n;
	l->names = arena_alloc(a, NAMES * sizeof *l->names);
	l->scope = l->scopes = 1;
	while (l->p < l->end) {
		const char *lt = memchr(l->p, '<', (size_t)(l->end - l->p)),
			   *upto = lt ? lt : l->end;
		char next = lt && l->end - lt > 1 ? lt[1] : 0;

		if (upto > l->p)
			put_text(l, (struct str){ l->p, (size_t)(upto - l->p) });
		l->p = upto;
		if (!lt)
			break;
		if (next == '/')
			read_end(l);
		else if (next == '?')
			skip_past(l, 2, "?>", &l->no_pi);
		else if (next == '!')
			read_declaration(l);
		else if (is_name_start(next))
			read_start(l);
		else
			read_stray(l);
	}
	return l->faults + l->n_open;
}
