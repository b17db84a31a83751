/* jpath.c - see jpath.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "core/utf8.h"

#include "crawler/jpath.h"

#define PATH_MAX_BYTES 1000
#define KEYS_TOLD      8
#define KEY_TOLD_BYTES 40

enum jstep_kind { STEP_NAME, STEP_INDEX, STEP_ALL };
struct jstep {
	enum jstep_kind kind;
	struct str name;
	int64_t index;
};
struct jpath {
	struct jstep v[JPATH_STEPS_MAX];
	size_t n;
	bool rooted;
};

/* ---- compile -------------------------------------------------------------------------------- */

static int
fail(struct str all, size_t at, struct err *e, const char *says)
{
	return err_set(e, ERR_USAGE, "%s at \"%.*s\"", says, STR_ARG(str_slice(all, at, 40)));
}

/* What stands between [ and ]; *at is behind it then. */
static int
bracket(struct arena *a, struct str all, size_t *at, struct jstep *s, struct err *e)
{
	size_t from = *at + 1, i = from;
	char q = from < all.n ? all.p[from] : '\0';
	struct str in;

	if (q == '"' || q == '\'') {
		for (i = from + 1; i < all.n && all.p[i] != q;)
			i++;
		if (i + 1 >= all.n || all.p[i + 1] != ']')
			return fail(all, *at, e, "a quoted name ends with its quote and \"]\"");
		*s = (struct jstep){ STEP_NAME,
				     arena_str(a, str_slice(all, from + 1, i - from - 1)), 0 };
		*at = i + 2;
		return 0;
	}
	while (i < all.n && all.p[i] != ']')
		i++;
	if (i == all.n)
		return fail(all, *at, e, "\"]\" is missing");
	in = str_trim(str_slice(all, from, i - from));
	*s = (struct jstep){ STEP_ALL, STR(""), 0 };
	if (!str_is(in, "*")) {
		s->kind = STEP_INDEX;
		if (str_int64(in, &s->index) < 0 || s->index > 1000000 || s->index < -1000000)
			return fail(all, *at, e, "[] holds a number, * or a quoted name");
	}
	*at = i + 1;
	return 0;
}

static int
step_read(struct arena *a, struct str all, size_t *at, struct jstep *s, struct err *e)
{
	size_t from = *at;

	if (all.p[from] == '[')
		return bracket(a, all, at, s, e);
	if (all.p[from] == '.')
		from++;
	if (from < all.n && all.p[from] == '[' && from > *at)
		return *at = from, bracket(a, all, at, s, e);
	for (*at = from; *at < all.n && all.p[*at] != '.' && all.p[*at] != '[';)
		++*at;
	if (*at == from)
		return fail(all, from ? from - 1 : 0, e, "a name is missing");
	*s = (struct jstep){ STEP_NAME, arena_str(a, str_slice(all, from, *at - from)), 0 };
	if (str_is(s->name, "*"))
		s->kind = STEP_ALL;
	return 0;
}

struct jpath *
jpath_compile(struct arena *a, struct str path, struct err *e)
{
	struct jpath *p = arena_alloc(a, sizeof *p);
	size_t at = 0;

	path = str_trim(path);
	if (!path.n || path.n > PATH_MAX_BYTES)
		return err_set(e, ERR_USAGE,
			       path.n ? "a path is over 1000 bytes" : "an empty path"),
		       NULL;
	if (path.p[0] == '$') {
		p->rooted = true;
		at = 1;
	}
	if (str_is(path, ".") || str_is(path, "$."))
		return p;
	while (at < path.n) {
		if (p->n == JPATH_STEPS_MAX)
			return err_set(e, ERR_USAGE, "a path has over %d steps",
				       JPATH_STEPS_MAX),
			       NULL;
		if (step_read(a, path, &at, &p->v[p->n], e) < 0)
			return NULL;
		p->n++;
	}
	return p;
}

bool
jpath_is_rooted(const struct jpath *p)
{
	return p->rooted;
}

