#include "core/base.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/conf.h"
#include "core/hash.h"
#include "core/str.h"

/* A small program's settings with every type in it. */
struct fetch {
	int64_t timeout_s, max_bytes, share, factor, robots;
	struct str data;
};
struct source {
	struct str name, url, token;
	int64_t kind, interval_s;
	struct conf_texts allow;
	struct conf_list headers;
};
struct quiet {
	int64_t from, to;
};
struct person {
	struct str name, zone, title;
	struct quiet quiet;
};
struct route {
	struct conf_texts to;
	int64_t wake, grade, since_at;
};
struct site {
	struct str name;
	struct fetch fetch;
	struct conf_list sources, people, routes, facts;
};

static const char *const kinds[] = { "feed", "page", "push", NULL };

static const struct conf_key fetch_keys[] = {
	{ "timeout", CONF_SECONDS, offsetof(struct fetch, timeout_s), 1, 600, "30s",
	  "give up on a page after", NULL, NULL },
	{ "max_bytes", CONF_BYTES, offsetof(struct fetch, max_bytes), 1024, 1 << 28, "8M",
	  "largest page", NULL, NULL },
	{ "share", CONF_RATIO, offsetof(struct fetch, share), 0, 1000, "70%", "of the line",
	  NULL, NULL },
	{ "factor", CONF_MILLI, offsetof(struct fetch, factor), 0, 0, "1.5", "how much more",
	  NULL, NULL },
	{ "robots", CONF_BOOL, offsetof(struct fetch, robots), 0, 1, "on", "obey robots.txt",
	  NULL, NULL },
	{ "data", CONF_PATH, offsetof(struct fetch, data), 0, 0, "./data", "folder of all data",
	  NULL, NULL },
	CONF_END,
};
static const struct conf_schema fetch_schema = {
	"fetch", sizeof(struct fetch), fetch_keys, "how pages are fetched", 0, NULL,
};

static const struct conf_key source_keys[] = {
	{ "kind", CONF_CHOICE, offsetof(struct source, kind), 0, 0, "feed",
	  "what the address gives", NULL, kinds },
	{ "url", CONF_URL, offsetof(struct source, url), 0, 2000, "", "its address", NULL,
	  NULL },
	{ "interval", CONF_SECONDS, offsetof(struct source, interval_s), 1, 0, "15m",
	  "between polls", NULL, NULL },
	{ "token", CONF_SECRET, offsetof(struct source, token), 0, 0, "", "key of the source",
	  NULL, NULL },
	{ "allow", CONF_TEXTS, offsetof(struct source, allow), 0, 3, "", "private addresses",
	  NULL, NULL },
	{ "headers", CONF_MAP, offsetof(struct source, headers), 0, 2, "", "request headers",
	  NULL, NULL },
	CONF_END,
};

static void
source_check(struct conf_reader *r, void *self)
{
	const struct source *s = self;

	if (s->kind != 2 && !s->url.n)
		conf_error(r, s, "a %s source needs url", kinds[s->kind]);
	if (s->kind == 2 && s->url.n)
		conf_error(r, &s->url, "a push source has no url");
}

static const struct conf_schema source_schema = {
	"source",
	sizeof(struct source),
	source_keys,
	"where documents come from",
	offsetof(struct source, name),
	source_check,
};

static const struct conf_key quiet_keys[] = {
	{ "from", CONF_CLOCK, offsetof(struct quiet, from), 0, 0, NULL, "quiet from", NULL,
	  NULL },
	{ "to", CONF_CLOCK, offsetof(struct quiet, to), 0, 0, NULL, "quiet to", NULL, NULL },
	CONF_END,
};
static const struct conf_schema quiet_schema = {
	"quiet", sizeof(struct quiet), quiet_keys, "hours without calls", 0, NULL,
};

