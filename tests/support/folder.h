/* folder.h - a text put into a file, and every byte of every file below a folder. */
#ifndef LY_TESTS_SUPPORT_FOLDER_H
#define LY_TESTS_SUPPORT_FOLDER_H

#include "core/buf.h"

/* A file with that text, or the test fails. */
void folder_put(const char *path, const char *text);
/* How many files hold mark as it stands; where: their names, a line each. */
int folder_files_with(const char *dir, const char *mark, struct buf *where);
/* With all that is in it. */
void folder_remove(const char *dir);

#endif
