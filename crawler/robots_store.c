/* robots_store.c - see robots_store.h. */
#include "core/base.h"

#include "crawler/robots_store.h"

int
robots_row_read(struct store *s, struct str address, struct arena *a, struct robots_row *row,
		struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT asked_at, next_at, good_at, since_at, status, "
				       "ended, why, body FROM robots WHERE address = :address");
	int r;

	*row = (struct robots_row){ .address = arena_str(a, address) };
	stmt_text(q, 1, address);
	r = stmt_step(q, e);
	if (r == 1) {
		row->asked_at = stmt_col_int(q, 0);
		row->next_at = stmt_col_int(q, 1);
		row->good_at = stmt_col_int(q, 2);
		row->since_at = stmt_col_int(q, 3);
		row->status = stmt_col_int(q, 4);
		row->end = stmt_col_int(q, 5);
		row->why = arena_str(a, stmt_col_text(q, 6));
		row->body = arena_str(a, stmt_col_bytes(q, 7));
	}
	stmt_reset(q);
	return r;
}

int
robots_row_write(struct store *s, const struct robots_row *row, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO robots (address, asked_at, next_at, good_at, since_at, status, "
		"ended, why, bytes, body) VALUES (:address, :asked, :next, :good, :since, "
		":status, :ended, :why, :bytes, :body) ON CONFLICT (address) DO UPDATE SET "
		"asked_at = :asked, next_at = :next, good_at = :good, since_at = :since, "
		"status = :status, ended = :ended, why = :why, bytes = :bytes, body = :body");

	stmt_text(q, 1, row->address);
	stmt_int(q, 2, row->asked_at);
	stmt_int(q, 3, row->next_at);
	stmt_int(q, 4, row->good_at);
	stmt_int(q, 5, row->since_at);
	stmt_int(q, 6, row->status);
	stmt_int(q, 7, row->end);
	stmt_text(q, 8, row->why);
	stmt_int(q, 9, (int64_t)(row->body.n + row->address.n));
	stmt_bytes(q, 10, row->body);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
robots_rows_expire(struct store *s, int64_t before, int64_t keep_bytes, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM robots WHERE asked_at < :before");
	int old, many;

	stmt_int(q, 1, before);
	old = stmt_run(q, e);
	if (old < 0)
		return -1;
	q = store_stmt(s, "DELETE FROM robots WHERE address IN (SELECT address FROM (SELECT "
			  "address, sum(bytes) OVER (ORDER BY asked_at DESC, address) AS total "
			  "FROM robots) AS newest WHERE total > :keep)");
	stmt_int(q, 1, keep_bytes);
	many = stmt_run(q, e);
	return many < 0 ? -1 : old + many;
}
