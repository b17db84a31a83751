/*
 * websub.h - news by push: the crawler as a WebSub subscriber (W3C Recommendation, 2018-01-23).
 *
 * Off without websub.public_url. A feed that names a hub is subscribed to; the hub asks back at
 * an address nobody can guess (GET /websub/<token>), then posts changes there, signed with a
 * secret of that one subscription. What it posts is taken in as a poll would: same marks, one
 * transaction, answered after the commit. While the lease lives, polls are websub.poll apart:
 * they find what a hub forgot. Off in stepped time, and without a runner.
 *
 * Invariants
 *  1. A subscription is in spool.db, committed, before its hub is asked: whoever asks back, also
 *     after a crash, is known.
 *  2. Only a verified intent makes or ends a subscription; only its challenge is ever echoed.
 *  3. A body without a right signature changes nothing but a count.
 */
#ifndef LY_CRAWLER_WEBSUB_H
#define LY_CRAWLER_WEBSUB_H

#include "core/control.h"
#include "core/http.h"
#include "core/stage.h"

#include "crawler/conf.h"

struct crawler;
struct websub;
/* After the sources are scheduled. Leaves c->websub NULL when it is off. */
int websub_open(struct crawler *c, struct err *e) LY_MUST_USE;
void websub_close(struct crawler *c); /* after c->http is closed */
/* Ask hubs for what is due. Errors of ours end the step (crawler_fail). */
void websub_turn(struct crawler *c);
int64_t websub_due(const struct crawler *c);
/* The answer to a poll was read as a feed: does it name a hub? */
void websub_discover(struct crawler *c, const struct source_conf *src,
		     const struct http_response *r);
/* Between polls of src, given what it would be without a hub. */
int64_t websub_interval(struct crawler *c, const struct source_conf *src, int64_t interval_s);
/* The open batch was rolled back. */
void websub_dropped(struct crawler *c);
/* Verbs: GET and POST /websub/<token>. */
int websub_verify(struct crawler *c, const struct command *cmd, struct out *out,
		  struct err *e) LY_MUST_USE;
int websub_deliver(struct crawler *c, const struct command *cmd, struct out *out,
		   struct err *e) LY_MUST_USE;

#endif
