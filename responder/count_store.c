#include "core/base.h"

#include "core/str.h"
#include "responder/count_store.h"

int
count_put(struct store *s, const struct count_row *r, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO count_block (watch, to_at, from_at, as_of, bytes) VALUES"
		   " (:watch, :to, :from, :as_of, :bytes) ON CONFLICT (watch, to_at) DO UPDATE"
		   " SET from_at = excluded.from_at, as_of = excluded.as_of,"
		   " bytes = excluded.bytes");

	stmt_text(q, 1, r->watch);
	stmt_int(q, 2, r->to_at);
	stmt_int(q, 3, r->from_at);
	stmt_int(q, 4, r->as_of);
	stmt_bytes(q, 5, r->bytes);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

static int
each_row(struct stmt *q, int (*each)(void *arg, const struct count_row *r), void *arg,
	 struct err *e)
{
	int more, stop = 0;

	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct count_row r = { .watch = stmt_col_text(q, 0),
				       .from_at = stmt_col_int(q, 1),
				       .to_at = stmt_col_int(q, 2),
				       .as_of = stmt_col_int(q, 3),
				       .bytes = stmt_col_bytes(q, 4) };

		stop = each(arg, &r);
	}
	stmt_reset(q);
	return stop ? stop : more;
}

int
count_read(struct store *s, struct str watch, int64_t from,
	   int (*each)(void *arg, const struct count_row *r), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT watch, from_at, to_at, as_of, bytes FROM"
				       " count_block WHERE watch = :watch AND to_at > :from"
				       " ORDER BY to_at");

	stmt_text(q, 1, watch);
	stmt_int(q, 2, from);
	return each_row(q, each, arg, e);
}

int
count_read_all(struct store *s, int (*each)(void *arg, const struct count_row *r), void *arg,
	       struct err *e)
{
	return each_row(store_stmt(s, "SELECT watch, from_at, to_at, as_of, bytes FROM"
				      " count_block ORDER BY watch, to_at"),
			each, arg, e);
}

/* The one time that q finds. */
static int
time_of(struct stmt *q, int64_t *at, struct err *e)
{
	int found = stmt_step(q, e);

	if (found > 0 && stmt_col_null(q, 0))
		found = 0;
	if (found > 0)
		*at = stmt_col_int(q, 0);
	stmt_reset(q);
	return found;
}

int
count_read_next(struct store *s, int64_t after, int64_t *to_at,
		int (*each)(void *arg, const struct count_row *r), void *arg, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT min(to_at) FROM count_block WHERE to_at > :after");
	int found;

	stmt_int(q, 1, after);
	found = time_of(q, to_at, e);
	if (found <= 0)
		return found;
	q = store_stmt(s, "SELECT watch, from_at, to_at, as_of, bytes FROM count_block WHERE"
			  " to_at = :to");
	stmt_int(q, 1, *to_at);
	return each_row(q, each, arg, e) < 0 ? -1 : 1;
}

int
count_frontier(struct store *s, struct str watch, int64_t *at, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT max(to_at) FROM count_block WHERE watch = :watch");
	int found;

	stmt_text(q, 1, watch);
	found = time_of(q, at, e);
	if (found)
		return found;
	if (!watch.n)
		return time_of(store_stmt(s, "SELECT min(arrived_at) FROM document"), at, e);
	q = store_stmt(s, "SELECT min(arrived_at) FROM mention WHERE watch = :watch");
	stmt_text(q, 1, watch);
	return time_of(q, at, e);
}

int
count_nth(struct store *s, const struct count_span *of, int64_t n, int64_t *at, struct err *e)
{
	struct stmt *q =
		of->watch.n
			? store_stmt(s, "SELECT arrived_at FROM mention WHERE arrived_at >="
					" :from AND arrived_at < :to AND watch = :watch ORDER"
					" BY arrived_at LIMIT 1 OFFSET :n")
			: store_stmt(s,
				     "SELECT arrived_at FROM document WHERE arrived_at >="
				     " :from AND arrived_at < :to ORDER BY arrived_at LIMIT 1"
				     " OFFSET :n");

	stmt_int(q, 1, of->from);
	stmt_int(q, 2, of->to);
	if (of->watch.n)
		stmt_text(q, 3, of->watch);
	stmt_int(q, of->watch.n ? 4 : 3, n);
	return time_of(q, at, e);
}

