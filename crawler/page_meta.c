/*
 * page_meta.c - title, author, date, site and language of a page, from where pages say them.
 *
 * Each is asked of the places in turn, the most deliberate first, and says which it was.
 */
#include "core/base.h"

#include <strings.h>

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/page_meta.h"

static const char *const meta_title[] = { "og:title",       "twitter:title",
					  "dc.title",       "dcterms.title",
					  "parsely-title",  "sailthru.title",
					  "citation_title", NULL };
static const char *const meta_site[] = { "og:site_name", "application-name", "twitter:site",
					 "dc.publisher", "copyright",        NULL };
static const char *const meta_lang[] = { "og:locale", "dc.language", "language",
					 "content-language", NULL };

struct str
page_meta_get(const struct tree *t, const char *const *keys, const char **key)
{
	for (; *keys; keys++)
		for (size_t i = 0; i < t->n_meta; i++)
			if (str_eq_nocase(t->meta[i].key, str_of(*keys)) &&
			    str_trim(t->meta[i].value).n) {
				if (key)
					*key = *keys;
				return str_trim(t->meta[i].value);
			}
	return STR("");
}

bool
page_is_aside(const struct tree *t, int32_t i)
{
	for (; i >= 0; i = t->nodes[i].parent) {
		const struct node *n = &t->nodes[i];

		if (n->tag == TAG_BODY || n->tag == TAG_HTML)
			return false;
		if (n->tag == TAG_NAV || n->tag == TAG_ASIDE || n->tag == TAG_FOOTER)
			return true;
		if ((n->says & (SAYS_MORE | SAYS_TALK | SAYS_AD | SAYS_FOOT | SAYS_NAV)) &&
		    !(n->says & SAYS_POSITIVE))
			return true;
	}
	return false;
}

static void
keep(struct str *to, struct str s)
{
	if (!to->n)
		*to = str_trim(s);
}

/* ---- title -------------------------------------------------------------------------------------------------- */

/* <title> without the site's name behind (or before) a separator. */
static struct str
cut_site(struct str s)
{
	static const struct str marks[] = { STR_INIT(" | "), STR_INIT(" - "), STR_INIT(" – "),
					    STR_INIT(" — "), STR_INIT(" » "), STR_INIT(" :: "),
					    STR_INIT("_"),   STR_INIT(" · "), STR_INIT(" │ "),
					    STR_INIT("-") };

	for (size_t i = 0; i < LY_COUNT(marks); i++) {
		ptrdiff_t at = str_find(s, marks[i]);

		if (at > 0 &&
		    (utf8_count(str_slice(s, 0, (size_t)at)) >= 12 || (i >= 6 && at >= 24)) &&
		    (i < 9 || (unsigned char)s.p[at - 1] >= 0x80))
			return str_trim(str_slice(s, 0, (size_t)at));
	}
	return s;
}

static struct str
only_heading(const struct tree *t)
{
	struct str only = STR("");

	for (int32_t i = 0; i < t->n; i++) {
		struct str s;

		if (t->nodes[i].tag != TAG_H1)
			continue;
		s = tree_text(t, i);
		if (!s.n)
			continue;
		if (only.n)
			return STR(""); /* which one? */
		only = s;
	}
	return only.n < 400 ? only : STR("");
}

/* A heading with a label behind it: most of it begins the title. */
static bool
begin_alike(struct str title, struct str heading)
{
	size_t n = 0;

	while (n < title.n && n < heading.n && title.p[n] == heading.p[n])
		n++;
	return n >= 24 && n * 4 >= heading.n * 3;
}

int32_t
page_heading(const struct tree *t, struct str title)
{
	int32_t first = -1;

	for (int32_t i = 0, looked = 0; i < t->n && looked < 60; i++) {
		struct str s;

		if (t->nodes[i].tag < TAG_H1 || t->nodes[i].tag > TAG_H3)
			continue;
		looked++;
		s = tree_text(t, i);
		if (s.n > 8 && title.n &&
		    (str_find(title, s) >= 0 || str_find(s, title) >= 0 ||
		     begin_alike(title, s)))
			return i;
		if (first < 0 && t->nodes[i].tag == TAG_H1 && s.n > 8)
			first = i;
	}
	return first;
}

/* One line, blanks folded. */
static struct str
one_line(struct arena *a, struct str s)
{
	char *p;

	s = html_text(a, s);
	for (p = (char *)(uintptr_t)s.p; (p = memchr(p, '\n', (size_t)(s.p + s.n - p))); p++)
		*p = ' ';
	return s;
}

static void
find_title(const struct tree *t, const struct page_ld *ld, struct page *p)
{
	struct str h1 = only_heading(t), own = page_meta_get(t, meta_title, &p->title_from);

	p->title = own;
	if (utf8_count(h1) >= 12 && !str_eq_nocase(h1, page_meta_get(t, meta_site, NULL))) {
		p->title = h1;
		p->title_from = "h1";
	}
	if (!p->title.n && ld->headline.n) {
		p->title = ld->headline;
		p->title_from = "json-ld";
	}
	if (!p->title.n && h1.n && str_find(t->title, h1) >= 0) {
		p->title = h1;
		p->title_from = "h1";
	}
	if (!p->title.n && t->title.n) {
		p->title = cut_site(str_trim(t->title));
		p->title_from = "title";
	}
	if (!p->title.n && h1.n) {
		p->title = h1;
		p->title_from = "h1";
	}
	p->title = one_line(t->a, p->title);
}

void
page_find_meta(struct tree *t, struct str url, int64_t now, struct page *p)
{
	struct page_ld ld;
	int32_t heading;

	page_ld_read(t, &ld);
	t->body = html_text(t->a, html_unescape(t->a, ld.body));
	find_title(t, &ld, p);
	heading = page_heading(t, p->title);
	p->site = one_line(t->a, ld.site.n ? ld.site : page_meta_get(t, meta_site, NULL));
	page_find_author(t, &ld, url, heading, p);
	p->author = one_line(t->a, p->author);
	p->lang = t->lang.n ? t->lang : ld.lang;
	keep(&p->lang, page_meta_get(t, meta_lang, NULL));
	p->canonical = t->canonical;
	page_find_day(t, &ld, url, heading, now, p);
}
