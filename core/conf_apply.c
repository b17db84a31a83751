/*
 * conf_apply.c: nodes -> structs, by the schema's tables.
 *
 * 1. Every field of every struct is set: from its node, else from its default, else zero
 *    and a mistake. A wrong value leaves the default, so that others' checks can look at it.
 * 2. A struct's check runs after all values of all files are in place, inner ones first. Where a
 *    value of its own is wrong or missing the check is in doubt: of what it finds only that counts
 *    which it finds at another, good value (conf_error), not what comes of the first mistake.
 */
#include "core/base.h"

#include "core/conf_tree.h"
#include "core/str.h"

#define BOUNDS_TEXT 160

static void apply_block(struct conf_reader *r, const struct conf_schema *s,
			struct conf_node *node, const struct conf_node *owner, void *self);

static size_t
path_push(struct conf_reader *r, struct str name)
{
	size_t before = r->path.n;

	buf_addf(&r->path, "%s%.*s", before ? "." : "", STR_ARG(name));
	return before;
}

static void
path_pop(struct conf_reader *r, size_t before)
{
	r->path.over = false;
	if (r->path.n == before)
		return;
	r->path.n = before;
	r->path.p[before] = '\0';
}

/* ---- one value ------------------------------------------------------------------------- */

/* "1s..10m", "at least 1" in the type's own unit. */
static void
add_bounds(struct buf *b, const struct conf_key *k, bool count)
{
	enum conf_type type = count ? CONF_COUNT : k->type;

	if (k->max > 0 || k->min < 0) {
		buf_add(b, STR("within "));
		conf_add_number(b, type, k->min);
		buf_add(b, STR(".."));
		conf_add_number(b, type, k->max);
	} else {
		buf_add(b, STR("at least "));
		conf_add_number(b, type, k->min);
	}
}

static bool
in_bounds(const struct conf_key *k, int64_t v)
{
	if (k->min == 0 && k->max == 0)
		return v >= 0 || k->type == CONF_MILLI || k->type == CONF_TIME;
	return v >= k->min && (v <= k->max || (k->max == 0 && k->min > 0));
}

static int
number_value(const struct conf_key *k, const struct conf_unit *unit, struct str s, int64_t *out,
	     struct err *e)
{
	struct buf bounds = BUF(BOUNDS_TEXT);
	int64_t v;

	if (unit->parse(s, &v, e) < 0)
		return -1;
	if (!in_bounds(k, v)) {
		add_bounds(&bounds, k, false);
		err_set(e, ERR_USAGE, "%.*s is not %s", STR_ARG(s), bounds.p);
		buf_release(&bounds);
		return -1;
	}
	*out = v;
	return 0;
}

static int
choice_value(const struct conf_key *k, struct str s, int64_t *out, struct arena *a,
	     struct err *e)
{
	struct buf all = BUF(BOUNDS_TEXT);
	const char *near;
	size_t n = 0;

	for (; k->choices[n]; n++) {
		if (str_is(s, k->choices[n])) {
			*out = (int64_t)n;
			buf_release(&all);
			return 0;
		}
		buf_addf(&all, "%s%s", n ? ", " : "", k->choices[n]);
	}
	near = conf_nearest(s, k->choices, n);
	if (near)
		err_set(e, ERR_USAGE, "%s is not one of %s: did you mean \"%s\"?",
			conf_quote(a, s), all.p, near);
	else
		err_set(e, ERR_USAGE, "%s is not one of %s", conf_quote(a, s), all.p);
	buf_release(&all);
	return -1;
}

/* A scalar into its field. */
static int
scalar_value(struct conf_reader *r, const struct conf_key *k, struct conf_node *node,
	     void *field, struct err *e)
{
	const struct conf_unit *unit = conf_unit_find(k->type);
	struct str text = { "", 0 };
	int64_t number = 0;

	if (node->deflt && node->text.n == 0)
		; /* "" as a default: empty, and for numbers 0 */
	else if (unit && number_value(k, unit, node->text, &number, e) < 0)
		return -1;
	else if (k->type == CONF_CHOICE &&
		 choice_value(k, node->text, &number, r->scratch, e) < 0)
		return -1;
	else if (!unit && k->type != CONF_CHOICE && conf_text_value(r, k, node, &text, e) < 0)
		return -1;
	if (unit || k->type == CONF_CHOICE)
		memcpy(field, &number, sizeof number);
	else
		memcpy(field, &text, sizeof text);
	return 0;
}

/* ---- many values ----------------------------------------------------------------------- */

