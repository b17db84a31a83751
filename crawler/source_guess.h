/*
 * source_guess.h - what an address gives, from its bytes: for people who do not know yet.
 */
#ifndef LY_CRAWLER_SOURCE_GUESS_H
#define LY_CRAWLER_SOURCE_GUESS_H

#include "crawler/conf.h"

struct source_guess {
	int64_t kind;   /* enum source_kind                                    */
	struct str why; /* in words: "it begins with <rss"                     */
	/* kind API: a mapping that may fit, found by the members' names. */
	struct str items;
	struct conf_list fields; /* struct conf_pair */
};
/* text: decoded, or the raw bytes when they are gzipped. All in a. */
void source_guess(struct str text, struct arena *a, struct source_guess *out);

#endif
