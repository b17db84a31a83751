/*
 * One epoll descriptor holds curl's sockets and one timer; http_turn asks it once without
 * waiting, lets curl act and then calls done() for what has ended.
 *
 * What must stay true here:
 * 1. No request leaves over a connection whose far end the guard refuses for this transfer:
 *    asked before connecting (guard_socket) and again before each request (guard_request),
 *    because a pooled connection may have been made for a transfer that allows more.
 * 2. done() is called exactly once for every transfer that http_start or mail_start took, never
 *    from inside curl.
 * 3. Nothing from outside grows without a ceiling: decoded body, headers, time.
 */
#include "core/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/http_inside.h"
#include "core/str.h"

#define TRANSFERS_DEFAULT 256
#define PER_HOST_DEFAULT  1
#define BODY_DEFAULT      ((int64_t)8 << 20)
#define UPLOAD_MAX        ((size_t)64 << 20)
#define TIMEOUT_DEFAULT   30000
#define CONNECT_MS        10000
#define SLOW_BYTES        100
#define SLOW_SECONDS      10
#define REDIRECTS_DEFAULT 5
#define HEAD_MAX          ((size_t)257 << 10) /* more than http_fields_take takes */
#define ROUNDS            8 /* of events in one turn: the others of the runner get theirs */

static void *
make(size_t size)
{
	void *p = calloc(1, size);

	if (!p) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return p;
}

/* ---- the guard --------------------------------------------------------------------------- */

/* May t talk to these address bytes? Writes down what it refuses. */
static bool
guard(struct transfer *t, const uint8_t *address, size_t n, int port)
{
	return http_guard(buf_str(&t->allow), address, n, port, t->blocked, sizeof t->blocked);
}

static curl_socket_t
guard_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct transfer *t = arg;
	bool ok = false;

	if (purpose != CURLSOCKTYPE_IPCXN)
		return CURL_SOCKET_BAD;
	if (t->h->proxy.n)
		ok = true; /* it is the owner's proxy that is connected to */
	else if (to->family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, &to->addr, sizeof in);
		ok = guard(t, (uint8_t *)&in.sin_addr, 4, ntohs(in.sin_port));
	} else if (to->family == AF_INET6) {
		struct sockaddr_in6 in;

		memcpy(&in, &to->addr, sizeof in);
		ok = guard(t, (uint8_t *)&in.sin6_addr, 16, ntohs(in.sin6_port));
	}
	if (!ok)
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* A redirect leads elsewhere: without the secrets from here on, also if it leads back. (curl
 * makes the request's lines after this; tests/unit/test_http.c has a redirect to see it.) */
static void
guard_secrets(struct transfer *t)
{
	char *url = NULL;

	curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
	if (!t->home.n || url_same_origin(str_of(url), t->home))
		return;
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, (void *)t->plain);
	t->home.n = 0;
}

/* Called before every request, on a new connection and on a pooled one. */
static int
guard_request(void *arg, char *far, char *near, int far_port, int near_port)
{
	struct transfer *t = arg;
	uint8_t address[16];
	bool ok = false;

	(void)near;
	(void)near_port;
	if (t->h->proxy.n)
		ok = true;
	else if (inet_pton(AF_INET, far, address) == 1)
		ok = guard(t, address, 4, far_port);
	else if (inet_pton(AF_INET6, far, address) == 1)
		ok = guard(t, address, 16, far_port);
	else
		snprintf(t->blocked, sizeof t->blocked, "the address is not known");
	if (!ok)
		return CURL_PREREQFUNC_ABORT;
	t->blocked[0] = '\0'; /* another address of the same name may have been refused */
	t->left_us = clock_mono_us();
	guard_secrets(t);
	return CURL_PREREQFUNC_OK;
}

/* ---- what curl hands us ------------------------------------------------------------------- */

static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	n *= size;
	buf_add(&t->body, (struct str){ p, n });
	if (buf_ok(&t->body))
		return n;
	t->too_large = true;
	return 0;
}

static size_t
give_upload(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	struct str rest = str_slice(buf_str(&t->upload), t->uploaded, size * n);

	memcpy(p, rest.p, rest.n);
	t->uploaded += rest.n;
	return rest.n;
}

