/*
 * newsroom.h - a loopback site that plays a scenario: RSS, Atom and HTML over real HTTP.
 *
 * An item is served from its moment on. The moment of a request is its "Langyan-Clock" header
 * (a crawler in stepped mode is the clock's master) or else the newsroom's own scaled clock.
 * ETag and Last-Modified are those of a real site: 304 when nothing new is visible.
 */
#ifndef LY_DRILL_NEWSROOM_H
#define LY_DRILL_NEWSROOM_H

#include "core/clock.h"

#include "drill/scenario.h"

struct newsroom;
struct newsroom_setup {
	const char *path;   /* of the scenario            */
	const char *listen; /* "127.0.0.1:8790"           */
	int64_t scale;      /* own clock: seconds a second */
};
/* Mistakes of the scenario go to *report. */
struct newsroom *newsroom_open(const struct newsroom_setup *setup, struct buf *report,
			       struct err *e) LY_MUST_USE;
int newsroom_port(const struct newsroom *n);
size_t newsroom_items(const struct newsroom *n);
/* Requests answered so far. */
uint64_t newsroom_served(const struct newsroom *n);
void newsroom_close(struct newsroom *n);

#endif
