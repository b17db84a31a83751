/*
 * query.h - what a watch looks for: words, phrases, AND OR NOT NEAR/n, (…), /regex/i.
 *
 * docs/query.md is the manual. A query is compiled against a set of literals that all watches
 * share; the literals ride in the image and are found by the one walk. Of each query a small
 * set of literals is *required*: no text without one of them can match, so a query is looked
 * at only after such a hit, and PCRE2 only after everything else holds.
 */
#ifndef LY_NLP_QUERY_H
#define LY_NLP_QUERY_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/rx.h"
#include "nlp/image.h"
#include "nlp/walk.h"

/* The words of all queries, each text once. */
struct literals {
	struct image_literal *v;
	size_t n, cap;
	uint32_t *slots; /* hash table of places in v + 1; cap * 2 of them, a power of two */
};
/* Folded text in the arena; returns its number. */
uint32_t literals_add(struct literals *l, struct str folded, bool inner);
void literals_release(struct literals *l);

/* The literal hits of one text, findable by number. */
struct query_seen {
	const struct walk_hits *hits;
	uint32_t *first; /* by literal: index of its first hit + 1, 0 = none; NULL: few hits */
	uint32_t *next;  /* by hit: index of the same literal's next + 1 */
	size_t n_literals;
};
/* Index hits; memory from a. Costs what there are hits, not what there are literals, as long
 * as hits are few. */
void query_see(struct query_seen *seen, const struct walk_hits *hits, size_t n_literals,
	       struct arena *a);
/* Index of the first hit of literal + 1, or 0. */
uint32_t query_first(const struct query_seen *seen, uint32_t literal);

struct query;
/* Lives in a, compiled rules included. NULL and ERR_USAGE "column 9: …". Warnings, one a
 * line, go to *warn (may be NULL). */
struct query *query_parse(struct arena *a, struct literals *l, struct str text,
			  struct buf *warn, struct err *e) LY_MUST_USE;
/* The required literals: at least one. */
const uint32_t *query_required(const struct query *q, size_t *n);

enum query_answer { QUERY_NO, QUERY_YES, QUERY_UNDECIDED /* a rule hit its limit */ };
enum query_answer query_test(const struct query *q, const struct query_seen *seen,
			     struct rx_scratch *scratch, struct str text);
/* Where the text speaks of it: hits of the literals that are not under NOT, and matches of the
 * rules. At most max, in the order of the query; returns how many. */
struct query_span {
	uint32_t at, len;
};
size_t query_spans(const struct query *q, const struct query_seen *seen,
		   struct rx_scratch *scratch, struct str text, struct query_span *spans,
		   size_t max);
/* The query as it was understood, fully bracketed. */
void query_show(const struct query *q, struct buf *out);

#endif
