/*
 * chance.h - how many of n may be bad by chance alone: binomial tails in whole numbers. Pure.
 *
 * Integers only, so that a firing's threshold is the same on every machine.
 */
#ifndef LY_RESPONDER_CHANCE_H
#define LY_RESPONDER_CHANCE_H

#include "core/base.h"

/* The smallest k for which k or more of n have a chance below per_million, when each of them is
 * bad with hits in of (0 < hits < of). n up to 10 million, of up to 10^12. */
int64_t chance_least(int64_t n, int64_t hits, int64_t of, int64_t per_million);
/* The same for events that come at random, mean_milli / 1000 of them in a window on average. */
int64_t chance_least_events(int64_t mean_milli, int64_t per_million);
/* The largest whole number whose square is not over v; 0 for v < 0. */
int64_t chance_root(int64_t v);

#endif