/* A pooled connection turned out to be dead: once more from the beginning. */
static int
rewind_upload(void *arg, curl_off_t offset, int origin)
{
	struct transfer *t = arg;

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > t->upload.n)
		return CURL_SEEKFUNC_FAIL;
	t->uploaded = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static size_t
take_header(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	n *= size;
	if (!http_fields_take(&t->fields, (struct str){ p, n })) {
		t->too_large = true;
		return 0;
	}
	if (t->verbatim) {
		if (n > 5 && !memcmp(p, "HTTP/", 5))
			buf_clear(&t->head);
		buf_add(&t->head, (struct str){ p, n });
	}
	t->other_type = t->fields.whole && !http_fields_fit(&t->fields, t->types);
	return t->other_type ? 0 : n;
}

/* The head of a request as it leaves; of a new hop when the one before is whole. */
static int
take_sent(CURL *easy, curl_infotype what, char *p, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)easy;
	if (what != CURLINFO_HEADER_OUT)
		return 0;
	if (str_ends(buf_str(&t->sent), STR("\r\n\r\n")))
		buf_clear(&t->sent);
	buf_add(&t->sent, (struct str){ p, n });
	return 0;
}

/* ---- epoll -------------------------------------------------------------------------------- */

static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct http *h = arg;
	struct epoll_event ev = { .data.fd = fd };

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(h->epoll, EPOLL_CTL_DEL, fd, NULL);
		curl_multi_assign(h->multi, fd, NULL);
		return 0;
	}
	ev.events =
		(what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	if (epoll_ctl(h->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &ev) < 0 &&
	    errno == EEXIST)
		epoll_ctl(h->epoll, EPOLL_CTL_MOD, fd, &ev);
	curl_multi_assign(h->multi, fd, h);
	return 0;
}

/* One that fires too early costs a look, setting it for each request a seventh of all: it is only
 * ever moved nearer. */
static int
set_timer(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;
	struct itimerspec at = { { 0, 0 }, { 0, 0 } };
	int64_t at_us = clock_mono_us() + ms * 1000;

	(void)multi;
	if (ms < 0 || (h->timer_us && h->timer_us <= at_us))
		return 0;
	h->timer_us = at_us;
	at.it_value.tv_sec = ms / 1000;
	at.it_value.tv_nsec = ms > 0 ? ms % 1000 * 1000000 : 1;
	timerfd_settime(h->timer, 0, &at, NULL);
	return 0;
}

/* ---- ending ------------------------------------------------------------------------------- */

static void
unlink_transfer(struct transfer *t)
{
	struct http *h = t->h;

	if (t->prev)
		t->prev->next = t->next;
	else
		h->first = t->next;
	if (t->next)
		t->next->prev = t->prev;
	curl_multi_remove_handle(h->multi, t->easy);
	h->running--;
}

static void
finish(struct transfer *t, CURLcode code, bool stopped)
{
	struct http_response r = { .end = HTTP_STOPPED };
	char *url = NULL, *address = NULL;
	long status = 0, redirects = 0;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_COUNT, &redirects);
	curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &url);
	curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &address);
	r.status = (int)status;
	r.url = str_of(url);
	r.address = str_of(address);
	r.us = clock_mono_us() - t->began_us;
	r.first_byte_sent_us = t->left_us;
	r.body = buf_str(&t->body);
	r.sent = buf_str(&t->sent);
	r.head = buf_str(&t->head);
	if (!stopped) {
		r.end = transfer_end(t, code, r.status);
		transfer_explain(t, code, &r);
	}
	if (!t->mail) {
		http_fields_show(&t->fields, &r);
		r.moved_for_good = redirects > 0 && !t->fields.temporary;
	}
	unlink_transfer(t);
	t->done(t->arg, &r);
	transfer_free(t);
}

/* ---- the loop ----------------------------------------------------------------------------- */

