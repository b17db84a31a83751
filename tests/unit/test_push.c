#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"

#include "crawler/push.h"

#define NOW 1774000000 /* 2026-03-20T09:46:40Z */

static void
every_key_is_read(void **state)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct pushed p;

	(void)state;
	assert_int_equal(
		push_parse(a,
			   STR("{\"id\":\"i\",\"url\":\"u\",\"title\":\"t\",\"text\":\"x\","
			       "\"author\":\"w\",\"lang\":\"zh\",\"source\":\"s\","
			       "\"country\":\"cn\",\"engagement\":12,\"rating\":4.5,"
			       "\"followers\":7,\"published\":\"2026-03-14T08:00:00+08:00\","
			       "\"arrived\":1773446400123,\"colour\":1,\"shape\":2}"),
			   NOW, &p, &e),
		0);
	assert_true(str_is(p.id, "i") && str_is(p.url, "u") && str_is(p.title, "t"));
	assert_true(str_is(p.text, "x") && str_is(p.author, "w") && str_is(p.lang, "zh"));
	assert_true(str_is(p.source, "s"));
	assert_int_equal(p.followers, 7);
	assert_true(str_is(p.country, "cn"));
	assert_int_equal(p.engagement, 12);
	assert_int_equal(p.rating, 4500);
	assert_int_equal(p.published_at, 1773446400);
	assert_int_equal(p.arrived_at, 1773446400);
	assert_true(str_is(p.ignored, "colour"));
	arena_free(a);
}

static void
what_is_not_there_is_unknown(void **state)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct pushed p;

	(void)state;
	assert_int_equal(push_parse(a,
				    STR("{\"title\":\"t\",\"text\":null,\"followers\":null}"),
				    NOW, &p, &e),
			 0);
	assert_int_equal(p.followers, -1);
	assert_int_equal(p.published_at, 0);
	assert_int_equal(p.text.n, 0);
	arena_free(a);
}

static void
an_exports_whole_numbers_and_byte_order_mark_are_taken(void **state)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct pushed p;

	(void)state;
	assert_int_equal(
		push_parse(a, STR("\xEF\xBB\xBF{\"id\":4711,\"text\":\"x\"}"), NOW, &p, &e), 0);
	assert_true(str_is(p.id, "4711"));
	arena_free(a);
}

static void
what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{ "[]", "a document is a JSON object, one a line (of a list: jq -c '.[]')" },
		{ "{\"text\":\"x\",\"id\":1.5}", "\"id\" is not a text" },
		{ "{\"text\" \"x\"}", "column 11: ':' expected near '\"x\"'" },
		{ "{\"text\":\"\xff\"}", "column 9: unable to decode byte 0xff near '\"': not "
					 "UTF-8? `langyan to-utf8` makes it so" },
		{ "{}", "neither \"text\" nor \"title\"" },
		{ "{\"text\":\" \\n\\t\"}", "neither \"text\" nor \"title\"" },
		{ "{\"text\":7}", "\"text\" is not a text" },
		{ "{\"text\":\"x\",\"followers\":-1}", "\"followers\" is not a number from 0" },
		{ "{\"text\":\"x\",\"rating\":\"5\"}", "\"rating\" is not a number 0..100" },
		{ "{\"text\":\"x\",\"followers\":\"12\"}",
		  "\"followers\" is not a number from 0" },
		{ "{\"text\":\"x\",\"followers\":1.5}",
		  "\"followers\" is not a number from 0" },
		{ "{\"text\":\"x\",\"published\":0}",
		  "\"published\" is not a time like \"2026-11-21T08:00:00Z\"" },
		{ "{\"text\":\"x\",\"published\":\"soon\"}",
		  "\"published\" is not a time like \"2026-11-21T08:00:00Z\"" },
		{ "{\"text\":\"x\",\"arrived\":9223372036854775807}",
		  "\"arrived\" is not a time like \"2026-11-21T08:00:00Z\"" },
		{ "{\"text\":\"x\",\"lang\":\"a language of many words\"}",
		  "\"lang\" is over 16 bytes" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		struct pushed p;

		assert_int_equal(push_parse(a, str_of(cases[i].line), NOW, &p, &e), -1);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_string_equal(e.text, cases[i].says);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(what_is_not_there_is_unknown),
		cmocka_unit_test(an_exports_whole_numbers_and_byte_order_mark_are_taken),
		cmocka_unit_test(what_is_wrong_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
