/* lexicon_import.h - `lexicon import FILE`: a user's own copy of a known list -> NAME.tsv. */
#ifndef LY_CLI_LEXICON_IMPORT_H
#define LY_CLI_LEXICON_IMPORT_H

#include "core/err.h"

/* argv: what follows the verb. Never writes over a file. The exit code, or -1. */
int lexicon_import(int argc, char **argv, struct err *e);

#endif
