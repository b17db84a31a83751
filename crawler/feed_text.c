/*
 * feed_text.c - a field's raw text -> its value: base64, markup, strays, links.
 *
 * Whether a text is HTML is often not said, or said wrongly. RSS: what looks like HTML is
 * (closing tags or references, and nothing but HTML's elements). Atom says its type.
 */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/feed_read.h"

#define TEXT_MAX ((size_t)256 << 10)
#define RAW_MAX  ((size_t)4 << 20) /* of markup; what it shows is cut anyway */
#define LOOK_MAX ((size_t)1 << 20) /* is this markup? */
#define TAG_MAX  512               /* in which a tag that counts ends */

enum feed_markup
feed_markup_of(struct str type, enum feed_markup dflt)
{
	static const struct {
		const char *type;
		enum feed_markup is;
	} known[] = {
		{ "text", MARKUP_PLAIN },
		{ "plain", MARKUP_PLAIN },
		{ "text/plain", MARKUP_PLAIN },
		{ "html", MARKUP_HTML },
		{ "text/html", MARKUP_HTML },
		{ "xhtml", MARKUP_XML },
		{ "application/xhtml+xml", MARKUP_XML },
	};

	if (!type.n)
		return dflt;
	for (size_t i = 0; i < LY_COUNT(known); i++)
		if (str_eq_nocase(type, str_of(known[i].type)))
			return known[i].is;
	if (str_ends(type, STR("/xml")) || str_ends(type, STR("+xml")))
		return MARKUP_XML;
	return str_starts(type, STR("text/")) ? MARKUP_PLAIN : MARKUP_OTHER;
}

/* ---- does it look like HTML? --------------------------------------------------------------------- */

static int
by_name(const void *key, const void *row)
{
	return strcmp(key, row);
}

static bool
is_html_name(struct str name)
{
	static const char names[][14] = {
		"a",          "abbr",
		"acronym",    "address",
		"area",       "article",
		"aside",      "audio",
		"b",          "big",
		"blockquote", "br",
		"button",     "canvas",
		"caption",    "center",
		"cite",       "code",
		"col",        "colgroup",
		"command",    "datagrid",
		"datalist",   "dd",
		"del",        "details",
		"dfn",        "dialog",
		"dir",        "div",
		"dl",         "dt",
		"em",         "event-source",
		"fieldset",   "figcaption",
		"figure",     "font",
		"footer",     "form",
		"h1",         "h2",
		"h3",         "h4",
		"h5",         "h6",
		"header",     "hr",
		"i",          "img",
		"input",      "ins",
		"kbd",        "keygen",
		"label",      "legend",
		"li",         "m",
		"map",        "menu",
		"meter",      "multicol",
		"nav",        "nextid",
		"noscript",   "ol",
		"optgroup",   "option",
		"output",     "p",
		"picture",    "pre",
		"progress",   "q",
		"s",          "samp",
		"section",    "select",
		"small",      "sound",
		"source",     "spacer",
		"span",       "strike",
		"strong",     "sub",
		"sup",        "table",
		"tbody",      "td",
		"textarea",   "tfoot",
		"th",         "thead",
		"time",       "tr",
		"tt",         "u",
		"ul",         "var",
		"video",
	};
	char folded[sizeof names[0]];
	size_t n = 0;

	if (!name.n || name.n >= sizeof folded)
		return false;
	for (; n < name.n; n++)
		folded[n] = name.p[n] >= 'A' && name.p[n] <= 'Z' ? (char)(name.p[n] | 32)
								 : name.p[n];
	folded[n] = '\0';
	return bsearch(folded, names, LY_COUNT(names), sizeof names[0], by_name) != NULL;
}

static size_t
word_length(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && (((p[n] | 32) >= 'a' && (p[n] | 32) <= 'z') || p[n] == '_' ||
			       (p[n] >= '0' && p[n] <= '9')))
		n++;
	return n;
}

