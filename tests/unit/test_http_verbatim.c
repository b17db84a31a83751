/* Requests for evidence: what was on the wire is kept, what is not asked for is not read. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/http.h"
#include "core/httpd.h"
#include "core/str.h"

struct bench {
	struct httpd *site;
	struct http *http;
	struct arena *a;
	char allowed[40];
	struct str allow;
	struct conf_texts allow_private;
	struct err e;
};

static void
answer(void *arg, const struct site_request *q, struct site_answer *a)
{
	(void)arg;
	a->status = str_is(q->path, "/gone") ? 404 : str_is(q->path, "/moved") ? 302 : 200;
	a->type = str_is(q->path, "/leak.zip") ? "application/zip" : "text/html; charset=utf-8";
	if (a->status == 302)
		buf_add(&a->location, STR("/page"));
	buf_add(&a->body, STR("<p>a page</p>"));
}

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	b->a = arena_new();
	b->site = site_open("127.0.0.1:0", answer, NULL, &b->e);
	b->http = http_new(&(struct http_conf){ .agent = STR("test/1") }, &b->e);
	if (!b->site || !b->http)
		return -1;
	snprintf(b->allowed, sizeof b->allowed, "127.0.0.1:%d", httpd_port(b->site));
	b->allow = str_of(b->allowed);
	b->allow_private = (struct conf_texts){ &b->allow, 1 };
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;

	http_free(b->http);
	httpd_close(b->site);
	arena_free(b->a);
	free(b);
	return 0;
}

static struct http_response
get(struct bench *b, const char *path, bool verbatim)
{
	static const char *const texts[] = { "text/", "application/json", NULL };
	char url[80];
	struct http_request q = { .method = STR("GET"),
				  .verbatim = verbatim,
				  .types = texts,
				  .allow_private = &b->allow_private };
	struct http_response r;

	snprintf(url, sizeof url, "http://%s%s", b->allowed, path);
	q.url = str_of(url);
	if (http_once(b->http, &q, b->a, &r, &b->e) < 0)
		fail_msg("%s", b->e.text);
	return r;
}

static void
both_heads_are_kept_as_they_were_on_the_wire(void **state)
{
	struct bench *b = *state;
	struct http_response r = get(b, "/page", true);

	assert_int_equal(r.status, 200);
	assert_true(str_starts(r.sent, STR("GET /page HTTP/1.1\r\nHost: 127.0.0.1:")));
	assert_true(str_find(r.sent, STR("\r\nUser-Agent: test/1\r\n")) > 0);
	assert_true(str_find_nocase(r.sent, STR("accept-encoding")) < 0);
	assert_true(str_ends(r.sent, STR("\r\n\r\n")));
	assert_true(str_starts(r.head, STR("HTTP/1.1 200 OK\r\n")));
	assert_true(str_find(r.head, STR("\r\nContent-Length: 13\r\n")) > 0);
	assert_true(str_ends(r.head, STR("\r\n\r\n")));
	assert_true(str_is(r.body, "<p>a page</p>"));
	assert_true(str_is(r.address, "127.0.0.1"));
}

static void
after_a_redirect_they_are_those_of_the_last_hop(void **state)
{
	struct bench *b = *state;
	struct http_response r = get(b, "/moved", true);

	assert_true(str_starts(r.sent, STR("GET /page HTTP/1.1\r\n")));
	assert_true(str_starts(r.head, STR("HTTP/1.1 200 OK\r\n")));
	assert_true(str_find(r.head, STR("302")) < 0);
}

static void
other_requests_keep_neither(void **state)
{
	struct bench *b = *state;
	struct http_response r = get(b, "/page", false);

	assert_int_equal(r.sent.n + r.head.n, 0);
	assert_int_equal(r.body.n, 13);
}

static void
a_type_that_was_not_asked_for_is_not_read(void **state)
{
	struct bench *b = *state;
	struct http_response r = get(b, "/leak.zip", true);

	assert_int_equal(r.end, HTTP_OTHER_TYPE);
	assert_int_equal(r.status, 200);
	assert_int_equal(r.body.n, 0);
	assert_string_equal(r.detail, "application/zip");
}

/* What a page says that is not there is of interest whatever it is. */
static void
the_type_of_a_refusal_does_not_matter(void **state)
{
	struct bench *b = *state;

	assert_int_equal(get(b, "/gone", true).end, HTTP_OK);
	assert_int_equal(get(b, "/gone", true).status, 404);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(both_heads_are_kept_as_they_were_on_the_wire),
		T(after_a_redirect_they_are_those_of_the_last_hop),
		T(other_requests_keep_neither),
		T(a_type_that_was_not_asked_for_is_not_read),
		T(the_type_of_a_refusal_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
