/*
 * digest_day.h - a day, week, month or quarter of the record, counted: what a digest says, before
 * it is words.
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
#include "responder/digest_figure.h"
#include "responder/incident.h"
#include "responder/measure.h"
#include "responder/record_store.h"
#include "responder/shed.h"

struct roster;

#define DIGEST_SMALL   30 /* under this many: counts only, no shares */
#define DIGEST_TOP     5
#define DIGEST_RANKED  15 /* stories that an editor may choose from */
#define DIGEST_BUCKETS 31 /* of a chart, at most */

enum digest_period { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_QUARTER };

/* One entry of `digests`. */
struct digest_conf {
	struct str name;
	int64_t period;             /* enum digest_period                      */
	int64_t on;                 /* a week's: told on this day, 0 = Monday  */
	struct conf_texts watches;  /* empty: all */
	int64_t cut, at;            /* seconds after midnight in its zone      */
	struct str zone;            /* empty: the site's                       */
	int64_t personal;           /* each in their own language and at their own time */
	struct conf_texts to;       /* people */
	struct conf_texts channels; /* through these; empty: the person's first contact */
	struct conf_texts formats;  /* of the files: html, md, text, json, chat */
	int64_t lang;               /* 0 as the site, 1 zh, 2 en */
	struct str path;            /* empty: no files */
};

