/*
 * quote_store.h - SQL of table quote: which notices and digests show a text of others.
 *
 * Written with the notice or digest, so that what shows a text that goes at its term is found
 * without looking at all of them.
 */
#ifndef LY_RESPONDER_QUOTE_STORE_H
#define LY_RESPONDER_QUOTE_STORE_H

#include "core/store.h"

enum quote_in { QUOTE_NOTICE, QUOTE_DIGEST };

/* The documents of the mentions that facts name ("evidence" of a notice, "stories" of a digest, "reply_to"
 * of an acknowledgement).
 * What is there already stays. */
int quotes_add(struct store *s, enum quote_in in, const struct id *id, struct str facts,
	       struct err *e) LY_MUST_USE;
/* Those that show a text of the document, in any order. each returns 0 to go on. */
int quotes_of(struct store *s, enum quote_in in, const struct id *document,
	      int (*each)(void *arg, const struct id *id), void *arg,
	      struct err *e) LY_MUST_USE;

#endif
