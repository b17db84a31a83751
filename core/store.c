/*
 * What must stay true here:
 * 1. A batch is all or nothing: once SQLite has undone it (disk full), nothing of it can be
 *    written statement by statement (spoiled), until the caller rolls back.
 * 2. After a failed fsync nobody knows what is on the disk: broken is never cleared, and no
 *    later commit succeeds.
 * 3. No text from outside becomes SQL: statements are literals, values are bound.
 */
#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "core/clock.h"
#include "core/store.h"
#include "core/store_wal.h"

#define BUSY_MS     5000
#define READ_MS     5000  /* a longer read is cut: it keeps the WAL from being reused */
#define READ_OPS    20000 /* virtual machine steps between two looks at the clock */
#define WAL_LIMIT   ((int64_t)64 << 20)
#define TEXT_LIMIT  (256 << 20)
#define FIRST_STMTS 64
#define IDS_KEPT    24 /* parameters of one statement whose ids we keep */
/* Pages written before the WAL is moved to the main file: many of large batches, so that a page that
 * several touched is moved once; few of small ones, so that what comes next waits little. */
#define MOVE_LARGE  4000
#define MOVE_SMALL  1000
#define BATCH_LARGE 250   /* pages */
#define WAL_MOST    20000 /* pages; nobody called store_upkeep(): the commit itself moves them */

struct stmt {
	struct store *s;
	const char *sql;
	sqlite3_stmt *q; /* NULL: could not be prepared now, see rc */
	int rc;          /* of preparing or binding, reported by the step */
	struct id ids[IDS_KEPT];
};
struct store {
	sqlite3 *db;
	char *path;
	struct stmt **stmts; /* open addressing by the address of the text */
	size_t stmts_n, stmts_cap;
	bool reader, batch, spoiled, broken;
	int unmoved; /* pages written since some were moved to the main file */
	int64_t read_until_ms, read_limit_ms;
};

static void *
make(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return p;
}

static void
die(const struct store *s, const char *sql)
{
	fprintf(stderr, "our own mistake in SQL: %s: \"%s\"\n", sqlite3_errmsg(s->db), sql);
	abort();
}

/* What each result asks of the caller. The first row that fits decides. */
static const struct answer {
	int code; /* extended when > 255 */
	enum err_kind kind;
	const char *says; /* NULL: SQLite's words */
} answers[] = {
	{ SQLITE_IOERR_FSYNC, ERR_BROKEN, "the disk did not confirm a write (fsync failed)" },
	{ SQLITE_IOERR_DIR_FSYNC, ERR_BROKEN,
	  "the disk did not confirm a write (fsync failed)" },
	{ SQLITE_FULL, ERR_RETRY, "the disk is full" },
	{ SQLITE_BUSY, ERR_RETRY, "another process is writing" },
	{ SQLITE_LOCKED, ERR_RETRY, "another statement is writing" },
	{ SQLITE_INTERRUPT, ERR_RETRY, "the read took too long" },
	{ SQLITE_SCHEMA, ERR_RETRY, NULL },
	{ SQLITE_CONSTRAINT, ERR_REJECT, NULL },
	{ SQLITE_TOOBIG, ERR_REJECT, "a value is too large" },
	{ SQLITE_READONLY, ERR_USAGE, "it cannot be written" },
	{ SQLITE_PERM, ERR_USAGE, "access is not permitted" },
	{ SQLITE_CANTOPEN, ERR_USAGE, "it cannot be opened" },
	{ SQLITE_CORRUPT, ERR_BROKEN,
	  "it is damaged; restore a backup with \"langyan restore FILE\"" },
	{ SQLITE_NOTADB, ERR_BROKEN,
	  "it is damaged or no SQLite file; restore a backup with \"langyan restore FILE\"" },
	{ SQLITE_NOMEM, ERR_BROKEN, "out of memory" },
};

