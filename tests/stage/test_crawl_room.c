/* A disk that is nearly full: the crawler leaves alone what the responder needs for notices. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/append.h"
#include "core/str.h"
#include "crawler/spool_store.h"
#include "tests/support/crawl_bench.h"
#include "tests/support/folder.h"
#include "tests/support/small_disk.h"

/* Documents on disk without a receipt. */
static int64_t
waiting(const struct bench *b)
{
	char path[100];
	struct err e = { 0 };
	struct store *s;
	struct stmt *q;
	int64_t n;

	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	s = store_open_reader(path, &spool_migrations, &e);
	assert_non_null(s);
	q = store_stmt(s, "SELECT count(*) FROM waiting");
	assert_int_equal(stmt_step(q, &e), 1);
	n = stmt_col_int(q, 0);
	store_close(s);
	return n;
}

/* Nothing is taken in, whoever brings it, however far it has come. */
static void
the_crawler_leaves_it_alone(void **state)
{
	struct bench *b = *state;
	const struct str doc = STR("{\"id\":\"a\",\"text\":\"one\"}");

	disk.free_bytes = 16 * MIB + 5 * MIB; /* given back, and a little */
	bench_start(b);
	bench_push(b, doc);
	assert_int_equal(b->reply.status, 503);
	bench_turn(b);
	assert_int_equal(b->site.polls, 0);
	disk.free_bytes = 64 * MIB;
	bench_command(b, "documents.push", "", doc);
	disk.free_bytes = 16 * MIB; /* somebody was quicker */
	bench_settle(b);
	assert_int_equal(b->reply.status, 503);
	assert_int_equal(b->n_docs, 0);
	disk.free_bytes = 64 * MIB;
	bench_push(b, doc);
	assert_int_equal(b->reply.status, 200);
	assert_int_equal(b->n_docs, 1);
	assert_int_equal(waiting(b), 1);
	/* What is receipted is let go of all the same. */
	disk.free_bytes = 16 * MIB;
	bench_receipt(b, b->docs[0].spool, b->docs[0].seq);
	assert_int_equal(waiting(b), 0);
}

static void
files_that_only_grow_leave_it_alone(void **state)
{
	char dir[] = "/tmp/langyan-room-XXXXXX", path[64];
	struct err e = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/file", dir);
	disk.free_bytes = 64 * MIB;
	assert_int_equal(append_at(path, 0, STR("one"), &e), 0);
	disk.free_bytes = 24 * MIB;
	assert_int_equal(append_at(path, 3, STR("two"), &e), -1);
	assert_int_equal(e.kind, ERR_RETRY);
	assert_int_equal(append_length(path), 3);
	folder_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WALL(the_crawler_leaves_it_alone),
		cmocka_unit_test(files_that_only_grow_leave_it_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
