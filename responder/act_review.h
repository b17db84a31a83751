/* act_review.h - what the commands about one draft share; private to act_review.c, act_release.c. */
#ifndef LY_RESPONDER_ACT_REVIEW_H
#define LY_RESPONDER_ACT_REVIEW_H

#include "responder/act.h"
#include "responder/review.h"

/* Incident of "id", draft of "draft". 1; 0 refused; -1. */
int act_review_begin(struct act *x, struct incident **i, struct gate_ask *q, struct review *v,
		     struct err *e) LY_MUST_USE;
/* Is the incident open? late: what has closed will do when something was said of it: it is put right,
 * or what is still owed follows. 1; 0 refused, and where to go; -1. */
int act_review_open(struct act *x, struct incident *i, bool late, struct err *e) LY_MUST_USE;
/* Refused: template, version, state and why. */
void act_review_say(struct act *x, int status, const struct review *v, const char *why);
/* Where it stands now; look: and what was found in it, or NULL. Returns 0. */
int act_review_done(struct act *x, const struct review *v, const struct draft_look *look);

#endif
