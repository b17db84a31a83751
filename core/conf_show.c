/* conf_show.c: settings as YAML again, their canonical form, and the manual out of the tables. */
#include "core/base.h"

#include "core/clock.h"
#include "core/conf_tree.h"
#include "core/json.h"
#include "core/str.h"

#define DOCUMENT_DEPTH 8

enum form {
	FORM_SHOW, /* for a person: defaults are comments, secrets say where they are from */
	FORM_CANONICAL, /* for the hash: every value, no secret, paths as written              */
};
struct show {
	const struct conf *c;
	struct buf *out;
	enum form form;
};

/* ---- words ----------------------------------------------------------------------------- */

static void
add_indent(struct buf *b, int indent)
{
	buf_addf(b, "%*s", indent * 2, "");
}

/* A byte that may stand in a bare text; first and last are judged more strictly. */
static bool
is_bare(unsigned char c, bool inside)
{
	/* U+0085, U+00A0, U+2028, U+FEFF begin with these: rare enough to quote. */
	if (c >= 0x80)
		return c != 0xc2 && c != 0xe2 && c != 0xef;
	if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return true;
	return strchr(inside ? "_/.%-+@:" : "_/.%", c) && c;
}

/* Bare when YAML reads it back as the same text without a doubt, else in quotes. (No space
 * is bare, so neither ": " nor " #" is.) */
static void
add_text(struct buf *b, struct str s)
{
	bool bare = s.n > 0 && s.p[0] != '%';

	for (size_t i = 0; i < s.n && bare; i++)
		bare = is_bare((unsigned char)s.p[i], i > 0 && i + 1 < s.n);
	if (bare)
		buf_add(b, s);
	else
		json_add_text(b, s);
}

static void
add_texts(struct buf *b, const struct conf_texts *t)
{
	buf_add_byte(b, '[');
	for (size_t i = 0; i < t->n; i++) {
		if (i)
			buf_add(b, STR(", "));
		json_add_text(b, t->v[i]);
	}
	buf_add_byte(b, ']');
}

static bool
is_number(enum conf_type type)
{
	return conf_unit_find(type) || type == CONF_CHOICE;
}

/* Where a PATH or SECRET comes from, as the file or the table has it. */
static struct str
raw_of(const struct show *w, const struct conf_key *k, const void *field)
{
	const struct conf_spot *s = conf_spot_find(w->c, field);

	return s ? s->raw : str_of(k->dflt);
}

static void
add_scalar(const struct show *w, const struct conf_key *k, const void *field)
{
	struct str text;
	int64_t number;

	if (k->type == CONF_SECRET) {
		struct str raw = raw_of(w, k, field);

		if (raw.n)
			buf_addf(w->out, "\"(from %.*s)\"", STR_ARG(raw));
		else
			buf_add(w->out, STR("\"\""));
		return;
	}
	if (is_number(k->type)) {
		memcpy(&number, field, sizeof number);
		if (k->type == CONF_CHOICE)
			buf_add(w->out, str_of(k->choices[number]));
		else
			conf_add_number(w->out, k->type, number);
		return;
	}
	memcpy(&text, field, sizeof text);
	add_text(w->out, k->type == CONF_PATH ? raw_of(w, k, field) : text);
}

/* ---- show ------------------------------------------------------------------------------ */

static void show_block(const struct show *w, const struct conf_schema *s, const char *self,
		       int indent);

