/* harvest.c - what a poll brought -> items: one reader a kind of source. */
#include "core/base.h"

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/feed.h"
#include "crawler/guid.h"
#include "crawler/harvest.h"
#include "crawler/interval.h"
#include "crawler/metrics.h"
#include "crawler/page_rules.h"
#include "crawler/state.h"

void
harvest_take(struct harvest *h, const struct intake *in)
{
	struct err e = { 0 };
	struct id id;
	int r;

	/* A page that could not be read, a row of tags alone: no document. A feed's item is one. */
	if (in->source->kind != SOURCE_FEED && !in->title.n && !in->text.n) {
		h->state.refused++;
		return;
	}
	r = intake_document(h->c, in, &id, &e);
	if (r == INTAKE_TAKEN)
		h->state.documents++;
	else if (r == INTAKE_SEEN)
		h->state.seen++;
	else if (r == INTAKE_OLD)
		h->state.old++;
	else if (e.kind == ERR_REJECT)
		h->state.refused++;
	else
		crawler_fail(h->c, &e);
}

/* Into the spool, or among the pages to fetch when it is new. */
void
harvest_item(struct harvest *h, const struct intake *in)
{
	struct err e = { 0 };
	int known = in->source->full_text && in->url.n ? intake_is_known(h->c, in, &e) : -1;

	if (e.kind) {
		crawler_fail(h->c, &e);
	} else if (known < 0) {
		harvest_take(h, in);
	} else if (known) {
		h->state.seen++;
		h->c->figures.seen++;
	} else {
		h->pages[h->n_pages++] = *in;
	}
}

static void
feed_take(struct harvest *h, const struct feed *f)
{
	const struct source_conf *src = h->slot->source;
	const uint8_t *use = guid_judge(h->arena, f);

	h->pages = arena_alloc(h->arena, (f->n + 1) * sizeof *h->pages);
	for (size_t i = 0; i < f->n && !h->c->failed; i++) {
		const struct feed_item *it = &f->items[i];
		struct str identity;
		struct err e = { 0 };

		if (guid_identity(h, it, use[i], &identity, &e) < 0) {
			crawler_fail(h->c, &e);
			return;
		}
		harvest_item(h,
			     &(struct intake){
				     .source = src,
				     .identity = identity,
				     .url = it->link,
				     .title = it->title,
				     .text = it->content.n > it->summary.n ? it->content
									   : it->summary,
				     .author = it->author,
				     .lang = src->lang.n ? src->lang : utf8_cut(f->language, 2),
				     .followers = -1,
				     .published_at = it->published_at ? it->published_at
								      : it->updated_at });
	}
}

/* A page that changed is another document: its words are its identity. */
static void
page_take(struct harvest *h, const struct page *page, struct str url)
{
	const struct source_conf *src = h->slot->source;
	struct id words = ID_OF(page->title, page->text);
	struct buf identity = BUF(40);

	id_add_hex(&identity, &words);
	harvest_take(h, &(struct intake){ .source = src,
					  .identity = buf_str(&identity),
					  .url = url,
					  .title = page->title,
					  .text = page->text,
					  .author = page->author,
					  .lang = src->lang.n ? src->lang : page->lang,
					  .followers = -1,
					  .published_at = page->published_at });
	buf_release(&identity);
}

/* How often it has something, and how often it wants to be asked: see interval.h. */
static void
feed_wishes(struct harvest *h, const struct feed *f)
{
	int64_t *at = arena_alloc(h->arena, (f->n + 1) * sizeof *at);

	for (size_t i = 0; i < f->n; i++)
		at[i] = f->items[i].published_at ? f->items[i].published_at
						 : f->items[i].updated_at;
	h->state.pace_s = interval_pace(at, f->n, h->c->now, &h->state.newest_at);
	h->state.ttl_s = f->ttl_s;
	h->state.skip_hours = f->skip_hours;
	h->state.skip_days = f->skip_days;
}

static int
feed_read(struct harvest *h, const struct http_response *r, struct err *e)
{
	struct feed feed;

	if (feed_parse(h->arena, r->body, r->url, r->type, h->c->now, &feed, e) < 0)
		return -1;
	if (!h->brought)
		feed_wishes(h, &feed);
	feed_take(h, &feed);
	return 0;
}

static int
page_read(struct harvest *h, const struct http_response *r, struct err *e)
{
	struct page page;

	if (page_read_by(h->c->setup.page_rules, h->arena,
			 &(struct page_bytes){ r->body, r->url, r->type, h->c->now }, &page,
			 e) < 0)
		return -1;
	page_take(h, &page, r->url);
	return 0;
}

/* A signal that nothing matched is the source's fault to tell; the others are kept. */
static int
samples_read(struct harvest *h, const struct http_response *r, struct err *e)
{
	const struct source_conf *src = h->slot->source;
	struct metric *v;
	struct str why;
	size_t n;

	if (metrics_read(h->arena, r->body, &src->samples, h->c->now, &v, &n, &why, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct buf identity = BUF(IDENTITY_MAX_BYTES * 4), value = BUF(64);

		buf_addf(&identity, "%.*s@%lld", STR_ARG(v[i].signal), (long long)v[i].at);
		metric_add(&value, v[i].value_micro);
		harvest_take(h, &(struct intake){ .source = src,
						  .identity = buf_str(&identity),
						  .title = v[i].signal,
						  .text = buf_str(&value),
						  .followers = -1,
						  .published_at = v[i].at,
						  .flags = DOCUMENT_SAMPLE });
		buf_release(&identity);
		buf_release(&value);
	}
	if (why.n)
		log_event(LOG_WARN, "sample_missing", "source=%.*s why=%.*s",
			  STR_ARG(src->name), STR_ARG(why));
	return 0;
}

static const struct reader {
	int (*read)(struct harvest *h, const struct http_response *r, struct err *e);
} readers[] = {
	[SOURCE_FEED] = { feed_read },       [SOURCE_PAGE] = { page_read },
	[SOURCE_LIST] = { mapped_read },     [SOURCE_API] = { mapped_read },
	[SOURCE_HOTLIST] = { mapped_read },  [SOURCE_SITEMAP] = { mapped_read },
	[SOURCE_METRICS] = { samples_read },
};

int
harvest_read(struct harvest *h, const struct http_response *r, struct err *e)
{
	return readers[h->slot->source->kind].read(h, r, e);
}
