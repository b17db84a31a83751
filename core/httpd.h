/*
 * httpd.h - the one HTTP server (libmicrohttpd, poll mode), routes by table.
 *
 * A module owns a table of routes; a single-stage process mounts its own, `run` mounts all
 * on one port. A request becomes a struct command (verb of the route, query as JSON args,
 * body) on the stage's control endpoint and its reply the answer: the connection is
 * suspended meanwhile, so that many requests share one commit. Built-in: /healthz, /metrics.
 *
 * A gate reads each head strictly before libmicrohttpd sees it, and every answer closes its
 * connection: what follows a request is never taken for another, whatever stands in front of
 * us. The actor is "token:api" when the token was right, else "http:" and the address; the
 * number in If-Match: "12" is the command's version.
 *
 * Closed here (RELIABILITY.md 19, 20): both Content-Length and Transfer-Encoding, doubled or
 * odd Content-Length, header lines without a colon, bare CR, over 100 headers or 16 KiB of them:
 * 400 and close; a request head not complete in 10 s or body slower than 30 s: closed; at most 1,000 connections, 100 per
 * address; Host must be one of ours (loopback names and the configured ones): 421; writes need
 * "Authorization: Bearer <token>" and no foreign Origin.
 */
#ifndef LY_CORE_HTTPD_H
#define LY_CORE_HTTPD_H

#include "core/stage.h"

enum route_access { ROUTE_OPEN, ROUTE_TOKEN };
struct route {
	const char *method,
		*path;    /* "POST", "/api/v1/documents"; a trailing "/<name>" part in <> is
	                              put into args under that name */
	const char *verb; /* of the command */
	enum route_access access;
	int64_t max_body; /* bytes; over it: 413 */
	const char *help;
	bool signed_body; /* X-Hub-Signature goes into args as "signature" (else it is not read) */
	/* Content-Security-Policy of its answers, for a page that people see: they may then send its
	 * form, and only to us. NULL: nothing at all is allowed. */
	const char *policy;
};
struct httpd_mount {
	const struct route *routes; /* ends with .path == NULL */
	const char *endpoint;       /* control endpoint of the stage that answers */
};
struct httpd_conf {
	struct str listen;       /* "127.0.0.1:8787", "[::1]:0"          */
	struct conf_texts hosts; /* further Host names that are ours     */
	struct str token;        /* bearer token for writes              */
	int64_t timeout_ms;      /* for a reply; then 503; 0 = 30,000    */
};
struct httpd;
/* metrics() appends Prometheus text, health() JSON and returns the status (200, 503); both are
 * called from the server's thread. */
struct httpd *httpd_open(struct bus *b, const struct httpd_conf *c,
			 const struct httpd_mount *mounts, size_t n,
			 void (*metrics)(void *arg, struct buf *out),
			 int (*health)(void *arg, struct buf *out), void *arg,
			 struct err *e) LY_MUST_USE;
int httpd_port(const struct httpd *h); /* the real one when 0 was asked */
void httpd_close(struct httpd *h);

/* A plain site for tests and the newsroom: answers come from a function, in the server's own
 * thread, without tokens or host checks. */
struct site_request {
	struct str method, path, query;
	struct str if_none_match, if_modified_since, clock; /* clock: "Langyan-Clock" header */
	struct str body;
};
struct site_answer {
	int status;
	const char *type;
	struct buf body; /* made with BUF by httpd */
	struct buf etag, location;
	int64_t last_modified; /* 0 = none */
	int64_t retry_after_s; /* 0 = none */
};
struct httpd *site_open(const char *listen,
			void (*answer)(void *arg, const struct site_request *q,
				       struct site_answer *a),
			void *arg, struct err *e) LY_MUST_USE;

#endif
