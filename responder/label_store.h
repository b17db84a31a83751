/*
 * label_store.h - what people said a mention is: a chain of rows beside it, only ever added to.
 *
 * The scorer's own label stays where it is (mention.label): counts and alarms were made with it. The
 * newest row of a mention says what stands now. Each row carries the hash of the row before it, over
 * all mentions, so that `langyan verify` finds a row that was changed or taken out.
 */
#ifndef LY_RESPONDER_LABEL_STORE_H
#define LY_RESPONDER_LABEL_STORE_H

#include "core/arena.h"
#include "core/store.h"

#define LABEL_UNSAID \
	2 /* beside enum label: nobody has said, the scorer's stands; NULL in the row */

struct label_row {
	int64_t seq;
	struct id mention;
	int64_t at;
	struct str event; /* "label", "undo"                           */
	int64_t label;    /* what stands from here on; LABEL_UNSAID    */
	int64_t was;      /* what stood before                         */
	struct str actor, reason;
	struct id batch; /* the command that wrote it                 */
	uint8_t previous[32], hash[32];
};
/* The hash that the row should have, from all its other columns. Pure. */
void label_hash(const struct label_row *row, uint8_t out[32]);
/* Sets seq, previous and hash from the newest row, and writes it in the open transaction. */
int label_append(struct store *s, struct label_row *row, struct err *e) LY_MUST_USE;
/* What stands for a mention; texts of *out are empty. 1, 0 nobody has said anything, -1. */
int label_newest(struct store *s, const struct id *mention, struct label_row *out,
		 struct err *e) LY_MUST_USE;
/* Oldest first, of one mention, or of all (NULL). Rows are borrowed for the call. */
int labels_read(struct store *s, const struct id *mention,
		int (*each)(void *arg, const struct label_row *row), void *arg,
		struct err *e) LY_MUST_USE;
/* The rows of a batch, at most max; texts are empty. Their number, or -1. */
int labels_of_batch(struct store *s, const struct id *batch, struct label_row *v, int max,
		    struct err *e) LY_MUST_USE;
/* The newest batch of a person of which a row still stands. 1, 0, -1. */
int label_last_batch(struct store *s, struct str actor, struct id *batch,
		     struct err *e) LY_MUST_USE;
/* 1 when the record has the mention, 0, -1. */
int label_mention_known(struct store *s, const struct id *mention, struct err *e) LY_MUST_USE;

#endif
