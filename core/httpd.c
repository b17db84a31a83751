/*
 * Three threads: the gate lets heads in (httpd_gate.h), libmicrohttpd reads bodies and writes
 * answers, the desk talks to the stages (httpd_desk.h).
 *
 *   gate ── guest with a whole head ──▶ MHD ── slip ──▶ desk ── command ──▶ stage
 *                                        ◀── resume ──      ◀── reply ──
 *
 * Invariants
 *  1. What libmicrohttpd made of a head is never looked at: routes, hosts, tokens and lengths
 *     are judged on guest.head.
 *  2. One request per connection: every answer closes it, so no byte after a body is ever
 *     taken for a request, and a proxy cannot be led to share a connection.
 *  3. A request that is with the desk has its connection suspended; nothing but done() ends
 *     that, and done() comes for each.
 */
#include "core/base.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include <microhttpd.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/httpd_inside.h"
#include "core/log.h"
#include "core/str.h"
#include "core/utf8.h"

#define TIMEOUT_MS     30000 /* for a reply, unless said otherwise             */
#define BODY_MS        30000 /* for the whole body                             */
#define IDLE_S         15    /* without a byte in either direction             */
#define CONNECTION_MEM (40 * 1024)
#define BODY_OVER_MAX  ((size_t)1 << 20) /* read past a ceiling, to be able to say 413 */
#define ARGS_MAX       (8 * HEAD_TARGET_MAX)
#define PLAIN          "text/plain; charset=utf-8"

struct request {
	struct httpd *h;
	struct MHD_Connection *c;
	struct guest *guest;
	struct verdict v;
	struct buf args, body;
	char actor[80];
	int64_t since_ms;
	size_t over; /* bytes of the body past the ceiling */
	bool sent;
	atomic_bool back; /* the slip has its answer */
	struct slip slip;
};

/* ---- answers -------------------------------------------------------------------------------- */

static void
header_add(struct MHD_Response *r, const char *name, const char *value)
{
	(void)MHD_add_response_header(r, name, value);
}

static enum MHD_Result
answer(struct request *q, int status, const char *type, struct str body)
{
	struct MHD_Response *r =
		MHD_create_response_from_buffer(body.n, (void *)body.p, MHD_RESPMEM_MUST_COPY);
	const char *page = q->v.route ? q->v.route->policy : NULL;
	enum MHD_Result ok;

	if (!r)
		return MHD_NO;
	header_add(r, "Connection", "close");
	header_add(r, "Content-Type", type);
	header_add(r, "X-Content-Type-Options", "nosniff");
	header_add(r, "Content-Security-Policy",
		   page ? page : "default-src 'none'; frame-ancestors 'none'");
	header_add(r, "X-Frame-Options", "DENY");
	header_add(r, "X-Robots-Tag", "noindex, nofollow");
	/* with no-referrer a browser sends "Origin: null" with a form: it would be refused */
	header_add(r, "Referrer-Policy", page ? "same-origin" : "no-referrer");
	header_add(r, "Cache-Control", "no-store");
	if (status == 401)
		header_add(r, "WWW-Authenticate", "Bearer");
	if (status == 405)
		header_add(r, "Allow", q->v.allow);
	if (status == 503)
		header_add(r, "Retry-After", "1");
	ok = MHD_queue_response(q->c, (unsigned)status, r);
	MHD_destroy_response(r);
	return ok;
}

static enum MHD_Result
answer_text(struct request *q, int status, const char *text)
{
	char line[256];

	snprintf(line, sizeof line, "%s\n", text);
	return answer(q, status, PLAIN, str_of(line));
}

static void
show_metrics(void *arg, struct buf *b, int *status)
{
	struct httpd *h = arg;

	*status = 200;
	h->metrics(h->arg, b);
	buf_addf(b,
		 "# HELP langyan_http_too_large_total bodies over the ceiling of their route\n"
		 "# TYPE langyan_http_too_large_total counter\nlangyan_http_too_large_total "
		 "%lld\n",
		 (long long)h->too_large);
}

static void
show_health(void *arg, struct buf *b, int *status)
{
	struct httpd *h = arg;

	*status = h->health(h->arg, b);
}

