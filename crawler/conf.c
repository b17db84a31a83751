/* conf.c - the key tables of fetch, spool and sources. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "core/document.h"
#include "core/str.h"

#include "crawler/conf.h"
#include "crawler/credentials.h"
#include "crawler/law.h"
#include "crawler/metrics.h"

#define AT(type, field) offsetof(struct type, field)

static const struct conf_key fetch_keys[] = {
	{ "agent", CONF_TEXT, AT(fetch_conf, agent), 1, 200,
	  "Langyan/0.1 (+https://langyan.example/bot)", "User-Agent: say who you are" },
	{ "proxy", CONF_TEXT, AT(fetch_conf, proxy), 0, 500, "",
	  "proxy for all fetches; the environment's is never used" },
	{ "ca_file", CONF_PATH, AT(fetch_conf, ca_file), 0, 1000, "",
	  "certificates (PEM) of the authorities to trust for https; empty = the system's" },
	{ "timeout", CONF_SECONDS, AT(fetch_conf, timeout_s), 1, 600, "30s",
	  "give up on one answer after" },
	{ "max_bytes", CONF_BYTES, AT(fetch_conf, max_bytes), 1024, 64 << 20, "8M",
	  "largest answer, counted after decompression" },
	{ "max_redirects", CONF_COUNT, AT(fetch_conf, max_redirects), 0, 20, "5",
	  "redirects followed; each hop's address is checked" },
	{ "per_host", CONF_COUNT, AT(fetch_conf, per_host), 1, 16, "1",
	  "connections to one host at a time" },
	{ "per_address", CONF_COUNT, AT(fetch_conf, per_address), 1, 256, "2",
	  "connections to one address at a time, whatever the hosts there are called" },
	{ "max_transfers", CONF_COUNT, AT(fetch_conf, max_transfers), 1, 4096, "256",
	  "fetches at a time" },
	{ "interval", CONF_SECONDS, AT(fetch_conf, interval_s), 0, 30 * 86400, "0",
	  "between polls of a source that states none, to the second; 0 = each at its own "
	  "pace" },
	{ "interval_min", CONF_SECONDS, AT(fetch_conf, interval_min_s), 30, 86400, "2m",
	  "the shortest pace of a lively source" },
	{ "interval_max", CONF_SECONDS, AT(fetch_conf, interval_max_s), 60, 30 * 86400, "2h",
	  "the longest pace of a quiet one (its own ttl may ask for up to a day)" },
	{ "incident_interval", CONF_SECONDS, AT(fetch_conf, incident_interval_s), 0, 86400,
	  "1m",
	  "sources of an incident at L2 or L3 are polled at least so often (0: no change)" },
	{ "blind_after", CONF_SECONDS, AT(fetch_conf, blind_after_s), 60, 30 * 86400, "6h",
	  "a source that fails for so long is reported: we are blind there" },
	{ "delay", CONF_SECONDS, AT(fetch_conf, delay_s), 0, 3600, "1s",
	  "between requests to one host" },
	{ "max_crawl_delay", CONF_SECONDS, AT(fetch_conf, max_crawl_delay_s), 0, 300, "60s",
	  "a robots.txt may ask for a longer pause between requests than delay, up to this" },
	{ "max_age", CONF_SECONDS, AT(fetch_conf, max_age_s), 3600, 3650 * 86400LL, "7d",
	  "items published longer ago are counted and raise nothing" },
	{ "ahead", CONF_SECONDS, AT(fetch_conf, ahead_s), 0, 365 * 86400LL, "14d",
	  "tell of a contract's or a cookie's end so long before" },
	CONF_END,
};
#define INCIDENT_MIN_S 30

/* Why path can be no bundle of certificates, or NULL. With such a one every https source would
 * fail, for a reason that is not its own. */
