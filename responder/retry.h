/*
 * retry.h - what an ended transfer means for its notice, and when to try again. Pure.
 */
#ifndef LY_RESPONDER_RETRY_H
#define LY_RESPONDER_RETRY_H

#include "core/base.h"
#include "core/http.h"

enum retry_said {
	RETRY_DONE,  /* it was taken                                             */
	RETRY_LATER, /* the world was busy: the same again                       */
	RETRY_NEVER, /* it will be refused again: another way, and a person told */
};
enum retry_tongue {
	RETRY_HTTP,
	RETRY_SMTP
}; /* whose status: 451 is "never" in one, "later" in the other */
enum retry_said retry_judge(enum retry_tongue tongue, enum http_end end, int status);
/* May the other side have taken it although we do not know? */
bool retry_may_repeat(enum http_end end, int status);
/* Seconds until try number `attempts` + 1 (attempts >= 1): 5 s, doubled each time up to 15 min,
 * a fifth up or down by the key; never less than what the other side asked for. */
#define RETRY_MOST_S 3600 /* no wait is longer */
int64_t retry_wait_s(const struct id *key, int64_t attempts, int64_t asked_s);
/* A Retry-After header, "120" or "Sun, 22 Nov 2026 00:02:00 GMT", in seconds from now (UTC);
 * at most 1 h, 0 when there is none or it is not understood. */
int64_t retry_asked_s(struct str header, int64_t now);

#endif
