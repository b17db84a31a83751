/*
 * label.h - triage: people say what a mention is, one or many at once, and take it back.
 *
 * All or nothing: a mention that is not there, or a word that is no label, changes nothing.
 */
#ifndef LY_RESPONDER_LABEL_H
#define LY_RESPONDER_LABEL_H

#include "core/json.h"
#include "core/store.h"

#define LABELS_MAX 5000 /* mentions in one command */

extern const char *const label_words[]; /* "neg", "neu", "pos": label + 1; NULL-ended */
/* "neg" -> LABEL_NEG. -1 when it is none. */
int label_parse(struct str word, int64_t *out) LY_MUST_USE;

struct label_ask {
	struct str actor;
	int64_t now;
	struct id batch;         /* the command's id: undo names it */
	const struct json *args; /* {"label","ids":[…] or "id","why"}; undo: {"batch"?,"why"} */
};
/* In the open batch. Appends {"batch","labelled","unchanged"} or {"error"} to out and gives the HTTP
 * status; -1 and *e. */
int labels_set(struct store *s, const struct label_ask *q, struct buf *out,
	       struct err *e) LY_MUST_USE;
/* What a batch said goes back to what stood before it, where nobody said anything since. Without a
 * batch: the actor's newest that stands. {"batch","undone","kept"}. */
int labels_undo(struct store *s, const struct label_ask *q, struct buf *out,
		struct err *e) LY_MUST_USE;

#endif
