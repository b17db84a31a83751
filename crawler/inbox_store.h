/* inbox_store.h - how far into watched files we are: the table watched_file of spool.db. */
#ifndef LY_CRAWLER_INBOX_STORE_H
#define LY_CRAWLER_INBOX_STORE_H

#include "core/arena.h"
#include "core/store.h"

/* A file is known by its inode, through renames; head and tail tell whether it is still the same. */
struct watched {
	int64_t inode;
	struct str name;    /* as it was met last, for people */
	int64_t place;      /* everything before this byte is in the spool */
	int64_t size, line; /* at the last look; line of place, from 1     */
	struct str head;    /* time of birth and first bytes               */
	struct str tail;    /* the last bytes before place                 */
	int64_t met_at;
};
/* 1, 0 for a file that is not known, -1. Texts live in a. */
int watched_read(struct store *s, struct str source, int64_t inode, struct arena *a,
		 struct watched *w, struct err *e) LY_MUST_USE;
int watched_write(struct store *s, struct str source, const struct watched *w,
		  struct err *e) LY_MUST_USE;
/* Known files of the source that were not met since before; their numbers in a. */
int watched_unmet(struct store *s, struct str source, int64_t before, struct arena *a,
		  int64_t **inodes, size_t *n, struct err *e) LY_MUST_USE;
int watched_forget(struct store *s, struct str source, int64_t inode,
		   struct err *e) LY_MUST_USE;

/* How many rows of these words the file had before this one; this one is counted. */
int watched_row_count(struct store *s, struct str source, int64_t inode, const struct id *row,
		      int64_t *before, struct err *e) LY_MUST_USE;
/* The file is read from its start. */
int watched_rows_forget(struct store *s, struct str source, int64_t inode,
			struct err *e) LY_MUST_USE;

#endif
