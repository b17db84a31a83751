#include "core/base.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/httpd.h"
#include "core/log.h"
#include "core/str.h"
#include "tests/support/walk.h"

/* ---- a server with an echo behind it -------------------------------------------------------- */

struct echo {
	_Atomic int64_t commands;
	char last[4096]; /* actor verb args type version body */
	_Atomic bool silent;
};

static int
echo_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	  struct err *e)
{
	struct echo *s = self;
	struct command c;

	(void)now;
	if (!in.n)
		return 0;
	if (record_decode(&command_record, in, &c, a, e) < 0)
		return -1;
	snprintf(s->last, sizeof s->last, "%.*s %.*s %.*s %.*s %lld %.*s", STR_ARG(c.actor),
		 STR_ARG(c.verb), STR_ARG(c.args), STR_ARG(c.type), (long long)c.version,
		 STR_ARG(str_slice(c.body, 0, 200)));
	s->commands++;
	if (!s->silent)
		out_reply(out, c.call, str_is(c.verb, "teapot") ? 418 : 200, "text/plain",
			  str_of(s->last));
	return STEP_SETTLE;
}

static const struct stage echo_stage = { .name = "echo", .step = echo_step };

static const struct route routes[] = {
	{ "POST", "/api/v1/documents", "documents.push", ROUTE_TOKEN, 1 << 20, "in" },
	{ "GET", "/api/v1/incidents/<id>", "incident.show", ROUTE_TOKEN, 0, "one" },
	{ "POST", "/l/<link>/ack", "link.ack", ROUTE_OPEN, 1024, "signed" },
	{ "GET", "/open", "teapot", ROUTE_OPEN, 0, "open" },
	{ "POST", "/hub/<token>", "hub", ROUTE_OPEN, 1024, "signed body", .signed_body = true },
	{ .path = NULL },
};

struct server {
	struct bus *bus;
	struct echo echo;
	struct lane lane;
	struct httpd *h;
};

static void
metrics(void *arg, struct buf *b)
{
	(void)arg;
	buf_add(b, STR("langyan_up 1\n"));
}

static int
health(void *arg, struct buf *b)
{
	(void)arg;
	buf_add(b, STR("{\"ok\":false}"));
	return 503;
}

static int
set_up(void **state)
{
	static struct str hosts[] = { STR_INIT("watch.example.test") };
	static const struct httpd_mount mount = { routes, "inproc://echo" };
	struct server *s = calloc(1, sizeof *s);
	struct httpd_conf c = { .listen = STR("127.0.0.1:0"),
				.hosts = { hosts, 1 },
				.token = STR("sesame\n"),
				.timeout_ms = 300 };
	struct err e = { 0 };

	s->bus = bus_new(NULL, &e);
	lane_start(&s->lane, s->bus, &echo_stage, &s->echo,
		   (struct ends){ .control = STR("inproc://echo") });
	s->h = httpd_open(s->bus, &c, &mount, 1, metrics, health, NULL, &e);
	if (!s->h)
		fail_msg("%s", e.text);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct server *s = *state;

	httpd_close(s->h);
	runner_stop(s->lane.runner);
	assert_int_equal(lane_end(&s->lane, NULL), 0);
	bus_free(s->bus);
	free(s);
	return 0;
}

/* ---- a raw client --------------------------------------------------------------------------- */

static int
dial(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
	return fd;
}

/* All that comes until the server closes. */
static void
hear(int fd, struct buf *answer)
{
	char bytes[4096];
	ssize_t n;

	buf_clear(answer);
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, 20000) <= 0)
			fail_msg("the server neither answers nor closes; so far: %s",
				 answer->p);
		n = recv(fd, bytes, sizeof bytes, 0);
		if (n <= 0)
			return;
		buf_add(answer, (struct str){ bytes, (size_t)n });
	}
}

static void
ask(struct server *s, struct str request, struct buf *answer)
{
	int fd = dial(httpd_port(s->h));

	for (size_t at = 0; at < request.n;) {
		ssize_t n = send(fd, request.p + at, request.n - at, MSG_NOSIGNAL);

		if (n <= 0)
			break;
		at += (size_t)n;
	}
	hear(fd, answer);
	close(fd);
}

static int
status_of(const struct buf *answer)
{
	int status = 0;

	return sscanf(answer->p, "HTTP/1.1 %d ", &status) == 1 ? status : 0;
}