static const char *
bundle_unfit(const char *path)
{
	char line[256];
	bool found = false;
	struct stat st;
	FILE *f;

	if (stat(path, &st) < 0)
		return strerrordesc_np(errno);
	if (!S_ISREG(st.st_mode)) /* a FIFO would hold us */
		return "not a regular file";
	f = fopen(path, "re");
	if (!f)
		return strerrordesc_np(errno);
	while (!found && fgets(line, sizeof line, f))
		found = str_starts(str_of(line), STR("-----BEGIN CERTIFICATE-----"));
	fclose(f);
	return found ? NULL : "there is no certificate in PEM in it";
}

static void
fetch_check(struct conf_reader *r, void *self)
{
	struct fetch_conf *f = self;
	const char *why = f->ca_file.n ? bundle_unfit(f->ca_file.p) : NULL;

	if (f->interval_min_s > f->interval_max_s)
		conf_error(r, &f->interval_min_s, "interval_min is over interval_max");
	if (f->incident_interval_s && f->incident_interval_s < INCIDENT_MIN_S)
		conf_error(r, &f->incident_interval_s,
			   "incident_interval is under 30s (0 turns it off)");
	if (why)
		conf_error(r, &f->ca_file, "ca_file \"%s\" is no bundle of certificates: %s",
			   f->ca_file.p, why);
}

const struct conf_schema fetch_schema = {
	.name = "fetch",
	.size = sizeof(struct fetch_conf),
	.keys = fetch_keys,
	.help = "how pages and feeds are fetched",
	.check = fetch_check,
};

static const struct conf_key spool_keys[] = {
	{ "keep", CONF_SECONDS, AT(spool_conf, keep_s), 3600, 365 * 86400LL, "7d",
	  "receipted documents stay, so that a restored record can be caught up" },
	{ "keep_bytes", CONF_BYTES, AT(spool_conf, keep_bytes), 1 << 20, (int64_t)1 << 40, "2G",
	  "but not more than" },
	{ "keep_seen", CONF_SECONDS, AT(spool_conf, keep_seen_s), 30 * 86400, 3650 * 86400LL,
	  "180d", "what was seen is known again for so long after it was met last" },
	{ "resend_after", CONF_SECONDS, AT(spool_conf, resend_after_s), 1, 3600, "30s",
	  "send a document again that has no receipt after" },
	CONF_END,
};
const struct conf_schema spool_schema = {
	.name = "spool",
	.size = sizeof(struct spool_conf),
	.keys = spool_keys,
	.help = "the crawler's outbox",
};

static const struct conf_key archive_keys[] = {
	{ "keep", CONF_SECONDS, AT(archive_conf, keep_s), 0, 3650 * 86400LL, "30d",
	  "documents stay, matched or not, to try a new watch on; 0 = no archive" },
	{ "keep_bytes", CONF_BYTES, AT(archive_conf, keep_bytes), 1 << 20, (int64_t)1 << 44,
	  "10G", "but not more than, compressed" },
	{ "every", CONF_SECONDS, AT(archive_conf, every_s), 1, 3600, "1m",
	  "what came in is in the archive after at most" },
	CONF_END,
};
const struct conf_schema archive_schema = {
	.name = "archive",
	.size = sizeof(struct archive_conf),
	.keys = archive_keys,
	.help = "every document that came in, for `watch test --replay`",
};

const char *const source_kind_words[] = { "feed", "page", "push",    "metrics", "file", "mail",
					  "list", "api",  "hotlist", "sitemap", NULL };
const char *const source_basis_words[] = { "public", "owned",  "licensed",
					   "export", "bridge", NULL };
static const struct conf_key secret_header_keys[] = {
	{ "value", CONF_SECRET, AT(secret_header, value), 0, 0, NULL, "what it says" },
	CONF_END,
};
static const struct conf_schema secret_header_schema = {
	.name = "secret header",
	.size = sizeof(struct secret_header),
	.keys = secret_header_keys,
	.help = "a header of requests to the source's own host",
	.name_at = offsetof(struct secret_header, name),
};

