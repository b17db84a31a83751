/*
 * lexicon_learned.h - a list of kind learned: n-grams with two whole-number weights, and in its
 * head what else the sums are made of. docs/lexicon.md tells the format.
 */
#ifndef LY_NLP_LEXICON_LEARNED_H
#define LY_NLP_LEXICON_LEARNED_H

#include "core/arena.h"
#include "core/err.h"
#include "nlp/lexicon.h"

/* A list while it is read. Zeroed at first. */
struct learned_list {
	struct lex_model *model; /* NULL: no line of the head spoke of one */
	size_t cap;
	bool features[FEATURES], unit;
};
/* A line of the head, "key: value". Keys that are not ours are passed over. -1 and *e when
 * the value is wrong. */
int learned_head(struct learned_list *l, struct arena *a, struct str key, struct str value,
		 struct err *e) LY_MUST_USE;
/* "n-gram<TAB>polar<TAB>neutral". -1, *e and *column when it is wrong. */
int learned_line(struct learned_list *l, struct arena *a, struct str line, uint32_t number,
		 size_t *column, struct err *e) LY_MUST_USE;
/* What is missing in the head (*line 1) or stands twice (*line of the second): -1 and *e, once
 * for each; call until it returns 0. *at begins with 0. */
int learned_end(struct learned_list *l, size_t *at, uint32_t *line, struct err *e) LY_MUST_USE;

#endif
