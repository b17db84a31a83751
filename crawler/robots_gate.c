/*
 * robots_gate.c - see robots_gate.h.
 *
 * Invariants
 *  1. A passage (one request of a caller) is at one place: among the waiters of an asking, on
 *     its way in core/http, in g->queued, or in g->told. Its done() is called once and it is
 *     freed then.
 *  2. done() is never called inside the robots_start that made the passage: what is decided
 *     there is put into g->told, and robots_turn tells it.
 *  3. One asking per origin and allow list is on its way at a time.
 *  4. The host of the caller's address is the caller's to enter and leave; a hop to another host
 *     enters that one before its robots.txt is asked, and leaves it when it is over.
 */
#include "core/base.h"

#include <poll.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/fetch.h"
#include "crawler/harvest.h"
#include "crawler/origins.h"
#include "crawler/robots_gate.h"
#include "crawler/robots_known.h"
#include "crawler/state.h"

#define FILE_MAX_BYTES  (2 << 20) /* more is no robots.txt, and not had */
#define FILE_REDIRECTS  5
#define REDIRECTS_USUAL 5
#define PATTERN_SHOWN   60
#define PASSAGE_BYTES   1536
#define PATIENCE_S      300 /* of a redirect, for the host that it leads to */

struct robots_gate {
	struct robots_setup setup;
	struct origins *origins;
	struct robots_known *known;
	struct asking *askings;
	struct passage *told, **told_end;
	/* They wait for the host that a redirect leads to; oldest first. */
	struct passage *queued, **queued_end;
	size_t n_queued;
	struct robots_figures figures;
};
/* One robots.txt on its way. */
struct asking {
	struct robots_gate *g;
	struct asking *next;
	char *address;
	const struct conf_texts *allow;
	struct passage *waiters, **end;
};
/* One request of a caller. */
struct passage {
	struct robots_gate *g;
	struct passage *next; /* waiting, or told */
	struct arena *arena;  /* holds this and what it needs */
	const struct source_conf *source;
	struct http_request q;   /* of the present hop */
	struct str file;         /* address of its robots.txt */
	struct str home;         /* the caller's address */
	struct str guest;        /* one at the host that we have entered; empty: none */
	int64_t again_at, until; /* queued: asked again then, but not after until */
	bool follow, entering;
	int hops_left, hops;
	bool for_now; /* some hop was not for good */
	int64_t us;   /* of the hops before */
	struct http_response answer;
	void (*done)(void *arg, const struct http_response *r);
	void *arg;
};

static int passage_go(struct passage *p, struct err *e) LY_MUST_USE;
static void passage_tell(struct passage *p, enum http_end end, int64_t status,
			 const char *words);

static int64_t
gate_now(const struct robots_gate *g)
{
	return g->setup.crawler ? g->setup.crawler->now : clock_wall();
}

/* All of the queue; it is empty then. */
static struct passage *
queue_take(struct robots_gate *g)
{
	struct passage *all = g->queued;

	g->queued = NULL;
	g->queued_end = &g->queued;
	g->n_queued = 0;
	return all;
}

struct robots_gate *
robots_gate_new(const struct robots_setup *s)
{
	struct robots_gate *g = calloc(1, sizeof *g);
	struct str agent = robots_token(s->fetch->agent);

	if (!g)
		abort();
	g->setup = *s;
	g->told_end = &g->told;
	g->queued_end = &g->queued;
	g->origins = origins_new();
	g->known = robots_known_new(s->crawler ? s->crawler->store : NULL,
				    agent.n ? agent : STR("langyan"));
	return g;
}

void
robots_gate_free(struct robots_gate *g)
{
	if (!g)
		return;
	for (struct passage *p = g->told; p; p = p->next)
		p->answer = (struct http_response){ .end = HTTP_STOPPED };
	for (struct passage *p = queue_take(g), *next; p; p = next) {
		next = p->next;
		passage_tell(p, HTTP_STOPPED, 0, "");
	}
	while (robots_turn(g))
		;
	origins_free(g->origins);
	robots_known_free(g->known);
	free(g);
}

void
robots_figures(const struct robots_gate *g, struct robots_figures *f)
{
	*f = g->figures;
}

