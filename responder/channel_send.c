/* channel_send.c - a notice under way: its parts one after another, each judged; one end. */
#include "core/base.h"

#include "core/child.h"
#include "core/clock.h"
#include "core/str.h"
#include "responder/channel_inside.h"
#include "responder/drawings.h"
#include "responder/heap.h"

#define ANSWER_MAX (64 << 10)
#define TIMEOUT_MS 15000

struct channels {
	struct http *http;
	int epoll;
	struct sending *list;
	struct drawings *drawings;
	struct channel_token **tokens; /* one per app that has sent */
	size_t tokens_n, tokens_cap;
};

struct channels *
channels_new(struct http *http, int epoll)
{
	struct channels *s = heap_zero(1, sizeof *s);

	*s = (struct channels){ .http = http, .epoll = epoll, .drawings = drawings_new() };
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
	child_free(x->child);
	arena_free(x->letter.a); /* x lives in it */
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
	to->unsubscribe = arena_str(a, p->unsubscribe);
}

/* ---- its requests ------------------------------------------------------------------------------- */

/* The request that is due: 1 made, 0 all have been, -1. */
static int
request_make(struct sending *s, struct channel_request *q, struct err *e)
{
	const struct channel_kind *kind = channel_kind(s->letter.c);

	s->letter.wall_at = clock_wall();
	for (; s->at < s->n; s->at++) {
		int made = kind->step ? kind->step(s, q, e)
				      : kind->frame(&s->letter, &s->pieces[s->at], q, e);

		if (made)
			return made;
	}
	return 0;
}

/* 1 under way, 0 there is no more to send, -1. */
static int
request_next(struct sending *s, struct err *e)
{
	const struct channel_conf *c = s->letter.c;
	struct channel_request q = { .headers_n = 0 };
	struct http_header secret;
	int made = request_make(s, &q, e);

	if (made <= 0)
		return made;
	secret = (struct http_header){ STR("Authorization"), q.bearer };
	if (http_start(s->http,
		       &(struct http_request){ .method = q.method.n ? q.method : STR("POST"),
					       .url = q.url,
					       .headers = q.headers,
					       .n_headers = q.headers_n,
					       .secrets = &secret,
					       .n_secrets = q.bearer.n > 0,
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
	const struct channel_kind *kind = channel_kind(s->letter.c);
	struct err e = { 0 };
	int more = 0;

	channel_judge((enum channel_type)s->letter.c->kind, &a, &x.said);
	if (x.said.fault == FAULT_NONE) {
		if (kind->heard)
			kind->heard(s, r->body);
		else
			s->at++;
		more = kind->frame ? request_next(s, &e) : 0;
	} else if (s->token) {
		s->token->until = 0; /* perhaps it was that */
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
	struct arena *a;
	struct piece *pieces;
	struct letter l;
	struct err e;
	size_t n;

	if (!channel_kind(c)->limit.most)
		return 1; /* nothing to be read for it */
	a = arena_new();
	letter_read(&l, a, c, p);
	if (letter_cut(&l, &pieces, &n, &e) < 0)
		n = 0;
	arena_free(a);
	return n;
}

static struct channel_token *
token_of(struct channels *s, const struct channel_conf *c)
{
	for (size_t i = 0; i < s->tokens_n; i++)
		if (str_eq(s->tokens[i]->channel, c->name))
			return s->tokens[i];
	if (s->tokens_n == s->tokens_cap)
		s->tokens = heap_more(s->tokens, &s->tokens_cap, sizeof *s->tokens);
	s->tokens[s->tokens_n] = heap_zero(1, sizeof **s->tokens);
	s->tokens[s->tokens_n]->channel = c->name;
	return s->tokens[s->tokens_n++];
}

int
channels_send(struct channels *cs, const struct channel_conf *c, const struct parcel *p,
	      channel_done *done, void *arg, struct err *e)
{
	const struct channel_kind *kind = channel_kind(c);
	struct arena *a = arena_new();
	struct sending *s = arena_alloc(a, sizeof *s);
	int r;

	s->owner = cs;
	s->http = cs->http;
	s->drawings = cs->drawings;
	s->done = done;
	s->arg = arg;
	s->token = kind->step ? token_of(cs, c) : NULL;
	s->next = cs->list;
	cs->list = s;
	parcel_copy(a, p, &s->parcel);
	letter_read(&s->letter, a, c, &s->parcel);
	r = letter_cut(&s->letter, &s->pieces, &s->n, e);
	if (r == 0) {
		s->at = p->skip < s->n ? p->skip : s->n - 1;
		r = kind->start ? kind->start(s, e) : request_next(s, e);
	}
	if (r < 0)
		sending_drop(s);
	return r < 0 ? -1 : 0;
}

int
channels_epoll(const struct channels *s)
{
	return s->epoll;
}

void
channels_turn(struct channels *s)
{
	for (struct sending *x = s->list, *next; x; x = next) {
		next = x->next;
		if (x->child)
			command_turn(x);
	}
}

void
channels_free(struct channels *s)
{
	if (!s)
		return;
	while (s->list)
		sending_drop(s->list);
	for (size_t i = 0; i < s->tokens_n; i++)
		free(s->tokens[i]);
	free(s->tokens);
	drawings_free(s->drawings);
	free(s);
}
