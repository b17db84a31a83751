/*
 * answer.h - what the answer to a poll means: (state, answer, now) -> what to do. Pure.
 *
 *   answer                   what is done
 *   304, or 200 with the     nothing is read; it went well
 *   body of last time
 *   200                      read
 *   410                      a failure; twice in a row closes the source: a person must look
 *   429, 503                 a failure; the whole host is left alone until Retry-After (when
 *                            it names none: 5 minutes, doubling to an hour)
 *   any other, or none       a failure: polls back off to a day (schedule_after)
 *
 * A 301 or 308 is followed each time, and its target polled in place of the source's address only
 * after ADOPT_TIMES answers that were read, over ADOPT_S at least, all to the same place (a wall,
 * a hijacked name or a mistake does not last that long). A 302, 303 or 307 is followed and never
 * remembered. An adopted address that fails ADOPT_FAILS times in a row is left again.
 */
#ifndef LY_CRAWLER_ANSWER_H
#define LY_CRAWLER_ANSWER_H

#include "core/http.h"

#include "crawler/source_store.h"

#define ADOPT_TIMES  3
#define ADOPT_S      (2 * 86400)
#define ADOPT_FAILS  3
#define OUTAGE_FAILS 3 /* a source is not dead before so many failures in a row */

enum answer_act { ANSWER_READ, ANSWER_SAME, ANSWER_FAILED };
struct answer {
	enum answer_act act;
	bool closed;        /* not to be polled again by itself            */
	int64_t host_until; /* the host's queue is closed until; 0 = open  */
	struct id body;     /* hash of the body                            */
	char why[160];      /* FAILED: in words                            */
};
/* st is the state before this answer. */
struct answer answer_judge(const struct source_state *st, const struct http_response *r,
			   int64_t now);
/* Retry-After, in seconds or as a date (RFC 9110 10.2.3) -> a time, at most a day from now; 0
 * when there is none or it cannot be read. */
int64_t answer_retry_at(struct str value, int64_t now);
/* After a poll that went well (r was its answer, read or the same as before): count where a
 * permanent redirect points, adopt it when it has lasted. True when st->adopted changed; texts go
 * into a. secrets: the source sends headers of its own, which stay with its host. */
bool answer_moved(struct source_state *st, const struct http_response *r, bool secrets,
		  int64_t now, struct arena *a);
/* After a failure: is the adopted address left? Then nothing is known of the source's own. */
bool answer_moved_back(struct source_state *st);

enum outage { OUTAGE_NONE, OUTAGE_BEGINS, OUTAGE_ENDS };
/* After a poll: is the source dead, or back? closed: it will not be asked again. */
enum outage answer_outage(const struct source_state *st, bool closed, int64_t blind_after_s,
			  int64_t now);

/* The far end's word for a version as it may be said back to it: empty when it holds control
 * or other bytes, or is over 1,024 long. */
struct str answer_validator(struct str s);

#endif
