/* fetch.c - see fetch.h; the poll itself. What an answer means is answer.c's to say. */
#include "core/base.h"

#include "core/log.h"
#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/credentials.h"
#include "crawler/fetch.h"
#include "crawler/harvest.h"
#include "crawler/interval.h"
#include "crawler/outage.h"
#include "crawler/robots_gate.h"
#include "crawler/health_keep.h"
#include "crawler/seen.h"
#include "crawler/state.h"
#include "crawler/wall.h"
#include "crawler/websub.h"

#define DROPPED_S     60
#define PATIENCE_S    300  /* for a host that rests, or is closed */
#define HARVEST_BYTES 2048 /* what a poll that finds nothing new needs */

void
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

int
harvest_redirects(const struct crawler *c)
{
	int64_t n = c->setup.fetch->max_redirects;

	return n ? (int)n : -1;
}

int64_t
fetch_patience(const struct crawler *c)
{
	return c->setup.clock->mode == CLOCK_STEPPED ? c->now : c->now + PATIENCE_S;
}

/* Between requests to a host that asks for such a pause. In stepped time there is none: the clock
 * waits for a poll, and a poll that waited for the clock would not end. */
static int64_t
delay_of(const struct crawler *c, const struct source_conf *src, int64_t asked)
{
	int64_t ours = src->allow_private.n ? 0 : c->setup.fetch->delay_s;

	if (c->setup.clock->mode == CLOCK_STEPPED)
		return 0;
	return asked > ours ? asked : ours;
}

int64_t
fetch_delay(const struct crawler *c, const struct source_conf *src, struct str url)
{
	return delay_of(c, src, schedule_delay(c->schedule, url));
}

int64_t
harvest_delay(const struct harvest *h)
{
	return delay_of(h->c, h->slot->source, h->slot->host->delay_s);
}

int64_t
harvest_delay_at(const struct harvest *h, struct str url)
{
	return fetch_delay(h->c, h->slot->source, url);
}

int64_t
fetch_interval(const struct crawler *c, const struct slot *slot, const struct source_state *st,
	       bool news, int64_t *learned_s)
{
	const struct source_conf *src = slot->source;
	bool incident = slot->incident_until_at > c->now && !src->interval_s;
	const struct interval_facts f = {
		.fixed_s = src->interval_s ? src->interval_s : c->setup.fetch->interval_s,
		.incident_s = incident ? c->setup.fetch->incident_interval_s : 0,
		.min_s = c->setup.fetch->interval_min_s,
		.max_s = c->setup.fetch->interval_max_s,
		.pace_s = st->pace_s,
		.newest_at = st->newest_at,
		.learned_s = st->learned_s,
		.news = news,
		.ttl_s = st->ttl_s,
		.max_age_s = st->max_age_s,
		.skip_hours = (uint32_t)st->skip_hours,
		.skip_days = (uint32_t)st->skip_days,
		.hurry_s = slot->hurry_s,
		.hurry_until_at = slot->hurry_until_at,
	};

	return interval_next(&f, c->now, learned_s);
}

static int64_t
poll_again_at(struct harvest *h)
{
	const struct crawler *c = h->c;
	const struct source_conf *src = h->slot->source;
	struct source_state *st = &h->state;
	bool news = st->documents + st->old > h->had;
	int64_t failures = st->failures, learned,
		wait = fetch_interval(c, h->slot, st, news, &learned);

	if (!failures)
		st->learned_s = learned;
	if (!h->slot->hurry_s || h->slot->hurry_until_at <= c->now)
		wait = websub_interval(h->c, src, wait);
	/* When most of the world is silent, it is we who are cut off: look again soon. */
	if (failures > 1 && h->silent && outage_is_all(&c->outage))
		failures = 1;
	/* Who is asked once a day and fails once is not left for two. */
	if (failures && wait > INTERVAL_START_S)
		wait = INTERVAL_START_S;
	return schedule_after(c->now, wait, failures, src->name);
}

void
harvest_end(struct harvest *h)
{
	struct crawler *c = h->c;
	struct slot *slot = h->slot;
	const struct source_conf *src = slot->source;
	int64_t free_at = c->now + harvest_delay(h), next = poll_again_at(h);
	struct err e = { 0 };

	if (h->drops != c->drops) { /* items of it were rolled back: fetch it again, soon */
		next = next < c->now + DROPPED_S ? next : c->now + DROPPED_S;
	} else if (h->fresh) {
		h->state.etag = h->etag;
		h->state.last_modified = h->last_modified;
		h->state.body = h->body;
	}
	if (!h->state.failures) {
		h->state.why = h->turns.notes;
		h->state.unfinished =
			h->state.unfinished && (h->turns.failed || h->drops != c->drops);
	}
	if (h->host_free_at > next)
		next = h->host_free_at;
	if (h->closed)
		next = INT64_MAX;
	h->state.next_at = next;
	h->state.polled_at = c->now;
	h->state.url = src->url;
	h->state.polls++;
	h->state.hurry_s = slot->hurry_s;
	h->state.hurry_until_at = slot->hurry_until_at;
	if (crawler_begin(c, &e) < 0 || outage_note(h, &e) < 0 ||
	    source_state_write(c->store, src->name, &h->state, &e) < 0)
		crawler_fail(c, &e);
	schedule_give(c->schedule, slot, c->now, next,
		      h->host_free_at > free_at ? h->host_free_at : free_at);
	if (h->moved)
		schedule_rehome(c->schedule, slot, fetch_url(src, &h->state));
	harvest_free(h);
}

