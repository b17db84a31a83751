/*
 * reason_text.h - the sentence of a reason, in zh or en; private to reason.c and reason_text.c.
 */
#ifndef LY_RESPONDER_REASON_TEXT_H
#define LY_RESPONDER_REASON_TEXT_H

#include "core/buf.h"
#include "responder/reason.h"

#define REASON_STORIES 5

/* What the counted mentions say. */
struct found {
	const struct signal_item *first; /* oldest; NULL: there is none */
	struct {
		struct id story;
		int64_t n;
	} top[REASON_STORIES]; /* largest first */
	size_t top_n;
	int64_t sites, classes, authors, stories;
	int64_t first_hand;
	struct str topic;
};
/* Appends "63 negative an hour, usually 4; 5 sources; …". f: observed, grade are read. */
void reason_write(const struct reason *r, const struct found *x, const struct firing *f,
		  bool zh, struct buf *b);
/* Its site, or the source when that is not known. */
struct str reason_site(const struct reason *r, const struct signal_item *x);

#endif
