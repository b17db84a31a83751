#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/str.h"

static void
whole_numbers_are_read_to_the_last_bit_or_refused(void **state)
{
	static const struct {
		const char *text;
		int result;
		int64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "-0", 0, 0 },
		{ "+7", 0, 7 },
		{ "007", 0, 7 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "-9223372036854775808", 0, INT64_MIN },
		{ "9223372036854775808", -1, 0 },
		{ "-9223372036854775809", -1, 0 },
		{ "", -1, 0 },
		{ "-", -1, 0 },
		{ "+-1", -1, 0 },
		{ " 1", -1, 0 },
		{ "1 ", -1, 0 },
		{ "1e3", -1, 0 },
		{ "0x1", -1, 0 },
		{ "１", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t v = 99;

		assert_int_equal(str_int64(str_of(cases[i].text), &v), cases[i].result);
		assert_int_equal(v, cases[i].result < 0 ? 99 : cases[i].value);
	}
}

static void
decimals_are_exact_thousandths_or_refused(void **state)
{
	static const struct {
		const char *text;
		int result;
		int64_t value;
	} cases[] = {
		{ "12.5", 0, 12500 },
		{ "-0.25", 0, -250 },
		{ "-1.5", 0, -1500 },
		{ "3", 0, 3000 },
		{ "0.001", 0, 1 },
		{ "0.0010", 0, 1 },
		{ "0.0001", -1, 0 },
		{ "1.", -1, 0 },
		{ ".5", -1, 0 },
		{ "-.5", -1, 0 },
		{ "1.2.3", -1, 0 },
		{ "1.-5", -1, 0 },
		{ "9223372036854775.807", 0, INT64_MAX },
		{ "9223372036854775.808", -1, 0 },
		{ "9223372036854776", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t v = 99;

		assert_int_equal(str_milli(str_of(cases[i].text), &v), cases[i].result);
		assert_int_equal(v, cases[i].result < 0 ? 99 : cases[i].value);
	}
}

static void
parts_come_in_order_and_empty_ones_count_between_separators(void **state)
{
	static const struct {
		const char *text, *parts;
	} cases[] = {
		{ "a,,b", "<a><><b>" }, { "a,", "<a>" },    { ",a", "<><a>" }, { "", "" },
		{ ",", "<>" },          { "abc", "<abc>" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str rest = str_of(cases[i].text), part;
		char got[32] = "";
		size_t n = 0;

		while (str_next(&rest, ',', &part))
			n += (size_t)snprintf(got + n, sizeof got - n, "<%.*s>", STR_ARG(part));
		assert_string_equal(got, cases[i].parts);
	}
}

static void
finding_gives_the_first_offset_or_minus_one(void **state)
{
	(void)state;
	assert_int_equal(str_find(STR("abcabc"), STR("ca")), 2);
	assert_int_equal(str_find(STR("abc"), STR("")), 0);
	assert_int_equal(str_find(STR(""), STR("")), 0);
	assert_int_equal(str_find(STR("ab"), STR("abc")), -1);
	assert_int_equal(str_find((struct str){ NULL, 0 }, STR("x")), -1);
	assert_int_equal(str_find_rare(STR("a]]b]]]>]]>"), STR("]]>")), 5);
	assert_int_equal(str_find_rare(STR("a]]"), STR("]]>")), -1);
	assert_int_equal(str_find_rare(STR("]]>"), STR("]]>")), 0);
	assert_int_equal(str_find_rare(STR("abc"), STR("")), 0);
	assert_int_equal(str_find_nocase(STR("Content-TYPE: x"), STR("type")), 8);
	assert_int_equal(str_find_nocase(STR("ab"), STR("abc")), -1);
	assert_int_equal(str_find_byte(STR("a=b=c"), '='), 1);
	assert_int_equal(str_find_byte(STR("abc"), '='), -1);
}

static void
comparing_is_bytewise_and_folds_ascii_only_when_asked(void **state)
{
	(void)state;
	assert_true(str_eq(STR("山脆"), STR("山脆")));
	assert_false(str_eq(STR("ab"), STR("abc")));
	assert_true(str_eq((struct str){ NULL, 0 }, STR("")));
	assert_true(str_eq_nocase(STR("UTF-8"), STR("utf-8")));
	assert_false(str_eq_nocase(STR("É"), STR("é")));
	assert_true(str_is(STR("on"), "on"));
	assert_true(str_is(str_of(NULL), ""));
	assert_true(str_cmp(STR("a"), STR("b")) < 0);
	assert_true(str_cmp(STR("ab"), STR("a")) > 0);
	assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
	assert_int_equal(str_cmp(STR("a"), STR("a")), 0);
	assert_true(str_starts(STR("https://a"), STR("https://")));
	assert_false(str_starts(STR("ht"), STR("https://")));
	assert_true(str_ends(STR("a.yaml"), STR(".yaml")));
	assert_false(str_ends(STR("yaml"), STR("a.yaml")));
}

static void
cutting_never_leaves_the_text(void **state)
{
	(void)state;
	assert_true(str_is(str_trim(STR(" \t\r\n a b \v\f")), "a b"));
	assert_int_equal(str_trim(STR(" \n ")).n, 0);
	assert_true(str_is(str_slice(STR("abcdef"), 2, 3), "cde"));
	assert_true(str_is(str_slice(STR("abc"), 2, 100), "c"));
	assert_int_equal(str_slice(STR("abc"), 3, 1).n, 0);
	assert_int_equal(str_slice(STR("abc"), SIZE_MAX, SIZE_MAX).n, 0);
}

static void
distance_counts_code_points_and_stops_at_its_limit(void **state)
{
	char longer[200];

	(void)state;
	assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 9), 3);
	assert_int_equal(str_distance(STR("timeuot"), STR("timeout"), 9), 2);
	assert_int_equal(str_distance(STR(""), STR("abc"), 9), 3);
	assert_int_equal(str_distance(STR("山脆"), STR("山粹"), 9), 1);
	assert_int_equal(str_distance(STR("abcdef"), STR("uvwxyz"), 2), 3);
	memset(longer, 'a', sizeof longer);
	assert_int_equal(
		str_distance((struct str){ longer, 200 }, (struct str){ longer, 200 }, 2), 0);
	assert_int_equal(
		str_distance((struct str){ longer, 200 }, (struct str){ longer, 199 }, 2), 3);
}

static void
room_that_is_reserved_changes_nothing_but_where_bytes_go(void **state)
{
	struct buf b = BUF(1000);

	(void)state;
	buf_reserve(&b, 200);
	assert_string_equal(b.p, "");
	buf_add(&b, STR("one"));
	buf_reserve(&b, 400);
	buf_reserve(&b, 10); /* less than it has */
	assert_string_equal(b.p, "one");
	buf_reserve(&b, 2000); /* over its ceiling */
	while (buf_ok(&b))
		buf_add(&b, STR("abc"));
	assert_int_equal(b.n, 999);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers_are_read_to_the_last_bit_or_refused),
		cmocka_unit_test(decimals_are_exact_thousandths_or_refused),
		cmocka_unit_test(parts_come_in_order_and_empty_ones_count_between_separators),
		cmocka_unit_test(finding_gives_the_first_offset_or_minus_one),
		cmocka_unit_test(comparing_is_bytewise_and_folds_ascii_only_when_asked),
		cmocka_unit_test(cutting_never_leaves_the_text),
		cmocka_unit_test(room_that_is_reserved_changes_nothing_but_where_bytes_go),
		cmocka_unit_test(distance_counts_code_points_and_stops_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
