#include "core/base.h"

#include "responder/signal_store.h"
#include "responder/sitrep.h"

#define COLUMNS "incident, since_at, n, told_at, next_at, to_seq, mentions"

int
sitrep_write(struct store *s, const struct sitrep_state *x, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO sitrep (" COLUMNS ") VALUES (:incident, :since, :n, :told,"
		   " :next, :to_seq, :mentions) ON CONFLICT (incident) DO UPDATE SET since_at ="
		   " excluded.since_at, n = excluded.n, told_at = excluded.told_at, next_at ="
		   " excluded.next_at, to_seq = excluded.to_seq, mentions = excluded.mentions");

	stmt_id(q, 1, &x->incident);
	stmt_int(q, 2, x->since_at);
	stmt_int(q, 3, x->n);
	stmt_int(q, 4, x->told_at);
	stmt_int(q, 5, x->next_at);
	stmt_int(q, 6, x->to_seq);
	stmt_int(q, 7, x->mentions);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* How many it has had stays: numbers of one incident never come again. */
int
sitrep_end(struct store *s, const struct id *incident, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE sitrep SET next_at = NULL WHERE incident ="
				       " :incident AND next_at IS NOT NULL");

	stmt_id(q, 1, incident);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

static struct sitrep_state
row_of(struct stmt *q)
{
	return (struct sitrep_state){ stmt_col_id(q, 0),  stmt_col_int(q, 1),
				      stmt_col_int(q, 2), stmt_col_int(q, 3),
				      stmt_col_int(q, 4), stmt_col_int(q, 5),
				      stmt_col_int(q, 6) };
}

int
sitrep_read(struct store *s, const struct id *incident, struct sitrep_state *x, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT " COLUMNS " FROM sitrep WHERE incident = :incident");
	int found;

	stmt_id(q, 1, incident);
	found = stmt_step(q, e);
	if (found > 0)
		*x = row_of(q);
	stmt_reset(q);
	return found;
}

int
sitrep_due_at(struct store *s, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT min(next_at) FROM sitrep");
	int found = stmt_step(q, e);

	*at = found > 0 && !stmt_col_null(q, 0) ? stmt_col_int(q, 0) : INT64_MAX;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
sitreps_due_rows(struct store *s, int64_t now, struct sitrep_state *v, int max, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM sitrep WHERE next_at <= :now"
				       " OR (next_at IS NOT NULL AND told_at > :now)"
				       " ORDER BY next_at, incident LIMIT :max");
	int n = 0, more;

	stmt_int(q, 1, now);
	stmt_int(q, 2, max);
	while ((more = stmt_step(q, e)) > 0)
		v[n++] = row_of(q);
	stmt_reset(q);
	return more < 0 ? -1 : n;
}

int
sitrep_mentions(struct store *s, struct str watch, const struct sitrep *x,
		void (*each)(void *arg, const struct stored_mention *m), void *arg,
		struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " STORED_COLUMNS
				       " WHERE m.watch = :watch AND m.arrived_at >= :from AND"
				       " m.as_of > :from_seq AND m.as_of <= :to_seq"
				       " ORDER BY m.arrived_at, m.id");
	int more;

	stmt_text(q, 1, watch);
	stmt_int(q, 2, x->from_at - SITREP_LATE_S);
	stmt_int(q, 3, x->from_seq);
	stmt_int(q, 4, x->to_seq);
	while ((more = stmt_step(q, e)) > 0) {
		struct stored_mention m = stored_mention_of(q);

		each(arg, &m);
	}
	stmt_reset(q);
	return more;
}

/* Their files follow behind the commit. */
static int
strike(struct store *s, const struct id *incident, struct str words, int64_t at, struct err *e)
{
	struct stmt *files = store_stmt(
		s, "INSERT INTO rewrite (what, id) SELECT 'notice', id FROM notice WHERE"
		   " incident = :incident AND kind = 'sitrep' AND attempts > 0"
		   " ON CONFLICT (what, id) DO NOTHING");
	struct stmt *q = store_stmt(
		s, "UPDATE notice SET body = subject || :words, html = '', erased_at = :at"
		   " WHERE incident = :incident AND kind = 'sitrep'");

	stmt_id(files, 1, incident);
	if (stmt_run(files, e) < 0)
		return -1;
	stmt_text(q, 1, words);
	stmt_int(q, 2, at);
	stmt_id(q, 3, incident);
	return stmt_run(q, e);
}

int
sitreps_strike(struct store *s, const struct id *incident, int64_t at, struct err *e)
{
	return strike(s, incident,
		      STR("\n\n（引用的内容已被删除 · what it quoted was erased）\n"), at, e);
}

int
sitreps_expire(struct store *s, const struct id *incident, int64_t at, struct err *e)
{
	return strike(s, incident,
		      STR("\n\n（引用的内容已过保存期 · what it quoted is past its term）\n"),
		      at, e);
}

int
sitreps_stored(struct store *s, int (*each)(void *arg, const struct stored_sitrep *x),
	       void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, incident, body, facts, erased_at FROM notice"
				       " WHERE kind = 'sitrep' ORDER BY id");
	int more = 0, stop = 0;

	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct stored_sitrep x = { stmt_col_id(q, 0), stmt_col_id(q, 1),
					   stmt_col_text(q, 2), stmt_col_text(q, 3),
					   !stmt_col_null(q, 4) };

		stop = each(arg, &x);
	}
	stmt_reset(q);
	return stop ? stop : more;
}
