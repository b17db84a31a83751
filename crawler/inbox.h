/*
 * inbox.h - sources that lie on this machine: watched files and folders, maildirs, mboxes.
 *
 * kind: file - path: is a file that grows (rotation by renaming or by truncating is followed) or a
 *   folder of files. By name: .jsonl .ndjson .json are documents as `langyan push` takes them, or by
 *   the source's preset; .csv .tsv rows by the preset (it needs one); .txt .md a document each; of any
 *   other a line is a document.
 * kind: mail - path: is a maildir (a folder with new/ and cur/, read and never changed) or an mbox.
 *
 * How far a file is read stands in spool.db in the transaction of the documents that were read: after
 * a crash reading goes on behind the last that is kept. A line, row or message that is still being
 * written waits until it is whole, or until its file has not grown between two looks.
 */
#ifndef LY_CRAWLER_INBOX_H
#define LY_CRAWLER_INBOX_H

#include "core/err.h"

#include "crawler/conf.h"

struct crawler;
struct slot;
bool inbox_is(const struct source_conf *source);
/* Look into the slot's inbox (taken from the schedule), take in what is new, give the slot back. */
void inbox_poll(struct crawler *c, struct slot *slot);

#endif
