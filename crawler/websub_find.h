/*
 * websub_find.h - which hub tells of changes, and by which name: read from an answer (pure).
 *
 * In order: the Link header (RFC 8288); link elements in front of a feed's first item; "hubs" and
 * "feed_url" of a JSON Feed. Ceilings: 64 links, addresses of 2,000 bytes, 256 KiB of markup.
 */
#ifndef LY_CRAWLER_WEBSUB_FIND_H
#define LY_CRAWLER_WEBSUB_FIND_H

#include "core/arena.h"

#define WEBSUB_URL_MAX 2000

struct websub_links {
	struct str hub;  /* the first that is named; empty = none  */
	struct str self; /* the topic; empty = not told            */
};
/* base: where the answer came from; relative addresses are taken from it. Texts live in a. */
void websub_find(struct arena *a, struct str link_header, struct str body, struct str base,
		 struct websub_links *out);

#endif
