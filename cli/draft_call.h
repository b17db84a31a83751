/*
 * draft_call.h - a command about one draft: found in the record, sent to the responder.
 *
 * A draft is named by the first digits of its id (`langyan draft list`), by its template (the newest
 * of that), or as INC-…/TEMPLATE.
 */
#ifndef LY_CLI_DRAFT_CALL_H
#define LY_CLI_DRAFT_CALL_H

#include "responder/draft_store.h"

#include "cli/control.h"

/* An act, and the options that it takes; each becomes a member of the command's args. */
struct draft_act {
	const char *name, *verb;
	const char *options; /* "--why --rule " */
	bool file;           /* a file with the text stands behind the draft */
	const char *done;    /* what is to be done next, or NULL             */
};
/* argv: the act's name, then its draft and options; -c FILE among them. The exit code. */
int draft_call(int argc, char **argv, const struct draft_act *act, struct err *e);
/* The draft of that name; texts in a. 1, 0 there is none, -1 (also: several begin so). */
int draft_find(struct store *record, struct str word, struct arena *a, struct draft_row *out,
	       struct err *e) LY_MUST_USE;

#endif
