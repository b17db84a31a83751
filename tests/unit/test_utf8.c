#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "core/utf8.h"

static void
every_code_point_comes_back_as_it_was_put(void **state)
{
	char text[4];

	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		uint32_t back;
		size_t n;

		if (cp == 0xd800)
			cp = 0xe000; /* surrogates are no code points of text */
		n = utf8_put(text, cp);
		if (utf8_next(text, text + n, &back) != n || back != cp ||
		    !utf8_valid((struct str){ text, n }) ||
		    (n > 1 && utf8_valid((struct str){ text, n - 1 })))
			fail_msg("U+%04X", (unsigned)cp);
	}
	assert_int_equal(utf8_put(text, 0xd800), 3);
	assert_memory_equal(text, "\xef\xbf\xbd", 3);
	assert_int_equal(utf8_put(text, 0x110000), 3);
	assert_memory_equal(text, "\xef\xbf\xbd", 3);
}

static void
what_rfc_3629_forbids_is_bad_byte_by_byte(void **state)
{
	static const struct {
		const char *bytes, *clean;
		size_t bad;
	} cases[] = {
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd", 2 },                 /* overlong    */
		{ "\xe0\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3 }, /* overlong    */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3 }, /* surrogate   */
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		  4 }, /* > 10FFFF */
		{ "\xf0\x8f\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		  4 },                                           /* overlong */
		{ "a\x80z", "a\xef\xbf\xbdz", 1 },               /* stray       */
		{ "a\xe5\xb1", "a\xef\xbf\xbd\xef\xbf\xbd", 2 }, /* cut off     */
		{ "\xe5\xb1z", "\xef\xbf\xbd\xef\xbf\xbdz", 2 }, /* cut short   */
		{ "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd", 2 },
		{ "12345678\x80"
		  "12345678",
		  "12345678\xef\xbf\xbd"
		  "12345678",
		  1 },
		{ "山脆 ok", "山脆 ok", 0 },
		{ "", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(256);

		assert_int_equal(utf8_valid(str_of(cases[i].bytes)), cases[i].bad == 0);
		assert_int_equal(utf8_add_clean(&b, str_of(cases[i].bytes)), cases[i].bad);
		assert_string_equal(b.p, cases[i].clean);
		assert_true(utf8_valid(buf_str(&b)));
		buf_release(&b);
	}
}

static void
a_cut_falls_between_code_points(void **state)
{
	struct str s = STR("a山𠀀é");

	(void)state;
	for (size_t max = 0; max <= s.n + 1; max++) {
		struct str head = utf8_cut(s, max);

		assert_true(head.n <= max && utf8_valid(head));
		assert_true(head.n + 4 > max || head.n == s.n);
	}
	assert_int_equal(utf8_count(s), 4);
	assert_true(str_is(utf8_head(s, 2), "a山"));
	assert_true(str_eq(utf8_head(s, 9), s));
	assert_int_equal(utf8_head(s, 0).n, 0);
}

static void
han_is_told_from_its_neighbours(void **state)
{
	static const uint32_t han[] = { 0x3005, 0x3007, 0x3400,  0x4e00,
					0x9fff, 0xf900, 0x20000, 0x30000 };
	static const uint32_t other[] = { 'a',    0x3001, 0x3042,  0x30a2,
					  0xac00, 0xff21, 0x1f600, 0x33ff };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(han); i++)
		assert_true(utf8_is_han(han[i]));
	for (size_t i = 0; i < LY_COUNT(other); i++)
		assert_false(utf8_is_han(other[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_comes_back_as_it_was_put),
		cmocka_unit_test(what_rfc_3629_forbids_is_bad_byte_by_byte),
		cmocka_unit_test(a_cut_falls_between_code_points),
		cmocka_unit_test(han_is_told_from_its_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
