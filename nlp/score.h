/*
 * score.h - how a text speaks of something: polarity, subjectivity, intent, all in 1/1000.
 *
 * Integer arithmetic only: the same figures on every machine. The rules have names and each
 * leaves a step behind, so that nlp/explain.c can show the sum word by word.
 *
 * A text is prepared once (clauses, items with the rules that need no target), then weighed
 * for each target: clauses about the target count fully, others less, a rival's hardly.
 * score = 1000 S / sqrt(S^2 + A), S the sum of what the items weigh.
 */
#ifndef LY_NLP_SCORE_H
#define LY_NLP_SCORE_H

#include "core/arena.h"
#include "core/result.h"
#include "nlp/query.h"
#include "nlp/walk.h"

enum score_rule {
	RULE_NEGATION,   /* not good, 不好吃                                 */
	RULE_DEGREE,     /* very good, 有点贵                                */
	RULE_BEFORE_BUT, /* … but: what stands before weighs less            */
	RULE_AFTER_BUT,  /* what follows weighs more                         */
	RULE_CONCEDE,    /* although …                                       */
	RULE_SUMMARY,    /* overall …, 总体                                  */
	RULE_WISH,       /* hope it gets better: not praise                  */
	RULE_SARCASM,    /* yeah right, 呵呵: praise beside it turns         */
	RULE_OPENER,     /* thanks for losing my bag: the opener turns       */
	RULE_ABILITY,    /* cannot get through: the negated ability weighs   */
	RULE_DIRECTION,  /* profit fell, costs rose                          */
	RULE_QUESTION,   /* is this the best you can do?                     */
	RULE_SHOUT,      /* !                                                */
	RULE_CAPS,       /* GREAT in a text with small letters               */
	RULE_REPEAT,     /* the same term for the third time                 */
	RULE_REPOST,     /* behind //@: somebody else's words                */
	RULE_ALONE,      /* a negator that negates nothing                   */
	RULE_PROMOTION,  /* a give-away is no praise                         */
	RULE_TARGET,     /* the clause is (not) about the watch              */
	RULE_RHETORICAL, /* how is this acceptable? 这也叫服务?              */
	RULE_WAITING,    /* on hold, 还没发货                                */
	RULE_DURATION,   /* 40 minutes, since Monday, 五次: blame weighs more */
	RULE_COMPARISON, /* 5.0 %, compared to a negative 4.1 %              */
	RULE_QUOTE,      /* somebody else's words between quotation marks    */
	RULE_STORY,      /* a tale of war: what a work is about is no blame      */
	RULE_COMPOUND,   /* part of a longer word: alt-right                 */
	RULE_FIGURE,     /* profit fell 40 %: a change with its figure       */
	RULES
};
extern const char *const score_rule_words[];

struct score_step {
	uint8_t rule;
	int32_t factor;   /* 1/1000                                  */
	uint32_t at, len; /* the cue's place; len 0: a mark or none  */
};
#define SCORE_STEPS 8
enum item_flag {
	ITEM_EVENT = 1 << 0, /* subj=0                     */
	ITEM_OPENER = 1 << 1,
	ITEM_SYMBOL = 1 << 2, /* emoticon, emoji            */
	ITEM_CAPS = 1 << 3,
	ITEM_SARCASM = 1 << 4,
};
struct score_item {
	uint32_t at, len, term; /* place and term                               */
	uint32_t clause;
	int32_t base;  /* the list's value                             */
	int32_t value; /* after the rules that need no target          */
	uint8_t kind, flags, n_steps;
	struct score_step steps[SCORE_STEPS];
};
struct score_clause {
	uint32_t at, end;        /* bytes */
	uint32_t sentence, part; /* part: 0 the writer's own words, 1.. behind //@ */
	uint32_t first, n;       /* items */
	uint32_t unit;
	uint8_t ask, shout;
	uint8_t speech;               /* somebody is said to speak in it        */
	uint32_t figure_at;           /* its first number that is no year       */
	uint32_t figure_len;          /* 0: none                                */
	int32_t lasts;                /* duration's factor, 1/1000; 0: none     */
	uint32_t lasts_at, lasts_len; /* where it stands                        */
};
struct score_text {
	const struct image *image;
	const struct walk *walk;
	struct str text;
	struct score_clause *clauses;
	struct score_item *items;
	size_t n_clauses, n_items, n_sentences, n_parts;
	uint8_t *who;                             /* scratch of score_weights, by clause */
	uint32_t *fact_clause;                    /* by fact hit: its clause */
	int64_t promo, question, help, firsthand; /* sums of 1/1000 over the own part */
	/* learned weights (nlp/learned.h) */
	int model;                 /* enum model_lang, -1: none for this text */
	struct score_grams *grams; /* NULL: none */
};

/* Everything lives in a; image, walk and text must outlive it. */
struct score_text *score_prepare(const struct image *m, const struct walk *w, struct str text,
				 struct arena *a);

/* Whom the text is asked about; n == 0: the text as a whole. */
struct score_about {
	const struct query_span *spans, *rivals;
	size_t n, n_rivals;
	int64_t source_class; /* enum source_class; CLASS_OTHER when unknown */
	struct str source;    /* its name, for its thresholds; may be empty */
};
struct score {
	int64_t score, label, confidence, subjectivity, intent; /* as in struct mention */
	int64_t sum;                /* S                                          */
	int64_t negative, positive; /* the two sides of S                     */
	bool promotion, rival;      /* mention flags                              */
	/* Where a learned list speaks the above is made from these: what the hand-written lists
	 * say alone, and the two sums of nlp/model.h in 1/1000. */
	int64_t hand, hand_label, polar, neutral;
	const struct image_threshold *threshold; /* the label is by this one; NULL: the usual */
};
/* How far a score leans to praise and to blame, in 1/1000: as usual, the greater one is the label
 * if it is above 0. */
struct score_lean {
	int64_t pos, neg;
};
/* weights[i] for clause i, 0..1000; room for n_clauses. */
void score_weights(const struct score_text *t, const struct score_about *about,
		   int32_t *weights);
void score_weigh(const struct score_text *t, const struct score_about *about,
		 const int32_t *weights, struct score *out);
/* Of the lists and rules alone; s->score and s->subjectivity are theirs. */
struct score_lean score_lean(const struct score *s);
/* How sure a label of theirs is that lies so far from the edge, in 1/1000. */
int64_t score_sure(const struct score *s, int64_t far);
/* What an item adds to S under these weights. */
int64_t score_item_value(const struct score_text *t, const struct score_item *i,
			 const int32_t *weights, bool promotion);
/* The clause that holds byte at. */
size_t score_clause_at(const struct score_text *t, uint32_t at);
/* floor of the square root */
int64_t score_root(int64_t v);
/* "zh", "en" or "" from what the walk counted. */
struct str score_lang(const struct walk *w);

#endif
