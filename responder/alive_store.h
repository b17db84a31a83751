/* alive_store.h - what alive.h asks of notices. */
#ifndef LY_RESPONDER_ALIVE_STORE_H
#define LY_RESPONDER_ALIVE_STORE_H

#include "core/store.h"
#include "responder/alive.h"

/* Pages that should have left before that time and have not, while nobody was told of their incident by
 * another since. */
int pages_late(struct store *s, int64_t before, int64_t *n, struct err *e) LY_MUST_USE;

#endif
