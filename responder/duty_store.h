/* duty_store.h - rows of duty: how far the clock of each is. */
#ifndef LY_RESPONDER_DUTY_STORE_H
#define LY_RESPONDER_DUTY_STORE_H

#include "core/arena.h"
#include "core/store.h"
#include "responder/deadline.h"

struct duty_row {
	struct str name;
	struct deadline clock; /* its kind means nothing here */
};
struct duty_rows {
	struct duty_row *v;
	size_t n;
};
/* Insert or update. */
int duty_write(struct store *s, const struct duty_row *r, struct err *e) LY_MUST_USE;
/* Of one incident, or all that run when it is NULL; by due time; at most 256, in a. */
int duties_read(struct store *s, const struct id *incident, struct arena *a,
		struct duty_rows *out, struct err *e) LY_MUST_USE;
/* Its SQL when it is asked of one incident: a search, however many others there are. */
extern const char duties_of_incident[];

#endif
