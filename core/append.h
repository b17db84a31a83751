/*
 * append.h - files that only grow, up to a length that a store remembers.
 *
 * Bytes first, then the length in a transaction: what lies behind it was never acknowledged and
 * is cut when the next bytes come. So a kill -9 at any moment neither loses nor doubles.
 */
#ifndef LY_CORE_APPEND_H
#define LY_CORE_APPEND_H

#include "core/buf.h"
#include "core/err.h"

/* Cut path to from bytes, put these behind, fsync (the folder too, when the file is new; mode
 * 0600). -1: ERR_RETRY (no room, store_has_room(); the file is as long as before), ERR_REJECT: it
 * holds fewer than from bytes. */
int append_at(const char *path, int64_t from, struct str bytes, struct err *e) LY_MUST_USE;
/* As append_at, but the bytes are on disk only after append_sync: for many of them at a time. */
int append_write(const char *path, int64_t from, struct str bytes, struct err *e) LY_MUST_USE;
int append_sync(const char *path, struct err *e) LY_MUST_USE;
/* from, which is whole, becomes to, which readers see as it was or as it is. Both synced. */
int append_rename(const char *from, const char *to, struct err *e) LY_MUST_USE;
/* Its name is gone from the disk too; 0 also when there is none. */
int append_remove(const char *path, struct err *e) LY_MUST_USE;
/* Length of a file; -1 when there is none. */
int64_t append_length(const char *path);
/* Cut to n bytes when it is longer. 1 it was, 0, -1. */
int append_cut(const char *path, int64_t n, struct err *e) LY_MUST_USE;
/* n bytes at from (n < 0: all from there). -1 and ERR_REJECT: not that many, or over out's ceiling. */
int append_read(const char *path, int64_t from, int64_t n, struct buf *out,
		struct err *e) LY_MUST_USE;

#endif
