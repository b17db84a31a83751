/* evidence_store.c - SQL of the tables evidence and sight; files: evidence_file_store.c. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/evidence_store.h"

#define SIGHTS_MAX 10000

const char *const sight_words[] = { "taken in",    "first seen", "unchanged", "changed", "gone",
				    "unreachable", "not read",   "wall",      NULL };

#define COLUMNS                                                                 \
	"document, seq, at, why, source, url, bytes, sights, fetches, next_at," \
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
				    .bytes = stmt_col_int(q, 6),
				    .sights = stmt_col_int(q, 7),
				    .fetches = stmt_col_int(q, 8),
				    .next_at = stmt_col_int(q, 9),
				    .held_until = stmt_col_int(q, 10) };
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

#define INSERT                                                                            \
	"INSERT INTO evidence (" COLUMNS ") VALUES (:document, :seq, :at, :why, :source," \
	" :url, :bytes, :sights, :fetches, :next, :held) ON CONFLICT (document) DO "

static int
row_put(struct stmt *q, const struct evidence_row *r, struct err *e)
{
	stmt_id(q, 1, &r->document);
	stmt_int(q, 2, r->seq);
	stmt_int(q, 3, r->at);
	stmt_int(q, 4, r->why);
	stmt_text(q, 5, r->source);
	stmt_text(q, 6, r->url);
	stmt_int(q, 7, r->bytes);
	stmt_int(q, 8, r->sights);
	stmt_int(q, 9, r->fetches);
	stmt_int(q, 10, r->next_at);
	stmt_int(q, 11, r->held_until);
	return stmt_run(q, e);
}

int
evidence_add(struct store *s, const struct evidence_row *r, struct err *e)
{
	return row_put(store_stmt(s, INSERT "NOTHING"), r, e);
}

int
evidence_write(struct store *s, const struct evidence_row *r, struct err *e)
{
	return row_put(store_stmt(s, INSERT "UPDATE SET seq = :seq, at = :at, why = :why,"
					    " source = :source, url = :url, bytes = :bytes,"
					    " sights = :sights, fetches = :fetches, next_at ="
					    " :next, held_until = :held"),
		       r, e) < 0
		       ? -1
		       : 0;
}

int
evidence_delete(struct store *s, const struct id *document, enum evidence_end why,
		struct err *e)
{
	struct stmt *q = store_stmt(
		s, "UPDATE evidence_file SET live = live - x.n, dead = dead + x.n, erase ="
		   " erase + x.n * :erased FROM (SELECT file, count(*) AS n FROM sight WHERE"
		   " document = :id GROUP BY file) AS x WHERE evidence_file.id = x.file");

	stmt_int(q, 1, why == EVIDENCE_ERASED);
	stmt_id(q, 2, document);
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "DELETE FROM sight WHERE document = :id");
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
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM evidence WHERE next_at <= :now"
				       " ORDER BY next_at");

	stmt_int(q, 1, now);
	return several_read(q, a, v, max, e);
}

int
evidence_untaken(struct store *s, int64_t now, struct arena *a, struct evidence_row *v, int max,
		 struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM evidence WHERE sights = 0 AND"
				       " next_at <= :now ORDER BY next_at");

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

int
sight_undo(struct store *s, const struct id *document, int64_t next_at, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM sight WHERE document = :id");

	stmt_id(q, 1, document);
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "UPDATE evidence SET sights = 0, bytes = 0, next_at = :next WHERE"
			  " document = :id");
	stmt_int(q, 1, next_at);
	stmt_id(q, 2, document);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
sight_write(struct store *s, const struct id *document, const struct sight_row *r,
	    struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO sight (document, n, at, outcome, status, from_byte, bytes, sha,"
		   " text_sha, body_sha, why, file) VALUES (:document, :n, :at, :outcome,"
		   " :status, :from, :bytes, :sha, :text, :body, :why, :file)");

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
	stmt_int(q, 12, r->file);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
sights_read(struct store *s, const struct id *document, struct arena *a, struct sight_row **v,
	    size_t *n, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT n, at, outcome, status, from_byte, bytes, sha,"
			      " text_sha, body_sha, why, file FROM sight WHERE document ="
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
			.file = stmt_col_int(q, 10),
		};
	}
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}
