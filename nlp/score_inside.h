/*
 * score_inside.h - what the files of the scorer share; for nlp/score*.c only.
 *
 *   score.c          hits in their order -> clauses, items, cues before an item
 *   score_figures.c  numbers: how long something lasted, and one figure beside another
 *   score_rules.c    rules that look behind an item or around it
 */
#ifndef LY_NLP_SCORE_INSIDE_H
#define LY_NLP_SCORE_INSIDE_H

#include "nlp/score.h"

/* Rules that look back or around see this many items, so that no text costs more than linear. */
#define LOOK_BACK 32
/* What a direction of change adds, 1/1000, times its noun's value; found on the dev halves. */
#define DIRECTION_VALUE 1500

/* What a cue before an opinion word does to it, until it is out of scope. */
struct pending {
	int32_t factor;
	uint32_t at, len, term, until; /* until: unit */
	bool set, used;
	const struct image_sense *sense;
};
/* A word of change or a noun, waiting for its partner in the clause. */
struct half {
	int32_t sign, weight; /* weight: of a noun, 1/1000 */
	uint32_t at, len, unit;
	bool set;
	const struct walk_hit *hit;
};
/* A figure of the sentence; see score_figures.c. */
struct figure {
	int64_t value; /* 1/1000 */
	uint32_t unit;
	bool set, amount; /* amount: of "mn" or the like */
};
struct prepare {
	struct score_text *t;
	struct arena *a;
	struct score_clause *c;     /* the clause in work */
	struct pending negation[2]; /* two: "不是不好" */
	struct pending degree, wish, concede, summary, contrast, rhetorical, story;
	struct half change, noun;
	struct half subject;      /* the sentence's last noun with a direction           */
	struct figure figure;     /* its last number                                     */
	struct half compare;      /* "compared to": waits for its second number; sign: of the
				 noun behind it, 0 while there is none               */
	uint32_t sentence_clause; /* first clause of the sentence in work  */
	uint32_t before_clause;   /* first clause of the sentence before   */
	size_t cap_items;
};

/* A step that finds no room is not applied, so that parts add up. */
void score_step_add(struct score_item *x, enum score_rule rule, int32_t factor, uint32_t at,
		    uint32_t len);
/* A new item of the clause in work. */
struct score_item *score_item_add(struct prepare *k, const struct walk_hit *h, int kind,
				  int32_t base);

/* The hit is a number. */
void score_number_take(struct prepare *k, const struct walk_hit *h);
/* The hit sets what came before it against what follows: "compared to". */
void score_compare_take(struct prepare *k, const struct walk_hit *h);
/* Changes that say by how much weigh more. When all items are there. */
void score_figures_apply(struct score_text *t);
/* The hit says how long or how often. */
void score_duration_take(struct prepare *k, const struct walk_hit *h,
			 const struct image_sense *s);

/* "Losses narrowed": what the noun weighs by itself is in the item that by makes of it. */
void score_noun_drop(struct prepare *k, const struct half *noun, enum score_rule rule,
		     const struct half *by);

/* When all items are there. */
void score_rules_apply(struct score_text *t);

#endif
