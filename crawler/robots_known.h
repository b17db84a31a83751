/*
 * robots_known.h - what is known of each origin's robots.txt, and for how long it holds.
 *
 *	           answer                 (none yet)          (a copy is there)
 *	200, or there is none at the site    READ                 READ
 *	could not be had                     CLOSED, after        READ, the copy
 *	                                     30 days FREE
 */
#ifndef LY_CRAWLER_ROBOTS_KNOWN_H
#define LY_CRAWLER_ROBOTS_KNOWN_H

#include "core/http.h"

#include "crawler/robots.h"
#include "crawler/robots_store.h"

enum robots_stand {
	ROBOTS_READ,   /* its rules hold                        */
	ROBOTS_CLOSED, /* it cannot be had: nothing is fetched  */
	ROBOTS_FREE,   /* nor could it for so long: no rules    */
};
enum robots_stand robots_stands(const struct robots_row *row, int64_t now);
/* The row after an answer; old may be zeroed but for its address. Borrows from both. Pure. */
struct robots_row robots_learnt(const struct robots_row *old, const struct http_response *r,
				int64_t now);

struct robots_known;
struct robots_file {
	struct robots_row row;
	struct robots rules; /* of row.body, for the agent */
};
/* store: NULL = only the 64 that were used last are remembered. agent: a product token, copied. */
struct robots_known *robots_known_new(struct store *store, struct str agent);
void robots_known_free(struct robots_known *k);
/* NULL when nothing is known, or *e. Lives until the next call. */
const struct robots_file *robots_known_find(struct robots_known *k, struct str address,
					    struct err *e);
/* Into the store's open batch. Returns what is known now, or NULL and *e. */
const struct robots_file *robots_known_put(struct robots_known *k, const struct robots_row *row,
					   struct err *e);

#endif
