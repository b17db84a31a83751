/*
 * group_store.h - rows of notice_group and group_member: what is told together, when next (group.h).
 *
 * Writing functions need the stage's open transaction.
 */
#ifndef LY_RESPONDER_GROUP_STORE_H
#define LY_RESPONDER_GROUP_STORE_H

#include "core/store.h"
#include "responder/jump.h"
#include "responder/group.h"

struct group_row {
	struct id id;
	int64_t interval_s, repeat_s;          /* as its route said when it was last joined */
	int64_t flushed_at, flush_at, told_at; /* 0: not yet                               */
};
/* 1, 0 there is none, -1. */
int group_read(struct store *s, const struct id *id, struct group_row *g,
	       struct err *e) LY_MUST_USE;
int group_write(struct store *s, const struct group_row *g, struct err *e) LY_MUST_USE;
/* And its members. */
int group_drop(struct store *s, const struct id *id, struct err *e) LY_MUST_USE;
/* Ids of groups whose flush is due, soonest first, at most GROUPS_MAX. */
#define GROUPS_MAX 64
int groups_due(struct store *s, int64_t now, struct id *out, size_t *n,
	       struct err *e) LY_MUST_USE;
/* The clock was set back and is now: what each began in the span goes on as it would have. Spans by the
 * oldest first. 0 or -1. */
int groups_earlier(struct store *s, const struct set_back_span *span, int64_t now,
		   struct err *e) LY_MUST_USE;

struct group_seat {
	struct group_member member;
	int64_t told_at; /* 0: not yet           */
	int64_t gone_at; /* 0: it is still there */
};
/* It joins, or comes back. */
int group_join(struct store *s, const struct id *group, const struct group_member *m,
	       struct err *e) LY_MUST_USE;
/* At most max, those not gone first. How many, or -1. */
int group_seats(struct store *s, const struct id *group, struct group_seat *out, int max,
		struct err *e) LY_MUST_USE;
/* Who is there was told now; who is gone is no more in it. */
int group_told(struct store *s, const struct id *group, int64_t now, struct err *e) LY_MUST_USE;
int group_forget(struct store *s, const struct id *group, struct err *e) LY_MUST_USE;
/* The incident leaves every group, but those where it sits at this level (0: all), or of them only that
 * one (none: any). Their ids, at most GROUPS_MAX. */
int group_leave(struct store *s, const struct group_member *but, const struct id *group,
		int64_t now, struct id *out, size_t *n, struct err *e) LY_MUST_USE;

#endif
