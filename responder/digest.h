/*
 * digest.h - digest 日报: one day of the record for readers, at their time.
 *
 * A query over the record, never a queue. Only digest_store.c writes the table digest; told to
 * people through notices_tell(). Runs inside the stage's open transaction.
 */
#ifndef LY_RESPONDER_DIGEST_H
#define LY_RESPONDER_DIGEST_H

#include "responder/digest_store.h"
#include "responder/notice.h"

extern const struct conf_schema digest_schema; /* CONF_TABLE: one entry of `digests` */

/* Names of watches and people exist, else a mistake at its place: for the root schema's check. */
void digest_conf_check(struct conf_reader *r, const struct conf_list *digests,
		       const struct notice_conf *people, const struct str *watches,
		       size_t watches_n);

struct digests;
/* list: struct digest_conf (digest_day.h). notices may be NULL: written, told to nobody. */
struct digests *digests_new(const struct conf_list *list, const struct responder_env *env,
			    struct notices *notices, int64_t now, struct err *e) LY_MUST_USE;
void digests_free(struct digests *d);
/* Next time one is to be made; INT64_MAX for none. */
int64_t digests_due(struct digests *d);
/* Make what is due; after a downtime what was missed, never twice. 1 made, 0 nothing, -1. */
int digests_turn(struct digests *d, int64_t now, struct err *e) LY_MUST_USE;
/* After the commit: what was made becomes files under `path`. Never fails the stage. */
void digests_flush(struct digests *d);

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
