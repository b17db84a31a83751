/*
 * hotlist.h - the rank history of a hot list's entries, and when one becomes a document.
 *
 * Each poll is one look at the list. Of each entry is kept: when it appeared, its rank now and
 * one look before, its best rank and when, how long it has stood there. Who was away for 24 h
 * begins anew.
 *
 * A document is made when an entry appears, and each time its best rank passes a step (50, 20,
 * 10, 3, 1): its identity is (entry, appearance, step), so that a look repeated after a crash makes
 * none twice. The figures travel in the document (rank, best_rank, rank_before, listed, dwell,
 * heat): the responder's hot-list triggers need no other.
 */
#ifndef LY_CRAWLER_HOTLIST_H
#define LY_CRAWLER_HOTLIST_H

#include "core/arena.h"
#include "core/store.h"

#define HOT_GAP_S (24 * 3600) /* away for so long: another appearance */

struct hot_entry {
	struct id entry; /* hash of what names it: its id, else its title */
	int64_t first_at, last_at;
	int64_t rank, before; /* before: one look earlier, 0 = it was not there */
	int64_t best, best_at;
	int64_t told; /* the step it was last told at */
	int64_t dwell_s, looks;
};
/* The strongest step that rank passes: 1, 3, 10, 20, 50; 1000 = below all. */
int64_t hot_step(int64_t rank);
/* It stands at rank now. x: what is known of it (looks 0: nothing), brought up to date.
 * looked_at: the look before this one, 0 = none. True when a document is due. Pure. */
bool hot_look(struct hot_entry *x, int64_t rank, int64_t looked_at, int64_t now);
/* "1f3a…@1772697600/10" for the present step, in a. */
struct str hot_identity(const struct hot_entry *x, struct arena *a);

/* ---- in spool.db (hot_store.c) --------------------------------------------------------------- */

/* 1 and *x, or 0 and x zeroed but for .entry. No word of an entry is kept. */
int hot_read(struct store *s, struct str source, const struct id *entry, struct hot_entry *x,
	     struct err *e) LY_MUST_USE;
int hot_write(struct store *s, struct str source, const struct hot_entry *x,
	      struct err *e) LY_MUST_USE;
/* When source was last looked at, 0 = never; -1 and *e. */
int64_t hot_looked_at(struct store *s, struct str source, struct err *e) LY_MUST_USE;
/* Forget entries that were last seen before at. */
int hot_forget(struct store *s, struct str source, int64_t at, struct err *e) LY_MUST_USE;

/* The page of a thread that was reached last, while its url is the same; empty = none. In a. */
int thread_page_read(struct store *s, struct str source, struct str url, struct arena *a,
		     struct str *page, struct err *e) LY_MUST_USE;
int thread_page_write(struct store *s, struct str source, struct str url, struct str page,
		      struct err *e) LY_MUST_USE;

#endif