static void
set_multi(struct http *h, int64_t per_host)
{
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)h->max);
	curl_multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)h->max);
	curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
			  (long)(per_host > 0 ? per_host : PER_HOST_DEFAULT));
	curl_share_setopt(h->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
	curl_share_setopt(h->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

struct http *
http_new(const struct http_conf *c, struct err *e)
{
	struct http *h = make(sizeof *h);
	struct epoll_event ev = { .events = EPOLLIN };
	bool brotli;

	h->agent = h->proxy = h->ca_file = BUF(4096);
	h->max = c->max_transfers > 0 ? (size_t)c->max_transfers : TRANSFERS_DEFAULT;
	h->epoll = h->timer = -1;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	brotli = (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_BROTLI) != 0;
	h->encodings = brotli ? "gzip, deflate, br" : "gzip, deflate";
	buf_add(&h->agent, c->agent);
	buf_add(&h->proxy, c->proxy);
	buf_add(&h->ca_file, c->ca_file);
	h->multi = curl_multi_init();
	h->share = curl_share_init();
	if (!h->multi || !h->share)
		abort();
	h->epoll = epoll_create1(EPOLL_CLOEXEC);
	h->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	ev.data.fd = h->timer;
	if (h->epoll < 0 || h->timer < 0 ||
	    epoll_ctl(h->epoll, EPOLL_CTL_ADD, h->timer, &ev) < 0) {
		err_set(e, ERR_USAGE, "cannot watch connections: %s", strerror(errno));
		http_free(h);
		return NULL;
	}
	set_multi(h, c->per_host);
	return h;
}

void
http_free(struct http *h)
{
	if (!h)
		return;
	h->stopping = true;
	while (h->first)
		finish(h->first, CURLE_OK, true);
	while (h->n_idle)
		curl_easy_cleanup(h->idle[--h->n_idle]);
	/* The sockets that curl closes now are gone from epoll by themselves. */
	curl_multi_cleanup(h->multi);
	curl_share_cleanup(h->share);
	if (h->epoll >= 0)
		close(h->epoll);
	if (h->timer >= 0)
		close(h->timer);
	buf_release(&h->agent);
	buf_release(&h->proxy);
	buf_release(&h->ca_file);
	free(h);
	curl_global_cleanup();
}

int
http_fd(struct http *h)
{
	return h->epoll;
}

size_t
http_running(const struct http *h)
{
	return h->running;
}

static void
act(struct http *h, const struct epoll_event *ev)
{
	int running, mask = 0;
	uint64_t times;

	if (ev->data.fd == h->timer) {
		if (read(h->timer, &times, sizeof times) != sizeof times)
			return;
		h->timer_us = 0;
		curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
		return;
	}
	mask |= ev->events & EPOLLIN ? CURL_CSELECT_IN : 0;
	mask |= ev->events & EPOLLOUT ? CURL_CSELECT_OUT : 0;
	mask |= ev->events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0;
	curl_multi_socket_action(h->multi, ev->data.fd, mask, &running);
}

static void
call_the_done(struct http *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left))) {
		char *t = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		finish((struct transfer *)(void *)t, m->data.result, false);
	}
}

void
http_turn(struct http *h)
{
	struct epoll_event ev[64];

	for (int round = 0; round < ROUNDS; round++) {
		int n = epoll_wait(h->epoll, ev, (int)LY_COUNT(ev), 0);

		for (int i = 0; i < n; i++)
			act(h, &ev[i]);
		call_the_done(h);
		if (n <= 0)
			return;
	}
}

/* ---- one transfer ------------------------------------------------------------------------- */

/* Settings of every transfer; curl's own defaults are trusted for nothing that guards. */
static void
set_common(struct transfer *t, const struct transfer_spec *spec)
{
	CURL *c = t->easy;
	int64_t timeout = spec->timeout_ms > 0 ? spec->timeout_ms : TIMEOUT_DEFAULT;

	curl_easy_setopt(c, CURLOPT_PRIVATE, (void *)t);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->words);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_SHARE, t->h->share);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, spec->schemes);
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, spec->schemes);
	curl_easy_setopt(c, CURLOPT_PROXY,
			 t->h->proxy.p); /* "": none, whatever the environment says */
	curl_easy_setopt(c, CURLOPT_NOPROXY, "");
	curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	/* LIMITS.md section 4: Debian's built-in path would switch the cache of certificates off. */
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	if (t->h->ca_file.n)
		curl_easy_setopt(c, CURLOPT_CAINFO, t->h->ca_file.p);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, guard_socket);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, guard_request);
	curl_easy_setopt(c, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give_upload);
	curl_easy_setopt(c, CURLOPT_READDATA, t);
	curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, rewind_upload);
	curl_easy_setopt(c, CURLOPT_SEEKDATA, t);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)timeout);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
			 (long)(timeout < CONNECT_MS ? timeout : CONNECT_MS));
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
}

