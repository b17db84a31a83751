/*
 * query_tree.h - a compiled query, between the nlp/query_*.c: query.c (text -> tree),
 * query_need.c (tree -> literals), query_ask.c and query_place.c (tree -> answer).
 */
#ifndef LY_NLP_QUERY_TREE_H
#define LY_NLP_QUERY_TREE_H

#include "nlp/query.h"
#include "nlp/query_field.h"

enum op {
	OP_TERM,
	OP_RX,
	OP_FIELD, /* of the document or of its score        */
	OP_IN,    /* one, in the title or in the body       */
	OP_CLOSE, /* "x y z"~n: all of them, in any order   */
	OP_NEAR,  /* two; ordered: the first before the other */
	OP_AND,
	OP_OR,
	OP_NOT,
};
/* What must hold where a term's literal stands. */
enum check {
	CHECK_CASE = 1 << 0,  /* {Exact}: upper and lower case as written   */
	CHECK_BYTES = 1 << 1, /* raw: character for character               */
	CHECK_TAG = 1 << 2,   /* the whole tag, not its beginning           */
	CHECK_USER = 1 << 3,
	CHECK_GLOB = 1 << 4, /* rest follows                               */
};
/* In a pattern: these stand for * and ?. */
#define GLOB_ANY '\1'
#define GLOB_ONE '\2'

struct node {
	enum op op;
	uint32_t literal;          /* TERM; RX: or UINT32_MAX                          */
	unsigned checks;           /* TERM: enum check                                 */
	struct str text;           /* TERM: folded, CASE and RAW as written; RX        */
	struct str rest;           /* TERM with GLOB: the pattern behind the literal   */
	struct rx *rx;             /* RX                                               */
	int flags;                 /* RX: enum rx_flag                                 */
	uint32_t rule;             /* RX: its number among all rules                   */
	struct field_test *field;  /* FIELD                                            */
	bool body;                 /* IN: else the title                               */
	bool ordered;              /* NEAR                                             */
	int64_t near;              /* NEAR, CLOSE: tokens between                      */
	bool has_rx;               /* a rule stands somewhere in it: asked last        */
	struct node *first, *next; /* parts in it; beside it                          */
	size_t at;                 /* where it was written                             */
};
struct query {
	struct node *root;
	uint32_t *required;
	size_t n_required;
	bool scored; /* asks for something that only the score tells */
};

/* Compiling. */
struct parse {
	struct arena *arena;
	const struct query_setup *setup;
	struct str text;
	size_t at; /* where the next token begins */
	struct query_faults *faults;
	size_t nodes;
	int depth;
	bool broken; /* the structure is wrong: stop */
	bool mixed;  /* that AND binds tighter than OR was said */
};
/* Add a fault at byte at; goes on. Returns NULL. */
struct node *query_fault(struct parse *p, size_t at, const char *fmt, ...) LY_PRINTF(3, 4);
/* The same, and the rest of the query is not read. */
struct node *query_break(struct parse *p, size_t at, const char *fmt, ...) LY_PRINTF(3, 4);
void query_warn(struct parse *p, size_t at, const char *fmt, ...) LY_PRINTF(3, 4);
/* Over parts, which are linked by next. */
struct node *query_node(struct parse *p, enum op op, struct node *parts);

/* query_need.c: fills q->required, or faults. */
void query_need(struct parse *p, struct query *q);

/* query_place.c */
struct asking {
	const struct query_seen *seen;
	const struct query_about *about;
	struct query_rules *rules;
	uint32_t from, to; /* the part of the text that counts */
	struct arena *a;
	/* tokens of the text, made when first asked for: where each begins and ends */
	uint32_t *starts, *ends;
	size_t n_tokens;
};
/* Does the hit (a place in hits + 1) fulfil the term's checks? *len: bytes it covers then. */
bool place_holds(const struct asking *k, const struct node *term, uint32_t hit, uint32_t *len);
/* The first hit from hit on (0: none) that counts, or 0. */
uint32_t place_next(const struct asking *k, const struct node *term, uint32_t hit,
		    uint32_t *len);
bool place_near(struct asking *k, const struct node *x);
bool place_close(struct asking *k, const struct node *x);

#endif
