#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"

#include "crawler/metrics.h"
#include "crawler/prometheus.h"

static const char page[] =
	"# HELP shop_orders_total Orders.\n"
	"# TYPE shop_orders_total counter\n"
	"shop_orders_total{shop=\"tmall\",code=\"200\"} 1027 1395066363000\n"
	"shop_orders_total { shop=\"jd\" , code=\"500\" , } 3\n"
	"odd line here\n"
	"something_weird{problem=\"division by } \\\"zero\\\"\"} +Inf -3982045\n"
	"something_weird{problem=\"division by } \\\"zero\\\"\"} +Inf\n"
	"ratio 3.12e-2 # {trace=\"x\"} 1\n"
	"late_seconds 5 1795000000.5\n";

static void
samples_are_read_line_by_line_and_an_odd_one_is_named(void **state)
{
	struct str text = STR(page);
	struct prometheus_sample s;
	struct err e = { 0 };
	int64_t line = 0;

	(void)state;
	assert_int_equal(prometheus_next(&text, &line, &s, &e), 1);
	assert_int_equal(line, 3);
	assert_true(str_is(s.name, "shop_orders_total") && s.n == 2 && s.value == 1027);
	assert_true(str_is(s.labels[1].name, "code") && str_is(s.labels[1].value, "200"));
	assert_int_equal(s.at, 1395066363);
	assert_int_equal(prometheus_next(&text, &line, &s, &e), 1);
	assert_true(s.n == 2 && s.value == 3 && s.at == 0);
	assert_int_equal(prometheus_next(&text, &line, &s, &e), -1);
	assert_string_equal(e.text, "line 5: the value is no number");
	assert_int_equal(prometheus_next(&text, &line, &s, &e), -1);
	assert_string_equal(e.text, "line 6: the time is no number");
	assert_int_equal(prometheus_next(&text, &line, &s, &e), 1);
	assert_true(str_is(s.labels[0].value, "division by } \\\"zero\\\""));
	assert_int_equal(prometheus_next(&text, &line, &s, &e), 1);
	assert_true(s.value == 3.12e-2);
	assert_int_equal(prometheus_next(&text, &line, &s, &e), 1);
	assert_int_equal(s.at, 1795000000);
	assert_int_equal(prometheus_next(&text, &line, &s, &e), 0);
}

static void
a_selector_says_what_is_wrong_with_it(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "up", NULL },
		{ "up{job=\"a\",code!=\"500\"}", NULL },
		{ "", "column 1: no name" },
		{ "up{job=a}", "column 8: a label's value needs quotes" },
		{ "up{job=\"a}", "column 8: the quote is never closed" },
		{ "up{job \"a\"}", "column 8: \"=\" is missing" },
		{ "up{job=\"a\" x", "column 12: \"}\" is missing" },
		{ "up 5", "column 4: what is \"5\"?" },
		{ "$.a", NULL },
		{ "$", "a path is like $.data.value" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		int r = metrics_selector_check(str_of(cases[i].text), &e);

		assert_int_equal(r, cases[i].says ? -1 : 0);
		assert_string_equal(e.text, cases[i].says ? cases[i].says : "");
	}
}

static int
read_one(struct arena *a, struct str body, const char *selector, struct metric *m,
	 struct err *e)
{
	struct conf_pair pair = { STR("s"), str_of(selector) };
	struct conf_list list = { &pair, 1 };
	struct metric *v;
	struct str why;
	size_t n;

	*e = (struct err){ 0 };
	if (metrics_read(a, body, &list, 1000, &v, &n, &why, e) < 0)
		return -1;
	assert_int_equal(n, 1);
	*m = v[0];
	return 0;
}

static void
what_a_selector_matches_is_added_up(void **state)
{
	static const char json[] = "{\"today\":{\"complaints\":12,\"rate\":0.0312,"
				   "\"rows\":[{\"v\":\"7.5\"},{\"v\":null}],\"pct\":\"3%\"}}";
	static const struct {
		const char *body, *selector;
		int64_t micro, at;
		const char *says;
	} cases[] = {
		{ page, "shop_orders_total", 1030000000, 1395066363, NULL },
		{ page, "shop_orders_total{shop=\"jd\"}", 3000000, 1000, NULL },
		{ page, "shop_orders_total{shop!=\"jd\"}", 1027000000, 1395066363, NULL },
		{ page, "ratio", 31200, 1000, NULL },
		{ page, "shop_orders", 0, 0, "shop_orders: matches nothing" },
		{ page, "something_weird", 0, 0,
		  "something_weird: its value is no usable number" },
		{ json, "$.today.complaints", 12000000, 1000, NULL },
		{ json, "$.today.rate", 31200, 1000, NULL },
		{ json, "$.today.rows[0].v", 7500000, 1000, NULL },
		{ json, "$.today.rows.0.v", 7500000, 1000, NULL },
		{ json, "$.today.pct", 3000000, 1000, NULL },
		{ json, "$.today.rows[1].v", 0, 0, "$.today.rows[1].v: matches nothing" },
		{ json, "$.yesterday", 0, 0, "$.yesterday: matches nothing" },
		{ "<html>", "up", 0, 0, "line 1: column 1: no name" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct metric m;
		struct err e;
		int r = read_one(a, str_of(cases[i].body), cases[i].selector, &m, &e);

		assert_string_equal(e.text, cases[i].says ? cases[i].says : "");
		if (cases[i].says)
			continue;
		assert_int_equal(r, 0);
		assert_int_equal(m.value_micro, cases[i].micro);
		assert_int_equal(m.at, cases[i].at);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_read_line_by_line_and_an_odd_one_is_named),
		cmocka_unit_test(a_selector_says_what_is_wrong_with_it),
		cmocka_unit_test(what_a_selector_matches_is_added_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
