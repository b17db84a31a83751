#include "core/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/httpd_gate.h"
#include "core/log.h"
#include "core/str.h"

#define BACKLOG 256

struct gate {
	int fd, wake;
	pthread_t thread;
	bool started;
	pthread_mutex_t lock; /* of guests */
	struct guest guests[GATE_GUESTS];
	int n;
	bool stop, deaf;
	int (*enter)(void *arg, struct guest *g);
	void *arg;
	char peek[HEAD_BYTES_MAX + 1];
};

/* ---- listening ------------------------------------------------------------------------------ */

static int
listen_split(const char *listen, char host[256], char port[8])
{
	const char *colon = strrchr(listen, ':');
	size_t n = colon ? (size_t)(colon - listen) : 0;

	if (!n || n >= 255 || strlen(colon + 1) > 5)
		return -1;
	if (listen[0] == '[' && listen[n - 1] == ']')
		snprintf(host, 256, "%.*s", (int)n - 2, listen + 1);
	else
		snprintf(host, 256, "%.*s", (int)n, listen);
	snprintf(port, 8, "%s", colon + 1);
	return 0;
}

static int
listen_bind(const struct addrinfo *at)
{
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	on = errno;
	close(fd);
	errno = on;
	return -1;
}

static int
port_of(int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof a;

	if (getsockname(fd, (struct sockaddr *)&a, &n) < 0)
		return 0;
	return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
					     : ((struct sockaddr_in *)&a)->sin_port);
}

int
gate_listen(const char *listen, int *port, struct err *e)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_PASSIVE | AI_NUMERICSERV },
			*at;
	char host[256], service[8];
	int fd;

	if (listen_split(listen, host, service) < 0 || getaddrinfo(host, service, &hints, &at))
		return err_set(e, ERR_USAGE, "\"%s\" is not an address like 127.0.0.1:8787",
			       listen);
	fd = listen_bind(at);
	freeaddrinfo(at);
	if (fd < 0)
		return err_set(e, errno == EADDRINUSE ? ERR_RETRY : ERR_USAGE,
			       "could not listen on \"%s\": %s", listen, strerror(errno));
	*port = port_of(fd);
	return fd;
}

/* ---- guests --------------------------------------------------------------------------------- */

static void
guest_clear(struct gate *g, struct guest *who)
{
	free(who->bytes);
	*who = (struct guest){ .fd = -1 };
	g->n--;
}

struct guest *
gate_guest(struct gate *g, int fd)
{
	struct guest *found = NULL;

	pthread_mutex_lock(&g->lock);
	for (int i = 0; i < GATE_GUESTS && !found; i++)
		if (g->guests[i].fd == fd && g->guests[i].inside)
			found = &g->guests[i];
	pthread_mutex_unlock(&g->lock);
	return found;
}

void
gate_leave(struct gate *g, struct guest *who)
{
	pthread_mutex_lock(&g->lock);
	guest_clear(g, who);
	pthread_mutex_unlock(&g->lock);
}

static void
guest_close(struct gate *g, struct guest *who)
{
	int fd = who->fd;

	gate_leave(g, who);
	close(fd);
}

/* Bytes that are unread when a descriptor is closed reset the connection, and the answer
 * with it: take what is there. */
static void
guest_refuse(struct gate *g, struct guest *who, int status, const char *why)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = { { 400, "Bad Request" },
		      { 408, "Request Timeout" },
		      { 414, "URI Too Long" },
		      { 417, "Expectation Failed" },
		      { 431, "Request Header Fields Too Large" },
		      { 501, "Not Implemented" },
		      { 505, "HTTP Version Not Supported" } };
	const char *text = "Service Unavailable";
	char answer[512];
	int n;

	for (size_t i = 0; i < LY_COUNT(texts); i++)
		if (texts[i].status == status)
			text = texts[i].text;
	n = snprintf(answer, sizeof answer,
		     "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: text/plain\r\n"
		     "Content-Length: %zu\r\n\r\n%s\n",
		     status, text, strlen(why) + 1, why);
	(void)send(who->fd, answer, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
	shutdown(who->fd, SHUT_WR);
	for (int i = 0; i < 16; i++)
		if (recv(who->fd, g->peek, sizeof g->peek, MSG_DONTWAIT) <= 0)
			break;
	log_event(LOG_INFO, "http_refused", "status=%d address=%s reason=\"%s\"", status,
		  who->name, why);
	guest_close(g, who);
}

