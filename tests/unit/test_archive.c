/* The document archive: written behind the spool, read by anybody, past damage. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/append.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/archive.h"
#include "crawler/archive_block.h"
#include "crawler/archive_erase.h"
#include "crawler/archive_files.h"
#include "crawler/archive_store.h"
#include "crawler/spool_store.h"

#define DAY  86400
#define NOON (1774000000 - 1774000000 % DAY + DAY / 2)

struct bench {
	char dir[64];
	struct archive_conf conf;
	struct store *store;
	struct archive *archive;
	int64_t seq;
	struct err e;
};

static void
bench_open(struct bench *b)
{
	char path[128];

	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	b->store = store_open(path, &spool_migrations, &b->e);
	if (!b->store)
		fail_msg("%s", b->e.text);
	b->archive = archive_new(b->dir, &b->conf, b->store, &b->e);
	if (!b->archive)
		fail_msg("%s", b->e.text);
}

static void
bench_close(struct bench *b)
{
	archive_free(b->archive);
	store_close(b->store);
}

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	snprintf(b->dir, sizeof b->dir, "/tmp/ly-archive-XXXXXX");
	if (!mkdtemp(b->dir))
		return -1;
	b->conf = (struct archive_conf){ 30 * DAY, (int64_t)1 << 40, 60 };
	bench_open(b);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;
	char command[128];

	bench_close(b);
	snprintf(command, sizeof command, "rm -rf %s", b->dir);
	assert_int_equal(system(command), 0);
	free(b);
	return 0;
}

static struct id
document_id(int64_t seq)
{
	return ID_OF(((struct str){ (const char *)&seq, sizeof seq }));
}

/* n documents of bytes each that arrive at at, in one transaction. */
static void
take(struct bench *b, int n, size_t bytes, int64_t at)
{
	char *text = malloc(bytes + 1);

	assert_int_equal(store_begin(b->store, &b->e), 0);
	for (int i = 0; i < n; i++) {
		struct buf record = BUF(RECORD_MAX);
		struct document d = { .seq = ++b->seq, .arrived_at = at };

		for (size_t k = 0; k < bytes; k++)
			text[k] = (char)('a' + hash_fast((struct str){ (char *)&k, sizeof k },
							 (uint64_t)b->seq) %
						       26);
		d.text = (struct str){ text, bytes };
		d.id = document_id(d.seq);
		record_encode(&document_record, &d, &record);
		assert_int_equal(spool_add(b->store, d.seq, at, buf_str(&record), &b->e), 0);
		archive_told(b->archive, record.n);
		buf_release(&record);
	}
	assert_int_equal(store_commit(b->store, &b->e), 0);
	free(text);
}

static void
write_all(struct bench *b)
{
	if (archive_turn(b->archive, 0, ARCHIVE_ALL, &b->e) < 0)
		fail_msg("%s", b->e.text);
}

/* The numbers of all that is read, "1 2 3"; counts in *f. */
static void
numbers(struct bench *b, int64_t from, int64_t to, struct buf *out, struct archive_figures *f)
{
	struct archive_reader *r = archive_open(b->dir, from, to, &b->e);
	struct document d;
	int more;

	buf_clear(out);
	if (!r)
		fail_msg("%s", b->e.text);
	while ((more = archive_read(r, &d, &b->e)) == 1)
		buf_addf(out, "%s%lld", out->n ? " " : "", (long long)d.seq);
	assert_int_equal(more, 0);
	archive_read_figures(r, f);
	archive_close(r);
}

static void
holds(struct bench *b, const char *expected)
{
	struct buf got = BUF(1 << 20);
	struct archive_figures f;

	numbers(b, 0, INT64_MAX, &got, &f);
	assert_string_equal(got.p, expected);
	buf_release(&got);
}

static void
newest_segment(struct bench *b, char *path, size_t n)
{
	struct archive_files files;
	char dir[128];

	snprintf(dir, sizeof dir, "%s/archive", b->dir);
	assert_int_equal(archive_files_read(dir, &files, &b->e), 0);
	assert_true(files.n > 0);
	snprintf(path, n, "%s/%s", dir, files.v[files.n - 1].name);
	archive_files_release(&files);
}

static int
segments(struct bench *b)
{
	struct archive_files files;
	char dir[128];
	int n;

	snprintf(dir, sizeof dir, "%s/archive", b->dir);
	assert_int_equal(archive_files_read(dir, &files, &b->e), 0);
	n = (int)files.n;
	archive_files_release(&files);
	return n;
}

