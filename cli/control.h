/*
 * control.h - one command to the stage that owns a store: over its socket when it runs, else
 * applied here by the same function under the directory's lock.
 */
#ifndef LY_CLI_CONTROL_H
#define LY_CLI_CONTROL_H

#include "core/control.h"

#include "cli/settings.h"

/* stage: "crawl" or "respond". cmd.id and cmd.actor are filled in when empty (the calling
 * user). The reply's texts live in a. */
int control_call(const struct settings *s, const char *stage, struct command *cmd,
		 struct arena *a, struct reply *reply, struct err *e) LY_MUST_USE;
/* "unix:anna", lives in a. */
struct str control_actor(struct arena *a);
/* Print a reply: body to stdout when it is a 2xx, else to stderr. The exit code. */
int control_print(const struct reply *r);

/* Append a text to the args of a command: {"name":"value", … the caller closes it. */
void control_member(struct buf *args, const char *name, const char *value);
/* options: "--a --b ", each with a blank behind it. */
bool control_takes(const char *options, const char *option);

/* One command without a body: verb to stage, answer printed. With what, the one argument after
 * the options goes into args under that name (a number as it stands); it may be left out. */
struct control_ask {
	const char *stage, *verb, *what;
	bool number;
};
int control_ask(int argc, char **argv, const struct control_ask *q, struct err *e);

/* A command whose words and options become its args: words by their names, NULL-ended; each must be
 * given. -c FILE among them. The exit code. */
struct control_line {
	const char *verb, *words[4], *options; /* options as of control_takes() */
};
int control_line(int argc, char **argv, const struct control_line *q, struct err *e);

#endif
