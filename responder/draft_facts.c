/* draft_facts.c - the files with confirmed facts: one for all, or one a brand. */
#include "core/base.h"

#include <errno.h>
#include <sys/stat.h>

#include "core/str.h"
#include "core/utf8.h"
#include "responder/draft_ground.h"
#include "responder/heap.h"

struct facts_file {
	struct conf *conf;
	struct str watch;   /* empty: for all */
	struct conf_list v; /* struct conf_pair */
};
struct draft_facts {
	struct facts_file *files; /* that of all watches first */
	size_t n;
};

static const struct conf_key keys[] = {
	{ "facts", CONF_MAP, offsetof(struct facts_file, v), 0, 2000, "",
	  "confirmed facts: name -> text; NAME_en is taken first in English texts" },
	CONF_END,
};
static const struct conf_schema schema = {
	.name = "facts",
	.size = sizeof(struct facts_file),
	.keys = keys,
	.help = "What drafts may say.",
};

static int
file_read(struct draft_facts *f, const char *path, struct str watch, struct err *e)
{
	struct facts_file *x = &f->files[f->n];
	struct buf report = BUF(1 << 16);
	struct str all, first;

	x->conf = conf_read(path, &schema, x, &report, e);
	x->watch = watch;
	all = buf_str(&report);
	if (!x->conf && str_next(&all, '\n', &first))
		err_set(e, ERR_USAGE, "%.*s", STR_ARG(utf8_cut(first, 240)));
	buf_release(&report);
	if (!x->conf)
		return -1;
	f->n++;
	return 0;
}

/* all.yaml and that of each watch, as far as they are there. */
static int
folder_read(struct draft_facts *f, const char *dir, const struct responder_env *env,
	    struct err *e)
{
	struct arena *a = arena_new();
	const char *path = arena_textf(a, "%s/all.yaml", dir);
	struct stat st;
	int bad = stat(path, &st) == 0 ? file_read(f, path, STR(""), e) : 0;

	for (size_t i = 0; i < env->watches_n && !bad; i++) {
		path = arena_textf(a, "%s/%.*s.yaml", dir, STR_ARG(env->watches[i].name));
		if (stat(path, &st) == 0)
			bad = file_read(f, path, env->watches[i].name, e);
	}
	arena_free(a);
	return bad;
}

struct draft_facts *
draft_facts_read(struct str path, const struct responder_env *env, struct err *e)
{
	struct draft_facts *f = heap_zero(1, sizeof *f);
	struct stat st;
	int bad = 0;

	f->files = heap_zero(env->watches_n + 1, sizeof *f->files);
	if (path.n && stat(path.p, &st) == 0 && S_ISDIR(st.st_mode))
		bad = folder_read(f, path.p, env, e);
	else if (path.n)
		bad = file_read(f, path.p, STR(""), e);
	if (!bad)
		return f;
	draft_facts_free(f);
	return NULL;
}

void
draft_facts_free(struct draft_facts *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++)
		conf_free(f->files[i].conf);
	free(f->files);
	free(f);
}

static struct str
get(const struct facts_file *f, struct str key)
{
	const struct conf_pair *p = f->v.v;

	for (size_t i = 0; i < f->v.n; i++)
		if (str_eq(p[i].name, key))
			return str_trim(p[i].value);
	return (struct str){ "", 0 };
}

struct str
draft_facts_get(const struct draft_facts *f, struct str watch, struct str key)
{
	struct str found = { "", 0 };

	for (size_t i = 0; i < f->n; i++) {
		struct str x = { "", 0 };

		if (!f->files[i].watch.n || str_eq(f->files[i].watch, watch))
			x = get(&f->files[i], key);
		if (x.n)
			found = x; /* the brand's own file comes last and wins */
	}
	return found;
}
