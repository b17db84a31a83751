/*
 * released.h - a person says what we released outside of our own sites and accounts.
 */
#ifndef LY_RESPONDER_RELEASED_H
#define LY_RESPONDER_RELEASED_H

#include "core/json.h"
#include "responder/released_store.h"

struct released_ask {
	struct str actor;
	int64_t now;
	const struct json *args; /* {"text","title"?,"url"?,"copies"?: signature in hex} */
};
/* In the open batch. Appends {"released","known_by","new"} or {"error"} to out and gives the HTTP
 * status; -1 and *e. */
int released_tell(struct store *s, struct echoes *x, const struct released_ask *q,
		  struct buf *out, struct err *e) LY_MUST_USE;

#endif
