/*
 * date.c - one walk over the text, collecting numbers and words until a date is there.
 *
 * 1. At most 200 bytes are looked at, after full-width and Chinese numerals became digits.
 * 2. A number is understood by what stands beside it (年, ':', '-', a month's name), never by
 *    the language of the page.
 * 3. What is not a possible date (31 February, hour 25) is no date, rather than a wrong one.
 */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/date.h"
#include "crawler/date_usual.h"
#include "crawler/date_words.h"

#define LOOK_BYTES  200
#define BRIEF_BYTES 24 /* a weekday or a time alone is a date in no longer text */
#define UNSET       (-1)

struct parts {
	const char *begin, *p, *end;
	int64_t now;
	const struct zone *zone;
	int year, month, day, hour, minute, second;
	int half;     /* 0 or 12, UNSET */
	int offset_m; /* minutes east   */
	bool has_offset, korean, relative;
	int era;     /* added to the year of a mark: the Republic's 115 is 2026 */
	int weekday; /* 0: none */
	bool last_week;
	bool brief, clock_alone; /* at most BRIEF_BYTES; nothing but 15:00 */
	bool ordinal;            /* day counts from the year's beginning */
	int64_t ago_s;
};

/* ---- digits ------------------------------------------------------------------------------------ */

/* 〇零一二…九 十 两; UNSET for anything else. */
static int
numeral(uint32_t cp)
{
	static const char digits[] = "〇一二三四五六七八九";
	const char *p = digits, *end = p + sizeof digits - 1;
	uint32_t c;

	if (cp == 0x96f6)
		return 0; /* 零 */
	if (cp == 0x4e24 || cp == 0x5169)
		return 2; /* 两 兩 */
	if (cp == 0x5341)
		return 10; /* 十 */
	for (int i = 0; p < end; i++) {
		p += utf8_next(p, end, &c);
		if (c == cp)
			return i;
	}
	return UNSET;
}

/* A run of numerals that a mark follows becomes digits; other runs stay. */
static const char *
take_numerals(struct buf *b, const char *p, const char *end)
{
	const char *from = p;
	int value = 0, tens = UNSET, digits = 0;
	uint32_t cp = 0;
	size_t n;

	while (p < end && digits < 5) {
		size_t step = utf8_next(p, end, &cp);
		int d = numeral(cp);

		if (d == UNSET)
			break;
		if (d == 10) {
			tens = digits ? value : 1;
			value = 0;
		} else {
			value = value * 10 + d;
		}
		digits++;
		p += step;
	}
	if (p < end && date_word_at(p, end, &n).kind != WORD_NONE) {
		buf_addf(b, "%0*d", tens == UNSET ? digits : 1,
			 tens == UNSET ? value : tens * 10 + value);
		return p;
	}
	buf_add(b, (struct str){ from, (size_t)(p - from) });
	return p;
}

/* 半小时, 几秒: what is said without a number. */
static bool
half_unit(struct str s, struct buf *b, size_t *n)
{
	static const struct {
		const char *text, *means;
	} units[] = {
		{ "半小时", "30分钟" },   { "半小時", "30分钟" },   { "半个小时", "30分钟" },
		{ "半個小時", "30分钟" }, { "半天前", "12小时前" }, { "半个月", "15天" },
		{ "半個月", "15天" },     { "半年前", "6个月前" },  { "几秒", "3秒" },
		{ "幾秒", "3秒" },        { "数秒", "3秒" },        { "數秒", "3秒" },
	};

	for (size_t i = 0; s.n && (*s.p & 0x80) && i < LY_COUNT(units); i++)
		if (str_starts(s, str_of(units[i].text))) {
			buf_add(b, str_of(units[i].means));
			*n = strlen(units[i].text);
			return true;
		}
	return false;
}