/* Elements that never have an end tag: nobody writes <br /> but as markup. */
static bool
is_void(struct str name)
{
	static const struct str names[] = { STR_INIT("br"), STR_INIT("hr"), STR_INIT("img") };

	for (size_t i = 0; i < LY_COUNT(names); i++)
		if (str_eq_nocase(name, names[i]))
			return true;
	return false;
}

/* What stands at '&': -1 speaks against HTML, 1 for it, 0 says nothing. */
static int
judge_reference(struct str s)
{
	bool number = s.n > 1 && s.p[1] == '#';
	size_t n = word_length(s.p + 1 + number, s.p + s.n);
	uint32_t cp;

	if (!n || 1 + number + n >= s.n || s.p[1 + number + n] != ';')
		return 0;
	return html_reference(s, &cp) ? 1 : -1;
}

/* The same at '<'. */
static int
judge_tag(struct str s, bool in_body)
{
	bool close = s.n > 1 && s.p[1] == '/';
	size_t n = word_length(s.p + 1 + close, s.p + s.n);
	struct str name = { s.p + 1 + close, n };

	if (!n)
		return 0;
	if (!is_html_name(name))
		return -1;
	if (close)
		return 2 + n < s.n && s.p[2 + n] == '>';
	return in_body && is_void(name) && memchr(s.p, '>', s.n < TAG_MAX ? s.n : TAG_MAX);
}

static bool
looks_like_html(struct str s, bool in_body)
{
	bool seen = false;

	for (size_t i = 0; i < s.n; i++) {
		struct str rest = { s.p + i, s.n - i };
		int says = s.p[i] == '&'   ? judge_reference(rest)
			   : s.p[i] == '<' ? judge_tag(rest, in_body && !seen)
					   : 0;

		if (says < 0)
			return false;
		seen |= says;
	}
	return seen;
}

/* ---- letters that lost their way ----------------------------------------------------------------- */

/* UTF-8 once read as Latin-1 and encoded again: only U+0080..FF, which as bytes are UTF-8. */
static bool
is_twice_encoded(struct str s)
{
	bool high = false;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		uint64_t eight;

		if (c < 0x80) {
			while (i + 8 < s.n && (memcpy(&eight, s.p + i, 8),
					       !(eight & UINT64_C(0x8080808080808080))))
				i += 8;
			if (!(s.p[i] & 0x80))
				continue;
			c = (unsigned char)s.p[i];
		}
		if ((c != 0xc2 && c != 0xc3) || i + 1 == s.n)
			return false;
		i++;
		high = true;
	}
	return high;
}

static struct str
undo_twice(struct arena *a, struct str s)
{
	char *to = arena_alloc(a, s.n + 1);
	struct str out = { to, 0 };

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x80)
			c = (unsigned char)(c << 6 | ((unsigned char)s.p[++i] & 0x3f));
		to[out.n++] = (char)c;
	}
	return utf8_valid(out) ? out : s;
}

/* U+0080..9F as windows-1252. Three bytes at most for two. */
static struct str
undo_strays(struct arena *a, struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	size_t strays = 0;
	char *to;
	struct str out;

	while ((p = memchr(p, 0xc2, (size_t)(end - p)))) {
		strays += p + 1 < end && (unsigned char)p[1] < 0xa0;
		p++;
	}
	if (!strays)
		return s;
	out = (struct str){ to = arena_alloc(a, s.n + strays + 1), 0 };
	for (p = s.p; p < end;) {
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		out.n += utf8_put(to + out.n, html_windows(cp));
	}
	return out;
}

struct str
feed_text_value(struct arena *a, struct str s)
{
	s = utf8_cut(str_trim(s), TEXT_MAX);
	if (is_twice_encoded(s))
		s = undo_twice(a, s);
	return arena_str(a, undo_strays(a, s));
}

