/*
 * verify_stories.h - does it follow from the texts why a mention joined a story?
 */
#ifndef LY_CLI_VERIFY_STORIES_H
#define LY_CLI_VERIFY_STORIES_H

#include "core/buf.h"
#include "core/err.h"
#include "core/store.h"

struct verify_stories {
	int64_t computed;
	int64_t erased;  /* a text is gone: the weights only were added up again */
	int64_t foreign; /* another program's parts: the same                    */
	int64_t went;    /* documents that went to another story after they came */
	int64_t mismatches;
};
/* record: a langyan.db. Mismatches go to stdout. -1 when it cannot be read. */
int verify_stories(const char *record, struct verify_stories *sum, struct err *e) LY_MUST_USE;
/* In words why a document joined its story: the shared parts, heaviest first, and the text that
 * it is alike. Nothing when it began one or is a copy. */
int story_explain(struct store *record, const struct id *document, struct buf *out,
		  struct err *e) LY_MUST_USE;

#endif
