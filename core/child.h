/*
 * child.h - a program that runs beside us: its output up to a ceiling, its end, its time limit.
 *
 * Nothing here waits. A descriptor of the caller's epoll becomes readable when there is news;
 * then child_turn(). The child has a session, and so a process group, of its own; no descriptor
 * of ours; /dev/null as its input; no variable but those given; every signal as at the start of a
 * program. At its limit the whole group gets SIGTERM, and 2 s later (after as long again, when that is less) SIGKILL. What a program leaves
 * running when it ends by itself is left alone: that is how a server is started.
 */
#ifndef LY_CORE_CHILD_H
#define LY_CORE_CHILD_H

#include "core/err.h"
#include "core/str.h"

struct child_ask {
	char *const *argv; /* argv[0]: whole path; no shell; NULL-ended */
	char *const *env;  /* "NAME=value", NULL-ended                  */
	const char *dir;   /* where it runs                             */
	int64_t limit_ms;  /* > 0 */
	size_t keep_bytes; /* of standard output and error, in the order written */
	int epoll;         /* its descriptors are added to it and leave it by themselves */
};
struct child_end {
	enum { CHILD_EXITED, CHILD_KILLED, CHILD_OVER_LIMIT } how;
	int status;        /* exit code, or the signal that ended it */
	int64_t us;        /* how long it ran                         */
	int64_t bytes;     /* of output in all                     */
	struct str output; /* what was kept: lives as long as the child */
};

struct child;
/* ERR_RETRY: no process to be had now; ERR_REJECT: it cannot be run (says why). */
struct child *child_start(const struct child_ask *q, struct err *e) LY_MUST_USE;
/* Reads what there is, at most 1 MiB; ends it when its time is over. True when it has ended: *end
 * is filled, also when asked again. */
bool child_turn(struct child *c, struct child_end *end);
/* Still running: its group is killed. Accepts NULL. */
void child_free(struct child *c);

#endif
