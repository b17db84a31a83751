#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/charset.h"
#include "core/str.h"
#include "nlp/lexicon.h"
#include "nlp/lexicon_import.h"

struct got {
	struct buf list, told;
	struct lexicon_import_sum sum;
	struct err e;
	int rc;
};

static void
got_release(struct got *g)
{
	buf_release(&g->list);
	buf_release(&g->told);
}

static struct got
imported(enum lexicon_format format, int sign, struct str text)
{
	struct got g = { BUF(1 << 20), BUF(1 << 20), { 0 }, { 0 }, 0 };
	struct lexicon_import *k = lexicon_import_new(format, sign);

	g.rc = lexicon_import_text(k, text, &g.e);
	if (g.rc == 0)
		lexicon_import_write(k, STR("x"), STR("x.txt"), &g.list, &g.told, &g.sum);
	lexicon_import_free(k);
	return g;
}

/* The lines behind the head, with tabs as blanks. */
static const char *
terms(struct got *g)
{
	ptrdiff_t at = str_find(buf_str(&g->list), STR("# source:"));
	char *p = g->list.p + at;

	p = strchr(p, '\n') + 1;
	for (char *q = p; *q; q++)
		if (*q == '\t')
			*q = ' ';
	return p;
}

static void
each_format_is_known_by_its_looks_and_brought_to_our_scale(void **state)
{
	static const struct {
		const char *text;
		int sign;
		enum lexicon_format format;
		const char *terms;
	} cases[] = {
		{ "glorpy\t3.1\t0.7\t[3, 3, 4]\nfrazzy\t-1.25\t0.5\t[-1, "
		  "-2]\n^_^\t2.0\t0.4\t[2]\n",
		  0, FORMAT_VADER, "^_^ 2.00\nfrazzy -1.25\nglorpy 3.10\n" },
		{ "glorpy\t5\nnot frazzy\t-2\n", 0, FORMAT_AFINN,
		  "glorpy 4.00\nnot frazzy -1.60\n" },
		{ "glorpy_dorp\t4\nfrazzy\t-5\n", 0, FORMAT_SOCAL,
		  "frazzy -4.00\nglorpy dorp 3.20\n" },
		{ "glorply\t0.25\nfrazzily\t-0.5\na_bit\t-0.4\n", 0, FORMAT_SOCAL,
		  "a bit 0.60\nfrazzily 0.50\nglorply 1.25\n" },
		{ "<?xml version=\"1.0\"?>\n<sentiment>\n<word form=\"glorpy\" "
		  "polarity=\"0.8\" "
		  "pos=\"JJ\"/>\n<word form=\"glorpy\" polarity=\"0.4\"/>\n<word "
		  "form=\"frazzy\" "
		  "polarity=\"-0.5\" subjectivity=\"1.0\" />\n</sentiment>\n",
		  0, FORMAT_PATTERN, "frazzy -2.00\nglorpy 2.40\n" },
		{ "嘎嘣好\r\n嘎嘣棒\r\n", 1, FORMAT_NTUSD, "嘎嘣好 2.00\n嘎嘣棒 2.00\n" },
		{ "; a remark\n;\n\nfrazzy\nglum-dorp\n", -1, FORMAT_HULIU,
		  "frazzy -2.00\nglum-dorp -2.00\n" },
		{ "中文负面评价词语\t2\n嘎嘣坏 \n嘎嘣烂 \n", 0, FORMAT_HOWNET,
		  "嘎嘣坏 -2.00\n嘎嘣烂 -2.00\n" },
		{ "中文程度级别词语\t3\n1. “极其|extreme / 最|most”\t1\n顶顶嘎\n4. "
		  "“稍|-ish”\t1\n略嘎\n",
		  0, FORMAT_HOWNET, "略嘎 0.70\n顶顶嘎 1.80\n" },
		{ "词语,词性种类,词义数,词义序号,情感分类,强度,极性\n嘎嘣好,adj,1,1,PH,9,1\n"
		  "嘎嘣坏,adj,1,1,NN,5,2\n",
		  0, FORMAT_DUTIR, "嘎嘣坏 -2.22\n嘎嘣好 4.00\n" },
		{ "嘎嘣坏 -3.5\n嘎嘣 好 7.0\n", 0, FORMAT_BOSON,
		  "嘎嘣 好 4.00\n嘎嘣坏 -2.00\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct got g = imported(FORMAT_AUTO, cases[i].sign, str_of(cases[i].text));

		if (g.rc || g.sum.format != cases[i].format ||
		    strcmp(terms(&g), cases[i].terms) != 0)
			fail_msg("case %zu: %s %d %s\n%s", i, g.e.text, g.sum.format, g.list.p,
				 g.told.p);
		got_release(&g);
	}
}

static void
what_is_written_is_a_list_of_ours(void **state)
{
	struct got g = imported(FORMAT_AUTO, 0, STR("glorpy\t3\nfrazzy\t-2\n"));
	struct str name = STR("x.tsv"), text = buf_str(&g.list);
	struct buf report = BUF(1 << 16);
	struct err e = { 0 };
	struct lexicon *l = lexicon_parse(&name, &text, 1, &report, &e);

	(void)state;
	assert_string_equal(report.p, "");
	assert_non_null(l);
	assert_int_equal(l->n_entries, 2);
	assert_true(str_is(l->lists[0].lang, "en"));
	assert_true(str_is(l->lists[0].source, "imported from x.txt; its licence holds"));
	lexicon_free(l);
	buf_release(&report);
	got_release(&g);
}

static void
what_is_set_aside_is_told_with_its_line_and_reason(void **state)
{
	static const char text[] = "glorpy\t3\n"
				   "frazzy\tmuch\n"
				   "dorp\n"
				   "glum\t-9\n"
				   "zero\t0\n"
				   "#tag\t2\n"
				   "GLORPY\t3\n"
				   "wobbly\t2\n"
				   "wobbly\t1\n"
				   "snarf\t2\n"
				   "snarf\t-2\n";
	struct got g = imported(FORMAT_AFINN, 0, str_of(text));

	(void)state;
	assert_string_equal(terms(&g), "glorpy 2.40\nwobbly 1.60\n");
	assert_string_equal(g.told.p,
			    "2:8: \"much\" is no number\n"
			    "3:5: there is no number behind the term\n"
			    "4:6: -9.000 is beyond the scale of afinn\n"
			    "5:1: \"zero\": it leans to neither side\n"
			    "6:1: \"#tag\": a term cannot begin with #\n"
			    "7:1: \"glorpy\" stands already in line 1\n"
			    "9:1: \"wobbly\" has another value in line 8: that one stands\n"
			    "10:1: \"snarf\" is contradicted in line 11\n"
			    "11:1: \"snarf\" has another value in line 10: neither is taken\n");
	assert_int_equal(g.sum.kept, 2);
	assert_int_equal(g.sum.doubled, 1);
	assert_int_equal(g.sum.aside, 8);
	got_release(&g);
}

static void
a_list_of_words_alone_wants_its_side(void **state)
{
	struct got g = imported(FORMAT_AUTO, 0, STR("frazzy\nglum\n"));

	(void)state;
	assert_int_equal(g.rc, -1);
	assert_int_equal(g.e.kind, ERR_USAGE);
	assert_string_equal(g.e.text,
			    "it is one word a line: say which, --polarity pos or neg");
	got_release(&g);
	g = imported(FORMAT_AUTO, 0, STR("\n; only a remark\n"));
	assert_string_equal(g.e.text, "there is no word in it");
	got_release(&g);
}

/* As files come: marks, encodings, line ends. */
static void
encodings_are_read_as_they_are_found_or_named(void **state)
{
	static const struct {
		struct str bytes;
		const char *type, *terms;
	} cases[] = {
		{ STR_INIT("\xEF\xBB\xBFglorpy\t5\r\n"), "", "glorpy 4.00\n" },
		{ STR_INIT("\xFF\xFEg\0o\0\t\0"
			   "5\0\n\0"),
		  "", "go 4.00\n" },
		{ STR_INIT("\xFE\xFF\0g\0o\0\t\0"
			   "5\0\n"),
		  "", "go 4.00\n" },
		{ STR_INIT("\xBA\xC3\t5\n"), "text/plain; charset=gb18030", "好 4.00\n" },
		{ STR_INIT("\xA6\x6E\t5\r\n"), "text/plain; charset=big5", "好 4.00\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf text = BUF(4096);
		struct charset_found found;
		struct err e = { 0 };
		struct got g;

		assert_int_equal(charset_decode(cases[i].bytes, str_of(cases[i].type), &text,
						&found, &e),
				 0);
		g = imported(FORMAT_AFINN, 0, buf_str(&text));
		if (g.rc || strcmp(terms(&g), cases[i].terms) != 0)
			fail_msg("case %zu: %s as %s", i, g.list.p, found.name);
		got_release(&g);
		buf_release(&text);
	}
}

static void
rows_of_a_workbook_are_taken_by_strength_and_side(void **state)
{
	static const struct str rows[][7] = {
		{ STR_INIT("词语"), STR_INIT("词性种类"), STR_INIT("词义数"),
		  STR_INIT("词义序号"), STR_INIT("情感分类"), STR_INIT("强度"),
		  STR_INIT("极性") },
		{ STR_INIT("嘎好"), STR_INIT("adj"), STR_INIT("2"), STR_INIT("1"),
		  STR_INIT("PA"), STR_INIT("9"), STR_INIT("1") },
		{ STR_INIT("嘎好"), STR_INIT("adj"), STR_INIT("2"), STR_INIT("2"),
		  STR_INIT("PA"), STR_INIT("5"), STR_INIT("1") },
		{ STR_INIT("嘎中"), STR_INIT("adj"), STR_INIT("1"), STR_INIT("1"),
		  STR_INIT("PA"), STR_INIT("5"), STR_INIT("3") },
		{ STR_INIT("嘎怪"), STR_INIT("adj"), STR_INIT("1"), STR_INIT("1"),
		  STR_INIT("PA"), STR_INIT("11"), STR_INIT("1") },
	};
	struct lexicon_import *k = lexicon_import_new(FORMAT_AUTO, 0);
	struct got g = { .list = BUF(1 << 16), .told = BUF(1 << 16) };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(rows); i++)
		lexicon_import_row(k, (int64_t)i + 1, rows[i], 7);
	lexicon_import_write(k, STR("x"), STR("x.xlsx"), &g.list, &g.told, &g.sum);
	assert_string_equal(terms(&g), "嘎好 3.11\n");
	assert_string_equal(g.told.p, "4:7: \"嘎中\": good and bad at once\n"
				      "5:6: the strength is 1 to 9, not \"11\"\n");
	assert_int_equal(g.sum.averaged, 2);
	lexicon_import_free(k);
	got_release(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_format_is_known_by_its_looks_and_brought_to_our_scale),
		cmocka_unit_test(what_is_written_is_a_list_of_ours),
		cmocka_unit_test(what_is_set_aside_is_told_with_its_line_and_reason),
		cmocka_unit_test(a_list_of_words_alone_wants_its_side),
		cmocka_unit_test(encodings_are_read_as_they_are_found_or_named),
		cmocka_unit_test(rows_of_a_workbook_are_taken_by_strength_and_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