/* Full-width forms to ASCII, numerals to digits, half an hour to 30 minutes. */
static void
plain(struct buf *b, struct str s)
{
	const char *p = s.p, *end = s.p + s.n;

	while (p < end && b->n < LOOK_BYTES) {
		uint32_t cp;
		size_t n = utf8_next(p, end, &cp);
		struct str rest = { p, (size_t)(end - p) };

		if (half_unit(rest, b, &n)) {
			p += n;
			continue;
		}
		if (cp >= 0x80 && date_word_at(p, end, &n).kind == WORD_WEEKDAY) {
			buf_add(b, str_slice(rest, 0, n));
			p += n;
			continue;
		}
		n = utf8_next(p, end, &cp);
		if (cp >= 0x80 && numeral(cp) != UNSET) {
			p = take_numerals(b, p, end);
			continue;
		}
		if (cp >= 0xff01 && cp <= 0xff5e)
			buf_add_byte(b, (char)(cp - 0xff01 + '!'));
		else if (cp == 0x3000 || cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200b) ||
			 cp == 0x202f)
			buf_add_byte(b, ' ');
		else if (cp >= 0x2010 && cp <= 0x2015)
			buf_add_byte(b, '-');
		else
			buf_add(b, (struct str){ p, n });
		p += n;
	}
}

static bool
is_digit(const struct parts *d, const char *p)
{
	return p < d->end && *p >= '0' && *p <= '9';
}

/* The number at d->p; its count of digits. */
static int
take_number(struct parts *d, int64_t *v)
{
	int n = 0;

	for (*v = 0; is_digit(d, d->p); d->p++, n++)
		if (n < 18)
			*v = *v * 10 + (*d->p - '0');
	return n;
}

/* A number behind the byte sep, of at most max digits; UNSET and nothing taken otherwise. */
static int
take_after(struct parts *d, char sep, int max)
{
	const char *from = d->p;
	int64_t v;
	int n;

	if (d->p >= d->end || *d->p != sep || !is_digit(d, d->p + 1))
		return UNSET;
	d->p++;
	n = take_number(d, &v);
	if (n <= max)
		return (int)v;
	d->p = from;
	return UNSET;
}

static void
skip_blanks(struct parts *d)
{
	while (d->p < d->end && (*d->p == ' ' || *d->p == '\t'))
		d->p++;
}

static int
whole_year(int64_t y, int digits)
{
	return (int)(digits > 2 ? y : y < 70 ? 2000 + y : 1900 + y);
}

/* ---- pieces ------------------------------------------------------------------------------------ */

/* "+08:00", "-0700", "+8", "+00:0"; d->p at the sign. */
static void
take_offset(struct parts *d)
{
	int sign = *d->p == '-' ? -1 : 1, minutes = 0;
	int64_t v;
	int n;

	d->p++;
	n = take_number(d, &v);
	if (n > 4)
		return;
	if (n > 2) {
		minutes = (int)(v % 100);
		v /= 100;
	} else {
		minutes = take_after(d, ':', 2);
	}
	if (minutes == UNSET)
		minutes = 0;
	d->offset_m = sign * ((int)v * 60 + minutes);
	d->has_offset = true;
}

/* ":mm[:ss[.fff]]" behind an hour; the offset that may follow it directly. */
static bool
take_clock(struct parts *d, int64_t hour)
{
	int minute = take_after(d, ':', 2), second;

	if (minute == UNSET)
		return false;
	if (d->hour != UNSET)
		return true; /* the first one stands */
	second = take_after(d, ':', 2);
	if (second != UNSET)
		(void)!(take_after(d, '.', 18) == UNSET && take_after(d, ',', 18));
	d->hour = (int)hour;
	d->minute = minute;
	d->second = second == UNSET ? 0 : second;
	skip_blanks(d);
	if (d->p < d->end && (*d->p == '+' || *d->p == '-') && is_digit(d, d->p + 1))
		take_offset(d);
	return true;
}

static bool
set_ymd(struct parts *d, int64_t y, int m, int day)
{
	if (d->year != UNSET)
		return true;
	d->year = (int)y;
	d->month = m;
	d->day = day;
	return true;
}

/* A day behind sep. In "2026-03-056T10:00" one digit is too many, who knows which: the day's
 * first two stand, and nothing behind them. */
