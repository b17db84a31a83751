/* duty_store.c - rows of duty. See duty_store.h. */
#include "core/base.h"

#include "responder/duty_store.h"

#define ROWS_MAX 256

int
duty_write(struct store *s, const struct duty_row *r, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO duty (incident, name, started_at, due_at, percent, ended_at)"
		   " VALUES (:incident, :name, :started, :due, :percent, :ended) ON CONFLICT"
		   " (incident, name) DO UPDATE SET started_at = excluded.started_at, due_at ="
		   " excluded.due_at, percent = excluded.percent, ended_at ="
		   " excluded.ended_at");

	stmt_id(q, 1, &r->clock.incident);
	stmt_text(q, 2, r->name);
	stmt_int(q, 3, r->clock.started_at);
	stmt_int(q, 4, r->clock.due_at);
	stmt_int(q, 5, r->clock.percent);
	stmt_int(q, 6, r->clock.ended_at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

#define ROWS       "SELECT incident, name, started_at, due_at, percent, ended_at FROM duty WHERE "
#define ROWS_ORDER " ORDER BY due_at, name LIMIT 256"
const char duties_of_incident[] = ROWS "incident = :incident" ROWS_ORDER;

int
duties_read(struct store *s, const struct id *incident, struct arena *a, struct duty_rows *out,
	    struct err *e)
{
	struct stmt *q =
		store_stmt(s, incident ? duties_of_incident
				       : ROWS "ended_at = 0 AND percent < 100" ROWS_ORDER);
	int more;

	*out = (struct duty_rows){ arena_alloc(a, ROWS_MAX * sizeof *out->v), 0 };
	if (incident)
		stmt_id(q, 1, incident);
	while ((more = stmt_step(q, e)) > 0)
		out->v[out->n++] = (struct duty_row){
			.name = arena_str(a, stmt_col_text(q, 1)),
			.clock = { .incident = stmt_col_id(q, 0),
				   .started_at = stmt_col_int(q, 2),
				   .due_at = stmt_col_int(q, 3),
				   .percent = stmt_col_int(q, 4),
				   .ended_at = stmt_col_int(q, 5) },
		};
	stmt_reset(q);
	return more;
}