/* The pages that need no stage. */
static const struct built_in {
	const char *verb, *type;
	void (*show)(void *arg, struct buf *b, int *status);
} built_ins[] = {
	{ "metrics", "text/plain; version=0.0.4; charset=utf-8", show_metrics },
	{ "health", "application/json", show_health },
};
static const struct route built_in_routes[] = {
	{ "GET", "/metrics", "metrics", ROUTE_OPEN, 0, "figures for Prometheus" },
	{ "GET", "/healthz", "health", ROUTE_OPEN, 0, "200 when all is well, else 503" },
	{ .path = NULL },
};

static enum MHD_Result
answer_built_in(struct request *q)
{
	for (size_t i = 0; i < LY_COUNT(built_ins); i++) {
		struct buf b = BUF(4 << 20);
		enum MHD_Result ok;
		int status;

		if (strcmp(built_ins[i].verb, q->v.route->verb))
			continue;
		built_ins[i].show(q->h, &b, &status);
		ok = answer(q, status, built_ins[i].type, buf_str(&b));
		buf_release(&b);
		return ok;
	}
	return answer_text(q, 404, "nothing is here");
}

/* ---- requests ------------------------------------------------------------------------------- */

static void
request_free(struct request *q)
{
	buf_release(&q->args);
	buf_release(&q->body);
	free(q->slip.body);
	free(q);
}

static struct request *
request_new(struct httpd *h, struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct guest *guest = info ? info->socket_context : NULL;
	struct request *q;

	if (!guest || guest->asked)
		return NULL;
	guest->asked = true;
	q = calloc(1, sizeof *q);
	if (!q)
		abort();
	q->h = h;
	q->c = c;
	q->guest = guest;
	q->since_ms = clock_mono_ms();
	q->args = BUF(ARGS_MAX);
	q->v = route_judge(&h->rules, &guest->head, &q->args);
	q->body = BUF(q->v.status ? 1 : (size_t)q->v.route->max_body + 1);
	return q;
}

/* Mount 0 is our own. */
static bool
is_built_in(const struct request *q)
{
	return q->v.mount == 0;
}

static struct str
type_of(const struct head *h)
{
	return utf8_valid(h->type) ? h->type : STR("application/octet-stream");
}

static void
suspend(void *arg)
{
	MHD_suspend_connection(arg);
}

static enum MHD_Result
request_send(struct request *q)
{
	const struct head *head = &q->guest->head;

	snprintf(q->actor, sizeof q->actor, "%s:%s", q->v.owner ? "token" : "http",
		 q->v.owner ? "api" : q->guest->name);
	q->slip = (struct slip){ .mount = q->v.mount - 1,
				 .cmd = { .id = id_random(),
					  .actor = str_of(q->actor),
					  .verb = str_of(q->v.route->verb),
					  .args = buf_str(&q->args),
					  .type = type_of(head),
					  .body = buf_str(&q->body),
					  .version = route_version(head->if_match) } };
	q->sent = true;
	if (desk_send(q->h->desk, &q->slip, suspend, q->c) < 0)
		return answer_text(q, 503, "stopping");
	return MHD_YES;
}

/* A piece of the body, or its end. */
static enum MHD_Result
request_body(struct request *q, const char *bytes, size_t *n)
{
	if (clock_mono_ms() - q->since_ms > BODY_MS)
		return MHD_NO;
	buf_add(&q->body, (struct str){ bytes, *n });
	if (!buf_ok(&q->body))
		q->over += *n;
	*n = 0;
	if (q->over <= BODY_OVER_MAX)
		return MHD_YES;
	q->h->too_large++; /* cut off without an answer */
	return MHD_NO;
}

static enum MHD_Result
request_whole(struct request *q)
{
	if (q->back)
		return answer(q, q->slip.status, q->slip.type,
			      (struct str){ q->slip.body, q->slip.body_n });
	if (q->sent)
		return MHD_YES;
	if (q->over || !buf_ok(&q->body)) {
		q->h->too_large++;
		return answer_text(q, 413, "the body is too large");
	}
	if (is_built_in(q))
		return answer_built_in(q);
	return request_send(q);
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method,
	   const char *version, const char *bytes, size_t *n, void **context)
{
	struct request *q = *context;

	(void)url;
	(void)method;
	(void)version;
	if (q && *n)
		return request_body(q, bytes, n);
	if (q)
		return request_whole(q);
	*context = q = request_new(cls, c);
	if (!q)
		return MHD_NO;
	q->h->too_large += q->v.status == 413; /* its length says so */
	return q->v.status ? answer_text(q, q->v.status, q->v.text) : MHD_YES;
}