/* ------------------------------------------------------------------------------------------------ */

static void
what_came_in_is_read_back_once_and_in_order(void **state)
{
	struct bench *b = *state;

	take(b, 3, 100, NOON);
	write_all(b);
	take(b, 2, 100, NOON + 5);
	write_all(b);
	write_all(b);
	holds(b, "1 2 3 4 5");
	bench_close(b);
	bench_open(b);
	write_all(b);
	holds(b, "1 2 3 4 5");
}

static void
a_small_block_waits_for_a_minute_and_a_full_one_does_not(void **state)
{
	struct bench *b = *state;

	write_all(b);
	take(b, 1, 100, NOON);
	assert_int_equal(archive_turn(b->archive, 1000, ARCHIVE_DUE, &b->e), 0);
	assert_int_equal(archive_turn(b->archive, 60999, ARCHIVE_DUE, &b->e), 0);
	assert_int_equal(archive_turn(b->archive, 61000, ARCHIVE_DUE, &b->e), 1);
	take(b, 12, 200000, NOON);
	assert_int_equal(archive_turn(b->archive, 61001, ARCHIVE_DUE, &b->e), 2);
	holds(b, "1 2 3 4 5 6 7 8 9 10 11 12 13");
}

static void
what_was_written_and_not_acknowledged_is_cut(void **state)
{
	struct bench *b = *state;
	struct buf file = BUF(1 << 20);
	struct archive_place before;
	char path[256];

	take(b, 2, 100, NOON);
	write_all(b);
	assert_int_equal(archive_place_read(b->store, &before, &b->e), 1);
	take(b, 2, 100, NOON);
	write_all(b);
	newest_segment(b, path, sizeof path);
	assert_int_equal(append_read(path, 0, -1, &file, &b->e), 0);
	/* kill -9 at every byte between the block's begin and the commit of its place */
	for (int64_t n = before.bytes; n <= (int64_t)file.n; n++) {
		assert_int_equal(store_begin(b->store, &b->e), 0);
		assert_int_equal(archive_place_write(b->store, &before, &b->e), 0);
		assert_int_equal(store_commit(b->store, &b->e), 0);
		bench_close(b);
		assert_int_equal(append_cut(path, 0, &b->e), 1);
		assert_int_equal(
			append_at(path, 0, str_slice(buf_str(&file), 0, (size_t)n), &b->e), 0);
		bench_open(b);
		assert_int_equal(append_length(path), before.bytes);
		write_all(b);
		holds(b, "1 2 3 4");
	}
	buf_release(&file);
}

static void
a_reader_stops_quietly_at_a_block_that_is_being_written(void **state)
{
	struct bench *b = *state;
	struct buf got = BUF(1000);
	struct archive_figures f;
	char path[256];

	take(b, 2, 100, NOON);
	write_all(b);
	newest_segment(b, path, sizeof path);
	take(b, 2, 100, NOON);
	write_all(b);
	assert_int_equal(append_cut(path, append_length(path) - 7, &b->e), 1);
	numbers(b, 0, INT64_MAX, &got, &f);
	assert_string_equal(got.p, "1 2");
	assert_int_equal(f.damaged, 0);
	assert_true(f.tail_bytes > 100);
	buf_release(&got);
}

static void
a_flipped_bit_costs_its_own_block_and_is_told(void **state)
{
	struct bench *b = *state;
	struct buf file = BUF(1 << 20), got = BUF(1000);
	size_t starts[4] = { 0 };
	char path[256];

	for (int i = 0; i < 3; i++) {
		take(b, 1, 40, NOON);
		write_all(b);
		newest_segment(b, path, sizeof path);
		starts[i + 1] = (size_t)append_length(path);
	}
	assert_int_equal(append_read(path, 0, -1, &file, &b->e), 0);
	for (size_t i = 0; i < file.n; i++) {
		static const char *const left[] = { "2 3", "1 3", "1 2" };
		struct archive_figures f;
		int block = i < starts[1] ? 0 : i < starts[2] ? 1 : 2;

		file.p[i] ^= 0x10;
		assert_int_equal(append_at(path, 0, buf_str(&file), &b->e), 0);
		numbers(b, 0, INT64_MAX, &got, &f);
		file.p[i] ^= 0x10;
		assert_string_equal(got.p, left[block]);
		/* a last block whose length grew looks like one that is being written */
		assert_true(f.damaged == 1 || (block == 2 && f.tail_bytes > 0));
	}
	buf_release(&file);
	buf_release(&got);
}

