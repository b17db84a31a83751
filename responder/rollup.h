/*
 * rollup.h - counts per minute, hour and local day, added up in memory during a batch.
 *
 * A batch of 500 mentions touches few rows: they are summed here and written once, in the
 * batch's own transaction (signal_store.h).
 */
#ifndef LY_RESPONDER_ROLLUP_H
#define LY_RESPONDER_ROLLUP_H

#include "core/base.h"

enum rollup_scale { ROLLUP_MINUTE, ROLLUP_HOUR, ROLLUP_DAY, ROLLUP_SCALES };
struct rollup_counts {
	int64_t mentions, negative, positive, complaints, score, reach;
	int64_t tone_reach;    /* reach of the positive less that of the negative          */
	int64_t copies;        /* near duplicates of an earlier text                       */
	int64_t lag_s, lagged; /* from publication to arrival, of so many where it is known */
};
struct rollup_row {
	enum rollup_scale scale;
	uint32_t watch, topic; /* names.h; topic 0 = all */
	int64_t at;            /* start of the minute, hour, local day */
	struct rollup_counts c;
};
struct rollup {
	struct rollup_row *rows;
	size_t n, cap;
	uint32_t *slots; /* row + 1 */
	size_t slots_n;
};
/* Add row.c to the row with the same scale, watch, topic and time. */
void rollup_add(struct rollup *r, const struct rollup_row *row);
/* The row with the same scale, watch, topic and time, or NULL. */
const struct rollup_row *rollup_find(const struct rollup *r, const struct rollup_row *row);
void rollup_clear(struct rollup *r);
void rollup_release(struct rollup *r);

#endif
