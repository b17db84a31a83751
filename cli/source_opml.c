/*
 * source_opml.c - `langyan source import FILE.opml` and `langyan source export`.
 *
 * What an OPML says that a source has no key for lies beside the sources it became, in
 * FILE.yaml.opml: the file as it came. Export begins with it, leaves out what is no source any more,
 * and adds what is new.
 */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "core/document.h"
#include "core/http.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/opml.h"

#include "cli/file.h"
#include "cli/settings.h"
#include "cli/source_verbs.h"

#define FILE_BYTES ((size_t)64 << 20)
#define OUT_BYTES  ((size_t)256 << 20)
#define NAME_CP    40
#define SHOWN      20
#define BASES_MAX  64

/* Never over what is there. */
static int
file_write(const char *path, struct str bytes, struct err *e)
{
	FILE *f = fopen(path, "wbx");
	bool ok;

	if (!f)
		return err_set(e, ERR_USAGE, "could not make \"%s\": %s", path,
			       strerror(errno));
	ok = fwrite(bytes.p, 1, bytes.n, f) == bytes.n;
	ok = fclose(f) == 0 && ok;
	return ok ? 0 : err_set(e, ERR_RETRY, "could not write \"%s\"", path);
}

/* ---- a set of addresses and names -------------------------------------------------------------- */

struct set {
	struct arena *a;
	struct str *v;
	size_t n, cap;
};

static uint64_t
set_hash(struct str s)
{
	uint64_t h = 1469598103934665603u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return h;
}

static struct str *
set_slot(struct str *v, size_t cap, struct str s)
{
	uint64_t h = set_hash(s);

	while (v[h & (cap - 1)].p && !str_eq(v[h & (cap - 1)], s))
		h++;
	return &v[h & (cap - 1)];
}

static bool
set_has(const struct set *x, struct str s)
{
	return x->n && set_slot(x->v, x->cap, s)->p;
}

/* False when it was there. */
static bool
set_add(struct set *x, struct str s)
{
	struct str *slot;

	if ((x->n + 1) * 2 > x->cap) {
		size_t cap = x->cap ? x->cap * 2 : 256;
		struct str *v = arena_alloc(x->a, cap * sizeof *v);

		for (size_t i = 0; i < x->cap; i++)
			if (x->v[i].p)
				*set_slot(v, cap, x->v[i]) = x->v[i];
		x->v = v;
		x->cap = cap;
	}
	slot = set_slot(x->v, x->cap, s);
	if (slot->p)
		return false;
	*slot = arena_str(x->a, s);
	x->n++;
	return true;
}

/* The address as two spellings of it are compared; empty when it is none of ours. */
static struct str
canonical(struct arena *a, struct str url)
{
	if (str_starts(url, STR("feed://")))
		url = str_of(arena_textf(a, "http://%.*s", STR_ARG(str_slice(url, 7, url.n))));
	else if (str_starts(url, STR("feed:http")))
		url = str_slice(url, 5, url.n);
	return url.n <= 2000 ? url_canonical_text(a, url) : STR("");
}

/* ---- in ---------------------------------------------------------------------------------------- */

struct opml_in {
	struct arena *a;
	struct set urls, names;
	struct buf yaml;
	int64_t sources, doubles, refused;
	struct str source_class;
};

