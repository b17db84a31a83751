/*
 * unsubscribe.h - no more of a digest with one click (RFC 8058): the address in the head of its mail, and
 * the page behind it. Pure.
 *
 *   PUBLIC_URL/u/TOKEN    TOKEN: in hex 16 bytes of HMAC-SHA256, then the digest's name, LF, the reader's key
 *
 * It holds for ever: whoever finds an old mail wants no more, either. Nothing else can be done with
 * it. A GET shows a page with a button; a POST acts, whatever its body, and the same one again changes
 * nothing; with back=1 the reader wants it again.
 */
#ifndef LY_RESPONDER_UNSUBSCRIBE_H
#define LY_RESPONDER_UNSUBSCRIBE_H

#include "core/arena.h"
#include "core/buf.h"

#define UNSUBSCRIBE_PATH "/u/"
#define UNSUBSCRIBE_MAX  512 /* characters of a token */

struct unsubscribe {
	struct str digest, person; /* a name without "@…", a key */
};
/* Appends the token. Nothing when it would be too long. */
void unsubscribe_add(struct buf *b, struct str secret, const struct unsubscribe *u);
/* Texts in a. -1: none that was made with this secret. Compares in constant time. */
int unsubscribe_parse(struct str token, struct str secret, struct arena *a,
		      struct unsubscribe *u) LY_MUST_USE;

enum unsubscribe_page {
	UNSUBSCRIBE_ASKED,   /* a button */
	UNSUBSCRIBE_DONE,    /* and a button back */
	UNSUBSCRIBE_BACK,    /* wanted again */
	UNSUBSCRIBE_WRONG,   /* no token of ours, or nobody's any more */
	UNSUBSCRIBE_LIMITED, /* who asks brings wrong ones too often */
	UNSUBSCRIBE_PAGES
};
int unsubscribe_status(enum unsubscribe_page page);
/* In both languages, under link_page_policy. title: the digest's name. */
void unsubscribe_page(enum unsubscribe_page page, struct str title, struct buf *out);

#endif
