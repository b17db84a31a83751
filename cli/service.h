/*
 * service.h - the stages of one process: opened, run as threads, stopped, reloaded.
 *
 * `langyan run` has all of them over inproc://, a single-stage command one of them over the
 * endpoints of wire:. Reload is a validated restart of the stages inside the process: the new
 * configuration is valid as a whole, or the old one goes on and says why. Nothing is lost by
 * it, because everything that was taken in is in a store.
 */
#ifndef LY_CLI_SERVICE_H
#define LY_CLI_SERVICE_H

#include "cli/settings.h"

enum service_part { PART_CRAWL = 1, PART_SCORE = 2, PART_RESPOND = 4, PART_ALL = 7 };

struct service_setup {
	const char *path;     /* configuration file, read again on reload */
	unsigned parts;       /* enum service_part bits                   */
	struct conf_texts in; /* overrides of wire: for this process; may be empty */
	struct str out;
	struct told_sink told; /* what happens, for the terminal */
	bool quiet_crawl;      /* no fetching */
	bool endless;          /* stepped time goes on after clock.length */
};
/* Run until a stop signal, the end of stepped time, or a stage that failed. The exit code, or
 * -1 and *e. */
int service_main(const struct service_setup *setup, struct err *e);

/* Is the process that wrote this pid file still there? */
bool service_lives(const char *path);

/* Where the control sockets of a data directory are: "ipc://<data>/run/<stage>.sock". */
const char *service_control(const struct settings *s, const char *stage);

#endif
