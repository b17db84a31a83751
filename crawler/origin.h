/*
 * origin.h - where in a feed a value stands, for people: "from <pubDate>".
 *
 * The reader of feeds is made for speed and remembers no places. So this looks for the value
 * again, among all elements and attributes of the item: what is said is where it
 * stands, not which of several places the reader preferred. Only for the first items of a
 * test, never in a poll.
 */
#ifndef LY_CRAWLER_ORIGIN_H
#define LY_CRAWLER_ORIGIN_H

#include "crawler/map.h"

/* Fill .from of the first n items of a feed (text: decoded; XML or JSON Feed). In a. */
void origin_feed(struct arena *a, struct str text, struct str url, int64_t now,
		 struct map_item *v, size_t n);

#endif
