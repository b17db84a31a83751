/*
 * copies_store.h - copies: by what stories are found, a row for each document with mentions, in the
 * order in which they came, for as long as memory looks for others like it (story.h, join.h).
 *
 * Rows are written by apply.c only, and read back at the start.
 */
#ifndef LY_RESPONDER_COPIES_STORE_H
#define LY_RESPONDER_COPIES_STORE_H

#include "core/store.h"

struct copies_row {
	struct id document, story; /* of the copies */
	int64_t arrived_at;
	struct str signature, gist; /* story_pack(), join_pack_state() */
};
int copies_add(struct store *s, const struct copies_row *row, struct err *e) LY_MUST_USE;
/* The number of the newest; 0: there is none. Each came with the one after that of the row before it. */
int copies_newest(struct store *s, int64_t *n, struct err *e) LY_MUST_USE;
/* Those with a number above from, in the order in which they came. What is told is borrowed; false
 * ends it. */
int copies_read(struct store *s, int64_t from,
		bool (*each)(void *arg, int64_t n, const struct copies_row *row), void *arg,
		struct err *e) LY_MUST_USE;
/* The oldest go, as far as all of them arrived before that or are not among the most newest;
 * COPIES_AT_ONCE of them at most: as many may be left for the next time. Those that arrived after now stay where they are. How many, or -1. */
#define COPIES_AT_ONCE 200
int copies_forget(struct store *s, int64_t before, int64_t now, int64_t most,
		  struct err *e) LY_MUST_USE;

#endif
