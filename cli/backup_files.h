/*
 * backup_files.h - the folders beside the stores: document archive, evidence, attached files.
 *
 * A file grows, and the store knows how far; or what is in it moves into another one, and it is
 * removed; or it takes the place of one of its name, without what was erased. Copied before the
 * store and again after it, it holds at least what that speaks of. Last of all goes what is here no
 * more: whatever a kill -9 leaves, the store's copy that stands there finds its files.
 */
#ifndef LY_CLI_BACKUP_FILES_H
#define LY_CLI_BACKUP_FILES_H

#include "core/err.h"

enum copy_what {
	COPY_GROWN,   /* backup, before the store: what is not there, or shorter there */
	COPY_SAME,    /* behind it: also what was written at another time than the copy says */
	COPY_MISSING, /* restore beside a store that survived: what is not here */
	COPY_DIFFERS, /* restore with a store that is older: also what is longer or shorter here;
		       * that is kept as PATH.replaced */
};
/* Copy the files below from to the same places below to; folders are made, mode 0700. *n counts
 * them. A from that is not there has none. */
int files_copy(const char *from, const char *to, enum copy_what what, int64_t *n,
	       struct err *e) LY_MUST_USE;
/* Remove below to what is not below from any more, and what an ended process left there half
 * written. keeps says which names (below to) stay all the same. *n counts them. */
int files_drop(const char *from, const char *to, bool (*keeps)(void *arg, const char *name),
	       void *arg, int64_t *n, struct err *e) LY_MUST_USE;
/* One file, through to.part and fsync; it keeps the time of its last change. */
int file_copy(const char *from, const char *to, struct err *e) LY_MUST_USE;

#endif
