/* discover.c - see discover.h. */
#include "core/base.h"

#include "core/http.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "crawler/discover.h"

#define LABEL_MAX   100
#define ANCHORS_MAX 10
#define HEADER_MAX  8192

const char *const lead_words[LEAD_KINDS] = {
	[LEAD_GIVEN] = "the address itself",
	[LEAD_HEADER] = "named in the Link header",
	[LEAD_LINK] = "named by the page (rel=alternate)",
	[LEAD_ANCHOR] = "a link on the page",
	[LEAD_SITEMAP] = "named in robots.txt",
	[LEAD_PATH] = "where feeds often are",
};

void
leads_add(struct arena *a, struct leads *l, enum lead_kind kind, struct str base,
	  struct str url, struct str label)
{
	struct buf b = BUF(4096);
	struct err e = { 0 };
	bool known = false;

	if (!l->v)
		l->v = arena_alloc(a, LEADS_MAX * sizeof *l->v);
	if (!url.n || url_resolve(base, str_trim(url), &b, &e) < 0 || !buf_ok(&b))
		known = true;
	for (size_t i = 0; i < l->n && !known; i++)
		known = str_eq(l->v[i].url, buf_str(&b));
	if (!known && l->n < LEADS_MAX)
		l->v[l->n++] =
			(struct lead){ kind, arena_str(a, buf_str(&b)),
				       arena_str(a, utf8_cut(str_trim(label), LABEL_MAX)) };
	buf_release(&b);
}

static bool
is_feed_type(struct str type)
{
	static const char *const types[] = { "rss", "atom", "rdf", "feed+json", "xml", NULL };

	if (str_find_nocase(type, STR("html")) >= 0 ||
	    str_find_nocase(type, STR("oembed")) >= 0)
		return false;
	for (size_t i = 0; types[i]; i++)
		if (str_find_nocase(type, str_of(types[i])) >= 0)
			return true;
	return false;
}

static bool
has_word(struct str words, const char *word)
{
	struct str part;

	while (str_next(&words, ' ', &part))
		if (str_eq_nocase(part, str_of(word)))
			return true;
	return false;
}

/* ---- Link: <…>; rel="alternate"; type="application/rss+xml", … ------------------------------- */

static struct str
parameter(struct str all, const char *name)
{
	struct str part, key = str_of(name);

	while (str_next(&all, ';', &part)) {
		ptrdiff_t eq = str_find_byte(part, '=');

		if (eq < 0 || !str_eq_nocase(str_trim(str_slice(part, 0, (size_t)eq)), key))
			continue;
		part = str_trim(str_slice(part, (size_t)eq + 1, part.n));
		if (part.n >= 2 && part.p[0] == '"' && part.p[part.n - 1] == '"')
			part = str_slice(part, 1, part.n - 2);
		return part;
	}
	return STR("");
}

void
leads_of_header(struct arena *a, struct leads *l, struct str base, struct str header)
{
	struct str rest = str_slice(header, 0, HEADER_MAX);
	ptrdiff_t open, shut, next;

	while ((open = str_find_byte(rest, '<')) >= 0) {
		struct str url, more;

		rest = str_slice(rest, (size_t)open + 1, rest.n);
		shut = str_find_byte(rest, '>');
		if (shut < 0)
			return;
		url = str_slice(rest, 0, (size_t)shut);
		rest = str_slice(rest, (size_t)shut + 1, rest.n);
		next = str_find(rest, STR(",<"));
		if (next < 0)
			next = str_find(rest, STR(", <"));
		more = next < 0 ? rest : str_slice(rest, 0, (size_t)next);
		if (has_word(parameter(more, "rel"), "alternate") &&
		    is_feed_type(parameter(more, "type")))
			leads_add(a, l, LEAD_HEADER, base, url, parameter(more, "title"));
	}
}

/* ---- the page --------------------------------------------------------------------------------- */

struct reader {
	struct arena *arena;
	struct leads *leads;
	struct str base, href; /* href: of the anchor that is open */
	struct buf text;       /* in it                            */
	size_t anchors;
};