static void
a_segment_holds_one_day_and_days_outside_are_not_opened(void **state)
{
	struct bench *b = *state;
	struct buf got = BUF(1000);
	struct archive_figures f;

	take(b, 2, 100, NOON);
	take(b, 2, 100, NOON + DAY);
	take(b, 2, 100, NOON + 2 * DAY);
	write_all(b);
	assert_int_equal(segments(b), 3);
	numbers(b, NOON + DAY, NOON + DAY, &got, &f);
	assert_string_equal(got.p, "3 4");
	assert_int_equal(f.blocks, 1);
	buf_release(&got);
}

static void
what_is_not_archived_does_not_expire(void **state)
{
	struct bench *b = *state;
	int64_t bytes;

	take(b, 3, 100, NOON);
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_int_equal(spool_receipt(b->store, 1, 3, &b->e), 0);
	assert_int_equal(spool_expire(b->store, NOON + 9, 10, &bytes, &b->e), 0);
	assert_int_equal(store_commit(b->store, &b->e), 0);
	write_all(b);
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_int_equal(spool_expire(b->store, NOON + 9, 10, &bytes, &b->e), 3);
	assert_int_equal(store_commit(b->store, &b->e), 0);
	holds(b, "1 2 3");
}

static void
a_rejected_document_that_is_tried_again_stands_there_once(void **state)
{
	struct bench *b = *state;

	take(b, 2, 100, NOON);
	write_all(b);
	take(b, 1, 100, NOON); /* 3 stands for 1, which is in the archive */
	take(b, 1, 100, NOON);
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_int_equal(archive_again(b->store, 1, 3, &b->e), 0);
	assert_int_equal(store_commit(b->store, &b->e), 0);
	write_all(b);
	holds(b, "1 2 4");
}

static void
too_old_and_too_much_is_removed_oldest_first(void **state)
{
	struct bench *b = *state;
	int64_t now = NOON + 40 * DAY;

	for (int i = 0; i < 4; i++)
		take(b, 1, 5000, now - (35 - 10 * i) * DAY);
	write_all(b);
	assert_int_equal(segments(b), 4);
	assert_int_equal(archive_prune(b->archive, now), 1);
	holds(b, "2 3 4");
	b->conf.keep_bytes = 8000;
	assert_int_equal(archive_prune(b->archive, now), 1);
	holds(b, "3 4");
	b->conf.keep_bytes = 1;
	assert_int_equal(archive_prune(b->archive, now), 1);
	holds(b, "4"); /* the one that is written stays */
}

static void
a_segment_that_somebody_cut_is_left_and_another_begun(void **state)
{
	struct bench *b = *state;
	char path[256];

	take(b, 1, 100, NOON);
	write_all(b);
	take(b, 1, 100, NOON);
	write_all(b);
	newest_segment(b, path, sizeof path);
	assert_int_equal(append_cut(path, append_length(path) - 3, &b->e), 1);
	bench_close(b);
	bench_open(b);
	take(b, 1, 100, NOON);
	write_all(b);
	assert_int_equal(segments(b), 2);
	holds(b, "1 3");
}

static void
an_older_spool_that_was_restored_doubles_nothing(void **state)
{
	struct bench *b = *state;
	char copy[160], path[160], command[900];

	take(b, 2, 100, NOON);
	write_all(b);
	take(b, 1, 100, NOON); /* in the copy, not in the archive yet */
	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	snprintf(copy, sizeof copy, "%s/copy.db", b->dir);
	assert_int_equal(store_backup(b->store, copy, &b->e), 0);
	write_all(b);
	take(b, 2, 100, NOON);
	write_all(b);
	bench_close(b);
	snprintf(command, sizeof command, "cp %s %s && rm -f %s-wal %s-shm", copy, path, path,
		 path);
	assert_int_equal(system(command), 0);
	b->store = store_open(path, &spool_migrations, &b->e);
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_int_equal(archive_adopt(b->store, b->dir, &b->e), 0);
	assert_int_equal(store_commit(b->store, &b->e), 0);
	store_close(b->store);
	bench_open(b);
	b->seq = 9;
	take(b, 1, 100, NOON);
	write_all(b);
	holds(b, "1 2 3 4 5 10");
}

static struct archive_erased
erased(int64_t seq, int64_t at)
{
	return (struct archive_erased){ document_id(seq), at };
}

