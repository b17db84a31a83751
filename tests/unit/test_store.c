#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/hash.h"
#include "core/store.h"

/* ---- a disk that can be told to fail ---------------------------------------------------- */

static int sync_error; /* errno of every fsync, 0 = works */
static int write_error;
static long writes_left; /* before write_error begins */

/* SQLite and our own code call these through the dynamic linker: ours come first. */
int
fdatasync(int fd)
{
	(void)fd;
	errno = sync_error;
	return sync_error ? -1 : 0;
}

int
fsync(int fd)
{
	return fdatasync(fd);
}

static ssize_t
failing_pwrite(int fd, const void *p, size_t n, off_t at)
{
	if (write_error && writes_left-- <= 0) {
		errno = write_error;
		return -1;
	}
	return pwrite(fd, p, n, at);
}

static void
disk_is(int write_errno, long after, int sync_errno)
{
	sqlite3_vfs *v = sqlite3_vfs_find(NULL);
	sqlite3_syscall_ptr f = (sqlite3_syscall_ptr)(void (*)(void))failing_pwrite;

	write_error = write_errno;
	writes_left = after;
	sync_error = sync_errno;
	v->xSetSystemCall(v, "pwrite", write_errno ? f : NULL);
	v->xSetSystemCall(v, "pwrite64", write_errno ? f : NULL);
}

/* ---- a folder per test ------------------------------------------------------------------- */

static char dir[64], db[96];

static int
setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/langyan-store-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(db, sizeof db, "%s/langyan.db", dir);
	return 0;
}

