/*
 * lint_together.h - do the texts of one incident say the same?
 *
 * Statement, replies, 客服口径, in zh and en, are read for what can be held against each other:
 * figures (sold, returned, ill …), dates (off the shelf, refunds until …), remedies and stand
 * (denied, or answered for). The table of these matters is lint_matters.c. What only one text
 * speaks of is no contradiction: a reply may say less than the statement, never another thing.
 */
#ifndef LY_RESPONDER_LINT_TOGETHER_H
#define LY_RESPONDER_LINT_TOGETHER_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "responder/template.h"

#define TOGETHER_TEXTS 64

struct together_text {
	const char *name; /* of the file, for messages */
	struct str text;  /* at most 64 KiB are looked at */
	enum template_lang lang;
	int64_t kind; /* enum template_kind, -1 unknown. Next updates are compared within one
	                 kind: a holding statement and a full response promise different ones */
};
/* What two texts say of one matter. All of them block. */
struct together_finding {
	const char *
		rule; /* "together.figure", "together.date", "together.remedy", "together.stand" */
	const char *matter; /* "sold" */
	size_t text[2];     /* which two, the first lower */
	struct str said[2]; /* slices of them */
	int line[2];
	const char *reason, *hint; /* in the language of the first */
};
struct together_findings {
	struct together_finding *v;
	size_t n;
	size_t undecided; /* texts × matters that took too long: for a person to read */
};

struct together;
struct together *together_new(struct err *e) LY_MUST_USE;
void together_free(struct together *t);
/* texts: at most TOGETHER_TEXTS. Findings live in a, ordered by text. */
void together_look(struct together *t, const struct together_text *texts, size_t n,
		   struct arena *a, struct together_findings *out);

#endif
