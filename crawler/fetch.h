/*
 * fetch.h - due -> fetched -> read: one poll of a source, from request to committed documents.
 *
 * A poll is a *harvest*: the answer's items, and with full_text the page behind each new one. Its
 * ETag is written only when every item is in the spool, in the transaction of the last one: a
 * crash in the middle, or a batch that was rolled back, fetches again and meets its own "seen"
 * marks.
 */
#ifndef LY_CRAWLER_FETCH_H
#define LY_CRAWLER_FETCH_H

#include "core/err.h"

#include "crawler/conf.h"
#include "crawler/spool_store.h"

struct crawler;
struct harvest;
struct slot;
/* Begin the poll of slot (taken from the schedule). A failure to start is a failed poll, not an
 * error. */
void fetch_begin(struct crawler *c, struct slot *slot);
/* Pages that had to wait for manners' sake, and when the next of them may go (INT64_MAX: none). */
void fetch_pages(struct crawler *c);
int64_t fetch_due(const struct crawler *c);
/* Close c->http; polls that are not over leave nothing. */
void fetch_stop(struct crawler *c);
/* Where src is polled: its own address, or the one that its 301s led to for days. */
struct str fetch_url(const struct source_conf *src, const struct source_state *st);
/* Between polls of slot when all goes well; st: what is known of it, news: its last answer brought
 * some. *learned_s as interval_next has it. */
int64_t fetch_interval(const struct crawler *c, const struct slot *slot,
		       const struct source_state *st, bool news, int64_t *learned_s);
/* How long the host of url is left alone after a request for src; in stepped time 0. */
int64_t fetch_delay(const struct crawler *c, const struct source_conf *src, struct str url);
/* Until when a request of a poll may wait for its host. In stepped time the clock waits for the
 * poll, so nothing waits: c->now. */
int64_t fetch_patience(const struct crawler *c);
/* What is known of src at its present address: 1, 0 for nothing, or -1. */
int fetch_state(struct crawler *c, const struct source_conf *src, struct arena *a,
		struct source_state *st, struct err *e) LY_MUST_USE;

#endif
