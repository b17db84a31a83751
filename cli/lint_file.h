/*
 * lint_file.h - a file that is to be looked at by lint, whatever it is: a plain text in any
 * encoding, a page, a draft or template of ours (their heads say kind and language).
 */
#ifndef LY_CLI_LINT_FILE_H
#define LY_CLI_LINT_FILE_H

#include "core/arena.h"
#include "responder/lint.h"

struct lint_file {
	const char *path;
	struct lint_ask ask; /* text, language, kind, ceiling */
	int lines_before;    /* of the head: findings count from the text's first line */
	struct str template; /* of a draft, as its head has it; or empty */
	int64_t version;
};
struct lint_options {
	int64_t kind, lang, level; /* LINT_ANY_KIND, -1, 0: not given */
	bool json, together, rules;
};
/* "-" is the standard input. Text lives in a. -1 and ERR_USAGE. */
int lint_file_read(const char *path, const struct lint_options *o, struct arena *a,
		   struct lint_file *out, struct err *e) LY_MUST_USE;

#endif
