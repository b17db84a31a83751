/*
 * archive_erase.h - documents out of the archive: blocks that hold one are written without it.
 *
 * A segment is written anew beside itself and takes its own place when it is whole: readers see
 * the old one or the new one, a kill -9 leaves the old one. What is damaged in it stays as it is.
 */
#ifndef LY_CRAWLER_ARCHIVE_ERASE_H
#define LY_CRAWLER_ARCHIVE_ERASE_H

#include "core/buf.h"
#include "core/err.h"

struct archive_erased {
	struct id document;
	int64_t at; /* when it arrived: only blocks of that time are looked into */
};
/* The next segment behind number *after in which one of v may stand; *after becomes its number.
 * Documents that were taken out are added to *gone. 1; 0 when there is none; -1, ERR_RETRY: the
 * disk refused. The segment that is being written must not be among them (archive_close_segment). */
int archive_erase(const char *dir, const struct archive_erased *v, size_t n, int64_t *after,
		  int64_t *gone, struct err *e) LY_MUST_USE;

#endif
