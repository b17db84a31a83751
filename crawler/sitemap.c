/* sitemap.c - see sitemap.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/charset.h"
#include "core/gzip.h"
#include "core/http.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "crawler/date.h"
#include "crawler/sitemap.h"

#define BYTES_MAX   ((size_t)50 << 20)
#define ENTRIES_MAX 50000
#define URL_MAX     2048 /* of the protocol */
#define TITLE_MAX   1000

enum wanted { NOTHING, LOC, LASTMOD, TITLE, PUBLISHED, LANG };
static const struct element {
	const char *name;
	enum wanted wanted;
	bool news; /* in <news:…> only: images and videos have titles, too */
} elements[] = {
	{ "loc", LOC, false },      { "lastmod", LASTMOD, false },
	{ "title", TITLE, true },   { "publication_date", PUBLISHED, true },
	{ "language", LANG, true },
};

struct reader {
	struct arena *arena;
	struct sitemap *out;
	size_t cap, depth, entry_depth;
	bool is_sitemap;
	enum wanted wanted;
	struct buf text;
	struct sitemap_entry entry;
	struct str base_url;
	int64_t now;
};

static void
entry_end(struct reader *r)
{
	struct sitemap *s = r->out;

	if (r->entry.url.n && s->n == ENTRIES_MAX)
		s->cut = true;
	if (!r->entry.url.n || s->n == ENTRIES_MAX)
		return;
	if (s->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 64;
		struct sitemap_entry *v = arena_alloc(r->arena, cap * sizeof *v);

		if (s->n)
			memcpy(v, s->v, s->n * sizeof *v);
		s->v = v;
		r->cap = cap;
	}
	s->news += r->entry.title.n > 0;
	r->entry.order = s->n;
	s->v[s->n++] = r->entry;
}

