/*
 * voices.h - who independently says a word: the stories of a window, each by its first report.
 *
 * Copies of a story are one voice, and it is first-hand when any of its reports is. What is asked
 * is kept up to date report by report, as they come and go, so that a busy window is not counted
 * again for each look. Reports come in the order of their window (at, then arrival) and go in it;
 * one that would have been its story's first is not taken: then clear and add all anew.
 */
#ifndef LY_RESPONDER_VOICES_H
#define LY_RESPONDER_VOICES_H

#include "core/base.h"

struct voice {
	struct id story;
	int64_t at;
	uint64_t author;
	uint32_t site;
	bool first_hand;
};
/* An empty one is all zero. */
struct voices {
	int64_t sites;        /* different ones */
	int64_t first_hand;   /* stories */
	int64_t site_authors; /* most on one site; who speaks first-hand counts twice */
	struct voice_table {
		struct voice_slot *v; /* open addressing */
		size_t n, cap;        /* cap: a power of two, or 0 */
	} stories, authors, on_site;
	struct voice_report *reports; /* first .. n are there */
	size_t first, n, cap;
	uint64_t gone;       /* number of reports[0] */
	int64_t *sites_with; /* by authors: how many sites have so many */
	size_t sites_with_n;
};

/* False: it comes before its story's first report; nothing was changed. */
bool voices_add(struct voices *v, const struct voice *new) LY_MUST_USE;
/* Reports up to and with at go; the next of a story is its first. */
void voices_forget(struct voices *v, int64_t at);
void voices_clear(struct voices *v);
void voices_release(struct voices *v);

#endif
