/*
 * keep.h - what the crawler is asked to keep evidence of: with a document's receipt, and again
 * while an incident is open.
 *
 * keep_flags is a function of the result alone: whenever a document is receipted, however often
 * it was sent, the same is asked. What an incident counts is asked for when something fires in it
 * and, as long as it is open, every 10 minutes, so a lost receipt or a crash on either side costs
 * nothing. From L2 on its documents' sources are to be polled more often for that time
 * (KEEP_HURRY).
 */
#ifndef LY_RESPONDER_KEEP_H
#define LY_RESPONDER_KEEP_H

#include "core/result.h"
#include "core/stage.h"
#include "core/store.h"

/* enum keep_flag bits: a topic of severity 2 or 3 that is not negated, an author of T2 or T3. 0
 * without mentions, for our own voice and for imported history. Pure. */
int64_t keep_flags(const struct result *res);

struct kept {
	struct id mention, document, spool;
	int64_t seq;
};
/* Documents of the mentions that an incident's firings counted, newest firing first, at most max
 * into v. Their number or -1. */
int keep_of_incident(struct store *s, const struct id *incident, struct kept *v, int max,
		     struct err *e) LY_MUST_USE;
/* The document and spool number of one mention, or of a document (mention is left as it is).
 * 1, 0, -1. */
int keep_of_mention(struct store *s, const struct id *mention, struct kept *k,
		    struct err *e) LY_MUST_USE;

struct responder;
/* Ask for what open incidents count: of those that something fired in, and when it is time of all. */
void keep_tell(struct responder *r, int64_t now, struct out *out);
/* When keep_tell wants to be called. */
int64_t keep_due(const struct responder *r);

#endif
