/* deadline_store.c - see deadline_store.h. next_at is deadline_next_at(), NULL when there is none. */
#include "core/base.h"

#include "core/str.h"
#include "responder/deadline_store.h"

int
deadline_write(struct store *s, const struct deadline *d, struct err *e)
{
	int64_t next_at = deadline_next_at(d);
	struct stmt *q = store_stmt(
		s, "INSERT INTO deadline (incident, kind, started_at, due_at, percent,"
		   " ended_at, next_at) VALUES (:incident, :kind, :started, :due, :percent,"
		   " :ended, :next) ON CONFLICT (incident, kind) DO UPDATE SET started_at ="
		   " excluded.started_at, due_at = excluded.due_at, percent = excluded.percent,"
		   " ended_at = excluded.ended_at, next_at = excluded.next_at");

	stmt_id(q, 1, &d->incident);
	stmt_text(q, 2, str_of(deadline_rules[d->kind].word));
	stmt_int(q, 3, d->started_at);
	stmt_int(q, 4, d->due_at);
	stmt_int(q, 5, d->percent);
	if (d->ended_at)
		stmt_int(q, 6, d->ended_at);
	if (next_at != INT64_MAX)
		stmt_int(q, 7, next_at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

#define COLUMNS "SELECT incident, kind, started_at, due_at, percent, ended_at FROM deadline"

/* False: of a kind that this program does not know. */
static bool
row_of(struct stmt *q, struct deadline *d)
{
	*d = (struct deadline){ .incident = stmt_col_id(q, 0),
				.kind = deadline_of_word(stmt_col_text(q, 1)),
				.started_at = stmt_col_int(q, 2),
				.due_at = stmt_col_int(q, 3),
				.percent = stmt_col_int(q, 4),
				.ended_at = stmt_col_int(q, 5) };
	return d->kind != DEADLINE_KINDS;
}

static int
rows_of(struct stmt *q, struct deadline *v, int max, struct err *e)
{
	int more = 0, n = 0;

	while (n < max && (more = stmt_step(q, e)) > 0)
		n += row_of(q, &v[n]);
	stmt_reset(q);
	return more < 0 ? -1 : n;
}

int
deadline_read(struct store *s, const struct id *incident, enum deadline_kind kind,
	      struct deadline *d, struct err *e)
{
	struct stmt *q =
		store_stmt(s, COLUMNS " WHERE incident = :incident AND kind = :kind LIMIT 1");

	stmt_id(q, 1, incident);
	stmt_text(q, 2, str_of(deadline_rules[kind].word));
	return rows_of(q, d, 1, e);
}

int
deadlines_of(struct store *s, const struct id *incident, struct deadline *v, struct err *e)
{
	struct stmt *q = store_stmt(s, COLUMNS " WHERE incident = :incident AND ended_at IS"
					       " NULL ORDER BY due_at, kind");

	stmt_id(q, 1, incident);
	return rows_of(q, v, DEADLINE_KINDS, e);
}

int
deadlines_due_at(struct store *s, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT min(next_at) FROM deadline WHERE next_at IS NOT"
				       " NULL");
	int found = stmt_step(q, e);

	*at = found > 0 && !stmt_col_null(q, 0) ? stmt_col_int(q, 0) : INT64_MAX;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
deadlines_due(struct store *s, int64_t now, struct deadline *v, int max, struct err *e)
{
	struct stmt *q = store_stmt(s, COLUMNS " WHERE next_at <= :now ORDER BY next_at,"
					       " incident, kind");

	stmt_int(q, 1, now);
	return rows_of(q, v, max, e);
}
