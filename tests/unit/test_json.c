#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/str.h"

static const struct json *
must_parse(struct arena *a, const char *text)
{
	struct err e = { 0 };
	const struct json *j = json_parse(a, str_of(text), &e);

	if (!j)
		fail_msg("%s: %s", text, e.text);
	return j;
}

static void
values_keep_their_kind_and_order(void **state)
{
	struct arena *a = arena_new();
	const struct json *j, *list;
	struct str key;

	(void)state;
	j = must_parse(
		a, "{\"z\": [1, -2.5, true, null, \"山\\u0041\\n\"], \"a\": {}, \"m\": 1e2}");
	assert_int_equal(json_kind(j), JSON_OBJECT);
	assert_int_equal(json_count(j), 3);
	assert_non_null(json_member(j, 0, &key));
	assert_true(str_is(key, "z"));
	assert_non_null(json_member(j, 2, &key));
	assert_true(str_is(key, "m"));
	assert_null(json_member(j, 3, &key));
	list = json_get(j, "z");
	assert_int_equal(json_count(list), 5);
	assert_int_equal(json_int(json_at(list, 0), 7), 1);
	assert_int_equal(json_int(json_at(list, 1), 7), 7);
	assert_true(json_real(json_at(list, 1), 0) == -2.5);
	assert_true(json_true(json_at(list, 2)));
	assert_int_equal(json_kind(json_at(list, 3)), JSON_NULL);
	assert_true(str_is(json_text(json_at(list, 4), STR("")), "山A\n"));
	assert_null(json_at(list, 5));
	assert_int_equal(json_int(json_get(j, "m"), 0), 100);
	arena_free(a);
}

static void
what_is_not_there_gives_the_fallback(void **state)
{
	struct arena *a = arena_new();
	const struct json *j = must_parse(a, "[9007199254740993, 1e300]");

	(void)state;
	assert_null(json_get(NULL, "x"));
	assert_null(json_get(j, "x"));
	assert_null(json_at(json_get(j, "x"), 0));
	assert_int_equal(json_count(NULL), 0);
	assert_int_equal(json_kind(NULL), JSON_NULL);
	assert_true(str_is(json_text(NULL, STR("d")), "d"));
	assert_int_equal(json_int(NULL, -1), -1);
	assert_false(json_true(NULL));
	assert_true(json_int(json_at(j, 0), 0) == 9007199254740993);
	assert_int_equal(json_int(json_at(j, 1), -1), -1);
	arena_free(a);
}

static void
mistakes_are_told_with_line_and_column(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "{\"a\": 1,\n \"a\": 2}",
		  "line 2, column 4: duplicate object key near '\"a\"'" },
		{ "{\"a\": tru}", "line 1, column 9: invalid token near 'tru'" },
		{ "[1,]", "line 1, column 4: unexpected token near ']'" },
		{ "[1] x", "line 1, column 5: end of file expected near 'x'" },
		{ "", "line 1, column 0: unexpected token near end of file" },
		{ "[99999999999999999999]",
		  "line 1, column 21: too big integer near '99999999999999999999'" },
		{ "[1e999]", "line 1, column 6: real number overflow near '1e999'" },
		{ "[\"a\\u0000\"]", "line 1, column 10: \\u0000 cannot stand in a text" },
		{ "[\"\xff\"]", "line 1, column 2: unable to decode byte 0xff near '\"'" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };

		assert_null(json_parse(a, str_of(cases[i].text), &e));
		assert_int_equal(e.kind, ERR_REJECT);
		assert_string_equal(e.text, cases[i].says);
	}
	arena_free(a);
}

static void
no_text_at_all_is_refused(void **state)
{
	struct arena *a = arena_new();
	struct err e = { 0 };

	(void)state;
	assert_null(json_parse(a, (struct str){ 0 }, &e)); /* as an empty body is held */
	assert_int_equal(e.kind, ERR_REJECT);
	arena_free(a);
}

static void
depth_is_refused_above_64_with_its_place(void **state)
{
	struct arena *a = arena_new();
	struct buf b = BUF(1024);
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < 64; i++)
		buf_add_byte(&b, '[');
	for (int i = 0; i < 64; i++)
		buf_add_byte(&b, ']');
	assert_non_null(json_parse(a, buf_str(&b), &e));
	buf_clear(&b);
	buf_add(&b, STR("\n[\"[[[\\\"[\","));
	for (int i = 0; i < 64; i++)
		buf_add_byte(&b, '[');
	assert_null(json_parse(a, buf_str(&b), &e));
	assert_string_equal(e.text, "line 2, column 74: nested deeper than 64");
	buf_release(&b);
	arena_free(a);
}

/* Three bytes of text, ",[]", are 150 of memory. */
static void
more_values_than_memory_is_meant_for_are_refused(void **state)
{
	struct arena *a = arena_new();
	struct buf b = BUF(4 << 20);
	struct err e = { 0 };

	(void)state;
	buf_add(&b, STR("[[]"));
	for (int i = 0; i < 600000; i++)
		buf_add(&b, STR(",[]"));
	buf_add(&b, STR("]"));
	assert_null(json_parse(a, buf_str(&b), &e));
	assert_string_equal(e.text, "line 1: more than 500000 values");
	assert_int_equal(e.kind, ERR_REJECT);
	buf_release(&b);
	arena_free(a);
}

