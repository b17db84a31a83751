/*
 * answer.h - answers to notices that come back as text: a mail, a message, a button of a chat.
 *
 * Whoever is told without an address to touch gets a 6-digit code. It is taken from the first
 * lines of a reply to the mail (channel key `replies`), or of a message to the Telegram bot
 * (`answers: on`), where it stands alone on its line, with at most a word before it:
 *
 *   123456            接手 123456        take it
 *   升级 123456       escalate 123456    tell the next step
 *
 *  1. It is taken only from an address that is a contact of a person, and only when the notice went
 *     to that person, or to a group.
 *  2. What it does and how far we have read (a mailbox's UID, Telegram's update_id) is one
 *     transaction: after a kill -9 nothing is applied twice, and nothing is left out.
 *  3. Guessing is bounded: ANSWER_TRIES wrong ones an hour by one person, ANSWER_TRIES_ALL by all;
 *     then codes are void by these ways for that hour, which is said.
 *  4. Reading never holds up a notice: it runs in a loop of its own.
 */
#ifndef LY_RESPONDER_ANSWER_H
#define LY_RESPONDER_ANSWER_H

#include "core/arena.h"
#include "core/err.h"
#include "responder/link.h"

#define ANSWER_TRIES     5
#define ANSWER_TRIES_ALL 30
#define ANSWER_HOUR_S    3600

/* ---- what a text says (answer_text.c). Pure. ------------------------------------------------------ */

struct coded {
	enum link_verb verb;
	struct str code; /* six digits of the text */
};
/* False: there is no code where one may stand. */
bool answer_read(struct str text, struct coded *out);

/* One thing that somebody did with our bot. */
struct update {
	int64_t id;
	struct str from, chat; /* numbers as text           */
	struct str text;       /* of a message, or the data of a button */
	struct str callback;   /* id of a button's press; empty: a message */
};
#define UPDATES_MAX 100
struct updates {
	struct update v[UPDATES_MAX];
	size_t n;
	int64_t last; /* the greatest id that was seen, 0: none */
};
/* The body of an answer to getUpdates; any bytes. Texts in a. -1: it says why it is none. */
int updates_read(struct arena *a, struct str body, struct updates *out,
		 struct err *e) LY_MUST_USE;

/* ---- the reading itself (answers.c) ---------------------------------------------------------------- */

struct responder;
struct answers;
/* NULL and no error in *e when no channel is read. */
struct answers *answers_new(struct responder *r, int64_t now, struct err *e);
void answers_free(struct answers *x);
int answers_fd(const struct answers *x); /* -1: none */
/* All of these accept NULL. When something is due next; INT64_MAX: nothing. */
int64_t answers_due(const struct answers *x);
/* The clock was set back: none waits for a time of before. */
void answers_look(struct answers *x, int64_t now);
/* Let transfers go on. Is there something to apply? */
bool answers_hear(struct answers *x);
/* In the open transaction: what came is applied, and how far we have read is written. 1 rows
 * changed, 0, -1. */
int answers_turn(struct answers *x, int64_t now, struct err *e);
/* The transaction was undone: what was to be said of it is not, and it is asked again from where
 * the record is. */
void answers_undo(struct answers *x);
/* After the commit: ask for more, say what was done. */
void answers_start(struct answers *x, int64_t now);

#endif
