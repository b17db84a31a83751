/*
 * imap.h - reading a mailbox by libcurl inside the http loop: what is new, one message.
 *
 * Each question is a connection of its own, so that a mailbox is always looked at anew. Messages
 * are read, never moved or removed; the server marks them as seen. Bounded: a message is cut at
 * what is asked for, at most IMAP_MAX new ones are told at once (the oldest first).
 */
#ifndef LY_CORE_IMAP_H
#define LY_CORE_IMAP_H

#include "core/http.h"

#define IMAP_MAX 32

struct imap_box {
	struct str url; /* imaps://host[:port]/MAILBOX, imap://… with starttls */
	struct str user, password;
	int64_t starttls;                       /* imap://: 1 required */
	const struct conf_texts *allow_private; /* as in http_request */
};
/* Is it of that form? */
bool imap_url_right(struct str url);

/* Asks for the messages with numbers (UID) above after. */
int imap_search(struct http *h, const struct imap_box *b, int64_t after,
		void (*done)(void *arg, const struct http_response *r), void *arg,
		struct err *e) LY_MUST_USE;
struct imap_found {
	int64_t validity; /* other numbers than before hold when this has changed; 0: not said */
	int64_t next; /* the next message will have at least this number; 0: not said      */
	int64_t uids[IMAP_MAX]; /* ascending, all above after */
	size_t n;
	bool more;
};
/* What the answer to a search says: its .head. Pure; any bytes. */
void imap_found_read(struct str head, int64_t after, struct imap_found *f);

/* One message: its first max_bytes are the answer's body. */
int imap_fetch(struct http *h, const struct imap_box *b, int64_t uid, int64_t max_bytes,
	       void (*done)(void *arg, const struct http_response *r), void *arg,
	       struct err *e) LY_MUST_USE;

#endif
