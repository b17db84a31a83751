#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "crawler/map.h"
#include "crawler/map_step.h"

#define NOW INT64_C(1772697600) /* 2026-03-05T08:00:00Z */

static void
fault_add(void *arg, const void *where, const char *says)
{
	struct buf *b = arg;

	(void)where;
	buf_addf(b, "%s%s", b->n ? "; " : "", says);
}

struct written {
	int64_t format;
	const char *items, *inside, *next;
	const char *fields[2 * MAP_FIELDS + 2]; /* name, path, name, path … */
};

static struct mapping *
compiled(struct arena *a, const struct written *w, struct buf *faults)
{
	struct map_conf c = { .items = str_of(w->items),
			      .inside = str_of(w->inside),
			      .next = str_of(w->next) };
	struct conf_pair *v = arena_alloc(a, MAP_FIELDS * sizeof *v);

	for (c.fields.n = 0; c.fields.n < MAP_FIELDS && w->fields[c.fields.n * 2]; c.fields.n++)
		v[c.fields.n] = (struct conf_pair){ str_of(w->fields[c.fields.n * 2]),
						    str_of(w->fields[c.fields.n * 2 + 1]) };
	c.fields.v = v;
	return map_compile(a, &c, (enum map_format)w->format, fault_add, faults);
}

static int
run(struct arena *a, const struct written *w, const char *body, struct map_result *out,
    struct err *e)
{
	struct buf faults = BUF(4096);
	struct mapping *m = compiled(a, w, &faults);
	struct map_input in = { .text = str_of(body),
				.url = STR("https://bbs.test/board/1?p=1"),
				.now = NOW,
				.explain = 3 };

	assert_string_equal(faults.p, "");
	assert_non_null(m);
	buf_release(&faults);
	return map_run(m, &in, a, out, e);
}

#define SAYS(a, s) arena_text(a, s)

static const char board[] =
	"<!DOCTYPE html><html><body><ul class='list hot'>"
	"<li class=item id=t1><h3><a href='/t/101?from=x'>山脆薯片  吃出\n异物</a></h3>"
	"<span class=by>楼主：小王</span><time datetime='2026-03-05 15:30'>今天</time>"
	"<i class=fans>粉丝 1.2万</i><p>第一段</p><p>第二段 <b>重</b></p></li>"
	"<li class='item top' id=t2><h3><a href='/t/102'>A &lt;b&gt; tag</a></h3>"
	"<span class=by>楼主：Ann</span><time datetime='3小时前'></time>"
	"<p>one<br>two</p><script>var x = 1;</script></li>"
	"<li class=ad><h3><a href='http://ads.test/'>Buy!</a></h3></li>"
	"</ul><a class=next href='?p=2'>下一页</a></body></html>";

static const struct written board_map = {
	MAP_HTML,
	"ul.list > li.item",
	"",
	"a.next @href",
	{ "id", "@id", "title", "h3 a", "url", "h3 a @href", "author", ".by | remove '^楼主：'",
	  "published", "time @datetime | date Asia/Shanghai", "followers", ".fans", "text",
	  "p" },
};

static void
a_list_page_gives_its_items(void **state)
{
	struct arena *a = arena_new();
	struct map_result r;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(run(a, &board_map, board, &r, &e), 0);
	assert_int_equal(r.n, 2);
	assert_string_equal(SAYS(a, r.v[0].text[MAP_ID]), "t1");
	assert_string_equal(SAYS(a, r.v[0].text[MAP_TITLE]), "山脆薯片 吃出 异物");
	assert_string_equal(SAYS(a, r.v[0].text[MAP_URL]), "https://bbs.test/t/101?from=x");
	assert_string_equal(SAYS(a, r.v[0].text[MAP_AUTHOR]), "小王");
	assert_int_equal(r.v[0].published_at, NOW - 1800);
	assert_int_equal(r.v[0].followers, 12000);
	assert_string_equal(SAYS(a, r.v[0].text[MAP_TEXT]), "第一段\n第二段 重");
	assert_string_equal(SAYS(a, r.v[1].text[MAP_TITLE]), "A <b> tag");
	assert_string_equal(SAYS(a, r.v[1].text[MAP_TEXT]), "one\ntwo");
	assert_int_equal(r.v[1].published_at, NOW - 3 * 3600);
	assert_int_equal(r.v[1].followers, -1);
	assert_int_equal(r.v[1].rank, 2);
	assert_string_equal(SAYS(a, r.next), "https://bbs.test/board/1?p=2");
	assert_string_equal(SAYS(a, r.notes), "");
	arena_free(a);
}

