/* channel_send.c - a notice under way: its parts one after another, each judged; one end. */
#include "core/base.h"

#include "core/clock.h"
#include "core/str.h"
#include "responder/channel_inside.h"
#include "responder/heap.h"

#define ANSWER_MAX (64 << 10)
#define TIMEOUT_MS 15000

struct channels {
	struct http *http;
	int epoll;
	struct sending *list;
};

struct channels *
channels_new(struct http *http, int epoll)
{
	struct channels *s = heap_zero(1, sizeof *s);

	*s = (struct channels){ http, epoll, NULL };
	return s;
}

static void
sending_drop(struct sending *x)
{
	struct sending **at = &x->owner->list;

	while (*at && *at != x)
		at = &(*at)->next;
	if (*at)
		*at = x->next;
	arena_free(x->letter.a); /* x lives in it */
}

/* ---- reading ----------------------------------------------------------------------------------- */

void
request_header(struct channel_request *q, const char *name, struct str value)
{
	if (q->headers_n < REQUEST_FIELDS)
		q->headers[q->headers_n++] = (struct http_header){ str_of(name), value };
}

struct str
letter_fact(const struct letter *l, const char *key)
{
	return json_text(json_get(l->facts, key), STR(""));
}

struct str
letter_link(const struct letter *l)
{
	struct str number = letter_fact(l, "incident");

	if (!l->p->public_url.n || !number.n)
		return STR("");
	return str_of(arena_textf(l->a, "%.*s/incidents/%.*s", STR_ARG(l->p->public_url),
				  STR_ARG(number)));
}

static void
letter_read(struct letter *l, struct arena *a, const struct channel_conf *c,
	    const struct parcel *p)
{
	struct err e = { 0 };

	*l = (struct letter){ .a = a,
			      .c = c,
			      .p = p,
			      .facts = json_parse(a, p->facts, &e),
			      .wall_at = clock_wall(),
			      .title = p->subject,
			      .text = p->body };
}

static void
parcel_copy(struct arena *a, const struct parcel *p, struct parcel *to)
{
	*to = *p;
	to->hex = arena_text(a, str_of(p->hex));
	to->uuid = arena_text(a, str_of(p->uuid));
	to->kind = arena_str(a, p->kind);
	to->address = arena_str(a, p->address);
	to->subject = arena_str(a, p->subject);
	to->body = arena_str(a, p->body);
	to->html = arena_str(a, p->html);
	to->facts = arena_str(a, p->facts);
	to->public_url = arena_str(a, p->public_url);
}

/* ---- its requests ------------------------------------------------------------------------------- */

/* 1 under way, 0 there is no more to send, -1. */
static int
request_next(struct sending *s, struct err *e)
{
	const struct channel_conf *c = s->letter.c;
	struct channel_request q = { .headers_n = 0 };
	int made;

	if (s->at >= s->n)
		return 0;
	s->letter.wall_at = clock_wall();
	made = channel_kind(c)->frame(&s->letter, &s->pieces[s->at], &q, e);
	if (made <= 0)
		return made;
	if (http_start(s->http,
		       &(struct http_request){ .method = STR("POST"),
					       .url = q.url,
					       .headers = q.headers,
					       .n_headers = q.headers_n,
					       .body = q.body,
					       .max_bytes = ANSWER_MAX,
					       .timeout_ms = TIMEOUT_MS,
					       .max_redirects = -1,
					       .allow_private = &c->allow_private,
					       .done = sending_answered,
					       .arg = s },
		       e) < 0)
		return -1;
	return 1;
}

void
sending_end(struct sending *s, const struct channel_end *x)
{
	channel_done *done = s->done;
	void *arg = s->arg;

	done(arg, x);
	sending_drop(s);
}

/* The next part could not even begin: what has arrived has. */
static void
next_failed(struct channel_end *x, const struct err *e)
{
	x->said.fault = e->kind == ERR_RETRY ? FAULT_WORLD : FAULT_BODY;
	x->said.wait_s = 1;
	memcpy(x->said.why, e->text, sizeof x->said.why);
}

void
sending_answered(void *arg, const struct http_response *r)
{
	struct sending *s = arg;
	struct channel_answer a = { .end = r->end,
				    .status = r->status,
				    .body = r->body,
				    .retry_after = r->retry_after,
				    .detail = r->detail,
				    .wall_at = clock_wall() };
	struct channel_end x = { .end = r->end,
				 .status = r->status,
				 .us = r->us,
				 .answer = r->body,
				 .parts = s->n };
	struct err e = { 0 };
	int more = 0;

	channel_judge((enum channel_type)s->letter.c->kind, &a, &x.said);
	if (x.said.fault == FAULT_NONE) {
		s->at++;
		more = channel_kind(s->letter.c)->frame ? request_next(s, &e) : 0;
	}
	if (more > 0)
		return;
	if (more < 0)
		next_failed(&x, &e);
	x.sent = s->at;
	sending_end(s, &x);
}

/* ---- from outside --------------------------------------------------------------------------------- */

size_t
channel_parts(const struct channel_conf *c, const struct parcel *p)
{
	(void)c, (void)p;
	return 1;
}

int
channels_send(struct channels *cs, const struct channel_conf *c, const struct parcel *p,
	      channel_done *done, void *arg, struct err *e)
{
	const struct channel_kind *kind = channel_kind(c);
	struct arena *a = arena_new_small(4096);
	struct sending *s = arena_alloc(a, sizeof *s);
	int r;

	s->owner = cs;
	s->http = cs->http;
	s->done = done;
	s->arg = arg;
	parcel_copy(a, p, &s->parcel);
	letter_read(&s->letter, a, c, &s->parcel);
	s->pieces = arena_alloc(a, sizeof *s->pieces);
	s->pieces[0] = (struct piece){ s->letter.text, 0, 1 };
	s->n = 1;
	s->at = p->skip < s->n ? p->skip : s->n - 1;
	s->next = cs->list;
	cs->list = s;
	r = kind->start ? kind->start(s, e) : request_next(s, e);
	if (r < 0)
		sending_drop(s);
	return r < 0 ? -1 : 0;
}

void
channels_free(struct channels *s)
{
	if (!s)
		return;
	free(s);
}