/* poll() wakes only for more bytes than have been seen. */
static void
guest_wants(const struct guest *who, int bytes)
{
	setsockopt(who->fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes);
}

static void
guest_enter(struct gate *g, struct guest *who, size_t n)
{
	const char *why;
	int fd = who->fd;

	who->bytes = malloc(n);
	if (!who->bytes)
		abort();
	memcpy(who->bytes, g->peek, n);
	(void)head_read((struct str){ who->bytes, n }, &who->head, &why);
	guest_wants(who, 1);
	pthread_mutex_lock(&g->lock);
	who->inside = true;
	pthread_mutex_unlock(&g->lock);
	/* it may have come and gone already: its descriptor is not given to another meanwhile,
	 * since it is this thread that accepts */
	if (g->enter(g->arg, who) < 0 && gate_guest(g, fd) == who)
		gate_leave(g, who);
}

static void
guest_look(struct gate *g, struct guest *who, short events)
{
	ssize_t n = recv(who->fd, g->peek, sizeof g->peek, MSG_PEEK | MSG_DONTWAIT);
	const char *why = NULL;
	struct head h;
	int status;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		guest_close(g, who);
		return;
	}
	status = head_read((struct str){ g->peek, (size_t)n }, &h, &why);
	if (status == 200)
		guest_enter(g, who, h.n);
	else if (status)
		guest_refuse(g, who, status, why);
	else if (events & (POLLRDHUP | POLLHUP | POLLERR))
		guest_close(g, who);
	else
		guest_wants(who, (int)n + 1);
}

/* ---- accepting ------------------------------------------------------------------------------ */

static struct guest *
guest_place(struct gate *g, const char *name, bool *crowded)
{
	struct guest *place = NULL;
	int same = 0;

	for (int i = 0; i < GATE_GUESTS; i++) {
		if (g->guests[i].fd < 0)
			place = place ? place : &g->guests[i];
		else
			same += !strcmp(g->guests[i].name, name);
	}
	*crowded = same >= GATE_PER_ADDRESS;
	return *crowded ? NULL : place;
}

static void
guest_new(struct gate *g, int fd, const struct sockaddr_storage *address, socklen_t n)
{
	char name[64] = "?";
	struct guest *who;
	bool crowded;
	int on = 1;

	getnameinfo((const struct sockaddr *)address, n, name, sizeof name, NULL, 0,
		    NI_NUMERICHOST);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	pthread_mutex_lock(&g->lock);
	who = guest_place(g, name, &crowded);
	if (who) {
		*who = (struct guest){ .fd = fd,
				       .address = *address,
				       .address_n = n,
				       .since_ms = clock_mono_ms() };
		snprintf(who->name, sizeof who->name, "%s", name);
		g->n++;
	}
	pthread_mutex_unlock(&g->lock);
	if (who)
		return;
	log_event(LOG_WARN, "http_full", "%s=%s", crowded ? "address" : "server", name);
	close(fd);
}

static void
gate_accept(struct gate *g)
{
	for (int i = 0; i < BACKLOG; i++) {
		struct sockaddr_storage address;
		socklen_t n = sizeof address;
		int fd = accept4(g->fd, (struct sockaddr *)&address, &n,
				 SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
			log_event(LOG_ERROR, "http_full", "reason=descriptors");
			g->deaf = true; /* until some may have been closed */
		}
		if (fd < 0)
			return;
		guest_new(g, fd, &address, n);
	}
}

