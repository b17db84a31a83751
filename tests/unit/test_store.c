/* The store as it should be: values, batches, schemas, readers. */
#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/hash.h"

#include "tests/support/store_folder.h"

static void
values_come_back_as_they_went_in(void **state)
{
	struct store *s = store_open_ok(&store_record);
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
	struct store *s = store_open_ok(&store_record);
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
	struct store *s = store_open_ok(&store_record);
	struct err e = { 0 };

	(void)state;
	assert_false(store_in_batch(s));
	assert_int_equal(store_begin(s, &e), 0);
	assert_true(store_in_batch(s));
	store_item_add(s, 1, &e, 1);
	store_item_add(s, 2, &e, 1);
	store_rollback(s);
	assert_int_equal(store_number(s, COUNT_ITEMS), 0);
	assert_int_equal(store_begin(s, &e), 0);
	store_item_add(s, 1, &e, 1);
	assert_int_equal(store_commit(s, &e), 0);
	store_rollback(s); /* nothing to undo: harmless */
	assert_int_equal(store_begin(s, &e), 0);
	store_item_add(s, 2, &e, 1);
	store_close(s); /* undoes the open batch */
	s = store_open_ok(&store_record);
	assert_int_equal(store_number(s, COUNT_ITEMS), 1);
	store_close(s);
}

static void
a_row_that_breaks_a_rule_is_rejected_and_the_batch_goes_on(void **state)
{
	struct store *s = store_open_ok(&store_record);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(store_begin(s, &e), 0);
	store_item_add(s, 1, &e, 1);
	store_item_add(s, 1, &e, -1);
	assert_int_equal(e.kind, ERR_REJECT);
	assert_non_null(strstr(e.text, "UNIQUE constraint failed: item.id"));
	store_item_add(s, 2, &e, 1);
	assert_int_equal(stmt_run(store_stmt(s, "DELETE FROM item WHERE n = 99"), &e), 0);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(store_number(s, COUNT_ITEMS), 2);
	store_close(s);
}

static void
the_file_is_in_wal_mode_and_synced_in_full(void **state)
{
	struct store *s = store_open_ok(&store_record);
	struct err e = { 0 };
	struct stmt *q = store_stmt(s, "PRAGMA journal_mode");

	(void)state;
	assert_int_equal(stmt_step(q, &e), 1);
	assert_string_equal(stmt_col_text(q, 0).p, "wal");
	assert_int_equal(store_number(s, "PRAGMA synchronous"), 2);
	assert_int_equal(store_number(s, "PRAGMA secure_delete"), 1);
	assert_int_equal(store_number(s, "PRAGMA foreign_keys"), 1);
	assert_int_equal(store_number(s, "PRAGMA trusted_schema"), 0);
	assert_int_equal(store_number(s, "PRAGMA mmap_size"), 0);
	assert_int_equal(store_number(s, "PRAGMA wal_autocheckpoint"), 0);
	store_close(s);
}

