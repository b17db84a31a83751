/* newsroom.c - see newsroom.h. One answer function, in the server's own thread. */
#include "core/base.h"

#include <stdio.h>

#include "core/httpd.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "drill/newsroom.h"

#define PART_CHARS 40 /* of the text in the feed, when items have pages */

struct newsroom {
	struct scenario *scenario;
	struct clock clock;
	int64_t end_at; /* everything is visible */
	struct httpd *site;
	char base[80]; /* "http://127.0.0.1:8790" */
	uint64_t served;
};

static void
rfc822(struct buf *b, int64_t at)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil c = zone_civil(NULL, at);

	buf_addf(b, "%s, %02d %s %d %02d:%02d:%02d GMT", days[c.weekday - 1], c.day,
		 months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static struct str
part_of(const struct scenario_feed *f, const struct scenario_item *x)
{
	return f->pages ? utf8_head(x->text, PART_CHARS) : x->text;
}

static void
rss_item(const struct newsroom *n, const struct scenario_feed *f, const struct scenario_item *x,
	 struct buf *b)
{
	buf_add(b, STR("<item><guid isPermaLink=\"false\">"));
	html_add(b, f->name);
	buf_addf(b, "-%zu</guid><link>%s/item/%zu.html</link><pubDate>", x->number, n->base,
		 x->number);
	rfc822(b, x->at);
	buf_add(b, STR("</pubDate>"));
	if (x->title.n) {
		buf_add(b, STR("<title>"));
		html_add(b, x->title);
		buf_add(b, STR("</title>"));
	}
	buf_add(b, STR("<dc:creator>"));
	html_add(b, x->author);
	buf_add(b, STR("</dc:creator><description>"));
	html_add(b, part_of(f, x));
	buf_add(b, STR("</description></item>\n"));
}

static void
atom_item(const struct newsroom *n, const struct scenario_feed *f,
	  const struct scenario_item *x, struct buf *b)
{
	buf_addf(b,
		 "<entry><id>urn:langyan:%.*s:%zu</id><link "
		 "href=\"%s/item/%zu.html\"/><updated>",
		 STR_ARG(f->name), x->number, n->base, x->number);
	clock_add_iso(b, x->at);
	buf_add(b, STR("</updated><title>"));
	html_add(b, x->title);
	buf_add(b, STR("</title><author><name>"));
	html_add(b, x->author);
	buf_add(b, STR("</name></author><content type=\"text\">"));
	html_add(b, part_of(f, x));
	buf_add(b, STR("</content></entry>\n"));
}

static const struct scenario_feed *
feed_at(const struct scenario *s, size_t i)
{
	return (const struct scenario_feed *)s->feeds.v + i;
}

/* Number of items of feed i that are visible at now; *first: index of the oldest to show. */
static size_t
visible(const struct scenario *s, size_t feed, int64_t now, size_t window, size_t *first)
{
	size_t n = 0, end = 0, shown = 0;

	while (end < s->n && s->items[end].at <= now)
		n += s->items[end++].feed == feed;
	*first = end;
	while (*first > 0 && shown < window)
		shown += s->items[--*first].feed == feed;
	return n;
}

static void
feed_answer(struct newsroom *n, size_t feed, const struct site_request *q, int64_t now,
	    struct site_answer *a)
{
	const struct scenario *s = n->scenario;
	const struct scenario_feed *f = feed_at(s, feed);
	size_t first, count = visible(s, feed, now, (size_t)f->window, &first);
	bool atom = f->format == SCENARIO_ATOM;

	buf_addf(&a->etag, "\"%.*s-%zu\"", STR_ARG(f->name), count);
	a->last_modified = now;
	if (str_eq(q->if_none_match, buf_str(&a->etag))) {
		a->status = 304;
		return;
	}
	a->type = atom ? "application/atom+xml; charset=utf-8"
		       : "application/rss+xml; charset=utf-8";
	buf_add(&a->body, STR("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"));
	buf_addf(&a->body,
		 atom ? "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%.*s\"><title>"
		      : "<rss version=\"2.0\" "
			"xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>"
			"<language>%.*s</language><title>",
		 STR_ARG(f->lang));
	html_add(&a->body, f->title);
	buf_add(&a->body, STR("</title>\n"));
	for (size_t i = s->n; i-- > first;) {
		const struct scenario_item *x = &s->items[i];

		if (x->feed == feed && x->at <= now)
			(atom ? atom_item : rss_item)(n, f, x, &a->body);
	}
	buf_add(&a->body, atom ? STR("</feed>\n") : STR("</channel></rss>\n"));
}

static void
page_answer(const struct scenario *s, size_t number, int64_t now, struct site_answer *a)
{
	for (size_t i = 0; i < s->n && s->items[i].at <= now; i++) {
		const struct scenario_item *x = &s->items[i];

		if (x->number != number)
			continue;
		a->type = "text/html; charset=utf-8";
		buf_add(&a->body,
			STR("<!doctype html><html><head><meta charset=\"utf-8\"><title>"));
		html_add(&a->body, x->title);
		buf_add(&a->body, STR("</title><meta name=\"author\" content=\""));
		html_add(&a->body, x->author);
		buf_add(&a->body,
			STR("\"><meta property=\"article:published_time\" content=\""));
		clock_add_iso(&a->body, x->at);
		buf_add(&a->body,
			STR("\"></head><body><nav>首页 | 新闻 | 关于</nav><article><h1>"));
		html_add(&a->body, x->title);
		buf_add(&a->body, STR("</h1><p>"));
		html_add(&a->body, x->text);
		buf_add(&a->body, STR("</p></article><footer>示例站点，仅供演练</footer></"
				      "body></html>\n"));
		return;
	}
	a->status = 404;
}

static void
index_answer(const struct newsroom *n, struct site_answer *a)
{
	const struct scenario *s = n->scenario;

	a->type = "text/html; charset=utf-8";
	buf_add(&a->body,
		STR("<!doctype html><meta charset=\"utf-8\"><title>newsroom</title><h1>"));
	html_add(&a->body, s->title);
	buf_add(&a->body, STR("</h1><ul>"));
	for (size_t i = 0; i < s->feeds.n; i++) {
		buf_add(&a->body, STR("<li><a href=\""));
		html_add(&a->body, feed_at(s, i)->path);
		buf_add(&a->body, STR("\">"));
		html_add(&a->body, feed_at(s, i)->title);
		buf_add(&a->body, STR("</a>"));
	}
	buf_add(&a->body, STR("</ul>\n"));
}

static void
answer(void *arg, const struct site_request *q, struct site_answer *a)
{
	struct newsroom *n = arg;
	struct str number = str_slice(q->path, 6, q->path.n);
	int64_t now, item;

	__atomic_fetch_add(&n->served, 1, __ATOMIC_RELAXED);
	if (!q->clock.n || str_int64(q->clock, &now) < 0)
		now = clock_now(&n->clock);
	if (now > n->end_at)
		now = n->end_at; /* nothing more happens; and no date is beyond what dates can say */
	a->status = 200;
	for (size_t i = 0; i < n->scenario->feeds.n; i++)
		if (str_eq(q->path, feed_at(n->scenario, i)->path)) {
			feed_answer(n, i, q, now, a);
			return;
		}
	if (str_is(q->path, "/")) {
		index_answer(n, a);
	} else if (str_is(q->path, "/robots.txt")) {
		a->type = "text/plain";
		buf_add(&a->body, STR("User-agent: *\nAllow: /\n"));
	} else if (str_starts(q->path, STR("/item/")) && str_ends(number, STR(".html")) &&
		   str_int64(str_slice(number, 0, number.n - 5), &item) == 0) {
		page_answer(n->scenario, (size_t)item, now, a);
	} else {
		a->status = 404;
	}
}

struct newsroom *
newsroom_open(const struct newsroom_setup *setup, struct buf *report, struct err *e)
{
	struct newsroom *n = calloc(1, sizeof *n);
	struct str host;

	if (!n)
		abort();
	n->scenario = scenario_read(setup->path, report, e);
	if (!n->scenario)
		goto fail;
	n->end_at = scenario_end(n->scenario);
	clock_init(&n->clock, CLOCK_SCALED, n->scenario->start_at, setup->scale);
	host = str_of(setup->listen);
	while (host.n && host.p[host.n - 1] != ':')
		host.n--;
	n->site = site_open(setup->listen, answer, n, e);
	if (!n->site)
		goto fail;
	snprintf(n->base, sizeof n->base, "http://%.*s%d", STR_ARG(host), httpd_port(n->site));
	return n;
fail:
	newsroom_close(n);
	return NULL;
}

int
newsroom_port(const struct newsroom *n)
{
	return httpd_port(n->site);
}

size_t
newsroom_items(const struct newsroom *n)
{
	return n->scenario->n;
}

uint64_t
newsroom_served(const struct newsroom *n)
{
	return __atomic_load_n(&n->served, __ATOMIC_RELAXED);
}

void
newsroom_close(struct newsroom *n)
{
	if (!n)
		return;
	httpd_close(n->site);
	scenario_free(n->scenario);
	free(n);
}
