/*
 * page_meta.c - title, author, date, site and language of a page, from where pages say them.
 *
 * Each is asked of the places in turn, the most deliberate first: JSON-LD, meta elements,
 * microdata and time elements, classes, the address, the text.
 */
#include "core/base.h"

#include <ctype.h>
#include <strings.h>

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "crawler/date.h"
#include "crawler/page_tree.h"

/* ---- JSON-LD ----------------------------------------------------------------------------------------- */

struct found {
	struct arena *a;
	int64_t now;
	struct str headline, author, date, site, lang, body;
	int left; /* objects still looked at */
	int offset_s;
};

static struct str
name_of(const struct json *j)
{
	if (json_kind(j) == JSON_LIST)
		j = json_at(j, 0);
	if (json_kind(j) == JSON_TEXT)
		return json_text(j, STR(""));
	j = json_get(j, "name");
	if (json_kind(j) == JSON_LIST)
		j = json_at(j, 0);
	return json_text(j, STR(""));
}

static void
keep(struct str *to, struct str s)
{
	if (!to->n)
		*to = str_trim(s);
}

static bool
is_article(const struct json *type)
{
	static const char *const kinds[] = { "Article", "Posting", "NewsStory", "Report",
					     "WebPage", "Review",  "Recipe",    "VideoObject" };
	struct str s = json_kind(type) == JSON_LIST ? json_text(json_at(type, 0), STR(""))
						    : json_text(type, STR(""));

	for (size_t i = 0; i < LY_COUNT(kinds); i++)
		if (str_ends(s, str_of(kinds[i])))
			return true;
	return false;
}

static void
look(struct found *f, const struct json *j, int depth)
{
	if (depth > 6 || f->left-- <= 0)
		return;
	if (json_kind(j) == JSON_LIST) {
		for (size_t i = 0; i < json_count(j) && i < 50; i++)
			look(f, json_at(j, i), depth + 1);
		return;
	}
	if (json_kind(j) != JSON_OBJECT)
		return;
	if (is_article(json_get(j, "@type"))) {
		keep(&f->headline, json_text(json_get(j, "headline"), STR("")));
		keep(&f->author, name_of(json_get(j, "author")));
		keep(&f->date, json_text(json_get(j, "datePublished"), STR("")));
		keep(&f->date, json_text(json_get(j, "dateCreated"), STR("")));
		keep(&f->site, name_of(json_get(j, "publisher")));
		keep(&f->lang, json_text(json_get(j, "inLanguage"), STR("")));
		keep(&f->body, json_text(json_get(j, "articleBody"), STR("")));
	}
	look(f, json_get(j, "@graph"), depth + 1);
	look(f, json_get(j, "mainEntity"), depth + 1);
	look(f, json_get(j, "mainEntityOfPage"), depth + 1);
}

/* Scripts that are no JSON (raw line feeds, commas too many): a quoted value behind its key. */
static struct str
loose_value(struct str s, const char *key)
{
	ptrdiff_t at = str_find(s, str_of(key)), end;

	if (at < 0)
		return STR("");
	s = str_trim(str_slice(s, (size_t)at + strlen(key), s.n));
	if (!s.n || *s.p != ':')
		return STR("");
	s = str_trim(str_slice(s, 1, s.n));
	if (!s.n || *s.p != '"')
		return STR("");
	s = str_slice(s, 1, 300);
	end = str_find_byte(s, '"');
	return end < 0 ? STR("") : str_slice(s, 0, (size_t)end);
}

static void
read_json(struct found *f, struct str all)
{
	struct str one;

	while (str_next(&all, '\0', &one)) {
		const struct json *j;
		struct err e;

		one = str_trim(one);
		if (!one.n)
			continue;
		j = json_parse(f->a, one, &e);
		if (j) {
			look(f, j, 0);
			continue;
		}
		keep(&f->date, loose_value(one, "\"datePublished\""));
		keep(&f->date, loose_value(one, "\"pubDate\""));
		keep(&f->headline, loose_value(one, "\"headline\""));
	}
}

