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
 */
#ifndef LY_CRAWLER_ANSWER_H
#define LY_CRAWLER_ANSWER_H

#include "core/http.h"

#include "crawler/spool_store.h"

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
/* The far end's word for a version as it may be said back to it: empty when it holds control
 * or other bytes, or is over 1,024 long. */
struct str answer_validator(struct str s);

#endif
