/* spool_store.c - the SQL of spool.db. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"

#include "crawler/spool_store.h"

#define REJECTS_KEPT "10000"

static const struct migration steps[] = {
	{ 1, "documents, what waits, what was seen, sources",
	  "CREATE TABLE meta (name TEXT PRIMARY KEY, value BYTEA NOT NULL);"
	  "CREATE TABLE document (seq INTEGER PRIMARY KEY, at BIGINT NOT NULL, body BYTEA NOT "
	  "NULL);"
	  "CREATE INDEX document_at ON document (at);"
	  "CREATE TABLE waiting (seq INTEGER PRIMARY KEY, sends BIGINT NOT NULL);"
	  "CREATE TABLE reject (seq INTEGER PRIMARY KEY, at BIGINT NOT NULL, why TEXT NOT "
	  "NULL);"
	  "CREATE TABLE seen (mark BYTEA PRIMARY KEY, at BIGINT NOT NULL);"
	  "CREATE TABLE source (name TEXT PRIMARY KEY, etag TEXT NOT NULL, last_modified TEXT "
	  "NOT NULL,"
	  " url TEXT NOT NULL, next_at BIGINT NOT NULL, polled_at BIGINT NOT NULL,"
	  " ok_at BIGINT NOT NULL, failures BIGINT NOT NULL, gone BIGINT NOT NULL,"
	  " status BIGINT NOT NULL, why TEXT NOT NULL, documents BIGINT NOT NULL,"
	  " seen BIGINT NOT NULL, old BIGINT NOT NULL, refused BIGINT NOT NULL, body BYTEA NOT "
	  "NULL);" },
	{ 2, "keep marks in their index alone",
	  "CREATE TABLE seen_new (mark BYTEA PRIMARY KEY, at BIGINT NOT NULL) WITHOUT ROWID;"
	  "INSERT INTO seen_new (mark, at) SELECT mark, at FROM seen;"
	  "DROP TABLE seen;"
	  "ALTER TABLE seen_new RENAME TO seen;" },
	{ 3, "when a source's items were read, how far into files",
	  "CREATE TABLE source_read (name TEXT PRIMARY KEY, at BIGINT NOT NULL);"
	  "CREATE TABLE watched_file (source TEXT NOT NULL, inode BIGINT NOT NULL, name TEXT "
	  "NOT NULL, place BIGINT NOT NULL, size BIGINT NOT NULL, line BIGINT NOT NULL, head "
	  "BYTEA NOT NULL, met_at BIGINT NOT NULL, PRIMARY KEY (source, inode));" },
	{ 4, "how far the document archive is",
	  "CREATE TABLE archive (one INTEGER PRIMARY KEY, segment TEXT NOT NULL, bytes BIGINT "
	  "NOT NULL, seq BIGINT NOT NULL);"
	  "ALTER TABLE document ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;" },
	{ 5, "subscriptions to hubs",
	  "CREATE TABLE websub (key BYTEA PRIMARY KEY, source TEXT NOT NULL, hub TEXT NOT "
	  "NULL, "
	  "topic TEXT NOT NULL, token TEXT NOT NULL, secret TEXT NOT NULL, callback TEXT NOT "
	  "NULL, state BIGINT NOT NULL, next_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, "
	  "failures BIGINT NOT NULL, delivered BIGINT NOT NULL, pings BIGINT NOT NULL, refused "
	  "BIGINT NOT NULL, heard_at BIGINT NOT NULL, why TEXT NOT NULL);"
	  "CREATE INDEX websub_next ON websub (next_at);"
	  "CREATE INDEX websub_source ON websub (source);" },
	{ 6, "robots.txt of each origin",
	  "CREATE TABLE robots (address TEXT PRIMARY KEY, asked_at BIGINT NOT NULL, next_at "
	  "BIGINT NOT NULL, good_at BIGINT NOT NULL, since_at BIGINT NOT NULL, status BIGINT "
	  "NOT NULL, ended BIGINT NOT NULL, why TEXT NOT NULL, bytes BIGINT NOT NULL, body "
	  "BYTEA NOT NULL);" },
	{ 7, "where sources moved to, their pace, their outages",
	  "ALTER TABLE source ADD COLUMN adopted TEXT NOT NULL DEFAULT '';"
	  "ALTER TABLE source ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';"
	  "ALTER TABLE source ADD COLUMN moved_at BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN moved_times BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN pace_s BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN newest_at BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN learned_s BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN ttl_s BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN max_age_s BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN skip_hours BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN skip_days BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN hurry_s BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN hurry_until_at BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN failing_at BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN outage_at BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN polls BIGINT NOT NULL DEFAULT 0;"
	  "ALTER TABLE source ADD COLUMN unchanged BIGINT NOT NULL DEFAULT 0;" },
	{ 8, "entries of hot lists, last pages of threads",
	  "CREATE TABLE hot_entry (source TEXT NOT NULL, entry BYTEA NOT NULL, title TEXT NOT "
	  "NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, rank BIGINT NOT NULL, "
	  "before "
	  "BIGINT NOT NULL, best BIGINT NOT NULL, best_at BIGINT NOT NULL, told BIGINT NOT "
	  "NULL, "
	  "dwell_s BIGINT NOT NULL, looks BIGINT NOT NULL, PRIMARY KEY (source, entry));"
	  "CREATE INDEX hot_entry_last ON hot_entry (source, last_at);"
	  "CREATE TABLE thread_page (source TEXT PRIMARY KEY, url TEXT NOT NULL, page TEXT NOT "
	  "NULL);" },
	{ 9, "what each source brought of late",
	  "CREATE TABLE tally (name TEXT PRIMARY KEY, first_at BIGINT NOT NULL, newest_at "
	  "BIGINT "
	  "NOT NULL, came_at BIGINT NOT NULL, cause BIGINT NOT NULL, days TEXT NOT NULL, "
	  "delays "
	  "TEXT NOT NULL);" },
	{ 10, "evidence and how often it was looked at",
	  "CREATE TABLE evidence (document BYTEA PRIMARY KEY, seq BIGINT NOT NULL, at BIGINT "
	  "NOT NULL, why BIGINT NOT NULL, source TEXT NOT NULL, url TEXT NOT NULL, file TEXT "
	  "NOT NULL, bytes BIGINT NOT NULL, sights BIGINT NOT NULL, fetches BIGINT NOT NULL, "
	  "next_at BIGINT NOT NULL, held_until BIGINT NOT NULL);"
	  "CREATE INDEX evidence_by_next ON evidence (next_at);"
	  "CREATE INDEX evidence_by_seq ON evidence (seq);"
	  "CREATE INDEX evidence_by_time ON evidence (at);"
	  "CREATE TABLE sight (document BYTEA NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, "
	  "outcome BIGINT NOT NULL, status BIGINT NOT NULL, from_byte BIGINT NOT NULL, bytes "
	  "BIGINT NOT NULL, sha BYTEA NOT NULL, text_sha BYTEA NOT NULL, body_sha BYTEA NOT "
	  "NULL, why TEXT NOT NULL, PRIMARY KEY (document, n));" },
	{ 11, "the last bytes that were read of files",
	  "ALTER TABLE watched_file ADD COLUMN tail BYTEA NOT NULL DEFAULT X'';" },
	{ 12, "rows of watched files that only their words name",
	  "CREATE TABLE watched_row (source TEXT NOT NULL, inode BIGINT NOT NULL, row BYTEA "
	  "NOT "
	  "NULL, n BIGINT NOT NULL, PRIMARY KEY (source, inode, row)) WITHOUT ROWID;" },
	{ 13, "polls that ended before their last page",
	  "ALTER TABLE source ADD COLUMN unfinished BIGINT NOT NULL DEFAULT 0;" },
	{ 14, "many documents' evidence in one file",
	  "CREATE TABLE evidence_file (id BIGINT PRIMARY KEY, name TEXT NOT NULL, at BIGINT "
	  "NOT "
	  "NULL, bytes BIGINT NOT NULL, live BIGINT NOT NULL, dead BIGINT NOT NULL, erase "
	  "BIGINT "
	  "NOT NULL);"
	  "INSERT INTO evidence_file SELECT row_number() OVER (ORDER BY at, document), file, "
	  "at, "
	  "bytes, (SELECT count(*) FROM sight s WHERE s.document = e.document), 0, 0 FROM "
	  "evidence e WHERE bytes > 0;"
	  "CREATE UNIQUE INDEX evidence_file_by_name ON evidence_file (name);"
	  "ALTER TABLE sight ADD COLUMN file BIGINT NOT NULL DEFAULT 0;"
	  "UPDATE sight SET file = coalesce((SELECT f.id FROM evidence e JOIN evidence_file f "
	  "ON "
	  "f.name = e.file WHERE e.document = sight.document), 0);"
	  "CREATE INDEX sight_by_file ON sight (file);"
	  "ALTER TABLE evidence DROP COLUMN file;"
	  "CREATE INDEX evidence_untaken ON evidence (next_at) WHERE sights = 0;" },
	{ 15, "what was erased and may still stand in spool or archive",
	  "CREATE TABLE erased (document BYTEA PRIMARY KEY, at BIGINT NOT NULL, done BIGINT "
	  "NOT "
	  "NULL);"
	  "CREATE INDEX erased_open ON erased (at) WHERE done = 0;" },
	{ 16, "no words of hot lists beside their documents",
	  "ALTER TABLE hot_entry DROP COLUMN title;" },
	{ 0, NULL, NULL },
};
const struct migrations spool_migrations = { "spool", steps };

/* The value of name, made from n random bytes at the first call. */
static int
meta_random(struct store *s, const char *name, uint8_t *out, size_t n, struct err *e)
{
	struct stmt *q;
	int r;

	hash_random(out, n);
	q = store_stmt(s, "INSERT INTO meta (name, value) VALUES (:name, :value) "
			  "ON CONFLICT (name) DO NOTHING");
	stmt_text(q, 1, str_of(name));
	stmt_bytes(q, 2, (struct str){ (const char *)out, n });
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "SELECT value FROM meta WHERE name = :name");
	stmt_text(q, 1, str_of(name));
	r = stmt_step(q, e);
	if (r == 1 && stmt_col_bytes(q, 0).n == n)
		memcpy(out, stmt_col_bytes(q, 0).p, n);
	else if (r >= 0)
		r = err_set(e, ERR_BROKEN, "the spool's \"%s\" is damaged", name);
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
spool_uuid(struct store *s, struct id *uuid, struct err *e)
{
	return meta_random(s, "uuid", uuid->b, sizeof uuid->b, e);
}