static const struct conf_key person_keys[] = {
	{ "title", CONF_TEXT, offsetof(struct person, title), 0, 20, "", "as shown", NULL,
	  NULL },
	{ "zone", CONF_ZONE, offsetof(struct person, zone), 0, 0, "Asia/Shanghai", "time zone",
	  NULL, NULL },
	{ "quiet", CONF_BLOCK, offsetof(struct person, quiet), 0, 0, "", "hours without calls",
	  &quiet_schema, NULL },
	CONF_END,
};
static const struct conf_schema person_schema = {
	"person", sizeof(struct person),         person_keys,
	"who",    offsetof(struct person, name), NULL,
};

static const struct conf_key route_keys[] = {
	{ "to", CONF_TEXTS, offsetof(struct route, to), 1, 0, NULL, "people who are told", NULL,
	  NULL },
	{ "wake", CONF_BOOL, offsetof(struct route, wake), 0, 1, "off", "also at night", NULL,
	  NULL },
	{ "grade", CONF_COUNT, offsetof(struct route, grade), 1, 3, "1", "from this grade on",
	  NULL, NULL },
	{ "since", CONF_TIME, offsetof(struct route, since_at), 0, 0, "", "not before", NULL,
	  NULL },
	CONF_END,
};

static void
route_check(struct conf_reader *r, void *self)
{
	const struct route *route = self;
	const struct site *site = conf_root(r);
	const struct person *people = site->people.v;
	struct str *names = arena_alloc(conf_arena(r), site->people.n * sizeof *names);

	for (size_t i = 0; i < site->people.n; i++)
		names[i] = people[i].name;
	for (size_t i = 0; i < route->to.n; i++) {
		bool found = false;

		for (size_t j = 0; j < site->people.n; j++)
			found = found || str_eq(names[j], route->to.v[i]);
		if (!found)
			conf_unknown(r, &route->to.v[i], "person", route->to.v[i], names,
				     site->people.n);
	}
}

static const struct conf_schema route_schema = {
	"route", sizeof(struct route), route_keys, "who is told", 0, route_check,
};

static const struct conf_key site_keys[] = {
	{ "name", CONF_NAME, offsetof(struct site, name), 0, 0, "langyan", "whom this serves",
	  NULL, NULL },
	{ "fetch", CONF_BLOCK, offsetof(struct site, fetch), 0, 0, NULL, NULL, &fetch_schema,
	  NULL },
	{ "sources", CONF_TABLE, offsetof(struct site, sources), 0, 0, "", "sources",
	  &source_schema, NULL },
	{ "people", CONF_TABLE, offsetof(struct site, people), 0, 0, "", "people",
	  &person_schema, NULL },
	{ "routes", CONF_LIST, offsetof(struct site, routes), 0, 0, "", "routes", &route_schema,
	  NULL },
	{ "facts", CONF_MAP, offsetof(struct site, facts), 0, 0, "", "facts by key", NULL,
	  NULL },
	CONF_END,
};
static const struct conf_schema site_schema = {
	"settings", sizeof(struct site), site_keys, "Settings of a small program.", 0, NULL,
};

/* ---- helpers ----------------------------------------------------------------------------- */

static struct conf *
must_read(const char *text, struct site *into)
{
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };
	struct conf *c;

	memset(into, 0, sizeof *into);
	c = conf_read_text(str_of(text), "a.yaml", &site_schema, into, &report, &e);
	if (!c)
		fail_msg("%s\n%s", e.text, report.p);
	buf_release(&report);
	return c;
}

/* text is refused with exactly this report. */
static void
must_refuse(const char *text, const char *says)
{
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };
	struct site s = { 0 };
	struct conf *c = conf_read_text(str_of(text), "a.yaml", &site_schema, &s, &report, &e);

	if (c)
		fail_msg("was taken: %s", text);
	assert_string_equal(report.p, says);
	assert_int_equal(e.kind, ERR_USAGE);
	buf_release(&report);
}

