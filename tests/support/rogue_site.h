/*
 * rogue_site.h - a server that does what it should not, in a process of its own, and a client.
 *
 * /ok, /echo (the request comes back), /fields, /to?URL (302), /moved?STATUS=URL, /headers?N,
 * /bomb, /endless, /drip, /long-header, /raw?NAME (see rogue_site.c). It is a proxy as well.
 */
#ifndef LY_TESTS_SUPPORT_ROGUE_SITE_H
#define LY_TESTS_SUPPORT_ROGUE_SITE_H

#include "core/http.h"

extern struct rogue {
	struct rogue_seen {
		_Atomic int connections, requests;
	} * seen; /* shared with the server's processes */
	int port;
	char base[64], here[64]; /* http://127.0.0.1:PORT, 127.0.0.1:PORT */
	struct http *client;     /* one a test: rogue_setup, rogue_teardown */
	struct arena *arena;
} rogue;

/* Of the group. */
int rogue_start(void **state);
int rogue_stop(void **state);
/* Of a test. */
int rogue_setup(void **state);
int rogue_teardown(void **state);
#define ROGUE(f) cmocka_unit_test_setup_teardown(f, rogue_setup, rogue_teardown)

/* The address of path there, in rogue.arena. */
const char *rogue_at(const char *path);
/* allow: the one private address that is allowed, or NULL. */
struct http_response rogue_get(const char *url, const char *allow, struct http_request more);
#define ROGUE_PLAIN ((struct http_request){ 0 })
void rogue_ends_as(struct http_response r, enum http_end want);

#endif