/* Texts that were cut within an emoji: one of them hides no other. */
static void
half_characters_are_replaced_and_the_rest_is_kept(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{ "{\"a\":\"x\\ud83d\"}", "x\xef\xbf\xbd" },
		{ "{\"a\":\"\\ude00\\ud83d\\u4e2d\"}", "\xef\xbf\xbd\xef\xbf\xbd中" },
		{ "{\"a\":\"\\ud83d\\ud83d\\ude00\"}", "\xef\xbf\xbd😀" },
		{ "{\"a\":\"\\\\ud83d\\u0000\"}", "\\ud83d\xef\xbf\xbd" },
		{ "{\"a\":\"\\ud83d\\", NULL },
		{ "{\"a\":\"\\ud83d\\u", NULL },
		{ "{\"a\":\"\\ud8", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		const struct json *j = json_parse_web(a, str_of(cases[i].from), &e);

		if (cases[i].to)
			assert_string_equal(arena_text(a, json_text(json_get(j, "a"), STR(""))),
					    cases[i].to);
		else
			assert_null(j);
	}
	arena_free(a);
}

static void
written_text_is_escaped_and_reads_back(void **state)
{
	static const char all[] =
		"\x01\x1f \"\\/\b\f\n\r\t\x7f </script> \u2028\u2029\u202a 山\xf0\xa0\x80\x80";
	struct arena *a = arena_new();
	struct buf b = BUF(1024);

	(void)state;
	json_add_text(&b, str_of(all));
	assert_string_equal(b.p, "\"\\u0001\\u001f \\\"\\\\/\\b\\f\\n\\r\\t\\u007f <\\/script> "
				 "\\u2028\\u2029\u202a 山\xf0\xa0\x80\x80\"");
	assert_true(str_is(json_text(must_parse(a, b.p), STR("")), all));
	buf_release(&b);
	arena_free(a);
}

static void
thousandths_are_written_without_needless_digits(void **state)
{
	static const struct {
		int64_t milli;
		const char *text;
	} cases[] = {
		{ 0, "0" },        { 1, "0.001" },
		{ -250, "-0.25" }, { 1000, "1" },
		{ -1000, "-1" },   { 12340, "12.34" },
		{ 100, "0.1" },    { INT64_MIN, "-9223372036854775.808" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(64);

		json_add_milli(&b, cases[i].milli);
		assert_string_equal(b.p, cases[i].text);
		buf_release(&b);
	}
}

/* Small plain texts do not go through jansson; nobody may notice. */
static void
both_ways_of_reading_agree(void **state)
{
	static const struct {
		const char *text, *value; /* of a list's only entry; NULL: refused by both */
	} cases[] = {
		{ "[\"plain 山脆\"]", "plain 山脆" },
		{ "[ \"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\" ]", "a\"b\\c/d\b\f\n\r\t" },
		{ "[\"\\u5c71\\u8106\"]", "山脆" },
		{ "[\"\\ud83d\\ude21!\"]", "😡!" },
		{ "[\"\x7f\"]", "\x7f" },
		{ "[\"\\u0000\"]", NULL },
		{ "[\"\\ud83d\"]", NULL },
		{ "[\"\\ude21\\ud83d\"]", NULL },
		{ "[\"\\x\"]", NULL },
		{ "[\"a\nb\"]", NULL },
		{ "[\"\xff\"]", NULL },
		{ "[\"\xed\xa0\x80\"]", NULL },
		{ "[\"a\"", NULL },
		{ "[\"a\"] x", NULL },
		{ "[\"a\",]", NULL },
		{ "[\"a\\", NULL },
	};
	static const char *const numbers[] = { "0",   "-0",   "-17",    "999999999999999999",
					       "1.0", "2e3",  "01",     "-",
					       "+1",  "1 2",  "0x1",    "9223372036854775807",
					       "",    "null", "truely", "9223372036854775808" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str text = str_of(cases[i].text), want = STR("(refused)");
		struct err e = { 0 };
		struct str fast = json_text(json_at(json_parse(a, text, &e), 0), want);
		struct str slow = json_text(json_at(json_parse_any(a, text, &e), 0), want);

		if (cases[i].value)
			want = str_of(cases[i].value);
		if (!str_eq(fast, want) || !str_eq(slow, want))
			fail_msg("%s: \"%.*s\", \"%.*s\"", cases[i].text, STR_ARG(fast),
				 STR_ARG(slow));
	}
	for (size_t i = 0; i < LY_COUNT(numbers); i++) {
		struct err e = { 0 };
		const struct json *fast = json_parse(a, str_of(numbers[i]), &e);
		const struct json *slow = json_parse_any(a, str_of(numbers[i]), &e);

		if (!fast != !slow || json_kind(fast) != json_kind(slow) ||
		    json_int(fast, 7) != json_int(slow, 7))
			fail_msg("%s: they differ", numbers[i]);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_of_reading_agree),
		cmocka_unit_test(values_keep_their_kind_and_order),
		cmocka_unit_test(what_is_not_there_gives_the_fallback),
		cmocka_unit_test(mistakes_are_told_with_line_and_column),
		cmocka_unit_test(no_text_at_all_is_refused),
		cmocka_unit_test(depth_is_refused_above_64_with_its_place),
		cmocka_unit_test(more_values_than_memory_is_meant_for_are_refused),
		cmocka_unit_test(half_characters_are_replaced_and_the_rest_is_kept),
		cmocka_unit_test(written_text_is_escaped_and_reads_back),
		cmocka_unit_test(thousandths_are_written_without_needless_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
