/* httpd_inside.h - what httpd.c and httpd_site.c share. */
#ifndef LY_CORE_HTTPD_INSIDE_H
#define LY_CORE_HTTPD_INSIDE_H

#include "core/arena.h"
#include "core/httpd_desk.h"
#include "core/httpd_gate.h"
#include "core/httpd_route.h"

struct httpd {
	void *daemon; /* struct MHD_Daemon */
	int port;
	/* the server */
	struct arena *a; /* copies of the configuration */
	struct route_rules rules;
	struct gate *gate;
	struct desk *desk;
	void (*metrics)(void *arg, struct buf *out);
	int (*health)(void *arg, struct buf *out);
	int64_t too_large; /* bodies that were answered 413, or cut off */
	/* a site */
	void (*answer)(void *arg, const struct site_request *q, struct site_answer *a);
	void *arg;
};
#endif