/* Fills *e for SQLite's result rc and keeps the invariants of the file head. -1. */
static int
store_fail(struct store *s, int rc, const char *doing, struct err *e)
{
	int base = rc & 0xff, sys = errno; /* SQLite keeps none for a commit */
	const char *says = sqlite3_errstr(rc);
	enum err_kind kind = ERR_BROKEN;

	if (base == SQLITE_IOERR && rc != SQLITE_IOERR_FSYNC && rc != SQLITE_IOERR_DIR_FSYNC &&
	    (sys == ENOSPC || sys == EDQUOT))
		rc = base = SQLITE_FULL; /* over quota, or no room for the WAL's index */
	for (size_t i = 0; i < LY_COUNT(answers); i++) {
		if (answers[i].code != rc && answers[i].code != base)
			continue;
		kind = answers[i].kind;
		says = answers[i].says ? answers[i].says : sqlite3_errmsg(s->db);
		break;
	}
	if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC)
		s->broken = true;
	if (s->batch && sqlite3_get_autocommit(s->db))
		s->spoiled = true;
	return err_set(e, kind, "could not %s \"%s\": %s", doing, s->path, says);
}

/* Nothing more may be written, or this batch is already undone. */
static int
refuse(const struct store *s, struct err *e)
{
	if (s->broken)
		return err_set(e, ERR_BROKEN,
			       "\"%s\" is closed to writing: an fsync failed earlier", s->path);
	if (s->batch && s->spoiled)
		return err_set(e, ERR_RETRY, "the batch on \"%s\" was undone: begin it again",
			       s->path);
	return 0;
}

/* ---- statements ---------------------------------------------------------------------- */

static struct stmt **
slot_of(struct stmt **table, size_t cap, const char *sql)
{
	size_t i = ((uintptr_t)sql >> 3) * (size_t)0x9e3779b97f4a7c15u;

	for (i >>= 16;; i++) {
		struct stmt **at = &table[i & (cap - 1)];

		if (!*at || (*at)->sql == sql)
			return at;
	}
}

static void
stmts_grow(struct store *s)
{
	size_t cap = s->stmts_cap ? s->stmts_cap * 2 : FIRST_STMTS;
	struct stmt **table = make(cap, sizeof *table);

	for (size_t i = 0; i < s->stmts_cap; i++)
		if (s->stmts[i])
			*slot_of(table, cap, s->stmts[i]->sql) = s->stmts[i];
	free(s->stmts);
	s->stmts = table;
	s->stmts_cap = cap;
}

static struct stmt *
stmt_make(struct store *s, const char *sql)
{
	struct stmt *q = make(1, sizeof *q);

	q->s = s;
	q->sql = sql;
	return q;
}

struct stmt *
store_stmt(struct store *s, const char *sql)
{
	struct stmt **at, *q;

	if (s->stmts_n * 2 >= s->stmts_cap)
		stmts_grow(s);
	at = slot_of(s->stmts, s->stmts_cap, sql);
	if (!*at) {
		*at = stmt_make(s, sql);
		s->stmts_n++;
	}
	q = *at;
	if (!q->q) {
		q->rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->q,
					   NULL);
		if (q->rc == SQLITE_ERROR || q->rc == SQLITE_MISUSE ||
		    (q->rc == SQLITE_OK && !q->q))
			die(s, sql);
		return q;
	}
	stmt_reset(q);
	sqlite3_clear_bindings(q->q);
	return q;
}

static void
bound(struct stmt *q, int rc)
{
	if (rc == SQLITE_RANGE || rc == SQLITE_MISUSE)
		die(q->s, q->sql);
	if (rc != SQLITE_OK)
		q->rc = rc;
}

void
stmt_int(struct stmt *q, int at, int64_t v)
{
	if (q->q)
		bound(q, sqlite3_bind_int64(q->q, at, v));
}

void
stmt_text(struct stmt *q, int at, struct str v)
{
	if (q->q)
		bound(q, sqlite3_bind_text64(q->q, at, v.p ? v.p : "", v.n, SQLITE_STATIC,
					     SQLITE_UTF8));
}

void
stmt_bytes(struct stmt *q, int at, struct str v)
{
	if (q->q)
		bound(q, sqlite3_bind_blob64(q->q, at, v.p ? v.p : "", v.n, SQLITE_STATIC));
}

