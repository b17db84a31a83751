/*
 * xml.c - the pre-scan that bounds libxml2's work, and its SAX2 parser.
 *
 * libxml2 2.9.14 compares every attribute of a tag with every other one, and every end tag of
 * HTML with every open element. So, before it sees a byte:
 * 1. no tag has over 256 attributes or 64 KiB (HTML: 512 KiB; our reading of a tag is libxml2's: a quote
 *    opens a value only behind "name=", a faulty attribute is skipped to the next blank);
 * 2. elements nest at most 512 deep (HTML: 4,096);
 * 3. a DOCTYPE declares at most 64 entities, none with another one in its value.
 * 4. HTML: what its tags, surplus end tags and bare ampersands will cost the parser (it makes
 *    an error message of each) is estimated, and refused above 0.3 s.
 */
#include "core/base.h"

#include <limits.h>
#include <stdio.h>
#include <strings.h>

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#define TEXT_MAX     ((size_t)8 << 20)
#define TAG_MAX      ((size_t)64 << 10)
#define HTML_TAG_MAX ((size_t)512 << 10) /* pages carry pictures in attributes */
#define ATTRS_MAX    256
#define DEPTH_MAX    512
#define HTML_DEPTH   4096 /* a span that is never closed nests all that follows */
#define ENTITIES_MAX 64
/* What libxml2's HTML parser and our tree take for a thing, in ns; measured on pages of
 * nothing else. */
#define WORK_MAX  ((size_t)300 * 1000 * 1000)
#define NS_START  700
#define NS_ATTR   150
#define NS_PAIR   6 /* two attributes compared               */
#define NS_END    250
#define NS_ASTRAY 450 /* a surplus end tag, a bare ampersand   */
#define NS_LEVEL  3   /* an open element looked at             */

struct scan {
	const char *begin, *p, *end;
	size_t depth, work, entities;
	uint32_t names[HTML_DEPTH]; /* of what is open: hashes; HTML only */
	bool careful; /* elements that nest nothing are told apart                   */
	bool html;    /* libxml2's HTML parser will read it: no CDATA, script is raw        */
	bool no_comment, no_cdata, no_pi, no_quote[2]; /* searches that failed once */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}
static bool
is_name(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == ':' || (c & 0x80);
}

static int
refuse(const struct scan *s, const char *at, const char *what, struct err *e)
{
	return err_set(e, ERR_REJECT, "%s at byte %zu %s", s->html ? "page" : "text",
		       (size_t)(at - s->begin), what);
}

/* Elements of HTML that often stand open, in feeds, too: they nest nothing. */
static bool
is_flat(const char *p, size_t n)
{
	/* By their length. */
	static const char flat[][9] = {
		"p",     "br",    "hr",    "li",    "dd",     "td",     "th",       "tr",
		"dt",    "img",   "col",   "wbr",   "area",   "base",   "body",     "head",
		"html",  "link",  "meta",  "nobr",  "embed",  "frame",  "input",    "param",
		"tbody", "tfoot", "thead", "track", "option", "source", "basefont", "colgroup",
	};
	static const uint8_t first[] = { 0, 0, 1, 9, 12, 20, 28, 30, 30, 32 };

	if (!n || n >= sizeof flat[0])
		return false;
	for (size_t i = first[n]; i < first[n + 1]; i++)
		if ((*p | 32) == flat[i][0] && strncasecmp(p, flat[i], n) == 0)
			return true;
	return false;
}

static const char *
skip_blanks(const char *p, const char *stop)
{
	while (p < stop && is_blank(*p))
		p++;
	return p;
}
/* To a blank or '>'. */
static const char *
skip_word(const char *p, const char *stop)
{
	while (p < stop && !is_blank(*p) && *p != '>')
		p++;
	return p;
}
/* To what ends an attribute's name. */
static const char *
skip_attr_name(const char *p, const char *stop)
{
	while (p < stop && !is_blank(*p) && *p != '>' && *p != '=' && *p != '/' && *p != '"' &&
	       *p != '\'')
		p++;
	return p;
}

