/*
 * release.h - a release: what was said in public, and what comes of it, in the open transaction.
 *
 *   kind "release"  key "1", "2", …   kind, channel, url, next, how, at; with a draft: draft, hash,
 *                                     level, needed, approved_by; state, why, by, corrects
 *   how    "approved", "emergency" (approval.h), "elsewhere" (only told of here)
 *   state  "released", "corrected" (by: the number of what took its place), "withdrawn"
 *
 * Statement, update, reply, note to staff and press line leave the incident's state and start the
 * clock of the next update that they promise. First statement and full response are timed apart. A
 * full response beside a complete pack moves the incident to watching; both of this round: what was said before it
 * flared up again ends nothing. RESPONSE.md section 2.
 */
#ifndef LY_RESPONDER_RELEASE_H
#define LY_RESPONDER_RELEASE_H

#include "responder/said.h"
#include "responder/state.h"

/* What a draft of this kind (template_kind_words) is when released; NULL: a cover, which is not. */
const char *release_kind(struct str template_kind);

/* Clocks and tasks that it ends, and the one that its promise starts (next_at 0: none); then
 * release_settle(). */
int release_effects(struct responder *r, const struct gate_ask *q, struct incident *i,
		    struct str kind, int64_t next_at, struct err *e) LY_MUST_USE;
/* A full response stands and the pack is complete: to watching. 1 moved, 0, -1. */
int release_settle(struct responder *r, const struct gate_ask *q, struct incident *i,
		   struct err *e) LY_MUST_USE;
/* The number that the next gets; -1. */
int64_t release_next(struct store *s, const struct id *incident, struct err *e) LY_MUST_USE;

/* The text goes out through a channel of `publish`, as a row of the outbox that is signed and
 * carries the release's key: once, however often it is tried. */
struct release_publish {
	struct str channel, number, kind, lang, hash, text;
};
int release_publish(struct responder *r, const struct gate_ask *q,
		    const struct release_publish *p, struct err *e) LY_MUST_USE;
/* What of release `number` (hash: of its text) has not left is not published any more. */
int release_recall(struct responder *r, const struct gate_ask *q, struct str number,
		   struct str hash, struct err *e) LY_MUST_USE;
/* One was taken back, its row says so: when no statement is left in public, the pack has none. */
int release_withdrawn(struct responder *r, const struct gate_ask *q, struct err *e) LY_MUST_USE;
#endif
