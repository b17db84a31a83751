#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "cli/json_lines.h"
#include "core/buf.h"
#include "core/str.h"

static int
read_line(const char *line, struct buf *shown, struct err *e)
{
	struct json_member m[] = { { .name = "id" }, { .name = "text" } };
	struct arena *a = arena_new();
	int rc = json_line_read(str_of(line), m, 2, a, e);

	buf_clear(shown);
	if (rc == 0)
		buf_addf(shown, "%.*s|%.*s", STR_ARG(m[0].raw), STR_ARG(m[1].text));
	arena_free(a);
	return rc;
}

static void
members_are_read_and_others_skipped(void **state)
{
	static const struct {
		const char *line, *shows;
	} cases[] = {
		{ "{}", "|" },
		{ " { \"id\" : 1 , \"text\" : \"ab\" } ", "1|ab" },
		{ "{\"id\":\"x\",\"text\":\"a\\\"b\\\\c\\/\\n\\t\"}", "\"x\"|a\"b\\c/\n\t" },
		{ "{\"text\":\"\\u5c71\\u8106\\ud83d\\ude00\"}", "|山脆😀" },
		{ "{\"text\":\"\\ud83d!\\ude00\"}", "|\xEF\xBF\xBD!\xEF\xBF\xBD" },
		{ "{\"text\":\"\\ud83d\\u0041\"}", "|\xEF\xBF\xBD"
						   "A" },
		{ "{\"x\":{\"text\":\"no\",\"y\":[1,{\"z\":null}]},\"text\":\"yes\",\"w\":[]}",
		  "|yes" },
		{ "{\"score\":-1.5e3,\"ok\":true,\"text\":\"t\"}", "|t" },
	};
	struct buf out = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { .kind = ERR_NONE };

		if (read_line(cases[i].line, &out, &e) < 0)
			fail_msg("%s: %s", cases[i].line, e.text);
		assert_string_equal(out.p, cases[i].shows);
	}
	buf_release(&out);
}

static void
what_is_no_object_is_refused_with_its_column(void **state)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{ "", "column 1: a line is one JSON object" },
		{ "[]", "column 1: a line is one JSON object" },
		{ "{", "column 2: a name in quotes is missing" },
		{ "{\"id\"}", "column 6: a : is missing" },
		{ "{\"id\":}", "column 7: a value is missing" },
		{ "{\"id\":1", "column 8: a , or } is missing" },
		{ "{\"id\":1,}", "column 9: a name in quotes is missing" },
		{ "{\"id\":1}x", "column 9: something follows the object" },
		{ "{\"text\":\"ab", "column 12: the text is not closed" },
		{ "{\"text\":\"a\\q\"}", "column 12: this escape is not JSON" },
		{ "{\"text\":\"\\u12g4\"}", "column 15: \\u needs four hex digits" },
		{ "{\"text\":\"a\tb\"}", "column 12: a control byte stands in a text" },
		{ "{\"text\":[\"a\"]}", "column 9: a text is wanted here" },
		{ "{\"id\":1,\"id\":2}", "column 14: this member stands here twice" },
		{ "{\"x\":[1,2}", "column 10: this bracket closes nothing" },
	};
	struct buf out = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { .kind = ERR_NONE };

		assert_int_equal(read_line(cases[i].line, &out, &e), -1);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_string_equal(e.text, cases[i].says);
	}
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_read_and_others_skipped),
		cmocka_unit_test(what_is_no_object_is_refused_with_its_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
