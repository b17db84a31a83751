/* preset.c - see preset.h. */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "core/document.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/preset.h"

#define AT(field)    offsetof(struct preset, field)
#define COLUMN_AT(f) AT(columns) + (f) * sizeof(struct conf_texts)
#define FACTOR_MAX   100000000 /* 亿 */
#define COUNT_MAX_   ((int64_t)100000000000)
#define PRESETS_MAX  256

const char *const preset_field_words[] = { "text",   "title",   "author",    "published",
					   "id",     "url",     "followers", "lang",
					   "rating", "country", "more",      "engagement",
					   NULL };

static const struct conf_key preset_keys[] = {
	{ "about", CONF_TEXT, AT(about), 0, 200, "", "what it is for, in one line" },
	{ "source", CONF_NAME, AT(source), 0, 100, "", "documents are counted to this source" },
	{ "class", CONF_CHOICE, AT(source_class), 0, 0, "other",
	  "kind of medium, unless the source is configured", .choices = source_class_words },
	{ "site", CONF_TEXT, AT(site), 0, 200, "",
	  "platform name; empty = from the links, else the source" },
	{ "lang", CONF_TEXT, AT(lang), 0, 16, "", "language if it is always one" },
	{ "zone", CONF_ZONE, AT(zone_name), 0, 0, "Asia/Shanghai",
	  "of times without an offset" },
	{ "text", CONF_TEXTS, COLUMN_AT(COLUMN_TEXT), 0, 64, "", "columns with what was said" },
	{ "title", CONF_TEXTS, COLUMN_AT(COLUMN_TITLE), 0, 64, "", "headline or subject" },
	{ "author", CONF_TEXTS, COLUMN_AT(COLUMN_AUTHOR), 0, 64, "", "who said it" },
	{ "published", CONF_TEXTS, COLUMN_AT(COLUMN_PUBLISHED), 0, 64, "", "when it was said" },
	{ "id", CONF_TEXTS, COLUMN_AT(COLUMN_ID), 0, 64, "",
	  "names one row for ever; without it the row's own words do" },
	{ "url", CONF_TEXTS, COLUMN_AT(COLUMN_URL), 0, 64, "", "address" },
	{ "followers", CONF_TEXTS, COLUMN_AT(COLUMN_FOLLOWERS), 0, 64, "",
	  "of the author; 1.2万 is 12,000" },
	{ "lang_column", CONF_TEXTS, COLUMN_AT(COLUMN_LANG), 0, 64, "", "language of a row" },
	{ "rating", CONF_TEXTS, COLUMN_AT(COLUMN_RATING), 0, 64, "", "stars, of a review" },
	{ "country", CONF_TEXTS, COLUMN_AT(COLUMN_COUNTRY), 0, 64, "",
	  "of who said it: two letters" },
	{ "engagement", CONF_TEXTS, COLUMN_AT(COLUMN_ENGAGEMENT), 0, 64, "",
	  "likes, replies, shares: all such columns are added up" },
	{ "more", CONF_TEXTS, COLUMN_AT(COLUMN_MORE), 0, 64, "",
	  "columns joined to the text, such as a later addition" },
	{ "unknown", CONF_TEXTS, AT(unknown), 0, 64, "",
	  "what stands in a cell that knows nothing" },
	CONF_END,
};

static void
preset_check(struct conf_reader *r, void *self)
{
	struct preset *p = self;

	if (!p->columns[COLUMN_TEXT].n && !p->columns[COLUMN_TITLE].n)
		conf_error(r, p, "a preset needs text: or title:");
}

const struct conf_schema preset_schema = {
	.name = "preset",
	.size = sizeof(struct preset),
	.keys = preset_keys,
	.help = "which column of an export is what",
	.check = preset_check,
};

static bool
is_path(const char *name)
{
	return strchr(name, '/') || str_ends(str_of(name), STR(".yaml")) ||
	       str_ends(str_of(name), STR(".yml"));
}

