/*
 * walk.h - one left-to-right pass over a text: hits of the image's terms, and the breaks.
 *
 * Latin terms stand at word edges, Han terms anywhere. SCORE hits are leftmost-longest and do
 * not overlap, so do FACT hits among themselves, and TOPIC hits; LITERAL hits are all there are, also inside
 * other hits. Names after @ and links give LITERAL hits only. Offsets are into the text as it
 * was given. Linear time: no step looks further than the longest term.
 */
#ifndef LY_NLP_WALK_H
#define LY_NLP_WALK_H

#include "core/base.h"
#include "nlp/calls.h"
#include "nlp/guise.h"
#include "nlp/image.h"

enum walk_mark {
	MARK_NONE,     /* a hit */
	MARK_CLAUSE,   /* , ; : and the like                                    */
	MARK_SENTENCE, /* . ! ? … and line ends                                 */
	MARK_ASK,      /* ? ends a sentence                                     */
	MARK_SHOUT,    /* ! ends a sentence                                     */
	MARK_REPOST,   /* the // of //@name: what follows is somebody else's    */
	MARK_LINK,     /* a link, len bytes long                                */
	MARK_NAME,     /* @name                                                 */
	MARK_NUMBER,   /* a number                                              */
};
struct walk_hit {
	uint32_t at, len; /* bytes in the text                                       */
	uint32_t term;    /* number in the image; marks: 0. Literals: their number   */
	uint32_t unit;    /* how far into the text: 2 a Latin word, 1 a Han character */
	uint8_t mark, caps;
	uint8_t cls; /* facts: FACT, TOPIC or both; only senses of it count here */
};
struct walk_hits {
	struct walk_hit *v;
	size_t n, cap;
};
/* What a pass found; keeps its memory from pass to pass. One per thread. */
struct walk {
	struct walk_hits score; /* SCORE hits and marks, by offset */
	struct walk_hits facts, literals;
	uint32_t units, han, latin; /* of the whole text: units, Han characters, Latin words */
	uint32_t shouts, asks, caps, lower, numbers, links, names;
	struct guise guise; /* of the text, when it is in one */
	struct str said;    /* the text as it was read: without guise */
};
#define WALK_INIT ((struct walk){ .units = 0 })

/* text is valid UTF-8; NUL bytes match nothing. */
void walk_run(struct walk *w, const struct image *m, struct str text);
/* The same if the text may call a watch; else false, and no hits. calls: of m's literals. */
bool walk_called(struct walk *w, const struct image *m, const struct calls *calls,
		 struct str text);
void walk_release(struct walk *w);

#endif
