#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/str.h"

#include "crawler/import_file.h"

#define NOW 1795000000 /* 2026-11-18T10:26:40Z */

static struct preset *
preset(const char *name)
{
	struct buf report = BUF(1 << 16);
	struct err e = { 0 };
	struct preset *p = preset_read(name, "presets", &report, &e);

	if (!p)
		fail_msg("%s\n%s", e.text, report.p);
	buf_release(&report);
	return p;
}

struct told {
	struct buf taken, refused, tables;
};

/* Without ids made of words: they are long. */
static int
on_taken(void *arg, const struct import_place *at, struct str json, struct err *e)
{
	struct told *t = arg;
	ptrdiff_t row = str_find(json, STR("\"id\":\"row:"));

	(void)e;
	if (at->part.n)
		buf_addf(&t->taken, "%.*s: ", STR_ARG(at->part));
	if (row >= 0)
		buf_addf(&t->taken, "{%.*s\n", STR_ARG(str_slice(json, 45, json.n)));
	else
		buf_addf(&t->taken, "%.*s\n", STR_ARG(json));
	return 0;
}

static int
on_refused(void *arg, const struct import_place *at, const struct table_row *row, size_t column,
	   const char *why, struct err *e)
{
	struct told *t = arg;

	(void)row, (void)e;
	buf_addf(&t->refused, "%lld:%zu %s\n", (long long)at->line, column, why);
	return 0;
}

static int
on_table(void *arg, const struct import_place *at, bool found, const char *why, struct err *e)
{
	struct told *t = arg;

	(void)at, (void)e;
	buf_addf(&t->tables, "%s\n", found ? "ok" : why);
	return 0;
}

static void
told_clear(struct told *t)
{
	buf_release(&t->taken);
	buf_release(&t->refused);
	buf_release(&t->tables);
	*t = (struct told){ BUF(1 << 20), BUF(1 << 20), BUF(1 << 20) };
}

static struct import_sum
read_as(struct told *t, const char *name, enum import_mode mode, struct str bytes)
{
	struct import_sink sink = { t, on_taken, on_refused, on_table };
	struct preset *p = preset(name);
	struct importer *im = importer_new(p, mode, NOW);
	struct import_sum sum;
	struct err e = { 0 };

	told_clear(t);
	assert_int_equal(import_read(im, bytes, &sink, &e), 0);
	sum = importer_sum(im);
	importer_free(im);
	preset_free(p);
	return sum;
}

static void
rows_become_documents(void **state)
{
	static const struct {
		const char *preset, *text, *taken, *refused;
	} cases[] = {
		/* titles and blanks above; a unit in the header; a unit in the cell */
		{ "zh",
		  "山脆 舆情导出,,\n\n内容,粉丝数（万）,发布时间,链接\n难吃,1.2,2026-11-17 "
		  "08:00,http://a.example/1\n",
		  "{\"url\":\"http://a.example/"
		  "1\",\"text\":\"难吃\",\"followers\":12000,\"published\":1794873600}\n",
		  "" },
		{ "zh", "内容,粉丝数\n一,1.2万\n二,\"12,345\"\n三,未知\n四,\n五,１２人\n",
		  "{\"text\":\"一\",\"followers\":12000}\n{\"text\":\"二\",\"followers\":12345}"
		  "\n"
		  "{\"text\":\"三\"}\n{\"text\":\"四\"}\n{\"text\":\"五\",\"followers\":12}\n",
		  "" },
		/* merged headers: groups above, names below */
		{ "zh", "内容,发布时间,账号信息,\n,,昵称,粉丝数\n好,2026-11-17,小明,3\n",
		  "{\"text\":\"好\",\"author\":\"小明\",\"followers\":3,\"published\":"
		  "1794844800}\n",
		  "" },
		{ "shop-reviews",
		  "评价,评价时间,买家,\n评价内容,,买家昵称,追评\n好,2026-11-17,小明,不好\n",
		  "{\"text\":\"好\\n不好\",\"author\":\"小明\",\"published\":1794844800}\n",
		  "" },
		/* of two columns that may be the text the better name wins; answers are nobody's words */
		{ "shop-reviews", "评价,商家回复,评价内容\n4.5,亲亲,汤是馊的\n",
		  "{\"text\":\"汤是馊的\"}\n", "" },
		{ "en", "Ticket ID;Text;Created At\n7;\"a;\nb\";2026-11-17T00:00:00Z\n",
		  "{\"id\":\"7\",\"text\":\"a;\\nb\",\"published\":1794873600}\n", "" },
		/* the header comes again where files were put together */
		{ "en", "text,id\na,1\ntext,id\nb,2\n",
		  "{\"id\":\"1\",\"text\":\"a\"}\n{\"id\":\"2\",\"text\":\"b\"}\n", "" },
		{ "en", "text,date\na,soon\n,2026-11-17\n\nb,\n", "{\"text\":\"b\"}\n",
		  "2:2 \"soon\" is not a time\n3:1 nothing was said in it\n" },
		{ "en", "text,id\na,\"1\nb,2\n", "{\"id\":\"2\",\"text\":\"b\"}\n",
		  "2:2 a quote is opened and never closed\n" },
		{ "en",
		  "{\"text\":\"a\",\"user\":{\"name\":\"u\",\"followers_count\":5}}\nno\n{"
		  "\"x\":1}\n",
		  "{\"text\":\"a\",\"author\":\"u\",\"followers\":5}\n",
		  "2:0 line 1, column 2: invalid token near 'no'\n"
		  "3:0 no member of it is the text\n" },
		{ "en",
		  "{\"data\":{\"list\":[{\"text\":\"a\",\"id\":1},{\"text\":\"b\",\"id\":2}]}}",
		  "{\"id\":\"1\",\"text\":\"a\"}\n{\"id\":\"2\",\"text\":\"b\"}\n", "" },
		{ "en", "[{\"text\":\"a\",\"id\":1}]", "{\"id\":\"1\",\"text\":\"a\"}\n", "" },
	};
	struct told t = { BUF(1), BUF(1), BUF(1) };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		read_as(&t, cases[i].preset, IMPORT_LIVE, str_of(cases[i].text));
		assert_string_equal(t.taken.p, cases[i].taken);
		assert_string_equal(t.refused.p, cases[i].refused);
		assert_string_equal(t.tables.p, "ok\n");
	}
	told_clear(&t);
}