void
stmt_id(struct stmt *q, int at, const struct id *v)
{
	const void *p = v->b;
	bool kept = at > 0 && at <= IDS_KEPT;

	if (!q->q)
		return;
	if (kept) /* spares SQLite an allocation */
		p = memcpy(q->ids[at - 1].b, v->b, sizeof v->b);
	bound(q, sqlite3_bind_blob(q->q, at, p, sizeof v->b,
				   kept ? SQLITE_STATIC : SQLITE_TRANSIENT));
}

void
stmt_null(struct stmt *q, int at)
{
	if (q->q)
		bound(q, sqlite3_bind_null(q->q, at));
}

int
stmt_step(struct stmt *q, struct err *e)
{
	struct store *s = q->s;
	int rc = q->rc;
	bool reads;

	if (rc == SQLITE_OK) {
		if (q->q && !sqlite3_stmt_readonly(q->q) && refuse(s, e) < 0)
			return -1;
		if (s->reader && !sqlite3_stmt_busy(q->q))
			s->read_until_ms = clock_mono_ms() + s->read_limit_ms;
		errno = 0;
		rc = sqlite3_step(q->q);
	}
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	reads = q->q && sqlite3_stmt_readonly(q->q) && sqlite3_column_count(q->q) > 0;
	store_fail(s, rc, reads ? "read" : "write", e);
	stmt_reset(q);
	return -1;
}

int
stmt_run(struct stmt *q, struct err *e)
{
	sqlite3 *db = q->s->db;
	int64_t before = sqlite3_total_changes64(db);
	int rc;

	while ((rc = stmt_step(q, e)) > 0)
		;
	stmt_reset(q);
	if (rc < 0)
		return -1;
	return sqlite3_total_changes64(db) == before ? 0 : sqlite3_changes(db);
}

void
stmt_reset(struct stmt *q)
{
	q->rc = SQLITE_OK;
	if (q->q)
		sqlite3_reset(q->q);
}

int64_t
stmt_col_int(struct stmt *q, int at)
{
	return sqlite3_column_int64(q->q, at);
}

struct str
stmt_col_text(struct stmt *q, int at)
{
	const char *p = (const char *)sqlite3_column_text(q->q, at);

	return (struct str){ p ? p : "", p ? (size_t)sqlite3_column_bytes(q->q, at) : 0 };
}

struct str
stmt_col_bytes(struct stmt *q, int at)
{
	const char *p = sqlite3_column_blob(q->q, at);

	return (struct str){ p ? p : "", p ? (size_t)sqlite3_column_bytes(q->q, at) : 0 };
}

struct id
stmt_col_id(struct stmt *q, int at)
{
	struct str b = stmt_col_bytes(q, at);
	struct id out = { { 0 } };

	if (b.n == sizeof out.b)
		memcpy(out.b, b.p, b.n);
	return out;
}

bool
stmt_col_null(struct stmt *q, int at)
{
	return sqlite3_column_type(q->q, at) == SQLITE_NULL;
}

/* ---- batches --------------------------------------------------------------------------- */

int
store_begin(struct store *s, struct err *e)
{
	if (s->batch) {
		fprintf(stderr, "our own mistake: a batch on \"%s\" is already open\n",
			s->path);
		abort();
	}
	if (stmt_run(store_stmt(s, "BEGIN IMMEDIATE"), e) < 0)
		return -1;
	s->batch = true;
	s->spoiled = false;
	return 0;
}

int
store_commit(struct store *s, struct err *e)
{
	if (refuse(s, e) < 0 || stmt_run(store_stmt(s, "COMMIT"), e) < 0) {
		store_rollback(s);
		return -1;
	}
	s->batch = false;
	return 0;
}

void
store_rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db)) {
		struct err e;
		struct stmt *q = store_stmt(s, "ROLLBACK");

		/* Not stmt_run: a broken store, too, has to let go of its locks. */
		if (q->q && sqlite3_step(q->q) != SQLITE_DONE && !sqlite3_get_autocommit(s->db))
			store_fail(s, sqlite3_extended_errcode(s->db), "undo the batch on", &e);
		stmt_reset(q);
	}
	store_wal_forget(s->db);
	s->batch = s->spoiled = false;
}

bool
store_in_batch(const struct store *s)
{
	return s->batch;
}

