/*
 * echo.h - echo 回声: does a mention copy, quote or link a text that we released?
 *
 * Knows the newest ECHO_TEXTS released texts by the hashes of their sentences, their signature
 * (MinHash, as nlp gives it) and address; keeps none of their words. A sentence is what ends in
 * . ! ? or their Chinese forms and says enough: 14 Han characters or 10 words. Titles, names under a
 * letter and slogans of a few words are none, so that who speaks of the same in his own words is
 * no echo. Marks, blanks and case do not count.
 */
#ifndef LY_RESPONDER_ECHO_H
#define LY_RESPONDER_ECHO_H

#include "core/base.h"

#define ECHO_TEXTS 500

enum echo_how {
	ECHO_NONE,
	ECHO_COPY,  /* the same text, or more than half of it is ours */
	ECHO_QUOTE, /* a whole sentence of ours in another text       */
	ECHO_LINK,  /* our address in the text                        */
};
extern const char *const echo_words[]; /* by enum echo_how */

struct echo_text {
	struct id id;
	int64_t at; /* when it was said, as well as that is known */
	struct str title, text, url;
	struct str copies; /* 256 bytes, or empty */
};

struct echoes;
struct echoes *echoes_new(void);
void echoes_free(struct echoes *x); /* accepts NULL */
/* By how many things its echo would be known: sentences, signature, address. */
size_t echoes_marks(struct echoes *x, const struct echo_text *t);
/* A released text; the oldest one makes room. An id that is known is passed over. */
void echoes_add(struct echoes *x, const struct echo_text *t);
size_t echoes_count(const struct echoes *x);
/* What t is to the released texts that were there before it, and to which. */
enum echo_how echoes_find(struct echoes *x, const struct echo_text *t, struct id *of);

#endif
