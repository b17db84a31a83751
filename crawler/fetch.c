/* fetch.c - see fetch.h. All callbacks run inside http_turn, that is, inside step(). */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/date.h"
#include "crawler/feed.h"
#include "crawler/fetch.h"
#include "crawler/intake.h"
#include "crawler/page.h"
#include "crawler/state.h"

#define RETRY_MAX_S (24 * 3600)
#define GONE_STOPS  2 /* 410 this often in a row: the source is closed, a person must look */

struct harvest {
	struct crawler *c;
	struct slot *slot;
	struct arena *arena; /* lives as long as the poll */
	struct source_state state;
	int64_t host_free_at;
	size_t pages; /* still being fetched       */
	bool begun;   /* all items were looked at  */
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

/* Write what is known now and give the slot back. */
static void
harvest_end(struct harvest *h)
{
	struct crawler *c = h->c;
	const struct source_conf *src = h->slot->source;
	int64_t interval = src->interval_s ? src->interval_s : c->setup.fetch->interval_s;
	int64_t delay = src->allow_private.n ? 0 : c->setup.fetch->delay_s;
	int64_t next = schedule_after(c->now, interval, h->state.failures, src->name);
	struct err e = { 0 };

	if (h->host_free_at > next)
		next = h->host_free_at;
	if (h->state.gone >= GONE_STOPS)
		next = INT64_MAX;
	h->state.next_at = next;
	h->state.polled_at = c->now;
	if (crawler_begin(c, &e) < 0 ||
	    source_state_write(c->store, src->name, &h->state, &e) < 0)
		crawler_fail(c, &e);
	schedule_give(c->schedule, h->slot, next,
		      h->host_free_at > c->now + delay ? h->host_free_at : c->now + delay);
	arena_free(h->arena);
	free(h);
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

/* The page behind an item came, or did not: then the item goes in with what the feed gave. */
static void
page_done(void *arg, const struct http_response *r)
{
	struct page_fetch *p = arg;
	struct harvest *h = p->h;
	struct err e = { 0 };
	struct page page;

	if (r->end != HTTP_STOPPED) {
		if (r->end == HTTP_OK && r->status == 200 &&
		    page_extract(h->arena, r->body, r->url, r->type, h->c->now, &page, &e) ==
			    0 &&
		    page.text.n > p->in.text.n) {
			p->in.text = page.text;
			if (!p->in.published_at)
				p->in.published_at = page.published_at;
			if (!p->in.author.n)
				p->in.author = page.author;
		}
		harvest_take(h, &p->in);
	}
	if (--h->pages == 0 && h->begun)
		harvest_end(h);
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
				  .max_redirects = (int)c->setup.fetch->max_redirects,
				  .allow_private = &in->source->allow_private,
				  .done = page_done,
				  .arg = p };
	struct err e = { 0 };

	*p = (struct page_fetch){ h, *in };
	if (http_start(c->http, &q, &e) < 0)
		return false;
	h->pages++;
	return true;
}

/* Guids that stand for several links name nothing: the link is the identity then. */
static bool
guid_collides(const struct feed *f, size_t at)
{
	for (size_t i = 0; i < f->n && f->items[at].id.n; i++)
		if (i != at && str_eq(f->items[i].id, f->items[at].id) &&
		    !str_eq(f->items[i].link, f->items[at].link))
			return true;
	return false;
}

static void
feed_take(struct harvest *h, const struct feed *f)
{
	const struct source_conf *src = h->slot->source;

	for (size_t i = 0; i < f->n && !h->c->failed; i++) {
		const struct feed_item *it = &f->items[i];
		struct intake in = {
			.source = src,
			.identity = guid_collides(f, i) ? STR("") : it->id,
			.url = it->link,
			.title = it->title,
			.text = it->content.n > it->summary.n ? it->content : it->summary,
			.author = it->author,
			.lang = src->lang.n ? src->lang : str_slice(f->language, 0, 2),
			.followers = -1,
			.published_at = it->published_at ? it->published_at : it->updated_at
		};

		if (!src->full_text || !in.url.n || !page_begin(h, &in))
			harvest_take(h, &in);
	}
}

static void
body_read(struct harvest *h, const struct http_response *r)
{
	const struct source_conf *src = h->slot->source;
	struct err e = { 0 };
	struct feed feed;
	struct page page;

	if (src->kind == SOURCE_PAGE) {
		if (page_extract(h->arena, r->body, r->url, r->type, h->c->now, &page, &e) <
		    0) {
			h->state.refused++;
			harvest_failed(h, r->status, e.text);
			return;
		}
		harvest_take(h, &(struct intake){ .source = src,
						  /* A page that changed is another document. */
						  .identity = STR(""),
						  .url = STR(""),
						  .title = page.title,
						  .text = page.text,
						  .author = page.author,
						  .lang = src->lang.n ? src->lang : page.lang,
						  .followers = -1,
						  .published_at = page.published_at });
	} else if (feed_parse(h->arena, r->body, r->url, r->type, h->c->now, &feed, &e) < 0) {
		h->state.refused++;
		harvest_failed(h, r->status, e.text);
		return;
	} else {
		feed_take(h, &feed);
	}
	h->state.failures = h->state.gone = 0;
	h->state.status = r->status;
	h->state.why = STR("");
	h->state.ok_at = h->c->now;
	h->state.etag = arena_str(h->arena, r->etag);
	h->state.last_modified = arena_str(h->arena, r->last_modified);
	h->begun = true;
	if (!h->pages)
		harvest_end(h);
}

/* Retry-After: seconds or a date (RFC 9110 10.2.3); capped at a day. */
static int64_t
retry_at(struct str value, int64_t now)
{
	int64_t at;

	if (!value.n)
		return 0;
	if (str_int64(value, &at) == 0)
		at += now;
	else if (date_parse(value, now, NULL, &at) < 0)
		return 0;
	return at > now + RETRY_MAX_S ? now + RETRY_MAX_S : at;
}

static void
poll_done(void *arg, const struct http_response *r)
{
	struct harvest *h = arg;
	struct crawler *c = h->c;
	struct id body = ID_OF(r->body);

	c->figures.fetches++;
	if (r->end == HTTP_STOPPED) {
		schedule_give(c->schedule, h->slot, c->now, 0);
		arena_free(h->arena);
		free(h);
	} else if (r->end != HTTP_OK) {
		harvest_failed(h, r->status, r->detail);
	} else if (r->status == 304 || (r->status == 200 && id_eq(&body, &h->state.body))) {
		c->figures.not_modified++;
		h->state.failures = h->state.gone = 0;
		h->state.status = r->status;
		h->state.why = STR("");
		h->state.ok_at = c->now;
		harvest_end(h);
	} else if (r->status == 200) {
		h->state.body = body;
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
fetch_begin(struct crawler *c, struct slot *slot)
{
	const struct source_conf *src = slot->source;
	struct harvest *h = calloc(1, sizeof *h);
	struct http_header headers[40];
	struct http_request q;
	struct err e = { 0 };

	if (!h)
		abort();
	*h = (struct harvest){ .c = c, .slot = slot, .arena = arena_new() };
	if (source_state_read(c->store, src->name, h->arena, &h->state, &e) < 0)
		crawler_fail(c, &e);
	q = (struct http_request){ .method = STR("GET"),
				   .url = src->url,
				   .headers = headers,
				   .n_headers = headers_fill(h, headers, LY_COUNT(headers)),
				   .max_bytes = c->setup.fetch->max_bytes,
				   .timeout_ms = c->setup.fetch->timeout_s * 1000,
				   .max_redirects = (int)c->setup.fetch->max_redirects,
				   .allow_private = &src->allow_private,
				   .done = poll_done,
				   .arg = h };
	if (http_start(c->http, &q, &e) < 0)
		harvest_failed(h, 0, e.text);
}
