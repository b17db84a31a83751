#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/conf.h"
#include "core/str.h"
#include "crawler/page_rules.h"

#define NOW INT64_C(1772697600) /* 2026-03-05T08:00:00Z */

static const char page[] =
	"<html><head><title>Wrong - Site</title></head><body><h2 class=head>Right title</h2>"
	"<span class=by><a href=x>Ann Lee</a></span><time datetime=2026-03-02>yesterday</time>"
	"<div class=story><p>First paragraph, of the story.</p><div class=ad>Buy <b>this</b> "
	"now</div><p>Second paragraph, of it.</p></div><div class=other><p>A much longer "
	"paragraph, about something else, which the general way may well take for the article, "
	"as it is long, and has commas, and is the only one here.</p></div></body></html>";

struct root {
	struct conf_list rules;
};
static const struct conf_key root_keys[] = {
	{ "page_rules", CONF_TABLE, offsetof(struct root, rules), .dflt = "",
	  .of = &page_rule_schema },
	CONF_END,
};
static const struct conf_schema root_schema = { .name = "root",
						.size = sizeof(struct root),
						.keys = root_keys };

static struct conf *
read_rules(const char *yaml, struct root *into, struct buf *report)
{
	struct err e = { 0 };

	*into = (struct root){ 0 };
	return conf_read_text(str_of(yaml), "t.yaml", &root_schema, into, report, &e);
}

static int
read_page(const struct root *r, struct arena *a, const char *url, struct page *p, struct err *e)
{
	return page_read_by(&r->rules, a,
			    &(struct page_bytes){ str_of(page), str_of(url), STR(""), NOW }, p,
			    e);
}

static void
json_is_no_page_whatever_it_calls_itself(void **state)
{
	static const char error[] = "{\"code\":-403,\"msg\":\"need login\",\"data\":null}\n";
	static const char *const types[] = { "application/json", "text/html", "" };
	struct arena *a = arena_new();
	struct conf_list none = { 0 };
	struct page p;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(types); i++) {
		struct page_bytes b = { STR(error), STR("http://a.test/1"), str_of(types[i]),
					NOW };
		struct err e = { 0 };

		assert_int_equal(page_read_by(&none, a, &b, &p, &e), -1);
		assert_int_equal(e.kind, ERR_REJECT);
	}
	arena_free(a);
}

static void
a_rule_of_the_host_overrides_what_it_names(void **state)
{
	struct buf report = BUF(1 << 16);
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct root r;
	struct page p;
	struct conf *c = read_rules("page_rules:\n"
				    "  a.test:\n"
				    "    title: h2.head\n"
				    "    text: div.story > p\n"
				    "    author: .by a\n"
				    "    published: time @datetime\n"
				    "  deep.a.test: { text: \"//div[@class='other']/p\" }\n"
				    "  cut.test: { text: .story, remove: [ .ad, '.ad b' ] }\n",
				    &r, &report);

	(void)state;
	if (!c)
		fail_msg("%s", report.p);
	assert_int_equal(read_page(&r, a, "https://www.a.test/n/1", &p, &e), 0);
	assert_string_equal(arena_text(a, p.title), "Right title");
	assert_string_equal(arena_text(a, p.text),
			    "First paragraph, of the story.\nSecond paragraph, of it.");
	assert_string_equal(arena_text(a, p.author), "Ann Lee");
	assert_int_equal(p.published_at, 1772409600);
	assert_string_equal(p.text_from, "page_rules");
	assert_int_equal(read_page(&r, a, "https://deep.a.test/n/1", &p, &e), 0);
	assert_true(str_starts(p.text, STR("A much longer")));
	assert_int_equal(read_page(&r, a, "https://cut.test/n/1", &p, &e), 0);
	assert_string_equal(arena_text(a, p.text),
			    "First paragraph, of the story.\nSecond paragraph, of it.");
	assert_null(page_rule_find(&r.rules, STR("https://nota.test/")));
	assert_null(page_rule_find(&r.rules, STR("https://b.test/?u=https://a.test/")));
	conf_free(c);
	arena_free(a);
	buf_release(&report);
}

static void
what_is_removed_is_gone_from_the_general_way_too(void **state)
{
	struct buf report = BUF(1 << 16);
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct root r;
	struct page p;
	struct conf *c =
		read_rules("page_rules: { a.test: { remove: [ .other ] } }\n", &r, &report);

	(void)state;
	assert_non_null(c);
	assert_int_equal(read_page(&r, a, "https://a.test/1", &p, &e), 0);
	assert_true(str_find(p.text, STR("A much longer")) < 0);
	assert_true(str_find(p.text, STR("Second paragraph, of it.")) >= 0);
	conf_free(c);
	arena_free(a);
	buf_release(&report);
}

static void
a_path_that_finds_nothing_is_named(void **state)
{
	static const char *const cases[][2] = {
		{ "text: .gone", "page_rules a.test text: \".gone\" matched 0 nodes" },
		{ "title: h1", "page_rules a.test title: \"h1\" matched 0 nodes" },
		{ "published: h2", "page_rules a.test published: \"Right title\" is no date" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf report = BUF(1 << 16);
		struct err e = { 0 };
		struct root r;
		struct page p;
		struct conf *c = read_rules(
			arena_textf(a, "page_rules:\n  a.test:\n    %s\n", cases[i][0]), &r,
			&report);

		assert_non_null(c);
		assert_int_equal(read_page(&r, a, "https://a.test/1", &p, &e), -1);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_string_equal(e.text, cases[i][1]);
		conf_free(c);
		buf_release(&report);
	}
	arena_free(a);
}

static void
a_mistake_in_a_path_is_told_with_its_place(void **state)
{
	static const char *const cases[][2] = {
		{ "page_rules:\n  a.test:\n    text: \"p[\"\n", "t.yaml:3:11" },
		{ "page_rules:\n  a.test: {}\n", "says nothing" },
		{ "page_rules:\n  localhost: { text: p }\n", "is a host" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf report = BUF(1 << 16);
		struct root r;

		assert_null(read_rules(cases[i][0], &r, &report));
		if (!strstr(report.p, cases[i][1]))
			fail_msg("%s", report.p);
		buf_release(&report);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_no_page_whatever_it_calls_itself),
		cmocka_unit_test(a_rule_of_the_host_overrides_what_it_names),
		cmocka_unit_test(what_is_removed_is_gone_from_the_general_way_too),
		cmocka_unit_test(a_path_that_finds_nothing_is_named),
		cmocka_unit_test(a_mistake_in_a_path_is_told_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
