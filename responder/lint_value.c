#include "core/base.h"

#include <stdlib.h>

#include "core/rx.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/lint_value.h"

#define FIGURE_MAX ((int64_t)1000000000000) /* what is larger is no figure of a statement */

/* ---- figures ------------------------------------------------------------------------------------- */

struct word {
	const char *text;
	int64_t value;
};
static const struct word han_digits[] = { { "一", 1 }, { "二", 2 }, { "两", 2 }, { "三", 3 },
					  { "四", 4 }, { "五", 5 }, { "六", 6 }, { "七", 7 },
					  { "八", 8 }, { "九", 9 }, { NULL, 0 } };
static const struct word han_units[] = {
	{ "十", 10 }, { "百", 100 }, { "千", 1000 }, { NULL, 0 }
};
static const struct word scales[] = { { "十", 10 },           { "百", 100 },
				      { "千", 1000 },         { "万", 10000 },
				      { "亿", 100000000 },    { "thousand", 1000 },
				      { "million", 1000000 }, { "billion", 1000000000 },
				      { "k", 1000 },          { NULL, 0 } };
static const struct word numbers[] = {
	{ "twice", 2 }, { "three", 3 }, { "five", 5 }, { "ten", 10 }, { NULL, 0 }
};
static const char *const about_words[] = { "约",   "近",        "超过",   "逾",     "余",
					   "多",   "about",     "around", "nearly", "almost",
					   "over", "more than", "some ",  NULL };

static bool
starts(struct str s, const char *word)
{
	return str_eq_nocase(str_slice(s, 0, strlen(word)), str_of(word));
}

/* The word that stands at the head of s, or NULL. */
static const struct word *
word_at(const struct word *words, struct str s)
{
	for (; words->text; words++)
		if (starts(s, words->text))
			return words;
	return NULL;
}

static int64_t
times(int64_t a, int64_t b)
{
	return a > FIGURE_MAX / b ? FIGURE_MAX : a * b;
}

/* 三百二十, 十五, 2万: over whole numbers of at most 9,999, then 万. */
static bool
han_read(struct str s, int64_t *out)
{
	int64_t sum = 0, digit = -1, all = 0;
	bool any = false;

	while (s.n) {
		const struct word *d = word_at(han_digits, s), *u = word_at(han_units, s);

		if (d) {
			digit = d->value;
		} else if (u) {
			sum += (digit < 0 ? 1 : digit) * u->value;
			digit = -1;
		} else if (str_starts(s, STR("万"))) {
			all = times(sum + (digit < 0 ? 0 : digit), 10000);
			sum = 0;
			digit = -1;
		} else {
			break;
		}
		if (sum > FIGURE_MAX)
			return false;
		any = true;
		s = str_slice(s, 3, s.n); /* each of these is three bytes */
	}
	*out = all + sum + (digit < 0 ? 0 : digit);
	return any;
}

/* "29,800", "1.25": in thousandths; how many bytes. */
static size_t
digits_read(struct str s, int64_t *milli)
{
	int64_t v = 0, unit = 1000;
	bool point = false;
	size_t i = 0;

	for (; i < s.n; i++) {
		char c = s.p[i];

		if (c >= '0' && c <= '9') {
			if (point && (unit /= 10) == 0)
				continue;
			v = point ? v + (c - '0') * unit : times(v, 10) + (c - '0') * 1000;
		} else if (c == '.' && !point) {
			point = true;
		} else if (c != ',') {
			break;
		}
		if (v > FIGURE_MAX)
			v = FIGURE_MAX;
	}
	*milli = v;
	return i;
}

static bool
is_about(struct str s)
{
	for (size_t i = 0; about_words[i]; i++)
		if (str_find_nocase(s, str_of(about_words[i])) >= 0)
			return true;
	return false;
}

bool
lint_figure_parse(struct str s, struct lint_figure *out)
{
	int64_t han;

	*out = (struct lint_figure){ .about = is_about(s) };
	for (; s.n; s = str_slice(s, 1, s.n)) {
		const struct word *w = word_at(numbers, s);

		if (w) {
			out->milli = w->value * 1000;
			return true;
		}
		if (s.p[0] >= '0' && s.p[0] <= '9')
			break;
		if ((word_at(han_digits, s) || word_at(han_units, s)) && han_read(s, &han)) {
			out->milli = times(han, 1000);
			return true;
		}
	}
	if (!s.n)
		return false;
	s = str_trim(str_slice(s, digits_read(s, &out->milli), s.n));
	for (const struct word *w; (w = word_at(scales, s));
	     s = str_slice(s, strlen(w->text), s.n))
		out->milli = times(out->milli, w->value);
	out->percent =
		str_starts(s, STR("%")) || str_starts(s, STR("％")) || starts(s, "percent");
	return true;
}

bool
lint_figure_same(const struct lint_figure *a, const struct lint_figure *b)
{
	int64_t gap = a->milli > b->milli ? a->milli - b->milli : b->milli - a->milli;
	int64_t larger = a->milli > b->milli ? a->milli : b->milli;

	if (a->percent != b->percent)
		return true; /* a share and a count do not contradict each other */
	return a->about || b->about ? gap <= larger / 10 : gap == 0;
}

/* ---- dates --------------------------------------------------------------------------------------- */