/* ---- opening --------------------------------------------------------------------------- */

/* Several statements of our own, one after the other. */
static int
run_all(struct store *s, const char *sql, struct err *e)
{
	while (*sql) {
		sqlite3_stmt *q = NULL;
		int rc = sqlite3_prepare_v2(s->db, sql, -1, &q, &sql);

		if (rc == SQLITE_ERROR)
			die(s, sql);
		if (rc == SQLITE_OK && !q)
			continue; /* white space or a comment */
		errno = 0;
		while (rc == SQLITE_OK || rc == SQLITE_ROW)
			rc = sqlite3_step(q);
		if (rc == SQLITE_ERROR)
			die(s, sqlite3_sql(q));
		if (rc != SQLITE_DONE)
			store_fail(s, rc, "prepare", e);
		sqlite3_finalize(q);
		if (rc != SQLITE_DONE)
			return -1;
	}
	return 0;
}

static int
read_too_long(void *arg)
{
	const struct store *s = arg;

	return clock_mono_ms() > s->read_until_ms;
}

static void
hurry(struct store *s)
{
	if (s->reader)
		sqlite3_progress_handler(s->db, READ_OPS, read_too_long, s);
}

/* After each commit, in the place of SQLite's own. */
static int
committed(void *s, sqlite3 *db, const char *name, int pages)
{
	if (pages >= WAL_MOST && !((struct store *)s)->broken)
		sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

static int
settle(struct store *s, struct err *e)
{
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, TEXT_LIMIT);
	if (run_all(s,
		    "PRAGMA mmap_size = 0; PRAGMA cache_size = -65536; PRAGMA temp_store = "
		    "MEMORY;"
		    "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;"
		    "PRAGMA secure_delete = ON;", /* what is erased is zeros in the file */
		    e) < 0)
		return -1;
	hurry(s);
	if (s->reader)
		return run_all(s, "PRAGMA query_only = ON;", e);
	sqlite3_wal_hook(s->db, committed, s);
	/* The size limit cuts the file back after a checkpoint that could restart it. */
	return run_all(s, "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864;",
		       e);
}

/* The schema number of the file and whose it is: 0 for an empty one. */
static int
schema_read(struct store *s, const struct migrations *m, int64_t *number, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT count(*), coalesce(sum(name = 'langyan_schema'), 0)"
			      " FROM sqlite_master");
	int64_t tables, ours;
	int rc;

	*number = 0;
	if (stmt_step(q, e) < 0)
		return -1;
	tables = stmt_col_int(q, 0);
	ours = stmt_col_int(q, 1);
	stmt_reset(q);
	if (!tables)
		return 0;
	if (!ours)
		return err_set(e, ERR_USAGE, "\"%s\" is an SQLite file of another program",
			       s->path);
	q = store_stmt(s,
		       "SELECT number, app FROM langyan_schema ORDER BY number DESC LIMIT 1");
	rc = stmt_step(q, e);
	if (rc > 0) {
		*number = stmt_col_int(q, 0);
		if (strcmp(stmt_col_text(q, 1).p, m->app) != 0)
			rc = err_set(e, ERR_USAGE,
				     "\"%s\" is a \"%.*s\" file, not a \"%s\" file", s->path,
				     STR_ARG(stmt_col_text(q, 1)), m->app);
	}
	stmt_reset(q);
	return rc < 0 ? -1 : 0;
}

static int
migrate_one(struct store *s, const struct migrations *m, const struct migration *one,
	    struct err *e)
{
	int64_t number;
	struct stmt *q;

	if (store_begin(s, e) < 0)
		return -1;
	/* Another process may have been first. */
	if (schema_read(s, m, &number, e) < 0)
		goto fail;
	if (number >= one->number) {
		store_rollback(s);
		return 0;
	}
	if (run_all(s,
		    "CREATE TABLE IF NOT EXISTS langyan_schema (number BIGINT PRIMARY KEY,"
		    " app TEXT NOT NULL, what TEXT NOT NULL, at BIGINT NOT NULL)",
		    e) < 0 ||
	    run_all(s, one->sql, e) < 0)
		goto fail;
	q = store_stmt(
		s, "INSERT INTO langyan_schema (number, app, what, at) VALUES (?, ?, ?, ?)");
	stmt_int(q, 1, one->number);
	stmt_text(q, 2, (struct str){ m->app, strlen(m->app) });
	stmt_text(q, 3, (struct str){ one->what, strlen(one->what) });
	stmt_int(q, 4, clock_wall());
	if (stmt_run(q, e) < 0)
		goto fail;
	return store_commit(s, e);
fail:
	store_rollback(s);
	return err_within(e, "migration %d (%s)", one->number, one->what);
}

