/*
 * bench_page.c - what reading a page costs, in CPU time and beside the bare parser in the same run.
 *
 *   made    200 pages of 110 KB with as many lines of text a KB as pages of news sites have:
 *           menus, scripts, 40 paragraphs (half Chinese), cards of other stories
 *   corpus  the pages of ../shared/data/pages, if they were unpacked to the folder named
 *
 * With --lines it reads {"file":...,"url":...} a line from stdin and prints a list a page of its
 * lines, [text, fact, ...] each: what fit_page.py fits the model to.
 */
#include "core/base.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include <libxml/HTMLparser.h>

#include "core/charset.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"
#include "core/xml.h"
#include "crawler/page_blocks.h"

#define ROUNDS    5
#define PAGES_MAX 1000
#define FILE_MAX  ((size_t)16 << 20)

static const char zh[] =
	"山脆公司周四宣布，由于多名消费者反映产品有异味，将召回今年一月生产的一批产品，"
	"消费者可以在门店或者网上办理退款。";
static const char en[] =
	"The maker of the snack said on Thursday that it would recall one batch, "
	"after customers had reported a strange smell. ";

static void
make_page(struct buf *b, int seed)
{
	buf_addf(b,
		 "<!DOCTYPE html><html lang=en><head><title>Snack %d recalled - Daily</title>"
		 "<script>var a=%d;</script></head><body><div class=\"nav menu\"><ul>",
		 seed, seed);
	for (int i = 0; i < 60; i++)
		buf_addf(b, "<li class=\"menu-item\"><a href=\"/s/%d\">Section %d</a></li>\n",
			 i, i);
	buf_add(b, STR("</ul></div><script>"));
	for (int i = 0; i < 900; i++)
		buf_addf(b,
			 "window.dataLayer.push({\"event\":\"view\",\"id\":%d,\"x\":[1,2,3]});"
			 "\n",
			 i);
	buf_add(b, STR("</script><style>"));
	for (int i = 0; i < 400; i++)
		buf_addf(b, ".c-%d > li:hover { margin: 0 auto; color: #%06x }\n", i, i);
	buf_add(b, STR("</style><div class=\"article-body\"><h1>Title of it</h1>"));
	for (int i = 0; i < 40; i++)
		buf_addf(b, "<p class=\"par\">%s <a href=x>more</a> %s</p>\n",
			 (i + seed) % 2 ? zh : en, en);
	buf_add(b, STR("</div><div class=\"related\">"));
	for (int i = 0; i < 30; i++)
		buf_addf(b,
			 "<div class=\"card\"><a href=/c/%d><img src=x><h3>Another story "
			 "%d</h3></a><span class=date>2026-03-0%d</span></div>",
			 i, i, i % 9 + 1);
	buf_add(b, STR("</div><footer>&copy; Daily</footer></body></html>"));
}

static void
on_start(void *c, const xmlChar *name, const xmlChar **attrs)
{
	(void)name, (void)attrs;
	++*(size_t *)c;
}
static void
on_end(void *c, const xmlChar *name)
{
	(void)c, (void)name;
}
static void
on_text(void *c, const xmlChar *p, int n)
{
	(void)p;
	*(size_t *)c += (size_t)n;
}

static size_t
bare(struct str s)
{
	htmlSAXHandler sax = { .startElement = on_start,
			       .endElement = on_end,
			       .characters = on_text,
			       .ignorableWhitespace = on_text,
			       .cdataBlock = on_text };
	size_t seen = 0;
	htmlParserCtxt *c = htmlCreateMemoryParserCtxt(s.p, (int)s.n);

	if (!c)
		abort();
	*c->sax = sax;
	c->userData = &seen;
	htmlCtxtUseOptions(c, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
				      HTML_PARSE_NOWARNING);
	htmlParseDocument(c);
	if (c->myDoc)
		xmlFreeDoc(c->myDoc);
	htmlFreeParserCtxt(c);
	return seen;
}

static double
ours(const struct buf *pages, size_t n)
{
	double from = (double)clock_cpu_us() * 1e-6;

	for (size_t i = 0; i < n; i++) {
		struct arena *a = arena_new();
		struct page p;
		struct err e;

		if (page_extract(a, buf_str(&pages[i]), STR(""), STR(""), 1900000000, &p, &e) <
		    0)
			fprintf(stderr, "page %zu: %s\n", i, e.text);
		arena_free(a);
	}
	return (double)clock_cpu_us() * 1e-6 - from;
}