static void
each_value_tells_where_it_came_from(void **state)
{
	struct arena *a = arena_new();
	struct map_result r;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(run(a, &board_map, board, &r, &e), 0);
	assert_string_equal(SAYS(a, r.v[1].from[MAP_URL]), "/html/body/ul/li[2]/h3/a/@href");
	assert_string_equal(SAYS(a, r.v[0].from[MAP_AUTHOR]),
			    "/html/body/ul/li[1]/span | remove '^楼主：'");
	arena_free(a);
}

static const char api[] =
	"{\"code\":0,\"data\":{\"list\":["
	"{\"id\":9007199254740993,\"t\":\"Snack &amp; "
	"<em>smell</em>\",\"user\":{\"name\":\"Ann\","
	"\"fans\":\"3.4k\"},\"acts\":\"1.2万\",\"stars\":\"4.5\",\"land\":\"cn\",\"ts\":"
	"1772694000,\"tags\":[\"a\",\"b\"],"
	"\"raw\":\"{\\\"x\\\":{\\\"y\\\":\\\"deep\\\"}}\"},"
	"{\"id\":2,\"t\":\"1 < 2\",\"user\":{\"name\":\"Bo\"},\"ts\":1772694000123,\"tags\":[]}"
	"],\"cursor\":\"c2\",\"board\":\"北山\"}}";

static void
an_api_gives_its_items(void **state)
{
	static const struct written w = {
		MAP_JSON,
		"data.list",
		"",
		"data.cursor",
		{ "id",         "id",
		  "title",      "t",
		  "url",        "id | prefix '/p/'",
		  "author",     "user.nick ?? user.name",
		  "followers",  "user.fans",
		  "published",  "ts",
		  "text",       "tags[*] | join '、' ?? raw.x.y",
		  "lang",       "= zh",
		  "engagement", "acts",
		  "rating",     "stars",
		  "country",    "land" },
	};
	struct arena *a = arena_new();
	struct map_result r;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(run(a, &w, api, &r, &e), 0);
	assert_int_equal(r.n, 2);
	assert_string_equal(SAYS(a, r.v[0].text[MAP_ID]), "9007199254740993");
	assert_string_equal(SAYS(a, r.v[0].text[MAP_TITLE]), "Snack & smell");
	assert_string_equal(SAYS(a, r.v[1].text[MAP_TITLE]), "1 < 2");
	assert_string_equal(SAYS(a, r.v[0].text[MAP_URL]),
			    "https://bbs.test/p/9007199254740993");
	assert_string_equal(SAYS(a, r.v[0].text[MAP_AUTHOR]), "Ann");
	assert_int_equal(r.v[0].followers, 3400);
	assert_int_equal(r.v[0].engagement, 12000);
	assert_int_equal(r.v[0].rating, 4500);
	assert_string_equal(SAYS(a, r.v[0].text[MAP_COUNTRY]), "cn");
	assert_int_equal(r.v[1].rating, 0);
	assert_int_equal(r.v[0].published_at, NOW - 3600);
	assert_int_equal(r.v[1].published_at, NOW - 3600);
	assert_string_equal(SAYS(a, r.v[0].text[MAP_TEXT]), "a、b");
	assert_string_equal(SAYS(a, r.v[0].from[MAP_AUTHOR]), "data.list[0].user.name");
	assert_string_equal(SAYS(a, r.v[0].from[MAP_LANG]), "a constant of the configuration");
	assert_string_equal(SAYS(a, r.next), "c2");
	arena_free(a);
}

static void
texts_that_hold_json_are_entered_and_paths_may_start_at_the_root(void **state)
{
	static const struct written w = { MAP_JSON,
					  "data.list[*]",
					  "",
					  "",
					  { "title", "raw.x.y ?? tags[-1]", "author",
					    "$.data.board", "text", "t" } };
	struct arena *a = arena_new();
	struct map_result r;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(run(a, &w, api, &r, &e), 0);
	assert_string_equal(SAYS(a, r.v[0].text[MAP_TITLE]), "deep");
	assert_string_equal(SAYS(a, r.v[1].text[MAP_TITLE]), "");
	assert_string_equal(SAYS(a, r.v[1].text[MAP_AUTHOR]), "北山");
	assert_string_equal(SAYS(a, r.v[1].from[MAP_AUTHOR]), "data.board");
	arena_free(a);
}

