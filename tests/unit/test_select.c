#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "crawler/jpath.h"
#include "crawler/select.h"

static const char page[] =
	"<html><body><div id=top class='Big box' lang=zh-CN><h1 id=h>T</h1>"
	"<ul id=u><li id=l1 class=a>one<li id=l2 class='a b'>two<li id=l3>three<li id=l4 "
	"class=b></ul><p id=p1 data-x=\"it's\"><a id=a1 href='/t/1.html'>x</a><a id=a2 "
	"href='http://h.test/img.png'>y</a></p><p id=p2>end</p></div><p "
	"id=p3>out</p></body></html>";

/* The ids of what a path finds. */
static void
ids(const char *path, char *out, size_t max)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct select *id, *s = select_compile(a, str_of(path), &e);
	struct dom *d = dom_parse(a, str_of(page), &e);
	struct dom_hit *hits, *one;
	struct buf b = BUF(1000);
	int n;

	if (!s)
		fail_msg("%s: %s", path, e.text);
	assert_non_null(d);
	id = select_compile(a, STR("@id"), &e);
	assert_non_null(id);
	n = dom_find(d, NULL, s, a, &hits, &e);
	if (n < 0)
		fail_msg("%s: %s", path, e.text);
	for (int i = 0; i < n; i++) {
		if (!hits[i].node || dom_find(d, hits[i].node, id, a, &one, &e) != 1)
			one = &hits[i];
		buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(dom_text(one, a)));
	}
	snprintf(out, max, "%s", b.p);
	buf_release(&b);
	arena_free(a);
}

static void
css_finds_what_a_browser_finds(void **state)
{
	static const struct {
		const char *css, *ids;
	} cases[] = {
		{ "li", "l1 l2 l3 l4" },
		{ "LI.a", "l1 l2" },
		{ "li.a.b", "l2" },
		{ "#u > li", "l1 l2 l3 l4" },
		{ "body > li", "" },
		{ "div p", "p1 p2" },
		{ "body > p", "p3" },
		{ "h1 + ul", "u" },
		{ "h1 ~ p", "p1 p2" },
		{ "li + li", "l2 l3 l4" },
		{ ".Big", "top" },
		{ ".big", "" },
		{ "[href]", "a1 a2" },
		{ "a[href^='/t/']", "a1" },
		{ "a[href$=\".png\"]", "a2" },
		{ "a[href*=test]", "a2" },
		{ "[class~=b]", "l2 l4" },
		{ "[lang|=zh]", "top" },
		{ "[data-x=\"it's\"]", "p1" },
		{ "li:first-child", "l1" },
		{ "li:last-child", "l4" },
		{ "li:nth-child(2)", "l2" },
		{ "li:nth-child(odd)", "l1 l3" },
		{ "li:nth-child(2n)", "l2 l4" },
		{ "li:nth-child(n + 3)", "l3 l4" },
		{ "li:nth-child(-n+2)", "l1 l2" },
		{ "p:first-of-type", "p1 p3" },
		{ "p:nth-of-type(2)", "p2" },
		{ "li:not(.a)", "l3 l4" },
		{ "li:not([class])", "l3" },
		{ "li:contains('wo')", "l2" },
		{ "li:empty", "l4" },
		{ "h1, p", "h p1 p2 p3" },
		{ "p > *", "a1 a2" },
		{ "ul li.b:last-child", "l4" },
		{ "a @href", "/t/1.html http://h.test/img.png" },
		{ "a::attr(href)", "/t/1.html http://h.test/img.png" },
		{ "h1::text", "h" },
		{ "h1, #p3 @id", "h p3" },
		{ "//li[2]", "l2" },
		{ "//p/a[last()]", "a2" },
		{ "string(//h1)", "T" },
		{ "count(//li)", "4" },
		/* neither a document nor a namespace is a node that can be read */
		{ "/", "T\none\ntwo\nthree\nxy\nend\nout" },
		{ "//p/namespace::*", "" },
		{ "xpath: //li[@class]", "l1 l2 l4" },
		{ "css: li.b", "l2 l4" },
		{ "//li[1] | //li[3]", "l1 l3" },
	};
	char got[400];

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		ids(cases[i].css, got, sizeof got);
		if (strcmp(got, cases[i].ids) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].css, got, cases[i].ids);
	}
}

