/* lexicons.h - where what is shipped lies when no configuration says so. */
#ifndef LY_CLI_LEXICONS_H
#define LY_CLI_LEXICONS_H

#include "core/buf.h"
#include "nlp/image_file.h"

/* Append the folder that came with this program: "lexicons", "templates", … beside build/, or
 * in share/langyan under its prefix. False, and nothing appended, when there is none. */
bool shipped_find(const char *folder, struct buf *path);
/* Append the folder: given (from --lexicons) or the first that exists of ./lexicons,
 * that of shipped_find. */
void lexicons_find(const char *given, struct buf *path);
/* Load and build. NULL and *e; the mistakes go to stderr. */
struct image *lexicons_image(const char *given, struct err *e) LY_MUST_USE;

#endif
