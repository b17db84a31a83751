/*
 * bench_fetch.c - what a poll costs that finds nothing new, beside a bare libcurl loop in the
 * same run, against nginx on loopback (one worker, 64 connections, 10 KB feed, ETag -> 304).
 *
 *   bare     curl_multi_poll, easy handles kept, If-None-Match: as fast as libcurl gets
 *   sweep    10,000 sources that nobody knows yet: scheduled, fetched, parsed, in the spool
 *   wrk      the same requests by wrk, if it is installed: one thread, its CPU time
 *   warm     the same 10,000 again, ROUNDS times: 304
 *   idle     memory of the process with 10,000 sources known and nothing to do
 *
 * CPU time is this thread's (user + system): nginx and libcurl's resolver threads are not in it.
 * bare and warm are each the best of ROUNDS rounds of 10,000 polls: what else the machine does only adds.
 */
#include "core/base.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "core/clock.h"
#include "core/document.h"
#include "core/json.h"
#include "core/str.h"

#include "crawler/crawler.h"

#define SOURCES     10000
#define CONNECTIONS 64
#define ROUNDS      5
#define BARE        (ROUNDS * SOURCES)
#define INTERVAL_S  3600
#define GIVE_UP_S   120
#define BATCH_MS    50 /* as the runner: crawl_stage.batch_ms */

static char dir[] = "build/bench-fetch-XXXXXX";
static int port;
static pid_t nginx;

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* ---- nginx ---------------------------------------------------------------------------------- */

static int
free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&a, n) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) < 0)
		abort();
	close(fd);
	return ntohs(a.sin_port);
}

static bool
answers(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool up = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;

	close(fd);
	return up;
}

