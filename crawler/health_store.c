/* health_store.c - the SQL of tallies; the table is made in spool_store.c. */
#include "core/base.h"

#include "crawler/health_store.h"

int
tally_load(struct store *s, struct str name, struct arena *a, struct tally *t, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT first_at, newest_at, came_at, cause, days, "
				       "delays FROM tally WHERE name = :name");
	int r;

	stmt_text(q, 1, name);
	r = stmt_step(q, e);
	if (r == 1) {
		t->first_at = stmt_col_int(q, 0);
		t->newest_at = stmt_col_int(q, 1);
		t->came_at = stmt_col_int(q, 2);
		t->cause = stmt_col_int(q, 3);
		tally_read(t, arena_str(a, stmt_col_text(q, 4)),
			   arena_str(a, stmt_col_text(q, 5)));
	}
	stmt_reset(q);
	return r;
}

int
tally_save(struct store *s, struct str name, const struct tally *t, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO tally (name, first_at, newest_at, came_at, cause, days, delays) "
		"VALUES (:name, :first, :newest, :came, :cause, :days, :delays) "
		"ON CONFLICT (name) DO UPDATE SET first_at = :first, newest_at = :newest, "
		"came_at = :came, cause = :cause, days = :days, delays = :delays");
	struct buf days = BUF(2048), delays = BUF(1024);
	int r;

	tally_write(t, &days, &delays);
	stmt_text(q, 1, name);
	stmt_int(q, 2, t->first_at);
	stmt_int(q, 3, t->newest_at);
	stmt_int(q, 4, t->came_at);
	stmt_int(q, 5, t->cause);
	stmt_text(q, 6, buf_str(&days));
	stmt_text(q, 7, buf_str(&delays));
	r = stmt_run(q, e);
	buf_release(&days);
	buf_release(&delays);
	return r < 0 ? -1 : 0;
}
