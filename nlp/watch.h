/*
 * watch.h - the watches of a configuration, compiled: which of them a text is about.
 *
 * Compiling copies what it needs; the configuration may go. All queries share one set of
 * literals, which goes into the image; a watch costs nothing until one of its required
 * literals is hit. Order: by name.
 */
#ifndef LY_NLP_WATCH_H
#define LY_NLP_WATCH_H

#include "core/conf.h"
#include "core/document.h"
#include "core/watch_conf.h"
#include "nlp/calls.h"
#include "nlp/query.h"

/* Where the keys of a watch were written: "langyan.yaml:12:5" or empty. */
enum watch_key {
	WATCH_KEY_QUERY,
	WATCH_KEY_RIVALS,
	WATCH_KEY_TOPICS,
	WATCH_KEY_MATCH,
	WATCH_KEY_NOMATCH,
	WATCH_KEYS
};
struct watch {
	struct str name, title, text; /* text: the query as written */
	const char *places[WATCH_KEYS];
	struct query *query;
	uint32_t *rivals; /* literals */
	size_t n_rivals;
	struct str *own_sites, *own_accounts, *notable;
	size_t n_own_sites, n_own_accounts, n_notable;
	struct str *topics; /* ids; none: all */
	size_t n_topics;
	const bool *takes; /* by topic of the bound image; NULL: all */
	struct conf_texts match, nomatch;
};
struct watches {
	struct arena *arena;
	struct literals literals;
	uint32_t n_rules;
	struct zone *zone; /* NULL: UTC */
	struct watch *v;
	size_t n;
	/* which watches a literal calls: for literal i the numbers callees[from[i]..from[i+1]) */
	uint32_t *from, *callees;
	struct calls calls; /* the literals that do */
};

struct watches_setup {
	const struct conf_list *confs; /* struct watch_conf; may be NULL               */
	const struct conf *conf;       /* they come from it, for places; may be NULL   */
	struct str zone;               /* of published: and minuteofday:; empty: UTC   */
	const struct conf_list *lists; /* struct word_list, for list:NAME; may be NULL */
};
/* NULL and ERR_USAGE "N mistakes in the watches", each a line in report: `langyan.yaml:12:9:
 * watch "x": query: …`. Warnings are lines with "warning:". */
struct watches *watches_new(const struct watches_setup *s, struct buf *report,
			    struct err *e) LY_MUST_USE;
void watches_free(struct watches *w); /* accepts NULL */
/* Tie to the image that was built with the literals: topics to numbers. Then run every
 * match and nomatch sample. Returns the number of mistakes, reported as above. */
size_t watches_check(struct watches *w, const struct image *m, struct buf *report);

/* A new account of the rules, for one thread; r is zeroed or of other watches. */
void watches_account(const struct watches *w, struct query_rules *r);
void watches_account_release(struct query_rules *r);

#define NOTICE_SPANS 32
struct notice_asked;
/* A watch that a text is about. */
struct notice_of {
	const struct watch *watch;
	struct query_span spans[NOTICE_SPANS]; /* by offset */
	size_t n;
	struct query_span rivals[NOTICE_SPANS];
	size_t n_rivals;
	bool undecided; /* a rule hit its limit */
	bool later;     /* hangs on the score: ask notice_holds() */
	struct notice_asked *asked;
};
/* All of them, in order, in a. walk holds the hits of about's text. */
struct notice_of *watches_notice(const struct watches *w, const struct walk *walk,
				 const struct query_about *about, struct query_rules *rules,
				 struct arena *a, size_t *n);
/* Now that it is weighed: does the query hold? walk, text and rules are as they were. */
bool notice_holds(struct notice_of *x, const struct mention *m);
/* Is the document the watch's own voice? */
bool watch_owns(const struct watch *w, const struct document *d);
/* Is the author one of whom the watch wants to hear any negative word? */
bool watch_knows(const struct watch *w, struct str author);

#endif
