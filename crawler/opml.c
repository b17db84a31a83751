/* opml.c - see opml.h. */
#include "core/base.h"

#include "core/charset.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "crawler/opml.h"

#define NODES_MAX 100000
#define DEPTH_MAX 64
#define ATTRS_MAX 64 /* what the reader gives */
#define TEXT_MAX  ((size_t)64 << 10)
#define BYTES_MAX ((size_t)64 << 20)

struct reading {
	struct arena *a;
	struct opml *o;
	struct opml_node *at; /* the open element */
	int depth, beyond;    /* beyond: open elements that are not kept */
	struct buf text;
};

static struct opml_node *
node_add(struct arena *a, struct opml *o, struct opml_node *parent, struct str name)
{
	struct opml_node *x = arena_alloc(a, sizeof *x);

	*x = (struct opml_node){ .name = arena_str(a, name), .parent = parent };
	if (parent) {
		*(parent->last ? &parent->last->next : &parent->first) = x;
		parent->last = x;
	}
	o->nodes++;
	return x;
}

static void
attr_add(struct arena *a, struct opml_node *x, struct str name, struct str value)
{
	struct buf clean = BUF(value.n * 3 + 1);

	if (x->n == x->cap) {
		size_t cap = x->cap ? x->cap * 2 : 8;
		struct opml_attr *more = arena_alloc(a, cap * sizeof *more);

		if (x->n)
			memcpy(more, x->attrs, x->n * sizeof *more);
		x->attrs = more;
		x->cap = cap;
	}
	utf8_add_clean(&clean, value);
	x->attrs[x->n++] =
		(struct opml_attr){ arena_str(a, name), arena_str(a, buf_str(&clean)) };
	buf_release(&clean);
}

static struct str
full_name(struct arena *a, struct str prefix, struct str name)
{
	if (!prefix.n)
		return name;
	return str_of(arena_textf(a, "%.*s:%.*s", STR_ARG(prefix), STR_ARG(name)));
}

/* Control characters are no XML: a text of them alone is none. */
static void
controls_drop(struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		if ((unsigned char)b->p[i] >= 0x20 || strchr("\n\r\t", b->p[i] ? b->p[i] : 'x'))
			b->p[n++] = b->p[i];
	b->n = n;
}

/* Text that came so far belongs to the open element, when it has no child yet. */
static void
text_end(struct reading *r)
{
	struct str s;

	controls_drop(&r->text);
	s = str_trim(buf_str(&r->text));
	if (r->at && s.n && !r->at->first && !r->at->text.n) {
		struct buf clean = BUF(s.n * 3 + 1);

		utf8_add_clean(&clean, s);
		r->at->text = arena_str(r->a, buf_str(&clean));
		buf_release(&clean);
	}
	buf_clear(&r->text);
}

static void
on_start(void *self, const struct xml_tag *t)
{
	struct reading *r = self;
	struct opml_node *x;

	text_end(r);
	if (r->beyond || r->depth >= DEPTH_MAX || r->o->nodes >= NODES_MAX ||
	    (!r->at && r->o->root)) {
		r->beyond++;
		r->o->lost++;
		return;
	}
	x = node_add(r->a, r->o, r->at, full_name(r->a, t->prefix, t->name));
	for (size_t i = 0; i < t->n && i < ATTRS_MAX; i++)
		attr_add(r->a, x, full_name(r->a, t->attrs[i].prefix, t->attrs[i].name),
			 t->attrs[i].value);
	r->o->lost += t->n > ATTRS_MAX;
	if (!r->at)
		r->o->root = x;
	else if (r->at == r->o->root && !r->o->body && str_eq_nocase(t->name, STR("body")))
		r->o->body = x;
	r->at = x;
	r->depth++;
}

/* A closing tag of something else closes nothing: people write their files by hand. */
static void
on_end(void *self, struct str prefix, struct str name)
{
	struct reading *r = self;
	struct opml_node *x;

	if (r->beyond) {
		r->beyond--;
		return;
	}
	text_end(r);
	name = full_name(r->a, prefix, name);
	for (x = r->at; x && !str_eq(x->name, name); x = x->parent)
		;
	if (!x)
		return;
	while (r->at != x) {
		r->at = r->at->parent;
		r->depth--;
	}
	r->at = x->parent;
	r->depth--;
}

static void
on_text(void *self, struct str s)
{
	struct reading *r = self;

	if (r->at && !r->beyond)
		buf_add(&r->text, s);
}

int
opml_parse(struct arena *a, struct str bytes, struct opml *o, struct err *e)
{
	static const struct xml_events events = { on_start, on_end, on_text };
	struct reading r = { .a = a, .o = o, .text = BUF(TEXT_MAX) };
	struct buf text = BUF(bytes.n * 3 + 16);
	struct charset_found found;
	struct str decoded;

	*o = (struct opml){ .nodes = 0 };
	if (bytes.n > BYTES_MAX)
		return err_set(e, ERR_REJECT, "it is over 64 MiB");
	if (charset_decode(bytes, STR(""), &text, &found, e) < 0) {
		buf_release(&text);
		return -1;
	}
	decoded = arena_str(a, buf_str(&text));
	buf_release(&text);
	/* The loose reader keeps names and declarations as they are written. */
	xml_read_loose(a, decoded, &events, &r);
	text_end(&r);
	buf_release(&r.text);
	if (!o->root || !str_eq_nocase(o->root->name, STR("opml")))
		return err_set(e, ERR_REJECT, "it is no OPML: its first element is \"%.*s\"",
			       STR_ARG(o->root ? utf8_cut(o->root->name, 60) : STR("")));
	if (!o->body)
		return err_set(e, ERR_REJECT, "the OPML has no body");
	return 0;
}