static bool
stopped(struct gate *g)
{
	bool stop;

	pthread_mutex_lock(&g->lock);
	stop = g->stop;
	pthread_mutex_unlock(&g->lock);
	return stop;
}

/* Who waits outside with a head that is not whole. Only this thread changes that. */
static int
gate_outside(struct gate *g, struct pollfd *fds, struct guest **who)
{
	int n = 0;

	pthread_mutex_lock(&g->lock);
	for (int i = 0; i < GATE_GUESTS; i++) {
		if (g->guests[i].fd < 0 || g->guests[i].inside)
			continue;
		who[n] = &g->guests[i];
		fds[n++] =
			(struct pollfd){ .fd = g->guests[i].fd, .events = POLLIN | POLLRDHUP };
	}
	pthread_mutex_unlock(&g->lock);
	return n;
}

/* Each that waits: look at what came, or send it away when its time is over. */
static void
gate_serve(struct gate *g, const struct pollfd *fds, struct guest **who, int n)
{
	int64_t now_ms = clock_mono_ms();

	for (int i = 0; i < n; i++) {
		if (fds[i].revents)
			guest_look(g, who[i], fds[i].revents);
		else if (now_ms - who[i]->since_ms >= GATE_HEAD_MS)
			guest_refuse(g, who[i], 408, "the head took too long");
	}
}

static void *
gate_run(void *arg)
{
	struct gate *g = arg;
	struct pollfd *fds = calloc(GATE_GUESTS + 2, sizeof *fds);
	struct guest **who = calloc(GATE_GUESTS, sizeof *who);

	if (!fds || !who)
		abort();
	while (!stopped(g)) {
		int n = gate_outside(g, fds + 2, who);

		fds[0] = (struct pollfd){ .fd = g->wake, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = g->deaf ? -1 : g->fd, .events = POLLIN };
		(void)poll(fds, (nfds_t)n + 2, g->deaf ? 100 : n ? 500 : -1);
		g->deaf = false;
		gate_serve(g, fds + 2, who, n);
		if (fds[1].revents)
			gate_accept(g);
	}
	free(fds);
	free(who);
	return NULL;
}

/* ---- life ----------------------------------------------------------------------------------- */

struct gate *
gate_new(int fd, int (*enter)(void *arg, struct guest *g), void *arg)
{
	struct gate *g = calloc(1, sizeof *g);

	if (!g)
		abort();
	for (int i = 0; i < GATE_GUESTS; i++)
		g->guests[i].fd = -1;
	pthread_mutex_init(&g->lock, NULL);
	g->fd = fd;
	g->enter = enter;
	g->arg = arg;
	g->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return g;
}

int
gate_start(struct gate *g, struct err *e)
{
	int rc = pthread_create(&g->thread, NULL, gate_run, g);

	if (rc)
		return err_set(e, ERR_RETRY, "could not start a thread: %s", strerror(rc));
	g->started = true;
	return 0;
}

void
gate_stop(struct gate *g)
{
	struct pollfd fds[GATE_GUESTS];
	struct guest *who[GATE_GUESTS];
	uint64_t one = 1;

	if (!g->started)
		return;
	pthread_mutex_lock(&g->lock);
	g->stop = true;
	pthread_mutex_unlock(&g->lock);
	if (write(g->wake, &one, sizeof one) < 0)
		log_event(LOG_ERROR, "http_stop", "reason=\"%s\"", strerror(errno));
	pthread_join(g->thread, NULL);
	g->started = false;
	for (int i = gate_outside(g, fds, who) - 1; i >= 0; i--)
		guest_close(g, who[i]);
}

void
gate_free(struct gate *g)
{
	if (!g)
		return;
	gate_stop(g);
	for (int i = 0; i < GATE_GUESTS; i++)
		free(g->guests[i].bytes);
	close(g->fd);
	close(g->wake);
	pthread_mutex_destroy(&g->lock);
	free(g);
}
