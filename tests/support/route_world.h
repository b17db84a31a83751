/*
 * route_world.h - a configuration of routes, timetables, silences and inhibitions in a line: for tests
 * of who is told of what and what is held.
 *
 * Behind it stand one person (lin), two channels (wall, chat) and the policies all, tea, forum, news,
 * press and drinks; the settings begin in line 10 of conf.yaml.
 */
#ifndef LY_TESTS_SUPPORT_ROUTE_WORLD_H
#define LY_TESTS_SUPPORT_ROUTE_WORLD_H

#include "responder/notice.h"
#include "responder/matcher.h"

struct route_world {
	struct notice_conf c;
	struct conf *conf; /* conf_free() ends it; NULL: refused */
};
/* False: refused, the mistakes are in report. */
bool route_world_read(struct route_world *w, const char *settings, struct buf *report);
/* The same, and the test fails when it is refused. */
void route_world_open(struct route_world *w, const char *settings);
/* "watch=tea,kind=x": what is not said is the empty text, level 2. */
struct tags route_world_tags(const char *text);

#endif