/* Behind '='. NULL when a quote is not closed before stop. */
static const char *
skip_value(struct scan *s, const char *p, const char *stop)
{
	const char *quote;

	p = skip_blanks(p, stop);
	if (p == stop || (*p != '"' && *p != '\''))
		return skip_word(p, stop);
	if (s->no_quote[*p == '"'])
		return NULL;
	quote = memchr(p + 1, *p, (size_t)(stop - p - 1));
	s->no_quote[*p == '"'] = !quote && stop == s->end;
	return quote ? quote + 1 : NULL;
}

/* One attribute, from its first byte; a faulty one to the next blank. */
static const char *
skip_attr(struct scan *s, const char *p, const char *stop)
{
	if (*p == '=' || *p == '"' || *p == '\'')
		return skip_word(p, stop);
	p = skip_blanks(skip_attr_name(p, stop), stop);
	return p < stop && *p == '=' ? skip_value(s, p + 1, stop) : p;
}

/* Between name and '>' as libxml2 reads it. Sets *closed for "/>". */
static int
scan_attrs(struct scan *s, const char *open, bool *closed, struct err *e)
{
	const char *p = s->p, *stop = s->end;
	size_t most = s->html ? HTML_TAG_MAX : TAG_MAX;
	bool cut = (size_t)(stop - open) > most;
	size_t n = 0;

	if (cut)
		stop = open + most;
	while (p && p < stop && *p != '>') {
		if (is_blank(*p) || *p == '/') {
			p++;
			continue;
		}
		if (++n > ATTRS_MAX)
			return refuse(s, open, "has over 256 attributes in a tag", e);
		p = skip_attr(s, p, stop);
	}
	s->work += s->html ? n * NS_ATTR + n * n * NS_PAIR : 0;
	if (p && p < stop) {
		*closed = p[-1] == '/';
		s->p = p + 1;
		return 0;
	}
	if (cut)
		return refuse(s, open, "has too long a tag", e);
	s->p++; /* it never ends: look at what is inside */
	return 0;
}

static void
skip_raw(struct scan *s, const char *name, size_t n)
{
	while (s->p < s->end) {
		const char *p = memmem(s->p, (size_t)(s->end - s->p), "</", 2);

		if (!p) {
			s->p = s->end;
			return;
		}
		s->p = p + 2;
		if ((size_t)(s->end - s->p) >= n && strncasecmp(s->p, name, n) == 0) {
			s->p = p;
			return;
		}
	}
}

/* What is open, for HTML: its name and how strongly it resists being closed by a stranger's
 * end tag (htmlGetEndPriority in libxml2). */
static uint32_t
open_name(const char *p, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint32_t)(p[i] | 32)) * 16777619u;
	h &= ~3u;
	if (n == 3 && strncasecmp(p, "div", 3) == 0)
		return h | 1;
	return n == 5 && strncasecmp(p, "table", 5) == 0 ? h | 2 : h;
}

static int
spend(struct scan *s, const char *at, size_t ns, struct err *e)
{
	s->work += s->html ? ns : 0;
	if (s->work > WORK_MAX)
		return refuse(s, at, "has too many tags or ampersands", e);
	return 0;
}

static int
scan_start(struct scan *s, struct err *e)
{
	const char *open = s->p, *name = open + 1;
	bool closed = false;
	size_t n;

	for (s->p++; s->p < s->end && !is_blank(*s->p) && *s->p != '>' && *s->p != '/';)
		s->p++;
	n = (size_t)(s->p - name);
	if (scan_attrs(s, open, &closed, e) < 0 || spend(s, open, NS_START, e) < 0)
		return -1;
	if (closed || (s->careful && is_flat(name, n)))
		return 0;
	if (s->html && ((n == 6 && strncasecmp(name, "script", 6) == 0) ||
			(n == 5 && strncasecmp(name, "style", 5) == 0)))
		skip_raw(s, name, n);
	if (s->depth == (s->html ? HTML_DEPTH : DEPTH_MAX))
		return refuse(s, open, "nests too many elements", e);
	s->names[s->depth++] = s->html ? open_name(name, n) : 0;
	return 0;
}