static int
migrate(struct store *s, const struct migrations *m, struct err *e)
{
	int64_t number, newest = 0;

	for (const struct migration *one = m->m; one->sql; one++)
		if (one->number != ++newest) {
			fprintf(stderr,
				"our own mistake: migration %d of \"%s\" is not number %d\n",
				one->number, m->app, (int)newest);
			abort();
		}
	if (schema_read(s, m, &number, e) < 0)
		return -1;
	if (number > newest)
		return err_set(e, ERR_USAGE,
			       "\"%s\" has schema %lld, this program knows %lld: use the newer "
			       "program",
			       s->path, (long long)number, (long long)newest);
	if (number == newest)
		return 0;
	if (s->reader)
		return err_set(e, ERR_USAGE,
			       "\"%s\" has schema %lld, not %lld: start the writer once to "
			       "bring it up",
			       s->path, (long long)number, (long long)newest);
	if (number > 0) {
		struct buf to = BUF(4096);
		int rc;

		buf_addf(&to, "%s.before-%lld", s->path, (long long)number + 1);
		rc = store_backup(s, to.p, e);
		buf_release(&to);
		if (rc < 0)
			return err_within(e, "before the migration");
	}
	for (const struct migration *one = m->m; one->sql; one++)
		if (one->number > number && migrate_one(s, m, one, e) < 0)
			return -1;
	return 0;
}

static struct store *
open_as(const char *path, int flags, bool reader, const struct migrations *m, struct err *e)
{
	struct store *s = make(1, sizeof *s);
	int rc;

	s->path = strdup(path);
	if (!s->path)
		abort();
	s->reader = reader;
	s->read_until_ms = INT64_MAX;
	s->read_limit_ms = READ_MS;
	rc = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
			     reader ? NULL : store_wal_files);
	if (rc != SQLITE_OK) {
		store_fail(s, rc, "open", e);
		goto fail;
	}
	if (settle(s, e) < 0 || migrate(s, m, e) < 0)
		goto fail;
	return s;
fail:
	store_close(s);
	return NULL;
}

struct store *
store_open(const char *path, const struct migrations *m, struct err *e)
{
	return open_as(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, false, m, e);
}

struct store *
store_open_reader(const char *path, const struct migrations *m, struct err *e)
{
	return open_as(path, SQLITE_OPEN_READONLY, true, m, e);
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	if (s->db)
		store_rollback(s);
	if (s->broken) /* what the disk did not confirm must not reach the main file */
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	for (size_t i = 0; i < s->stmts_cap; i++) {
		if (s->stmts[i])
			sqlite3_finalize(s->stmts[i]->q);
		free(s->stmts[i]);
	}
	free(s->stmts);
	sqlite3_close(s->db);
	free(s->path);
	free(s);
}

/* ---- upkeep ---------------------------------------------------------------------------- */

void
store_read_limit(struct store *s, int64_t ms)
{
	s->read_limit_ms = ms;
}

void
store_read_once(struct store *s)
{
	s->read_limit_ms = INT64_MAX / 2;
	(void)sqlite3_exec(s->db, "PRAGMA cache_size = -2048", NULL, NULL, NULL); /* a wish */
}

void
store_read_end(struct store *s)
{
	for (size_t i = 0; i < s->stmts_cap; i++)
		if (s->stmts[i])
			stmt_reset(s->stmts[i]);
}

int64_t
store_wal_bytes(const struct store *s)
{
	struct buf wal = BUF(4096);
	struct stat st;
	int rc;

	buf_addf(&wal, "%s-wal", s->path);
	rc = stat(wal.p, &st);
	buf_release(&wal);
	return rc == 0 ? st.st_size : 0;
}

