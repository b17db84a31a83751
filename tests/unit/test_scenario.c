#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/http.h"
#include "core/str.h"

#include "drill/newsroom.h"

#define HEAD                                                                 \
	"title: t\nstart: 2026-03-14T08:00:00Z\nlength: 1h\nseed: 7\n"       \
	"words: { brand: 山脆 }\n"                                         \
	"lists: { bad: { of: [\"{brand}有虫\", \"a {x} b\", \"}{\"] } }\n" \
	"feeds:\n  one: { path: /one.xml, title: One }\n"                    \
	"  two: { path: /two.xml, title: Two, format: atom, pages: on }\n"
#define START 1773475200

static char path[] = "/tmp/langyan-scenario-XXXXXX";

static int
make_file(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof path, "/tmp/langyan-scenario-XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int
drop_file(void **state)
{
	(void)state;
	return unlink(path);
}

static struct scenario *
read_text(const char *text, struct buf *report, struct err *e)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return scenario_read(path, report, e);
}

static struct scenario *
read_well(const char *text)
{
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };
	struct scenario *s = read_text(text, &report, &e);

	if (!s)
		fail_msg("%s\n%s", e.text, report.p);
	buf_release(&report);
	return s;
}

static void
injects_come_at_their_time_with_words_filled_in(void **state)
{
	struct scenario *s = read_well(HEAD "injects:\n"
					    "  - { at: 10m, feed: two, author: 记者, title: "
					    "\"{brand}\", text: \"{brand} {n} {nobody}\" }\n"
					    "  - { at: 1m, feed: one, author: u, text: "
					    "\"吃了{brand}\", copies: 3, every: 30s }\n");

	(void)state;
	assert_int_equal(s->n, 4);
	assert_int_equal(s->items[0].at, START + 60);
	assert_int_equal(s->items[1].at, START + 90);
	assert_true(str_is(s->items[0].author, "u1"));
	assert_true(str_is(s->items[2].author, "u3"));
	assert_true(str_is(s->items[0].text, "吃了山脆"));
	assert_int_equal(s->items[3].at, START + 600);
	assert_true(str_is(s->items[3].title, "山脆"));
	assert_true(str_is(s->items[3].text, "山脆 1 {nobody}"));
	assert_int_equal(s->items[3].feed, 1);
	assert_int_equal(scenario_end(s), START + 3600);
	scenario_free(s);
}

static void
the_same_seed_gives_the_same_noise_and_braces_stay_as_they_are(void **state)
{
	static const char text[] =
		HEAD "noise:\n  - { feed: one, to: 1h, every: 10s, authors: 50, "
		     "titles: [a, b], texts: [\"{bad}\"] }\n";
	struct scenario *x = read_well(text), *y = read_well(text);
	bool filled = false, kept = false;

	(void)state;
	assert_int_equal(x->n, 360);
	for (size_t i = 0; i < x->n; i++) {
		assert_int_equal(x->items[i].at, y->items[i].at);
		assert_true(str_eq(x->items[i].text, y->items[i].text));
		assert_true(str_eq(x->items[i].author, y->items[i].author));
		assert_true(!i || x->items[i].at >= x->items[i - 1].at);
		filled = filled || str_is(x->items[i].text, "山脆有虫");
		kept = kept || str_is(x->items[i].text, "a {x} b");
		assert_int_equal(str_find(x->items[i].text, STR("{brand}")), -1);
	}
	assert_true(filled && kept);
	scenario_free(x);
	scenario_free(y);
}

static void
mistakes_are_told(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ HEAD "injects: [{ at: 1m, feed: on, text: x }]\n", "did you mean \"one\"?" },
		{ HEAD "  bad: { path: no-slash.xml, title: B }\n", "a path begins with /" },
		{ HEAD "noise: [{ feed: one, to: 1h, every: 0, texts: [x] }]\n", "every" },
		{ "title: t\n", "feeds" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf report = BUF(1 << 20);
		struct err e = { 0 };

		assert_null(read_text(cases[i].text, &report, &e));
		if (!strstr(report.p, cases[i].says))
			fail_msg("case %zu: %s", i, report.p);
		buf_release(&report);
	}
}

