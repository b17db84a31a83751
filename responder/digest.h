/*
 * digest.h - digest 日报: one day of the record for readers, at their time.
 *
 * A query over the record, never a queue. Only digest_store.c writes the table digest; told to
 * people through notices_tell(). Runs inside the stage's open transaction.
 */
#ifndef LY_RESPONDER_DIGEST_H
#define LY_RESPONDER_DIGEST_H

#include "responder/digest_compose.h"
#include "responder/notice.h"

extern const struct conf_schema digest_schema; /* CONF_TABLE: one entry of `digests` */

/* Names of watches and people exist, else a mistake at its place: for the root schema's check. */
void digest_conf_check(struct conf_reader *r, const struct conf_list *digests,
		       const struct notice_conf *people, const struct str *watches,
		       size_t watches_n);

struct digests;
extern const char *const digest_format_words[]; /* "html" …, NULL-ended */
/* list: struct digest_conf (digest_day.h). notices may be NULL: written, told to nobody; roster,
 * too: nobody's own digests, no rota in them. */
struct digests *digests_new(const struct conf_list *list, const struct responder_env *env,
			    struct notices *notices, const struct roster *roster, int64_t now,
			    struct err *e) LY_MUST_USE;
void digests_free(struct digests *d);
/* Next time one is to be made; INT64_MAX for none. */
int64_t digests_due(struct digests *d);
/* Make one that is due, the oldest first; after a downtime what was missed, never twice. The next is
 * due at once: what waits in the outbox leaves between two. 1 made, 0 nothing, -1. */
int digests_turn(struct digests *d, int64_t now, struct err *e) LY_MUST_USE;
/* After the commit: what was made becomes files under `path`. Never fails the stage. */
void digests_flush(struct digests *d);
/* The files of a digest that was composed again, as far as they are still there. Of one that is
 * configured no more they are told to the log: nobody knows where. */
int digests_file_again(struct digests *d, const struct id *id, struct err *e) LY_MUST_USE;

#endif
