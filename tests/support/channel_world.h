/* channel_world.h - a channel of each kind, a notice, and what the one says of the other. */
#ifndef LY_TESTS_SUPPORT_CHANNEL_WORLD_H
#define LY_TESTS_SUPPORT_CHANNEL_WORLD_H

#include "responder/channel_inside.h"

#define CHANNEL_WORLD_WALL 1599360473 /* when it is said */

/* Its addresses and secrets are of our own making. */
struct channel_conf channel_world_conf(enum channel_type kind);
/* A page of INC-2026-0042 at L2 with a link to take it; text is borrowed. */
struct parcel channel_world_parcel(struct str subject, struct str body);

/* The requests of one notice, of the kinds that speak HTTP. */
struct channel_world_said {
	struct arena *a;
	struct channel_conf c;
	struct parcel p;
	struct letter l;
	struct piece *pieces;
	struct channel_request q[99];
	size_t n;
};
/* What c says of p at CHANNEL_WORLD_WALL; a refusal fails the test. arena_free(s->a) ends it. */
void channel_world_say(struct channel_world_said *s, const struct channel_conf *c,
		       const struct parcel *p);
bool channel_world_http(int kind);

#endif
