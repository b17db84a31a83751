#include "core/base.h"

#include <unistd.h>

#include <microhttpd.h>

#include "core/clock.h"
#include "core/httpd_inside.h"
#include "core/str.h"

#define BODY_MAX   ((size_t)8 << 20)
#define ANSWER_MAX ((size_t)64 << 20)
#define IDLE_S     30

static struct str
header_of(struct MHD_Connection *c, const char *name)
{
	return str_of(MHD_lookup_connection_value(c, MHD_HEADER_KIND, name));
}

/* The query as "k=v&k=v", unescaped; enough for tests. */
static enum MHD_Result
query_add(void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct buf *b = cls;

	(void)kind;
	buf_addf(b, "%s%s%s%s", b->n ? "&" : "", key, value ? "=" : "", value ? value : "");
	return MHD_YES;
}

static void
date_add(struct buf *b, int64_t at)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil c = zone_civil(NULL, at);

	buf_addf(b, "%s, %02d %s %d %02d:%02d:%02d GMT", days[c.weekday - 1], c.day,
		 months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static enum MHD_Result
site_send(struct MHD_Connection *c, struct site_answer *a)
{
	struct MHD_Response *r =
		MHD_create_response_from_buffer(a->body.n, a->body.p, MHD_RESPMEM_MUST_COPY);
	struct buf date = BUF(64), after = BUF(32);
	enum MHD_Result ok;

	if (!r)
		return MHD_NO;
	if (a->type)
		(void)MHD_add_response_header(r, "Content-Type", a->type);
	if (a->etag.n)
		(void)MHD_add_response_header(r, "ETag", a->etag.p);
	if (a->location.n)
		(void)MHD_add_response_header(r, "Location", a->location.p);
	if (a->last_modified) {
		date_add(&date, a->last_modified);
		(void)MHD_add_response_header(r, "Last-Modified", date.p);
		buf_release(&date);
	}
	if (a->retry_after_s) {
		buf_addf(&after, "%lld", (long long)a->retry_after_s);
		(void)MHD_add_response_header(r, "Retry-After", after.p);
		buf_release(&after);
	}
	ok = MHD_queue_response(c, (unsigned)(a->status ? a->status : 200), r);
	MHD_destroy_response(r);
	return ok;
}

static enum MHD_Result
site_answer(struct httpd *h, struct MHD_Connection *c, const char *url, const char *method,
	    const struct buf *body)
{
	struct buf query = BUF(64 * 1024);
	struct site_answer a = { .body = BUF(ANSWER_MAX),
				 .etag = BUF(1024),
				 .location = BUF(8192) };
	struct site_request q = { .method = str_of(method),
				  .path = str_of(url),
				  .if_none_match = header_of(c, "If-None-Match"),
				  .if_modified_since = header_of(c, "If-Modified-Since"),
				  .clock = header_of(c, "Langyan-Clock"),
				  .body = buf_str(body) };
	enum MHD_Result ok;

	MHD_get_connection_values(c, MHD_GET_ARGUMENT_KIND, query_add, &query);
	q.query = buf_str(&query);
	h->answer(h->arg, &q, &a);
	ok = site_send(c, &a);
	buf_release(&query);
	buf_release(&a.body);
	buf_release(&a.etag);
	buf_release(&a.location);
	return ok;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method,
	   const char *version, const char *bytes, size_t *n, void **context)
{
	struct buf *body = *context;

	(void)version;
	if (!body) {
		*context = body = malloc(sizeof *body);
		if (!body)
			abort();
		*body = BUF(BODY_MAX);
		return MHD_YES;
	}
	if (!*n)
		return site_answer(cls, c, url, method, body);
	buf_add(body, (struct str){ bytes, *n });
	*n = 0;
	return buf_ok(body) ? MHD_YES : MHD_NO;
}

static void
on_completed(void *cls, struct MHD_Connection *c, void **context,
	     enum MHD_RequestTerminationCode why)
{
	struct buf *body = *context;

	(void)cls;
	(void)c;
	(void)why;
	if (!body)
		return;
	buf_release(body);
	free(body);
	*context = NULL;
}

struct httpd *
site_open(const char *listen,
	  void (*answer)(void *arg, const struct site_request *q, struct site_answer *a),
	  void *arg, struct err *e)
{
	struct httpd *h = calloc(1, sizeof *h);
	int fd;

	if (!h)
		abort();
	h->a = arena_new();
	h->answer = answer;
	h->arg = arg;
	fd = gate_listen(listen, &h->port, e);
	if (fd < 0)
		goto fail;
	h->daemon = MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL, NULL, on_request, h,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_END);
	if (h->daemon)
		return h;
	close(fd);
	err_set(e, ERR_RETRY, "could not start the site");
fail:
	httpd_close(h);
	return NULL;
}
