/* select.c - see select.h. libxml2's tree and XPath, under ceilings. */
#include "core/base.h"

#include <limits.h>
#include <stdio.h>
#include <strings.h>

#include <libxml/HTMLparser.h>
#include <libxml/HTMLtree.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "crawler/select.h"

#define PATH_MAX_BYTES 2000
#define OPS_MAX        10000000UL /* of XPath on one page: about 0.3 s (bench by hand) */
#define PLACE_DEPTH    64

struct select {
	struct str xpath;
	bool css;
	xmlXPathCompExpr *compiled;
};
struct dom {
	xmlDoc *doc;
	xmlXPathContext *context;
	size_t elements;
};

static struct str
of(const xmlChar *p)
{
	return str_of((const char *)p);
}

/* libxml2 prints what nobody catches. */
static void
swallow(void *ctx, xmlErrorPtr fault)
{
	(void)ctx, (void)fault;
}

/* ---- compile -------------------------------------------------------------------------------- */

/* "normalize-space(", "string(", "concat(" … */
static bool
is_call(struct str s)
{
	size_t i = 0;

	while (i < s.n && ((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '-'))
		i++;
	return i && i < s.n && s.p[i] == '(';
}

static bool
is_xpath(struct str s)
{
	static const char *const heads[] = { "/", "./", "..", "(", "@", NULL };

	for (size_t i = 0; heads[i]; i++)
		if (str_starts(s, str_of(heads[i])))
			return true;
	return str_is(s, ".") || is_call(s) || str_find(s, STR("child::")) >= 0 ||
	       str_find(s, STR("sibling::")) >= 0 || str_find(s, STR("self::")) >= 0 ||
	       str_find(s, STR("ancestor::")) >= 0;
}

static void
compiled_free(void *p)
{
	xmlXPathFreeCompExpr(p);
}

static int
xpath_compile(struct arena *a, struct select *s, struct err *e)
{
	xmlXPathContext *context = xmlXPathNewContext(NULL);
	char near[48];
	int at;

	if (!context)
		abort();
	context->error = swallow;
	s->compiled = xmlXPathCtxtCompile(context, (const xmlChar *)s->xpath.p);
	at = context->lastError.int1;
	snprintf(near, sizeof near, "%.40s",
		 at > 0 && (size_t)at < s->xpath.n ? s->xpath.p + at : s->xpath.p);
	xmlResetError(&context->lastError);
	xmlXPathFreeContext(context);
	if (!s->compiled)
		return err_set(e, ERR_USAGE, "not a path that XPath can read, near \"%s\"",
			       near);
	arena_defer(a, compiled_free, s->compiled);
	return 0;
}

struct select *
select_compile(struct arena *a, struct str path, struct err *e)
{
	struct select *s = arena_alloc(a, sizeof *s);
	struct buf out = BUF(1 << 16);
	struct str attr;
	int rc = 0;

	path = str_trim(path);
	if (str_starts(path, STR("css:"))) {
		s->css = true;
		path = str_slice(path, 4, path.n);
	} else if (str_starts(path, STR("xpath:"))) {
		path = str_trim(str_slice(path, 6, path.n));
	} else {
		s->css = !is_xpath(path);
	}
	if (!path.n || path.n > PATH_MAX_BYTES)
		rc = err_set(e, ERR_USAGE,
			     path.n ? "a path is over 2000 bytes" : "an empty path");
	else if (s->css)
		rc = select_css(path, &out, &attr, e);
	if (rc == 0 && !buf_ok(&out))
		rc = err_set(e, ERR_USAGE, "a selector becomes too long an XPath");
	if (rc == 0)
		s->xpath = arena_str(a, s->css ? buf_str(&out) : path);
	buf_release(&out);
	return rc == 0 && xpath_compile(a, s, e) == 0 ? s : NULL;
}

struct str
select_xpath(const struct select *s)
{
	return s->xpath;
}

bool
select_is_css(const struct select *s)
{
	return s->css;
}

/* ---- the tree ------------------------------------------------------------------------------- */

static void
dom_free(void *p)
{
	struct dom *d = p;

	if (d->context)
		xmlXPathFreeContext(d->context);
	if (d->doc)
		xmlFreeDoc(d->doc);
}

/* The node behind n in the page's order, below top; NULL behind the last. */
static xmlNode *
node_after(xmlNode *n, const xmlNode *top, bool into)
{
	if (into && n->children && n->type == XML_ELEMENT_NODE)
		return n->children;
	while (n != top && !n->next)
		n = n->parent;
	return n == top ? NULL : n->next;
}

struct dom *
dom_parse(struct arena *a, struct str html, struct err *e)
{
	struct dom *d = arena_alloc(a, sizeof *d);

	if (html_prescan(html, e) < 0)
		return NULL;
	if (html.n < 4 || html.n > INT_MAX)
		return err_set(e, ERR_REJECT, "too short to be a page"), NULL;
	d->doc = htmlReadMemory(html.p, (int)html.n, NULL, "UTF-8",
				HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
					HTML_PARSE_NOWARNING | HTML_PARSE_IGNORE_ENC |
					HTML_PARSE_COMPACT);
	if (!d->doc)
		return err_set(e, ERR_REJECT, "no page could be made of it"), NULL;
	arena_defer(a, dom_free, d);
	d->context = xmlXPathNewContext(d->doc);
	if (!d->context)
		abort();
	d->context->error = swallow;
	d->context->opLimit = OPS_MAX;
	for (xmlNode *n = d->doc->children; n; n = node_after(n, NULL, true))
		d->elements += n->type == XML_ELEMENT_NODE;
	return d;
}

size_t
dom_elements(const struct dom *d)
{
	return d->elements;
}

/* ---- find ----------------------------------------------------------------------------------- */

/* A document stands for its root; it and a namespace are no nodes to libxml2 but in name: they
 * have neither content nor parent where nodes have them. NULL for what nobody can read. */
static xmlNode *
readable(xmlNode *n)
{
	switch (n->type) {
	case XML_ELEMENT_NODE:
	case XML_ATTRIBUTE_NODE:
	case XML_TEXT_NODE:
	case XML_CDATA_SECTION_NODE:
	case XML_COMMENT_NODE:
		return n;
	case XML_DOCUMENT_NODE:
	case XML_HTML_DOCUMENT_NODE:
		return xmlDocGetRootElement((xmlDoc *)n);
	default:
		return NULL;
	}
}

static size_t
hits_of(xmlXPathObject *o, struct arena *a, struct dom_hit **hits)
{
	size_t n =
		o->nodesetval && o->nodesetval->nodeNr > 0 ? (size_t)o->nodesetval->nodeNr : 0;
	size_t found = 0;
	xmlChar *text;

	if (o->type == XPATH_NODESET) {
		if (o->nodesetval)
			xmlXPathNodeSetSort(o->nodesetval);
		n = n > SELECT_NODES_MAX ? SELECT_NODES_MAX : n;
		*hits = arena_alloc(a, (n + 1) * sizeof **hits);
		for (size_t i = 0; i < n; i++) {
			(*hits)[found].node = readable(o->nodesetval->nodeTab[i]);
			found += (*hits)[found].node != NULL;
		}
		return found;
	}
	text = xmlXPathCastToString(o);
	if (!text)
		abort();
	*hits = arena_alloc(a, sizeof **hits);
	(*hits)[0].text = arena_str(a, utf8_cut(of(text), SELECT_TEXT_MAX));
	xmlFree(text);
	return (*hits)[0].text.n ? 1 : 0;
}

int
dom_find(struct dom *d, void *node, const struct select *s, struct arena *a,
	 struct dom_hit **hits, struct err *e)
{
	xmlXPathObject *o;
	size_t n;

	d->context->node = node ? node : (xmlNode *)d->doc;
	o = xmlXPathCompiledEval(s->compiled, d->context);
	if (!o) {
		bool dear = d->context->opCount >= d->context->opLimit;

		return err_set(
			e, ERR_REJECT, "\"%.*s\" %s", STR_ARG(str_slice(s->xpath, 0, 120)),
			dear ? "takes too long on this page"
			     : "cannot be evaluated: an unknown function or a wrong type");
	}
	n = hits_of(o, a, hits);
	xmlXPathFreeObject(o);
	return (int)n;
}

/* ---- what is readable ----------------------------------------------------------------------- */

static const char *const blocks[] = {
	"address", "article", "aside",    "blockquote", "br",     "dd",     "div",
	"dl",      "dt",      "fieldset", "figcaption", "figure", "footer", "form",
	"h1",      "h2",      "h3",       "h4",         "h5",     "h6",     "header",
	"hr",      "li",      "main",     "nav",        "ol",     "option", "p",
	"pre",     "section", "table",    "tr",         "ul",     NULL,
};
static const char *const silent[] = { "script", "style", "template", "noscript", "head", NULL };

static bool
is_among(const xmlNode *n, const char *const *names)
{
	for (size_t i = 0; n->type == XML_ELEMENT_NODE && names[i]; i++)
		if (!strcasecmp((const char *)n->name, names[i]))
			return true;
	return false;
}

/* Blanks (also no-break and ideographic ones) fold to one; gap: 0 none, 1 blank, 2 line. */
static void
text_add(struct buf *b, struct str s, int *gap)
{
	for (size_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		size_t blank = c <= 0x20 ? 1 : 0;

		if (i + 1 < s.n && c == 0xc2 && (unsigned char)s.p[i + 1] == 0xa0)
			blank = 2;
		if (i + 2 < s.n && memcmp(s.p + i, "\xe3\x80\x80", 3) == 0)
			blank = 3;
		if (blank) {
			*gap = *gap ? *gap : 1;
			i += blank;
			continue;
		}
		if (*gap && b->n)
			buf_add_byte(b, *gap == 2 ? '\n' : ' ');
		*gap = 0;
		buf_add_byte(b, s.p[i++]);
	}
}

static void
element_text(xmlNode *top, struct buf *b)
{
	int gap = 0;
	bool into = true;

	for (xmlNode *n = top; n && buf_ok(b); n = node_after(n, top, into)) {
		/* Where a block ended is seen when the walk stands behind it. */
		if (n != top &&
		    ((n->prev && is_among(n->prev, blocks)) || is_among(n, blocks) ||
		     (n->parent && n->parent != top && !n->prev &&
		      is_among(n->parent, blocks))))
			gap = 2;
		else if (n != top && n->prev &&
			 (is_among(n, (const char *const[]){ "td", "th", NULL })))
			gap = gap ? gap : 1;
		into = !is_among(n, silent);
		if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE)
			text_add(b, of(n->content), &gap);
	}
}

