/* Who is there: peers come by a hello, live by one a second, and go after five silent ones. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include <zmq.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/stage_bus.h"
#include "core/stage_runner.h"

/* A number tells its place and, above that, which peer it was there. */
struct peer *
peer_new(struct runner *r, struct end *end, const void *id, size_t id_n)
{
	struct peer *p;
	uint32_t place = 0;

	while (place < PEERS_MAX && r->peers[place])
		place++;
	if (place == PEERS_MAX || id_n > ID_BYTES)
		return NULL;
	p = calloc(1, sizeof *p);
	if (!p)
		abort();
	p->number = ++r->peers_made * PEERS_MAX + place;
	p->end = end;
	if (id_n)
		memcpy(p->id, id, id_n);
	p->id_n = id_n;
	p->batch = BATCH;
	p->heard_ms = clock_mono_ms();
	r->peers[place] = p;
	if (place >= r->peers_top)
		r->peers_top = place + 1;
	return p;
}

static void
backlog_drop(struct peer *p)
{
	while (p->first) {
		struct parcel *next = p->first->next;

		free(p->first);
		p->first = next;
	}
	p->last = NULL;
	p->backlog = 0;
	batch_clear(&p->batch);
}

void
peer_free(struct runner *r, struct peer *p)
{
	r->peers[p->number % PEERS_MAX] = NULL;
	if (r->current == p)
		r->current = NULL;
	backlog_drop(p);
	batch_release(&p->batch);
	free(p);
}

/* A connected end keeps its one peer: whoever answers next will be it. */
void
peer_reset(struct peer *p)
{
	backlog_drop(p);
	p->greeted = p->lost = p->gone = false;
	p->leaving = LEAVING_NO;
	p->link = p->run = (struct id){ { 0 } };
	p->heard_ms = clock_mono_ms();
}

struct peer *
peer_get(struct runner *r, uint32_t number)
{
	struct peer *p = r->peers[number % PEERS_MAX];

	return p && p->number == number ? p : NULL;
}

struct peer *
peer_of_end(struct runner *r, const struct end *end)
{
	for (size_t i = 0; i < r->peers_top; i++)
		if (r->peers[i] && r->peers[i]->end == end)
			return r->peers[i];
	return NULL;
}

struct peer *
peer_find(struct runner *r, const struct end *end, const void *id, size_t id_n)
{
	for (size_t i = 0; i < r->peers_top; i++) {
		struct peer *p = r->peers[i];

		if (p && p->end == end && p->id_n == id_n && !memcmp(p->id, id, id_n))
			return p;
	}
	return NULL;
}

bool
peer_live(const struct peer *p)
{
	return p->greeted && !p->gone && !p->lost;
}

/* ---- messages out ------------------------------------------------------------------------- */

