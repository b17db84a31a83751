/* inbox_store.c - see inbox_store.h. */
#include "core/base.h"

#include "crawler/inbox_store.h"

#define UNMET_MAX 4096

int
watched_read(struct store *s, struct str source, int64_t inode, struct arena *a,
	     struct watched *w, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT name, place, size, line, head, met_at, tail FROM "
			      "watched_file WHERE source = :source AND inode = "
			      ":inode");
	int r;

	*w = (struct watched){ .inode = inode, .line = 1, .size = -1 };
	stmt_text(q, 1, source);
	stmt_int(q, 2, inode);
	r = stmt_step(q, e);
	if (r == 1) {
		w->name = arena_str(a, stmt_col_text(q, 0));
		w->place = stmt_col_int(q, 1);
		w->size = stmt_col_int(q, 2);
		w->line = stmt_col_int(q, 3);
		w->head = arena_str(a, stmt_col_bytes(q, 4));
		w->met_at = stmt_col_int(q, 5);
		w->tail = arena_str(a, stmt_col_bytes(q, 6));
	}
	stmt_reset(q);
	return r;
}

int
watched_write(struct store *s, struct str source, const struct watched *w, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO watched_file (source, inode, name, place, size, line, head, "
		"met_at, tail) VALUES (:source, :inode, :name, :place, :size, :line, :head, "
		":met, "
		":tail) "
		"ON CONFLICT (source, inode) DO UPDATE SET name = :name, place = :place, size "
		"= :size, line = :line, head = :head, met_at = :met, tail = :tail");

	stmt_text(q, 1, source);
	stmt_int(q, 2, w->inode);
	stmt_text(q, 3, w->name);
	stmt_int(q, 4, w->place);
	stmt_int(q, 5, w->size);
	stmt_int(q, 6, w->line);
	stmt_bytes(q, 7, w->head);
	stmt_int(q, 8, w->met_at);
	stmt_bytes(q, 9, w->tail);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
watched_unmet(struct store *s, struct str source, int64_t before, struct arena *a,
	      int64_t **inodes, size_t *n, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT inode FROM watched_file WHERE source = :source "
				       "AND met_at < :before ORDER BY inode");
	int r;

	*n = 0;
	*inodes = arena_alloc(a, UNMET_MAX * sizeof **inodes);
	stmt_text(q, 1, source);
	stmt_int(q, 2, before);
	while ((r = stmt_step(q, e)) == 1 && *n < UNMET_MAX)
		(*inodes)[(*n)++] = stmt_col_int(q, 0);
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
watched_forget(struct store *s, struct str source, int64_t inode, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM watched_file WHERE source = :source AND "
				       "inode = :inode");

	stmt_text(q, 1, source);
	stmt_int(q, 2, inode);
	return stmt_run(q, e) < 0 ? -1 : watched_rows_forget(s, source, inode, e);
}

int
watched_row_count(struct store *s, struct str source, int64_t inode, const struct id *row,
		  int64_t *before, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO watched_row (source, inode, row, n) VALUES (:source, :inode, "
		   ":row, 1) ON CONFLICT (source, inode, row) DO UPDATE SET n = n + 1 "
		   "RETURNING n");
	int r;

	stmt_text(q, 1, source);
	stmt_int(q, 2, inode);
	stmt_id(q, 3, row);
	r = stmt_step(q, e);
	*before = r == 1 ? stmt_col_int(q, 0) - 1 : 0;
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
watched_rows_forget(struct store *s, struct str source, int64_t inode, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM watched_row WHERE source = :source AND "
				       "inode = :inode");

	stmt_text(q, 1, source);
	stmt_int(q, 2, inode);
	return stmt_run(q, e) < 0 ? -1 : 0;
}