enum day_span { DAY_NOW, DAY_BEFORE, DAY_WEEK, DAY_SPANS }; /* DAY_WEEK: of daily ones alone */
#define DAY_TIERS 5                                         /* T0..T3, unknown */
struct day_share {                                          /* a topic, a site */
	struct str name;
	int64_t mentions, negative;
	size_t figure; /* its two */
};
struct day_counts {
	int64_t mentions, negative, positive, complaints, authors, sites;
	/* of DAY_NOW alone: */
	int64_t voices;                                /* different texts: copies folded      */
	int64_t reach, reach_negative, reach_positive; /* followers, as far as they are known */
	int64_t rivals;                                /* of these, about a rival             */
	int64_t hot, place; /* on hot lists; the best place, 0 none */
	struct day_share tiers[DAY_TIERS];
};
struct day_story {
	struct id id;
	int64_t negative, sites, reach, first_at;
	size_t figure;         /* its two: negative, sites      */
	struct evidence shown; /* its most negative mention */
};
struct day_watch {
	struct str name, title;
	struct day_counts counts[DAY_SPANS];
	int64_t late;
	struct day_share topics[DIGEST_TOP], sites[DIGEST_TOP];
	size_t topics_n, sites_n;
	struct day_story stories[DIGEST_RANKED];
	size_t stories_n, stories_all;
	size_t figure;     /* of its trend: digest_trend_figure() */
	bool authors_gone; /* of some mentions: different ones cannot be counted again */
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
/* Bars of a chart: what came in each bucket, from <= t < from of the next. */
struct day_series {
	size_t n;
	int64_t from[DIGEST_BUCKETS], mentions[DIGEST_BUCKETS], negative[DIGEST_BUCKETS];
	size_t figure; /* mentions and negative of each in turn */
	int64_t usual; /* median of the windows before, 1/1000; 0: there are too few */
	size_t shares; /* figure of the first share */
};
/* A number from outside (signals): the newest before the cut and the one a week before it. */
struct day_gauge {
	struct str name;
	bool known, compared;
	int64_t value, before; /* 1/1,000,000 */
	size_t figure;         /* value, change */
};
/* An editor's word; by is empty: none. drop, first: names of evidence, "m:0123456789ab". */
struct day_edit {
	struct str by, text;
	struct conf_texts drop, first;
	int64_t at;
};
/* A template whose texts were full responses, and what came after. */
#define DIGEST_TEMPLATES 8
struct day_template {
	struct str name, lang;
	int64_t used, judged, turned;
	size_t figure; /* used, judged, turned, Wilson's interval */
};
struct digest_day {
	const struct digest_conf *conf;
	const struct roster *roster; /* NULL: who is on shift is not told */
	bool zh;
	int64_t day; /* start of the local day it is told on */
	struct day_span_of {
		int64_t from, to; /* from <= t < to */
	} span[DAY_SPANS];
	int64_t from, to;   /* span[DAY_NOW]                       */
	int64_t late_since; /* when the digest before was made     */
	int64_t made_at;    /* what arrived until then is read     */
	int64_t as_of;      /* newest commit that is read          */
	struct day_watch *watches;
	size_t watches_n;
	struct day_counts
		all[DAY_SPANS]; /* of all watches; authors and sites by watch, added up */
	struct day_series hours, days;
	struct day_incident *incidents; /* highest level first */
	size_t incidents_n;
	int64_t documents, sources_heard, rejects, lag_s;
	int64_t first_at;            /* when the record's first document arrived; 0: none */
	unsigned classes;            /* bits of enum source_class heard in seven days */
	struct day_silent silent[8]; /* heard in the seven days before, not in the window */
	size_t silent_n, silent_all;
	struct shed_sum shed; /* of words given within the window */
	struct measures measures;
	struct day_gauge gauges[6];
	size_t gauges_n;
	bool from_rows;    /* counted without blocks (count_store.h): by who checks them */
	bool gauges_named; /* counted again: those of then, not those that are sent today */
	struct day_template templates[DIGEST_TEMPLATES];
	size_t templates_n;
	int64_t planned, sent; /* notices of the window */
	struct figures figures;
	size_t kpi;    /* first figure of the cockpit */
	char date[11]; /* it is told on, in its zone: "2026-03-10" */
	struct day_edit edit;
};

/* The window that ends with the last cut at or before at. */
void digest_window(const struct digest_conf *c, const struct zone *z, int64_t at,
		   struct digest_day *d);
/* The first moment after t at which it is told. */
int64_t digest_next(const struct digest_conf *c, const struct zone *z, int64_t t);
/* Counts everything of the window set in d. Memory in a. */
int digest_count(const struct responder_env *env, struct digest_day *d, struct arena *a,
		 struct err *e) LY_MUST_USE;
/* Adds all figures to d->figures, in their order, which is part of what a digest says. */
void digest_figures(struct digest_day *d);
/* JSON: window, as_of, each figure with its id, value and how it was counted. */
void digest_facts(const struct responder_env *env, const struct digest_day *d, struct str chat,
		  struct buf *out);

/* The trend table: its columns, each of the spans. */
enum trend {
	TREND_MENTIONS,
	TREND_NEGATIVE,
	TREND_POSITIVE,
	TREND_COMPLAINTS,
	TREND_AUTHORS,
	TREND_SITES,
	TREND_SHARE,
	TREND_NET,
	TREND_COLUMNS
};
static inline size_t
digest_trend_figure(const struct day_watch *w, enum trend column, enum day_span span)
{
	return w->figure + (size_t)column * DAY_SPANS + (size_t)span;
}

/* What is told of all watches together, of incidents, and of the day: d->kpi + one of these. */
enum kpi {
	KPI_MENTIONS,
	KPI_MENTIONS_BEFORE,
	KPI_MENTIONS_WEEK,
	KPI_USUAL,
	KPI_CHANGE,
	KPI_NEGATIVE,
	KPI_NEGATIVE_BEFORE,
	KPI_NEGATIVE_WEEK,
	KPI_SHARE,
	KPI_SHARE_BEFORE,
	KPI_SHARE_WEEK,
	KPI_NET,
	KPI_NET_BEFORE,
	KPI_NET_REACH,
	KPI_REACH_NEGATIVE,
	KPI_REACH_SHARE,
	KPI_HOT,
	KPI_PLACE,
	KPI_VOICES,
	KPI_ORIGINAL,
	KPI_COMPLAINTS,
	KPI_COMPLAINTS_BEFORE,
	KPI_OPEN_1,
	KPI_OPEN_2,
	KPI_OPEN_3,
	KPI_OLDEST,
	KPI_SPANS, /* n, median, p90 of each measure_kind */
	KPI_PACKS = KPI_SPANS + 3 * MEASURE_KINDS,
	KPI_PACKS_IN_TIME,
	KPI_FULLS,
	KPI_JUDGED,
	KPI_TURNED,
	KPI_TURNED_SHARE,
	KPI_TURNED_LOW,
	KPI_TURNED_HIGH,
	KPI_SOURCES,
	KPI_SILENT,
	KPI_DOCUMENTS,
	KPI_REJECTS,
	KPI_LATE,
	KPI_LAG,
	KPI_SHED,
	KPI_SHED_SOURCES,
	KPI_PLANNED,
	KPI_SENT,
	KPI_COUNT
};
/* Did anybody listen then? Else nothing is known of it, which is another thing than none. */
bool digest_span_known(const struct digest_day *d, enum day_span span);
/* How a figure of that name was counted, for people who check: en. NULL: as its name says. */
const char *digest_figure_how(const char *name);

#endif
