/* The gate as a dry run has it, before two sites of the test's own. */
#include "core/base.h"

#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "crawler/robots_gate.h"
#include "crawler/state.h"

#define WAIT_MS 20000

/* ---- a site ------------------------------------------------------------------------------- */

struct page {
	const char *path, *answer; /* status line and headers, without the last empty line */
	const char *body;
};
struct site {
	int fd, port;
	pthread_t thread;
	pthread_mutex_t lock;
	struct page pages[8];
	struct buf seen; /* every request as it came */
};

static void
answer(struct site *s, int fd)
{
	char in[8192], out[8192];
	size_t n = 0;
	ssize_t got;
	const struct page *p = s->pages; /* read with the lock */

	while (n < sizeof in - 1 && (got = recv(fd, in + n, sizeof in - 1 - n, 0)) > 0) {
		n += (size_t)got;
		in[n] = '\0';
		if (strstr(in, "\r\n\r\n"))
			break;
	}
	in[n] = '\0';
	pthread_mutex_lock(&s->lock);
	buf_add(&s->seen, (struct str){ in, n });
	while (p->path && (strncmp(in + 4, p->path, strlen(p->path)) != 0 ||
			   in[4 + strlen(p->path)] != ' '))
		p++;
	snprintf(out, sizeof out,
		 "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
		 p->path ? p->answer : "404 no", p->path && p->body ? strlen(p->body) : 0,
		 p->path && p->body ? p->body : "");
	pthread_mutex_unlock(&s->lock);
	(void)!send(fd, out, strlen(out), MSG_NOSIGNAL);
	close(fd);
}

static void *
serve(void *arg)
{
	struct site *s = arg;
	int fd;

	while ((fd = accept(s->fd, NULL, NULL)) >= 0)
		answer(s, fd);
	return NULL;
}

