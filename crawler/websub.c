/* websub.c - see websub.h: who is subscribed to, and what hubs are asked. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/harvest.h"
#include "crawler/state.h"
#include "crawler/websub.h"
#include "crawler/websub_find.h"
#include "crawler/websub_state.h"

#define CALLS_MAX  32 /* requests to hubs at a time         */
#define TURN_MAX   64 /* subscriptions looked at in one turn */
#define START_S    3  /* until our own server listens       */
#define BUSY_S     5  /* when no more requests can be made  */
#define ANSWER_MAX 65536

/* A request to a hub that is on its way. */
struct call {
	struct crawler *c;
	struct id key;
	bool subscribe;
};

struct id
websub_key(struct str token)
{
	return ID_OF(STR("websub"), token);
}

/* ---- changes ------------------------------------------------------------------------------------- */

static void
due_again(struct crawler *c)
{
	struct err e = { 0 };

	if (websub_next_at(c->store, &c->websub->due_at, &e) < 0)
		crawler_fail(c, &e);
}

int
websub_keep(struct crawler *c, const struct subscription *s, enum sub_act act, struct err *e)
{
	if (crawler_begin(c, e) < 0)
		return -1;
	if ((act == SUB_FORGET ? websub_forget(c->store, &s->key, e)
			       : websub_write(c->store, s, e)) < 0)
		return -1;
	return websub_next_at(c->store, &c->websub->due_at, e);
}

enum sub_act
websub_move(struct crawler *c, struct subscription *s, enum sub_event ev, int64_t lease_s)
{
	int64_t before = s->state;
	enum sub_act act = subscription_move(s, ev, lease_s, c->now);
	struct slot *slot = schedule_slot(c->schedule, s->source);

	if (s->state == before && act != SUB_FORGET)
		return act;
	log_event(LOG_INFO, "websub", "source=%.*s from=%s to=%s", STR_ARG(s->source),
		  sub_state_words[before],
		  act == SUB_FORGET ? "forgotten" : sub_state_words[s->state]);
	/* What came before the lease, and after it, is found by a poll. */
	if (slot && !slot->busy && (before == SUB_LIVE || s->state == SUB_LIVE))
		schedule_pull(c->schedule, slot, INT64_MIN, c->now);
	return act;
}

/* ---- asking a hub ---------------------------------------------------------------------------------- */

static void
form_add(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "%s%s=", b->n ? "&" : "", name);
	url_add_percent(b, value);
}

static void
form_fill(struct buf *b, const struct subscription *s, bool subscribe, int64_t lease_s)
{
	struct buf text = BUF(4096);

	form_add(b, "hub.mode", subscribe ? STR("subscribe") : STR("unsubscribe"));
	form_add(b, "hub.topic", s->topic);
	buf_addf(&text, "%.*s%.*s", STR_ARG(s->callback), STR_ARG(s->token));
	form_add(b, "hub.callback", buf_str(&text));
	if (subscribe) {
		form_add(b, "hub.secret", s->secret);
		buf_clear(&text);
		buf_addf(&text, "%lld", (long long)lease_s);
		form_add(b, "hub.lease_seconds", buf_str(&text));
	}
	buf_release(&text);
}

/* Whatever became of it, the row says what is next: a hub may have asked back meanwhile. */
static void
call_done(void *arg, const struct http_response *r)
{
	struct call *call = arg;
	struct crawler *c = call->c;
	struct subscription s;
	struct err e = { 0 };
	bool ok = r->end == HTTP_OK && r->status >= 200 && r->status < 300;
	int found;

	c->websub->calls--;
	if (r->end == HTTP_STOPPED)
		goto done; /* fetch_stop */
	found = websub_by_key(c->store, &call->key, c->arena, &s, &e);
	if (found == 1) {
		if (!ok)
			s.why = str_of(
				r->end == HTTP_OK
					? arena_textf(c->arena, "the hub answered %d",
						      r->status)
					: arena_textf(c->arena, "the hub: %s", r->detail));
		else if (s.state != SUB_LIVE || !s.failures)
			s.why = STR("");
		if (!ok)
			log_event(LOG_WARN, "websub_failed", "source=%.*s why=%.*s",
				  STR_ARG(s.source), STR_ARG(s.why));
		if (websub_keep(c, &s, websub_move(c, &s, ok ? SUB_SENT : SUB_FAILED, 0), &e) <
		    0)
			crawler_fail(c, &e);
	} else if (found < 0) {
		crawler_fail(c, &e);
	}
done:
	free(call);
}

