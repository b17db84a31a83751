#include "core/base.h"

#include "core/str.h"
#include "responder/library_store.h"

int
library_stale(struct store *s, int64_t now, struct arena *a, struct library_stale *v, int max,
	      struct err *e)
{
	/* What a case is made of is never changed but by a row more, or one that was erased. */
	struct stmt *q = store_stmt(
		s,
		"SELECT number, signature FROM (SELECT i.number AS number, i.closed_at AS"
		" closed_at, i.version || '.' || (SELECT count(*) || '.' ||"
		" count(n.erased_at) FROM entry n WHERE n.incident = i.id) || '.' ||"
		" coalesce(i.expired_at, 0) AS signature FROM incident i WHERE i.state ="
		" 'closed') c WHERE NOT EXISTS (SELECT 1 FROM library l WHERE l.kind ="
		" 'case' AND l.name = c.number AND l.signature = c.signature AND"
		" (l.again_at = 0 OR l.again_at > :now)) ORDER BY closed_at DESC, number DESC"
		" LIMIT :max");
	int n = 0, more;

	stmt_int(q, 1, now);
	stmt_int(q, 2, max);
	while (n < max && (more = stmt_step(q, e)) > 0)
		v[n++] = (struct library_stale){ arena_str(a, stmt_col_text(q, 0)),
						 arena_str(a, stmt_col_text(q, 1)) };
	stmt_reset(q);
	return n < max && more < 0 ? -1 : n;
}

int
library_changes(struct store *s, int64_t out[2], struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT (SELECT coalesce(max(seq), 0) FROM move),"
				       " (SELECT coalesce(max(seq), 0) FROM entry)");
	int found = stmt_step(q, e);

	if (found > 0) {
		out[0] = stmt_col_int(q, 0);
		out[1] = stmt_col_int(q, 1);
	}
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

static int
next_n(struct store *s, int64_t *n, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT coalesce(max(n), 0) + 1 FROM library");
	int found = stmt_step(q, e);

	*n = found > 0 ? stmt_col_int(q, 0) : 1;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
library_put(struct store *s, struct library_row *row, struct err *e)
{
	struct stmt *q;

	if (next_n(s, &row->n, e) < 0)
		return -1;
	q = store_stmt(s,
		       "INSERT INTO library (n, kind, name, title, watch, signature, traits,"
		       " at, again_at) VALUES (:n, :kind, :name, :title, :watch, :signature,"
		       " :traits, :at, :again) ON CONFLICT (kind, name) DO UPDATE SET title ="
		       " excluded.title, watch = excluded.watch, signature ="
		       " excluded.signature, traits = excluded.traits, at = excluded.at,"
		       " again_at = excluded.again_at");
	stmt_int(q, 1, row->n);
	stmt_text(q, 2, row->kind);
	stmt_text(q, 3, row->name);
	stmt_text(q, 4, row->title);
	stmt_text(q, 5, row->watch);
	stmt_text(q, 6, row->signature);
	stmt_text(q, 7, row->traits);
	stmt_int(q, 8, row->at);
	stmt_int(q, 9, row->again_at);
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "SELECT n FROM library WHERE kind = :kind AND name = :name");
	stmt_text(q, 1, row->kind);
	stmt_text(q, 2, row->name);
	if (stmt_step(q, e) <= 0)
		return -1;
	row->n = stmt_col_int(q, 0);
	stmt_reset(q);
	return 0;
}

#define COLUMNS \
	"SELECT n, kind, name, title, watch, signature, traits, at, again_at FROM library"

static struct library_row
row_of(struct stmt *q)
{
	return (struct library_row){ .n = stmt_col_int(q, 0),
				     .kind = stmt_col_text(q, 1),
				     .name = stmt_col_text(q, 2),
				     .title = stmt_col_text(q, 3),
				     .watch = stmt_col_text(q, 4),
				     .signature = stmt_col_text(q, 5),
				     .traits = stmt_col_text(q, 6),
				     .at = stmt_col_int(q, 7),
				     .again_at = stmt_col_int(q, 8) };
}

static int
row_read(struct stmt *q, struct arena *a, struct library_row *out, struct err *e)
{
	int found = stmt_step(q, e);

	if (found > 0) {
		struct str *texts[] = { &out->kind,  &out->name,      &out->title,
					&out->watch, &out->signature, &out->traits };

		*out = row_of(q);
		for (size_t i = 0; i < LY_COUNT(texts); i++)
			*texts[i] = arena_str(a, *texts[i]);
	}
	stmt_reset(q);
	return found;
}

int
library_get(struct store *s, struct str kind, struct str name, struct arena *a,
	    struct library_row *out, struct err *e)
{
	struct stmt *q = store_stmt(s, COLUMNS " WHERE kind = :kind AND name = :name");

	stmt_text(q, 1, kind);
	stmt_text(q, 2, name);
	return row_read(q, a, out, e);
}

int
library_at(struct store *s, int64_t n, struct arena *a, struct library_row *out, struct err *e)
{
	struct stmt *q = store_stmt(s, COLUMNS " WHERE n = :n");

	stmt_int(q, 1, n);
	return row_read(q, a, out, e);
}

int
library_each(struct store *s, struct str kind, int64_t limit,
	     int (*each)(void *arg, const struct library_row *row), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, COLUMNS " WHERE :kind = '' OR kind = :kind ORDER BY at"
					       " DESC, name DESC LIMIT :limit");
	int more, stop = 0;

	stmt_text(q, 1, kind);
	stmt_int(q, 2, limit);
	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct library_row row = row_of(q);

		stop = each(arg, &row);
	}
	stmt_reset(q);
	return stop ? stop : more;
}

int
library_drop(struct store *s, int64_t n, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM library WHERE n = :n");

	stmt_int(q, 1, n);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
library_reopened(struct store *s, int64_t *v, int max, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT l.n FROM library l JOIN incident i ON i.number ="
				       " l.name WHERE l.kind = 'case' AND i.state <> 'closed'"
				       " LIMIT :max");
	int n = 0, more;

	stmt_int(q, 1, max);
	while (n < max && (more = stmt_step(q, e)) > 0)
		v[n++] = stmt_col_int(q, 0);
	stmt_reset(q);
	return n < max && more < 0 ? -1 : n;
}
