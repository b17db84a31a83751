/* fetch.c - see fetch.h. All callbacks run inside http_turn, that is, inside step(). */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/date.h"
#include "crawler/feed.h"
#include "crawler/fetch.h"
#include "crawler/intake.h"
#include "crawler/page.h"
#include "crawler/state.h"

#define RETRY_MAX_S   (24 * 3600)
#define DROPPED_S     60
#define VALIDATOR_MAX 1024
#define GONE_STOPS    2 /* 410 this often in a row: the source is closed, a person must look */

struct harvest {
	struct crawler *c;
	struct slot *slot;
	struct arena *arena; /* lives as long as the poll */
	struct source_state state;
	int64_t host_free_at;
	struct harvest *next, *prev; /* all of them: crawler.harvests */

	/* What a whole harvest leaves in state; until then the old values stand there. */
	struct str etag, last_modified;
	struct id body;
	bool fresh;     /* these three are known                                 */
	uint64_t drops; /* crawler.drops at the start: other now = items are lost */

	struct intake *pages; /* items whose page is to be fetched */
	size_t n_pages, next_page, active;
	int64_t page_at; /* not before: politeness */
	bool begun;      /* all items were looked at */
};
struct page_fetch {
	struct harvest *h;
	struct intake in;
};

/* Our own error, found in a callback: step() returns it. */
static void
crawler_fail(struct crawler *c, const struct err *e)
{
	if (!c->failed)
		*c->err = *e;
	c->failed = true;
}

static void
harvest_free(struct harvest *h)
{
	struct crawler *c = h->c;

	*(h->prev ? &h->prev->next : &c->harvests) = h->next;
	if (h->next)
		h->next->prev = h->prev;
	arena_free(h->arena);
	free(h);
}

static int
redirects(const struct crawler *c)
{
	int64_t n = c->setup.fetch->max_redirects;

	return n ? (int)n : -1;
}

static int64_t
delay_of(const struct harvest *h)
{
	if (h->slot->source->allow_private.n || h->c->setup.clock->mode == CLOCK_STEPPED)
		return 0;
	return h->c->setup.fetch->delay_s;
}

/* Write what is known now and give the slot back. */
static void
harvest_end(struct harvest *h)
{
	struct crawler *c = h->c;
	const struct source_conf *src = h->slot->source;
	int64_t interval = src->interval_s ? src->interval_s : c->setup.fetch->interval_s;
	int64_t free_at = c->now + delay_of(h);
	int64_t next = schedule_after(c->now, interval, h->state.failures, src->name);
	struct err e = { 0 };

	if (h->drops != c->drops) { /* items of it were rolled back: fetch it again, soon */
		next = next < c->now + DROPPED_S ? next : c->now + DROPPED_S;
	} else if (h->fresh) {
		h->state.etag = h->etag;
		h->state.last_modified = h->last_modified;
		h->state.body = h->body;
	}
	if (h->host_free_at > next)
		next = h->host_free_at;
	if (h->state.gone >= GONE_STOPS)
		next = INT64_MAX;
	h->state.next_at = next;
	h->state.polled_at = c->now;
	h->state.url = src->url;
	if (crawler_begin(c, &e) < 0 ||
	    source_state_write(c->store, src->name, &h->state, &e) < 0)
		crawler_fail(c, &e);
	schedule_give(c->schedule, h->slot, c->now, next,
		      h->host_free_at > free_at ? h->host_free_at : free_at);
	harvest_free(h);
}

static void
harvest_failed(struct harvest *h, int status, const char *why)
{
	h->state.failures++;
	h->state.status = status;
	h->state.why = arena_str(h->arena, str_of(why));
	log_event(LOG_WARN, "fetch_failed", "source=%.*s status=%d failures=%lld why=%s",
		  STR_ARG(h->slot->source->name), status, (long long)h->state.failures, why);
	harvest_end(h);
}

/* The far end's word for a version, if we may say it back to it. */
static struct str
validator(struct harvest *h, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] >= 0x7f)
			return STR("");
	return s.n <= VALIDATOR_MAX ? arena_str(h->arena, s) : STR("");
}

static void
harvest_went_well(struct harvest *h, const struct http_response *r)
{
	h->state.failures = h->state.gone = 0;
	h->state.status = r->status;
	h->state.why = STR("");
	h->state.ok_at = h->c->now;
	if (r->status != 200)
		return;
	h->etag = validator(h, r->etag);
	h->last_modified = validator(h, r->last_modified);
	h->body = ID_OF(r->body);
	h->fresh = true;
}