struct str
feed_text_address(struct arena *a, struct str s)
{
	static const struct str forms[] = { STR_INIT("&amp;"), STR_INIT("&#38;"),
					    STR_INIT("&#x26;") };
	struct str from = feed_text_value(a, s);
	size_t n = 0;
	char *to;

	if (str_find_byte(from, '&') < 0)
		return from;
	to = arena_alloc(a, from.n + 1);

	for (size_t i = 0; i < from.n; i++) {
		to[n++] = from.p[i];
		for (size_t k = 0; from.p[i] == '&' && k < LY_COUNT(forms); k++)
			if (str_starts(str_slice(from, i, from.n), forms[k])) {
				i += forms[k].n - 1;
				break;
			}
	}
	return (struct str){ to, n };
}

/* Is what stands behind an '@' a domain whose last label has two to four letters? Of an
 * address with a longer one the text is kept whole, as the Universal Feed Parser does, whose
 * reading of authors everybody compares with. */
static bool
has_short_domain(struct str s)
{
	size_t n = 0, last = 0;

	for (; n < s.n && (s.p[n] == '.' || s.p[n] == '-' || (s.p[n] >= '0' && s.p[n] <= '9') ||
			   ((s.p[n] | 32) >= 'a' && (s.p[n] | 32) <= 'z'));
	     n++)
		last = s.p[n] == '.' ? 0 : last + 1;
	return last <= 4;
}

struct str
feed_text_person(struct str s)
{
	ptrdiff_t at = str_find_byte(s, '@'), open = str_find_byte(s, '('),
		  angle = str_find_byte(s, '<');
	struct str name;

	if (at < 0 || !has_short_domain(str_slice(s, (size_t)at + 1, s.n)))
		return s;
	if (open >= 0 && str_ends(s, STR(")"))) {
		name = str_trim(str_slice(s, (size_t)open + 1, s.n - (size_t)open - 2));
		if (open > at && name.n)
			return name;
	}
	if (angle > 0 && at > angle) {
		name = str_trim(str_slice(s, 0, (size_t)angle));
		if (name.n)
			return name;
	}
	return s;
}

/* ---- markup --------------------------------------------------------------------------------------- */

static int
digit64(char c)
{
	return c >= 'A' && c <= 'Z'   ? c - 'A'
	       : c >= 'a' && c <= 'z' ? c - 'a' + 26
	       : c >= '0' && c <= '9' ? c - '0' + 52
	       : c == '+'             ? 62
	       : c == '/'             ? 63
				      : -1;
}

/* What is no base64, or no text in it, stays as it is. */
static struct str
from_base64(struct arena *a, struct str s)
{
	char *to = arena_alloc(a, s.n + 1);
	struct str out = { to, 0 };
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < s.n; i++) {
		int d = digit64(s.p[i]);

		if (d < 0)
			continue;
		bits = bits << 6 | (uint32_t)d;
		have += 6;
		if (have >= 8) {
			have -= 8;
			to[out.n++] = (char)(bits >> have & 0xff);
		}
	}
	return out.n && utf8_valid(out) ? out : s;
}

/* A whole value wrapped in CDATA once more, as text. */
static struct str
unwrap(struct str s)
{
	static const struct str open = STR_INIT("<![CDATA["), close = STR_INIT("]]>");

	if (s.n < open.n + close.n || !str_starts(s, open) || !str_ends(s, close))
		return s;
	return str_trim(str_slice(s, open.n, s.n - open.n - close.n));
}

struct str
feed_text_plain(struct arena *a, const struct feed_raw *raw)
{
	struct str s = str_trim(raw->text);
	bool html = raw->markup != MARKUP_PLAIN;

	if (raw->base64)
		s = from_base64(a, s);
	if (html)
		s = unwrap(s);
	s = utf8_cut(s, RAW_MAX);
	if (raw->markup == MARKUP_PLAIN && !raw->atom)
		html = looks_like_html(utf8_cut(s, LOOK_MAX), raw->body);
	return feed_text_value(a, html ? html_text(a, s) : s);
}