void
harvest_failed(struct harvest *h, int status, const char *why)
{
	if (turns_fall_back(h, why))
		return;
	h->state.failures++;
	if (!h->state.failing_at)
		h->state.failing_at = h->c->now;
	h->silent = !status;
	if (answer_moved_back(&h->state)) {
		h->closed = false;
		h->moved = true;
		log_event(LOG_WARN, "source_moved_back", "source=%.*s",
			  STR_ARG(h->slot->source->name));
	}
	h->state.status = status;
	h->state.why = arena_str(h->arena, str_of(why));
	log_event(LOG_WARN, "fetch_failed", "source=%.*s status=%d failures=%lld why=%s",
		  STR_ARG(h->slot->source->name), status, (long long)h->state.failures, why);
	harvest_end(h);
}

static void
harvest_went_well(struct harvest *h, const struct http_response *r, const struct answer *a)
{
	const struct source_conf *src = h->slot->source;

	h->state.failures = h->state.gone = 0;
	h->state.status = r->status;
	h->state.why = STR("");
	h->state.ok_at = h->c->now;
	h->state.unchanged += a->act == ANSWER_SAME;
	h->state.max_age_s = interval_max_age(r->cache_control, r->expires, h->c->now);
	if (!h->turns.resumed &&
	    answer_moved(&h->state, r, src->headers.n || credentials_any(src), h->c->now,
			 h->arena)) {
		h->moved = true;
		log_event(LOG_WARN, "source_moved", "source=%.*s to=%.*s", STR_ARG(src->name),
			  STR_ARG(h->state.adopted));
	}
	if (r->status != 200)
		return;
	h->etag = arena_str(h->arena, answer_validator(r->etag));
	h->last_modified = arena_str(h->arena, answer_validator(r->last_modified));
	h->body = a->body;
	h->fresh = true;
}

static void
body_read(struct harvest *h, const struct http_response *r, const struct answer *a)
{
	struct err e = { 0 };

	if (harvest_read(h, r, &e) < 0) {
		health_poll(h->c, h->slot->source, &h->state, r, HEALTH_UNREAD);
		h->state.refused++;
		harvest_failed(h, r->status, e.text);
		return;
	}
	if (seen_renewed(h->c, h->slot->source->name, &e) < 0)
		crawler_fail(h->c, &e);
	websub_discover(h->c, h->slot->source, r);
	health_poll(h->c, h->slot->source, &h->state, r, HEALTH_READ);
	harvest_went_well(h, r, a);
	h->begun = true;
	harvest_pages(h);
}

/* What the answer is a wall of; then *why is its sign, and it is told when it is a new one. */
static enum wall_kind
wall_of(struct harvest *h, const struct http_response *r, const char **why)
{
	struct wall w;

	if (r->end != HTTP_OK || !r->body.n)
		return WALL_NONE;
	w = wall_find(&(struct wall_answer){ r->status, fetch_url(h->slot->source, &h->state),
					     r->url, r->type, r->body },
		      h->arena);
	if (!w.kind || (w.kind == WALL_ERROR && r->status >= 400)) /* the status says it all */
		return WALL_NONE;
	*why = arena_text(h->arena, str_of(w.why));
	if (!str_eq(h->state.why, str_of(w.why)))
		log_event(LOG_WARN, "source_blocked", "source=%.*s status=%d why=%s",
			  STR_ARG(h->slot->source->name), r->status, w.why);
	return w.kind;
}

