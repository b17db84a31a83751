/* retain_store.h - SQL of what the record lets go of at its term (retain.h). */
#ifndef LY_RESPONDER_RETAIN_STORE_H
#define LY_RESPONDER_RETAIN_STORE_H

#include "core/arena.h"
#include "core/store.h"

/* Documents are walked in order of (arrived_at, n). */
struct retain_place {
	int64_t at, n;
};
struct retain_row {
	int64_t n, arrived_at, mentions, flags;
	struct id document, author; /* author: none when nobody is known */
	bool gone;                  /* text: erased, or went before */
};
/* Behind *after that arrived until then, at most max. Their number or -1. */
int retain_documents(struct store *s, const struct retain_place *after, int64_t until,
		     struct retain_row *v, int max, struct err *e) LY_MUST_USE;
/* The document of a mention. 1, 0, -1. */
int retain_document(struct store *s, const struct id *mention, struct retain_row *row,
		    struct err *e) LY_MUST_USE;

/* Firings whose window overlaps from..to and whose incident has not been let go of; not those of
 * `but` (may be none). evidence: ids of mentions, one behind the other; borrowed. */
struct retain_span {
	int64_t from, to;
	struct id but;
};
int retain_firings(struct store *s, const struct retain_span *span,
		   void (*each)(void *arg, struct str watch, struct str evidence), void *arg,
		   struct err *e) LY_MUST_USE;

/* The first incident that ended until then and has not been let go of. 1, 0, -1. */
int retain_incident(struct store *s, int64_t until, struct id *id, int64_t *ended_at,
		    struct err *e) LY_MUST_USE;
/* Its number, in a. 1, 0, -1. */
int retain_number(struct store *s, const struct id *incident, struct arena *a,
		  struct str *number, struct err *e) LY_MUST_USE;
int retain_incidents_count(struct store *s, int64_t until, int64_t *n, int64_t *oldest_at,
			   struct err *e) LY_MUST_USE;
/* The mentions that its firings counted: appended to b, 16 bytes each. */
int retain_evidence(struct store *s, const struct id *incident, struct buf *b,
		    struct err *e) LY_MUST_USE;

/* Title, text and author of document n. */
int retain_text_go(struct store *s, int64_t n, int64_t now, struct err *e) LY_MUST_USE;
/* The author of document n, out of the digest of its content, too. */
int retain_author_go(struct store *s, int64_t n, struct err *e) LY_MUST_USE;
/* The row of document n: link (unless it is to stay), key (none: nobody), that the author is
 * gone. */
struct retain_change {
	bool link_stays;
	struct id author;
};
int retain_document_go(struct store *s, int64_t n, const struct retain_change *c,
		       struct err *e) LY_MUST_USE;
/* SQL that empties the commands on an incident: a search, however many others there are. */
extern const char retain_commands_go[];
/* File, reports that told of it, output of actions, commands; then it says that it has gone. What
 * was attached to it goes behind the commit (REWRITE_PACK). */
int retain_incident_go(struct store *s, const struct id *incident, int64_t now,
		       struct err *e) LY_MUST_USE;
/* What is kept of refused results until then, at most max. Their number or -1. */
int retain_rejects_go(struct store *s, int64_t until, int64_t max, struct err *e) LY_MUST_USE;
int retain_rejects_count(struct store *s, int64_t until, int64_t *n, int64_t *oldest_at,
			 struct err *e) LY_MUST_USE;

#endif