/* ---- meta elements ------------------------------------------------------------------------------------- */

static struct str
meta(const struct tree *t, const char *const *keys)
{
	for (; *keys; keys++)
		for (size_t i = 0; i < t->n_meta; i++)
			if (str_eq_nocase(t->meta[i].key, str_of(*keys)) &&
			    str_trim(t->meta[i].value).n)
				return str_trim(t->meta[i].value);
	return STR("");
}

static const char *const meta_title[] = {
	"og:title",      "twitter:title",  "dc.title", "dcterms.title",
	"parsely-title", "sailthru.title", NULL
};
static const char *const meta_site[] = { "og:site_name", "application-name", "twitter:site",
					 NULL };
static const char *const meta_author[] = { "author",
					   "byl",
					   "parsely-author",
					   "dc.creator",
					   "dcterms.creator",
					   "sailthru.author",
					   "article:author",
					   "og:article:author",
					   "citation_author",
					   "creator",
					   NULL };
static const char *const meta_date[] = {
	"article:published_time",
	"og:published_time",
	"og:article:published_time",
	"datepublished",
	"date",
	"pubdate",
	"publishdate",
	"publish-date",
	"publish_date",
	"publication_date",
	"parsely-pub-date",
	"sailthru.date",
	"dc.date",
	"dc.date.issued",
	"dcterms.date",
	"dcterms.created",
	"dc.date.created",
	"article.published",
	"published-date",
	"published_time",
	"citation_date",
	"citation_publication_date",
	"weibo:article:create_at",
	"datecreated",
	"article_date_original",
	"originalpublicationdate",
	"dcsext.articlefirstpublished",
	"ptime",
	"publishtime",
	"og:release_date",
	"bytedance:published_time",
	"article:modified_time",
	"last-modified",
	"og:updated_time",
	NULL,
};

/* ---- elements -------------------------------------------------------------------------------------------- */

static bool
has_any(struct str s, const char *const *words)
{
	for (; s.n && *words; words++)
		if (strcasestr(s.p, *words))
			return true;
	return false;
}

static bool
plausible(int64_t at, int64_t now)
{
	return at > 631152000 && at <= now + 2 * 86400; /* since 1990 */
}

/* Numbers in s: "© 2019" has one and is no day. */
static int
numbers(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (isdigit((unsigned char)s.p[i]) &&
		    (!i || !isdigit((unsigned char)s.p[i - 1])))
			n++;
	return n;
}

static int64_t
date_in(struct found *f, struct str s)
{
	int64_t at;
	int n = numbers(s);
	struct civil c;

	if (!s.n || date_parse_local(s, f->now, NULL, &at, &f->offset_s) < 0 ||
	    !plausible(at, f->now))
		return 0;
	c = zone_civil(NULL, at + f->offset_s);
	return n < 3 && c.month == 1 && c.day == 1 ? 0 : at; /* a year, perhaps a month */
}

/* Are there four digits of a year in it? A bare "11:30" is no date for a page. */
static bool
names_year(struct str s)
{
	for (size_t i = 0; i + 4 <= s.n; i++)
		if ((s.p[i] == '1' && s.p[i + 1] == '9') ||
		    (s.p[i] == '2' && s.p[i + 1] == '0'))
			if (isdigit((unsigned char)s.p[i + 2]) &&
			    isdigit((unsigned char)s.p[i + 3]))
				return true;
	return false;
}

static int64_t
element_date(const struct tree *t, struct found *f)
{
	static const char *const props[] = { "datepublished", "datecreated", NULL };
	int64_t at = 0;

	for (int32_t i = 0; i < t->n && !at; i++)
		if (has_any(t->nodes[i].itemprop, props))
			at = date_in(f,
				     t->nodes[i].value.n ? t->nodes[i].value : tree_text(t, i));
	for (int32_t i = 0; i < t->n && !at; i++)
		if (t->nodes[i].tag == TAG_TIME)
			at = date_in(f,
				     t->nodes[i].value.n ? t->nodes[i].value : tree_text(t, i));
	for (int32_t i = 0, tries = 0; i < t->n && !at && tries < 200; i++) {
		const struct node *n = &t->nodes[i];
		struct str text;

		if (n->tag == TAG_TEXT || n->end - i > 60 || !(n->says & SAYS_DATE))
			continue;
		tries++;
		text = tree_text(t, i);
		if (text.n < 200 && names_year(text))
			at = date_in(f, text);
	}
	return at;
}

