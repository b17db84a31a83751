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

#include "responder/conf.h"

/* What is seen in the window that ends now. */
struct trigger_view {
	int64_t observed;     /* the signal's value; words: mentions that qualify          */
	int64_t authors;      /* different authors of what was counted                     */
	int64_t baseline;     /* 1/1000 of a count in this window; -1 = not asked          */
	int64_t first_hand;   /* words: stories told first-hand                            */
	int64_t sites;        /* words: different sites, one per story                     */
	int64_t site_authors; /* words: most authors on one site, first-hand counting double */
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
/* grade: of the half that is judged; a words trigger is judged for 2 and for 3, all others for
 * their own grade. */
struct trigger_verdict trigger_judge(const struct trigger_conf *t, int64_t grade,
				     const struct trigger_view *v, struct trigger_state s,
				     int64_t now);
/* The smallest value of the signal that fires. baseline as in the view; words: first-hand
 * stories (W2) or sites (W3). */
int64_t trigger_threshold(const struct trigger_conf *t, int64_t grade, int64_t baseline);
/* Does the trigger need a baseline at all? */
bool trigger_wants_baseline(const struct trigger_conf *t);
/* Hash of all settings: firings say by which version they were made. */
struct id trigger_version(const struct trigger_conf *t);
bool trigger_applies(const struct trigger_conf *t, struct str watch);

#endif