int
spool_named(struct store *s, struct id *uuid, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT value FROM meta WHERE name = 'uuid'");
	int found = stmt_step(q, e);

	if (found > 0)
		*uuid = stmt_col_id(q, 0);
	stmt_reset(q);
	return found;
}

int
spool_author_key(struct store *s, uint8_t key[32], struct err *e)
{
	return meta_random(s, "author_key", key, 32, e);
}

int
spool_numbers(struct store *s, int64_t *upto, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT value FROM meta WHERE name = 'numbers'");
	int r = stmt_step(q, e);

	*upto = 0;
	if (r == 1 && str_int64(stmt_col_bytes(q, 0), upto) < 0)
		r = err_set(e, ERR_BROKEN, "the spool's \"numbers\" is damaged");
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
spool_numbers_set(struct store *s, int64_t upto, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO meta (name, value) VALUES ('numbers', :value) "
			      "ON CONFLICT (name) DO UPDATE SET value = :value");
	struct buf b = BUF(32);
	int r;

	buf_addf(&b, "%lld", (long long)upto);
	stmt_bytes(q, 1, buf_str(&b));
	r = stmt_run(q, e);
	buf_release(&b);
	return r < 0 ? -1 : 0;
}

int
spool_mark_seen(struct store *s, const struct id *mark, int64_t at, struct err *e)
{
	struct stmt *q = store_stmt(s, "INSERT INTO seen (mark, at) VALUES (:mark, :at) "
				       "ON CONFLICT (mark) DO NOTHING");

	stmt_id(q, 1, mark);
	stmt_int(q, 2, at);
	return stmt_run(q, e);
}