/* Cut between characters: the ceiling may have cut in the middle of one. */
static struct str
taken(struct arena *a, struct buf *b)
{
	struct str s = buf_str(b);

	while (s.n && ((unsigned char)s.p[s.n - 1] & 0xc0) == 0x80 && !utf8_valid(s))
		s.n--;
	if (s.n && !utf8_valid(s))
		s.n--;
	s = arena_str(a, s);
	buf_release(b);
	return s;
}

struct str
dom_text(const struct dom_hit *h, struct arena *a)
{
	xmlNode *n = h->node;
	struct buf b = BUF(SELECT_TEXT_MAX);
	int gap = 0;

	if (!n)
		return h->text;
	if (n->type == XML_ATTRIBUTE_NODE) {
		xmlChar *value = xmlNodeListGetString(n->doc, n->children, 1);

		text_add(&b, value ? utf8_cut(of(value), SELECT_TEXT_MAX) : STR(""), &gap);
		xmlFree(value);
	} else if (n->type == XML_ELEMENT_NODE) {
		element_text(n, &b);
	} else if (n->content) {
		text_add(&b, utf8_cut(of(n->content), SELECT_TEXT_MAX), &gap);
	}
	return taken(a, &b);
}

struct str
dom_raw(const struct dom_hit *h, struct arena *a)
{
	xmlNode *n = h->node;
	xmlChar *text;
	struct str s;

	if (!n)
		return h->text;
	text = xmlNodeGetContent(n);
	s = arena_str(a, text ? of(text) : STR(""));
	xmlFree(text);
	return s;
}

