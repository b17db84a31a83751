/* verify_packs.h - are the files that were attached to response packs still what they were? */
#ifndef LY_CLI_VERIFY_PACKS_H
#define LY_CLI_VERIFY_PACKS_H

#include "cli/settings.h"

struct verify_packs {
	int64_t files, mismatches;
};
/* record: a langyan.db; the files lie in <site.data>/pack. Mismatches go to stdout. -1 when the record
 * cannot be read. */
int verify_packs(const struct settings *s, const char *record, struct verify_packs *sum,
		 struct err *e) LY_MUST_USE;

#endif
