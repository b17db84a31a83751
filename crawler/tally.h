/*
 * tally.h - what one source brought of late: documents, polls, delays. Pure but for memory.
 *
 * Kept a source in memory, written as two short texts in the batch that changed it; polls that
 * brought nothing new wait for the next change, or TALLY_LATE_S. Items that
 * were published before we first looked say nothing of how fast we are: they move newest_at alone.
 */
#ifndef LY_CRAWLER_TALLY_H
#define LY_CRAWLER_TALLY_H

#include "core/buf.h"

#define TALLY_DAYS   8 /* today and a week */
#define TALLY_DELAYS 31

struct tally {
	int64_t first_at;  /* we first looked; 0 = never                */
	int64_t newest_at; /* newest publication that came; 0 = none    */
	int64_t came_at;   /* last document                             */
	int64_t cause;     /* enum cause of the last poll (health.h)    */
	struct tally_day {
		int64_t day; /* UTC days since 1970 */
		int64_t documents, polls, unchanged;
	} days[TALLY_DAYS];
	int32_t delays[TALLY_DELAYS]; /* arrival - publication, in seconds: the last ones */
	int64_t n_delays, at_delay;
	bool dirty;      /* to be written with the batch that is open */
	int64_t late_at; /* since when unchanged answers are counted and not written; 0 = none */
};
/* An unchanged answer alone is written so late at most: at 15,000 polls a second its row was a
 * sixth of the cost. A kill takes the count of a few polls, and nothing else. */
#define TALLY_LATE_S 21600
void tally_document(struct tally *t, int64_t published_at, int64_t now);
enum tally_poll { TALLY_NEW, TALLY_SAME, TALLY_FAILED };
void tally_poll(struct tally *t, enum tally_poll what, int64_t cause, int64_t now);

/* Of the last seven days (or since first_at): documents a day in thousandths, -1 = too early to
 * say (an hour); polls that brought nothing new, of 1,000 that were answered, -1 = none was. */
int64_t tally_per_day_milli(const struct tally *t, int64_t now);
int64_t tally_unchanged_milli(const struct tally *t, int64_t now);
/* Median; -1 = not known. */
int64_t tally_delay_s(const struct tally *t);

/* "20420 12 96 80;…" and "30 45 …", newest last. Reading takes what it can: a damaged text gives
 * fewer figures, never wrong memory. */
void tally_write(const struct tally *t, struct buf *days, struct buf *delays);
void tally_read(struct tally *t, struct str days, struct str delays);

#endif
