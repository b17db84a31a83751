/* source_read.c - see source_read.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/charset.h"
#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/feed.h"
#include "crawler/origin.h"
#include "crawler/page_rules.h"
#include "crawler/sitemap.h"
#include "crawler/source_read.h"

#define BYTES_MAX ((size_t)8 << 20)

static void
release(void *b)
{
	buf_release(b);
}

int64_t
source_max_items(const struct source_conf *src)
{
	if (src->max_items)
		return src->max_items;
	return src->kind == SOURCE_SITEMAP ? 200 : src->kind == SOURCE_HOTLIST ? 100 : 500;
}

static struct map_item
item_of(struct str id, struct str url, struct str title, struct str text)
{
	struct map_item it = { .followers = -1, .heat = -1 };

	for (size_t f = 0; f < MAP_FIELDS; f++)
		it.text[f] = it.from[f] = STR("");
	it.text[MAP_ID] = id;
	it.text[MAP_URL] = url;
	it.text[MAP_TITLE] = title;
	it.text[MAP_TEXT] = text;
	return it;
}

/* ---- a reader a kind ------------------------------------------------------------------------- */

struct reading {
	const struct source_conf *src;
	const struct map_way *way;
	const struct source_bytes *b;
	struct arena *arena;
	struct source_content *out;
	struct err *e;
};

static int
decode(struct reading *r, struct str *text)
{
	struct buf *b = arena_alloc(r->arena, sizeof *b);
	struct charset_found found = { .why = "" };

	*b = BUF(BYTES_MAX);
	arena_defer(r->arena, release, b);
	if (r->b->body.n > BYTES_MAX)
		return err_set(r->e, ERR_REJECT, "body is over 8 MiB");
	if (charset_decode(r->b->body, r->b->type, b, &found, r->e) < 0)
		return -1;
	snprintf(r->out->charset, sizeof r->out->charset, "%s", found.name);
	r->out->charset_why = found.why;
	*text = buf_str(b);
	return 0;
}

/* For people: where the values of the first items stand. */
static void
origins_find(struct reading *r, size_t n)
{
	struct str text;
	struct err e = { 0 };
	struct err *kept = r->e;

	n = n < r->b->explain ? n : r->b->explain;
	r->e = &e;
	if (n && decode(r, &text) == 0)
		origin_feed(r->arena, text, r->b->url, r->b->now, r->out->v, n);
	r->e = kept;
}

static int
read_feed(struct reading *r)
{
	struct source_content *out = r->out;
	struct feed f;

	if (feed_parse(r->arena, r->b->body, r->b->url, r->b->type, r->b->now, &f, r->e) < 0)
		return -1;
	out->what = STR("feed");
	out->title = f.title;
	snprintf(out->charset, sizeof out->charset, "%s", f.charset);
	out->n = f.n;
	out->v = arena_alloc(r->arena, (f.n + 1) * sizeof *out->v);
	for (size_t i = 0; i < f.n; i++) {
		const struct feed_item *it = &f.items[i];

		out->v[i] = item_of(it->id, it->link, it->title,
				    it->content.n > it->summary.n ? it->content : it->summary);
		out->v[i].text[MAP_AUTHOR] = it->author;
		out->v[i].text[MAP_LANG] = utf8_cut(f.language, 2);
		out->v[i].published_at = it->published_at ? it->published_at : it->updated_at;
	}
	origins_find(r, out->n);
	return 0;
}

static int
read_page(struct reading *r)
{
	struct source_content *out = r->out;
	struct str text;
	struct page p;

	if (page_read_by(r->b->page_rules, r->arena,
			 &(struct page_bytes){ r->b->body, r->b->url, r->b->type, r->b->now },
			 &p, r->e) < 0)
		return -1;
	out->what = STR("article page");
	out->title = p.site;
	snprintf(out->charset, sizeof out->charset, "%s", p.charset);
	out->n = 1;
	out->v = arena_alloc(r->arena, sizeof *out->v);
	out->v[0] = item_of(STR(""), r->b->url, p.title, p.text);
	out->v[0].text[MAP_AUTHOR] = p.author;
	out->v[0].text[MAP_LANG] = p.lang;
	out->v[0].published_at = p.published_at;
	if (r->b->explain && decode(r, &text) < 0) /* for why it is that charset */
		return -1;
	out->v[0].from[MAP_TITLE] = str_of(p.title_from);
	out->v[0].from[MAP_AUTHOR] = str_of(p.author_from);
	out->v[0].from[MAP_PUBLISHED] = str_of(p.published_from);
	out->v[0].from[MAP_TEXT] = str_of(p.text_from);
	out->v[0].from[MAP_URL] = STR("the address that answered");
	return 0;
}