/* A source's name out of a title: letters, digits, Han; what is between is one hyphen. */
static void
name_make(struct str title, struct buf *b)
{
	bool gap = false;
	int n = 0;

	for (const char *p = title.p, *end = p + title.n; p < end && n < NAME_CP;) {
		uint32_t cp;
		size_t len = utf8_next(p, end, &cp);
		bool letter =
			(cp < 128 && ((cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') ||
				      (cp >= 'A' && cp <= 'Z'))) ||
			utf8_is_han(cp);

		if (letter && gap && b->n)
			buf_add_byte(b, '-');
		if (letter)
			buf_add(b, (struct str){ p, len }), n++;
		gap = !letter;
		p += len;
	}
}

static struct str
name_of(struct opml_in *in, const struct opml_node *x, struct str url)
{
	struct buf b = BUF(1024), host = BUF(512);
	struct str title = opml_attr(x, "text"), name;

	name_make(title.n ? title : opml_attr(x, "title"), &b);
	if (!b.n && url_host(url, &host) == 0)
		name_make(buf_str(&host), &b);
	if (!b.n)
		buf_add(&b, STR("feed"));
	name = arena_str(in->a, buf_str(&b));
	for (int k = 2; !set_add(&in->names, name); k++)
		name = str_of(arena_textf(in->a, "%s-%d", b.p, k));
	buf_release(&b);
	buf_release(&host);
	return name;
}

static void
feed_take(struct opml_in *in, const struct opml_node *x)
{
	struct str raw = opml_attr(x, "xmlUrl"), url = canonical(in->a, raw);
	struct buf groups = BUF(1 << 14);
	struct str line, name;

	if (!url.n) {
		if (in->refused++ < SHOWN)
			fprintf(stderr, "\"%.*s\" is no http or https address: left out\n",
				STR_ARG(utf8_cut(raw, 200)));
		return;
	}
	if (!set_add(&in->urls, url)) {
		if (in->doubles++ < SHOWN)
			fprintf(stderr, "\"%.*s\" is there already: left out\n",
				STR_ARG(utf8_cut(url, 200)));
		return;
	}
	in->sources++;
	name = name_of(in, x, url);
	buf_addf(&in->yaml, "  %.*s:", STR_ARG(name));
	opml_groups(x, &groups);
	line = buf_str(&groups);
	if (line.n) { /* one line, whatever is in it */
		buf_add(&in->yaml, STR("  # "));
		for (size_t i = 0; i < line.n; i++)
			buf_add_byte(&in->yaml,
				     (unsigned char)line.p[i] < 0x20 ? ' ' : line.p[i]);
	}
	buf_add(&in->yaml, STR("\n    url: "));
	json_add_text(&in->yaml, url);
	if (in->source_class.n)
		buf_addf(&in->yaml, "\n    class: %.*s", STR_ARG(in->source_class));
	buf_add_byte(&in->yaml, '\n');
	buf_release(&groups);
}

/* What is written must be read: the same tables, before anything is on the disk. */
static int
yaml_check(struct str yaml, struct err *e)
{
	struct settings *s = calloc(1, sizeof *s);
	struct buf report = BUF(1 << 20);
	struct conf *c;

	if (!s)
		abort();
	c = conf_read_text(yaml, "sources", &settings_schema, s, &report, e);
	if (!c)
		fputs(report.p, stderr);
	conf_free(c);
	free(s);
	buf_release(&report);
	return c ? 0 : -1;
}

static int
opml_take(struct opml_in *in, const struct settings *s, struct str bytes, const char *into,
	  struct err *e)
{
	const struct source_conf *v = s->sources.v;
	struct opml o;

	for (size_t i = 0; i < s->sources.n; i++) {
		set_add(&in->names, v[i].name);
		if (v[i].url.n)
			set_add(&in->urls, canonical(in->a, v[i].url));
	}
	if (opml_parse(in->a, bytes, &o, e) < 0)
		return -1;
	buf_add(&in->yaml, STR("sources:\n"));
	for (struct opml_node *x = opml_next(&o, NULL); x; x = opml_next(&o, x))
		if (opml_is_feed(x))
			feed_take(in, x);
	fprintf(stderr, "%lld sources, %lld there already, %lld left out for their address%s\n",
		(long long)in->sources, (long long)in->doubles, (long long)in->refused,
		o.lost ? "; some elements were over the ceilings" : "");
	if (!in->sources && !in->doubles)
		return err_set(e, ERR_REJECT, "no feed is in it: no outline has an xmlUrl");
	if (in->sources && yaml_check(buf_str(&in->yaml), e) < 0)
		return -1;
	if (!into) {
		fputs(in->sources ? in->yaml.p : "", stdout);
		return 0;
	}
	if (!in->sources)
		return 0;
	if (file_write(into, buf_str(&in->yaml), e) < 0 ||
	    file_write(arena_textf(in->a, "%s.opml", into), bytes, e) < 0)
		return -1;
	fprintf(stderr,
		"written: %s (name it under include: in langyan.yaml) and %s.opml, from which "
		"export\nknows the rest. First polls are spread over the interval.\n",
		into, into);
	return 0;
}

int
source_import(int argc, char **argv, struct err *e)
{
	const char *path = "langyan.yaml", *into = NULL, *file = NULL;
	struct opml_in in = { .yaml = BUF(OUT_BYTES) };
	struct buf bytes = BUF(FILE_BYTES);
	struct settings *s = NULL;
	int rc = -1;

	for (int i = 1; i < argc; i++) {
		if (i + 1 < argc && !strcmp(argv[i], "-c"))
			path = argv[++i];
		else if (i + 1 < argc && !strcmp(argv[i], "--into"))
			into = argv[++i];
		else if (i + 1 < argc && !strcmp(argv[i], "--class"))
			in.source_class = str_of(argv[++i]);
		else if (!file && (argv[i][0] != '-' || !argv[i][1]))
			file = argv[i];
		else
			return err_set(e, ERR_USAGE, "cannot use \"%s\" here", argv[i]);
	}
	if (!file)
		return err_set(e, ERR_USAGE, "which OPML file? (\"-\" is standard input)");
	in.a = in.urls.a = in.names.a = arena_new();
	if (file_read(file, &bytes, e) == 0)
		s = settings_read(path, NULL, e);
	if (s)
		rc = opml_take(&in, s, buf_str(&bytes), into, e);
	settings_free(s);
	arena_free(in.a);
	buf_release(&bytes);
	buf_release(&in.yaml);
	return rc < 0 ? -1 : in.refused ? 1 : 0;
}

/* ---- out --------------------------------------------------------------------------------------- */

struct opml_out {
	struct arena *a;
	const struct settings *s;
	struct set configured, told; /* addresses */
	struct set bases;            /* files that were looked at */
	struct opml all;
};

/* "feeds.yaml:12:5" -> "feeds.yaml.opml". */
static struct str
base_of(struct opml_out *x, const struct source_conf *src)
{
	struct str place = str_of(conf_place(x->s->conf, &src->url));

	for (int colons = 0; place.n && colons < 2; place.n--)
		colons += place.p[place.n - 1] == ':';
	return place.n ? str_of(arena_textf(x->a, "%.*s.opml", STR_ARG(place))) : place;
}

/* An outline stays while its address is configured. Groups stay, also empty ones. */
static void
outlines_keep(struct opml_out *x, struct opml *o)
{
	struct opml_node *next;

	for (struct opml_node *n = opml_next(o, NULL); n; n = next) {
		struct str url =
			opml_is_feed(n) ? canonical(x->a, opml_attr(n, "xmlUrl")) : STR("");

		next = opml_next(o, n);
		if (url.n && !set_has(&x->configured, url))
			opml_remove(n);
		else if (url.n)
			set_add(&x->told, url);
	}
}

/* The first file is the list; what is in the bodies of others joins it. */
static int
base_add(struct opml_out *x, const char *path, struct err *e)
{
	struct buf bytes = BUF(FILE_BYTES);
	struct opml o;
	int rc = file_read(path, &bytes, e);

	if (rc == 0)
		rc = opml_parse(x->a, buf_str(&bytes), &o, e);
	buf_release(&bytes);
	if (rc < 0)
		return err_within(e, "%s", path);
	outlines_keep(x, &o);
	if (!x->all.root) {
		x->all = o;
		return 0;
	}
	for (struct opml_node *n = o.body->first; n; n = n->next)
		n->parent = x->all.body;
	if (!o.body->first)
		return 0;
	*(x->all.body->last ? &x->all.body->last->next : &x->all.body->first) = o.body->first;
	x->all.body->last = o.body->last;
	return 0;
}

static int
opml_give(struct opml_out *x, struct buf *out, struct err *e)
{
	const struct source_conf *v = x->s->sources.v;
	size_t n = x->s->sources.n;

	for (size_t i = 0; i < n; i++)
		if (v[i].kind == SOURCE_FEED)
			set_add(&x->configured, canonical(x->a, v[i].url));
	for (size_t i = 0; i < n; i++) {
		struct str base = v[i].kind == SOURCE_FEED ? base_of(x, &v[i]) : STR("");

		if (base.n && x->bases.n < BASES_MAX && set_add(&x->bases, base) &&
		    access(base.p, R_OK) == 0 && base_add(x, base.p, e) < 0)
			return -1;
	}
	if (!x->all.root)
		opml_new(x->a, x->s->site.name, &x->all);
	for (size_t i = 0; i < n; i++)
		if (v[i].kind == SOURCE_FEED && set_add(&x->told, canonical(x->a, v[i].url)))
			opml_add(x->a, &x->all, NULL, v[i].name, v[i].url);
	opml_write(&x->all, out);
	return buf_ok(out) ? 0 : err_set(e, ERR_REJECT, "the list is over 256 MiB");
}

int
source_export(int argc, char **argv, struct err *e)
{
	struct opml_out x = { .a = NULL };
	struct buf out = BUF(OUT_BYTES);
	struct settings *s;
	const char *path;
	int i = command_options(argc, argv, &path, e), rc = -1;

	if (i < 0)
		return -1;
	if (i < argc)
		return err_set(e, ERR_USAGE, "cannot use \"%s\" here", argv[i]);
	s = settings_read(path, NULL, e);
	if (!s)
		return -1;
	x.a = x.configured.a = x.told.a = x.bases.a = arena_new();
	x.s = s;
	rc = opml_give(&x, &out, e);
	if (rc == 0)
		fputs(out.p, stdout);
	arena_free(x.a);
	settings_free(s);
	buf_release(&out);
	return rc;
}
