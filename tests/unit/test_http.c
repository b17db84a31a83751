/* Transfers: what leaves, what comes, how it may end, and many at once. */
#include "core/base.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"

#include "tests/support/rogue_site.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GROWTH_KIB (128 << 10) /* freed memory stays in quarantine */
#endif
#endif
#ifndef GROWTH_KIB
#define GROWTH_KIB (64 << 10) /* of all bombs together */
#endif

static void
an_answer_comes_whole_with_its_headers(void **state)
{
	int64_t before = clock_mono_us();
	struct http_response r = rogue_get(rogue_at("/fields"), rogue.here, ROGUE_PLAIN);

	(void)state;
	rogue_ends_as(r, HTTP_OK);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body.p, "ok");
	assert_string_equal(r.type.p, "text/html; charset=gbk");
	assert_string_equal(r.etag.p, "W/\"a b\"");
	assert_string_equal(r.last_modified.p, "Sat, 21 Nov 2026 23:15:41 GMT");
	assert_string_equal(r.link.p, "<a>; rel=hub, <b>; rel=self");
	assert_string_equal(r.cache_control.p, "no-cache, max-age=60");
	assert_string_equal(r.retry_after.p, "120");
	assert_string_equal(r.expires.p, "0");
	assert_string_equal(r.location.p, "");
	assert_string_equal(r.url.p, rogue_at("/fields"));
	assert_string_equal(r.detail, "");
	assert_false(r.moved_for_good);
	assert_true(r.first_byte_sent_us >= before && r.first_byte_sent_us <= clock_mono_us());
	assert_true(r.us > 0);
}

static void
a_request_leaves_as_it_was_given(void **state)
{
	const struct http_header headers[] = { { STR_INIT("X-Name"), STR_INIT("山脆 (1)") },
					       { STR_INIT("X-Empty"), STR_INIT("") } };
	struct http_response r;
	const char *p;

	(void)state;
	r = rogue_get(rogue_at("/echo"), rogue.here,
		      (struct http_request){ .method = STR("POST"),
					     .body = STR("{\"a\":\"b\"}"),
					     .headers = headers,
					     .n_headers = 2 });
	rogue_ends_as(r, HTTP_OK);
	p = r.body.p;
	assert_non_null(strstr(p, "POST /echo HTTP/1.1\r\n"));
	assert_non_null(strstr(p, "\r\nUser-Agent: langyan-test/1\r\n"));
	assert_non_null(strstr(p, "\r\nX-Name: 山脆 (1)\r\n"));
	assert_non_null(strstr(p, "\r\nX-Empty:\r\n"));
	assert_non_null(strstr(p, "\r\nAccept-Encoding: gzip, deflate"));
	assert_non_null(strstr(p, "\r\n\r\n{\"a\":\"b\"}"));
	assert_null(strstr(p, "Expect:"));
	assert_null(strstr(p, "Content-Type:"));
	r = rogue_get(rogue_at("/echo"), rogue.here,
		      (struct http_request){ .method = STR("PUT"), .body = STR("x") });
	assert_non_null(strstr(r.body.p, "PUT /echo HTTP/1.1\r\n"));
	r = rogue_get(rogue_at("/echo"), rogue.here,
		      (struct http_request){ .method = STR("DELETE") });
	assert_non_null(strstr(r.body.p, "DELETE /echo HTTP/1.1\r\n"));
	r = rogue_get(rogue_at("/echo"), rogue.here,
		      (struct http_request){ .method = STR("POST") });
	assert_non_null(strstr(r.body.p, "\r\nContent-Length: 0\r\n"));
}

