/*
 * draft.h - draft 草稿: reply texts from templates, with their gaps and lint findings.
 *
 * Runs inside the stage's open transaction; only draft_store.c writes the table draft.
 */
#ifndef LY_RESPONDER_DRAFT_H
#define LY_RESPONDER_DRAFT_H

#include "responder/incident.h"

/* The key templates. */
struct draft_conf {
	struct str dir;   /* …/templates                        */
	struct str facts; /* file or folder (draft_ground.h), empty = none */
	int64_t variants;
	struct conf_texts channels;
};
extern const struct conf_schema draft_schema; /* CONF_BLOCK */

struct drafts;
/* Reads and checks all templates: ERR_USAGE names file and line. */
struct drafts *drafts_new(const struct draft_conf *c, const struct responder_env *env,
			  struct err *e) LY_MUST_USE;
void drafts_free(struct drafts *d);
/* Notes down that this move calls for drafts (reaching L2: a note to staff, holding, reply; L3:
 * the pack). They are made at the next turn: nobody is told later because texts are written. */
int drafts_on_move(struct drafts *d, const struct move *m, struct err *e) LY_MUST_USE;
/* The time of the oldest move that waits for its drafts; INT64_MAX: none does. */
int64_t drafts_due(const struct drafts *d);
/* Writes the next of what waits, one kind in one language, as of the time of its move: dated so,
 * and with the facts of then, but never promising an update that is past now; not for incidents
 * that have ended since. 1, or 0 when nothing waits; -1. */
int drafts_step(struct drafts *d, struct incidents *s, int64_t now, struct err *e) LY_MUST_USE;
/* All of what waits. In how many steps, or -1. */
int drafts_turn(struct drafts *d, struct incidents *s, int64_t now, struct err *e) LY_MUST_USE;
/* The drafts of these templates, whatever the level calls for. How many of them there are, or -1. */
int drafts_for(struct drafts *d, const struct incident *i, const struct move *m,
	       const struct conf_texts *templates, int64_t now, struct err *e) LY_MUST_USE;
/* A person asks: of one template, or ("all") of each that stands in a newest version. What would
 * read as its newest version does is not made again. How many templates were looked at: 0 when
 * there is none of that name; -1. */
struct draft_made {
	struct str template, state;
	int64_t version; /* of the newest: the one that was made, or that stands already */
	size_t gaps;
};
int drafts_asked(struct drafts *d, const struct incident *i, const struct move *m,
		 struct str template, int64_t now,
		 void (*each)(void *arg, const struct draft_made *x), void *arg,
		 struct err *e) LY_MUST_USE;
/* After the commit: each draft that has no file yet becomes
 * <site.data>/drafts/INC-…/<template>.md. Never fails the stage; what fails is logged and
 * tried again at the next start. */
void drafts_flush(struct drafts *d);

#endif
