/* rogue_site.c - see rogue_site.h. */
#include "core/base.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"

#include "tests/support/rogue_site.h"

/* ---- a server that does what it should not ------------------------------------------------ */

struct rogue rogue;
static pid_t server;

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
		rogue.seen->requests++;
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

int
rogue_start(void **state)
{
	int fd = listen_here(&rogue.port);

	(void)state;
	rogue.seen = mmap(NULL, sizeof *rogue.seen, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(rogue.seen != MAP_FAILED);
	snprintf(rogue.base, sizeof rogue.base, "http://127.0.0.1:%d", rogue.port);
	snprintf(rogue.here, sizeof rogue.here, "127.0.0.1:%d", rogue.port);
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
			rogue.seen->connections++;
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

int
rogue_stop(void **state)
{
	(void)state;
	kill(-server, SIGKILL);
	waitpid(server, NULL, 0);
	munmap(rogue.seen, sizeof *rogue.seen);
	return 0;
}

/* ---- a client ----------------------------------------------------------------------------- */

int
rogue_setup(void **state)
{
	struct http_conf c = { .agent = STR("langyan-test/1"),
			       .max_transfers = 8,
			       .per_host = 8 };
	struct err e = { 0 };

	(void)state;
	rogue.client = http_new(&c, &e);
	rogue.arena = arena_new();
	return rogue.client ? 0 : -1;
}

int
rogue_teardown(void **state)
{
	(void)state;
	http_free(rogue.client);
	arena_free(rogue.arena);
	return 0;
}

const char *
rogue_at(const char *path)
{
	return arena_textf(rogue.arena, "%s%s", rogue.base, path);
}

struct http_response
rogue_get(const char *url, const char *allow, struct http_request more)
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
	if (http_once(rogue.client, &more, rogue.arena, &r, &e) < 0)
		fail_msg("%s: %s", url, e.text);
	return r;
}
void
rogue_ends_as(struct http_response r, enum http_end want)
{
	if (r.end != want)
		fail_msg("%.*s ended as \"%s\" (%s), not \"%s\"", STR_ARG(r.url),
			 http_end_words[r.end], r.detail, http_end_words[want]);
}
