/*
 * answer_store.h - rows of answer_from (how far each way is read) and answer_try (wrong codes).
 */
#ifndef LY_RESPONDER_ANSWER_STORE_H
#define LY_RESPONDER_ANSWER_STORE_H

#include "core/store.h"

struct answer_from {
	struct str source; /* "telegram:NAME", "mail:NAME" */
	int64_t upto;      /* update_id, UID: everything until then is applied */
	int64_t validity;  /* of a mailbox's UIDs */
};
/* Fills upto and validity. 1, 0 never read, -1. */
int answer_from_read(struct store *s, struct answer_from *x, struct err *e) LY_MUST_USE;
int answer_from_write(struct store *s, const struct answer_from *x, struct err *e) LY_MUST_USE;

struct answer_try {
	struct id id; /* of the message: counted once */
	int64_t at;
	struct str who; /* a person's key */
};
/* Also forgets those of the day before. */
int answer_try_add(struct store *s, const struct answer_try *x, struct err *e) LY_MUST_USE;
/* How many since: by who, and by all. */
int answer_tries(struct store *s, struct str who, int64_t since, int64_t *his, int64_t *all,
		 struct err *e) LY_MUST_USE;

#endif
