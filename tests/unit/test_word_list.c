/* list:NAME in queries and among rivals. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "nlp/watch.h"
#include "tests/support/query_ask.h"
#include "tests/support/small_lexicon.h"

static struct str rivals[] = { STR_INIT("脆山"), STR_INIT("Crispy Hill"),
			       STR_INIT("#cuishan") };
static struct str press[] = { STR_INIT("a.com"), STR_INIT("b.com") };
static struct str bad[] = { STR_INIT("好吃"), STR_INIT("*x") };
static struct word_list all[] = { { STR_INIT("competitors"), { rivals, 3 } },
				  { STR_INIT("press"), { press, 2 } },
				  { STR_INIT("bad"), { bad, 2 } } };
static const struct conf_list lists = { all, LY_COUNT(all) };

static void
the_words_of_a_list_stand_where_its_name_stands(void **state)
{
	static const struct {
		const char *text, *shows;
	} cases[] = {
		{ "list:competitors", "(\"脆山\" OR \"crispy hill\" OR \"#cuishan\")" },
		{ "山脆 AND NOT list:competitors",
		  "(\"山脆\" AND NOT (\"脆山\" OR \"crispy hill\" OR \"#cuishan\"))" },
		{ "list:competitors NEAR/5 recall",
		  "((\"脆山\" OR \"crispy hill\" OR \"#cuishan\") NEAR/5 \"recall\")" },
		{ "title:list:competitors",
		  "title:(\"脆山\" OR \"crispy hill\" OR \"#cuishan\")" },
		{ "list:(competitors press)", "(\"脆山\" OR \"crispy hill\" OR \"#cuishan\" OR "
					      "\"a.com\" OR \"b.com\")" },
		{ "山脆 AND site:list:press", "(\"山脆\" AND site:(\"a.com\" \"b.com\"))" },
		{ "山脆 AND site:(c.com list:press)",
		  "(\"山脆\" AND site:(\"c.com\" \"a.com\" \"b.com\"))" },
		{ "山脆 AND author:\"list:press\"", "(\"山脆\" AND author:\"list:press\")" },
	};
	struct buf out = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k;

		if (!query_ask_with(&k, str_of(cases[i].text), NULL, &lists)) {
			query_ask_faults(&k, str_of(cases[i].text), &out);
			fail_msg("%s: %s", cases[i].text, out.p);
		}
		buf_clear(&out);
		query_show(k.q, &out);
		assert_string_equal(out.p, cases[i].shows);
		query_ask_close(&k);
	}
	buf_release(&out);
}

static void
what_is_wrong_with_a_list_is_told_where_it_is_named(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "山脆 OR list:competitor", "column 12: there is no list \"competitor\": did "
					     "you mean \"competitors\"?\n" },
		{ "山脆 AND site:list:pres",
		  "column 13: there is no list \"pres\": did you mean \"press\"?\n" },
		{ "list:nothing", "column 6: there is no list \"nothing\"; the configuration "
				  "names them, as lists: { NAME: [a, b] }\n" },
		{ "list:", "column 1: a value is missing after list:\n" },
		{ "list:>3", "column 6: list: takes the name of a list\n" },
		{ "list:bad",
		  "column 1: in the list \"bad\", \"*x\": a wildcard cannot come first: every "
		  "word would have to be tried; begin with two letters, or write a /rule/\n" },
	};
	struct buf out = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k;

		assert_false(query_ask_with(&k, str_of(cases[i].text), NULL, &lists));
		query_ask_faults(&k, str_of(cases[i].text), &out);
		assert_string_equal(out.p, cases[i].says);
		query_ask_close(&k);
	}
	buf_release(&out);
}

struct root {
	struct conf_list watches, lists;
};
static const struct conf_key root_keys[] = {
	{ "watches", CONF_TABLE, offsetof(struct root, watches), 0, 0, "", "", &watch_schema,
	  NULL },
	{ "lists", CONF_TABLE, offsetof(struct root, lists), 0, 0, "", "", &word_list_schema,
	  NULL },
	CONF_END,
};
static const struct conf_schema root_schema = { "root", sizeof(struct root), root_keys, "", 0,
						NULL };

static void
a_configuration_names_lists_and_watches_use_them(void **state)
{
	struct root root = { { NULL, 0 }, { NULL, 0 } };
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct conf *c = conf_read_text(
		STR("lists: { competitors: [脆山, Cuishan], one: word, "
		    "same: { words: [a1] } }\n"
		    "watches:\n"
		    "  a: { query: 'list:competitors', match: [脆山薯片], nomatch: [山脆] }\n"
		    "  b: { query: 山脆, rivals: [list:competitors, 岭脆] }\n"),
		"w.yaml", &root_schema, &root, &report, &e);
	struct watches_setup setup = { &root.watches, c, STR("Asia/Shanghai"), &root.lists };
	struct watches *w;
	struct image *m;

	(void)state;
	assert_string_equal(report.p ? report.p : "", "");
	assert_non_null(c);
	w = watches_new(&setup, &report, &e);
	assert_non_null(w);
	m = small_image(w->literals.v, w->literals.n);
	assert_int_equal(watches_check(w, m, &report), 0);
	assert_int_equal(w->v[1].n_rivals, 3);
	image_free(m);
	watches_free(w);
	conf_free(c);
	buf_release(&report);
}

static void
a_mistyped_list_is_told_with_its_place_in_the_file(void **state)
{
	struct root root = { { NULL, 0 }, { NULL, 0 } };
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct conf *c = conf_read_text(STR("lists: { competitors: [脆山] }\n"
					    "watches:\n"
					    "  a: { query: '山脆 OR list:competitor' }\n"
					    "  b: { query: 山脆, rivals: ['list:rivals'] }\n"),
					"w.yaml", &root_schema, &root, &report, &e);
	struct watches_setup setup = { &root.watches, c, STR("Asia/Shanghai"), &root.lists };

	(void)state;
	assert_non_null(c);
	assert_null(watches_new(&setup, &report, &e));
	assert_string_equal(
		report.p,
		"w.yaml:3:15: watch \"a\": query: there is no list \"competitor\": did you "
		"mean \"competitors\"?\n"
		"w.yaml:4:27: watch \"b\": rivals: there is no list \"rivals\"; the "
		"configuration names them, as lists: { NAME: [a, b] }\n");
	conf_free(c);
	buf_release(&report);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_words_of_a_list_stand_where_its_name_stands),
		cmocka_unit_test(what_is_wrong_with_a_list_is_told_where_it_is_named),
		cmocka_unit_test(a_configuration_names_lists_and_watches_use_them),
		cmocka_unit_test(a_mistyped_list_is_told_with_its_place_in_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
