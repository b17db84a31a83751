/*
 * gist.h - the parts of a text by which reports of one event are known: its gist.
 *
 * Two reports of one event rarely share sentences (character bigrams: 0.12-0.50 of them, mostly
 * the name), but words, figures, batch numbers, places, days. A part is a pair of Han
 * characters, a stemmed Latin word, a number with its unit (8.3M and 830万 are one), a code of a
 * batch or lot, a weekday, a year, or one of our own *ideas*, which words of both languages
 * stand for (故障, 宕机, outage: gist_words.c). Parts of title and lead only, at most GIST_MAX.
 *
 * What a part weighs is the responder's to say (join.h): it knows how common it is. The same
 * text gives the same parts on every machine; a test pins some.
 */
#ifndef LY_NLP_GIST_H
#define LY_NLP_GIST_H

#include "core/base.h"
#include "core/gist.h"

/* The words that mean something here. Immutable: threads may share it. */
struct gist_words;
struct gist_words *gist_words_new(void);
void gist_words_free(struct gist_words *w);

/* Where a part stands, for those who explain: bytes of the text. len 0: it has no place. */
struct gist_place {
	uint32_t at, len;
};
/* The parts of a text: title, a line feed, body. place may be NULL. Linear over the lead. */
size_t gist_parts(const struct gist_words *w, struct str text, uint32_t parts[GIST_MAX],
		  struct gist_place *place);

#endif
