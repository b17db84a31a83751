/* The client against a real server: nginx, when it is installed. */
#include "core/base.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/http.h"
#include "core/str.h"

#define SWEEP 400

static char dir[64];
static pid_t nginx;
static int port, tls_port;
static bool tls;
static struct http *client;
static struct arena *arena;

static int
free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static bool
answers(int at)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				 .sin_port = htons((uint16_t)at) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool up = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;

	close(fd);
	return up;
}

static FILE *
file(const char *name)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	return f;
}

static void
write_files(void)
{
	FILE *f = file("feed.xml");

	for (int i = 0; i < 1000; i++)
		fprintf(f, "<item>山脆 %d</item>\n", i);
	fclose(f);
	f = file("nginx.conf");
	fprintf(f,
		"%sdaemon off;\nworker_processes 1;\npid %s/pid;\nerror_log %s/error.log;\n"
		"events { worker_connections 512; }\nhttp {\naccess_log off;\ntypes { text/xml "
		"xml; }\n"
		"client_body_temp_path %s/a; proxy_temp_path %s/b; fastcgi_temp_path %s/c;\n"
		"uwsgi_temp_path %s/d; scgi_temp_path %s/e;\n"
		"server { listen 127.0.0.1:%d;",
		geteuid() == 0 ? "user root;\n" : "", dir, dir, dir, dir, dir, dir, dir, port);
	if (tls)
		fprintf(f,
			" listen 127.0.0.1:%d ssl http2; ssl_certificate %s/cert.pem; "
			"ssl_certificate_key %s/key.pem;",
			tls_port, dir, dir);
	fprintf(f,
		" root %s; location /gz/ { alias %s/; gzip on; gzip_types text/xml; }"
		" location /gone { return 410; } location /moved { return 301 /feed.xml; }"
		" location /busy { add_header Retry-After 7 always; return 429; } }\n}\n",
		dir, dir);
	fclose(f);
}

static int
stop(void **state)
{
	char command[128];

	(void)state;
	if (nginx > 0) {
		kill(nginx, SIGTERM);
		waitpid(nginx, NULL, 0);
	}
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}

