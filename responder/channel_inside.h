/*
 * channel_inside.h - what the files of the kinds share: letters, pieces, requests, sendings.
 */
#ifndef LY_RESPONDER_CHANNEL_INSIDE_H
#define LY_RESPONDER_CHANNEL_INSIDE_H

#include "core/json.h"
#include "responder/channel.h"

#define LETTER_LINKS   4
#define REQUEST_FIELDS 8

/* A parcel as it was read for its channel; lives in a. */
struct letter {
	struct arena *a;
	const struct channel_conf *c;
	const struct parcel *p; /* texts as they came: title and text are what may be shown */
	const struct json *facts;
	int64_t wall_at;        /* for signatures               */
	struct str title, text; /* clean UTF-8; title one line  */
	struct {
		struct str label, url;
	} links[LETTER_LINKS];
	size_t links_n;
};
/* Part i of n. */
struct piece {
	struct str text; /* in the dialect of the kind */
	size_t i, n;
};
/* Texts live in the letter's arena. */
struct channel_request {
	struct str url, body;
	struct http_header headers[REQUEST_FIELDS];
	size_t headers_n;
};

void request_header(struct channel_request *q, const char *name, struct str value);
/* A text of the facts, or empty. */
struct str letter_fact(const struct letter *l, const char *key);
/* "https://langyan.example/incidents/INC-2026-0042", or empty. */
struct str letter_link(const struct letter *l);

/* One notice under way. */
struct sending {
	struct channels *owner;
	struct sending *next;
	struct http *http;
	struct letter letter;
	struct parcel parcel; /* own copy: texts in the letter's arena */
	struct piece *pieces;
	size_t n, at;
	channel_done *done;
	void *arg;
};
/* It has ended: done is called, s is gone. */
void sending_end(struct sending *s, const struct channel_end *x);
/* An http_response says how the piece ended: the next one, or the end. arg: the sending. */
void sending_answered(void *arg, const struct http_response *r);

int webhook_frame(const struct letter *l, const struct piece *x, struct channel_request *out,
		  struct err *e);
int mailbox_start(struct sending *s, struct err *e);
int file_start(struct sending *s, struct err *e);
/* "20260314T135500Z-INC-2026-0042-page-0123456789abcdef.txt". Pure. */
void file_name(const struct parcel *p, struct buf *out);

#endif
