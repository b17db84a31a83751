/* map.c - a mapping run over one body. See map.h; map_conf.c compiles. */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "core/utf8.h"

#include "crawler/jpath.h"
#include "crawler/map_run.h"
#include "crawler/preset.h"

#define TEXTS_MAX ((size_t)32 << 20)
#define JOINS_MAX 500

const char *const map_field_words[] = { "id",         "title",     "url",     "text", "author",
					"followers",  "published", "lang",    "rank", "heat",
					"engagement", "rating",    "country", NULL };

/* What one path found: values, and where the first of them stands. */
struct values {
	struct str *v;
	size_t n;
	struct str place;
};
struct tally {
	size_t found, filled; /* items where the path found something, where it was of use */
	struct str unread;    /* the first value that was not */
};
struct run {
	const struct mapping *m;
	const struct map_input *in;
	struct arena *arena;
	struct map_env env;
	struct dom *dom;
	const struct json *root;
	size_t bytes;
	struct tally tally[MAP_FIELDS];
	/* A path from the root gives every item the same: walked once. */
	struct values rooted[MAP_FIELDS][MAP_ALTS_MAX];
	bool is_known[MAP_FIELDS][MAP_ALTS_MAX];
	struct err *e;
};
/* Where the fields' paths start. */
struct start {
	struct dom_hit hit;
	const struct json *value;
	struct str place;
	bool explain;
};

static bool
takes_all(const struct map_alt *alt, enum map_field f)
{
	for (size_t i = 0; i < alt->n_steps; i++)
		if (map_step_joins(&alt->steps[i]))
			return true;
	return f == MAP_TEXT;
}

static int
values_of_dom(struct run *r, const struct map_alt *alt, const struct start *at, size_t max,
	      struct values *out)
{
	struct dom_hit *hits;
	int n = dom_find(r->dom, at->hit.node, alt->select, r->arena, &hits, r->e);

	if (n < 0)
		return -1;
	out->n = (size_t)n < max ? (size_t)n : max;
	out->v = arena_alloc(r->arena, (out->n + 1) * sizeof *out->v);
	for (size_t i = 0; i < out->n; i++)
		out->v[i] = dom_text(&hits[i], r->arena);
	if (out->n && at->explain)
		out->place = dom_place(&hits[0], r->arena);
	return 0;
}

static int
values_of_json(struct run *r, const struct map_alt *alt, const struct start *at, size_t max,
	       struct values *out)
{
	bool rooted = jpath_is_rooted(alt->jpath);
	struct jpath_hit *hits;
	size_t n = jpath_find(alt->jpath, rooted ? r->root : at->value,
			      rooted ? STR("") : at->place,
			      at->explain ? JPATH_PLACES : JPATH_BARE, r->arena, &hits);

	out->v = arena_alloc(r->arena, (n + 1) * sizeof *out->v);
	for (size_t i = 0; i < n && out->n < max; i++) {
		struct str s = jpath_text(hits[i].value, r->arena);

		if (!s.n)
			continue;
		if (!out->n && at->explain)
			out->place = hits[i].place;
		out->v[out->n++] = utf8_cut(s, SELECT_TEXT_MAX);
	}
	return 0;
}

static int
values_find(struct run *r, enum map_field f, size_t nth, const struct start *at,
	    struct values *out)
{
	const struct map_alt *alt = &r->m->fields[f].v[nth];
	bool cached = alt->jpath && jpath_is_rooted(alt->jpath);
	size_t max = takes_all(alt, f) ? JOINS_MAX : 1;
	struct start all = *at;

	*out = (struct values){ .place = STR("") };
	if (cached && r->is_known[f][nth]) {
		*out = r->rooted[f][nth];
		return 0;
	}
	if (cached)
		all.explain = true;
	if ((alt->select ? values_of_dom(r, alt, at, max, out)
			 : values_of_json(r, alt, &all, max, out)) < 0)
		return -1;
	if (cached) {
		r->rooted[f][nth] = *out;
		r->is_known[f][nth] = true;
	}
	return 0;
}

