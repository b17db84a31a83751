/* verify_digest_file.h - `langyan verify DIGEST.html`: every figure of a digest's file, again. */
#ifndef LY_CLI_VERIFY_DIGEST_FILE_H
#define LY_CLI_VERIFY_DIGEST_FILE_H

#include "cli/settings.h"

/* Is it one of ours, whatever its form? */
bool digest_file_is(struct str file);
/* Prints each figure that is not what the record gives, by its id. How many mismatches, or -1. */
int64_t digest_file_verify(struct settings *s, struct str file, struct err *e) LY_MUST_USE;

#endif
