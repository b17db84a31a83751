/*
 * config_warn.h - what a configuration may say and still leaves somebody untold: warnings of
 * `config check`, each with its place and what to do.
 */
#ifndef LY_CLI_CONFIG_WARN_H
#define LY_CLI_CONFIG_WARN_H

#include "cli/settings.h"

/* Hooks that sign nothing, contacts that wake and that nothing has reached yet, levels for which nobody is
 * there or can be woken in the next 90 days: a line each, appended to out. */
void config_warn(const struct settings *s, struct buf *out);

#endif