static int
start(void **state)
{
	struct pollfd none = { -1, 0, 0 };
	char conf[128], command[400];

	(void)state;
	snprintf(dir, sizeof dir, "/tmp/langyan-nginx-XXXXXX");
	assert_non_null(mkdtemp(dir));
	port = free_port();
	tls_port = free_port();
	snprintf(command, sizeof command,
		 "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2 "
		 "-keyout %s/key.pem -out %s/cert.pem >/dev/null 2>&1",
		 dir, dir);
	tls = system(command) == 0;
	write_files();
	snprintf(conf, sizeof conf, "%s/nginx.conf", dir);
	nginx = fork();
	if (nginx == 0) {
		prctl(PR_SET_PDEATHSIG,
		      SIGTERM); /* a test that is killed leaves nothing behind */
		setenv("PATH", "/usr/sbin:/usr/local/sbin:/usr/bin:/bin:/usr/local/bin", 1);
		execlp("nginx", "nginx", "-p", dir, "-c", conf, "-e", "error.log",
		       (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 500 && !answers(port); i++) {
		int status;

		if (waitpid(nginx, &status, WNOHANG) == nginx) {
			nginx = -1;
			/* Only a missing package may skip; one that fails is a failure. */
			return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? 0 : -1;
		}
		poll(&none, 0, 10);
	}
	return 0;
}

static int
setup(void **state)
{
	struct http_conf c = { .agent = STR("langyan-test/1"),
			       .max_transfers = 64,
			       .per_host = 16 };
	struct err e = { 0 };

	(void)state;
	if (nginx < 0) {
		print_message("skipped: no nginx (apt-get install nginx-light)\n");
		return 0;
	}
	client = http_new(&c, &e);
	arena = arena_new();
	return client ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	if (nginx > 0) {
		http_free(client);
		arena_free(arena);
	}
	return 0;
}

static struct http_response
get(const char *url, const struct http_header *h, size_t n)
{
	struct str star = STR("*");
	struct conf_texts allow = { &star, 1 };
	struct http_request r = { .method = STR("GET"),
				  .url = str_of(url),
				  .headers = h,
				  .n_headers = n,
				  .allow_private = &allow };
	struct http_response out = { 0 };
	struct err e = { 0 };

	if (http_once(client, &r, arena, &out, &e) < 0)
		fail_msg("%s", e.text);
	return out;
}

static const char *
at(const char *path)
{
	return arena_textf(arena, "http://127.0.0.1:%d%s", port, path);
}

static void
a_feed_is_fetched_once_and_then_not_modified(void **state)
{
	struct http_response r;
	struct http_header known = { STR("If-None-Match"), { NULL, 0 } };

	(void)state;
	if (nginx < 0)
		skip();
	r = get(at("/feed.xml"), NULL, 0);
	assert_int_equal(r.end, HTTP_OK);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.type.p, "text/xml");
	assert_true(r.etag.n > 2 && r.last_modified.n > 20);
	assert_true(str_starts(r.body, STR("<item>山脆 0</item>\n")));
	assert_true(str_ends(r.body, STR("<item>山脆 999</item>\n")));
	known.value = r.etag;
	r = get(at("/feed.xml"), &known, 1);
	assert_int_equal(r.end, HTTP_OK);
	assert_int_equal(r.status, 304);
	assert_int_equal(r.body.n, 0);
}

static void
a_packed_answer_is_the_same(void **state)
{
	struct http_response plain, packed;

	(void)state;
	if (nginx < 0)
		skip();
	plain = get(at("/feed.xml"), NULL, 0);
	packed = get(at("/gz/feed.xml"), NULL, 0);
	assert_int_equal(packed.end, HTTP_OK);
	assert_true(str_starts(packed.etag, STR("W/"))); /* nginx packed it */
	assert_true(str_eq(plain.body, packed.body));
}

static void
other_answers_are_answers_too(void **state)
{
	struct http_response r;

	(void)state;
	if (nginx < 0)
		skip();
	assert_int_equal(get(at("/none"), NULL, 0).status, 404);
	assert_int_equal(get(at("/gone"), NULL, 0).status, 410);
	r = get(at("/busy"), NULL, 0);
	assert_int_equal(r.status, 429);
	assert_string_equal(r.retry_after.p, "7");
	r = get(at("/moved"), NULL, 0);
	assert_int_equal(r.status, 200);
	assert_true(r.moved_for_good);
	assert_string_equal(r.url.p, at("/feed.xml"));
}

static void
a_certificate_that_nobody_signed_is_refused(void **state)
{
	struct http_response r;

	(void)state;
	if (nginx < 0)
		skip();
	if (!tls) {
		print_message("skipped: no openssl to make a certificate with\n");
		skip();
	}
	r = get(arena_textf(arena, "https://localhost:%d/feed.xml", tls_port), NULL, 0);
	assert_int_equal(r.end, HTTP_TLS);
	assert_non_null(strstr(r.detail, "self"));
}

static void
count(void *arg, const struct http_response *r)
{
	int *n = arg;

	*n += r->end == HTTP_OK && r->status == 200 && r->body.n > 10000;
}

static void
many_transfers_share_few_connections(void **state)
{
	struct str star = STR("*");
	struct conf_texts allow = { &star, 1 };
	int64_t began = clock_mono_ms(), cpu = clock_cpu_us();
	int started = 0, whole = 0;
	struct http_request r = {
		.method = STR("GET"), .allow_private = &allow, .done = count, .arg = &whole
	};
	struct err e = { 0 };

	(void)state;
	if (nginx < 0)
		skip();
	r.url = str_of(at("/feed.xml"));
	while ((started < SWEEP || http_running(client)) && clock_mono_ms() < began + 20000) {
		struct pollfd p = { http_fd(client), POLLIN, 0 };

		while (started < SWEEP && http_start(client, &r, &e) == 0)
			started++;
		poll(&p, 1, 100);
		http_turn(client);
	}
	assert_int_equal(whole, SWEEP);
	print_message("%d transfers in %lld ms, %lld us CPU each\n", SWEEP,
		      (long long)(clock_mono_ms() - began),
		      (long long)(clock_cpu_us() - cpu) / SWEEP);
}

#define WITH_CLIENT(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CLIENT(a_feed_is_fetched_once_and_then_not_modified),
		WITH_CLIENT(a_packed_answer_is_the_same),
		WITH_CLIENT(other_answers_are_answers_too),
		WITH_CLIENT(a_certificate_that_nobody_signed_is_refused),
		WITH_CLIENT(many_transfers_share_few_connections),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