static int
take_day(struct parts *d, char sep)
{
	int day = take_after(d, sep, 2);

	if (day != UNSET || d->end - d->p < 4 || *d->p != sep || !is_digit(d, d->p + 1))
		return day;
	day = (d->p[1] - '0') * 10 + d->p[2] - '0';
	d->p = d->end;
	return day;
}

/* 2026-03-05, 2026/3/5, 2026.3, 2026-065, 2004-július-13. */
static bool
take_year_first(struct parts *d, int64_t y)
{
	char sep = d->p < d->end ? *d->p : 0;
	const char *from = d->p;
	struct date_word w;
	int m, day;
	size_t n;

	if (sep != '-' && sep != '/' && sep != '.')
		return false;
	m = take_after(d, sep, 3);
	if (m != UNSET) {
		if (d->p - from == 4 && sep == '-') {
			d->ordinal = true;
			return set_ymd(d, y, 1, m);
		}
		day = take_day(d, sep);
		return set_ymd(d, y, m, day == UNSET ? 1 : day);
	}
	if (d->p + 1 >= d->end)
		return false;
	w = date_word_at(d->p + 1, d->end, &n);
	if (w.kind != WORD_MONTH)
		return false;
	d->p += 1 + n;
	day = take_after(d, sep, 2);
	return set_ymd(d, y, w.value, day == UNSET ? 1 : day);
}

/* Of 26-03-05 either end may be the year: the one that is nearer to now. */
static bool
year_is_first(const struct parts *d, int64_t first, int month, int last)
{
	int year = zone_civil(d->zone, d->now).year;

	return month >= 1 && month <= 12 && last >= 1 && last <= 31 &&
	       abs(whole_year(first, 2) - year) < abs(whole_year(last, 2) - year);
}

/* 5/3/2026, 25.12.2026, 5-3-26; 11-20 alone is a month and a day of this year. */
static bool
take_year_last(struct parts *d, int64_t first)
{
	char sep = d->p < d->end ? *d->p : 0;
	const char *from = d->p, *mark;
	int second, y;

	if (sep != '-' && sep != '/' && sep != '.')
		return false;
	second = take_after(d, sep, 2);
	if (second == UNSET)
		return false;
	mark = d->p;
	y = take_after(d, sep, 4);
	if (y == UNSET) {
		if (sep == '.' || d->year != UNSET || d->month != UNSET || first < 1 ||
		    first > 12 || second < 1 || second > 31) {
			d->p = from;
			return false;
		}
		d->month = (int)first;
		d->day = second;
		return true;
	}
	if (sep != '/' && d->p - mark == 3 && d->p - from == 6 &&
	    year_is_first(d, first, second, y))
		return set_ymd(d, whole_year(first, 2), second, y);
	y = whole_year(y, (int)(d->p - mark - 1));
	if (sep == '/' && first <= 12)
		return set_ymd(d, y, (int)first, second);
	return set_ymd(d, y, second, (int)first);
}

/* "4. 2. 2022": behind the first number a point and blanks, twice. */
static bool
take_spaced(struct parts *d, int64_t first)
{
	const char *from = d->p;
	int64_t v[2];
	int n[2];

	for (int i = 0; i < 2; i++) {
		if (d->p >= d->end || *d->p != '.')
			break;
		d->p++;
		skip_blanks(d);
		n[i] = take_number(d, &v[i]);
		if (i == 0 && (n[0] < 1 || n[0] > 2))
			break;
		if (i == 1 && n[1] == 4)
			return set_ymd(d, v[1], (int)v[0], (int)first);
	}
	d->p = from;
	return false;
}

/* 20260305, 20260305T101455, 20260305101455, seconds or milliseconds since 1970. */
static bool
take_long(struct parts *d, int64_t v, int digits)
{
	int64_t clock = 0;
	bool has_clock = digits == 14;

	if (digits == 14) {
		clock = v % 1000000;
		v /= 1000000;
	} else if (digits == 10 || digits == 13) {
		struct civil c = zone_civil(NULL, digits == 13 ? v / 1000 : v);

		set_ymd(d, c.year, c.month, c.day);
		d->hour = c.hour;
		d->minute = c.minute;
		d->second = c.second;
		d->has_offset = true;
		d->offset_m = 0;
		return true;
	} else if (digits != 8) {
		return false;
	} else if (d->end - d->p > 6 && *d->p == 'T' && is_digit(d, d->p + 1)) {
		const char *from = d->p++;

		has_clock = take_number(d, &clock) == 6;
		if (!has_clock)
			d->p = from;
	}
	set_ymd(d, v / 10000, (int)(v / 100 % 100), (int)(v % 100));
	if (has_clock) {
		d->hour = (int)(clock / 10000);
		d->minute = (int)(clock / 100 % 100);
		d->second = (int)(clock % 100);
	}
	return true;
}

