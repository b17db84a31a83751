/* The store when something breaks: the disk, the process, the file, a second owner. */
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

#include "core/hash.h"

#include "tests/support/store_folder.h"

static void
a_full_disk_undoes_the_batch_and_the_store_stays_usable(void **state)
{
	static const int errors[] = { ENOSPC, EDQUOT };
	static char large[1 << 20];

	(void)state;
	for (size_t i = 0; i < LY_COUNT(errors) * 6; i++) {
		struct store *s = store_open_ok(&store_record);
		int64_t before = store_number(s, COUNT_ITEMS);
		struct err e = { 0 };
		struct stmt *q;

		store_disk_is(errors[i % 2], (long)i, 0);
		assert_int_equal(store_begin(s, &e), 0);
		store_item_add(s, 1000 + (int64_t)i, &e, 1);
		q = store_stmt(s, "UPDATE item SET b = ? WHERE n = ?");
		stmt_bytes(q, 1, (struct str){ large, sizeof large });
		stmt_int(q, 2, 1000 + (int64_t)i);
		assert_int_equal(stmt_run(q, &e), 1);
		assert_int_equal(store_commit(s, &e), -1);
		assert_int_equal(e.kind, ERR_RETRY);
		assert_non_null(strstr(e.text, "the disk is full"));
		assert_false(store_in_batch(s));
		assert_int_equal(store_number(s, COUNT_ITEMS), before);
		store_disk_is(0, 0, 0);
		assert_int_equal(store_begin(s, &e), 0);
		store_item_add(s, (int64_t)i, &e, 1);
		assert_int_equal(store_commit(s, &e), 0);
		assert_int_equal(store_check(s, &e), 0);
		store_close(s);
		s = store_open_ok(&store_record);
		assert_int_equal(store_number(s, COUNT_ITEMS), before + 1);
		store_close(s);
	}
}

/* Fifty pages and their heads: a call for each would be a hundred. */
static void
the_pages_of_a_batch_are_written_in_a_few_pieces(void **state)
{
	static char large[200000];
	struct store *s = store_open_ok(&store_record);
	struct err e = { 0 };
	struct stmt *q;

	(void)state;
	assert_int_equal(store_begin(s, &e), 0);
	store_item_add(s, 1, &e, 1);
	q = store_stmt(s, "UPDATE item SET b = ?");
	stmt_bytes(q, 1, (struct str){ large, sizeof large });
	assert_int_equal(stmt_run(q, &e), 1);
	store_disk_is(ENOSPC, 5, 0);
	assert_int_equal(store_commit(s, &e), 0);
	store_disk_is(0, 0, 0);
	assert_int_equal(store_check(s, &e), 0);
	store_close(s);
	s = store_open_ok(&store_record);
	assert_int_equal(store_number(s, "SELECT length(b) FROM item"), sizeof large);
	store_close(s);
}

/* A cache of ten pages: they are written, read back and written again before the batch ends. */
static void
a_batch_reads_and_writes_again_what_it_has_written(void **state)
{
	static char large[3000];
	struct store *s = store_open_ok(&store_record);
	struct err e = { 0 };
	struct stmt *q;

	(void)state;
	assert_true(stmt_run(store_stmt(s, "PRAGMA cache_size = 10"), &e) >= 0);
	assert_int_equal(store_begin(s, &e), 0);
	for (int i = 0; i < 200; i++)
		store_item_add(s, i, &e, 1);
	for (int round = 1; round <= 3; round++) {
		memset(large, round, sizeof large);
		q = store_stmt(s, "UPDATE item SET b = ?, n = n + 1000");
		stmt_bytes(q, 1, (struct str){ large, sizeof large });
		assert_int_equal(stmt_run(q, &e), 200);
		assert_int_equal(store_number(s, "SELECT sum(length(b)) FROM item"),
				 200 * 3000);
	}
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(store_check(s, &e), 0);
	store_close(s);
	s = store_open_ok(&store_record);
	assert_int_equal(store_check(s, &e), 0);
	assert_int_equal(
		store_number(s, "SELECT sum(n) FROM item WHERE substr(b, 3000, 1) = x'03'"),
		200 * 3000 + 199 * 100);
	store_close(s);
}

