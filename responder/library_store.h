/* library_store.h - rows of library: what the index (core/store_fts.h) leads to. See library.h. */
#ifndef LY_RESPONDER_LIBRARY_STORE_H
#define LY_RESPONDER_LIBRARY_STORE_H

#include "core/arena.h"
#include "core/store.h"

#define LIBRARY_CASE "case"
#define LIBRARY_SOP  "sop"

struct library_row {
	int64_t n;             /* of the index; given by library_put */
	struct str kind, name; /* an incident's number, or a page's name */
	struct str title, watch;
	struct str signature; /* of what it was made from */
	struct str traits;    /* of a case: similar.h, JSON; of a page: library_unread() */
	int64_t at;           /* when it ended, or was last written */
	int64_t again_at;     /* to be made again then; 0: not because of the time */
};
/* Numbers and signatures of closed incidents whose case is not there or was made of something else,
 * newest first; at most max, in a. How many, -1. */
struct library_stale {
	struct str number, signature;
};
int library_stale(struct store *s, int64_t now, struct arena *a, struct library_stale *v,
		  int max, struct err *e) LY_MUST_USE;
/* Two numbers: while both stay, no case changes but by time or by erasing. */
int library_changes(struct store *s, int64_t out[2], struct err *e) LY_MUST_USE;
/* In the place of the row of that kind and name; row->n is set. */
int library_put(struct store *s, struct library_row *row, struct err *e) LY_MUST_USE;
/* 1, 0, -1; texts in a. */
int library_get(struct store *s, struct str kind, struct str name, struct arena *a,
		struct library_row *out, struct err *e) LY_MUST_USE;
int library_at(struct store *s, int64_t n, struct arena *a, struct library_row *out,
	       struct err *e) LY_MUST_USE;
/* Newest first; kind empty: all. row is borrowed. each returns 0 to go on. */
int library_each(struct store *s, struct str kind, int64_t limit,
		 int (*each)(void *arg, const struct library_row *row), void *arg,
		 struct err *e) LY_MUST_USE;
/* The row; its words are the caller's to drop. */
int library_drop(struct store *s, int64_t n, struct err *e) LY_MUST_USE;
/* Cases whose incident is open again: their numbers n, at most max. How many, -1. */
int library_reopened(struct store *s, int64_t *v, int max, struct err *e) LY_MUST_USE;

#endif
