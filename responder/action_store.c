/* action_store.c - rows of action. See action_store.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/action_store.h"

#define PICK_MAX 64

int
action_add(struct store *s, const struct action_row *r, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO action (id, incident, playbook, name, kind, n, level, state, why,"
		" let_by, at) VALUES (:id, :incident, :playbook, :name, :kind, :n, :level,"
		" :state, :why, :by, :at) ON CONFLICT (id) DO NOTHING");

	stmt_id(q, 1, &r->id);
	stmt_id(q, 2, &r->incident);
	stmt_text(q, 3, r->playbook);
	stmt_text(q, 4, r->name);
	stmt_text(q, 5, r->kind);
	stmt_int(q, 6, r->n);
	stmt_int(q, 7, r->level);
	stmt_text(q, 8, r->state);
	stmt_text(q, 9, r->why);
	stmt_text(q, 10, r->by);
	stmt_int(q, 11, r->at);
	return (int)stmt_run(q, e);
}

int
action_set(struct store *s, const struct action_row *r, struct str from, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "UPDATE action SET state = :state, why = :why, let_by = :by, started_at ="
		   " :started, ended_at = :ended, status = :status, us = :us, bytes = :bytes,"
		   " output = :output WHERE id = :id AND state = :from");

	stmt_text(q, 1, r->state);
	stmt_text(q, 2, r->why);
	stmt_text(q, 3, r->by);
	stmt_int(q, 4, r->started_at);
	stmt_int(q, 5, r->ended_at);
	stmt_int(q, 6, r->status);
	stmt_int(q, 7, r->us);
	stmt_int(q, 8, r->bytes);
	stmt_bytes(q, 9, r->output);
	stmt_id(q, 10, &r->id);
	stmt_text(q, 11, from);
	return (int)stmt_run(q, e);
}

#define COLUMNS                                                                               \
	"SELECT id, incident, playbook, name, kind, n, level, state, why, let_by, at,"        \
	" coalesce(started_at, 0), coalesce(ended_at, 0), coalesce(status, 0), coalesce(us, " \
	"0),"                                                                                 \
	" coalesce(bytes, 0), output FROM action"

/* Texts end with the step. */
static struct action_row
row_read(struct stmt *q)
{
	return (struct action_row){
		.id = stmt_col_id(q, 0),
		.incident = stmt_col_id(q, 1),
		.playbook = stmt_col_text(q, 2),
		.name = stmt_col_text(q, 3),
		.kind = stmt_col_text(q, 4),
		.n = stmt_col_int(q, 5),
		.level = stmt_col_int(q, 6),
		.state = stmt_col_text(q, 7),
		.why = stmt_col_text(q, 8),
		.by = stmt_col_text(q, 9),
		.at = stmt_col_int(q, 10),
		.started_at = stmt_col_int(q, 11),
		.ended_at = stmt_col_int(q, 12),
		.status = stmt_col_int(q, 13),
		.us = stmt_col_int(q, 14),
		.bytes = stmt_col_int(q, 15),
		.output = stmt_col_bytes(q, 16),
	};
}

static struct action_row
row_keep(struct stmt *q, struct arena *a)
{
	struct action_row r = row_read(q);
	struct str *texts[] = { &r.playbook, &r.name, &r.kind,  &r.state,
				&r.why,      &r.by,   &r.output };

	for (size_t i = 0; i < LY_COUNT(texts); i++)
		*texts[i] = arena_str(a, *texts[i]);
	return r;
}

static int
one(struct stmt *q, struct arena *a, struct action_row *out, struct err *e)
{
	int found = stmt_step(q, e);

	if (found > 0)
		*out = row_keep(q, a);
	stmt_reset(q);
	return found;
}

int
action_newest(struct store *s, const struct action_row *of, struct arena *a,
	      struct action_row *out, struct err *e)
{
	struct stmt *q = store_stmt(s, COLUMNS " WHERE incident = :incident AND playbook ="
					       " :playbook AND name = :name ORDER BY n DESC"
					       " LIMIT 1");

	stmt_id(q, 1, &of->incident);
	stmt_text(q, 2, of->playbook);
	stmt_text(q, 3, of->name);
	return one(q, a, out, e);
}

int
action_read(struct store *s, const struct id *id, struct arena *a, struct action_row *out,
	    struct err *e)
{
	struct stmt *q = store_stmt(s, COLUMNS " WHERE id = :id");

	stmt_id(q, 1, id);
	return one(q, a, out, e);
}

int
actions_pick(struct store *s, struct str state, const struct id *incident, struct arena *a,
	     struct action_rows *out, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		COLUMNS " WHERE state = :state AND (:incident IS NULL OR incident = :incident)"
			" ORDER BY at, id LIMIT 64");
	int more;

	*out = (struct action_rows){ arena_alloc(a, PICK_MAX * sizeof *out->v), 0 };
	stmt_text(q, 1, state);
	if (incident)
		stmt_id(q, 2, incident);
	while ((more = stmt_step(q, e)) > 0)
		out->v[out->n++] = row_keep(q, a);
	stmt_reset(q);
	return more;
}

int
actions_read(struct store *s, const struct id *incident,
	     void (*each)(void *arg, const struct action_row *row), void *arg, struct err *e)
{
	struct stmt *q =
		store_stmt(s, COLUMNS " WHERE incident = :incident ORDER BY at, name, n");
	int more;

	stmt_id(q, 1, incident);
	while ((more = stmt_step(q, e)) > 0) {
		struct action_row r = row_read(q);

		each(arg, &r);
	}
	stmt_reset(q);
	return more;
}
