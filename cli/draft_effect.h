/* draft_effect.h - `langyan draft effect`: which texts turned an incident, by template and variant. */
#ifndef LY_CLI_DRAFT_EFFECT_H
#define LY_CLI_DRAFT_EFFECT_H

#include "core/err.h"

/* As a subcommand's run (command.h). */
int draft_effect(int argc, char **argv, struct err *e);

#endif