static struct str
joined(struct run *r, const struct values *in, struct str sep)
{
	struct buf b = BUF(SELECT_TEXT_MAX);
	struct str s;

	for (size_t i = 0; i < in->n; i++) {
		if (!in->v[i].n)
			continue;
		if (b.n)
			buf_add(&b, sep);
		buf_add(&b, in->v[i]);
	}
	s = arena_str(r->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

/* One transform over all values; those of which nothing is left go, but a default may follow. */
static void
step_run_all(struct run *r, const struct map_step *s, struct values *all)
{
	size_t kept = 0;

	if (map_step_joins(s)) {
		all->v[0] = joined(r, all, s->arg[0]);
		all->n = all->v[0].n > 0;
		return;
	}
	for (size_t i = 0; i < all->n; i++)
		if (map_step_run(s, &r->env, &all->v[i]) && all->v[i].n)
			all->v[kept++] = all->v[i];
	all->n = kept;
	if (!kept && map_step_fills(s)) {
		all->v[0] = STR("");
		all->n = map_step_run(s, &r->env, &all->v[0]);
	}
}

/* The transforms in order; what is many then is a text's lines. False: of no use. */
static bool
steps_run(struct run *r, const struct map_alt *alt, const struct values *in, struct str *v)
{
	struct values all = { arena_alloc(r->arena, (in->n + 1) * sizeof *all.v), in->n,
			      in->place };

	if (in->n)
		memcpy(all.v, in->v, in->n * sizeof *all.v);
	for (size_t i = 0; i < alt->n_steps; i++)
		step_run_all(r, &alt->steps[i], &all);
	*v = !all.n ? STR("") : all.n == 1 ? all.v[0] : joined(r, &all, STR("\n"));
	return v->n > 0;
}

/* ---- fields --------------------------------------------------------------------------------- */

static bool
as_is(struct run *r, struct map_item *item, enum map_field f)
{
	(void)r, (void)item, (void)f;
	return true;
}
/* A page's texts are plain by now: "<b>" in one was written so. */
static struct str
plain(struct run *r, struct str s)
{
	return r->dom ? s : map_plain(s, r->arena);
}
static bool
as_line(struct run *r, struct map_item *item, enum map_field f)
{
	struct str s = plain(r, item->text[f]);
	char *p = arena_text(r->arena, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] == '\n' || p[i] == '\r' || p[i] == '\t')
			p[i] = ' ';
	item->text[f] = str_trim((struct str){ p, s.n });
	return item->text[f].n > 0;
}
static bool
as_text(struct run *r, struct map_item *item, enum map_field f)
{
	item->text[f] = str_trim(plain(r, item->text[f]));
	return item->text[f].n > 0;
}
static bool
as_url(struct run *r, struct map_item *item, enum map_field f)
{
	return map_url(item->text[f], &r->env, &item->text[f]);
}
static bool
as_date(struct run *r, struct map_item *item, enum map_field f)
{
	return map_date(item->text[f], &r->env, &item->published_at);
}
static bool
as_number(struct run *r, struct map_item *item, enum map_field f)
{
	int64_t n;

	(void)r;
	if (!map_number(item->text[f], &n) || n < 0 || (f == MAP_RANK && (!n || n > 10000)))
		return false;
	*(f == MAP_RANK         ? &item->rank
	  : f == MAP_HEAT       ? &item->heat
	  : f == MAP_ENGAGEMENT ? &item->engagement
				: &item->followers) = n;
	return true;
}
static bool
as_stars(struct run *r, struct map_item *item, enum map_field f)
{
	return preset_rating(plain(r, item->text[f]), &item->rating) == 0;
}
static bool
as_country(struct run *r, struct map_item *item, enum map_field f)
{
	return as_line(r, item, f) && item->text[f].n == 2;
}

static const struct field_kind {
	bool (*take)(struct run *r, struct map_item *item, enum map_field f);
	const char *unread; /* what a value that is of no use is not */
} field_kinds[MAP_FIELDS] = {
	[MAP_ID] = { as_is, "" },
	[MAP_TITLE] = { as_line, "as a text" },
	[MAP_URL] = { as_url, "as an http(s) address" },
	[MAP_TEXT] = { as_text, "as a text" },
	[MAP_AUTHOR] = { as_line, "as a name" },
	[MAP_FOLLOWERS] = { as_number, "as a number" },
	[MAP_PUBLISHED] = { as_date, "as a date" },
	[MAP_LANG] = { as_line, "as a language" },
	[MAP_RANK] = { as_number, "as a rank from 1" },
	[MAP_HEAT] = { as_number, "as a number" },
	[MAP_ENGAGEMENT] = { as_number, "as a number" },
	[MAP_RATING] = { as_stars, "as a number of stars" },
	[MAP_COUNTRY] = { as_country, "as a country's two letters" },
};

static struct str
origin(struct run *r, const struct map_alt *alt, const struct values *v)
{
	struct buf b = BUF(4096);
	struct str s;

	if (alt->constant.n)
		return STR("a constant of the configuration");
	buf_add(&b, v->place.n ? v->place : STR("nothing"));
	if (alt->steps_text.n)
		buf_addf(&b, " | %.*s", STR_ARG(alt->steps_text));
	s = arena_str(r->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

/* The first alternative that gives something of use. */
static int
field_fill(struct run *r, enum map_field f, const struct start *at, struct map_item *item)
{
	const struct map_field_paths *p = &r->m->fields[f];
	struct tally *t = &r->tally[f];
	bool found = false;

	for (size_t i = 0; i < p->n; i++) {
		const struct map_alt *alt = &p->v[i];
		struct values v = { .v = (struct str *)&alt->constant, .n = 1 };

		if (!alt->constant.n && values_find(r, f, i, at, &v) < 0)
			return -1;
		found = found || v.n;
		item->text[f] = STR("");
		if (steps_run(r, alt, &v, &item->text[f]) && field_kinds[f].take(r, item, f)) {
			r->bytes += item->text[f].n;
			t->filled++;
			if (at->explain)
				item->from[f] = origin(r, alt, &v);
			break;
		}
		if (v.n && v.v[0].n && !t->unread.n)
			t->unread = v.v[0];
		item->text[f] = STR("");
	}
	t->found += found;
	if (r->bytes > TEXTS_MAX)
		return err_set(r->e, ERR_REJECT, "its fields hold over 32 MiB of text");
	return 0;
}

static int
item_fill(struct run *r, const struct start *at, size_t nth, struct map_item *item)
{
	*item = (struct map_item){ .followers = -1, .heat = -1 };
	for (size_t f = 0; f < MAP_FIELDS; f++) {
		item->text[f] = item->from[f] = STR("");
		if (r->m->fields[f].n && field_fill(r, (enum map_field)f, at, item) < 0)
			return -1;
	}
	if (!item->rank) {
		item->rank = (int64_t)nth + 1;
		item->from[MAP_RANK] = STR("its place in the order");
	}
	return 0;
}

/* ---- items ---------------------------------------------------------------------------------- */

static int
no_items(struct run *r, struct map_result *out)
{
	struct str why;

	out->n = 0;
	if (r->m->may_be_empty ||
	    (r->root && jpath_is_there(r->m->items_jpath, r->root, r->arena)))
		return 0;
	if (r->root) {
		why = jpath_why(r->m->items_jpath, r->root, r->arena);
		return err_set(r->e, ERR_REJECT, "items \"%.*s\" matched 0 nodes: %.*s",
			       STR_ARG(r->m->items_text), STR_ARG(why));
	}
	return err_set(r->e, ERR_REJECT,
		       "items \"%.*s\" matched 0 nodes (the page has %zu elements)",
		       STR_ARG(r->m->items_text), dom_elements(r->dom));
}

static int
starts_of_dom(struct run *r, struct start **v, size_t *n)
{
	struct dom_hit *hits;
	int found = dom_find(r->dom, NULL, r->m->items_select, r->arena, &hits, r->e);

	if (found < 0)
		return -1;
	*n = (size_t)found;
	*v = arena_alloc(r->arena, (*n + 1) * sizeof **v);
	for (size_t i = 0; i < *n; i++) {
		if (!hits[i].node)
			return err_set(r->e, ERR_REJECT, "items \"%.*s\" is no path to nodes",
				       STR_ARG(r->m->items_text));
		(*v)[i] = (struct start){ .hit = hits[i], .explain = i < r->in->explain };
	}
	return 0;
}

/* A path that ends at a list means its entries. */
static int
starts_of_json(struct run *r, struct start **v, size_t *n)
{
	struct jpath_hit *hits;
	size_t found =
		jpath_find(r->m->items_jpath, r->root, STR(""), JPATH_PLACES, r->arena, &hits);
	const struct json *list = found == 1 ? hits[0].value : NULL;

	if (json_kind(list) != JSON_LIST) {
		*v = arena_alloc(r->arena, (found + 1) * sizeof **v);
		for (*n = 0; *n < found; ++*n)
			(*v)[*n] = (struct start){ .value = hits[*n].value,
						   .place = hits[*n].place,
						   .explain = *n < r->in->explain };
		return 0;
	}
	*n = json_count(list) < JPATH_HITS_MAX ? json_count(list) : JPATH_HITS_MAX;
	*v = arena_alloc(r->arena, (*n + 1) * sizeof **v);
	for (size_t i = 0; i < *n; i++) {
		bool explain = i < r->in->explain;

		(*v)[i] = (struct start){ .value = json_at(list, i), .explain = explain };
		if (explain)
			(*v)[i].place = str_of(
				arena_textf(r->arena, "%.*s[%zu]", STR_ARG(hits[0].place), i));
	}
	return 0;
}

static bool
is_empty_list(struct run *r)
{
	struct jpath_hit *hits;

	return r->root &&
	       jpath_find(r->m->items_jpath, r->root, STR(""), JPATH_BARE, r->arena, &hits) ==
		       1 &&
	       json_kind(hits[0].value) == JSON_LIST;
}

/* ---- what to say about fields that gave nothing ---------------------------------------------- */

static void
note_add(struct run *r, struct buf *b, enum map_field f, size_t n)
{
	const struct tally *t = &r->tally[f];
	struct str path = utf8_cut(r->m->fields[f].text, 80);

	if (t->filled == n)
		return;
	if (!t->found)
		buf_addf(b, "%sfield %s \"%.*s\" matched 0 nodes in %zu item%s",
			 b->n ? "; " : "", map_field_words[f], STR_ARG(path), n,
			 n == 1 ? "" : "s");
	else if (!t->filled)
		buf_addf(b, "%sfield %s \"%.*s\" found \"%.*s\", which cannot be read %s",
			 b->n ? "; " : "", map_field_words[f], STR_ARG(path),
			 STR_ARG(utf8_cut(t->unread, 40)),
			 r->m->fields[f].v[0].n_steps ? "so" : field_kinds[f].unread);
}

static int
notes_make(struct run *r, struct map_result *out)
{
	const struct tally *title = &r->tally[MAP_TITLE], *text = &r->tally[MAP_TEXT];
	struct buf b = BUF(8192);
	int rc = 0;

	for (size_t f = 0; f < MAP_FIELDS && out->n; f++)
		if (r->m->fields[f].n)
			note_add(r, &b, (enum map_field)f, out->n);
	out->notes = arena_str(r->arena, buf_str(&b));
	if (out->n && !title->filled && !text->filled)
		rc = err_set(r->e, ERR_REJECT, "%.*s",
			     STR_ARG(utf8_cut(out->notes, sizeof r->e->text - 1)));
	buf_release(&b);
	return rc;
}

static int
next_find(struct run *r, struct map_result *out)
{
	struct start top = { .value = r->root, .place = STR("") };
	struct values v = { 0 };

	if (!r->m->next.select && !r->m->next.jpath)
		return 0;
	if ((r->m->next.select ? values_of_dom(r, &r->m->next, &top, 1, &v)
			       : values_of_json(r, &r->m->next, &top, 1, &v)) < 0)
		return -1;
	if (!v.n || !steps_run(r, &r->m->next, &v, &out->next))
		out->next = STR("");
	if (r->m->next.select && out->next.n && !map_url(out->next, &r->env, &out->next))
		out->next = STR("");
	return 0;
}

static int
body_open(struct run *r)
{
	struct str json;

	if (r->m->format == MAP_HTML) {
		r->dom = dom_parse(r->arena, r->in->text, r->e);
		return r->dom ? 0 : -1;
	}
	if (map_inside(r->in->text, r->m->inside, r->arena, &json, r->e) < 0)
		return -1;
	r->root = json_parse_web(r->arena, json, r->e);
	if (r->root)
		return 0;
	if (json.n && json.p[0] == '<')
		return err_set(r->e, ERR_REJECT,
			       "a page came, not JSON: with format: html its elements "
			       "are read; inside: says where in it JSON stands");
	return err_within(r->e, "no JSON that can be read");
}

static void
scratch_drop(void *s)
{
	rx_scratch_free(s);
}

int
map_run(const struct mapping *m, const struct map_input *in, struct arena *a,
	struct map_result *out, struct err *e)
{
	struct run *r = arena_alloc(a, sizeof *r);
	struct start *v = NULL;
	int rc = 0;

	*out = (struct map_result){ .next = STR(""), .notes = STR(""), .where = m->items_text };
	*r = (struct run){ .m = m, .in = in, .arena = a, .e = e };
	r->env = (struct map_env){ a, rx_scratch_new(), in->url, in->now, in->zone };
	arena_defer(a, scratch_drop, r->env.scratch);
	if (body_open(r) < 0 ||
	    (r->dom ? starts_of_dom(r, &v, &out->n) : starts_of_json(r, &v, &out->n)) < 0 ||
	    next_find(r, out) < 0)
		return -1;
	if (!out->n)
		return is_empty_list(r) ? 0 : no_items(r, out);
	out->v = arena_alloc(a, out->n * sizeof *out->v);
	for (size_t i = 0; i < out->n && rc == 0; i++)
		rc = item_fill(r, &v[i], i, &out->v[i]);
	return rc < 0 ? -1 : notes_make(r, out);
}

struct str
map_written(const struct mapping *m, enum map_field f)
{
	return m->fields[f].text;
}