/* Room for n entries, or a mistake when they are too many or too few. */
static bool
entries_fit(struct conf_reader *r, const struct conf_key *k, const struct conf_node *node)
{
	struct conf_key bounds = *k;
	struct buf b = BUF(BOUNDS_TEXT);
	bool fit;

	if (bounds.max <= 0)
		bounds.max = CONF_ENTRIES;
	fit = (int64_t)node->n >= bounds.min && (int64_t)node->n <= bounds.max;
	if (!fit && !(node->deflt && node->n == 0)) {
		add_bounds(&b, &bounds, true);
		conf_mistake(r, node, "%s: %zu entries are not %s", r->path.p, node->n, b.p);
	}
	buf_release(&b);
	return (int64_t)node->n <= bounds.max;
}

/* One text of a list or map. */
static void
entry_text(struct conf_reader *r, const struct conf_key *k, struct conf_node *node,
	   struct str *out)
{
	struct err e = { 0 };
	bool good = false;

	*out = (struct str){ "", 0 };
	if (node->kind != NODE_TEXT)
		conf_mistake(r, node, "%s: expected a text, not a %s", r->path.p,
			     node->kind == NODE_LIST ? "list" : "mapping");
	else if (!node->bad && conf_text_value(r, k, node, out, &e) < 0)
		conf_mistake(r, node, "%s: %s", r->path.p, e.text);
	else
		good = !node->bad;
	node->bad = !good;
	conf_spot_add(r, out, 0, node);
}

static void
apply_texts(struct conf_reader *r, const struct conf_key *k, struct conf_node *node,
	    void *field)
{
	struct conf_texts texts = { NULL, 0 };
	bool one = node->kind == NODE_TEXT && node->text.n > 0;
	struct conf_node *n = one ? node : node->first;

	if (one)
		node->n = 1;
	if (!entries_fit(r, k, node))
		return;
	texts.v = arena_alloc(r->conf->arena, node->n * sizeof *texts.v);
	for (; texts.n < node->n; n = one ? NULL : n->next)
		entry_text(r, k, n, &texts.v[texts.n++]);
	memcpy(field, &texts, sizeof texts);
}

static void
apply_map(struct conf_reader *r, const struct conf_key *k, struct conf_node *node, void *field)
{
	struct conf_list list = { NULL, 0 };
	struct conf_pair *pairs;

	if (!entries_fit(r, k, node))
		return;
	list.v = pairs = arena_alloc(r->conf->arena, node->n * sizeof *pairs);
	for (struct conf_node *n = node->first; n; n = n->next) {
		struct conf_pair *pair = &pairs[list.n++];
		size_t before = path_push(r, n->key->text);

		pair->name = arena_str(r->conf->arena, n->key->text);
		conf_spot_add(r, &pair->name, 0, n->key);
		entry_text(r, k, n, &pair->value);
		path_pop(r, before);
	}
	memcpy(field, &list, sizeof list);
}

/* CONF_LIST and CONF_TABLE: structs one after another. */
static void
apply_structs(struct conf_reader *r, const struct conf_key *k, struct conf_node *node,
	      void *field)
{
	struct conf_list list = { NULL, 0 };
	char *v;

	if (!entries_fit(r, k, node))
		return;
	list.v = v = arena_alloc(r->conf->arena, node->n * k->of->size);
	list.n = node->n;
	memcpy(field, &list, sizeof list); /* before the entries: their checks may look */
	for (struct conf_node *n = node->first; n; n = n->next, v += k->of->size) {
		size_t before = r->path.n;

		if (k->type == CONF_TABLE) {
			struct str name = arena_str(r->conf->arena, n->key->text);
			struct conf_spot *spot;

			if (!conf_is_name(name))
				conf_mistake(r, n->key,
					     "%s: %s is not a name: letters, digits, Han, and "
					     "after the first \"_\", \".\", \"-\"",
					     r->path.p, conf_quote(r->scratch, name));
			memcpy(v + k->of->name_at, &name, sizeof name);
			spot = conf_spot_add(r, v + k->of->name_at, 0, n->key);
			if (spot)
				spot->name = true;
			path_push(r, name);
		}
		apply_block(r, k->of, n, n->key ? n->key : n, v);
		path_pop(r, before);
	}
}

/* ---- keys ------------------------------------------------------------------------------ */