static void
on_start(void *self, const struct xml_tag *t)
{
	struct reader *r = self;
	struct buf b = BUF(4096);
	struct err e = { 0 };

	if (str_eq_nocase(t->name, STR("base")) && xml_attr(t, "href").n &&
	    url_resolve(r->base, xml_attr(t, "href"), &b, &e) == 0)
		r->base = arena_str(r->arena, buf_str(&b));
	buf_release(&b);
	if (str_eq_nocase(t->name, STR("link")) && has_word(xml_attr(t, "rel"), "alternate") &&
	    is_feed_type(xml_attr(t, "type")))
		leads_add(r->arena, r->leads, LEAD_LINK, r->base, xml_attr(t, "href"),
			  xml_attr(t, "title"));
	if (str_eq_nocase(t->name, STR("a"))) {
		r->href = arena_str(r->arena, str_slice(xml_attr(t, "href"), 0, 2048));
		buf_clear(&r->text);
		buf_add(&r->text, str_slice(xml_attr(t, "title"), 0, 100));
	} else if (r->href.n && str_eq_nocase(t->name, STR("img"))) {
		buf_add(&r->text, str_slice(xml_attr(t, "alt"), 0, 100));
	}
}

static void
on_text(void *self, struct str s)
{
	struct reader *r = self;

	if (r->href.n)
		buf_add(&r->text, str_slice(s, 0, 200));
}

/* "RSS" as a word: "rssi" and "across" are none. */
static bool
says(struct str s, const char *word)
{
	struct str w = str_of(word);

	for (size_t at = 0;;) {
		ptrdiff_t i = str_find_nocase(str_slice(s, at, s.n), w);
		char before, after;

		if (i < 0)
			return false;
		at += (size_t)i;
		before = at ? s.p[at - 1] : ' ';
		after = at + w.n < s.n ? s.p[at + w.n] : ' ';
		if (!((before | 32) >= 'a' && (before | 32) <= 'z') &&
		    !((after | 32) >= 'a' && (after | 32) <= 'z' && (after | 32) != 's'))
			return true;
		at++;
	}
}

static bool
looks_like_feed(struct str href, struct str text)
{
	static const char *const words[] = { "rss", "feed", "atom", "rdf", NULL };

	for (size_t i = 0; words[i]; i++)
		if (says(href, words[i]) || (i < 2 && says(text, words[i])))
			return true;
	return str_find(text, STR("订阅")) >= 0 || str_ends(href, STR(".xml"));
}

static void
on_end(void *self, struct str prefix, struct str name)
{
	struct reader *r = self;

	(void)prefix;
	if (!r->href.n || !str_eq_nocase(name, STR("a")))
		return;
	if (r->anchors < ANCHORS_MAX && looks_like_feed(r->href, buf_str(&r->text)) &&
	    !str_starts(r->href, STR("#"))) {
		leads_add(r->arena, r->leads, LEAD_ANCHOR, r->base, r->href, buf_str(&r->text));
		r->anchors++;
	}
	r->href = STR("");
}

int
leads_of_page(struct arena *a, struct leads *l, struct str base, struct str html, struct err *e)
{
	static const struct xml_events events = { on_start, on_end, on_text };
	struct reader r = { .arena = a, .leads = l, .base = base, .href = STR("") };
	int rc;

	r.text = BUF(1000);
	rc = html_prescan(html, e) < 0 ? -1 : html_read(html, &events, &r, e);
	buf_release(&r.text);
	return rc;
}

/* ---- habit --------------------------------------------------------------------------------------- */

void
leads_of_habit(struct arena *a, struct leads *l, struct str base)
{
	static const char *const paths[] = { "/feed",        "/rss.xml",  "/rss",
					     "/atom.xml",    "/feed.xml", "/index.xml",
					     "/feed.json",   "feed",      "rss.xml",
					     "/sitemap.xml", NULL };

	for (size_t i = 0; paths[i]; i++)
		leads_add(a, l, LEAD_PATH, base, str_of(paths[i]), STR(""));
}
