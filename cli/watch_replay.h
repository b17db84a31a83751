/* watch_replay.h - the watches of a configuration, tried on the document archive. */
#ifndef LY_CLI_WATCH_REPLAY_H
#define LY_CLI_WATCH_REPLAY_H

#include "cli/settings.h"

struct watch_replay {
	const struct settings *settings;
	int64_t span_s;      /* back from the end of the newest day in the archive     */
	struct str only;     /* name of one watch; empty = all                         */
	const char *against; /* a configuration to compare with; NULL: the queries that run */
};
/* Print for each watch its matches per day, some of them, and which documents it matches that the
 * query of before did not, and the other way round. 0; -1 and ERR_USAGE when there is no archive
 * or no such watch. */
int watch_replay(const struct watch_replay *w, struct err *e) LY_MUST_USE;

#endif
