/*
 * query_token.h - the text of a query -> tokens, one at a time. What is wrong becomes a fault.
 */
#ifndef LY_NLP_QUERY_TOKEN_H
#define LY_NLP_QUERY_TOKEN_H

#include "nlp/query_tree.h"

enum token_kind {
	T_END,
	T_WORD,
	T_PHRASE,
	T_CASE, /* {…}      */
	T_RAW,  /* raw:…    */
	T_RX,
	T_FIELD, /* its name and colon; a value or a part follows */
	T_AND,
	T_OR,
	T_NOT,
	T_NEAR,
	T_OPEN,
	T_CLOSE,
};
struct token {
	enum token_kind kind;
	struct str text; /* what stands between, as written       */
	int64_t n;       /* NEAR, PHRASE with ~: distance; else -1. RX: flags */
	bool ordered;    /* NEAR/nf */
	const struct query_field *field;
	size_t at; /* byte offset */
};
/* The token at p->at, which moves behind it. */
void token_next(struct parse *p, struct token *t);

/* A value of a field, before anybody knows what it should be. */
enum value_kind { V_NONE, V_TEXT, V_FROM_TO, V_LEAST, V_MORE, V_MOST, V_LESS };
struct value {
	enum value_kind kind;
	struct str text, to; /* FROM_TO: both ends; the others: text */
	bool quoted;
	size_t at;
};
/* The values behind a field: one, or those in (…), in the arena of p; how many. Faults when there
 * is none. */
struct value *token_values(struct parse *p, const struct token *field, size_t *n);

#endif
