/*
 * httpd_gate.h - who may come in: accepts connections and looks at their first bytes.
 *
 * A thread of its own accepts, waits (without reading: MSG_PEEK) until the head is whole,
 * refuses what head_read() refuses, and hands the rest on. So no half head is ever in front
 * of the server: 500 slow ones cost 500 descriptors and no thread.
 */
#ifndef LY_CORE_HTTPD_GATE_H
#define LY_CORE_HTTPD_GATE_H

#include <sys/socket.h>

#include "core/err.h"
#include "core/httpd_head.h"

#define GATE_GUESTS      1000 /* connections at once */
#define GATE_PER_ADDRESS 100
#define GATE_HEAD_MS     10000 /* for the whole head */

/* One connection, from accept to close. */
struct guest {
	int fd; /* -1: this place is free */
	struct sockaddr_storage address;
	socklen_t address_n;
	char name[64]; /* the address as text, without port */
	int64_t since_ms;
	bool inside; /* handed on */
	bool asked;  /* the server has seen its request: there is one per connection */
	char *bytes; /* the head, once it is whole */
	struct head head;
};
struct gate;
/* A bound, listening, non-blocking socket for "127.0.0.1:8787", "[::1]:0"; -1 and *e. */
int gate_listen(const char *listen, int *port, struct err *e) LY_MUST_USE;
/* Takes fd; nobody comes in before gate_start(). enter() is called from the gate's thread with a
 * guest whose head is whole; it takes over guest->fd. -1 when it could not: it has closed the
 * descriptor then. */
struct gate *gate_new(int fd, int (*enter)(void *arg, struct guest *g), void *arg);
/* From here on enter() is called: what it uses is in place. */
int gate_start(struct gate *g, struct err *e) LY_MUST_USE;
/* The guest that was handed on with descriptor fd. From any thread. */
struct guest *gate_guest(struct gate *g, int fd);
/* The guest has left: its descriptor is about to be closed. From any thread. */
void gate_leave(struct gate *g, struct guest *who);
/* Nobody comes in any more; whoever waits is closed. Guests inside stay valid. */
void gate_stop(struct gate *g);
/* Also closes what it listens on. Accepts NULL. */
void gate_free(struct gate *g);
#endif
