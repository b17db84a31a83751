/*
 * evidence.h - what a mention looked like when it was first seen, and what became of it.
 *
 *   responder: receipt with .keep ──▶ a row in spool.db, with the receipt's own transaction
 *      ──▶ the document as taken in (resource record)          at once
 *      ──▶ the page behind it: request, answer, outcome        at once, politely
 *      ──▶ the page again: unchanged, changed, gone, …         1 h, 6 h, 1 d, 7 d later, then
 *                                                              daily while an incident is open
 *
 * Many documents a file: DIR/evidence/NUMBER.warc.gz, mode 0600, each record a gzip member
 * (crawler/warc.h); another one each UTC day and after 64 MiB. Older versions wrote a file a
 * document, DIR/evidence/DAY/DOCUMENT.warc.gz: these are files like others, and only read. The
 * page is stored as it came, unmasked; what is shown of it is masked.
 *
 * Invariants
 *  1. A want is in the transaction that lets go of the receipt: lost together, asked again
 *     together. The responder says the same of the same document every time.
 *  2. Bytes in the file, one fsync a batch, then their rows: what lies behind
 *     evidence_file.bytes was never acknowledged, and is cut by the next record and at the next
 *     start. A file's name is in the store before the file is made.
 *  3. Records are never changed where they are. When one must go (erased, or all that may
 *     expire has), the others move behind the newest file, then the file is removed:
 *         evidence_file:  newest ──▶ full ──▶ worn (evidence_file_worn) ──▶ empty ──▶ gone
 *  4. No attachment, no archive: only text, HTML, JSON and XML are read, whatever the topic; the
 *     address, the head of the answer and its first bytes are asked.
 *  5. What the law closes (law.h: paused, contract over, risk open) is not looked at either.
 *  6. No cookie and no key goes along: evidence is what anybody may see.
 */
#ifndef LY_CRAWLER_EVIDENCE_H
#define LY_CRAWLER_EVIDENCE_H

#include "crawler/evidence_store.h"

struct crawler;
struct evidence;
struct evidence *evidence_new(struct crawler *c, struct err *e) LY_MUST_USE;
/* After fetch_stop. Accepts NULL. */
void evidence_free(struct evidence *v);
/* A receipt asks for it. keep: enum keep_flag bits. In memory until evidence_settle. */
void evidence_want(struct evidence *v, int64_t seq, int64_t keep);
bool evidence_wanted(const struct evidence *v); /* anything for evidence_settle? */
/* Rows for what is wanted, in the open batch, and what evidence_sync does. */
int evidence_settle(struct evidence *v, struct err *e) LY_MUST_USE;
/* Before a batch is committed: what looks put into the file is on disk, its length in the batch. */
int evidence_sync(struct evidence *v, struct err *e) LY_MUST_USE;
void evidence_committed(struct evidence *v);
/* The batch was rolled back: what it put off is due as before. */
void evidence_dropped(struct evidence *v);
/* Inside a step: begin what is due, as far as manners allow. Failures go to crawler_fail. */
void evidence_turn(struct evidence *v);
/* When evidence_turn has something to do, on the domain clock. */
int64_t evidence_due_at(const struct evidence *v);
/* What is past its time, in the open batch; a part at a time. */
int evidence_retain(struct evidence *v, int64_t now, struct err *e) LY_MUST_USE;
/* Remove what is kept of a document, in the open batch. 1, 0 when nothing is, -1. */
int evidence_erase(struct evidence *v, const struct id *document, struct err *e) LY_MUST_USE;
/* Files in which erased text can still be read: evidence_upkeep has not come to them yet. -1. */
int64_t evidence_erasing(struct evidence *v, struct err *e) LY_MUST_USE;
/* A step of what files need: another one, the removal of what must go. Not in a batch. 0, also
 * when the disk refuses (told to the log, tried again); -1: the store is damaged. */
int evidence_upkeep(struct evidence *v, int64_t now, struct err *e) LY_MUST_USE;
int64_t evidence_looks(const struct evidence *v); /* on their way, for figures */

#endif
