/*
 * spool_store.h - spool.db: what came in and is not known to be committed downstream.
 *
 * Only the crawler writes it. A document row is immutable; its number stands in `waiting`
 * until the receipt. A document is inserted in the same transaction as the mark that would
 * keep it from being fetched again (`seen`, a source's ETag).
 */
#ifndef LY_CRAWLER_SPOOL_STORE_H
#define LY_CRAWLER_SPOOL_STORE_H

#include "core/arena.h"
#include "core/store.h"

#include "crawler/source_store.h"

extern const struct migrations spool_migrations;

/* This spool's own name, made at the first call. */
int spool_uuid(struct store *s, struct id *uuid, struct err *e) LY_MUST_USE;
/* The same of a file that is only read. 1, 0 it has none yet, -1. */
int spool_named(struct store *s, struct id *uuid, struct err *e) LY_MUST_USE;
/* 32 random bytes that key author ids, made at the first call. Copied to key. */
int spool_author_key(struct store *s, uint8_t key[32], struct err *e) LY_MUST_USE;

/* No number up to this has ever to be given again: ticks leave no row, and rows expire. */
int spool_numbers(struct store *s, int64_t *upto, struct err *e) LY_MUST_USE;
int spool_numbers_set(struct store *s, int64_t upto, struct err *e) LY_MUST_USE;

/* 1 when the mark was new and is set now, 0 when it stood already. */
int spool_mark_seen(struct store *s, const struct id *mark, int64_t at,
		    struct err *e) LY_MUST_USE;
/* 1 when the mark stands. */
int spool_is_seen(struct store *s, const struct id *mark, struct err *e) LY_MUST_USE;
/* A mark that was met again at at stays: its time is renewed, at most once a day. */
int spool_renew_seen(struct store *s, const struct id *mark, int64_t at,
		     struct err *e) LY_MUST_USE;
/* Drop marks that nobody has met since before, of one of SEEN_SLICES parts of them all: a part at
 * a time keeps batches small without an index over their times. Number dropped or -1. */
#define SEEN_SLICES 4096
int spool_forget_seen(struct store *s, int slice, int64_t before, struct err *e) LY_MUST_USE;
/* When the items of source name were looked at last (its answers may all be "not modified");
 * 0 = never. */
int source_read_at(struct store *s, struct str name, int64_t *at, struct err *e) LY_MUST_USE;
int source_read_set(struct store *s, struct str name, int64_t at, struct err *e) LY_MUST_USE;
int spool_add(struct store *s, int64_t seq, int64_t at, struct str body,
	      struct err *e) LY_MUST_USE;
/* Numbers from..to have their receipt. */
int spool_receipt(struct store *s, int64_t from, int64_t to, struct err *e) LY_MUST_USE;
/* How often it was sent alone, or stood unreceipted over an unclean stop. */
int spool_count_sends(struct store *s, int64_t seq, int64_t sends, struct err *e) LY_MUST_USE;
/* All that wait, by number. Called at start and on restore. */
int spool_each_waiting(struct store *s, void (*each)(void *arg, int64_t seq, int64_t sends),
		       void *arg, struct err *e) LY_MUST_USE;
int64_t spool_last_seq(struct store *s);
/* Append the stored record to out; nothing when it is gone. */
int spool_body(struct store *s, int64_t seq, struct buf *out, struct err *e) LY_MUST_USE;
/* Put document seq aside for good with its reason (bounded: the oldest 10,000 stay). */
int spool_reject(struct store *s, int64_t seq, int64_t at, const char *why,
		 struct err *e) LY_MUST_USE;
/* Drop document seq and its reject row: it has another number now. */
int spool_forget(struct store *s, int64_t seq, struct err *e) LY_MUST_USE;
int spool_each_reject(struct store *s,
		      void (*each)(void *arg, int64_t seq, int64_t at, struct str why),
		      void *arg, struct err *e) LY_MUST_USE;
/* After a restore: every kept document for which has() is false waits again (rejected ones do
 * not). Number of them, or -1. */
int spool_wait_again(struct store *s, bool (*has)(void *arg, int64_t seq), void *arg,
		     struct err *e) LY_MUST_USE;
/* Drop receipted documents that came before at and stand in the archive, if there is one, at
 * most n of them; number dropped or -1.
 * *bytes: of their bodies. */
int spool_expire(struct store *s, int64_t before, int n, int64_t *bytes,
		 struct err *e) LY_MUST_USE;
/* Bytes of the bodies kept (approximate: sum of lengths of the newest million). */
int64_t spool_bytes(struct store *s);
/* An unclean stop is one after spool_opened without spool_closed. 1 = it was unclean. */
int spool_opened(struct store *s, struct err *e) LY_MUST_USE;
int spool_closed(struct store *s, struct err *e) LY_MUST_USE;

#endif