struct preset *
preset_read(const char *name, const char *dir, struct buf *report, struct err *e)
{
	struct preset *p = calloc(1, sizeof *p);
	struct buf path = BUF(1 << 14);
	FILE *f;

	if (!p)
		abort();
	if (is_path(name))
		buf_add(&path, str_of(name));
	else
		buf_addf(&path, "%s/%s.yaml", dir ? dir : ".", name);
	f = fopen(path.p, "r");
	if (!f) {
		err_set(e, ERR_USAGE, "there is no preset \"%s\" (%s: %s)", name, path.p,
			strerror(errno));
		if (dir && !is_path(name)) {
			struct err ignored = { 0 };

			buf_add(report, STR("presets:\n"));
			(void)!preset_list(dir, report, &ignored);
		}
		goto fail;
	}
	fclose(f);
	p->conf = conf_read(path.p, &preset_schema, p, report, e);
	if (!p->conf)
		goto fail;
	p->zone = zone_open(p->zone_name.p, e);
	if (!p->zone)
		goto fail;
	buf_release(&path);
	return p;
fail:
	buf_release(&path);
	preset_free(p);
	return NULL;
}

void
preset_free(struct preset *p)
{
	if (!p)
		return;
	zone_close(p->zone);
	conf_free(p->conf);
	free(p);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
preset_list(const char *dir, struct buf *out, struct err *e)
{
	DIR *d = opendir(dir);
	char *names[PRESETS_MAX];
	struct dirent *x;
	size_t n = 0;

	if (!d)
		return err_set(e, ERR_USAGE, "could not read \"%s\": %s", dir, strerror(errno));
	while (n < PRESETS_MAX && (x = readdir(d)))
		if (str_ends(str_of(x->d_name), STR(".yaml")) && x->d_name[0] != '.')
			names[n++] = strndup(x->d_name, strlen(x->d_name) - 5);
	closedir(d);
	qsort(names, n, sizeof *names, by_name);
	for (size_t i = 0; i < n; i++) {
		struct buf report = BUF(1 << 16);
		struct err bad = { 0 };
		struct preset *p = preset_read(names[i], dir, &report, &bad);

		buf_addf(out, "  %-14s %s\n", names[i], p ? p->about.p : bad.text);
		preset_free(p);
		buf_release(&report);
		free(names[i]);
	}
	return 0;
}

/* ---- the values of cells ---------------------------------------------------------------------- */

/* Full-width ASCII -> ASCII, the wide blank too. */
static uint32_t
narrow(uint32_t cp)
{
	if (cp >= 0xff01 && cp <= 0xff5e)
		return cp - 0xfee0;
	return cp == 0x3000 || cp == 0xa0 ? ' ' : cp;
}

static struct str
narrowed(struct str s, struct buf *b)
{
	for (const char *p = s.p, *end = s.p + s.n; p < end;) {
		uint32_t cp;
		char c[4];

		p += utf8_next(p, end, &cp);
		cp = narrow(cp);
		if (cp != 0xfeff)
			buf_add(b, (struct str){ c, utf8_put(c, cp) });
	}
	return str_trim(buf_str(b));
}

static const struct {
	const char *text;
	int64_t factor;
} scales[] = { { "万", 10000 },     { "w", 10000 },      { "W", 10000 },   { "千", 1000 },
	       { "k", 1000 },       { "K", 1000 },       { "m", 1000000 }, { "M", 1000000 },
	       { "百万", 1000000 }, { "亿", FACTOR_MAX } };

struct str
preset_name(struct arena *a, struct str s, int64_t *factor)
{
	struct buf wide = BUF(4096), b = BUF(4096);
	struct str name = narrowed(utf8_cut(s, 1000), &wide);
	ptrdiff_t open;

	*factor = 1;
	open = str_find_byte(name, '(');
	if (open > 0 && name.p[name.n - 1] == ')') {
		struct str unit =
			str_trim(str_slice(name, (size_t)open + 1, name.n - (size_t)open - 2));

		for (size_t i = 0; i < LY_COUNT(scales); i++)
			if (str_is(unit, scales[i].text))
				*factor = scales[i].factor;
		name = str_slice(name, 0, (size_t)open);
	}
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (c != ' ' && c != '_' && c != '-' && c != '*' && c != ':' &&
		    (unsigned char)c > 0x20)
			buf_add_byte(&b, c >= 'A' && c <= 'Z' ? (char)(c | 32) : c);
	}
	name = arena_str(a, buf_str(&b));
	buf_release(&b);
	buf_release(&wide);
	return name;
}