/* A number and its mark: 3月, 5日, 15时. */
static bool
take_mark(struct parts *d, const struct date_word *w, int64_t v, int digits)
{
	switch (w->kind) {
	case WORD_YEAR_MARK:
		if (d->year == UNSET)
			d->year = d->era ? d->era + (int)v : whole_year(v, digits);
		break;
	case WORD_MONTH_MARK:
		if (d->month == UNSET)
			d->month = (int)v;
		break;
	case WORD_DAY_MARK:
		if (d->day == UNSET)
			d->day = (int)v;
		break;
	case WORD_HOUR_MARK:
		if (d->hour == UNSET) {
			d->hour = (int)v;
			d->minute = d->second = 0;
		}
		break;
	case WORD_MINUTE_MARK:
		d->minute = (int)v;
		break;
	case WORD_SECOND_MARK:
		d->second = (int)v;
		break;
	default:
		return false;
	}
	d->korean |= w->value == 1;
	return true;
}

/* A number's mark or unit, perhaps behind a blank: 3月, 5 hours. */
static bool
take_marked(struct parts *d, int64_t v, int digits)
{
	struct date_word w;
	size_t n, m;

	skip_blanks(d);
	if (d->p >= d->end)
		return false;
	w = date_word_at(d->p, d->end, &n);
	if (w.kind == WORD_YEAR_MARK && (size_t)(d->end - d->p) > n &&
	    date_word_at(d->p + n, d->end, &m).kind == WORD_AGO)
		w = (struct date_word){ "", WORD_UNIT, 31536000 }; /* 3年前 */
	if (w.kind == WORD_UNIT) {
		d->p += n;
		d->ago_s = digits < 8 ? v * w.value : 0;
		d->relative |= str_ends((struct str){ d->p - n, n }, STR("前"));
		return true;
	}
	if (!take_mark(d, &w, v, digits))
		return false;
	d->p += n;
	return true;
}

/* What hangs on a number that is no part of a date is none either: 99999-01-01 has no 1 January. */
static void
skip_joined(struct parts *d)
{
	int64_t v;

	while (d->p < d->end && (*d->p == '-' || *d->p == '/' || *d->p == '.') &&
	       is_digit(d, d->p + 1)) {
		d->p++;
		take_number(d, &v);
	}
}

static void
take_digits(struct parts *d)
{
	int64_t v;
	int digits = take_number(d, &v);
	const char *behind = d->p;

	if (digits <= 2 && (take_clock(d, v) || take_year_last(d, v) || take_spaced(d, v)))
		return;
	if ((digits >= 8 && take_long(d, v, digits)) || (digits == 4 && take_year_first(d, v)))
		return;
	d->p = behind;
	if (take_marked(d, v, digits))
		return;
	d->p = behind;
	if (digits <= 2 && d->day == UNSET && v >= 1 && v <= 31)
		d->day = (int)v;
	else if ((digits == 4 || digits == 2) && d->year == UNSET)
		d->year = whole_year(v, digits);
	else if (digits > 4)
		skip_joined(d);
}

/* "an hour ago"; d->p behind the article. */
static void
take_one(struct parts *d)
{
	struct date_word w;
	size_t n;

	skip_blanks(d);
	if (d->p == d->end)
		return;
	w = date_word_at(d->p, d->end, &n);
	if (w.kind != WORD_UNIT)
		return;
	d->p += n;
	d->ago_s = w.value;
}

