#include "core/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/http.h"
#include "core/str.h"

/* ---- a server that does what it should not ------------------------------------------------ */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GROWTH_KIB (128 << 10) /* freed memory stays in quarantine */
#endif
#endif
#ifndef GROWTH_KIB
#define GROWTH_KIB (64 << 10) /* of all bombs together */
#endif

static struct seen {
	_Atomic int connections, requests;
} * seen; /* shared with the server's processes */
static pid_t server;
static int port;
static char base[64], here[64];

static void
send_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0)
			_exit(0); /* the client has had enough */
		p += sent;
		n -= (size_t)sent;
	}
}

static void
say(int fd, const char *text)
{
	send_all(fd, text, strlen(text));
}

static void
say_body(int fd, const char *status, const char *headers, const char *body)
{
	char head[4096];

	snprintf(head, sizeof head, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", status,
		 headers, strlen(body));
	say(fd, head);
	say(fd, body);
}

/* A gzip member of zeros without end: one literal, then copies of 258 bytes in 13 bits each. */
static void
answer_bomb(int fd, const char *arg)
{
	static unsigned char out[65536];
	static const char copy[] = "1100010100000", first[] = "11000110000";
	const char *bits = first; /* last block, fixed codes, literal 0 */
	uint64_t bytes = 0;
	size_t at = 0;
	int bit = 0;

	(void)arg;
	say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n");
	send_all(fd, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
	/* BFINAL 1 and BTYPE 01 go least bit first: 1, 1, 0. */
	while (bytes < (uint64_t)1 << 30) {
		for (; *bits; bits++) {
			out[at] = (unsigned char)(out[at] | (*bits - '0') << bit);
			if (++bit == 8) {
				bit = 0;
				if (++at == sizeof out) {
					send_all(fd, (char *)out, sizeof out);
					memset(out, 0, sizeof out);
					at = 0;
				}
			}
		}
		bits = copy;
		bytes += 258;
	}
	send_all(fd, (char *)out, at);
	_exit(0);
}

static void
answer_endless(int fd, const char *arg)
{
	static char zeros[65536];

	(void)arg;
	say(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	for (;;)
		send_all(fd, zeros, sizeof zeros);
}

static void
answer_drip(int fd, const char *arg)
{
	struct pollfd p = { fd, POLLIN, 0 };

	(void)arg;
	say(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
	while (poll(&p, 1, 20) == 0)
		say(fd, ".");
	_exit(0);
}

static void
answer_headers(int fd, const char *arg)
{
	int64_t n = 0;

	(void)!str_int64(str_of(arg), &n);
	say(fd, "HTTP/1.1 200 OK\r\n");
	for (int64_t i = 0; i < n; i++)
		say(fd, "X-Filler: aaaaaaaaaaaaaaaaaaaa\r\n");
	say(fd, "Content-Length: 2\r\n\r\nok");
}

static void
answer_long_header(int fd, const char *arg)
{
	static char filler[65536];

	(void)arg;
	memset(filler, 'a', sizeof filler);
	say(fd, "HTTP/1.1 200 OK\r\nX-Filler: ");
	for (int i = 0; i < 64; i++)
		send_all(fd, filler, sizeof filler);
	say(fd, "\r\nContent-Length: 2\r\n\r\nok");
}

static void
answer_to(int fd, const char *arg)
{
	char head[600];

	snprintf(head, sizeof head,
		 "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", arg);
	say(fd, head);
}

static void
answer_forever(int fd, const char *arg)
{
	char head[600];

	snprintf(head, sizeof head,
		 "HTTP/1.1 %.3s Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", arg,
		 arg + 4);
	say(fd, head);
}

static void
answer_raw(int fd, const char *arg)
{
	static const struct {
		const char *name, *bytes;
	} raw[] = {
		{ "short", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789" },
		{ "nothing", "" },
		{ "half", "HTTP/1.1 200 OK\r\nContent-Le" },
		{ "ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n" },
		{ "negative", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello" },
		{ "chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello" },
		{ "cutchunk",
		  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n" },
		{ "badgzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
			     "5\r\n\r\nhello" },
		{ "large", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nhello" },
	};

	for (size_t i = 0; i < LY_COUNT(raw); i++)
		if (strcmp(arg, raw[i].name) == 0)
			say(fd, raw[i].bytes);
	_exit(0);
}

static void
answer_fields(int fd, const char *arg)
{
	(void)arg;
	say_body(fd, "200 OK",
		 "Content-Type: text/html; charset=gbk\r\nETag:  W/\"a b\" \r\nEtag: second\r\n"
		 "LAST-MODIFIED: Sat, 21 Nov 2026 23:15:41 GMT\r\nLink: <a>; rel=hub\r\nLink: "
		 "<b>; rel=self\r\n"
		 "Cache-Control: no-cache\r\nCache-Control: max-age=60\r\nRetry-After: "
		 "120\r\nExpires: 0\r\n",
		 "ok");
}

static void
answer_ok(int fd, const char *arg)
{
	(void)arg;
	say_body(fd, "200 OK", "", "ok");
}

static const struct answer {
	const char *path;
	void (*with)(int fd, const char *arg);
} answers[] = {
	{ "/ok", answer_ok },
	{ "/bomb", answer_bomb },
	{ "/endless", answer_endless },
	{ "/drip", answer_drip },
	{ "/headers?", answer_headers },
	{ "/long-header", answer_long_header },
	{ "/to?", answer_to },
	{ "/moved?", answer_forever },
	{ "/raw?", answer_raw },
	{ "/fields", answer_fields },
};

/* Requests of one connection, one after the other; /echo gives the request back. */
static void
serve(int fd)
{
	static char in[1 << 20];
	size_t n = 0;

	for (;;) {
		ssize_t got = recv(fd, in + n, sizeof in - 1 - n, 0);
		char *end, *length, path[600] = "";
		long body = 0;

		if (got <= 0)
			_exit(0);
		in[n += (size_t)got] = '\0';
		end = strstr(in, "\r\n\r\n");
		if (!end)
			continue;
		length = strstr(in, "Content-Length: ");
		if (length)
			body = strtol(length + 16, NULL, 10);
		if ((size_t)(end + 4 - in) + (size_t)body > n)
			continue;
		seen->requests++;
		sscanf(in, "%*s %599s", path);
		if (strncmp(path, "http://", 7) == 0 && strchr(path + 7, '/')) /* to a proxy */
			memmove(path, strchr(path + 7, '/'), strlen(strchr(path + 7, '/')) + 1);
		if (strcmp(path, "/echo") == 0)
			say_body(fd, "200 OK", "", in);
		for (size_t i = 0; i < LY_COUNT(answers); i++)
			if (strncmp(path, answers[i].path, strlen(answers[i].path)) == 0)
				answers[i].with(fd, path + strlen(answers[i].path));
		n = 0;
	}
}

static int
listen_here(int *at)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 128), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	*at = ntohs(a.sin_port);
	return fd;
}

static int
start_server(void **state)
{
	int fd = listen_here(&port);

	(void)state;
	seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		    0);
	assert_true(seen != MAP_FAILED);
	snprintf(base, sizeof base, "http://127.0.0.1:%d", port);
	snprintf(here, sizeof here, "127.0.0.1:%d", port);
	server = fork();
	if (server == 0) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG,
		      SIGKILL); /* a test that is killed leaves nothing behind */
		signal(SIGCHLD, SIG_IGN);
		for (;;) {
			int client = accept(fd, NULL, NULL);

			if (client < 0)
				continue;
			seen->connections++;
			if (fork() == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				close(fd);
				serve(client);
			}
			close(client);
		}
	}
	setpgid(server, server);
	close(fd);
	return 0;
}

static int
stop_server(void **state)
{
	(void)state;
	kill(-server, SIGKILL);
	waitpid(server, NULL, 0);
	munmap(seen, sizeof *seen);
	return 0;
}

/* ---- a client ----------------------------------------------------------------------------- */

static struct http *client;
static struct arena *arena;

static int
setup(void **state)
{
	struct http_conf c = { .agent = STR("langyan-test/1"),
			       .max_transfers = 8,
			       .per_host = 8 };
	struct err e = { 0 };

	(void)state;
	client = http_new(&c, &e);
	arena = arena_new();
	return client ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	http_free(client);
	arena_free(arena);
	return 0;
}

static const char *
at(const char *path)
{
	return arena_textf(arena, "%s%s", base, path);
}

static struct http_response
get(const char *url, const char *allow, struct http_request more)
{
	struct str row = str_of(allow);
	struct conf_texts list = { &row, 1 };
	struct http_response r = { 0 };
	struct err e = { 0 };

	if (!more.method.n)
		more.method = STR("GET");
	more.url = str_of(url);
	more.allow_private = allow ? &list : NULL;
	if (!more.timeout_ms)
		more.timeout_ms = 10000;
	if (http_once(client, &more, arena, &r, &e) < 0)
		fail_msg("%s: %s", url, e.text);
	return r;
}
#define PLAIN ((struct http_request){ 0 })

static void
ends_as(struct http_response r, enum http_end want)
{
	if (r.end != want)
		fail_msg("%.*s ended as \"%s\" (%s), not \"%s\"", STR_ARG(r.url),
			 http_end_words[r.end], r.detail, http_end_words[want]);
}

/* ---- promises ----------------------------------------------------------------------------- */

static void
an_answer_comes_whole_with_its_headers(void **state)
{
	int64_t before = clock_mono_us();
	struct http_response r = get(at("/fields"), here, PLAIN);

	(void)state;
	ends_as(r, HTTP_OK);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body.p, "ok");
	assert_string_equal(r.type.p, "text/html; charset=gbk");
	assert_string_equal(r.etag.p, "W/\"a b\"");
	assert_string_equal(r.last_modified.p, "Sat, 21 Nov 2026 23:15:41 GMT");
	assert_string_equal(r.link.p, "<a>; rel=hub, <b>; rel=self");
	assert_string_equal(r.cache_control.p, "no-cache, max-age=60");
	assert_string_equal(r.retry_after.p, "120");
	assert_string_equal(r.expires.p, "0");
	assert_string_equal(r.location.p, "");
	assert_string_equal(r.url.p, at("/fields"));
	assert_string_equal(r.detail, "");
	assert_false(r.moved_for_good);
	assert_true(r.first_byte_sent_us >= before && r.first_byte_sent_us <= clock_mono_us());
	assert_true(r.us > 0);
}

static void
a_request_leaves_as_it_was_given(void **state)
{
	const struct http_header headers[] = { { STR_INIT("X-Name"), STR_INIT("山脆 (1)") },
					       { STR_INIT("X-Empty"), STR_INIT("") } };
	struct http_response r;
	const char *p;

	(void)state;
	r = get(at("/echo"), here,
		(struct http_request){ .method = STR("POST"),
				       .body = STR("{\"a\":\"b\"}"),
				       .headers = headers,
				       .n_headers = 2 });
	ends_as(r, HTTP_OK);
	p = r.body.p;
	assert_non_null(strstr(p, "POST /echo HTTP/1.1\r\n"));
	assert_non_null(strstr(p, "\r\nUser-Agent: langyan-test/1\r\n"));
	assert_non_null(strstr(p, "\r\nX-Name: 山脆 (1)\r\n"));
	assert_non_null(strstr(p, "\r\nX-Empty:\r\n"));
	assert_non_null(strstr(p, "\r\nAccept-Encoding: gzip, deflate"));
	assert_non_null(strstr(p, "\r\n\r\n{\"a\":\"b\"}"));
	assert_null(strstr(p, "Expect:"));
	assert_null(strstr(p, "Content-Type:"));
	r = get(at("/echo"), here,
		(struct http_request){ .method = STR("PUT"), .body = STR("x") });
	assert_non_null(strstr(r.body.p, "PUT /echo HTTP/1.1\r\n"));
	r = get(at("/echo"), here, (struct http_request){ .method = STR("DELETE") });
	assert_non_null(strstr(r.body.p, "DELETE /echo HTTP/1.1\r\n"));
	r = get(at("/echo"), here, (struct http_request){ .method = STR("POST") });
	assert_non_null(strstr(r.body.p, "\r\nContent-Length: 0\r\n"));
}

static void
a_bad_request_is_refused_before_it_starts(void **state)
{
	static const struct {
		const char *method, *url, *name, *value;
		enum err_kind kind;
		const char *says;
	} cases[] = {
		{ "GET", "ftp://127.0.0.1/", "X", "", ERR_USAGE, "is not a web address" },
		{ "GET", "file:///etc/passwd", "X", "", ERR_USAGE, "is not a web address" },
		{ "GE T", "http://127.0.0.1/", "X", "", ERR_USAGE,
		  "\"GE T\" is no HTTP method" },
		{ "", "http://127.0.0.1/", "X", "", ERR_USAGE, "\"\" is no HTTP method" },
		{ "GET", "http://127.0.0.1/", "X", "a\r\nBcc: b", ERR_REJECT,
		  "header \"X\" holds a control byte" },
		{ "GET", "http://127.0.0.1/", "X", "a\x7f", ERR_REJECT,
		  "header \"X\" holds a control byte" },
		{ "GET", "http://127.0.0.1/", "X:", "a", ERR_REJECT,
		  "header \"X:\" has no proper name" },
		{ "GET", "http://127.0.0.1/", "X\r\nY", "a", ERR_REJECT, "has no proper name" },
		{ "GET", "http://127.0.0.1/", "", "a", ERR_REJECT, "has no proper name" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct http_header header = { str_of(cases[i].name), str_of(cases[i].value) };
		struct http_request r = { .method = str_of(cases[i].method),
					  .url = str_of(cases[i].url),
					  .headers = &header,
					  .n_headers = 1 };
		struct err e = { 0 };

		assert_int_equal(http_start(client, &r, &e), -1);
		assert_int_equal(e.kind, cases[i].kind);
		if (!strstr(e.text, cases[i].says))
			fail_msg("\"%s\" lacks \"%s\"", e.text, cases[i].says);
	}
	assert_int_equal(http_running(client), 0);
}

static void
bombs_are_stopped_at_their_ceiling(void **state)
{
	struct rusage before, after;
	int64_t began = clock_cpu_us();

	(void)state;
	getrusage(RUSAGE_SELF, &before);
	ends_as(get(at("/bomb"), here, PLAIN), HTTP_TOO_LARGE);
	ends_as(get(at("/endless"), here, PLAIN), HTTP_TOO_LARGE);
	ends_as(get(at("/headers?200000"), here, PLAIN), HTTP_TOO_LARGE);
	ends_as(get(at("/headers?600"), here, PLAIN), HTTP_TOO_LARGE);
	ends_as(get(at("/long-header"), here, PLAIN), HTTP_TOO_LARGE);
	ends_as(get(at("/raw?large"), here, PLAIN), HTTP_TOO_LARGE);
	ends_as(get(at("/ok"), here, (struct http_request){ .max_bytes = 1 }), HTTP_TOO_LARGE);
	ends_as(get(at("/ok"), here, (struct http_request){ .max_bytes = 2 }), HTTP_OK);
	ends_as(get(at("/headers?400"), here, PLAIN), HTTP_OK);
	getrusage(RUSAGE_SELF, &after);
	print_message("memory grew by %ld KB, %lld ms CPU\n",
		      after.ru_maxrss - before.ru_maxrss,
		      (long long)(clock_cpu_us() - began) / 1000);
	assert_in_range(after.ru_maxrss - before.ru_maxrss, 0, GROWTH_KIB);
}

static void
a_slow_answer_is_cut_by_its_time(void **state)
{
	struct http_response r =
		get(at("/drip"), here, (struct http_request){ .timeout_ms = 150 });

	(void)state;
	ends_as(r, HTTP_SLOW);
	assert_in_range(r.us, 100000, 5000000);
}

static void
a_broken_answer_is_called_what_it_is(void **state)
{
	static const struct {
		const char *path;
		enum http_end end;
	} cases[] = {
		{ "/raw?short", HTTP_CUT },         { "/raw?nothing", HTTP_CUT },
		{ "/raw?half", HTTP_CUT },          { "/raw?ssh", HTTP_PROTOCOL },
		{ "/raw?negative", HTTP_PROTOCOL }, { "/raw?chunk", HTTP_CUT },
		{ "/raw?cutchunk", HTTP_CUT },      { "/raw?badgzip", HTTP_PROTOCOL },
		{ "/to?/to?/ok", HTTP_OK },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct http_response r = get(at(cases[i].path), here, PLAIN);

		ends_as(r, cases[i].end);
		if (r.end != HTTP_OK)
			assert_true(r.detail[0]);
	}
	ends_as(get("http://127.0.0.1:1/", "127.0.0.1:1", PLAIN), HTTP_NO_CONNECT);
	ends_as(get("http://no-such-name.invalid/", NULL, PLAIN), HTTP_NO_NAME);
}

static void
redirects_are_followed_counted_and_judged(void **state)
{
	struct http_response r;

	(void)state;
	r = get(at("/moved?301=/moved?308=/ok"), here, PLAIN);
	ends_as(r, HTTP_OK);
	assert_true(r.moved_for_good);
	assert_string_equal(r.url.p, at("/ok"));
	r = get(at("/moved?301=/to?/ok"), here, PLAIN);
	ends_as(r, HTTP_OK);
	assert_false(r.moved_for_good);
	r = get(at("/to?/moved?301=/ok"), here, PLAIN);
	assert_false(r.moved_for_good);
	ends_as(get(at("/to?/to?/to?/ok"), here, (struct http_request){ .max_redirects = 3 }),
		HTTP_OK);
	ends_as(get(at("/to?/to?/to?/to?/ok"), here,
		    (struct http_request){ .max_redirects = 3 }),
		HTTP_REDIRECTS);
	r = get(at("/to?/ok"), here, (struct http_request){ .max_redirects = -1 });
	ends_as(r, HTTP_OK);
	assert_int_equal(r.status, 302);
	assert_string_equal(r.location.p, "/ok");
	assert_false(r.moved_for_good);
}

/* Host, scheme or port: each makes another origin; leading back does not give them back. */
static void
secrets_do_not_follow_a_redirect_to_another_origin(void **state)
{
	static const struct http_header plain[] = { { STR_INIT("X-Plain"), STR_INIT("p") } };
	static const struct http_header secrets[] = {
		{ STR_INIT("X-Api-Key"), STR_INIT("hidden-1") },
		{ STR_INIT("Authorization"), STR_INIT("Bearer hidden-2") },
		{ STR_INIT("Cookie"), STR_INIT("a=hidden-3") },
	};
	static const struct {
		const char *path; /* %d: the port */
		bool kept;
	} cases[] = {
		{ "/echo", true },
		{ "/to?/echo", true },
		{ "/moved?301=/to?/echo", true },
		{ "/to?http://localhost:%d/echo", false },
		{ "/moved?308=http://localhost:%d/echo", false },
		{ "/to?http://localhost:%d/to?/echo", false },
		{ "/to?http://localhost:%d/to?http://127.0.0.1:%d/echo", false },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct http_response r =
			get(arena_textf(arena, "%s%s", base,
					arena_textf(arena, cases[i].path, port, port)),
			    here,
			    (struct http_request){ .headers = plain,
						   .n_headers = 1,
						   .secrets = secrets,
						   .n_secrets = LY_COUNT(secrets) });
		bool kept = strstr(r.body.p, "hidden-1") && strstr(r.body.p, "hidden-2") &&
			    strstr(r.body.p, "hidden-3");

		ends_as(r, HTTP_OK);
		assert_non_null(strstr(r.body.p, "X-Plain: p"));
		if (kept != cases[i].kept || (!kept && strstr(r.body.p, "hidden")))
			fail_msg("%s: %s", cases[i].path, r.body.p);
	}
}

/* ---- the guard ---------------------------------------------------------------------------- */

static void
every_special_block_is_private_to_its_edges(void **state)
{
	static const struct {
		const char *address;
		bool is_private;
	} cases[] = {
		{ "0.0.0.0", true },
		{ "0.255.255.255", true },
		{ "1.0.0.0", false },
		{ "9.255.255.255", false },
		{ "10.0.0.0", true },
		{ "10.255.255.255", true },
		{ "11.0.0.0", false },
		{ "100.63.255.255", false },
		{ "100.64.0.0", true },
		{ "100.127.255.255", true },
		{ "100.128.0.0", false },
		{ "126.255.255.255", false },
		{ "127.0.0.0", true },
		{ "127.255.255.255", true },
		{ "128.0.0.0", false },
		{ "169.253.255.255", false },
		{ "169.254.0.0", true },
		{ "169.254.169.254", true },
		{ "169.254.255.255", true },
		{ "169.255.0.0", false },
		{ "172.15.255.255", false },
		{ "172.16.0.0", true },
		{ "172.31.255.255", true },
		{ "172.32.0.0", false },
		{ "191.255.255.255", false },
		{ "192.0.0.0", true },
		{ "192.0.0.255", true },
		{ "192.0.1.0", false },
		{ "192.0.2.0", true },
		{ "192.0.2.255", true },
		{ "192.0.3.0", false },
		{ "192.31.195.255", false },
		{ "192.31.196.0", true },
		{ "192.31.196.255", true },
		{ "192.31.197.0", false },
		{ "192.52.192.255", false },
		{ "192.52.193.0", true },
		{ "192.52.193.255", true },
		{ "192.52.194.0", false },
		{ "192.88.98.255", false },
		{ "192.88.99.0", true },
		{ "192.88.99.255", true },
		{ "192.88.100.0", false },
		{ "192.167.255.255", false },
		{ "192.168.0.0", true },
		{ "192.168.255.255", true },
		{ "192.169.0.0", false },
		{ "192.175.47.255", false },
		{ "192.175.48.0", true },
		{ "192.175.48.255", true },
		{ "192.175.49.0", false },
		{ "198.17.255.255", false },
		{ "198.18.0.0", true },
		{ "198.19.255.255", true },
		{ "198.20.0.0", false },
		{ "198.51.99.255", false },
		{ "198.51.100.0", true },
		{ "198.51.100.255", true },
		{ "198.51.101.0", false },
		{ "203.0.112.255", false },
		{ "203.0.113.0", true },
		{ "203.0.113.255", true },
		{ "203.0.114.0", false },
		{ "223.255.255.255", false },
		{ "224.0.0.0", true },
		{ "239.255.255.255", true },
		{ "240.0.0.0", true },
		{ "255.255.255.255", true },
		{ "::", true },
		{ "::1", true },
		{ "::7f00:1", true },
		{ "::ffff:127.0.0.1", true },
		{ "::ffff:10.1.2.3", true },
		{ "::ffff:8.8.8.8", false },
		{ "::ffff:0:8.8.8.8", true },
		{ "64:ff9b::127.0.0.1", true },
		{ "64:ff9b::169.254.169.254", true },
		{ "64:ff9b::8.8.8.8", false },
		{ "64:ff9b:1::8.8.8.8", true },
		{ "100::", true },
		{ "100::ffff:ffff:ffff:ffff", true },
		{ "100:0:0:1::1", true },
		{ "1fff:ffff::", true },
		{ "2001::1", true },
		{ "2001:1ff:ffff::", true },
		{ "2001:200::", false },
		{ "2001:4860:4860::8888", false },
		{ "2001:db7:ffff::", false },
		{ "2001:db8::", true },
		{ "2001:db8:ffff:ffff::", true },
		{ "2001:db9::", false },
		{ "2001:ffff::", false },
		{ "2002::", true },
		{ "2002:7f00:1::", true },
		{ "2002:ffff::", true },
		{ "2003::", false },
		{ "240e::1", false },
		{ "2606:4700::1111", false },
		{ "2620:4f:7fff::", false },
		{ "2620:4f:8000::1", true },
		{ "2620:4f:8001::", false },
		{ "3ffe:ffff::", false },
		{ "3fff::", true },
		{ "3fff:fff::", true },
		{ "3fff:1000::", false },
		{ "4000::", true },
		{ "5f00::1", true },
		{ "8000::", true },
		{ "fbff::", true },
		{ "fc00::", true },
		{ "fdff:ffff::", true },
		{ "fe00::", true },
		{ "fe80::1", true },
		{ "febf::", true },
		{ "fec0::1", true },
		{ "ff02::1", true },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		bool six = strchr(cases[i].address, ':') != NULL;
		uint8_t bytes[16];

		assert_int_equal(inet_pton(six ? AF_INET6 : AF_INET, cases[i].address, bytes),
				 1);
		if (http_address_private(bytes, six ? 16 : 4) != cases[i].is_private)
			fail_msg("%s is wrongly called %s", cases[i].address,
				 cases[i].is_private ? "public" : "private");
	}
	assert_true(http_address_private((const uint8_t *)"abc", 3));
}

/* Every spelling, direct and behind a redirect from a host that is allowed. */
static void
no_spelling_of_a_private_address_gets_through(void **state)
{
	static const char *const hosts[] = {
		"127.0.0.1",  "localhost",  "LOCALHOST",          "foo.localhost",   "[::1]",
		"0x7f000001", "2130706433", "017700000001",       "127.1",           "127.0.1",
		"0",          "0.0.0.0",    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]",
		"127.0.0.1.", "0x7f.0.0.1", "%31%32%37.0.0.1",
	};
	static const char *const others[] = {
		"http://169.254.169.254/latest/meta-data/",
		"http://10.0.0.1/",
		"http://192.168.1.1/",
		"http://172.16.0.1/",
		"http://100.64.0.1/",
		"http://[fe80::1]/",
		"http://[fc00::1]/",
		"http://[64:ff9b::7f00:1]/",
		"http://[2002:7f00:1::]/",
		"http://198.18.0.1/",
		"http://[::127.0.0.1]/",
	};
	int connections;

	(void)state;
	/* The positive control: the very server that nobody below may reach answers when allowed. */
	connections = seen->connections;
	ends_as(get(at("/ok"), here, PLAIN), HTTP_OK);
	assert_int_equal(seen->connections, connections + 1);
	connections = seen->connections;
	for (size_t i = 0; i < LY_COUNT(hosts); i++) {
		struct http_response r =
			get(arena_textf(arena, "http://%s:%d/ok", hosts[i], port), NULL, PLAIN);

		/* A name that this machine does not resolve is no way in either. */
		if (r.end != HTTP_NO_NAME)
			ends_as(r, HTTP_BLOCKED);
	}
	for (size_t i = 0; i < LY_COUNT(others); i++)
		ends_as(get(others[i], NULL, PLAIN), HTTP_BLOCKED);
	assert_int_equal(seen->connections, connections);

	/* From an allowed server to another port of the same machine, and elsewhere. */
	for (size_t i = 0; i < LY_COUNT(hosts); i++) {
		struct http_response r =
			get(arena_textf(arena, "%s/to?http://%s:%d/", base, hosts[i], port ^ 1),
			    here, PLAIN);

		if (r.end != HTTP_NO_NAME && r.end != HTTP_PROTOCOL)
			ends_as(r, HTTP_BLOCKED);
	}
	for (size_t i = 0; i < LY_COUNT(others); i++)
		ends_as(get(arena_textf(arena, "%s/to?%s", base, others[i]), here, PLAIN),
			HTTP_BLOCKED);
}

static void
a_block_says_which_address_and_why(void **state)
{
	struct http_response r = get("http://2852039166/", NULL, PLAIN);

	(void)state;
	ends_as(r, HTTP_BLOCKED);
	assert_string_equal(r.detail, "169.254.169.254 is not allowed (link-local)");
	assert_int_equal(r.status, 0);
}

static void
an_allow_list_is_exact(void **state)
{
	static const char *const no[] = { "127.0.0.1", "127.0.0.1:1", "localhost:80",
					  "0.0.0.0",   "127.0.0.1:*", "" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(no); i++)
		ends_as(get(at("/ok"), no[i], PLAIN), HTTP_BLOCKED);
	ends_as(get(at("/ok"), arena_textf(arena, "127.0.0.1:%d0", port), PLAIN), HTTP_BLOCKED);
	ends_as(get(at("/ok"), here, PLAIN), HTTP_OK);
	ends_as(get(at("/ok"), "*", PLAIN), HTTP_OK);
	ends_as(get(arena_textf(arena, "http://localhost:%d/ok", port), here, PLAIN), HTTP_OK);
}

/* The connection that a trusted source left open is no way in for another one. */
static void
a_pooled_connection_is_guarded_too(void **state)
{
	int connections, requests;

	(void)state;
	ends_as(get(at("/ok"), here, PLAIN), HTTP_OK);
	connections = seen->connections;
	ends_as(get(at("/ok"), here, PLAIN), HTTP_OK);
	assert_int_equal(seen->connections, connections); /* it is pooled indeed */
	requests = seen->requests;
	ends_as(get(at("/ok"), NULL, PLAIN), HTTP_BLOCKED);
	assert_int_equal(seen->requests, requests);
}

static void
other_schemes_are_refused_behind_a_redirect(void **state)
{
	static const char *const urls[] = { "file:///etc/passwd", "gopher://127.0.0.1:1/x",
					    "ftp://127.0.0.1/",   "dict://127.0.0.1:1/",
					    "smtp://127.0.0.1/",  "javascript:1" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(urls); i++) {
		struct http_response r =
			get(arena_textf(arena, "%s/to?%s", base, urls[i]), here, PLAIN);

		if (strcmp(urls[i], "javascript:1") != 0)
			ends_as(r, HTTP_PROTOCOL);
		else /* for curl a relative path; nothing of it leaves this server */
			assert_true(r.end == HTTP_PROTOCOL || str_starts(r.url, str_of(base)));
		assert_null(strstr(r.body.p, "root:"));
	}
}

static void
a_proxy_comes_from_the_configuration_only(void **state)
{
	struct http_conf c = { .agent = STR("t"), .proxy = str_of(base) };
	struct err e = { 0 };
	struct http_response r;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	setenv("NO_PROXY", "*", 1);
	ends_as(get(at("/ok"), here, PLAIN), HTTP_OK);
	http_free(client);
	client = http_new(&c, &e);
	assert_non_null(client);
	r = get("http://example.test/ok", NULL, PLAIN);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	unsetenv("NO_PROXY");
	ends_as(r, HTTP_OK); /* no such name, but the proxy was asked */
	assert_int_equal(r.status, 200);
}

/* ---- many at once ------------------------------------------------------------------------- */

struct chain {
	int left, ended, ok, stopped;
	struct str url;
	struct conf_texts allow;
};

static void start_next(struct chain *c);

static void
count_end(void *arg, const struct http_response *r)
{
	struct chain *c = arg;

	c->ended++;
	c->ok += r->end == HTTP_OK && r->status == 200;
	c->stopped += r->end == HTTP_STOPPED;
	if (c->left > 0)
		start_next(c);
}

static void
start_next(struct chain *c)
{
	struct http_request r = { .method = STR("GET"),
				  .url = c->url,
				  .allow_private = &c->allow,
				  .done = count_end,
				  .arg = c };
	struct err e = { 0 };

	c->left--;
	if (http_start(client, &r, &e) < 0)
		assert_string_equal(e.text, "no new transfers: stopping");
}

static void
drive(int64_t limit_ms)
{
	int64_t until = clock_mono_ms() + limit_ms;

	while (http_running(client) && clock_mono_ms() < until) {
		struct pollfd p = { http_fd(client), POLLIN, 0 };

		poll(&p, 1, 100);
		http_turn(client);
	}
}

static void
transfers_run_side_by_side_and_start_new_ones(void **state)
{
	struct str row = str_of(here);
	struct chain c = { .left = 200, .url = str_of(at("/ok")), .allow = { &row, 1 } };
	struct http_request r = { .method = STR("GET"), .url = c.url };
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < 8; i++)
		start_next(&c);
	assert_int_equal(http_running(client), 8);
	assert_int_equal(http_start(client, &r, &e), -1);
	assert_int_equal(e.kind, ERR_RETRY);
	assert_string_equal(e.text, "all 8 transfers are busy");
	drive(20000);
	assert_int_equal(c.ended, 200);
	assert_int_equal(c.ok, 200);
	assert_int_equal(http_running(client), 0);
}

