/* progress.h - how far long work is, on stderr: a line that moves on a terminal, else one
 * plain line every ten seconds and at the end. Results go to stdout and are not ours. */
#ifndef LY_CLI_PROGRESS_H
#define LY_CLI_PROGRESS_H

#include "core/base.h"

struct progress {
	const char *what;
	int64_t done, total, begun_ms, shown_ms;
	bool terminal;
};
void progress_begin(struct progress *p, const char *what);
void progress_add(struct progress *p, int64_t n);
void progress_end(struct progress *p);

#endif
