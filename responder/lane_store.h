/*
 * lane_store.h - rows of notice by their channel, whose turn it is (lane.h); rows of attempt.
 *
 * Writing functions need the stage's open transaction.
 */
#ifndef LY_RESPONDER_LANE_STORE_H
#define LY_RESPONDER_LANE_STORE_H

#include "core/arena.h"
#include "core/conf.h"
#include "core/store.h"
#include "responder/jump.h"

/* How many rows of the channel are 'sending'. */
int lane_sending(struct store *s, struct str channel, int64_t *n, struct err *e) LY_MUST_USE;
struct lane_turn {
	struct id id;
	int64_t level, next_at, created_at, due_at;
};
/* When the first of those that wait in any channel is ready; INT64_MAX: none waits. */
struct lanes_ready {
	int64_t queued_at, retry_at;
};
int lanes_ready(struct store *s, struct lanes_ready *out, struct err *e) LY_MUST_USE;
/* The one that goes next: queued or retry_wait until now or before, highest level first; not looked for
 * where none waits. 1, 0, -1. */
int lane_next(struct store *s, struct str channel, const struct lanes_ready *ready, int64_t now,
	      struct lane_turn *next, struct err *e) LY_MUST_USE;
/* Of this channel. */
int lane_ready_at(struct store *s, struct str channel, int64_t *at, struct err *e) LY_MUST_USE;
/* Pages, bundles, what Langyan says of itself (and tests, while queued) of the channel that are queued or wait for a retry and whose why is not yet this one, most urgent first.
 * Number of them, or -1. */
int lane_stuck(struct store *s, struct str channel, struct str why, struct id *v, size_t max,
	       struct err *e) LY_MUST_USE;
/* Channels that rows which have not left name, each once. */
int lanes_named(struct store *s, struct arena *a, struct conf_texts *out,
		struct err *e) LY_MUST_USE;
/* What is 'sending' may have left before a crash: each has an attempt that says so, and goes
 * again at once. What waits for longer than any wait is, because a clock was wrong, does not any
 * more. Number of rows that may be repeats. */
int notices_resume(struct store *s, int64_t now, struct err *e) LY_MUST_USE;

/* What waits for its turn, a retry or its group until a time after now, and was tried or planned in the
 * span, waits for one by so much earlier. Spans by the oldest first. Number of rows, or -1. */
int notices_earlier(struct store *s, const struct set_back_span *span, int64_t now,
		    struct err *e) LY_MUST_USE;

struct attempt_row {
	struct id notice;
	int64_t n, at, status, us;
	struct str ended, answer; /* answer: SHA-256 of the body, or empty   */
	struct str said;          /* what was answered, in words; or empty   */
	int64_t wait_s;           /* how long it asked us to wait; 0: not    */
};
#define ATTEMPT_UNKNOWN "unknown" /* ended: we died before we knew */
int attempt_add(struct store *s, const struct attempt_row *r, struct err *e) LY_MUST_USE;
/* When attempts through the channel were made since from_at and until now, oldest first, at most max; *until_at:
 * the last time that it asked us to wait for. Number of them, or -1. */
int attempts_past(struct store *s, struct str channel, int64_t from_at, int64_t now, int64_t *v,
		  size_t max, int64_t *until_at, struct err *e) LY_MUST_USE;

#endif
