#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "nlp/watch.h"
#include "tests/support/small_lexicon.h"

#define TEXTS(...)                                                                       \
	{                                                                                \
		(struct str[]){ __VA_ARGS__ }, LY_COUNT(((struct str[]){ __VA_ARGS__ })) \
	}

static struct watches *
compiled(const struct watch_conf *c, size_t n, struct buf *report, struct err *e)
{
	struct conf_list list = { (void *)(uintptr_t)c, n };

	return watches_new(&(struct watches_setup){ .confs = &list }, report, e);
}

static void
mistakes_name_the_watch_and_the_column(void **state)
{
	struct watch_conf c[] = {
		{ .name = STR("a"), .query = STR("茶") },
		{ .name = STR("b"), .query = STR("(shancui"), .rivals = TEXTS(STR("  ")) },
		{ .name = STR("c"), .query = STR("山脆 or 脆山") },
	};
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };

	(void)state;
	assert_null(compiled(c, 3, &report, &e));
	assert_string_equal(e.text, "3 mistakes in the watches");
	assert_string_equal(
		report.p,
		"watch \"a\": query: column 1: \"茶\" alone is too short to look for (2 "
		"characters "
		"are the least): add words with AND\n"
		"watch \"b\": query: column 1: this ( has no )\n"
		"watch \"b\": rivals: \"  \" is empty or over 120 bytes\n"
		"warning: watch \"c\": query: column 4: in lower case this is a word to look "
		"for; "
		"operators are AND, OR, NOT, NEAR/5\n"
		"warning: watch \"c\": query: column 4: two parts without an operator: AND is "
		"understood\n"
		"warning: watch \"c\": query: column 7: two parts without an operator: AND is "
		"understood\n");
	buf_release(&report);
}

struct root {
	struct conf_list watches;
};
static const struct conf_key root_keys[] = {
	{ "watches", CONF_TABLE, offsetof(struct root, watches), 0, 0, "", "", &watch_schema,
	  NULL },
	CONF_END,
};
static const struct conf_schema root_schema = { "root", sizeof(struct root), root_keys, "", 0,
						NULL };

static void
mistakes_say_where_in_the_configuration(void **state)
{
	struct root root = { { NULL, 0 } };
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct conf *c = conf_read_text(STR("watches:\n"
					    "  a: { query: '山脆 AND *x' }\n"
					    "  b: { query: 山脆, match: [脆山],\n"
					    "       topics: [weather] }\n"),
					"w.yaml", &root_schema, &root, &report, &e);
	struct watches_setup setup = { &root.watches, c, STR("Asia/Shanghai") };
	struct watch_conf *v = root.watches.v;
	struct watches *w;
	struct image *m;

	(void)state;
	assert_non_null(c);
	assert_null(watches_new(&setup, &report, &e));
	assert_string_equal(
		report.p,
		"w.yaml:2:15: watch \"a\": query: a wildcard cannot come first: every "
		"word would have to be tried; begin with two letters, or write a "
		"/rule/\n");
	buf_clear(&report);
	v[0].query = STR("脆山");
	w = watches_new(&setup, &report, &e);
	assert_non_null(w);
	m = small_image(w->literals.v, w->literals.n);
	assert_int_equal(watches_check(w, m, &report), 2);
	assert_string_equal(
		report.p,
		"w.yaml:4:16: watch \"b\": topics: \"weather\" is in no topics-table "
		"of the lexicons\n"
		"w.yaml:3:26: watch \"b\": match: the query does not match \"脆山\"\n");
	image_free(m);
	watches_free(w);
	conf_free(c);
	buf_release(&report);
}

static void
samples_and_topics_are_checked(void **state)
{
	struct watch_conf c[] = {
		{ .name = STR("a"),
		  .query = STR("山脆 NOT 游戏"),
		  .match = TEXTS(STR("山脆薯片"), STR("脆山")),
		  .nomatch = TEXTS(STR("山脆游戏"), STR("我爱山脆")),
		  .topics = TEXTS(STR("food_safety"), STR("weather")) },
	};
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct watches *w = compiled(c, 1, &report, &e);
	struct image *m;

	(void)state;
	assert_non_null(w);
	m = small_image(w->literals.v, w->literals.n);
	assert_int_equal(watches_check(w, m, &report), 3);
	assert_string_equal(
		report.p,
		"watch \"a\": topics: \"weather\" is in no topics-table of the lexicons\n"
		"watch \"a\": match: the query does not match \"脆山\"\n"
		"watch \"a\": nomatch: the query matches \"我爱山脆\"\n");
	assert_true(w->v[0].takes[0]);
	assert_false(w->v[0].takes[1]);
	image_free(m);
	watches_free(w);
	buf_release(&report);
}