static void
measure_pages(const char *name, const struct buf *pages, size_t n)
{
	double best_bare = 1e9, best_ours = 1e9;
	size_t bytes = 0;

	for (size_t i = 0; i < n; i++)
		bytes += pages[i].n;
	for (int r = 0; r < ROUNDS; r++) {
		double from = (double)clock_cpu_us() * 1e-6, took;

		for (size_t i = 0; i < n; i++)
			bare(buf_str(&pages[i]));
		took = (double)clock_cpu_us() * 1e-6 - from;
		best_bare = took < best_bare ? took : best_bare;
		took = ours(pages, n);
		best_ours = took < best_ours ? took : best_ours;
	}
	printf("%-7s %4zu pages %6.1f MB  bare HTML SAX %6.1f MB/s  extract %6.1f MB/s  ratio "
	       "%.2f (at most 2.50)\n",
	       name, n, (double)bytes / 1e6, (double)bytes / 1e6 / best_bare,
	       (double)bytes / 1e6 / best_ours, best_ours / best_bare);
}

static bool
file_read(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "rb");
	char room[65536];
	size_t n;

	if (!f)
		return false;
	while ((n = fread(room, 1, sizeof room, f)) > 0)
		buf_add(b, (struct str){ room, n });
	fclose(f);
	return buf_ok(b);
}

/* ---- for the fit ------------------------------------------------------------------------------ */

static void
print_lines(struct arena *a, struct str bytes, struct str url)
{
	struct buf text = BUF(FILE_MAX), out = BUF(256 << 20);
	struct tree *t = arena_alloc(a, sizeof *t);
	struct page_lines l = { 0 };
	struct page p = { .title = STR("") };
	struct charset_found found;
	struct err e;

	if (charset_decode(bytes, STR(""), &text, &found, &e) == 0 &&
	    html_prescan(buf_str(&text), &e) == 0 && tree_read(a, buf_str(&text), t, &e) == 0) {
		page_find_meta(t, url, 1900000000, &p);
		page_place(t, p.title);
		page_lines_read(t, p.title, &l);
	}
	for (int32_t i = 0; i < t->n; i++)
		t->nodes[i].removed = false;
	for (int32_t i = 0; i < l.n; i++) {
		buf_add(&out, i ? STR(",[") : STR("["));
		json_add_text(&out, tree_text_range(t, l.v[i].from, l.v[i].end));
		for (int k = 0; k < BF_COUNT; k++)
			buf_addf(&out, ",%d", l.facts[i][k]);
		buf_add_byte(&out, ']');
	}
	printf("[%.*s]\n", STR_ARG(buf_str(&out)));
	buf_release(&out);
	buf_release(&text);
}

static int
lines(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		struct arena *a = arena_new();
		struct buf bytes = BUF(FILE_MAX);
		struct err e;
		const struct json *j =
			json_parse(a, str_trim((struct str){ line, (size_t)n }), &e);

		if (!file_read(arena_text(a, json_text(json_get(j, "file"), STR(""))), &bytes))
			fprintf(stderr, "could not read a file\n");
		print_lines(a, buf_str(&bytes), json_text(json_get(j, "url"), STR("")));
		buf_release(&bytes);
		arena_free(a);
	}
	free(line);
	return 0;
}

int
main(int argc, char **argv)
{
	static struct buf pages[PAGES_MAX];
	const char *dir = argc > 1 ? argv[1] : "/tmp/pages";
	struct dirent *entry;
	size_t n = 0;
	DIR *d;

	if (argc > 1 && strcmp(argv[1], "--lines") == 0)
		return lines();
	for (; n < 200; n++) {
		pages[n] = BUF(1 << 20);
		make_page(&pages[n], (int)n);
	}
	measure_pages("made", pages, n);
	while (n)
		buf_release(&pages[--n]);
	d = opendir(dir);
	while (d && n < PAGES_MAX && (entry = readdir(d))) {
		char path[600];

		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		pages[n] = BUF(FILE_MAX);
		if (entry->d_name[0] != '.' && file_read(path, &pages[n]))
			n++;
	}
	if (d)
		closedir(d);
	if (n)
		measure_pages("corpus", pages, n);
	while (n)
		buf_release(&pages[--n]);
	return 0;
}
