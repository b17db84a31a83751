/*
 * page_day.c - when a page was published.
 *
 * What was written for machines first (JSON-LD, meta, microdata), then the address, then time
 * elements and classes beside the heading, then the text; when it was changed last only if
 * nothing else is known. A date in a menu or beside another story is none.
 */
#include "core/base.h"

#include <ctype.h>
#include <strings.h>

#include "core/str.h"
#include "crawler/date.h"
#include "crawler/page_meta.h"

#define SINCE      631152000 /* 1990: older is a mistake */
#define AHEAD_S    (2 * 86400)
#define TRIES      300
#define BEFORE     60 /* nodes around the heading where a date is the article's */
#define BEHIND     160
#define SOURCE_MAX ((size_t)1 << 20)

static const char *const meta_date[] = {
	"article:published_time",
	"og:published_time",
	"og:article:published_time",
	"datepublished",
	"pubdate",
	"publishdate",
	"publish-date",
	"publish_date",
	"publication_date",
	"publicationdate",
	"firstpublishedtime",
	"parsely-pub-date",
	"sailthru.date",
	"article.published",
	"published-date",
	"published_time",
	"citation_date",
	"citation_publication_date",
	"citation_online_date",
	"weibo:article:create_at",
	"article_date_original",
	"originalpublicationdate",
	"dcsext.articlefirstpublished",
	"ptime",
	"publishtime",
	"og:release_date",
	"bytedance:published_time",
	"article:create_at",
	NULL,
};
/* Of the page as often as of the story. */
static const char *const meta_vague[] = {
	"date",         "dc.date",         "dc.date.issued",  "dcterms.issued",
	"dcterms.date", "dcterms.created", "dc.date.created", "datecreated",
	"created",      "uploaddate", /* of a video */
	NULL,
};
static const char *const meta_changed[] = {
	"article:modified_time", "last-modified",    "og:updated_time",
	"datemodified",          "dcterms.modified", "lastmod",
	"dc.date.modified",      "lastmodifiedtime", NULL,
};

struct finder {
	const struct tree *t;
	int64_t now;
	int offset_s;
	bool utc;            /* offset_s is said to be 0, not only unsaid */
	bool written;        /* for people */
	bool day_first;      /* 4/2/2022 is in February */
	const int32_t *runs; /* texts that may be a date, once asked for */
	int32_t n_runs;
};

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

static size_t
digits_at(struct str s, size_t i)
{
	size_t n = 0;

	while (i + n < s.n && isdigit((unsigned char)s.p[i + n]))
		n++;
	return n;
}

/* The mark between two numbers of a date, with blanks around: behind it, or i. */
static size_t
skip_mark(struct str s, size_t i, char *mark)
{
	size_t from = i;

	while (i < s.n && s.p[i] == ' ')
		i++;
	if (i == s.n || !strchr("./|", s.p[i]))
		return from;
	*mark = s.p[i++];
	while (i < s.n && s.p[i] == ' ')
		i++;
	return i;
}

/* "4. 2. 2022", "26 | 01 | 2022" and, where people do not write the month first, "4/2/2022"
 * become "4.2.2022". */
static struct str
day_first(struct finder *f, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t n = digits_at(s, i), second, third, behind;
		char mark = 0, other = 0;

		if (!n)
			continue;
		second = skip_mark(s, i + n, &mark);
		third = skip_mark(s, second + digits_at(s, second), &other);
		behind = third + digits_at(s, third);
		if (n <= 2 && second > i + n && mark == other && behind - third == 4 &&
		    third - second < 6 && (mark != '/' || f->day_first))
			return str_of(arena_textf(f->t->a, "%.*s%.*s.%.*s.%.*s",
						  STR_ARG(str_slice(s, 0, i)), (int)n, s.p + i,
						  (int)digits_at(s, second), s.p + second,
						  STR_ARG(str_slice(s, third, s.n - third))));
		i += n - 1;
	}
	return s;
}

