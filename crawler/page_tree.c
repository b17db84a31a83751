/*
 * page_tree.c - SAX events -> flat tree.
 *
 * Elements over 600 deep are left out, their text is not.
 * At most 120,000 nodes; what comes after is left out (nobody's main text begins there).
 */
#include "core/base.h"

#include <strings.h>

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/page_tree.h"

#define NODES_MAX  120000
#define META_MAX   400
#define DEPTH_MAX  600
#define JSON_MAX   ((size_t)1 << 20)
#define JSON_COUNT 32
#define CHARS_MAX  ((size_t)9 << 20)

const struct tag_info tag_info[TAG_COUNT] = {
	[TAG_OTHER] = { "", false, false, 0 },
	[TAG_TEXT] = { "", false, false, 0 },
	[TAG_A] = { "a", false, false, 0 },
	[TAG_ADDRESS] = { "address", true, false, -3 },
	[TAG_ARTICLE] = { "article", true, false, 8 },
	[TAG_ASIDE] = { "aside", true, false, -5 },
	[TAG_BLOCKQUOTE] = { "blockquote", true, false, 3 },
	[TAG_BODY] = { "body", true, false, 0 },
	[TAG_BR] = { "br", true, false, 0 },
	[TAG_BUTTON] = { "button", false, true, 0 },
	[TAG_CODE] = { "code", false, false, 0 },
	[TAG_DD] = { "dd", true, false, -3 },
	[TAG_DIV] = { "div", true, false, 5 },
	[TAG_DL] = { "dl", true, false, -3 },
	[TAG_DT] = { "dt", true, false, -3 },
	[TAG_EMBED] = { "embed", false, true, 0 },
	[TAG_FIELDSET] = { "fieldset", true, false, 0 },
	[TAG_FIGCAPTION] = { "figcaption", true, false, 0 },
	[TAG_FIGURE] = { "figure", true, false, 0 },
	[TAG_FOOTER] = { "footer", true, false, -5 },
	[TAG_FORM] = { "form", true, false, -3 },
	[TAG_H1] = { "h1", true, false, -5 },
	[TAG_H2] = { "h2", true, false, -5 },
	[TAG_H3] = { "h3", true, false, -5 },
	[TAG_H4] = { "h4", true, false, -5 },
	[TAG_H5] = { "h5", true, false, -5 },
	[TAG_H6] = { "h6", true, false, -5 },
	[TAG_HEAD] = { "head", true, true, 0 },
	[TAG_HEADER] = { "header", true, false, 0 },
	[TAG_HR] = { "hr", true, false, 0 },
	[TAG_HTML] = { "html", true, false, 0 },
	[TAG_IFRAME] = { "iframe", false, true, 0 },
	[TAG_IMG] = { "img", false, false, 0 },
	[TAG_INPUT] = { "input", false, true, 0 },
	[TAG_LABEL] = { "label", false, false, 0 },
	[TAG_LI] = { "li", true, false, -3 },
	[TAG_LINK] = { "link", false, true, 0 },
	[TAG_MAIN] = { "main", true, false, 5 },
	[TAG_META] = { "meta", false, true, 0 },
	[TAG_NAV] = { "nav", true, false, -5 },
	[TAG_NOSCRIPT] = { "noscript", true, true, 0 },
	[TAG_OBJECT] = { "object", false, true, 0 },
	[TAG_OL] = { "ol", true, false, -3 },
	[TAG_OPTION] = { "option", true, true, 0 },
	[TAG_P] = { "p", true, false, 0 },
	[TAG_PRE] = { "pre", true, false, 3 },
	[TAG_RP] = { "rp", false, true, 0 },
	[TAG_RT] = { "rt", false, true, 0 }, /* how the letters beside it are read */
	[TAG_SCRIPT] = { "script", false, true, 0 },
	[TAG_SECTION] = { "section", true, false, 0 },
	[TAG_SELECT] = { "select", false, true, 0 },
	[TAG_STYLE] = { "style", false, true, 0 },
	[TAG_SVG] = { "svg", false, true, 0 },
	[TAG_TABLE] = { "table", true, false, 0 },
	[TAG_TBODY] = { "tbody", true, false, 0 },
	[TAG_TD] = { "td", true, false, 3 },
	[TAG_TEMPLATE] = { "template", false, true, 0 },
	[TAG_TEXTAREA] = { "textarea", false, true, 0 },
	[TAG_TH] = { "th", true, false, -5 },
	[TAG_TIME] = { "time", false, false, 0 },
	[TAG_TITLE] = { "title", false, true, 0 },
	[TAG_TR] = { "tr", true, false, 0 },
	[TAG_UL] = { "ul", true, false, -3 },
	[TAG_VIDEO] = { "video", false, true, 0 },
};

struct builder {
	struct tree *t;
	int32_t open[DEPTH_MAX];
	size_t depth, over;
	bool in_json, in_title;
	size_t n_json;
	struct str class, id, hints; /* the last ones, and what they say */
	uint16_t says;
};