static void
a_bad_request_is_refused_before_it_starts(void **state)
{
	static const struct {
		const char *method, *url, *name, *value;
		enum err_kind kind;
		const char *says;
	} cases[] = {
		{ "GET", "ftp://127.0.0.1/", "X", "", ERR_USAGE, "is not a web address" },
		{ "GET", "file:///etc/passwd", "X", "", ERR_USAGE, "is not a web address" },
		{ "GE T", "http://127.0.0.1/", "X", "", ERR_USAGE,
		  "\"GE T\" is no HTTP method" },
		{ "", "http://127.0.0.1/", "X", "", ERR_USAGE, "\"\" is no HTTP method" },
		{ "GET", "http://127.0.0.1/", "X", "a\r\nBcc: b", ERR_REJECT,
		  "header \"X\" holds a control byte" },
		{ "GET", "http://127.0.0.1/", "X", "a\x7f", ERR_REJECT,
		  "header \"X\" holds a control byte" },
		{ "GET", "http://127.0.0.1/", "X:", "a", ERR_REJECT,
		  "header \"X:\" has no proper name" },
		{ "GET", "http://127.0.0.1/", "X\r\nY", "a", ERR_REJECT, "has no proper name" },
		{ "GET", "http://127.0.0.1/", "", "a", ERR_REJECT, "has no proper name" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct http_header header = { str_of(cases[i].name), str_of(cases[i].value) };
		struct http_request r = { .method = str_of(cases[i].method),
					  .url = str_of(cases[i].url),
					  .headers = &header,
					  .n_headers = 1 };
		struct err e = { 0 };

		assert_int_equal(http_start(rogue.client, &r, &e), -1);
		assert_int_equal(e.kind, cases[i].kind);
		if (!strstr(e.text, cases[i].says))
			fail_msg("\"%s\" lacks \"%s\"", e.text, cases[i].says);
	}
	assert_int_equal(http_running(rogue.client), 0);
}

static void
bombs_are_stopped_at_their_ceiling(void **state)
{
	struct rusage before, after;
	int64_t began = clock_cpu_us();

	(void)state;
	getrusage(RUSAGE_SELF, &before);
	rogue_ends_as(rogue_get(rogue_at("/bomb"), rogue.here, ROGUE_PLAIN), HTTP_TOO_LARGE);
	rogue_ends_as(rogue_get(rogue_at("/endless"), rogue.here, ROGUE_PLAIN), HTTP_TOO_LARGE);
	rogue_ends_as(rogue_get(rogue_at("/headers?200000"), rogue.here, ROGUE_PLAIN),
		      HTTP_TOO_LARGE);
	rogue_ends_as(rogue_get(rogue_at("/headers?600"), rogue.here, ROGUE_PLAIN),
		      HTTP_TOO_LARGE);
	rogue_ends_as(rogue_get(rogue_at("/long-header"), rogue.here, ROGUE_PLAIN),
		      HTTP_TOO_LARGE);
	rogue_ends_as(rogue_get(rogue_at("/raw?large"), rogue.here, ROGUE_PLAIN),
		      HTTP_TOO_LARGE);
	rogue_ends_as(
		rogue_get(rogue_at("/ok"), rogue.here, (struct http_request){ .max_bytes = 1 }),
		HTTP_TOO_LARGE);
	rogue_ends_as(
		rogue_get(rogue_at("/ok"), rogue.here, (struct http_request){ .max_bytes = 2 }),
		HTTP_OK);
	rogue_ends_as(rogue_get(rogue_at("/headers?400"), rogue.here, ROGUE_PLAIN), HTTP_OK);
	getrusage(RUSAGE_SELF, &after);
	print_message("memory grew by %ld KB, %lld ms CPU\n",
		      after.ru_maxrss - before.ru_maxrss,
		      (long long)(clock_cpu_us() - began) / 1000);
	assert_in_range(after.ru_maxrss - before.ru_maxrss, 0, GROWTH_KIB);
}

static void
a_slow_answer_is_cut_by_its_time(void **state)
{
	struct http_response r = rogue_get(rogue_at("/drip"), rogue.here,
					   (struct http_request){ .timeout_ms = 150 });

	(void)state;
	rogue_ends_as(r, HTTP_SLOW);
	assert_in_range(r.us, 100000, 5000000);
}

static void
a_broken_answer_is_called_what_it_is(void **state)
{
	static const struct {
		const char *path;
		enum http_end end;
	} cases[] = {
		{ "/raw?short", HTTP_CUT },         { "/raw?nothing", HTTP_CUT },
		{ "/raw?half", HTTP_CUT },          { "/raw?ssh", HTTP_PROTOCOL },
		{ "/raw?negative", HTTP_PROTOCOL }, { "/raw?chunk", HTTP_CUT },
		{ "/raw?cutchunk", HTTP_CUT },      { "/raw?badgzip", HTTP_PROTOCOL },
		{ "/to?/to?/ok", HTTP_OK },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct http_response r =
			rogue_get(rogue_at(cases[i].path), rogue.here, ROGUE_PLAIN);

		rogue_ends_as(r, cases[i].end);
		if (r.end != HTTP_OK)
			assert_true(r.detail[0]);
	}
	rogue_ends_as(rogue_get("http://127.0.0.1:1/", "127.0.0.1:1", ROGUE_PLAIN),
		      HTTP_NO_CONNECT);
	rogue_ends_as(rogue_get("http://no-such-name.invalid/", NULL, ROGUE_PLAIN),
		      HTTP_NO_NAME);
}

static void
redirects_are_followed_counted_and_judged(void **state)
{
	struct http_response r;

	(void)state;
	r = rogue_get(rogue_at("/moved?301=/moved?308=/ok"), rogue.here, ROGUE_PLAIN);
	rogue_ends_as(r, HTTP_OK);
	assert_true(r.moved_for_good);
	assert_string_equal(r.url.p, rogue_at("/ok"));
	r = rogue_get(rogue_at("/moved?301=/to?/ok"), rogue.here, ROGUE_PLAIN);
	rogue_ends_as(r, HTTP_OK);
	assert_false(r.moved_for_good);
	r = rogue_get(rogue_at("/to?/moved?301=/ok"), rogue.here, ROGUE_PLAIN);
	assert_false(r.moved_for_good);
	rogue_ends_as(rogue_get(rogue_at("/to?/to?/to?/ok"), rogue.here,
				(struct http_request){ .max_redirects = 3 }),
		      HTTP_OK);
	rogue_ends_as(rogue_get(rogue_at("/to?/to?/to?/to?/ok"), rogue.here,
				(struct http_request){ .max_redirects = 3 }),
		      HTTP_REDIRECTS);
	r = rogue_get(rogue_at("/to?/ok"), rogue.here,
		      (struct http_request){ .max_redirects = -1 });
	rogue_ends_as(r, HTTP_OK);
	assert_int_equal(r.status, 302);
	assert_string_equal(r.location.p, "/ok");
	assert_false(r.moved_for_good);
}

/* Host, scheme or port: each makes another origin; leading back does not give them back. */
static void
secrets_do_not_follow_a_redirect_to_another_origin(void **state)
{
	static const struct http_header plain[] = { { STR_INIT("X-Plain"), STR_INIT("p") } };
	static const struct http_header secrets[] = {
		{ STR_INIT("X-Api-Key"), STR_INIT("hidden-1") },
		{ STR_INIT("Authorization"), STR_INIT("Bearer hidden-2") },
		{ STR_INIT("Cookie"), STR_INIT("a=hidden-3") },
	};
	static const struct {
		const char *path; /* %d: the port */
		bool kept;
	} cases[] = {
		{ "/echo", true },
		{ "/to?/echo", true },
		{ "/moved?301=/to?/echo", true },
		{ "/to?http://localhost:%d/echo", false },
		{ "/moved?308=http://localhost:%d/echo", false },
		{ "/to?http://localhost:%d/to?/echo", false },
		{ "/to?http://localhost:%d/to?http://127.0.0.1:%d/echo", false },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct http_response r =
			rogue_get(arena_textf(rogue.arena, "%s%s", rogue.base,
					      arena_textf(rogue.arena, cases[i].path,
							  rogue.port, rogue.port)),
				  rogue.here,
				  (struct http_request){ .headers = plain,
							 .n_headers = 1,
							 .secrets = secrets,
							 .n_secrets = LY_COUNT(secrets) });
		bool kept = strstr(r.body.p, "hidden-1") && strstr(r.body.p, "hidden-2") &&
			    strstr(r.body.p, "hidden-3");

		rogue_ends_as(r, HTTP_OK);
		assert_non_null(strstr(r.body.p, "X-Plain: p"));
		if (kept != cases[i].kept || (!kept && strstr(r.body.p, "hidden")))
			fail_msg("%s: %s", cases[i].path, r.body.p);
	}
}

/* ---- many at once ------------------------------------------------------------------------- */

struct chain {
	int left, ended, ok, stopped;
	struct str url;
	struct conf_texts allow;
};

static void start_next(struct chain *c);

static void
count_end(void *arg, const struct http_response *r)
{
	struct chain *c = arg;

	c->ended++;
	c->ok += r->end == HTTP_OK && r->status == 200;
	c->stopped += r->end == HTTP_STOPPED;
	if (c->left > 0)
		start_next(c);
}

static void
start_next(struct chain *c)
{
	struct http_request r = { .method = STR("GET"),
				  .url = c->url,
				  .allow_private = &c->allow,
				  .done = count_end,
				  .arg = c };
	struct err e = { 0 };

	c->left--;
	if (http_start(rogue.client, &r, &e) < 0)
		assert_string_equal(e.text, "no new transfers: stopping");
}

static void
drive(int64_t limit_ms)
{
	int64_t until = clock_mono_ms() + limit_ms;

	while (http_running(rogue.client) && clock_mono_ms() < until) {
		struct pollfd p = { http_fd(rogue.client), POLLIN, 0 };

		poll(&p, 1, 100);
		http_turn(rogue.client);
	}
}

static void
transfers_run_side_by_side_and_start_new_ones(void **state)
{
	struct str row = str_of(rogue.here);
	struct chain c = { .left = 200, .url = str_of(rogue_at("/ok")), .allow = { &row, 1 } };
	struct http_request r = { .method = STR("GET"), .url = c.url };
	struct err e = { 0 };

	(void)state;
	for (int i = 0; i < 8; i++)
		start_next(&c);
	assert_int_equal(http_running(rogue.client), 8);
	assert_int_equal(http_start(rogue.client, &r, &e), -1);
	assert_int_equal(e.kind, ERR_RETRY);
	assert_string_equal(e.text, "all 8 transfers are busy");
	drive(20000);
	assert_int_equal(c.ended, 200);
	assert_int_equal(c.ok, 200);
	assert_int_equal(http_running(rogue.client), 0);
}

static void
what_runs_when_we_stop_is_told_so(void **state)
{
	struct str row = str_of(rogue.here);
	struct chain c = { .left = 5, .url = str_of(rogue_at("/drip")), .allow = { &row, 1 } };

	(void)state;
	for (int i = 0; i < 3; i++)
		start_next(&c);
	http_turn(rogue.client);
	http_free(rogue.client);
	rogue.client = NULL;
	assert_int_equal(c.ended, 3);
	assert_int_equal(c.stopped, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROGUE(an_answer_comes_whole_with_its_headers),
		ROGUE(a_request_leaves_as_it_was_given),
		ROGUE(a_bad_request_is_refused_before_it_starts),
		ROGUE(bombs_are_stopped_at_their_ceiling),
		ROGUE(a_slow_answer_is_cut_by_its_time),
		ROGUE(a_broken_answer_is_called_what_it_is),
		ROGUE(redirects_are_followed_counted_and_judged),
		ROGUE(secrets_do_not_follow_a_redirect_to_another_origin),
		ROGUE(transfers_run_side_by_side_and_start_new_ones),
		ROGUE(what_runs_when_we_stop_is_told_so),
	};

	return cmocka_run_group_tests(tests, rogue_start, rogue_stop);
}
