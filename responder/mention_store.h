/*
 * mention_store.h - mentions 提及 as people look at them: chosen, with text and what was said of them.
 *
 * Read only: for the shell and the console. Rows are borrowed for the call.
 */
#ifndef LY_RESPONDER_MENTION_STORE_H
#define LY_RESPONDER_MENTION_STORE_H

#include "core/document.h"
#include "core/store.h"

enum mention_said { SAID_ANY, SAID_YES, SAID_NO };
/* Zero values choose everything. */
struct mention_filter {
	struct str watch, source;
	struct str text;      /* somewhere in title or text; ASCII letters fold          */
	int64_t since, until; /* arrived in [since, until); until 0 = open               */
	bool by_label;
	int64_t label;          /* what stands: a person's word, else the scorer's         */
	enum mention_said said; /* did a person say anything?                              */
	int64_t limit;          /* rows at most; 0 = no limit                              */
};
struct mention_row {
	struct id id;
	struct document document; /* id, source, site, url, lang, title, text, author, …     */
	struct str watch, topics; /* topics: JSON, record_store.h                            */
	struct str erased;        /* why the text is gone, or empty                          */
	int64_t score, label, confidence, subjectivity, intent, flags; /* the scorer's      */
	struct id image;
	int64_t said; /* a person's label; LABEL_UNSAID                          */
	int64_t said_at;
	struct str said_by;
};
/* Newest first. each returns 0 to go on; what else it returns ends and is returned. */
int mentions_find(struct store *s, const struct mention_filter *f,
		  int (*each)(void *arg, const struct mention_row *row), void *arg,
		  struct err *e) LY_MUST_USE;
/* One. 1 told, 0 there is none, -1. */
int mention_find(struct store *s, const struct id *id,
		 int (*each)(void *arg, const struct mention_row *row), void *arg,
		 struct err *e) LY_MUST_USE;
/* The mentions whose id begins with these hex digits: how many, counted to 2; -1. */
int mention_match(struct store *s, struct str hex, struct id *out, struct err *e) LY_MUST_USE;

#endif