static void
harvest_take(struct harvest *h, const struct intake *in)
{
	struct err e = { 0 };
	struct id id;
	int r = intake_document(h->c, in, &id, &e);

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

/* ---- the pages behind items ---------------------------------------------------------------- */

/* What the page says better than the feed; its memory goes with a. */
static void
page_read(struct page_fetch *p, const struct http_response *r, struct arena *a)
{
	struct err e = { 0 };
	struct page page;

	if (r->end != HTTP_OK || r->status != 200 ||
	    page_extract(a, r->body, r->url, r->type, p->h->c->now, &page, &e) < 0 ||
	    page.text.n <= p->in.text.n)
		return;
	p->in.text = page.text;
	if (!p->in.published_at)
		p->in.published_at = page.published_at;
	if (!p->in.author.n)
		p->in.author = page.author;
}

static void pages_go(struct harvest *h);

/* The page behind an item came, or did not: then the item goes in with what the feed gave. */
static void
page_done(void *arg, const struct http_response *r)
{
	struct page_fetch *p = arg;
	struct harvest *h = p->h;
	struct arena *a;

	h->active--;
	if (r->end == HTTP_STOPPED)
		return; /* fetch_stop */
	a = arena_new();
	page_read(p, r, a);
	harvest_take(h, &p->in);
	arena_free(a);
	pages_go(h);
}

static bool
page_begin(struct harvest *h, const struct intake *in)
{
	struct crawler *c = h->c;
	struct page_fetch *p = arena_alloc(h->arena, sizeof *p);
	struct http_request q = { .method = STR("GET"),
				  .url = in->url,
				  .max_bytes = c->setup.fetch->max_bytes,
				  .timeout_ms = c->setup.fetch->timeout_s * 1000,
				  .max_redirects = redirects(c),
				  .allow_private = &in->source->allow_private,
				  .done = page_done,
				  .arg = p };
	struct err e = { 0 };

	*p = (struct page_fetch){ h, *in };
	if (http_start(c->http, &q, &e) < 0)
		return false;
	h->active++;
	return true;
}

/* As many pages as manners allow; after the last one the harvest ends. */
static void
pages_go(struct harvest *h)
{
	struct crawler *c = h->c;

	while (!c->failed && h->next_page < h->n_pages && c->now >= h->page_at &&
	       h->active < (size_t)c->setup.fetch->per_host) {
		const struct intake *in = &h->pages[h->next_page++];

		if (!page_begin(h, in))
			harvest_take(h, in);
		h->page_at = c->now + delay_of(h);
	}
	if (h->begun && h->next_page == h->n_pages && !h->active)
		harvest_end(h);
}

void
fetch_pages(struct crawler *c)
{
	for (struct harvest *h = c->harvests, *next; h; h = next) {
		next = h->next;
		if (h->begun)
			pages_go(h);
	}
}

int64_t
fetch_due(const struct crawler *c)
{
	int64_t due = INT64_MAX;

	for (const struct harvest *h = c->harvests; h; h = h->next)
		if (h->begun && h->active < (size_t)c->setup.fetch->per_host &&
		    h->next_page < h->n_pages && h->page_at < due)
			due = h->page_at;
	return due;
}

/* ---- the feed or page of a source ----------------------------------------------------------- */

/* Guids that stand for several links name nothing: the link is the identity then. */
static bool
guid_collides(const struct feed *f, const uint64_t *hashes, size_t at)
{
	const struct feed_item *it = &f->items[at];

	for (size_t i = 0; i < f->n && it->id.n; i++)
		if (hashes[i] == hashes[at] && i != at && str_eq(f->items[i].id, it->id) &&
		    !str_eq(f->items[i].link, it->link))
			return true;
	return false;
}

/* Into the spool, or among the pages to fetch when it is new. */
static void
item_take(struct harvest *h, const struct intake *in)
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
	uint64_t *hashes = arena_alloc(h->arena, (f->n + 1) * sizeof *hashes);

	h->pages = arena_alloc(h->arena, (f->n + 1) * sizeof *h->pages);
	for (size_t i = 0; i < f->n; i++)
		hashes[i] = hash_fast(f->items[i].id, 0);
	for (size_t i = 0; i < f->n && !h->c->failed; i++) {
		const struct feed_item *it = &f->items[i];

		item_take(h, &(struct intake){
				     .source = src,
				     .identity = guid_collides(f, hashes, i) ? STR("") : it->id,
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

static void
body_read(struct harvest *h, const struct http_response *r)
{
	bool is_page = h->slot->source->kind == SOURCE_PAGE;
	struct err e = { 0 };
	struct feed feed;
	struct page page;

	if ((is_page ? page_extract(h->arena, r->body, r->url, r->type, h->c->now, &page, &e)
		     : feed_parse(h->arena, r->body, r->url, r->type, h->c->now, &feed, &e)) <
	    0) {
		h->state.refused++;
		harvest_failed(h, r->status, e.text);
		return;
	}
	if (is_page)
		page_take(h, &page, r->url);
	else
		feed_take(h, &feed);
	harvest_went_well(h, r);
	h->begun = true;
	pages_go(h);
}

/* Retry-After: seconds or a date (RFC 9110 10.2.3); capped at a day. */
static int64_t
retry_at(struct str value, int64_t now)
{
	int64_t at;

	if (!value.n)
		return 0;
	if (str_int64(value, &at) == 0)
		return at < 0 ? 0 : now + (at < RETRY_MAX_S ? at : RETRY_MAX_S);
	if (date_parse(value, now, NULL, &at) < 0)
		return 0;
	return at > now + RETRY_MAX_S ? now + RETRY_MAX_S : at;
}

static void
poll_done(void *arg, const struct http_response *r)
{
	struct harvest *h = arg;
	struct crawler *c = h->c;
	struct id body = ID_OF(r->body);

	if (r->end == HTTP_STOPPED)
		return; /* fetch_stop */
	c->figures.fetches++;
	if (r->end != HTTP_OK) {
		harvest_failed(h, r->status, r->detail);
	} else if (r->status == 304 || (r->status == 200 && id_eq(&body, &h->state.body))) {
		c->figures.not_modified++;
		harvest_went_well(h, r);
		harvest_end(h);
	} else if (r->status == 200) {
		body_read(h, r);
	} else {
		char why[64];

		h->state.gone = r->status == 410 ? h->state.gone + 1 : 0;
		h->host_free_at = retry_at(r->retry_after, c->now);
		snprintf(why, sizeof why, "answered %d%s", r->status,
			 h->state.gone >= GONE_STOPS ? " twice: closed" : "");
		harvest_failed(h, r->status, why);
	}
}

static size_t
headers_fill(struct harvest *h, struct http_header *v, size_t max)
{
	const struct conf_list *own = &h->slot->source->headers;
	size_t n = 0;

	if (h->state.etag.n)
		v[n++] = (struct http_header){ STR("If-None-Match"), h->state.etag };
	if (h->state.last_modified.n)
		v[n++] = (struct http_header){ STR("If-Modified-Since"),
					       h->state.last_modified };
	if (h->c->setup.clock->mode == CLOCK_STEPPED)
		v[n++] = (struct http_header){ STR("Langyan-Clock"),
					       str_of(arena_textf(h->arena, "%lld",
								  (long long)h->c->now)) };
	for (size_t i = 0; i < own->n && n < max; i++) {
		const struct conf_pair *p = (const struct conf_pair *)own->v + i;

		v[n++] = (struct http_header){ p->name, p->value };
	}
	return n;
}

void
fetch_stop(struct crawler *c)
{
	http_free(c->http);
	c->http = NULL;
	while (c->harvests)
		harvest_free(c->harvests);
}

int
fetch_state(struct crawler *c, const struct source_conf *src, struct arena *a,
	    struct source_state *st, struct err *e)
{
	int known = source_state_read(c->store, src->name, a, st, e);

	if (known < 1 || str_eq(st->url, src->url))
		return known;
	*st = (struct source_state){
		0
	}; /* it has moved: nothing is known of the new address */
	return 0;
}

void
fetch_begin(struct crawler *c, struct slot *slot)
{
	const struct source_conf *src = slot->source;
	struct harvest *h = calloc(1, sizeof *h);
	struct http_header headers[40];
	struct http_request q;
	struct err e = { 0 };

	if (!h)
		abort();
	*h = (struct harvest){ .c = c,
			       .slot = slot,
			       .arena = arena_new(),
			       .next = c->harvests,
			       .drops = c->drops };
	if (h->next)
		h->next->prev = h;
	c->harvests = h;
	if (fetch_state(c, src, h->arena, &h->state, &e) < 0)
		crawler_fail(c, &e);
	q = (struct http_request){ .method = STR("GET"),
				   .url = src->url,
				   .headers = headers,
				   .n_headers = headers_fill(h, headers, LY_COUNT(headers)),
				   .max_bytes = c->setup.fetch->max_bytes,
				   .timeout_ms = c->setup.fetch->timeout_s * 1000,
				   .max_redirects = redirects(c),
				   .allow_private = &src->allow_private,
				   .done = poll_done,
				   .arg = h };
	if (http_start(c->http, &q, &e) < 0)
		harvest_failed(h, 0, e.text);
}