/* A file in the test's own folder; returns its path, valid until the next call with this n. */
static const char *
file(int n, const char *name, const char *text, mode_t mode)
{
	static char paths[4][512];
	const char *folder = getenv("LY_TMP");
	int fd;

	snprintf(paths[n], sizeof paths[n], "%s/%s", folder ? folder : "/tmp", name);
	unlink(paths[n]);
	fd = open(paths[n], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return paths[n];
}

/* The text with the test's folder taken out of it. */
static void
without_folder(struct buf *b, const char *text)
{
	const char *folder = getenv("LY_TMP") ? getenv("LY_TMP") : "/tmp", *at;

	for (; (at = strstr(text, folder)) != NULL; text = at + strlen(folder) + 1)
		buf_add(b, (struct str){ text, (size_t)(at - text) });
	buf_add(b, str_of(text));
}

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
		struct conf *c = must_read(texts[i], &s);

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

static const char full[] =
	"name: 山脆\n"
	"fetch: { timeout: 2m, max_bytes: 64k, share: 0.125, factor: -2.5,\n"
	"         robots: off, data: /var/lib/langyan }\n"
	"sources:\n"
	"  daily:\n"
	"    url: \"http://a.test/rss?a=1#b\"\n"
	"    allow: 127.0.0.1:80\n"
	"    headers: { Accept: no, X: '' }\n"
	"  山城.论坛-2: { kind: push, allow: [a, 'b c'], token: env:LY_TEST_TOKEN }\n"
	"people:\n"
	"  lin: { title: 012, zone: Europe/London, quiet: { from: 22:00, to: 24:00 } }\n"
	"  wu:\n"
	"routes:\n"
	"  - to: [lin, wu]\n"
	"    grade: 3\n"
	"    since: 2026-11-21T08:00:00+08:00\n"
	"  - to: wu\n"
	"facts:\n"
	"  price: ~\n"
	"  long: |\n"
	"    two\n"
	"    lines\n";

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
	c = must_read(full, &s);
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
	must_refuse(
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

		if (conf_read_text(str_of(cases[i].text), "a.yaml", &site_schema, &s, &report,
				   &e))
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
	must_refuse(
		"sources: { a: { url: x } }",
		"a.yaml:1:22: sources.a.url: \"x\" does not begin with http:// or https://\n"
		"    1 | sources: { a: { url: x } }\n"
		"      |                      ^\n");
	must_refuse(
		"sources: { a: { kind: posh } }",
		"a.yaml:1:23: sources.a.kind: \"posh\" is not one of feed, page, push: did you "
		"mean \"push\"?\n"
		"    1 | sources: { a: { kind: posh } }\n"
		"      |                       ^~~~\n");
	/* After a syntax error what is missing is not judged, what is there is. */
	must_refuse("fetch: { share: 2 }\nroutes: [{ grade: 9 }]\nsources: [\n",
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
	must_refuse(
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
	must_refuse("name: [\"\u202e\u200b\"] #\tx",
		    "a.yaml:1:7: name: expected one value, not a list\n"
		    "    1 | name: [\"??\"] # x\n"
		    "      |       ^\n");
	must_refuse(
		"fetch: { \"a\\e[31m\\n\": 1 }",
		"a.yaml:1:10: unknown key \"a?[31m?\" in fetch: known are timeout, max_bytes, "
		"share, factor, robots, data\n"
		"    1 | fetch: { \"a\\e[31m\\n\": 1 }\n"
		"      |          ^~~~~~~~~~~\n");
	/* YAML ends a line at these, too: the caret stands in the line that is meant. */
	must_refuse("# a\u2028# b\r# c \xc2\x85"
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
	must_refuse(b.p, "a.yaml:1:8: facts: expected \"name: text\" lines or { }\n"
			 "    1 | facts: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n"
			 "      |        ^\n"
			 "a.yaml:1:39: nested deeper than 32\n"
			 "    1 | facts: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n"
			 "      |                                       ^\n");
	buf_clear(&b);
	buf_add(&b, STR("facts:\n"));
	for (int i = 0; i < 60000; i++)
		buf_addf(&b, "  k%d: v\n", i);
	must_refuse(b.p, "a.yaml:2:3: facts: 49998 entries are not within 0..10000\n"
			 "    2 |   k0: v\n"
			 "      |   ^\n"
			 "a.yaml:50000:11: over 100000 values in all files together\n"
			 "50000 |   k49998: v\n"
			 "      |           ^\n");
	buf_clear(&b);
	for (int i = 0; i < 120; i++)
		buf_addf(&b, "key%d: v\n", i);
	assert_null(conf_read_text(buf_str(&b), "a.yaml", &site_schema, &s, &report, &e));
	assert_string_equal(e.text, "120 mistakes in a.yaml");
	assert_true(str_ends(buf_str(&report), STR("\n… and 20 more\n")));
	buf_clear(&report);
	buf_clear(&b);
	while (b.n <= 4 << 20)
		buf_add(&b,
			STR("# a long comment of a file that somebody generated by mistake\n"));
	assert_null(conf_read_text(buf_str(&b), "a.yaml", &site_schema, &s, &report, &e));
	assert_string_equal(e.text, "could not read \"a.yaml\": too large");
	assert_int_equal(report.n, 0); /* told once */
	buf_release(&b);
	buf_release(&report);
}

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
	c = conf_read_text(buf_str(&text), "a.yaml", &site_schema, &s, &report, &e);
	without_folder(&said, report.p);
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
		const char *path = file(0, "token", files[i].text, files[i].mode);
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
	c = must_read("sources: { a: { kind: push, token: env:LY_TEST_TOKEN } }", &s);
	conf_show(c, &out);
	assert_null(strstr(out.p, "hunter2"));
	assert_non_null(strstr(out.p, "    token: \"(from env:LY_TEST_TOKEN)\"\n"));
	conf_free(c);
	buf_release(&out);
	/* Also not when it was written into the file, even under a misspelled key. */
	must_refuse(
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
	path = file(0, "main.yaml",
		    "include: [people.yaml, ./more.yaml]\n"
		    "name: main\n"
		    "people: { lin: }\n"
		    "routes: [{ to: lin }]\n",
		    0600);
	file(1, "people.yaml",
	     "people: { wu: { zone: UTC } }\nroutes: [{ to: wu, grade: 2 }]\n", 0600);
	file(2, "more.yaml", "include: deep.yaml\nfacts: { a: b }\n", 0600);
	file(3, "deep.yaml", "fetch: { timeout: 9s, data: here }\n", 0600);
	c = conf_read(path, &site_schema, &s, &report, &e);
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
	path = file(0, "main.yaml",
		    "include: [other.yaml, main.yaml]\n"
		    "fetch: { timeout: 9s }\n"
		    "people: { lin: }\n",
		    0600);
	file(1, "other.yaml",
	     "people: { lin: , wu: { zone: Nowhere/Else } }\nfetch: { share: 1 }\n", 0600);
	assert_null(conf_read(path, &site_schema, &s, &report, &e));
	without_folder(&said, report.p);
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
	assert_null(conf_read("/nowhere/a.yaml", &site_schema, &s, &report, &e));
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
	c = must_read(full, &s);
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
	c = must_read(full, &s);
	first = conf_hash(c);
	conf_show(c, &out);
	token = strstr(out.p, "(from env:LY_TEST_TOKEN)");
	assert_non_null(token);
	memcpy(token, "env:LY_TEST_TOKEN\"     #", 24); /* a secret alone cannot be read back */
	conf_free(c);
	c = must_read(out.p, &s);
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
		struct conf *c = must_read(cases[i].a, &s);
		struct id a = conf_hash(c), b;

		conf_free(c);
		c = must_read(cases[i].b, &s);
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
	conf_document(&site_schema, &out);
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
		cmocka_unit_test(secrets_come_from_private_files_or_the_environment),
		cmocka_unit_test(a_secret_is_never_shown),
		cmocka_unit_test(included_files_add_to_lists_and_tables),
		cmocka_unit_test(what_collides_between_files_is_told_with_both_places),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
		cmocka_unit_test(settings_are_shown_with_their_defaults_as_comments),
		cmocka_unit_test(what_is_shown_reads_back_to_the_same_hash),
		cmocka_unit_test(the_hash_sees_values_and_neither_spelling_nor_secrets),
		cmocka_unit_test(the_manual_comes_from_the_tables),
		cmocka_unit_test(units_are_read_alone_as_the_command_line_does),
		cmocka_unit_test(the_nearest_name_is_near_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