enum part { DAY_ZH, DAY_EN, DAY_US, TIME, HOUR_ZH, HOUR_EN, LATER_ZH, ZONE, PARTS };
#define MONTHS "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
static const char *const patterns[PARTS] = {
	[DAY_ZH] = "(\\d{1,2})\\s?月\\s?(\\d{1,2})",
	[DAY_EN] = "\\b(\\d{1,2})(?:st|nd|rd|th)? (?:of )?" MONTHS,
	[DAY_US] = MONTHS " (\\d{1,2})\\b(?!:)",
	[TIME] = "(\\d{1,2})[:：](\\d{2})",
	[HOUR_ZH] = "(\\d{1,2})[点时]",
	[HOUR_EN] = "\\b(\\d{1,2}) ?([ap])m",
	[LATER_ZH] = "下午|晚",
	[ZONE] = "\\b(?:UTC|GMT)([+-]\\d{1,2})?(?::(\\d{2}))?",
};
static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun",
				      "jul", "aug", "sep", "oct", "nov", "dec" };

struct lint_dates {
	struct rx *part[PARTS];
	struct rx_scratch *scratch;
};

struct lint_dates *
lint_dates_new(struct err *e)
{
	struct lint_dates *d = heap_zero(1, sizeof *d);

	d->scratch = rx_scratch_new();
	for (int i = 0; i < PARTS; i++) {
		d->part[i] = rx_compile(str_of(patterns[i]), RX_NOCASE, e);
		if (!d->part[i]) {
			lint_dates_free(d);
			return NULL;
		}
	}
	return d;
}

void
lint_dates_free(struct lint_dates *d)
{
	if (!d)
		return;
	for (int i = 0; i < PARTS; i++)
		rx_free(d->part[i]);
	rx_scratch_free(d->scratch);
	free(d);
}

/* Groups 1 and 2 of a part, empty where they took no part. */
static bool
part_find(const struct lint_dates *d, enum part p, struct str s, struct str g[2])
{
	struct rx_span span[3];
	int n = rx_match(d->part[p], d->scratch, s, 0, span, 3);

	for (int i = 0; i < 2; i++)
		g[i] = n > i + 1 && span[i + 1].n != SIZE_MAX
			       ? str_slice(s, span[i + 1].at, span[i + 1].n)
			       : (struct str){ "", 0 };
	return n > 0;
}

static int
small(struct str s)
{
	int64_t v = 0;

	if (s.n && s.p[0] == '+')
		s = str_slice(s, 1, s.n);
	return str_int64(s, &v) < 0 ? 0 : (int)v;
}

static int
month_of(struct str s)
{
	for (int m = 0; m < 12; m++)
		if (str_eq_nocase(s, str_of(months[m])))
			return m + 1;
	return -1;
}

static void
day_read(const struct lint_dates *d, struct str s, struct lint_date *out)
{
	struct str g[2];

	if (part_find(d, DAY_ZH, s, g)) {
		out->month = small(g[0]);
		out->day = small(g[1]);
	} else if (part_find(d, DAY_EN, s, g)) {
		out->month = month_of(g[1]);
		out->day = small(g[0]);
	} else if (part_find(d, DAY_US, s, g)) {
		out->month = month_of(g[0]);
		out->day = small(g[1]);
	}
}

static void
time_read(const struct lint_dates *d, struct str s, struct lint_date *out)
{
	struct str g[2], zone[2];
	int hour = -1;

	if (part_find(d, TIME, s, g))
		out->minute = small(g[1]);
	else if (part_find(d, HOUR_ZH, s, g) || part_find(d, HOUR_EN, s, g))
		out->minute = 0;
	else
		return;
	hour = small(g[0]);
	if (hour < 12 && (part_find(d, LATER_ZH, s, zone) || str_eq_nocase(g[1], STR("p"))))
		hour += 12;
	out->minute += 60 * hour;
	if (part_find(d, ZONE, s, zone)) {
		out->zone_minutes = 60 * small(zone[0]);
		out->zone_minutes +=
			zone[0].n && zone[0].p[0] == '-' ? -small(zone[1]) : small(zone[1]);
	}
}

bool
lint_date_parse(const struct lint_dates *d, struct str s, struct lint_date *out)
{
	*out = (struct lint_date){ -1, -1, -1, LINT_ZONE_UNSAID };
	day_read(d, s, out);
	time_read(d, s, out);
	return out->day >= 0 || out->minute >= 0;
}

/* Minutes since the year began, near enough to tell moments of one incident apart. */
static int
moment(const struct lint_date *d, int zone)
{
	return ((d->month * 31 + d->day) * 24 * 60) + d->minute - zone;
}

bool
lint_date_same(const struct lint_date *a, const struct lint_date *b)
{
	bool zone_a = a->zone_minutes != LINT_ZONE_UNSAID;
	bool zone_b = b->zone_minutes != LINT_ZONE_UNSAID, days = a->day >= 0 && b->day >= 0;
	bool times = a->minute >= 0 && b->minute >= 0;
	int gap;

	if (!times)
		return !days || (a->month == b->month && a->day == b->day);
	if (zone_a && zone_b && days)
		return moment(a, a->zone_minutes) == moment(b, b->zone_minutes);
	gap = days ? abs(moment(a, 0) - moment(b, 0)) : abs(a->minute - b->minute);
	return !gap || (zone_a != zone_b && (zone_a ? a : b)->zone_minutes == 0 &&
			gap % 30 == 0 && gap <= 14 * 60);
}
