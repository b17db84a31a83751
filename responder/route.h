/*
 * route.h - route 路由: which policy, owner and channels an incident gets. Pure.
 */
#ifndef LY_RESPONDER_ROUTE_H
#define LY_RESPONDER_ROUTE_H

#include "responder/people_conf.h"

enum signal_class { SIGNAL_VOICE, SIGNAL_BUSINESS, SIGNAL_SYSTEM };
struct route_ask {
	struct str watch;
	int64_t level; /* 1..3 */
	enum signal_class class;
};
#define ROUTE_COPIES 8
struct route_answer {
	const struct route_conf *route; /* the first that fits; NULL: none                  */
	const struct route_conf
		*copies[ROUTE_COPIES]; /* reached through `continue`: told once */
	size_t copies_n;
};
bool route_fits(const struct route_conf *o, const struct route_ask *q);
/* In the order written: the first match decides unless it says continue. */
struct route_answer route_find(const struct notice_conf *c, const struct route_ask *q);

#endif
