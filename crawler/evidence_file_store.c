/* evidence_file_store.c - SQL of the table evidence_file, and of sights by their file. */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"

#include "crawler/evidence_store.h"

#define COLUMNS "id, name, at, bytes, live, dead, erase"

static void
file_take(struct stmt *q, struct evidence_file *f)
{
	struct str name = stmt_col_text(q, 1);

	*f = (struct evidence_file){ .id = stmt_col_int(q, 0),
				     .at = stmt_col_int(q, 2),
				     .bytes = stmt_col_int(q, 3),
				     .live = stmt_col_int(q, 4),
				     .dead = stmt_col_int(q, 5),
				     .erase = stmt_col_int(q, 6) };
	snprintf(f->name, sizeof f->name, "%.*s", STR_ARG(name));
}

static int
one_read(struct stmt *q, struct evidence_file *f, struct err *e)
{
	int found = stmt_step(q, e);

	if (found == 1)
		file_take(q, f);
	stmt_reset(q);
	return found;
}

int
evidence_file_newest(struct store *s, struct evidence_file *f, struct err *e)
{
	return one_read(store_stmt(s, "SELECT " COLUMNS " FROM evidence_file ORDER BY id DESC"
				      " LIMIT 1"),
			f, e);
}

int
evidence_file_read(struct store *s, int64_t id, struct evidence_file *f, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM evidence_file WHERE id = :id");

	stmt_int(q, 1, id);
	return one_read(q, f, e);
}

int
evidence_file_add(struct store *s, const struct evidence_file *f, struct err *e)
{
	struct stmt *q = store_stmt(s, "INSERT INTO evidence_file (" COLUMNS ") VALUES (:id,"
				       " :name, :at, :bytes, :live, :dead, :erase)");

	stmt_int(q, 1, f->id);
	stmt_text(q, 2, str_of(f->name));
	stmt_int(q, 3, f->at);
	stmt_int(q, 4, f->bytes);
	stmt_int(q, 5, f->live);
	stmt_int(q, 6, f->dead);
	stmt_int(q, 7, f->erase);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
evidence_file_grow(struct store *s, int64_t id, int64_t bytes, int64_t sights, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE evidence_file SET bytes = :bytes, live = live +"
				       " :sights WHERE id = :id");

	stmt_int(q, 1, bytes);
	stmt_int(q, 2, sights);
	stmt_int(q, 3, id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
evidence_file_delete(struct store *s, int64_t id, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM evidence_file WHERE id = :id");

	stmt_int(q, 1, id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
evidence_file_worn(struct store *s, int64_t before, struct evidence_file *f, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT " COLUMNS " FROM evidence_file WHERE erase > 0 OR (id < (SELECT"
		" max(id) FROM evidence_file) AND (live <= 0 OR (dead > 0 AND at < :before)))"
		" ORDER BY erase DESC, id LIMIT 1");

	stmt_int(q, 1, before);
	return one_read(q, f, e);
}

static int64_t
number_read(struct stmt *q, struct err *e)
{
	int r = stmt_step(q, e);
	int64_t n = r == 1 ? stmt_col_int(q, 0) : r;

	stmt_reset(q);
	return n;
}

int64_t
evidence_files_erasing(struct store *s, struct err *e)
{
	return number_read(store_stmt(s, "SELECT count(*) FROM evidence_file WHERE erase > 0"),
			   e);
}

int64_t
evidence_bytes(struct store *s)
{
	struct err ignored = { 0 }; /* then what is over the budget is looked at once more */
	int64_t n = number_read(
		store_stmt(s, "SELECT coalesce(sum(bytes), 0) FROM evidence_file"), &ignored);

	return n < 0 ? 0 : n;
}

int
evidence_files_each(struct store *s,
		    int (*each)(void *arg, const struct evidence_file *f, struct err *e),
		    void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM evidence_file ORDER BY id");
	struct evidence_file f;
	int r;

	while ((r = stmt_step(q, e)) == 1) {
		file_take(q, &f);
		r = each(arg, &f, e);
		if (r)
			break;
	}
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
evidence_parts(struct store *s, int64_t file, struct evidence_part *v, int max, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT document, n, from_byte, bytes FROM sight WHERE"
				       " file = :file ORDER BY from_byte LIMIT :max");
	int n = 0, r;

	stmt_int(q, 1, file);
	stmt_int(q, 2, max);
	while ((r = stmt_step(q, e)) == 1 && n < max)
		v[n++] = (struct evidence_part){ stmt_col_id(q, 0), stmt_col_int(q, 1),
						 stmt_col_int(q, 2), stmt_col_int(q, 3) };
	stmt_reset(q);
	return r < 0 ? -1 : n;
}

int
evidence_part_move(struct store *s, const struct evidence_part *p, int64_t file, int64_t from,
		   struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE sight SET file = :file, from_byte = :from WHERE"
				       " document = :document AND n = :n");

	stmt_int(q, 1, file);
	stmt_int(q, 2, from);
	stmt_id(q, 3, &p->document);
	stmt_int(q, 4, p->n);
	return stmt_run(q, e) < 0 ? -1 : 0;
}
