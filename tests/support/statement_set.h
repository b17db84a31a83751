/*
 * statement_set.h - the labelled statements of tests/data/statements-*.tsv, and what the lint
 * makes of them. The files' heads say what their columns mean.
 */
#ifndef LY_TESTS_STATEMENT_SET_H
#define LY_TESTS_STATEMENT_SET_H

#include "core/arena.h"
#include "core/err.h"
#include "responder/lint.h"

#define STATEMENTS_DEVELOP "tests/data/statements-develop.tsv"
#define STATEMENTS_HELD    "tests/data/statements-held.tsv"
#define STATEMENTS_LATER   "tests/data/statements-later.tsv"
#define STATEMENTS_FRESH   "tests/data/statements-fresh.tsv"
#define STATEMENTS_MAX     200

enum statement_verdict { STATEMENT_CLEAN, STATEMENT_WARN, STATEMENT_BLOCK };
extern const char *const statement_verdict_words[];
struct statement {
	int64_t lang, kind;
	struct str label, text;
	enum statement_verdict verdict;
	int line;
};
/* Lives as long as the arena it was read into. */
struct statement_set {
	struct statement v[STATEMENTS_MAX];
	size_t n;
};

/* -1 and path:line in *e for a line that is none. */
int statement_set_read(const char *path, struct arena *a, struct statement_set *set,
		       struct err *e) LY_MUST_USE;

/* What the lint says of it as a whole. Missing parts of a text of unknown kind are no fault of its
 * phrases: they do not count. *why: the finding that decided, or NULL. */
enum statement_verdict statement_judge(struct lint *l, const struct statement *s,
				       struct arena *a, const struct lint_finding **why);

#endif