static struct str
whole_url(struct reader *r, struct str url)
{
	struct buf b = BUF(URL_MAX);
	struct str s = STR("");
	struct err e = { 0 };

	if (url_resolve(r->base_url, url, &b, &e) == 0 && buf_ok(&b))
		s = arena_str(r->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static void
on_start(void *self, const struct xml_tag *tag)
{
	struct reader *r = self;

	r->depth++;
	r->wanted = NOTHING;
	buf_clear(&r->text);
	if (str_eq_nocase(tag->name, STR("urlset")) ||
	    str_eq_nocase(tag->name, STR("sitemapindex"))) {
		r->is_sitemap = true;
		r->out->kind =
			str_eq_nocase(tag->name, STR("urlset")) ? SITEMAP_PAGES : SITEMAP_INDEX;
	} else if (r->is_sitemap && (str_eq_nocase(tag->name, STR("url")) ||
				     str_eq_nocase(tag->name, STR("sitemap")))) {
		r->entry = (struct sitemap_entry){ 0 };
		r->entry_depth = r->depth;
	} else if (r->entry_depth) {
		bool news = str_eq_nocase(tag->prefix, STR("news"));

		for (size_t i = 0; i < LY_COUNT(elements); i++)
			if (str_eq_nocase(tag->name, str_of(elements[i].name)) &&
			    (elements[i].news ? news : !tag->prefix.n))
				r->wanted = elements[i].wanted;
	}
}

static void
on_text(void *self, struct str s)
{
	struct reader *r = self;

	if (r->wanted)
		buf_add(&r->text, s);
}

static void
value_take(struct reader *r)
{
	struct str s = str_trim(buf_str(&r->text));

	switch (r->wanted) {
	case LOC:
		r->entry.url = whole_url(r, s);
		break;
	case LASTMOD:
		(void)!date_parse(s, r->now, NULL, &r->entry.lastmod_at);
		break;
	case PUBLISHED:
		(void)!date_parse(s, r->now, NULL, &r->entry.published_at);
		break;
	case TITLE:
		r->entry.title = arena_str(r->arena, utf8_cut(s, TITLE_MAX));
		break;
	case LANG:
		r->entry.lang = arena_str(r->arena, utf8_cut(s, 2));
		break;
	case NOTHING:
		break;
	}
	r->wanted = NOTHING;
}

static void
on_end(void *self, struct str prefix, struct str name)
{
	struct reader *r = self;

	(void)prefix;
	if (r->wanted)
		value_take(r);
	if (r->entry_depth &&
	    (str_eq_nocase(name, STR("url")) || str_eq_nocase(name, STR("sitemap")))) {
		entry_end(r);
		r->entry_depth = 0;
	}
	r->depth -= r->depth > 0;
}

/* An address a line, nothing else. */
static bool
text_read(struct reader *r, struct str text)
{
	struct str line;

	if (!str_starts(text, STR("http")))
		return false;
	while (str_next(&text, '\n', &line)) {
		line = str_trim(line);
		r->entry = (struct sitemap_entry){ .url = whole_url(r, line) };
		if (line.n && (!r->entry.url.n || !str_starts(line, STR("http"))))
			return false;
		entry_end(r);
	}
	r->out->kind = SITEMAP_TEXT;
	return r->out->n > 0;
}

static void
release(void *b)
{
	buf_release(b);
}

/* Unpacked and decoded. */
static int
open_text(struct arena *a, struct str bytes, struct str type, struct sitemap *out,
	  struct str *text, struct err *e)
{
	struct buf *b = arena_alloc(a, 2 * sizeof *b);
	struct charset_found found;

	b[0] = b[1] = BUF(BYTES_MAX);
	arena_defer(a, release, &b[0]);
	arena_defer(a, release, &b[1]);
	if (bytes.n > 2 && memcmp(bytes.p, "\x1f\x8b", 2) == 0) {
		out->packed = true;
		while (bytes.n)
			if (gzip_take(&bytes, &b[0], e) < 0)
				return err_within(e, "a gzipped sitemap");
		bytes = buf_str(&b[0]);
	}
	if (bytes.n > BYTES_MAX)
		return err_set(e, ERR_REJECT, "a sitemap of over 50 MiB");
	*text = bytes;
	if (!utf8_valid(bytes)) {
		if (charset_decode(bytes, type, &b[1], &found, e) < 0)
			return -1;
		*text = buf_str(&b[1]);
	}
	if (str_starts(*text, STR("\xef\xbb\xbf")))
		*text = str_slice(*text, 3, text->n);
	*text = str_trim(*text);
	return 0;
}

int
sitemap_parse(struct arena *a, struct str bytes, struct str base_url, struct str type,
	      int64_t now, struct sitemap *out, struct err *e)
{
	static const struct xml_events events = { on_start, on_end, on_text };
	struct reader r = { .arena = a, .out = out, .base_url = base_url, .now = now };
	struct str text;

	*out = (struct sitemap){ 0 };
	r.text = BUF(16384);
	if (open_text(a, bytes, type, out, &text, e) < 0)
		return -1;
	if (!text.n)
		return err_set(e, ERR_REJECT, "empty body");
	if (text.p[0] == '<')
		xml_read_loose(a, text, &events, &r);
	else
		r.is_sitemap = text_read(&r, text);
	buf_release(&r.text);
	if (!r.is_sitemap)
		return err_set(
			e, ERR_REJECT,
			"no sitemap: neither urlset, sitemapindex nor a list of addresses");
	return 0;
}

static int64_t
time_of(const struct sitemap_entry *x)
{
	return x->published_at > x->lastmod_at ? x->published_at : x->lastmod_at;
}

static int
newer_first(const void *a, const void *b)
{
	const struct sitemap_entry *x = a, *y = b;
	int64_t s = time_of(x), t = time_of(y);

	if (s != t)
		return s > t ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

void
sitemap_sort(struct sitemap *s)
{
	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, newer_first);
}
