/*
 * stage_bus.h - sockets of a bus, for the other stage_*.c.
 *
 * tcp:// is refused without keys and always speaks CURVE; inproc:// and ipc:// never do (the
 * file's mode guards ipc). One thread uses a socket.
 */
#ifndef LY_CORE_STAGE_BUS_H
#define LY_CORE_STAGE_BUS_H

#include "core/stage.h"

enum bus_side { BUS_BIND, BUS_CONNECT };
struct bus_socket {
	enum bus_side side; /* a ROUTER binds, a DEALER connects           */
	const char *endpoint;
	size_t max_bytes; /* of a message; a peer that sends more is cut off */
	int high_water;   /* messages; over it a send fails with EAGAIN  */
};
/* NULL and *e: ERR_USAGE for a wrong endpoint, ERR_RETRY when it is in use. */
void *bus_open(struct bus *b, const struct bus_socket *want, struct err *e) LY_MUST_USE;
/* May user (the Z85 key that ZAP let in over tcp) still come in? */
bool bus_allows(struct bus *b, const char *user);

#endif
