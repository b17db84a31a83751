/*
 * lives.h - a small world in which incidents live: stories, pages, clocks, people, without record or
 * outbox. It goes by RESPONSE.md section 2 and never asks the table of moves what may happen: what
 * it does must be accepted, and have the outcome written there. What breaks a rule is in why.
 */
#ifndef LY_TESTS_LIVES_H
#define LY_TESTS_LIVES_H

#include "responder/course.h"
#include "responder/deadline.h"
#include "responder/hush.h"

#define HOUR 3600
#define DAY  86400
#define T0   ((int64_t)1773446400)

enum { STORIES = 3, WATCHES = 6, INCIDENTS_MAX = 24, STEPS = 90, ROWS_MAX = 80, PEOPLE = 4 };

struct story {
	bool fired[4]; /* by grade, until it clears            */
	int64_t peak;  /* most that was counted in its incident */
	struct hush_reach reach, then;
	bool hushed;
};
struct page {
	bool waits;      /* planned, not sent                 */
	int64_t sent_at; /* when it will leave, or has left   */
	int64_t held_from;
	int64_t level, step, due_at; /* due_at 0: no answer is waited for */
};
struct life {
	struct incident i;
	unsigned stories; /* bits of those it is about */
	unsigned watches; /* bits: its own, and of those that were merged into it */
	struct page page;
	struct deadline clock[DEADLINE_KINDS]; /* started_at 0: never */
	bool inherited[DEADLINE_KINDS];        /* from one that was merged into it */
	bool out[PEOPLE];
	int64_t moves;
};
typedef enum course_tie lives_tie(const struct incident *i, bool tells, bool own, bool heir);
struct lives {
	const struct level_move *table;
	lives_tie *tie; /* which open incident a firing belongs to */
	int64_t *taken; /* by row */
	uint64_t dice;
	int64_t now;
	struct story story[STORIES];
	struct life v[INCIDENTS_MAX];
	size_t n;
	char why[200]; /* what went wrong; empty: nothing */
};
struct act {
	enum incident_event event;
	int64_t grade, until;
	bool person; /* did it, and no clock or trigger */
	const struct incident *other;
};

/* 0 .. sides - 1, the same for the same seed. */
uint32_t lives_dice(struct lives *w, uint32_t sides);
/* The first of all mistakes is kept. */
void lives_wrong(struct lives *w, const struct life *x, const char *what);
bool lives_runs(const struct life *x, enum deadline_kind k);
/* An event comes to x: it must be accepted and come out as RESPONSE.md has it. */
void lives_move(struct lives *w, struct life *x, const struct act *a);
/* What must be refused is, and nothing has changed. */
void lives_refused(struct lives *w, struct life *x, enum incident_event event);
/* One more, about these stories, of these watches (bits); there must be room. */
struct life *lives_add(struct lives *w, unsigned stories, unsigned watches);
bool lives_have_room(const struct lives *w);
/* As turn.c does each minute. */
void lives_mark(struct lives *w);
/* Time goes on to at: what is due by itself happens in its order. */
void lives_until(struct lives *w, int64_t at);
/* Every rule that must hold at any time. */
void lives_check(struct lives *w);

#endif
