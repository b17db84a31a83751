/* evidence_store.c - SQL of the tables evidence and sight. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/evidence_store.h"

#define SIGHTS_MAX 10000

const char *const sight_words[] = { "taken in", "first seen",  "unchanged", "changed",
				    "gone",     "unreachable", "not read",  NULL };

#define COLUMNS                                                                       \
	"document, seq, at, why, source, url, file, bytes, sights, fetches, next_at," \
	" held_until"

static void
row_take(struct stmt *q, struct arena *a, struct evidence_row *r)
{
	*r = (struct evidence_row){ .document = stmt_col_id(q, 0),
				    .seq = stmt_col_int(q, 1),
				    .at = stmt_col_int(q, 2),
				    .why = stmt_col_int(q, 3),
				    .source = arena_str(a, stmt_col_text(q, 4)),
				    .url = arena_str(a, stmt_col_text(q, 5)),
				    .file = arena_str(a, stmt_col_text(q, 6)),
				    .bytes = stmt_col_int(q, 7),
				    .sights = stmt_col_int(q, 8),
				    .fetches = stmt_col_int(q, 9),
				    .next_at = stmt_col_int(q, 10),
				    .held_until = stmt_col_int(q, 11) };
}

static int
one_read(struct stmt *q, struct arena *a, struct evidence_row *r, struct err *e)
{
	int found = stmt_step(q, e);

	if (found == 1)
		row_take(q, a, r);
	stmt_reset(q);
	return found;
}

int
evidence_read(struct store *s, const struct id *document, struct arena *a,
	      struct evidence_row *r, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM evidence WHERE document = :id");

	stmt_id(q, 1, document);
	return one_read(q, a, r, e);
}

int
evidence_read_seq(struct store *s, int64_t seq, struct arena *a, struct evidence_row *r,
		  struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM evidence WHERE seq = :seq");

	stmt_int(q, 1, seq);
	return one_read(q, a, r, e);
}

int
evidence_write(struct store *s, const struct evidence_row *r, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO evidence (" COLUMNS ") VALUES (:document, :seq, :at, :why,"
		" :source, :url, :file, :bytes, :sights, :fetches, :next, :held)"
		" ON CONFLICT (document) DO UPDATE SET seq = :seq, at = :at, why = :why,"
		" source = :source, url = :url, file = :file, bytes = :bytes,"
		" sights = :sights, fetches = :fetches, next_at = :next, held_until = :held");

	stmt_id(q, 1, &r->document);
	stmt_int(q, 2, r->seq);
	stmt_int(q, 3, r->at);
	stmt_int(q, 4, r->why);
	stmt_text(q, 5, r->source);
	stmt_text(q, 6, r->url);
	stmt_text(q, 7, r->file);
	stmt_int(q, 8, r->bytes);
	stmt_int(q, 9, r->sights);
	stmt_int(q, 10, r->fetches);
	stmt_int(q, 11, r->next_at);
	stmt_int(q, 12, r->held_until);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
evidence_delete(struct store *s, const struct id *document, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM sight WHERE document = :id");

	stmt_id(q, 1, document);
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "DELETE FROM evidence WHERE document = :id");
	stmt_id(q, 1, document);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

static int
several_read(struct stmt *q, struct arena *a, struct evidence_row *v, int max, struct err *e)
{
	int n = 0, r = 1;

	while (n < max && (r = stmt_step(q, e)) == 1)
		row_take(q, a, &v[n++]);
	stmt_reset(q);
	return r < 0 ? -1 : n;
}

int
evidence_due(struct store *s, int64_t now, struct arena *a, struct evidence_row *v, int max,
	     struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT " COLUMNS " FROM evidence WHERE next_at <= :now"
			      " ORDER BY CASE WHEN sights = 0 THEN 0 ELSE 1 END, next_at");

	stmt_int(q, 1, now);
	return several_read(q, a, v, max, e);
}

int
evidence_next(struct store *s, int64_t now, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT next_at FROM evidence WHERE next_at > :now"
				       " ORDER BY next_at LIMIT 1");
	int r;

	stmt_int(q, 1, now);
	r = stmt_step(q, e);
	*at = r == 1 ? stmt_col_int(q, 0) : EVIDENCE_NEVER;
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
evidence_old(struct store *s, const struct evidence_terms *t, struct arena *a,
	     struct evidence_row *v, int max, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT " COLUMNS " FROM evidence WHERE (at < :before AND"
			      " why & :incident = 0) OR at < :longest ORDER BY at");

	stmt_int(q, 1, t->before);
	stmt_int(q, 2, t->incident);
	stmt_int(q, 3, t->longest);
	return several_read(q, a, v, max, e);
}

int
evidence_each(struct store *s, int (*each)(void *arg, const struct evidence_row *r), void *arg,
	      struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT " COLUMNS " FROM evidence ORDER BY at, document");
	struct arena *a = arena_new();
	int r;

	while ((r = stmt_step(q, e)) == 1) {
		struct evidence_row row;

		arena_reset(a);
		row_take(q, a, &row);
		if (each(arg, &row))
			break;
	}
	stmt_reset(q);
	arena_free(a);
	return r < 0 ? -1 : 0;
}

int64_t
evidence_bytes(struct store *s)
{
	struct stmt *q = store_stmt(s, "SELECT coalesce(sum(bytes), 0) FROM evidence");
	struct err ignored = { 0 }; /* 0: what is over the budget is looked at once more */
	int64_t n = stmt_step(q, &ignored) == 1 ? stmt_col_int(q, 0) : 0;

	stmt_reset(q);
	return n;
}

