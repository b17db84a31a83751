/* service_http.c - figures of runners as Prometheus text and JSON. */
#include "core/base.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/http.h"
#include "core/log.h"

#include "cli/service_http.h"

#define SLOW_MS    10000
#define SOURCES_MS 2000
#define CRAWL      "inproc://control-crawl"
#define RESPOND    "inproc://control-respond"

struct service_httpd {
	struct service_http of;
	struct httpd *httpd;
	/* used by the server's thread alone; NULL = it is not in this process */
	struct caller *crawl, *respond;
};

static const struct metric {
	const char *name, *type, *help;
	size_t at;
} metrics[] = {
#define FIGURE(field) offsetof(struct runner_figures, field)
	{ "langyan_records_in_total", "counter", "records taken by a stage",
	  FIGURE(records_in) },
	{ "langyan_records_out_total", "counter", "records sent on", FIGURE(records_out) },
	{ "langyan_receipts_total", "counter", "receipts given or passed", FIGURE(receipts) },
	{ "langyan_rejects_total", "counter", "records set aside", FIGURE(rejects) },
	{ "langyan_resent_total", "counter", "records sent again", FIGURE(resent) },
	{ "langyan_batches_total", "counter", "batches settled", FIGURE(batches) },
	{ "langyan_peers", "gauge", "live peers", FIGURE(peers) },
	{ "langyan_unreceipted", "gauge", "on their way", FIGURE(unreceipted) },
	{ "langyan_settle_p50_us", "gauge", "time of a settle, median", FIGURE(settle_us_p50) },
	{ "langyan_settle_p99_us", "gauge", "time of a settle, p99", FIGURE(settle_us_p99) },
#undef FIGURE
};

static long
resident_kib(void)
{
	struct rusage u;

	return getrusage(RUSAGE_SELF, &u) == 0 ? u.ru_maxrss : 0;
}

/* What a stage tells of itself; nothing when it is too busy to answer. */
static void
stage_add(struct caller *stage, struct str verb, struct buf *out)
{
	struct command cmd = { .id = id_random(), .actor = STR("metrics"), .verb = verb };
	struct arena *a = arena_new();
	struct reply r;
	struct err e = { 0 };

	if (stage && caller_call(stage, &cmd, SOURCES_MS, a, &r, &e) == 0 && r.status == 200)
		buf_add(out, r.body);
	arena_free(a);
}

static void
metrics_add(void *arg, struct buf *out)
{
	const struct service_httpd *s = arg;
	const struct service_http *h = &s->of;
	struct runner_figures f[72];

	for (size_t i = 0; i < h->n; i++)
		runner_figures(h->runners[i], &f[i]);
	for (size_t m = 0; m < LY_COUNT(metrics); m++) {
		buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", metrics[m].name, metrics[m].help,
			 metrics[m].name, metrics[m].type);
		for (size_t i = 0; i < h->n; i++) {
			uint64_t v;

			memcpy(&v, (char *)&f[i] + metrics[m].at, sizeof v);
			buf_addf(out, "%s{stage=\"%s\",n=\"%zu\"} %llu\n", metrics[m].name,
				 h->names[i], i, (unsigned long long)v);
		}
	}
	buf_addf(out, "# TYPE langyan_memory_peak_bytes gauge\nlangyan_memory_peak_bytes %ld\n",
		 resident_kib() * 1024);
	for (int l = LOG_WARN; l <= LOG_ERROR; l++)
		buf_addf(out, "langyan_log_lines_total{level=\"%s\"} %llu\n",
			 l == LOG_WARN ? "warn" : "error",
			 (unsigned long long)log_count((enum log_level)l));
	stage_add(s->crawl, STR("source.metrics"), out);
	stage_add(s->respond, STR("signal.metrics"), out);
}

static int
health_add(void *arg, struct buf *out)
{
	const struct service_http *h = &((const struct service_httpd *)arg)->of;
	int64_t now = clock_mono_ms();
	bool well = true;

	buf_add(out, STR("{\"stages\":["));
	for (size_t i = 0; i < h->n; i++) {
		struct runner_figures f;
		bool ok;

		runner_figures(h->runners[i], &f);
		ok = runner_ready(h->runners[i]) && now - f.beat_ms < SLOW_MS;
		well = well && ok;
		buf_addf(out,
			 "%s{\"stage\":\"%s\",\"ok\":%s,\"unreceipted\":%llu,\"rejects\":%llu}",
			 i ? "," : "", h->names[i], ok ? "true" : "false",
			 (unsigned long long)f.unreceipted, (unsigned long long)f.rejects);
	}
	buf_addf(out, "],\"ok\":%s}", well ? "true" : "false");
	return well ? 200 : 503;
}

/* Hubs come by the name in websub.public_url, people by that in site.public_url. */
static struct conf_texts
hosts_of(const struct settings *s)
{
	const struct str urls[] = { s->websub.public_url, s->site.public_url };
	const struct conf_texts *own = &s->http.hosts;
	struct conf_texts all = {
		arena_alloc(s->arena, (own->n + LY_COUNT(urls)) * sizeof *all.v), own->n
	};
	struct buf b = BUF(512);

	for (size_t i = 0; i < own->n; i++)
		all.v[i] = own->v[i];
	for (size_t i = 0; i < LY_COUNT(urls); i++) {
		buf_clear(&b);
		if (urls[i].n && url_host(urls[i], &b) == 0)
			all.v[all.n++] = arena_str(s->arena, buf_str(&b));
	}
	buf_release(&b);
	return all;
}

struct service_httpd *
service_http_open(const struct service_http *h, struct err *e)
{
	struct service_httpd *s = calloc(1, sizeof *s);
	struct httpd_conf c = { .listen = h->listen,
				.hosts = hosts_of(h->settings),
				.token = h->settings->http.token };
	struct httpd_mount mounts[2];
	size_t n = 0;

	if (!s)
		abort();
	s->of = *h;
	if (h->crawl)
		mounts[n++] = (struct httpd_mount){ crawler_routes, CRAWL };
	if (h->respond)
		mounts[n++] = (struct httpd_mount){ responder_routes, RESPOND };
	if (h->crawl && !(s->crawl = caller_open(h->bus, CRAWL, e)))
		goto fail;
	if (h->respond && !(s->respond = caller_open(h->bus, RESPOND, e)))
		goto fail;
	s->httpd = httpd_open(h->bus, &c, mounts, n, metrics_add, health_add, s, e);
	if (!s->httpd)
		goto fail;
	log_event(LOG_INFO, "http_open", "listen=%.*s port=%d", STR_ARG(h->listen),
		  httpd_port(s->httpd));
	return s;
fail:
	service_http_close(s);
	return NULL;
}

void
service_http_close(struct service_httpd *s)
{
	if (!s)
		return;
	httpd_close(s->httpd);
	caller_close(s->crawl);
	caller_close(s->respond);
	free(s);
}
