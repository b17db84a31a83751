/*
 * httpd_desk.h - carries HTTP requests to the stages as commands, and their replies back.
 *
 * A thread of its own with one caller per mount. Any thread may hand a slip in; done() is
 * called once for each from the desk's thread.
 */
#ifndef LY_CORE_HTTPD_DESK_H
#define LY_CORE_HTTPD_DESK_H

#include "core/httpd.h"

struct slip {
	struct slip *next;
	size_t mount;
	struct command cmd; /* its texts belong to whoever hands it in, until done() */
	int64_t token, until_ms;
	/* the answer */
	int status;
	char type[128];
	char *body; /* malloc'ed; the owner frees it */
	size_t body_n;
};
struct desk;
struct desk *desk_open(struct bus *b, const struct httpd_mount *mounts, size_t n,
		       int64_t timeout_ms, void (*done)(void *arg, struct slip *s), void *arg,
		       struct err *e) LY_MUST_USE;
/* -1: the desk is closing; done() will not be called. before() is called under the desk's
 * lock, before any done() of this slip. */
int desk_send(struct desk *d, struct slip *s, void (*before)(void *arg), void *arg);
/* Every slip that is out is answered with 503 and done. Then desk_close. */
void desk_stop(struct desk *d);
void desk_close(struct desk *d);
#endif
