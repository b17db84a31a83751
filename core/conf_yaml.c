/* conf_yaml.c: libyaml's events -> nodes. Only what a settings file needs of YAML is let in. */
#include "core/base.h"

#include <yaml.h>

#include "core/conf_tree.h"
#include "core/str.h"
#include "core/utf8.h"

struct reading {
	struct conf_reader *r;
	const struct conf_file *file;
	yaml_parser_t parser;
	bool over; /* at a mistake after which the rest of the file means nothing */
};

struct conf_node *
conf_node_new(struct conf_reader *r, enum conf_node_kind kind, const struct conf_file *f)
{
	struct conf_node *n = arena_alloc(r->scratch, sizeof *n);

	*n = (struct conf_node){
		.kind = kind, .file = f, .line = 1, .column = 1, .end_line = 1, .end_column = 1
	};
	return n;
}

void
conf_node_add(struct conf_node *to, struct conf_node *entry)
{
	if (to->last)
		to->last->next = entry;
	else
		to->first = entry;
	to->last = entry;
	entry->next = NULL;
	to->n++;
}

struct conf_node *
conf_node_find(const struct conf_node *mapping, struct str name)
{
	struct conf_node *n = mapping && mapping->kind == NODE_MAPPING ? mapping->first : NULL;

	while (n && !str_eq(n->key->text, name))
		n = n->next;
	return n;
}

static void
place(struct conf_node *n, const yaml_mark_t *from, const yaml_mark_t *to)
{
	n->line = (int)from->line + 1;
	n->column = (int)from->column + 1;
	n->end_line = (int)to->line + 1;
	n->end_column = (int)to->column + 1;
}

/* libyaml's reader gives only a byte offset for a byte it cannot take. */
static void
place_offset(struct conf_node *n, size_t offset)
{
	struct str rest = n->file->text, line = rest;

	n->line = n->end_line = 0;
	n->column = n->end_column = 1;
	while (conf_line_next(&rest, &line)) {
		size_t begin = (size_t)(line.p - n->file->text.p);

		if (begin > offset)
			break;
		n->line = ++n->end_line;
		n->column = n->end_column =
			(int)utf8_count(str_slice(line, 0, offset - begin)) + 1;
	}
}

/* The rest of the file can no longer be understood. */
static void
give_up(struct reading *y)
{
	y->over = true;
	y->r->cut_short = true;
}

static void
report_syntax(struct reading *y)
{
	const yaml_parser_t *p = &y->parser;
	struct conf_node *at = conf_node_new(y->r, NODE_TEXT, y->file);
	const char *problem = p->problem ? p->problem : "cannot be read";
	size_t offset = p->problem_mark.index;
	struct str text = y->file->text;

	give_up(y);
	if (p->error == YAML_MEMORY_ERROR)
		abort();
	if (p->error == YAML_READER_ERROR) {
		place_offset(at, p->problem_offset < text.n ? p->problem_offset : text.n);
		conf_mistake(y->r, at, "%s (byte 0x%02x)", problem, (unsigned)p->problem_value);
		return;
	}
	place(at, &p->problem_mark, &p->problem_mark);
	/* The mark counts code points. */
	offset = utf8_head(text, offset).n;
	if (offset < text.n && text.p[offset] == '\t')
		problem = "a tab cannot stand here: indent with spaces";
	if (p->context && p->context_mark.line != p->problem_mark.line)
		conf_mistake(y->r, at, "%s (%s that began in line %zu)", problem, p->context,
			     p->context_mark.line + 1);
	else
		conf_mistake(y->r, at, "%s", problem);
}

static bool
next_event(struct reading *y, yaml_event_t *ev)
{
	if (y->over)
		return false;
	if (yaml_parser_parse(&y->parser, ev))
		return true;
	report_syntax(y);
	return false;
}

static int
compare_names(const void *a, const void *b)
{
	const struct conf_node *x = *(struct conf_node *const *)a;
	const struct conf_node *y = *(struct conf_node *const *)b;
	int order = str_cmp(x->key->text, y->key->text);

	if (order == 0)
		order = x->file->number - y->file->number;
	if (order == 0)
		order = x->key->line - y->key->line;
	return order ? order : x->key->column - y->key->column;
}

void
conf_yaml_doubles(struct conf_reader *r, struct conf_node *mapping)
{
	struct conf_node **sorted =
		arena_alloc(r->scratch, mapping->n * sizeof(struct conf_node *));
	struct conf_node *n = mapping->first, *first = NULL;
	size_t count = 0;

	for (; n; n = n->next)
		sorted[count++] = n;
	qsort(sorted, count, sizeof(struct conf_node *), compare_names);
	for (size_t i = 0; i < count; i++) {
		if (!first || !str_eq(first->key->text, sorted[i]->key->text)) {
			first = sorted[i];
			continue;
		}
		conf_mistake(r, sorted[i]->key, "%s is already given at %s:%d:%d",
			     conf_quote(r->scratch, first->key->text), first->file->name,
			     first->key->line, first->key->column);
		sorted[i]->key->bad = true;
	}
	n = mapping->first;
	mapping->first = mapping->last = NULL;
	mapping->n = 0;
	while (n) {
		struct conf_node *after = n->next;

		if (!n->key->bad)
			conf_node_add(mapping, n);
		n = after;
	}
}

/* Anchors and tags change what a text means in ways that a reader of the file does not see. */
static void
refuse(struct reading *y, struct conf_node *n, const yaml_char_t *anchor,
       const yaml_char_t *tag)
{
	if (anchor)
		conf_mistake(y->r, n, "anchors are not taken (\"&%s\"): write the value out",
			     (const char *)anchor);
	if (tag)
		conf_mistake(y->r, n, "tags are not taken (\"%s\"): the key decides the type",
			     (const char *)tag);
}

