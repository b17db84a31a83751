/* A copy of a folder that is brought up to date. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/backup_files.h"
#include "core/str.h"
#include "tests/support/folder.h"

struct pair {
	char root[64], from[80], to[80];
};

static void
pair_open(struct pair *p)
{
	snprintf(p->root, sizeof p->root, "/tmp/langyan-backup-XXXXXX");
	assert_non_null(mkdtemp(p->root));
	snprintf(p->from, sizeof p->from, "%s/from", p->root);
	snprintf(p->to, sizeof p->to, "%s/to", p->root);
	assert_int_equal(mkdir(p->from, 0700), 0);
}

/* One of two, by turns. */
static const char *
at(const char *dir, const char *name)
{
	static char paths[2][200];
	static int turn;

	turn ^= 1;
	snprintf(paths[turn], sizeof paths[turn], "%s/%s", dir, name);
	return paths[turn];
}

static void
put(const char *dir, const char *name, const char *text)
{
	FILE *f = fopen(at(dir, name), "w");

	assert_true(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static bool
has(const char *dir, const char *name)
{
	return access(at(dir, name), F_OK) == 0;
}

static int64_t
copy(struct pair *p, enum copy_what what)
{
	struct err e = { 0 };
	int64_t n;

	if (files_copy(p->from, p->to, what, &n, &e) < 0)
		fail_msg("%s", e.text);
	return n;
}

static bool
keeps(void *arg, const char *name)
{
	return !strcmp(arg, name);
}

static int64_t
drop(struct pair *p, const char *kept)
{
	struct err e = { 0 };
	int64_t n;

	if (files_drop(p->from, p->to, keeps, (void *)(uintptr_t)kept, &n, &e) < 0)
		fail_msg("%s", e.text);
	return n;
}

static bool
says(struct pair *p, const char *words)
{
	struct buf where = BUF(1 << 16);
	bool found = folder_files_with(p->to, words, &where) > 0;

	buf_release(&where);
	return found;
}

/* An erased text leaves its file shorter, as long as it was, or longer. */
static void
a_file_that_took_the_place_of_another_is_copied_whatever_its_length(void **state)
{
	static const char *const rest[] = { "rest", "all the rest of it",
					    "the rest, and packed worse" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(rest); i++) {
		struct pair p;

		pair_open(&p);
		put(p.from, "1.zst", "secret and the rest");
		put(p.from, "2.zst", "another");
		assert_int_equal(copy(&p, COPY_GROWN), 2);
		assert_int_equal(copy(&p, COPY_SAME), 0);
		put(p.from, "1.zst.part", rest[i]);
		assert_int_equal(rename(at(p.from, "1.zst.part"), at(p.from, "1.zst")), 0);
		assert_true(says(&p, "secret"));
		assert_int_equal(copy(&p, COPY_SAME), 1);
		assert_false(says(&p, "secret"));
		assert_true(says(&p, rest[i]));
		assert_int_equal(copy(&p, COPY_SAME), 0);
		folder_remove(p.root);
	}
}

static void
what_is_here_no_more_goes_there_but_what_the_store_speaks_of(void **state)
{
	struct pair p;
	char day[100];

	(void)state;
	pair_open(&p);
	snprintf(day, sizeof day, "%s/20260314", p.from);
	assert_int_equal(mkdir(day, 0700), 0);
	put(day, "old.warc.gz", "one a document");
	put(p.from, "1.warc.gz", "secret");
	put(p.from, "2.warc.gz", "moved while the copy was made");
	put(p.from, "3.warc.gz", "stays");
	assert_int_equal(copy(&p, COPY_GROWN), 4);
	put(p.to, "4.warc.gz.part", "secret, half copied before a kill -9");
	assert_int_equal(unlink(at(day, "old.warc.gz")), 0);
	assert_int_equal(rmdir(day), 0);
	assert_int_equal(unlink(at(p.from, "1.warc.gz")), 0);
	assert_int_equal(unlink(at(p.from, "2.warc.gz")), 0);
	assert_int_equal(drop(&p, "2.warc.gz"), 3);
	assert_false(says(&p, "secret"));
	assert_false(has(p.to, "20260314"));
	assert_true(has(p.to, "2.warc.gz") && has(p.to, "3.warc.gz"));
	assert_int_equal(drop(&p, ""), 1); /* the next time */
	assert_int_equal(drop(&p, ""), 0);
	assert_true(has(p.to, "3.warc.gz"));
	folder_remove(p.root);
}

/* A disk that is not mounted, a wrong configuration: the copy may be all there is. */
static void
of_a_folder_that_is_not_here_nothing_goes(void **state)
{
	struct pair p;

	(void)state;
	pair_open(&p);
	put(p.from, "1.zst", "all");
	assert_int_equal(copy(&p, COPY_GROWN), 1);
	folder_remove(p.from);
	assert_int_equal(drop(&p, ""), 0);
	assert_true(has(p.to, "1.zst"));
	folder_remove(p.root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_file_that_took_the_place_of_another_is_copied_whatever_its_length),
		cmocka_unit_test(what_is_here_no_more_goes_there_but_what_the_store_speaks_of),
		cmocka_unit_test(of_a_folder_that_is_not_here_nothing_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
