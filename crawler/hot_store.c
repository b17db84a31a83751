/* hot_store.c - the SQL of hot lists and of threads' last pages, in spool.db. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"

#include "crawler/hotlist.h"

int
hot_read(struct store *s, struct str source, const struct id *entry, struct hot_entry *x,
	 struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT first_at, last_at, rank, before, best, "
				       "best_at, told, dwell_s, looks FROM hot_entry WHERE "
				       "source = :source AND entry = :entry");
	int r;

	*x = (struct hot_entry){ .entry = *entry };
	stmt_text(q, 1, source);
	stmt_id(q, 2, entry);
	r = stmt_step(q, e);
	if (r == 1) {
		x->first_at = stmt_col_int(q, 0);
		x->last_at = stmt_col_int(q, 1);
		x->rank = stmt_col_int(q, 2);
		x->before = stmt_col_int(q, 3);
		x->best = stmt_col_int(q, 4);
		x->best_at = stmt_col_int(q, 5);
		x->told = stmt_col_int(q, 6);
		x->dwell_s = stmt_col_int(q, 7);
		x->looks = stmt_col_int(q, 8);
	}
	stmt_reset(q);
	return r;
}

int
hot_write(struct store *s, struct str source, const struct hot_entry *x, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO hot_entry (source, entry, first_at, last_at, rank, before, best, "
		"best_at, told, dwell_s, looks) VALUES (:source, :entry, :first, :last, :rank, "
		":before, :best, :best_at, :told, :dwell, :looks) "
		"ON CONFLICT (source, entry) DO UPDATE SET first_at = :first, last_at = :last, "
		"rank = :rank, before = :before, best = :best, "
		"best_at = :best_at, told = :told, dwell_s = :dwell, looks = :looks");

	stmt_text(q, 1, source);
	stmt_id(q, 2, &x->entry);
	stmt_int(q, 3, x->first_at);
	stmt_int(q, 4, x->last_at);
	stmt_int(q, 5, x->rank);
	stmt_int(q, 6, x->before);
	stmt_int(q, 7, x->best);
	stmt_int(q, 8, x->best_at);
	stmt_int(q, 9, x->told);
	stmt_int(q, 10, x->dwell_s);
	stmt_int(q, 11, x->looks);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int64_t
hot_looked_at(struct store *s, struct str source, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT coalesce(max(last_at), 0) FROM hot_entry WHERE "
				       "source = :source");
	int64_t at = -1;

	stmt_text(q, 1, source);
	if (stmt_step(q, e) == 1)
		at = stmt_col_int(q, 0);
	stmt_reset(q);
	return at;
}

int
hot_forget(struct store *s, struct str source, int64_t at, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM hot_entry WHERE source = :source AND "
				       "last_at < :at");

	stmt_text(q, 1, source);
	stmt_int(q, 2, at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
thread_page_read(struct store *s, struct str source, struct str url, struct arena *a,
		 struct str *page, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT page FROM thread_page WHERE source = :source AND "
			      "url = :url");
	int r;

	*page = STR("");
	stmt_text(q, 1, source);
	stmt_text(q, 2, url);
	r = stmt_step(q, e);
	if (r == 1)
		*page = arena_str(a, stmt_col_text(q, 0));
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
thread_page_write(struct store *s, struct str source, struct str url, struct str page,
		  struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO thread_page (source, url, page) VALUES (:source, :url, "
		   ":page) ON CONFLICT (source) DO UPDATE SET url = :url, page = :page");

	stmt_text(q, 1, source);
	stmt_text(q, 2, url);
	stmt_text(q, 3, page);
	return stmt_run(q, e) < 0 ? -1 : 0;
}
