/* lexicon_diff.h - `lexicon diff A B [--texts FILE]`: what two sets of lists say differently. */
#ifndef LY_CLI_LEXICON_DIFF_H
#define LY_CLI_LEXICON_DIFF_H

#include "core/err.h"

/* argv: what follows the verb. 0 the same, 1 they differ, or -1. */
int lexicon_diff(int argc, char **argv, struct err *e);

#endif