static struct conf_node *read_value(struct reading *y, yaml_event_t *ev, int depth);

static void
read_list(struct reading *y, struct conf_node *list, int depth)
{
	yaml_event_t ev;

	while (next_event(y, &ev)) {
		struct conf_node *n;

		if (ev.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&ev);
			return;
		}
		n = read_value(y, &ev, depth);
		if (n)
			conf_node_add(list, n);
	}
}

static void
read_mapping(struct reading *y, struct conf_node *mapping, int depth)
{
	yaml_event_t ev;

	while (next_event(y, &ev)) {
		struct conf_node *key, *n;

		if (ev.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&ev);
			break;
		}
		key = read_value(y, &ev, depth);
		if (!key || !next_event(y, &ev))
			break;
		n = read_value(y, &ev, depth);
		if (!n)
			break;
		if (key->kind != NODE_TEXT) {
			conf_mistake(y->r, key, "a key is a text, not a list or mapping");
			continue;
		}
		n->key = key;
		if (!key->bad)
			conf_node_add(mapping, n);
	}
	conf_yaml_doubles(y->r, mapping);
}

static struct conf_node *
read_text(struct reading *y, struct conf_node *n, const yaml_event_t *ev)
{
	n->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	n->text = arena_str(y->r->scratch, (struct str){ (const char *)ev->data.scalar.value,
							 ev->data.scalar.length });
	refuse(y, n, ev->data.scalar.anchor, ev->data.scalar.tag);
	return n;
}

/* Takes the event. NULL when the file is given up. Recursion ends at CONF_DEPTH. */
static struct conf_node *
read_value(struct reading *y, yaml_event_t *ev, int depth)
{
	struct conf_node *n = conf_node_new(y->r, NODE_TEXT, y->file);
	yaml_event_type_t type = ev->type;

	place(n, &ev->start_mark, &ev->end_mark);
	if (++y->r->n_nodes > CONF_NODES) {
		conf_mistake(y->r, n, "over %d values in all files together", CONF_NODES);
		give_up(y);
	} else if (type == YAML_SCALAR_EVENT) {
		read_text(y, n, ev);
	} else if (type == YAML_ALIAS_EVENT) {
		conf_mistake(y->r, n, "aliases are not taken (\"*%s\"): write the value out",
			     (const char *)ev->data.alias.anchor);
		n->bad = true;
	} else if (depth >= CONF_DEPTH) {
		conf_mistake(y->r, n, "nested deeper than %d", CONF_DEPTH);
		give_up(y);
	} else if (type == YAML_SEQUENCE_START_EVENT) {
		n->kind = NODE_LIST;
		refuse(y, n, ev->data.sequence_start.anchor, ev->data.sequence_start.tag);
	} else {
		n->kind = NODE_MAPPING;
		refuse(y, n, ev->data.mapping_start.anchor, ev->data.mapping_start.tag);
	}
	yaml_event_delete(ev);
	if (y->over)
		return NULL;
	if (n->kind == NODE_LIST)
		read_list(y, n, depth + 1);
	else if (n->kind == NODE_MAPPING)
		read_mapping(y, n, depth + 1);
	return n;
}

static struct conf_node *
read_stream(struct reading *y)
{
	struct conf_node *root = NULL;
	yaml_event_t ev;
	int documents = 0;

	while (next_event(y, &ev)) {
		yaml_event_type_t type = ev.type;
		struct conf_node *at = conf_node_new(y->r, NODE_TEXT, y->file);

		place(at, &ev.start_mark, &ev.start_mark);
		if (type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
			conf_mistake(y->r, at,
				     "a second document begins here: one file, one document");
			give_up(y);
		} else if (type == YAML_DOCUMENT_START_EVENT &&
			   (ev.data.document_start.version_directive ||
			    ev.data.document_start.tag_directives.start !=
				    ev.data.document_start.tag_directives.end)) {
			conf_mistake(y->r, at,
				     "directives are not taken (\"%%YAML\", \"%%TAG\")");
		}
		switch (type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			yaml_event_delete(&ev);
			break;
		case YAML_STREAM_END_EVENT:
			yaml_event_delete(&ev);
			return root;
		default:
			root = read_value(y, &ev, 0);
		}
	}
	return root;
}

/* libyaml would guess at other encodings. */
static bool
check_bytes(struct conf_reader *r, const struct conf_file *f)
{
	struct conf_node *at = conf_node_new(r, NODE_TEXT, f);
	const char *p, *end = f->text.p + f->text.n;
	uint32_t cp = 0;
	size_t n;

	if (utf8_valid(f->text))
		return true;
	for (p = f->text.p; p < end; p += n) {
		n = utf8_next(p, end, &cp);
		if (cp == 0xfffd && n == 1)
			break;
	}
	place_offset(at, (size_t)(p - f->text.p));
	conf_mistake(r, at, "not UTF-8 (byte 0x%02x): save the file as UTF-8",
		     (unsigned)(unsigned char)*p);
	r->cut_short = true;
	return false;
}

struct conf_node *
conf_yaml_read(struct conf_reader *r, const struct conf_file *f)
{
	struct reading y = { .r = r, .file = f };
	struct conf_node *root;

	if (!check_bytes(r, f))
		return NULL;
	if (!yaml_parser_initialize(&y.parser))
		abort();
	yaml_parser_set_encoding(&y.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&y.parser, (const unsigned char *)f->text.p, f->text.n);
	root = read_stream(&y);
	yaml_parser_delete(&y.parser);
	return root;
}
