/*
 * digest_compose.h - a digest as rows and bytes: computed, or computed again. Writes nothing.
 */
#ifndef LY_RESPONDER_DIGEST_COMPOSE_H
#define LY_RESPONDER_DIGEST_COMPOSE_H

#include "responder/digest_store.h"

/* One digest, computed and not written: of the window that ends with the last cut at or before
 * at, reading what arrived before made_at in commits up to as_of. Texts in a. */
struct digest_ask {
	const struct digest_conf *conf;
	int64_t at, made_at, as_of;
};
int digest_compose(const struct responder_env *env, const struct digest_ask *ask,
		   struct arena *a, struct digest_row *out, struct err *e) LY_MUST_USE;
/* Compute the figures of a stored digest again. 1 the same, 0 not (*says: what differs), -1.
 * Only while its mentions are kept. */
int digest_verify(struct store *s, const struct zone *z, const struct digest_row *row,
		  struct arena *a, const char **says, struct err *e) LY_MUST_USE;

#endif