static void
mentions_come_by_name_with_their_places(void **state)
{
	struct watch_conf c[] = {
		{ .name = STR("zeta"), .query = STR("薯片") },
		{ .name = STR("alpha"),
		  .query = STR("山脆 OR 山脆薯片"),
		  .rivals = TEXTS(STR("脆山")) },
		{ .name = STR("not"), .query = STR("山脆 AND 游戏") },
		{ .name = STR("silent"), .query = STR("shancui") },
	};
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct watches *w = compiled(c, LY_COUNT(c), &report, &e);
	struct image *m = small_image(w->literals.v, w->literals.n);
	struct query_about about = { .text = STR("山脆薯片比脆山好，山脆！"),
				     .title_n = SIZE_MAX };
	struct query_rules rules = { .n = 0 };
	struct arena *a = arena_new();
	struct walk walk = WALK_INIT;
	struct notice_of *v;
	size_t n;

	(void)state;
	watches_account(w, &rules);
	walk_run(&walk, m, about.text);
	v = watches_notice(w, &walk, &about, &rules, a, &n);
	assert_int_equal(n, 2);
	assert_true(str_is(v[0].watch->name, "alpha"));
	assert_int_equal(v[0].n, 2); /* 山脆 inside 山脆薯片 is the same place */
	assert_int_equal(v[0].spans[0].at, 0);
	assert_int_equal(v[0].spans[0].len, 12);
	assert_int_equal(v[0].spans[1].at, 27);
	assert_int_equal(v[0].n_rivals, 1);
	assert_int_equal(v[0].rivals[0].at, 15);
	assert_true(str_is(v[1].watch->name, "zeta"));
	about.text = STR("nothing of ours");
	walk_run(&walk, m, about.text);
	watches_notice(w, &walk, &about, &rules, a, &n);
	assert_int_equal(n, 0);
	walk_release(&walk);
	arena_free(a);
	watches_account_release(&rules);
	image_free(m);
	watches_free(w);
	buf_release(&report);
}

static void
what_hangs_on_the_score_is_settled_by_it(void **state)
{
	static const struct {
		int64_t label;
		bool holds;
	} cases[] = { { LABEL_NEG, true }, { LABEL_POS, false } };
	struct watch_conf c[] = {
		{ .name = STR("a"), .query = STR("山脆 AND sentiment:negative") },
		{ .name = STR("b"), .query = STR("山脆") },
	};
	struct document d = { .followers = -1 };
	struct query_about about = { .text = STR("山脆薯片"),
				     .title_n = SIZE_MAX,
				     .document = &d };
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct watches *w = compiled(c, LY_COUNT(c), &report, &e);
	struct image *m = small_image(w->literals.v, w->literals.n);
	struct query_rules rules = { .n = 0 };
	struct arena *a = arena_new();
	struct walk walk = WALK_INIT;
	struct notice_of *v;
	size_t n;

	(void)state;
	watches_account(w, &rules);
	walk_run(&walk, m, about.text);
	v = watches_notice(w, &walk, &about, &rules, a, &n);
	assert_int_equal(n, 2);
	assert_true(v[0].later);
	assert_false(v[1].later);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct mention mention = { .label = cases[i].label };

		assert_int_equal(notice_holds(&v[0], &mention), cases[i].holds);
		assert_true(notice_holds(&v[1], &mention));
	}
	walk_release(&walk);
	arena_free(a);
	watches_account_release(&rules);
	image_free(m);
	watches_free(w);
	buf_release(&report);
}

static void
a_sample_neither_fails_nor_passes_by_what_it_cannot_say(void **state)
{
	struct watch_conf c[] = {
		{ .name = STR("a"),
		  .query = STR("山脆 AND site:a.com AND topic:weather"),
		  .match = TEXTS(STR("山脆薯片")),
		  .nomatch = TEXTS(STR("山脆游戏"), STR("脆山")) },
	};
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct watches *w = compiled(c, 1, &report, &e);
	struct image *m = small_image(w->literals.v, w->literals.n);

	(void)state;
	assert_int_equal(watches_check(w, m, &report), 1);
	assert_string_equal(
		report.p,
		"watch \"a\": query: topic:weather is in no topics-table of the lexicons\n");
	image_free(m);
	watches_free(w);
	buf_release(&report);
}

static void
our_own_voice_is_known_by_flag_site_and_account(void **state)
{
	static const struct {
		struct document d;
		bool own;
	} cases[] = {
		{ { .site = STR_INIT("weibo.com"), .author = STR_INIT("someone") }, false },
		{ { .flags = DOCUMENT_OWNED }, true },
		{ { .site = STR_INIT("shancui.example") }, true },
		{ { .site = STR_INIT("shop.Shancui.example") }, true },
		{ { .site = STR_INIT("notshancui.example") }, false },
		{ { .url = STR_INIT("https://www.shancui.example:8080/news") }, true },
		{ { .url = STR_INIT("https://x.test/shancui.example") }, false },
		{ { .author = STR_INIT("山脆官方") }, true },
		{ { .author = STR_INIT("山脆官方粉丝") }, false },
	};
	struct watch_conf c[] = {
		{ .name = STR("a"),
		  .query = STR("山脆"),
		  .own_sites = TEXTS(STR("shancui.example")),
		  .own_accounts = TEXTS(STR("山脆官方")) },
	};
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct watches *w = compiled(c, 1, &report, &e);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_int_equal(watch_owns(&w->v[0], &cases[i].d), cases[i].own);
	watches_free(w);
	buf_release(&report);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_name_the_watch_and_the_column),
		cmocka_unit_test(mistakes_say_where_in_the_configuration),
		cmocka_unit_test(samples_and_topics_are_checked),
		cmocka_unit_test(mentions_come_by_name_with_their_places),
		cmocka_unit_test(what_hangs_on_the_score_is_settled_by_it),
		cmocka_unit_test(a_sample_neither_fails_nor_passes_by_what_it_cannot_say),
		cmocka_unit_test(our_own_voice_is_known_by_flag_site_and_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
