/* lint_rules.h - the tables behind lint.h. */
#ifndef LY_RESPONDER_LINT_RULES_H
#define LY_RESPONDER_LINT_RULES_H

#include "responder/lint.h"

enum lint_rule_lang { RULE_ZH, RULE_EN, RULE_BOTH };
enum lint_scope { SCOPE_SENTENCE, SCOPE_NEXT, SCOPE_TEXT }; /* NEXT: and the sentence after */
enum lint_flag {
	LINT_DATED_PASSES =
		1, /* no finding when a time stands in this or the next sentence   */
	LINT_UNDATED_BLOCKS =
		2, /* a warning that blocks when no time stands there            */
	LINT_COUNT_PASSES =
		4,           /* no finding when its sentence gives a count                   */
	LINT_HIGH_LEVEL = 8, /* only from L2 on                                              */
	LINT_FIRST_DAY = 16, /* blocks within 24 h of opening                                */
	LINT_IS_HARD = 32,
	LINT_IS_FIGURE =
		64, /* no finding when a supported value holds the same figure         */
	LINT_IS_GAP = 128,
};
struct lint_rule {
	const char *name;
	enum lint_rule_lang lang;
	enum lint_severity severity;
	int flags;
	const char *pattern;
	const char *unless; /* or NULL: no finding when this stands in scope */
	enum lint_scope scope;
	const char *with; /* or NULL: only when this stands anywhere in the text, too */
	const char *reason[2], *hint[2]; /* zh, en; rules of one language fill theirs */
};
extern const struct lint_rule lint_rules[]; /* ends with .name == NULL */

/* What a text of a kind must have. */
struct lint_element {
	const char *name;
	unsigned kinds; /* bits 1 << enum template_kind */
	bool always;    /* asked for (as a warning) of a text of unknown kind, too */
	const char *pattern[2];
	const char *reason[2], *hint[2];
};
extern const struct lint_element lint_elements[]; /* ends with .name == NULL */

/* A time that can be held against us; a count; words that deny. By enum template_lang. */
extern const char *const lint_dated[2], *const lint_counted[2], *const lint_denies[2];

#endif