static uint8_t
tag_of(struct str name)
{
	size_t lo = TAG_A, hi = TAG_COUNT;

	while (lo < hi) { /* sorted by name */
		size_t mid = (lo + hi) / 2;
		int d = str_cmp(name, str_of(tag_info[mid].name));

		if (!d)
			return (uint8_t)mid;
		if (d < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return TAG_OTHER;
}

static struct node *
add_node(struct builder *b, uint8_t tag)
{
	static const struct node_attrs none;
	struct tree *t = b->t;
	struct node node = { .parent = b->depth ? b->open[b->depth - 1] : -1,
			     .end = t->n + 1,
			     .tag = tag,
			     .attrs = &none };

	if (t->n == NODES_MAX) {
		t->full = true;
		return NULL;
	}
	buf_add(&t->room_nodes, (struct str){ (const char *)&node, sizeof node });
	t->nodes = (struct node *)(void *)t->room_nodes.p; /* malloc's: aligned */
	return &t->nodes[t->n++];
}

static struct str
kept(struct builder *b, struct str s)
{
	return s.n ? arena_str(b->t->a, str_slice(s, 0, 2000)) : STR("");
}

static void
add_meta(struct builder *b, const struct xml_tag *x)
{
	static const char *const keys[] = { "property", "name", "itemprop" };
	struct tree *t = b->t;
	struct str value = xml_attr(x, "content"), key = STR("");

	for (size_t i = 0; i < LY_COUNT(keys) && !key.n; i++)
		key = xml_attr(x, keys[i]);
	if (!key.n || !value.n || t->n_meta == META_MAX)
		return;
	if (!t->meta)
		t->meta = arena_alloc(t->a, META_MAX * sizeof *t->meta);
	t->meta[t->n_meta++] =
		(struct page_meta){ kept(b, key), html_unescape(t->a, kept(b, value)) };
}

static bool
is_hidden(const struct xml_tag *x)
{
	struct str style = xml_attr(x, "style");

	for (size_t i = 0; i < x->n; i++)
		if (str_is(x->attrs[i].name, "hidden"))
			return true;
	return (str_find_nocase(style, STR("display")) >= 0 &&
		(str_find_nocase(style, STR("display:none")) >= 0 ||
		 str_find_nocase(style, STR("display: none")) >= 0)) ||
	       str_is(xml_attr(x, "aria-hidden"), "true");
}

static struct str
dated(struct builder *b, struct str s)
{
	return s.n >= 10 && s.n < 40 && s.p[0] >= '1' && s.p[0] <= '2' ? kept(b, s) : STR("");
}

static struct str
hints_of(struct builder *b, struct str class, struct str id)
{
	char *p = arena_textf(b->t->a, "%.*s %.*s", STR_ARG(str_slice(class, 0, 300)),
			      STR_ARG(str_slice(id, 0, 100)));
	struct str hints = str_of(p);

	for (; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p |= 32;
	return hints;
}

static void
read_attrs(struct builder *b, struct node *n, const struct xml_tag *x)
{
	struct str class = xml_attr(x, "class"), id = xml_attr(x, "id");
	struct node_attrs a = { .role = kept(b, xml_attr(x, "role")),
				.rel = kept(b, xml_attr(x, "rel")),
				.itemprop = kept(b, xml_attr(x, "itemprop")),
				.value = kept(b, xml_attr(x, "datetime")) };

	if (class.n || id.n) {
		/* Lists repeat themselves. */
		if (!str_eq(class, b->class) || !str_eq(id, b->id)) {
			b->hints = hints_of(b, class, id);
			b->class = arena_str(b->t->a, class);
			b->id = arena_str(b->t->a, id);
			b->says = (uint16_t)page_words(&b->t->words, b->hints);
		}
		a.hints = b->hints;
		n->says = b->says;
	}
	if (!a.value.n && a.itemprop.n)
		a.value = kept(b, xml_attr(x, "content"));
	if (!a.value.n && (a.itemprop.n || n->says & SAYS_DATE)) /* abbr title="2026-03-05" */
		a.value = dated(b, xml_attr(x, "title"));
	n->hidden = is_hidden(x);
	if (a.hints.n || a.role.n || a.rel.n || a.itemprop.n || a.value.n) {
		struct node_attrs *own = arena_alloc(b->t->a, sizeof *own);

		*own = a;
		n->attrs = own;
	}
}

static bool
is_strong(struct str name)
{
	return str_is(name, "b") || str_is(name, "strong") || str_is(name, "em") ||
	       str_is(name, "i");
}

static void
on_start(void *self, const struct xml_tag *x)
{
	struct builder *b = self;
	struct tree *t = b->t;
	uint8_t tag = tag_of(x->name);
	struct node *n;

	if (b->depth == DEPTH_MAX || !(n = add_node(b, tag))) {
		b->over++;
		return;
	}
	b->open[b->depth++] = (int32_t)(n - t->nodes);
	n->strong = tag == TAG_OTHER && is_strong(x->name);
	if (x->n)
		read_attrs(b, n, x);
	b->in_title = tag == TAG_TITLE && !t->title.n;
	b->in_json = tag == TAG_SCRIPT &&
		     str_find_nocase(xml_attr(x, "type"), STR("ld+json")) >= 0 &&
		     b->n_json++ < JSON_COUNT;
	if (b->in_json)
		buf_add_byte(&t->json, '\0');
	if (tag == TAG_META)
		add_meta(b, x);
	else if (tag == TAG_HTML && !t->lang.n)
		t->lang = kept(b, xml_attr(x, "lang"));
	else if (tag == TAG_LINK && str_eq_nocase(xml_attr(x, "rel"), STR("canonical")))
		t->canonical = kept(b, xml_attr(x, "href"));
}

static void
on_end(void *self, struct str prefix, struct str name)
{
	struct builder *b = self;

	(void)prefix, (void)name;
	if (b->over) {
		b->over--;
		return;
	}
	if (!b->depth)
		return;
	b->t->nodes[b->open[--b->depth]].end = b->t->n;
	b->in_title = b->in_json = false;
}

static void
on_text(void *self, struct str s)
{
	struct builder *b = self;
	struct tree *t = b->t;
	struct node *last = t->n ? &t->nodes[t->n - 1] : NULL;

	if (b->in_json) {
		buf_add(&t->json, s);
		return;
	}
	if (b->in_title && t->title.n < 1000)
		t->title = str_of(arena_textf(t->a, "%.*s%.*s", STR_ARG(t->title),
					      STR_ARG(str_slice(s, 0, 1000))));
	if (!b->depth || tag_info[t->nodes[b->open[b->depth - 1]].tag].dropped)
		return;
	if (!last || last->tag != TAG_TEXT || last->parent != b->open[b->depth - 1] ||
	    last->at.from + last->at.n != t->chars.n) {
		last = add_node(b, TAG_TEXT);
		if (!last)
			return;
		last->at.from = t->chars.n;
	}
	buf_add(&t->chars, s);
	last->at.n = t->chars.n - last->at.from;
}

static void
release(void *b)
{
	buf_release(b);
}

int
tree_read(struct arena *a, struct str text, struct tree *t, struct err *e)
{
	static const struct xml_events events = { on_start, on_end, on_text };
	struct builder *b = arena_alloc(a, sizeof *b);

	*t = (struct tree){ .a = a,
			    .json = BUF(JSON_MAX),
			    .chars = BUF(CHARS_MAX),
			    .room_nodes = BUF((NODES_MAX + 1) * sizeof(struct node)) };
	arena_defer(a, release, &t->json);
	arena_defer(a, release, &t->chars);
	arena_defer(a, release, &t->room_nodes);
	b->t = t;
	t->source = text;
	page_words_index(&t->words);
	if (html_read(text, &events, b, e) < 0)
		return -1;
	while (b->depth)
		t->nodes[b->open[--b->depth]].end = t->n;
	for (int32_t i = 0; i < t->n; i++)
		if (t->nodes[i].tag == TAG_TEXT)
			t->nodes[i].text = str_slice(buf_str(&t->chars), t->nodes[i].at.from,
						     t->nodes[i].at.n);
	return t->n ? 0 : err_set(e, ERR_REJECT, "no element in it");
}

/* ---- text out --------------------------------------------------------------------------------- */

struct writer {
	char *start, *to;
	bool space, line; /* owed before the next letter */
};

static bool
is_space(uint32_t cp)
{
	return cp <= 0x20 || cp == 0xa0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200b) ||
	       cp == 0x2028 || cp == 0xfeff;
}

static void
put_text(struct writer *w, struct str s)
{
	const char *p = s.p, *end;

	for (end = s.n ? p + s.n : p; p < end;) {
		uint32_t cp = (unsigned char)*p;
		size_t n = cp < 0x80 ? 1 : utf8_next(p, end, &cp);

		if (is_space(cp)) {
			w->space = true;
		} else if (cp != 0xad) { /* a soft hyphen is no letter */
			if (w->to > w->start && (w->line || w->space))
				*w->to++ = w->line ? '\n' : ' ';
			w->line = w->space = false;
			memcpy(w->to, p, n);
			w->to += n;
		}
		p += n;
	}
}

struct str
tree_text(const struct tree *t, int32_t from)
{
	return tree_text_range(t, from, t->nodes[from].end);
}

struct str
tree_text_range(const struct tree *t, int32_t from, int32_t end)
{
	size_t room = 1;
	struct writer w;

	for (int32_t i = from; i < end; i++)
		room += t->nodes[i].text.n + 1;
	w = (struct writer){ .start = arena_alloc(t->a, room) };
	w.to = w.start;
	for (int32_t i = from; i < end; i++) {
		const struct node *n = &t->nodes[i];

		/* A block that ended before this node, and one that begins here, break the line. */
		for (int32_t k = i - 1; k >= from && t->nodes[k].end == i;
		     k = t->nodes[k].parent)
			if (tag_info[t->nodes[k].tag].block)
				w.line = true;
		if (n->removed || tag_info[n->tag].dropped) {
			i = n->end - 1;
			continue;
		}
		if (tag_info[n->tag].block)
			w.line = true;
		if (n->tag == TAG_TEXT)
			put_text(&w, n->text);
	}
	return (struct str){ w.start, (size_t)(w.to - w.start) };
}
