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
	struct str watch;            /* of this one alone, for the seal; or empty */
	const struct roster *roster; /* or NULL */
};
int digest_compose(const struct responder_env *env, const struct digest_ask *ask,
		   struct arena *a, struct digest_row *out, struct err *e) LY_MUST_USE;
/* The chat form of a digest, which its facts hold. In a. */
struct str digest_chat_of(const struct digest_row *row, struct arena *a);
/* Facts as digest_facts() would write them now, for the same window, watches and commit: their
 * figures are those of the record. In a. 1, 0: facts cannot be read, -1. */
int digest_figures_again(struct store *s, const struct zone *site, struct str facts,
			 struct arena *a, struct str *again, struct err *e) LY_MUST_USE;
/* Compute the figures of a stored digest again. 1 the same, 0 not (*says: what differs), -1.
 * Only while its mentions are kept. */
int digest_verify(struct store *s, const struct zone *z, const struct digest_row *row,
		  struct arena *a, const char **says, struct err *e) LY_MUST_USE;

#endif