struct transfer *
transfer_new(struct http *h, const struct transfer_spec *spec, struct err *e)
{
	int64_t max = spec->max_bytes > 0 ? spec->max_bytes : BODY_DEFAULT;
	struct transfer *t;

	if (h->stopping || h->running >= h->max) {
		err_set(e, ERR_RETRY,
			h->stopping ? "no new transfers: stopping"
				    : "all %zu transfers are busy",
			h->max);
		return NULL;
	}
	t = make(sizeof *t);
	t->h = h;
	t->mail = spec->mail;
	t->verbatim = spec->lines;
	t->done = spec->done;
	t->arg = spec->arg;
	t->body = BUF((size_t)max + 1);
	t->upload = BUF(UPLOAD_MAX);
	t->allow = BUF(65536);
	t->sent = t->head = BUF(HEAD_MAX);
	http_fields_init(&t->fields, spec->mail);
	for (size_t i = 0; spec->allow_private && i < spec->allow_private->n; i++) {
		buf_add(&t->allow, spec->allow_private->v[i]);
		buf_add_byte(&t->allow, '\n');
	}
	t->easy = h->n_idle ? h->idle[--h->n_idle] : curl_easy_init();
	if (!t->easy)
		abort();
	set_common(t, spec);
	return t;
}

void
transfer_free(struct transfer *t)
{
	curl_easy_reset(t->easy);
	if (t->h->n_idle < IDLE_MAX)
		t->h->idle[t->h->n_idle++] = t->easy;
	else
		curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->list);
	curl_slist_free_all(t->plain);
	free((char *)t->home.p);
	buf_release(&t->allow);
	buf_release(&t->body);
	buf_release(&t->upload);
	buf_release(&t->sent);
	buf_release(&t->head);
	http_fields_release(&t->fields);
	free(t);
}

void *
transfer_easy(struct transfer *t)
{
	return t->easy;
}

struct buf *
transfer_upload(struct transfer *t)
{
	return &t->upload;
}

static void
list_add(struct curl_slist **to, const char *text)
{
	struct curl_slist *list = curl_slist_append(*to, text);

	if (!list)
		abort();
	*to = list;
}

void *
transfer_list_add(struct transfer *t, const char *text)
{
	list_add(&t->list, text);
	return t->list;
}

int
transfer_go(struct transfer *t, struct err *e)
{
	struct http *h = t->h;
	CURLMcode rc;

	t->began_us = clock_mono_us();
	rc = curl_multi_add_handle(h->multi, t->easy);
	if (rc != CURLM_OK) {
		transfer_free(t);
		return err_set(e, ERR_BROKEN, "could not start a transfer: %s",
			       curl_multi_strerror(rc));
	}
	t->next = h->first;
	if (t->next)
		t->next->prev = t;
	h->first = t;
	h->running++;
	return 0;
}

/* ---- requests ----------------------------------------------------------------------------- */

static bool
is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= 0x20 || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c))
			return false;
	}
	return s.n > 0;
}

static int
add_header(struct curl_slist **to, const struct http_header *header, struct err *e)
{
	struct buf line = BUF(16384);
	struct str value = str_trim(header->value);
	int rc = 0;

	if (!is_token(header->name))
		return err_set(e, ERR_REJECT, "header \"%.*s\" has no proper name",
			       STR_ARG(header->name));
	for (size_t i = 0; i < header->value.n; i++)
		if ((unsigned char)header->value.p[i] < 0x20 || header->value.p[i] == 0x7f)
			return err_set(e, ERR_REJECT, "header \"%.*s\" holds a control byte",
				       STR_ARG(header->name));
	/* "Name;" is curl's way to send an empty one. */
	buf_addf(&line, value.n ? "%.*s: %.*s" : "%.*s;", STR_ARG(header->name),
		 STR_ARG(value));
	if (buf_ok(&line))
		list_add(to, line.p);
	else
		rc = err_set(e, ERR_REJECT, "header \"%.*s\" is too long",
			     STR_ARG(header->name));
	buf_release(&line);
	return rc;
}

