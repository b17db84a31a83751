/* Settings: secrets, included files, and how they are shown again. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"

#include "tests/support/conf_site.h"

/* ---- secrets ----------------------------------------------------------------------------- */

static void
check_secret(const char *reference, const char *want)
{
	struct buf text = BUF(4096), report = BUF(1 << 16), said = BUF(1 << 16);
	struct site s = { 0 };
	struct err e = { 0 };
	struct str rest, line = { "", 0 };
	struct conf *c;

	buf_addf(&text, "sources: { a: { kind: push, token: \"%s\" } }\n", reference);
	c = conf_read_text(buf_str(&text), "a.yaml", &conf_site_schema, &s, &report, &e);
	conf_without_folder(&said, report.p);
	rest = buf_str(&said);
	if (c)
		line = ((struct source *)s.sources.v)->token;
	else
		assert_true(str_next(&rest, '\n', &line));
	if (!str_is(line, want))
		fail_msg("%s: %.*s\nnot\n%s", reference, STR_ARG(line), want);
	conf_free(c);
	buf_release(&text);
	buf_release(&report);
	buf_release(&said);
}

static void
secrets_come_from_private_files_or_the_environment(void **state)
{
	static const struct {
		const char *text, *want;
		mode_t mode;
	} files[] = {
		{ "s3cret\n", "s3cret", 0600 },
		{ "s3 cret", "s3 cret", 0440 },
		{ "s3cret\r\n", "s3cret", 0600 },
		{ "s3cret\n",
		  "a.yaml:1:36: sources.a.token: everybody may read the secret file \"token\" "
		  "(mode "
		  "0644): chmod 600 it",
		  0644 },
		{ "s3cret\n",
		  "a.yaml:1:36: sources.a.token: everybody may write the secret file \"token\" "
		  "(mode "
		  "0602): chmod 600 it",
		  0602 },
		{ "\n", "a.yaml:1:36: sources.a.token: the secret at \"file:token\" is empty",
		  0600 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(files); i++) {
		const char *path = conf_file(0, "token", files[i].text, files[i].mode);
		struct buf reference = BUF(1024);

		buf_addf(&reference, "file:%s", path);
		check_secret(reference.p, files[i].want);
		buf_release(&reference);
	}
	setenv("LY_TEST_TOKEN", "from the environment", 1);
	unsetenv("LY_TEST_NOTHING");
	check_secret("env:LY_TEST_TOKEN", "from the environment");
	check_secret(
		"env:LY_TEST_NOTHING",
		"a.yaml:1:36: sources.a.token: the environment has no \"LY_TEST_NOTHING\"");
	check_secret("file:/nowhere/token",
		     "a.yaml:1:36: sources.a.token: could not read the secret file "
		     "\"/nowhere/token\": No such file or directory");
	check_secret("file:/dev/zero",
		     "a.yaml:1:36: sources.a.token: could not read the secret "
		     "file \"/dev/zero\": not a regular file");
	check_secret("", "");
}

static void
a_secret_is_never_shown(void **state)
{
	struct buf out = BUF(1 << 16);
	struct site s;
	struct conf *c;

	(void)state;
	setenv("LY_TEST_TOKEN", "hunter2", 1);
	c = conf_must_read("sources: { a: { kind: push, token: env:LY_TEST_TOKEN } }", &s);
	conf_show(c, &out);
	assert_null(strstr(out.p, "hunter2"));
	assert_non_null(strstr(out.p, "    token: \"(from env:LY_TEST_TOKEN)\"\n"));
	conf_free(c);
	buf_release(&out);
	/* Also not when it was written into the file, even under a misspelled key. */
	conf_must_refuse(
		"sources: { a: { knd: 1, tokn: hunter2, url: x }, b: { token: 'hunter2 b' } }",
		"a.yaml:1:17: unknown key \"knd\" in sources.a: did you mean \"kind\"?\n"
		"    1 | sources: { a: { knd: 1, tokn: …, url: x }, b: { token: … } }\n"
		"      |                 ^~~\n"
		"a.yaml:1:25: unknown key \"tokn\" in sources.a: did you mean \"token\"?\n"
		"    1 | sources: { a: { knd: 1, tokn: …, url: x }, b: { token: … } }\n"
		"      |                         ^~~~\n"
		"a.yaml:1:45: sources.a.url: \"x\" does not begin with http:// or https://\n"
		"    1 | sources: { a: { knd: 1, tokn: …, url: x }, b: { token: … } }\n"
		"      |                                       ^\n"
		"a.yaml:1:62: sources.b.token: a secret is not written here: use \"file:PATH\" "
		"or \"env:NAME\"\n"
		"    1 | sources: { a: { knd: 1, tokn: …, url: x }, b: { token: … } }\n"
		"      |                                                        ^\n");
}

/* ---- include ----------------------------------------------------------------------------- */

static void
included_files_add_to_lists_and_tables(void **state)
{
	const char *path;
	struct buf report = BUF(1 << 16);
	struct site s = { 0 };
	struct err e = { 0 };
	struct conf *c;

	(void)state;
	path = conf_file(0, "main.yaml",
			 "include: [people.yaml, ./more.yaml]\n"
			 "name: main\n"
			 "people: { lin: }\n"
			 "routes: [{ to: lin }]\n",
			 0600);
	conf_file(1, "people.yaml",
		  "people: { wu: { zone: UTC } }\nroutes: [{ to: wu, grade: 2 }]\n", 0600);
	conf_file(2, "more.yaml", "include: deep.yaml\nfacts: { a: b }\n", 0600);
	conf_file(3, "deep.yaml", "fetch: { timeout: 9s, data: here }\n", 0600);
	c = conf_read(path, &conf_site_schema, &s, &report, &e);
	if (!c)
		fail_msg("%s", report.p);
	assert_int_equal(s.people.n, 2);
	assert_string_equal(((struct person *)s.people.v)[1].name.p, "wu");
	assert_int_equal(((struct route *)s.routes.v)[1].grade, 2);
	assert_int_equal(s.fetch.timeout_s, 9);
	assert_true(
		str_ends(str_of(conf_place(c, &s.fetch.timeout_s)), STR("/deep.yaml:1:19")));
	assert_true(str_ends(s.fetch.data, STR("/here")) && s.fetch.data.p[0] == '/');
	conf_free(c);
	buf_release(&report);
}

static void
what_collides_between_files_is_told_with_both_places(void **state)
{
	const char *path;
	struct buf report = BUF(1 << 16), said = BUF(1 << 16);
	struct site s = { 0 };
	struct err e = { 0 };

	(void)state;
	path = conf_file(0, "main.yaml",
			 "include: [other.yaml, main.yaml]\n"
			 "fetch: { timeout: 9s }\n"
			 "people: { lin: }\n",
			 0600);
	conf_file(1, "other.yaml",
		  "people: { lin: , wu: { zone: Nowhere/Else } }\nfetch: { share: 1 }\n", 0600);
	assert_null(conf_read(path, &conf_site_schema, &s, &report, &e));
	conf_without_folder(&said, report.p);
	assert_string_equal(
		said.p, "main.yaml:1:23: include: \"main.yaml\" was read already\n"
			"    1 | include: [other.yaml, main.yaml]\n"
			"      |                       ^~~~~~~~~\n"
			"other.yaml:1:11: \"lin\" is already given at main.yaml:3:11\n"
			"    1 | people: { lin: , wu: { zone: Nowhere/Else } }\n"
			"      |           ^~~\n"
			"other.yaml:1:30: people.wu.zone: unknown time zone \"Nowhere/Else\": "
			"expected a name like \"Asia/Shanghai\"\n"
			"    1 | people: { lin: , wu: { zone: Nowhere/Else } }\n"
			"      |                              ^~~~~~~~~~~~\n"
			"other.yaml:2:1: \"fetch\" is already given at main.yaml:2:1\n"
			"    2 | fetch: { share: 1 }\n"
			"      | ^~~~~\n");
	buf_release(&report);
	buf_release(&said);
}

static void
a_file_that_is_not_there_is_named(void **state)
{
	struct buf report = BUF(1 << 16);
	struct site s = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_null(conf_read("/nowhere/a.yaml", &conf_site_schema, &s, &report, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text,
			    "could not read \"/nowhere/a.yaml\": No such file or directory");
	assert_int_equal(report.n, 0); /* told once */
	buf_release(&report);
}

/* ---- shown again ------------------------------------------------------------------------- */

static void
settings_are_shown_with_their_defaults_as_comments(void **state)
{
	struct buf out = BUF(1 << 16);
	struct site s;
	struct conf *c;

	(void)state;
	setenv("LY_TEST_TOKEN", "s3cret", 1);
	c = conf_must_read(conf_full, &s);
	conf_show(c, &out);
	assert_string_equal(out.p, "name: 山脆\n"
				   "fetch:\n"
				   "  timeout: 2m\n"
				   "  max_bytes: 64k\n"
				   "  share: 0.125\n"
				   "  factor: -2.5\n"
				   "  robots: off\n"
				   "  data: /var/lib/langyan\n"
				   "sources:\n"
				   "  daily:\n"
				   "    # kind: feed\n"
				   "    url: \"http://a.test/rss?a=1#b\"\n"
				   "    # interval: 15m\n"
				   "    # token: \"\"\n"
				   "    allow: [\"127.0.0.1:80\"]\n"
				   "    headers:\n"
				   "      Accept: \"no\"\n"
				   "      X: \"\"\n"
				   "  山城.论坛-2:\n"
				   "    kind: push\n"
				   "    # url: \"\"\n"
				   "    # interval: 15m\n"
				   "    token: \"(from env:LY_TEST_TOKEN)\"\n"
				   "    allow: [\"a\", \"b c\"]\n"
				   "    # headers: {}\n"
				   "people:\n"
				   "  lin:\n"
				   "    title: 012\n"
				   "    zone: Europe/London\n"
				   "    quiet:\n"
				   "      from: 22:00\n"
				   "      to: 24:00\n"
				   "  wu:\n"
				   "    # title: \"\"\n"
				   "    # zone: Asia/Shanghai\n"
				   "    # quiet: {}\n"
				   "routes:\n"
				   "  -\n"
				   "    to: [\"lin\", \"wu\"]\n"
				   "    # wake: off\n"
				   "    grade: 3\n"
				   "    since: 2026-11-21T00:00:00Z\n"
				   "  -\n"
				   "    to: [\"wu\"]\n"
				   "    # wake: off\n"
				   "    # grade: 1\n"
				   "    # since: \"\"\n"
				   "facts:\n"
				   "  price: \"~\"\n"
				   "  long: \"two\\nlines\\n\"\n");
	conf_free(c);
	buf_release(&out);
}

static void
what_is_shown_reads_back_to_the_same_hash(void **state)
{
	struct buf out = BUF(1 << 16);
	struct id first, again;
	struct site s;
	struct conf *c;
	char *token;

	(void)state;
	setenv("LY_TEST_TOKEN", "s3cret", 1);
	c = conf_must_read(conf_full, &s);
	first = conf_hash(c);
	conf_show(c, &out);
	token = strstr(out.p, "(from env:LY_TEST_TOKEN)");
	assert_non_null(token);
	memcpy(token, "env:LY_TEST_TOKEN\"     #", 24); /* a secret alone cannot be read back */
	conf_free(c);
	c = conf_must_read(out.p, &s);
	again = conf_hash(c);
	assert_true(id_eq(&first, &again));
	conf_free(c);
	buf_release(&out);
}

static void
the_hash_sees_values_and_neither_spelling_nor_secrets(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "fetch: { timeout: 120s }", "# x\nfetch:\n  timeout: 2m\n", true },
		{ "", "fetch: { timeout: 30s }", true },
		{ "", "fetch: { timeout: 31s }", false },
		{ "facts: { a: b, c: d }", "facts: { a: b }", false },
		{ "sources: { a: { kind: push, token: env:LY_TEST_A } }",
		  "sources: { a: { kind: push, token: env:LY_TEST_B } }", true },
		{ "people: { a: , b: }", "people: { b: , a: }", false },
	};
	struct site s;

	(void)state;
	setenv("LY_TEST_A", "one", 1);
	setenv("LY_TEST_B", "two", 1);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct conf *c = conf_must_read(cases[i].a, &s);
		struct id a = conf_hash(c), b;

		conf_free(c);
		c = conf_must_read(cases[i].b, &s);
		b = conf_hash(c);
		conf_free(c);
		assert_int_equal(id_eq(&a, &b), cases[i].same);
	}
}

