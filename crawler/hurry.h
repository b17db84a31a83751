/*
 * hurry.h - during an incident its sources are asked more often: by itself, or by a command.
 *
 * By itself: while an incident is at L2 or L3 the responder names, every ten minutes, documents
 * that it counts. Their sources are asked at least every fetch.incident_interval until nobody
 * has named one of theirs for 25 minutes. Nothing of it is stored. Not in stepped time, where the
 * moment at which it is heard would change the run, and not for inboxes.
 *
 * The command source.hurry. Arguments: "name" or "names", "every" and "for" in seconds, or as "2m", "6h". Bounds: every
 * 30 s .. 1 d, for at most a day; "for": 0 ends it. It lowers the interval and the source's own
 * wishes; Retry-After, crawl-delay, robots.txt and the back-off after failures hold. Kept in
 * spool.db: a restart does not forget it.
 */
#ifndef LY_CRAWLER_HURRY_H
#define LY_CRAWLER_HURRY_H

#include "core/stage.h"

struct crawler;
/* Document seq is of such an incident. */
int hurry_incident(struct crawler *c, int64_t seq, struct err *e) LY_MUST_USE;
int hurry_apply(struct crawler *c, const struct command *cmd, struct out *out,
		struct err *e) LY_MUST_USE;

#endif
