/*
 * bench_feed.c - what reading costs, in CPU time and beside the bare parser in the same run.
 *
 *   feeds   500 of 31 KB (23 items, half Chinese, escaped summary, CDATA content): libxml2's SAX2
 *           alone; with our handlers and everything behind them
 *   corpus  the same for ../shared/data/feeds, where it is
 *   text    the stripper on plain text and on markup, the pre-scan
 *   pages   libxml2's HTML SAX alone; the whole extraction
 */
#include "core/base.h"

#include <dirent.h>
#include <stdio.h>

#include <libxml/parser.h>

#include "core/clock.h"
#include "core/str.h"
#include "core/xml.h"
#include "crawler/feed.h"
#include "crawler/page.h"

#define ROUNDS 7

static const char zh[] =
	"山脆公司周四宣布，由于多名消费者反映产品有异味，将召回今年一月生产的一批产品，"
	"消费者可以在门店或者网上办理退款。";
static const char en[] =
	"The maker of the snack said on Thursday that it would recall one batch, after "
	"customers had reported a strange smell. ";

static void
make_feed(struct buf *b, int seed)
{
	buf_add(b, STR("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" "
		       "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
		       "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\n<title>t</"
		       "title>\n"));
	for (int i = 0; i < 23; i++) {
		const char *words = (i + seed) % 2 ? zh : en;

		buf_addf(
			b,
			"<item>\n <title>Item %d of %d</title>\n"
			" <link>http://example.test/news/%d/%d.html</link>\n"
			" <guid>http://example.test/news/%d/%d.html</guid>\n"
			" <dc:creator>Ann</dc:creator>\n"
			" <pubDate>Thu, 05 Mar 2026 08:%02d:00 +0800</pubDate>\n <description>",
			i, seed, seed, i, seed, i, i);
		for (int k = 0; k < 2; k++)
			buf_addf(b, "&lt;p&gt;%s&lt;/p&gt;", words);
		buf_add(b, STR("</description>\n <content:encoded><![CDATA["));
		for (int k = 0; k < 4; k++)
			buf_addf(b, "<p class=\"x\">%s</p>\n", words);
		buf_add(b, STR("]]></content:encoded>\n</item>\n"));
	}
	buf_add(b, STR("</channel></rss>\n"));
}

static void
make_page(struct buf *b)
{
	buf_add(b,
		STR("<!DOCTYPE html><html><head><title>t</title></head><body><div class=nav>"));
	for (int i = 0; i < 120; i++)
		buf_addf(
			b,
			"<li class=\"menu-item\"><a href=\"/section/%d\">Section %d</a></li>\n",
			i, i);
	buf_add(b, STR("</div><div class=\"article-body\"><h1>Title</h1>"));
	for (int i = 0; i < 100; i++)
		buf_addf(b, "<p class=\"par\">%s</p>\n", i % 2 ? zh : en);
	buf_add(b, STR("</div></body></html>"));
}

static void
on_start(void *c, const xmlChar *n, const xmlChar *p, const xmlChar *u, int a,
	 const xmlChar **b, int d, int e, const xmlChar **f)
{
	(void)n, (void)p, (void)u, (void)a, (void)b, (void)d, (void)e, (void)f;
	++*(size_t *)c;
}
static void
on_end(void *c, const xmlChar *n, const xmlChar *p, const xmlChar *u)
{
	(void)n, (void)p, (void)u;
	++*(size_t *)c;
}
static void
on_text(void *c, const xmlChar *p, int n)
{
	(void)p;
	*(size_t *)c += (size_t)n;
}

static void
bare_sax2(struct str s)
{
	xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
			      .startElementNs = on_start,
			      .endElementNs = on_end,
			      .characters = on_text,
			      .cdataBlock = on_text };
	size_t count = 0;
	xmlParserCtxt *c = xmlCreatePushParserCtxt(&sax, &count, NULL, 0, NULL);

	xmlParseChunk(c, s.p, (int)s.n, 1);
	xmlFreeParserCtxt(c);
}
static void
whole_feed(struct str s)
{
	struct arena *a = arena_new();
	struct feed f;
	struct err e;

	if (feed_parse(a, s, STR("http://example.test/"), STR("text/xml"), 0, &f, &e) < 0 ||
	    f.n != 23)
		abort();
	arena_free(a);
}
static void
loose_feed(struct str s)
{
	struct buf b = BUF(1 << 20);

	buf_add(&b,
		str_slice(s, 0, s.n - 8)); /* without </rss>: libxml2 refuses it at the end */
	whole_feed(buf_str(&b));
	buf_release(&b);
}
static void
prescan(struct str s)
{
	struct err e;

	if (xml_prescan(s, &e) < 0)
		abort();
}
static void
strip(struct str s)
{
	struct arena *a = arena_new();

	if (!html_text(a, s).n)
		abort();
	arena_free(a);
}
static void
nothing(void *self, const struct xml_tag *t)
{
	(void)t;
	++*(size_t *)self;
}
static void
nothing_end(void *self, struct str prefix, struct str name)
{
	(void)self, (void)prefix, (void)name;
}
static void
nothing_text(void *self, struct str s)
{
	*(size_t *)self += s.n;
}
static void
bare_html(struct str s)
{
	static const struct xml_events events = { nothing, nothing_end, nothing_text };
	size_t count = 0;
	struct err e;

	if (html_read(s, &events, &count, &e) < 0)
		abort();
}
static void
whole_page(struct str s)
{
	struct arena *a = arena_new();
	struct page p;
	struct err e;

	if (page_extract(a, s, STR(""), STR("text/html"), 0, &p, &e) < 0)
		abort();
	arena_free(a);
}

