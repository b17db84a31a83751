/* archive_files.h - the segments of an archive's folder, by number. */
#ifndef LY_CRAWLER_ARCHIVE_FILES_H
#define LY_CRAWLER_ARCHIVE_FILES_H

#include "core/err.h"

#include "crawler/archive_store.h"

struct archive_file {
	char name[ARCHIVE_NAME_MAX];
	int64_t number, day_at, bytes; /* day_at: midnight UTC of its day */
};
struct archive_files {
	struct archive_file *v;
	size_t n, cap;
};
/* Other names are passed over. A folder that is not there has none. */
int archive_files_read(const char *dir, struct archive_files *f, struct err *e) LY_MUST_USE;
void archive_files_release(struct archive_files *f);

#endif
