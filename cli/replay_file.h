/*
 * replay_file.h - a file of timed documents and numbers -> the records that the crawler would
 * have sent, in the order of (time, line). Reads with every processor.
 *
 *   {"id","source","url","title","text","author","followers",…,"published" or "arrived"}
 *   {"signal","value","at"}   a number that was pushed: docs/detection.md
 */
#ifndef LY_CLI_REPLAY_FILE_H
#define LY_CLI_REPLAY_FILE_H

#include "core/base.h"
#include "core/err.h"

struct settings;
struct timed {
	int64_t at;
	size_t line;
	struct str record; /* a document's, encoded; its seq is one of its own */
};
struct replay_file {
	struct timed *v;
	size_t n, cap;
	size_t lines, refused;
	int64_t bytes; /* of the file */
	char **blocks; /* what the records point into */
	size_t blocks_n;
};
enum replay_takes { REPLAY_ALL, REPLAY_SIGNALS /* of the lines these alone */ };

/* "-" is the standard input. spool: under which name they travel. What cannot be taken is told on
 * stderr by its line, and counted in f->refused. -1 and ERR_USAGE: no such file, or over 4 GiB. */
int replay_file_read(struct replay_file *f, const char *path, const struct settings *s,
		     const struct id *spool, enum replay_takes takes,
		     struct err *e) LY_MUST_USE;
void replay_file_release(struct replay_file *f);

#endif
