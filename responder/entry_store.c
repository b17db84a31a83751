/* entry_store.c - rows of entry. See entry.h. */
#include "core/base.h"

#include "core/buf.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/chain.h"
#include "responder/entry.h"

void
entry_digest(struct str salt, struct str value, uint8_t out[32])
{
	struct buf b = BUF(2 * ENTRY_VALUE_MAX);

	buf_reserve(&b, 64 + salt.n + value.n);
	chain_part(&b, salt);
	chain_part(&b, value);
	hash_sha256(buf_str(&b), out);
	buf_release(&b);
}

void
entry_hash(const struct entry *x, uint8_t out[32])
{
	struct buf b = BUF(ENTRY_VALUE_MAX);

	buf_reserve(&b, 512);
	buf_addf(&b, "%lld %lld ", (long long)x->seq, (long long)x->at);
	chain_hash_part(&b, x->previous);
	chain_part(&b, id_str(&x->incident));
	chain_part(&b, x->kind);
	chain_part(&b, x->key);
	chain_part(&b, x->actor);
	chain_hash_part(&b, x->digest);
	hash_sha256(buf_str(&b), out);
	buf_release(&b);
}

static int
row_write(struct store *s, const struct entry *x, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO entry (seq, incident, at, kind, key, actor, value, salt,"
		   " digest, previous, hash) VALUES (:seq, :incident, :at, :kind, :key,"
		   " :actor, :value, :salt, :digest, :previous, :hash)");
	stmt_int(q, 1, x->seq);
	stmt_id(q, 2, &x->incident);
	stmt_int(q, 3, x->at);
	stmt_text(q, 4, x->kind);
	stmt_text(q, 5, x->key);
	stmt_text(q, 6, x->actor);
	stmt_text(q, 7, x->value);
	stmt_bytes(q, 8, x->salt);
	chain_bind(q, 9, x->digest);
	chain_bind(q, 10, x->previous);
	chain_bind(q, 11, x->hash);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
entries_append(struct store *s, struct entry *x, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (x[i].value.n > ENTRY_VALUE_MAX)
			return err_set(e, ERR_REJECT, "%zu bytes are more than an entry holds",
				       x[i].value.n);
	if (n &&
	    chain_newest(store_stmt(s, "SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1"),
			 &x->seq, x->previous, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (i) {
			x[i].seq = x[i - 1].seq;
			memcpy(x[i].previous, x[i - 1].hash, sizeof x[i].previous);
		}
		x[i].seq++;
		entry_digest(x[i].salt, x[i].value, x[i].digest);
		entry_hash(&x[i], x[i].hash);
		if (row_write(s, &x[i], e) < 0)
			return -1;
	}
	return 0;
}

int
entry_append(struct store *s, struct entry *x, struct err *e)
{
	return entries_append(s, x, 1, e);
}

#define COLUMNS                                                                              \
	"SELECT e.seq, e.incident, e.at, e.kind, e.key, e.actor, e.value, e.salt, e.digest," \
	" e.previous, e.hash, e.erased_why FROM entry e"

/* Texts end with the step. */
static void
row_read(struct stmt *q, struct entry *x)
{
	*x = (struct entry){ .seq = stmt_col_int(q, 0),
			     .incident = stmt_col_id(q, 1),
			     .at = stmt_col_int(q, 2),
			     .kind = stmt_col_text(q, 3),
			     .key = stmt_col_text(q, 4),
			     .actor = stmt_col_text(q, 5),
			     .value = stmt_col_text(q, 6),
			     .salt = stmt_col_bytes(q, 7),
			     .erased = stmt_col_text(q, 11) };
	chain_col(q, 8, x->digest);
	chain_col(q, 9, x->previous);
	chain_col(q, 10, x->hash);
}

int
entry_newest(struct store *s, const struct entry *of, struct arena *a, struct entry *out,
	     struct err *e)
{
	struct stmt *q =
		store_stmt(s, COLUMNS " WHERE e.incident = :incident AND e.kind = :kind"
				      " AND e.key = :key ORDER BY e.seq DESC LIMIT 1");
	int found;

	stmt_id(q, 1, &of->incident);
	stmt_text(q, 2, of->kind);
	stmt_text(q, 3, of->key);
	found = stmt_step(q, e);
	if (found > 0) {
		struct str *texts[] = { &out->kind,  &out->key,  &out->actor,
					&out->value, &out->salt, &out->erased };

		row_read(q, out);
		for (size_t i = 0; i < LY_COUNT(texts); i++)
			*texts[i] = arena_str(a, *texts[i]);
	}
	stmt_reset(q);
	return found;
}

static int
rows_each(struct stmt *q, int (*each)(void *arg, const struct entry *x), void *arg,
	  struct err *e)
{
	int more, stop = 0;

	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct entry x;

		row_read(q, &x);
		stop = each(arg, &x);
	}
	stmt_reset(q);
	return stop ? stop : more;
}

int
entries_standing(struct store *s, const struct id *incident, struct str kind,
		 int (*each)(void *arg, const struct entry *x), void *arg, struct err *e)
{
	return entries_standing_at(s, incident, kind, INT64_MAX, each, arg, e);
}

int
entries_standing_at(struct store *s, const struct id *incident, struct str kind, int64_t at,
		    int (*each)(void *arg, const struct entry *x), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(
		s, COLUMNS " JOIN (SELECT kind, key, min(seq) AS first, max(seq) AS last FROM"
			   " entry WHERE incident = :incident AND (:kind = '' OR kind = :kind)"
			   " AND at <= :at GROUP BY kind, key) AS n ON n.last = e.seq"
			   " ORDER BY e.kind, n.first");

	int64_t some = kind.n ? entries_count(s, incident, kind, e) : 1;

	if (some <= 0) /* mostly; to look for the newest of each is more */
		return (int)some;
	stmt_id(q, 1, incident);
	stmt_text(q, 2, kind);
	stmt_int(q, 3, at);
	return rows_each(q, each, arg, e);
}

int
entries_of_kind(struct store *s, const struct id *incident, struct str kind,
		int (*each)(void *arg, const struct entry *x), void *arg, struct err *e)
{
	struct stmt *q =
		store_stmt(s, COLUMNS " WHERE e.incident = :incident AND e.kind = :kind"
				      " ORDER BY e.key, e.seq");

	stmt_id(q, 1, incident);
	stmt_text(q, 2, kind);
	return rows_each(q, each, arg, e);
}

int
entries_newest(struct store *s, const struct id *incident, struct str kind,
	       int (*each)(void *arg, struct str key, int64_t seq), void *arg, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT key, max(seq) FROM entry WHERE incident = :incident AND"
			      " kind = :kind GROUP BY key");
	int more, stop = 0;

	stmt_id(q, 1, incident);
	stmt_text(q, 2, kind);
	while (!stop && (more = stmt_step(q, e)) > 0)
		stop = each(arg, stmt_col_text(q, 0), stmt_col_int(q, 1));
	stmt_reset(q);
	return stop ? stop : more;
}