int
count_emptied(struct store *s, const struct count_quiet *quiet, struct arena *a,
	      struct count_row *r, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT watch, from_at, to_at, as_of FROM count_block WHERE to_at > :after"
		   " AND as_of < 0 AND as_of <> :unfit AND (as_of > :until OR as_of < :ahead)"
		   " ORDER BY to_at, watch LIMIT 1");
	int found;

	stmt_int(q, 1, quiet->after);
	stmt_int(q, 2, COUNT_UNFIT);
	stmt_int(q, 3, -quiet->until);
	stmt_int(q, 4, -quiet->ahead);
	found = stmt_step(q, e);
	if (found > 0)
		*r = (struct count_row){ .watch = arena_str(a, stmt_col_text(q, 0)),
					 .from_at = stmt_col_int(q, 1),
					 .to_at = stmt_col_int(q, 2),
					 .as_of = stmt_col_int(q, 3) };
	stmt_reset(q);
	return found;
}

int
count_shorten(struct store *s, const struct count_row *r, int64_t from_at, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE count_block SET from_at = :from WHERE watch ="
				       " :watch AND to_at = :to");

	stmt_int(q, 1, from_at);
	stmt_text(q, 2, r->watch);
	stmt_int(q, 3, r->to_at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
count_until(struct store *s, int64_t *at, struct err *e)
{
	*at = 0;
	return time_of(store_stmt(s, "SELECT max(to_at) FROM count_block"), at, e) < 0 ? -1 : 0;
}

/* The first three of each statement below: when, no bytes, and which rows need not be told. */
static void
emptied_at(struct stmt *q, int64_t now)
{
	stmt_int(q, 1, -now);
	stmt_bytes(q, 2, STR(""));
	stmt_int(q, 3, COUNT_TOLD_S - now);
}
#define EMPTY                                                    \
	"UPDATE count_block SET as_of = :emptied, bytes = :none" \
	" WHERE as_of > :told AND as_of <> -2"

int
count_empty(struct store *s, struct str watch, int64_t at, int64_t now, struct err *e)
{
	struct stmt *q =
		store_stmt(s, EMPTY " AND watch = :watch AND from_at <= :at AND to_at ="
				    " (SELECT min(b.to_at) FROM count_block b WHERE"
				    " b.watch = :watch AND b.to_at > :at)");

	emptied_at(q, now);
	stmt_text(q, 4, watch);
	stmt_int(q, 5, at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
count_empty_between(struct store *s, int64_t from, int64_t to, int64_t now, struct err *e)
{
	struct stmt *q = store_stmt(s, EMPTY " AND to_at > :from AND from_at < :to"
					     " AND watch <> ''");

	emptied_at(q, now);
	stmt_int(q, 4, from);
	stmt_int(q, 5, to);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
count_empty_at(struct store *s, int64_t at, int64_t now, struct err *e)
{
	/* Watch by watch along the keys; of those that nothing was said of then, none. */
	struct stmt *q = store_stmt(
		s, "WITH RECURSIVE w (watch) AS (SELECT min(watch) FROM count_block WHERE watch"
		   " > '' UNION ALL SELECT (SELECT min(b.watch) FROM count_block b WHERE"
		   " b.watch > w.watch) FROM w WHERE w.watch IS NOT NULL)"
		   " SELECT w.watch FROM w WHERE EXISTS (SELECT 1 FROM mention m WHERE m.watch"
		   " = w.watch AND m.arrived_at = :at)");
	int more, bad = 0;

	stmt_int(q, 1, at);
	while (!bad && (more = stmt_step(q, e)) > 0)
		bad = count_empty(s, stmt_col_text(q, 0), at, now, e);
	stmt_reset(q);
	return bad < 0 ? -1 : more;
}