/* -1: not now. */
static int
call_begin(struct crawler *c, const struct subscription *s, bool subscribe)
{
	static const struct http_header form = {
		STR_INIT("Content-Type"), STR_INIT("application/x-www-form-urlencoded")
	};
	struct buf body = BUF(32768);
	struct call *call = calloc(1, sizeof *call);
	struct http_request q = { .method = STR("POST"),
				  .url = s->hub,
				  .headers = &form,
				  .n_headers = 1,
				  .max_bytes = ANSWER_MAX,
				  .timeout_ms = c->setup.fetch->timeout_s * 1000,
				  .max_redirects = 3,
				  .allow_private = &c->setup.websub->allow_private,
				  .done = call_done,
				  .arg = call };
	struct err e = { 0 };
	int r;

	if (!call)
		abort();
	*call = (struct call){ c, s->key, subscribe };
	form_fill(&body, s, subscribe, c->setup.websub->lease_s);
	q.body = buf_str(&body);
	c->websub->calls++;
	r = http_start(c->http, &q, &e);
	if (r < 0) {
		c->websub->calls--;
		free(call);
	}
	buf_release(&body);
	return r;
}

/* One whose time has come: 1, 0 when there is none, -1 and *e. Its row is written before the hub is
 * asked, and asked in a later turn than it was made in (invariant 1): it is due a second after. */
static int
due_one(struct crawler *c, struct err *e)
{
	struct subscription s;
	enum sub_act act;
	int r = websub_by_time(c->store, c->now, c->arena, &s, e);

	if (r != 1)
		return r;
	act = websub_move(c, &s, SUB_DUE, 0);
	if ((act == SUB_SUBSCRIBE || act == SUB_UNSUBSCRIBE) &&
	    call_begin(c, &s, act == SUB_SUBSCRIBE) < 0) {
		s.next_at = c->now + BUSY_S;
		act = SUB_NOTHING;
	}
	return websub_keep(c, &s, act, e) < 0 ? -1 : 1;
}

void
websub_turn(struct crawler *c)
{
	struct err e = { 0 };
	int r = 1;

	if (!c->websub || c->now < c->websub->open_at)
		return;
	for (int n = 0; r == 1 && n < TURN_MAX && c->websub->due_at <= c->now &&
			c->websub->calls < CALLS_MAX;
	     n++)
		r = due_one(c, &e);
	if (r < 0)
		crawler_fail(c, &e);
}

int64_t
websub_due(const struct crawler *c)
{
	if (!c->websub || c->websub->calls >= CALLS_MAX)
		return INT64_MAX;
	return c->websub->due_at > c->websub->open_at ? c->websub->due_at : c->websub->open_at;
}

void
websub_dropped(struct crawler *c)
{
	if (c->websub)
		due_again(c);
}

/* ---- who is subscribed to ------------------------------------------------------------------------- */

/* The secret goes to the hub: over https, or to an address that is allowed by name. */
static bool
hub_safe(const struct crawler *c, struct str hub)
{
	const struct conf_texts *allowed = &c->setup.websub->allow_private;
	struct str host = str_slice(hub, 7, hub.n);
	ptrdiff_t path;

	if (str_starts(hub, STR("https://")))
		return true;
	if (!str_starts(hub, STR("http://")))
		return false;
	path = str_find_byte(host, '/');
	if (path >= 0)
		host.n = (size_t)path;
	for (size_t i = 0; i < allowed->n; i++)
		if (str_eq(host, allowed->v[i]))
			return true;
	return false;
}

