/*
 * watch_kept.h - what is known of the watches that run: their queries, kept beside the stores so
 * that a changed one can be compared before it is loaded, and the rules that are parked.
 */
#ifndef LY_CLI_WATCH_KEPT_H
#define LY_CLI_WATCH_KEPT_H

#include "cli/settings.h"
#include "responder/parked.h"

/* Write the lists and watches of s to watches.jsonl in its data directory, unless they stand there. */
int watch_keep(const struct settings *s, struct err *e) LY_MUST_USE;
/* What stands there, in a: 1; 0 when there is no file; -1 when it cannot be read. */
struct watch_kept {
	struct conf_list watches; /* struct watch_conf with name and query alone */
	struct conf_list lists;   /* struct word_list */
};
int watch_kept_read(const struct settings *s, struct arena *a, struct watch_kept *out,
		    struct err *e) LY_MUST_USE;
/* Rules that are not run any more under this configuration, as the record says; texts in
 * s->arena. How many, 0 without a record, or -1. */
int watch_parked(const struct settings *s, struct parked_row *v, int max,
		 struct err *e) LY_MUST_USE;

#endif