static void
the_manual_comes_from_the_tables(void **state)
{
	struct buf out = BUF(1 << 16);

	(void)state;
	conf_document(&conf_site_schema, &out);
	assert_string_equal(out.p, "# Settings of a small program.\n"
				   "# whom this serves (name)\n"
				   "name: langyan\n"
				   "# how pages are fetched\n"
				   "fetch:\n"
				   "  # give up on a page after (duration, 1s..10m)\n"
				   "  timeout: 30s\n"
				   "  # largest page (size, 1k..256M)\n"
				   "  max_bytes: 8M\n"
				   "  # of the line (ratio, 0..1)\n"
				   "  share: 70%\n"
				   "  # how much more (decimal)\n"
				   "  factor: 1.5\n"
				   "  # obey robots.txt (on or off)\n"
				   "  robots: on\n"
				   "  # folder of all data (path, from this file's folder)\n"
				   "  data: ./data\n"
				   "# sources (named entries)\n"
				   "sources:\n"
				   "  NAME: # source\n"
				   "    # what the address gives (feed | page | push)\n"
				   "    kind: feed\n"
				   "    # its address (http:// or https:// address)\n"
				   "    url: \"\"\n"
				   "    # between polls (duration, 1s..)\n"
				   "    interval: 15m\n"
				   "    # key of the source (secret: file:PATH or env:NAME)\n"
				   "    token: \"\"\n"
				   "    # private addresses (list of texts)\n"
				   "    allow: []\n"
				   "    # request headers (name: text)\n"
				   "    headers: {}\n"
				   "# people (named entries)\n"
				   "people:\n"
				   "  NAME: # person\n"
				   "    # as shown (text)\n"
				   "    title: \"\"\n"
				   "    # time zone (time zone)\n"
				   "    zone: Asia/Shanghai\n"
				   "    # hours without calls\n"
				   "    quiet:\n"
				   "      # quiet from (time of day, required)\n"
				   "      from: …\n"
				   "      # quiet to (time of day, required)\n"
				   "      to: …\n"
				   "# routes (list)\n"
				   "routes:\n"
				   "  -\n"
				   "    # people who are told (list of texts, required)\n"
				   "    to: …\n"
				   "    # also at night (on or off)\n"
				   "    wake: off\n"
				   "    # from this grade on (number, 1..3)\n"
				   "    grade: 1\n"
				   "    # not before (time)\n"
				   "    since: \"\"\n"
				   "# facts by key (name: text)\n"
				   "facts: {}\n");
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_come_from_private_files_or_the_environment),
		cmocka_unit_test(a_secret_is_never_shown),
		cmocka_unit_test(included_files_add_to_lists_and_tables),
		cmocka_unit_test(what_collides_between_files_is_told_with_both_places),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
		cmocka_unit_test(settings_are_shown_with_their_defaults_as_comments),
		cmocka_unit_test(what_is_shown_reads_back_to_the_same_hash),
		cmocka_unit_test(the_hash_sees_values_and_neither_spelling_nor_secrets),
		cmocka_unit_test(the_manual_comes_from_the_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
