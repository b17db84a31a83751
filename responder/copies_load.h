/*
 * copies_load.h - what memory holds of copies and stories, back from the record while the start
 * reads other things.
 *
 * The newest rows lie together and nothing else needs them before the first result: a thread of its
 * own reads them, through a connection of its own, and nobody else touches stories and joins until
 * it ends. What is not committed it would not see: inside a batch, and where no second connection
 * can be had, they are read at once.
 */
#ifndef LY_RESPONDER_COPIES_LOAD_H
#define LY_RESPONDER_COPIES_LOAD_H

#include <pthread.h>

#include "core/err.h"

struct responder;
struct copies_load {
	struct responder *r;
	int64_t stories, joins; /* numbers behind which rows are looked at for each */
	bool known;             /* the past of the first for joins is in its row    */
	struct store *beside;   /* NULL: nothing runs */
	pthread_t thread;
	int rc;
	struct err e;
};
/* Fills *x. -1: nothing runs. */
int copies_load_begin(struct responder *r, struct copies_load *x, struct err *e) LY_MUST_USE;
/* Waits until all of it is there; to be called when beginning gave 0. */
int copies_load_end(struct copies_load *x, struct err *e) LY_MUST_USE;

#endif