static void
site_start(struct site *s)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof in;

	pthread_mutex_init(&s->lock, NULL);
	s->seen = BUF(1 << 20);
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&in, sizeof in), 0);
	assert_int_equal(listen(s->fd, 64), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&in, &n), 0);
	s->port = ntohs(in.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void
site_stop(struct site *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
	buf_release(&s->seen);
}

static void
site_put(struct site *s, int at, const char *path, const char *answers, const char *body)
{
	pthread_mutex_lock(&s->lock);
	s->pages[at] = (struct page){ path, answers, body };
	pthread_mutex_unlock(&s->lock);
}

static int
site_count(struct site *s, const char *text)
{
	int n = 0;

	pthread_mutex_lock(&s->lock);
	for (const char *p = s->seen.p; (p = strstr(p, text)); p += strlen(text))
		n++;
	pthread_mutex_unlock(&s->lock);
	return n;
}

/* ---- the gate ----------------------------------------------------------------------------- */

struct bench {
	struct site here, there;
	struct http *http;
	struct robots_gate *gate;
	struct fetch_conf fetch;
	struct source_conf source;
	struct str allowed[2];
	char allow[2][32], url[96], to[128];
	struct arena *a;
	struct err e;
	int done, status;
	enum http_end end;
	struct buf detail;
};

static int
make(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	site_start(&b->here);
	site_start(&b->there);
	b->fetch = (struct fetch_conf){ .agent = STR("Langyan/1 (x)") };
	snprintf(b->allow[0], sizeof b->allow[0], "127.0.0.1:%d", b->here.port);
	snprintf(b->allow[1], sizeof b->allow[1], "127.0.0.1:%d", b->there.port);
	b->allowed[0] = str_of(b->allow[0]);
	b->allowed[1] = str_of(b->allow[1]);
	b->source =
		(struct source_conf){ .name = STR("x"), .allow_private = { b->allowed, 2 } };
	b->http =
		http_new(&(struct http_conf){ .agent = b->fetch.agent, .per_host = 8 }, &b->e);
	b->gate = robots_gate_new(&(struct robots_setup){ b->http, &b->fetch, NULL });
	b->a = arena_new();
	b->detail = BUF(4096);
	*state = b;
	return b->http ? 0 : -1;
}

static int
unmake(void **state)
{
	struct bench *b = *state;

	http_free(b->http);
	robots_gate_free(b->gate);
	site_stop(&b->here);
	site_stop(&b->there);
	arena_free(b->a);
	buf_release(&b->detail);
	free(b);
	return 0;
}

static struct str
at(struct bench *b, const struct site *s, const char *path)
{
	return str_of(arena_textf(b->a, "http://127.0.0.1:%d%s", s->port, path));
}

static struct http_response
get(struct bench *b, struct str url)
{
	struct http_request q = { .method = STR("GET"),
				  .url = url,
				  .allow_private = &b->source.allow_private };
	struct http_response r = { 0 };

	if (robots_once(b->gate, &b->source, &q, b->a, &r, &b->e) < 0)
		fail_msg("%s", b->e.text);
	return r;
}

static void
done(void *arg, const struct http_response *r)
{
	struct bench *b = arg;

	b->done++;
	b->end = r->end;
	b->status = r->status;
}

static void
what_is_disallowed_never_leaves_and_says_why(void **state)
{
	struct bench *b = *state;
	struct http_response r;
	struct robots_figures f;

	site_put(&b->here, 0, "/robots.txt", "200 ok",
		 "user-agent: langyan\ndisallow: /新\ndisallow: /x\n");
	site_put(&b->here, 1, "/y", "200 ok", "yes");
	r = get(b, at(b, &b->here, "/x/1"));
	assert_int_equal(r.end, HTTP_DISALLOWED);
	assert_string_equal(r.detail, "robots.txt disallows it (line 3: \"/x\")");
	r = get(b, at(b, &b->here, "/%e6%96%b0"));
	assert_int_equal(r.end, HTTP_DISALLOWED);
	r = get(b, at(b, &b->here, "/y"));
	assert_int_equal(r.end, HTTP_OK);
	assert_true(str_is(r.body, "yes"));
	assert_int_equal(site_count(&b->here, "GET /robots.txt"), 1);
	assert_int_equal(site_count(&b->here, "GET /x/1"), 0);
	robots_figures(b->gate, &f);
	assert_int_equal(f.asked, 1);
	assert_int_equal(f.denied, 2);
}

static void
many_that_wait_for_one_file_ask_once_and_done_is_never_called_inside_start(void **state)
{
	struct bench *b = *state;
	int64_t end = clock_mono_ms() + WAIT_MS;
	struct http_request q = { .method = STR("GET"),
				  .url = at(b, &b->here, "/x"),
				  .allow_private = &b->source.allow_private,
				  .done = done,
				  .arg = b };

	site_put(&b->here, 0, "/robots.txt", "200 ok", "user-agent: *\ndisallow: /x");
	for (int round = 1; round <= 2; round++) {
		for (int i = 0; i < 10; i++)
			assert_int_equal(robots_start(b->gate, &b->source, &q, &b->e), 0);
		assert_int_equal(b->done, 10 * (round - 1));
		assert_int_equal(robots_due(b->gate), round == 2);
		while (b->done < 10 * round && clock_mono_ms() < end) {
			http_turn(b->http);
			robots_turn(b->gate);
		}
		assert_int_equal(b->done, 10 * round);
		assert_int_equal(b->end, HTTP_DISALLOWED);
	}
	assert_int_equal(site_count(&b->here, "GET "), 1);
}

static void
each_hop_of_a_redirect_is_asked_for_at_its_own_origin(void **state)
{
	struct bench *b = *state;
	struct http_response r;

	snprintf(b->to, sizeof b->to, "301 moved\r\nLocation: http://127.0.0.1:%d/y",
		 b->there.port);
	site_put(&b->here, 0, "/a", b->to, NULL);
	site_put(&b->here, 1, "/b", "302 moved\r\nLocation: /c", NULL);
	site_put(&b->here, 2, "/c", "200 ok", "here");
	site_put(&b->there, 0, "/robots.txt", "200 ok", "user-agent: *\ndisallow: /y\n");
	r = get(b, at(b, &b->here, "/a"));
	assert_int_equal(r.end, HTTP_DISALLOWED);
	assert_true(str_eq(r.url, at(b, &b->there, "/y")));
	assert_int_equal(site_count(&b->there, "GET /y"), 0);
	r = get(b, at(b, &b->here, "/b"));
	assert_int_equal(r.end, HTTP_OK);
	assert_true(str_is(r.body, "here"));
	assert_true(str_eq(r.url, at(b, &b->here, "/c")));
	assert_false(r.moved_for_good);
	assert_int_equal(site_count(&b->here, "GET /robots.txt"), 1);
}

static void
a_redirect_for_good_is_told_as_such_and_a_loop_ends(void **state)
{
	struct bench *b = *state;
	struct http_request q = { .method = STR("GET"),
				  .allow_private = &b->source.allow_private,
				  .max_redirects = 3 };
	struct http_response r;

	site_put(&b->here, 0, "/a", "308 moved\r\nLocation: /c", NULL);
	site_put(&b->here, 1, "/c", "200 ok", "here");
	site_put(&b->here, 2, "/loop", "301 moved\r\nLocation: /loop", NULL);
	site_put(&b->here, 3, "/file", "301 x\r\nLocation: file:///etc/passwd", NULL);
	assert_true(get(b, at(b, &b->here, "/a")).moved_for_good);
	assert_false(get(b, at(b, &b->here, "/c")).moved_for_good);
	q.url = at(b, &b->here, "/loop");
	assert_int_equal(robots_once(b->gate, &b->source, &q, b->a, &r, &b->e), 0);
	assert_int_equal(r.end, HTTP_REDIRECTS);
	assert_int_equal(site_count(&b->here, "GET /loop"), 4);
	assert_int_equal(get(b, at(b, &b->here, "/file")).end, HTTP_PROTOCOL);
	q.max_redirects = -1;
	assert_int_equal(robots_once(b->gate, &b->source, &q, b->a, &r, &b->e), 0);
	assert_int_equal(r.status, 301);
	assert_int_equal(r.end, HTTP_OK);
}

static void
secrets_and_own_headers_stay_at_their_origin(void **state)
{
	struct bench *b = *state;
	struct http_header headers[] = { { STR("If-None-Match"), STR("\"e\"") },
					 { STR("X-Own"), STR("own") } },
			   secrets[] = { { STR("X-Key"), STR("secret") } };
	struct http_request q = { .method = STR("GET"),
				  .url = at(b, &b->here, "/a"),
				  .headers = headers,
				  .n_headers = 2,
				  .secrets = secrets,
				  .n_secrets = 1,
				  .allow_private = &b->source.allow_private };
	struct http_response r;

	snprintf(b->to, sizeof b->to, "301 moved\r\nLocation: http://127.0.0.1:%d/y",
		 b->there.port);
	snprintf(b->url, sizeof b->url, "302 moved\r\nLocation: http://127.0.0.1:%d/z",
		 b->here.port);
	site_put(&b->here, 0, "/a", b->to, NULL);
	site_put(&b->there, 0, "/y", b->url, NULL);
	site_put(&b->here, 1, "/z", "200 ok", "z");
	assert_int_equal(robots_once(b->gate, &b->source, &q, b->a, &r, &b->e), 0);
	assert_true(str_is(r.body, "z"));
	assert_int_equal(site_count(&b->here, "X-Key: secret"), 1); /* not at robots.txt, /z */
	assert_int_equal(site_count(&b->here, "X-Own: own"), 1);
	assert_int_equal(site_count(&b->there, "X-"), 0);
	assert_int_equal(site_count(&b->there, "If-None-Match: \"e\""), 1);
}

static void
a_file_that_cannot_be_had_closes_the_origin(void **state)
{
	struct bench *b = *state;
	struct http_response r;

	site_put(&b->here, 0, "/robots.txt", "503 no", NULL);
	site_put(&b->here, 1, "/y", "200 ok", "yes");
	for (int i = 0; i < 2; i++) {
		r = get(b, at(b, &b->here, "/y"));
		assert_int_equal(r.end, HTTP_DISALLOWED);
		assert_int_equal(r.status, 503);
		assert_string_equal(
			r.detail,
			"robots.txt answered 503: nothing is fetched before it can be read");
	}
	assert_int_equal(site_count(&b->here, "GET "), 1);
	/* Nobody there at all: the request ends as robots.txt did. */
	r = get(b, at(b, &(struct site){ .port = 1 }, "/y"));
	assert_int_equal(r.end, HTTP_BLOCKED); /* port 1 is in no allow list */
}

/* A crawler whose spool takes nothing. Its poll must end: a slot that is busy for ever would be a
 * source that is silent for ever. */
static void
what_cannot_be_remembered_ends_the_requests_that_wait_for_it(void **state)
{
	struct bench *b = *state;
	struct crawler c = { .arena = b->a, .now = 1795000000, .err = &b->e };
	struct err e = { 0 };
	struct http_request q = { .method = STR("GET"),
				  .url = at(b, &b->here, "/y"),
				  .allow_private = &b->source.allow_private,
				  .done = done,
				  .arg = b };

	c.store = store_open(":memory:", &spool_migrations, &e);
	assert_non_null(c.store);
	assert_int_equal(
		stmt_run(store_stmt(c.store, "CREATE TRIGGER no BEFORE INSERT ON robots "
					     "BEGIN SELECT RAISE(ABORT, 'no room'); END"),
			 &e),
		0);
	robots_gate_free(b->gate);
	b->gate = robots_gate_new(&(struct robots_setup){ b->http, &b->fetch, &c });
	site_put(&b->here, 0, "/robots.txt", "200 ok", "");
	assert_int_equal(robots_start(b->gate, &b->source, &q, &e), 0);
	for (int64_t end = clock_mono_ms() + WAIT_MS; !b->done;) {
		assert_true(clock_mono_ms() < end);
		http_turn(b->http);
		robots_turn(b->gate);
	}
	assert_true(c.failed);
	assert_int_equal(b->end, HTTP_NO_CONNECT); /* not HTTP_STOPPED: we are not going down */
	robots_gate_free(b->gate);
	b->gate = NULL;
	store_close(c.store);
}

static void
a_source_that_may_ignore_it_does(void **state)
{
	struct bench *b = *state;

	b->source.robots = ROBOTS_IGNORE;
	site_put(&b->here, 0, "/robots.txt", "200 ok", "user-agent: *\ndisallow: /");
	site_put(&b->here, 1, "/y", "200 ok", "yes");
	assert_int_equal(get(b, at(b, &b->here, "/y")).end, HTTP_OK);
	assert_int_equal(site_count(&b->here, "GET /robots.txt"), 0);
}

static void
what_still_waits_is_told_that_it_stops(void **state)
{
	struct bench *b = *state;
	struct http_request q = { .method = STR("GET"),
				  .url = at(b, &b->here, "/x"),
				  .allow_private = &b->source.allow_private,
				  .done = done,
				  .arg = b };

	assert_int_equal(robots_start(b->gate, &b->source, &q, &b->e), 0);
	q.url = STR("no address");
	assert_int_equal(robots_start(b->gate, &b->source, &q, &b->e), -1);
	assert_int_equal(b->e.kind, ERR_USAGE);
	http_free(b->http);
	b->http = NULL;
	robots_gate_free(b->gate);
	b->gate = NULL;
	assert_int_equal(b->done, 1);
	assert_int_equal(b->end, HTTP_STOPPED);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, unmake)
	const struct CMUnitTest tests[] = {
		TEST(what_is_disallowed_never_leaves_and_says_why),
		TEST(many_that_wait_for_one_file_ask_once_and_done_is_never_called_inside_start),
		TEST(each_hop_of_a_redirect_is_asked_for_at_its_own_origin),
		TEST(a_redirect_for_good_is_told_as_such_and_a_loop_ends),
		TEST(secrets_and_own_headers_stay_at_their_origin),
		TEST(a_file_that_cannot_be_had_closes_the_origin),
		TEST(what_cannot_be_remembered_ends_the_requests_that_wait_for_it),
		TEST(a_source_that_may_ignore_it_does),
		TEST(what_still_waits_is_told_that_it_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
