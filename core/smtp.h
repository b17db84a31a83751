/*
 * smtp.h - one e-mail, rendered and sent by libcurl inside the http loop.
 *
 * multipart/alternative with a complete text part, the HTML together with its images; RFC 2047 headers; Han in base64;
 * lines <= 998; control bytes in an address or header are refused (libcurl would let an
 * injected Bcc through). Message-ID is the idempotency key.
 */
#ifndef LY_CORE_SMTP_H
#define LY_CORE_SMTP_H

#include "core/http.h"

/* An image that the HTML shows as cid:NAME. */
struct mail_image {
	const char *name; /* letters and digits */
	struct str png;
};
struct mail {
	struct str server; /* smtp://host:port, smtps://host:port      */
	int64_t starttls;  /* 0 no, 1 required                         */
	struct str user, password;
	struct str from, to; /* address, or "Name <address>"             */
	struct str subject;
	struct str text, html; /* html may be empty                        */
	const struct mail_image *images;
	size_t images_n;
	struct str key;         /* Message-ID: <key@langyan.invalid-domain of from> */
	struct str thread;      /* Message-ID part of the first in the thread, or empty */
	struct str unsubscribe; /* https or mailto URL for List-Unsubscribe, or empty */
	int64_t at;             /* Date                                     */
	int64_t timeout_ms;
	const struct conf_texts *allow_private; /* as in http_request; servers are named by the
	                                           owner, so "*" allows any address */
	/* status = SMTP code: sent is end HTTP_OK and status 2xx; a 4xx (try later) is HTTP_OK
	 * with that status, a 5xx HTTP_REFUSED_MAIL; detail is the server's reply. */
	void (*done)(void *arg, const struct http_response *r);
	void *arg;
};
/* The message as sent (for tests and the file channel), pure. ERR_REJECT for bad headers, an
 * address that is none, a key with other bytes than letters, digits and "._+-", or when out
 * is too small. */
int mail_render(const struct mail *m, struct buf *out, struct err *e) LY_MUST_USE;
/* -1: as mail_render, ERR_USAGE for a bad server, ERR_RETRY when max_transfers run. Everything
 * in m is copied. */
int mail_start(struct http *h, const struct mail *m, struct err *e) LY_MUST_USE;

#endif