static int
count(const char *text, const char *word)
{
	int n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

static const char *
body_of(const struct buf *answer)
{
	const char *at = strstr(answer->p, "\r\n\r\n");

	return at ? at + 4 : "";
}

#define TOKEN "Authorization: Bearer sesame\r\n"
#define HOST  "Host: 127.0.0.1\r\n"
#define POST  "POST /api/v1/documents HTTP/1.1\r\n" HOST TOKEN
#define NEXT  "GET /open HTTP/1.1\r\n" HOST "\r\n"

/* ---- what may pass -------------------------------------------------------------------------- */

static void
a_request_becomes_a_command_and_its_reply_the_answer(void **state)
{
	static const struct {
		const char *request;
		int status;
		const char *body;
	} cases[] = {
		{ POST "Content-Type: text/csv\r\nContent-Length: 5\r\n\r\na,b\n1", 200,
		  "token:api documents.push {} text/csv 0 a,b\n1" },
		{ POST "Transfer-Encoding: chunked\r\n\r\n3\r\na,b\r\n2\r\n\n1\r\n0\r\n\r\n",
		  200, "token:api documents.push {}  0 a,b\n1" },
		{ "POST /api/v1/documents?source=push&map=%E5%8D%83+x HTTP/1.1\r\n" HOST TOKEN
		  "Content-Length: 1\r\n\r\nx",
		  200, "token:api documents.push {\"source\":\"push\",\"map\":\"千 x\"}  0 x" },
		{ "GET /api/v1/incidents/INC%2F1?v=2 HTTP/1.1\r\n" HOST TOKEN
		  "If-Match: \"12\"\r\n\r\n",
		  200, "token:api incident.show {\"v\":\"2\",\"id\":\"INC/1\"}  12 " },
		{ "POST /l/abc/ack HTTP/1.1\r\nHost: watch.example.test:8787\r\n"
		  "Content-Length: 0\r\n\r\n",
		  200, "http:127.0.0.1 link.ack {\"link\":\"abc\"}  0 " },
		{ "GET /open HTTP/1.0\r\nHost: localhost\r\n\r\n", 418,
		  "http:127.0.0.1 teapot {}  0 " },
		{ "POST /l/a/ack HTTP/1.1\r\nHost: localhost:1\r\nOrigin: "
		  "http://localhost:1\r\n"
		  "Sec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n\r\n",
		  200, "http:127.0.0.1 link.ack {\"link\":\"a\"}  0 " },
		{ "POST /hub/abc HTTP/1.1\r\nHost: localhost\r\nX-Hub-Signature: sha256=00\r\n"
		  "Content-Length: 1\r\n\r\nx",
		  200,
		  "http:127.0.0.1 hub {\"token\":\"abc\",\"signature\":\"sha256=00\"}  0 x" },
		{ "POST /l/a/ack HTTP/1.1\r\nHost: localhost\r\nX-Hub-Signature: sha256=00\r\n"
		  "Content-Length: 0\r\n\r\n",
		  200, "http:127.0.0.1 link.ack {\"link\":\"a\"}  0 " },
		{ "GET /metrics HTTP/1.1\r\n" HOST "\r\n", 200,
		  "langyan_up 1\n# HELP langyan_http_too_large_total bodies over the ceiling "
		  "of "
		  "their route\n# TYPE langyan_http_too_large_total counter\n"
		  "langyan_http_too_large_total 0\n" },
		{ "GET /healthz HTTP/1.1\r\n" HOST "\r\n", 503, "{\"ok\":false}" },
	};
	struct server *s = *state;
	struct buf answer = BUF(1 << 20);

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		ask(s, str_of(cases[i].request), &answer);
		assert_int_equal(status_of(&answer), cases[i].status);
		assert_string_equal(body_of(&answer), cases[i].body);
		assert_non_null(strstr(answer.p, "Connection: close\r\n"));
	}
	buf_release(&answer);
}

