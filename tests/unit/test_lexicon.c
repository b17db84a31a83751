#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "nlp/lexicon.h"
#include "tests/support/small_lexicon.h"

#define H(kind) "# langyan-lexicon: 1\n# list: l\n# lang: en\n# kind: " kind "\n"

static struct lexicon *
parse(const char *text, struct buf *report, struct err *e)
{
	struct str name = STR("w.tsv"), t = str_of(text);

	return lexicon_parse(&name, &t, 1, report, e);
}

static void
every_mistake_is_told_with_its_place(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "good\t1\n",
		  "w.tsv:1:1: the first lines of a lexicon say \"# langyan-lexicon: 1\"\n"
		  "w.tsv:1:1: the head has no \"# list: NAME\"\n"
		  "w.tsv:1:1: the head has no \"# lang: zh\", en or any\n"
		  "w.tsv:1:1: the head has no \"# kind: …\" of this program\n" },
		{ "# langyan-lexicon: 2\n# list: l\n# lang: en\n# kind: polarity\n",
		  "w.tsv:1:1: format \"2\" is not known: this program reads 1\n" },
		{ "# langyan-lexicon: 1\n# list: l\n# lang: de\n# kind: mood\n",
		  "w.tsv:3:1: lang \"de\" is none of zh, en, any\n"
		  "w.tsv:4:1: kind \"mood\" is not known; docs/lexicon.md lists the kinds\n"
		  "w.tsv:1:1: the head has no \"# kind: …\" of this program\n" },
		{ H("polarity") "good\n",
		  "w.tsv:5:6: kind polarity needs a value within -4.0..4.0 behind a tab\n" },
		{ H("polarity") "good\tx\nbad\t-5\n",
		  "w.tsv:5:6: \"x\" is not a number like -1.5\n"
		  "w.tsv:6:5: -5 is not within -4.0..4.0\n" },
		{ H("polarity") "so so\t0\n", "w.tsv:5:7: a polarity of 0 says nothing; put "
					      "the term in a list of kind neutral\n" },
		{ H("degree") "very\t9\n", "w.tsv:5:6: 9 is not within 0.1..3.0\n" },
		{ H("polarity") " good\t1\n",
		  "w.tsv:5:1: the term has blanks at an end; remove them\n" },
		{ H("polarity") "\t1\n",
		  "w.tsv:5:1: a line starts with its term; this one is empty\n" },
		{ H("polarity") "\xff\t1\n",
		  "w.tsv:5:1: the term is not UTF-8; save the file as UTF-8\n" },
		{ H("polarity") "good\t1\tsubj\n",
		  "w.tsv:5:8: \"subj\" is not of the form key=value\n" },
		{ H("polarity") "good\t1\tscpe=3\n",
		  "w.tsv:5:8: \"scpe\" is not an option of kind polarity\n" },
		{ H("polarity") "good\t1\talone=1\n",
		  "w.tsv:5:8: \"alone\" is not an option of kind polarity\n" },
		{ H("polarity") "good\t1\ngood\t2\n",
		  "w.tsv:6:1: \"good\" is already in w.tsv:5; keep one of them\n" },
		{ H("polarity") "good\t1\nGOOD\t-1\n",
		  "w.tsv:6:1: \"good\" contradicts w.tsv:5; keep one of them\n" },
		{ H("topic") "glass\tfood_safety\n",
		  "w.tsv:5:7: topic \"food_safety\" is in no topics-table\n" },
		{ H("topic") "glass\n", "w.tsv:5:7: a topic term names its topic\n" },
		{ H("topics-table") "food\t7\tx\ty\t-\n",
		  "w.tsv:5:6: severity \"7\" is none of 1, 2, 3\n" },
		{ H("topics-table") "food\t3\n", "w.tsv:5:1: a topic is: id, severity, Chinese "
						 "name, English name, flags or -\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf report = BUF(1 << 16);
		struct err e = { .kind = ERR_NONE };

		assert_null(parse(cases[i].text, &report, &e));
		assert_string_equal(report.p, cases[i].says);
		assert_int_equal(e.kind, ERR_USAGE);
		buf_release(&report);
	}
}

static void
all_mistakes_of_a_file_come_at_once(void **state)
{
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };

	(void)state;
	assert_null(parse(H("polarity") "a\nb\tx\nc\t9\n", &report, &e));
	assert_string_equal(e.text, "3 mistakes in the lexicons");
	buf_release(&report);
}