/* /2026/03/05/ or 20260305 in the address. */
static int64_t
address_date(struct found *f, struct str url)
{
	for (size_t i = 0; i + 8 <= url.n; i++) {
		struct str rest = str_slice(url, i, 10);
		size_t digits = 0;

		if (i && isdigit((unsigned char)url.p[i - 1]))
			continue;
		while (digits < rest.n && isdigit((unsigned char)rest.p[digits]))
			digits++;
		if (digits == 8 ||
		    (digits == 4 && rest.n == 10 && (rest.p[4] == '/' || rest.p[4] == '-') &&
		     rest.p[7] == rest.p[4] && isdigit((unsigned char)rest.p[8]))) {
			int64_t at = date_in(f, digits == 8 ? str_slice(rest, 0, 8) : rest);

			if (at)
				return at;
		}
	}
	return 0;
}

/* The first short run of text with a date in it. */
static int64_t
text_date(const struct tree *t, struct found *f)
{
	int tries = 0;

	for (int32_t i = 0; i < t->n && tries < 300; i++) {
		struct str s = str_trim(t->nodes[i].text);
		int64_t at;

		if (t->nodes[i].tag != TAG_TEXT || s.n < 8 || s.n > 120 || !names_year(s))
			continue;
		tries++;
		at = date_in(f, s);
		if (at)
			return at;
	}
	return 0;
}

/* Does s begin with the word, and then something that is no letter? */
static bool
has_head(struct str s, struct str word)
{
	if (s.n <= word.n || !str_eq_nocase(str_slice(s, 0, word.n), word))
		return false;
	return (unsigned char)word.p[0] >= 0x80 || strchr(" \n:\t", s.p[word.n]) != NULL;
}

/* "By Ann Lee", "作者：王小明" -> the name; empty when it reads like no name. */
static struct str
person(struct str s)
{
	static const struct str heads[] = {
		STR_INIT("posted by"), STR_INIT("written by"), STR_INIT("by"),
		STR_INIT("von"),       STR_INIT("por"),        STR_INIT("par"),
		STR_INIT("di"),        STR_INIT("text"),       STR_INIT("author"),
		STR_INIT("autor"),     STR_INIT("作者"),       STR_INIT("责任编辑"),
		STR_INIT("责编"),      STR_INIT("编辑"),       STR_INIT("记者"),
		STR_INIT("："),
	};
	ptrdiff_t line;

	s = str_trim(s);
	for (size_t i = 0; i < LY_COUNT(heads); i++)
		if (has_head(s, heads[i]))
			s = str_trim(str_slice(s, heads[i].n, s.n));
	while (s.n && (*s.p == ':' || *s.p == '|' || *s.p == '-'))
		s = str_trim(str_slice(s, 1, s.n));
	line = str_find_byte(s, '\n');
	if (line >= 0)
		s = str_trim(str_slice(s, 0, (size_t)line));
	if (s.n > 80 || (s.n && s.p[s.n - 1] == ':') || str_find(s, STR("://")) >= 0)
		return STR("");
	for (size_t i = 0; i < LY_COUNT(heads); i++)
		if (str_eq_nocase(s, heads[i]))
			return STR("");
	return s;
}