static void
poll_done(void *arg, const struct http_response *r)
{
	struct harvest *h = arg;
	struct crawler *c = h->c;
	enum wall_kind wall;
	struct answer a;
	const char *why;

	if (r->end == HTTP_STOPPED)
		return; /* fetch_stop */
	c->figures.fetches++;
	a = answer_judge(&h->state, r, c->now);
	h->host_free_at = a.host_until;
	why = a.why;
	wall = a.act == ANSWER_SAME ? WALL_NONE : wall_of(h, r, &why);
	if (wall)
		a.act = ANSWER_FAILED;
	switch (a.act) {
	case ANSWER_READ:
		body_read(h, r, &a);
		break;
	case ANSWER_SAME:
		c->figures.not_modified++;
		health_poll(c, h->slot->source, &h->state, r, HEALTH_SAME);
		harvest_went_well(h, r, &a);
		harvest_end(h);
		break;
	case ANSWER_FAILED:
		health_poll(c, h->slot->source, &h->state, r,
			    wall == WALL_ERROR   ? HEALTH_UNREAD
			    : wall == WALL_LOGIN ? HEALTH_LOGIN
			    : wall               ? HEALTH_WALL
						 : HEALTH_ANSWER);
		h->state.gone = r->status == 410 ? h->state.gone + 1 : 0;
		h->closed = a.closed;
		harvest_failed(h, r->status, why);
		break;
	}
}

static size_t
headers_fill(struct harvest *h, const struct source_ask *ask, enum ask_kind kind,
	     struct http_header *v, size_t max)
{
	const struct conf_list *own = &h->slot->source->headers;
	bool first =
		kind == ASK_FIRST && str_eq(ask->url, fetch_url(h->slot->source, &h->state));
	size_t n = 0;

	if (ask->type.n)
		v[n++] = (struct http_header){ STR("Content-Type"), ask->type };
	if (first && h->state.etag.n)
		v[n++] = (struct http_header){ STR("If-None-Match"), h->state.etag };
	if (first && h->state.last_modified.n)
		v[n++] = (struct http_header){ STR("If-Modified-Since"),
					       h->state.last_modified };
	if (h->c->setup.clock->mode == CLOCK_STEPPED)
		v[n++] = (struct http_header){ STR("Langyan-Clock"),
					       str_of(arena_textf(h->arena, "%lld",
								  (long long)h->c->now)) };
	/* A next page may be told to be elsewhere; the source's headers stay with its origin. */
	if (!url_same_origin(ask->url, turns_way(h)->url))
		return n;
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
	robots_gate_free(c->robots);
	c->robots = NULL;
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

/* Its marks grow old though it still shows its items: ask for them all. */
static void
forget_stale(struct harvest *h)
{
	struct err e = { 0 };
	int stale = seen_is_stale(h->c, h->slot->source->name, &e);

	if (stale < 0)
		crawler_fail(h->c, &e);
	/* The same number again is a sample of its own; a hot list counts each look. */
	if (stale != 1 && h->slot->source->kind != SOURCE_METRICS &&
	    h->slot->source->kind != SOURCE_HOTLIST)
		return;
	h->state.etag = h->state.last_modified = STR("");
	h->state.body = (struct id){ { 0 } };
}

struct str
fetch_url(const struct source_conf *src, const struct source_state *st)
{
	return st->adopted.n ? st->adopted : src->url;
}

int
harvest_ask(struct harvest *h, const struct source_ask *ask, enum ask_kind kind,
	    void (*done)(void *arg, const struct http_response *r), struct err *e)
{
	const struct source_conf *src = h->slot->source;
	struct crawler *c = h->c;
	struct http_header headers[40];
	struct credentials secrets;
	struct http_request q;

	credentials_fill(h->arena, src, ask->url, c->now, &secrets);
	q = (struct http_request){ .method = ask->body.n ? STR("POST") : STR("GET"),
				   .url = ask->url,
				   .body = ask->body,
				   .secrets = secrets.v,
				   .n_secrets = secrets.n,
				   .headers = headers,
				   .n_headers = headers_fill(h, ask, kind, headers,
							     LY_COUNT(headers)),
				   .max_bytes = c->setup.fetch->max_bytes,
				   .timeout_ms = c->setup.fetch->timeout_s * 1000,
				   .max_redirects = harvest_redirects(c),
				   .allow_private = &src->allow_private,
				   .done = done,
				   .arg = h };
	return robots_start(c->robots, src, &q, e);
}

void
fetch_begin(struct crawler *c, struct slot *slot)
{
	const struct source_conf *src = slot->source;
	struct harvest *h = calloc(1, sizeof *h);
	struct source_ask ask;
	struct err e = { 0 };

	if (!h)
		abort();
	*h = (struct harvest){ .c = c,
			       .slot = slot,
			       .arena = arena_new_small(HARVEST_BYTES),
			       .next = c->harvests,
			       .drops = c->drops };
	if (h->next)
		h->next->prev = h;
	c->harvests = h;
	if (fetch_state(c, src, h->arena, &h->state, &e) < 0)
		crawler_fail(c, &e);
	forget_stale(h);
	h->had = h->state.documents + h->state.old;
	turns_first(h, &ask);
	if (harvest_ask(h, &ask, ASK_FIRST, poll_done, &e) < 0)
		harvest_failed(h, 0, e.text);
}
