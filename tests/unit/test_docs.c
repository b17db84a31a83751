/* What is written beside the program is what the program says of itself. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/conf.h"
#include "core/str.h"
#include "responder/notice_said.h"

#include "cli/command.h"
#include "cli/settings.h"

static void
file_add(struct buf *b, const char *path)
{
	FILE *f = fopen(path, "r");
	char block[65536];
	size_t n;

	assert_non_null(f);
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		buf_add(b, (struct str){ block, n });
	fclose(f);
}

/* What the command prints on stdout. */
static void
said_add(struct buf *b, const struct subcommand *c, int argc, char **argv)
{
	char *text = NULL;
	size_t n = 0;
	FILE *kept = stdout;
	struct err e = { 0 };
	int rc;

	stdout = open_memstream(&text, &n); /* glibc lets stdout be assigned */
	assert_non_null(stdout);
	rc = c->run(argc, argv, &e);
	fclose(stdout);
	stdout = kept;
	assert_int_equal(rc, 0);
	buf_add(b, (struct str){ text, n });
	free(text);
}

static void
the_wire_document_is_what_the_program_prints(void **state)
{
	struct buf written = BUF(1 << 20), said = BUF(1 << 20);
	char man[] = "man", wire[] = "wire";
	char *argv[] = { man, wire, NULL };

	(void)state;
	file_add(&written, "docs/wire.md");
	said_add(&said, &cmd_man, 2, argv);
	assert_string_equal(said.p, written.p);
	buf_release(&written);
	buf_release(&said);
}

static void
every_command_says_in_its_first_line_what_it_is_for(void **state)
{
	(void)state;
	for (size_t i = 0; commands[i]; i++) {
		const struct subcommand *c = commands[i];
		const char *end = strchr(c->help, '\n');
		size_t n = end ? (size_t)(end - c->help) : strlen(c->help);
		struct str first = { c->help, n };

		if (n < 10 || n > 100)
			fail_msg("%s: its first line has %zu bytes", c->name, n);
		if (str_ends(first, STR(",")) || str_ends(first, STR(".")) ||
		    str_ends(first, STR(" and")))
			fail_msg("%s: its first line ends in the middle or with a full stop: "
				 "%.*s",
				 c->name, STR_ARG(first));
		assert_ptr_equal(command_find(c->name), c);
	}
}

/* Every line of an example that begins as one names its own command; none ends with a newline. */
static void
every_command_has_examples_that_call_it(void **state)
{
	(void)state;
	for (size_t i = 0; commands[i]; i++) {
		const struct subcommand *c = commands[i];
		struct str rest = str_of(c->examples), line;
		struct buf call = BUF(200);

		buf_addf(&call, "langyan %s", c->name);
		if (c != &cmd_version && !rest.n)
			fail_msg("%s: no example", c->name);
		if (rest.n && rest.p[rest.n - 1] == '\n')
			fail_msg("%s: its examples end with a newline", c->name);
		while (str_next(&rest, '\n', &line)) {
			if (!str_starts(line, STR("  ")))
				fail_msg("%s: an example is not indented: %.*s", c->name,
					 STR_ARG(line));
			if (str_find(line, buf_str(&call)) < 0)
				fail_msg("%s: an example does not call it: %.*s", c->name,
					 STR_ARG(line));
		}
		buf_release(&call);
	}
}

/* An option that an example uses is one that the command's own words tell of. */
static void
every_option_of_an_example_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; commands[i]; i++) {
		const struct subcommand *c = commands[i];
		struct buf told = BUF(1 << 16);
		struct str rest = str_of(c->examples), line;

		buf_addf(&told, "%s\n%s", c->usage, c->help);
		while (str_next(&rest, '\n', &line)) {
			struct str word;

			while (str_next(&line, ' ', &word))
				if (word.n > 3 && str_starts(word, STR("--")) &&
				    str_find(buf_str(&told), word) < 0)
					fail_msg("%s: %.*s is in an example only", c->name,
						 STR_ARG(word));
		}
		buf_release(&told);
	}
}

static void
the_manual_has_every_command(void **state)
{
	struct buf said = BUF(4 << 20);
	char man[] = "man";
	char *argv[] = { man, NULL };

	(void)state;
	said_add(&said, &cmd_man, 1, argv);
	for (size_t i = 0; commands[i]; i++) {
		struct buf head = BUF(200);

		buf_addf(&head, ".TP\n.B ");
		for (const char *p = commands[i]->name; *p; p++)
			buf_addf(&head, *p == '-' ? "\\-" : "%c", *p);
		if (str_find(buf_str(&said), buf_str(&head)) < 0)
			fail_msg("the manual has no %s", commands[i]->name);
		buf_release(&head);
	}
	buf_release(&said);
}

