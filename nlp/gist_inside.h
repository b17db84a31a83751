/*
 * gist_inside.h - what gist.c and gist_tokens.c share: a text as tokens.
 */
#ifndef LY_NLP_GIST_INSIDE_H
#define LY_NLP_GIST_INSIDE_H

#include "core/base.h"
#include "nlp/gist_words.h"

#define GIST_TOKENS 160

enum token_kind { TOKEN_BREAK, TOKEN_HAN, TOKEN_LATIN, TOKEN_NUMBER, TOKEN_MODEL };
struct token {
	uint32_t at, end;
	uint32_t code; /* the character; a word's or model's hash */
	uint8_t kind;
	bool capital, opens; /* a word's first letter; it begins a line, or follows a colon */
	uint8_t digits;      /* of a number */
	bool plain, zero;    /* digits only; the first is 0 */
	int64_t milli;       /* value */
	const struct gist_word *word;
};

/* The tokens of said, at most GIST_TOKENS; four breaks stand behind the last. Returns how many. */
size_t gist_tokens(const struct gist_words *w, struct str said,
		   struct token t[GIST_TOKENS + 4]);
/* t times by, unless that is more than any figure is. */
void gist_grow(struct token *t, int64_t by);
/* A figure in words that begins at t, 六万八, into its value; returns its tokens, 0: none. */
size_t gist_han_figure(const struct token *t, int64_t *milli);

#endif