static bool
says_utc(struct str s)
{
	static const struct str ends[] = { STR_INIT("Z"), STR_INIT("+00:00"), STR_INIT("+0000"),
					   STR_INIT("GMT"), STR_INIT("UTC") };

	for (size_t i = 0; i < LY_COUNT(ends); i++)
		if (s.n > 16 && str_ends(s, ends[i]))
			return true;
	return false;
}

static int64_t
date_in(struct finder *f, struct str s)
{
	int64_t at;
	int n = numbers(s);
	struct civil c;

	s = f->written && s.n < 200 ? day_first(f, s) : s;
	if (!s.n || date_parse_local(s, f->now, NULL, &at, &f->offset_s) < 0 || at <= SINCE ||
	    at > f->now + AHEAD_S)
		return 0;
	c = zone_civil(NULL, at + f->offset_s);
	f->utc = !f->offset_s && says_utc(s);
	return n < 3 && c.month == 1 && c.day == 1 ? 0 : at; /* a year, perhaps a month */
}

/* Are there four digits of a year in it? A bare "11:30" is no date for a page. */
static bool
names_year(struct str s)
{
	for (size_t i = 0; i + 4 <= s.n; i++)
		if (((s.p[i] == '1' && s.p[i + 1] == '9') ||
		     (s.p[i] == '2' && s.p[i + 1] == '0')) &&
		    isdigit((unsigned char)s.p[i + 2]) && isdigit((unsigned char)s.p[i + 3]))
			return true;
	return false;
}

/* ---- elements ------------------------------------------------------------------------------- */

static struct str
value_of(const struct tree *t, int32_t i)
{
	return t->nodes[i].attrs->value.n ? t->nodes[i].attrs->value : tree_text(t, i);
}

/* The story's own: of several one may be another's. */
static bool
has_one_property(const struct tree *t)
{
	int n = 0;

	for (int32_t i = 0; i < t->n; i++)
		n += t->nodes[i].attrs->itemprop.n &&
		     str_eq_nocase(t->nodes[i].attrs->itemprop, STR("datePublished"));
	return n == 1;
}

static int64_t
by_property(struct finder *f)
{
	static const char *const props[] = { "datePublished", "dateCreated", "pubdate" };
	int64_t at = 0;

	for (size_t k = 0; k < LY_COUNT(props); k++)
		for (int32_t i = 0; i < f->t->n && !at; i++)
			if (f->t->nodes[i].attrs->itemprop.n &&
			    strcasestr(f->t->nodes[i].attrs->itemprop.p, props[k]))
				at = date_in(f, value_of(f->t, i));
	return at;
}

/* Nodes in which a date may be the article's. */
struct range {
	int32_t from, end;
	bool anywhere; /* beside other stories, too */
};

static int64_t
by_time(struct finder *f, struct range r)
{
	for (int32_t i = r.from; i < r.end; i++) {
		int64_t at;

		if (f->t->nodes[i].tag != TAG_TIME || (!r.anywhere && page_is_aside(f->t, i)))
			continue;
		at = date_in(f, value_of(f->t, i));
		if (at)
			return at;
	}
	return 0;
}

static int64_t
by_class(struct finder *f, struct range r)
{
	for (int32_t i = r.from, tries = 0; i < r.end && tries < TRIES; i++) {
		const struct node *n = &f->t->nodes[i];
		struct str text;
		int64_t at;

		if (n->tag == TAG_TEXT || n->end - i > 60 || !(n->says & SAYS_DATE) ||
		    (!r.anywhere && page_is_aside(f->t, i)))
			continue;
		tries++;
		text = value_of(f->t, i);
		at = text.n < 200 && names_year(text) ? date_in(f, text) : 0;
		if (at)
			return at;
	}
	return 0;
}

/* What a run of text must be. */
enum pure {
	RUN_ANY,
	RUN_SHORT,  /* the date and little else               */
	RUN_MARKED, /* and it says a time of day, or a word for publishing */
	RUN_SAID,   /* a word for publishing                 */
};