static void
a_selector_that_cannot_be_read_says_where(void **state)
{
	static const struct {
		const char *path, *says;
	} cases[] = {
		{ "", "an empty path" },
		{ "a[b='\001']", "a control character in a selector" },
		{ "li..a", "a name is missing at \".a\"" },
		{ "li >", "an element, class or id is missing at \"\"" },
		{ "a[href", "one of = ~= |= ^= $= *= is missing at \"\"" },
		{ "a[href='x]", "a quote is not closed at \"\"" },
		{ "a[href?=x]", "one of = ~= |= ^= $= *= is missing at \"?=x]\"" },
		{ "li:nth-child(x)", "not of the form 3, 2n+1, odd or even at \"x)\"" },
		{ "li:hover", "\":hover\" is not known here" },
		{ "*:first-of-type", "\":first-of-type\" needs an element's name before it" },
		{ "li::after", "cannot read this at \"::after\"" },
		{ "li @", "an attribute's name is missing at \"@\"" },
		{ "//li[", "not a path that XPath can read, near \"//li[\"" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct err e = { 0 };

		if (select_compile(a, str_of(cases[i].path), &e))
			fail_msg("%s is taken", cases[i].path);
		assert_int_equal(e.kind, ERR_USAGE);
		if (strncmp(e.text, cases[i].says, strlen(cases[i].says)) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].path, e.text,
				 cases[i].says);
		arena_free(a);
	}
}

static void
what_a_path_may_cost_has_a_ceiling(void **state)
{
	struct arena *a = arena_new();
	struct buf b = BUF(1 << 20);
	struct err e = { 0 };
	struct select *s = select_compile(a, STR("//i[count(//i[count(//i) > 1]) > 1]"), &e);
	struct dom_hit *hits;
	struct dom *d;
	int64_t us = clock_cpu_us();

	(void)state;
	for (size_t i = 0; i < 4000; i++)
		buf_add(&b, STR("<i>x</i>"));
	d = dom_parse(a, buf_str(&b), &e);
	assert_non_null(s);
	assert_non_null(d);
	assert_int_equal(dom_find(d, NULL, s, a, &hits, &e), -1);
	assert_int_equal(e.kind, ERR_REJECT);
	assert_non_null(strstr(e.text, "takes too long on this page"));
	print_message("it was stopped after %lld ms of CPU\n",
		      (long long)(clock_cpu_us() - us) / 1000);
	buf_release(&b);
	arena_free(a);
}

static void
json_paths_find_and_tell(void **state)
{
	static const char text[] =
		"{\"a\":{\"b.c\":[10,20,{\"d\":true}]},\"l\":[[1,2],[3]],\"s\":\"{"
		"\\\"k\\\":[7]}\",\"e\":[],\"r\":1.5}";
	static const struct {
		const char *path, *out;
	} cases[] = {
		{ "a['b.c'][0]", "10 at a.b.c[0]" },
		{ "$.a[\"b.c\"][-1].d", "true at a.b.c[2].d" },
		{ "l[*][*]", "1 at l[0][0], 2 at l[0][1], 3 at l[1][0]" },
		{ "l.[1].[0]", "3 at l[1][0]" },
		{ "l[-1][-1]", "3 at l[1][0]" },
		{ "s.k[0]", "7 at s.k[0]" },
		{ "r", "1.5 at r" },
		{ "a[*][1]", "20 at a.b.c[1]" },
		{ "x.y", "it has no \"x\"; it has \"a\", \"l\", \"s\", \"e\", \"r\"" },
		{ "l[5]", "\"l\" has no \"[5]\"; it is a list of 2" },
		{ "e[*].t", "\"e\" has no \"[*]\"; it is a list of 0" },
		{ "r.q", "\"r\" has no \"q\"; it is a number" },
	};
	struct arena *a = arena_new();
	struct err e = { 0 };
	const struct json *root = json_parse(a, str_of(text), &e);

	(void)state;
	assert_non_null(root);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct jpath *p = jpath_compile(a, str_of(cases[i].path), &e);
		struct jpath_hit *hits;
		struct buf b = BUF(1000);
		size_t n;

		assert_non_null(p);
		n = jpath_find(p, root, STR(""), JPATH_PLACES, a, &hits);
		for (size_t j = 0; j < n; j++)
			buf_addf(&b, "%s%.*s at %.*s", j ? ", " : "",
				 STR_ARG(jpath_text(hits[j].value, a)), STR_ARG(hits[j].place));
		if (!n)
			buf_add(&b, jpath_why(p, root, a));
		assert_string_equal(b.p, cases[i].out);
		buf_release(&b);
	}
	arena_free(a);
}

static void
json_paths_that_cannot_be_read_say_where(void **state)
{
	static const struct {
		const char *path, *says;
	} cases[] = {
		{ " ", "an empty path" },
		{ "a..b", "a name is missing at \"..b\"" },
		{ "a[", "\"]\" is missing at \"[\"" },
		{ "a[x]", "[] holds a number, * or a quoted name at \"[x]\"" },
		{ "a['x]", "a quoted name ends with its quote and \"]\" at \"['x]\"" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };

		assert_null(jpath_compile(a, str_of(cases[i].path), &e));
		assert_string_equal(e.text, cases[i].says);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(css_finds_what_a_browser_finds),
		cmocka_unit_test(a_selector_that_cannot_be_read_says_where),
		cmocka_unit_test(what_a_path_may_cost_has_a_ceiling),
		cmocka_unit_test(json_paths_find_and_tell),
		cmocka_unit_test(json_paths_that_cannot_be_read_say_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
