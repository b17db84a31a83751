/*
 * channel.h - channel: how one notice leaves, by kind. One table of kinds: a row of channel_kinds,
 * a row of keys in channel_conf.c and a file channel_KIND.c add one.
 *
 *   parcel ──read──▶ letter ──cut to the limit──▶ parts ──frame──▶ requests, one after another
 *                                                                     │
 *   channel_end (what it means, how many parts arrived) ◀──judge── answer
 *
 * A channel knows no rows and no retries: it is given a parcel and says how it ended through
 * done(), once. What an answer means is a pure function of the answer (channel_judge); what is
 * said is a pure function of configuration, parcel and time (channel_inside.h).
 */
#ifndef LY_RESPONDER_CHANNEL_H
#define LY_RESPONDER_CHANNEL_H

#include "core/http.h"
#include "responder/channel_conf.h"
#include "responder/conf.h"
#include "responder/plain.h"

/* One notice as a channel sees it. Texts are borrowed for the call. */
struct parcel {
	struct id key;    /* the idempotency key */
	struct id thread; /* key of the first notice of this incident to this address; or key */
	const char *hex, *uuid; /* the key as text: 32 hex digits; 8-4-4-4-12 */
	struct str kind;        /* "page", "clear", "bundle", "digest", "operator" */
	struct str address;     /* of the contact                                  */
	int64_t level;          /* 0 = none                                        */
	struct str subject, body, html;
	/* JSON object. Of it channels read: incident, watch, trigger, fingerprint, mentions,
	 * opened_at, closed_at, planned_at; brief (1: nothing else may leave, and subject and body say
	 * nothing else); links, a list of at most 4 {"label": "我来处理", "url": "https://…"} that
	 * become buttons where there are such, else lines of text. */
	struct str facts;
	struct str public_url;
	struct str
		unsubscribe;  /* of a digest to a reader: the address that ends it; or empty */
	int64_t at;           /* domain time                                     */
	bool repeat_possible; /* the other side may have it already           */
	size_t skip;          /* so many parts have arrived before: they do not go again */
	bool crosses;         /* channel_crosses(): then it is made brief if it is not */
	bool zh;              /* language of the words that a channel itself adds */
	bool exercise;        /* a drill: its mark stands first and last in whatever leaves */
};

/* ---- what an answer means ------------------------------------------------------------------ */

enum channel_fault {
	FAULT_NONE,  /* it was taken                                                          */
	FAULT_WORLD, /* busy or away: the same again, not before wait_s                       */
	FAULT_BODY,  /* this notice is refused, for its text or for whom it is for, and would be
		      * again: another way, and tell a person; others may go           */
	FAULT_KEY,   /* we are refused (token, signature, keyword, address): so will be all that
		      * goes through this channel until a person changes its settings */
};
struct channel_said {
	enum channel_fault fault;
	int64_t wait_s; /* FAULT_WORLD: at least; 0: nothing was said   */
	int64_t code;   /* the vendor's own (errcode 310000), or 0      */
	char why[256];  /* in words, for people; empty when it was taken */
};
struct channel_answer {
	enum http_end end;
	int status;             /* of HTTP, of SMTP, or the exit code of a command */
	struct str body;        /* valid for the call                              */
	struct str retry_after; /* header, verbatim                                */
	const char *detail;     /* in words; or NULL                               */
	int64_t wall_at;        /* now: a Retry-After may be a date                */
};
/* Pure. */
void channel_judge(enum channel_type kind, const struct channel_answer *a,
		   struct channel_said *out);

/* How one notice ended. */
struct channel_end {
	struct channel_said said;
	enum http_end end;
	int status;
	int64_t us;         /* of the last request                     */
	struct str answer;  /* to the last request; valid for the call */
	size_t parts, sent; /* of so many parts so many are there (those skipped are) */
};
typedef void channel_done(void *arg, const struct channel_end *x);

/* ---- kinds ----------------------------------------------------------------------------------- */

/* At most `tokens` requests in any `per_s` seconds, of which `burst` at once. */
struct channel_rate {
	int64_t tokens, per_s, burst;
};
/* What the limit counts: bytes of the text, bytes of the whole body with JSON escapes, UTF-16
 * units of the text (what Telegram and Slack call characters). */
