/*
 * post.h - posts that were edited or deleted after we took them in, by the crawler's word
 * (crawler/evidence.h looks again): a row each time.
 *
 * A draft holds no word of them, but what it tells in ours may no longer be what is said. So a draft
 * that rests on one says so from then on, and is not approved before a person has confirmed, with a
 * reason, that exactly this text stands (`draft override --rule any.post`). What was approved before stays approved.
 */
#ifndef LY_RESPONDER_POST_H
#define LY_RESPONDER_POST_H

#include "core/arena.h"
#include "core/document.h"
#include "core/store.h"

#define POST_RULE "any.post"

struct post_word {
	struct id document;
	int64_t at;
	bool gone; /* deleted; else edited */
};
/* The crawler's document that says so; false: it says something else. Pure. */
bool post_read(struct arena *a, const struct document *d, struct post_word *w);
/* 1 written, 0 it was there, -1. */
int post_add(struct store *s, const struct post_word *w, struct err *e) LY_MUST_USE;
/* The newest word on a post that the draft rests on, by the mentions of its evidence; *mention: which.
 * A text that a person wrote after it was written in view of it. 1, 0, -1. */
struct draft_row;
int post_of(struct store *s, const struct draft_row *row, struct arena *a,
	    struct post_word *out, struct id *mention, struct err *e) LY_MUST_USE;
/* Where a document's text is let go of, what was said of its post goes along. */
int posts_drop(struct store *s, const struct id *document, struct err *e) LY_MUST_USE;
/* What is left: words that came behind that, and those until then on what is not in the record. At most
 * POSTS_LOOK rows behind *after are looked at, behind the last the first again, and *after is where the
 * next call goes on: no call reads all of them. How many rows went, -1. */
#define POSTS_LOOK 1000
struct post_place {
	struct id document;
	int64_t at;
};
int posts_forget(struct store *s, struct post_place *after, int64_t until,
		 struct err *e) LY_MUST_USE;
/* Drafts of the 90 days before that rest on a mention of its document: at most max; each with its
 * incident's number in a. How many, -1. */
struct post_draft {
	struct id draft;
	struct str number;
};
int post_drafts(struct store *s, const struct post_word *w, struct arena *a,
		struct post_draft *v, int max, struct err *e) LY_MUST_USE;

#endif
