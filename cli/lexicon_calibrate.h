/* lexicon_calibrate.h - `langyan lexicon calibrate`. */
#ifndef LY_CLI_LEXICON_CALIBRATE_H
#define LY_CLI_LEXICON_CALIBRATE_H

#include "core/err.h"

/* Arguments behind the verb; exit code or -1. */
int lexicon_calibrate(int argc, char **argv, struct err *e);

#endif
