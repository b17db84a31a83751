/* lint_rules.h - the tables behind lint.h: one row a rule, one row a part that a kind must have. */
#ifndef LY_RESPONDER_LINT_RULES_H
#define LY_RESPONDER_LINT_RULES_H

#include "responder/lint.h"
#include "responder/strategy.h"

enum lint_rule_lang { RULE_ZH, RULE_EN, RULE_BOTH };
enum lint_scope { SCOPE_SENTENCE, SCOPE_NEXT, SCOPE_TEXT }; /* NEXT: and the sentence after */
enum lint_flag {
	LINT_DATED_PASSES = 1,   /* no finding when a dated action follows (lint_words.h)  */
	LINT_UNDATED_BLOCKS = 2, /* a warning that blocks when none follows                */
	LINT_COUNT_PASSES = 4,   /* no finding when its sentence gives a count             */
	LINT_HIGH_LEVEL = 8,     /* only from L2 on                                        */
	LINT_FIRST_DAY = 16,     /* blocks within 24 h of opening                          */
	LINT_IS_HARD = 32,       /* no override                                            */
	LINT_IS_FIGURE = 64,     /* no finding when a supported value holds the same figure;
	                            blocks when the facts are known and none does          */
	LINT_IS_GAP = 128,
	LINT_NEAR_BLOCKS = 256, /* blocks when .with stands in the same paragraph          */
};
struct lint_rule {
	const char *name;
	enum lint_rule_lang lang;
	enum lint_severity severity;
	int flags;
	const char *pattern;
	const char *unless; /* or NULL: no finding when this stands in scope */
	enum lint_scope scope;
	unsigned strategy; /* or 0: only when the assessment blocks this, see strategy.h */
	const char *with;  /* or NULL: only when this stands in the text, too, not in quotes */
	const char *reason[2], *hint[2]; /* zh, en; rules of one language fill theirs */
};
/* The one table, in three files; each ends with .name == NULL. */
extern const struct lint_rule lint_rules_zh[], lint_rules_en[], lint_rules_both[];
extern const struct lint_rule *const lint_tables[]; /* NULL-ended */

/* What a text of a kind must have. */
struct lint_element {
	const char *name;
	unsigned kinds; /* bits 1 << enum template_kind */
	bool always;    /* asked for (as a warning) of a text of unknown kind, too */
	const char *pattern[2];
	const char *reason[2], *hint[2];
};
extern const struct lint_element lint_elements[]; /* ends with .name == NULL */

/* A dated action; a count; words that deny. By enum template_lang. */
extern const char *const lint_dated[2], *const lint_counted[2], *const lint_denies[2];

/* Rows of the tables: one language, only its own reason and hint. */
#define ZH(r, h)             .lang = RULE_ZH, .reason = { r, NULL }, .hint = { h, NULL }
#define EN(r, h)             .lang = RULE_EN, .reason = { NULL, r }, .hint = { NULL, h }
#define BOTH(zr, zh, er, eh) .lang = RULE_BOTH, .reason = { zr, er }, .hint = { zh, eh }
#define BLOCK(id, rx)        .name = (id), .severity = LINT_BLOCK, .pattern = (rx)
#define WARN(id, rx)         .name = (id), .severity = LINT_WARN, .pattern = (rx)
/* Empty phrases: they block unless a dated action follows. */
#define EMPTY(id, rx) WARN(id, rx), .flags = LINT_UNDATED_BLOCKS

#endif
