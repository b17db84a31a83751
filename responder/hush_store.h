/*
 * hush_store.h - rows of hush: which stories are silent for a watch since when, and why no more.
 */
#ifndef LY_RESPONDER_HUSH_STORE_H
#define LY_RESPONDER_HUSH_STORE_H

#include "core/store.h"
#include "responder/hush.h"

struct hush_row {
	struct id story, incident;
	struct str watch; /* borrowed */
	int64_t from_at;  /* no document of the story arrived before */
	int64_t at;       /* when it was called wrong                 */
	struct hush_reach then;
	/* The story it became part of, whose silence it shares; all zero: of none; itself: one that
	 * is silent became part of it. */
	struct id into;
};
/* Writes it, in the place of an older one of the same story and watch. */
int hush_write(struct store *s, const struct hush_row *h, struct err *e) LY_MUST_USE;
int hush_break(struct store *s, const struct hush_row *h, enum hush_broken why, int64_t now,
	       struct err *e) LY_MUST_USE;
int hush_drop(struct store *s, const struct hush_row *h, struct err *e) LY_MUST_USE;
/* Those that hold and were written after since. */
int hushes_read(struct store *s, int64_t since,
		void (*each)(void *arg, const struct hush_row *h), void *arg,
		struct err *e) LY_MUST_USE;
/* Was the story ever called wrong for the watch, broken or not? 1, 0, -1. */
int hush_known(struct store *s, const struct id *story, struct str watch,
	       struct err *e) LY_MUST_USE;
/* How many have ever broken for a watch; -1 on failure. */
int64_t hushes_broken(struct store *s, struct str watch, struct err *e) LY_MUST_USE;

/* The stories of the mentions that an incident's firings count, each once, at most max. How many,
 * or -1. */
int hush_stories(struct store *s, const struct id *incident, struct id *v, int max,
		 struct err *e) LY_MUST_USE;
/* The story of a mention's document; 1, 0 it is gone, -1. */
int mention_event(struct store *s, const struct id *mention, struct id *story,
		  struct err *e) LY_MUST_USE;

/* A document of a story, as far as it tells how far the story has spread. Texts are borrowed. */
struct hush_heard {
	struct id story, author_key;
	struct str site;
	int64_t at, source_class, followers, rank;
};
/* All that arrived after from and belong to a story, oldest first. */
int hush_documents(struct store *s, int64_t from,
		   void (*each)(void *arg, const struct hush_heard *h), void *arg,
		   struct err *e) LY_MUST_USE;

#endif