static void
an_older_file_is_copied_then_brought_up(void **state)
{
	struct store *s = store_open_ok(&store_record);
	struct err e = { 0 };

	(void)state;
	store_item_add(s, 1, &e, 1);
	store_close(s);
	assert_int_equal(access(store_in_dir("langyan.db.before-2"), F_OK), -1);
	s = store_open_ok(&store_record2);
	assert_int_equal(store_number(s, "SELECT mark FROM item"), 7);
	store_close(s);
	s = store_open_ok(&store_record2); /* nothing left to do */
	store_close(s);

	s = store_open_reader(store_in_dir("langyan.db.before-2"), &store_record, &e);
	assert_non_null(s);
	assert_int_equal(store_number(s, COUNT_ITEMS), 1);
	store_close(s);
	assert_int_equal(access(store_in_dir("langyan.db.before-2.part"), F_OK), -1);
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
	struct store *s = store_open_ok(&store_record);
	struct err e = { 0 };

	(void)state;
	store_item_add(s, 1, &e, 1);
	store_close(s);
	assert_null(store_open(store_folder.db, &m, &e));
	assert_non_null(strstr(e.text, "migration 2 (broken): "));
	assert_non_null(strstr(e.text, "NOT NULL constraint failed: extra.n"));
	s = store_open_ok(&store_record);
	assert_int_equal(
		store_number(s, "SELECT count(*) FROM sqlite_master WHERE name = 'extra'"), 0);
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
	store_close(store_open_ok(&store_record2));
	assert_null(store_open(store_folder.db, &store_record, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	snprintf(want, sizeof want,
		 "\"%s\" has schema 2, this program knows 1: use the newer program",
		 store_folder.db);
	assert_string_equal(e.text, want);

	assert_null(store_open(store_folder.db, &store_spool, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	snprintf(want, sizeof want, "\"%s\" is a \"record\" file, not a \"spool\" file",
		 store_folder.db);
	assert_string_equal(e.text, want);

	snprintf(store_folder.db, sizeof store_folder.db, "%s/other.db", store_folder.dir);
	assert_int_equal(sqlite3_open(store_folder.db, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "CREATE TABLE bookmarks (u)", NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(other);
	assert_null(store_open(store_folder.db, &store_record, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	snprintf(want, sizeof want, "\"%s\" is an SQLite file of another program",
		 store_folder.db);
	assert_string_equal(e.text, want);

	snprintf(store_folder.db, sizeof store_folder.db, "%s/text.db", store_folder.dir);
	f = fopen(store_folder.db, "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is no database\n", f);
	fclose(f);
	assert_null(store_open(store_folder.db, &store_record, &e));
	assert_int_equal(e.kind, ERR_BROKEN);
	assert_non_null(strstr(e.text, "restore a backup with \"langyan restore FILE\""));

	assert_null(store_open("/nowhere/at/all.db", &store_record, &e));
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
	assert_null(store_open_reader(store_folder.db, &store_record, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	s = store_open_ok(&store_record);
	assert_null(store_open_reader(store_folder.db, &store_record2, &e));
	assert_non_null(
		strstr(e.text, "has schema 1, not 2: start the writer once to bring it up"));
	r = store_open_reader(store_folder.db, &store_record, &e);
	assert_non_null(r);
	assert_int_equal(store_begin(s, &e), 0);
	store_item_add(s, 1, &e, 1);
	assert_int_equal(store_number(r, COUNT_ITEMS), 0);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(store_number(r, COUNT_ITEMS), 1);
	store_item_add(r, 2, &e, -1);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(store_number(r, COUNT_ITEMS), 1);
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
	struct store *s = store_open_ok(&store_record),
		     *r = store_open_reader(store_folder.db, &store_record, &e);

	(void)state;
	assert_non_null(r);
	store_read_limit(r, 20);
	assert_int_equal(stmt_step(store_stmt(r, endless), &e), -1);
	assert_int_equal(e.kind, ERR_RETRY);
	assert_non_null(strstr(e.text, "the read took too long"));
	assert_int_equal(store_number(r, COUNT_ITEMS), 0); /* the next one has its own time */
	store_read_once(r); /* a scan has all the time it takes */
	assert_int_equal(store_number(r, "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x +"
					 " 1 FROM c WHERE x < 1000000) SELECT max(x) FROM c"),
			 1000000);
	store_close(r);
	store_close(s);
}

static void
two_writers_wait_for_each_other_and_then_say_so(void **state)
{
	struct store *a = store_open_ok(&store_record), *b = store_open_ok(&store_record);
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
			struct store *s = store_open_ok(&store_record);

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
a_store_in_memory_needs_no_file(void **state)
{
	struct err e = { 0 };
	struct store *s = store_open(":memory:", &store_record2, &e);

	(void)state;
	assert_non_null(s);
	store_item_add(s, 1, &e, 1);
	assert_int_equal(store_number(s, COUNT_ITEMS), 1);
	store_upkeep(s);
	assert_int_equal(store_wal_bytes(s), 0);
	store_close(s);
	store_close(NULL);
}

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
		IN_A_FOLDER(a_store_in_memory_needs_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
