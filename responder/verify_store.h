/* verify_store.h - what verify reads. Rows handed out are borrowed for the call. */
#ifndef LY_RESPONDER_VERIFY_STORE_H
#define LY_RESPONDER_VERIFY_STORE_H

#include "responder/rollup.h"
#include "responder/signal_store.h"

/* All mentions. */
int verify_mentions(struct store *s, void (*each)(void *arg, const struct stored_mention *m),
		    void *arg, struct err *e) LY_MUST_USE;
/* Mentions of a watch committed until as_of that arrived (history: were published) in
 * [from, to). */
int verify_mentions_until(struct store *s, struct str watch, int64_t from, int64_t to,
			  int64_t as_of,
			  void (*each)(void *arg, const struct stored_mention *m), void *arg,
			  struct err *e) LY_MUST_USE;
/* One, borrowed until the next call. 1, 0, -1. */
int verify_mention(struct store *s, const struct id *id, struct stored_mention *out,
		   struct err *e) LY_MUST_USE;
/* All rows of one scale; watch and topic are given their numbers. */
int verify_rollups(struct store *s, enum rollup_scale scale, struct names *watches,
		   struct names *topics, void (*each)(void *arg, const struct rollup_row *row),
		   void *arg, struct err *e) LY_MUST_USE;
/* All firings; evidence points into the row. */
int verify_firings(struct store *s, int (*each)(void *arg, const struct firing *f), void *arg,
		   struct err *e) LY_MUST_USE;
struct stored_content {
	struct id document;
	struct str digest, salt, title, body, author, erased_why;
	bool erased;
};
int verify_contents(struct store *s, void (*each)(void *arg, const struct stored_content *c),
		    void *arg, struct err *e) LY_MUST_USE;

/* A mention and what it was found in, by id. */
struct stored_text {
	struct id id, image;
	struct str watch, source, title, body,
		spans; /* spans: three numbers of 32 bits each, see core/result.h */
	int64_t score, label, confidence, subjectivity, intent, source_class;
};
struct stored_why {
	struct id document, alike_to,
		story; /* story: of the row; told: of the document's row */
	struct id told;
	int64_t alike;
	struct str why;
	struct str title, body, like_title, like_body; /* empty when erased */
};
/* Every row of story_why, or those of one document. */
int verify_whys(struct store *s, const struct id *document,
		void (*each)(void *arg, const struct stored_why *w), void *arg,
		struct err *e) LY_MUST_USE;
/* A row of story_move, and what its document's own row says. */
struct stored_went {
	struct id document, was, story, told;
	int64_t as_of, at, told_as_of;
	struct str title, body; /* of what began the story it left; empty: erased */
};
/* Every row, or those of one document: by document, oldest first. */
int verify_went(struct store *s, const struct id *document,
		void (*each)(void *arg, const struct stored_went *x), void *arg,
		struct err *e) LY_MUST_USE;
/* Documents whose row says that they went, of which no row of story_move says so. */
int verify_went_untold(struct store *s, void (*each)(void *arg, const struct id *document),
		       void *arg, struct err *e) LY_MUST_USE;
/* The next ones behind *after, whose text is still there; *after becomes the last of them. 1, 0
 * at the end, -1. */
int verify_texts(struct store *s, struct id *after,
		 void (*each)(void *arg, const struct stored_text *t), void *arg,
		 struct err *e) LY_MUST_USE;

/* Notices of kind "page". */
struct stored_notice {
	struct id id, incident;
	struct str body, facts;
	bool erased; /* composed again without a text that was erased */
	struct str state;
	bool left; /* it was sent */
};
int verify_pages(struct store *s, int (*each)(void *arg, const struct stored_notice *n),
		 void *arg, struct err *e) LY_MUST_USE;
struct stored_reason {
	struct str trigger, zh, en;
	int64_t evidence_n;
};
/* Of the firings of an incident. */
int verify_reasons(struct store *s, const struct id *incident,
		   void (*each)(void *arg, const struct stored_reason *r), void *arg,
		   struct err *e) LY_MUST_USE;
/* What an incident was merged into, or followed by: its firings went there. 1, 0 neither, -1. */
int verify_heir(struct store *s, const struct id *incident, struct id *heir,
		struct err *e) LY_MUST_USE;

#endif