enum channel_measure { MEASURE_TEXT, MEASURE_BODY, MEASURE_UTF16 };
struct channel_limit {
	size_t most; /* in one part; 0: nothing is ever cut */
	enum channel_measure measure;
};

/* How it writes what we say (channel_text.h). */
enum dialect {
	DIALECT_RAW,      /* shown as it is; addresses stand as they are                     */
	DIALECT_TWINS,    /* marks become full-width twins (plain.h); addresses stand        */
	DIALECT_MARKDOWN, /* the same, links are [host](address)                             */
	DIALECT_PARAGRAPHS, /* the same where one end of line is none: each is doubled         */
	DIALECT_SLACK, /* twins; <address|host>, with & < > as entities                   */
	DIALECT_HTML,  /* & < > as entities, <a href>; of marks only @ becomes its twin   */
};

struct letter;
struct piece;
struct channel_request;
struct sending;
struct channel_kind {
	struct channel_rate rate;   /* when the channel sets none                 */
	struct channel_limit limit; /* below the vendor's own (CHANNELS.md)       */
	bool wakes;                 /* rings at night, unless the channel says no */
	const char *region;         /* where it keeps what is sent; "": here      */
	enum plain_form form;       /* of outside text in what it shows           */
	enum dialect dialect;
	/* By HTTP: the request of a piece. 1 made, 0 no more of this piece, -1. Pure. */
	int (*frame)(const struct letter *l, const struct piece *x, struct channel_request *out,
		     struct err *e);
	/* Apps: what goes around the messages (a token, a ring): the next request, 0 none of this
	 * piece; what an answer brought. NULL: each piece is one request. */
	int (*step)(struct sending *s, struct channel_request *out, struct err *e);
	void (*heard)(struct sending *s, struct str answer);
	/* Or another way. -1: ERR_RETRY try again soon; else it can never leave like this. */
	int (*start)(struct sending *s, struct err *e);
};
extern const struct channel_kind channel_kinds[CHANNEL_TYPES];
static inline const struct channel_kind *
channel_kind(const struct channel_conf *c)
{
	return &channel_kinds[c->kind];
}
/* What applies to this one: its own rate when it sets one. Pure. */
struct channel_rate channel_rate(const struct channel_conf *c);
/* Is what is sent through it kept beyond the border of the site? Then only id, level, counts and
 * link may go. Pure. */
bool channel_crosses(const struct channel_conf *c, const struct site_view *site);

/* ---- sending --------------------------------------------------------------------------------- */

struct channels; /* what is under way; one per thread */
/* http and epoll are borrowed: programs of command channels wake the epoll: then channels_turn. */
struct channels *channels_new(struct http *http, int epoll);
void channels_turn(struct channels *s);
void channels_free(struct channels *s); /* before http_free: what runs ends without done() */
/* -1: ERR_RETRY try again soon; else it can never leave like this; done is not called then. done
 * comes once, later or before it returns. c and what it points to live until then. */
int channels_send(struct channels *s, const struct channel_conf *c, const struct parcel *p,
		  channel_done *done, void *arg, struct err *e) LY_MUST_USE;
/* How many requests it will take, so many tokens it needs; 0: it cannot leave (channels_send says
 * why). Pure. */
size_t channel_parts(const struct channel_conf *c, const struct parcel *p) LY_MUST_USE;

/* ---- kinds with more to them ------------------------------------------------------------------ */

/* The body: Alertmanager's webhook, version 4; of kind "publish" {"event","key","release","text"}. Pure. */
void webhook_render(const struct channel_conf *c, const struct parcel *p, struct buf *out);
/* "t=1599360473,v1=<hex hmac-sha256(secret, t "." body)>". Pure. */
void webhook_sign(struct str secret, int64_t wall_at, struct str body, struct buf *out);

/* Signatures in base64: Feishu's over (seconds, secret), DingTalk's over (milliseconds, secret). */
void feishu_sign(struct str secret, int64_t wall_at, struct buf *out);
void dingtalk_sign(struct str secret, int64_t wall_ms, struct buf *out);

/* A notice that was composed again, where a file of it is still there. Number of files, or -1. */
int file_again(const struct channel_conf *c, const struct parcel *p, struct err *e) LY_MUST_USE;

#endif