/* 60 KB of file that ask for 600 MB of text. */
static void
a_scenario_that_would_fill_the_memory_is_refused(void **state)
{
	struct buf text = BUF(1 << 20), report = BUF(1 << 20);
	struct err e = { 0 };

	(void)state;
	buf_add(&text, STR(HEAD "injects: [{ at: 1m, feed: one, copies: 10000, text: \""));
	for (int i = 0; i < 50000; i++)
		buf_add_byte(&text, 'x');
	buf_add(&text, STR("\" }]\n"));
	assert_null(read_text(text.p, &report, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(e.text, "makes over 1000000 items or 256 MiB of text"));
	buf_release(&text);
	buf_release(&report);
}

static void
an_empty_scenario_is_quiet(void **state)
{
	struct scenario *s = read_well(HEAD);

	(void)state;
	assert_int_equal(s->n, 0);
	assert_int_equal(scenario_end(s), START + 3600);
	scenario_free(s);
}

/* One GET with the clock given; status, and the body in a. */
static int
get(struct arena *a, int port, const char *what, const char *clock, struct str *body)
{
	char url[200], allow[64];
	struct str allowed[1];
	struct conf_texts list = { allowed, 1 };
	struct http_header header = { STR("Langyan-Clock"), str_of(clock) };
	struct err e = { 0 };
	struct http *h = http_new(&(struct http_conf){ .agent = STR("test") }, &e);
	struct http_response r;

	snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, what);
	snprintf(allow, sizeof allow, "127.0.0.1:%d", port);
	allowed[0] = str_of(allow);
	if (http_once(h,
		      &(struct http_request){ .method = STR("GET"),
					      .url = str_of(url),
					      .headers = &header,
					      .n_headers = 1,
					      .allow_private = &list },
		      a, &r, &e) < 0 ||
	    r.end != HTTP_OK)
		fail_msg("%s: %s %s", url, e.text, r.detail);
	*body = r.body;
	http_free(h);
	return r.status;
}

static void
a_newsroom_shows_what_has_happened_whatever_it_is_asked(void **state)
{
	static const struct {
		const char *what, *clock;
		int status;
		const char *holds; /* NULL: not "山脆" */
	} cases[] = {
		{ "/one.xml", "1773475259", 200, NULL },
		{ "/one.xml", "1773475260", 200, "吃了山脆 &lt;b&gt;" },
		{ "/two.xml", "1773475260", 200, "<feed" },
		{ "/one.xml", "9223372036854775807", 200, "吃了山脆" },
		{ "/one.xml", "-9223372036854775808", 200, NULL },
		{ "/one.xml", "noon", 200, NULL },
		{ "/item/1.html", "1773475260", 200, "吃了山脆 &lt;b&gt;" },
		{ "/item/1.html", "1773475259", 404, NULL },
		{ "/item/-1.html", "1773475260", 404, NULL },
		{ "/item/99999999999999999999.html", "1773475260", 404, NULL },
		{ "/item/.html", "1773475260", 404, NULL },
		{ "/item/", "1773475260", 404, NULL },
		{ "/", "1773475260", 200, "/one.xml" },
		{ "/robots.txt", "0", 200, "Allow: /" },
		{ "/../etc/passwd", "0", 404, NULL },
	};
	struct arena *a = arena_new();
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };
	struct newsroom *n;

	(void)state;
	scenario_free(read_well(HEAD "injects: [{ at: 1m, feed: one, author: \"<i>\", text: "
				     "\"吃了{brand} <b>\" }]\n"));
	n = newsroom_open(&(struct newsroom_setup){ path, "127.0.0.1:0", 1 }, &report, &e);
	assert_non_null(n);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str body;
		int status = get(a, newsroom_port(n), cases[i].what, cases[i].clock, &body);
		bool holds = str_find(body, cases[i].holds ? str_of(cases[i].holds)
							   : STR("山脆")) >= 0;

		if (status != cases[i].status || holds != (cases[i].holds != NULL))
			fail_msg("%s at %s: %d %.*s", cases[i].what, cases[i].clock, status,
				 STR_ARG(body));
	}
	assert_int_equal(newsroom_served(n), LY_COUNT(cases));
	newsroom_close(n);
	buf_release(&report);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define WITH_FILE(f) cmocka_unit_test_setup_teardown(f, make_file, drop_file)
		WITH_FILE(injects_come_at_their_time_with_words_filled_in),
		WITH_FILE(the_same_seed_gives_the_same_noise_and_braces_stay_as_they_are),
		WITH_FILE(mistakes_are_told),
		WITH_FILE(a_scenario_that_would_fill_the_memory_is_refused),
		WITH_FILE(an_empty_scenario_is_quiet),
		WITH_FILE(a_newsroom_shows_what_has_happened_whatever_it_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
