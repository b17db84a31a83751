/*
 * measure.h - how quickly we found, took and answered incidents, and whether it turned. Pure; rows
 * come from measure_store.h.
 *
 *   detection     first firing - arrival or publication of the first mention counted
 *   acknowledge   first acknowledgement - first page that was sent
 *   statement     first release of any kind but notes to staff - publication of the first mention
 *   full          first release of the kind "full" - the same; what does not stand any more (said.h)
 *                 was no response
 *   pack          the share of response packs that were complete in time
 *   reversal      of L3 incidents with a full response whose 24 h that begin 6 h after it are over:
 *                 the share whose net sentiment in them is >= 0, or has regained at least half of
 *                 the distance to the mean of the 28 days before the incident. Own voice and its
 *                 echo do not count. It tells what came after, not because of it.
 *
 * Over the incidents that were opened in the 90 days before; of drills apart. What was merged into
 * another by then, or goes on in a successor, is one with it: its earliest times, its highest level.
 * What came later changes nothing: a digest is verified years after. Median and p90 are told with n;
 * p90 from ten on.
 */
#ifndef LY_RESPONDER_MEASURE_H
#define LY_RESPONDER_MEASURE_H

#include "core/base.h"
#include "core/store.h"

#define MEASURE_DAYS      90
#define REVERSAL_AFTER_S  (6 * 3600)
#define REVERSAL_WINDOW_S (24 * 3600)
#define REVERSAL_BEFORE_S (28 * 86400)
#define REVERSAL_SMALL    30 /* mentions in either window; fewer: it is not judged */

enum measure_kind {
	MEASURE_DETECTION,
	MEASURE_ACK,
	MEASURE_STATEMENT,
	MEASURE_FULL,
	MEASURE_KINDS
};
struct measured_span {
	int64_t n, median, p90; /* seconds; p90 -1 under ten */
};
struct measures {
	struct measured_span spans[MEASURE_KINDS];
	int64_t packs, packs_in_time;
	int64_t fulls;             /* full responses at L3                      */
	int64_t judged, turned;    /* of these, with enough said; which turned  */
	int64_t too_few, too_soon; /* of these, not judged, and why             */
	int64_t open[4];           /* open incidents, by level                  */
	int64_t oldest_s;          /* age of the oldest of them; -1: none       */
};

/* One incident as far as it is measured; times are 0 when it has not come to that. */
struct measured {
	struct id id;
	struct str watch; /* borrowed */
	int64_t first_mention_at, opened_at, fired_at, page_at, ack_at, statement_at, full_at;
	int64_t level; /* the highest */
	bool drill;
};
/* What was said of a watch in a window: by hours, arrival. */
struct measured_tone {
	int64_t mentions, negative, positive;
};
enum reversal { REVERSAL_TOO_FEW, REVERSAL_NOT, REVERSAL_TURNED };
/* before: of the 28 days before; low: of the time from the incident to its full response; after:
 * of the 24 h. */
enum reversal reversal_judge(const struct measured_tone *before,
			     const struct measured_tone *low,
			     const struct measured_tone *after);
/* Sorts v. */
struct measured_span measure_span(int64_t *v, size_t n);
/* Wilson's interval of turned among n, 95 in 100, 1/1000. n > 0. */
void measure_wilson(int64_t turned, int64_t n, int64_t *low, int64_t *high);

#endif
