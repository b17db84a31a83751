/* phase_store.c - the curve of an incident, from the roll-ups by hour. */
#include "core/base.h"

#include "responder/phase.h"

#define HOUR    3600
#define USUAL_S (28 * 86400)

static int64_t
hour_of(int64_t at)
{
	return at - at % HOUR;
}

static int
usual_read(struct store *s, const struct phase_ask *q, struct phase_curve *c, struct err *e)
{
	struct stmt *rows = store_stmt(
		s, "SELECT coalesce(sum(CASE WHEN :topic = '' THEN negative ELSE mentions END),"
		   " 0), min(at) FROM rollup_hour WHERE watch = :watch AND topic = :topic AND"
		   " at >= :from AND at < :until");
	int64_t until = hour_of(q->from), from = until - USUAL_S, first;
	int found;

	stmt_text(rows, 1, q->topic);
	stmt_text(rows, 2, q->watch);
	stmt_int(rows, 3, from);
	stmt_int(rows, 4, until);
	found = stmt_step(rows, e);
	first = found > 0 && !stmt_col_null(rows, 1) ? stmt_col_int(rows, 1) : until;
	if (first < until)
		c->usual_milli = stmt_col_int(rows, 0) * 1000 / ((until - first) / HOUR);
	stmt_reset(rows);
	return found < 0 ? -1 : 0;
}

int
phase_read(struct store *s, const struct phase_ask *q, struct phase_curve *c, struct err *e)
{
	int64_t last = hour_of(q->now), from = hour_of(q->from);
	struct stmt *rows;
	int more;

	*c = (struct phase_curve){ .n = 0 };
	if (from < last - (PHASE_HOURS - 1) * HOUR)
		from = last - (PHASE_HOURS - 1) * HOUR;
	c->n = from <= last ? (size_t)((last - from) / HOUR + 1) : 1;
	rows = store_stmt(s, "SELECT at, CASE WHEN :topic = '' THEN negative ELSE mentions END"
			     " FROM rollup_hour WHERE watch = :watch AND topic = :topic AND at"
			     " >= :from AND at <= :last");
	stmt_text(rows, 1, q->topic);
	stmt_text(rows, 2, q->watch);
	stmt_int(rows, 3, from);
	stmt_int(rows, 4, last);
	while ((more = stmt_step(rows, e)) > 0)
		c->v[(stmt_col_int(rows, 0) - from) / HOUR] += stmt_col_int(rows, 1);
	stmt_reset(rows);
	return more < 0 ? -1 : usual_read(s, q, c, e);
}
