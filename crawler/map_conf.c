/* map_conf.c - a mapping as written -> compiled; every mistake is told. */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"

#include "crawler/map_run.h"

#define FIELD_MAX 2000

struct compiler {
	struct arena *arena;
	int64_t format;
	void (*fault)(void *arg, const void *where, const char *says);
	void *arg;
	size_t mistakes;
};

static void
mistake(struct compiler *c, const void *where, const char *what, const struct err *e)
{
	char says[400];

	snprintf(says, sizeof says, "%s%s%s", what, *what ? ": " : "", e->text);
	c->fault(c->arg, where, says);
	c->mistakes++;
}

/* Is what follows " | " a transform (a word), and no path (XPath's union)? */
static bool
is_transform(struct str rest)
{
	size_t i = 0;

	rest = str_trim(rest);
	while (i < rest.n && rest.p[i] >= 'a' && rest.p[i] <= 'z')
		i++;
	return i && (i == rest.n || rest.p[i] == ' ');
}

/* Is s.p[i] inside quotes or brackets? State of a walk from the left. */
struct nesting {
	size_t depth;
	char quote;
};

static bool
is_nested(struct nesting *w, struct str s, size_t i)
{
	char ch = s.p[i];
	bool may_quote = !i || str_find_byte(STR(" ([=,"), s.p[i - 1]) >= 0;

	if (w->quote) {
		w->quote = ch == w->quote ? '\0' : w->quote;
		return true;
	}
	if ((ch == '"' || ch == '\'') && may_quote)
		w->quote = ch;
	else if (ch == '(' || ch == '[')
		w->depth++;
	else if ((ch == ')' || ch == ']') && w->depth)
		w->depth--;
	return w->quote || w->depth;
}

/* The part of s up to sep (" | ", " ?? ") outside quotes and brackets; *s goes on behind it. */
static struct str
part_cut(struct str *s, struct str sep)
{
	bool steps = str_is(sep, " | ");
	struct nesting w = { 0 };
	struct str all = *s;

	for (size_t i = 0; i < all.n; i++) {
		struct str rest = str_slice(all, i, all.n);

		if (is_nested(&w, all, i) || !str_starts(rest, sep))
			continue;
		rest = str_slice(rest, sep.n, rest.n);
		if (steps && !is_transform(rest))
			continue;
		*s = rest;
		return str_trim(str_slice(all, 0, i));
	}
	*s = STR("");
	return str_trim(all);
}

static int
path_compile(struct compiler *c, struct str path, struct select **select, struct jpath **jpath,
	     struct err *e)
{
	if (c->format == MAP_HTML)
		*select = select_compile(c->arena, path, e);
	else
		*jpath = jpath_compile(c->arena, path, e);
	return *select || *jpath ? 0 : -1;
}

static int
alt_compile(struct compiler *c, struct str text, struct map_alt *alt, struct err *e)
{
	struct str head = part_cut(&text, STR(" | "));

	alt->constant = alt->steps_text = STR("");
	alt->steps_text = str_trim(text);
	if (head.n && head.p[0] == '=') {
		alt->constant = str_trim(str_slice(head, 1, head.n));
		if (!alt->constant.n)
			return err_set(e, ERR_USAGE, "a constant is written: = TEXT");
	} else if (path_compile(c, head, &alt->select, &alt->jpath, e) < 0) {
		return -1;
	}
	while (text.n) {
		struct str step = part_cut(&text, STR(" | "));

		if (alt->n_steps == MAP_STEPS_MAX)
			return err_set(e, ERR_USAGE, "over %d transforms", MAP_STEPS_MAX);
		if (map_step_compile(c->arena, step, &alt->steps[alt->n_steps], e) < 0)
			return -1;
		alt->n_steps++;
	}
	return 0;
}

static int
field_compile(struct compiler *c, struct str text, struct map_field_paths *f, struct err *e)
{
	struct str rest = text;

	f->text = text;
	f->v = arena_alloc(c->arena, MAP_ALTS_MAX * sizeof *f->v);
	if (text.n > FIELD_MAX)
		return err_set(e, ERR_USAGE, "over %d bytes", FIELD_MAX);
	do {
		struct str part = part_cut(&rest, STR(" ?? "));

		if (f->n == MAP_ALTS_MAX)
			return err_set(e, ERR_USAGE, "over %d alternatives", MAP_ALTS_MAX);
		if (alt_compile(c, part, &f->v[f->n], e) < 0)
			return -1;
		f->n++;
	} while (rest.n);
	return 0;
}

static void
no_field(struct compiler *c, const struct conf_pair *p)
{
	const char *near = conf_nearest(p->name, map_field_words, MAP_FIELDS);
	struct buf b = BUF(400);

	buf_addf(&b, "no field \"%.*s\"", STR_ARG(str_slice(p->name, 0, 40)));
	if (near) {
		buf_addf(&b, ": did you mean \"%s\"?", near);
	} else {
		for (size_t i = 0; i < MAP_FIELDS; i++)
			buf_addf(&b, "%s%s", i ? ", " : ": there are ", map_field_words[i]);
	}
	c->fault(c->arg, &p->value, b.p);
	c->mistakes++;
	buf_release(&b);
}

static void
fields_compile(struct compiler *c, const struct map_conf *conf, struct mapping *m)
{
	const struct conf_pair *v = conf->fields.v;
	struct err e = { 0 };
	char what[60];

	for (size_t i = 0; i < conf->fields.n; i++) {
		size_t f = 0;

		while (f < MAP_FIELDS && !str_is(v[i].name, map_field_words[f]))
			f++;
		if (f == MAP_FIELDS) {
			no_field(c, &v[i]);
			continue;
		}
		snprintf(what, sizeof what, "%s", map_field_words[f]);
		if (field_compile(c, v[i].value, &m->fields[f], &e) < 0)
			mistake(c, &v[i].value, what, &e);
	}
	if (!m->fields[MAP_TITLE].n && !m->fields[MAP_TEXT].n && !c->mistakes) {
		c->fault(c->arg, &conf->fields, "fields: needs title or text");
		c->mistakes++;
	}
}

struct mapping *
map_compile(struct arena *a, const struct map_conf *conf, enum map_format format,
	    void (*fault)(void *arg, const void *where, const char *says), void *arg)
{
	struct compiler c = { a, format, fault, arg, 0 };
	struct mapping *m = arena_alloc(a, sizeof *m);
	struct err e = { 0 };

	m->format = format;
	m->may_be_empty = conf->may_be_empty;
	m->items_text = conf->items;
	m->inside = conf->inside;
	if (path_compile(&c, conf->items, &m->items_select, &m->items_jpath, &e) < 0)
		mistake(&c, &conf->items, "", &e);
	if (map_inside_check(conf->inside, &e) < 0)
		mistake(&c, &conf->inside, "", &e);
	if (conf->next.n && alt_compile(&c, conf->next, &m->next, &e) < 0)
		mistake(&c, &conf->next, "", &e);
	fields_compile(&c, conf, m);
	return c.mistakes ? NULL : m;
}
