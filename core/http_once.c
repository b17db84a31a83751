/* One transfer, waiting. */
#include "core/base.h"

#include <poll.h>

#include "core/http_loop.h"

struct once {
	struct arena *a;
	struct http_response *out;
	bool ended;
};

void
http_keep(struct arena *a, const struct http_response *r, struct http_response *out)
{
	*out = *r;
	out->body = arena_str(a, r->body);
	out->url = arena_str(a, r->url);
	out->address = arena_str(a, r->address);
	out->sent = arena_str(a, r->sent);
	out->head = arena_str(a, r->head);
	http_fields_keep(a, out);
}

static void
keep_once(void *arg, const struct http_response *r)
{
	struct once *o = arg;

	http_keep(o->a, r, o->out);
	o->ended = true;
}

int
http_once(struct http *h, const struct http_request *r, struct arena *a,
	  struct http_response *out, struct err *e)
{
	struct once o = { .a = a, .out = out };
	struct http_request mine = *r;
	struct pollfd fd = { .fd = http_fd(h), .events = POLLIN };

	mine.done = keep_once;
	mine.arg = &o;
	if (http_start(h, &mine, e) < 0)
		return -1;
	while (!o.ended) {
		poll(&fd, 1, 1000);
		http_turn(h);
	}
	return 0;
}
