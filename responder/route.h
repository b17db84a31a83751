/*
 * route.h - route 路由: which policy, owner and channels an incident gets. Pure.
 *
 * A tree as in Alertmanager: children in the order written, the first that fits decides unless it
 * says continue; where no child fits, the parent itself. What a route does not say is its
 * parent's, but mute and active times are its own.
 */
#ifndef LY_RESPONDER_ROUTE_H
#define LY_RESPONDER_ROUTE_H

#include "responder/people_conf.h"

enum signal_class { SIGNAL_VOICE, SIGNAL_BUSINESS, SIGNAL_SYSTEM };
struct route_ask {
	struct str watch;
	int64_t level; /* 1..3 */
	enum signal_class class;
	int64_t grade; /* 1..3; 0: none */
	struct str topic, kind, scenario, source, lang;
	bool rising; /* more mention the topic than before */
};
/* As matchers see it. level or grade 0: the empty text. */
struct tags route_tags(const struct route_ask *q);

#define ROUTE_COPIES 8
struct route_answer {
	const struct route_conf *route; /* the first that fits; NULL: none                  */
	const struct route_conf
		*copies[ROUTE_COPIES]; /* reached through `continue`: told once */
	size_t copies_n;
};
/* FIT_MAYBE: it depends on a label that is not known. Its children are not looked at. */
enum fit route_fits(const struct route_conf *o, const struct tags *l);
/* Without any route in the configuration: voices go to PR, business figures to who leads, the
 * system's to who fixes; PR has a copy of their L3 and of what more and more people mention. Their
 * policies are named by role: ROUTE_ROLE and the role. */
#define ROUTE_ROLE "role:"
struct route_answer route_find(const struct notice_conf *c, const struct tags *l);
/* Of the configuration: every route that may be taken first when labels without a pointer may have any value. True: for
 * every value one is. */
bool route_each(const struct notice_conf *c, const struct tags *l,
		void (*each)(void *arg, const struct route_conf *o), void *arg);
/* What is told together: the route's own key and the labels it groups by. */
struct id route_group(const struct route_conf *o, const struct tags *l);

#endif