/* What kind of node a type takes, and its word. */
static const struct form {
	enum conf_node_kind kind;
	const char *says;
	void (*apply)(struct conf_reader *r, const struct conf_key *k, struct conf_node *node,
		      void *field);
} forms[] = {
	[CONF_TEXTS] = { NODE_LIST, "expected a list of texts", apply_texts },
	[CONF_LIST] = { NODE_LIST, "expected a list (\"- …\" lines or [ ])", apply_structs },
	[CONF_TABLE] = { NODE_MAPPING, "expected named entries (\"name: …\" lines or { })",
			 apply_structs },
	[CONF_MAP] = { NODE_MAPPING, "expected \"name: text\" lines or { }", apply_map },
};

/* False when the field still wants its default. */
static bool
apply_value(struct conf_reader *r, const struct conf_key *k, struct conf_node *node,
	    void *field)
{
	const struct form *form =
		k->type < LY_COUNT(forms) && forms[k->type].apply ? &forms[k->type] : NULL;
	bool empty = node->kind == NODE_TEXT && node->text.n == 0;
	struct err e = { 0 };

	if (node->bad)
		return false;
	if (form) {
		if (node->kind == form->kind || (empty && (node->plain || node->deflt)) ||
		    (k->type == CONF_TEXTS && node->kind == NODE_TEXT)) {
			form->apply(r, k, node, field);
			return true;
		}
		conf_mistake(r, node, "%s: %s", r->path.p, form->says);
	} else if (node->kind != NODE_TEXT) {
		conf_mistake(r, node, "%s: expected one value, not a %s", r->path.p,
			     node->kind == NODE_LIST ? "list" : "mapping");
	} else if (empty && node->plain) {
		conf_mistake(r, node->key ? node->key : node, "%s has no value", r->path.p);
	} else if (scalar_value(r, k, node, field, &e) < 0) {
		conf_mistake(r, node, "%s: %s", r->path.p, e.text);
	} else {
		return true;
	}
	node->bad = true;
	return false;
}

static void
mark_default(struct conf_node *n, const struct conf_node *owner)
{
	n->deflt = true;
	n->file = owner->file;
	n->line = owner->line;
	n->column = owner->column;
	n->end_line = owner->end_line;
	n->end_column = owner->end_column;
	if (n->key)
		mark_default(n->key, owner);
	for (struct conf_node *child = n->first; child; child = child->next)
		mark_default(child, owner);
}

/* The default through the same parser. What is wrong with it is told at its owner. */
static void
apply_default(struct conf_reader *r, const struct conf_key *k, const struct conf_node *owner,
	      void *field)
{
	bool many = k->type == CONF_TEXTS || k->type >= CONF_LIST;
	size_t before = r->path.n;
	struct conf_node *node = NULL;

	if (k->dflt[0])
		buf_addf(&r->path, " (default %s)", k->dflt);
	if (many && k->dflt[0]) {
		struct conf_file *f = arena_alloc(r->scratch, sizeof *f);

		*f = *r->files[0];
		f->text = str_of(k->dflt);
		node = conf_yaml_read(r, f);
	}
	if (!node) {
		node = conf_node_new(r, NODE_TEXT, r->files[0]);
		node->text = str_of(k->dflt);
	}
	mark_default(node, owner);
	apply_value(r, k, node, field);
	path_pop(r, before);
}

static void
apply_key(struct conf_reader *r, const struct conf_key *k, struct conf_node *node,
	  const struct conf_node *owner, void *field)
{
	bool was = r->cut_short;
	struct conf_spot *spot;

	if (k->type == CONF_BLOCK) {
		/* Left out and optional: its defaults, without asking for what it requires. */
		r->cut_short = was || (!node && k->dflt);
		apply_block(r, k->of, node, owner, field);
		r->cut_short = was;
		return;
	}
	if (node) {
		bool done = apply_value(r, k, node, field);

		spot = conf_spot_add(r, field, 0, node);
		if (spot && (k->type == CONF_PATH || k->type == CONF_SECRET))
			spot->raw = arena_str(r->conf->arena, node->text);
		if (done)
			return;
	}
	if (k->dflt)
		apply_default(r, k, owner, field);
	else if (!node && !r->cut_short)
		conf_mistake(r, owner, "%s is missing: %s", r->path.p,
			     k->help ? k->help : k->name);
}

/* ---- blocks ---------------------------------------------------------------------------- */

static const struct conf_key *
key_find(const struct conf_schema *s, struct str name)
{
	for (const struct conf_key *k = s->keys; k->name; k++)
		if (str_is(name, k->name))
			return k;
	return NULL;
}