/* The open element that an end tag closes: its place from below, 0 for none. */
static size_t
scan_open(struct scan *s, uint32_t name, size_t *looked)
{
	size_t i = s->depth;

	while (i && s->names[i - 1] != name && (s->names[i - 1] & 3) <= (name & 3))
		i--;
	*looked = s->depth - i;
	return i && s->names[i - 1] == name ? i : 0;
}

static int
scan_end(struct scan *s, struct err *e)
{
	const char *open = s->p, *name = open + 2, *close;
	size_t n = 0, looked = s->depth, at = 0;

	close = memchr(name, '>', (size_t)(s->end - name));
	while (name + n < s->end && (is_name(name[n]) || (name[n] >= '0' && name[n] <= '9')))
		n++;
	s->p = close ? close + 1 : s->end;
	if (!s->html) {
		s->depth -= s->depth && !(s->careful && is_flat(name, n));
		return 0;
	}
	if (!is_flat(name, n)) {
		at = scan_open(s, open_name(name, n), &looked);
		s->depth = at ? at - 1 : s->depth;
	}
	return spend(s, open, (at ? NS_END : NS_ASTRAY) + looked * NS_LEVEL, e);
}

static const char *
find_end(const char *p, const char *end, const char *what)
{
	ptrdiff_t at = str_find_rare((struct str){ p, (size_t)(end - p) }, str_of(what));

	return at < 0 ? NULL : p + at;
}

static void
skip_past(struct scan *s, size_t from, const char *what, bool *none)
{
	size_t n = strlen(what);
	const char *hit = NULL;

	if (!*none && (size_t)(s->end - s->p) > from)
		hit = find_end(s->p + from, s->end, what);
	if (hit) {
		s->p = hit + n;
		return;
	}
	*none = true;
	hit = memchr(s->p, '>', (size_t)(s->end - s->p));
	s->p = hit ? hit + 1 : s->end;
}

static bool
at(const struct scan *s, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(s->end - s->p) >= n && strncasecmp(s->p, word, n) == 0;
}

/* <!ENTITY name "value">, in an internal subset. */
static int
scan_entity(struct scan *s, struct err *e)
{
	const char *p = s->p + 8, *close;
	char quote;

	if (++s->entities > ENTITIES_MAX)
		return refuse(s, s->p, "declares over 64 entities", e);
	while (p < s->end && *p != '"' && *p != '\'' && *p != '>')
		p++;
	if (p == s->end || *p == '>') {
		s->p = p;
		return 0;
	}
	quote = *p++;
	close = memchr(p, quote, (size_t)(s->end - p));
	s->p = close ? close + 1 : s->end;
	for (; close && p < close; p++)
		if (*p == '%' || (*p == '&' && p[1] != '#'))
			return refuse(s, p, "declares an entity by another one", e);
	return 0;
}

/* To its '>' behind the internal subset. Where a quoted bracket ends it too early we look at
 * more than needed, never at less. */
static int
scan_doctype(struct scan *s, struct err *e)
{
	const char *gt = memchr(s->p, '>', (size_t)(s->end - s->p));
	const char *open = memchr(s->p, '[', (size_t)((gt ? gt : s->end) - s->p));

	if (s->html || !open) {
		s->p = gt ? gt + 1 : s->end;
		return 0;
	}
	for (s->p = open; s->p < s->end && *s->p != ']';) {
		if (at(s, "<!--"))
			skip_past(s, 4, "-->", &s->no_comment);
		else if (at(s, "<!ENTITY")) {
			if (scan_entity(s, e) < 0)
				return -1;
		} else {
			s->p++;
		}
	}
	return 0;
}