/* Digits, thousands marks and a point, in 1/1000. What is behind them is left in *s. */
static int
milli_read(struct str *s, int64_t *milli)
{
	int64_t whole = 0, part = 0, unit = 1000;
	bool point = false, digits = false;
	size_t i = 0;

	for (; i < s->n; i++) {
		char c = s->p[i];

		if (c == ',' && digits && !point)
			continue;
		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		digits = true;
		if (!point)
			whole = whole * 10 + (c - '0');
		else if (unit > 1)
			part += (c - '0') * (unit /= 10);
		if (whole > COUNT_MAX_)
			return -1;
	}
	*s = str_trim(str_slice(*s, i, s->n));
	*milli = whole * 1000 + part;
	return digits ? 0 : -1;
}

int
preset_count(struct str s, int64_t factor, int64_t *out)
{
	struct buf b = BUF(4096);
	struct str rest = narrowed(utf8_cut(s, 100), &b);
	int64_t milli = 0;
	int r;

	if (rest.n && (rest.p[0] == '>' || rest.p[0] == '~'))
		rest = str_trim(str_slice(rest, 1, rest.n));
	r = milli_read(&rest, &milli);
	for (size_t i = 0; r == 0 && i < LY_COUNT(scales); i++)
		if (str_starts(rest, str_of(scales[i].text))) {
			rest = str_slice(rest, strlen(scales[i].text), rest.n);
			factor = scales[i].factor;
			break;
		}
	if (str_starts(rest, STR("+")))
		rest = str_slice(rest, 1, rest.n);
	rest = str_trim(rest);
	if (r == 0 && rest.n && !str_is(rest, "人") && !str_is(rest, "名") &&
	    !str_is(rest, "粉丝"))
		r = -1;
	buf_release(&b);
	if (r < 0 || milli / 1000 > COUNT_MAX_ / factor)
		return -1;
	*out = milli * factor / 1000;
	return 0;
}

/* What may stand behind a number of stars. */
static bool
is_star_word(struct str s)
{
	static const char *const words[] = { "",     "星",     "颗星",   "分",      "星级",
					     "star", "stars",  "stars.", "/5",      "/5分",
					     "/ 5",  "points", "点",     "out of 5" };

	for (size_t i = 0; i < LY_COUNT(words); i++)
		if (str_eq_nocase(s, str_of(words[i])))
			return true;
	return false;
}

int
preset_rating(struct str s, int64_t *milli)
{
	struct buf b = BUF(4096);
	struct str rest = narrowed(utf8_cut(str_trim(s), 100), &b);
	int64_t stars = 0;
	int r;

	while (str_starts(rest, STR("★"))) {
		rest = str_slice(rest, 3, rest.n);
		stars++;
	}
	while (stars && str_starts(rest, STR("☆")))
		rest = str_slice(rest, 3, rest.n);
	*milli = stars * 1000;
	r = stars ? 0 : milli_read(&rest, milli);
	if (r == 0 && (!is_star_word(str_trim(rest)) || *milli > 100000))
		r = -1;
	buf_release(&b);
	return r;
}

bool
preset_is_unknown(const struct preset *p, struct str s)
{
	static const char *const nothing[] = { "",    "-",   "--",   "—",    "——",
					       "/",   "\\N", "null", "NULL", "NaN",
					       "nan", "N/A", "#N/A", "None" };

	s = str_trim(s);
	for (size_t i = 0; i < LY_COUNT(nothing); i++)
		if (str_is(s, nothing[i]))
			return true;
	for (size_t i = 0; i < p->unknown.n; i++)
		if (str_eq(s, p->unknown.v[i]))
			return true;
	return false;
}
