/*
 * http_loop.h - one transfer in the loop of a struct http: what http.c and smtp.c share.
 *
 * Only those and imap.c include it; everybody else uses http.h, smtp.h and imap.h. A transfer made by
 * transfer_new has all guards set; its owner adds what to ask for through transfer_easy
 * and hands it over with transfer_go.
 */
#ifndef LY_CORE_HTTP_LOOP_H
#define LY_CORE_HTTP_LOOP_H

#include "core/http.h"

struct transfer;
struct transfer_spec {
	const char *schemes;                    /* "http,https"                             */
	bool mail;                              /* answers are SMTP replies, not headers    */
	bool lines;                             /* and all of them are kept: .head          */
	int64_t timeout_ms;                     /* 0 = 30 s                                 */
	int64_t max_bytes;                      /* 0 = 8 MiB                                */
	const struct conf_texts *allow_private; /* copied */
	void (*done)(void *arg, const struct http_response *r);
	void *arg;
};
/* NULL and ERR_RETRY when max_transfers run or the loop is going down. */
struct transfer *transfer_new(struct http *h, const struct transfer_spec *spec,
			      struct err *e) LY_MUST_USE;
void transfer_free(struct transfer *t);  /* only before transfer_go */
void *transfer_easy(struct transfer *t); /* curl's CURL *      */
struct buf *transfer_upload(
	struct transfer *t); /* what is to be sent: at most 64 MiB, lives as long as t */
/* Append to the list (of headers, of recipients) that lives as long as t; returns curl's
 * struct curl_slist *. */
void *transfer_list_add(struct transfer *t, const char *text);
/* t belongs to the loop from here, and is freed when this fails. */
int transfer_go(struct transfer *t, struct err *e) LY_MUST_USE;

/* The headers of an answer that we use; of a mail's server, its last reply in v[0]. */
enum http_field {
	FIELD_TYPE,
	FIELD_ETAG,
	FIELD_LAST_MODIFIED,
	FIELD_RETRY_AFTER,
	FIELD_LOCATION,
	FIELD_LINK,
	FIELD_CACHE_CONTROL,
	FIELD_EXPIRES,
	FIELD_DISPOSITION,
	FIELD_COUNT
};
struct http_fields {
	struct buf v[FIELD_COUNT]; /* of the last hop */
	size_t lines, bytes;       /* of all hops     */
	int status;                /* of the last hop */
	bool whole;                /* the empty line after them has come */
	bool mail, temporary;      /* temporary: some hop was a 302, 303 or 307 */
};
void http_fields_init(struct http_fields *f, bool mail);
void http_fields_release(struct http_fields *f);
/* One line as it came. False when there are more than 512 or than 256 KiB. */
bool http_fields_take(struct http_fields *f, struct str line);
/* Is the body of this answer of one of the types (NULL-ended; NULL = any), and not to be saved? */
bool http_fields_fit(const struct http_fields *f, const char *const *types);
void http_fields_show(const struct http_fields *f, struct http_response *r); /* borrowed */
void http_fields_keep(struct arena *a, struct http_response *r); /* what was shown, copied */

/* True when the guard lets a transfer with this allow list (one a line) talk to the address;
 * else why is filled. */
bool http_guard(struct str allow, const uint8_t *address, size_t n, int port, char *why,
		size_t why_size);
/* Why an address is refused, in words, or NULL for one on the public internet. */
const char *http_address_block(const uint8_t *address, size_t n);
/* The IPv4 address that these 4 or 16 bytes lead to (::ffff:0:0/96, 64:ff9b::/96), or NULL. */
const uint8_t *http_address_v4(const uint8_t *address, size_t n);

#endif
