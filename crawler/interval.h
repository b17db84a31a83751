/*
 * interval.h - how long until a source is asked again when all went well. Pure.
 *
 * What a person wrote (`interval:` of the source, else of fetch:) is kept to the second: neither
 * the source's wishes nor its pace change it. Where nobody wrote one, the source's own pace
 * decides:
 *
 *   1. its items have dates: a third of the usual time between the newest of them; a source that
 *      has been silent for longer is asked at a 24th of its silence;
 *   2. they have none: from 15 minutes, half as long again with every answer that brought
 *      nothing new, back to half with every one that did;
 *   3. within fetch.interval_min .. interval_max;
 *   4. never below the source's own wishes: ttl and sy: up to a day, Cache-Control's max-age and
 *      Expires up to interval_max, and not within its skipHours and skipDays.
 *
 * An incident at L2 or L3 lowers the floor of 3: its sources are asked at least every
 * fetch.incident_interval, but not against 4, nor against an interval: of the source's own, which
 * may be a quota's or a contract's.
 * A person may hurry a source (source.hurry): then at least that often until the hurry is over,
 * whatever 1-4 say. Retry-After, crawl-delay and the back-off after failures
 * are not this file's and always hold.
 */
#ifndef LY_CRAWLER_INTERVAL_H
#define LY_CRAWLER_INTERVAL_H

#include "core/base.h"

#define INTERVAL_START_S (15 * 60)

struct interval_facts {
	int64_t fixed_s;                 /* a person's word; 0 = none                        */
	int64_t incident_s;              /* an incident's; 0 = none, or not for this source  */
	int64_t min_s, max_s;            /* fetch.interval_min, interval_max                 */
	int64_t pace_s, newest_at;       /* of its items' dates; 0 = unknown                 */
	int64_t learned_s;               /* what rule 2 came to last time; 0 = nothing yet   */
	bool news;                       /* the last answer brought something new            */
	int64_t ttl_s, max_age_s;        /* its wishes; 0 = none                             */
	uint32_t skip_hours, skip_days;  /* bit 0 = 00:00-00:59 UTC; bit 1 = Monday .. 7     */
	int64_t hurry_s, hurry_until_at; /* 0 = no hurry                                    */
};
/* Seconds from now. *learned_s (may be NULL): to be kept for the next time. */
int64_t interval_next(const struct interval_facts *f, int64_t now, int64_t *learned_s);

/* The usual time between the newest items by their dates (0 = none stated); those in the future
 * do not count. 0 when fewer than 3 have one. *newest_at: 0 when none has. */
int64_t interval_pace(const int64_t *published_at, size_t n, int64_t now, int64_t *newest_at);
/* How long an answer says that it is fresh: max-age of Cache-Control, else Expires; 0 when it
 * says nothing, or no-cache or no-store. At most 30 days. */
int64_t interval_max_age(struct str cache_control, struct str expires, int64_t now);

#endif