static bool
is_marked(struct str s, bool by_time)
{
	static const char *const words[] = {
		"published",  "publié",   "publiziert",     "publicado",
		"pubblicato", "posted",   "veröffentlicht", "erschienen",
		"erstellt",   "gepostet", "datum:",         "发布",
		"发表",       "时间",     "日期",           "ngày",
	};

	static const char *const changed[] = { "änder", "Änder", "aktualis", "updated",
					       "modif", "更新",  "stand:" };

	for (size_t i = 0; i < LY_COUNT(changed); i++)
		if (str_find_nocase(s, str_of(changed[i])) >= 0)
			return false;
	for (size_t i = 1; by_time && i + 1 < s.n; i++)
		if (s.p[i] == ':' && isdigit((unsigned char)s.p[i - 1]) &&
		    isdigit((unsigned char)s.p[i + 1]))
			return true;
	for (size_t i = 0; i < LY_COUNT(words); i++)
		if (str_find_nocase(s, str_of(words[i])) >= 0)
			return true;
	return false;
}

/* The texts that name a year and are short enough: every way asks for these alone. */
static void
find_runs(struct finder *f)
{
	int32_t *runs = arena_alloc(f->t->a, (size_t)f->t->n * sizeof *runs);

	for (int32_t i = 0; i < f->t->n; i++) {
		struct str s = f->t->nodes[i].text;

		if (f->t->nodes[i].tag != TAG_TEXT || s.n < 8 || s.n > 400)
			continue;
		s = str_trim(s);
		if (s.n >= 8 && s.n <= 120 && names_year(s))
			runs[f->n_runs++] = i;
	}
	f->runs = runs;
}

/* The first run of text with a date in it. */
static int64_t
by_run(struct finder *f, struct range r, enum pure pure)
{
	int tries = 0;

	if (!f->runs)
		find_runs(f);
	for (int32_t k = 0; k < f->n_runs && f->runs[k] < r.end && tries < TRIES; k++) {
		int32_t i = f->runs[k];
		struct str s = str_trim(f->t->nodes[i].text);
		int64_t at;

		if (i < r.from || (!r.anywhere && page_is_aside(f->t, i)))
			continue;
		if (pure && s.n > 40 && !isdigit((unsigned char)*s.p))
			continue;
		if (pure >= RUN_MARKED && !is_marked(s, pure == RUN_MARKED))
			continue;
		tries++;
		at = date_in(f, s);
		if (at)
			return at;
	}
	return 0;
}

static int64_t
by_said_text(struct finder *f, struct range r)
{
	return by_run(f, r, RUN_SAID);
}
static int64_t
by_marked_text(struct finder *f, struct range r)
{
	return by_run(f, r, RUN_MARKED);
}
static int64_t
by_short_text(struct finder *f, struct range r)
{
	return by_run(f, r, RUN_SHORT);
}

static int64_t
by_text(struct finder *f, struct range r)
{
	return by_run(f, r, RUN_ANY);
}

/* ---- the address ------------------------------------------------------------------------------ */