static void
on_completed(void *cls, struct MHD_Connection *c, void **context,
	     enum MHD_RequestTerminationCode why)
{
	(void)cls;
	(void)c;
	(void)why;
	if (*context)
		request_free(*context);
	*context = NULL;
}

/* From the desk's thread: the lock inside resume makes what was written here seen there. */
static void
on_done(void *arg, struct slip *s)
{
	struct request *q = (struct request *)((char *)s - offsetof(struct request, slip));

	(void)arg;
	q->back = true;
	MHD_resume_connection(q->c);
}

/* ---- connections ---------------------------------------------------------------------------- */

static int
on_enter(void *arg, struct guest *g)
{
	struct httpd *h = arg;

	return MHD_add_connection(h->daemon, g->fd, (struct sockaddr *)&g->address,
				  g->address_n) == MHD_YES
		       ? 0
		       : -1;
}

static void
on_connection(void *cls, struct MHD_Connection *c, void **context,
	      enum MHD_ConnectionNotificationCode what)
{
	struct httpd *h = cls;
	const union MHD_ConnectionInfo *info;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
		*context = info ? gate_guest(h->gate, info->connect_fd) : NULL;
	} else if (*context) {
		gate_leave(h->gate, *context);
		*context = NULL;
	}
}

/* ---- life ----------------------------------------------------------------------------------- */

static void
rules_copy(struct httpd *h, const struct httpd_conf *c, const struct httpd_mount *mounts,
	   size_t n)
{
	struct httpd_mount *m = arena_alloc(h->a, (n + 1) * sizeof *m);
	struct str *hosts = arena_alloc(h->a, (c->hosts.n + 1) * sizeof *hosts);

	m[0] = (struct httpd_mount){ .routes = built_in_routes };
	for (size_t i = 0; i < n; i++)
		m[i + 1] = (struct httpd_mount){ mounts[i].routes,
						 arena_text(h->a, str_of(mounts[i].endpoint)) };
	for (size_t i = 0; i < c->hosts.n; i++)
		hosts[i] = arena_str(h->a, c->hosts.v[i]);
	h->rules = (struct route_rules){ .mounts = m,
					 .n = n + 1,
					 .listen = arena_str(h->a, c->listen),
					 .hosts = { hosts, c->hosts.n },
					 .token = arena_str(h->a, str_trim(c->token)) };
}

static struct MHD_Daemon *
daemon_start(struct httpd *h)
{
	return MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_NO_LISTEN_SOCKET |
			MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC,
		0, NULL, NULL, on_request, h, MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)GATE_GUESTS + 8, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEM,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

struct httpd *
httpd_open(struct bus *b, const struct httpd_conf *c, const struct httpd_mount *mounts,
	   size_t n, void (*metrics)(void *arg, struct buf *out),
	   int (*health)(void *arg, struct buf *out), void *arg, struct err *e)
{
	struct httpd *h = calloc(1, sizeof *h);
	int fd;

	if (!h)
		abort();
	h->a = arena_new();
	h->metrics = metrics;
	h->health = health;
	h->arg = arg;
	rules_copy(h, c, mounts, n);
	fd = gate_listen(h->rules.listen.p, &h->port, e);
	if (fd < 0)
		goto fail;
	/* somebody may be waiting already: the gate opens when all behind it stands */
	h->gate = gate_new(fd, on_enter, h);
	h->daemon = daemon_start(h);
	if (!h->daemon) {
		err_set(e, ERR_RETRY, "could not start the HTTP server");
		goto fail;
	}
	h->desk = desk_open(b, h->rules.mounts + 1, n,
			    c->timeout_ms ? c->timeout_ms : TIMEOUT_MS, on_done, h, e);
	if (h->desk && gate_start(h->gate, e) == 0)
		return h;
fail:
	httpd_close(h);
	return NULL;
}

int
httpd_port(const struct httpd *h)
{
	return h->port;
}

/* In this order: nobody comes in, whoever waits gets an answer, connections end. */
void
httpd_close(struct httpd *h)
{
	if (!h)
		return;
	if (h->gate)
		gate_stop(h->gate);
	if (h->desk)
		desk_stop(h->desk);
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	desk_close(h->desk);
	gate_free(h->gate);
	arena_free(h->a);
	free(h);
}
