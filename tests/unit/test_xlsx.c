#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <zip.h>

#include "core/buf.h"
#include "core/str.h"
#include "core/unzip.h"

#include "crawler/xlsx.h"

static int
row_add(void *arg, const struct table_row *row, struct err *e)
{
	struct buf *b = arg;

	(void)e;
	buf_addf(b, "%lld:", (long long)row->line);
	for (size_t i = 0; i < row->n; i++)
		buf_addf(b, "%s%.*s", i ? "|" : "", STR_ARG(row->cells[i]));
	if (row->why)
		buf_addf(b, "!%s", row->why);
	buf_add_byte(b, '\n');
	return 0;
}

static void
cells_are_given_as_people_see_them(void **state)
{
	static const struct str strings[] = { STR_INIT("内容"), STR_INIT("薯片 <b>") };
	static const bool dates[] = { false, true };
	static const struct xlsx_style style = { strings, 2, dates, 2, false };
	static const struct {
		const char *cells, *rows;
	} cases[] = {
		{ "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>1</v></c></row>",
		  "1:内容||薯片 <b>\n" },
		{ "<row><c><v>1.2E4</v></c><c><v>0.5</v></c><c t='b'><v>1</v></c>"
		  "<c t='e'><v>#DIV/0!</v></c><c t='s'><v>9</v></c></row>",
		  "1:12000|0.5|TRUE||\n" },
		{ "<row r='7'><c s='1'><v>46346.354166666664</v></c><c s='1'><v>46346</v></c>"
		  "<c s='1'><v>-3</v></c><c s='9'><v>46346</v></c></row>",
		  "7:2026-11-20 08:30:00|2026-11-20|-3|46346\n" },
		{ "<row><c t='inlineStr'><is><r><t>a &amp; </t></r><r><t>b</t></r>"
		  "<rPh><t>x</t></rPh></is></c><c t='str'><f>A1</f><v>c</v></c></row>",
		  "1:a & b|c\n" },
		{ "<row><c><v>4\xe0</v></c></row>", "1:4\xef\xbf\xbd\n" },
		{ "<row r='2'><c><v>1</v></c><row r='3'><c><v>2</v></c></row>", "2:1\n3:2\n" },
		{ "<row><c r='ZZZ1'><v>1</v></c><c r='A1'><v>2</v></c></row>",
		  "1:2!a row has over 1024 cells, or one of over 1 MiB\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(1 << 16);
		struct err e = { 0 };

		assert_int_equal(
			xlsx_sheet_rows(str_of(cases[i].cells), &style, row_add, &b, &e), 0);
		assert_string_equal(b.p, cases[i].rows);
		buf_release(&b);
	}
}

static void
the_two_epochs_are_four_years_apart(void **state)
{
	struct buf b = BUF(100);

	(void)state;
	assert_true(xlsx_add_time(&b, STR("1.5"), true));
	assert_true(xlsx_add_time(&b, STR("1463.5"), false));
	assert_string_equal(b.p, "1904-01-02 12:00:001904-01-02 12:00:00");
	assert_false(xlsx_add_time(&b, STR("1e300"), false));
	assert_false(xlsx_add_time(&b, STR("nan"), false));
	assert_false(xlsx_add_time(&b, STR("12:30"), false));
	buf_release(&b);
}

/* A zip in memory of one member. */
static void
zip_make(const char *name, const void *p, size_t n, struct buf *out)
{
	zip_error_t why;
	zip_source_t *src = zip_source_buffer_create(NULL, 0, 0, &why);
	zip_t *z = zip_open_from_source(src, ZIP_TRUNCATE, &why);
	char block[65536];
	zip_int64_t got;

	assert_non_null(z);
	assert_true(zip_file_add(z, name, zip_source_buffer(z, p, n, 0), 0) >= 0);
	zip_source_keep(src);
	assert_int_equal(zip_close(z), 0);
	assert_int_equal(zip_source_open(src), 0);
	while ((got = zip_source_read(src, block, sizeof block)) > 0)
		buf_add(out, (struct str){ block, (size_t)got });
	zip_source_close(src);
	zip_source_free(src);
}

static void
a_bomb_is_cut_off_at_the_ceiling_and_damage_is_told(void **state)
{
	struct buf zip = BUF(8 << 20), out = BUF(1 << 20);
	char *zeros = calloc(1, 32 << 20);
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct unzip *z;

	(void)state;
	zip_make("bomb.csv", zeros, 32 << 20, &zip);
	assert_true(zip.n < 64 << 10);
	z = unzip_open(buf_str(&zip), &e);
	assert_non_null(z);
	assert_int_equal(unzip_count(z), 1);
	assert_true(str_is(unzip_name(z, 0, a), "bomb.csv"));
	assert_int_equal(unzip_read(z, 0, &out, &e), -1);
	assert_string_equal(e.text, "\"bomb.csv\" is over 1048576 bytes when it is unpacked");
	assert_true(out.n <= 1 << 20);
	assert_null(xlsx_is(z) ? z : NULL);
	unzip_close(z);
	e = (struct err){ 0 };
	assert_null(unzip_open(STR("PK\003\004 no"), &e));
	assert_int_equal(e.kind, ERR_REJECT);
	free(zeros);
	arena_free(a);
	buf_release(&zip);
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_given_as_people_see_them),
		cmocka_unit_test(the_two_epochs_are_four_years_apart),
		cmocka_unit_test(a_bomb_is_cut_off_at_the_ceiling_and_damage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