/* 昨天, 今晚. */
static void
take_days_ago(struct parts *d, int days, struct str word)
{
	struct civil c = zone_civil(d->zone, d->now - (int64_t)days * 86400);

	set_ymd(d, c.year, c.month, c.day);
	if (str_ends(word, STR("晚")) || str_ends(word, STR("夜")))
		d->half = 12;
}

static bool
is_in_china(const struct parts *d)
{
	return d->zone && zone_civil(d->zone, d->now).offset_s == 8 * 3600;
}

static void
take_word(struct parts *d)
{
	const char *from = d->p;
	size_t n;
	struct date_word w = date_word_at(d->p, d->end, &n);

	d->p += n;
	switch (w.kind) {
	case WORD_MONTH:
		if (d->month == UNSET || d->day == UNSET)
			d->month = w.value;
		break;
	case WORD_HALF:
		d->half = w.value;
		break;
	case WORD_ZONE:
		if (d->hour == UNSET || (d->has_offset && n > 1))
			break; /* "GMT" may follow "+0100", but "Z" overrides it */
		/* CST is China's where the page is Chinese, else America's. */
		d->offset_m = n == 3 && w.value == -360 && is_in_china(d) ? 480 : w.value;
		d->has_offset = true;
		if (d->p < d->end && (*d->p == '+' || *d->p == '-') && is_digit(d, d->p + 1))
			take_offset(d);
		break;
	case WORD_DAYS_AGO:
		take_days_ago(d, w.value, (struct str){ from, n });
		break;
	case WORD_HALF_HOUR:
		if (d->hour != UNSET && !d->minute)
			d->minute = w.value;
		break;
	case WORD_WEEKDAY:
		if (!d->weekday)
			d->weekday = w.value;
		d->last_week = from - d->begin >= 3 && memcmp(from - 3, "上", 3) == 0;
		break;
	case WORD_ERA:
		d->era = w.value;
		break;
	case WORD_ONE:
		take_one(d);
		break;
	case WORD_AGO:
		d->relative |= d->ago_s > 0;
		break;
	case WORD_NOW:
		d->relative = true;
		break;
	default:
		break;
	}
}

/* ---- the whole ---------------------------------------------------------------------------------- */

/* Are the parts a day and a time that exist? A day of the year, as in 2026-064, stands as a
 * day of January. */
static bool
exists(const struct parts *d)
{
	static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = d->year % 4 == 0 && (d->year % 100 || d->year % 400 == 0);

	if (d->year < 1 || d->year > 9999 || d->month < 1 || d->month > 12 || d->day < 1)
		return false;
	if (d->day > (d->ordinal ? 365 + leap : days[d->month - 1]))
		return false;
	if (d->month == 2 && d->day == 29 && !leap)
		return false;
	return d->hour <= 24 && d->minute < 60 && d->second <= 60 && d->offset_m >= -1440 &&
	       d->offset_m <= 1440;
}

static void
complete_clock(struct parts *d)
{
	if (d->hour == UNSET)
		d->hour = d->minute = d->second = 0;
	if (d->half == 12 && d->hour < 12)
		d->hour += 12;
	else if (d->half == 0 && d->hour == 12)
		d->hour = 0;
}

/* 周三 15:00, 下午3:00, 15:00 alone: the last day that fits. A time in words of more than that is
 * no date. */
static bool
take_last(struct parts *d)
{
	struct civil c = zone_civil(d->zone, d->now);
	int64_t back = 0;

	if (!d->brief)
		return false;
	if (!d->weekday && (d->hour == UNSET || (d->half == UNSET && !d->clock_alone)))
		return false;
	if (d->weekday && d->last_week)
		back = c.weekday - d->weekday + 7;
	else if (d->weekday)
		back = (c.weekday - d->weekday + 7) % 7;
	else if (d->hour * 60 + d->minute + (d->half == 12 && d->hour < 12 ? 720 : 0) >
		 c.hour * 60 + c.minute + 10)
		back = 1; /* not come yet today */
	c = zone_civil(d->zone, d->now - back * 86400);
	return set_ymd(d, c.year, c.month, c.day);
}