static void
keys_are_in(struct str text, const struct conf_schema *schema, int depth)
{
	assert_true(depth < 8);
	for (const struct conf_key *k = schema->keys; k->name; k++) {
		struct buf key = BUF(200);

		buf_addf(&key, "%s:", k->name);
		if (str_find(text, buf_str(&key)) < 0)
			fail_msg("%s.%s is not in the list of keys", schema->name, k->name);
		if (!k->help || strlen(k->help) < 2)
			fail_msg("%s.%s has no help", schema->name, k->name);
		if (k->of && k->of != schema) /* a tree is told once */
			keys_are_in(text, k->of, depth + 1);
		buf_release(&key);
	}
}

static void
the_list_of_keys_has_every_key_with_its_help(void **state)
{
	struct buf said = BUF(4 << 20);

	(void)state;
	conf_document(&settings_schema, &said);
	keys_are_in(buf_str(&said), &settings_schema, 0);
	buf_release(&said);
}

/* "langyan WORD" in code font, in what people read first: WORD is a command. */
static void
documents_name_only_commands_there_are(void **state)
{
	static const char *const files[] = { "README.md",         "docs/operations.md",
					     "docs/lexicon.md",   "docs/query.md",
					     "docs/templates.md", "docs/architecture.md",
					     "docs/store.md",     "docs/incidents.md",
					     "docs/stories.md",   "CONTRIBUTING.md" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(files); i++) {
		struct buf text = BUF(1 << 20);
		struct str rest;
		ptrdiff_t at;

		file_add(&text, files[i]);
		rest = buf_str(&text);
		while ((at = str_find(rest, STR("langyan "))) >= 0) {
			bool code = at > 0 && (rest.p[at - 1] == '`' || rest.p[at - 1] == '/');
			size_t n = 0;
			char name[40];

			rest = str_slice(rest, (size_t)at + 8, rest.n);
			while (n < rest.n && n < sizeof name - 1 &&
			       ((rest.p[n] >= 'a' && rest.p[n] <= 'z') || rest.p[n] == '-'))
				n++;
			snprintf(name, sizeof name, "%.*s", (int)n, rest.p);
			if (code && n && name[0] != '-' && !command_find(name))
				fail_msg("%s: there is no command \"%s\"", files[i], name);
		}
		buf_release(&text);
	}
}

/* A row "| `word` | what it means | what to do |" for each word of the table. */
static void
page_tells(struct str page, const struct notice_said *table)
{
	for (; table->word; table++) {
		struct buf head = BUF(100);
		struct str rest = page, cell, line = { NULL, 0 };
		size_t cells = 0;
		ptrdiff_t at;

		buf_addf(&head, "\n| `%s` |", table->word);
		at = str_find(page, buf_str(&head));
		if (at < 0)
			fail_msg("docs/operations.md says nothing of \"%s\"", table->word);
		rest = str_slice(page, (size_t)at + 1, page.n);
		assert_true(str_next(&rest, '\n', &line));
		while (str_next(&line, '|', &cell))
			cells += str_trim(cell).n > 0;
		if (cells != 3)
			fail_msg("docs/operations.md: \"%s\" has %zu cells, not 3", table->word,
				 cells);
		buf_release(&head);
	}
}

static void
whoever_is_on_call_finds_each_kind_and_state_of_a_notice(void **state)
{
	struct buf page = BUF(1 << 20);

	(void)state;
	file_add(&page, "docs/operations.md");
	page_tells(buf_str(&page), notice_kinds);
	page_tells(buf_str(&page), notice_states);
	buf_release(&page);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wire_document_is_what_the_program_prints),
		cmocka_unit_test(every_command_says_in_its_first_line_what_it_is_for),
		cmocka_unit_test(every_command_has_examples_that_call_it),
		cmocka_unit_test(every_option_of_an_example_is_told),
		cmocka_unit_test(the_manual_has_every_command),
		cmocka_unit_test(the_list_of_keys_has_every_key_with_its_help),
		cmocka_unit_test(documents_name_only_commands_there_are),
		cmocka_unit_test(whoever_is_on_call_finds_each_kind_and_state_of_a_notice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
