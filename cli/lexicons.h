/* lexicons.h - where the lexicons lie when no configuration says so. */
#ifndef LY_CLI_LEXICONS_H
#define LY_CLI_LEXICONS_H

#include "core/buf.h"
#include "nlp/image.h"

/* Append the folder: given (from --lexicons) or the first that exists of ./lexicons,
 * lexicons beside the program's folder, share/langyan/lexicons under its prefix. */
void lexicons_find(const char *given, struct buf *path);
/* Load and build. NULL and *e; the mistakes go to stderr. */
struct image *lexicons_image(const char *given, struct err *e) LY_MUST_USE;

#endif
