/* file.h - files that a command is given: read whole or line by line, "-" is the standard input. */
#ifndef LY_CLI_FILE_H
#define LY_CLI_FILE_H

#include <stdio.h>

#include "core/buf.h"
#include "core/err.h"

/* Append all of it to b. -1 and ERR_USAGE: it cannot be opened or read, or holds more than b's
 * ceiling (then b->over is set). */
int file_read(const char *path, struct buf *b, struct err *e) LY_MUST_USE;
/* Behind the last getline() or fread(): did the file end there? -1 and ERR_USAGE when reading
 * failed, so that nobody takes half a file for a whole one. */
int file_ended(FILE *f, const char *path, struct err *e) LY_MUST_USE;

#endif