static void
the_same_said_twice_is_a_warning(void **state)
{
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l = parse(H("polarity") "good\t1\nGood\t1\n", &report, &e);

	(void)state;
	assert_non_null(l);
	assert_int_equal(l->n_entries, 1);
	assert_string_equal(report.p, "warning: w.tsv:6:1: \"good\" stands also in w.tsv:5\n");
	lexicon_free(l);
	buf_release(&report);
}

static void
a_language_says_it_better_than_any(void **state)
{
	struct str names[] = { STR("any.tsv"), STR("zh.tsv") };
	struct str texts[] = {
		STR("# langyan-lexicon: 1\n# list: a\n# lang: any\n# kind: polarity\n😅\t1.0\n"),
		STR("# langyan-lexicon: 1\n# list: z\n# lang: zh\n# kind: polarity\n😅\t-0.5\n"),
	};
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l = lexicon_parse(names, texts, 2, &report, &e);

	(void)state;
	assert_non_null(l);
	assert_int_equal(l->n_entries, 1);
	assert_int_equal(l->entries[0].value, -500);
	assert_string_equal(report.p, "");
	lexicon_free(l);
	buf_release(&report);
}

static void
a_mistyped_topic_is_told_the_nearest(void **state)
{
	struct str names[] = { STR("t.tsv"), STR("w.tsv") };
	struct str texts[] = {
		STR(H("topics-table") "food_safety\t3\tx\ty\tsafety\nrecall\t3\tx\ty\t-\n"),
		STR(H("topic") "glass\tfood_safty\nwire\tweather\n"),
	};
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };

	(void)state;
	assert_null(lexicon_parse(names, texts, 2, &report, &e));
	assert_string_equal(report.p, "w.tsv:5:7: topic \"food_safty\" is in no topics-table: "
				      "did you mean \"food_safety\"?\n"
				      "w.tsv:6:6: topic \"weather\" is in no topics-table\n");
	buf_release(&report);
}

static void
terms_are_folded_and_values_kept_in_thousandths(void **state)
{
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l =
		parse("\xEF\xBB\xBF" H("negator") "Can’t\t-0.7\talone=-0.5\tscope=3\r\n"
						  "# a remark\n\nＮＯ\t-1\n",
		      &report, &e);

	(void)state;
	assert_non_null(l);
	assert_int_equal(l->n_entries, 2);
	assert_true(str_is(l->entries[0].term, "can't"));
	assert_int_equal(l->entries[0].value, -700);
	assert_int_equal(l->entries[0].arg, -500);
	assert_int_equal(l->entries[0].scope, 3);
	assert_int_equal(l->entries[0].flags, LEX_ALONE);
	assert_true(str_is(l->entries[1].term, "no"));
	lexicon_free(l);
	buf_release(&report);
}

static void
a_term_may_have_several_kinds_and_topics(void **state)
{
	struct lexicon *l = small_lexicon();
	int found = 0;

	(void)state;
	for (size_t i = 0; i < l->n_entries; i++)
		found += str_is(l->entries[i].term, "异物");
	assert_int_equal(found, 2);
	assert_int_equal(l->n_topics, 4);
	assert_true(str_is(l->topics[0].id, "food_safety"));
	assert_int_equal(l->topics[0].bits, TOPIC_SAFETY);
	assert_int_equal(l->topics[1].bits, 0);
	lexicon_free(l);
}

static void
the_shipped_lists_load(void **state)
{
	struct buf report = BUF(1 << 20);
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l = lexicon_load(STR("lexicons"), NULL, 0, &report, &e);

	(void)state;
	if (!l)
		print_error("%s", report.p);
	assert_non_null(l);
	assert_true(l->n_entries > 10000);
	lexicon_free(l);
	buf_release(&report);
}

static void
a_folder_that_is_not_there_is_told(void **state)
{
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };

	(void)state;
	assert_null(lexicon_load(STR("tests/no-such-folder"), NULL, 0, &report, &e));
	assert_string_equal(
		report.p,
		"tests/no-such-folder:0:0: could not open: No such file or directory\n");
	buf_release(&report);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mistake_is_told_with_its_place),
		cmocka_unit_test(all_mistakes_of_a_file_come_at_once),
		cmocka_unit_test(the_same_said_twice_is_a_warning),
		cmocka_unit_test(a_language_says_it_better_than_any),
		cmocka_unit_test(a_mistyped_topic_is_told_the_nearest),
		cmocka_unit_test(terms_are_folded_and_values_kept_in_thousandths),
		cmocka_unit_test(a_term_may_have_several_kinds_and_topics),
		cmocka_unit_test(the_shipped_lists_load),
		cmocka_unit_test(a_folder_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
