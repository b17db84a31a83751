#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/charset.h"
#include "core/str.h"

struct sample {
	const char *what;
	struct str bytes;
	const char *type, *text, *name, *why;
};

static void
check(const struct sample *c)
{
	struct buf out = BUF(1000);
	struct charset_found found;
	struct err e;

	if (charset_decode(c->bytes, str_of(c->type), &out, &found, &e) < 0)
		fail_msg("%s: %s", c->what, e.text);
	if (strcmp(out.p, c->text) != 0 || strcmp(found.why, c->why) != 0 ||
	    strcmp(found.name, c->name) != 0)
		fail_msg("%s: \"%s\" by %s (%s)", c->what, out.p, found.name, found.why);
	buf_release(&out);
}

static void
the_encoding_is_found_in_this_order(void **state)
{
	static const struct sample cases[] = {
		{ "a mark", STR_INIT("\xef\xbb\xbf\xe4\xb8\xad"), "text/html; charset=gbk",
		  "中", "UTF-8", "bom" },
		{ "UTF-16 with a mark", STR_INIT("\xff\xfe\x2d\x4e\x87\x65"), "", "中文",
		  "UTF-16LE", "bom" },
		{ "valid UTF-8 beats the header", STR_INIT("\xe4\xb8\xad\xe6\x96\x87"),
		  "text/html; charset=gb2312", "中文", "UTF-8", "utf8" },
		{ "valid UTF-8 beats the declaration",
		  STR_INIT("<meta charset=gb2312>\xe4\xb8\xad\xe6\x96\x87"), "",
		  "<meta charset=gb2312>中文", "UTF-8", "utf8" },
		{ "the header beats the declaration",
		  STR_INIT("<?xml version='1.0' encoding='big5'?>\xd6\xd0\xce\xc4"),
		  "text/xml; charset=\"GB2312\"", "<?xml version='1.0' encoding='big5'?>中文",
		  "gb18030", "header" },
		{ "an XML declaration",
		  STR_INIT("<?xml version=\"1.0\" encoding=\"GBK\"?>\xd6\xd0"), "text/xml",
		  "<?xml version=\"1.0\" encoding=\"GBK\"?>中", "gb18030", "declared" },
		{ "a meta element",
		  STR_INIT("<META http-equiv=Content-Type content=\"text/html; "
			   "charset=big5\">\xa4\xa4\xa4\xe5"),
		  "", "<META http-equiv=Content-Type content=\"text/html; charset=big5\">中文",
		  "ibm-1375_P100-2008", "declared" },
		{ "an unknown label is no label", STR_INIT("<meta charset=x-user>abc"), "",
		  "<meta charset=x-user>abc", "UTF-8", "utf8" },
		{ "UTF-8 with a bad byte is UTF-8",
		  STR_INIT("<meta charset=utf-8>\xe4\xb8\xad\xff\xe6\x96\x87"), "",
		  "<meta charset=utf-8>中\xef\xbf\xbd文", "UTF-8", "declared" },
		{ "what only calls itself UTF-8 is not",
		  STR_INIT("\xc9\xbd\xb4\xe0\xb5\xc4\xd3\xc3\xbb\xa7\xcb\xb5\xb2\xfa\xc6\xb7"),
		  "text/xml; charset=utf-8", "山脆的用户说产品", "gb18030", "guess" },
		{ "ASCII cannot be UTF-16",
		  STR_INIT("<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>"), "",
		  "<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>", "UTF-8", "utf8" },
		{ "UTF-16 without a mark, short and Chinese",
		  STR_INIT("<\0p\0r\0>\0\x2d\x4e\x87\x65\x2d\x4e\x87\x65"), "", "<pr>中文中文",
		  "UTF-16LE", "guess" },
		{ "UTF-16 without a mark", STR_INIT("<\0r\0s\0s\0>\0a\0b\0c\0d\0e\0"), "",
		  "<rss>abcde", "UTF-16LE", "guess" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		check(&cases[i]);
}

static void
labels_mean_what_browsers_make_of_them(void **state)
{
	static const struct sample cases[] = {
		/* 镕 and the euro sign are not in GB 2312 */
		{ "gb2312", STR_INIT("\xe9\x46\x80"), "x; charset=gb2312", "镕\xef\xbf\xbd",
		  "gb18030", "header" },
		{ "GB_2312-80", STR_INIT("\xe9\x46\x80"), "x; charset=GB_2312-80",
		  "镕\xef\xbf\xbd", "gb18030", "header" },
		{ "chinese", STR_INIT("\xd6\xd0"), "x; charset=chinese", "中", "gb18030",
		  "header" },
		{ "big5_hkscs", STR_INIT("\x9d\xef"), "x; charset=Big5_HKSCS", "嘅",
		  "ibm-1375_P100-2008", "header" },
		{ "hz", STR_INIT("~{VPND~}"), "x; charset=hz-gb-2312", "中文", "HZ-GB-2312",
		  "header" },
		{ "braces that are no hz", STR_INIT("~{VPND~}"), "", "~{VPND~}", "UTF-8",
		  "utf8" },
		{ "iso-8859-1", STR_INIT("\x93quoted\x94 \x80"), "x; charset=iso-8859-1",
		  "“quoted” €", "ibm-5348_P100-1997", "header" },
		{ "shift_jis", STR_INIT("\x87\x40\x83\x65"), "x; charset=Shift_JIS", "①テ",
		  "ibm-943_P15A-2003", "header" },
		{ "euc-kr", STR_INIT("\xc7\xd1\x8c\x63"), "x; charset=euc-kr", "한똠",
		  "windows-949", "header" },
		{ "iso-8859-9", STR_INIT("\xfd\xfe\x80"), "x; charset=ISO-8859-9", "ış€",
		  "windows-1254", "header" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		check(&cases[i]);
}

static void
without_a_label_the_text_tells(void **state)
{
	static const struct sample cases[] = {
		{ "Simplified Chinese",
		  STR_INIT("\xc9\xbd\xb4\xe0\xb5\xc4\xd3\xc3\xbb\xa7\xcb\xb5\xb2\xfa\xc6\xb7"
			   "\xd3\xd0"
			   "\xd2\xec\xce\xb6"),
		  "", "山脆的用户说产品有异味", "gb18030", "guess" },
		{ "Traditional Chinese",
		  STR_INIT("\xb3\x6f\xad\xd3\xab\x7e\xb5\x50\xaa\xba\xab\xc8\xa4\xe1\xbb\xa1"
			   "\xa6\xb3"
			   "\xb0\xdd\xc3\x44"),
		  "", "這個品牌的客戶說有問題", "ibm-1375_P100-2008", "guess" },
		{ "Japanese",
		  STR_INIT("\x93\xfa\x96\x7b\x8c\xea\x82\xcc\x83\x65\x83\x4c\x83\x58\x83\x67"
			   "\x82\xc5"
			   "\x82\xb7"),
		  "", "日本語のテキストです", "ibm-943_P15A-2003", "guess" },
		{ "Korean",
		  STR_INIT("\xc7\xd1\xb1\xb9\xbe\xee\xb7\xce\x20\xbe\xb4\x20\xb1\xdb\xc0\xd4"
			   "\xb4\xcf"
			   "\xb4\xd9"),
		  "", "한국어로 쓴 글입니다", "windows-949", "guess" },
		{ "Russian",
		  STR_INIT("\xdd\xf2\xee\x20\xef\xf0\xee\xf1\xf2\xee\xe9\x20\xf2\xe5\xea\xf1"
			   "\xf2"),
		  "", "Это простой текст", "windows-1251", "guess" },
		{ "French", STR_INIT("La qualit\xe9 des g\xe2teaux est \xe0 revoir"), "",
		  "La qualité des gâteaux est à revoir", "ibm-5348_P100-1997", "guess" },
		{ "Hungarian",
		  STR_INIT("Az egy nagyon j\xf3 \xf6tlet volt, nem \x84r\xf5ssz\x94"), "",
		  "Az egy nagyon jó ötlet volt, nem „rőssz”", "windows-1250", "guess" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		check(&cases[i]);
}

static void
a_bad_byte_is_replaced_and_the_rest_kept(void **state)
{
	struct buf out = BUF(1000);
	struct charset_found found;
	struct err e;

	(void)state;
	assert_int_equal(charset_decode(STR("\xd6\xd0\xff\xce\xc4"), STR("x; charset=gbk"),
					&out, &found, &e),
			 0);
	assert_string_equal(out.p, "中\xef\xbf\xbd文");
	assert_int_equal(found.replaced, 1);
	buf_clear(&out);
	assert_int_equal(charset_decode(STR("\xef\xbb\xbf"
					    "a\xff"
					    "b"),
					STR(""), &out, &found, &e),
			 0);
	assert_string_equal(out.p, "a\xef\xbf\xbd"
				   "b");
	assert_int_equal(found.replaced, 1);
	buf_release(&out);
}

static void
a_text_over_the_ceiling_is_rejected(void **state)
{
	struct buf out = BUF(8);
	struct charset_found found;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(charset_decode(STR("far too long"), STR(""), &out, &found, &e), -1);
	assert_int_equal(e.kind, ERR_REJECT);
	assert_string_equal(e.text, "text is over 8 bytes");
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_encoding_is_found_in_this_order),
		cmocka_unit_test(labels_mean_what_browsers_make_of_them),
		cmocka_unit_test(without_a_label_the_text_tells),
		cmocka_unit_test(a_bad_byte_is_replaced_and_the_rest_kept),
		cmocka_unit_test(a_text_over_the_ceiling_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
