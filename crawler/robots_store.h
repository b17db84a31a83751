/* robots_store.h - the robots.txt files that were asked for, in spool.db. */
#ifndef LY_CRAWLER_ROBOTS_STORE_H
#define LY_CRAWLER_ROBOTS_STORE_H

#include "core/arena.h"
#include "core/store.h"

struct robots_row {
	struct str address; /* of the file */
	int64_t asked_at;   /* last        */
	int64_t next_at;    /* not to be asked for again before                 */
	int64_t good_at;    /* when body was learnt; 0 = never                  */
	int64_t since_at;   /* it could not be had since; 0 = it could          */
	int64_t status;     /* of the last answer; 0 = there was none           */
	int64_t end;        /* enum http_end of the last answer                 */
	struct str why;     /* it could not be had, in words                    */
	struct str body;    /* as it came; empty when there is none at the site */
};
/* 1, or 0 when nothing is known. Texts live in a. */
int robots_row_read(struct store *s, struct str address, struct arena *a,
		    struct robots_row *row, struct err *e) LY_MUST_USE;
int robots_row_write(struct store *s, const struct robots_row *row, struct err *e) LY_MUST_USE;
/* Drop what was not asked for since before, and beyond keep_bytes what was asked for longest
 * ago. Number dropped or -1. */
int robots_rows_expire(struct store *s, int64_t before, int64_t keep_bytes,
		       struct err *e) LY_MUST_USE;

#endif
