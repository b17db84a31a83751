/*
 * retain.h - 保存期限: what the record lets go of when its time is over (RESPONSE.md section 10).
 *
 *   class      what goes                                            its time begins
 *   authors    name and key of who wrote; link of what no watch     when it arrived
 *              noticed
 *   text       title, text and link                                 when it arrived
 *   incidents  both of what its firings counted; the file of the    when it ended
 *              incident, output of actions, commands on it
 *
 * 1. No row goes: a tombstone with the reason "expired" stays, so counts, roll-ups and chains are
 *    what they were. What was refused (table reject) is emptied with the class text, and what the
 *    crawler said of posts (post.h) goes with their text. What we wrote
 *    ourselves stays: drafts, approvals, releases, and our clocks.
 * 2. What a firing of an incident counted is let go of with the incident, however old it is; what
 *    a firing without one (in shadow) counted is as any other.
 * 3. A step lets go of at most RETAIN_STEP documents, in the stage's transaction. Documents are walked
 *    in order of arrival from a place that the record keeps: there is no scan, and a kill -9 is
 *    gone on from.
 * 4. What showed the text - notices, digests, files of them - is told again without it, as when it
 *    is erased (unquote.h), in the same transaction.
 */
#ifndef LY_RESPONDER_RETAIN_H
#define LY_RESPONDER_RETAIN_H

#include "core/conf.h"
#include "core/err.h"
#include "core/store.h"

/* Seconds; 0 = for ever. */
struct retain_conf {
	int64_t text_s, authors_s, incidents_s;
};
extern const struct conf_schema retain_schema;

#define RETAIN_STEP \
	200 /* a fifth of a batch: 1.000 results wait for it as for 200 of their own */

enum retain_class {
	RETAIN_AUTHORS,
	RETAIN_TEXT,
	RETAIN_INCIDENTS,
	RETAIN_REJECTS,
	RETAIN_CLASSES
};
extern const char *const retain_words[]; /* "authors", "text", "incidents", "rejects" */

/* What went, or would go. held: past their time, but an incident rests on them. oldest_at: of what
 * goes, when its time began; 0 = none. */
struct retain_sum {
	struct {
		int64_t n, held, oldest_at;
	} of[RETAIN_CLASSES];
};

/* What steps would let go of at now, in all: reads the record in short reads, changes nothing. */
int retain_plan(struct store *s, const struct retain_conf *c, int64_t now,
		struct retain_sum *sum, struct err *e) LY_MUST_USE;

struct responder;
struct retain;
/* Where it is, from the record. NULL and *e. */
struct retain *retain_new(struct store *s, struct err *e) LY_MUST_USE;
void retain_free(struct retain *x); /* accepts NULL */
/* When a step is due; INT64_MAX: never. */
int64_t retain_due(const struct responder *r);
/* The clock was set back: it looks again by the one of now. */
void retain_look(struct responder *r, int64_t now);
/* A step, when it is due. 1 something was written, 0, -1. */
int retain_turn(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
/* A step now, added to *sum. 1 there may be more, 0 nothing was left, -1. */
int retain_step(struct responder *r, int64_t now, struct retain_sum *sum,
		struct err *e) LY_MUST_USE;
/* A document of that time was stored: when the walk was there already, it goes back. */
int retain_arrived(struct responder *r, int64_t arrived_at, struct err *e) LY_MUST_USE;
/* Will what arrived from <= t < to be walked within a day, or is it now? */
bool retain_is_near(const struct responder *r, int64_t from, int64_t to, int64_t now);

#endif