static void
a_file_without_a_header_is_told_and_nothing_is_guessed(void **state)
{
	struct told t = { BUF(1), BUF(1), BUF(1) };

	(void)state;
	read_as(&t, "en", IMPORT_LIVE, STR("1,2\n3,4\n"));
	assert_string_equal(t.taken.p, "");
	assert_string_equal(t.tables.p, "no row names a column with what was said\n");
	read_as(&t, "en", IMPORT_LIVE, STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"));
	assert_string_equal(t.tables.p, "an old Excel file (.xls) or an encrypted one: save it "
					"as .xlsx or .csv\n");
	told_clear(&t);
}

/* Two nobodies say the same: two documents, and the same two of the next export. */
static void
the_same_row_has_the_same_name_and_two_nobodies_are_two(void **state)
{
	struct told t = { BUF(1), BUF(1), BUF(1) };
	struct str text =
		STR("评价内容,买家昵称,评价时间\n好评,匿名,2026-11-17\n好评,匿名,2026-11-17\n"
		    "好评,小明,2026-11-17\n好评,小明,2026-11-17\n");
	char ids[2][4][64];

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct preset *p = preset("shop-reviews");
		struct importer *im = importer_new(p, IMPORT_LIVE, NOW);
		struct arena *a = arena_new();
		struct buf all = BUF(1 << 20);
		struct str rest = text, line;
		int n = 0;

		importer_table(im);
		while (str_next(&rest, '\n', &line)) {
			struct str cells[3] = { STR(""), STR(""), STR("") };
			struct table_row row = { .line = 1, .cells = cells, .n = 3 };
			struct err e = { 0 };
			size_t column;

			for (int i = 0; i < 3; i++)
				str_next(&line, ',', &cells[i]);
			buf_clear(&all);
			if (importer_row(im, &row, &all, &column, &e) == IMPORT_TAKEN)
				snprintf(ids[k][n++], 64, "%.*s",
					 STR_ARG(json_text(
						 json_get(json_parse(a, buf_str(&all), &e),
							  "id"),
						 STR(""))));
		}
		assert_int_equal(n, 4);
		buf_release(&all);
		arena_free(a);
		importer_free(im);
		preset_free(p);
	}
	for (int n = 0; n < 4; n++)
		assert_string_equal(ids[0][n], ids[1][n]);
	assert_string_not_equal(ids[0][0], ids[0][1]);
	assert_string_equal(ids[0][2], ids[0][3]);
	told_clear(&t);
}

