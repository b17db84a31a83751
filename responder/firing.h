/*
 * firing.h - firing 触发: a trigger saw its condition come true, with every figure it used.
 *
 * A value; texts are borrowed and live as long as whoever hands it out says (in the stage:
 * until the batch is settled). Identity: hash(trigger, watch, window start, story, grade).
 */
#ifndef LY_RESPONDER_FIRING_H
#define LY_RESPONDER_FIRING_H

#include "core/base.h"

struct firing {
	struct id id;
	struct str trigger; /* name in the configuration                           */
	struct id version;  /* hash of the trigger's settings                      */
	struct str watch;
	struct str story; /* hex of the story that leads, or empty               */
	struct id lead;   /* the story that most of what it counts tells; all zero: none does */
	struct str topic; /* what most of it is about, or empty                  */
	int64_t grade;    /* 1..3 = W1..W3                                       */
	int64_t at;       /* when it was judged                                  */
	int64_t from_at, to_at; /* the window: from_at < arrived_at <= to_at         */
	int64_t observed;       /* counts, in the trigger's signal                     */
	int64_t threshold;      /* the smallest value that fires                       */
	int64_t baseline; /* 1/1000 of a count in a window of this length; -1 = not asked */
	int64_t first_at; /* arrival of the first mention counted                */
	int64_t safety;   /* 1: a safety topic                                   */
	struct str facts; /* JSON: every figure of the reasons and how it was counted */
	struct str reason_zh, reason_en;
	const struct id *evidence; /* mentions counted, newest first: show the first few */
	size_t evidence_n;
	int64_t as_of; /* commit sequence it becomes visible in               */
};

#endif
