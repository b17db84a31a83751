/*
 * source_store.h - what spool.db remembers of one source between polls.
 *
 * One row a source, written in the transaction that takes its items: see spool_store.h.
 */
#ifndef LY_CRAWLER_SOURCE_STORE_H
#define LY_CRAWLER_SOURCE_STORE_H

#include "core/arena.h"
#include "core/store.h"

struct source_state {
	struct str etag, last_modified; /* verbatim */
	struct str url;                 /* what all of this is known of: as configured */
	int64_t next_at, polled_at, ok_at;
	int64_t failures, gone; /* in a row; 410 in a row */
	int64_t status;
	struct str why; /* of the last failure, in words */
	int64_t documents, seen, old, refused;
	struct id body; /* hash of the last body */

	struct str adopted; /* polled instead of url, after 301s that lasted; empty: url      */
	struct str
		moved_to; /* where 301s point since moved_at, and how often they did so     */
	int64_t moved_at, moved_times;

	int64_t pace_s, newest_at;       /* interval.h */
	int64_t learned_s;               /* interval.h */
	int64_t ttl_s, max_age_s;        /* its wishes */
	int64_t skip_hours, skip_days;   /* interval.h: bits */
	int64_t hurry_s, hurry_until_at; /* an incident's */

	int64_t failing_at;       /* first failure of those in a row; 0 = none          */
	int64_t outage_at;        /* somebody was told that it is dead; 0 = nobody      */
	int64_t polls, unchanged; /* in all; of them 304 or the same body               */
	int64_t unfinished;       /* 1: its next pages were not all read                */
};
/* 1, or 0 when nothing is known of name (state is zeroed). Texts live in a. */
int source_state_read(struct store *s, struct str name, struct arena *a,
		      struct source_state *st, struct err *e) LY_MUST_USE;
int source_state_write(struct store *s, struct str name, const struct source_state *st,
		       struct err *e) LY_MUST_USE;

/* Names of sources that were not polled, and of which nothing came, since before; in a. */
int source_rows_old(struct store *s, int64_t before, struct arena *a, struct str **names,
		    size_t *n, struct err *e) LY_MUST_USE;
/* All that any table knows of a source by its name; marks go by themselves. */
int source_rows_forget(struct store *s, struct str name, struct err *e) LY_MUST_USE;

#endif
