/* origin.c - see origin.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/http.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "crawler/date.h"
#include "crawler/map_step.h"
#include "crawler/origin.h"

#define LEAVES_MAX 2000 /* of one item */
#define VALUE_MAX  ((size_t)64 << 10)
#define ALIKE      40 /* code points of a long text that are compared */
#define DEPTH_MAX  32

struct leaf {
	struct str name, value; /* "dc:creator", "link @href", "author.name" */
};
struct leaves {
	struct leaf *v;
	size_t n;
};

/* ---- the leaves of a feed's items -------------------------------------------------------------- */

struct gather {
	struct arena *arena;
	struct leaves *items;
	size_t n, max;
	struct leaves *now; /* of the item that is open */
	struct str names[DEPTH_MAX];
	struct buf text[DEPTH_MAX];
	size_t depth, item_depth;
};

static void
leaf_add(struct gather *g, struct str name, struct str value)
{
	struct leaves *l = g->now;

	value = str_trim(value);
	if (!l || !value.n || l->n == LEAVES_MAX)
		return;
	if (!l->v)
		l->v = arena_alloc(g->arena, LEAVES_MAX * sizeof *l->v);
	l->v[l->n++] = (struct leaf){ name, arena_str(g->arena, value) };
}

static struct str
tag_name(struct gather *g, struct str prefix, struct str name)
{
	return str_of(arena_textf(g->arena, "%.*s%s%.*s", STR_ARG(prefix), prefix.n ? ":" : "",
				  STR_ARG(name)));
}

/* What tells one meta or element of microdata from another. */
static void
attrs_add(struct gather *g, struct str name, const struct xml_tag *tag)
{
	static const char *const labels[] = { "property",   "name", "itemprop",
					      "http-equiv", "rel",  NULL };
	static const char *const values[] = { "content", "href",      "datetime", "url",
					      "title",   "rdf:about", "about",    NULL };
	struct str label = STR("");

	for (size_t i = 0; labels[i] && !label.n; i++)
		if (xml_attr(tag, labels[i]).n)
			label = str_of(arena_textf(g->arena, " %s=%.*s", labels[i],
						   STR_ARG(xml_attr(tag, labels[i]))));
	for (size_t i = 0; i < tag->n; i++)
		for (size_t j = 0; values[j]; j++)
			if (str_eq_nocase(tag->attrs[i].name, str_of(values[j])))
				leaf_add(g,
					 str_of(arena_textf(g->arena, "<%.*s%.*s> @%s",
							    STR_ARG(name), STR_ARG(label),
							    values[j])),
					 tag->attrs[i].value);
}

static void
on_start(void *self, const struct xml_tag *tag)
{
	struct gather *g = self;
	struct str name = tag_name(g, tag->prefix, tag->name);
	bool item =
		str_eq_nocase(tag->name, STR("item")) || str_eq_nocase(tag->name, STR("entry"));

	if (g->depth < DEPTH_MAX) {
		g->names[g->depth] = name;
		buf_clear(&g->text[g->depth]);
	}
	g->depth++;
	if (item && !g->item_depth && g->n < g->max) {
		g->item_depth = g->depth;
		g->now = &g->items[g->n++];
	}
	if (g->now)
		attrs_add(g, name, tag);
}

static void
on_text(void *self, struct str s)
{
	struct gather *g = self;

	if (g->now && g->depth && g->depth <= DEPTH_MAX)
		buf_add(&g->text[g->depth - 1], s);
}

/* "author > name" where an element stands in one that is not the item. */
static void
on_end(void *self, struct str prefix, struct str name)
{
	struct gather *g = self;
	size_t at = g->depth - 1;
	bool deep = g->depth > g->item_depth + 1;

	(void)prefix, (void)name;
	if (!g->depth)
		return;
	if (g->now && at < DEPTH_MAX && buf_ok(&g->text[at]))
		leaf_add(g,
			 deep && at ? str_of(arena_textf(g->arena, "<%.*s> <%.*s>",
							 STR_ARG(g->names[at - 1]),
							 STR_ARG(g->names[at])))
				    : str_of(arena_textf(g->arena, "<%.*s>",
							 STR_ARG(g->names[at]))),
			 buf_str(&g->text[at]));
	if (g->item_depth == g->depth) {
		g->item_depth = 0;
		g->now = NULL;
	}
	g->depth--;
}

static const struct xml_events events = { on_start, on_end, on_text };

static void
json_leaves(struct gather *g, const struct json *j, struct str name, size_t depth)
{
	struct str key;

	if (depth > 8)
		return;
	if (json_kind(j) == JSON_TEXT)
		leaf_add(g, name, json_text(j, STR("")));
	else if (json_kind(j) == JSON_INT)
		leaf_add(g, name,
			 str_of(arena_textf(g->arena, "%lld", (long long)json_int(j, 0))));
	for (size_t i = 0; i < json_count(j) && i < 200; i++) {
		bool list = json_kind(j) == JSON_LIST;
		const struct json *v = list ? json_at(j, i) : json_member(j, i, &key);

		json_leaves(g, v,
			    list ? name
				 : str_of(arena_textf(g->arena, "%.*s%s%.*s", STR_ARG(name),
						      name.n ? "." : "", STR_ARG(key))),
			    depth + 1);
	}
}