/* More than the cache holds: SQLite writes, and fails, in the middle of the batch. */
static void
nothing_of_an_undone_batch_is_written_one_by_one(void **state)
{
	static char large[1 << 20];
	struct store *s = store_open_ok(&store_record);
	struct err e = { 0 };
	int failed_at = -1;

	(void)state;
	assert_int_equal(stmt_step(store_stmt(s, "PRAGMA cache_size = 10"), &e), 0);
	store_disk_is(ENOSPC, 300, 0);
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
			store_disk_is(0, 0,
				      0); /* there is room again, but this batch is gone */
		} else {
			assert_non_null(strstr(e.text, "was undone: begin it again"));
		}
	}
	assert_in_range(failed_at, 0, 18);
	assert_int_equal(store_commit(s, &e), -1);
	assert_int_equal(e.kind, ERR_RETRY);
	assert_int_equal(store_number(s, COUNT_ITEMS), 0);
	assert_int_equal(store_begin(s, &e), 0);
	store_item_add(s, 1, &e, 1);
	assert_int_equal(store_commit(s, &e), 0);
	store_close(s);
}

/* A small cache: what a batch has written waits, and it is a read that finds the disk full. The caller
 * takes it for one statement that failed, and goes on. */
static void
a_full_disk_that_a_read_meets_undoes_the_whole_batch(void **state)
{
	static char large[100000];
	int met = 0;

	(void)state;
	for (size_t size = 2000; size < 92000; size += 3000) {
		struct store *s = store_open_ok(&store_record);
		struct err e = { 0 };
		struct stmt *q;

		assert_true(stmt_run(store_stmt(s, "PRAGMA cache_size = 10"), &e) >= 0);
		assert_true(stmt_run(store_stmt(s, "DELETE FROM item"), &e) >= 0);
		assert_int_equal(store_begin(s, &e), 0);
		for (int i = 0; i < 200; i++)
			store_item_add(s, i, &e, 1);
		q = store_stmt(s, "UPDATE item SET b = zeroblob(3000)");
		assert_int_equal(stmt_run(q, &e), 200);
		assert_int_equal(store_commit(s, &e), 0);
		assert_int_equal(store_begin(s, &e), 0);
		q = store_stmt(s, "UPDATE item SET b = ? WHERE n = 7");
		stmt_bytes(q, 1, (struct str){ large, size });
		assert_int_equal(stmt_run(q, &e), 1);
		store_disk_is(ENOSPC, 0, 0);
		q = store_stmt(s, "UPDATE item SET b = zeroblob(3000), n = n + 1000");
		met += stmt_run(q, &e) < 0 && strstr(e.text, "the disk is full");
		store_disk_is(0, 0, 0);
		assert_int_equal(store_commit(s, &e), -1);
		assert_int_equal(store_check(s, &e), 0);
		assert_int_equal(
			store_number(s, "SELECT count(*) FROM item WHERE length(b) = 3000"),
			200);
		store_close(s);
	}
	assert_int_equal(met, 30);
}

/* A writer that is not ours (a shell) has no lock of the folder: SQLite's own lets it in between. */
static void
what_waits_of_an_undone_batch_is_never_written(void **state)
{
	static char large[100000];

	(void)state;
	for (size_t size = 2000; size < 92000; size += 3000) {
		struct store *s = store_open_ok(&store_record), *other;
		struct err e = { 0 };
		struct stmt *q;

		assert_true(stmt_run(store_stmt(s, "PRAGMA cache_size = 10"), &e) >= 0);
		assert_true(stmt_run(store_stmt(s, "DELETE FROM item"), &e) >= 0);
		store_item_add(s, 3, &e, 1);
		assert_int_equal(store_forget(s, &e), 0); /* the log begins anew */
		assert_int_equal(store_begin(s, &e), 0);
		q = store_stmt(s, "UPDATE item SET b = ? WHERE n = 3");
		stmt_bytes(q, 1, (struct str){ large, size });
		assert_int_equal(stmt_run(q, &e), 1);
		store_rollback(s);
		other = store_open_ok(&store_record);
		assert_int_equal(store_begin(other, &e), 0);
		for (int i = 1000; i < 1100; i++)
			store_item_add(other, i, &e, 1);
		assert_int_equal(store_commit(other, &e), 0);
		store_close(s);
		store_close(other);
		s = store_open_ok(&store_record);
		assert_int_equal(store_check(s, &e), 0);
		assert_int_equal(store_number(s, COUNT_ITEMS), 101);
		store_close(s);
	}
}

static void
after_a_failed_fsync_nothing_is_committed_any_more(void **state)
{
	struct store *s = store_open_ok(&store_record);
	struct err e = { 0 };

	(void)state;
	store_item_add(s, 1, &e, 1);
	assert_int_equal(store_begin(s, &e), 0);
	store_item_add(s, 2, &e, 1);
	store_disk_is(0, 0, EIO);
	assert_int_equal(store_commit(s, &e), -1);
	assert_int_equal(e.kind, ERR_BROKEN);
	assert_non_null(strstr(e.text, "fsync failed"));
	store_disk_is(0, 0, 0); /* the kernel says it works again: we do not believe it */
	assert_int_equal(store_begin(s, &e), -1);
	assert_int_equal(e.kind, ERR_BROKEN);
	assert_non_null(strstr(e.text, "is closed to writing: an fsync failed earlier"));
	store_item_add(s, 3, &e, -1);
	assert_int_equal(store_number(s, "SELECT count(*) FROM item WHERE n = 1"), 1);
	store_close(s);
	s = store_open_ok(&store_record); /* a new start recovers what was confirmed */
	assert_int_equal(store_number(s, "SELECT count(*) FROM item WHERE n = 1"), 1);
	store_close(s);
}