static int
scan_one(struct scan *s, struct err *e)
{
	char next = s->end - s->p > 1 ? s->p[1] : 0;

	if (next == '/')
		return scan_end(s, e);
	if (is_name(next))
		return scan_start(s, e);
	if (next == '?')
		skip_past(s, 2, s->html ? ">" : "?>", &s->no_pi);
	else if (at(s, "<!--"))
		skip_past(s, 4, "-->", &s->no_comment);
	else if (!s->html && at(s, "<![CDATA["))
		skip_past(s, 9, "]]>", &s->no_cdata);
	else if (at(s, "<!DOCTYPE"))
		return scan_doctype(s, e);
	else if (at(s, "<!ENTITY"))
		return scan_entity(s, e);
	else
		s->p++;
	return 0;
}

/* Each '&' is a call at the least, and an error message if it is bare. */
static int
scan_ampersands(struct scan *s, struct err *e)
{
	const char *p = s->p;

	while ((p = memchr(p, '&', (size_t)(s->end - p)))) {
		if (spend(s, p, NS_ASTRAY, e) < 0)
			return -1;
		p++;
	}
	return 0;
}

static int
scan(struct str text, bool html, bool careful, struct err *e)
{
	struct scan s = { .begin = text.p,
			  .p = text.p,
			  .end = text.p + text.n,
			  .html = html,
			  .careful = careful };

	if (text.n > TEXT_MAX)
		return refuse(&s, s.p, "is over 8 MiB", e);
	if (html && scan_ampersands(&s, e) < 0)
		return -1;
	while (s.p < s.end && (s.p = memchr(s.p, '<', (size_t)(s.end - s.p))))
		if (scan_one(&s, e) < 0)
			return -1;
	return 0;
}

int
xml_prescan(struct str text, struct err *e)
{
	/* Only what seems too deep is looked at again, for what nests nothing. */
	return scan(text, false, false, e) == 0 ? 0 : scan(text, false, true, e);
}

int
html_prescan(struct str text, struct err *e)
{
	return scan(text, true, true, e);
}

/* ---- libxml2 --------------------------------------------------------------------------------- */

struct reader {
	const struct xml_events *ev;
	void *self;
	xmlParserCtxt *ctxt;
};

static struct str
of(const xmlChar *s)
{
	return str_of((const char *)s);
}

/* libxml2 leaves an ampersand of an attribute as "&#38;", for a second reading that only its
 * own tree makes. A value with one is a copy of its own, so it can be put right where it is. */
static struct str
attr_value(const xmlChar *from, const xmlChar *end)
{
	struct str s = { (const char *)from, (size_t)(end - from) };
	char *p = (char *)(uintptr_t)s.p, *hit, *to;

	hit = memmem(p, s.n, "&#38;", 5);
	if (!hit)
		return s;
	for (to = hit, p = hit; p < (const char *)end; p++) {
		*to++ = *p;
		if ((const char *)end - p >= 5 && memcmp(p, "&#38;", 5) == 0)
			p += 4;
	}
	s.n = (size_t)(to - s.p);
	return s;
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns,
	 const xmlChar **ns, int n, int defaulted, const xmlChar **raw)
{
	struct reader *r = ctx;
	struct xml_attr attrs[ATTRS_MAX];
	struct xml_tag t = { of(prefix), of(name), of(uri), attrs, 0 };

	(void)n_ns, (void)ns, (void)defaulted;
	for (; t.n < (size_t)n && t.n < ATTRS_MAX; t.n++, raw += 5) {
		attrs[t.n].prefix = of(raw[1]);
		attrs[t.n].name = of(raw[0]);
		attrs[t.n].value = attr_value(raw[3], raw[4]);
	}
	r->ev->start(r->self, &t);
}
static void
on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct reader *r = ctx;

	(void)uri;
	r->ev->end(r->self, of(prefix), of(name));
}
static void
on_text(void *ctx, const xmlChar *p, int n)
{
	struct reader *r = ctx;

	r->ev->text(r->self, (struct str){ (const char *)p, (size_t)n });
}
/* Only with an external DTD, which nobody reads; without one libxml2 calls it a fault. */
static void
on_reference(void *ctx, const xmlChar *name)
{
	struct reader *r = ctx;
	char text[40];
	int n = snprintf(text, sizeof text, "&%s;", (const char *)name);
	uint32_t cp;

	if (n < (int)sizeof text && html_reference((struct str){ text, (size_t)n }, &cp))
		r->ev->text(r->self, (struct str){ text, utf8_put(text, cp) });
	else
		r->ev->text(r->self, of(name));
}
static void
on_error(void *ctx, xmlErrorPtr fault)
{
	struct reader *r = ctx;

	if (fault->level >= XML_ERR_FATAL)
		xmlStopParser(r->ctxt);
}

