/*
 * story_stream.h - labelled headlines (story_set.h) as the responder would take them in, and how
 * many pairs of them its stories get right.
 *
 * One stream in order of arrival, in which no watch is known; round-ups that say so are left
 * out. Precision: of the pairs in one story, those of one event; recall: of the pairs of one
 * event in one language within 72 h, those in one story.
 */
#ifndef LY_TESTS_STORY_STREAM_H
#define LY_TESTS_STORY_STREAM_H

#include "nlp/image.h"
#include "responder/join_inside.h"
#include "tests/support/story_set.h"

struct story_text {
	const struct story_headline *x;
	uint64_t family; /* an event and what it is easily taken for have the same */
	int sign;
	uint32_t gist[GIST_MAX];
	size_t gist_n;
};
/* Lives as long as the arena it was read into. */
struct story_stream {
	struct story_set set;
	struct story_text *texts;
	size_t n;
};
struct story_counts {
	size_t together, right, pairs, joined;
};

int story_stream_read(struct story_stream *s, const char *path, const struct image *m,
		      struct arena *a, struct err *e) LY_MUST_USE;
/* The text of that number, as a document; it borrows. */
struct join_item story_item_of(const struct story_text *t, size_t number);
size_t story_number_of(const struct id *document);
/* story[]: of each text, by its number. Those that the newest moved are set. */
void story_stream_follow(const struct joins *j, size_t *story);
/* Add the stream's pairs to *c. by: the weights each text joins by; NULL: those in use. */
void story_stream_count(const struct story_stream *s, const struct join_weights *const *by,
			struct story_counts *c);
double story_precision(const struct story_counts *c);
double story_recall(const struct story_counts *c);

#endif
