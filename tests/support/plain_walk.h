/*
 * plain_walk.h - what nlp/walk.h promises, written a second time: code points, no trie, no table
 * of beginnings. Slow, and shares no line with the walk; only the tables of nlp/guise.h.
 */
#ifndef LY_TESTS_PLAIN_WALK_H
#define LY_TESTS_PLAIN_WALK_H

#include "nlp/walk.h"

struct plain_term {
	struct str text; /* folded */
	unsigned classes;
	uint32_t literals[8]; /* their numbers */
	size_t n_literals;
	enum literal_edge edges[8]; /* by literal */
};
struct plain_terms {
	struct plain_term *v; /* by text */
	size_t n;
	bool inner; /* one of them is */
};
/* l may be NULL. Texts are borrowed. */
struct plain_terms plain_terms_make(const struct lexicon *l, const struct image_literal *lit,
				    size_t n);
void plain_terms_release(struct plain_terms *t);
/* The term that is text, or NULL. *more: some term begins so, or is it. */
const struct plain_term *plain_term_find(const struct plain_terms *t, struct str text,
					 bool *more);

/* One line: the counts, then score hits and marks, facts and literals as
 * "at+len:term,unit,mark,caps,cls". text is valid UTF-8. */
void plain_walk_show(const struct plain_terms *t, struct str text, struct buf *out);

#endif
