/* values as written -> what a field must be; a document -> is it? -> (query.c, query_ask.c) */
#include "core/base.h"

#include "core/conf.h"
#include "core/utf8.h"
#include "nlp/fold.h"
#include "nlp/query_token.h"

#define UNKNOWN INT64_MIN
#define DAY_S   (24 * 3600)

/* ---- what a document says ---- */

static int64_t
get_tier(const struct query_about *a)
{
	int tier = document_tier(a->document);

	return tier < 0 ? UNKNOWN : tier;
}

static int64_t
get_followers(const struct query_about *a)
{
	return a->document->followers < 0 ? UNKNOWN : a->document->followers;
}

static int64_t
get_class(const struct query_about *a)
{
	return a->document->source_class;
}

static int64_t
get_rank(const struct query_about *a)
{
	return a->document->rank > 0 ? a->document->rank : UNKNOWN;
}

static int64_t
get_engagement(const struct query_about *a)
{
	return a->document->engagement;
}

static int64_t
get_rating(const struct query_about *a)
{
	return a->document->rating > 0 ? a->document->rating : UNKNOWN;
}

static int64_t
get_published(const struct query_about *a)
{
	return a->document->published_at ? a->document->published_at : UNKNOWN;
}

static int64_t
get_minute(const struct query_about *a)
{
	struct civil c;

	if (!a->document->published_at)
		return UNKNOWN;
	c = zone_civil(a->zone, a->document->published_at);
	return c.hour * 60 + c.minute;
}

static int64_t
get_sentiment(const struct query_about *a)
{
	return a->mention->label;
}

static int64_t
get_score(const struct query_about *a)
{
	return a->mention->score;
}

static int64_t
get_intent(const struct query_about *a)
{
	return a->mention->intent;
}

static struct str
text_site(const struct query_about *a)
{
	return a->document->site;
}

static struct str
text_url(const struct query_about *a)
{
	return a->document->url;
}

static struct str
text_author(const struct query_about *a)
{
	return a->document->author;
}

static struct str
text_source(const struct query_about *a)
{
	return a->document->source;
}

static struct str
text_lang(const struct query_about *a)
{
	return a->document->lang.n ? a->document->lang : a->lang;
}

static struct str
text_hotlist(const struct query_about *a)
{
	return a->document->rank > 0 ? a->document->source : (struct str){ NULL, 0 };
}

/* As stated; else by the top-level domain of its country, but for those that are sold for
 * their sound. */
static struct str
text_country(const struct query_about *a)
{
	static const char *const sold[] = { "ai", "cc", "co", "fm", "gg", "io", "ly",
					    "me", "sh", "so", "to", "tv", "vc", "ws" };
	struct str host = field_host(a->document->url);
	size_t at;

	if (a->document->country.n)
		return a->document->country;
	if (!host.n)
		host = a->document->site;
	for (at = host.n; at > 0 && host.p[at - 1] != '.';)
		at--;
	host = str_slice(host, at, SIZE_MAX);
	if (!at || host.n != 2)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < LY_COUNT(sold); i++)
		if (str_eq_nocase(host, str_of(sold[i])))
			return (struct str){ NULL, 0 };
	return str_eq_nocase(host, STR("uk")) ? STR("gb") : host;
}

static const char *const tier_words[] = { "T0", "T1", "T2", "T3", NULL };
static const char *const sentiment_words[] = { "negative", "neutral", "positive", NULL };

