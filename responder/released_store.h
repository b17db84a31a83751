/*
 * released_store.h - rows of released (texts that we released) and echo (mentions that spread
 * them: echo.h).
 *
 * Written by apply.c (own sites and accounts) and act.c (`langyan echo add`); the CLI reads.
 */
#ifndef LY_RESPONDER_RELEASED_STORE_H
#define LY_RESPONDER_RELEASED_STORE_H

#include "core/store.h"
#include "responder/echo.h"

struct released_row {
	struct echo_text text;
	struct str kind;  /* "owned": came from an own site or account; "told" */
	struct str actor; /* who told, or empty */
};
/* 1 written, 0 it was there, -1. */
int released_add(struct store *s, const struct released_row *row, struct err *e) LY_MUST_USE;
/* The newest ECHO_TEXTS, oldest first. text is borrowed for the call. */
int released_read(struct store *s, void (*each)(void *arg, const struct echo_text *t),
		  void *arg, struct err *e) LY_MUST_USE;
int echo_add(struct store *s, const struct id *mention, const struct id *released,
	     enum echo_how how, struct err *e) LY_MUST_USE;

/* How far a text went. */
struct released_spread {
	struct id id;
	int64_t at;
	struct str kind, url, title, text;
	int64_t documents, copies, quotes, links; /* the first: all that echo it */
	int64_t sites, followers, last_at;        /* last_at 0: nobody yet       */
};
/* Newest first, at most limit; each returns 0 to go on. */
int released_list(struct store *s, int64_t limit,
		  int (*each)(void *arg, const struct released_spread *x), void *arg,
		  struct err *e) LY_MUST_USE;

#endif
