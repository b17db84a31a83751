#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/conf.h"
#include "core/str.h"

struct root {
	struct str q;
};
static const struct conf_key keys[] = {
	{ "q", CONF_TEXT, offsetof(struct root, q), 0, 1000, NULL, "", NULL, NULL },
	CONF_END,
};
static const struct conf_schema schema = { "root", sizeof(struct root), keys, "", 0, NULL };

/* However a text is quoted, the X of it is found where it stands in the file. */
static void
a_byte_of_a_text_is_found_in_its_file(void **state)
{
	static const struct {
		const char *yaml;
		int line, column;
	} cases[] = {
		{ "q: aXb\n", 1, 5 },
		{ "q: 'aXb'\n", 1, 6 },
		{ "q: '山''Xb'\n", 1, 8 },
		{ "q: \"a\\tX\"\n", 1, 8 },
		{ "q: \"\\u5c71X\"\n", 1, 11 },
		{ "q: a\n   b X\n", 2, 6 },
		{ "q: 'a\n\n   X'\n", 3, 4 },
		{ "q: \"a\\\n   X\"\n", 2, 4 },
		{ "q: |\n  ab\n    cX\n", 3, 6 },
		{ "q: |\n\n  ab\n\n  山X\n", 5, 4 },
		{ "q: |-\n  X\n", 2, 3 },
		{ "q: >\n  ab\n  cX d\n", 3, 4 },
		{ "# first\nq:   X\n", 2, 6 },
	};
	char path[] = "/tmp/ly-place-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf report = BUF(1 << 16), place = BUF(4096), says = BUF(4096);
		struct err e = { .kind = ERR_NONE };
		struct root root = { { NULL, 0 } };
		FILE *f = fopen(path, "w");
		struct conf *c;

		fputs(cases[i].yaml, f);
		fclose(f);
		c = conf_read(path, &schema, &root, &report, &e);
		assert_string_equal(report.p, "");
		assert_non_null(c);
		conf_add_place_inside(&place, c, &root.q, (size_t)str_find_byte(root.q, 'X'));
		buf_addf(&says, "%s:%d:%d", path, cases[i].line, cases[i].column);
		assert_string_equal(place.p, says.p);
		conf_free(c);
		buf_release(&report);
		buf_release(&place);
		buf_release(&says);
	}
	unlink(path);
}

static void
without_its_file_it_is_the_place_of_the_text(void **state)
{
	struct buf report = BUF(1 << 16), place = BUF(4096);
	struct err e = { .kind = ERR_NONE };
	struct root root = { { NULL, 0 } };
	struct conf *c =
		conf_read_text(STR("q: 'aXb'\n"), "nowhere.yaml", &schema, &root, &report, &e);

	(void)state;
	conf_add_place_inside(&place, c, &root.q, 1);
	assert_string_equal(place.p, "nowhere.yaml:1:4");
	conf_free(c);
	buf_release(&report);
	buf_release(&place);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_byte_of_a_text_is_found_in_its_file),
		cmocka_unit_test(without_its_file_it_is_the_place_of_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
