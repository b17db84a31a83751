/*
 * channel.h - channel: how one notice leaves, by kind. A row of channel_kinds and a file
 * channel_KIND.c add a kind.
 *
 * A channel knows no rows and no retries: it is given a parcel, starts a transfer, and says how
 * it ended through done(), once, later or before it returns.
 */
#ifndef LY_RESPONDER_CHANNEL_H
#define LY_RESPONDER_CHANNEL_H

#include "core/http.h"
#include "responder/people_conf.h"
#include "responder/plain.h"
#include "responder/retry.h"

/* One notice as a channel sees it. Texts are borrowed for the call. */
struct parcel {
	struct id key;    /* the idempotency key */
	struct id thread; /* key of the first notice of this incident to this address; or key */
	const char *hex, *uuid; /* the key as text: 32 hex digits; 8-4-4-4-12 */
	struct str kind;        /* "page", "clear", "bundle", "digest", "operator" */
	struct str address;     /* of the contact                                  */
	int64_t level;          /* 0 = none                                        */
	struct str subject, body, html;
	struct str facts; /* JSON object                                     */
	struct str public_url;
	int64_t at;           /* domain time                                     */
	bool repeat_possible; /* the other side may have it already           */
};
typedef void channel_done(void *arg, const struct http_response *r);

struct channel_kind {
	int64_t rate;             /* notices a minute, when the channel sets none */
	enum plain_form form;     /* of outside text in what it shows             */
	enum retry_tongue tongue; /* of its status codes                      */
	/* -1: ERR_RETRY try again soon; else it can never leave like this and done is not called. */
	int (*start)(const struct channel_conf *c, const struct parcel *p, struct http *http,
		     channel_done *done, void *arg, struct err *e);
};
extern const struct channel_kind channel_kinds[CHANNEL_TYPES];
static inline const struct channel_kind *
channel_kind(const struct channel_conf *c)
{
	return &channel_kinds[c->kind];
}

int webhook_start(const struct channel_conf *c, const struct parcel *p, struct http *http,
		  channel_done *done, void *arg, struct err *e);
/* The body: Alertmanager's webhook, version 4. Pure. */
void webhook_render(const struct channel_conf *c, const struct parcel *p, struct buf *out);
/* "t=1599360473,v1=<hex hmac-sha256(secret, t "." body)>". Pure. */
void webhook_sign(struct str secret, int64_t wall_at, struct str body, struct buf *out);

int mailbox_start(const struct channel_conf *c, const struct parcel *p, struct http *http,
		  channel_done *done, void *arg, struct err *e);

int file_start(const struct channel_conf *c, const struct parcel *p, struct http *http,
	       channel_done *done, void *arg, struct err *e);
/* A notice that was composed again, where a file of it is still there. Number of files, or -1. */
int file_again(const struct channel_conf *c, const struct parcel *p, struct err *e) LY_MUST_USE;
/* "20260314T135500Z-INC-2026-0042-page-0123456789abcdef.txt". Pure. */
void file_name(const struct parcel *p, struct buf *out);

#endif