static int
by_rank(const void *a, const void *b)
{
	const struct map_item *x = a, *y = b;

	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static void
items_cut(struct source_content *out, int64_t max)
{
	if (out->n <= (size_t)max)
		return;
	out->left_out = out->n - (size_t)max;
	out->n = (size_t)max;
}

static int
read_mapped(struct reading *r)
{
	struct source_content *out = r->out;
	struct map_input in = { .url = r->b->url,
				.now = r->b->now,
				.zone = r->src->zone,
				.explain = r->b->explain };
	struct map_result found;

	if (decode(r, &in.text) < 0 ||
	    map_run(r->way->compiled, &in, r->arena, &found, r->e) < 0)
		return -1;
	out->what = r->src->kind == SOURCE_LIST      ? STR("list page")
		    : r->src->kind == SOURCE_HOTLIST ? STR("hot list")
						     : STR("JSON API");
	out->v = found.v;
	out->n = found.n;
	out->notes = found.notes;
	out->next = found.next;
	if (r->src->kind == SOURCE_HOTLIST && out->n)
		qsort(out->v, out->n, sizeof *out->v, by_rank);
	else if (found.next.n || (r->src->page_param.n && !r->way->map.next.n))
		out->more = MORE_NEXT;
	items_cut(out, source_max_items(r->src));
	return 0;
}

static int64_t
time_of(const struct sitemap_entry *x)
{
	return x->published_at > x->lastmod_at ? x->published_at : x->lastmod_at;
}

/* Parts that were touched within max_age, or say nothing; the newest first. */
static void
parts_of(struct reading *r, const struct sitemap *s)
{
	struct source_content *out = r->out;

	out->what = STR("sitemap index");
	out->more = MORE_PARTS;
	out->parts = arena_alloc(r->arena, (s->n + 1) * sizeof *out->parts);
	for (size_t i = 0; i < s->n; i++) {
		int64_t at = s->v[i].lastmod_at;

		if (at && at < r->b->now - r->b->max_age_s)
			out->left_out++;
		else
			out->parts[out->n_parts++] = s->v[i].url;
	}
}

static struct map_item
item_of_entry(const struct sitemap_entry *x, bool explain)
{
	struct map_item it = item_of(STR(""), x->url, x->title, STR(""));

	it.text[MAP_LANG] = x->lang;
	it.published_at = time_of(x);
	if (explain) {
		it.from[MAP_URL] = STR("loc");
		it.from[MAP_TITLE] = x->title.n ? STR("news:title") : STR("");
		it.from[MAP_LANG] = x->lang.n ? STR("news:language") : STR("");
		it.from[MAP_PUBLISHED] = !it.published_at ? STR("")
					 : x->published_at >= x->lastmod_at
						 ? STR("news:publication_date")
						 : STR("lastmod");
	}
	return it;
}

static int
read_sitemap(struct reading *r)
{
	struct source_content *out = r->out;
	size_t max = (size_t)source_max_items(r->src);
	struct sitemap s;

	if (sitemap_parse(r->arena, r->b->body, r->b->url, r->b->type, r->b->now, &s, r->e) < 0)
		return -1;
	sitemap_sort(&s);
	if (s.kind == SITEMAP_INDEX) {
		parts_of(r, &s);
		return 0;
	}
	out->what = s.kind == SITEMAP_TEXT ? STR("sitemap (a list of addresses)")
		    : s.news               ? STR("news sitemap")
					   : STR("sitemap");
	out->v = arena_alloc(r->arena, (max + 1) * sizeof *out->v);
	for (size_t i = 0; i < s.n; i++) {
		int64_t at = time_of(&s.v[i]);

		if (out->n == max || (at && at < r->b->now - r->b->max_age_s))
			out->left_out++;
		else
			out->v[out->n] = item_of_entry(&s.v[i], out->n < r->b->explain),
			out->n++;
	}
	return 0;
}

static const struct reader {
	int (*read)(struct reading *r);
} readers[SOURCE_KINDS] = {
	[SOURCE_FEED] = { read_feed },      [SOURCE_PAGE] = { read_page },
	[SOURCE_LIST] = { read_mapped },    [SOURCE_API] = { read_mapped },
	[SOURCE_HOTLIST] = { read_mapped }, [SOURCE_SITEMAP] = { read_sitemap },
};

int
source_read(const struct source_conf *src, const struct map_way *way,
	    const struct source_bytes *b, struct arena *a, struct source_content *out,
	    struct err *e)
{
	struct reading r = { src, way, b, a, out, e };

	*out = (struct source_content){ .charset_why = "" };
	out->what = out->title = out->notes = out->next = STR("");
	if (!readers[src->kind].read)
		return err_set(e, ERR_REJECT, "a %s source is not fetched",
			       source_kind_words[src->kind]);
	return readers[src->kind].read(&r);
}

/* ---- items as they go in --------------------------------------------------------------------- */

struct id
source_hot_entry(const struct map_item *it)
{
	return ID_OF(it->text[MAP_ID].n ? it->text[MAP_ID] : it->text[MAP_TITLE]);
}

static struct str
words_identity(struct arena *a, const struct source_conf *src, const struct map_item *it)
{
	struct id words =
		src->kind == SOURCE_PAGE
			? ID_OF(it->text[MAP_TITLE], it->text[MAP_TEXT])
			: ID_OF(it->text[MAP_TITLE], it->text[MAP_TEXT], it->text[MAP_AUTHOR]);
	struct buf b = BUF(40);
	struct str s;

	id_add_hex(&b, &words);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

void
source_intake(struct arena *a, const struct source_conf *src, const struct map_item *it,
	      struct str url, struct intake *in)
{
	*in = (struct intake){ .source = src,
			       .identity = it->text[MAP_ID],
			       .url = it->text[MAP_URL],
			       .title = it->text[MAP_TITLE],
			       .text = it->text[MAP_TEXT],
			       .author = it->text[MAP_AUTHOR],
			       .lang = src->lang.n ? src->lang : it->text[MAP_LANG],
			       .followers = it->followers,
			       .engagement = it->engagement,
			       .rating = it->rating,
			       .country = it->text[MAP_COUNTRY],
			       .published_at = it->published_at };
	if ((!in->identity.n && !in->url.n) || src->kind == SOURCE_PAGE)
		in->identity = words_identity(a, src, it);
	if (!in->url.n)
		in->url = url;
}