static void
what_runs_when_we_stop_is_told_so(void **state)
{
	struct str row = str_of(here);
	struct chain c = { .left = 5, .url = str_of(at("/drip")), .allow = { &row, 1 } };

	(void)state;
	for (int i = 0; i < 3; i++)
		start_next(&c);
	http_turn(client);
	http_free(client);
	client = NULL;
	assert_int_equal(c.ended, 3);
	assert_int_equal(c.stopped, 3);
}

#define WITH_CLIENT(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CLIENT(an_answer_comes_whole_with_its_headers),
		WITH_CLIENT(a_request_leaves_as_it_was_given),
		WITH_CLIENT(a_bad_request_is_refused_before_it_starts),
		WITH_CLIENT(bombs_are_stopped_at_their_ceiling),
		WITH_CLIENT(a_slow_answer_is_cut_by_its_time),
		WITH_CLIENT(a_broken_answer_is_called_what_it_is),
		WITH_CLIENT(redirects_are_followed_counted_and_judged),
		WITH_CLIENT(secrets_do_not_follow_a_redirect_to_another_origin),
		cmocka_unit_test(every_special_block_is_private_to_its_edges),
		WITH_CLIENT(no_spelling_of_a_private_address_gets_through),
		WITH_CLIENT(a_block_says_which_address_and_why),
		WITH_CLIENT(an_allow_list_is_exact),
		WITH_CLIENT(a_pooled_connection_is_guarded_too),
		WITH_CLIENT(other_schemes_are_refused_behind_a_redirect),
		WITH_CLIENT(a_proxy_comes_from_the_configuration_only),
		WITH_CLIENT(transfers_run_side_by_side_and_start_new_ones),
		WITH_CLIENT(what_runs_when_we_stop_is_told_so),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
