/*
 * nlp.h - document -> result with 0..n scored mentions: the stage "score".
 *
 *   crawler ──document──▶ nlp ──one result per document──▶ responder
 *
 * Walk: document -> watch.c (noticed: mention) -> score.c, topic.c (weighed) -> result.
 * Exactly one result per document, whether or not a watch matched; the same bytes for the
 * same document, configuration and lexicon on every machine. Holds nothing across a restart.
 * Ticks pass through. The command "reload" builds everything anew and swaps it in; when that
 * fails the old one stays and the reply says why.
 */
#ifndef LY_NLP_H
#define LY_NLP_H

#include "core/result.h"
#include "core/stage.h"
#include "nlp/calibrate.h"
#include "nlp/conf.h"

struct nlp;

/* All borrowed for the call only; nlp keeps copies of what it needs. */
struct nlp_setup {
	const struct lexicons_conf *lexicons;
	const struct conf_list *watches; /* struct watch_conf; may be NULL or empty */
	const struct conf_list *lists; /* struct word_list, for their list:NAME; may be NULL */
	const struct conf *places;     /* where they were written; may be NULL    */
	struct str zone;               /* of dates and hours in queries           */
	struct id conf;                /* conf_hash(), goes into every result     */
	const char *images;            /* folder that keeps them (image_file.h); NULL: none */
	bool parks_none; /* a rule that hits its limit stays: what a text gives hangs on it alone */
	/* "reload": read the configuration again into *fresh, whose things stay valid until the
	 * next call. NULL: only the lexicons are read again. Must be safe in the stage's thread. */
	int (*reread)(void *ctx, struct nlp_setup *fresh, struct buf *report, struct err *e);
	void *ctx;
};

/* NULL and ERR_USAGE "N mistakes in …"; *report (BUF(1 << 20)) then holds them all, one a
 * line with file:line:column. Warnings stand in *report also when it succeeds. The same call
 * is what `config check` uses: it compiles every query and runs its match/nomatch samples. */
struct nlp *nlp_new(const struct nlp_setup *setup, struct buf *report,
		    struct err *e) LY_MUST_USE;
/* Accepts NULL. */
void nlp_free(struct nlp *n);
/* The mentions of a document as the stage makes them, in a; r->document is set. */
void nlp_mentions(struct nlp *n, struct result *r, struct arena *a);
/* How the mention of a document comes to its score, with the words in use now: appends
 * {"score","label","explain"}, the last as in nlp/explain.h. False, and nothing appended, when the
 * watch does not notice the document. */
bool nlp_explain(struct nlp *n, const struct document *d, struct str watch, struct arena *a,
		 struct buf *out) LY_MUST_USE;
/* How the mention of a document leans, into out->lean and out->by; false when the watch (empty:
 * none is asked) does not notice it: then the text leans as a whole. */
bool nlp_lean(struct nlp *n, const struct document *d, struct str watch, struct arena *a,
	      struct calibrate_row *out);
/* Hash of the lexicon image in use, for struct ends. */
struct id nlp_image(const struct nlp *n);

/* self is a struct nlp. One per thread. */
extern const struct stage score_stage;

#endif
