/*
 * schedule.h - which source is due: a heap over the domain clock, a queue per host and address.
 *
 * A source whose time has come waits in the queue of its host; the host serves one as soon as
 * its pause is over, fewer than per_host of its requests run, and fewer than per_address at the
 * address where it was last found. Everything is O(log n): 10,000 sources cost what 100 do.
 *
 * Pure but for memory: no clock, no I/O. The order of equal times is the order of the
 * configuration, so runs repeat.
 */
#ifndef LY_CRAWLER_SCHEDULE_H
#define LY_CRAWLER_SCHEDULE_H

#include "crawler/conf.h"
#include "crawler/hosts.h"

struct schedule;
struct slot {
	struct due due; /* first: when it is polled next */
	const struct source_conf *source;
	int64_t given_at; /* when its last fetch was over        */
	struct host *host;
	struct slot *next;               /* in the queue of its host */
	struct slot *same;               /* next with this hash of its name */
	bool busy;                       /* being fetched                       */
	bool polled, failing;            /* outage.c: an answer is known; it was a failure */
	int64_t hurry_s, hurry_until_at; /* source.hurry */
	int64_t incident_until_at;       /* an incident's: hurry.h; 0 = none */
	int64_t shed_due_at;             /* shed.h: was due then, and put off; 0 = not */
	int64_t shed_round;              /* shed.h: in which it was put off last */
	bool waiting;                    /* in the queue of its host            */
	bool asked; /* somebody wants it now: a person, a hub; until it was polled */
};
/* Requests of one host and of one address at a time; 0 = any number (stepped mode: all that is
 * due at one time is fetched at that time). */
struct schedule *schedule_new(size_t per_host, size_t per_address);
void schedule_free(struct schedule *s);
/* Sources of kind push are not taken. Returns the slot; lives as long as the schedule. */
struct slot *schedule_add(struct schedule *s, const struct source_conf *source,
			  int64_t next_at);
/* The slot, neither busy nor waiting, is due at next_at. */
void schedule_put(struct schedule *s, struct slot *slot, int64_t next_at);
/* The next slot that is due at now and whose host is free; it becomes busy. NULL for none. */
struct slot *schedule_take(struct schedule *s, int64_t now);
/* Its fetch is over at now: due again at next_at; its host is closed until host_free_at. */
void schedule_give(struct schedule *s, struct slot *slot, int64_t now, int64_t next_at,
		   int64_t host_free_at);
/* It is not asked now, but at next_at; its host stays as it was. */
void schedule_put_off(struct schedule *s, struct slot *slot, int64_t now, int64_t next_at);
struct slot *schedule_slot(struct schedule *s, struct str name);
/* All that were given back at since or later, or only one (NULL: all), are due at at. The one
 * is asked for. */
void schedule_pull(struct schedule *s, const struct slot *only, int64_t since, int64_t at);
/* Earliest time at which schedule_take may give one; INT64_MAX for none. */
int64_t schedule_due(const struct schedule *s);
size_t schedule_busy(const struct schedule *s);
size_t schedule_count(const struct schedule *s);
size_t schedule_hosts(const struct schedule *s);

/* The host of url was found at this address (text); those at one address share its limit. */
void schedule_address(struct schedule *s, struct str url, struct str address);
/* The host of url asks for this pause between requests (robots.txt); 0 = none. */
void schedule_crawl_delay(struct schedule *s, struct str url, int64_t delay_s);
int64_t schedule_delay(struct schedule *s, struct str url); /* what it asks for */
/* A request to the host of url beside the polls (a page behind an item, the end of a redirect). 0: go, and
 * call schedule_leave when it is over. Else the time to ask again. */
int64_t schedule_enter(struct schedule *s, struct str url, int64_t now);
/* As schedule_enter, for who is at the host of home and stays there meanwhile: at one address his
 * room is for both, or as many as the address has would wait for each other. */
int64_t schedule_enter_from(struct schedule *s, struct str home, struct str url, int64_t now);
/* Its host is closed until host_free_at. */
void schedule_leave(struct schedule *s, struct str url, int64_t now, int64_t host_free_at);
/* The slot, neither busy nor waiting, is polled at the host of url from now. */
void schedule_rehome(struct schedule *s, struct slot *slot, struct str url);
/* Is the host of url that of slot, which is busy with it? */
bool schedule_is_home(struct schedule *s, const struct slot *slot, struct str url);

/* When to come back. interval: of the source; failures in a row so far (0 = it went well);
 * name seeds the jitter. Doubles per failure up to a day, +-10 %. */
int64_t schedule_after(int64_t now, int64_t interval_s, int64_t failures, struct str name);
/* When source i of n that are all due at now is first asked: spread evenly over interval_s, but
 * a few sources are not kept waiting (at most a second apart). */
int64_t schedule_spread(int64_t now, size_t i, size_t n, int64_t interval_s);

#endif