void
opml_new(struct arena *a, struct str title, struct opml *o)
{
	struct opml_node *head;

	*o = (struct opml){ .nodes = 0 };
	o->root = node_add(a, o, NULL, STR("opml"));
	attr_add(a, o->root, STR("version"), STR("2.0"));
	head = node_add(a, o, o->root, STR("head"));
	node_add(a, o, head, STR("title"))->text = arena_str(a, title);
	o->body = node_add(a, o, o->root, STR("body"));
}

/* ---- out --------------------------------------------------------------------------------------- */

/* Control characters are no XML, whoever wrote them. */
static void
xml_add(struct buf *out, struct str s)
{
	for (size_t from = 0, i = 0; i <= s.n; i++) {
		unsigned char c = i < s.n ? (unsigned char)s.p[i] : 0;
		bool line = c == '\n' || c == '\r' || c == '\t';

		if (c >= 0x20)
			continue;
		html_add(out, str_slice(s, from, i - from));
		from = i + 1;
		if (line)
			buf_addf(out, "&#%d;", c);
	}
}

static void
start_write(const struct opml_node *x, int depth, struct buf *out)
{
	buf_addf(out, "%*s<%.*s", depth * 2, "", STR_ARG(x->name));
	for (size_t i = 0; i < x->n; i++) {
		buf_addf(out, " %.*s=\"", STR_ARG(x->attrs[i].name));
		xml_add(out, x->attrs[i].value);
		buf_add_byte(out, '"');
	}
	if (!x->first && !x->text.n) {
		buf_add(out, STR("/>\n"));
		return;
	}
	buf_add_byte(out, '>');
	xml_add(out, x->text);
	if (x->first)
		buf_add_byte(out, '\n');
}

void
opml_write(const struct opml *o, struct buf *out)
{
	const struct opml_node *x = o->root;
	int depth = 0;

	buf_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
	while (x) {
		start_write(x, depth, out);
		if (x->first) {
			x = x->first;
			depth++;
			continue;
		}
		if (x->text.n)
			buf_addf(out, "</%.*s>\n", STR_ARG(x->name));
		while (x && !x->next) {
			x = x->parent;
			depth--;
			if (x)
				buf_addf(out, "%*s</%.*s>\n", depth * 2, "", STR_ARG(x->name));
		}
		x = x ? x->next : NULL;
	}
}

/* ---- outlines ---------------------------------------------------------------------------------- */

struct str
opml_attr(const struct opml_node *x, const char *name)
{
	for (size_t i = 0; i < x->n; i++)
		if (str_eq_nocase(x->attrs[i].name, str_of(name)))
			return str_trim(x->attrs[i].value);
	return STR("");
}

bool
opml_is_feed(const struct opml_node *x)
{
	return str_eq_nocase(x->name, STR("outline")) && opml_attr(x, "xmlUrl").n > 0;
}

struct opml_node *
opml_next(const struct opml *o, const struct opml_node *x)
{
	struct opml_node *y = (struct opml_node *)(uintptr_t)(x ? x : o->body);

	do {
		if (y->first) {
			y = y->first;
		} else {
			while (y && y != o->body && !y->next)
				y = y->parent;
			y = !y || y == o->body ? NULL : y->next;
		}
	} while (y && !str_eq_nocase(y->name, STR("outline")));
	return y;
}

static struct str
title_of(const struct opml_node *x)
{
	struct str t = opml_attr(x, "title");

	return t.n ? t : opml_attr(x, "text");
}

static void
groups_above(const struct opml_node *x, int depth, struct buf *out)
{
	if (!x || depth > DEPTH_MAX || !str_eq_nocase(x->name, STR("outline")))
		return;
	groups_above(x->parent, depth + 1, out);
	buf_add(out, out->n ? STR(" / ") : STR(""));
	buf_add(out, title_of(x));
}

void
opml_groups(const struct opml_node *x, struct buf *out)
{
	struct str category = opml_attr(x, "category");

	groups_above(x->parent, 0, out);
	if (category.n)
		buf_addf(out, "%s%.*s", out->n ? "; " : "", STR_ARG(category));
}

void
opml_remove(struct opml_node *x)
{
	struct opml_node *p = x->parent, *before = NULL;

	for (struct opml_node *y = p->first; y != x; y = y->next)
		before = y;
	*(before ? &before->next : &p->first) = x->next;
	if (p->last == x)
		p->last = before;
	x->next = NULL;
}

struct opml_node *
opml_add(struct arena *a, struct opml *o, struct opml_node *group, struct str title,
	 struct str url)
{
	struct opml_node *x = node_add(a, o, group ? group : o->body, STR("outline"));

	attr_add(a, x, STR("type"), STR("rss"));
	attr_add(a, x, STR("text"), title);
	attr_add(a, x, STR("title"), title);
	attr_add(a, x, STR("xmlUrl"), url);
	return x;
}
