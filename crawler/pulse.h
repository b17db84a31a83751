/*
 * pulse.h - once a minute the crawler says that it lives, when a source answered last, and how many
 * fail: a word of tell.h that goes the way of every document, so that its coming proves the chain.
 *
 * Only by the wall clock: in drills and replays nobody waits for it.
 */
#ifndef LY_CRAWLER_PULSE_H
#define LY_CRAWLER_PULSE_H

#include "core/base.h"
#include "core/err.h"

#define PULSE_S 60

struct crawler;
/* Its next; INT64_MAX: never. */
int64_t pulse_due(const struct crawler *c);
/* Says it when it is due, in the open batch. */
int pulse_turn(struct crawler *c, struct err *e) LY_MUST_USE;

#endif