const struct query_field query_fields[] = {
	{ "title", ASK_PLACE, .help = "a word or (part of the query) in the title" },
	{ "body", ASK_PLACE, .help = "the same in the text" },
	{ "list", ASK_LIST, .help = "name: the words of that list of the configuration" },
	{ "site", ASK_SITE, .text = text_site, .help = "domain, with all under it" },
	{ "url", ASK_PIECE, .text = text_url, .help = "piece of the address" },
	{ "author", ASK_NAME, .text = text_author, .help = "name as shown" },
	{ "tier", ASK_CHOICE, .words = tier_words, .number = get_tier,
	  .help = "of the author's reach" },
	{ "followers", ASK_NUMBER, .number = get_followers, .help = "of the author" },
	{ "language", ASK_NAME, .text = text_lang, .help = "zh, en" },
	{ "country", ASK_NAME, .text = text_country, .help = "two letters" },
	{ "source", ASK_NAME, .text = text_source, .help = "name in the configuration" },
	{ "class", ASK_CHOICE, .words = source_class_words, .number = get_class,
	  .help = "kind of source" },
	{ "hotlist", ASK_NAME, .text = text_hotlist, .help = "source of a hot list; * any" },
	{ "rank", ASK_NUMBER, .number = get_rank, .help = "place on a hot list" },
	{ "engagement", ASK_NUMBER, .number = get_engagement,
	  .help = "likes, replies and shares" },
	{ "rating", ASK_DECIMAL, .number = get_rating, .help = "stars" },
	{ "published", ASK_DAY, .number = get_published, .help = "day or moment" },
	{ "minuteofday", ASK_MINUTE, .number = get_minute,
	  .help = "when it was published, 0..1439 or 09:00" },
	{ "sentiment", ASK_CHOICE, .scored = true, .words = sentiment_words, .first = LABEL_NEG,
	  .number = get_sentiment, .help = "of the mention; or a score" },
	{ "topic", ASK_TOPIC, .scored = true, .help = "id of a topic of the mention" },
	{ "intent", ASK_CHOICE, .scored = true, .words = intent_words, .number = get_intent,
	  .help = "what the author wants" },
	{ .name = NULL },
};
/* sentiment: with a number */
static const struct query_field score_field = { "sentiment", ASK_DECIMAL, .scored = true,
						.number = get_score };

const struct query_field *
query_field_find(struct str name)
{
	for (const struct query_field *f = query_fields; f->name; f++)
		if (str_eq_nocase(name, str_of(f->name)))
			return f;
	return NULL;
}

const char *
query_field_nearest(struct str name)
{
	/* As others call what we have. */
	static const struct {
		const char *theirs, *ours;
	} known[] = {
		{ "authorFollowers", "followers" },
		{ "pageType", "class" },
		{ "sourcetype", "class" },
		{ "sourcecountry", "country" },
		{ "content", "body" },
		{ "text", "body" },
		{ "domain", "site" },
		{ "lang", "language" },
		{ "date", "published" },
		{ "hour", "minuteofday" },
	};
	const char *names[LY_COUNT(query_fields)];
	size_t n = 0;

	for (size_t i = 0; i < LY_COUNT(known); i++)
		if (str_eq_nocase(name, str_of(known[i].theirs)))
			return known[i].ours;
	for (const struct query_field *f = query_fields; f->name; f++)
		names[n++] = f->name;
	return conf_nearest(name, names, n);
}

/* ---- values ---- */

/* "12000", "1.2万", "10k" */
static bool
count_read(struct str s, int64_t *out)
{
	static const struct {
		const char *unit;
		int64_t times;
	} units[] = { { "k", 1000 },    { "K", 1000 },   { "m", 1000000 },
		      { "M", 1000000 }, { "万", 10000 }, { "亿", 100000000 } };
	int64_t times = 1;

	for (size_t i = 0; i < LY_COUNT(units); i++)
		if (s.n > strlen(units[i].unit) && str_ends(s, str_of(units[i].unit))) {
			times = units[i].times;
			s.n -= strlen(units[i].unit);
			break;
		}
	if (str_milli(s, out) < 0 || *out < 0 || *out > INT64_MAX / times)
		return false;
	*out = *out * times / 1000;
	return true;
}

static bool
choice_read(const struct query_field *f, struct str s, int64_t *out)
{
	for (int64_t i = 0; f->words[i]; i++)
		if (str_eq_nocase(s, str_of(f->words[i]))) {
			*out = f->first + i;
			return true;
		}
	return false;
}

static bool
minute_read(struct str s, int64_t *out)
{
	struct err e = { .kind = ERR_NONE };

	if (str_int64(s, out) == 0)
		return *out >= 0 && *out < 1440;
	if (conf_clock(s, out, &e) < 0)
		return false;
	*out = *out / 60 > 1439 ? 1439 : *out / 60;
	return true;
}

