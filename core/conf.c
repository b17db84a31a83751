#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/conf_tree.h"
#include "core/hash.h"
#include "core/str.h"

#define CANONICAL_BYTES ((size_t)128 << 20)

/* ---- files ----------------------------------------------------------------------------- */

static int
read_all(int fd, char *p, size_t n, size_t *got)
{
	*got = 0;
	while (*got < n) {
		ssize_t more = read(fd, p + *got, n - *got);

		if (more < 0 && errno == EINTR)
			continue;
		if (more < 0)
			return -1;
		if (more == 0)
			return 0;
		*got += (size_t)more;
	}
	return 0;
}

int
conf_file_text(struct arena *a, const char *path, size_t max_bytes, struct str *out,
	       unsigned *mode, const char **why)
{
	/* O_NONBLOCK: a FIFO must not hang us before we see that it is one. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), result = -1;
	struct stat st;
	size_t size, n;
	char *p;

	*why = strerrordesc_np(errno);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0) {
		*why = strerrordesc_np(errno);
	} else if (!S_ISREG(st.st_mode)) {
		*why = "not a regular file";
	} else if (st.st_size > (off_t)max_bytes) {
		*why = "too large";
	} else {
		/* One byte more than there was: growing meanwhile shows. */
		size = (size_t)st.st_size + 1;
		p = arena_alloc(a, size + 1);
		result = read_all(fd, p, size, &n);
		*why = result < 0 ? strerrordesc_np(errno) : "it grew while it was read";
		if (n == size)
			result = -1;
		p[n] = '\0';
		*out = (struct str){ p, n };
		*mode = st.st_mode & 07777;
	}
	close(fd);
	return result;
}

const char *
conf_path_join(struct arena *a, const char *dir, struct str path)
{
	while (str_starts(path, STR("./")))
		path = str_slice(path, 2, path.n);
	if (path.n && path.p[0] == '/')
		return arena_text(a, path);
	if (str_is(path, "."))
		return arena_text(a, str_of(dir));
	return arena_textf(a, "%s/%.*s", strcmp(dir, "/") == 0 ? "" : dir, STR_ARG(path));
}

/* The folder of a path as it is written: "a/b.yaml" -> "a", "b.yaml" -> ".". */
static const char *
folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path ? "/"
			     : arena_text(a, (struct str){ path, (size_t)(slash - path) });
}

/* A file's text in *f, ready to be parsed. dir: absolute, or NULL to ask the system. */
static struct conf_file *
file_new(struct conf_reader *r, const char *name, const char *folder, struct str text)
{
	struct conf_file *f = arena_alloc(r->scratch, sizeof *f);
	char absolute[PATH_MAX];

	f->name = arena_text(r->conf->arena, str_of(name));
	f->dir = arena_text(r->conf->arena,
			    str_of(realpath(folder, absolute) ? absolute : folder));
	f->text = text;
	if (str_starts(f->text, STR("\xef\xbb\xbf")))
		f->text = str_slice(f->text, 3, f->text.n);
	f->number = (int)r->n_files;
	r->files[r->n_files++] = f;
	return f;
}

/* ---- include --------------------------------------------------------------------------- */

static const struct conf_key *
root_key(const struct conf_reader *r, struct str name)
{
	for (const struct conf_key *k = r->conf->root->keys; k->name; k++)
		if (str_is(name, k->name))
			return k;
	return NULL;
}

/* Entries of a list or table go behind those that are there; anything else has one place. */
static void
merge_key(struct conf_reader *r, struct conf_node *root, struct conf_node *entry)
{
	struct conf_node *there = conf_node_find(root, entry->key->text);
	const struct conf_key *k = root_key(r, entry->key->text);
	bool many = k && (k->type == CONF_TEXTS || k->type >= CONF_LIST);

	if (!there) {
		conf_node_add(root, entry);
		return;
	}
	if (!many || there->kind != entry->kind || there->kind == NODE_TEXT) {
		conf_mistake(r, entry->key, "%s is already given at %s:%d:%d",
			     conf_quote(r->scratch, entry->key->text), there->file->name,
			     there->key->line, there->key->column);
		return;
	}
	for (struct conf_node *n = entry->first, *after; n; n = after) {
		after = n->next;
		conf_node_add(there, n);
	}
	if (there->kind == NODE_MAPPING)
		conf_yaml_doubles(r, there);
}

/* Take "include" out of a file's tree. */
static struct conf_node *
take_include(struct conf_node *root)
{
	struct conf_node *n = root && root->kind == NODE_MAPPING ? root->first : NULL;
	struct conf_node *found = NULL;

	if (!n)
		return NULL;
	root->first = root->last = NULL;
	root->n = 0;
	for (struct conf_node *after; n; n = after) {
		after = n->next;
		if (str_is(n->key->text, "include"))
			found = n;
		else
			conf_node_add(root, n);
	}
	return found;
}

