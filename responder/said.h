/*
 * said.h - what was said in public of one incident: its releases as their entries tell (release.h), and
 * which of them stand. Pure.
 *
 * Withdrawn: does not stand. Corrected: as long as what took its place does. When it was said is
 * the earliest that its rows tell; a row may be written later.
 */
#ifndef LY_RESPONDER_SAID_H
#define LY_RESPONDER_SAID_H

#include "responder/entry.h"

extern const char *const release_words[]; /* "statement", "full", …, NULL-ended */
struct said {
	int64_t number, by; /* by: what corrects it; 0: nothing */
	int64_t at, seq;    /* seq: of its first row                            */
	bool late;          /* that row told of it later, and when it had been  */
	struct str kind;    /* release_words; a string of theirs */
	bool withdrawn, corrected;
	struct id draft; /* none: told of, without one */
};
struct said_list {
	struct said *v;
	size_t n, cap;
};
/* A row of kind "release", in order of seq: the newest of a number decides. */
void said_take(struct said_list *l, const struct entry *x);
/* Does v[i] stand? */
bool said_stands(const struct said_list *l, size_t i);
/* Was it for the public, not for our own staff? */
bool said_is_public(const struct said *s);
/* When the first of what stands was said: of any public kind, and the full response with its draft.
 * What is not there leaves its time as it is. */
void said_first(const struct said_list *l, int64_t *statement_at, int64_t *full_at,
		struct id *draft);
void said_release(struct said_list *l);

#endif