static struct str
random_hex(struct arena *a)
{
	uint8_t bytes[32];
	struct buf b = BUF(65);
	struct str s;

	hash_random(bytes, sizeof bytes);
	hash_add_hex(&b, bytes, sizeof bytes);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static int
subscribe(struct crawler *c, const struct source_conf *src, const struct websub_links *l,
	  struct err *e)
{
	struct subscription s = { .source = src->name,
				  .hub = l->hub,
				  .topic = l->self.n ? l->self : src->url,
				  .token = random_hex(c->arena),
				  .secret = random_hex(c->arena),
				  .callback = c->websub->callback,
				  .state = SUB_WANTED,
				  .next_at = c->now + 1 };

	s.key = websub_key(s.token);
	log_event(LOG_INFO, "websub", "source=%.*s hub=%.*s to=wanted", STR_ARG(s.source),
		  STR_ARG(s.hub));
	return websub_keep(c, &s, SUB_NOTHING, e);
}

static int
drop(struct crawler *c, struct subscription *s, struct err *e)
{
	return websub_keep(c, s, websub_move(c, s, SUB_DROPPED, 0), e);
}

static bool
wanted(const struct source_conf *src)
{
	return src && src->websub && src->kind == SOURCE_FEED;
}

void
websub_discover(struct crawler *c, const struct source_conf *src, const struct http_response *r)
{
	struct websub_links l;
	struct subscription s;
	struct err e = { 0 };
	int had;

	if (!c->websub || !wanted(src))
		return;
	websub_find(c->arena, r->link, r->body, r->url, &l);
	had = websub_by_source(c->store, src->name, c->arena, &s, &e);
	if (had == 1 && l.hub.n && str_eq(s.hub, l.hub) &&
	    str_eq(s.topic, l.self.n ? l.self : src->url))
		return;
	if (had == 1)
		had = drop(c, &s, &e);
	if (had >= 0 && l.hub.n && !hub_safe(c, l.hub))
		log_event(LOG_INFO, "websub_hub_unsafe", "source=%.*s hub=%.*s",
			  STR_ARG(src->name), STR_ARG(l.hub));
	else if (had >= 0 && l.hub.n)
		had = subscribe(c, src, &l, &e);
	if (had < 0)
		crawler_fail(c, &e);
}

int64_t
websub_interval(struct crawler *c, const struct source_conf *src, int64_t interval_s)
{
	struct subscription s;
	struct err e = { 0 };
	int r;

	if (!c->websub || interval_s >= c->setup.websub->poll_s)
		return interval_s;
	r = websub_by_source(c->store, src->name, c->arena, &s, &e);
	if (r < 0)
		crawler_fail(c, &e);
	return r == 1 && subscription_live(&s, c->now) ? c->setup.websub->poll_s : interval_s;
}

/* ---- life ------------------------------------------------------------------------------------------- */

/* A hub may have tried in vain while we were down, or know a callback that is no more. */
static int
look_over(struct crawler *c, struct err *e)
{
	struct id at = { { 0 } };
	struct arena *a = arena_new();
	struct subscription s;
	size_t live = 0;
	int r;

	while ((r = websub_after(c->store, &at, a, &s, e)) == 1) {
		struct slot *slot = schedule_slot(c->schedule, s.source);
		bool keep =
			slot && wanted(slot->source) && str_eq(s.callback, c->websub->callback);

		at = s.key;
		if (keep && subscription_live(&s, c->now))
			schedule_pull(c->schedule, slot, INT64_MIN,
				      schedule_spread(c->now, live++, c->setup.sources->n,
						      c->setup.fetch->interval_s));
		else if (!keep && drop(c, &s, e) < 0)
			r = -1;
		if (r < 0)
			break;
		arena_reset(a);
	}
	arena_free(a);
	return r;
}

int
websub_open(struct crawler *c, struct err *e)
{
	struct str url = c->setup.websub ? c->setup.websub->public_url : STR("");
	struct buf b = BUF(4096);

	if (c->setup.quiet || c->setup.clock->mode == CLOCK_STEPPED)
		return 0;
	if (store_begin(c->store, e) < 0)
		return -1;
	if (!url.n)
		return websub_forget_all(c->store, e) < 0 ? -1 : store_commit(c->store, e);
	c->websub = calloc(1, sizeof *c->websub);
	if (!c->websub)
		abort();
	c->now = clock_now(c->setup.clock);
	c->websub->open_at = c->now + START_S;
	while (str_ends(url, STR("/")))
		url.n--;
	buf_addf(&b, "%.*s/websub/", STR_ARG(url));
	c->websub->callback = (struct str){ strndup(b.p, b.n), b.n };
	buf_release(&b);
	if (!c->websub->callback.p)
		abort();
	if (look_over(c, e) < 0 || store_commit(c->store, e) < 0)
		return -1;
	return websub_next_at(c->store, &c->websub->due_at, e);
}

void
websub_close(struct crawler *c)
{
	if (!c->websub)
		return;
	free((char *)c->websub->callback.p);
	free(c->websub);
	c->websub = NULL;
}