static void
a_document_is_taken_out_and_its_neighbours_stay_in_order(void **state)
{
	struct bench *b = *state;
	struct archive_erased v[2] = { erased(2, NOON), erased(5, NOON + DAY) };
	char dir[128];
	int64_t after = 0, gone = 0;
	int turns = 0, more;

	take(b, 3, 100, NOON);
	write_all(b);
	take(b, 3, 100, NOON + DAY);
	write_all(b);
	take(b, 1, 100, NOON + 9 * DAY);
	write_all(b);
	assert_int_equal(archive_close_segment(b->archive, &b->e), 0);
	snprintf(dir, sizeof dir, "%s/archive", b->dir);
	while ((more = archive_erase(dir, v, 2, &after, &gone, &b->e)) == 1)
		turns++;
	assert_int_equal(more, 0);
	assert_int_equal(gone, 2);
	assert_int_equal(turns, 2); /* the day that is far away is not opened */
	holds(b, "1 3 4 6 7");
	take(b, 1, 100, NOON + 9 * DAY);
	write_all(b);
	holds(b, "1 3 4 6 7 8");
}

/* A block of which nothing is left still says how far the archive is. */
static void
a_block_that_loses_all_keeps_its_numbers(void **state)
{
	struct bench *b = *state;
	struct archive_erased v[1] = { erased(1, NOON) };
	struct archive_figures f;
	struct buf got = BUF(1000);
	char dir[128];
	int64_t after = 0, gone = 0;

	take(b, 1, 100, NOON);
	write_all(b);
	assert_int_equal(archive_close_segment(b->archive, &b->e), 0);
	snprintf(dir, sizeof dir, "%s/archive", b->dir);
	assert_int_equal(archive_erase(dir, v, 1, &after, &gone, &b->e), 1);
	numbers(b, 0, INT64_MAX, &got, &f);
	assert_int_equal(got.n, 0);
	assert_int_equal(f.damaged, 0);
	assert_int_equal(f.last_seq, 1);
	buf_release(&got);
}

/* Nobody is told that it is done while a segment could not be looked into. */
static void
a_segment_that_cannot_be_read_is_not_passed_over(void **state)
{
	struct bench *b = *state;
	struct archive_erased v[1] = { erased(1, NOON) };
	char dir[128], path[400], aside[200];
	int64_t after = 0, gone = 0;

	take(b, 2, 100, NOON);
	write_all(b);
	assert_int_equal(archive_close_segment(b->archive, &b->e), 0);
	snprintf(dir, sizeof dir, "%s/archive", b->dir);
	newest_segment(b, path, sizeof path);
	snprintf(aside, sizeof aside, "%s/aside", b->dir);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(symlink(aside, path), 0); /* a link is not followed */
	assert_int_equal(archive_erase(dir, v, 1, &after, &gone, &b->e), -1);
	assert_int_equal(b->e.kind, ERR_RETRY);
	assert_int_equal(after, 0);
	assert_int_equal(rename(aside, path), 0);
	assert_int_equal(archive_erase(dir, v, 1, &after, &gone, &b->e), 1);
	assert_int_equal(gone, 1);
}

static void
without_an_archive_that_is_said(void **state)
{
	struct bench *b = *state;

	assert_null(archive_open("/tmp/ly-none", 0, 1, &b->e));
	assert_int_equal(b->e.kind, ERR_USAGE);
	assert_string_equal(b->e.text,
			    "there is no archive in \"/tmp/ly-none/archive\" yet: what comes "
			    "in is there after archive.every, unless archive.keep is 0");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(what_came_in_is_read_back_once_and_in_order),
		T(a_small_block_waits_for_a_minute_and_a_full_one_does_not),
		T(what_was_written_and_not_acknowledged_is_cut),
		T(a_reader_stops_quietly_at_a_block_that_is_being_written),
		T(a_flipped_bit_costs_its_own_block_and_is_told),
		T(a_segment_holds_one_day_and_days_outside_are_not_opened),
		T(what_is_not_archived_does_not_expire),
		T(a_rejected_document_that_is_tried_again_stands_there_once),
		T(too_old_and_too_much_is_removed_oldest_first),
		T(a_segment_that_somebody_cut_is_left_and_another_begun),
		T(an_older_spool_that_was_restored_doubles_nothing),
		T(a_document_is_taken_out_and_its_neighbours_stay_in_order),
		T(a_block_that_loses_all_keeps_its_numbers),
		T(a_segment_that_cannot_be_read_is_not_passed_over),
		T(without_an_archive_that_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