static const char *const robots_words[] = { "obey", "ignore", NULL };
static const struct conf_key source_keys[] = {
	{ "kind", CONF_CHOICE, AT(source_conf, kind), 0, 0, "feed", "what the address gives",
	  .choices = source_kind_words },
	{ "url", CONF_URL, AT(source_conf, url), 0, 2000, "", "address of the feed or page" },
	{ "path", CONF_PATH, AT(source_conf, path), 0, 1000, "",
	  "of a file source: a file or folder that is watched; of mail: a maildir or mbox" },
	{ "preset", CONF_TEXT, AT(source_conf, preset), 0, 200, "",
	  "of a file source: which column is what, as of import" },
	{ "samples", CONF_MAP, AT(source_conf, samples), 0, 1000, "",
	  "of a metrics source: signal: selector, as name{label=\"x\"} or $.json.path" },
	{ "class", CONF_CHOICE, AT(source_conf, source_class), 0, 0, "news",
	  "kind of medium; rules count different classes", .choices = source_class_words },
	{ "basis", CONF_CHOICE, AT(source_conf, basis), 0, 0, "public",
	  "on what footing we may read it", .choices = source_basis_words },
	{ "interval", CONF_SECONDS, AT(source_conf, interval_s), 0, 30 * 86400, "0",
	  "between polls, to the second; 0 = fetch.interval" },
	{ "max_age", CONF_SECONDS, AT(source_conf, max_age_s), 0, 3650 * 86400LL, "0",
	  "0 = fetch.max_age" },
	{ "lang", CONF_TEXT, AT(source_conf, lang), 0, 16, "", "language if it is always one" },
	{ "site", CONF_TEXT, AT(source_conf, site), 0, 200, "",
	  "platform name; empty = registrable domain of the item's address" },
	{ "full_text", CONF_BOOL, AT(source_conf, full_text), 0, 1, "off",
	  "fetch the page behind each item and read its main text" },
	{ "robots", CONF_CHOICE, AT(source_conf, robots), 0, 0, "obey",
	  "robots.txt: obey, or ignore where the basis is owned or licensed",
	  .choices = robots_words },
	{ "allow_private", CONF_TEXTS, AT(source_conf, allow_private), 0, 0, "",
	  "private addresses this source may use, exactly address:port" },
	{ "headers", CONF_MAP, AT(source_conf, headers), 0, 32, "", "further request headers" },
	{ "cookies", CONF_SECRET, AT(source_conf, cookies), 0, 0, "",
	  "a cookies.txt or a Cookie header; for what is owned, licensed, or an accepted "
	  "bridge" },
	{ "secret_headers", CONF_TABLE, AT(source_conf, secret_headers), 0, 16, "",
	  "request headers that are secrets; not sent on to another host",
	  .of = &secret_header_schema },
	{ "contract_end", CONF_TIME, AT(source_conf, contract_end_at), 0, INT64_MAX, "",
	  "from then on nothing is taken in from it" },
	{ "personal_data", CONF_BOOL, AT(source_conf, personal_data), 0, 1, "on",
	  "people's names or words are in it" },
	{ "accept_risk", CONF_TEXT, AT(source_conf, accept_risk), 0, 100, "",
	  "who accepts the risk of a bridge, by name; without it the bridge is off" },
	{ "websub", CONF_BOOL, AT(source_conf, websub), 0, 1, "on",
	  "subscribe where the feed names a hub and websub.public_url is set" },
	{ "paused", CONF_BOOL, AT(source_conf, paused), 0, 1, "off",
	  "nothing is taken in from it for now" },
	MAP_KEYS(source_conf, way),
	{ "fallback", CONF_BLOCK, AT(source_conf, fallback), 0, 0, "",
	  "a second provider of the same list, asked when the first gives nothing",
	  .of = &fallback_schema },
	{ "page_param", CONF_TEXT, AT(source_conf, page_param), 0, 100, "",
	  "query parameter that takes the page's number, or what next: found" },
	{ "first_page", CONF_COUNT, AT(source_conf, first_page), 0, 1000, "1",
	  "number of the first page" },
	{ "max_pages", CONF_COUNT, AT(source_conf, max_pages), 0, 50, "0",
	  "most pages (sitemaps: files) of one poll; 0 = 3 with next: or page_param:, else 1; "
	  "sitemap 10" },
	{ "max_items", CONF_COUNT, AT(source_conf, max_items), 0, 5000, "0",
	  "most items of one poll; 0 = 500, sitemap 200, hotlist 100" },
	{ "resume", CONF_BOOL, AT(source_conf, resume), 0, 1, "off",
	  "a thread grows at its end: begin at the last page reached before" },
	{ "zone", CONF_ZONE, AT(source_conf, zone_name), 0, 64, "",
	  "of times that name none; empty = UTC" },
	CONF_END,
};