/* ---- where it stands ------------------------------------------------------------------------- */

static void
step_add(struct buf *b, const xmlNode *n)
{
	size_t at = 1;
	bool more = false;

	if (n->type == XML_ATTRIBUTE_NODE) {
		buf_addf(b, "/@%s", (const char *)n->name);
		return;
	}
	if (n->type != XML_ELEMENT_NODE) {
		buf_add(b, STR("/text()"));
		return;
	}
	for (const xmlNode *p = n->prev; p; p = p->prev)
		at += p->type == XML_ELEMENT_NODE && xmlStrEqual(p->name, n->name);
	for (const xmlNode *p = n->next; p && !more; p = p->next)
		more = p->type == XML_ELEMENT_NODE && xmlStrEqual(p->name, n->name);
	buf_addf(b, "/%s", (const char *)n->name);
	if (at > 1 || more)
		buf_addf(b, "[%zu]", at);
}

struct str
dom_place(const struct dom_hit *h, struct arena *a)
{
	const xmlNode *up[PLACE_DEPTH];
	size_t n = 0;
	struct buf b = BUF(2000);
	struct str s;

	if (!h->node)
		return STR("computed");
	for (const xmlNode *x = h->node; x && n < PLACE_DEPTH; x = x->parent)
		if (x->type == XML_ELEMENT_NODE || x->type == XML_ATTRIBUTE_NODE ||
		    x->type == XML_TEXT_NODE)
			up[n++] = x;
	if (n == PLACE_DEPTH)
		buf_add(&b, STR("…"));
	while (n)
		step_add(&b, up[--n]);
	if (!b.n)
		buf_add(&b, STR("a comment"));
	s = buf_ok(&b) ? arena_str(a, buf_str(&b)) : STR("very deep");
	buf_release(&b);
	return s;
}

void
dom_remove(const struct dom_hit *hits, size_t n)
{
	while (n) { /* from behind: what is inside another goes first */
		xmlNode *x = hits[--n].node;

		if (!x || x->type != XML_ELEMENT_NODE || !x->parent ||
		    x->parent->type != XML_ELEMENT_NODE)
			continue;
		xmlUnlinkNode(x);
		xmlFreeNode(x);
	}
}

struct str
dom_html(const struct dom *d, struct arena *a)
{
	xmlChar *text = NULL;
	struct str s;
	int n = 0;

	htmlDocDumpMemoryFormat(d->doc, &text, &n, 0);
	s = arena_str(a, (struct str){ (const char *)text, n > 0 ? (size_t)n : 0 });
	xmlFree(text);
	return s;
}
