/*
 * log.h - one line per event on stderr: an event name, then key=value pairs (logfmt).
 *
 * At most 10 lines a minute per (event, first pair), then one line with the count of
 * what was held back. Control bytes, U+2028 and bidi marks are escaped: one event is
 * always one line. Ids, never a person's text or a secret, above debug.
 * Threads may log at once; a line is never torn.
 */
#ifndef LY_CORE_LOG_H
#define LY_CORE_LOG_H

#include "core/base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* log_event(LOG_WARN, "fetch_failed", "source=%s kind=%s wait_s=%d", id, kind, wait);
 * A value that holds spaces, quotes or '=' is quoted here: write why=%s, not why=\"%s\". */
void log_event(enum log_level level, const char *event, const char *fmt, ...) LY_PRINTF(3, 4);
/* Lines below level are dropped (LOG_INFO at start). Call before threads start. */
void log_threshold(enum log_level level);
/* How many lines of each level were written since start, for /metrics. */
uint64_t log_count(enum log_level level);
/* For tests: lines go to fd and minutes pass by mono_ms; -1 and NULL put it back. Counts of
 * what was held back are forgotten. */
void log_redirect(int fd, int64_t (*mono_ms)(void));

#endif
