/*
 * http.h - a loop of HTTP and SMTP transfers over libcurl's multi interface.
 *
 * One struct http per thread; its epoll descriptor goes into the runner's poll set. Every
 * transfer is guarded: the resolved address of every hop is checked against the special
 * purpose blocks (IANA v4 and v6, RFC 6890 and later) before a connection is made, unless
 * "address:port" is in its allow list; decoded bytes are counted against max_bytes; no proxy
 * from the environment; http and https only, also after redirects. CURLOPT_CAPATH is NULL
 * (LIMITS.md section 4: 28 times cheaper). TLS sessions and DNS are shared.
 */
#ifndef LY_CORE_HTTP_H
#define LY_CORE_HTTP_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/conf.h"
#include "core/err.h"

struct http;
struct http_conf {
	struct str agent;      /* User-Agent                           */
	int64_t max_transfers; /* at once; 0 = 256                     */
	int64_t per_host;      /* connections per host; 0 = 1          */
	struct str proxy;      /* by configuration only; empty = none. With one, the proxy
				* connects: it has to refuse private addresses itself. */
	struct str ca_file;    /* PEM: trusted in the place of the system's; empty = those */
};
struct http *http_new(const struct http_conf *c, struct err *e) LY_MUST_USE;
void http_free(struct http *h); /* running transfers end as HTTP_STOPPED, done is called */
int http_fd(struct http *h);    /* epoll: readable = call http_turn */
/* Let transfers go on; done() functions are called from here. Never blocks. */
void http_turn(struct http *h);
size_t http_running(const struct http *h);

/* Why a transfer ended. A closed list: it is shown to people. */
enum http_end {
	HTTP_OK,           /* an answer with a status, whole         */
	HTTP_NO_NAME,      /* name not found                         */
	HTTP_NO_CONNECT,   /* refused or unreachable                 */
	HTTP_BLOCKED,      /* address is not allowed (SSRF guard)    */
	HTTP_TLS,          /* certificate or handshake               */
	HTTP_SLOW,         /* total time or too slow                 */
	HTTP_TOO_LARGE,    /* decoded bytes or headers over ceiling  */
	HTTP_REDIRECTS,    /* more than max_redirects                */
	HTTP_PROTOCOL,     /* not http(s), broken answer             */
	HTTP_CUT,          /* connection ended in the middle         */
	HTTP_REFUSED_MAIL, /* SMTP: a 5xx                            */
	HTTP_OTHER_TYPE,   /* not a type that was asked for: not read */
	HTTP_STOPPED,      /* we are going down                      */
	HTTP_DISALLOWED,   /* by robots.txt: crawler/robots_gate.c   */
	HTTP_END_COUNT
};
extern const char *const http_end_words[];

struct http_header {
	struct str name, value; /* refused with ERR_REJECT when a byte is < 0x20 or 0x7f */
};
struct http_response {
	enum http_end end;
	char detail[160]; /* in words, for people and logs */
	int status;       /* 0 when there was none */
	struct str body;  /* decoded; valid during done() */
	struct str type;  /* Content-Type */
	struct str etag, last_modified, retry_after, location,
		link; /* verbatim; empty if none */
	struct str cache_control, expires, disposition;
	struct str url;             /* of the last hop */
	struct str address;         /* of the last hop's far end, as text; empty if none */
	bool moved_for_good;        /* every redirect was 301 or 308 */
	int64_t us;                 /* time it took */
	int64_t first_byte_sent_us; /* monotonic clock_mono_us() when the request began to leave */
	/* Only of a verbatim request: head of the request and of the answer (last hop, with its
	 * empty line) as they were on the wire. The body has its content coding; a transfer coding
	 * is taken off. */
	struct str sent, head;
};
struct http_request {
	struct str method; /* "GET", "POST" */
	struct str url;
	const struct http_header *headers;
	size_t n_headers;
	/* Further headers that go to the origin of url alone: a redirect to another is followed
	 * without them. Their values are never in messages. */
	const struct http_header *secrets;
	size_t n_secrets;
	struct str body;    /* copied */
	int64_t max_bytes;  /* decoded; 0 = 8 MiB */
	int64_t timeout_ms; /* 0 = 30 s; slower than 100 B/s for 10 s ends it too */
	int max_redirects;  /* 0 = 5, -1 = none */
	const struct conf_texts *allow_private; /* "127.0.0.1:8080", exact; NULL = none */
	/* For evidence: HTTP/1.1, no compression asked for, nothing decoded; fills .sent and .head. */
	bool verbatim;
	/* Beginnings of Content-Types ("text/"), NULL-ended: the body of a 2xx with another one,
	 * with none, or meant to be saved (Content-Disposition: attachment) is not read. NULL = all. */
	const char *const *types;
	/* Called once from http_turn. May start new transfers. */
	void (*done)(void *arg, const struct http_response *r);
	void *arg;
};
/* -1: ERR_USAGE for a bad request (nothing will be called), ERR_RETRY when max_transfers run. */
int http_start(struct http *h, const struct http_request *r, struct err *e) LY_MUST_USE;
/* One transfer, waiting (doctor, tests, push). Response texts live in a. */
int http_once(struct http *h, const struct http_request *r, struct arena *a,
	      struct http_response *out, struct err *e) LY_MUST_USE;
/* Does r lead to r->location? */
bool http_is_redirect(const struct http_response *r);
/* r with its texts copied to a. */
void http_keep(struct arena *a, const struct http_response *r, struct http_response *out);
/* Is this literal address one that the guard refuses? Address bytes: 4 or 16. Pure. */
bool http_address_private(const uint8_t *address, size_t n);

/* A canonical, comparable form: scheme and host lower-cased, default port and fragment
 * dropped, dot segments solved, known tracking parameters dropped. Relative ones are taken
 * from base (may be empty). Only curl's URL parser is used (no parser differential).
 * -1 and ERR_REJECT when it is not an http(s) URL. */
int url_canonical(struct str base, struct str url, struct buf *out, struct err *e) LY_MUST_USE;
/* Resolve only: nothing dropped. */
int url_resolve(struct str base, struct str url, struct buf *out, struct err *e) LY_MUST_USE;
/* The same scheme, host and port? Equal texts are; of others false when one is no URL. */
bool url_same_origin(struct str a, struct str b);
bool url_same_host(struct str a, struct str b); /* false when one has none */
/* The canonical spelling of url in a; empty when it is no address. */
struct str url_canonical_text(struct arena *a, struct str url);
/* s as the value of a query or form: all but RFC 3986's unreserved escaped. */
void url_add_percent(struct buf *out, struct str s);
/* Host of an http(s) URL, lower case, into out; -1 when there is none. */
int url_host(struct str url, struct buf *out) LY_MUST_USE;

#endif
