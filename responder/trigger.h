/*
 * trigger.h - trigger 触发规则: does what the signals say raise a grade? Pure.
 *
 * Life of one (trigger, watch, grade):
 *
 *   armed ──over──▶ over, waiting for `for` ──▶ fired ──below clear_below──▶ armed
 *     ▲                    │ not over any more
 *     └────────────────────┘
 *
 * It fires once and is silent until it has cleared, however long the condition lasts.
 */
#ifndef LY_RESPONDER_TRIGGER_H
#define LY_RESPONDER_TRIGGER_H

#include "responder/baseline.h"
#include "responder/conf.h"

/* What is seen in the window that ends now. */
struct trigger_view {
	int64_t observed;     /* the signal's value; words: mentions that qualify          */
	int64_t authors;      /* different authors of what was counted                     */
	int64_t baseline;     /* 1/1000 of a count in this window; -1 = not asked          */
	int64_t first_hand;   /* words: stories told first-hand                            */
	int64_t sites;        /* words: different sites, one per story                     */
	int64_t site_authors; /* words: most authors on one site, first-hand counting double */
	int64_t spread;       /* drop, quotients: 1/1000, how far usual windows lie from the
			 * baseline; -1: nothing is known of a quotient */
	int64_t total;        /* share, quotients: mentions, negative or not */
	int64_t severe;       /* author: of topics severe enough                             */
	int64_t classes;      /* story: source classes of the one that leads                 */
	int64_t rank;         /* hotlist: best place; 0 = on none                            */
	int64_t crisis_rank;  /* hotlist: of those with a negative tone or a crisis topic    */
};
struct trigger_state {
	int64_t over_since; /* 0 = not over */
	int64_t fired_at;   /* 0 = armed    */
};
enum trigger_said {
	TRIGGER_SILENT, /* nothing to do                                */
	TRIGGER_WAITS,  /* over since a while: look again at over_since + hold */
	TRIGGER_FIRES,
	TRIGGER_CLEARS, /* was fired, is armed again                    */
};
struct trigger_verdict {
	enum trigger_said said;
	int64_t threshold;          /* the smallest value that fires */
	struct trigger_state state; /* from now on */
};
/* grade: of the half that is judged (trigger_grades). A view without a baseline that the kind
 * needs says nothing. */
struct trigger_verdict trigger_judge(const struct trigger_conf *t, int64_t grade,
				     const struct trigger_view *v, struct trigger_state s,
				     int64_t now);
/* The value at which it fires: the smallest, but the largest for below and drop, and of a hot list
 * the last place that does. Of v only baseline, spread, total and severe are read. words:
 * first-hand stories (W2) or sites (W3). */
int64_t trigger_threshold(const struct trigger_conf *t, int64_t grade,
			  const struct trigger_view *v);
/* Could so many fire at all, whatever is usual? Spares reading the baseline. */
bool trigger_could_fire(const struct trigger_conf *t, int64_t grade,
			const struct trigger_view *v);
/* Can one more item change its state? One that has fired only clears, one that waits only gives
 * up, and both by time: the next turn sees to it. */
bool trigger_hears(const struct trigger_conf *t, const struct trigger_state *s, int64_t now);
/* What is compared with the threshold: of a hot list the place, else v->observed. */
int64_t trigger_observed(const struct trigger_conf *t, int64_t grade,
			 const struct trigger_view *v);
/* The grades it is judged for, most 3, into grades; how many. */
int trigger_grades(const struct trigger_conf *t, int64_t grades[3]);
/* What kind of baseline it needs. */
enum trigger_usual {
	USUAL_NONE,
	USUAL_COUNT, /* of the signal, by hour of the week       */
	USUAL_SHARE, /* of negative mentions among all, 1/1000   */
	USUAL_MEAN,  /* of mentions by authors of the upper tier */
	USUAL_RATE,  /* of a quotient, 1/1000 of its unit        */
};
enum trigger_usual trigger_usual(const struct trigger_conf *t);
/* The usual value of its window that ends at at, of that kind; h as baseline.h asks for it. */
struct baseline trigger_baseline(const struct trigger_conf *t, const struct baseline_hours *h,
				 int64_t at, const struct watch_campaign *campaigns,
				 size_t campaigns_n);
/* May it come true by nothing but time going on? */
bool trigger_by_silence(const struct trigger_conf *t);
/* The trigger as it is at a second of the local day: itself, or *night filled. */
const struct trigger_conf *trigger_at(const struct trigger_conf *t, int64_t second,
				      struct trigger_conf *night);
/* Hash of all settings: firings say by which version they were made. */
struct id trigger_version(const struct trigger_conf *t);
bool trigger_applies(const struct trigger_conf *t, struct str watch);

#endif
