/* query_tree.h - a compiled query, between query.c (compiles) and query_ask.c (answers). */
#ifndef LY_NLP_QUERY_TREE_H
#define LY_NLP_QUERY_TREE_H

#include "nlp/query.h"

enum op { OP_WORD, OP_RX, OP_AND, OP_OR, OP_NOT, OP_NEAR };
struct node {
	enum op op;
	uint32_t literal;   /* WORD                          */
	struct rx *rx;      /* RX                            */
	struct str text;    /* WORD, RX: as written          */
	int64_t near;       /* NEAR: words or Han characters */
	struct node *a, *b; /* AND, OR, NEAR: both; NOT: a   */
};
struct query {
	struct node *root;
	uint32_t *required;
	size_t n_required;
};

#endif
