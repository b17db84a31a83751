/*
 * gram.h - the tokens of a text and the n-grams they make, for learned weights.
 *
 * A token is a Latin word (folded, a letter at most twice on end), a number, a link, a name
 * after @, a run of ! or of ?, one Han character, any other sign, or a break (. , ; : and the
 * like, line ends). Numbers are all one token, so are links, names and breaks: no figure and no
 * person is learned. An n-gram is what tokens one after the other make; none goes over a break.
 * Written in a file an n-gram is text that gives the same tokens again: "not good", "太慢".
 */
#ifndef LY_NLP_GRAM_H
#define LY_NLP_GRAM_H

#include "core/base.h"
#include "core/buf.h"
#include "nlp/image.h"

#define GRAM_MAX 4 /* tokens */

enum gram_kind { GRAM_WORD, GRAM_NUMBER, GRAM_LINK, GRAM_NAME, GRAM_SIGN, GRAM_BREAK };
struct gram_token {
	uint64_t hash;
	uint32_t at, len; /* bytes of the text */
	uint8_t kind;     /* enum gram_kind    */
};
struct gram_cursor {
	const uint8_t *p, *end;
	size_t at;
	bool broke; /* the last token was a break: the next are part of it */
};
static inline struct gram_cursor
gram_begin(struct str text)
{
	const uint8_t *p = (const uint8_t *)text.p;

	return (struct gram_cursor){ .p = p, .end = p + text.n };
}
/* The next tokens, n at most; fewer at the end of the text. Linear over the text. */
size_t gram_read(struct gram_cursor *c, struct gram_token *tokens, size_t n);
/* The next token; false at the end of the text. */
static inline bool
gram_next(struct gram_cursor *c, struct gram_token *t)
{
	return gram_read(c, t, 1) == 1;
}

/* The n-grams that end at the last token: [0] is that token alone. */
struct gram_window {
	uint64_t hash[GRAM_MAX]; /* never 0 */
	uint32_t at[GRAM_MAX];   /* where each begins */
	unsigned n;
	bool broke; /* the last token was a break: nothing goes on from it */
};
#define GRAM_SEED 0x6C616E6779616EULL
static inline void
gram_push(struct gram_window *w, const struct gram_token *t, unsigned longest)
{
	unsigned n = t->kind == GRAM_BREAK || w->broke ? 0 : w->n;

	if (n >= longest)
		n = longest - 1;
	for (unsigned i = n; i; i--) {
		w->hash[i] = image_mix(w->hash[i - 1], t->hash) | 1;
		w->at[i] = w->at[i - 1];
	}
	w->hash[0] = image_mix(GRAM_SEED, t->hash) | 1;
	w->at[0] = t->at;
	w->n = n + 1;
	w->broke = t->kind == GRAM_BREAK;
}

/* The hash of an n-gram as written in a file, and how many tokens it has; 0: it is none. */
uint64_t gram_hash(struct str written, unsigned *tokens);
/* Write the tokens in text (a part of a text) as an n-gram. */
void gram_spell(struct buf *b, struct str text);

#endif
