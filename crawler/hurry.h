/*
 * hurry.h - the command source.hurry: during an incident its sources are asked more often.
 *
 * Arguments: "name" or "names", "every" and "for" in seconds, or as "2m", "6h". Bounds: every
 * 30 s .. 1 d, for at most a day; "for": 0 ends it. It lowers the interval and the source's own
 * wishes; Retry-After, crawl-delay, robots.txt and the back-off after failures hold. Kept in
 * spool.db: a restart does not forget it.
 */
#ifndef LY_CRAWLER_HURRY_H
#define LY_CRAWLER_HURRY_H

#include "core/stage.h"

struct crawler;
int hurry_apply(struct crawler *c, const struct command *cmd, struct out *out,
		struct err *e) LY_MUST_USE;

#endif