/* For a declared entity libxml2 makes a document, even when nobody asked for a tree. */
static void
ctxt_free(xmlParserCtxt *c)
{
	if (c->myDoc)
		xmlFreeDoc(c->myDoc);
	c->myDoc = NULL;
	xmlFreeParserCtxt(c);
}

int
xml_read(struct str text, const struct xml_events *ev, void *self, struct err *e)
{
	struct reader r = { ev, self, NULL };
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.reference = on_reference,
		.serror = on_error,
	};
	bool good;

	if (text.n < 4 || text.n > INT_MAX)
		return err_set(e, ERR_REJECT, "too short to be XML");
	r.ctxt = xmlCreatePushParserCtxt(&sax, &r, NULL, 0, NULL);
	if (!r.ctxt)
		abort();
	/* The text is UTF-8 by now, whatever it declares. */
	xmlCtxtUseOptions(r.ctxt, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR |
					  XML_PARSE_NOWARNING);
	good = xmlParseChunk(r.ctxt, text.p, (int)text.n, 1) == 0 && r.ctxt->wellFormed;
	if (!good)
		err_set(e, ERR_REJECT, "not well-formed near byte %ld",
			xmlByteConsumed(r.ctxt));
	ctxt_free(r.ctxt);
	return good ? 0 : -1;
}

/* ---- HTML ------------------------------------------------------------------------------------- */

static void
on_html_start(void *ctx, const xmlChar *name, const xmlChar **pairs)
{
	struct reader *r = ctx;
	struct xml_attr attrs[ATTRS_MAX];
	struct xml_tag t = { STR(""), of(name), STR(""), attrs, 0 };

	for (; pairs && pairs[0] && t.n < ATTRS_MAX; pairs += 2)
		attrs[t.n++] = (struct xml_attr){ STR(""), of(pairs[0]), of(pairs[1]) };
	r->ev->start(r->self, &t);
}
static void
on_html_end(void *ctx, const xmlChar *name)
{
	struct reader *r = ctx;

	r->ev->end(r->self, STR(""), of(name));
}

int
html_read(struct str text, const struct xml_events *ev, void *self, struct err *e)
{
	struct reader r = { ev, self, NULL };

	if (text.n < 4 || text.n > INT_MAX)
		return err_set(e, ERR_REJECT, "too short to be a page");
	r.ctxt = htmlCreateMemoryParserCtxt(text.p, (int)text.n);
	if (!r.ctxt)
		abort();
	htmlCtxtUseOptions(r.ctxt, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
					   HTML_PARSE_NOWARNING | HTML_PARSE_IGNORE_ENC);
	memset(r.ctxt->sax, 0, sizeof *r.ctxt->sax);
	r.ctxt->sax->startElement = on_html_start;
	r.ctxt->sax->endElement = on_html_end;
	r.ctxt->sax->characters = on_text;
	r.ctxt->sax->ignorableWhitespace = on_text;
	r.ctxt->sax->cdataBlock = on_text;
	r.ctxt->userData = &r;
	xmlSwitchEncoding(r.ctxt, XML_CHAR_ENCODING_UTF8);
	htmlParseDocument(r.ctxt);
	ctxt_free(r.ctxt);
	return 0;
}
