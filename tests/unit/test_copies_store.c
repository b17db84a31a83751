/* Which rows of copies are forgotten. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/copies_store.h"
#include "responder/record_store.h"
#include "tests/support/store_folder.h"

static bool
number_add(void *arg, int64_t n, const struct copies_row *row)
{
	(void)row;
	buf_addf(arg, "%lld ", (long long)n);
	return true;
}

/* A row for each of the times, up to a zero. */
static struct store *
filled(const int64_t *at)
{
	struct store *s = store_open_ok(&record_migrations);
	struct err e = { 0 };

	for (uint8_t i = 0; at[i]; i++) {
		struct copies_row row = { .document = { { i } },
					  .arrived_at = at[i],
					  .signature = STR("s"),
					  .gist = STR("g") };

		assert_int_equal(copies_add(s, &row, &e), 0);
	}
	return s;
}

static void
the_oldest_go_and_the_first_that_stays_ends_it(void **state)
{
	static const struct {
		int64_t at[8], most;
		const char *stay; /* of what arrived before 100, at 200 */
	} cases[] = {
		{ { 90, 99, 100, 150 }, 10, "3 4 " },
		{ { 100, 150 }, 10, "1 2 " },
		{ { 90, 99 }, 10, "" },
		{ { 150, 90, 160 }, 10, "1 2 3 " }, /* one that was late */
		{ { 150, 160, 170 }, 2, "2 3 " },
		{ { 90, 160, 170 }, INT64_MAX, "2 3 " },
		/* The clock was ahead, and was set back. */
		{ { 500, 501, 90, 99, 150 }, 10, "1 2 5 " },
		{ { 90, 500, 95, 150, 99, 160 }, 10, "2 4 5 6 " },
		{ { 500, 501, 90, 150, 160 }, 2, "4 5 " },
		{ { 500, 501 }, INT64_MAX, "1 2 " },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct store *s = filled(cases[i].at);
		struct buf stay = BUF(100);
		struct err e = { 0 };

		assert_true(copies_forget(s, 100, 200, cases[i].most, &e) >= 0);
		assert_int_equal(copies_read(s, 0, number_add, &stay, &e), 0);
		if (!str_eq(buf_str(&stay), str_of(cases[i].stay)))
			fail_msg("%zu: \"%s\"", i, stay.p);
		assert_true(stmt_run(store_stmt(s, "DELETE FROM copies"), &e) >= 0);
		buf_release(&stay);
		store_close(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(the_oldest_go_and_the_first_that_stays_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
