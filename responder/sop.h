/*
 * sop.h - SOP pages: a team's own instructions, Markdown files in a folder (`library.sop`).
 *
 * They are read as text and never obeyed: what is in them is cleaned of control bytes and of marks that
 * turn or hide text, and shown as it stands. Only regular files that end in .md; links and hidden files
 * are passed over. One that cannot be read is listed with the reason, so that it can be named.
 */
#ifndef LY_RESPONDER_SOP_H
#define LY_RESPONDER_SOP_H

#include "core/arena.h"
#include "core/err.h"

#define SOP_FILES 500
#define SOP_BYTES (256 << 10) /* of one */
#define SOP_DEPTH 4           /* folders in folders */

struct sop_file {
	struct str name; /* "recall/first-hour.md", below the folder */
	struct str
		signature;  /* another when the file is another: size, time, who may read it */
	int64_t at;         /* when it was last written */
	const char *unread; /* why it cannot be read, as far as a look tells; NULL: it may be */
};
struct sop_files {
	struct sop_file *v; /* by name; of more than SOP_FILES first those that can be read */
	size_t n;
	size_t passed; /* too deep, too many, no file, a folder that cannot be read */
};
/* All in a. ERR_USAGE: the folder cannot be read. dir empty: none. */
int sop_list(struct str dir, struct arena *a, struct sop_files *out, struct err *e) LY_MUST_USE;
/* One by its name: its title (its first heading, else its name) and its text, in a. 1; 0: there is no
 * such page; -1: why it cannot be read, ERR_USAGE: by what is in it, ERR_RETRY: by what has nothing to
 * do with it, and it may be read the next time. */
struct sop_page {
	struct str title, text;
};
int sop_read(struct str dir, struct str name, struct arena *a, struct sop_page *out,
	     struct err *e) LY_MUST_USE;
/* Bytes of a page -> page. Pure. */
struct sop_page sop_parse(struct str name, struct str bytes, struct arena *a);

#endif
