/*
 * schedule.h - which source is due: a heap over the domain clock, one queue per host.
 *
 * Pure but for memory: no clock, no I/O. The order of equal times is the order of the
 * configuration, so runs repeat.
 */
#ifndef LY_CRAWLER_SCHEDULE_H
#define LY_CRAWLER_SCHEDULE_H

#include "crawler/conf.h"

struct schedule;
struct slot {
	const struct source_conf *source;
	int64_t next_at;
	int64_t given_at; /* when its last fetch was over        */
	size_t host;      /* number of its host                  */
	bool busy;        /* being fetched                       */
};
/* per_host: fetches of one host at a time; 0 = any number (stepped mode: all that is due at one
 * time is fetched at that time). */
struct schedule *schedule_new(size_t per_host);
void schedule_free(struct schedule *s);
/* Sources of kind push are not taken. Returns the slot; lives as long as the schedule. */
struct slot *schedule_add(struct schedule *s, const struct source_conf *source,
			  int64_t next_at);
/* The next slot that is due at now and whose host is free; it becomes busy. NULL for none. */
struct slot *schedule_take(struct schedule *s, int64_t now);
/* Its fetch is over at now: due again at next_at; its host is closed until host_free_at. */
void schedule_give(struct schedule *s, struct slot *slot, int64_t now, int64_t next_at,
		   int64_t host_free_at);
struct slot *schedule_slot(struct schedule *s, struct str name);
/* All that were given back at since or later, or only one (NULL: all), are due at at. */
void schedule_pull(struct schedule *s, const struct slot *only, int64_t since, int64_t at);
/* Earliest time at which schedule_take may give one; INT64_MAX for none. */
int64_t schedule_due(const struct schedule *s);
size_t schedule_busy(const struct schedule *s);
size_t schedule_count(const struct schedule *s);

/* When to come back. interval: of the source; failures in a row so far (0 = it went well);
 * name seeds the jitter. Doubles per failure up to a day, +-10 %. */
int64_t schedule_after(int64_t now, int64_t interval_s, int64_t failures, struct str name);

#endif