void
store_upkeep(struct store *s)
{
	bool is_long = store_wal_bytes(s) > WAL_LIMIT;
	int mode = is_long ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
	int rc, batch = 0, most;
	struct err e;

	if (s->reader || s->batch || s->broken)
		return;
	sqlite3_db_status(s->db, SQLITE_DBSTATUS_CACHE_WRITE, &batch, &most, 1);
	s->unmoved += batch;
	if (!is_long && s->unmoved < (batch < BATCH_LARGE ? MOVE_SMALL : MOVE_LARGE))
		return;
	s->unmoved = 0;
	store_read_end(s);
	errno = 0;
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, mode, NULL, NULL);
	/* Busy readers: the next call tries again. A failed fsync is remembered. */
	if (rc != SQLITE_OK)
		store_fail(s, rc, "checkpoint", &e);
}

int
store_forget(struct store *s, struct err *e)
{
	int rc;

	store_read_end(s);
	errno = 0;
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return rc == SQLITE_OK ? 0 : store_fail(s, rc, "empty the log of", e);
}

int
store_check(struct store *s, struct err *e)
{
	struct stmt *q = store_stmt(s, "PRAGMA quick_check(1)");
	int rc;

	sqlite3_progress_handler(s->db, 0, NULL,
				 NULL); /* a reader, too, may take its time here */
	rc = stmt_step(q, e);
	if (rc > 0 && strcmp(stmt_col_text(q, 0).p, "ok") != 0)
		rc = err_set(e, ERR_BROKEN,
			     "\"%s\" is damaged (%.*s); restore a backup with \"langyan "
			     "restore FILE\"",
			     s->path, STR_ARG(stmt_col_text(q, 0)));
	stmt_reset(q);
	hurry(s);
	return rc < 0 ? -1 : 0;
}

/* A copy into to.part, which is left behind when it fails. */
static int
copy_pages(struct store *s, const char *part, struct err *e)
{
	sqlite3 *to = NULL;
	sqlite3_backup *b = NULL;
	int rc = sqlite3_open_v2(part, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	if (rc == SQLITE_OK) {
		b = sqlite3_backup_init(to, "main", s->db, "main");
		rc = b ? sqlite3_backup_step(b, -1) : sqlite3_errcode(to);
		if (b)
			sqlite3_backup_finish(b);
	}
	sqlite3_close(to);
	if (rc == SQLITE_DONE)
		return 0;
	return err_set(e, rc == SQLITE_FULL || rc == SQLITE_BUSY ? ERR_RETRY : ERR_USAGE,
		       "could not copy \"%s\" to \"%s\": %s", s->path, part,
		       sqlite3_errstr(rc));
}

static int
sync_path(const char *path, int flags, struct err *e)
{
	int fd = open(path, flags | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (rc < 0)
		err_set(e, ERR_RETRY, "could not sync \"%s\": %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return rc;
}

/* part becomes path, so that path is never half a file, not even after a power cut. */
static int
put_in_place(const char *part, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	struct buf dir = BUF(4096);
	int rc;

	buf_add(&dir, slash ? (struct str){ path, (size_t)(slash - path) + 1 } : STR("."));
	rc = sync_path(part, O_RDONLY, e);
	if (rc == 0 && rename(part, path) < 0)
		rc = err_set(e, ERR_RETRY, "could not write \"%s\": %s", path, strerror(errno));
	if (rc == 0)
		rc = sync_path(dir.p, O_RDONLY | O_DIRECTORY, e);
	buf_release(&dir);
	return rc;
}

int
store_backup(struct store *s, const char *path, struct err *e)
{
	struct buf part = BUF(4096);
	int rc;

	if (s->batch) /* the copy would hold rows that nobody has committed */
		return err_set(e, ERR_RETRY, "cannot copy \"%s\" inside a batch", s->path);
	buf_addf(&part, "%s.part", path);
	unlink(part.p);
	rc = copy_pages(s, part.p, e);
	if (rc == 0)
		rc = put_in_place(part.p, path, e);
	if (rc < 0)
		unlink(part.p);
	buf_release(&part);
	return rc;
}
