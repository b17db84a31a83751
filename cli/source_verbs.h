/* source_verbs.h - what `langyan source` can be asked: a function each, listed in cmd_source.c. */
#ifndef LY_CLI_SOURCE_VERBS_H
#define LY_CLI_SOURCE_VERBS_H

#include "core/buf.h"
#include "core/err.h"

struct source_verb {
	const char *name;
	/* argv[0] is the verb; returns as struct subcommand's run. */
	int (*run)(int argc, char **argv, struct err *e);
};
int source_test(int argc, char **argv, struct err *e);     /* source_test.c     */
int source_discover(int argc, char **argv, struct err *e); /* source_discover.c */
int source_import(int argc, char **argv, struct err *e);   /* source_opml.c */
int source_export(int argc, char **argv, struct err *e);

int source_list_run(int argc, char **argv, struct err *e);    /* source_list.c    */
int source_presets_run(int argc, char **argv, struct err *e); /* source_presets.c */
/* Append preset i as lines under `sources:`; -1 when there are no more. */
int source_preset(size_t i, const char **name, struct str value, struct buf *out);

#endif