/* ---- links ------------------------------------------------------------------------------------------ */

struct link {
	struct str scheme, host, path, query,
		fragment; /* host with its "//", query with '?' ... */
};

static struct link
split(struct str s)
{
	struct link l = { .scheme = STR("") };
	size_t n = 0;
	ptrdiff_t at;

	while (n < s.n && (((s.p[n] | 32) >= 'a' && (s.p[n] | 32) <= 'z') ||
			   (n && strchr("0123456789+-.", s.p[n]))))
		n++;
	if (n && n < s.n && s.p[n] == ':') {
		l.scheme = str_slice(s, 0, n + 1);
		s = str_slice(s, n + 1, s.n);
	}
	at = str_find_byte(s, '#');
	if (at >= 0) {
		l.fragment = str_slice(s, (size_t)at, s.n);
		s = str_slice(s, 0, (size_t)at);
	}
	at = str_find_byte(s, '?');
	if (at >= 0) {
		l.query = str_slice(s, (size_t)at, s.n);
		s = str_slice(s, 0, (size_t)at);
	}
	if (str_starts(s, STR("//"))) {
		at = str_find_byte(str_slice(s, 2, s.n), '/');
		l.host = at < 0 ? s : str_slice(s, 0, (size_t)at + 2);
		s = str_slice(s, l.host.n, s.n);
	}
	l.path = s;
	return l;
}

/* Without "." and ".." segments. */
static void
add_path(struct buf *b, struct str path)
{
	size_t root = b->n;
	struct str part;
	bool dir = false;

	if (path.n && *path.p == '/') {
		buf_add_byte(b, '/');
		path = str_slice(path, 1, path.n);
		root = b->n;
	}
	while (str_next(&path, '/', &part)) {
		dir = str_is(part, ".") || str_is(part, "..");
		if (str_is(part, "..")) {
			while (b->n > root && b->p[b->n - 1] == '/')
				b->p[--b->n] = '\0';
			while (b->n > root && b->p[b->n - 1] != '/')
				b->p[--b->n] = '\0';
		} else if (!dir) {
			buf_add(b, part);
			if (path.n || (path.p && path.p[-1] == '/'))
				buf_add_byte(b, '/');
		}
	}
}

struct str
feed_link(struct arena *a, struct str base, struct str url)
{
	struct link b, u;
	struct buf out = BUF(1 << 17);
	struct str result, dir;

	url = str_trim(url);
	if (str_starts(url, STR("http://")) || str_starts(url, STR("https://")))
		return arena_str(a, url);
	u = split(url);
	if (!base.n || u.scheme.n || base.n + url.n > 65536)
		return arena_str(a, url);
	if (!url.n)
		return arena_str(a, base);
	b = split(base);
	if (!b.host.n && !(b.path.n && *b.path.p == '/') && !str_is(b.scheme, "file:"))
		return arena_str(a, url); /* mailto: and the like: nothing is relative to it */
	buf_add(&out, b.scheme);
	if (u.host.n) {
		buf_add(&out, u.host);
		add_path(&out, u.path);
	} else {
		buf_add(&out, b.host);
		if (!u.path.n) {
			buf_add(&out, b.path);
			if (!u.query.n)
				u.query = b.query;
		} else if (*u.path.p == '/') {
			add_path(&out, u.path);
		} else {
			struct buf joined = BUF(1 << 17);

			for (dir = b.path; dir.n && dir.p[dir.n - 1] != '/';)
				dir.n--;
			if (!dir.n)
				dir = STR("/");
			buf_add(&joined, dir);
			buf_add(&joined, u.path);
			add_path(&out, buf_str(&joined));
			buf_release(&joined);
		}
	}
	buf_add(&out, u.query);
	buf_add(&out, u.fragment);
	result = arena_str(a, buf_str(&out));
	buf_release(&out);
	return result;
}
