/*
 * query_import.h - a query of Brandwatch, Meltwater or Talkwalker -> ours, and what cannot be.
 *
 * What has a twin is written as that; what has only something near is written so and told; what
 * has neither is told with a place, a reason and what to do, and a comment stands in for it.
 */
#ifndef LY_NLP_QUERY_IMPORT_H
#define LY_NLP_QUERY_IMPORT_H

#include "core/arena.h"
#include "core/buf.h"

enum query_tool { TOOL_BRANDWATCH = 1, TOOL_MELTWATER = 2, TOOL_TALKWALKER = 4 };
extern const char *const query_tool_words[]; /* by bit; NULL-ended */

enum import_how {
	IMPORT_NEARLY, /* what stands now is not quite the same */
	IMPORT_LOST,   /* a comment stands in for it             */
};
struct import_note {
	size_t at; /* byte in the query that came in */
	enum import_how how;
	const char *text; /* `"SENTENCE": reason; what to do` */
};
struct import_notes {
	struct import_note *v; /* in order */
	size_t n, cap, lost;
};
/* Append the translation to out; notes live in a. The translation is not parsed: do that next.
 * Translating what was translated from brandwatch changes nothing. */
void query_import(struct arena *a, enum query_tool from, struct str query, struct buf *out,
		  struct import_notes *notes);

#endif
