/* inbox_read.h - inside one look into an inbox: what inbox.c, inbox_file.c, inbox_rows.c and
 * inbox_mail.c share. */
#ifndef LY_CRAWLER_INBOX_READ_H
#define LY_CRAWLER_INBOX_READ_H

#include "crawler/inbox_store.h"
#include "crawler/intake.h"
#include "crawler/preset.h"

/* A look takes at most so much; the rest comes with the next, a second later. */
#define LOOK_DOCUMENTS 5000
#define LOOK_BYTES     ((size_t)16 << 20) /* of a file, and about so much of all */
#define INBOX_FILES    200000             /* of a folder */

struct look {
	struct crawler *c;
	const struct source_conf *source;
	struct preset *preset; /* NULL: documents as push takes them */
	struct arena *a;       /* of the look              */
	struct arena *file;    /* of one file              */
	struct arena *row;     /* of one document          */
	size_t bytes;          /* read so far              */
	int64_t documents, seen, old, refused;
	char why[200]; /* the first refusal */
	bool passed;   /* a file could not be read: look_pass */
	bool more;     /* there is more than one look takes */
	struct err *e;
};
/* Counts it. -1 and *l->e only for what is wrong with our own store. */
int look_take(struct look *l, const struct intake *in) LY_MUST_USE;
void look_refused(struct look *l, const char *file, int64_t line, const char *why);
/* What *l->e says of one file: told, and the others are read. -1 when it is our own store's. */
int look_pass(struct look *l, const char *file) LY_MUST_USE;
bool look_full(const struct look *l);

/* A piece of a file, from where everything before is known. */
struct piece {
	const char *name; /* of the file, without its folder          */
	struct str text;  /* raw bytes                                 */
	struct str whole; /* the file's first bytes, for its header    */
	int64_t inode, place, line;
	bool final; /* it ends the file, and the file does not grow */
	/* Set by the reader: so many bytes and lines are used. */
	size_t used;
	int64_t lines;
};
typedef int piece_fn(struct look *l, struct piece *p);
/* Read what is new in path through fn. 1: it is not there (any more). */
int file_follow(struct look *l, const char *path, piece_fn *fn) LY_MUST_USE;
/* The files of a folder in the order of their names; each a path in l->a. */
int folder_list(struct look *l, const char *path, char ***names, size_t *n) LY_MUST_USE;

/* The source's path, its links followed: they are the owner's. In l->a. */
int path_find(struct look *l, const char **path) LY_MUST_USE;

int files_look(struct look *l) LY_MUST_USE;
int mail_look(struct look *l) LY_MUST_USE;
/* The reader for a file of that name. */
piece_fn *rows_reader(const struct look *l, const char *name);

#endif
