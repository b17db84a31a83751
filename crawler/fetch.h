/*
 * fetch.h - due -> fetched -> read: one poll of a source, from request to committed documents.
 *
 * A poll is a *harvest*: the answer's items, and with full_text the page behind each. Its ETag is
 * written only when every item is in the spool, in the transaction of the last one: a crash in
 * the middle fetches again and meets its own "seen" marks.
 */
#ifndef LY_CRAWLER_FETCH_H
#define LY_CRAWLER_FETCH_H

#include "core/err.h"

struct crawler;
struct slot;
/* Begin the poll of slot (taken from the schedule). A failure to start is a failed poll, not an
 * error. */
void fetch_begin(struct crawler *c, struct slot *slot);

#endif
