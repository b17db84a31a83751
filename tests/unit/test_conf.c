/* Settings: what is taken and what is refused. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"

#include "tests/support/conf_site.h"

/* ---- taken ------------------------------------------------------------------------------- */

static void
an_empty_file_gives_the_defaults(void **state)
{
	static const char *const texts[] = { "",   "# nothing\n",        "---\n",
					     "{}", "fetch:\nsources:\n", "\xef\xbb\xbf" };
	char here[4096];
	struct site s;

	(void)state;
	assert_non_null(getcwd(here, sizeof here - 8));
	for (size_t i = 0; i < LY_COUNT(texts); i++) {
		struct conf *c = conf_must_read(texts[i], &s);

		assert_true(str_is(s.name, "langyan"));
		assert_int_equal(s.fetch.timeout_s, 30);
		assert_int_equal(s.fetch.max_bytes, 8 << 20);
		assert_int_equal(s.fetch.share, 700);
		assert_int_equal(s.fetch.factor, 1500);
		assert_int_equal(s.fetch.robots, 1);
		assert_memory_equal(s.fetch.data.p, here, strlen(here));
		assert_string_equal(s.fetch.data.p + strlen(here), "/data");
		assert_int_equal(s.sources.n, 0);
		assert_string_equal(conf_place(c, &s.fetch.timeout_s), "");
		conf_free(c);
	}
}

static void
every_type_arrives_in_its_field(void **state)
{
	struct site s;
	struct conf *c;
	const struct source *sources;
	const struct person *people;
	const struct route *routes;
	const struct conf_pair *pairs;

	(void)state;
	setenv("LY_TEST_TOKEN", "s3cret", 1);
	c = conf_must_read(conf_full, &s);
	assert_true(str_is(s.name, "山脆"));
	assert_int_equal(s.fetch.timeout_s, 120);
	assert_int_equal(s.fetch.max_bytes, 64 << 10);
	assert_int_equal(s.fetch.share, 125);
	assert_int_equal(s.fetch.factor, -2500);
	assert_int_equal(s.fetch.robots, 0);
	assert_string_equal(s.fetch.data.p, "/var/lib/langyan");
	assert_int_equal(s.sources.n, 2);
	sources = s.sources.v;
	assert_string_equal(sources[0].name.p, "daily");
	assert_string_equal(sources[0].url.p, "http://a.test/rss?a=1#b");
	assert_int_equal(sources[0].interval_s, 900);
	assert_int_equal(sources[0].allow.n, 1);
	assert_string_equal(sources[0].allow.v[0].p, "127.0.0.1:80");
	assert_int_equal(sources[0].headers.n, 2);
	pairs = sources[0].headers.v;
	assert_string_equal(pairs[0].value.p, "no"); /* a text stays a text */
	assert_int_equal(pairs[1].value.n, 0);
	assert_string_equal(sources[1].name.p, "山城.论坛-2");
	assert_int_equal(sources[1].kind, 2);
	assert_string_equal(sources[1].allow.v[1].p, "b c");
	assert_string_equal(sources[1].token.p, "s3cret");
	assert_int_equal(s.people.n, 2);
	people = s.people.v;
	assert_string_equal(people[0].title.p, "012");
	assert_string_equal(people[0].zone.p, "Europe/London");
	assert_int_equal(people[0].quiet.to, 86400);
	assert_string_equal(people[1].zone.p, "Asia/Shanghai");
	assert_int_equal(people[1].quiet.to, 0);
	assert_int_equal(s.routes.n, 2);
	routes = s.routes.v;
	assert_int_equal(routes[0].to.n, 2);
	assert_int_equal(routes[0].grade, 3);
	assert_int_equal(routes[0].since_at, 1795219200);
	assert_int_equal(routes[1].since_at, 0);
	pairs = s.facts.v;
	assert_string_equal(pairs[0].value.p, "~");
	assert_string_equal(pairs[1].value.p, "two\nlines\n");
	assert_string_equal(conf_place(c, &routes[0].grade), "a.yaml:15:12");
	assert_string_equal(conf_place(c, &routes[0].to.v[1]), "a.yaml:14:15");
	assert_string_equal(conf_place(c, &routes[1].grade), "");
	assert_string_equal(conf_place(c, &sources[1].name), "a.yaml:9:3");
	conf_free(c);
}

