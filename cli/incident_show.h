/*
 * incident_show.h - what the responder answers about incidents, as text for people on stdout.
 *
 * Each takes the parsed reply (responder/act.c); times are shown in the zone.
 */
#ifndef LY_CLI_INCIDENT_SHOW_H
#define LY_CLI_INCIDENT_SHOW_H

#include "core/clock.h"
#include "core/json.h"

void incident_put_list(const struct json *list, const struct zone *z);
/* What an act has made of one. */
void incident_put_done(const struct json *x, const struct zone *z);
/* Moves, notices, the file, and what may be said of each claim; lang: "zh" or "en". */
void incident_put_show(const struct json *x, const struct zone *z, const char *lang);

#endif