/* 0; -1 with errno EAGAIN when the socket is full, EHOSTUNREACH when the peer is gone. */
int
end_send(const struct end *end, const void *id, size_t id_n, struct str bytes)
{
	if (end->bound && zmq_send(end->socket, id, id_n, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		return -1;
	return zmq_send(end->socket, bytes.p, bytes.n, ZMQ_DONTWAIT) < 0 ? -1 : 0;
}

static int
peer_send(struct peer *p, struct str bytes)
{
	if (end_send(p->end, p->id, p->id_n, bytes) == 0)
		return 0;
	if (errno == EHOSTUNREACH)
		p->gone = true;
	return -1;
}

static void
backlog_add(struct peer *p, struct str bytes)
{
	struct parcel *new = malloc(sizeof *new + bytes.n);

	if (!new)
		abort();
	new->next = NULL;
	new->n = bytes.n;
	memcpy(new->p, bytes.p, bytes.n);
	if (p->last)
		p->last->next = new;
	else
		p->first = new;
	p->last = new;
	p->backlog += bytes.n;
	if (p->backlog > BACKLOG_MAX)
		p->gone = true;
}

static void
backlog_send(struct peer *p)
{
	while (p->first && !p->gone) {
		struct parcel *old = p->first;

		if (peer_send(p, (struct str){ old->p, old->n }) < 0)
			return;
		p->first = old->next;
		if (!p->first)
			p->last = NULL;
		p->backlog -= old->n;
		free(old);
	}
}

static void
peer_flush(struct peer *p)
{
	backlog_send(p);
	if (!p->batch.n || p->gone)
		return;
	if (p->first || peer_send(p, buf_str(&p->batch.b)) < 0)
		backlog_add(p, buf_str(&p->batch.b));
	batch_clear(&p->batch);
}

void
peer_add(struct runner *r, struct peer *p, struct str record)
{
	(void)r;
	if (!batch_fits(&p->batch, record.n))
		peer_flush(p);
	if (!p->gone)
		batch_add(&p->batch, record, p->batch.n ? 0 : clock_mono_us());
	if (p->batch.n == WIRE_RECORDS)
		peer_flush(p);
}

void
peers_flush(struct runner *r, bool all)
{
	int64_t now_us = all ? 0 : clock_mono_us();

	for (size_t i = 0; i < r->peers_top; i++) {
		struct peer *p = r->peers[i];

		if (!p || (!p->batch.n && !p->first))
			continue;
		if (all || p->first || now_us - p->batch.since_us >= FLUSH_US)
			peer_flush(p);
	}
}

bool
peers_backlog(const struct runner *r)
{
	for (size_t i = 0; i < r->peers_top; i++)
		if (r->peers[i] && r->peers[i]->first)
			return true;
	return false;
}

/* ---- hello -------------------------------------------------------------------------------- */

static void
hello_encode(struct runner *r, const struct peer *p, struct buf *b)
{
	struct hello h = { .major = WIRE_MAJOR,
			   .minor = WIRE_MINOR,
			   .name = { r->stage->name, strlen(r->stage->name) },
			   .run = r->run,
			   .window = r->draining || r->shut ? 0 : r->ends.window,
			   .conf = r->ends.conf,
			   .image = r->ends.image };

	if (p)
		h.link = p->link;
	if (r->draining)
		h.leaving = r->done ? LEAVING_NOW : LEAVING_SOON;
	record_encode(&hello_record, &h, b);
}

/* To a peer that does not know us yet a hello goes past the queue, and may get lost. */
void
peer_hello(struct runner *r, struct peer *p)
{
	struct buf b = BUF(1024);

	hello_encode(r, p, &b);
	p->said_ms = clock_mono_ms();
	if (!p->greeted)
		(void)end_send(p->end, p->id, p->id_n, buf_str(&b));
	else if (!p->first)
		peer_add(r, p, buf_str(&b));
	peer_flush(p);
	buf_release(&b);
}

/* "Who are you?": a hello without a link. */
void
hello_ask(struct runner *r, struct end *end, const void *id, size_t id_n)
{
	struct buf b = BUF(1024);

	hello_encode(r, NULL, &b);
	(void)end_send(end, id, id_n, buf_str(&b));
	buf_release(&b);
}

static bool
hello_fits(struct runner *r, const struct hello *h)
{
	if (h->major == WIRE_MAJOR)
		return true;
	log_event(LOG_ERROR, "peer_refused",
		  "stage=%s peer=%.*s its_protocol=%lld.%lld our_protocol=%d.%d",
		  r->stage->name, STR_ARG(h->name), (long long)h->major, (long long)h->minor,
		  WIRE_MAJOR, WIRE_MINOR);
	return false;
}

/* A process that comes back over a new connection has lost what was in the old one. */
static void
supersede(struct runner *r, const struct end *end, const struct id *run)
{
	for (size_t i = 0; i < r->peers_top; i++) {
		struct peer *p = r->peers[i];

		if (p && p->end == end && id_eq(&p->run, run))
			p->gone = true;
	}
}

static struct peer *
hello_new(struct runner *r, struct end *end, const void *id, size_t id_n, const struct hello *h)
{
	struct peer *p;

	supersede(r, end, &h->run);
	p = peer_new(r, end, id, id_n);
	if (!p) {
		log_event(LOG_ERROR, "peer_refused", "stage=%s peer=%.*s reason=too_many",
			  r->stage->name, STR_ARG(h->name));
		return NULL;
	}
	p->link = id_random();
	p->run = h->run;
	p->greeted = true;
	return p;
}

/* The bound end we are connected to: does it know us, and is it the one it was? */
static void
hello_from_bound(struct runner *r, struct peer *p, const struct hello *h)
{
	bool same = id_eq(&p->link, &h->link) && id_eq(&p->run, &h->run);

	/* an end that we read from has nothing of ours to send again, and hears us all the time */
	if (p->greeted && !same && p->end->kind == END_OUT)
		p->lost = true;
	p->run = h->run;
	p->link = h->link;
	p->greeted = !id_none(&h->link);
	if (!p->greeted && clock_mono_ms() - p->said_ms >= HELLO_AGAIN_MS)
		peer_hello(r, p);
}

/* A peer of ours that knew the name of its link and does not any more took us for dead: what it
 * read since then it dropped. What it said before it ever heard the name means nothing. */
static void
hello_again(struct runner *r, struct peer *p, const struct hello *h)
{
	if (id_eq(&h->link, &p->link))
		p->named = true;
	if (!p->named || !id_none(&h->link))
		return;
	p->named = false;
	p->lost |= p->end->kind == END_OUT;
	peer_hello(r, p);
}

static void
hello_apply(struct runner *r, struct peer *p, const struct hello *h, bool fresh)
{
	p->window = h->window < 0 ? 0 : h->window;
	if (h->leaving == LEAVING_NOW)
		p->gone = true;
	p->leaving = h->leaving;
	if (!fresh)
		return;
	snprintf(p->name, sizeof p->name, "%.*s", STR_ARG(h->name));
	log_event(LOG_INFO, "peer_here", "stage=%s peer=%s protocol=%lld.%lld window=%lld",
		  r->stage->name, p->name, (long long)h->major, (long long)h->minor,
		  (long long)p->window);
}

void
hello_take(struct runner *r, struct end *end, struct peer *p, const void *id, size_t id_n,
	   struct str record, const char *user)
{
	bool fresh = !p || !p->greeted;
	struct hello h;
	struct err e = { .kind = ERR_NONE };

	arena_reset(r->scratch);
	if (record_decode(&hello_record, record, &h, r->scratch, &e) < 0) {
		r->figures.rejects++;
		log_event(LOG_WARN, "wire_bad", "stage=%s reason=\"%s\"", r->stage->name,
			  e.text);
		return;
	}
	if (end->bound && end->guarded && !bus_allows(r->bus, user)) {
		log_event(LOG_WARN, "peer_revoked", "stage=%s peer=%.*s", r->stage->name,
			  STR_ARG(h.name));
		if (p)
			p->gone = p->barred = true;
		return;
	}
	if (!hello_fits(r, &h)) {
		if (!p)
			hello_ask(r, end, id, id_n); /* so that its log says so, too */
		return;
	}
	if (end->bound && !p)
		p = h.leaving == LEAVING_NOW ? NULL : hello_new(r, end, id, id_n, &h);
	else if (end->bound)
		hello_again(r, p, &h);
	else
		hello_from_bound(r, p, &h);
	if (!p)
		return;
	p->heard_ms = clock_mono_ms();
	hello_apply(r, p, &h, fresh && p->greeted);
	if (fresh && end->bound)
		peer_hello(r, p);
}

/* With nobody behind us we take nothing in: what is sent would only wait here, and be counted
 * as sent. The ends that we read from are told at once. */
static void
gate_tend(struct runner *r)
{
	bool shut = r->end_out && r->ends.in.n > 0;

	for (size_t i = 0; i < r->peers_top && shut; i++)
		shut = !r->peers[i] || r->peers[i]->end != r->end_out ||
		       !peer_live(r->peers[i]);
	if (shut == r->shut)
		return;
	r->shut = shut;
	for (size_t i = 0; i < r->peers_top; i++)
		if (r->peers[i] && r->peers[i]->end->kind == END_IN && r->peers[i]->greeted)
			peer_hello(r, r->peers[i]);
}

/* How long until the next hello: soon while nobody has answered. */
static int64_t
hello_every(const struct peer *p, int64_t now_ms)
{
	if (p->greeted)
		return HELLO_MS;
	return now_ms - p->heard_ms < 2000 ? HELLO_AGAIN_MS : 250;
}

void
peers_tend(struct runner *r, int64_t now_ms)
{
	gate_tend(r);
	for (size_t i = 0; i < r->peers_top; i++) {
		struct peer *p = r->peers[i];

		if (!p || p->gone)
			continue;
		if (p->greeted && now_ms - p->heard_ms >= DEAD_MS) {
			log_event(LOG_WARN, "peer_dead", "stage=%s peer=%s silent_ms=%lld",
				  r->stage->name, p->name, (long long)(now_ms - p->heard_ms));
			p->gone = true;
		} else if (now_ms - p->said_ms >= hello_every(p, now_ms)) {
			peer_hello(r, p);
		}
	}
}