/* Fill in what people leave out; false when too much is missing or it cannot be. */
static bool
complete(struct parts *d)
{
	bool guessed = d->year == UNSET;

	if (guessed && d->month == UNSET && d->day == UNSET && take_last(d))
		guessed = false;
	if (guessed && (d->month == UNSET || d->day == UNSET))
		return false;
	if (guessed)
		d->year = zone_civil(d->zone, d->now).year;
	if (d->month == UNSET && d->day != UNSET)
		return false; /* "the G7 of 2022" */
	if (d->month == UNSET)
		d->month = 1;
	if (d->day == UNSET)
		d->day = 1;
	complete_clock(d);
	if (!exists(d))
		return false;
	if (guessed) {
		struct civil c = { d->year,   d->month,  d->day, d->hour,
				   d->minute, d->second, 0,      0 };

		d->year -= zone_utc(d->zone, c) > d->now + 86400;
	}
	return true;
}

static void
walk(struct parts *d)
{
	while (d->p < d->end) {
		unsigned char c = (unsigned char)*d->p;

		if (c >= '0' && c <= '9')
			take_digits(d);
		else if ((c | 32) >= 'a' || c >= 0x80)
			take_word(d);
		else if ((c == '+' || c == '-') && d->hour != UNSET && !d->has_offset &&
			 is_digit(d, d->p + 1))
			take_offset(d);
		else
			d->p++;
	}
}

/* "2003", "-03-12": forms of ISO 8601 that mean nothing within a longer text. */
static bool
bare_form(struct parts *d)
{
	const char *p = d->p;
	size_t n = (size_t)(d->end - p);

	if (n == 6 && p[0] == '-' && p[3] == '-' && is_digit(d, p + 1) && is_digit(d, p + 2) &&
	    is_digit(d, p + 4) && is_digit(d, p + 5)) {
		d->year = 2000 + (p[1] - '0') * 10 + p[2] - '0';
		d->month = (p[4] - '0') * 10 + p[5] - '0';
		d->day = 1;
		return true;
	}
	return false;
}

static bool
take_usual(struct parts *d, struct str s)
{
	struct civil c;
	int offset_m;

	if (!date_usual(s, &c, &offset_m))
		return false;
	set_ymd(d, c.year, c.month, c.day);
	d->hour = c.hour;
	d->minute = c.minute;
	d->second = c.second;
	d->has_offset = offset_m != INT32_MAX;
	d->offset_m = d->has_offset ? offset_m : 0;
	return true;
}

static void
take_any(struct parts *d, struct str s)
{
	struct buf text = BUF(LOOK_BYTES * 2);

	plain(&text, s);
	d->begin = d->p = text.p;
	d->end = text.p + text.n;
	d->brief = text.n <= BRIEF_BYTES;
	d->clock_alone = strspn(text.p, "0123456789:") == text.n;
	if (!bare_form(d))
		walk(d);
	buf_release(&text);
}

int
date_parse(struct str s, int64_t now, const struct zone *zone, int64_t *at)
{
	int offset_s;

	return date_parse_local(s, now, zone, at, &offset_s);
}

int
date_parse_local(struct str s, int64_t now, const struct zone *zone, int64_t *at, int *offset_s)
{
	struct parts d = { .now = now,
			   .zone = zone,
			   .year = UNSET,
			   .month = UNSET,
			   .day = UNSET,
			   .hour = UNSET,
			   .half = UNSET };
	struct civil c;

	s = str_trim(s);
	if (!take_usual(&d, s))
		take_any(&d, s);
	*offset_s = zone_civil(zone, now).offset_s;
	if (d.relative && d.year == UNSET) {
		*at = now - d.ago_s;
		return 0;
	}
	if (!complete(&d))
		return -1;
	c = (struct civil){ d.year, d.month, d.day, d.hour, d.minute, d.second, 0, 0 };
	if (d.korean && !zone && !d.has_offset) {
		d.has_offset = true;
		d.offset_m = 540;
	}
	*at = zone_utc(d.has_offset ? NULL : zone, c) - (d.has_offset ? d.offset_m * 60 : 0);
	*offset_s = d.has_offset ? d.offset_m * 60 : zone_civil(zone, *at).offset_s;
	return 0;
}
