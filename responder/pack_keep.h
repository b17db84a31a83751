/* pack_keep.h - the pack of one incident in the open transaction: read, opened, added to. See pack.h. */
#ifndef LY_RESPONDER_PACK_KEEP_H
#define LY_RESPONDER_PACK_KEEP_H

#include "responder/gate.h"
#include "responder/pack.h"

struct responder;
/* Texts in q->a. */
int pack_read(const struct gate_ask *q, struct pack_file p[PACK_PIECES],
	      struct err *e) LY_MUST_USE;
/* Under which name somebody waives: the key of a person, else the actor. */
struct str pack_waiver(const struct gate_ask *q, struct str actor);
/* What L3 asks of a piece, once in each round: "pack.third" …, to be done by then; texts in q->a. */
struct gate_task pack_task(const struct gate_ask *q, enum pack_piece piece, int64_t due_at);
/* Writes what was done (pairs as of gate_value()), and what comes of it: its task ends when it is complete;
 * when all are, the task and clock of the pack end, and the incident may go on (release_settle). An interim
 * status opens the task of what it promises. */
struct pack_adding {
	enum pack_piece piece;
	const char *const *pairs; /* without act */
	enum pack_act act;
};
int pack_add(struct responder *r, const struct gate_ask *q, struct incident *i,
	     const struct pack_adding *x, struct err *e) LY_MUST_USE;
/* When the pack is due: by its clock, else by the task; 0: not asked for. */
int pack_due(const struct gate_ask *q, int64_t *at, struct err *e) LY_MUST_USE;
/* The folder with all that was attached to an incident; 0 also when there is none. ERR_RETRY. */
int pack_folder_remove(struct store *s, struct str data, const struct id *incident,
		       struct err *e) LY_MUST_USE;

#endif
