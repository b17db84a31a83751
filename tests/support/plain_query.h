/*
 * plain_query.h - queries answered plainly and slowly: what nlp/query*.c is compared with.
 *
 * A query here is a tree that a test made, not a text that was parsed; plain_show() writes it for
 * the parser. Every question is asked of the whole text, code point by code point.
 */
#ifndef LY_TESTS_PLAIN_QUERY_H
#define LY_TESTS_PLAIN_QUERY_H

#include "core/buf.h"

enum plain_op {
	PLAIN_WORD, /* also phrases, tags, names                    */
	PLAIN_GLOB, /* * and ? in it                                */
	PLAIN_CASE,
	PLAIN_RAW,
	PLAIN_NEAR,
	PLAIN_NEARF,
	PLAIN_CLOSE, /* words only */
	PLAIN_TITLE,
	PLAIN_BODY,
	PLAIN_AND,
	PLAIN_OR,
	PLAIN_NOT,
};
#define PLAIN_PARTS 3
struct plain {
	enum plain_op op;
	const char *text;                /* as written */
	int near;                        /* NEAR, NEARF, CLOSE */
	struct plain *part[PLAIN_PARTS]; /* NULL: no more */
};
void plain_show(const struct plain *x, struct buf *b);
/* The joined text; title is so many bytes of it. */
bool plain_test(const struct plain *x, struct str text, size_t title);

#endif
