/*
 * watch.h - the watches of a configuration, compiled: which of them a text is about.
 *
 * Compiling copies what it needs; the configuration may go. All queries share one set of
 * literals, which goes into the image; a watch costs nothing until one of its required
 * literals is hit. Order: by name.
 */
#ifndef LY_NLP_WATCH_H
#define LY_NLP_WATCH_H

#include "core/document.h"
#include "core/watch_conf.h"
#include "nlp/query.h"

struct watch {
	struct str name, title;
	struct query *query;
	uint32_t *rivals; /* literals */
	size_t n_rivals;
	struct str *own_sites, *own_accounts;
	size_t n_own_sites, n_own_accounts;
	struct str *topics; /* ids; none: all */
	size_t n_topics;
	const bool *takes; /* by topic of the bound image; NULL: all */
	struct conf_texts match, nomatch;
};
struct watches {
	struct arena *arena;
	struct literals literals;
	struct watch *v;
	size_t n;
	/* which watches a literal calls: for literal i the numbers callees[from[i]..from[i+1]) */
	uint32_t *from, *callees;
};

/* NULL and ERR_USAGE "N mistakes in the watches", each a line in report: `watch "x": query:
 * column 3: …`. Warnings are lines with "warning:". confs may be NULL. */
struct watches *watches_new(const struct conf_list *confs, struct buf *report,
			    struct err *e) LY_MUST_USE;
void watches_free(struct watches *w); /* accepts NULL */
/* Tie to the image that was built with the literals: topics to numbers. Then run every
 * match and nomatch sample. Returns the number of mistakes, reported as above. */
size_t watches_check(struct watches *w, const struct image *m, struct buf *report);

#define NOTICE_SPANS 32
/* A watch that a text is about. */
struct notice_of {
	const struct watch *watch;
	struct query_span spans[NOTICE_SPANS]; /* by offset */
	size_t n;
	struct query_span rivals[NOTICE_SPANS];
	size_t n_rivals;
	bool undecided; /* a rule hit its limit */
};
/* All of them, in order, in a. walk holds the hits of text. */
struct notice_of *watches_notice(const struct watches *w, const struct walk *walk,
				 struct str text, struct rx_scratch *scratch, struct arena *a,
				 size_t *n);
/* Is the document the watch's own voice? */
bool watch_owns(const struct watch *w, const struct document *d);

#endif