static void
stars_countries_and_what_was_clicked_are_read(void **state)
{
	struct told t = { BUF(1), BUF(1), BUF(1) };
	struct import_sum sum;

	(void)state;
	sum = read_as(&t, "en", IMPORT_LIVE,
		      STR("id,text,rating,country,likes,shares(万)\n"
			  "1,a,4.5,CN,\"1,200\",0.1\n2,b,★★☆☆☆,Germany,many,\n3,c,,,,\n"));
	assert_string_equal(t.taken.p,
			    "{\"id\":\"1\",\"text\":\"a\",\"rating\":4.5,\"country\":\"CN\","
			    "\"engagement\":2200}\n"
			    "{\"id\":\"2\",\"text\":\"b\",\"rating\":2}\n"
			    "{\"id\":\"3\",\"text\":\"c\"}\n");
	assert_int_equal(sum.cells_unread, 1);
	assert_int_equal(sum.cells_unread_line, 3);
	told_clear(&t);
}

static void
a_rating_is_a_number_of_stars(void **state)
{
	static const struct {
		const char *cell;
		int64_t milli;
	} cases[] = { { "5", 5000 },       { "4.5分", 4500 }, { "５星", 5000 }, { "★★★", 3000 },
		      { "3 stars", 3000 }, { "4/5", 4000 },   { "0", 0 },       { "101", -1 },
		      { "好评", -1 },      { "5 of 9", -1 },  { "", -1 } };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t milli = -1;
		int r = preset_rating(str_of(cases[i].cell), &milli);

		if ((r < 0 ? -1 : milli) != cases[i].milli)
			fail_msg("%s: %lld", cases[i].cell, (long long)milli);
	}
}

static void
history_needs_its_time_and_the_sum_says_how_fresh_it_is(void **state)
{
	struct told t = { BUF(1), BUF(1), BUF(1) };
	struct import_sum sum;

	(void)state;
	sum = read_as(&t, "en", IMPORT_HISTORY,
		      STR("text,date,followers\na,2026-11-01,x\nb,,2\nc,2026-10-01,3\n"));
	assert_string_equal(t.refused.p, "3:2 history needs the time of each row\n");
	assert_int_equal(sum.newest_at, 1793491200);
	assert_int_equal(sum.oldest_at, 1790812800);
	assert_int_equal(sum.followers_unread, 1);
	assert_int_equal(sum.followers_unread_line, 2);
	told_clear(&t);
}

static void
counts_are_read_with_their_units(void **state)
{
	static const struct {
		const char *text;
		int64_t factor, count;
	} cases[] = {
		{ "0", 1, 0 },
		{ "12000", 1, 12000 },
		{ "12,000", 1, 12000 },
		{ "1.2万", 1, 12000 },
		{ "1.2w", 1, 12000 },
		{ "3.45k", 1, 3450 },
		{ "1亿", 1, 100000000 },
		{ "１.５万", 1, 15000 },
		{ "10万+", 1, 100000 },
		{ ">1万", 1, 10000 },
		{ "1.2", 10000, 12000 },
		{ "12人", 1, 12 },
		{ "1.5百万", 1, 1500000 },
		{ "", 1, -1 },
		{ "很多", 1, -1 },
		{ "-5", 1, -1 },
		{ "99999999999999", 1, -1 },
		{ "12x", 1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t n = -1;

		if (preset_count(str_of(cases[i].text), cases[i].factor, &n) < 0)
			n = -1;
		if (n != cases[i].count)
			fail_msg("\"%s\": %lld", cases[i].text, (long long)n);
	}
}

static void
every_shipped_preset_reads_and_a_wrong_one_says_where(void **state)
{
	struct buf list = BUF(1 << 16), report = BUF(1 << 16);
	struct err e = { 0 };
	char path[] = "/tmp/langyan-preset-XXXXXX.yaml";
	int fd = mkstemps(path, 5);
	FILE *f = fdopen(fd, "w");

	(void)state;
	assert_int_equal(preset_list("presets", &list, &e), 0);
	assert_non_null(strstr(list.p, "shop-reviews"));
	assert_null(strstr(list.p, "mistake"));
	assert_non_null(f);
	fputs("texts: [a]\n", f);
	fclose(f);
	assert_null(preset_read(path, "presets", &report, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(report.p, "did you mean \"text\""));
	buf_clear(&report);
	assert_null(preset_read("shop", "presets", &report, &e));
	assert_non_null(strstr(report.p, "shop-reviews"));
	remove(path);
	buf_release(&list);
	buf_release(&report);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_become_documents),
		cmocka_unit_test(a_file_without_a_header_is_told_and_nothing_is_guessed),
		cmocka_unit_test(the_same_row_has_the_same_name_and_two_nobodies_are_two),
		cmocka_unit_test(stars_countries_and_what_was_clicked_are_read),
		cmocka_unit_test(a_rating_is_a_number_of_stars),
		cmocka_unit_test(history_needs_its_time_and_the_sum_says_how_fresh_it_is),
		cmocka_unit_test(counts_are_read_with_their_units),
		cmocka_unit_test(every_shipped_preset_reads_and_a_wrong_one_says_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
