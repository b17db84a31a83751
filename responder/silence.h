/*
 * silence.h - silence 静默: who fits it is told nothing until its end. Pure.
 *
 *   pending ──from──▶ active ──until──▶ expired ◀── a person ends it, from either
 *
 * L3 is held only by a silence that names the level; what touches safety by none.
 */
#ifndef LY_RESPONDER_SILENCE_H
#define LY_RESPONDER_SILENCE_H

#include "responder/matcher.h"

enum silence_state { SILENCE_PENDING, SILENCE_ACTIVE, SILENCE_EXPIRED };
extern const char *const silence_state_words[]; /* "pending", "active", "expired" */

struct silence {
	struct str name; /* its number, or "conf 1": where it comes from */
	struct matchers matchers;
	int64_t from_at, until_at;
	struct str who, why;
};
struct silences {
	struct silence *v;
	size_t n;
};
enum silence_state silence_state(int64_t from_at, int64_t until_at, int64_t now);
/* One that is ended now: what is over stays as it was, what has not begun never begins. False: it
 * was over already. */
bool silence_end(struct silence *s, int64_t now);
/* The active one that fits and lasts longest; NULL: none. */
const struct silence *silences_find(const struct silences *all, const struct tags *l,
				    bool safety, int64_t now);

/* A silence of the configuration: `silences`. */
struct silence_conf {
	struct conf_texts match;
	int64_t from, until;
	struct str who, why;
	struct matchers matchers; /* read by the check */
};
extern const struct conf_schema silence_schema;
/* The i-th of them, from 0; its name in a. */
struct silence silence_of_conf(const struct silence_conf *c, size_t i, struct arena *a);

#endif
