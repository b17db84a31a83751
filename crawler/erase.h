/*
 * erase.h - what a document said, out of everything that the crawler keeps of it.
 *
 * Evidence goes with the command (evidence_erase). Spool and archive hold a document until
 * spool.keep and archive.keep: what is erased is written into the table `erased` with the
 * command, and taken out behind it, a segment at a turn; a kill -9 in between is gone on from.
 * The write-ahead log is emptied last, while the command asks how much is left.
 * Marks of what was seen stay, or the next poll would bring it back.
 */
#ifndef LY_CRAWLER_ERASE_H
#define LY_CRAWLER_ERASE_H

#include "crawler/archive_erase.h"
#include "crawler/crawler.h"

struct erasing;
struct erasing *erasing_new(void);
void erasing_free(struct erasing *x); /* accepts NULL */
/* In the open batch. 1 when something was kept as evidence, 0, -1. */
int erase_document(struct crawler *c, const struct archive_erased *x,
		   struct err *e) LY_MUST_USE;
/* The same of all that was set aside (langyan reject list) and is by that author: no record knows
 * it, so nobody can name its documents. In the open batch; out of the spool at once, however long
 * it has been there. name, site: as erased_rejects(). Their number or -1. */
int64_t erase_rejected(struct crawler *c, struct str name, struct str site,
		       struct err *e) LY_MUST_USE;
/* How much is still to be done: 0 = nothing of it can be read here. -1. */
int64_t erase_left(struct crawler *c, struct err *e) LY_MUST_USE;
/* A step of it, not in a batch. -1: the store is damaged; what the disk refuses is told to the
 * log and tried with the next command or start. */
int erase_turn(struct crawler *c, struct err *e) LY_MUST_USE;
/* All of it, for a command that nobody else runs behind. */
void erase_finish(struct crawler *c);
bool erase_waits(const struct crawler *c); /* for a turn */

#endif