static void
what_may_not_is_told_why_and_reaches_no_stage(void **state)
{
	static const struct {
		const char *request;
		int status;
	} cases[] = {
		{ "GET /nowhere HTTP/1.1\r\n" HOST "\r\n", 404 },
		{ "GET /open/ HTTP/1.1\r\n" HOST "\r\n", 404 },
		{ "GET /api/v1/incidents/ HTTP/1.1\r\n" HOST TOKEN "\r\n", 404 },
		{ "PUT /open HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 405 },
		{ "OPTIONS /open HTTP/1.1\r\n" HOST "\r\n", 405 },
		{ "POST /api/v1/documents HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 401 },
		{ "POST /api/v1/documents HTTP/1.1\r\n" HOST
		  "Authorization: Bearer sesam\r\nContent-Length: 0\r\n\r\n",
		  401 },
		{ "POST /api/v1/documents HTTP/1.1\r\n" HOST
		  "Authorization: Basic sesame\r\nContent-Length: 0\r\n\r\n",
		  401 },
		{ "GET /open HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421 },
		{ "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n", 421 },
		{ POST "Origin: http://evil.example\r\nContent-Length: 0\r\n\r\n", 403 },
		{ POST "Origin: null\r\nContent-Length: 0\r\n\r\n", 403 },
		{ POST "Sec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n\r\n", 403 },
		{ POST "Content-Length: 1048577\r\n\r\n", 413 },
		{ "GET /open HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 413 },
		{ "GET /open?a=1&a=2 HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET /open?a=%00 HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET /open?a=%ff HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "GET /open?a=%4 HTTP/1.1\r\n" HOST "\r\n", 400 },
	};
	struct server *s = *state;
	struct buf answer = BUF(1 << 20);

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		ask(s, str_of(cases[i].request), &answer);
		if (status_of(&answer) != cases[i].status)
			fail_msg("%s -> %s", cases[i].request, answer.p);
	}
	assert_int_equal(s->echo.commands, 0);
	buf_release(&answer);
}

/* ---- smuggling ------------------------------------------------------------------------------ */

static void
a_head_that_could_be_read_in_two_ways_is_refused(void **state)
{
	static const struct {
		struct str request;
		int status;
	} cases[] = {
#define CASE(status, text) { STR_INIT(text NEXT), status }
		CASE(400,
		     POST "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		CASE(400,
		     POST "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nX"),
		CASE(400, POST "Content-Length: 0\r\nContent-Length: 44\r\n\r\n"),
		CASE(400, POST "Content-Length: 0\r\nContent-Length: 0\r\n\r\n"),
		CASE(400, POST "Content-Length: 0, 0\r\n\r\n"),
		CASE(400, POST "Content-Length: +0\r\n\r\n"),
		CASE(400, POST "Content-Length: -1\r\n\r\n"),
		CASE(400, POST "Content-Length: 0x5\r\n\r\n"),
		CASE(400, POST "Content-Length: 5 5\r\n\r\n"),
		CASE(400, POST "Content-Length: \r\n\r\n"),
		CASE(400, POST "Content-Length: 99999999999999999999\r\n\r\n"),
		CASE(400, POST "Content-Length : 0\r\n\r\n"),
		CASE(400, POST " Content-Length: 0\r\n\r\n"),
		CASE(400, POST "Content-Length:\r\n 0\r\n\r\n"),
		CASE(400, POST "Content-Length: 0\nX: y\r\n\r\n"),
		CASE(400, POST "Content-Length: 0\rX: y\r\n\r\n"),
		CASE(400, POST "X: y\0z\r\nContent-Length: 0\r\n\r\n"),
		CASE(400, POST "X: y\vz\r\nContent-Length: 0\r\n\r\n"),
		CASE(501, POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
		CASE(501, POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
		CASE(501, POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
		CASE(501, POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
		CASE(400, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
			       "chunked\r\n\r\n0\r\n\r\n"),
		CASE(400, POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
		CASE(400, POST "Transfer-Encoding\r\n\r\n0\r\n\r\n"),
		CASE(400, POST "Transfer-Encoding:\vchunked\r\n\r\n0\r\n\r\n"),
		CASE(400, POST "X: y\r\n\tTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		CASE(400, "POST /api/v1/documents HTTP/1.0\r\n" HOST TOKEN
			  "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		CASE(400, POST "no colon here\r\nContent-Length: 0\r\n\r\n"),
		CASE(400, POST ": no name\r\nContent-Length: 0\r\n\r\n"),
		CASE(400, POST HOST "Content-Length: 0\r\n\r\n"),
		CASE(400, POST TOKEN "Content-Length: 0\r\n\r\n"),
		CASE(400, "GET /open HTTP/1.1\r\n\r\n"),
		CASE(400, "GET /open HTTP/1.1\r\nHost: a, b\r\n\r\n"),
		CASE(400, "GET /open HTTP/1.1\r\nHost: evil@127.0.0.1\r\n\r\n"),
		CASE(400, "GET http://127.0.0.1/open HTTP/1.1\r\n" HOST "\r\n"),
		CASE(400, "GET /open  HTTP/1.1\r\n" HOST "\r\n"),
		CASE(400, "GET\t/open\tHTTP/1.1\r\n" HOST "\r\n"),
		CASE(400, "GET /open\r\n" HOST "\r\n"),
		CASE(400, "\r\nGET /open HTTP/1.1\r\n" HOST "\r\n"),
		CASE(400, "GET /open HTTP/1.1\n" HOST "\n"),
		CASE(400, "G@T /open HTTP/1.1\r\n" HOST "\r\n"),
		CASE(400, "GET /op\xc3\xa9n HTTP/1.1\r\n" HOST "\r\n"),
		CASE(505, "GET /open HTTP/1.2\r\n" HOST " x: y\r\n\r\n"),
		CASE(505, "GET /open HTTP/2.0\r\n" HOST "\r\n"),
		CASE(400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
		CASE(417, POST "Expect: the-unexpected\r\nContent-Length: 0\r\n\r\n"),
#undef CASE
	};
	struct server *s = *state;
	struct buf answer = BUF(1 << 20);

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		ask(s, cases[i].request, &answer);
		if (status_of(&answer) != cases[i].status || count(answer.p, "HTTP/1.1 ") != 1)
			fail_msg("case %zu: %s -> %s", i, cases[i].request.p, answer.p);
	}
	assert_int_equal(s->echo.commands, 0);
	buf_release(&answer);
}

static void
what_follows_a_request_on_its_connection_is_never_a_request(void **state)
{
	static const char *const requests[] = {
		POST "Content-Length: 0\r\n\r\n" NEXT,
		POST "Content-Length: 3\r\n\r\nabc" NEXT,
		POST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" NEXT,
		POST "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 50\r\n\r\n" NEXT,
		POST "Transfer-Encoding: chunked\r\n\r\n3;x=" NEXT "\r\nabc\r\n0\r\n\r\n" NEXT,
		POST "Connection: keep-alive\r\nContent-Length: 0\r\n\r\n" NEXT NEXT,
		"GET /open HTTP/1.0\r\n" HOST "Connection: keep-alive\r\n\r\n" NEXT,
	};
	struct server *s = *state;
	struct buf answer = BUF(1 << 20);

	for (size_t i = 0; i < LY_COUNT(requests); i++) {
		int64_t before = s->echo.commands;

		ask(s, str_of(requests[i]), &answer);
		assert_true(count(answer.p, "HTTP/1.1 ") <= 1);
		assert_true(s->echo.commands - before <= 1);
	}
	buf_release(&answer);
}

static void
a_head_over_its_ceilings_is_refused(void **state)
{
	struct server *s = *state;
	struct buf request = BUF(1 << 20), answer = BUF(1 << 20);

	buf_add(&request, STR("GET /open HTTP/1.1\r\n" HOST));
	for (int i = 0; i < 100; i++)
		buf_addf(&request, "X-%d: y\r\n", i);
	buf_add(&request, STR("\r\n"));
	ask(s, buf_str(&request), &answer);
	assert_int_equal(status_of(&answer), 431);

	buf_clear(&request);
	buf_add(&request, STR("GET /open HTTP/1.1\r\n" HOST "X: "));
	while (request.n < 16384)
		buf_add_byte(&request, 'x');
	buf_add(&request, STR("\r\n\r\n"));
	ask(s, buf_str(&request), &answer);
	assert_int_equal(status_of(&answer), 431);

	buf_clear(&request);
	buf_add(&request, STR("GET /"));
	while (request.n < 8100)
		buf_add_byte(&request, 'x');
	buf_add(&request, STR(" HTTP/1.1\r\n" HOST "\r\n"));
	ask(s, buf_str(&request), &answer);
	assert_int_equal(status_of(&answer), 414);
	assert_int_equal(s->echo.commands, 0);
	buf_release(&request);
	buf_release(&answer);
}

static void
a_chunked_body_over_the_ceiling_is_refused(void **state)
{
	struct server *s = *state;
	struct buf request = BUF(4 << 20), answer = BUF(1 << 20);

	buf_add(&request, STR(POST "Transfer-Encoding: chunked\r\n\r\n120000\r\n"));
	for (int i = 0; i < 0x120000; i++)
		buf_add_byte(&request, 'x');
	buf_add(&request, STR("\r\n0\r\n\r\n"));
	ask(s, buf_str(&request), &answer);
	assert_int_equal(status_of(&answer), 413);
	assert_int_equal(s->echo.commands, 0);
	buf_release(&request);
	buf_release(&answer);
}

/* ---- slow and many -------------------------------------------------------------------------- */

static void
slow_heads_do_not_keep_others_out_and_end_by_themselves(void **state)
{
	struct server *s = *state;
	struct buf answer = BUF(1 << 20);
	int fds[90];
	int64_t from = clock_mono_ms();

	for (size_t i = 0; i < LY_COUNT(fds); i++) {
		fds[i] = dial(httpd_port(s->h));
		assert_int_equal(send(fds[i], "GET /open HT", 12, 0), 12);
	}
	ask(s, STR("GET /open HTTP/1.1\r\n" HOST "\r\n"), &answer);
	assert_int_equal(status_of(&answer), 418);
	assert_true(clock_mono_ms() - from < 5000);
	/* the second half of one comes late, but not too late */
	assert_true(send(fds[0], "TP/1.1\r\n" HOST "\r\n", 27, 0) > 0);
	hear(fds[0], &answer);
	assert_int_equal(status_of(&answer), 418);
	hear(fds[1], &answer);
	assert_int_equal(status_of(&answer), 408);
	assert_in_range(clock_mono_ms() - from, 9000, 15000);
	for (size_t i = 0; i < LY_COUNT(fds); i++)
		close(fds[i]);
	buf_release(&answer);
}

static void
an_address_gets_a_hundred_connections_and_then_no_more(void **state)
{
	struct server *s = *state;
	struct buf answer = BUF(1 << 20);
	int fds[101];

	for (size_t i = 0; i < LY_COUNT(fds); i++)
		fds[i] = dial(httpd_port(s->h));
	hear(fds[100], &answer); /* closed at once */
	assert_int_equal(answer.n, 0);
	for (size_t i = 0; i < LY_COUNT(fds); i++)
		close(fds[i]);
	/* and they come back: the next is let in as soon as the gate has seen one leave */
	for (int i = 0; i < 1000 && status_of(&answer) != 418; i++)
		ask(s, STR("GET /open HTTP/1.1\r\n" HOST "\r\n"), &answer);
	assert_int_equal(status_of(&answer), 418);
	buf_release(&answer);
}

static void
a_stage_that_does_not_answer_becomes_a_503(void **state)
{
	struct server *s = *state;
	struct buf answer = BUF(1 << 20);

	s->echo.silent = true;
	ask(s, STR("GET /open HTTP/1.1\r\n" HOST "\r\n"), &answer);
	assert_int_equal(status_of(&answer), 503);
	assert_string_equal(body_of(&answer), "no answer in time, try again\n");
	buf_release(&answer);
}

/* ---- many at once --------------------------------------------------------------------------- */

struct client {
	pthread_t thread;
	struct server *s;
	int wrong;
};

static void *
client_run(void *arg)
{
	struct client *c = arg;
	struct buf answer = BUF(1 << 20);

	for (int i = 0; i < 100; i++) {
		ask(c->s, STR(POST "Content-Length: 3\r\n\r\nabc"), &answer);
		c->wrong += status_of(&answer) != 200;
	}
	buf_release(&answer);
	return NULL;
}

static void
many_clients_at_once_get_each_their_answer(void **state)
{
	struct server *s = *state;
	struct client clients[8];

	for (size_t i = 0; i < LY_COUNT(clients); i++) {
		clients[i] = (struct client){ .s = s };
		pthread_create(&clients[i].thread, NULL, client_run, &clients[i]);
	}
	for (size_t i = 0; i < LY_COUNT(clients); i++) {
		pthread_join(clients[i].thread, NULL);
		assert_int_equal(clients[i].wrong, 0);
	}
	assert_int_equal(s->echo.commands, 800);
}

/* ---- a site --------------------------------------------------------------------------------- */

static void
site(void *arg, const struct site_request *q, struct site_answer *a)
{
	(void)arg;
	a->status = str_is(q->if_none_match, "\"7\"") ? 304 : 200;
	a->type = "text/plain";
	buf_add(&a->etag, STR("\"7\""));
	a->last_modified = 1795302941;
	if (a->status == 200)
		buf_addf(&a->body, "%.*s %.*s %.*s %.*s %.*s", STR_ARG(q->method),
			 STR_ARG(q->path), STR_ARG(q->query), STR_ARG(q->clock),
			 STR_ARG(q->body));
}

static void
a_site_answers_from_a_function(void **state)
{
	struct err e = { 0 };
	struct server s = { .h = site_open("127.0.0.1:0", site, NULL, &e) };
	struct buf answer = BUF(1 << 20);

	(void)state;
	assert_non_null(s.h);
	ask(&s,
	    STR("POST /rss?a=1&b HTTP/1.1\r\nHost: any.example\r\nLangyan-Clock: 42\r\n"
		"Connection: close\r\nContent-Length: 2\r\n\r\nhi"),
	    &answer);
	assert_int_equal(status_of(&answer), 200);
	assert_string_equal(body_of(&answer), "POST /rss a=1&b 42 hi");
	assert_non_null(strstr(answer.p, "ETag: \"7\"\r\n"));
	assert_non_null(strstr(answer.p, "Last-Modified: Sat, 21 Nov 2026 23:15:41 GMT\r\n"));
	ask(&s,
	    STR("GET /rss HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"7\"\r\nConnection: "
		"close\r\n\r\n"),
	    &answer);
	assert_int_equal(status_of(&answer), 304);
	httpd_close(s.h);
	buf_release(&answer);
}

/* Asks until it is told to stop; what it hears, if it hears anything, is a whole answer. */
struct caller {
	int port;
	_Atomic bool stop;
	_Atomic int heard, broken;
	pthread_t thread;
};

static void *
caller_main(void *arg)
{
	struct caller *c = arg;
	char bytes[4096];

	while (!c->stop) {
		struct sockaddr_in at = { .sin_family = AF_INET,
					  .sin_port = htons((uint16_t)c->port),
					  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		ssize_t n = 0;

		if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
		    send(fd, NEXT, sizeof NEXT - 1, MSG_NOSIGNAL) > 0)
			n = recv(fd, bytes, sizeof bytes - 1, 0);
		close(fd);
		if (n <= 0)
			continue;
		bytes[n] = '\0';
		c->heard++;
		if (strncmp(bytes, "HTTP/1.1 ", 9) != 0)
			c->broken++;
	}
	return NULL;
}

static void
who_calls_while_the_server_opens_is_answered(void **state)
{
	static const struct httpd_mount mount = { routes, "inproc://echo" };
	struct server *s = *state;
	struct caller c = { .port = httpd_port(s->h) };
	struct err e = { 0 };
	char listen[32];

	snprintf(listen, sizeof listen, "127.0.0.1:%d", c.port);
	assert_int_equal(pthread_create(&c.thread, NULL, caller_main, &c), 0);
	for (int i = 0; i < 20; i++) {
		struct httpd_conf conf = { .listen = str_of(listen), .timeout_ms = 300 };
		int heard = c.heard;

		httpd_close(s->h);
		s->h = httpd_open(s->bus, &conf, &mount, 1, metrics, health, NULL, &e);
		if (!s->h)
			fail_msg("%s", e.text);
		while (c.heard == heard)
			sched_yield();
	}
	c.stop = true;
	pthread_join(c.thread, NULL);
	assert_int_equal(c.broken, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_request_becomes_a_command_and_its_reply_the_answer),
		T(what_may_not_is_told_why_and_reaches_no_stage),
		T(a_head_that_could_be_read_in_two_ways_is_refused),
		T(what_follows_a_request_on_its_connection_is_never_a_request),
		T(a_head_over_its_ceilings_is_refused),
		T(a_chunked_body_over_the_ceiling_is_refused),
		T(slow_heads_do_not_keep_others_out_and_end_by_themselves),
		T(an_address_gets_a_hundred_connections_and_then_no_more),
		T(a_stage_that_does_not_answer_becomes_a_503),
		T(many_clients_at_once_get_each_their_answer),
		T(who_calls_while_the_server_opens_is_answered),
		cmocka_unit_test(a_site_answers_from_a_function),
	};

	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
