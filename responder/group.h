/*
 * group.h - group 分组: what is told together, and whether there is anything to tell. Pure.
 *
 * As in Alertmanager: a new group waits group_wait for others, one that was told goes on in
 * steps of group_interval, and what did not change is told again after repeat_interval. A member
 * is an incident at a level: what rises is new.
 */
#ifndef LY_RESPONDER_GROUP_H
#define LY_RESPONDER_GROUP_H

#include "core/base.h"

struct group_member {
	struct id incident;
	int64_t level;
};
struct group_members {
	const struct group_member *v;
	size_t n;
};
/* What was told last. */
struct group_past {
	struct group_members firing, resolved;
	int64_t at; /* when */
};
struct group_ask {
	const struct group_past *past; /* NULL: nothing was ever told */
	struct group_members firing, resolved;
	int64_t repeat_s;
	bool tell_resolved; /* each that is over, not only all of them */
	int64_t now;
};
enum group_why {
	GROUP_NOTHING,
	GROUP_FIRST,    /* the first that is told of it     */
	GROUP_NEW,      /* one fires that was not told of   */
	GROUP_RESOLVED, /* one is over                      */
	GROUP_OVER,     /* all are over: once               */
	GROUP_REPEAT    /* nothing changed for repeat_s     */
};
extern const char *const group_why_words[]; /* "nothing", "first", … */
enum group_why group_decide(const struct group_ask *q);

struct group_clock {
	int64_t wait_s, interval_s;
	int64_t flushed_at; /* the last flush; 0: none yet        */
	int64_t flush_at;   /* the one that is planned; 0: none   */
};
/* When what joins now is told. since: when it began: what is older than wait_s does not wait for a
 * first flush. */
int64_t group_flush_at(const struct group_clock *c, int64_t since, int64_t now);
/* The flush of a group at which it is told again, nothing new: the first step of interval_s after
 * told_at + repeat_s. */
int64_t group_repeat_at(const struct group_clock *c, int64_t told_at, int64_t repeat_s);

#endif
