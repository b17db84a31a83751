#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/csv.h"
#include "core/str.h"

/* Rows as "line:cell|cell\n"; "!column why" behind those that are broken. */
static const char *
read_all(struct arena *a, struct csv *c)
{
	struct buf b = BUF(1 << 20);
	struct table_row row;
	const char *said;

	while (csv_next(c, a, &row)) {
		buf_addf(&b, "%lld:", (long long)row.line);
		for (size_t i = 0; i < row.n; i++)
			buf_addf(&b, "%s%.*s", i ? "|" : "", STR_ARG(row.cells[i]));
		if (row.why)
			buf_addf(&b, "!%zu %s", row.column, row.why);
		buf_add_byte(&b, '\n');
	}
	said = arena_text(a, buf_str(&b));
	buf_release(&b);
	return said;
}

static void
cells_are_read_as_they_were_meant(void **state)
{
	static const struct {
		const char *text, *rows;
	} cases[] = {
		{ "", "" },
		{ "a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n" },
		{ "a,b\rc,d", "1:a|b\n2:c|d\n" },
		{ "a;b\n1,5;2\n1,7;3\n", "1:a|b\n2:1,5|2\n3:1,7|3\n" },
		{ "a\tb\n好,吃\t2\n", "1:a|b\n2:好,吃|2\n" },
		{ "\xef\xbb\xbf内容,时间\n好,1\n", "1:内容|时间\n2:好|1\n" },
		{ "sep=;\na;b,c\n", "2:a|b,c\n" },
		{ "a,\"b\nc\",d\ne,f,g\n", "1:a|b\nc|d\n3:e|f|g\n" },
		{ "a,\"b\r\nc\"\"d\"\n", "1:a|b\r\nc\"d\n" },
		{ "a,\"\",\"\"\"\"\n", "1:a||\"\n" },
		{ "a,b \"c\" d,e\n", "1:a|b \"c\" d|e\n" },
		{ "a, \"b, c\" ,d\n", "1:a|b, c|d\n" },
		{ "\"a\"b,c\n", "1:ab|c\n" },
		{ "a,,\n\n,x\n", "1:a||\n2:\n3:|x\n" },
		{ "a,\"b\nc,d\ne,f\n", "1:a|\"b!2 a quote is opened and never closed\n2:c|d\n"
				       "3:e|f\n" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct csv c;

		csv_begin(&c, str_of(cases[i].text));
		assert_string_equal(read_all(a, &c), cases[i].rows);
	}
	arena_free(a);
}

static void
a_growing_file_gives_whole_rows_only(void **state)
{
	struct arena *a = arena_new();
	struct csv c;

	(void)state;
	csv_begin(&c, STR("a,b\nc,\"d\ne"));
	c.growing = true;
	assert_string_equal(read_all(a, &c), "1:a|b\n");
	assert_int_equal(c.at, 4);
	assert_int_equal(c.line, 2);
	c.text = STR("a,b\nc,\"d\ne\"\nf");
	assert_string_equal(read_all(a, &c), "2:c|d\ne\n");
	c.growing = false;
	assert_string_equal(read_all(a, &c), "4:f\n");
	arena_free(a);
}

/* 1 MiB of nothing but opened quotes; and a row of very many cells. */
static void
hostile_files_take_linear_time_and_say_what_is_wrong(void **state)
{
	struct arena *a = arena_new();
	struct buf b = BUF(8 << 20);
	struct table_row row;
	struct csv c;
	int64_t rows = 0, broken = 0;

	(void)state;
	for (int i = 0; i < 200000; i++)
		buf_add(&b, STR("a,\"\"\"\n"));
	csv_begin(&c, buf_str(&b));
	while (csv_next(&c, a, &row)) {
		rows++;
		broken += !!row.why;
	}
	assert_int_equal(c.at, b.n);
	assert_true(rows > 0 && broken <= 64);
	buf_clear(&b);
	for (int i = 0; i < 3000; i++)
		buf_add(&b, STR("x,"));
	csv_begin(&c, buf_str(&b));
	assert_int_equal(csv_next(&c, a, &row), 1);
	assert_int_equal(row.n, TABLE_CELLS_MAX);
	assert_string_equal(row.why, "a row has over 1024 cells");
	assert_int_equal(csv_next(&c, a, &row), 0);
	buf_release(&b);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_read_as_they_were_meant),
		cmocka_unit_test(a_growing_file_gives_whole_rows_only),
		cmocka_unit_test(hostile_files_take_linear_time_and_say_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