/* ---- telling ------------------------------------------------------------------------------ */

static void
passage_end(struct passage *p, const struct http_response *r)
{
	p->done(p->arg, r);
	arena_free(p->arena);
}

/* A request is over (r), or will not be made (NULL): the host that it was a guest of is left. */
static void
guest_leave(struct passage *p, const struct http_response *r)
{
	struct crawler *c = p->g->setup.crawler;
	int64_t rest, closed = 0;

	if (!p->guest.n)
		return;
	rest = c->now + fetch_delay(c, p->source, p->guest);
	if (r)
		closed = answer_judge(&(struct source_state){ 0 }, r, c->now).host_until;
	schedule_leave(c->schedule, p->guest, c->now, closed > rest ? closed : rest);
	p->guest = STR("");
}

/* It ends without a request of its own. words are the far end's, in part. */
static void
passage_tell(struct passage *p, enum http_end end, int64_t status, const char *words)
{
	struct http_response *r = &p->answer;

	*r = (struct http_response){
		.end = end, .status = (int)status, .url = p->q.url, .us = p->us
	};
	snprintf(r->detail, sizeof r->detail, "%s", words);
	for (char *c = r->detail; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	if (end != HTTP_STOPPED)
		guest_leave(p, NULL);
	if (!p->entering) {
		passage_end(p, r);
		return;
	}
	p->next = NULL;
	*p->g->told_end = p;
	p->g->told_end = &p->next;
}

static bool queue_turn(struct robots_gate *g);

bool
robots_due(const struct robots_gate *g)
{
	return g->told != NULL;
}

size_t
robots_waiting(const struct robots_gate *g)
{
	return g->n_queued;
}

int64_t
robots_next_at(const struct robots_gate *g)
{
	int64_t at = INT64_MAX;

	for (const struct passage *p = g->queued; p; p = p->next)
		at = p->again_at < at ? p->again_at : at;
	return at;
}

bool
robots_turn(struct robots_gate *g)
{
	bool any = queue_turn(g) || g->told;
	struct passage *p;

	while ((p = g->told)) {
		g->told = p->next;
		if (!g->told)
			g->told_end = &g->told;
		passage_end(p, &p->answer);
	}
	return any;
}

/* ---- hops --------------------------------------------------------------------------------- */

/* Of the caller's headers these may go to another origin. */
static bool
is_common(struct str name)
{
	static const char *const common[] = { "if-none-match", "if-modified-since",
					      "accept",        "accept-language",
					      "content-type",  "langyan-clock" };

	for (size_t i = 0; i < LY_COUNT(common); i++)
		if (str_eq_nocase(name, str_of(common[i])))
			return true;
	return false;
}

static void
go_abroad(struct passage *p)
{
	struct http_header *v = (struct http_header *)(uintptr_t)p->q.headers;
	size_t n = 0;

	for (size_t i = 0; i < p->q.n_headers; i++)
		if (is_common(v[i].name))
			v[n++] = v[i];
	p->q.n_headers = n;
	p->q.n_secrets = 0;
}

static int
file_of(struct passage *p, struct err *e)
{
	return origins_file(p->g->origins, p->q.url, p->arena, &p->file, e);
}

/* The request as it is after the redirect r. */
static int
redirect(struct passage *p, const struct http_response *r, struct err *e)
{
	bool post = str_eq_nocase(p->q.method, STR("POST"));
	struct buf b = BUF(16384);
	int rc = url_resolve(r->url, r->location, &b, e);

	if (rc == 0 && !url_same_origin(p->q.url, buf_str(&b)))
		go_abroad(p);
	if (rc == 0)
		p->q.url = arena_str(p->arena, buf_str(&b));
	buf_release(&b);
	if ((r->status == 303 && !str_eq_nocase(p->q.method, STR("HEAD"))) ||
	    (r->status < 303 && post)) {
		p->q.method = STR("GET");
		p->q.body = STR("");
	}
	p->hops_left--;
	p->hops++;
	p->for_now |= r->status != 301 && r->status != 308;
	p->us += r->us;
	return rc < 0 ? -1 : file_of(p, e);
}

/* At the end of the queue. */
static void
queue_add(struct passage *p)
{
	p->next = NULL;
	*p->g->queued_end = p;
	p->g->queued_end = &p->next;
	p->g->n_queued++;
}

/* The hop to another host waits for it as everybody does. In stepped time nobody waits. */
static int
hop_go(struct passage *p, struct err *e)
{
	struct crawler *c = p->g->setup.crawler;
	int64_t at;

	if (!c || c->setup.clock->mode == CLOCK_STEPPED || url_same_host(p->q.url, p->home))
		return passage_go(p, e);
	at = schedule_enter_from(c->schedule, p->home, p->q.url, c->now);
	if (!at) {
		p->guest = p->q.url;
		return passage_go(p, e);
	}
	if (at > p->until) {
		passage_tell(p, HTTP_SLOW, 0, "redirected to a host that rests, or is busy");
		return 0;
	}
	p->again_at = at;
	queue_add(p);
	return 0;
}

static bool
queue_turn(struct robots_gate *g)
{
	struct passage *p = queue_take(g), *next;
	int64_t now = gate_now(g);
	bool any = false;

	for (; p; p = next) {
		struct err e = { 0 };

		next = p->next;
		if (p->again_at > now) {
			queue_add(p);
			continue;
		}
		any = true;
		if (hop_go(p, &e) < 0)
			passage_tell(p, HTTP_NO_CONNECT, 0, e.text);
	}
	return any;
}

/* Whose address it is: hosts at one address share a queue. Behind a proxy it is the proxy's. */
static void
address_tell(const struct passage *p, const struct http_response *r)
{
	struct crawler *c = p->g->setup.crawler;

	if (c && !p->source->allow_private.n && !p->g->setup.fetch->proxy.n)
		schedule_address(c->schedule, r->url, r->address);
}

static void
hop_done(void *arg, const struct http_response *r)
{
	struct passage *p = arg;
	struct http_response whole = *r;
	struct err e = { 0 };
	char words[64];

	if (r->end != HTTP_STOPPED) {
		address_tell(p, r);
		guest_leave(p, r);
	}
	if (!p->follow || !http_is_redirect(r)) {
		whole.us += p->us;
		whole.moved_for_good = p->hops && !p->for_now;
		passage_end(p, &whole);
	} else if (!p->hops_left) {
		snprintf(words, sizeof words, "maximum (%d) redirects followed", p->hops);
		passage_tell(p, HTTP_REDIRECTS, r->status, words);
	} else if (redirect(p, r, &e) < 0) {
		passage_tell(p, HTTP_PROTOCOL, r->status, e.text);
	} else {
		p->until = gate_now(p->g) + PATIENCE_S;
		if (hop_go(p, &e) < 0)
			passage_tell(p, HTTP_NO_CONNECT, 0, e.text);
	}
}

/* ---- deciding ----------------------------------------------------------------------------- */

static void
deny(struct passage *p, const struct robots_file *f, const struct robots_rule *rule)
{
	char words[160];
	int shown = PATTERN_SHOWN;

	p->g->figures.denied++;
	if (!rule) {
		passage_tell(p, HTTP_DISALLOWED, f->row.status,
			     "robots.txt is made to be slow: nothing is fetched");
		return;
	}
	if (rule->pattern.n < PATTERN_SHOWN)
		shown = (int)rule->pattern.n;
	snprintf(words, sizeof words, "robots.txt disallows it (line %lld: \"%.*s\")",
		 (long long)rule->line, shown, rule->pattern.p);
	passage_tell(p, HTTP_DISALLOWED, f->row.status, words);
}

/* Nothing is known, and nothing can be had. */
static void
deny_unread(struct passage *p, const struct robots_row *row)
{
	char words[160];

	if (row->end == HTTP_OK) {
		p->g->figures.denied++;
		snprintf(words, sizeof words,
			 "robots.txt answered %lld: nothing is fetched before it can be read",
			 (long long)row->status);
		passage_tell(p, HTTP_DISALLOWED, row->status, words);
	} else {
		snprintf(words, sizeof words, "robots.txt: %.*s", STR_ARG(row->why));
		passage_tell(p,
			     row->end == HTTP_TOO_LARGE ? HTTP_DISALLOWED
							: (enum http_end)row->end,
			     row->status, words);
	}
}

static bool
rules_allow(const struct passage *p, const struct robots_file *f,
	    const struct robots_rule **rule)
{
	struct buf url = BUF(65536);
	bool allowed;

	if (!f->rules.n)
		return true;
	robots_escape(p->q.url, &url);
	allowed = robots_allows(&f->rules, buf_str(&url), rule);
	buf_release(&url);
	return allowed;
}

static void
delay_tell(struct passage *p, const struct robots_file *f)
{
	struct crawler *c = p->g->setup.crawler;
	int64_t s = (f->rules.delay_ms + 999) / 1000,
		most = p->g->setup.fetch->max_crawl_delay_s;

	if (c && f->rules.delay_ms > 0)
		schedule_crawl_delay(c->schedule, p->q.url, s < most ? s : most);
}

/* -1 and *e when the request cannot start. */
static int
passage_decide(struct passage *p, const struct robots_file *f, struct err *e)
{
	const struct robots_rule *rule = NULL;

	if (f && robots_stands(&f->row, gate_now(p->g)) == ROBOTS_CLOSED) {
		deny_unread(p, &f->row);
		return 0;
	}
	if (f)
		delay_tell(p, f);
	if (f && f->row.good_at && !rules_allow(p, f, &rule)) {
		deny(p, f, rule);
		return 0;
	}
	return http_start(p->g->setup.http, &p->q, e);
}

/* ---- asking ------------------------------------------------------------------------------- */

/* What was answered, remembered. NULL: it has nothing to say (blocked), or our own error. */
static const struct robots_file *
learn(struct asking *x, const struct http_response *r, struct err *e)
{
	struct robots_gate *g = x->g;
	struct crawler *c = g->setup.crawler;
	const struct robots_file *old = robots_known_find(g->known, str_of(x->address), e);
	struct robots_row row = { .address = str_of(x->address) };

	if (e->kind)
		return NULL;
	row = robots_learnt(old ? &old->row : &row, r, gate_now(g));
	if (row.since_at) {
		g->figures.missed++;
		log_event(LOG_WARN, "robots_missed", "address=%s status=%d why=%s copy=%d",
			  x->address, r->status, r->detail, row.good_at != 0);
	}
	if (c && crawler_begin(c, e) < 0)
		return NULL;
	return robots_known_put(g->known, &row, e);
}

static void
asking_take(struct asking *x)
{
	struct asking **at = &x->g->askings;

	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
}

static void
asked(void *arg, const struct http_response *r)
{
	struct asking *x = arg;
	struct crawler *c = x->g->setup.crawler;
	const struct robots_file *f = NULL;
	struct err e = { 0 };

	asking_take(x);
	if (r->end != HTTP_STOPPED && r->end != HTTP_BLOCKED)
		f = learn(x, r, &e);
	if (e.kind && c)
		crawler_fail(c, &e);
	for (struct passage *p = x->waiters, *next; p; p = next) {
		struct err own = { 0 };

		next = p->next;
		/* done() of the one before may have asked for another file. */
		if (f)
			f = robots_known_find(x->g->known, str_of(x->address), &own);
		if (r->end == HTTP_STOPPED)
			passage_tell(p, HTTP_STOPPED, 0, "");
		else if (e.kind) /* our own store: the poll ends, and is made again */
			passage_tell(p, HTTP_NO_CONNECT, 0, e.text);
		else if (own.kind || passage_decide(p, f, &own) < 0)
			passage_tell(p, HTTP_NO_CONNECT, 0, own.text);
	}
	free(x->address);
	free(x);
}

static void
wait_for(struct asking *x, struct passage *p)
{
	p->next = NULL;
	*x->end = p;
	x->end = &p->next;
}

static int
ask(struct passage *p, struct err *e)
{
	struct robots_gate *g = p->g;
	const struct conf_texts *allow = p->q.allow_private;
	struct http_request q = { .method = STR("GET"),
				  .url = p->file,
				  .max_bytes = FILE_MAX_BYTES,
				  .timeout_ms = p->q.timeout_ms,
				  .max_redirects = FILE_REDIRECTS,
				  .allow_private = allow,
				  .done = asked };
	struct asking *x;

	for (x = g->askings; x; x = x->next)
		if (str_is(p->file, x->address) && x->allow == allow) {
			wait_for(x, p);
			return 0;
		}
	x = calloc(1, sizeof *x);
	if (!x)
		abort();
	*x = (struct asking){ .g = g,
			      .next = g->askings,
			      .address = strndup(p->file.p, p->file.n),
			      .allow = allow };
	if (!x->address)
		abort();
	x->end = &x->waiters;
	q.arg = x;
	if (http_start(g->setup.http, &q, e) < 0) {
		free(x->address);
		free(x);
		return -1;
	}
	g->askings = x;
	g->figures.asked++;
	wait_for(x, p);
	return 0;
}

/* The next hop: as far as it goes without waiting. */
static int
passage_go(struct passage *p, struct err *e)
{
	const struct robots_file *f;

	if (p->source->robots == ROBOTS_IGNORE)
		return http_start(p->g->setup.http, &p->q, e);
	f = robots_known_find(p->g->known, p->file, e);
	if (e->kind)
		return -1;
	if (f && gate_now(p->g) < f->row.next_at)
		return passage_decide(p, f, e);
	return ask(p, e);
}

/* ---- callers ------------------------------------------------------------------------------ */

static struct http_header *
headers_copy(struct arena *a, const struct http_header *v, size_t n)
{
	struct http_header *mine = arena_alloc(a, (n + 1) * sizeof *mine);

	for (size_t i = 0; i < n; i++)
		mine[i] = (struct http_header){ arena_str(a, v[i].name),
						arena_str(a, v[i].value) };
	return mine;
}

static struct passage *
passage_new(struct robots_gate *g, const struct source_conf *source,
	    const struct http_request *r)
{
	struct arena *a = arena_new_small(PASSAGE_BYTES);
	struct passage *p = arena_alloc(a, sizeof *p);

	*p = (struct passage){ .g = g,
			       .arena = a,
			       .source = source,
			       .q = *r,
			       .follow = r->max_redirects >= 0,
			       .hops_left =
				       r->max_redirects ? r->max_redirects : REDIRECTS_USUAL,
			       .done = r->done,
			       .arg = r->arg };
	p->q.method = arena_str(a, r->method);
	p->q.url = p->home = arena_str(a, r->url);
	p->q.body = arena_str(a, r->body);
	p->q.headers = headers_copy(a, r->headers, r->n_headers);
	p->q.secrets = headers_copy(a, r->secrets, r->n_secrets);
	p->q.max_redirects = -1;
	p->q.done = hop_done;
	p->q.arg = p;
	return p;
}

int
robots_start(struct robots_gate *g, const struct source_conf *source,
	     const struct http_request *r, struct err *e)
{
	struct passage *p;
	int rc;

	p = passage_new(g, source, r);
	p->entering = true;
	rc = file_of(p, e);
	if (rc < 0)
		e->kind = ERR_USAGE; /* as http_start has it */
	else
		rc = passage_go(p, e);
	p->entering = false;
	if (rc < 0)
		arena_free(p->arena);
	return rc;
}

struct once {
	struct arena *a;
	struct http_response *out;
	bool ended;
};

static void
keep_once(void *arg, const struct http_response *r)
{
	struct once *o = arg;

	http_keep(o->a, r, o->out);
	o->ended = true;
}

int
robots_once(struct robots_gate *g, const struct source_conf *source,
	    const struct http_request *r, struct arena *a, struct http_response *out,
	    struct err *e)
{
	struct once o = { .a = a, .out = out };
	struct http_request mine = *r;
	struct http *http = g->setup.http;
	struct pollfd fd = { .fd = http_fd(http), .events = POLLIN };

	mine.done = keep_once;
	mine.arg = &o;
	if (robots_start(g, source, &mine, e) < 0)
		return -1;
	while (!o.ended) {
		if (!robots_due(g))
			poll(&fd, 1, 1000);
		http_turn(http);
		robots_turn(g);
	}
	return 0;
}
