/*
 * watch_conf.h - what a person says about a watch 监测方案 in the configuration.
 *
 * Here and not in nlp/ because the responder reads size, campaigns and notable as well, and
 * stages never include each other. nlp/watch.c compiles it; nothing else reads the query.
 */
#ifndef LY_CORE_WATCH_CONF_H
#define LY_CORE_WATCH_CONF_H

#include "core/conf.h"

/* About 20, 3,000 and 50,000 mentions a day: RESPONSE.md section 1. */
enum watch_size { WATCH_SMALL, WATCH_MEDIUM, WATCH_LARGE };

/* A planned campaign: kept out of baselines. */
struct watch_campaign {
	int64_t from_at, to_at; /* UTC seconds, to_at is the first second after it */
	struct str title;
};

struct watch_conf {
	struct str name;             /* the key of the table                                */
	struct str title;            /* as people say it; empty: the name                   */
	struct str query;            /* docs/query.md                                       */
	int64_t size;                /* enum watch_size                                     */
	struct conf_texts rivals;    /* names: negative words about them are not about us   */
	struct conf_texts own_sites; /* registrable domains or hosts of ours: never alarm   */
	struct conf_texts
		own_accounts;       /* author names of ours: never alarm                   */
	struct conf_texts match;    /* texts that the query must match, checked at load    */
	struct conf_texts nomatch;  /* texts that it must not match                        */
	struct conf_list campaigns; /* struct watch_campaign                               */
	struct conf_texts notable;  /* authors of whom any negative mention counts         */
	struct conf_texts topics;   /* topic ids to report; empty: all                     */
};
/* A list of words that queries name: list:competitors. */
struct word_list {
	struct str name;
	struct conf_texts words;
};
extern const struct conf_schema word_list_schema;
/* The one of that name, or NULL and *e with what is near. lists may be NULL. */
const struct word_list *word_list_find(const struct conf_list *lists, struct str name,
				       struct err *e) LY_MUST_USE;
extern const struct conf_schema watch_schema;
extern const char *const watch_size_words[];

#endif