/* ---- is this value that? ------------------------------------------------------------------------ */

/* Without blanks: they are folded in many ways. */
static struct str
tight(struct arena *a, struct str s, size_t max)
{
	struct buf b = BUF(VALUE_MAX);
	struct str out;

	for (size_t i = 0; i < s.n && b.n < max; i++)
		if ((unsigned char)s.p[i] > 0x20)
			buf_add_byte(&b, s.p[i]);
	out = arena_str(a, buf_str(&b));
	buf_release(&b);
	return out;
}

struct look {
	struct arena *arena;
	struct str url;
	int64_t now;
	const struct map_item *item;
};

static bool
same_url(const struct look *l, struct str raw, struct str want)
{
	struct buf x = BUF(8192), y = BUF(8192);
	struct err e = { 0 };
	bool same = raw.n < 4096 && url_canonical(l->url, raw, &x, &e) == 0 &&
		    url_canonical(l->url, want, &y, &e) == 0 &&
		    str_eq(buf_str(&x), buf_str(&y));

	buf_release(&x);
	buf_release(&y);
	return same;
}

/* 2 the same, 1 a part of it, 0 something else. */
static int
alike(const struct look *l, enum map_field f, struct str raw)
{
	struct str want, have;
	int64_t at;

	if (f == MAP_PUBLISHED)
		return raw.n < 200 && date_parse(raw, l->now, NULL, &at) == 0 &&
				       (at == l->item->published_at ||
					/* read without its zone, or to the day */
					(at / 86400 == l->item->published_at / 86400 &&
					 raw.n < 11))
			       ? 2
			       : 0;
	want = l->item->text[f];
	if (f == MAP_URL)
		return same_url(l, raw, want) ? 2 : 0;
	if (f == MAP_ID)
		return str_eq(str_trim(raw), want) || same_url(l, raw, want) ? 2 : 0;
	raw = utf8_cut(raw, VALUE_MAX);
	have = tight(l->arena, map_plain(raw, l->arena), f == MAP_TEXT ? 4096 : 1024);
	want = tight(l->arena, f == MAP_TEXT ? utf8_head(want, ALIKE) : want, 1024);
	if (!want.n)
		return 0;
	if (str_eq(have, want) || (f == MAP_TEXT && str_starts(have, want)))
		return 2;
	return str_find(have, want) >= 0 ? 1 : 0;
}

static struct str
find(const struct look *l, enum map_field f, const struct leaves *from)
{
	const struct leaf *best = NULL;
	int how = 0;

	for (size_t i = 0; from && i < from->n && how < 2; i++) {
		int now = alike(l, f, from->v[i].value);

		if (now > how) {
			how = now;
			best = &from->v[i];
		}
	}
	if (!best)
		return STR("");
	return how == 2 ? best->name
			: str_of(arena_textf(l->arena, "part of %.*s", STR_ARG(best->name)));
}

static bool
has_value(const struct map_item *it, size_t f)
{
	return f == MAP_PUBLISHED ? it->published_at != 0 : it->text[f].n > 0;
}

static void
gather_release(struct gather *g)
{
	for (size_t i = 0; i < DEPTH_MAX; i++)
		buf_release(&g->text[i]);
}

static void
gather_init(struct gather *g, struct arena *a)
{
	*g = (struct gather){ .arena = a };
	for (size_t i = 0; i < DEPTH_MAX; i++)
		g->text[i] = BUF(VALUE_MAX);
}

/* Items of a feed may be left out: find by where the id, link or title stands. */
static const struct leaves *
leaves_of(const struct look *l, const struct gather *g, size_t i)
{
	static const enum map_field keys[] = { MAP_ID, MAP_URL, MAP_TITLE };

	for (size_t k = 0; k < LY_COUNT(keys); k++)
		for (size_t j = 0; l->item->text[keys[k]].n && j < g->n; j++)
			if (find(l, keys[k], &g->items[(i + j) % g->n]).n)
				return &g->items[(i + j) % g->n];
	return i < g->n ? &g->items[i] : NULL;
}

void
origin_feed(struct arena *a, struct str text, struct str url, int64_t now, struct map_item *v,
	    size_t n)
{
	struct look l = { a, url, now, NULL };
	struct gather g;
	struct err e = { 0 };
	const struct json *j, *items;

	gather_init(&g, a);
	g.max = n * 4 + 16;
	g.items = arena_alloc(a, g.max * sizeof *g.items);
	text = str_trim(text);
	if (text.n && text.p[0] == '{') {
		j = json_parse(a, text, &e);
		items = json_get(j, "items");
		for (; g.n < json_count(items) && g.n < g.max; g.n++) {
			g.now = &g.items[g.n];
			json_leaves(&g, json_at(items, g.n), STR(""), 0);
		}
	} else {
		xml_read_loose(a, text, &events, &g);
	}
	for (size_t i = 0; i < n; i++) {
		const struct leaves *from;

		l.item = &v[i];
		from = leaves_of(&l, &g, i);
		for (size_t f = 0; f < MAP_FIELDS; f++)
			if (has_value(&v[i], f))
				v[i].from[f] = f == MAP_LANG
						       ? STR("the feed's language")
						       : find(&l, (enum map_field)f, from);
	}
	gather_release(&g);
}