int
spool_is_seen(struct store *s, const struct id *mark, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM seen WHERE mark = :mark");
	int r;

	stmt_id(q, 1, mark);
	r = stmt_step(q, e);
	stmt_reset(q);
	return r;
}

int
spool_renew_seen(struct store *s, const struct id *mark, int64_t at, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE seen SET at = :at WHERE mark = :mark AND at < "
				       ":before");

	stmt_int(q, 1, at);
	stmt_id(q, 2, mark);
	stmt_int(q, 3, at - 86400);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* Marks are hashes: those that begin with the same 12 bits are one in 4,096. */
int
spool_forget_seen(struct store *s, int slice, int64_t before, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM seen WHERE mark >= :low AND mark <= :high "
				       "AND at < :before");
	struct id low = { { 0 } }, high;

	memset(high.b, 0xff, sizeof high.b);
	low.b[0] = high.b[0] = (uint8_t)(slice >> 4);
	low.b[1] = (uint8_t)(slice << 4);
	high.b[1] = (uint8_t)(low.b[1] | 0x0f);
	stmt_id(q, 1, &low);
	stmt_id(q, 2, &high);
	stmt_int(q, 3, before);
	return stmt_run(q, e);
}

int
source_read_at(struct store *s, struct str name, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT at FROM source_read WHERE name = :name");
	int r;

	stmt_text(q, 1, name);
	r = stmt_step(q, e);
	*at = r == 1 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
source_read_set(struct store *s, struct str name, int64_t at, struct err *e)
{
	struct stmt *q = store_stmt(s, "INSERT INTO source_read (name, at) VALUES (:name, :at) "
				       "ON CONFLICT (name) DO UPDATE SET at = :at");

	stmt_text(q, 1, name);
	stmt_int(q, 2, at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
spool_add(struct store *s, int64_t seq, int64_t at, struct str body, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO document (seq, at, body) VALUES (:seq, :at, :body)");

	stmt_int(q, 1, seq);
	stmt_int(q, 2, at);
	stmt_bytes(q, 3, body);
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "INSERT INTO waiting (seq, sends) VALUES (:seq, 0)");
	stmt_int(q, 1, seq);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
spool_receipt(struct store *s, int64_t from, int64_t to, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM waiting WHERE seq BETWEEN :from AND :to");

	stmt_int(q, 1, from);
	stmt_int(q, 2, to);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
spool_count_sends(struct store *s, int64_t seq, int64_t sends, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE waiting SET sends = :sends WHERE seq = :seq");

	stmt_int(q, 1, sends);
	stmt_int(q, 2, seq);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
spool_each_waiting(struct store *s, void (*each)(void *arg, int64_t seq, int64_t sends),
		   void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT seq, sends FROM waiting ORDER BY seq");
	int r;

	while ((r = stmt_step(q, e)) == 1)
		each(arg, stmt_col_int(q, 0), stmt_col_int(q, 1));
	stmt_reset(q);
	return r;
}

static int64_t
one_int(struct stmt *q)
{
	struct err ignored = { 0 }; /* a missing figure is 0: it is shown, never acted on */
	int64_t v = stmt_step(q, &ignored) == 1 ? stmt_col_int(q, 0) : 0;

	stmt_reset(q);
	return v;
}

int64_t
spool_last_seq(struct store *s)
{
	return one_int(store_stmt(s, "SELECT coalesce(max(seq), 0) FROM document"));
}

int
spool_body(struct store *s, int64_t seq, struct buf *out, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT body FROM document WHERE seq = :seq");
	int r;

	stmt_int(q, 1, seq);
	r = stmt_step(q, e);
	if (r == 1)
		buf_add(out, stmt_col_bytes(q, 0));
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
spool_reject(struct store *s, int64_t seq, int64_t at, const char *why, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO reject (seq, at, why) VALUES (:seq, :at, :why) "
			      "ON CONFLICT (seq) DO UPDATE SET at = :at, why = :why");

	stmt_int(q, 1, seq);
	stmt_int(q, 2, at);
	stmt_text(q, 3, str_of(why));
	if (stmt_run(q, e) < 0 || spool_receipt(s, seq, seq, e) < 0)
		return -1;
	q = store_stmt(s, "DELETE FROM reject WHERE seq <= (SELECT seq FROM reject "
			  "ORDER BY seq DESC LIMIT 1 OFFSET " REJECTS_KEPT ")");
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
spool_forget(struct store *s, int64_t seq, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM reject WHERE seq = :seq");

	stmt_int(q, 1, seq);
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "DELETE FROM document WHERE seq = :seq");
	stmt_int(q, 1, seq);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
spool_each_reject(struct store *s,
		  void (*each)(void *arg, int64_t seq, int64_t at, struct str why), void *arg,
		  struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT seq, at, why FROM reject ORDER BY seq");
	int r;

	while ((r = stmt_step(q, e)) == 1)
		each(arg, stmt_col_int(q, 0), stmt_col_int(q, 1), stmt_col_text(q, 2));
	stmt_reset(q);
	return r;
}

int
spool_wait_again(struct store *s, bool (*has)(void *arg, int64_t seq), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT d.seq FROM document d WHERE NOT EXISTS "
				       "(SELECT 1 FROM reject r WHERE r.seq = d.seq)");
	struct stmt *put;
	int r, n = 0;

	while ((r = stmt_step(q, e)) == 1) {
		int64_t seq = stmt_col_int(q, 0);

		if (has(arg, seq))
			continue;
		put = store_stmt(s, "INSERT INTO waiting (seq, sends) VALUES (:seq, 0) "
				    "ON CONFLICT (seq) DO NOTHING");
		stmt_int(put, 1, seq);
		if (stmt_run(put, e) < 0) {
			r = -1;
			break;
		}
		n++;
	}
	stmt_reset(q);
	return r < 0 ? -1 : n;
}

int
spool_expire(struct store *s, int64_t before, int n, int64_t *bytes, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "DELETE FROM document WHERE seq IN (SELECT d.seq FROM document d "
			      "WHERE d.at < :before AND NOT EXISTS (SELECT 1 FROM waiting w "
			      "WHERE w.seq = d.seq) "
			      "AND NOT EXISTS (SELECT 1 FROM reject r WHERE r.seq = d.seq) "
			      "AND NOT EXISTS (SELECT 1 FROM archive x WHERE x.seq < d.seq) "
			      "ORDER BY d.at LIMIT :n) RETURNING length(body)");
	int r, gone = 0;

	stmt_int(q, 1, before);
	stmt_int(q, 2, n);
	for (*bytes = 0; (r = stmt_step(q, e)) == 1; gone++)
		*bytes += stmt_col_int(q, 0);
	stmt_reset(q);
	return r < 0 ? -1 : gone;
}

int64_t
spool_bytes(struct store *s)
{
	return one_int(store_stmt(s,
				  "SELECT coalesce(sum(length(body)), 0) FROM (SELECT body "
				  "FROM document ORDER BY seq DESC LIMIT 1000000) AS newest"));
}

int
spool_opened(struct store *s, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM meta WHERE name = 'open'");
	int r = stmt_step(q, e);

	stmt_reset(q);
	if (r < 0)
		return -1;
	q = store_stmt(s, "INSERT INTO meta (name, value) VALUES ('open', '') "
			  "ON CONFLICT (name) DO NOTHING");
	return stmt_run(q, e) < 0 ? -1 : r;
}

int
spool_closed(struct store *s, struct err *e)
{
	return stmt_run(store_stmt(s, "DELETE FROM meta WHERE name = 'open'"), e) < 0 ? -1 : 0;
}