/* ---- the corpus, where it lies beside the tree --------------------------------------------------- */

#define CORPUS     "../shared/data/feeds/files"
#define CORPUS_MAX 4096

struct corpus {
	struct buf files[CORPUS_MAX];
	size_t n, bytes;
};

static void
corpus_read(struct corpus *c)
{
	DIR *dir = opendir(CORPUS);
	struct dirent *d;
	char path[600], room[65536];
	size_t n;

	while (dir && c->n < CORPUS_MAX && (d = readdir(dir))) {
		FILE *f;

		snprintf(path, sizeof path, "%s/%s", CORPUS, d->d_name);
		f = *d->d_name == '.' ? NULL : fopen(path, "rb");
		if (!f)
			continue;
		c->files[c->n] = BUF(1 << 24);
		while ((n = fread(room, 1, sizeof room, f)) > 0)
			buf_add(&c->files[c->n], (struct str){ room, n });
		fclose(f);
		c->bytes += c->files[c->n++].n;
	}
	if (dir)
		closedir(dir);
}

static void
any_feed(struct str s)
{
	struct arena *a = arena_new();
	struct feed f;
	struct err e;

	(void)!feed_parse(a, s, STR("http://example.test/"), STR(""), 0, &f, &e);
	arena_free(a);
}

/* All of it: files of no more than some hundred bytes, many broken, in twenty encodings. */
static void
measure_corpus(void)
{
	struct corpus *c = calloc(1, sizeof *c);
	int64_t bare = INT64_MAX, whole = INT64_MAX;

	if (!c)
		abort();
	corpus_read(c);
	for (int r = 0; c->n && r < ROUNDS; r++) {
		int64_t began = clock_cpu_us(), between, ended;

		for (size_t i = 0; i < c->n; i++)
			bare_sax2(buf_str(&c->files[i]));
		between = clock_cpu_us();
		for (size_t i = 0; i < c->n; i++)
			any_feed(buf_str(&c->files[i]));
		ended = clock_cpu_us();
		bare = between - began < bare ? between - began : bare;
		whole = ended - between < whole ? ended - between : whole;
	}
	if (c->n)
		printf("%zu feeds of the corpus, %.1f MB: bare SAX2 %.1f ms, bytes to items "
		       "%.1f "
		       "ms; %.2f of bare SAX2 (at least .50)\n",
		       c->n, (double)c->bytes / 1e6, (double)bare / 1e3, (double)whole / 1e3,
		       (double)bare / (double)whole);
	for (size_t i = 0; i < c->n; i++)
		buf_release(&c->files[i]);
	free(c);
}

/* The best of some rounds, in MB/s of CPU time. */
static double
measure(const char *what, void (*fn)(struct str), struct str s, int times)
{
	int64_t best = INT64_MAX;
	double mb = (double)s.n * times / 1e6, speed;

	for (int r = 0; r < ROUNDS; r++) {
		int64_t began = clock_cpu_us(), took;

		for (int i = 0; i < times; i++)
			fn(s);
		took = clock_cpu_us() - began;
		best = took < best ? took : best;
	}
	speed = mb / ((double)best / 1e6);
	printf("%-44s %7.0f MB/s  %7.1f us each\n", what, speed, (double)best / times);
	return speed;
}

/* libxml2 alone tells stderr of each byte it cannot convert. */
__attribute__((format(printf, 2, 3))) static void
say_nothing(void *arg, const char *format, ...)
{
	(void)arg;
	(void)format;
}

int
main(void)
{
	struct buf feed = BUF(1 << 20), page = BUF(1 << 20), plain = BUF(1 << 20);
	double bare, whole;

	xmlSetGenericErrorFunc(NULL, say_nothing);
	make_feed(&feed, 1);
	make_page(&page);
	for (int i = 0; i < 300; i++)
		buf_add(&plain, str_of(i % 2 ? zh : en));
	printf("feed %zu bytes, page %zu bytes, plain text %zu bytes; CPU time, best of %d\n",
	       feed.n, page.n, plain.n, ROUNDS);
	bare = measure("feed: libxml2's SAX2 alone", bare_sax2, buf_str(&feed), 200);
	whole = measure("feed: bytes to items", whole_feed, buf_str(&feed), 200);
	printf("%-44s %7.2f of bare SAX2 (at least .50)\n", "", whole / bare);
	measure("feed: bytes to items, not well-formed", loose_feed, buf_str(&feed), 200);
	measure("pre-scan of the feed", prescan, buf_str(&feed), 200);
	measure("pre-scan of plain text", prescan, buf_str(&plain), 200);
	measure("html_text of plain text", strip, buf_str(&plain), 200);
	measure("html_text of the page", strip, buf_str(&page), 200);
	measure_corpus();
	bare = measure("page: libxml2's HTML SAX alone", bare_html, buf_str(&page), 50);
	whole = measure("page: bytes to text and metadata", whole_page, buf_str(&page), 50);
	printf("%-44s %7.2f of bare HTML SAX (at least .40)\n", "", whole / bare);
	buf_release(&feed);
	buf_release(&page);
	buf_release(&plain);
	return 0;
}
