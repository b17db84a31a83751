/* unquote_store.h - SQL of table rewrite, and which mentions are of erased texts. */
#ifndef LY_RESPONDER_UNQUOTE_STORE_H
#define LY_RESPONDER_UNQUOTE_STORE_H

#include "core/store.h"

/* What has to be done outside of the record once it is committed. id: of the notice, digest or incident. */
enum rewrite_what {
	REWRITE_QUOTES, /* told before there was table quote: fill it */
	REWRITE_ALL,    /* erased before there was this table: look at all rows first */
	REWRITE_NOTICE,
	REWRITE_DIGEST,
	REWRITE_PACK, /* files that were attached to an incident that has gone */
	REWRITE_LOG,  /* what was erased still stands in the write-ahead log */
};
struct rewrite {
	enum rewrite_what what;
	struct id id;
};
int rewrite_add(struct store *s, enum rewrite_what what, const struct id *id,
		struct err *e) LY_MUST_USE;
int rewrite_done(struct store *s, const struct rewrite *x, struct err *e) LY_MUST_USE;
/* The first behind *after in their order, which is that of enum rewrite_what. 1, 0, -1. */
int rewrite_next(struct store *s, struct rewrite *after, struct err *e) LY_MUST_USE;
/* 1: its text was erased, 0, -1. */
int mention_is_erased(struct store *s, const struct id *mention, struct err *e) LY_MUST_USE;
/* Ids of all notices that may quote, the oldest first, with their facts. each returns 0 to go on. */
int notices_telling(struct store *s,
		    int (*each)(void *arg, const struct id *id, struct str facts), void *arg,
		    struct err *e) LY_MUST_USE;
/* Of those that carry others' texts whole, made from <= t <= until. */
struct made_between {
	int64_t from, until;
};
int notices_carrying(struct store *s, const struct made_between *made,
		     int (*each)(void *arg, const struct id *id), void *arg,
		     struct err *e) LY_MUST_USE;
/* The evidence of all drafts that are not superseded. */
int drafts_resting(struct store *s, int (*each)(void *arg, struct str evidence), void *arg,
		   struct err *e) LY_MUST_USE;

#endif
