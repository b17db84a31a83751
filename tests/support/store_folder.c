/* store_folder.c - see store_folder.h. */
#include "core/base.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/hash.h"

#include "tests/support/store_folder.h"

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

void
store_disk_is(int write_errno, long after, int sync_errno)
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

struct store_folder store_folder;

int
store_setup(void **state)
{
	(void)state;
	snprintf(store_folder.dir, sizeof store_folder.dir, "/tmp/langyan-store-XXXXXX");
	assert_non_null(mkdtemp(store_folder.dir));
	snprintf(store_folder.db, sizeof store_folder.db, "%s/langyan.db", store_folder.dir);
	return 0;
}

int
store_teardown(void **state)
{
	char command[128];

	(void)state;
	store_disk_is(0, 0, 0);
	snprintf(command, sizeof command, "rm -rf %s", store_folder.dir);
	return system(command);
}

const char *
store_in_dir(const char *name)
{
	static char path[4][160];
	static unsigned turn;
	char *p = path[turn++ % 4];

	snprintf(p, sizeof path[0], "%s/%s", store_folder.dir, name);
	return p;
}

static const struct migration store_v1[] = {
	{
		1,
		"items",
		"CREATE TABLE item (id BYTEA PRIMARY KEY, n BIGINT NOT NULL, t TEXT, b BYTEA);"
		"CREATE INDEX item_by_n ON item (n);",
	},
	{ 0 },
};
static const struct migration store_v2[] = {
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
const struct migrations store_record = { "record", store_v1 },
			store_record2 = { "record", store_v2 },
			store_spool = { "spool", store_v1 };

struct store *
store_open_ok(const struct migrations *m)
{
	struct err e = { 0 };
	struct store *s = store_open(store_folder.db, m, &e);

	if (!s)
		fail_msg("%s", e.text);
	return s;
}

void
store_item_add(struct store *s, int64_t n, struct err *e, int want)
{
	struct id id = ID_OF(((struct str){ (const char *)&n, sizeof n }));
	struct stmt *q = store_stmt(s, "INSERT INTO item (id, n) VALUES (:id, :n)");

	stmt_id(q, 1, &id);
	stmt_int(q, 2, n);
	assert_int_equal(stmt_run(q, e), want);
}

int64_t
store_number(struct store *s, const char *sql)
{
	struct err e = { 0 };
	struct stmt *q = store_stmt(s, sql);
	int64_t v;

	assert_int_equal(stmt_step(q, &e), 1);
	v = stmt_col_int(q, 0);
	stmt_reset(q);
	return v;
}
