/*
 * Nothing that is not the public internet is reached, whatever way leads there.
 *
 * libcurl's own calls are answered here: getaddrinfo() from a script, connect() by a connection to
 * one of two listeners on loopback ("public" for addresses of the public internet, "honey" for all
 * others), getpeername() with the address that was asked for, time() with a clock that can be
 * moved on (curl remembers a name for a minute). So whatever connection the guard would let pass
 * arrives at the honey listener, and is counted there, by the address it was meant for.
 */
#include "core/base.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/http.h"
#include "core/str.h"
#include "crawler/robots_gate.h"

#define FDS   4096
#define HONEY 0
#define OPEN  1
#define DEAD  "93.184.216.35" /* nobody listens there */

static struct listener {
	int fd, port;
	pthread_t thread;
	_Atomic int connections;
} listeners[2];
static _Atomic int64_t time_shift;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char redirect_to[512]; /* what the public site's /to says */
static struct sockaddr_storage meant[FDS];

/* The script of getaddrinfo: at each lookup of the name the next of these, the last for ever. */
static struct script {
	char name[64];
	struct in6_addr answers[4]; /* v4 as mapped */
	int n_answers, at_once;     /* at_once: all of them in one lookup */
	_Atomic int lookups;
} script;

/* ---- what libcurl calls ------------------------------------------------------------------- */

static bool
is_at(const struct sockaddr *to, const char *tail)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (to->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)to)->sin_addr,
			  text, sizeof text);
	else
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)to)->sin6_addr,
			  text, sizeof text);
	return str_ends(str_of(text), str_of(tail));
}

static bool
is_open(const struct sockaddr *to)
{
	return is_at(to, "93.184.216.34") || is_at(to, "2606:4700::1111");
}

int honey_connect(int fd, const struct sockaddr *to, socklen_t n) __asm__("connect");
int
honey_connect(int fd, const struct sockaddr *to, socklen_t n)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	if (to->sa_family != AF_INET && to->sa_family != AF_INET6)
		return (int)syscall(SYS_connect, fd, to, n);
	assert(fd < FDS);
	if (is_at(to, DEAD)) {
		errno = ECONNREFUSED;
		return -1;
	}
	memcpy(&meant[fd], to, n);
	in.sin_port = htons((uint16_t)listeners[is_open(to) ? OPEN : HONEY].port);
	if (to->sa_family == AF_INET6) {
		int four = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		dup3(four, fd, O_CLOEXEC);
		close(four);
	}
	return (int)syscall(SYS_connect, fd, &in, sizeof in);
}

int honey_peer(int fd, struct sockaddr *at, socklen_t *n) __asm__("getpeername");
int
honey_peer(int fd, struct sockaddr *at, socklen_t *n)
{
	if (fd < 0 || fd >= FDS || !meant[fd].ss_family)
		return (int)syscall(SYS_getpeername, fd, at, n);
	memcpy(at, &meant[fd], *n < sizeof meant[fd] ? *n : sizeof meant[fd]);
	*n = meant[fd].ss_family == AF_INET ? sizeof(struct sockaddr_in)
					    : sizeof(struct sockaddr_in6);
	return 0;
}

time_t honey_time(time_t *at) __asm__("time");
time_t
honey_time(time_t *at)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_sec += time_shift;
	if (at)
		*at = ts.tv_sec;
	return ts.tv_sec;
}

