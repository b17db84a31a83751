/* a query of another tool -> (tables of what each sign becomes) -> ours */
#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/str.h"
#include "core/utf8.h"
#include "nlp/query_import.h"

#define NOTES_MAX 100
#define BW        TOOL_BRANDWATCH
#define MW        TOOL_MELTWATER
#define TW        TOOL_TALKWALKER
#define ALL       (BW | MW | TW)

const char *const query_tool_words[] = { "brandwatch", "meltwater", "talkwalker", NULL };

/* ---- the tables ---- */

/* NEAR takes a number behind it, which near is used without. */
static const struct operator
{
	int tools;
	const char *theirs, *ours;
	bool distance, ordered;
	int near;           /* 0: it needs its number */
	const char *nearly; /* what is not quite the same */
}
operators[] = {
	{ ALL, "AND", "AND", false, false, 0, NULL },
	{ ALL, "OR", "OR", false, false, 0, NULL },
	{ ALL, "NOT", "NOT", false, false, 0, NULL },
	{ ALL, "NEAR", "NEAR", true, false, 0, NULL },
	{ MW, "NEAR", "NEAR", true, false, 4, NULL },
	{ MW | TW, "ONEAR", "NEAR", true, true, 4, NULL },
	{ TW, "SENTENCE", "NEAR", true, false, 15,
	  "sentences are not told apart: 15 words at most between them" },
};

enum field_how {
	HOW_FIELD,
	HOW_TAG,
	HOW_USER,
	HOW_RAW,
	HOW_SUBREDDIT,
	HOW_PART,
	HOW_CLASS,
	HOW_LOST
};
static const struct foreign_field {
	int tools;
	const char *theirs;
	enum field_how how;
	const char *ours;
	const char *
		why; /* LOST: reason; what to do. Others: what is not quite the same, or NULL */
} fields[] = {
	{ ALL, "title", HOW_PART, "title", NULL },
	{ ALL, "site", HOW_FIELD, "site", NULL },
	{ ALL, "url", HOW_FIELD, "url", NULL },
	{ ALL, "author", HOW_FIELD, "author", NULL },
	{ BW, "raw", HOW_RAW, "raw", NULL },
	{ BW, "hashtags", HOW_TAG, "#", NULL },
	{ BW, "at_mentions", HOW_USER, "@", NULL },
	{ BW | MW, "language", HOW_FIELD, "language", NULL },
	{ BW | MW, "country", HOW_FIELD, "country", NULL },
	{ BW, "authorfollowers", HOW_FIELD, "followers", NULL },
	{ BW, "rating", HOW_FIELD, "rating", NULL },
	{ BW, "minuteofday", HOW_FIELD, "minuteofday",
	  "hours are those of site.zone here, not of UTC: move them" },
	{ ALL, "sentiment", HOW_FIELD, "sentiment", NULL },
	{ BW, "subreddit", HOW_SUBREDDIT, "url", NULL },
	{ BW, "pagetype", HOW_CLASS, "class", NULL },
	{ BW, "links", HOW_LOST, NULL,
	  "links in a text are not kept apart; look for the address itself: "
	  "raw:\"example.com\"" },
	{ BW, "city", HOW_LOST, NULL,
	  "documents carry no town; use country:, or name the town" },
	{ BW, "state", HOW_LOST, NULL, "documents carry no state; use country:" },
	{ BW, "county", HOW_LOST, NULL, "documents carry no county; use country:" },
	{ BW, "region", HOW_LOST, NULL, "documents carry no region; use country:" },
	{ BW, "continent", HOW_LOST, NULL,
	  "documents carry no continent; list its countries: country:(de fr)" },
	{ BW, "latitude", HOW_LOST, NULL, "documents carry no coordinates; use country:" },
	{ BW, "longitude", HOW_LOST, NULL, "documents carry no coordinates; use country:" },
	{ BW, "authorgender", HOW_LOST, NULL,
	  "nothing is guessed about persons; leave it out" },
	{ BW, "authorverified", HOW_LOST, NULL,
	  "not known of documents; use tier: or followers:" },
	{ BW, "engagementtype", HOW_LOST, NULL,
	  "shares and replies are not told apart; use engagement:>=100" },
	{ BW, "imagetype", HOW_LOST, NULL, "pictures are not looked at; leave it out" },
	{ MW, "ingress", HOW_PART, "body",
	  "there is no lead here: body: looks at the whole text, title: at the title" },
	{ MW, "body", HOW_PART, "body", NULL },
	{ MW, "source", HOW_LOST, NULL,
	  "their names of sources are not ours; use site: with the domain, or source: with the "
	  "name "
	  "in your configuration" },
	{ TW, "content", HOW_PART, "body", NULL },
	{ TW, "lang", HOW_FIELD, "language", NULL },
	{ TW, "sourcecountry", HOW_FIELD, "country", NULL },
	{ TW, "sourcetype", HOW_CLASS, "class", NULL },
	{ TW, "followers", HOW_FIELD, "followers", NULL },
	{ TW, "engagement", HOW_FIELD, "engagement", NULL },
	{ TW, "reach", HOW_LOST, NULL, "reach is their estimate; use followers: or tier:" },
	{ TW, "published", HOW_LOST, NULL,
	  "their times are milliseconds; write published:[2026-11-01 TO 2026-11-21]" },
};

