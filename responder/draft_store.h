/*
 * draft_store.h - rows of draft, and their files.
 *
 * Only draft.c writes; `langyan draft` and the console read.
 */
#ifndef LY_RESPONDER_DRAFT_STORE_H
#define LY_RESPONDER_DRAFT_STORE_H

#include "core/arena.h"
#include "core/clock.h"
#include "core/store.h"
#include "responder/approval.h"
#include "responder/incident.h"

struct draft_row {
	struct id id, incident;
	struct str number; /* of the incident; not in the table */
	struct str template, kind, lang;
	int64_t at;
	struct str text, gaps, lint, evidence; /* the last three are JSON */
	struct str state;                      /* draft_state_words */
	int64_t version;   /* 1, 2, … of one template within one incident */
	struct str author; /* who wrote it: a person's key, or the actor; empty: the template */
	int64_t promise_at; /* the next update that it promises; 0: none */
	struct str why;     /* why its template was picked: draft_pick.h, JSON; or empty */
};
/* 1 written, 0 it was there, -1. Gives row->version; older versions that nobody wrote or approved
 * become "superseded". */
int draft_add(struct store *s, struct draft_row *row, struct err *e) LY_MUST_USE;
/* The same, but a text that reads as the newest of its template does is not written: 0, and
 * row->version is that of the newest. */
int draft_add_new(struct store *s, struct draft_row *row, struct err *e) LY_MUST_USE;
/* The only function that assigns a state, by the table of approval.h: *to. 1, 0 the table has no such
 * move from where the draft is, -1. */
int draft_assign(struct store *s, const struct id *id, enum draft_event event,
		 enum draft_state *to, struct err *e) LY_MUST_USE;
/* What the lint says of it now. */
int draft_set_lint(struct store *s, const struct id *id, struct str lint,
		   struct err *e) LY_MUST_USE;
/* SHA-256 of a text: what an approval names. In hex, in a. */
struct str draft_hash(struct str text, struct arena *a);
/* Texts in a. 1, 0, -1. */
int draft_read(struct store *s, const struct id *id, struct arena *a, struct draft_row *out,
	       struct err *e) LY_MUST_USE;
/* Newest first, at most limit; of one incident (its number), or all when empty. row is
 * borrowed. each returns 0 to go on. */
int drafts_read(struct store *s, struct str number, int64_t limit,
		int (*each)(void *arg, const struct draft_row *row), void *arg,
		struct err *e) LY_MUST_USE;

/* Moves whose drafts are still to be made. The one with the lowest number: its texts in a. 1, 0, -1. */
int drafting_add(struct store *s, int64_t move, struct err *e) LY_MUST_USE;
int drafting_next(struct store *s, struct arena *a, struct move *out,
		  struct err *e) LY_MUST_USE;
int drafting_drop(struct store *s, int64_t move, struct err *e) LY_MUST_USE;

/* <dir>/<number>/<template>.md; from version 2 on <template>.2.md. In a. */
const char *draft_path(const char *dir, const struct draft_row *row, struct arena *a);
/* Write the file (a temporary one, then rename), with a head for people. Makes the folders. */
int draft_write_file(const char *dir, const struct draft_row *row, const struct zone *z,
		     struct arena *a, struct err *e) LY_MUST_USE;

#endif
