/*
 * story_store.h - documents that went to another story after they came: document.story, story_move.
 *
 * 1. A row of story_move says of which story a document was until a commit: what counts as of an earlier
 *    one (a digest that was sealed) counts it there.
 * 2. The newest row of a document names the story and the commit that its own row has.
 * 3. Twice in one commit is one row. Rows name documents and say nothing of their words.
 */
#ifndef LY_RESPONDER_STORY_STORE_H
#define LY_RESPONDER_STORY_STORE_H

#include "core/hash.h"
#include "core/store.h"

struct story_move {
	struct id document, was, story; /* until then, since then */
	int64_t as_of, at;
};
/* Of a document, for those that move it. */
struct story_of {
	struct id story;
	int64_t arrived_at, source_class;
	bool erased; /* its text is gone */
};
/* 1, 0 there is none, or it is of no story, -1. */
int story_of_document(struct store *s, const struct id *document, struct story_of *out,
		      struct err *e) LY_MUST_USE;
int story_move_add(struct store *s, const struct story_move *m, struct err *e) LY_MUST_USE;
/* Why it joined is not said any more. */
int story_why_drop(struct store *s, const struct id *document, int64_t arrived_at,
		   struct err *e) LY_MUST_USE;
/* The document of a mention; 1, 0 it is gone or of no story, -1. */
struct story_told {
	struct id document, story;
	int64_t arrived_at;
	bool moved; /* ever */
};
int story_of_mention(struct store *s, const struct id *mention, struct story_told *out,
		     struct err *e) LY_MUST_USE;
/* Of which story a document was at that time; *story is left when it has not moved since. */
int story_stood(struct store *s, const struct id *document, int64_t at, struct id *story,
		struct err *e) LY_MUST_USE;
/* Does anything that arrived from then on belong to the story? 1, 0, -1. */
int story_has_any(struct store *s, const struct id *story, int64_t from,
		  struct err *e) LY_MUST_USE;

#endif
