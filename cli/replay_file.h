/*
 * replay_file.h - a history: a file of timed documents and numbers, one a line (replay_line.h), as
 * the records that the crawler would have sent, in the order of (time, line).
 *
 * A block is some 256 KiB of whole lines, read by whichever thread asks for it. Most histories are in
 * the order of their times: they are played block by block, however long they are. Others are read
 * into memory first.
 */
#ifndef LY_CLI_REPLAY_FILE_H
#define LY_CLI_REPLAY_FILE_H

#include "core/base.h"
#include "core/buf.h"
#include "core/err.h"

#include "cli/replay_line.h"

struct replay_reader;
struct timed {
	int64_t at;
	size_t line;
	struct str record; /* a document's, encoded; its seq is one of its own */
};
struct replay_file {
	struct replay_how how;
	struct id spool;
	const char *path;
	int fd;          /* blocks are read from it; -1: from text */
	struct buf text; /* all of it                              */
	int64_t bytes;
	size_t blocks, block_bytes;
	struct replay_reader *readers; /* one a thread */
	int threads;
	bool in_order;
	size_t documents; /* lines that are not empty */
	/* replay_file_read() */
	struct timed *v;
	size_t n, cap;
	size_t lines, refused;
	char **kept; /* what the records point into */
	size_t kept_n;
};
struct replay_open {
	struct replay_how how;
	struct id spool;    /* under which name they travel */
	int threads;        /* 0: one a processor           */
	size_t block_bytes; /* 0: as it is                  */
};
/* Looks at every time. "-" is the standard input. path outlives f. -1 and ERR_USAGE: no such file, or
 * the standard input is over 4 GiB. */
int replay_file_open(struct replay_file *f, const char *path, const struct replay_open *o,
		     struct err *e) LY_MUST_USE;
void replay_file_release(struct replay_file *f);

/* A line that says something. */
struct replay_said {
	int64_t at;
	size_t line;       /* in its block, from 1 */
	struct str record; /* of a document, or empty, and why it is refused */
	struct str why;
};
/* In a thread that no other is at the same time. Returns how many lines the block has. A block that
 * cannot be read is refused in its first line. */
size_t replay_file_block(const struct replay_file *f, int thread, size_t block,
			 void (*said)(void *arg, const struct replay_said *), void *arg);

/* All of it into v, in order. What cannot be taken is told on stderr by its line, and counted in
 * refused. -1 and ERR_USAGE: over 4 GiB. */
int replay_file_read(struct replay_file *f, struct err *e) LY_MUST_USE;

#endif