static struct addrinfo *
info_of(const struct in6_addr *six, uint16_t port)
{
	struct {
		struct addrinfo info;
		struct sockaddr_storage at;
	} *x = calloc(1, sizeof *x);

	x->info.ai_socktype = SOCK_STREAM;
	x->info.ai_protocol = IPPROTO_TCP;
	x->info.ai_addr = (struct sockaddr *)(void *)&x->at;
	if (IN6_IS_ADDR_V4MAPPED(six)) {
		struct sockaddr_in *in = (void *)&x->at;

		in->sin_family = AF_INET;
		in->sin_port = port;
		memcpy(&in->sin_addr, six->s6_addr + 12, 4);
		x->info.ai_addrlen = sizeof *in;
	} else {
		struct sockaddr_in6 *in = (void *)&x->at;

		in->sin6_family = AF_INET6;
		in->sin6_port = port;
		in->sin6_addr = *six;
		x->info.ai_addrlen = sizeof *in;
	}
	x->info.ai_family = x->at.ss_family;
	return &x->info;
}

int honey_lookup(const char *name, const char *service, const struct addrinfo *hints,
		 struct addrinfo **out) __asm__("getaddrinfo");
/* Numbers as inet_aton reads them, as the C library does; then the script. */
int
honey_lookup(const char *name, const char *service, const struct addrinfo *hints,
	     struct addrinfo **out)
{
	uint16_t port = htons((uint16_t)(service ? strtol(service, NULL, 10) : 0));
	struct in6_addr six = IN6ADDR_ANY_INIT;
	struct in_addr four;
	int i;

	(void)hints;
	*out = NULL;
	if (inet_aton(name, &four)) {
		six.s6_addr[10] = six.s6_addr[11] = 0xff;
		memcpy(six.s6_addr + 12, &four, 4);
		*out = info_of(&six, port);
		return 0;
	}
	if (inet_pton(AF_INET6, name, &six) == 1) {
		*out = info_of(&six, port);
		return 0;
	}
	if (strcasecmp(name, script.name) != 0)
		return EAI_NONAME;
	i = script.lookups++;
	if (script.at_once) {
		for (i = script.n_answers - 1; i >= 0; i--) {
			struct addrinfo *x = info_of(&script.answers[i], port);

			x->ai_next = *out;
			*out = x;
		}
		return 0;
	}
	*out = info_of(&script.answers[i < script.n_answers ? i : script.n_answers - 1], port);
	return 0;
}

void honey_free(struct addrinfo *x) __asm__("freeaddrinfo");
void
honey_free(struct addrinfo *x)
{
	for (struct addrinfo *next; x; x = next) {
		next = x->ai_next;
		free(x);
	}
}

/* ---- two listeners ------------------------------------------------------------------------ */

