/* watchdog.h - what the outside sees of the process: systemd's notices, limits, stop signals. */
#ifndef LY_CORE_WATCHDOG_H
#define LY_CORE_WATCHDOG_H

#include "core/err.h"

/* "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…" to $NOTIFY_SOCKET; nothing without it. */
void sd_notify_state(const char *state);
/* Interval in ms at which WATCHDOG=1 is due, 0 for none. */
int64_t sd_watchdog_ms(void);
/* umask 077, no core files, RLIMIT_NOFILE to its hard limit (at most 65,536), character type
 * C.UTF-8 (host names in Han). Refuses uid 0 unless allowed (ERR_USAGE names the key). */
int process_settle(bool allow_root, struct err *e) LY_MUST_USE;
/* SIGTERM and SIGINT -> a descriptor that becomes readable; a second signal ends the process at
 * once with 130. SIGHUP -> the byte 'H', TERM/INT -> the byte 'T'. Call before threads start.
 * The three are blocked in every thread (a thread of ours waits for them) and SIGPIPE is
 * ignored: posix_spawn of a child has to reset its mask and its dispositions. */
int signals_fd(struct err *e);

#endif
