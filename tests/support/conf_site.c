/* conf_site.c - see conf_site.h. */
#include "core/base.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"

#include "tests/support/conf_site.h"

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
const struct conf_schema conf_site_schema = {
	"settings", sizeof(struct site), site_keys, "Settings of a small program.", 0, NULL,
};

/* ---- helpers ----------------------------------------------------------------------------- */

struct conf *
conf_must_read(const char *text, struct site *into)
{
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };
	struct conf *c;

	memset(into, 0, sizeof *into);
	c = conf_read_text(str_of(text), "a.yaml", &conf_site_schema, into, &report, &e);
	if (!c)
		fail_msg("%s\n%s", e.text, report.p);
	buf_release(&report);
	return c;
}

void
conf_must_refuse(const char *text, const char *says)
{
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };
	struct site s = { 0 };
	struct conf *c =
		conf_read_text(str_of(text), "a.yaml", &conf_site_schema, &s, &report, &e);

	if (c)
		fail_msg("was taken: %s", text);
	assert_string_equal(report.p, says);
	assert_int_equal(e.kind, ERR_USAGE);
	buf_release(&report);
}

const char *
conf_file(int n, const char *name, const char *text, mode_t mode)
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

void
conf_without_folder(struct buf *b, const char *text)
{
	const char *folder = getenv("LY_TMP") ? getenv("LY_TMP") : "/tmp", *at;

	for (; (at = strstr(text, folder)) != NULL; text = at + strlen(folder) + 1)
		buf_add(b, (struct str){ text, (size_t)(at - text) });
	buf_add(b, str_of(text));
}

const char conf_full[] =
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
