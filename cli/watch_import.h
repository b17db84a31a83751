/* watch_import.h - `langyan watch import`: a query of another tool as a watch of ours. */
#ifndef LY_CLI_WATCH_IMPORT_H
#define LY_CLI_WATCH_IMPORT_H

#include "core/err.h"

/* argv: what stands behind "import". The watch goes to stdout as YAML, what is not quite the same
 * or cannot be translated to stderr. The exit code: 1 when something was lost; -1 and *e. */
int watch_import(int argc, char **argv, struct err *e) LY_MUST_USE;

#endif