static void
write_file(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

static void
write_feed(void)
{
	struct buf b = BUF(1 << 20);

	buf_add(&b,
		STR("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>"));
	for (int i = 0; i < 20; i++)
		buf_addf(&b,
			 "<item><guid isPermaLink=\"false\">g%d</guid><title>title %d of this "
			 "feed"
			 "</title><link>http://example.org/item/%d</link><pubDate>Tue, 10 Mar "
			 "2026 "
			 "%02d:00:00 GMT</pubDate><description>The maker of the snack said on "
			 "Thursday that it would recall one batch, after customers had "
			 "reported a "
			 "strange smell; a second sentence makes it longer, and a third one "
			 "makes "
			 "it about as long as what a feed says of one item. "
			 "%d</description></item>",
			 i, i, i, i, i);
	buf_add(&b, STR("</channel></rss>"));
	write_file("feed", b.p);
	buf_release(&b);
}

static bool
nginx_start(void)
{
	char conf[2048], path[256];

	port = free_port();
	snprintf(conf, sizeof conf,
		 "%sworker_processes 1; daemon off; pid nginx.pid;\n"
		 "events { worker_connections 1024; }\n"
		 "http { access_log off; keepalive_requests 1000000000; keepalive_timeout "
		 "600s;\n"
		 "client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f;\n"
		 "uwsgi_temp_path u; scgi_temp_path s;\n"
		 "types { } default_type application/rss+xml;\n"
		 "server { listen 127.0.0.1:%d; root .;\n"
		 "} }\n",
		 geteuid() ? "" : "user root;\n", port);
	write_file("nginx.conf", conf);
	write_feed();
	nginx = fork();
	if (nginx == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		setenv("PATH", "/usr/sbin:/usr/local/sbin:/usr/bin:/bin", 1);
		snprintf(path, sizeof path, "%s/", dir);
		execlp("nginx", "nginx", "-p", path, "-c", "nginx.conf", "-e", "error.log",
		       (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 500 && !answers(); i++)
		poll(NULL, 0, 10);
	return answers();
}

/* ---- libcurl alone -------------------------------------------------------------------------- */

static size_t
drop(char *p, size_t size, size_t n, void *arg)
{
	(void)p, (void)arg;
	return size * n;
}

static char etag[256];

static size_t
note_etag(char *p, size_t size, size_t n, void *arg)
{
	struct str line = str_trim((struct str){ p, size * n });

	(void)arg;
	if (str_starts(line, STR("ETag: ")))
		snprintf(etag, sizeof etag, "If-None-Match: %.*s", (int)line.n - 6, line.p + 6);
	return size * n;
}

static CURL *
bare_handle(const char *url)
{
	CURL *c = curl_easy_init();

	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	return c;
}

/* CPU microseconds a request. */
static double
bare(void)
{
	CURLM *m = curl_multi_init();
	CURL *first, *all[CONNECTIONS];
	struct curl_slist *headers = NULL;
	int begun = 0, done = 0, running;
	int64_t from, best = INT64_MAX;
	char url[64];

	snprintf(url, sizeof url, "http://127.0.0.1:%d/feed", port);
	first = bare_handle(url);
	curl_easy_setopt(first, CURLOPT_HEADERFUNCTION, note_etag);
	if (curl_easy_perform(first) != CURLE_OK || !etag[0])
		return 0;
	curl_easy_cleanup(first);
	headers = curl_slist_append(headers, etag);
	curl_multi_setopt(m, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS);
	from = clock_cpu_us();
	for (int i = 0; i < CONNECTIONS; i++, begun++) {
		all[i] = bare_handle(url);
		curl_easy_setopt(all[i], CURLOPT_HTTPHEADER, headers);
		curl_multi_add_handle(m, all[i]);
	}
	while (done < BARE) {
		CURLMsg *msg;
		int left;

		curl_multi_perform(m, &running);
		while ((msg = curl_multi_info_read(m, &left))) {
			long status = 0;

			curl_easy_getinfo(msg->easy_handle, CURLINFO_RESPONSE_CODE, &status);
			if (status != 304)
				abort();
			if (++done % SOURCES == 0) {
				best = least(best, clock_cpu_us() - from);
				from = clock_cpu_us();
			}
			curl_multi_remove_handle(m, msg->easy_handle);
			if (begun++ < BARE)
				curl_multi_add_handle(m, msg->easy_handle);
		}
		if (running)
			curl_multi_poll(m, NULL, 0, 100, NULL);
	}
	for (int i = 0; i < CONNECTIONS; i++)
		curl_easy_cleanup(all[i]);
	curl_multi_cleanup(m);
	curl_slist_free_all(headers);
	return (double)best / SOURCES;
}

/* The same by wrk; 0 when it is not there. */
static double
wrk(void)
{
	char command[512], line[256];
	struct rusage before, after;
	double n = 0;
	FILE *f;

	if (access("/usr/bin/wrk", X_OK) < 0)
		return 0;
	snprintf(command, sizeof command,
		 "exec /usr/bin/wrk -t1 -c%d -d3s -H '%s' http://127.0.0.1:%d/feed",
		 CONNECTIONS, etag, port);
	getrusage(RUSAGE_CHILDREN, &before);
	f = popen(command, "r");
	while (f && fgets(line, sizeof line, f))
		if (strstr(line, " requests in "))
			n = strtod(line, NULL);
	if (!f || pclose(f) != 0 || n <= 0)
		return 0;
	getrusage(RUSAGE_CHILDREN, &after);
	return ((double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec +
			 after.ru_stime.tv_sec - before.ru_stime.tv_sec) *
			1e6 +
		(double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec +
			 after.ru_stime.tv_usec - before.ru_stime.tv_usec)) /
	       n;
}

/* ---- the crawler ---------------------------------------------------------------------------- */

struct bench {
	struct out out; /* first */
	struct clock clock;
	struct fetch_conf fetch;
	struct spool_conf spool;
	struct source_conf *sources;
	struct conf_list list;
	struct crawler_setup setup;
	struct crawler *crawler;
	struct arena *step;
	struct receipt *got;
	size_t n_got, documents;
	struct str reply;
	struct arena *kept;
	struct err e;
};

static size_t
room(struct out *o)
{
	(void)o;
	return 2048;
}

static void
put(struct out *o, enum out_way way, struct str record)
{
	struct bench *b = (struct bench *)o;
	struct document d;
	struct reply r;

	if (way == OUT_REPLY && record_decode(&reply_record, record, &r, b->kept, &b->e) == 0)
		b->reply = arena_str(b->kept, r.body);
	if (way != OUT_NEXT || record_decode(&document_record, record, &d, b->step, &b->e) < 0)
		return;
	b->got[b->n_got++] = (struct receipt){ d.spool, d.seq };
	b->documents++;
}

static void
must(int r, struct bench *b)
{
	if (r >= 0)
		return;
	fprintf(stderr, "bench_fetch: %s\n", b->e.text);
	exit(1);
}

static void
settle(struct bench *b)
{
	int64_t now = clock_now(&b->clock);

	must(crawl_stage.settle(b->crawler, now, &b->out, &b->e), b);
	for (size_t i = 0; i < b->n_got; i++) {
		struct buf record = BUF(256);

		record_encode(&receipt_record, &b->got[i], &record);
		must(crawl_stage.step(b->crawler, buf_str(&record), now, &b->out, b->step,
				      &b->e),
		     b);
		buf_release(&record);
	}
	b->n_got = 0;
	arena_reset(b->step);
}

static int64_t
figure(struct bench *b, const char *name)
{
	struct command c = { .call = 7, .actor = STR("bench"), .verb = STR("crawler.figures") };
	struct buf record = BUF(4096);
	int64_t v;

	record_encode(&command_record, &c, &record);
	must(crawl_stage.step(b->crawler, buf_str(&record), clock_now(&b->clock), &b->out,
			      b->step, &b->e),
	     b);
	buf_release(&record);
	v = json_int(json_get(json_parse(b->kept, b->reply, &b->e), name), -1);
	arena_reset(b->kept);
	return v;
}

static void
crawler_make(struct bench *b)
{
	static struct str allowed[1];
	char *text;

	*b = (struct bench){ .out = { .room = room, .put = put, .scratch = OUT_SCRATCH },
			     .step = arena_new(),
			     .kept = arena_new(),
			     .sources = calloc(SOURCES, sizeof *b->sources),
			     .got = calloc(100000, sizeof *b->got) };
	clock_init(&b->clock, CLOCK_SCALED, 1773360000, 1);
	b->fetch = (struct fetch_conf){ .agent = STR("bench"),
					.timeout_s = 30,
					.max_bytes = 1 << 20,
					.max_redirects = 5,
					.per_host = CONNECTIONS,
					.per_address = CONNECTIONS,
					.max_transfers = 256,
					.interval_s = INTERVAL_S,
					.interval_min_s = 120,
					.interval_max_s = 7200,
					.blind_after_s = 6 * 3600,
					.max_age_s = 7 * 86400 };
	b->spool = (struct spool_conf){ .keep_s = 7 * 86400,
					.keep_bytes = (int64_t)1 << 31,
					.resend_after_s = 600 };
	text = malloc(64);
	snprintf(text, 64, "127.0.0.1:%d", port);
	allowed[0] = str_of(text);
	for (int i = 0; i < SOURCES; i++) {
		char *name = malloc(160), *url = name + 32;

		snprintf(name, 32, "source-%d", i);
		snprintf(url, 128, "http://127.0.0.1:%d/feed?%d", port, i);
		b->sources[i] = (struct source_conf){ .name = str_of(name),
						      .url = str_of(url),
						      .allow_private = { allowed, 1 } };
	}
	b->list = (struct conf_list){ b->sources, SOURCES };
	b->setup = (struct crawler_setup){ .fetch = &b->fetch,
					   .spool = &b->spool,
					   .sources = &b->list,
					   .dir = dir,
					   .clock = &b->clock };
}

/* Time goes on by s; until every source was polled once more. CPU microseconds. */
static int64_t
round_us(struct bench *b, int64_t s, int64_t fetches)
{
	struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };
	int64_t end = clock_mono_ms() + GIVE_UP_S * 1000,
		settle_ms = clock_mono_ms() + BATCH_MS;
	int64_t from = clock_cpu_us();

	b->clock.start_at += s;
	for (int turn = 0; turn % 64 || figure(b, "fetches") < fetches; turn++) {
		(void)poll(&p, 1, 1);
		must(crawl_stage.step(b->crawler, STR(""), clock_now(&b->clock), &b->out,
				      b->step, &b->e),
		     b);
		if (clock_mono_ms() >= settle_ms) {
			settle(b);
			settle_ms = clock_mono_ms() + BATCH_MS;
		}
		if (clock_mono_ms() > end) {
			fprintf(stderr, "bench_fetch: %lld of %lld polls in %d s\n",
				(long long)figure(b, "fetches"), (long long)fetches, GIVE_UP_S);
			exit(1);
		}
	}
	settle(b);
	return clock_cpu_us() - from;
}

static int64_t
rss_kb(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[128];
	long kb = 0;

	while (f && fgets(line, sizeof line, f))
		(void)sscanf(line, "VmRSS: %ld", &kb);
	if (f)
		fclose(f);
	return kb;
}

static double
warm(struct bench *b, int64_t *fetches)
{
	int64_t us = INT64_MAX, same = figure(b, "not_modified");

	for (int i = 0; i < ROUNDS; i++) {
		*fetches += SOURCES;
		us = least(us, round_us(b, INTERVAL_S + 60, *fetches));
	}
	if (figure(b, "not_modified") - same != (int64_t)ROUNDS * SOURCES) {
		fprintf(stderr, "bench_fetch: %lld of %d were not modified\n",
			(long long)(figure(b, "not_modified") - same), ROUNDS * SOURCES);
		exit(1);
	}
	return (double)us / SOURCES;
}

static void
show(const char *what, double us, double base)
{
	printf("%-28s %6.1f us CPU a poll   %6.0f a second and core   %.2f x bare\n", what, us,
	       1e6 / us, us / base);
}

static void
run(void)
{
	int64_t before = rss_kb(), fetches = SOURCES, from_ms, us;
	double base = bare(), poll_us, wrk_us;
	struct bench b;

	if (base <= 0) {
		fprintf(stderr, "bench_fetch: libcurl alone had no answer\n");
		exit(1);
	}
	show("bare libcurl, 304", base, base);
	wrk_us = wrk();
	if (wrk_us > 0)
		show("wrk, 304", wrk_us, base);
	else
		printf("%-28s is not installed (apt-get install wrk)\n", "wrk");
	crawler_make(&b);
	from_ms = clock_mono_ms();
	b.crawler = crawler_new(&b.setup, &b.e);
	must(b.crawler ? 0 : -1, &b);
	us = round_us(&b, INTERVAL_S, fetches);
	printf("%-28s %6.1f s (goal < 60), %.1f s CPU, %zu documents\n",
	       "sweep of 10,000 sources", (double)(clock_mono_ms() - from_ms) / 1000,
	       (double)us / 1e6, b.documents);
	poll_us = warm(&b, &fetches);
	show("warm polls, 304", poll_us, base);
	if (wrk_us > 0)
		printf("%-28s %6.2f x wrk\n", "", poll_us / wrk_us);
	printf("%-28s %6.0f MB, %.0f before it was made (goal < 150)\n", "10,000 idle sources",
	       (double)rss_kb() / 1024, (double)before / 1024);
	crawler_free(b.crawler);
	if (poll_us > 1e6 / 15000)
		printf("%-28s goal of 15,000 a second and core is missed\n", "");
}

int
main(void)
{
	char command[256];
	int status;

	if (!mkdtemp(dir)) {
		perror("bench_fetch: build/ here (make bench runs it from the tree's top)");
		return 1;
	}
	if (nginx_start())
		run();
	else
		printf("needs nginx (apt-get install nginx-light)\n");
	kill(nginx, SIGTERM);
	waitpid(nginx, &status, 0);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command);
}
