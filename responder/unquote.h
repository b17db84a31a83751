/*
 * unquote.h - what we told that quotes a text which was erased, told again without it.
 *
 * Notices and digests keep the ids of the mentions that they quote in their facts, so they are
 * found by these, never by words. What goes at its term (retain.h) is found in table quote.
 * 1. unquote_rows(): in the transaction that erases. What has not left leaves without the text;
 *    the stored copy of what has left is composed again, too, and erased_at says when. Figures
 *    stay. Table rewrite gets a row for each that may stand in a file as well.
 * 2. unquote_finish(): after its commit. Files, then the write-ahead log; the rows of rewrite go
 *    last, so that the next command or start goes on from a kill -9.
 */
#ifndef LY_RESPONDER_UNQUOTE_H
#define LY_RESPONDER_UNQUOTE_H

#include "responder/state.h"

/* Everything that quotes an erased text, of this erasure or an earlier one. *out gets what was
 * found, JSON: {"notices","waiting","digests","drafts","incidents":[…],"told":[…]}.
 *   notices    composed again, in all; waiting: of them not sent yet
 *   told       to whom those went that may have left: ask there
 *   digests    composed again
 *   drafts     rest on an erased text now; they hold no word of it (draft.c)
 *   incidents  whose notices quoted it: people may have written of it into their files */
int unquote_rows(struct responder *r, int64_t now, struct buf *out, struct err *e) LY_MUST_USE;
/* The same of the texts of n documents alone, without a look at all rows: what table quote says
 * shows them. Does nothing when nobody does. */
int unquote_documents(struct responder *r, const struct id *documents, size_t n, int64_t now,
		      struct err *e) LY_MUST_USE;
/* In the open transaction: the write-ahead log is to be emptied behind it. */
int unquote_log(struct responder *r, struct err *e) LY_MUST_USE;
/* What r->unquoting says is left to do. -1: ERR_RETRY, or the store is damaged. */
int unquote_finish(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;

#endif