static void
samples_check(struct conf_reader *r, const struct source_conf *s)
{
	const struct conf_pair *p = s->samples.v;

	for (size_t i = 0; i < s->samples.n; i++) {
		struct err e = { 0 };

		if (metrics_selector_check(p[i].value, &e) < 0)
			conf_error(r, &p[i].value, "\"%.*s\": %s", STR_ARG(p[i].name), e.text);
	}
}

static void
source_check(struct conf_reader *r, void *self)
{
	struct source_conf *s = self;

	bool here = s->kind == SOURCE_FILE || s->kind == SOURCE_MAIL;

	if (here != (s->path.n > 0))
		conf_error(r, here ? (void *)s : (void *)&s->path,
			   here ? "a %s source needs path:" : "a %s source has no path",
			   source_kind_words[s->kind]);
	if (here && s->url.n)
		conf_error(r, &s->url, "a %s source has no url: it lies at path:",
			   source_kind_words[s->kind]);
	if ((s->kind == SOURCE_METRICS) != (s->samples.n > 0))
		conf_error(r, s, "samples: belongs to a metrics source, and it needs them");
	samples_check(r, s);
	if (!here && s->kind != SOURCE_PUSH && !s->url.n)
		conf_error(r, s, "a %s source needs url:", source_kind_words[s->kind]);
	if (s->kind == SOURCE_PUSH && s->url.n)
		conf_error(r, &s->url,
			   "a push source has no url: documents come by themselves");
	map_check(r, s);
	law_check(r, s);
	credentials_check(r, s);
}

const struct conf_schema source_schema = {
	.name = "source",
	.size = sizeof(struct source_conf),
	.keys = source_keys,
	.help = "where documents come from",
	.name_at = offsetof(struct source_conf, name),
	.check = source_check,
};

static const struct conf_key coverage_keys[] = {
	{ "platforms", CONF_TEXTS, AT(coverage_conf, platforms), 0, 200, "",
	  "platforms that matter to you, as `site:` of sources names them" },
	CONF_END,
};
const struct conf_schema coverage_schema = {
	.name = "coverage",
	.size = sizeof(struct coverage_conf),
	.keys = coverage_keys,
	.help = "which platforms should be heard: those without a source are told as blind "
		"spots",
};

static const struct conf_key websub_keys[] = {
	{ "public_url", CONF_URL, AT(websub_conf, public_url), 0, 500, "",
	  "where hubs reach this server from outside; empty = no subscriptions" },
	{ "lease", CONF_SECONDS, AT(websub_conf, lease_s), 60, 90 * 86400LL, "10d",
	  "how long a subscription is asked for; it is renewed before that" },
	{ "poll", CONF_SECONDS, AT(websub_conf, poll_s), 60, 7 * 86400LL, "6h",
	  "between polls of a feed while its hub brings news" },
	{ "allow_private", CONF_TEXTS, AT(websub_conf, allow_private), 0, 0, "",
	  "private addresses of hubs, exactly address:port" },
	CONF_END,
};
const struct conf_schema websub_schema = {
	.name = "websub",
	.size = sizeof(struct websub_conf),
	.keys = websub_keys,
	.help = "news by push from the hubs that feeds name (W3C WebSub)",
};

const struct source_conf *
source_find(const struct conf_list *sources, struct str name)
{
	const struct source_conf *v = sources->v;

	for (size_t i = 0; i < sources->n; i++)
		if (str_eq(v[i].name, name))
			return &v[i];
	return NULL;
}
