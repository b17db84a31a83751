/*
 * channel_inside.h - what the files of the kinds share: letters, pieces, requests, sendings.
 */
#ifndef LY_RESPONDER_CHANNEL_INSIDE_H
#define LY_RESPONDER_CHANNEL_INSIDE_H

#include "core/json.h"
#include "responder/channel.h"
#include "responder/channel_text.h"

#define LETTER_LINKS   4
#define REQUEST_FIELDS 8

/* ---- channel_letter.c: a parcel as it was read for its channel -------------------------------- */

struct letter {
	struct arena *a;
	const struct channel_conf *c;
	const struct parcel *p; /* title and text are what may be shown of its texts        */
	const struct json *facts;
	int64_t wall_at;      /* for signatures                                          */
	enum dialect dialect; /* of the kind, unless the address asks for another form   */
	struct channel_limit limit; /* the same                                              */
	struct str title;       /* one line                                                */
	struct str text, whole; /* clean UTF-8; whole begins with the title as it came     */
	bool bare;              /* title and text are all that may leave, and the links     */
	struct {
		struct str label, url;
	} links[LETTER_LINKS];
	size_t links_n;
};
/* Part i of n: source, and text as the dialect writes it. */
struct piece {
	struct str text, source;
	size_t i, n;
};
void letter_read(struct letter *l, struct arena *a, const struct channel_conf *c,
		 const struct parcel *p);
/* Cut to the limit of the kind. ERR_REJECT: no cut is small enough, or there are over 99 parts. */
int letter_cut(const struct letter *l, struct piece **out, size_t *n,
	       struct err *e) LY_MUST_USE;
/* A text of the facts, or empty. */
struct str letter_fact(const struct letter *l, const char *key);
/* "https://langyan.example/incidents/INC-2026-0042", or empty. */
struct str letter_link(const struct letter *l);
/* The title with "(1/3) " before it where there are several. Written in d. */
void letter_add_title(const struct letter *l, const struct piece *x, enum dialect d,
		      struct buf *out);
/* Links as lines of text, where there are no buttons: on the last part. */
void letter_add_links(const struct letter *l, const struct piece *x, enum dialect d,
		      struct buf *out);
static inline bool
piece_is_last(const struct piece *x)
{
	return x->i + 1 == x->n;
}

/* ---- requests ------------------------------------------------------------------------------------ */

/* Texts live in the letter's arena. */
struct channel_request {
	struct str method; /* empty: POST */
	struct str bearer; /* "Bearer …" for Authorization; empty: none */
	struct str url, body;
	struct str counted; /* what the kind's limit counts */
	struct http_header headers[REQUEST_FIELDS];
	size_t headers_n;
};
void request_header(struct channel_request *q, const char *name, struct str value);
/* JSON: the Content-Type, and b becomes the body; b is released. ERR_REJECT when it is over. */
int request_json(const struct letter *l, struct channel_request *q, struct buf *b,
		 struct err *e) LY_MUST_USE;
/* The address of a vendor's hook: the token when it is a whole address, else base + path + token;
 * `url` takes the place of scheme and host. tail is added, with '&' where there is a '?'. */
struct str hook_url(const struct letter *l, const char *base, const char *path,
		    const char *tail);
/* base64(hmac-sha256(key, message)) */
void sign_base64(struct str key, struct str message, struct buf *out);

/* ---- one notice under way ------------------------------------------------------------------------- */

struct child;
struct drawings;
/* Of an app: good for some time, whoever the notice is for. */
struct channel_token {
	struct str channel; /* its name */
	char text[256];
	int64_t until; /* wall */
};
struct sending {
	struct channels *owner;
	struct sending *next;
	struct http *http;
	struct drawings *drawings; /* of all mails */
	struct letter letter;
	struct parcel parcel; /* own copy: texts in the letter's arena */
	struct piece *pieces;
	size_t n, at;
	channel_done *done;
	void *arg;
	struct channel_token *token; /* apps: shared, of the channel         */
	struct str message;          /* apps: what the last piece is called  */
	bool rung;                   /* apps: it has been made to ring       */
	struct child *child;         /* command                              */
};
/* It has ended: done is called, s is gone. */
void sending_end(struct sending *s, const struct channel_end *x);
/* An http_response says how the piece ended: the next one, or the end. arg: the sending. */
void sending_answered(void *arg, const struct http_response *r);
int channels_epoll(const struct channels *s);

/* ---- kinds ------------------------------------------------------------------------------------------ */

typedef int channel_frame(const struct letter *l, const struct piece *x,
			  struct channel_request *out, struct err *e);
channel_frame webhook_frame, feishu_frame, feishu_app_frame, dingtalk_frame, wecom_frame,
	slack_frame, teams_frame, telegram_frame, ntfy_frame, pagerduty_frame;
int mailbox_start(struct sending *s, struct err *e);
int file_start(struct sending *s, struct err *e);
int command_start(struct sending *s, struct err *e);
/* Looks whether its program has ended: then s is gone. */
void command_turn(struct sending *s);
/* A mobile number can only be called in a plain text, which is shorter. */
void wecom_form(struct letter *l);
/* What an app does around its messages. 1: *q is next, 0: the piece is done, -1. */
int feishu_app_step(struct sending *s, struct channel_request *q, struct err *e);
/* An answer that was taken. */
void feishu_app_heard(struct sending *s, struct str answer);
/* "20260314T135500Z-INC-2026-0042-page-0123456789abcdef.txt". Pure. */
void file_name(const struct parcel *p, struct buf *out);

#endif
