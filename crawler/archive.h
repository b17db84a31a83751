/*
 * archive.h - every document that came in, matched or not, for a while: what a new watch is tried on.
 *
 * The crawler feeds it from the spool, behind its commits, so that nothing waits for it. Files
 * DIR/archive/NUMBER-DAY.zst, each of one UTC day of arrival; a block is described in
 * archive_block.h.
 *
 * Invariants
 *  1. Block on disk (fsync), then its place in spool.db: what a segment holds behind the place
 *     was never acknowledged, and is cut. Nothing is missing or twice over a kill -9.
 *  2. A document expires from the spool only when the place has passed it.
 *  3. A segment's name is in spool.db before its file is made.
 */
#ifndef LY_CRAWLER_ARCHIVE_H
#define LY_CRAWLER_ARCHIVE_H

#include "core/document.h"
#include "core/store.h"

#include "crawler/conf.h"

struct archive;
/* dir: of the crawler. store is borrowed. Cuts what was not acknowledged. */
struct archive *archive_new(const char *dir, const struct archive_conf *conf,
			    struct store *store, struct err *e) LY_MUST_USE;
void archive_free(struct archive *a);
/* A document of so many bytes is in the spool. */
void archive_told(struct archive *a, size_t bytes);
enum archive_when {
	ARCHIVE_DUE, /* a full block, or what has waited long enough */
	ARCHIVE_ALL,
};
/* Write what is due. Not inside a batch. Blocks written, or -1; when the disk is full it says so
 * in the log, returns 0 and tries again a minute later: the spool keeps what is not here. */
int archive_turn(struct archive *a, int64_t mono_ms, enum archive_when when,
		 struct err *e) LY_MUST_USE;
/* What is written so far is not touched any more: the next block begins another segment. Not
 * inside a batch. */
int archive_close_segment(struct archive *a, struct err *e) LY_MUST_USE;
bool archive_waits(const struct archive *a);
/* Remove the segments that are too old or too much, the oldest first. Their number. */
int archive_prune(struct archive *a, int64_t now);

/* After a restore the files may be ahead of the place that a copied spool knows: believe the
 * files. In the open transaction. */
int archive_adopt(struct store *s, const char *dir, struct err *e) LY_MUST_USE;

/* ---- reading: by anybody, at any time -------------------------------------------------------- */
struct archive_reader;
/* Documents that arrived at from..to, in the order of the archive. NULL and ERR_USAGE when there
 * is no archive in dir. */
struct archive_reader *archive_open(const char *dir, int64_t from, int64_t to,
				    struct err *e) LY_MUST_USE;
void archive_close(struct archive_reader *r);
/* 1 and *d, whose texts live until the next call; 0 at the end; -1. A damaged block is stepped
 * over, told to the log, and counted. */
int archive_read(struct archive_reader *r, struct document *d, struct err *e) LY_MUST_USE;
/* The end of the newest day that an archive holds something of; 0 without one. */
int64_t archive_newest_at(const char *dir);
struct archive_figures {
	int64_t documents, blocks, damaged; /* blocks that could not be read */
	int64_t lost_bytes, tail_bytes;     /* in damaged ones; not whole (yet)   */
	int64_t first_at, last_at;          /* of the blocks that were met; 0 = none  */
	int64_t last_seq;
};
void archive_read_figures(const struct archive_reader *r, struct archive_figures *f);

#endif
