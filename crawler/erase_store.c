/* erase_store.c - SQL of the table erased, and of what it takes from table document. */
#include "core/base.h"

#include "core/document.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/erase_store.h"

int
erased_add(struct store *s, const struct archive_erased *x, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO erased (document, at, done) VALUES (:document,"
			      " :at, 0) ON CONFLICT (document) DO NOTHING");

	stmt_id(q, 1, &x->document);
	stmt_int(q, 2, x->at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
erased_open(struct store *s, struct archive_erased *v, int max, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT document, at FROM erased WHERE done = 0 ORDER BY"
				       " at LIMIT :max");
	int n = 0, r;

	stmt_int(q, 1, max);
	while ((r = stmt_step(q, e)) == 1 && n < max)
		v[n++] = (struct archive_erased){ stmt_col_id(q, 0), stmt_col_int(q, 1) };
	stmt_reset(q);
	return r < 0 ? -1 : n;
}

int
erased_is(struct store *s, const struct id *document, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM erased WHERE document = :document");
	int r;

	stmt_id(q, 1, document);
	r = stmt_step(q, e);
	stmt_reset(q);
	return r;
}

int64_t
erased_count_open(struct store *s, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT count(*) FROM erased WHERE done = 0");
	int r = stmt_step(q, e);
	int64_t n = r == 1 ? stmt_col_int(q, 0) : r;

	stmt_reset(q);
	return n;
}

int
erased_done(struct store *s, const struct id *document, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE erased SET done = 1 WHERE document = :document");

	stmt_id(q, 1, document);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
erased_expire(struct store *s, int64_t before, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM erased WHERE at < :before");

	stmt_int(q, 1, before);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* The number of x in the spool; 0 = it is not there. */
static int
seq_find(struct store *s, const struct archive_erased *x, int64_t *seq, bool *waits,
	 struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT d.seq, d.body, EXISTS (SELECT 1 FROM waiting w"
			      " WHERE w.seq = d.seq) FROM document d WHERE d.at = :at");
	struct arena *a = arena_new();
	int r;

	*seq = 0;
	stmt_int(q, 1, x->at);
	while (!*seq && (r = stmt_step(q, e)) == 1) {
		struct document d;
		struct err why = { 0 };

		arena_reset(a);
		if (record_decode(&document_record, stmt_col_bytes(q, 1), &d, a, &why) < 0 ||
		    !id_eq(&d.id, &x->document))
			continue;
		*seq = stmt_col_int(q, 0);
		*waits = stmt_col_int(q, 2) != 0;
	}
	stmt_reset(q);
	arena_free(a);
	return !*seq && r < 0 ? -1 : 0;
}

static bool
is_of(const struct document *d, struct str name, struct str site)
{
	struct id key;

	if (id_from_hex(name, &key) == 0)
		return id_eq(&d->author_key, &key);
	return str_eq(d->author, name) && (!site.n || str_eq(d->site, site));
}

int
erased_rejects(struct store *s, struct str name, struct str site, struct erased_list *v,
	       struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT d.seq, d.body, d.at FROM reject r JOIN document d"
			      " ON d.seq = r.seq ORDER BY d.seq");
	struct arena *a = arena_new();
	int r = 1;

	v->n = 0;
	while (v->n < (int)LY_COUNT(v->v) && (r = stmt_step(q, e)) == 1) {
		struct document d;
		struct err why = { 0 };

		arena_reset(a);
		if (record_decode(&document_record, stmt_col_bytes(q, 1), &d, a, &why) < 0 ||
		    !is_of(&d, name, site))
			continue;
		v->v[v->n++] = (struct erased_reject){ stmt_col_int(q, 0),
						       { d.id, stmt_col_int(q, 2) } };
	}
	stmt_reset(q);
	arena_free(a);
	return r < 0 ? -1 : v->n;
}

int
erased_drop_seq(struct store *s, int64_t seq, int64_t *bytes, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "DELETE FROM document WHERE seq = :seq RETURNING length(body)");
	int r;

	stmt_int(q, 1, seq);
	r = stmt_step(q, e);
	*bytes = r == 1 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return r;
}

int
erased_drop(struct store *s, const struct archive_erased *x, int64_t *bytes, bool *waits,
	    struct err *e)
{
	int64_t seq;

	*waits = false;
	if (seq_find(s, x, &seq, waits, e) < 0)
		return -1;
	if (!seq || *waits)
		return 0;
	return erased_drop_seq(s, seq, bytes, e);
}
