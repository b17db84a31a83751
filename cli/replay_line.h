/*
 * replay_line.h - one line of a history -> the document that the crawler would have sent.
 *
 *   {"id","source","url","title","text","author","followers",…,"published" or "arrived"}
 *   {"signal","value","at"}   a number that was pushed: docs/detection.md
 */
#ifndef LY_CLI_REPLAY_LINE_H
#define LY_CLI_REPLAY_LINE_H

#include "core/arena.h"
#include "core/document.h"
#include "core/err.h"

struct settings;
enum replay_takes { REPLAY_ALL, REPLAY_SIGNALS /* of the lines these alone */ };
struct replay_how {
	const struct settings *s;
	enum replay_takes takes;
};
#define REPLAY_NEVER INT64_MIN

/* The document in a, at d->arrived_at, without spool and seq. 1; 0: such lines are not taken;
 * -1 and ERR_REJECT. line: trimmed, not empty. */
int replay_line_read(const struct replay_how *how, struct arena *a, struct str line,
		     struct document *d, struct err *e) LY_MUST_USE;
/* When it would be, which is known sooner: for a line that is taken always d->arrived_at; of one
 * that is not perhaps REPLAY_NEVER. */
int64_t replay_line_time(const struct replay_how *how, struct arena *a, struct str line);

#endif