static void
json_inside_a_page_is_found(void **state)
{
	static const struct {
		const char *how, *body;
	} cases[] = {
		{ "script#DATA", "<html><script id=DATA type=application/json>"
				 "{\"l\":[{\"t\":\"x\"}]}</script></html>" },
		{ "window.__S__",
		  "<html><script>window.__S__ = {\"l\":[{\"t\":\"x\",\"u\":undefined,}],"
		  "\"q\":\"a}b\"}; window.go(1)</script></html>" },
		{ "__S__",
		  "<script>if (__S__ == 1) {} window[\"__S__\"]=JSON.parse('{\"l\":[{\"t\":"
		  "\"\\u0078\"}]}');</script>" },
		{ "regex 'go\\((\\{.*?\\})\\);'",
		  "<script>go({\"l\":[{\"t\":\"x\"}]});</script>" },
		{ "", "cb123({\"l\":[{\"t\":\"x\"}]});" },
		{ "", ")]}'\n{\"l\":[{\"t\":\"x\"}]}" },
		{ "", "\n {\"l\":[{\"t\":\"x\"}]}" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct written w = { MAP_JSON, "l", cases[i].how, "", { "title", "t" } };
		struct arena *a = arena_new();
		struct map_result r;
		struct err e = { 0 };

		if (run(a, &w, cases[i].body, &r, &e) < 0)
			fail_msg("%s: %s", cases[i].how, e.text);
		assert_int_equal(r.n, 1);
		assert_string_equal(SAYS(a, r.v[0].text[MAP_TITLE]), "x");
		arena_free(a);
	}
}

static void
an_error_names_the_path_that_matched_nothing(void **state)
{
	static const struct {
		struct written w;
		const char *body, *says;
	} cases[] = {
		{ { MAP_HTML, "ul.lst > li", "", "", { "title", "a" } },
		  "<html><body><ul class=list><li>x</ul></body></html>",
		  "items \"ul.lst > li\" matched 0 nodes (the page has 4 elements)" },
		{ { MAP_HTML, "li", "", "", { "title", "h2 a" } },
		  "<html><body><ul><li>x<li>y</ul></body></html>",
		  "field title \"h2 a\" matched 0 nodes in 2 items" },
		{ { MAP_JSON, "data.items[*]", "", "", { "title", "t" } },
		  "{\"data\":{\"list\":[],\"total\":0},\"code\":0}",
		  "items \"data.items[*]\" matched 0 nodes: \"data\" has no \"items\"; it has "
		  "\"list\", \"total\"" },
		{ { MAP_JSON, "data[0].list", "", "", { "title", "t" } },
		  "{\"data\":\"login first\"}",
		  "items \"data[0].list\" matched 0 nodes: \"data\" has no \"[0]\"; it is a "
		  "text" },
		{ { MAP_JSON, "list", "", "", { "title", "t" } },
		  "<html>login</html>",
		  "a page came, not JSON: with format: html its elements are read; inside: "
		  "says "
		  "where in it JSON stands" },
		{ { MAP_JSON, "list", "window.X", "", { "title", "t" } },
		  "<html>login</html>",
		  "inside \"window.X\" matched 0 places: nothing is assigned to it" },
		{ { MAP_JSON, "list", "script#X", "", { "title", "t" } },
		  "<html>login</html>",
		  "inside \"script#X\" matched 0 nodes" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct map_result r;
		struct err e = { 0 };

		assert_int_equal(run(a, &cases[i].w, cases[i].body, &r, &e), -1);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_string_equal(e.text, cases[i].says);
		arena_free(a);
	}
}

static void
fields_that_give_nothing_are_noted(void **state)
{
	static const struct written w = { MAP_HTML,
					  "li",
					  "",
					  "",
					  { "title", "a", "author", ".nobody", "published",
					    "time", "url", "a @href" } };
	struct arena *a = arena_new();
	struct map_result r;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(
		run(a, &w,
		    "<ul><li><a href='javascript:x'>A</a><time>soon enough</time></li></ul>",
		    &r, &e),
		0);
	assert_string_equal(
		SAYS(a, r.notes),
		"field url \"a @href\" found \"javascript:x\", which cannot be read as an "
		"http(s) address; field author \".nobody\" matched 0 nodes in 1 item; "
		"field published \"time\" found \"soon enough\", which cannot be read as a "
		"date");
	assert_string_equal(SAYS(a, r.v[0].text[MAP_URL]), "");
	arena_free(a);
}

static void
a_list_that_is_there_may_be_empty(void **state)
{
	static const char *const bodies[] = { "{\"data\":{\"list\":[]}}",
					      "{\"data\":{\"list\":[]},\"a\":1}" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(bodies); i++) {
		struct written w = {
			MAP_JSON, i ? "data.list[*]" : "data.list", "", "", { "title", "t" }
		};
		struct arena *a = arena_new();
		struct map_result r;
		struct err e = { 0 };

		assert_int_equal(run(a, &w, bodies[i], &r, &e), 0);
		assert_int_equal(r.n, 0);
		arena_free(a);
	}
}

static void
every_mistake_of_a_mapping_is_told(void **state)
{
	static const struct written w = {
		MAP_HTML,
		"ul..list",
		"",
		"a @href | tirm",
		{ "titel", "a", "url", "a[href", "author", ".by | regex '('", "text", "//p[",
		  "published", "time | date '%Y' Mars/Base", "id", "a:frist-child" },
	};
	struct arena *a = arena_new();
	struct buf faults = BUF(4096);

	(void)state;
	assert_null(compiled(a, &w, &faults));
	assert_non_null(strstr(faults.p, "a name is missing at \".list\""));
	assert_non_null(strstr(faults.p, "no transform \"tirm\": did you mean \"trim\"?"));
	assert_non_null(strstr(faults.p, "no field \"titel\": did you mean \"title\"?"));
	assert_non_null(strstr(faults.p, "url: one of = ~= |= ^= $= *= is missing at"));
	assert_non_null(strstr(faults.p, "author: regex: "));
	assert_non_null(strstr(faults.p, "text: not a path that XPath can read"));
	assert_non_null(strstr(faults.p, "published: date: "));
	assert_non_null(strstr(faults.p, "id: \":frist-child\" is not known here: did you mean "
					 "\":first-child\"?"));
	buf_release(&faults);
	arena_free(a);
}

static void
transforms_do_what_their_help_says(void **state)
{
	static const struct {
		const char *step, *in, *out; /* out NULL: of no use */
	} cases[] = {
		{ "trim", "  a b ", "a b" },
		{ "regex '(\\d+) 楼'", "第 12 楼", "12" },
		{ "regex '\\d+'", "第 12 楼", "12" },
		{ "regex 'x'", "abc", NULL },
		{ "remove '[^0-9]'", "a1b2", "12" },
		{ "replace 'a' \"o\"", "banana", "bonono" },
		{ "split / -1", "https://x.test/t/17", "17" },
		{ "split / 9", "a/b", NULL },
		{ "prefix 'https://x/'", "7", "https://x/7" },
		{ "suffix !", "7", "7!" },
		{ "number", "1.2万", "12000" },
		{ "number", "阅读 3.45亿次", "345000000" },
		{ "number", "1,234,567", "1234567" },
		{ "number", "1e+308", NULL },
		{ "number", "3.4k views", "3400" },
		{ "number", "5 m ago", "5000000" },
		{ "number", "5 minutes", "5" },
		{ "number", "2w+", "20000" },
		{ "number", "-3", "-3" },
		{ "number", "none", NULL },
		{ "number", "99999999999999999999", NULL },
		{ "date '%Y-%m-%d %H:%M' Asia/Shanghai", "2026-03-05 15:30",
		  "2026-03-05T07:30:00Z" },
		{ "date '%m-%d %H:%M' Asia/Shanghai", "12-31 23:00", "2025-12-31T15:00:00Z" },
		{ "date '%d/%m/%Y'", "05/03/2026", "2026-03-05T00:00:00Z" },
		{ "date Asia/Shanghai", "2026-03-05 15:30", "2026-03-05T07:30:00Z" },
		{ "date", "1772697600", "2026-03-05T08:00:00Z" },
		{ "date", "soon", NULL },
		{ "url", "../x", "https://bbs.test/x" },
		{ "query tid", "https://x.test/?a=1&tid=5#z", "5" },
		{ "query id", "https://x.test/?tid=5", NULL },
		{ "html", "a &lt; <b>b</b>", "a < b" },
		{ "default none", "", "none" },
	};
	struct rx_scratch *scratch = rx_scratch_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct map_env env = { a, scratch, STR("https://bbs.test/a/b"), NOW, NULL };
		struct str v = str_of(cases[i].in);
		struct map_step s;
		struct err e = { 0 };

		if (map_step_compile(a, str_of(cases[i].step), &s, &e) < 0)
			fail_msg("%s: %s", cases[i].step, e.text);
		if (map_step_run(&s, &env, &v) != !!cases[i].out)
			fail_msg("%s of %s: %s", cases[i].step, cases[i].in, SAYS(a, v));
		if (cases[i].out)
			assert_string_equal(SAYS(a, v), cases[i].out);
		arena_free(a);
	}
	rx_scratch_free(scratch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_page_gives_its_items),
		cmocka_unit_test(each_value_tells_where_it_came_from),
		cmocka_unit_test(an_api_gives_its_items),
		cmocka_unit_test(
			texts_that_hold_json_are_entered_and_paths_may_start_at_the_root),
		cmocka_unit_test(json_inside_a_page_is_found),
		cmocka_unit_test(an_error_names_the_path_that_matched_nothing),
		cmocka_unit_test(fields_that_give_nothing_are_noted),
		cmocka_unit_test(a_list_that_is_there_may_be_empty),
		cmocka_unit_test(every_mistake_of_a_mapping_is_told),
		cmocka_unit_test(transforms_do_what_their_help_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