static struct str
element_author(const struct tree *t)
{
	static const char *const prop[] = { "author", NULL };

	for (int pass = 0; pass < 3; pass++)
		for (int32_t i = 0; i < t->n; i++) {
			const struct node *n = &t->nodes[i];
			bool hit = pass == 0   ? has_any(n->itemprop, prop)
				   : pass == 1 ? str_eq_nocase(n->rel, STR("author"))
					       : (n->says & (SAYS_AUTHOR | SAYS_UNLIKELY)) ==
							 SAYS_AUTHOR;
			struct str s;

			if (!hit || n->end - i > 60)
				continue;
			s = person(tree_text(t, i));
			if (s.n > 1)
				return s;
		}
	return STR("");
}

/* "来源：… 作者：王小明 " in a short run of text. */
static struct str
text_author(const struct tree *t)
{
	for (int32_t i = 0; i < t->n; i++) {
		struct str s = t->nodes[i].text;
		ptrdiff_t at;
		size_t n = 0;

		if (t->nodes[i].tag != TAG_TEXT || s.n > 300)
			continue;
		at = str_find(s, STR("作者"));
		if (at < 0)
			continue;
		s = person(str_slice(s, (size_t)at, s.n));
		while (n < s.n && s.p[n] != ' ' && s.p[n] != '|' && s.p[n] != ')' &&
		       s.p[n] != ']')
			n++;
		if (n > 3 && n <= 30)
			return str_slice(s, 0, n);
	}
	return STR("");
}

/* ---- title -------------------------------------------------------------------------------------------------- */

/* <title> without the site's name behind (or before) a separator. */
static struct str
cut_site(struct str s)
{
	static const struct str marks[] = { STR_INIT(" | "), STR_INIT(" - "), STR_INIT(" – "),
					    STR_INIT(" — "), STR_INIT(" » "), STR_INIT(" :: "),
					    STR_INIT("_"),   STR_INIT(" · "), STR_INIT("-") };

	for (size_t i = 0; i < LY_COUNT(marks); i++) {
		ptrdiff_t at = str_find(s, marks[i]);

		if (at >= 0 &&
		    (utf8_count(str_slice(s, 0, (size_t)at)) >= 12 || (i >= 6 && at >= 24)) &&
		    (i < 8 || utf8_is_han(0x4e00)))
			if (i < 8 || (unsigned char)s.p[at - 1] >= 0x80)
				return str_trim(str_slice(s, 0, (size_t)at));
	}
	return s;
}

static struct str
heading(const struct tree *t)
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

/* The site's name stands where nobody's does. */
static void
keep_author(struct page *p, struct str s)
{
	if (!p->site.n || !str_eq_nocase(p->site, s))
		keep(&p->author, s);
}

void
page_find_meta(struct tree *t, struct str url, int64_t now, struct page *p)
{
	struct found f = { .a = t->a, .now = now, .left = 500 };
	struct str h1 = heading(t);

	read_json(&f, buf_str(&t->json));
	t->body = html_text(t->a, html_unescape(t->a, f.body));
	p->title = meta(t, meta_title);
	if (utf8_count(h1) >= 12 && !str_eq_nocase(h1, meta(t, meta_site)))
		p->title = h1;
	keep(&p->title, f.headline);
	if (!p->title.n && h1.n && str_find(t->title, h1) >= 0)
		p->title = h1;
	keep(&p->title, cut_site(str_trim(t->title)));
	keep(&p->title, h1);
	p->title = one_line(t->a, p->title);
	p->site = one_line(t->a, f.site.n ? f.site : meta(t, meta_site));
	keep_author(p, person(f.author));
	keep_author(p, person(meta(t, meta_author)));
	keep_author(p, element_author(t));
	keep_author(p, text_author(t));
	keep(&p->author, f.author); /* the site itself, if it must be */
	p->author = one_line(t->a, p->author);
	p->lang = t->lang.n ? t->lang : f.lang;
	p->canonical = t->canonical;
	p->published_at = date_in(&f, f.date);
	if (!p->published_at)
		p->published_at = date_in(&f, meta(t, meta_date));
	if (!p->published_at)
		p->published_at = element_date(t, &f);
	if (!p->published_at)
		p->published_at = address_date(&f, url);
	if (!p->published_at)
		p->published_at = text_date(t, &f);
	p->published_offset_s = f.offset_s;
}