/* ---- refused ----------------------------------------------------------------------------- */

static void
eight_mistakes_are_told_at_once_with_places_and_suggestions(void **state)
{
	(void)state;
	conf_must_refuse(
		"# what we watch\n"
		"fetch:\n"
		"  timeuot: 30s\n"
		"  max_bytes: 8MB\n"
		"sources:\n"
		"  山城日报: { kind: fead, url: http://a.test/ }\n"
		"  shop:\n"
		"    kind: push\n"
		"    token: hunter2\n"
		"  shop: {}\n"
		"people:\n"
		"  lin: { zone: Asia/Shanghia, quiet: { from: 8:00, to: 09:00 } }\n"
		"routes:\n"
		"  - to: [lin, lni]\n"
		"    grade: 7\n",
		"a.yaml:3:3: unknown key \"timeuot\" in fetch: did you mean \"timeout\"?\n"
		"    3 |   timeuot: 30s\n"
		"      |   ^~~~~~~\n"
		"a.yaml:4:14: fetch.max_bytes: \"8MB\" is not a size like \"512\", \"64k\", "
		"\"8M\", \"2G\": did you mean \"8M\"?\n"
		"    4 |   max_bytes: 8MB\n"
		"      |              ^~~\n"
		"a.yaml:6:17: sources.山城日报.kind: \"fead\" is not one of feed, page, push: "
		"did "
		"you mean \"feed\"?\n"
		"    6 |   山城日报: { kind: fead, url: http://a.test/ }\n"
		"      |                     ^~~~\n"
		"a.yaml:9:12: sources.shop.token: a secret is not written here: use "
		"\"file:PATH\" or \"env:NAME\"\n"
		"    9 |     token: …\n"
		"      |            ^\n"
		"a.yaml:10:3: \"shop\" is already given at a.yaml:7:3\n"
		"   10 |   shop: {}\n"
		"      |   ^~~~\n"
		"a.yaml:12:16: people.lin.zone: unknown time zone \"Asia/Shanghia\": did you "
		"mean "
		"\"Asia/Shanghai\"?\n"
		"   12 |   lin: { zone: Asia/Shanghia, quiet: { from: 8:00, to: 09:00 } }\n"
		"      |                ^~~~~~~~~~~~~\n"
		"a.yaml:12:46: people.lin.quiet.from: \"8:00\" is not a time of day like "
		"\"08:00\": did you mean \"08:00\"?\n"
		"   12 |   lin: { zone: Asia/Shanghia, quiet: { from: 8:00, to: 09:00 } }\n"
		"      |                                              ^~~~\n"
		"a.yaml:14:15: unknown person \"lni\": did you mean \"lin\"?\n"
		"   14 |   - to: [lin, lni]\n"
		"      |               ^~~\n"
		"a.yaml:15:12: routes.grade: 7 is not within 1..3\n"
		"   15 |     grade: 7\n"
		"      |            ^\n");
}