/* Kinds of sources, beginnings suffice. */
static const struct {
	const char *theirs, *ours;
} classes[] = {
	{ "news", "news" },        { "onlinenews", "news" },    { "print", "news" },
	{ "magazine", "news" },    { "forum", "forum" },        { "messageboard", "forum" },
	{ "board", "forum" },      { "review", "review" },      { "video", "video" },
	{ "youtube", "video" },    { "twitter", "social" },     { "facebook", "social" },
	{ "instagram", "social" }, { "socialmedia", "social" }, { "weibo", "social" },
	{ "tumblr", "social" },    { "reddit", "forum" },       { "blog", "other" },
};

/* ---- reading ---- */

struct importer {
	struct arena *a;
	enum query_tool from;
	struct str s;
	size_t at;
	struct buf *out;
	struct import_notes *notes;
};

static void LY_PRINTF(4, 5)
	note(struct importer *k, size_t at, enum import_how how, const char *fmt, ...)
{
	struct import_notes *f = k->notes;
	char text[400];
	va_list ap;

	f->lost += how == IMPORT_LOST;
	if (f->n == NOTES_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (f->n == f->cap) {
		struct import_note *more = arena_alloc(k->a, (f->cap * 2 + 8) * sizeof *more);

		if (f->n)
			memcpy(more, f->v, f->n * sizeof *more);
		f->v = more;
		f->cap = f->cap * 2 + 8;
	}
	f->v[f->n++] = (struct import_note){
		at, how, arena_text(k->a, utf8_cut(str_of(text), sizeof text - 4))
	};
}

/* A comment in the place of what cannot be. */
static void
stand_in(struct importer *k, size_t from)
{
	buf_add(k->out, STR("<<<not translated: "));
	for (size_t i = from; i < k->at; i++)
		buf_add_byte(k->out, k->s.p[i] == '>' ? '.' : k->s.p[i]);
	buf_add(k->out, STR(">>>"));
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
starts_here(const struct importer *k, const char *what)
{
	return str_starts(str_slice(k->s, k->at, SIZE_MAX), str_of(what));
}

/* A quotation mark, straight or curly, here: its bytes. */
static size_t
quote_len(const struct importer *k)
{
	static const char *const marks[] = { "\"", "“", "”", "„" };

	for (size_t i = 0; i < LY_COUNT(marks); i++)
		if (starts_here(k, marks[i]))
			return strlen(marks[i]);
	return 0;
}

static struct str
word_read(struct importer *k)
{
	size_t from = k->at;

	while (k->at < k->s.n && !is_blank(k->s.p[k->at]) && k->s.p[k->at] != '(' &&
	       k->s.p[k->at] != ')' && !quote_len(k) && !starts_here(k, "<<<"))
		k->at++;
	return str_slice(k->s, from, k->at - from);
}

/* From the opening quotation mark on; what stands between. */
static struct str
quoted_read(struct importer *k)
{
	size_t from = k->at += quote_len(k), end;

	while (k->at < k->s.n && !quote_len(k))
		k->at++;
	end = k->at;
	k->at += k->at < k->s.n ? quote_len(k) : 0;
	return str_slice(k->s, from, end - from);
}

/* What stands within a pair, from the opening sign on; the signs included. */
static struct str
pair_read(struct importer *k, char open, char close)
{
	size_t from = k->at;
	int depth = 0;

	while (k->at < k->s.n) {
		char c = k->s.p[k->at++];

		depth += c == open;
		if (c == close && --depth == 0)
			break;
	}
	return str_slice(k->s, from, k->at - from);
}

static int64_t
number_read(struct importer *k)
{
	size_t from = k->at;
	int64_t n;

	while (k->at < k->s.n && k->s.p[k->at] >= '0' && k->s.p[k->at] <= '9')
		k->at++;
	return str_int64(str_slice(k->s, from, k->at - from), &n) == 0 ? n : -1;
}

/* ---- fields ---- */

/* One value into out: bare, quoted, or a range. False: there is none. */
static bool
value_read(struct importer *k, struct str *v)
{
	size_t from;

	while (k->at < k->s.n && (is_blank(k->s.p[k->at]) || k->s.p[k->at] == ','))
		k->at++;
	from = k->at;
	if (k->at >= k->s.n || k->s.p[k->at] == ')')
		return false;
	if (k->s.p[k->at] == '[') {
		*v = pair_read(k, '[', ']');
		return true;
	}
	if (quote_len(k)) {
		*v = quoted_read(k);
		return true;
	}
	while (k->at < k->s.n &&
	       (k->s.p[k->at] == '<' || k->s.p[k->at] == '>' || k->s.p[k->at] == '='))
		k->at++;
	while (k->at < k->s.n && !is_blank(k->s.p[k->at]) && k->s.p[k->at] != ')' &&
	       k->s.p[k->at] != '(' && k->s.p[k->at] != ',')
		k->at++;
	*v = str_slice(k->s, from, k->at - from);
	return k->at > from;
}

static void
class_add(struct importer *k, size_t at, struct str v)
{
	for (size_t i = 0; i < LY_COUNT(classes); i++)
		if (v.n >= strlen(classes[i].theirs) &&
		    str_eq_nocase(str_slice(v, 0, strlen(classes[i].theirs)),
				  str_of(classes[i].theirs))) {
			buf_add(k->out, str_of(classes[i].ours));
			return;
		}
	note(k, at, IMPORT_NEARLY,
	     "\"%.*s\": no such kind of source here; class:other stands for it", STR_ARG(v));
	buf_add(k->out, STR("other"));
}

static void
value_add(struct importer *k, const struct foreign_field *f, size_t at, struct str v)
{
	bool plain = v.n && (v.p[0] == '[' || v.p[0] == '<' || v.p[0] == '>');

	switch (f->how) {
	case HOW_TAG:
	case HOW_USER:
		if (v.n && v.p[0] == f->ours[0])
			v = str_slice(v, 1, SIZE_MAX);
		buf_addf(k->out, "%s%.*s", f->ours, STR_ARG(v));
		break;
	case HOW_SUBREDDIT:
		buf_addf(k->out, "\"/r/%.*s/\"", STR_ARG(v));
		break;
	case HOW_CLASS:
		class_add(k, at, v);
		break;
	default:
		for (size_t i = 0; i < v.n; i++)
			plain |= v.p[i] == '*';
		plain |= v.n && !memchr(v.p, ' ', v.n) && !memchr(v.p, ':', v.n) &&
			 !memchr(v.p, '"', v.n);
		buf_addf(k->out, plain ? "%.*s" : "\"%.*s\"", STR_ARG(v));
	}
}

/* The values behind name:, one or in brackets. */
static void
values_add(struct importer *k, const struct foreign_field *f, size_t from)
{
	bool listed = k->at < k->s.n && k->s.p[k->at] == '(', prefix;
	struct str v;
	size_t n = 0;

	k->at += listed;
	/* #a and @b are words: their list is joined by OR */
	prefix = f->how != HOW_TAG && f->how != HOW_USER;
	if (prefix)
		buf_addf(k->out, "%s:", f->ours);
	if (listed)
		buf_add_byte(k->out, '(');
	while (value_read(k, &v)) {
		if (str_is(v, "OR") || (k->from == MW && str_is(v, "or")))
			continue;
		if (str_is(v, "AND") || str_is(v, "NOT"))
			note(k, from, IMPORT_LOST,
			     "\"%.*s\" in a list of values: take the field apart with brackets",
			     STR_ARG(v));
		buf_add(k->out, !n++ ? STR("") : STR(" OR "));
		value_add(k, f, from, v);
		if (!listed)
			break;
	}
	if (listed && k->at < k->s.n)
		k->at++;
	if (listed)
		buf_add_byte(k->out, ')');
	if (!n)
		note(k, from, IMPORT_LOST, "\"%s:\" has no value", f->theirs);
}

/* Over the value of a field that cannot be. */
static void
value_skip(struct importer *k)
{
	struct str v;

	if (k->at < k->s.n && k->s.p[k->at] == '(')
		pair_read(k, '(', ')');
	else
		value_read(k, &v);
}

/* "name:" at the beginning of the word: its length, or 0. */
static size_t
field_len(struct str w)
{
	size_t i = 0;

	while (i < w.n && (((w.p[i] | 32) >= 'a' && (w.p[i] | 32) <= 'z') || w.p[i] == '_' ||
			   (i && w.p[i] == '.')))
		i++;
	return i && i < w.n && w.p[i] == ':' &&
			       !str_starts(str_slice(w, i, SIZE_MAX), STR("://"))
		       ? i
		       : 0;
}

static bool
field_take(struct importer *k, struct str w)
{
	size_t from = k->at - w.n, n = field_len(w);
	const struct foreign_field *f = NULL;

	if (!n)
		return false;
	w.n = n;
	for (size_t i = 0; i < LY_COUNT(fields) && !f; i++)
		if (fields[i].tools & k->from && str_eq_nocase(w, str_of(fields[i].theirs)))
			f = &fields[i];
	k->at = from + n + 1;
	if (!f || f->how == HOW_LOST) {
		value_skip(k);
		note(k, from, IMPORT_LOST, "\"%.*s:\": %s", STR_ARG(w),
		     f ? f->why
		       : "there is no such field here; see the fields of docs/query.md");
		stand_in(k, from);
		return true;
	}
	if (f->why)
		note(k, from, IMPORT_NEARLY, "\"%.*s:\": %s", STR_ARG(w), f->why);
	if (f->how == HOW_PART) /* what follows is a part of the query */
		buf_addf(k->out, "%s:", f->ours);
	else if (f->how == HOW_RAW)
		buf_add(k->out, STR("raw:"));
	else
		values_add(k, f, from);
	return true;
}

/* ---- words ---- */

static bool
is_operator(const struct importer *k, struct str w, const struct operator* o)
{
	struct str name = str_of(o->theirs);

	if (!(o->tools & k->from))
		return false;
	w = o->distance ? str_slice(w, 0, name.n) : w;
	return str_is(w, o->theirs) || (k->from == MW && str_eq_nocase(w, name));
}

static void
distance_add(struct importer *k, struct str w, size_t from, const struct operator* o)
{
	size_t n = strlen(o->theirs);
	struct importer q = *k;
	int64_t near = o->near;
	bool ordered = o->ordered;

	q.at = from + n;
	if (w.n > n && w.p[n] == '/') {
		q.at++;
		near = number_read(&q);
		if (q.at < k->at && (q.s.p[q.at] | 32) == 'f') {
			ordered = true;
			q.at++;
		}
	}
	if (near > 100) {
		note(k, from, IMPORT_NEARLY,
		     "\"%.*s\": a distance is at most 100 words; AND stands for more",
		     STR_ARG(w));
		buf_add(k->out, STR("AND"));
		return;
	}
	if (near < 0 || q.at != k->at || (!near && !o->near && w.n == n)) {
		note(k, from, IMPORT_LOST, "\"%.*s\": its distance is missing; write %s/5",
		     STR_ARG(w), o->ours);
		stand_in(k, from);
		return;
	}
	if (o->nearly)
		note(k, from, IMPORT_NEARLY, "\"%.*s\": %s", STR_ARG(w), o->nearly);
	buf_addf(k->out, "%s/%lld%s", o->ours, (long long)near, ordered ? "f" : "");
}

static bool
operator_take(struct importer *k, struct str w)
{
	size_t from = k->at - w.n;
	const struct operator* o = NULL;

	/* later rows are of one tool */
	for (size_t i = 0; i < LY_COUNT(operators); i++)
		if (is_operator(k, w, &operators[i]) &&
		    (!operators[i].distance || w.n == strlen(operators[i].theirs) ||
		     w.p[strlen(operators[i].theirs)] == '/'))
			o = &operators[i];
	if (!o)
		return false;
	if (o->distance)
		distance_add(k, w, from, o);
	else
		buf_add(k->out, str_of(o->ours));
	return true;
}

/* WORD/5 and the like that we do not know is no word to look for. */
static bool
is_unknown_operator(struct str w)
{
	size_t i = 0, letters;

	while (i < w.n && w.p[i] >= 'A' && w.p[i] <= 'Z')
		i++;
	letters = i;
	return letters > 2 && i + 1 < w.n && w.p[i] == '/' && w.p[i + 1] >= '0' &&
	       w.p[i + 1] <= '9';
}

/* Would our parser read more into it than a word? */
static bool
has_meaning(struct str w)
{
	return w.p[0] == '/' || w.p[0] == '-' || field_len(w) ||
	       (w.n == 1 && (w.p[0] == '#' || w.p[0] == '*'));
}

static void
word_take(struct importer *k)
{
	size_t from = k->at;
	struct str w = word_read(k);
	ptrdiff_t boost = str_find_byte(w, '^');

	if (boost >= 0 && k->from == MW) { /* ^9 only orders their results */
		w = str_slice(w, 0, (size_t)boost);
		if (!w.n)
			return;
		buf_add(k->out, w);
		return;
	}
	if (operator_take(k, w) || field_take(k, w))
		return;
	if (is_unknown_operator(w)) {
		note(k, from, IMPORT_LOST,
		     "\"%.*s\": this operator is not known here; NEAR/5 is a distance, {…} "
		     "keeps "
		     "upper and lower case",
		     STR_ARG(w));
		stand_in(k, from);
		return;
	}
	if (w.n > 1 && w.p[0] == '-' && k->from != BW) {
		buf_add(k->out, STR("NOT "));
		k->at = from + 1;
		return;
	}
	if (w.p[0] == '*' || w.p[0] == '?')
		note(k, from, IMPORT_LOST,
		     "\"%.*s\": a wildcard cannot come first; write out the words with OR",
		     STR_ARG(w));
	buf_addf(k->out, has_meaning(w) && w.p[0] != '*' ? "\"%.*s\"" : "%.*s", STR_ARG(w));
}

/* Talkwalker: +"a-b" looks at the text as it stands, ++"A" at upper and lower case, too. */
static bool
plus_take(struct importer *k)
{
	size_t from = k->at, plus = starts_here(k, "++") ? 2 : starts_here(k, "+") ? 1 : 0;
	struct str s;

	if (k->from != TW || !plus)
		return false;
	k->at += plus;
	if (!quote_len(k)) {
		k->at = from;
		return false;
	}
	s = quoted_read(k);
	buf_addf(k->out, plus == 2 ? "{%.*s}" : "\"%.*s\"", STR_ARG(s));
	return true;
}

static void
phrase_take(struct importer *k)
{
	size_t from = k->at;
	struct str s = quoted_read(k);
	int64_t near;

	buf_addf(k->out, "\"%.*s\"", STR_ARG(s));
	if (k->at >= k->s.n || k->s.p[k->at] != '~')
		return;
	k->at++;
	near = number_read(k);
	if (near > 100)
		note(k, from, IMPORT_NEARLY, "\"~%lld\": at most 100 words may come between",
		     (long long)near);
	if (near < 0)
		note(k, from, IMPORT_LOST, "\"~\": its number is missing");
	else if (!memchr(s.p, ' ', s.n))
		note(k, from, IMPORT_NEARLY, "\"~%lld\" after one word: it is left out",
		     (long long)near);
	else
		buf_addf(k->out, "~%lld", (long long)(near > 100 ? 100 : near));
}

/* Talkwalker reads words alone, without any sign, as near each other. */
static bool
simple_words(struct importer *k)
{
	struct str s = str_trim(k->s);
	size_t words = 1;

	if (k->from != TW || !s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == ' ')
			words += s.p[i - 1] != ' ';
		else if (c < 0x80 && !((c | 32) >= 'a' && (c | 32) <= 'z') &&
			 !(c >= '0' && c <= '9'))
			return false;
	}
	for (struct str rest = s, w; str_next(&rest, ' ', &w);)
		if (str_is(w, "AND") || str_is(w, "OR") || str_is(w, "NOT") ||
		    str_is(w, "SENTENCE"))
			return false;
	if (words < 2 || words > 8)
		return false;
	buf_addf(k->out, "\"%.*s\"~%zu", STR_ARG(s), (words - 1) * 10);
	return true;
}

void
query_import(struct arena *a, enum query_tool from, struct str query, struct buf *out,
	     struct import_notes *notes)
{
	struct importer k = { a, from, query, 0, out, notes };

	*notes = (struct import_notes){ .n = 0 };
	if (simple_words(&k))
		return;
	while (k.at < k.s.n) {
		char c = k.s.p[k.at];
		struct str s;

		if (is_blank(c) || c == '(' || c == ')') {
			buf_add_byte(out, c);
			k.at++;
		} else if (starts_here(&k, "<<<")) {
			ptrdiff_t end = str_find(str_slice(query, k.at, SIZE_MAX), STR(">>>"));

			s = str_slice(query, k.at, end < 0 ? SIZE_MAX : (size_t)end + 3);
			buf_add(out, s);
			k.at += s.n;
		} else if (c == '{') {
			s = pair_read(&k, '{', '}');
			buf_add(out, s);
		} else if (quote_len(&k)) {
			phrase_take(&k);
		} else if (!plus_take(&k)) {
			word_take(&k);
		}
	}
}