/* /2026/03/05/ or 20260305 in the address. An archive's own date is not meant. */
static int64_t
by_address(struct finder *f, struct str url)
{
	ptrdiff_t archive = str_find(url, STR("/web/"));

	if (archive >= 0 && str_find(url, STR("archive.org")) >= 0)
		url = str_slice(url, (size_t)archive + 5 + 14, url.n);
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

/* ---- what a script would show ------------------------------------------------------------------ */

static const struct str script_keys[] = {
	STR_INIT("\"datePublished\":"),   STR_INIT("\"datePublished\" :"),
	STR_INIT("\"published_at\":"),    STR_INIT("\"publishedAt\":"),
	STR_INIT("\"publicationDate\":"), STR_INIT("\"publishedDate\":"),
	STR_INIT("\"publishDate\":"),     STR_INIT("\"publish_date\":"),
	STR_INIT("\"firstPublished\":"),  STR_INIT("\"createdAt\":"),
	STR_INIT("\"pubDate\":"),
};

/* Where each of the keys from..end-1 stands first, -1: nowhere. Each begins with a quote. */
static void
find_keys(struct str s, size_t from, size_t end, ptrdiff_t hits[])
{
	const char *p = s.p, *last = s.p + s.n;

	for (size_t k = from; k < end; k++)
		hits[k] = -1;
	for (; p < last && (p = memchr(p, '"', (size_t)(last - p))); p++)
		for (size_t k = from; last - p > 2 && k < end; k++)
			if (p[1] == script_keys[k].p[1] && p[2] == script_keys[k].p[2] &&
			    hits[k] < 0 &&
			    str_starts((struct str){ p, (size_t)(last - p) }, script_keys[k]))
				hits[k] = p - s.p;
}

static int64_t
by_script(struct finder *f, size_t from, size_t end)
{
	struct str source = str_slice(f->t->source, 0, SOURCE_MAX);
	ptrdiff_t hits[LY_COUNT(script_keys)];

	if (end - from > 1)
		find_keys(source, from, end, hits);
	else
		hits[from] = str_find(source, script_keys[from]);
	for (size_t k = from; k < end; k++) {
		ptrdiff_t hit = hits[k];
		struct str s;
		int64_t at;

		if (hit < 0)
			continue;
		s = str_trim(str_slice(f->t->source, (size_t)hit + script_keys[k].n, 42));
		if (!s.n || *s.p != '"')
			continue;
		s = str_slice(s, 1, s.n);
		hit = str_find_byte(s, '"');
		at = hit > 0 ? date_in(f, str_slice(s, 0, (size_t)hit)) : 0;
		if (at)
			return at;
	}
	return 0;
}

/* An address that names the day before or behind names the day as its readers had it, though
 * the page gives the moment in UTC. */
static void
readers_day(struct finder *f, struct str url, int64_t at)
{
	struct finder own = *f;
	int64_t day, late = (at + f->offset_s) % 86400;

	own.written = false;
	day = by_address(&own, url);
	if (!day || !at || f->offset_s)
		return;
	if (at - late - day == 86400 && late < 12 * 3600)
		f->offset_s = (int)-(late / 3600 + 1) * 3600;
	else if (day - (at - late) == 86400 && late >= 10 * 3600)
		f->offset_s = (int)((86400 - late + 3599) / 3600) * 3600;
}

/* ---- all of them -------------------------------------------------------------------------------- */

static int64_t
by_places(struct finder *f, int32_t heading, const char **from)
{
	const struct tree *t = f->t;
	struct range r[4] = { { heading, heading + BEHIND, false },
			      { heading - BEFORE, heading, false },
			      { 0, t->n, false },
			      { 0, t->n, true } };
	static const struct {
		int64_t (*find)(struct finder *f, struct range r);
		const char *name;
		int range;
	} ways[] = {
		{ by_said_text, "text", 0 },   { by_time, "time", 0 },
		{ by_class, "class", 0 },      { by_marked_text, "text", 0 },
		{ by_short_text, "text", 0 },  { by_said_text, "text", 1 },
		{ by_time, "time", 1 },        { by_class, "class", 1 },
		{ by_marked_text, "text", 1 }, { by_short_text, "text", 1 },
		{ by_time, "time", 2 },        { by_class, "class", 2 },
		{ by_marked_text, "text", 2 }, { by_short_text, "text", 2 },
		{ by_time, "time", 3 },        { by_class, "class", 3 },
		{ by_marked_text, "text", 3 }, { by_text, "text", 0 },
		{ by_text, "text", 1 },        { by_text, "text", 2 },
		{ by_text, "text", 3 },
	};

	for (size_t i = 0; i < 2; i++) {
		r[i].from = r[i].from < 0 ? 0 : r[i].from;
		r[i].end = heading < 0 ? 0 : r[i].end > t->n ? t->n : r[i].end;
	}
	for (size_t i = 0; i < LY_COUNT(ways); i++) {
		int64_t at = ways[i].find(f, r[ways[i].range]);

		if (at) {
			*from = ways[i].name;
			return at;
		}
	}
	return 0;
}

/* Only America writes the month first; "en" alone may be it, unless the address says else. */
static bool
is_day_first(struct str lang, struct str url)
{
	static const char *const says[] = { "/en-gb/",  "/en-au/",  "/en-in/", "/en-ie/",
					    "/en-nz/",  "/en-za/",  ".co.uk/", ".org.uk/",
					    ".gov.uk/", ".com.au/", ".co.nz/", ".co.in/",
					    ".co.za/",  ".ie/" };

	if (lang.n && !str_eq_nocase(lang, STR("en")))
		return !str_eq_nocase(lang, STR("en-US")) &&
		       !str_eq_nocase(lang, STR("en_US")) && !str_starts(lang, STR("zh")) &&
		       !str_starts(lang, STR("ja"));
	for (size_t i = 0; i < LY_COUNT(says); i++)
		if (str_find_nocase(url, str_of(says[i])) >= 0)
			return true;
	return false;
}

/* What stands right behind the heading. */
static int64_t
by_heading(const struct finder *f, int32_t heading)
{
	struct range r = { heading, heading + BEHIND < f->t->n ? heading + BEHIND : f->t->n,
			   false };
	struct finder own = *f;
	int64_t at;

	if (heading < 0)
		return 0;
	own.written = true;
	at = by_time(&own, r);
	return at ? at : by_class(&own, r);
}

static bool
is_same_day(const struct finder *f, int64_t a, int64_t b)
{
	return (a + f->offset_s) / 86400 == (b + f->offset_s) / 86400;
}

/* What is written for machines. Where two of them are at odds, what people read beside the
 * heading says which is meant. */
static int64_t
by_machine(struct finder *f, const struct page_ld *ld, int32_t heading, const char **from)
{
	struct finder own = *f, other = *f;
	const char *key = NULL;
	int64_t at = date_in(f, ld->date), seen;
	int64_t meta = date_in(&own, page_meta_get(f->t, meta_date, &key));

	*from = "json-ld";
	if (meta && (!at || (!is_same_day(f, at, meta) && (seen = by_heading(f, heading)) &&
			     is_same_day(&own, seen, meta)))) {
		*f = own;
		*from = key;
		at = meta;
	}
	if (at)
		return at;
	meta = date_in(&other, page_meta_get(f->t, meta_vague, &key));
	own = *f;
	own.written = true;
	*from = "itemprop";
	if (!meta || has_one_property(f->t))
		at = by_property(&own);
	if (at && meta && !is_same_day(&own, at, meta) && (seen = by_heading(f, heading)) &&
	    is_same_day(&other, seen, meta))
		at = 0;
	f->offset_s = at ? own.offset_s : other.offset_s;
	f->utc = at ? own.utc : other.utc;
	if (!at)
		*from = key;
	return at ? at : meta;
}

void
page_find_day(const struct tree *t, const struct page_ld *ld, struct str url, int32_t heading,
	      int64_t now, struct page *p)
{
	struct finder f = { .t = t, .now = now, .day_first = is_day_first(p->lang, url) };
	const char *key = NULL, *from = NULL;
	int64_t at = by_machine(&f, ld, heading, &from);

	f.written = true;
	if (!at && (at = by_address(&f, url)))
		from = "url";
	if (!at && (at = by_script(&f, 0, 1)))
		from = "script";
	if (!at)
		at = by_places(&f, heading, &from);
	f.written = false;
	if (!at && (at = date_in(&f, ld->modified)))
		from = "json-ld modified";
	if (!at && (at = date_in(&f, page_meta_get(t, meta_changed, &key))))
		from = key;
	if (!at && (at = by_script(&f, 1, LY_COUNT(script_keys))))
		from = "script";
	readers_day(&f, url, at);
	if (at && !f.offset_s && f.utc && at % 86400)
		f.offset_s = page_country_offset(url, p->lang, zone_civil(NULL, at).month);
	p->published_at = at;
	p->published_offset_s = f.offset_s;
	p->published_from = at ? from : NULL;
}
