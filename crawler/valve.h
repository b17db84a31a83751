/*
 * valve.h - what is left undone when there is more to do than this machine can. Pure.
 *
 *   OPEN ──85 % for 5 s──▶ POLL_LESS ──95 % for 5 s──▶ NO_PAGES
 *     ◀── under 70 % for 30 s ──┘ ◀── under 70 % for 30 s ──┘
 *
 * The load is the fullest of three budgets: the queue (documents without a receipt, by how long
 * they take at the pace of now, of 5 s), the disk (spool.keep_bytes and as much again) and the
 * processors (of this process). What is shed, in this order:
 *
 *   1. POLL_LESS  sources are asked a quarter as often, none later than an hour beyond its time
 *   2. NO_PAGES   those that need a page of its own for each item, and further pages, wait; none
 *                 for more than an hour
 *
 * Nothing that was taken in is shed, nor what is pushed or brought by a hub. And what fires at once
 * is asked as ever: official and complaint sources, hot lists, numbers, inboxes, the sources of
 * an open incident and those that a person hurries. So the valve puts polls off; it drops nothing.
 */
#ifndef LY_CRAWLER_VALVE_H
#define LY_CRAWLER_VALVE_H

#include "core/base.h"

#define VALVE_FULL   1000
#define VALVE_CLEAR  700
#define VALVE_OVER_S 5
#define VALVE_CALM_S 30
#define VALVE_MOST_S 3600 /* nothing is put off for longer */
#define VALVE_LAG_S  5    /* the queue's budget            */

enum valve_step { VALVE_OPEN, VALVE_POLL_LESS, VALVE_NO_PAGES, VALVE_STEPS };
extern const char *const valve_words[]; /* "open", "poll_less", "no_pages", NULL */

/* Of each budget, 1/1000; may be over VALVE_FULL. */
struct valve_load {
	int64_t queue, disk, cpu;
};
/* open documents, and how many were receipted within so many ms: the queue's share. A batch or
 * two is no queue. */
int64_t valve_queue(int64_t open, int64_t receipted, int64_t within_ms);

struct valve {
	enum valve_step step;
	int64_t since_at; /* when it left OPEN; 0 = it is open          */
	int64_t over_at;  /* since when the next step's load is reached */
	int64_t calm_at;  /* since when it is under VALVE_CLEAR         */
};
/* now: a clock in seconds that never goes back. */
struct valve valve_next(struct valve v, const struct valve_load *load, int64_t now);

/* A source whose time has come. */
struct valve_source {
	bool spared, pages;
	int64_t asked_at; /* last; 0 = never */
	int64_t due_at;   /* when it was due first, before it was put off */
};
/* Until when it is put off; 0: it is asked now. */
int64_t valve_put_off(enum valve_step step, const struct valve_source *s, int64_t now);

#endif
