/* lexicons.h - where what is shipped lies when no configuration says so. */
#ifndef LY_CLI_LEXICONS_H
#define LY_CLI_LEXICONS_H

#include <stdio.h>

#include "core/buf.h"
#include "nlp/image_file.h"

/* Append the folder that came with this program: "lexicons", "templates", … beside build/, or
 * in share/langyan under its prefix. False, and nothing appended, when there is none. */
bool shipped_find(const char *folder, struct buf *path);
/* Append the folder: given (from --lexicons) or the first that exists of ./lexicons,
 * that of shipped_find. */
void lexicons_find(const char *given, struct buf *path);
/* Which lists: those of a configuration (-c), else of a folder or an image (--lexicons), else
 * the shipped ones. */
struct lexicons_given {
	const char *conf, *folder;
};
/* Print the report of lexicon_load. Who has lists of their own is told of those: without the
 * warnings about the lists in but, unless that is NULL. */
void lexicons_report(struct str report, const char *but, FILE *to);
/* Load and build. NULL and *e; the mistakes go to stderr. */
struct image *lexicons_image(const struct lexicons_given *g, struct err *e) LY_MUST_USE;

/* What a list in this file is called: its name without folder and endings. Borrows path. */
struct str lexicons_list_name(const char *path);

#endif
