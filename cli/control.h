/*
 * control.h - one command to the stage that owns a store: over its socket when it runs, else
 * applied here by the same function under the directory's lock.
 */
#ifndef LY_CLI_CONTROL_H
#define LY_CLI_CONTROL_H

#include "core/clock.h"
#include "core/control.h"
#include "core/json.h"

#include "cli/settings.h"

/* stage: "crawl" or "respond". cmd.id and cmd.actor are filled in when empty (the calling
 * user). The reply's texts live in a. */
int control_call(const struct settings *s, const char *stage, struct command *cmd,
		 struct arena *a, struct reply *reply, struct err *e) LY_MUST_USE;
#define CONTROL_WORDS 4 /* the last is NULL */
#define CONTROL_LISTS 2

/* "unix:anna", lives in a. */
struct str control_actor(struct arena *a);
/* Print a reply: body to stdout when it is a 2xx, else to stderr. The exit code. */
int control_print(const struct reply *r);
/* The body of a 200, in a. NULL: *rc is the exit code and why is printed, or *rc is -1 and *e says why. */
const struct json *control_answer(const struct reply *r, struct arena *a, int *rc,
				  struct err *e) LY_MUST_USE;

/* How an answer is shown to people. j: the body of a 200; z: the site's zone. 0, or -1 and *e. */
struct control_shown {
	int (*show)(void *arg, const struct json *j, const struct settings *s,
		    const struct zone *z, struct err *e);
	void *arg;
};
/* One command to its stage, with the settings of the file conf; shown NULL: printed as it is. The exit
 * code, or -1 and *e. */
int control_run(const char *conf, const char *stage, struct command *cmd,
		const struct control_shown *shown, struct err *e);

/* Append a text to the args of a command: {"name":"value", … the caller closes it. */
void control_member(struct buf *args, const char *name, const char *value);
/* Is it one of the options, "--a --b "? */
bool control_takes(const char *options, const char *option);

/* One command without a body: verb to stage, answer printed. With what, the one argument after
 * the options goes into args under that name (a number as it stands); it may be left out. */
struct control_ask {
	const char *stage, *verb, *what;
	bool number;
};
int control_ask(int argc, char **argv, const struct control_ask *q, struct err *e);

/* A command whose words and options become its args: words by their names, NULL-ended; each must be
 * given. -c FILE among them, and --json where there is something shown. The exit code. */
struct control_line {
	const char *verb, *words[CONTROL_WORDS];
	bool many;           /* the last word may come again: its member is a list */
	const char *options; /* with a value, as of control_takes(); NULL: none    */
	const char *flags;   /* without one: their members are true; NULL: none    */
	struct {
		const char *option, *member; /* may come again; "" alone is the empty list */
	} lists[CONTROL_LISTS];
	const struct control_shown *shown; /* as of control_run() */
};
int control_line(int argc, char **argv, const struct control_line *q, struct err *e);
/* What was given: words by q->words, the rest as members of args; for who does more than control_line
 * with it. 0, or -1 and *e; buf_release(&out->args) on both. */
struct control_given {
	const char *words[CONTROL_WORDS], *conf;
	bool json;
	struct buf args;
};
int control_read(int argc, char **argv, const struct control_line *q, struct control_given *out,
		 struct err *e) LY_MUST_USE;

#endif
