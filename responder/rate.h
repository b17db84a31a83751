/*
 * rate.h - signals that are a quotient, not a count. Pure.
 *
 *   signal       what it is                                                     unit
 *   net          (positive - negative) / mentions                               1/1000, -1000..1000
 *   net_reach    the same, each mention weighed by its author's followers       1/1000, -1000..1000
 *   originality  1 - near duplicates of earlier texts (72 h) / mentions         1/1000, 0..1000
 *   lag          mean time from publication to arrival, where it is known       seconds
 *
 * Each is part / of, and both are sums over mentions: of a window, an hour or a day alike.
 */
#ifndef LY_RESPONDER_RATE_H
#define LY_RESPONDER_RATE_H

#include "core/buf.h"
#include "core/err.h"
#include "responder/rollup.h"

struct rate {
	int64_t part, of; /* of 0: nothing is known */
};
/* signal: enum signal_kind. */
bool rate_is(int64_t signal);
/* What counts, added up, give for it. */
struct rate rate_of(int64_t signal, const struct rollup_counts *c);
/* part / of in its unit; 0 when nothing is known. */
int64_t rate_value(struct rate r);
/* "-0.4", "35%"; of lag a time: "30min". -1 and why (ERR_USAGE). */
int rate_parse(int64_t signal, struct str text, int64_t *value, struct err *e) LY_MUST_USE;
/* "-0.42", "64%", "35 min" (zh: "35 分钟"). */
void rate_show(int64_t signal, int64_t value, bool zh, struct buf *b);

#endif