/* ---- walk ----------------------------------------------------------------------------------- */

struct walk {
	const struct jpath *p;
	struct arena *arena;
	enum jpath_places places;
	struct jpath_hit *v;
	size_t n, cap;
	size_t deepest;              /* steps that found something */
	const struct json *stranded; /* the first value where the next step failed */
	char place[1024];
	size_t place_n;
};

static const struct json *
member(const struct json *j, struct str name)
{
	struct str key;

	for (size_t i = 0; i < json_count(j) && json_kind(j) == JSON_OBJECT; i++) {
		const struct json *v = json_member(j, i, &key);

		if (str_eq(key, name))
			return v;
	}
	return NULL;
}

/* A text that holds JSON, as JSON; else the value itself. */
static const struct json *
entered(struct walk *w, const struct json *j)
{
	struct str s = str_trim(json_text(j, STR("")));
	struct err e = { 0 };
	const struct json *in = NULL;

	if (s.n >= 2 && (s.p[0] == '{' || s.p[0] == '['))
		in = json_parse_web(w->arena, s, &e);
	return in ? in : j;
}

static void
hit_add(struct walk *w, const struct json *j)
{
	if (w->n == JPATH_HITS_MAX)
		return;
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 4;
		struct jpath_hit *v = arena_alloc(w->arena, cap * sizeof *v);

		if (w->n)
			memcpy(v, w->v, w->n * sizeof *v);
		w->v = v;
		w->cap = cap;
	}
	w->v[w->n++] =
		(struct jpath_hit){ j, w->places == JPATH_PLACES
					       ? arena_str(w->arena,
							   (struct str){ w->place, w->place_n })
					       : STR("") };
}

static void
place_add(struct walk *w, const char *fmt, struct str name, size_t i)
{
	size_t room = sizeof w->place - w->place_n;
	int n = fmt ? snprintf(w->place + w->place_n, room, fmt, i)
		    : snprintf(w->place + w->place_n, room, "%s%.*s", w->place_n ? "." : "",
			       STR_ARG(name));

	if (n > 0 && (size_t)n < room)
		w->place_n += (size_t)n;
}

static void walk(struct walk *w, const struct json *j, size_t step);

static void
walk_into(struct walk *w, const struct json *v, size_t step, const char *fmt, struct str name,
	  size_t i)
{
	size_t kept = w->place_n;

	if (w->places == JPATH_PLACES)
		place_add(w, fmt, name, i);
	walk(w, v, step + 1);
	w->place_n = kept;
}

static void
strand(struct walk *w, const struct json *j, size_t step)
{
	if (!w->stranded || step > w->deepest) {
		w->stranded = j;
		w->deepest = step;
	}
}

static void
walk_all(struct walk *w, const struct json *j, size_t step)
{
	struct str key;

	for (size_t i = 0; i < json_count(j) && w->n < JPATH_HITS_MAX; i++) {
		if (json_kind(j) == JSON_LIST)
			walk_into(w, json_at(j, i), step, "[%zu]", STR(""), i);
		else
			walk_into(w, json_member(j, i, &key), step, NULL, key, 0);
	}
	if (!json_count(j))
		strand(w, j, step);
}

/* Steps are at most 32 and bound the depth. */
static void
walk(struct walk *w, const struct json *j, size_t step)
{
	const struct jstep *s = &w->p->v[step];
	const struct json *v = NULL;
	int64_t i;

	if (step == w->p->n) {
		hit_add(w, j);
		return;
	}
	if (json_kind(j) == JSON_TEXT)
		j = entered(w, j);
	switch (s->kind) {
	case STEP_ALL:
		walk_all(w, j, step);
		return;
	case STEP_INDEX:
		i = s->index < 0 ? (int64_t)json_count(j) + s->index : s->index;
		v = i < 0 ? NULL : json_at(j, (size_t)i);
		if (v)
			walk_into(w, v, step, "[%zu]", STR(""), (size_t)i);
		break;
	case STEP_NAME:
		v = member(j, s->name);
		if (v)
			walk_into(w, v, step, NULL, s->name, 0);
		break;
	}
	if (!v)
		strand(w, j, step);
}

