/*
 * outage.h - a dead source is never silent: who tells the responder that we are blind there.
 *
 * What is told is a document of its own kind (DOCUMENT_HEALTH), committed to the spool in the
 * transaction that remembers that it was told: once when a source is dead, once when it is back,
 * through any crash. When most sources fail at the same time, the fault is more likely ours: that
 * is told once for all of them, and polls that got no answer at all do not back off meanwhile.
 */
#ifndef LY_CRAWLER_OUTAGE_H
#define LY_CRAWLER_OUTAGE_H

#include "crawler/harvest.h"

/* The counts over all sources, in struct crawler. */
struct outage_sum {
	size_t polled, failing;
	int64_t since_at;    /* most of them fail since; 0 = they do not       */
	int64_t told_at;     /* somebody was told; 0 = nobody (kept on disk)   */
	int64_t answered_at; /* any of them did, since the start; 0 = none   */
};
/* At start: what the state says of slot. */
void outage_load(struct crawler *c, struct slot *slot, const struct source_state *st);
/* Was somebody told that all is dark? Read at start, after the sources. */
int outage_open(struct crawler *c, struct err *e) LY_MUST_USE;
/* A batch was rolled back, and with it perhaps the word of it: believe the disk. */
void outage_dropped(struct crawler *c);
/* Before the poll's state is written: judges, tells, and sets state.outage_at. */
int outage_note(struct harvest *h, struct err *e) LY_MUST_USE;
/* Do most sources fail at the moment? Pure. */
bool outage_is_all(const struct outage_sum *s);

#endif
