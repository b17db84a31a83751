/*
 * count_store.h - count_block: what digests count, packed (count_block.h), a row for some time of a
 * watch, or of all documents by source (watch "").
 *
 * 1. A row says what the rows of mentions that arrived from_at <= t < to_at say, all of them.
 * 2. Whoever adds one there later, or changes what is counted of one, empties the row in the same
 *    transaction (count_empty*): until it is filled again the mentions are counted.
 * 3. Rows of a watch do not overlap.
 */
#ifndef LY_RESPONDER_COUNT_STORE_H
#define LY_RESPONDER_COUNT_STORE_H

#include "core/arena.h"
#include "core/store.h"

struct count_row {
	struct str watch;
	int64_t from_at, to_at;
	int64_t as_of; /* newest commit in it; COUNT_UNFIT; else below 0: emptied at -as_of */
	struct str bytes;
};
#define COUNT_UNFIT (-2) /* no block can be made of it */
/* Every late document tells that its block is empty; when that was is written once in so long. */
#define COUNT_TOLD_S 60

/* Added, or in the place of the one that ends there. */
int count_put(struct store *s, const struct count_row *r, struct err *e) LY_MUST_USE;
/* Those that end after from, in order; texts are borrowed. each returns 0 to go on. */
int count_read(struct store *s, struct str watch, int64_t from,
	       int (*each)(void *arg, const struct count_row *r), void *arg,
	       struct err *e) LY_MUST_USE;
/* Those of all watches that end the next after `after`, and when that is: 1, 0 there are none, -1. */
int count_read_next(struct store *s, int64_t after, int64_t *to_at,
		    int (*each)(void *arg, const struct count_row *r), void *arg,
		    struct err *e) LY_MUST_USE;
/* Every row of every watch. */
int count_read_all(struct store *s, int (*each)(void *arg, const struct count_row *r),
		   void *arg, struct err *e) LY_MUST_USE;
/* Where the last ends; without any, when the first arrived. 1, 0 there is nothing, -1. */
int count_frontier(struct store *s, struct str watch, int64_t *at, struct err *e) LY_MUST_USE;
/* When the one arrived that comes n after the first, from <= t < to. 1, 0 there are fewer, -1. */
struct count_span {
	struct str watch;
	int64_t from, to;
};
int count_nth(struct store *s, const struct count_span *of, int64_t n, int64_t *at,
	      struct err *e) LY_MUST_USE;
/* The first that ends after q->after and was last emptied before q->until (or, when the clock was set
 * back, behind q->ahead): its watch (in a), times and as_of. 1, 0, -1. */
struct count_quiet {
	int64_t after, until, ahead;
};
int count_emptied(struct store *s, const struct count_quiet *q, struct arena *a,
		  struct count_row *r, struct err *e) LY_MUST_USE;
/* An emptied one begins later: what lay before is in another. */
int count_shorten(struct store *s, const struct count_row *r, int64_t from_at,
		  struct err *e) LY_MUST_USE;
/* Where the last of all ends; 0 for none. */
int count_until(struct store *s, int64_t *at, struct err *e) LY_MUST_USE;

/* Something of the watch arrived then that is not in it. */
int count_empty(struct store *s, struct str watch, int64_t at, int64_t now,
		struct err *e) LY_MUST_USE;
/* Authors of what arrived from <= t < to changed: blocks of all watches. For neighbours. */
int count_empty_between(struct store *s, int64_t from, int64_t to, int64_t now,
			struct err *e) LY_MUST_USE;
/* The author of something that arrived then changed: blocks of the watches that noticed anything in
 * that second. */
int count_empty_at(struct store *s, int64_t at, int64_t now, struct err *e) LY_MUST_USE;

#endif
