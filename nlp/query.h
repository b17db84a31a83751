/*
 * query.h - what a watch looks for: words, phrases, wildcards, fields, AND OR NOT NEAR/n, /regex/.
 *
 * docs/query.md is the manual. A query is compiled against a set of literals that all watches
 * share; the literals ride in the image and are found by the one walk. Of each query a small
 * set of literals is *required*: no text without one of them can match, so a query is looked
 * at only after such a hit; fields, wildcards and distances only then, PCRE2 last.
 *
 * Two phases. Before a mention is weighed, what only its score tells (sentiment, topic, intent)
 * is unknown, and an answer that hangs on it is QUERY_LATER; asked again with the mention it is
 * one of the others.
 */
#ifndef LY_NLP_QUERY_H
#define LY_NLP_QUERY_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/conf.h"
#include "core/result.h"
#include "core/rx.h"
#include "nlp/literals.h"
#include "nlp/walk.h"

#define QUERY_BYTES (64 * 1024) /* of a query's text */

/* What all queries of a configuration are compiled with. */
struct query_setup {
	struct literals *literals;
	uint32_t *n_rules;             /* counts the /rules/: their numbers          */
	const struct zone *zone;       /* of published: and minuteofday:; NULL: UTC  */
	const struct conf_list *lists; /* struct word_list: list:NAME; may be NULL */
};

/* What is wrong in a query, or may be meant otherwise. In the order found; at most 50. */
struct query_fault {
	size_t at; /* byte in the query */
	bool warning;
	const char *text;
};
struct query_faults {
	struct query_fault *v;
	size_t n, cap, wrong; /* wrong: those that are no warnings */
};

struct query;
/* Lives in a, compiled rules included. NULL when f->wrong; f's memory is in a, too. */
struct query *query_parse(struct arena *a, const struct query_setup *setup, struct str text,
			  struct query_faults *f) LY_MUST_USE;
/* "column 9", or "line 2, column 9" of a query of several lines. */
void query_add_place(struct buf *b, struct str text, size_t at);
/* The required literals: at least one. */
const uint32_t *query_required(const struct query *q, size_t *n);
/* Ids that it asks topic: for, at most max; how many. */
size_t query_topics(const struct query *q, struct str *ids, size_t max);
/* The query as it was understood, fully bracketed. Reads as the same query again. */
void query_show(const struct query *q, struct buf *out);

/* The literal hits of one text, findable by number. */
struct query_seen {
	const struct walk_hits *hits;
	uint32_t *slots; /* hash table by literal: index of its first hit + 1 */
	size_t mask;
	uint32_t *next; /* by hit: index of the same literal's next + 1 */
};
/* Index hits; memory from a. Costs what there are hits, not what there are literals. */
void query_see(struct query_seen *seen, const struct walk_hits *hits, struct arena *a);
/* Index of the first hit of literal + 1, or 0. */
uint32_t query_first(const struct query_seen *seen, uint32_t literal);

/* The account of the /rules/ of one thread, by number. A rule that hit a limit RULE_STRIKES
 * times is parked: it is not run any more, and what hangs on it is undecided. */
#define RULE_STRIKES 3
struct query_rule {
	int64_t runs, cpu_us;
	uint64_t struck; /* on which text last */
	uint32_t strikes;
	bool told; /* that it is parked */
};
struct query_rules {
	struct rx_scratch *scratch;
	struct query_rule *v; /* NULL: no account is kept */
	size_t n;
	uint64_t
		text; /* counts the texts, from 1: one is one strike, however often it is asked */
};

/* What a query is asked about. */
struct query_about {
	struct str text; /* the joined text: title, line feed, body */
	size_t title_n;  /* bytes of the title; SIZE_MAX: there is none, all is body */
	/* NULL: a text alone. What fields say is then unknown: QUERY_LATER. */
	const struct document *document;
	struct str lang;               /* "zh", "en", "" */
	const struct mention *mention; /* NULL: not weighed yet */
	const struct zone *zone;
};
enum query_answer {
	QUERY_NO,
	QUERY_YES,
	QUERY_UNDECIDED, /* a rule hit its limit */
	QUERY_LATER,     /* hangs on what is not known yet */
};
enum query_answer query_test(const struct query *q, const struct query_seen *seen,
			     const struct query_about *about, struct query_rules *rules,
			     struct arena *a);
/* Where the text speaks of it: hits of the literals that are not under NOT, and matches of the
 * rules. At most max, in the order of the query; returns how many. */
struct query_span {
	uint32_t at, len;
};
size_t query_spans(const struct query *q, const struct query_seen *seen,
		   const struct query_about *about, struct query_rules *rules, struct arena *a,
		   struct query_span *spans, size_t max);
/* The rules of the query that are parked and not told of yet; they are marked as told. */
struct query_parked {
	struct str text;
	struct query_rule account;
};
size_t query_parked(const struct query *q, struct query_rules *rules, struct query_parked *v,
		    size_t max);

#endif
