/* lexicon_fit.h - `langyan lexicon fit`: learned lists from labelled texts. */
#ifndef LY_CLI_LEXICON_FIT_H
#define LY_CLI_LEXICON_FIT_H

#include "core/err.h"

/* argv begins after "fit". The exit code, or -1 and *e. */
int lexicon_fit(int argc, char **argv, struct err *e);

#endif
