/* fetch_pages.c - the pages behind a feed's items (full_text), one after the other. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/credentials.h"
#include "crawler/fetch.h"
#include "crawler/harvest.h"
#include "crawler/page_rules.h"
#include "crawler/robots_gate.h"
#include "crawler/state.h"
#include "crawler/wall.h"

struct page_fetch {
	struct harvest *h;
	struct intake in;
	bool home; /* its host is the source's, which the poll keeps busy */
};

/* What the page says better than the feed; its memory goes with a. */
static void
page_read(struct page_fetch *p, const struct http_response *r, struct arena *a)
{
	struct err e = { 0 };
	struct page page;
	struct wall wall;

	if (r->end != HTTP_OK || !r->body.n)
		return;
	wall = wall_find(
		&(struct wall_answer){ r->status, p->in.url, r->url, r->type, r->body }, a);
	if (wall.kind) {
		turns_note(p->h,
			   str_of(arena_textf(p->h->arena, "page of an item: %s", wall.why)));
		return;
	}
	if (r->status != 200)
		return;
	if (page_read_by(p->h->c->setup.page_rules, a,
			 &(struct page_bytes){ r->body, r->url, r->type, p->h->c->now }, &page,
			 &e) < 0) {
		if (page_rule_find(p->h->c->setup.page_rules, r->url))
			turns_note(p->h, str_of(e.text));
		return;
	}
	if (page.text.n <= p->in.text.n &&
	    !(page.text_from && page.text.n)) /* a rule's text is meant, however short */
		return;
	p->in.text = page.text;
	if (!p->in.title.n)
		p->in.title = page.title;
	if (!p->in.published_at)
		p->in.published_at = page.published_at;
	if (!p->in.author.n)
		p->in.author = page.author;
}

/* Its host rests, or stays closed as long as it asked for. */
static void
page_leave(struct page_fetch *p, int64_t until)
{
	struct harvest *h = p->h;
	struct crawler *c = h->c;
	int64_t rest = c->now + harvest_delay_at(h, p->in.url);

	if (!p->home)
		schedule_leave(c->schedule, p->in.url, c->now, until > rest ? until : rest);
	else if (until > h->host_free_at)
		h->host_free_at = until;
	if (p->home && until > h->home_at)
		h->home_at = until;
}

/* The page behind an item came, or did not: then the item goes in with what the feed gave. */
static void
page_done(void *arg, const struct http_response *r)
{
	struct page_fetch *p = arg;
	struct harvest *h = p->h;
	struct arena *a;
	int64_t until;

	h->active--;
	if (r->end == HTTP_STOPPED)
		return; /* fetch_stop */
	until = answer_judge(&(struct source_state){ 0 }, r, h->c->now).host_until;
	page_leave(p, until);
	a = arena_new();
	page_read(p, r, a);
	harvest_take(h, &p->in);
	arena_free(a);
	harvest_pages(h);
}

static bool
page_begin(struct harvest *h, const struct intake *in, bool home)
{
	struct crawler *c = h->c;
	struct page_fetch *p = arena_alloc(h->arena, sizeof *p);
	struct http_request q = { .method = STR("GET"),
				  .url = in->url,
				  .max_bytes = c->setup.fetch->max_bytes,
				  .timeout_ms = c->setup.fetch->timeout_s * 1000,
				  .max_redirects = harvest_redirects(c),
				  .allow_private = &in->source->allow_private,
				  .done = page_done,
				  .arg = p };
	struct credentials secrets;
	struct err e = { 0 };

	credentials_fill(h->arena, in->source, in->url, c->now, &secrets);
	q.secrets = secrets.v;
	q.n_secrets = secrets.n;
	*p = (struct page_fetch){ h, *in, home };
	if (robots_start(c->robots, in->source, &q, &e) < 0)
		return false;
	h->active++;
	return true;
}

/* The next page goes, waits (false), or is done without because its host is closed for long:
 * then the feed's own words have to do. */
static bool
page_next(struct harvest *h)
{
	struct crawler *c = h->c;
	const struct intake *in = &h->pages[h->next_page];
	bool home = schedule_is_home(c->schedule, h->slot, in->url);
	int64_t wait_until = home ? h->home_at > c->now ? h->home_at : 0
				  : schedule_enter(c->schedule, in->url, c->now);

	if (wait_until && wait_until <= fetch_patience(c)) {
		h->page_at = wait_until;
		return false;
	}
	h->next_page++;
	if (wait_until || !page_begin(h, in, home)) {
		harvest_take(h, in);
		if (!wait_until && !home)
			schedule_leave(c->schedule, in->url, c->now, c->now);
	} else if (home) {
		h->home_at = c->now + harvest_delay(h);
	}
	return true;
}

void
harvest_pages(struct harvest *h)
{
	struct crawler *c = h->c;
	bool more = true;

	while (more && !c->failed && h->next_page < h->n_pages && c->now >= h->page_at &&
	       h->active < (size_t)c->setup.fetch->per_host)
		more = page_next(h);
	if (h->begun && h->next_page == h->n_pages && !h->active && !turns_go(h))
		harvest_end(h);
}

void
fetch_pages(struct crawler *c)
{
	for (struct harvest *h = c->harvests, *next; h; h = next) {
		next = h->next;
		if (h->begun)
			harvest_pages(h);
	}
}

int64_t
fetch_due(const struct crawler *c)
{
	int64_t due = INT64_MAX;

	for (const struct harvest *h = c->harvests; h; h = h->next)
		if (h->begun && h->active < (size_t)c->setup.fetch->per_host &&
		    (h->next_page < h->n_pages || h->turns.waiting) && h->page_at < due)
			due = h->page_at;
	return due;
}