/* A day is from its first second to its last. */
static bool
day_read(const struct zone *zone, struct str s, struct field_range *out)
{
	struct err e = { .kind = ERR_NONE };
	struct civil c;
	int64_t at;

	if (clock_parse_iso(s, &at, &e) < 0)
		return false;
	*out = (struct field_range){ at, at };
	if (s.n > 10)
		return true;
	c = zone_civil(NULL, at);
	c.hour = c.minute = c.second = 0;
	out->from = zone_utc(zone, c);
	/* the day may have 23 or 25 hours */
	out->to = zone_day(zone, out->from + DAY_S + DAY_S / 4) - 1;
	return true;
}

/* One value as what it spans: a number from itself to itself. */
static bool
point_read(const struct parse *p, const struct query_field *f, struct str s,
	   struct field_range *out)
{
	bool fits;

	if (f->kind == ASK_DAY)
		return day_read(p->setup->zone, s, out);
	fits = f->kind == ASK_CHOICE    ? choice_read(f, s, &out->from)
	       : f->kind == ASK_MINUTE  ? minute_read(s, &out->from)
	       : f->kind == ASK_DECIMAL ? str_milli(s, &out->from) == 0
					: count_read(s, &out->from);
	out->to = out->from;
	if (f == &score_field && (out->from < -1000 || out->from > 1000))
		return false;
	return fits;
}

