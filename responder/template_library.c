/* template_library.c - the folder of templates: read whole or not at all. */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "core/str.h"
#include "responder/heap.h"
#include "responder/template.h"

#define FILE_MAX      (64 << 10)
#define TEMPLATES_MAX 500

struct templates {
	struct template **v;
	size_t n, cap;
};

static int
file_read(const char *path, struct buf *b, struct err *e)
{
	FILE *f = fopen(path, "rbe");
	char block[4096];
	size_t n;

	if (!f)
		return err_set(e, ERR_USAGE, "could not read \"%s\": %s", path,
			       strerror(errno));
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		buf_add(b, (struct str){ block, n });
	n = (size_t)ferror(f);
	fclose(f);
	if (n || !buf_ok(b))
		return err_set(e, ERR_USAGE, "could not read \"%s\": %s", path,
			       n ? strerror(errno) : "over 64 KiB");
	return 0;
}

static int
template_take(struct templates *t, struct template *x, enum template_lang lang, struct err *e)
{
	const struct template *other = templates_find(t, x->id);

	if (other)
		return err_set(e, ERR_USAGE, "%s:1: id \"%.*s\" is that of %s, too", x->file.p,
			       STR_ARG(x->id), other->file.p);
	if (x->lang != (int64_t)lang)
		return err_set(e, ERR_USAGE, "%s:1: language: %s, but it lies in %s/",
			       x->file.p, template_lang_words[x->lang],
			       template_lang_words[lang]);
	if (t->n == TEMPLATES_MAX)
		return err_set(e, ERR_USAGE, "%s:1: over %d templates", x->file.p,
			       TEMPLATES_MAX);
	if (t->n == t->cap)
		t->v = heap_more(t->v, &t->cap, sizeof *t->v);
	t->v[t->n++] = x;
	return 0;
}

static int
file_add(struct templates *t, const char *path, enum template_lang lang, struct err *e)
{
	struct buf text = BUF(FILE_MAX);
	struct template *x = NULL;

	if (file_read(path, &text, e) == 0)
		x = template_parse(buf_str(&text), path, e);
	buf_release(&text);
	if (!x)
		return -1;
	if (template_take(t, x, lang, e) < 0) {
		template_free(x);
		return -1;
	}
	return 0;
}

/* A folder that is not there holds nothing; any other trouble is told. */
static int
folder_read(struct templates *t, const char *dir, enum template_lang lang, struct err *e)
{
	struct arena *a = arena_new();
	const char *folder = arena_textf(a, "%s/%s", dir, template_lang_words[lang]);
	DIR *d = opendir(folder);
	struct dirent *entry;
	int bad = 0;

	if (!d && errno != ENOENT)
		bad = err_set(e, ERR_USAGE, "could not read \"%s\": %s", folder,
			      strerror(errno));
	while (!bad && d && (entry = readdir(d)))
		if (entry->d_name[0] != '.' && str_ends(str_of(entry->d_name), STR(".md")))
			bad = file_add(t, arena_textf(a, "%s/%s", folder, entry->d_name), lang,
				       e);
	if (d)
		closedir(d);
	arena_free(a);
	return bad;
}

static int
by_id(const void *a, const void *b)
{
	const struct template *const *x = a, *const *y = b;

	return str_cmp((*x)->id, (*y)->id);
}

struct templates *
templates_load(const char *dir, struct err *e)
{
	struct templates *t = heap_zero(1, sizeof *t);

	if (folder_read(t, dir, TEMPLATE_ZH, e) < 0 || folder_read(t, dir, TEMPLATE_EN, e) < 0)
		goto fail;
	if (!t->n) {
		err_set(e, ERR_USAGE, "no template in \"%s\" (zh/*.md, en/*.md)", dir);
		goto fail;
	}
	qsort(t->v, t->n, sizeof *t->v, by_id);
	return t;
fail:
	templates_free(t);
	return NULL;
}

void
templates_free(struct templates *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		template_free(t->v[i]);
	free(t->v);
	free(t);
}

size_t
templates_count(const struct templates *t)
{
	return t->n;
}

const struct template *
templates_at(const struct templates *t, size_t i)
{
	return t->v[i];
}

const struct template *
templates_find(const struct templates *t, struct str id)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->v[i]->id, id))
			return t->v[i];
	return NULL;
}
