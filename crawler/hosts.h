/*
 * hosts.h - the hosts that are asked, and the addresses they live at: who may be asked now.
 *
 * A host has a queue of its own (per_host requests at a time, a pause between them, closed by
 * Retry-After); hosts that turned out to live at one address share per_address requests, so that
 * two hundred blogs of one small server are not asked at once. Pure but for memory.
 * Only schedule.c includes this.
 */
#ifndef LY_CRAWLER_HOSTS_H
#define LY_CRAWLER_HOSTS_H

#include "core/base.h"

#define HOST_NAME_MAX_BYTES 255

struct slot;
/* In a heap, by at, then order. */
struct due {
	int64_t at;
	uint64_t order;
	size_t pos; /* in its heap, from 1; 0 = in none */
};
struct place {
	struct place *next; /* in its bucket */
	char *name;
	size_t busy, hosts;        /* requests running; hosts that live here */
	struct host *first, *last; /* wait for one of them to end            */
};
struct host {
	struct due due;    /* first: when it can serve the sources that wait for it */
	struct host *next; /* in its bucket */
	char *name;
	int64_t free_at; /* closed until                              */
	int64_t delay_s; /* its own word: robots.txt's crawl-delay    */
	size_t busy;
	size_t sources;            /* that live here; 0: it may be forgotten */
	struct place *place;       /* NULL: not known yet */
	struct slot *first, *last; /* due, and waiting for it */
	struct host *queued;       /* next in its place's queue */
	bool in_queue;
};
struct hosts;
struct hosts *hosts_new(void);
void hosts_free(struct hosts *h);
/* By the host of url (its port does not count); those without one share one. Never NULL; lives
 * as long as hosts. */
struct host *hosts_get(struct hosts *h, struct str url);
/* host lives at address from now (its running requests count there). Returns the place it left,
 * for whoever waits there, or NULL. */
struct place *hosts_move(struct hosts *h, struct host *host, struct str address);
/* A place without hosts, requests and queue may go. */
void hosts_tidy(struct hosts *h, struct place *p);
/* Forget hosts without sources that are idle and open at now. */
void hosts_sweep(struct hosts *h, int64_t now);
size_t hosts_count(const struct hosts *h);

#endif