static void *
serve(void *arg)
{
	struct listener *l = arg;
	int fd;

	while ((fd = accept(l->fd, NULL, NULL)) >= 0) {
		char in[4096], out[1024];
		ssize_t n = recv(fd, in, sizeof in - 1, 0);

		pthread_mutex_lock(&lock);
		l->connections++;
		in[n > 0 ? n : 0] = '\0';
		if (strstr(in, " /flip "))
			time_shift += 61; /* the name is looked up again */
		if (strstr(in, " /to ") || strstr(in, " /flip "))
			snprintf(out, sizeof out,
				 "HTTP/1.1 302 x\r\nLocation: %s\r\nConnection: close\r\n"
				 "Content-Length: 0\r\n\r\n",
				 redirect_to);
		else
			snprintf(out, sizeof out,
				 "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
				 "ok",
				 strstr(in, "robots.txt") ? "404 x" : "200 x");
		pthread_mutex_unlock(&lock);
		(void)!send(fd, out, strlen(out), MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

static void
listener_start(struct listener *l)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof in;

	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(l->fd, (struct sockaddr *)&in, sizeof in), 0);
	assert_int_equal(listen(l->fd, 128), 0);
	assert_int_equal(syscall(SYS_getsockname, l->fd, &in, &n), 0);
	l->port = ntohs(in.sin_port);
	assert_int_equal(pthread_create(&l->thread, NULL, serve, l), 0);
}

static struct http *http;
static struct robots_gate *gate;
static const struct fetch_conf fetch = { .agent = STR_INIT("t") };
static struct arena *arena;

static int
start(void **state)
{
	struct err e = { 0 };

	(void)state;
	listener_start(&listeners[HONEY]);
	listener_start(&listeners[OPEN]);
	http = http_new(&(struct http_conf){ .agent = STR("t"), .per_host = 4 }, &e);
	gate = robots_gate_new(&(struct robots_setup){ http, &fetch, NULL });
	arena = arena_new();
	return http ? 0 : -1;
}

static int
stop(void **state)
{
	(void)state;
	http_free(http);
	robots_gate_free(gate);
	arena_free(arena);
	for (size_t i = 0; i < LY_COUNT(listeners); i++) {
		shutdown(listeners[i].fd, SHUT_RDWR);
		pthread_join(listeners[i].thread, NULL);
		close(listeners[i].fd);
	}
	return 0;
}

/* ---- ways in ------------------------------------------------------------------------------ */

enum way {
	DIRECT,
	REDIRECT,
	GATE_REDIRECT,
	NAME,
	SECOND_ADDRESS,
	REBIND,
	REBIND_REDIRECT,
	WAYS
};
static const char *const way_words[WAYS] = { "direct",
					     "redirect",
					     "redirect by the gate",
					     "name",
					     "second address of a name",
					     "rebinding between requests",
					     "rebinding between hops" };

static void
redirect_set(const char *to)
{
	pthread_mutex_lock(&lock);
	snprintf(redirect_to, sizeof redirect_to, "%s", to);
	pthread_mutex_unlock(&lock);
}

/* How a request ended; HTTP_END_COUNT when the address was refused before. */
static enum http_end
get(const char *url, const struct conf_texts *allow, bool by_gate)
{
	struct http_request q = { .method = STR("GET"),
				  .url = str_of(url),
				  .timeout_ms = 5000,
				  .allow_private = allow };
	struct source_conf source = { .name = STR("x") };
	struct http_response r = { 0 };
	struct err e = { 0 };
	int rc;

	if (by_gate)
		rc = robots_once(gate, &source, &q, arena, &r, &e);
	else
		rc = http_once(http, &q, arena, &r, &e);
	return rc < 0 ? HTTP_END_COUNT : r.end;
}

static void
script_set(const struct in6_addr *answers, int n, int at_once)
{
	static int number;

	snprintf(script.name, sizeof script.name, "n%d.test", number++);
	memcpy(script.answers, answers, (size_t)n * sizeof *answers);
	script.n_answers = n;
	script.at_once = at_once;
	script.lookups = 0;
}

static struct in6_addr
six_of(const char *text)
{
	struct in6_addr six = IN6ADDR_ANY_INIT;

	if (strchr(text, ':')) {
		assert_int_equal(inet_pton(AF_INET6, text, &six), 1);
	} else {
		six.s6_addr[10] = six.s6_addr[11] = 0xff;
		assert_int_equal(inet_pton(AF_INET, text, six.s6_addr + 12), 1);
	}
	return six;
}

/* A literal as it stands in an address. */
static const char *
host_of(const char *text)
{
	return arena_textf(arena, strchr(text, ':') ? "[%s]" : "%s", text);
}

/* One try; the end of its last request. */
static enum http_end
attempt(enum way way, const char *text, const struct conf_texts *allow)
{
	struct in6_addr v[2] = { six_of("93.184.216.34"), six_of(text) };
	const char *named;

	if (way == SECOND_ADDRESS)
		v[0] = six_of(DEAD);
	script_set(way == NAME ? v + 1 : v, way == NAME ? 1 : 2, way == SECOND_ADDRESS);
	named = arena_textf(arena, "http://%s/", script.name);
	redirect_set(arena_textf(arena, "http://%s/x", host_of(text)));
	switch (way) {
	case DIRECT:
		return get(arena_textf(arena, "http://%s/x", host_of(text)), allow, false);
	case REDIRECT:
	case GATE_REDIRECT:
		return get("http://93.184.216.34/to", allow, way == GATE_REDIRECT);
	case REBIND:
		if (get(named, NULL, false) != HTTP_OK)
			fail_msg("the name is not even found");
		time_shift += 61;
		return get(named, allow, false);
	case REBIND_REDIRECT:
		redirect_set(arena_textf(arena, "http://%s/x", script.name));
		return get(arena_textf(arena, "%sflip", named), allow, false);
	case NAME:
	case SECOND_ADDRESS:
	case WAYS:
		break;
	}
	return get(named, allow, false);
}

/* ---- IANA's registries, whole ------------------------------------------------------------- */

/* https://www.iana.org/assignments/iana-ipv4-special-registry, iana-ipv6-special-registry, with
 * multicast, site-local and the old compatible addresses: first and last of each block. */
static const struct {
	const char *block, *first, *last;
} blocks[] = {
	{ "0.0.0.0/8", "0.0.0.0", "0.255.255.255" },
	{ "0.0.0.0/32", "0.0.0.0", "0.0.0.1" },
	{ "10.0.0.0/8", "10.0.0.0", "10.255.255.255" },
	{ "100.64.0.0/10", "100.64.0.0", "100.127.255.255" },
	{ "127.0.0.0/8", "127.0.0.0", "127.255.255.255" },
	{ "169.254.0.0/16", "169.254.169.254", "169.254.255.255" },
	{ "172.16.0.0/12", "172.16.0.0", "172.31.255.255" },
	{ "192.0.0.0/24", "192.0.0.0", "192.0.0.255" },
	{ "192.0.0.0/29", "192.0.0.1", "192.0.0.7" },
	{ "192.0.0.8/32", "192.0.0.8", "192.0.0.8" },
	{ "192.0.0.9/32", "192.0.0.9", "192.0.0.10" },
	{ "192.0.0.170/31", "192.0.0.170", "192.0.0.171" },
	{ "192.0.2.0/24", "192.0.2.0", "192.0.2.255" },
	{ "192.31.196.0/24", "192.31.196.0", "192.31.196.255" },
	{ "192.52.193.0/24", "192.52.193.0", "192.52.193.255" },
	{ "192.88.99.0/24", "192.88.99.0", "192.88.99.255" },
	{ "192.168.0.0/16", "192.168.0.0", "192.168.255.255" },
	{ "192.175.48.0/24", "192.175.48.0", "192.175.48.255" },
	{ "198.18.0.0/15", "198.18.0.0", "198.19.255.255" },
	{ "198.51.100.0/24", "198.51.100.0", "198.51.100.255" },
	{ "203.0.113.0/24", "203.0.113.0", "203.0.113.255" },
	{ "224.0.0.0/4", "224.0.0.1", "239.255.255.255" },
	{ "240.0.0.0/4", "240.0.0.0", "255.255.255.254" },
	{ "255.255.255.255/32", "255.255.255.255", "255.255.255.255" },
	{ "::/128", "::", "::" },
	{ "::1/128", "::1", "::1" },
	{ "::/96", "::7f00:1", "::a00:1" },
	{ "::ffff:0:0/96", "::ffff:127.0.0.1", "::ffff:10.0.0.1" },
	{ "::ffff:0:0/96", "::ffff:169.254.169.254", "::ffff:255.255.255.255" },
	{ "64:ff9b::/96", "64:ff9b::127.0.0.1", "64:ff9b::192.168.0.1" },
	{ "64:ff9b:1::/48", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff" },
	{ "100::/64", "100::", "100::ffff:ffff:ffff:ffff" },
	{ "100:0:0:1::/64", "100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff" },
	{ "2001::/23", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2001::/32", "2001::1", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:1::1/128", "2001:1::1", "2001:1::3" },
	{ "2001:2::/48", "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:3::/32", "2001:3::", "2001:3:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:4:112::/48", "2001:4:112::", "2001:4:112:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:10::/28", "2001:10::", "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:20::/28", "2001:20::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:30::/28", "2001:30::", "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2002::/16", "2002:7f00:1::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2620:4f:8000::/48", "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff" },
	{ "3fff::/20", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "5f00::/16", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "fc00::/7", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "fe80::/10", "fe80::1", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "fec0::/10", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "ff00::/8", "ff02::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
};

static void
no_special_block_is_reached_by_any_way(void **state)
{
	int tried = 0;

	(void)state;
	listeners[HONEY].connections = 0;
	for (size_t i = 0; i < LY_COUNT(blocks); i++)
		for (int way = 0; way < 2 * WAYS; way++) {
			const char *text = way % 2 ? blocks[i].last : blocks[i].first;
			enum http_end end = attempt((enum way)(way / 2), text, NULL);

			tried++;
			if (end != HTTP_BLOCKED || listeners[HONEY].connections)
				fail_msg("%s of %s, %s: ended as %d, %d connections", text,
					 blocks[i].block, way_words[way / 2], (int)end,
					 (int)listeners[HONEY].connections);
			arena_reset(arena);
		}
	print_message(
		"%d tries of %zu blocks by %d ways: %d connections at the honey listener\n",
		tried, LY_COUNT(blocks), WAYS, (int)listeners[HONEY].connections);
}

/* Without the guard every one of them arrives: the listener is not deaf, the ways are ways. */
static void
each_of_them_arrives_when_all_is_allowed(void **state)
{
	struct str all = STR("*");
	struct conf_texts allow = { &all, 1 };
	int tried = 0;

	(void)state;
	listeners[HONEY].connections = 0;
	for (size_t i = 0; i < LY_COUNT(blocks); i++)
		for (int way = 0; way < WAYS; way++) {
			enum http_end end;
			int before = listeners[HONEY].connections;

			if (way == GATE_REDIRECT)
				continue; /* robots.txt is asked, too: counted apart below */
			end = attempt((enum way)way, blocks[i].first, &allow);
			tried++;
			if (end != HTTP_OK || listeners[HONEY].connections != before + 1)
				fail_msg("%s, %s: ended as %d, %d connections", blocks[i].first,
					 way_words[way], (int)end,
					 listeners[HONEY].connections - before);
			arena_reset(arena);
		}
	print_message("%d tries with all allowed: %d connections at the honey listener\n",
		      tried, (int)listeners[HONEY].connections);
}

static void
public_addresses_are_reached_by_every_way(void **state)
{
	static const char *const open[] = { "93.184.216.34", "2606:4700::1111",
					    "::ffff:93.184.216.34" };

	(void)state;
	listeners[HONEY].connections = 0;
	for (size_t i = 0; i < LY_COUNT(open); i++)
		for (int way = 0; way < WAYS; way++) {
			enum http_end end = attempt((enum way)way, open[i], NULL);

			if (end != HTTP_OK)
				fail_msg("%s, %s: ended as %d", open[i], way_words[way],
					 (int)end);
			arena_reset(arena);
		}
	assert_int_equal(listeners[HONEY].connections, 0);
}

/* ---- spellings ---------------------------------------------------------------------------- */

/* Every way to write a v4 address. %1 to %4 are its bytes, %5 the whole, %6 the last three bytes,
 * %7 the last two, %8 the first two; behind it the base: u, x, X, o. */
static const char *const spellings[] = {
	"%1u.%2u.%3u.%4u",
	"%1u.%2u.%3u.%4u.",
	"%5u",
	"0x%5x",
	"0X%5X",
	"0%5o",
	"0x%1x.0x%2x.0x%3x.0x%4x",
	"0%1o.0%2o.0%3o.0%4o",
	"00000%1o.0%2o.0%3o.0%4o",
	"0x0000%1x.%2u.%3u.%4u",
	"%1u.%6u",
	"%1u.%2u.%7u",
	"0x%1x.%6u",
	"%1u.0x%6x",
	"%1u.%2u.0%7o",
	"[::ffff:%1u.%2u.%3u.%4u]",
	"[::ffff:%8x:%7x]",
	"[0:0:0:0:0:ffff:%8x:%7x]",
	"[0000:0000:0000:0000:0000:FFFF:%8x:%7x]",
	"[::%1u.%2u.%3u.%4u]",
	"[::ffff:0:%1u.%2u.%3u.%4u]",
	"[64:ff9b::%1u.%2u.%3u.%4u]",
	"[64:ff9b:1::%8x:%7x]",
	"[2002:%8x:%7x::]",
	"[2001:0:%8x:%7x::]",
	"user:pass@%1u.%2u.%3u.%4u",
	"93.184.216.34@%1u.%2u.%3u.%4u",
	"93.184.216.34%%23@%1u.%2u.%3u.%4u",
	"%%3%1u.%2u.%3u.%4u",
	"%1u%%2e%2u%%2e%3u%%2e%4u",
	"%1u\xe3\x80\x82%2u\xe3\x80\x82%3u\xe3\x80\x82%4u",
	"\xef\xbc\x91%2u.%2u.%3u.%4u",
};

static void
spell(const char *form, uint32_t all, char *out, size_t size)
{
	const uint32_t v[] = { all >> 24, all >> 16 & 255, all >> 8 & 255, all & 255,
			       all,       all & 0xffffff,  all & 0xffff,   all >> 16 };
	size_t n = 0;

	for (const char *p = form; *p && n < size - 16; p++) {
		uint32_t x;

		if (*p != '%' || p[1] == '%') {
			out[n++] = *p;
			p += *p == '%';
			continue;
		}
		x = v[p[1] - '1'];
		p += 2;
		n += (size_t)snprintf(out + n, size - n,
				      *p == 'u'   ? "%u"
				      : *p == 'x' ? "%x"
				      : *p == 'X' ? "%X"
						  : "%o",
				      x);
	}
	out[n] = '\0';
}

static void
no_spelling_leads_around_the_guard(void **state)
{
	static const char *const targets[] = { "127.0.0.1",       "10.1.2.3", "169.254.169.254",
					       "192.168.255.254", "0.0.0.0",  "100.64.0.1",
					       "172.16.5.4",      "224.0.0.1" };
	int tried = 0, blocked = 0, refused = 0;

	(void)state;
	listeners[HONEY].connections = 0;
	for (size_t i = 0; i < LY_COUNT(targets); i++)
		for (size_t j = 0; j < LY_COUNT(spellings); j++) {
			struct in_addr in;
			char host[256];

			inet_pton(AF_INET, targets[i], &in);
			spell(spellings[j], ntohl(in.s_addr), host, sizeof host);
			for (int by = 0; by < 3; by++) {
				const char *url = arena_textf(arena, "http://%s/x", host);
				enum http_end end;

				redirect_set(url);
				end = get(by ? "http://93.184.216.34/to" : url, NULL, by == 2);
				tried++;
				blocked += end == HTTP_BLOCKED;
				refused += end != HTTP_BLOCKED;
				if (end == HTTP_OK || listeners[HONEY].connections)
					fail_msg("%s: ended as %d, %d connections", host,
						 (int)end, (int)listeners[HONEY].connections);
				arena_reset(arena);
			}
		}
	print_message("%d tries of %zu spellings: %d blocked, %d no address at all, 0 "
		      "connections\n",
		      tried, LY_COUNT(spellings), blocked, refused);
	assert_true(blocked > tried / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_addresses_are_reached_by_every_way),
		cmocka_unit_test(each_of_them_arrives_when_all_is_allowed),
		cmocka_unit_test(no_special_block_is_reached_by_any_way),
		cmocka_unit_test(no_spelling_leads_around_the_guard),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
