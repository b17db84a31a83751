/* show_time.h - times of answers for people, on stdout: "2026-11-22 07:15" in a zone. */
#ifndef LY_CLI_SHOW_TIME_H
#define LY_CLI_SHOW_TIME_H

#include "core/clock.h"
#include "core/json.h"

void show_time(const struct zone *z, int64_t at);
/* "from – to". */
void show_span(const struct zone *z, int64_t from, int64_t to);
/* A text of an answer, as ISO 8601; "-", as wide as a time, when it is none. */
void show_time_of(const struct zone *z, const struct json *iso);
/* The same as a number; 0: it is none. */
int64_t show_time_read(const struct json *iso);

#endif