/* How a value of the field should look. */
static const char *
form_of(struct parse *p, const struct query_field *f)
{
	struct buf b = BUF(400);
	const char *s;

	switch (f->kind) {
	case ASK_CHOICE:
		buf_add(&b, STR("one of "));
		for (size_t i = 0; f->words[i]; i++)
			buf_addf(&b, "%s%s", i ? ", " : "", f->words[i]);
		break;
	case ASK_MINUTE:
		buf_add(&b, STR("a minute 0..1439 or a time like 09:00"));
		break;
	case ASK_DECIMAL:
		buf_add(&b, f == &score_field ? STR("a score from -1 to 1")
					      : STR("a number like 4.5"));
		break;
	case ASK_DAY:
		buf_add(&b, STR("a day like 2026-11-21 or a moment like "
				"2026-11-21T08:00:00+08:00"));
		break;
	default:
		buf_add(&b, STR("a number like 1000, 10k or 1.2万"));
	}
	s = arena_text(p->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static bool
end_read(struct parse *p, const struct query_field *f, const struct value *v, struct str s,
	 struct field_range *out)
{
	if (point_read(p, f, s, out))
		return true;
	query_fault(p, v->at, "%s: \"%.*s\" is not %s", f->name, STR_ARG(s), form_of(p, f));
	return false;
}

static void
range_add(struct field_test *t, int64_t from, int64_t to)
{
	t->ranges[t->n_ranges++] = (struct field_range){ from, to };
}

/* [a TO b]; * is an open end, [22:00 TO 06:00] goes over midnight. */
static bool
span_read(struct parse *p, const struct query_field *f, const struct value *v,
	  struct field_test *t)
{
	struct field_range a = { INT64_MIN + 1, 0 }, b = { 0, INT64_MAX };

	if (!str_is(v->text, "*") && !end_read(p, f, v, v->text, &a))
		return false;
	if (!str_is(v->to, "*") && !end_read(p, f, v, v->to, &b))
		return false;
	if (f->kind == ASK_MINUTE && a.from > b.to) {
		range_add(t, a.from, 1439);
		range_add(t, 0, b.to);
		return true;
	}
	if (a.from > b.to) {
		query_fault(p, v->at, "%s: the range ends before it begins", f->name);
		return false;
	}
	range_add(t, a.from, b.to);
	return true;
}

static bool
number_read(struct parse *p, const struct query_field *f, const struct value *v,
	    struct field_test *t)
{
	struct field_range r;

	if (v->kind == V_FROM_TO)
		return span_read(p, f, v, t);
	if (!end_read(p, f, v, v->text, &r))
		return false;
	switch (v->kind) {
	case V_LEAST:
		range_add(t, r.from, INT64_MAX);
		break;
	case V_MORE:
		range_add(t, r.to == INT64_MAX ? r.to : r.to + 1, INT64_MAX);
		break;
	case V_MOST:
		range_add(t, INT64_MIN + 1, r.to);
		break;
	case V_LESS:
		range_add(t, INT64_MIN + 1, r.from - 1);
		break;
	default:
		range_add(t, r.from, r.to);
	}
	return true;
}

/* "https://www.example.com/" -> "example.com" */
static struct str
site_of(struct str s)
{
	if (str_find(s, STR("://")) >= 0)
		s = field_host(s);
	if (str_starts(s, STR("www.")))
		s = str_slice(s, 4, SIZE_MAX);
	while (s.n && (s.p[0] == '.' || s.p[0] == '*'))
		s = str_slice(s, 1, SIZE_MAX);
	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	return s;
}

/* "country:china": documents carry codes. Only a warning, for what is pushed may say anything. */
static void
code_look(struct parse *p, const struct query_field *f, const struct value *v, struct str s)
{
	bool country = str_is(str_of(f->name), "country");
	size_t most = country ? 2 : 3;

	if (!country && !str_is(str_of(f->name), "language"))
		return;
	for (size_t i = 0; i < s.n; i++)
		if (strchr("*?-_", s.p[i]))
			return;
	if (s.n > most)
		query_warn(p, v->at, "%s: is a code, as %s; \"%.*s\" is none", f->name,
			   country ? "cn or us" : "zh or en", STR_ARG(s));
}

static bool
text_read(struct parse *p, const struct query_field *f, const struct value *v,
	  struct field_test *t)
{
	struct buf b = BUF(4096);
	struct str s;

	if (v->kind != V_TEXT) {
		query_fault(p, v->at, "%s: is a text: it has no range", f->name);
		return false;
	}
	if (v->text.n)
		fold_add(&b, v->text);
	s = arena_str(p->arena, str_trim(buf_str(&b)));
	buf_release(&b);
	if (f->kind == ASK_SITE)
		s = site_of(s);
	if (f->kind == ASK_NAME && s.n && s.p[0] == '@')
		s = str_slice(s, 1, SIZE_MAX);
	if (!s.n) {
		query_fault(p, v->at, "%s: a value is missing", f->name);
		return false;
	}
	code_look(p, f, v, s);
	if (f->kind == ASK_SITE && str_find_byte(s, '/') >= 0) {
		query_fault(p, v->at, "site: is a domain, \"%.*s\" is an address: that is url:",
			    STR_ARG(s));
		return false;
	}
	t->texts[t->n_texts++] = s;
	return true;
}

static bool
is_number_like(const struct value *v)
{
	int64_t n;

	return v->kind != V_TEXT || str_milli(v->text, &n) == 0;
}

static void
written_add(struct parse *p, struct field_test *t, const struct value *v)
{
	static const char *const signs[] = {
		[V_LEAST] = ">=", [V_MORE] = ">", [V_MOST] = "<=", [V_LESS] = "<"
	};
	char *s = v->kind == V_FROM_TO ? arena_textf(p->arena, "[%.*s TO %.*s]",
						     STR_ARG(v->text), STR_ARG(v->to))
		  : v->kind == V_TEXT
			  ? arena_textf(p->arena, "\"%.*s\"", STR_ARG(v->text))
			  : arena_textf(p->arena, "%s%.*s", signs[v->kind], STR_ARG(v->text));

	t->written[t->n_written++] = str_of(s);
}

struct field_test *
field_parse(struct parse *p, const struct query_field *f, const struct value *v, size_t n)
{
	struct field_test *t = arena_alloc(p->arena, sizeof *t);
	bool fits = true;

	if (str_is(str_of(f->name), "sentiment") && is_number_like(&v[0]))
		f = &score_field;
	t->field = f;
	t->texts = arena_alloc(p->arena, n * sizeof *t->texts);
	t->ranges = arena_alloc(p->arena, n * 2 * sizeof *t->ranges);
	t->written = arena_alloc(p->arena, n * sizeof *t->written);
	for (size_t i = 0; i < n; i++) {
		bool text = f->kind == ASK_SITE || f->kind == ASK_PIECE ||
			    f->kind == ASK_NAME || f->kind == ASK_TOPIC;

		fits &= text ? text_read(p, f, &v[i], t) : number_read(p, f, &v[i], t);
		written_add(p, t, &v[i]);
	}
	return fits ? t : NULL;
}

/* ---- asking ---- */

struct str
field_host(struct str url)
{
	ptrdiff_t at = str_find(url, STR("://"));
	struct str host =
		at < 0 ? (struct str){ NULL, 0 } : str_slice(url, (size_t)at + 3, SIZE_MAX);
	size_t n = 0;

	while (n < host.n && host.p[n] != '/' && host.p[n] != ':' && host.p[n] != '?' &&
	       host.p[n] != '#')
		n++;
	return str_slice(host, 0, n);
}

bool
field_site_is(struct str host, struct str site)
{
	return str_eq_nocase(host, site) ||
	       (host.n > site.n && host.p[host.n - site.n - 1] == '.' &&
		str_eq_nocase(str_slice(host, host.n - site.n, site.n), site));
}

/* * any run, ? one character; both folded already. */
static bool
name_is(struct str s, struct str pattern)
{
	size_t i = 0, j = 0, star = SIZE_MAX, from = 0;
	uint32_t cp;

	while (i < s.n) {
		size_t n = utf8_next(s.p + i, s.p + s.n, &cp);

		if (j < pattern.n && pattern.p[j] == '?') {
			i += n;
			j++;
		} else if (j < pattern.n && pattern.p[j] == '*') {
			star = j++;
			from = i;
		} else if (j < pattern.n && pattern.p[j] == s.p[i]) {
			i++;
			j++;
		} else if (star != SIZE_MAX) {
			j = star + 1;
			i = ++from;
		} else {
			return false;
		}
	}
	while (j < pattern.n && pattern.p[j] == '*')
		j++;
	return j == pattern.n;
}

static bool
text_is(const struct field_test *t, struct str raw, const struct query_about *about)
{
	struct buf b = BUF(1 << 14);
	struct str s, host = { NULL, 0 };
	bool is = false;

	if (raw.n)
		fold_add(&b, utf8_cut(raw, 8192));
	s = str_trim(buf_str(&b));
	if (t->field->kind == ASK_SITE)
		host = field_host(about->document->url);
	if (t->field->kind == ASK_NAME && s.n && s.p[0] == '@')
		s = str_slice(s, 1, SIZE_MAX);
	for (size_t i = 0; i < t->n_texts && !is; i++) {
		struct str x = t->texts[i];

		if (t->field->kind == ASK_SITE)
			is = field_site_is(s, x) || field_site_is(host, x);
		else if (t->field->kind == ASK_PIECE)
			is = str_find(s, x) >= 0;
		else
			is = s.n && name_is(s, x);
	}
	buf_release(&b);
	return is;
}

static bool
topic_is(const struct field_test *t, const struct mention *m)
{
	const struct topic_hit *v = m->topics.v;

	for (size_t i = 0; i < m->topics.n; i++)
		for (size_t j = 0; j < t->n_texts; j++)
			if (str_eq_nocase(v[i].topic, t->texts[j]))
				return true;
	return false;
}

enum field_answer
field_ask(const struct field_test *t, const struct query_about *about)
{
	const struct query_field *f = t->field;
	int64_t v;

	if (f->scored ? !about->mention : !about->document)
		return FIELD_UNKNOWN_YET;
	if (f->kind == ASK_TOPIC)
		return topic_is(t, about->mention) ? FIELD_IS : FIELD_IS_NOT;
	if (f->text)
		return text_is(t, f->text(about), about) ? FIELD_IS : FIELD_IS_NOT;
	v = f->number(about);
	for (size_t i = 0; v != UNKNOWN && i < t->n_ranges; i++)
		if (v >= t->ranges[i].from && v <= t->ranges[i].to)
			return FIELD_IS;
	return FIELD_IS_NOT;
}
