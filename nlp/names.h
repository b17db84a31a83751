/*
 * names.h - names carry no learned weight.
 *
 * A listed name (kind "name") is one token of a text, the same as a name after @, whoever or
 * whatever it names: what was said of some of them is not held against the next text about
 * them. So is what a watch and its rivals are called; but where a watch asks for a word of
 * opinion ("fire", "broken") that is no name and stays.
 */
#ifndef LY_NLP_NAMES_H
#define LY_NLP_NAMES_H

#include "core/buf.h"
#include "nlp/gram.h"
#include "nlp/score.h"

/* The tokens of a text that was walked. Everything given to names_begin() must outlive it. */
struct names {
	struct gram_cursor cursor;
	const struct image *image;
	const struct walk *walk;
	const struct score_about *about;
	size_t hit, own, rival; /* the next to look at, of each sort           */
	uint32_t from, end;     /* the next name, or the one that tokens are of */
	bool guised, inside;    /* inside: a token of that name was given       */
};
/* about: spans and rivals in the order of the text; NULL: none. */
struct names names_begin(const struct image *m, const struct walk *w,
			 const struct score_about *about);
/* The next tokens, most at most and 0 at the end only; places are those of walk.said. */
size_t names_read(struct names *n, struct gram_token *tokens, size_t most);
/* The text as it was read (walk.said), "@" for each listed name: it has the same tokens. */
void names_mask(const struct image *m, const struct walk *w, struct buf *out);
/* To its place in the text as it was given. */
void names_token_back(const struct names *n, struct gram_token *t);

#endif