/* Commits rows one by one and reports each through the pipe, after the commit. */
static void
commit_for_ever(int report, int64_t from)
{
	struct store *s = store_open_ok(&store_record);
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
		s = store_open_ok(&store_record);
		assert_int_equal(store_check(s, &e), 0);
		/* All reported ones, and at most the one that was not reported any more. */
		assert_in_range(store_number(s, COUNT_ITEMS), last + 1, last + 2);
		assert_int_equal(store_number(s, COUNT_ITEMS),
				 store_number(s, "SELECT max(n) + 1 FROM item"));
		reported += last - from + 1;
		from = store_number(s, COUNT_ITEMS);
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
	struct store *s = store_open_ok(&store_record);

	(void)state;
	assert_int_equal(store_begin(s, &e), 0);
	for (int64_t i = 0; i < 2000; i++)
		store_item_add(s, i, &e, 1);
	assert_int_equal(store_commit(s, &e), 0);
	store_close(s);
	f = fopen(store_folder.db, "r");
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	whole = malloc((size_t)size);
	assert_int_equal(fread(whole, 1, (size_t)size, f), size);
	fclose(f);
	for (int i = 0; i < 100; i++) {
		f = fopen(store_folder.db, "w");
		fwrite(whole, 1, (size_t)size, f);
		for (int k = 0; k < 16; k++) { /* in one of the first 24 bytes of a page */
			fseek(f, rand() % (size / 4096) * 4096 + rand() % 24, SEEK_SET);
			fputc(rand() & 255, f);
		}
		fclose(f);
		s = store_open(store_folder.db, &store_record, &e);
		if (!s || store_check(s, &e) < 0) {
			assert_true(e.kind == ERR_BROKEN || e.kind == ERR_USAGE);
			noticed++;
		}
		store_close(s);
		unlink(store_in_dir("langyan.db-wal"));
		unlink(store_in_dir("langyan.db-shm"));
	}
	free(whole);
	assert_in_range(noticed, 95, 100);
	print_message("%d of 100 damaged files noticed\n", noticed);
}

static void
a_copy_made_beside_a_writer_is_whole(void **state)
{
	struct store *s = store_open_ok(&store_record), *r, *copy;
	struct err e = { 0 };

	(void)state;
	for (int64_t i = 0; i < 10; i++)
		store_item_add(s, i, &e, 1);
	r = store_open_reader(store_folder.db, &store_record, &e);
	assert_non_null(r);
	assert_int_equal(store_begin(s, &e), 0);
	store_item_add(s, 10, &e, 1);
	assert_int_equal(store_backup(s, store_in_dir("no.db"), &e), -1);
	assert_non_null(strstr(e.text, "inside a batch"));
	assert_int_equal(store_backup(r, store_in_dir("copy.db"), &e), 0);
	assert_int_equal(store_commit(s, &e), 0);
	assert_int_equal(store_backup(r, store_in_dir("copy.db"), &e),
			 0); /* over the old one */
	assert_int_equal(store_backup(r, "/nowhere/copy.db", &e), -1);
	store_close(r);
	store_close(s);
	snprintf(store_folder.db, sizeof store_folder.db, "%s", store_in_dir("copy.db"));
	copy = store_open_ok(&store_record);
	assert_int_equal(store_check(copy, &e), 0);
	assert_int_equal(store_number(copy, COUNT_ITEMS), 11);
	store_close(copy);
}

static void
a_wal_that_a_reader_made_long_is_cut_back(void **state)
{
	static char large[1 << 20];
	struct store *s = store_open_ok(&store_record), *r;
	struct err e = { 0 };
	struct stmt *q, *held;

	(void)state;
	store_item_add(s, 1, &e, 1);
	r = store_open_reader(store_folder.db, &store_record, &e);
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
	store_item_add(s, 2, &e, 1); /* begins the WAL anew */
	assert_in_range(store_wal_bytes(s), 1, 64 << 20);
	assert_int_equal(store_number(r, COUNT_ITEMS), 2);
	store_close(r);
	store_close(s);
}

