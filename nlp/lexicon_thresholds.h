/*
 * lexicon_thresholds.h - a list of kind thresholds: from where on the texts of a source are
 * praise or blame. docs/lexicon.md tells the format.
 */
#ifndef LY_NLP_LEXICON_THRESHOLDS_H
#define LY_NLP_LEXICON_THRESHOLDS_H

#include "core/arena.h"
#include "core/err.h"
#include "nlp/lexicon.h"

/* "source:NAME<TAB>praise<TAB>blame", or class:NAME, or all; behind them "by=lists". Fills all
 * but list, lang and line, copies nothing. -1, *e and *column when it is wrong. */
int thresholds_line(struct str line, struct lex_threshold *out, size_t *column,
		    struct err *e) LY_MUST_USE;
/* Sort, and let the later layers replace the earlier. Returns how many are left. Of two in one
 * layer twice(arg, first, second) is told, and the first stays. */
size_t thresholds_settle(struct lex_threshold *v, size_t n, const struct lex_list *lists,
			 void (*twice)(void *arg, const struct lex_threshold *x,
				       const struct lex_threshold *y),
			 void *arg);

#endif