const char entries_of_incident[] = COLUMNS " WHERE e.incident = :incident ORDER BY e.seq";

int
entries_read(struct store *s, const struct id *incident,
	     int (*each)(void *arg, const struct entry *x), void *arg, struct err *e)
{
	struct stmt *q =
		store_stmt(s, incident ? entries_of_incident : COLUMNS " ORDER BY e.seq");

	if (incident)
		stmt_id(q, 1, incident);
	return rows_each(q, each, arg, e);
}

int64_t
entries_count(struct store *s, const struct id *incident, struct str kind, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT count(*) FROM entry WHERE incident = :incident"
				       " AND kind = :kind");
	int64_t n;

	stmt_id(q, 1, incident);
	stmt_text(q, 2, kind);
	n = stmt_step(q, e) > 0 ? stmt_col_int(q, 0) : -1;
	stmt_reset(q);
	return n;
}

int64_t
entries_erase(struct store *s, const struct entry *of, struct str why, int64_t now,
	      struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE entry SET value = NULL, salt = NULL, erased_at = :now,"
			      " erased_why = :why WHERE incident = :incident AND kind = :kind"
			      " AND key = :key AND erased_at IS NULL");

	stmt_int(q, 1, now);
	stmt_text(q, 2, why.n ? why : STR("asked for"));
	stmt_id(q, 3, &of->incident);
	stmt_text(q, 4, of->kind);
	stmt_text(q, 5, of->key);
	return stmt_run(q, e);
}
