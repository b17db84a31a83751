/* The other end of a control endpoint: commands out, replies back in any order. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include <zmq.h>

#include "core/clock.h"
#include "core/stage_bus.h"

#define CALLER_HIGH_WATER 4096

struct caller {
	void *socket;
	char endpoint[256];
	int64_t token;
};

struct caller *
caller_open(struct bus *b, const char *endpoint, struct err *e)
{
	struct bus_socket want = { .side = BUS_CONNECT,
				   .endpoint = endpoint,
				   .max_bytes = RECORD_CALL_MAX + 64,
				   .high_water = CALLER_HIGH_WATER };
	struct caller *c = calloc(1, sizeof *c);

	if (!c)
		abort();
	snprintf(c->endpoint, sizeof c->endpoint, "%s", endpoint);
	c->socket = bus_open(b, &want, e);
	if (c->socket)
		return c;
	free(c);
	return NULL;
}

void
caller_close(struct caller *c)
{
	if (!c)
		return;
	zmq_close(c->socket);
	free(c);
}

/* Under token; waits for a connection until the deadline. */
static int
send_command(struct caller *c, const struct command *cmd, int64_t token, int wait_ms,
	     struct err *e)
{
	struct command numbered = *cmd;
	struct buf b = BUF(RECORD_CALL_MAX + 1);
	zmq_pollitem_t item = { .socket = c->socket, .events = ZMQ_POLLOUT };
	int rc = -1;

	numbered.call = token;
	record_encode(&command_record, &numbered, &b);
	if (!buf_ok(&b))
		err_set(e, ERR_REJECT, "command: over %d bytes", RECORD_CALL_MAX);
	else if ((wait_ms && zmq_poll(&item, 1, wait_ms) <= 0) ||
		 zmq_send(c->socket, b.p, b.n, ZMQ_DONTWAIT) < 0)
		err_set(e, ERR_RETRY, "nobody is at \"%s\"", c->endpoint);
	else
		rc = 0;
	buf_release(&b);
	return rc;
}

int
caller_send(struct caller *c, const struct command *cmd, int64_t *token, struct err *e)
{
	*token = ++c->token;
	return send_command(c, cmd, *token, 0, e);
}

int
caller_fd(struct caller *c)
{
	int fd = -1;
	size_t n = sizeof fd;

	zmq_getsockopt(c->socket, ZMQ_FD, &fd, &n);
	return fd;
}

int
caller_poll(struct caller *c, struct arena *a, int64_t *token, struct reply *reply)
{
	for (;;) {
		struct err e = { .kind = ERR_NONE };
		struct str bytes;
		zmq_msg_t m;

		zmq_msg_init(&m);
		if (zmq_msg_recv(&m, c->socket, ZMQ_DONTWAIT) < 0) {
			zmq_msg_close(&m);
			return 0;
		}
		bytes = arena_str(a, (struct str){ zmq_msg_data(&m), zmq_msg_size(&m) });
		zmq_msg_close(&m);
		if (record_decode(&reply_record, bytes, reply, a, &e) < 0)
			continue;
		*token = reply->call;
		return 1;
	}
}

int
caller_call(struct caller *c, const struct command *cmd, int timeout_ms, struct arena *a,
	    struct reply *reply, struct err *e)
{
	int64_t until = clock_mono_ms() + timeout_ms, mine = ++c->token, token, left;
	zmq_pollitem_t item = { .socket = c->socket, .events = ZMQ_POLLIN };

	if (send_command(c, cmd, mine, timeout_ms, e) < 0)
		return -1;
	while ((left = until - clock_mono_ms()) > 0) {
		(void)zmq_poll(&item, 1, (long)left);
		/* one that comes late, for a call that was given up, is dropped */
		while (caller_poll(c, a, &token, reply) > 0)
			if (token == mine)
				return 0;
	}
	return err_set(e, ERR_RETRY, "no answer from \"%s\" within %d ms", c->endpoint,
		       timeout_ms);
}
