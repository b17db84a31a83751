/* query_ask.h - one query, compiled with an image of its own, asked about texts. */
#ifndef LY_TESTS_QUERY_ASK_H
#define LY_TESTS_QUERY_ASK_H

#include "nlp/query.h"

struct query_ask {
	struct arena *a, *work;
	struct literals literals;
	uint32_t n_rules;
	struct zone *zone;
	struct query *q; /* NULL: see faults */
	struct query_faults faults;
	struct image *m;
	struct walk walk;
	struct query_seen seen;
	struct query_rules rules;
};
/* zone NULL: UTC. True when the query was understood. */
bool query_ask_open(struct query_ask *k, struct str query, const char *zone);
/* The same with lists (struct word_list; may be NULL). */
bool query_ask_with(struct query_ask *k, struct str query, const char *zone,
		    const struct conf_list *lists);
void query_ask_close(struct query_ask *k);
/* The answer as the stage gets it: by walk, then by query_test(). Dies when a text matches
 * without a required literal. spans (may be NULL) becomes "|where|where". */
enum query_answer query_ask_about(struct query_ask *k, const struct query_about *about,
				  struct buf *spans);
/* About a text without title or fields. */
enum query_answer query_ask_text(struct query_ask *k, struct str text, struct buf *spans);
/* All faults, "column 3: …" a line, warnings with "warning: ". */
void query_ask_faults(const struct query_ask *k, struct str query, struct buf *out);

#endif
