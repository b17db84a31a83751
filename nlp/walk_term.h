/*
 * walk_term.h - which terms begin at a place of the text: what walk.c asks at every word.
 *
 * Each *_try() adds the hits that begin where the walk stands, and does not move it.
 */
#ifndef LY_NLP_WALK_TERM_H
#define LY_NLP_WALK_TERM_H

#include "core/base.h"
#include "nlp/walk.h"

struct pass {
	struct walk *w;
	const struct image *m;
	const uint8_t *p, *end; /* the text                                            */
	size_t at;              /* where the walk stands                               */
	size_t score_end;       /* up to here a SCORE hit covers the text              */
	size_t fact_end, topic_end;
	uint32_t unit;
	bool quiet;     /* in a name or a link: literals only                  */
	bool point_end; /* the last mark was a sentence's: "!!!" is one break   */
};

/* What a Latin word is made of. */
struct word {
	size_t n;      /* bytes                                     */
	size_t run;    /* ASCII letters and digits that it begins with */
	uint64_t hash; /* over these, image_mix()                   */
	uint64_t last; /* the last of them, up to eight              */
	bool lower, upper;
	bool stretched; /* perhaps: a byte stands there three times on end */
	bool digits;
};
void hits_grow(struct walk_hits *h);
static inline struct walk_hit *
hit_add(struct walk_hits *h)
{
	if (h->n == h->cap)
		hits_grow(h);
	return &h->v[h->n++];
}

/* Which kinds of terms count that begin here. */
static inline unsigned
classes_here(const struct pass *s)
{
	if (s->quiet)
		return IMAGE_LITERAL;
	return IMAGE_LITERAL | (s->at >= s->score_end ? IMAGE_SCORE : 0) |
	       (s->at >= s->fact_end ? IMAGE_FACT : 0) |
	       (s->at >= s->topic_end ? IMAGE_TOPIC : 0);
}

/* Does a letter, digit or the like stand at at? */
bool letter_at(const struct pass *s, size_t at);

/* The run of ASCII letters and digits at p; n, too, is its length. */
struct word run_scan(const uint8_t *p, const uint8_t *end);
/* The run after the blank at stop, or none. */
static inline struct word
next_scan(const struct pass *s, const uint8_t *stop)
{
	if (stop < s->end && *stop == ' ')
		return run_scan(stop + 1, s->end);
	return (struct word){ .n = 0 };
}

/* At the first of a run's letters or digits, or at one of another alphabet or width; next is
 * the run after a blank. */
void latin_try(struct pass *s, unsigned classes, const struct word *w, const struct word *next);
/* At a lead E4..E9 with three bytes left. */
void han_try(struct pass *s, unsigned classes);
/* The text from here to end is this term, written otherwise: every kind of hit that counts. */
void whole_take(struct pass *s, uint32_t term, size_t end);
/* Wherever a term may begin. */
void place_try(struct pass *s);

#endif
