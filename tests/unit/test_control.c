/* Commands to a stage: their words and options, and answers that are none. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/control.h"

#define WORDS_MAX 8

static void
an_option_is_its_whole_word(void **state)
{
	static const struct {
		const char *option;
		bool takes;
	} cases[] = {
		{ "--why", true }, { "--who-why", true }, { "-why", false }, { "--who", false },
		{ "why", false },  { "--", false },       { "", false },     { " ", false },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (control_takes("--who-why --why ", cases[i].option) != cases[i].takes)
			fail_msg("\"%s\"", cases[i].option);
	assert_false(control_takes("", "--why"));
}

static int
count_of(const char *const *argv)
{
	int n = 0;

	while (n < WORDS_MAX && argv[n])
		n++;
	return n;
}

static void
words_and_options_are_read_in_any_order(void **state)
{
	static const struct control_line line = { .words = { "id", "piece" },
						  .options = "--text --until " };
	static const struct {
		const char *argv[WORDS_MAX];
		const char *says; /* NULL: it is taken */
	} cases[] = {
		{ { "status", "--text", "a", "INC-1", "-c", "x.yaml", "plan" }, NULL },
		{ { "status", "INC-1" }, "which piece?" },
		{ { "status" }, "which incident?" },
		{ { "status", "INC-1", "plan", "more" }, "cannot use \"more\"" },
		{ { "status", "INC-1", "plan", "--txt", "a" }, "no option \"--txt\"" },
		{ { "status", "INC-1", "plan", "--text" }, "--text wants a value" },
		{ { "status", "INC-1", "plan", "-c" }, "-c wants a value" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		struct control_given g;
		int rc = control_read(count_of(cases[i].argv), (char **)cases[i].argv, &line,
				      &g, &e);

		if (rc != (cases[i].says ? -1 : 0) ||
		    (cases[i].says && (e.kind != ERR_USAGE || !strstr(e.text, cases[i].says))))
			fail_msg("case %zu: %d %s", i, rc, e.text);
		if (!cases[i].says) {
			assert_string_equal(g.words[0], "INC-1");
			assert_string_equal(g.words[1], "plan");
			assert_string_equal(g.conf, "x.yaml");
			assert_string_equal(g.args.p, "{\"text\":\"a\"");
		}
		buf_release(&g.args);
	}
}

static void
what_comes_again_is_a_list(void **state)
{
	static const struct control_line line = { .words = { "match" },
						  .many = true,
						  .flags = "--all ",
						  .lists = { { "--drop", "drop" },
							     { "--shift", "shifts" } } };
	static const struct {
		const char *argv[WORDS_MAX], *args;
	} cases[] = {
		{ { "add", "a=b" }, "{\"match\":[\"a=b\"]" },
		{ { "add", "a=b", "--all", "c=\"d\"" },
		  "{\"all\":true,\"match\":[\"a=b\",\"c=\\\"d\\\"\"]" },
		{ { "add", "--drop", "", "x" }, "{\"drop\":[],\"match\":[\"x\"]" },
		{ { "add", "--drop", "", "x", "--drop", "y" },
		  "{\"drop\":[\"y\"],\"match\":[\"x\"]" },
		{ { "add", "x", "--shift", "--drop", "--shift", "z" },
		  "{\"shifts\":[\"--drop\",\"z\"],\"match\":[\"x\"]" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		struct control_given g;

		assert_int_equal(control_read(count_of(cases[i].argv), (char **)cases[i].argv,
					      &line, &g, &e),
				 0);
		assert_string_equal(g.args.p, cases[i].args);
		buf_release(&g.args);
	}
}

/* Each with a configuration that is not there: nothing may get so far. */
static void
what_a_command_does_not_take_is_refused_by_name(void **state)
{
	static const struct {
		const char *argv[WORDS_MAX];
		const char *says;
	} cases[] = {
		{ { "digest", "edit", "--key", "00", "-c", "/nowhere" }, "\"--key\"" },
		{ { "digest", "edit", "--back", "-c", "/nowhere" }, "\"--back\"" },
		{ { "digest", "unsubscribe", "--text", "x", "-c", "/nowhere" }, "\"--text\"" },
		{ { "digest", "unsubscribe", "--drop", "x", "-c", "/nowhere" }, "\"--drop\"" },
		{ { "digest", "edit", "--drop" }, "--drop wants a value" },
		{ { "digest", "edit", "x" }, "\"x\"" },
		{ { "pack", "attach", "INC-1", "plan", "/etc/passwd", "more", "-c",
		    "/nowhere" },
		  "\"more\"" },
		{ { "pack", "attach", "INC-1", "plan", "-c", "/nowhere" }, "which file?" },
		{ { "pack", "show", "INC-1", "INC-2", "-c", "/nowhere" }, "\"INC-2\"" },
		{ { "pack", "show", "INC-1", "--text", "x", "-c", "/nowhere" }, "\"--text\"" },
		{ { "pack", "show", "INC-1", "-c" }, "-c wants a value" },
		{ { "silence", "expire", "1", "-why", "x", "-c", "/nowhere" }, "\"-why\"" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		const struct subcommand *c = command_find(cases[i].argv[0]);
		struct err e = { 0 };
		int rc = c->run(count_of(cases[i].argv), (char **)cases[i].argv, &e);

		if (rc != -1 || e.kind != ERR_USAGE || !strstr(e.text, cases[i].says))
			fail_msg("case %zu: %d %s", i, rc, e.text);
	}
}

static void
an_answer_that_is_none_is_a_failure(void **state)
{
	static const struct {
		int64_t status;
		const char *body;
		int rc; /* 0: it is one */
	} cases[] = {
		{ 200, "{\"x\":1}", 0 }, { 200, "{\"x\":", -1 },
		{ 200, "", -1 },         { 400, "{\"error\":\"no date\"}", 2 },
		{ 404, "nothing", 2 },   { 409, "{\"error\":\"told\"}", 1 },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct reply r = { .status = cases[i].status, .body = str_of(cases[i].body) };
		struct err e = { 0 };
		int rc = 77;
		const struct json *j = control_answer(&r, a, &rc, &e);

		if (rc != cases[i].rc || !!j != !rc || (rc < 0) != (e.kind != ERR_NONE))
			fail_msg("case %zu: %d %s", i, rc, e.text);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_option_is_its_whole_word),
		cmocka_unit_test(words_and_options_are_read_in_any_order),
		cmocka_unit_test(what_comes_again_is_a_list),
		cmocka_unit_test(what_a_command_does_not_take_is_refused_by_name),
		cmocka_unit_test(an_answer_that_is_none_is_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