size_t
jpath_find(const struct jpath *p, const struct json *from, struct str base,
	   enum jpath_places places, struct arena *a, struct jpath_hit **hits)
{
	struct walk w = { .p = p, .arena = a, .places = places };

	if (places == JPATH_PLACES)
		place_add(&w, NULL, base, 0);
	walk(&w, from, 0);
	*hits = w.v;
	return w.n;
}

bool
jpath_is_there(const struct jpath *p, const struct json *from, struct arena *a)
{
	struct walk w = { .p = p, .arena = a };
	enum json_kind kind;

	walk(&w, from, 0);
	if (w.n)
		return true;
	kind = json_kind(w.stranded);
	/* An empty list, at its [*] or wherever a list was walked through. */
	return (kind == JSON_LIST || kind == JSON_OBJECT) && !json_count(w.stranded) &&
	       p->v[w.deepest].kind == STEP_ALL;
}

/* ---- in words ------------------------------------------------------------------------------- */

static void
add_step(struct buf *b, const struct jstep *s)
{
	if (s->kind == STEP_NAME)
		buf_addf(b, "%s%.*s", b->n ? "." : "", STR_ARG(s->name));
	else if (s->kind == STEP_ALL)
		buf_add(b, STR("[*]"));
	else
		buf_addf(b, "[%lld]", (long long)s->index);
}

static void
add_has(struct buf *b, const struct json *j)
{
	static const char *const kinds[] = { "null",   "true or false", "a number", "a number",
					     "a text", "a list",        "an object" };
	size_t n = json_count(j);
	struct str key;

	if (json_kind(j) == JSON_LIST) {
		buf_addf(b, "; it is a list of %zu", n);
	} else if (json_kind(j) != JSON_OBJECT) {
		buf_addf(b, "; it is %s", kinds[json_kind(j)]);
	} else {
		for (size_t i = 0; i < n && i < KEYS_TOLD; i++) {
			(void)json_member(j, i, &key);
			buf_addf(b, "%s\"%.*s\"", i ? ", " : "; it has ",
				 STR_ARG(utf8_cut(key, KEY_TOLD_BYTES)));
		}
		buf_add(b, n > KEYS_TOLD ? STR(" …") : n ? STR("") : STR("; it is empty"));
	}
}

struct str
jpath_why(const struct jpath *p, const struct json *from, struct arena *a)
{
	struct walk w = { .p = p, .arena = a };
	struct buf b = BUF(2000), where = BUF(1500);
	struct str s;

	walk(&w, from, 0);
	if (w.n || !w.stranded)
		return STR("");
	for (size_t i = 0; i < w.deepest; i++)
		add_step(&where, &p->v[i]);
	if (where.n)
		buf_addf(&b, "\"%.*s\" has no ", STR_ARG(utf8_cut(buf_str(&where), 120)));
	else
		buf_add(&b, STR("it has no "));
	buf_clear(&where);
	add_step(&where, &p->v[w.deepest]);
	buf_addf(&b, "\"%.*s\"", STR_ARG(utf8_cut(buf_str(&where), 80)));
	add_has(&b, w.stranded);
	s = arena_str(a, buf_str(&b));
	buf_release(&where);
	buf_release(&b);
	return s;
}

struct str
jpath_text(const struct json *v, struct arena *a)
{
	switch (json_kind(v)) {
	case JSON_TEXT:
		return json_text(v, STR(""));
	case JSON_INT:
		return str_of(arena_textf(a, "%lld", (long long)json_int(v, 0)));
	case JSON_REAL:
		return str_of(arena_textf(a, "%.15g", json_real(v, 0)));
	case JSON_BOOL:
		return json_true(v) ? STR("true") : STR("false");
	default:
		return STR("");
	}
}