static int
teardown(void **state)
{
	char command[128];

	(void)state;
	disk_is(0, 0, 0);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static const char *
in_dir(const char *name)
{
	static char path[4][160];
	static unsigned turn;
	char *p = path[turn++ % 4];

	snprintf(p, sizeof path[0], "%s/%s", dir, name);
	return p;
}

static const struct migration v1[] = {
	{
		1,
		"items",
		"CREATE TABLE item (id BYTEA PRIMARY KEY, n BIGINT NOT NULL, t TEXT, b BYTEA);"
		"CREATE INDEX item_by_n ON item (n);",
	},
	{ 0 },
};
static const struct migration v2[] = {
	{
		1,
		"items",
		"CREATE TABLE item (id BYTEA PRIMARY KEY, n BIGINT NOT NULL, t TEXT, b BYTEA);"
		"CREATE INDEX item_by_n ON item (n);",
	},
	{
		2,
		"marks",
		"ALTER TABLE item ADD COLUMN mark BIGINT NOT NULL DEFAULT 7;\n"
		"-- a comment at the end\n",
	},
	{ 0 },
};
static const struct migrations record = { "record", v1 }, record2 = { "record", v2 },
			       spool = { "spool", v1 };

static struct store *
open_ok(const struct migrations *m)
{
	struct err e = { 0 };
	struct store *s = store_open(db, m, &e);

	if (!s)
		fail_msg("%s", e.text);
	return s;
}

static void
add(struct store *s, int64_t n, struct err *e, int want)
{
	struct id id = ID_OF(((struct str){ (const char *)&n, sizeof n }));
	struct stmt *q = store_stmt(s, "INSERT INTO item (id, n) VALUES (:id, :n)");

	stmt_id(q, 1, &id);
	stmt_int(q, 2, n);
	assert_int_equal(stmt_run(q, e), want);
}

static int64_t
number(struct store *s, const char *sql)
{
	struct err e = { 0 };
	struct stmt *q = store_stmt(s, sql);
	int64_t v;

	assert_int_equal(stmt_step(q, &e), 1);
	v = stmt_col_int(q, 0);
	stmt_reset(q);
	return v;
}

#define COUNT_ITEMS "SELECT count(*) FROM item"

/* ---- promises ----------------------------------------------------------------------------- */

static void
values_come_back_as_they_went_in(void **state)
{
	struct store *s = open_ok(&record);
	struct str text = STR("山脆\0 chips"), bytes = STR("\x00\xff\x01"), empty = { NULL, 0 };
	struct id id = ID_OF(STR("x")), got;
	struct err e = { 0 };
	struct stmt *q;

	(void)state;
	q = store_stmt(s, "INSERT INTO item (id, n, t, b) VALUES (:id, :n, :t, :b)");
	stmt_id(q, 1, &id);
	stmt_int(q, 2, INT64_MIN);
	stmt_text(q, 3, text);
	stmt_bytes(q, 4, bytes);
	assert_int_equal(stmt_run(q, &e), 1);
	q = store_stmt(s, "INSERT INTO item (id, n, t, b) VALUES (:id, 5, :t, :b)");
	stmt_bytes(q, 1, STR("short"));
	stmt_text(q, 2, empty);
	stmt_null(q, 3);
	assert_int_equal(stmt_run(q, &e), 1);

	q = store_stmt(s, "SELECT id, n, t, b FROM item ORDER BY n");
	assert_int_equal(stmt_step(q, &e), 1);
	got = stmt_col_id(q, 0);
	assert_true(id_eq(&got, &id));
	assert_true(stmt_col_int(q, 1) == INT64_MIN);
	assert_int_equal(stmt_col_text(q, 2).n, text.n);
	assert_memory_equal(stmt_col_text(q, 2).p, text.p, text.n);
	assert_int_equal(stmt_col_bytes(q, 3).n, 3);
	assert_memory_equal(stmt_col_bytes(q, 3).p, bytes.p, 3);
	assert_int_equal(stmt_step(q, &e), 1);
	got = stmt_col_id(q, 0);
	assert_true(id_none(&got)); /* five bytes are no id */
	assert_false(stmt_col_null(q, 2));
	assert_int_equal(stmt_col_text(q, 2).n, 0);
	assert_true(stmt_col_null(q, 3));
	assert_int_equal(stmt_step(q, &e), 0);
	store_close(s);
}

static void
a_statement_is_made_once_and_comes_back_unbound(void **state)
{
	static const char sql[] = "SELECT :a IS NULL";
	struct store *s = open_ok(&record);
	struct err e = { 0 };
	struct stmt *q = store_stmt(s, sql);

	(void)state;
	stmt_int(q, 1, 4);
	assert_int_equal(stmt_step(q, &e), 1);
	assert_int_equal(stmt_col_int(q, 0), 0);
	assert_ptr_equal(store_stmt(s, sql), q);
	assert_int_equal(stmt_step(q, &e), 1);
	assert_int_equal(stmt_col_int(q, 0), 1);
	store_close(s);
}

static void
a_batch_is_all_or_nothing(void **state)
{
	struct store *s = open_ok(&record);
	struct err e = { 0 };

	(void)state;
	assert_false(store_in_batch(s));
	assert_int_equal(store_begin(s, &e), 0);
	assert_true(store_in_batch(s));
	add(s, 1, &e, 1);
	add(s, 2, &e, 1);
	store_rollback(s);
	assert_int_equal(number(s, COUNT_ITEMS), 0);
	assert_int_equal(store_begin(s, &e), 0);
	add(s, 1, &e, 1);
	assert_int_equal(store_commit(s, &e), 0);
	store_rollback(s); /* nothing to undo: harmless */
	assert_int_equal(store_begin(s, &e), 0);
	add(s, 2, &e, 1);
	store_close(s); /* undoes the open batch */
	s = open_ok(&record);
	assert_int_equal(number(s, COUNT_ITEMS), 1);
	store_close(s);
}

static void
a_row_that_breaks_a_rule_is_rejected_and_the_batch_goes_on(void **state)
{
	struct store *s = open_ok(&record);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(store_begin(s, &e), 0);
	add(s, 1, &e, 1);
	add(s, 1, &e, -1);
	assert_int_equal(e.kind, ERR_REJECT);
	assert_non_null(strstr(e.text, "UNIQUE constraint failed: item.id"));
	add(s, 2, &e, 1);
	assert_int_equal(stmt_run(store_stmt(s, "DELETE FROM item WHERE n = 99"), &e), 0);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(number(s, COUNT_ITEMS), 2);
	store_close(s);
}

static void
the_file_is_in_wal_mode_and_synced_in_full(void **state)
{
	struct store *s = open_ok(&record);
	struct err e = { 0 };
	struct stmt *q = store_stmt(s, "PRAGMA journal_mode");

	(void)state;
	assert_int_equal(stmt_step(q, &e), 1);
	assert_string_equal(stmt_col_text(q, 0).p, "wal");
	assert_int_equal(number(s, "PRAGMA synchronous"), 2);
	assert_int_equal(number(s, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(s, "PRAGMA trusted_schema"), 0);
	assert_int_equal(number(s, "PRAGMA mmap_size"), 0);
	assert_int_equal(number(s, "PRAGMA wal_autocheckpoint"), 4000);
	store_close(s);
}

static void
an_older_file_is_copied_then_brought_up(void **state)
{
	struct store *s = open_ok(&record);
	struct err e = { 0 };

	(void)state;
	add(s, 1, &e, 1);
	store_close(s);
	assert_int_equal(access(in_dir("langyan.db.before-2"), F_OK), -1);
	s = open_ok(&record2);
	assert_int_equal(number(s, "SELECT mark FROM item"), 7);
	store_close(s);
	s = open_ok(&record2); /* nothing left to do */
	store_close(s);

	s = store_open_reader(in_dir("langyan.db.before-2"), &record, &e);
	assert_non_null(s);
	assert_int_equal(number(s, COUNT_ITEMS), 1);
	store_close(s);
	assert_int_equal(access(in_dir("langyan.db.before-2.part"), F_OK), -1);
}

static void
a_migration_that_fails_leaves_the_old_schema(void **state)
{
	static const struct migration bad[] = {
		{
			1,
			"items",
			"CREATE TABLE item (id BYTEA PRIMARY KEY, n BIGINT NOT NULL, t TEXT, b "
			"BYTEA);",
		},
		{
			2,
			"broken",
			"CREATE TABLE extra (n BIGINT NOT NULL);"
			"INSERT INTO extra SELECT NULL FROM item;",
		},
		{ 0 },
	};
	const struct migrations m = { "record", bad };
	struct store *s = open_ok(&record);
	struct err e = { 0 };

	(void)state;
	add(s, 1, &e, 1);
	store_close(s);
	assert_null(store_open(db, &m, &e));
	assert_non_null(strstr(e.text, "migration 2 (broken): "));
	assert_non_null(strstr(e.text, "NOT NULL constraint failed: extra.n"));
	s = open_ok(&record);
	assert_int_equal(number(s, "SELECT count(*) FROM sqlite_master WHERE name = 'extra'"),
			 0);
	store_close(s);
}

static void
a_file_that_is_not_ours_is_refused_by_name(void **state)
{
	struct err e = { 0 };
	char want[400];
	sqlite3 *other;
	FILE *f;

	(void)state;
	store_close(open_ok(&record2));
	assert_null(store_open(db, &record, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	snprintf(want, sizeof want,
		 "\"%s\" has schema 2, this program knows 1: use the newer program", db);
	assert_string_equal(e.text, want);

	assert_null(store_open(db, &spool, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	snprintf(want, sizeof want, "\"%s\" is a \"record\" file, not a \"spool\" file", db);
	assert_string_equal(e.text, want);

	snprintf(db, sizeof db, "%s/other.db", dir);
	assert_int_equal(sqlite3_open(db, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "CREATE TABLE bookmarks (u)", NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(other);
	assert_null(store_open(db, &record, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	snprintf(want, sizeof want, "\"%s\" is an SQLite file of another program", db);
	assert_string_equal(e.text, want);

	snprintf(db, sizeof db, "%s/text.db", dir);
	f = fopen(db, "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is no database\n", f);
	fclose(f);
	assert_null(store_open(db, &record, &e));
	assert_int_equal(e.kind, ERR_BROKEN);
	assert_non_null(strstr(e.text, "restore a backup with \"langyan restore FILE\""));

	assert_null(store_open("/nowhere/at/all.db", &record, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text,
			    "could not open \"/nowhere/at/all.db\": it cannot be opened");
}

static void
a_reader_sees_what_is_committed_and_writes_nothing(void **state)
{
	struct err e = { 0 };
	struct store *s, *r;

	(void)state;
	assert_null(store_open_reader(db, &record, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	s = open_ok(&record);
	assert_null(store_open_reader(db, &record2, &e));
	assert_non_null(
		strstr(e.text, "has schema 1, not 2: start the writer once to bring it up"));
	r = store_open_reader(db, &record, &e);
	assert_non_null(r);
	assert_int_equal(store_begin(s, &e), 0);
	add(s, 1, &e, 1);
	assert_int_equal(number(r, COUNT_ITEMS), 0);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(number(r, COUNT_ITEMS), 1);
	add(r, 2, &e, -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(number(r, COUNT_ITEMS), 1);
	store_close(r);
	store_close(s);
}

static void
a_read_that_takes_too_long_is_cut(void **state)
{
	static const char endless[] =
		"WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
		" SELECT max(x) FROM c";
	struct err e = { 0 };
	struct store *s = open_ok(&record), *r = store_open_reader(db, &record, &e);

	(void)state;
	assert_non_null(r);
	store_read_limit(r, 20);
	assert_int_equal(stmt_step(store_stmt(r, endless), &e), -1);
	assert_int_equal(e.kind, ERR_RETRY);
	assert_non_null(strstr(e.text, "the read took too long"));
	assert_int_equal(number(r, COUNT_ITEMS), 0); /* the next one has its own time */
	store_close(r);
	store_close(s);
}

static void
two_writers_wait_for_each_other_and_then_say_so(void **state)
{
	struct store *a = open_ok(&record), *b = open_ok(&record);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(stmt_step(store_stmt(b, "PRAGMA busy_timeout = 1"), &e), 1);
	assert_int_equal(store_begin(a, &e), 0);
	assert_int_equal(store_begin(b, &e), -1);
	assert_int_equal(e.kind, ERR_RETRY);
	assert_non_null(strstr(e.text, "another process is writing"));
	assert_false(store_in_batch(b));
	assert_int_equal(store_commit(a, &e), 0);
	assert_int_equal(store_begin(b, &e), 0);
	store_close(a);
	store_close(b);
}

static void
our_own_wrong_sql_ends_the_process_with_its_text(void **state)
{
	static const char *const wrong[] = {
		"SELEKT 1",
		"SELECT nothing FROM item",
		"SELECT 1 FROM \"item\" WHERE t = \"text\"",
		"ATTACH 'x.db' AS x",
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(wrong); i++) {
		char text[512] = "";
		int p[2], status;
		pid_t child;

		assert_int_equal(pipe(p), 0);
		child = fork();
		if (child == 0) {
			struct err e = { 0 };
			struct store *s = open_ok(&record);

			dup2(p[1], 2);
			signal(SIGABRT, SIG_DFL);
			(void)!stmt_step(store_stmt(s, wrong[i]), &e);
			store_close(s);
			_exit(i == 3 && e.kind == ERR_BROKEN ? 3 : 0);
		}
		close(p[1]);
		for (ssize_t n = 0, at = 0;
		     (n = read(p[0], text + at, sizeof text - 1 - (size_t)at)) > 0;)
			at += n;
		close(p[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (i == 3) { /* known only when it is run */
			assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
			continue;
		}
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
		assert_non_null(strstr(text, "our own mistake in SQL: "));
		assert_non_null(strstr(text, wrong[i]));
	}
}

static void
a_full_disk_undoes_the_batch_and_the_store_stays_usable(void **state)
{
	static const int errors[] = { ENOSPC, EDQUOT };
	static char large[200000];

	(void)state;
	for (size_t i = 0; i < LY_COUNT(errors) * 6; i++) {
		struct store *s = open_ok(&record);
		int64_t before = number(s, COUNT_ITEMS);
		struct err e = { 0 };
		struct stmt *q;

		disk_is(errors[i % 2], (long)i, 0);
		assert_int_equal(store_begin(s, &e), 0);
		add(s, 1000 + (int64_t)i, &e, 1);
		q = store_stmt(s, "UPDATE item SET b = ? WHERE n = ?");
		stmt_bytes(q, 1, (struct str){ large, sizeof large });
		stmt_int(q, 2, 1000 + (int64_t)i);
		assert_int_equal(stmt_run(q, &e), 1);
		assert_int_equal(store_commit(s, &e), -1);
		assert_int_equal(e.kind, ERR_RETRY);
		assert_non_null(strstr(e.text, "the disk is full"));
		assert_false(store_in_batch(s));
		assert_int_equal(number(s, COUNT_ITEMS), before);
		disk_is(0, 0, 0);
		assert_int_equal(store_begin(s, &e), 0);
		add(s, (int64_t)i, &e, 1);
		assert_int_equal(store_commit(s, &e), 0);
		assert_int_equal(store_check(s, &e), 0);
		store_close(s);
		s = open_ok(&record);
		assert_int_equal(number(s, COUNT_ITEMS), before + 1);
		store_close(s);
	}
}

/* More than the cache holds: SQLite writes, and fails, in the middle of the batch. */
static void
nothing_of_an_undone_batch_is_written_one_by_one(void **state)
{
	static char large[1 << 20];
	struct store *s = open_ok(&record);
	struct err e = { 0 };
	int failed_at = -1;

	(void)state;
	assert_int_equal(stmt_step(store_stmt(s, "PRAGMA cache_size = 10"), &e), 0);
	disk_is(ENOSPC, 300, 0);
	assert_int_equal(store_begin(s, &e), 0);
	for (int i = 0; i < 20; i++) {
		struct stmt *q = store_stmt(s, "INSERT INTO item (id, n, b) VALUES (?, ?, ?)");
		struct id id = id_random();

		stmt_id(q, 1, &id);
		stmt_int(q, 2, i);
		stmt_bytes(q, 3, (struct str){ large, sizeof large });
		if (stmt_run(q, &e) == 1) {
			assert_int_equal(failed_at, -1);
			continue;
		}
		assert_int_equal(e.kind, ERR_RETRY);
		if (failed_at < 0) {
			failed_at = i;
			assert_non_null(strstr(e.text, "the disk is full"));
			disk_is(0, 0, 0); /* there is room again, but this batch is gone */
		} else {
			assert_non_null(strstr(e.text, "was undone: begin it again"));
		}
	}
	assert_in_range(failed_at, 0, 18);
	assert_int_equal(store_commit(s, &e), -1);
	assert_int_equal(e.kind, ERR_RETRY);
	assert_int_equal(number(s, COUNT_ITEMS), 0);
	assert_int_equal(store_begin(s, &e), 0);
	add(s, 1, &e, 1);
	assert_int_equal(store_commit(s, &e), 0);
	store_close(s);
}

static void
after_a_failed_fsync_nothing_is_committed_any_more(void **state)
{
	struct store *s = open_ok(&record);
	struct err e = { 0 };

	(void)state;
	add(s, 1, &e, 1);
	assert_int_equal(store_begin(s, &e), 0);
	add(s, 2, &e, 1);
	disk_is(0, 0, EIO);
	assert_int_equal(store_commit(s, &e), -1);
	assert_int_equal(e.kind, ERR_BROKEN);
	assert_non_null(strstr(e.text, "fsync failed"));
	disk_is(0, 0, 0); /* the kernel says it works again: we do not believe it */
	assert_int_equal(store_begin(s, &e), -1);
	assert_int_equal(e.kind, ERR_BROKEN);
	assert_non_null(strstr(e.text, "is closed to writing: an fsync failed earlier"));
	add(s, 3, &e, -1);
	assert_int_equal(number(s, "SELECT count(*) FROM item WHERE n = 1"), 1);
	store_close(s);
	s = open_ok(&record); /* a new start recovers what was confirmed */
	assert_int_equal(number(s, "SELECT count(*) FROM item WHERE n = 1"), 1);
	store_close(s);
}

/* Commits rows one by one and reports each through the pipe, after the commit. */
static void
commit_for_ever(int report, int64_t from)
{
	struct store *s = open_ok(&record);
	struct err e = { 0 };

	for (int64_t n = from;; n++) {
		struct id id = ID_OF(((struct str){ (const char *)&n, sizeof n }));
		struct stmt *q;

		if (store_begin(s, &e) < 0)
			_exit(1);
		q = store_stmt(s, "INSERT INTO item (id, n) VALUES (?, ?)");
		stmt_id(q, 1, &id);
		stmt_int(q, 2, n);
		if (stmt_run(q, &e) != 1 || store_commit(s, &e) < 0)
			_exit(1);
		if (write(report, &n, sizeof n) != sizeof n)
			_exit(2);
	}
}

static void
no_reported_row_is_lost_when_the_process_is_killed(void **state)
{
	int64_t from = 0, reported = 0;

	(void)state;
	for (int round = 0; round < 20; round++) {
		int p[2], status, rows = 1 + rand() % 60;
		int64_t n, last = from - 1;
		struct store *s;
		struct err e = { 0 };
		pid_t child;

		assert_int_equal(pipe(p), 0);
		child = fork();
		if (child == 0)
			commit_for_ever(p[1], from);
		close(p[1]);
		while (rows-- > 0 && read(p[0], &n, sizeof n) == sizeof n)
			last = n;
		for (volatile int spin = rand() % 200000; spin > 0; spin--)
			;
		kill(child, SIGKILL);
		while (read(p[0], &n, sizeof n) == sizeof n)
			last = n;
		close(p[0]);
		waitpid(child, &status, 0);
		assert_true(WIFSIGNALED(status));
		s = open_ok(&record);
		assert_int_equal(store_check(s, &e), 0);
		/* All reported ones, and at most the one that was not reported any more. */
		assert_in_range(number(s, COUNT_ITEMS), last + 1, last + 2);
		assert_int_equal(number(s, COUNT_ITEMS),
				 number(s, "SELECT max(n) + 1 FROM item"));
		reported += last - from + 1;
		from = number(s, COUNT_ITEMS);
		store_close(s);
	}
	print_message("20 kills, %lld rows reported, 0 lost\n", (long long)reported);
}

static void
a_damaged_file_is_noticed_and_never_crashes_us(void **state)
{
	char *whole;
	long size;
	FILE *f;
	int noticed = 0;
	struct err e = { 0 };
	struct store *s = open_ok(&record);

	(void)state;
	assert_int_equal(store_begin(s, &e), 0);
	for (int64_t i = 0; i < 2000; i++)
		add(s, i, &e, 1);
	assert_int_equal(store_commit(s, &e), 0);
	store_close(s);
	f = fopen(db, "r");
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	whole = malloc((size_t)size);
	assert_int_equal(fread(whole, 1, (size_t)size, f), size);
	fclose(f);
	for (int i = 0; i < 100; i++) {
		f = fopen(db, "w");
		fwrite(whole, 1, (size_t)size, f);
		for (int k = 0; k < 16; k++) { /* in one of the first 24 bytes of a page */
			fseek(f, rand() % (size / 4096) * 4096 + rand() % 24, SEEK_SET);
			fputc(rand() & 255, f);
		}
		fclose(f);
		s = store_open(db, &record, &e);
		if (!s || store_check(s, &e) < 0) {
			assert_true(e.kind == ERR_BROKEN || e.kind == ERR_USAGE);
			noticed++;
		}
		store_close(s);
		unlink(in_dir("langyan.db-wal"));
		unlink(in_dir("langyan.db-shm"));
	}
	free(whole);
	assert_in_range(noticed, 95, 100);
	print_message("%d of 100 damaged files noticed\n", noticed);
}

static void
a_copy_made_beside_a_writer_is_whole(void **state)
{
	struct store *s = open_ok(&record), *r, *copy;
	struct err e = { 0 };

	(void)state;
	for (int64_t i = 0; i < 10; i++)
		add(s, i, &e, 1);
	r = store_open_reader(db, &record, &e);
	assert_non_null(r);
	assert_int_equal(store_begin(s, &e), 0);
	add(s, 10, &e, 1);
	assert_int_equal(store_backup(s, in_dir("no.db"), &e), -1);
	assert_non_null(strstr(e.text, "inside a batch"));
	assert_int_equal(store_backup(r, in_dir("copy.db"), &e), 0);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(store_backup(r, in_dir("copy.db"), &e), 0); /* over the old one */
	assert_int_equal(store_backup(r, "/nowhere/copy.db", &e), -1);
	store_close(r);
	store_close(s);
	snprintf(db, sizeof db, "%s", in_dir("copy.db"));
	copy = open_ok(&record);
	assert_int_equal(store_check(copy, &e), 0);
	assert_int_equal(number(copy, COUNT_ITEMS), 11);
	store_close(copy);
}

static void
a_wal_that_a_reader_made_long_is_cut_back(void **state)
{
	static char large[1 << 20];
	struct store *s = open_ok(&record), *r;
	struct err e = { 0 };
	struct stmt *q, *held;

	(void)state;
	add(s, 1, &e, 1);
	r = store_open_reader(db, &record, &e);
	assert_non_null(r);
	held = store_stmt(r, "SELECT n FROM item");
	assert_int_equal(stmt_step(held, &e), 1); /* a snapshot that stays open */
	for (int i = 0; i < 68; i++) {
		hash_random(large, sizeof large);
		q = store_stmt(s, "UPDATE item SET b = ?");
		stmt_bytes(q, 1, (struct str){ large, sizeof large });
		assert_int_equal(stmt_run(q, &e), 1);
	}
	assert_in_range(store_wal_bytes(s), (64 << 20) + 1, 80 << 20);
	store_read_end(r);
	store_upkeep(s);
	add(s, 2, &e, 1); /* begins the WAL anew */
	assert_in_range(store_wal_bytes(s), 1, 64 << 20);
	assert_int_equal(number(r, COUNT_ITEMS), 2);
	store_close(r);
	store_close(s);
}

static void
a_store_in_memory_needs_no_file(void **state)
{
	struct err e = { 0 };
	struct store *s = store_open(":memory:", &record2, &e);

	(void)state;
	assert_non_null(s);
	add(s, 1, &e, 1);
	assert_int_equal(number(s, COUNT_ITEMS), 1);
	store_upkeep(s);
	assert_int_equal(store_wal_bytes(s), 0);
	store_close(s);
	store_close(NULL);
}

static void
a_data_directory_has_one_owner_and_names_it(void **state)
{
	struct err e = { 0 };
	struct dir_lock *l = dir_lock_take(dir, &e);
	char want[200];
	int p[2], status;
	char byte;
	pid_t child;

	(void)state;
	assert_non_null(l);
	assert_null(dir_lock_take(dir, &e));
	assert_int_equal(e.kind, ERR_RETRY);
	snprintf(want, sizeof want, "\"%s/lock\" is held by process %d", dir, (int)getpid());
	assert_string_equal(e.text, want);
	dir_lock_release(l);
	assert_int_equal(pipe(p), 0);
	child = fork();
	if (child == 0) {
		if (!dir_lock_take(dir, &e))
			_exit(1);
		(void)!write(p[1], "x", 1);
		for (;;)
			pause();
	}
	close(p[1]);
	assert_int_equal(read(p[0], &byte, 1), 1);
	close(p[0]);
	assert_null(dir_lock_take(dir, &e));
	snprintf(want, sizeof want, "\"%s/lock\" is held by process %d", dir, (int)child);
	assert_string_equal(e.text, want);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	l = dir_lock_take(dir, &e); /* the kernel let go of it */
	assert_non_null(l);
	dir_lock_release(l);
	dir_lock_release(NULL);
	assert_null(dir_lock_take("/nowhere", &e));
	assert_string_equal(e.text,
			    "could not open \"/nowhere/lock\": No such file or directory");
}

static void
a_reserve_is_kept_and_can_be_given_back(void **state)
{
	struct err e = { 0 };
	struct stat st;

	(void)state;
	assert_false(store_reserve_release(dir));
	assert_int_equal(store_reserve_open(dir, &e), 0);
	assert_int_equal(store_reserve_open(dir, &e), 0);
	assert_int_equal(stat(in_dir("reserve"), &st), 0);
	assert_int_equal(st.st_size, STORE_RESERVE_BYTES);
	assert_true((int64_t)st.st_blocks * 512 >= STORE_RESERVE_BYTES);
	assert_true(store_reserve_release(dir));
	assert_int_equal(stat(in_dir("reserve"), &st), -1);
	assert_false(store_reserve_release(dir));
	assert_int_equal(store_reserve_open("/nowhere", &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
}

#define IN_A_FOLDER(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(values_come_back_as_they_went_in),
		IN_A_FOLDER(a_statement_is_made_once_and_comes_back_unbound),
		IN_A_FOLDER(a_batch_is_all_or_nothing),
		IN_A_FOLDER(a_row_that_breaks_a_rule_is_rejected_and_the_batch_goes_on),
		IN_A_FOLDER(the_file_is_in_wal_mode_and_synced_in_full),
		IN_A_FOLDER(an_older_file_is_copied_then_brought_up),
		IN_A_FOLDER(a_migration_that_fails_leaves_the_old_schema),
		IN_A_FOLDER(a_file_that_is_not_ours_is_refused_by_name),
		IN_A_FOLDER(a_reader_sees_what_is_committed_and_writes_nothing),
		IN_A_FOLDER(a_read_that_takes_too_long_is_cut),
		IN_A_FOLDER(two_writers_wait_for_each_other_and_then_say_so),
		IN_A_FOLDER(our_own_wrong_sql_ends_the_process_with_its_text),
		IN_A_FOLDER(a_full_disk_undoes_the_batch_and_the_store_stays_usable),
		IN_A_FOLDER(nothing_of_an_undone_batch_is_written_one_by_one),
		IN_A_FOLDER(after_a_failed_fsync_nothing_is_committed_any_more),
		IN_A_FOLDER(no_reported_row_is_lost_when_the_process_is_killed),
		IN_A_FOLDER(a_damaged_file_is_noticed_and_never_crashes_us),
		IN_A_FOLDER(a_copy_made_beside_a_writer_is_whole),
		IN_A_FOLDER(a_wal_that_a_reader_made_long_is_cut_back),
		IN_A_FOLDER(a_store_in_memory_needs_no_file),
		IN_A_FOLDER(a_data_directory_has_one_owner_and_names_it),
		IN_A_FOLDER(a_reserve_is_kept_and_can_be_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
