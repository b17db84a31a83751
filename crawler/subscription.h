/*
 * subscription.h - the life of one WebSub subscription (W3C WebSub): a pure table of moves.
 *
 *             due: ask            verified
 *   WANTED ------------> ASKED ------------> LIVE --due: ask again before the lease ends--.
 *     ^  ^  failed,        |  nobody           |  ^-----------------verified--------------'
 *     |  '--wait doubles---'  verified it      |
 *     |-------------- the lease ended ---------'
 *     '-- a week -- DENIED <-- denied by the hub, from any but LEAVING
 *   any -- dropped --> LEAVING -- verified, or asked in vain five times --> forgotten
 */
#ifndef LY_CRAWLER_SUBSCRIPTION_H
#define LY_CRAWLER_SUBSCRIPTION_H

#include "core/base.h"

#define SUBSCRIPTION_LEASE_MIN 10 /* seconds; a hub that says less is not believed */
#define SUBSCRIPTION_LEASE_MAX \
	(366 * 86400LL) /* nor one that says more                        */

enum sub_state { SUB_WANTED, SUB_ASKED, SUB_LIVE, SUB_DENIED, SUB_LEAVING, SUB_STATE_COUNT };
extern const char *const sub_state_words[];
struct subscription {
	struct id key; /* hash of the token: the callback is found by it */
	struct str source, hub, topic;
	struct str token;    /* last part of the callback's path: 64 hex digits       */
	struct str secret;   /* the hub signs with it                                 */
	struct str callback; /* all of the callback but the token                     */
	int64_t state;       /* enum sub_state                                        */
	int64_t next_at;     /* when there is something to do                         */
	int64_t expires_at;  /* LIVE: end of the lease                                */
	int64_t failures;    /* in a row                                              */
	int64_t delivered, pings, refused; /* with items; without; with a wrong signature */
	int64_t heard_at;                  /* last delivery                           */
	struct str why;                    /* of the last failure                     */
};
enum sub_event {
	SUB_DUE,      /* next_at has come                          */
	SUB_SENT,     /* the hub has taken our request             */
	SUB_FAILED,   /* it has not                                */
	SUB_VERIFIED, /* it asked back and was told yes            */
	SUB_REFUSED,  /* it says that it will not                  */
	SUB_DROPPED,  /* we do not want it any more                */
};
enum sub_act { SUB_NOTHING, SUB_SUBSCRIBE, SUB_UNSUBSCRIBE, SUB_FORGET };
/* Changes state, next_at, expires_at, failures; says what to do. lease_s: VERIFIED. */
enum sub_act subscription_move(struct subscription *s, enum sub_event ev, int64_t lease_s,
			       int64_t now);
/* Does it bring news at now? */
bool subscription_live(const struct subscription *s, int64_t now);

#endif