static void
include_file(struct conf_reader *r, struct conf_node *at)
{
	const char *path, *name, *why;
	struct str text;
	unsigned mode;

	if (at->bad)
		return;
	if (at->kind != NODE_TEXT || at->text.n == 0) {
		conf_mistake(r, at, "include: expected the path of a file");
		return;
	}
	path = conf_path_join(r->scratch, at->file->dir, at->text);
	name = conf_path_join(r->scratch, folder_of(r->scratch, at->file->name), at->text);
	if (strncmp(name, "./", 2) == 0)
		name += 2;
	for (size_t i = 0; i < r->n_files; i++)
		if (strcmp(r->files[i]->name, name) == 0) {
			conf_mistake(r, at, "include: %s was read already",
				     conf_quote(r->scratch, at->text));
			return;
		}
	if (r->n_files == CONF_FILES) {
		conf_mistake(r, at, "include: over %d files", CONF_FILES);
	} else if (conf_file_text(r->scratch, path, CONF_FILE_BYTES, &text, &mode, &why) < 0) {
		conf_mistake(r, at, "include: could not read %s: %s",
			     conf_quote(r->scratch, at->text), why);
		r->cut_short = true;
	} else {
		file_new(r, name, folder_of(r->scratch, path), text);
	}
}

/* All files as one tree: the main one first, then what they include, in order. */
static struct conf_node *
read_files(struct conf_reader *r)
{
	struct conf_node *root = NULL;

	for (size_t i = 0; i < r->n_files; i++) {
		struct conf_node *tree = conf_yaml_read(r, r->files[i]);
		struct conf_node *include = take_include(tree);

		if (include && include->kind == NODE_LIST)
			for (struct conf_node *n = include->first; n; n = n->next)
				include_file(r, n);
		else if (include)
			include_file(r, include);
		if (i == 0) {
			root = tree;
			continue;
		}
		if (!tree)
			continue;
		if (!root)
			root = conf_node_new(r, NODE_MAPPING, r->files[0]);
		if (tree->kind != NODE_MAPPING || root->kind != NODE_MAPPING) {
			conf_mistake(r, tree, "expected \"key: value\" lines or { }");
			continue;
		}
		for (struct conf_node *n = tree->first, *after; n; n = after) {
			after = n->next;
			merge_key(r, root, n);
		}
	}
	return root;
}

/* ---- reading --------------------------------------------------------------------------- */

static int
compare_spots(const void *a, const void *b)
{
	const struct conf_spot *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->size > y->size) - (x->size < y->size);
}

static void
reader_begin(struct conf_reader *r, const struct conf_schema *root, void *into)
{
	struct conf *c = calloc(1, sizeof *c);

	if (!c)
		abort();
	*c = (struct conf){ .arena = arena_new(), .root = root, .into = into };
	*r = (struct conf_reader){ .conf = c, .scratch = arena_new(), .path = BUF(1024) };
	r->checks_end = &r->checks;
}

/* Lay files[0] and what it includes into the structs. NULL when there was a mistake. */
static struct conf *
reader_run(struct conf_reader *r, struct buf *report, struct err *e)
{
	struct conf *c = r->conf;

	conf_apply(r, read_files(r));
	if (r->n_mistakes) {
		conf_report(r, report);
		err_set(e, ERR_USAGE, "%zu mistake%s in %s", r->n_mistakes,
			r->n_mistakes == 1 ? "" : "s", r->files[0]->name);
		conf_free(c);
		c = NULL;
	} else {
		for (size_t i = 0; i < c->n_spots; i++)
			c->spots[i].node = NULL;
		if (c->n_spots)
			qsort(c->spots, c->n_spots, sizeof *c->spots, compare_spots);
	}
	arena_free(r->scratch);
	buf_release(&r->path);
	return c;
}

struct conf *
conf_read(const char *path, const struct conf_schema *root, void *into, struct buf *report,
	  struct err *e)
{
	struct conf_reader r;
	struct str text;
	const char *why;
	unsigned mode;

	reader_begin(&r, root, into);
	if (conf_file_text(r.scratch, path, CONF_FILE_BYTES, &text, &mode, &why) < 0) {
		err_set(e, ERR_USAGE, "could not read \"%s\": %s", path, why);
		arena_free(r.scratch);
		conf_free(r.conf);
		return NULL;
	}
	file_new(&r, path, folder_of(r.scratch, path), text);
	return reader_run(&r, report, e);
}

struct conf *
conf_read_text(struct str text, const char *name, const struct conf_schema *root, void *into,
	       struct buf *report, struct err *e)
{
	struct conf_reader r;

	reader_begin(&r, root, into);
	if (text.n > CONF_FILE_BYTES) {
		err_set(e, ERR_USAGE, "could not read \"%s\": too large", name);
		arena_free(r.scratch);
		conf_free(r.conf);
		return NULL;
	}
	file_new(&r, name, ".", text);
	return reader_run(&r, report, e);
}

