/*
 * digest_day.h - one day of the record, counted: what a digest says, before it is words.
 *
 * Counting rules, the same for every figure and told with it (digest_facts):
 *   a mention belongs to the day in which it was published, as far as it is known and not after
 *   its arrival; else in which it arrived. Left out: items older than the source's max_age, our
 *   own voice. What arrived after the digest of its day is told as "late", and not counted again.
 * A function of the record up to a commit: the same as_of gives the same figures, for ever.
 */
#ifndef LY_RESPONDER_DIGEST_DAY_H
#define LY_RESPONDER_DIGEST_DAY_H

#include "core/arena.h"
#include "responder/conf.h"
#include "responder/incident.h"
#include "responder/record_store.h"
#include "responder/shed.h"

#define DIGEST_SMALL 30 /* under this many: counts only, no shares */
#define DIGEST_TOP   5

/* One entry of `digests`. */
struct digest_conf {
	struct str name;
	struct conf_texts watches;  /* empty: all */
	int64_t cut, at;            /* seconds after midnight in the site's zone */
	struct conf_texts to;       /* people */
	struct conf_texts channels; /* through these; empty: the person's first contact */
	struct conf_texts formats;  /* of the files: html, md, text, json */
	int64_t lang;               /* 0 as the site, 1 zh, 2 en */
	struct str path;            /* empty: no files */
};

struct day_counts {
	int64_t mentions, negative, positive, complaints, authors, sites;
};
struct day_share { /* a topic, a site */
	struct str name;
	int64_t mentions, negative;
};
struct day_story {
	struct id id;
	int64_t negative, sites, reach, first_at;
	struct evidence shown; /* its most negative mention */
};
struct day_watch {
	struct str name, title;
	struct day_counts now, before;
	int64_t late;
	struct day_share topics[DIGEST_TOP], sites[DIGEST_TOP];
	size_t topics_n, sites_n;
	struct day_story stories[DIGEST_TOP];
	size_t stories_n, stories_all;
};
struct day_incident {
	struct id id;
	struct str number, watch, title, state, acked_by;
	int64_t level, opened_at, closed_at, acked_until;
	const char *clock; /* deadline_rule.word of the one that is due first, or NULL */
	int64_t clock_at;
	bool confidential;
};
struct day_silent {
	struct str source;
	int64_t last_at;
};
struct digest_day {
	const struct digest_conf *conf;
	bool zh;
	int64_t day;        /* start of the local day it is of     */
	int64_t from, to;   /* the window: from <= t < to          */
	int64_t late_since; /* when the digest before was made     */
	int64_t made_at;    /* what arrived until then is read     */
	int64_t as_of;      /* newest commit that is read          */
	struct day_watch *watches;
	size_t watches_n;
	struct day_incident *incidents; /* highest level first */
	size_t incidents_n;
	int64_t documents, sources_heard, rejects;
	unsigned classes;            /* bits of enum source_class heard in seven days */
	struct day_silent silent[8]; /* heard in the seven days before, not in the window */
	size_t silent_n, silent_all;
	struct shed_sum shed; /* of words given within the window */
};

/* The window that ends with the last cut at or before at. */
void digest_window(const struct digest_conf *c, const struct zone *z, int64_t at,
		   struct digest_day *d);
/* The first moment `at` after t. */
int64_t digest_next(const struct digest_conf *c, const struct zone *z, int64_t t);
/* Counts everything of the window set in d. Memory in a. */
int digest_count(const struct responder_env *env, struct digest_day *d, struct arena *a,
		 struct err *e) LY_MUST_USE;
/* Net sentiment (positive - negative) / all, 1/1000. mentions > 0. */
int64_t digest_net(const struct day_counts *c);
/* JSON: window, as_of, each figure with its id, value and how it was counted. */
void digest_facts(const struct responder_env *env, const struct digest_day *d, struct buf *out);
/* Id of a watch's figure in the facts: "f12". figure: column of the trend table, 0.. */
const char *digest_figure_id(size_t watch, size_t figure, struct arena *a);
#define DIGEST_FIGURES 7 /* mentions, negative, positive, complaints, authors, sites, net */

#endif