int
sight_write(struct store *s, const struct id *document, const struct sight_row *r,
	    struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO sight (document, n, at, outcome, status, from_byte, bytes, sha,"
		   " text_sha, body_sha, why) VALUES (:document, :n, :at, :outcome, :status,"
		   " :from, :bytes, :sha, :text, :body, :why) ON CONFLICT (document, n) DO"
		   " UPDATE SET at = :at, outcome = :outcome, status = :status,"
		   " from_byte = :from, bytes = :bytes, sha = :sha, text_sha = :text,"
		   " body_sha = :body, why = :why");

	stmt_id(q, 1, document);
	stmt_int(q, 2, r->n);
	stmt_int(q, 3, r->at);
	stmt_int(q, 4, r->outcome);
	stmt_int(q, 5, r->status);
	stmt_int(q, 6, r->from);
	stmt_int(q, 7, r->bytes);
	stmt_bytes(q, 8, r->sha);
	stmt_bytes(q, 9, r->text_sha);
	stmt_bytes(q, 10, r->body_sha);
	stmt_text(q, 11, r->why);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
sights_read(struct store *s, const struct id *document, struct arena *a, struct sight_row **v,
	    size_t *n, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT n, at, outcome, status, from_byte, bytes, sha,"
				       " text_sha, body_sha, why FROM sight WHERE document ="
				       " :document ORDER BY n");
	size_t cap = 16;
	int r;

	*n = 0;
	*v = arena_alloc(a, cap * sizeof **v);
	stmt_id(q, 1, document);
	while ((r = stmt_step(q, e)) == 1 && *n < SIGHTS_MAX) {
		if (*n == cap) {
			struct sight_row *more = arena_alloc(a, 2 * cap * sizeof *more);

			memcpy(more, *v, cap * sizeof *more);
			*v = more;
			cap *= 2;
		}
		(*v)[(*n)++] = (struct sight_row){
			.n = stmt_col_int(q, 0),
			.at = stmt_col_int(q, 1),
			.outcome = stmt_col_int(q, 2),
			.status = stmt_col_int(q, 3),
			.from = stmt_col_int(q, 4),
			.bytes = stmt_col_int(q, 5),
			.sha = arena_str(a, stmt_col_bytes(q, 6)),
			.text_sha = arena_str(a, stmt_col_bytes(q, 7)),
			.body_sha = arena_str(a, stmt_col_bytes(q, 8)),
			.why = arena_str(a, stmt_col_text(q, 9)),
		};
	}
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}