static void
unknown_key(struct conf_reader *r, const struct conf_schema *s, const struct conf_node *node)
{
	const char *names[256], *near, *shown;
	const char *in = r->path.n ? " in " : "";
	struct buf all = BUF(BOUNDS_TEXT);
	size_t n = 0;

	if (!conf_mistake_room(r)) {
		conf_mistake(r, node->key, "only counted");
		return;
	}
	shown = conf_quote(r->scratch, node->key->text);
	for (; s->keys[n].name && n < LY_COUNT(names); n++) {
		names[n] = s->keys[n].name;
		buf_addf(&all, "%s%s", n ? ", " : "", names[n]);
	}
	near = conf_nearest(node->key->text, names, n);
	if (near && key_find(s, str_of(near))->type == CONF_SECRET)
		conf_mask_add(r, node);
	if (near)
		conf_mistake(r, node->key, "unknown key %s%s%s: did you mean \"%s\"?", shown,
			     in, r->path.p, near);
	else
		conf_mistake(r, node->key, "unknown key %s%s%s: known are %s%s", shown, in,
			     r->path.p, all.p, buf_ok(&all) ? "" : ", …");
	buf_release(&all);
}

/* The only key that an entry has, as for a text that stands where the entry should; or NULL. */
static const char *
only_key(const struct conf_schema *s, const struct conf_node *node)
{
	return node->kind == NODE_TEXT && s->keys[0].name && !s->keys[1].name ? s->keys[0].name
									      : NULL;
}

/* A list (or a text, as one entry) where an entry of a single key, a list of texts, should stand:
 * "names: [a, b]" for "names: { words: [a, b] }". */
static bool
is_only_value(const struct conf_schema *s, const struct conf_node *node)
{
	return node && s->keys[0].name && !s->keys[1].name && s->keys[0].type == CONF_TEXTS &&
	       (node->kind == NODE_LIST || (node->kind == NODE_TEXT && node->text.n));
}

/* Say so when node can hold no keys. */
static bool
is_block(struct conf_reader *r, const struct conf_schema *s, const struct conf_node *node)
{
	const char *only = only_key(s, node);

	if (node->kind == NODE_MAPPING ||
	    (node->kind == NODE_TEXT && node->plain && node->text.n == 0))
		return true;
	if (!node->bad && only)
		conf_mistake(r, node, "%s: expected { %s: … }", r->path.p, only);
	else if (!node->bad)
		conf_mistake(r, node, "%s%sexpected \"key: value\" lines or { }", r->path.p,
			     r->path.n ? ": " : "");
	return false;
}

/* node NULL: nothing but defaults. owner: where it is told that something is missing. */
static void
apply_block(struct conf_reader *r, const struct conf_schema *s, struct conf_node *node,
	    const struct conf_node *owner, void *self)
{
	bool was = r->cut_short, alone = is_only_value(s, node);
	size_t own_mistakes = 0;
	struct conf_pending *p;

	if (node && node->key)
		owner = node->key;
	if (node && !alone && !is_block(r, s, node))
		r->cut_short = true; /* nothing more about what is not in it */
	if (node)
		conf_spot_add(r, self, s->size, owner);
	for (const struct conf_key *k = s->keys; k->name; k++) {
		size_t path = path_push(r, str_of(k->name)), mistakes = r->n_mistakes;

		apply_key(r, k, alone ? node : conf_node_find(node, str_of(k->name)), owner,
			  (char *)self + k->at);
		own_mistakes += k->of ? 0 : r->n_mistakes - mistakes;
		path_pop(r, path);
	}
	for (struct conf_node *n = node && !alone ? node->first : NULL; n; n = n->next)
		if (n->key && !key_find(s, n->key->text))
			unknown_key(r, s, n);
	r->cut_short = was;
	if (!s->check || (!node && was))
		return;
	p = arena_alloc(r->scratch, sizeof *p);
	*p = (struct conf_pending){ NULL, s, self, own_mistakes > 0 };
	*r->checks_end = p;
	r->checks_end = &p->next;
}

void
conf_apply(struct conf_reader *r, struct conf_node *root)
{
	const struct conf_node *owner = root;

	if (!owner || owner->kind == NODE_MAPPING) /* a file that lacks something: its start */
		owner = conf_node_new(r, NODE_TEXT, r->files[0]);
	apply_block(r, r->conf->root, root, owner, r->conf->into);
	if (r->cut_short)
		return; /* what the checks would miss may stand in the part not read */
	for (struct conf_pending *p = r->checks; p; p = p->next) {
		r->in_doubt = p->in_doubt;
		p->schema->check(r, p->self);
	}
}
