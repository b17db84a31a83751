/* digest_files.h - a digest as files in its folder. */
#ifndef LY_RESPONDER_DIGEST_FILES_H
#define LY_RESPONDER_DIGEST_FILES_H

#include "responder/digest_store.h"

struct digest_files {
	const struct digest_conf *conf; /* its path and formats */
	const struct zone *zone;        /* days are named in it */
	bool only_missing;
};
int digest_files_write(const struct digest_files *f, const struct digest_row *r,
		       struct arena *a, struct err *e) LY_MUST_USE;
/* Those that are still there are written again. */
int digest_files_again(const struct digest_files *f, const struct digest_row *r,
		       struct arena *a, struct err *e) LY_MUST_USE;

#endif