static int
add_headers(struct curl_slist **to, const struct http_request *r, struct err *e)
{
	bool typed = false;

	for (size_t i = 0; i < r->n_headers; i++) {
		if (add_header(to, &r->headers[i], e) < 0)
			return -1;
		typed |= str_eq_nocase(r->headers[i].name, STR("content-type"));
	}
	/* curl would say x-www-form-urlencoded, and wait a second for a "100 Continue". */
	if (r->body.n && !typed)
		list_add(to, "Content-Type:");
	if (r->body.n)
		list_add(to, "Expect:");
	return 0;
}

static int
set_headers(struct transfer *t, const struct http_request *r, struct err *e)
{
	if (add_headers(&t->list, r, e) < 0)
		return -1;
	if (r->n_secrets) {
		if (add_headers(&t->plain, r, e) < 0)
			return -1;
		for (size_t i = 0; i < r->n_secrets; i++)
			if (add_header(&t->list, &r->secrets[i], e) < 0)
				return -1;
		t->home = (struct str){ strndup(r->url.p, r->url.n), r->url.n };
		if (!t->home.p)
			abort();
	}
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, (void *)t->list);
	return 0;
}

static int
set_method(struct transfer *t, const struct http_request *r, struct err *e)
{
	char method[16];

	if (!is_token(r->method) || r->method.n >= sizeof method)
		return err_set(e, ERR_USAGE, "\"%.*s\" is no HTTP method", STR_ARG(r->method));
	memcpy(method, r->method.p, r->method.n);
	method[r->method.n] = '\0';
	buf_add(&t->upload, r->body);
	if (!buf_ok(&t->upload))
		return err_set(e, ERR_USAGE, "a request of %zu bytes is too large", r->body.n);
	if (r->body.n || strcmp(method, "POST") == 0) {
		curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->upload.n);
		curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, t->upload.p);
	}
	if (strcmp(method, "HEAD") == 0)
		curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
	else if (strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0)
		curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, method);
	return 0;
}

/* As it is on the wire: our own connection, one version, no coding that curl would take off. */
static void
set_verbatim(struct transfer *t)
{
	t->verbatim = true;
	curl_easy_setopt(t->easy, CURLOPT_DEBUGFUNCTION, take_sent);
	curl_easy_setopt(t->easy, CURLOPT_DEBUGDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, NULL);
}

static int
set_request(struct transfer *t, const struct http_request *r, struct err *e)
{
	struct buf url = BUF(16384);
	int redirects = r->max_redirects ? r->max_redirects : REDIRECTS_DEFAULT;
	int64_t max = r->max_bytes > 0 ? r->max_bytes : BODY_DEFAULT;
	int rc = url_resolve((struct str){ NULL, 0 }, r->url, &url, e);

	if (rc < 0)
		e->kind = ERR_USAGE;
	else
		curl_easy_setopt(t->easy, CURLOPT_URL, url.p);
	/* Where HTTP/2 may be, wait for the first connection to say so. Elsewhere curl would wait
	 * for its first answer, and wake one waiter an answer, of whatever host. */
	curl_easy_setopt(t->easy, CURLOPT_PIPEWAIT,
			 str_starts(buf_str(&url), STR("https:")) ? 1L : 0L);
	buf_release(&url);
	if (rc < 0 || set_method(t, r, e) < 0 || set_headers(t, r, e) < 0)
		return -1;
	curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, t->h->encodings);
	curl_easy_setopt(t->easy, CURLOPT_USERAGENT, t->h->agent.p);
	curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(t->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)max);
	curl_easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, redirects > 0 ? 1L : 0L);
	curl_easy_setopt(t->easy, CURLOPT_MAXREDIRS, (long)(redirects > 0 ? redirects : 0));
	t->types = r->types;
	if (r->verbatim)
		set_verbatim(t);
	return 0;
}

int
http_start(struct http *h, const struct http_request *r, struct err *e)
{
	struct transfer_spec spec = {
		.schemes = "http,https",
		.timeout_ms = r->timeout_ms,
		.max_bytes = r->max_bytes,
		.allow_private = r->allow_private,
		.done = r->done,
		.arg = r->arg,
	};
	struct transfer *t = transfer_new(h, &spec, e);

	if (!t)
		return -1;
	if (set_request(t, r, e) < 0) {
		transfer_free(t);
		return -1;
	}
	return transfer_go(t, e);
}
