/*
 * shed.h - the crawler's word that it puts polls off (its valve, crawler/valve.h), and that it
 * does not any more: kept, told to who owns a route, shown in notices, digests and by `doctor`.
 */
#ifndef LY_RESPONDER_SHED_H
#define LY_RESPONDER_SHED_H

#include "core/arena.h"
#include "core/store.h"
#include "responder/blind.h"

struct shed_word {
	bool sheds;             /* false: it is over */
	int64_t at;             /* when the word was given */
	int64_t since_at;       /* when it began           */
	struct str load;        /* sheds: "CPU 97 %, queue 12 %, disk 3 %" */
	int64_t polls, sources; /* over: what was put off */
	struct str names;       /* over: of the first sources, "forum, blog" */
};
/* Is a DOCUMENT_HEALTH this word? Then it is read: what is missing stays empty. Texts point into
 * d or live in a. Pure. */
bool shed_read(struct arena *a, const struct document *d, struct shed_word *w);
/* Pure: what one person reads. zone NULL: UTC. */
void shed_compose(const struct shed_word *w, bool zh, const struct zone *zone,
		  struct blind_words *out);

/* shed_store.c. 1; 0 when the word is there already; -1. */
int shed_add(struct store *s, const struct id *document, const struct shed_word *w,
	     int64_t as_of, struct err *e) LY_MUST_USE;
/* Since when polls are put off; 0: they are not. */
int shed_now(struct store *s, int64_t *since_at, struct err *e) LY_MUST_USE;
/* What was put off by words given from <= at < until that stand in commits up to as_of. */
struct shed_sum {
	int64_t times, polls, sources;
};
int shed_between(struct store *s, int64_t from, int64_t until, int64_t as_of,
		 struct shed_sum *sum, struct err *e) LY_MUST_USE;

#endif
