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

struct draft_row {
	struct id id, incident;
	struct str number; /* of the incident; not in the table */
	struct str template, kind, lang;
	int64_t at;
	struct str text, gaps, lint, evidence; /* the last three are JSON */
	struct str state; /* generated, lint_failed, lint_passed, superseded */
	int64_t version;  /* 1, 2, … of one template within one incident */
};
/* 1 written, 0 it was there, -1. Gives row->version; older versions become "superseded". */
int draft_add(struct store *s, struct draft_row *row, struct err *e) LY_MUST_USE;
/* The same, but a text that reads as the newest of its template does is not written: 0, and
 * row->version is that of the newest. */
int draft_add_new(struct store *s, struct draft_row *row, struct err *e) LY_MUST_USE;
/* Texts in a. 1, 0, -1. */
int draft_read(struct store *s, const struct id *id, struct arena *a, struct draft_row *out,
	       struct err *e) LY_MUST_USE;
/* Newest first, at most limit; of one incident (its number), or all when empty. row is
 * borrowed. each returns 0 to go on. */
int drafts_read(struct store *s, struct str number, int64_t limit,
		int (*each)(void *arg, const struct draft_row *row), void *arg,
		struct err *e) LY_MUST_USE;

/* <dir>/<number>/<template>.md; from version 2 on <template>.2.md. In a. */
const char *draft_path(const char *dir, const struct draft_row *row, struct arena *a);
/* Write the file (a temporary one, then rename), with a head for people. Makes the folders. */
int draft_write_file(const char *dir, const struct draft_row *row, const struct zone *z,
		     struct arena *a, struct err *e) LY_MUST_USE;

#endif
