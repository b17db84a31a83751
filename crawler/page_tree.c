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
#define NAMES      64 /* a power of two */
#define NODE_BYTES 32 /* of the source a node, as most pages have it */

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

/* html_read gives a name that comes again as the same pointer. */
struct seen_name {
	const char *name;
	uint8_t tag;
	bool strong;
};
struct builder {
	struct tree *t;
	struct seen_name names[NAMES];
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

static bool
is_strong(struct str name)
{
	return str_is(name, "b") || str_is(name, "strong") || str_is(name, "em") ||
	       str_is(name, "i");
}

static const struct seen_name *
name_of(struct builder *b, struct str name)
{
	uintptr_t at = (uintptr_t)name.p;
	struct seen_name *n = &b->names[(at ^ at >> 6) & (NAMES - 1)];

	if (n->name != name.p) {
		*n = (struct seen_name){ name.p, tag_of(name), false };
		n->strong = n->tag == TAG_OTHER && is_strong(name);
	}
	return n;
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

/* The attributes of elements that we look at. */
enum {
	AT_CLASS,
	AT_ID,
	AT_ROLE,
	AT_REL,
	AT_ITEMPROP,
	AT_TIME,
	AT_CONTENT,
	AT_TITLE,
	AT_STYLE,
	AT_ARIA,
	AT_HIDDEN,
	AT_COUNT
};
struct attrs {
	struct str v[AT_COUNT];
	bool hidden;
};

/* In one walk. The HTML parser folded their letters, and gives each once. */
static void
pick_attrs(const struct xml_tag *x, struct attrs *a)
{
	static const struct str names[AT_COUNT] = {
		[AT_CLASS] = STR_INIT("class"),       [AT_ID] = STR_INIT("id"),
		[AT_ROLE] = STR_INIT("role"),         [AT_REL] = STR_INIT("rel"),
		[AT_ITEMPROP] = STR_INIT("itemprop"), [AT_TIME] = STR_INIT("datetime"),
		[AT_CONTENT] = STR_INIT("content"),   [AT_TITLE] = STR_INIT("title"),
		[AT_STYLE] = STR_INIT("style"),       [AT_ARIA] = STR_INIT("aria-hidden"),
		[AT_HIDDEN] = STR_INIT("hidden"),
	};

	*a = (struct attrs){ .hidden = false };
	for (size_t i = 0; i < x->n; i++)
		for (size_t k = 0; k < AT_COUNT; k++)
			if (x->attrs[i].name.n == names[k].n &&
			    *x->attrs[i].name.p == *names[k].p &&
			    memcmp(x->attrs[i].name.p, names[k].p, names[k].n) == 0) {
				a->v[k] = x->attrs[i].value;
				a->hidden |= k == AT_HIDDEN;
				break;
			}
}

static bool
is_hidden(const struct attrs *a)
{
	struct str style = a->v[AT_STYLE];

	return a->hidden ||
	       (style.n && str_find_nocase(style, STR("display")) >= 0 &&
		(str_find_nocase(style, STR("display:none")) >= 0 ||
		 str_find_nocase(style, STR("display: none")) >= 0)) ||
	       (a->v[AT_ARIA].n && str_is(a->v[AT_ARIA], "true"));
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
	struct attrs v;
	struct str class, id;
	struct node_attrs a;

	pick_attrs(x, &v);
	class = v.v[AT_CLASS];
	id = v.v[AT_ID];
	a = (struct node_attrs){ .role = kept(b, v.v[AT_ROLE]),
				 .rel = kept(b, v.v[AT_REL]),
				 .itemprop = kept(b, v.v[AT_ITEMPROP]),
				 .value = kept(b, v.v[AT_TIME]) };
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
		a.value = kept(b, v.v[AT_CONTENT]);
	if (!a.value.n && (a.itemprop.n || n->says & SAYS_DATE)) /* abbr title="2026-03-05" */
		a.value = dated(b, v.v[AT_TITLE]);
	n->hidden = is_hidden(&v);
	if (a.hints.n || a.role.n || a.rel.n || a.itemprop.n || a.value.n) {
		struct node_attrs *own = arena_alloc(b->t->a, sizeof *own);

		*own = a;
		n->attrs = own;
	}
}

static void
on_start(void *self, const struct xml_tag *x)
{
	struct builder *b = self;
	struct tree *t = b->t;
	const struct seen_name *name = name_of(b, x->name);
	uint8_t tag = name->tag;
	struct node *n;

	if (b->depth == DEPTH_MAX || !(n = add_node(b, tag))) {
		b->over++;
		return;
	}
	b->open[b->depth++] = (int32_t)(n - t->nodes);
	n->strong = name->strong;
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
	/* As most pages have it: growing would copy, and leave holes. */
	buf_reserve(&t->chars, text.n / 2 < CHARS_MAX ? text.n / 2 : CHARS_MAX);
	buf_reserve(&t->room_nodes,
		    (text.n / NODE_BYTES < NODES_MAX ? text.n / NODE_BYTES : NODES_MAX) *
			    sizeof(struct node));
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
put_gap(struct writer *w)
{
	if (w->to > w->start && (w->line || w->space))
		*w->to++ = w->line ? '\n' : ' ';
	w->line = w->space = false;
}

/* Behind the letters from p on that can be no blank and no soft hyphen, by their first byte. */
static const char *
skip_plain(const char *p, const char *end)
{
	for (; p < end; p++) {
		unsigned char c = (unsigned char)*p;

		if (c > 0x20 && c < 0x80)
			continue;
		/* U+4000..U+DFFF: three bytes, no blank among them */
		if (c < 0xe4 || c > 0xed || end - p < 3 || (p[1] & 0xc0) != 0x80 ||
		    (p[2] & 0xc0) != 0x80)
			break;
		p += 2;
	}
	return p;
}

static void
put_text(struct writer *w, struct str s)
{
	const char *p = s.p, *end;

	for (end = s.n ? p + s.n : p; p < end;) {
		const char *plain = skip_plain(p, end);
		uint32_t cp;
		size_t n;

		if (plain > p) {
			put_gap(w);
			memcpy(w->to, p, (size_t)(plain - p));
			w->to += plain - p;
			p = plain;
			continue;
		}
		n = utf8_next(p, end, &cp);
		if (is_space(cp)) {
			w->space = true;
		} else if (cp != 0xad) { /* a soft hyphen is no letter */
			put_gap(w);
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