void
conf_free(struct conf *c)
{
	if (!c)
		return;
	arena_free(c->arena);
	free(c->spots);
	free(c);
}

/* ---- places ---------------------------------------------------------------------------- */

struct conf_spot *
conf_spot_add(struct conf_reader *r, const void *at, size_t size, const struct conf_node *node)
{
	struct conf *c = r->conf;
	struct conf_spot *s;

	if (node->deflt)
		return NULL;
	if (c->n_spots == c->cap_spots) {
		c->cap_spots = c->cap_spots ? c->cap_spots * 2 : 256;
		s = realloc(c->spots, c->cap_spots * sizeof *s);
		if (!s)
			abort();
		c->spots = s;
	}
	s = &c->spots[c->n_spots++];
	*s = (struct conf_spot){ .at = at, .size = size, .node = node };
	s->place =
		arena_textf(c->arena, "%s:%d:%d", node->file->name, node->line, node->column);
	return s;
}

const struct conf_spot *
conf_spot_find(const struct conf *c, const void *field)
{
	struct conf_spot key = { .at = field };

	return c->n_spots ? bsearch(&key, c->spots, c->n_spots, sizeof key, compare_spots)
			  : NULL;
}

const char *
conf_place(const struct conf *c, const void *field)
{
	const struct conf_spot *s = conf_spot_find(c, field);

	return s ? s->place : "";
}

/* While reading: the spot of the field, else of the smallest block around it. */
static const struct conf_spot *
spot_of(const struct conf_reader *r, const void *field)
{
	const struct conf_spot *best = NULL;

	for (size_t i = 0; i < r->conf->n_spots; i++) {
		const struct conf_spot *s = &r->conf->spots[i];
		const char *p = field;

		if (s->size == 0 && s->at == p)
			return s;
		if (s->size && p >= s->at && p < s->at + s->size &&
		    (!best || s->size < best->size))
			best = s;
	}
	return best;
}

bool
conf_written(const struct conf_reader *r, const void *field)
{
	const struct conf_spot *s = spot_of(r, field);

	return s && !s->size && s->at == (const char *)field;
}

void
conf_error(struct conf_reader *r, const void *field, const char *fmt, ...)
{
	const struct conf_spot *s = conf_mistake_room(r) ? spot_of(r, field) : NULL;
	char text[512];
	va_list ap;

	if (r->in_doubt && (!s || s->size || s->name || s->node->bad))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	conf_mistake(r, s ? s->node : conf_node_new(r, NODE_TEXT, r->files[0]), "%s", text);
}

void
conf_unknown(struct conf_reader *r, const void *field, const char *what, struct str name,
	     const struct str *names, size_t n)
{
	const char *shown, *near, **list;
	struct buf all = BUF(160);

	if (!conf_mistake_room(r)) {
		conf_error(r, field, "only counted");
		return;
	}
	shown = conf_quote(r->scratch, name);
	list = arena_alloc(r->scratch, (n + 1) * sizeof *list);
	for (size_t i = 0; i < n; i++) {
		list[i] = arena_text(r->scratch, names[i]);
		buf_addf(&all, "%s%s", i ? ", " : "", list[i]);
	}
	near = conf_nearest(name, list, n);
	if (near)
		conf_error(r, field, "unknown %s %s: did you mean \"%s\"?", what, shown, near);
	else if (n == 0)
		conf_error(r, field, "unknown %s %s: there is none", what, shown);
	else
		conf_error(r, field, "unknown %s %s: known are %s%s", what, shown, all.p,
			   buf_ok(&all) ? "" : ", …");
	buf_release(&all);
}

void
conf_among(struct conf_reader *r, const struct conf_texts *t, const char *what,
	   const char *const *words)
{
	struct str names[16];
	size_t n = 0;

	for (; words[n] && n < LY_COUNT(names); n++)
		names[n] = str_of(words[n]);
	for (size_t i = 0; i < t->n; i++) {
		size_t at = 0;

		while (at < n && !str_eq(t->v[i], names[at]))
			at++;
		if (at == n)
			conf_unknown(r, &t->v[i], what, t->v[i], names, n);
	}
}

bool
conf_texts_have(const struct conf_texts *t, struct str text)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i], text))
			return true;
	return false;
}

struct arena *
conf_arena(struct conf_reader *r)
{
	return r->conf->arena;
}

void *
conf_root(struct conf_reader *r)
{
	return r->conf->into;
}

struct id
conf_hash(const struct conf *c)
{
	struct buf b = BUF(CANONICAL_BYTES);
	struct id id;

	conf_canonical(c, &b);
	id = ID_OF(STR("langyan settings"), buf_str(&b));
	buf_release(&b);
	return id;
}