static bool
block_written(const struct show *w, const struct conf_schema *s, const char *self)
{
	for (size_t low = 0, high = w->c->n_spots; low < high;) {
		size_t middle = low + (high - low) / 2;
		const struct conf_spot *spot = &w->c->spots[middle];

		if (spot->at == self && spot->size == s->size)
			return true;
		if (spot->at < self || (spot->at == self && spot->size < s->size))
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static void
show_pairs(const struct show *w, const struct conf_list *list, int indent)
{
	const struct conf_pair *pairs = list->v;

	for (size_t i = 0; i < list->n; i++) {
		add_indent(w->out, indent);
		add_text(w->out, pairs[i].name);
		buf_add(w->out, STR(": "));
		json_add_text(w->out, pairs[i].value);
		buf_add_byte(w->out, '\n');
	}
}

static void
show_structs(const struct show *w, const struct conf_key *k, const struct conf_list *list,
	     int indent)
{
	const char *v = list->v;

	for (size_t i = 0; i < list->n; i++, v += k->of->size) {
		struct str name;

		add_indent(w->out, indent);
		if (k->type == CONF_TABLE) {
			memcpy(&name, v + k->of->name_at, sizeof name);
			add_text(w->out, name);
			buf_add(w->out, STR(":\n"));
		} else {
			buf_add(w->out, STR("-\n"));
		}
		show_block(w, k->of, v, indent + 1);
	}
}

/* "# timeout: 30s". What is empty by default is shown as the file would say it. */
static void
show_default(const struct show *w, const struct conf_key *k, const char *field)
{
	bool many = k->type == CONF_TEXTS || k->type >= CONF_BLOCK;

	buf_addf(w->out, "# %s: ", k->name);
	if (many && k->dflt && k->dflt[0])
		buf_add(w->out, str_of(k->dflt));
	else if (k->type == CONF_TEXTS || k->type == CONF_LIST)
		buf_add(w->out, STR("[]"));
	else if (many)
		buf_add(w->out, STR("{}"));
	else if (k->dflt && !k->dflt[0])
		buf_add(w->out, STR("\"\""));
	else
		add_scalar(w, k, field);
	buf_add_byte(w->out, '\n');
}

static void
show_key(const struct show *w, const struct conf_key *k, const char *field, int indent)
{
	bool written = k->type == CONF_BLOCK ? block_written(w, k->of, field)
					     : conf_spot_find(w->c, field) != NULL;
	struct conf_list list = { NULL, 0 };
	struct conf_texts texts;

	if (w->form == FORM_CANONICAL && k->type == CONF_SECRET)
		return;
	add_indent(w->out, indent);
	if (!written && w->form == FORM_SHOW) {
		show_default(w, k, field);
		return;
	}
	buf_addf(w->out, "%s:", k->name);
	if (k->type == CONF_BLOCK) {
		buf_add_byte(w->out, '\n');
		show_block(w, k->of, field, indent + 1);
		return;
	}
	if (k->type >= CONF_LIST)
		memcpy(&list, field, sizeof list);
	if (list.n) {
		buf_add_byte(w->out, '\n');
		if (k->type == CONF_MAP)
			show_pairs(w, &list, indent + 1);
		else
			show_structs(w, k, &list, indent + 1);
		return;
	}
	buf_add_byte(w->out, ' ');
	if (k->type >= CONF_LIST) {
		buf_add(w->out, k->type == CONF_LIST ? STR("[]") : STR("{}"));
	} else if (k->type == CONF_TEXTS) {
		memcpy(&texts, field, sizeof texts);
		add_texts(w->out, &texts);
	} else {
		add_scalar(w, k, field);
	}
	buf_add_byte(w->out, '\n');
}

static void
show_block(const struct show *w, const struct conf_schema *s, const char *self, int indent)
{
	for (const struct conf_key *k = s->keys; k->name; k++)
		show_key(w, k, self + k->at, indent);
}

void
conf_show(const struct conf *c, struct buf *out)
{
	const struct show w = { c, out, FORM_SHOW };

	show_block(&w, c->root, c->into, 0);
}

void
conf_canonical(const struct conf *c, struct buf *out)
{
	const struct show w = { c, out, FORM_CANONICAL };

	show_block(&w, c->root, c->into, 0);
}

/* ---- document -------------------------------------------------------------------------- */

static const char *
type_word(const struct conf_key *k)
{
	static const char *const words[] = {
		[CONF_TEXT] = "text",
		[CONF_NAME] = "name",
		[CONF_ZONE] = "time zone",
		[CONF_URL] = "http:// or https:// address",
		[CONF_PATH] = "path, from this file's folder",
		[CONF_SECRET] = "secret: file:PATH or env:NAME",
		[CONF_TEXTS] = "list of texts",
		[CONF_LIST] = "list",
		[CONF_TABLE] = "named entries",
		[CONF_MAP] = "name: text",
	};
	const struct conf_unit *unit = conf_unit_find(k->type);

	return unit ? unit->name : k->type < LY_COUNT(words) ? words[k->type] : NULL;
}

/* " (duration, 1s..10m, required)" */
static void
add_facts(struct buf *b, const struct conf_key *k)
{
	bool unit = conf_unit_find(k->type) && k->type != CONF_BOOL;

	if (k->type == CONF_BLOCK)
		return;
	buf_add(b, STR(" ("));
	if (k->type == CONF_CHOICE)
		for (size_t i = 0; k->choices[i]; i++)
			buf_addf(b, "%s%s", i ? " | " : "", k->choices[i]);
	else
		buf_add(b, str_of(type_word(k)));
	if (unit && (k->min || k->max)) {
		buf_add(b, STR(", "));
		conf_add_number(b, k->type, k->min);
		buf_add(b, STR(".."));
		if (k->max)
			conf_add_number(b, k->type, k->max);
	}
	if (!k->dflt)
		buf_add(b, STR(", required"));
	buf_add(b, STR(")"));
}

/* A block inside another of its own kind (a tree) is told once. */
static void document_block(const struct conf_schema *s, int indent, int depth, struct buf *out);

static void
document_key(const struct conf_schema *in, const struct conf_key *k, int indent, int depth,
	     struct buf *out)
{
	bool many = k->type == CONF_TEXTS || k->type >= CONF_LIST;

	add_indent(out, indent);
	buf_addf(out, "# %s", k->help ? k->help : k->of ? k->of->help : "");
	add_facts(out, k);
	buf_add_byte(out, '\n');
	add_indent(out, indent);
	buf_addf(out, "%s:", k->name);
	if (k->of && k->of != in && depth < DOCUMENT_DEPTH) {
		int deeper = indent + 1 + (k->type != CONF_BLOCK);

		buf_add_byte(out, '\n');
		add_indent(out, k->type == CONF_BLOCK ? 0 : indent + 1);
		if (k->type == CONF_LIST)
			buf_add(out, STR("-\n"));
		else if (k->type == CONF_TABLE)
			buf_addf(out, "NAME: # %s\n", k->of->name);
		document_block(k->of, deeper, depth + 1, out);
		return;
	}
	buf_add_byte(out, ' ');
	if (!k->dflt)
		buf_add(out, STR("…"));
	else if (many && !k->dflt[0])
		buf_add(out,
			k->type == CONF_TABLE || k->type == CONF_MAP ? STR("{}") : STR("[]"));
	else if (many)
		buf_add(out, str_of(k->dflt));
	else
		add_text(out, str_of(k->dflt));
	buf_add_byte(out, '\n');
}

static void
document_block(const struct conf_schema *s, int indent, int depth, struct buf *out)
{
	for (const struct conf_key *k = s->keys; k->name; k++)
		document_key(s, k, indent, depth, out);
}

void
conf_document(const struct conf_schema *root, struct buf *out)
{
	if (root->help)
		buf_addf(out, "# %s\n", root->help);
	document_block(root, 0, 0, out);
}
