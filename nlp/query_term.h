/*
 * query_term.h - one word, phrase, {Exact}, raw: or pattern of a query -> the node and its literal.
 */
#ifndef LY_NLP_QUERY_TERM_H
#define LY_NLP_QUERY_TERM_H

#include "nlp/query_token.h"

/* t is a WORD, PHRASE, CASE or RAW. NULL when it was faulty. */
struct node *term_parse(struct parse *p, const struct token *t);
/* The literal that every match of a rule holds, as a sign to look for; UINT32_MAX: none that
 * folding would find. */
uint32_t term_of_rule(struct parse *p, struct str literal);

#endif
