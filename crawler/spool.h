/*
 * spool.h - the ledger of documents between commit and receipt.
 *
 * Invariants
 *  1. A document leaves (spool_pump) only after spool_committed: it is on disk.
 *  2. Its number stays in `waiting` on disk until the receipt's transaction.
 *  3. A number is given once, also over a crash: those that may be on their way without a row
 *     (ticks) are spent on disk before (spool_tick_safe).
 *  4. A document is set aside only after three sends *alone* to a live peer without a receipt:
 *     neighbours of a poison document come through, it does not.
 *
 *       take          pump             receipt
 *   -> FRESH -commit-> WAITING --> SENT --------> gone
 *                        ^----------'  lost, late: suspicion + 1
 *
 * Suspicion counts how often a document was on its way when something died. The more of it, the
 * fewer go beside it: a poison document is found by halving, and in the end goes alone; three
 * losses alone set it aside. Being late counts only when others were receipted meanwhile, or
 * alone.
 */
#ifndef LY_CRAWLER_SPOOL_H
#define LY_CRAWLER_SPOOL_H

#include "core/stage.h"

#include "crawler/spool_store.h"

struct spool;
enum spool_blame {
	SPOOL_TRUST,   /* an unclean stop of this process was no document's fault       */
	SPOOL_SUSPECT, /* it may have been: all stages run in this process              */
};
struct spool *spool_new(struct store *store, int64_t resend_after_s, enum spool_blame blame,
			struct err *e) LY_MUST_USE;
void spool_free(struct spool *s);
struct id spool_name(const struct spool *s);
int64_t spool_next_seq(struct spool *s); /* gives a fresh number (documents and ticks) */
/* May the next number leave before anything is committed? Else settle first. */
bool spool_tick_safe(const struct spool *s);
/* In the last transaction: a clean stop. */
int spool_end(struct spool *s, struct err *e) LY_MUST_USE;

/* Insert the encoded document seq into the open transaction. */
int spool_take(struct spool *s, int64_t seq, int64_t at, struct str record,
	       struct err *e) LY_MUST_USE;
/* The transaction that took them, and that of spool_settle, is committed / rolled back. */
void spool_committed(struct spool *s);
void spool_dropped(struct spool *s);
/* Send what waits while there is room. mono_ms: clock_mono_ms(). */
int spool_pump(struct spool *s, int64_t mono_ms, struct out *out, struct err *e) LY_MUST_USE;
/* Receipt of seq: the number is let go in the open transaction by spool_settle. */
void spool_receipted(struct spool *s, int64_t seq);
/* Peer died with seq. */
void spool_lost(struct spool *s, int64_t seq);
/* What has had no receipt for too long waits again. Looks once a second. */
void spool_late(struct spool *s, int64_t mono_ms);
/* Receipts, suspicions and set-aside ones are written into the open transaction, and what
 * spool_reserve writes. at: domain time for reject rows. Number of rows written or -1. */
int spool_settle(struct spool *s, int64_t at, struct err *e) LY_MUST_USE;
/* Into the transaction of documents whose receipts wait for spool_settle: few numbers are left. */
int spool_reserve(struct spool *s, struct err *e) LY_MUST_USE;
/* Anything for spool_settle to write? */
bool spool_dirty(const struct spool *s);
/* Writes the document of record with the number seq into out; nothing when it cannot. */
typedef void spool_renumber(struct str record, int64_t seq, struct buf *out);
/* Let a rejected document (seq, or 0 = all) wait again, under a new number, in the open
 * transaction. How many, or -1. */
int spool_again(struct spool *s, int64_t seq, int64_t at, spool_renumber *renumber,
		struct err *e) LY_MUST_USE;
/* spool_expire dropped bodies of so many bytes. */
void spool_expired(struct spool *s, int64_t bytes);

struct spool_figures {
	int64_t waiting, sent, fresh, rejected, bytes, oldest_seq;
};
void spool_figures(const struct spool *s, struct spool_figures *f);
/* Unreceipted in all: fresh, waiting, sent. */
int64_t spool_open_count(const struct spool *s);

#endif