/* A commit of so many pages, and what is done behind it. Bytes of the main file. */
static int64_t
grow(struct store *s, int64_t n, size_t pages)
{
	static char large[1200 * 4096];
	struct stmt *q = store_stmt(s, "INSERT INTO item (n, b) VALUES (?, ?)");
	struct err e = { 0 };
	struct stat st;

	stmt_int(q, 1, n);
	stmt_bytes(q, 2, (struct str){ large, pages * 4096 });
	assert_int_equal(stmt_run(q, &e), 1);
	store_upkeep(s);
	assert_int_equal(stat(store_folder.db, &st), 0);
	return st.st_size;
}

static void
small_commits_go_into_the_file_soon_and_large_ones_together(void **state)
{
	struct store *s = store_open_ok(&store_record);
	int64_t begun;

	(void)state;
	store_upkeep(s);
	begun = grow(s, 0, 200);
	for (int64_t n = 1; n < 4; n++)
		assert_int_equal(grow(s, n, 200), begun);
	assert_true(grow(s, 4, 200) >= begun + 1000 * 4096);
	begun = grow(s, 5, 1200);
	assert_int_equal(grow(s, 6, 1200), begun);
	assert_int_equal(grow(s, 7, 1200), begun);
	assert_true(grow(s, 8, 1200) >= begun + 4800 * 4096);
	store_close(s);
}

static void
a_data_directory_has_one_owner_and_names_it(void **state)
{
	struct err e = { 0 };
	struct dir_lock *l = dir_lock_take(store_folder.dir, &e);
	char want[200];
	int p[2], status;
	char byte;
	pid_t child;

	(void)state;
	assert_non_null(l);
	assert_null(dir_lock_take(store_folder.dir, &e));
	assert_int_equal(e.kind, ERR_RETRY);
	snprintf(want, sizeof want, "\"%s/lock\" is held by process %d", store_folder.dir,
		 (int)getpid());
	assert_string_equal(e.text, want);
	dir_lock_release(l);
	assert_int_equal(pipe(p), 0);
	child = fork();
	if (child == 0) {
		if (!dir_lock_take(store_folder.dir, &e))
			_exit(1);
		(void)!write(p[1], "x", 1);
		for (;;)
			pause();
	}
	close(p[1]);
	assert_int_equal(read(p[0], &byte, 1), 1);
	close(p[0]);
	assert_null(dir_lock_take(store_folder.dir, &e));
	snprintf(want, sizeof want, "\"%s/lock\" is held by process %d", store_folder.dir,
		 (int)child);
	assert_string_equal(e.text, want);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	l = dir_lock_take(store_folder.dir, &e); /* the kernel let go of it */
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
	assert_false(store_reserve_release(store_folder.dir));
	assert_int_equal(store_reserve_open(store_folder.dir, &e), 0);
	assert_int_equal(store_reserve_open(store_folder.dir, &e), 0);
	assert_int_equal(stat(store_in_dir("reserve"), &st), 0);
	assert_int_equal(st.st_size, STORE_RESERVE_BYTES);
	assert_true((int64_t)st.st_blocks * 512 >= STORE_RESERVE_BYTES);
	assert_true(store_reserve_release(store_folder.dir));
	assert_int_equal(stat(store_in_dir("reserve"), &st), -1);
	assert_false(store_reserve_release(store_folder.dir));
	assert_int_equal(store_reserve_open("/nowhere", &e), -1);
	assert_int_equal(e.kind, ERR_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(a_full_disk_undoes_the_batch_and_the_store_stays_usable),
		IN_A_FOLDER(the_pages_of_a_batch_are_written_in_a_few_pieces),
		IN_A_FOLDER(a_batch_reads_and_writes_again_what_it_has_written),
		IN_A_FOLDER(nothing_of_an_undone_batch_is_written_one_by_one),
		IN_A_FOLDER(a_full_disk_that_a_read_meets_undoes_the_whole_batch),
		IN_A_FOLDER(what_waits_of_an_undone_batch_is_never_written),
		IN_A_FOLDER(after_a_failed_fsync_nothing_is_committed_any_more),
		IN_A_FOLDER(no_reported_row_is_lost_when_the_process_is_killed),
		IN_A_FOLDER(a_damaged_file_is_noticed_and_never_crashes_us),
		IN_A_FOLDER(a_copy_made_beside_a_writer_is_whole),
		IN_A_FOLDER(a_wal_that_a_reader_made_long_is_cut_back),
		IN_A_FOLDER(small_commits_go_into_the_file_soon_and_large_ones_together),
		IN_A_FOLDER(a_data_directory_has_one_owner_and_names_it),
		IN_A_FOLDER(a_reserve_is_kept_and_can_be_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
