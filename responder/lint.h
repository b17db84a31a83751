/*
 * lint.h - what a text to the public should not say, and what its kind must say.
 *
 * RESPONSE.md section 6 as tables (lint_rules.c): phrases with their exceptions, in zh and en,
 * and structure by kind. A finding names the rule, the place, the reason and a way to say it
 * better; its texts are in the language of the text that was looked at. Professionals switch
 * off a lint that cries wolf: every rule has texts it must not fire on (tests/unit/test_lint.c).
 */
#ifndef LY_RESPONDER_LINT_H
#define LY_RESPONDER_LINT_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "responder/template.h"

enum lint_severity { LINT_WARN, LINT_BLOCK };
extern const char *const lint_severity_words[]; /* "warn", "block" */

struct lint_finding {
	const char *rule; /* "zh.regret" */
	enum lint_severity severity;
	bool hard;      /* no override */
	size_t at, len; /* bytes in the text; len 0: something is missing */
	int line;       /* from 1 */
	const char *reason, *hint;
};
struct lint_findings {
	struct lint_finding *v; /* by place */
	size_t n, blocks;
};

#define LINT_ANY_KIND (-1) /* structure findings only warn */
struct lint_ask {
	struct str text; /* at most 64 KiB are looked at */
	enum template_lang lang;
	int64_t kind;       /* enum template_kind or LINT_ANY_KIND                     */
	int64_t level;      /* 1..3; 0 = unknown, read as 2                             */
	int64_t age_s;      /* since the incident opened; -1 = unknown                  */
	int64_t max_length; /* code points; 0 = no limit                                */
	const struct str *supported; /* values that came from facts or evidence: figures in
	                                them are supported                                */
	size_t supported_n;
	unsigned blocked; /* enum strategy: what the assessment allows for no claim */
	bool gaps_pass;   /* the text is a template: a gap is no finding */
};

struct lint;
/* Compiles all rules. */
struct lint *lint_new(struct err *e) LY_MUST_USE;
void lint_free(struct lint *l);
/* Findings live in a. One thread per struct lint. */
void lint_text(struct lint *l, const struct lint_ask *ask, struct arena *a,
	       struct lint_findings *out);
/* JSON [{"rule","severity","line","at","len","said","reason","rewrite"}]. lines_before: that many lines
 * of a file stand before the text. */
void lint_add_json(struct buf *b, const struct lint_findings *f, struct str text,
		   int lines_before);
/* zh when a fifth of its letters are Chinese. */
enum template_lang lint_lang_of(struct str text);

/* The rules of all tables one after the other (lint_rules.h); NULL after the last. */
struct lint_rule;
const struct lint_rule *lint_rule_at(size_t i);

#endif
