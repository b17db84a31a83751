/*
 * guid.h - what an item of a feed is known by: its guid, unless that names several things.
 *
 * Some programs number the items of each answer anew, or give all of them one guid, or one
 * link. Taken at their word, all but the first would be "seen" for ever. So a guid has to
 * stand for one thing, within an answer and from one answer to the next:
 * 1. in one feed a guid with two links, or with three titles, is no identity: the link is, and
 *    where links say no more (several titles under one), the words are;
 * 2. a guid that was seen before, but never with this link nor with this title, has been given
 *    to another item: its identity is the guid with the link. A new address alone (a site that
 *    moved) or a new title alone (a correction) is the same item still.
 */
#ifndef LY_CRAWLER_GUID_H
#define LY_CRAWLER_GUID_H

#include "core/arena.h"
#include "core/err.h"

struct harvest;
struct feed;
struct feed_item;
enum guid_use { GUID_STANDS, GUID_LINK, GUID_WORDS };
/* Rule 1, pure: one enum guid_use an item, in a. */
const uint8_t *guid_judge(struct arena *a, const struct feed *f);
/* The identity to take the item in by (struct intake's; empty: its link), rule 2 included.
 * What the guid stands for is remembered in the open batch. 0, or -1 as intake_document. */
int guid_identity(struct harvest *h, const struct feed_item *it, enum guid_use use,
		  struct str *identity, struct err *e) LY_MUST_USE;

#endif
