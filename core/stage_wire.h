/*
 * stage_wire.h - what runners say to each other: messages of records, and the hello.
 *
 * A message on the wire is 1..64 records end to end, at most RECORD_MAX bytes. Nothing here
 * knows a socket. Both ends send a hello first and then one every second; it is the
 * heartbeat, too.
 *
 *   connected end                         bound end
 *     hello (link 0)            ──▶         makes a peer, gives its link a name
 *                               ◀──       hello (link L)
 *     records, hello (link L)   ──▶
 *                               ◀──       hello (link 0): "who are you?"; records of an
 *                                         unknown peer are dropped, so that what comes
 *                                         late from one that was given up changes nothing
 *     hello (link 0 again)      ──▶         it took us for dead and dropped what we sent since
 *                               ◀──       hello (link L); what was on its way is sent again
 * A connection that broke and came back is a new peer with a new link: what was on its way
 * over the old one is lost, and both ends know it.
 */
#ifndef LY_CORE_STAGE_WIRE_H
#define LY_CORE_STAGE_WIRE_H

#include "core/control.h"

#define WIRE_MAJOR   1 /* another major is refused by name */
#define WIRE_MINOR   0
#define WIRE_RECORDS 64

enum leaving { LEAVING_NO, LEAVING_SOON, LEAVING_NOW };
struct hello {
	int64_t major, minor;
	struct str name; /* of the stage                                            */
	struct id run;   /* of this runner: another after a restart                 */
	struct id link;  /* of this connection, told by the bound end; zero: unknown */
	int64_t window;  /* records that may be on their way to the sender          */
	int64_t leaving; /* SOON: send no more; NOW: what is on its way is lost     */
	struct id conf, image;
};
extern const struct record_type hello_record; /* kind 8 */

/* Records that wait to go out as one message. */
struct batch {
	struct buf b;
	int n;
	int64_t since_us; /* monotonic: when the first came */
};
#define BATCH ((struct batch){ .b = BUF(RECORD_MAX + 1) })
/* Does a record of n bytes fit into this message? */
bool batch_fits(const struct batch *m, size_t n);
void batch_add(struct batch *m, struct str record, int64_t now_us);
void batch_clear(struct batch *m);
void batch_release(struct batch *m);

/* Takes a message apart. */
struct unpack {
	struct str rest;
	int n; /* records taken so far */
};
/* 1 and *record; 0 at the end; -1 when the rest is no record (it is dropped then). */
int unpack_next(struct unpack *u, struct str *record);

#endif