static void
each_kind_of_mistake_has_its_words(void **state)
{
	static const struct {
		const char *text, *says; /* the first line of the report */
	} cases[] = {
		/* what YAML lets in and we do not */
		{ "name: &x a\n",
		  "a.yaml:1:7: anchors are not taken (\"&x\"): write the value out" },
		{ "name: !!str x", "a.yaml:1:7: tags are not taken "
				   "(\"tag:yaml.org,2002:str\"): the key decides the type" },
		{ "name: *x",
		  "a.yaml:1:7: aliases are not taken (\"*x\"): write the value out" },
		{ "name: a\n---\nname: b\n",
		  "a.yaml:2:1: a second document begins here: one file, one document" },
		{ "%YAML 1.1\n---\nname: a\n",
		  "a.yaml:1:1: directives are not taken (\"%YAML\", \"%TAG\")" },
		{ "? [a]\n: b\n", "a.yaml:1:3: a key is a text, not a list or mapping" },
		{ "name: a\nname: b\n", "a.yaml:2:1: \"name\" is already given at a.yaml:1:1" },
		{ "<<: {name: a}\n", "a.yaml:1:1: unknown key \"<<\": known are name, fetch, "
				     "sources, people, routes, facts" },
		/* syntax */
		{ "people: {a: {}\nfetch: {}\n", "a.yaml:2:1: did not find expected ',' or '}' "
						 "(while parsing a flow mapping that "
						 "began in line 1)" },
		{ "fetch:\n\ttimeout: 3s\n",
		  "a.yaml:2:1: a tab cannot stand here: indent with spaces" },
		{ "name: a: b\n",
		  "a.yaml:1:8: mapping values are not allowed in this context" },
		{ "name: \x01", "a.yaml:1:7: control characters are not allowed (byte 0x01)" },
		{ "# ok\nname: \xff\n",
		  "a.yaml:2:7: not UTF-8 (byte 0xff): save the file as UTF-8" },
		/* shape */
		{ "- a\n", "a.yaml:1:1: expected \"key: value\" lines or { }" },
		{ "hello", "a.yaml:1:1: expected \"key: value\" lines or { }" },
		{ "fetch: 3", "a.yaml:1:8: fetch: expected \"key: value\" lines or { }" },
		{ "name: [a]", "a.yaml:1:7: name: expected one value, not a list" },
		{ "routes: {}", "a.yaml:1:9: routes: expected a list (\"- …\" lines or [ ])" },
		{ "sources: []",
		  "a.yaml:1:10: sources: expected named entries (\"name: …\" lines or { })" },
		{ "facts: [a]", "a.yaml:1:8: facts: expected \"name: text\" lines or { }" },
		{ "facts: {a: [b]}", "a.yaml:1:12: facts.a: expected a text, not a list" },
		{ "name:\n", "a.yaml:1:1: name has no value" },
		{ "name: ''\n", "a.yaml:1:7: name: must not be empty" },
		{ "people: {a b: }",
		  "a.yaml:1:10: people: \"a b\" is not a name: letters, digits, "
		  "Han, and after the first \"_\", \".\", \"-\"" },
		{ "name: -x",
		  "a.yaml:1:7: name: \"-x\" is not a name: letters, digits, Han, and "
		  "after the first \"_\", \".\", \"-\"" },
		{ "name: \"a\\0b\"", "a.yaml:1:7: name: holds the control byte 0x00" },
		{ "people: {a: {quiet: {from: 01:00}}}",
		  "a.yaml:1:14: people.a.quiet.to is missing: quiet to" },
		{ "people: {a: {title: aaaaaaaaaaaaaaaaaaaaa}}",
		  "a.yaml:1:21: people.a.title: 21 bytes long, not within 0..20" },
		{ "routes: [{}]", "a.yaml:1:10: routes.to is missing: people who are told" },
		{ "routes: [{to: []}]",
		  "a.yaml:1:15: routes.to: 0 entries are not within 1..10000" },
		{ "sources: {a: {kind: push, allow: [a, b, c, d]}}",
		  "a.yaml:1:34: sources.a.allow: 4 entries are not within 0..3" },
		/* units and bounds */
		{ "fetch: {timeout: 90}",
		  "a.yaml:1:18: fetch.timeout: \"90\" is not a duration like "
		  "\"90s\", \"15m\", \"2h\", \"7d\": did you mean \"90s\"?" },
		{ "fetch: {timeout: 2 h}", "a.yaml:1:18: fetch.timeout: \"2 h\" is not a "
					   "duration like \"90s\", \"15m\", "
					   "\"2h\", \"7d\": did you mean \"2h\"?" },
		{ "fetch: {timeout: 2h}",
		  "a.yaml:1:18: fetch.timeout: 2h is not within 1s..10m" },
		{ "fetch: {timeout: soon}",
		  "a.yaml:1:18: fetch.timeout: \"soon\" is not a duration "
		  "like \"90s\", \"15m\", \"2h\", \"7d\"" },
		{ "fetch: {timeout: 99999999999999999999s}",
		  "a.yaml:1:18: fetch.timeout: \"99999999999999999999s\" is not a duration "
		  "like "
		  "\"90s\", \"15m\", \"2h\", \"7d\"" },
		{ "sources: {a: {kind: push, interval: 0}}",
		  "a.yaml:1:37: sources.a.interval: 0 is not at least 1s" },
		{ "fetch: {max_bytes: 1}",
		  "a.yaml:1:20: fetch.max_bytes: 1 is not within 1k..256M" },
		{ "fetch: {share: 1.5}", "a.yaml:1:16: fetch.share: 1.5 is not within 0..1" },
		{ "fetch: {share: half}", "a.yaml:1:16: fetch.share: \"half\" is not a ratio "
					  "like \"0.15\" or \"15%\"" },
		{ "fetch: {robots: true}", "a.yaml:1:17: fetch.robots: \"true\" is not \"on\" "
					   "or \"off\": did you mean \"on\"?" },
		{ "fetch: {robots: No}", "a.yaml:1:17: fetch.robots: \"No\" is not \"on\" or "
					 "\"off\": did you mean \"off\"?" },
		{ "fetch: {robots: maybe}",
		  "a.yaml:1:17: fetch.robots: \"maybe\" is not \"on\" or \"off\"" },
		{ "fetch: {factor: 1,5}", "a.yaml:1:19: unknown key \"5\" in fetch: known are "
					  "timeout, max_bytes, share, factor, robots, data" },
		{ "people: {a: {quiet: {from: 25:00, to: 01:00}}}",
		  "a.yaml:1:28: people.a.quiet.from: \"25:00\" is not a time of day from "
		  "\"00:00\" "
		  "to \"24:00\"" },
		{ "routes: [{to: [], since: tomorrow}]",
		  "a.yaml:1:15: routes.to: 0 entries are not within 1..10000" },
		{ "sources: {a: {url: ftp://a.test}}",
		  "a.yaml:1:20: sources.a.url: \"ftp://a.test\" "
		  "does not begin with http:// or https://" },
		{ "sources: {a: {url: \"http:///x\"}}",
		  "a.yaml:1:20: sources.a.url: \"http:///x\" names no host" },
		{ "sources: {a: {url: 'http://a b'}}",
		  "a.yaml:1:20: sources.a.url: \"http://a b\" holds a space or control byte" },
		{ "sources: {a: {url: a.test/x}}", "a.yaml:1:20: sources.a.url: \"a.test/x\" "
						   "does not begin with http:// or https://: "
						   "did you mean \"https://a.test/x\"?" },
		/* checks */
		{ "sources: {a: {}}", "a.yaml:1:11: a feed source needs url" },
		{ "sources: {a: {kind: push, url: http://a.test}}",
		  "a.yaml:1:32: a push source has no url" },
		{ "routes: [{to: lin}]", "a.yaml:1:15: unknown person \"lin\": there is none" },
		{ "people: {wu: , zhao: }\nroutes: [{to: lin}]",
		  "a.yaml:2:15: unknown person \"lin\": known are wu, zhao" },
		/* include */
		{ "include: nowhere.yaml",
		  "a.yaml:1:10: include: could not read \"nowhere.yaml\": No "
		  "such file or directory" },
		{ "include: [[a]]", "a.yaml:1:11: include: expected the path of a file" },
		{ "include: /dev/null",
		  "a.yaml:1:10: include: could not read \"/dev/null\": not a regular file" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf report = BUF(1 << 20);
		struct err e = { 0 };
		struct site s = { 0 };
		struct str rest, line = { "", 0 };

		if (conf_read_text(str_of(cases[i].text), "a.yaml", &conf_site_schema, &s,
				   &report, &e))
			fail_msg("was taken: %s", cases[i].text);
		rest = buf_str(&report);
		assert_true(str_next(&rest, '\n', &line));
		if (!str_is(line, cases[i].says))
			fail_msg("%s:\n%s\nnot\n%s", cases[i].text, report.p, cases[i].says);
		buf_release(&report);
	}
}

static void
one_slip_is_told_once(void **state)
{
	(void)state;
	/* A url that is wrong is not missing; a kind that is unknown is no feed without url. */
	conf_must_refuse(
		"sources: { a: { url: x } }",
		"a.yaml:1:22: sources.a.url: \"x\" does not begin with http:// or https://\n"
		"    1 | sources: { a: { url: x } }\n"
		"      |                      ^\n");
	conf_must_refuse(
		"sources: { a: { kind: posh } }",
		"a.yaml:1:23: sources.a.kind: \"posh\" is not one of feed, page, push: did you "
		"mean \"push\"?\n"
		"    1 | sources: { a: { kind: posh } }\n"
		"      |                       ^~~~\n");
	/* After a syntax error what is missing is not judged, what is there is. */
	conf_must_refuse(
		"fetch: { share: 2 }\nroutes: [{ grade: 9 }]\nsources: [\n",
		"a.yaml:1:17: fetch.share: 2 is not within 0..1\n"
		"    1 | fetch: { share: 2 }\n"
		"      |                 ^\n"
		"a.yaml:2:19: routes.grade: 9 is not within 1..3\n"
		"    2 | routes: [{ grade: 9 }]\n"
		"      |                   ^\n"
		"a.yaml:3:10: sources: expected named entries (\"name: …\" lines or { })\n"
		"    3 | sources: [\n"
		"      |          ^\n"
		"a.yaml:4:1: did not find expected node content\n"
		"    4 | \n"
		"      | ^\n");
}

static void
a_long_or_hostile_line_is_shown_without_harm(void **state)
{
	(void)state;
	/* A window around the place; terminal codes, bidi marks and tabs cannot act. */
	conf_must_refuse(
		"facts: { a: 山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山, "
		"b: "
		"山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山, c: [x], d: "
		"山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山 }",
		"a.yaml:1:87: facts.c: expected a text, not a list\n"
		"    1 | …山山, b: "
		"山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山, c: [x], d: "
		"山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山山 }\n"
		"      |                                                                       "
		" "
		"        ^\n");
	conf_must_refuse("name: [\"\u202e\u200b\"] #\tx",
			 "a.yaml:1:7: name: expected one value, not a list\n"
			 "    1 | name: [\"??\"] # x\n"
			 "      |       ^\n");
	conf_must_refuse(
		"fetch: { \"a\\e[31m\\n\": 1 }",
		"a.yaml:1:10: unknown key \"a?[31m?\" in fetch: known are timeout, max_bytes, "
		"share, factor, robots, data\n"
		"    1 | fetch: { \"a\\e[31m\\n\": 1 }\n"
		"      |          ^~~~~~~~~~~\n");
	/* YAML ends a line at these, too: the caret stands in the line that is meant. */
	conf_must_refuse("# a\u2028# b\r# c \xc2\x85"
			 "nam: x",
			 "a.yaml:4:1: unknown key \"nam\": did you mean \"name\"?\n"
			 "    4 | nam: x\n"
			 "      | ^~~\n");
}

static void
ceilings_hold(void **state)
{
	struct buf b = BUF(8 << 20), report = BUF(1 << 20);
	struct site s = { 0 };
	struct err e = { 0 };

	(void)state;
	buf_add(&b, STR("facts: "));
	for (int i = 0; i < 40; i++)
		buf_add_byte(&b, '[');
	conf_must_refuse(b.p, "a.yaml:1:8: facts: expected \"name: text\" lines or { }\n"
			      "    1 | facts: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n"
			      "      |        ^\n"
			      "a.yaml:1:39: nested deeper than 32\n"
			      "    1 | facts: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n"
			      "      |                                       ^\n");
	buf_clear(&b);
	buf_add(&b, STR("facts:\n"));
	for (int i = 0; i < 60000; i++)
		buf_addf(&b, "  k%d: v\n", i);
	conf_must_refuse(b.p, "a.yaml:2:3: facts: 49998 entries are not within 0..10000\n"
			      "    2 |   k0: v\n"
			      "      |   ^\n"
			      "a.yaml:50000:11: over 100000 values in all files together\n"
			      "50000 |   k49998: v\n"
			      "      |           ^\n");
	buf_clear(&b);
	for (int i = 0; i < 120; i++)
		buf_addf(&b, "key%d: v\n", i);
	assert_null(conf_read_text(buf_str(&b), "a.yaml", &conf_site_schema, &s, &report, &e));
	assert_string_equal(e.text, "120 mistakes in a.yaml");
	assert_true(str_ends(buf_str(&report), STR("\n… and 20 more\n")));
	buf_clear(&report);
	buf_clear(&b);
	while (b.n <= 4 << 20)
		buf_add(&b,
			STR("# a long comment of a file that somebody generated by mistake\n"));
	assert_null(conf_read_text(buf_str(&b), "a.yaml", &conf_site_schema, &s, &report, &e));
	assert_string_equal(e.text, "could not read \"a.yaml\": too large");
	assert_int_equal(report.n, 0); /* told once */
	buf_release(&b);
	buf_release(&report);
}

/* ---- the units alone ---------------------------------------------------------------------- */

static void
units_are_read_alone_as_the_command_line_does(void **state)
{
	static const struct {
		int (*parse)(struct str s, int64_t *out, struct err *e);
		const char *text;
		int64_t value; /* -1: refused */
	} cases[] = {
		{ conf_seconds, "0", 0 },        { conf_seconds, "1w", 604800 },
		{ conf_seconds, "-1s", -1 },     { conf_seconds, "", -1 },
		{ conf_seconds, "s", -1 },       { conf_seconds, "1h30m", -1 },
		{ conf_seconds, "1S", -1 },      { conf_bytes, "512", 512 },
		{ conf_bytes, "2G", 2LL << 30 }, { conf_bytes, "9999999999G", -1 },
		{ conf_bytes, "8K", -1 },        { conf_ratio, "15%", 150 },
		{ conf_ratio, "15.5%", 155 },    { conf_ratio, "0.155", 155 },
		{ conf_ratio, "15.55%", -1 },    { conf_ratio, "-0.1", -1 },
		{ conf_ratio, "%", -1 },         { conf_clock, "00:00", 0 },
		{ conf_clock, "24:00", 86400 },  { conf_clock, "24:01", -1 },
		{ conf_clock, "12:60", -1 },     { conf_clock, "1200", -1 },
		{ conf_clock, "123:00", -1 },    { conf_count, "1_000_000", 1000000 },
		{ conf_count, "1__0", -1 },      { conf_count, "_1", -1 },
		{ conf_count, "1_", -1 },        { conf_count, "-1", -1 },
		{ conf_milli, "0.5", 500 },      { conf_milli, "0.5555", -1 },
		{ conf_milli, "+1", -1 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		int64_t v = -1;
		int result = cases[i].parse(str_of(cases[i].text), &v, &e);

		if ((result == 0) != (cases[i].value >= 0) ||
		    (result == 0 && v != cases[i].value))
			fail_msg("%s: %d %lld %s", cases[i].text, result, (long long)v, e.text);
	}
}

static void
the_nearest_name_is_near_or_none(void **state)
{
	static const char *const names[] = { "timeout", "url", "max_bytes", "to" };
	static const struct {
		const char *text, *near;
	} cases[] = {
		{ "timeuot", "timeout" },
		{ "TIMEOUT", "timeout" },
		{ "max-bytes", "max_bytes" },
		{ "ulr", "url" },
		{ "t", "to" },
		{ "x", NULL },
		{ "colour", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		const char *near = conf_nearest(str_of(cases[i].text), names, LY_COUNT(names));

		if ((near == NULL) != (cases[i].near == NULL) ||
		    (near && strcmp(near, cases[i].near) != 0))
			fail_msg("%s: %s", cases[i].text, near ? near : "none");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_gives_the_defaults),
		cmocka_unit_test(every_type_arrives_in_its_field),
		cmocka_unit_test(eight_mistakes_are_told_at_once_with_places_and_suggestions),
		cmocka_unit_test(each_kind_of_mistake_has_its_words),
		cmocka_unit_test(one_slip_is_told_once),
		cmocka_unit_test(a_long_or_hostile_line_is_shown_without_harm),
		cmocka_unit_test(ceilings_hold),
		cmocka_unit_test(units_are_read_alone_as_the_command_line_does),
		cmocka_unit_test(the_nearest_name_is_near_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
