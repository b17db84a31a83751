/*
 * retire.h - what spool.db knows of sources that are configured no more.
 *
 * A source that is taken out keeps its rows (ETag, place in its files, rank history, figures) for
 * spool.keep_seen after its last poll, as long as the marks of its items: one that comes back
 * goes on where it was, and nothing of it comes twice. Then they go together.
 */
#ifndef LY_CRAWLER_RETIRE_H
#define LY_CRAWLER_RETIRE_H

#include "core/err.h"

struct crawler;
/* Forget, in the open batch, those that nobody has polled since before; a part at a time. */
int sources_retire(struct crawler *c, int64_t before, struct err *e) LY_MUST_USE;

#endif
