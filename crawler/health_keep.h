/*
 * health_keep.h - the tallies of all sources: in memory, and in spool.db with the batch.
 *
 * A batch that is rolled back takes its counts back: its polls and documents come again.
 */
#ifndef LY_CRAWLER_HEALTH_KEEP_H
#define LY_CRAWLER_HEALTH_KEEP_H

#include "core/document.h"
#include "core/http.h"

#include "crawler/health.h"

struct crawler;
int health_open(struct crawler *c, struct err *e) LY_MUST_USE;
void health_close(struct crawler *c);
/* That of src, which is one of setup.sources; all others share one. Never NULL after health_open. */
struct tally *health_tally(struct crawler *c, const struct source_conf *src);
void health_document(struct crawler *c, const struct source_conf *src,
		     const struct document *d);
/* The answer to a poll; read: it was content and was read. st: the state before it. */
enum health_read {
	HEALTH_READ,
	HEALTH_SAME,
	HEALTH_UNREAD,
	HEALTH_ANSWER,
	HEALTH_WALL,
	HEALTH_LOGIN
};
void health_poll(struct crawler *c, const struct source_conf *src,
		 const struct source_state *st, const struct http_response *r,
		 enum health_read read);
/* A look into an inbox on this machine: READ something new, SAME, or UNREAD when it failed. */
void health_look(struct crawler *c, const struct source_conf *src, enum health_read read);
/* Write what changed into the open batch. */
int health_settle(struct crawler *c, struct err *e) LY_MUST_USE;
/* The last batch: also the polls that waited for a change (TALLY_LATE_S). */
int health_end(struct crawler *c, struct err *e) LY_MUST_USE;
/* The batch is in the store, or was rolled back: memory is what the store holds. */
void health_committed(struct crawler *c);
void health_dropped(struct crawler *c);

#endif
