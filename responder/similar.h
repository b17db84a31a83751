/*
 * similar.h - which cases are like an incident, and by what. Pure.
 *
 * Each reason has a share of 1000; what both have in common is that part of it. Words count by how
 * seldom they are among the cases, so that what every case says makes none of them alike.
 *
 *   scenario   300  the same kind of crisis (food and product, leak, rumour, …)
 *   topic      200  the same topic; half of it when it is among the other's topics
 *   cluster    150  the same strategy cluster of the assessment (strategy.h)
 *   platform   100  sites in common, of all of both
 *   level       50  the same level; half of it one apart
 *   words      200  words in common, weighed
 */
#ifndef LY_RESPONDER_SIMILAR_H
#define LY_RESPONDER_SIMILAR_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/json.h"

enum similar_why {
	SIMILAR_SCENARIO,
	SIMILAR_TOPIC,
	SIMILAR_CLUSTER,
	SIMILAR_PLATFORM,
	SIMILAR_LEVEL,
	SIMILAR_WORDS,
	SIMILAR_WHYS
};
extern const char *const similar_words[]; /* "scenario", …, NULL-ended */
#define SIMILAR_LEAST  350                /* less is not called similar */
#define SIMILAR_MAX    5                  /* that are shown             */
#define TRAITS_TOPICS  12
#define TRAITS_SITES   12
#define TRAITS_WORDS   120
#define SIMILAR_COMMON 6 /* words that are named */

/* What an incident or a case is compared by. Texts borrowed. */
struct traits {
	struct str topics[TRAITS_TOPICS]; /* the main one first */
	size_t topics_n;
	struct str sites[TRAITS_SITES];
	size_t sites_n;
	struct str cluster; /* of strategy.h; "unknown" is like nothing */
	int64_t level;
	struct str words[TRAITS_WORDS]; /* sorted, each once */
	size_t words_n;
	struct str turn;     /* dossier_turn_words; of a case                 */
	struct str template; /* of its full response; empty: none of ours     */
};
/* Sorts and makes each word single. */
void traits_settle(struct traits *t);
void traits_add_json(struct buf *b, const struct traits *t);
/* Texts live as long as j. What is missing is unknown. */
void traits_read(const struct json *j, struct traits *out);

struct similar {
	size_t at; /* index among the cases */
	int64_t total, share[SIMILAR_WHYS];
	struct str common[SIMILAR_COMMON]; /* words, the weightiest first */
	size_t common_n;
};
/* The most similar first, at most SIMILAR_MAX, each SIMILAR_LEAST or more. */
size_t similar_rank(const struct traits *to, const struct traits *const *cases, size_t n,
		    struct similar out[SIMILAR_MAX]);
/* The kind of crisis that a topic belongs to; 0: to none that we know. */
int similar_scenario(struct str topic);

#endif
