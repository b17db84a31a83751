/* date_number.c - what begins with a digit: days, times, offsets, epochs, marked numbers. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/date_inside.h"
#include "crawler/date_words.h"

bool
date_is_digit(const struct date_parts *d, const char *p)
{
	return p < d->end && *p >= '0' && *p <= '9';
}

/* The number at d->p; its count of digits. */
static int
take_number(struct date_parts *d, int64_t *v)
{
	int n = 0;

	for (*v = 0; date_is_digit(d, d->p); d->p++, n++)
		if (n < 18)
			*v = *v * 10 + (*d->p - '0');
	return n;
}

/* A number behind the byte sep, of at most max digits; DATE_UNSET and nothing taken otherwise. */
static int
take_after(struct date_parts *d, char sep, int max)
{
	const char *from = d->p;
	int64_t v;
	int n;

	if (d->p >= d->end || *d->p != sep || !date_is_digit(d, d->p + 1))
		return DATE_UNSET;
	d->p++;
	n = take_number(d, &v);
	if (n <= max)
		return (int)v;
	d->p = from;
	return DATE_UNSET;
}

void
date_blanks(struct date_parts *d)
{
	while (d->p < d->end && (*d->p == ' ' || *d->p == '\t'))
		d->p++;
}

static int
whole_year(int64_t y, int digits)
{
	return (int)(digits > 2 ? y : y < 70 ? 2000 + y : 1900 + y);
}

void
date_offset(struct date_parts *d)
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
	if (minutes == DATE_UNSET)
		minutes = 0;
	d->offset_m = sign * ((int)v * 60 + minutes);
	d->has_offset = true;
}

/* ":mm[:ss[.fff]]" behind an hour; the offset that may follow it directly. */
static bool
take_clock(struct date_parts *d, int64_t hour)
{
	int minute = take_after(d, ':', 2), second;

	if (minute == DATE_UNSET)
		return false;
	if (d->hour != DATE_UNSET)
		return true; /* the first one stands */
	second = take_after(d, ':', 2);
	if (second != DATE_UNSET)
		(void)!(take_after(d, '.', 18) == DATE_UNSET && take_after(d, ',', 18));
	d->hour = (int)hour;
	d->minute = minute;
	d->second = second == DATE_UNSET ? 0 : second;
	date_blanks(d);
	if (d->p < d->end && (*d->p == '+' || *d->p == '-') && date_is_digit(d, d->p + 1))
		date_offset(d);
	return true;
}

bool
date_day(struct date_parts *d, int64_t y, int m, int day)
{
	if (d->year != DATE_UNSET)
		return true;
	d->year = (int)y;
	d->month = m;
	d->day = day;
	return true;
}

/* A day behind sep. In "2026-03-056T10:00" one digit is too many, who knows which: the day's
 * first two stand, and nothing behind them. */
static int
take_day(struct date_parts *d, char sep)
{
	int day = take_after(d, sep, 2);

	if (day != DATE_UNSET || d->end - d->p < 4 || *d->p != sep ||
	    !date_is_digit(d, d->p + 1))
		return day;
	day = (d->p[1] - '0') * 10 + d->p[2] - '0';
	d->p = d->end;
	return day;
}

/* 2026-03-05, 2026/3/5, 2026.3, 2026-065, 2004-július-13. */
static bool
take_year_first(struct date_parts *d, int64_t y)
{
	char sep = d->p < d->end ? *d->p : 0;
	const char *from = d->p;
	struct date_word w;
	int m, day;
	size_t n;

	if (sep != '-' && sep != '/' && sep != '.')
		return false;
	m = take_after(d, sep, 3);
	if (m != DATE_UNSET) {
		if (d->p - from == 4 && sep == '-') {
			d->ordinal = true;
			return date_day(d, y, 1, m);
		}
		day = take_day(d, sep);
		return date_day(d, y, m, day == DATE_UNSET ? 1 : day);
	}
	if (d->p + 1 >= d->end)
		return false;
	w = date_word_at(d->p + 1, d->end, &n);
	if (w.kind != WORD_MONTH)
		return false;
	d->p += 1 + n;
	day = take_after(d, sep, 2);
	return date_day(d, y, w.value, day == DATE_UNSET ? 1 : day);
}

/* Of 26-03-05 either end may be the year: the one that is nearer to now. */
static bool
year_is_first(const struct date_parts *d, int64_t first, int month, int last)
{
	int year = zone_civil(d->zone, d->now).year;

	return month >= 1 && month <= 12 && last >= 1 && last <= 31 &&
	       abs(whole_year(first, 2) - year) < abs(whole_year(last, 2) - year);
}

/* 5/3/2026, 25.12.2026, 5-3-26; 11-20 alone is a month and a day of this year. */
static bool
take_year_last(struct date_parts *d, int64_t first)
{
	char sep = d->p < d->end ? *d->p : 0;
	const char *from = d->p, *mark;
	int second, y;

	if (sep != '-' && sep != '/' && sep != '.')
		return false;
	second = take_after(d, sep, 2);
	if (second == DATE_UNSET)
		return false;
	mark = d->p;
	y = take_after(d, sep, 4);
	if (y == DATE_UNSET) {
		if (sep == '.' || d->year != DATE_UNSET || d->month != DATE_UNSET ||
		    first < 1 || first > 12 || second < 1 || second > 31) {
			d->p = from;
			return false;
		}
		d->month = (int)first;
		d->day = second;
		return true;
	}
	if (sep != '/' && d->p - mark == 3 && d->p - from == 6 &&
	    year_is_first(d, first, second, y))
		return date_day(d, whole_year(first, 2), second, y);
	y = whole_year(y, (int)(d->p - mark - 1));
	if (sep == '/' && first <= 12)
		return date_day(d, y, (int)first, second);
	return date_day(d, y, second, (int)first);
}

/* "4. 2. 2022": behind the first number a point and blanks, twice. */
static bool
take_spaced(struct date_parts *d, int64_t first)
{
	const char *from = d->p;
	int64_t v[2];
	int n[2];

	for (int i = 0; i < 2; i++) {
		if (d->p >= d->end || *d->p != '.')
			break;
		d->p++;
		date_blanks(d);
		n[i] = take_number(d, &v[i]);
		if (i == 0 && (n[0] < 1 || n[0] > 2))
			break;
		if (i == 1 && n[1] == 4)
			return date_day(d, v[1], (int)v[0], (int)first);
	}
	d->p = from;
	return false;
}

/* 20260305, 20260305T101455, 20260305101455, seconds or milliseconds since 1970. */
static bool
take_long(struct date_parts *d, int64_t v, int digits)
{
	int64_t clock = 0;
	bool has_clock = digits == 14;

	if (digits == 14) {
		clock = v % 1000000;
		v /= 1000000;
	} else if (digits == 10 || digits == 13) {
		struct civil c = zone_civil(NULL, digits == 13 ? v / 1000 : v);

		date_day(d, c.year, c.month, c.day);
		d->hour = c.hour;
		d->minute = c.minute;
		d->second = c.second;
		d->has_offset = true;
		d->offset_m = 0;
		return true;
	} else if (digits != 8) {
		return false;
	} else if (d->end - d->p > 6 && *d->p == 'T' && date_is_digit(d, d->p + 1)) {
		const char *from = d->p++;

		has_clock = take_number(d, &clock) == 6;
		if (!has_clock)
			d->p = from;
	}
	date_day(d, v / 10000, (int)(v / 100 % 100), (int)(v % 100));
	if (has_clock) {
		d->hour = (int)(clock / 10000);
		d->minute = (int)(clock / 100 % 100);
		d->second = (int)(clock % 100);
	}
	return true;
}

/* A number and its mark: 3月, 5日, 15时. */
static bool
take_mark(struct date_parts *d, const struct date_word *w, int64_t v, int digits)
{
	switch (w->kind) {
	case WORD_YEAR_MARK:
		if (d->year == DATE_UNSET)
			d->year = d->era ? d->era + (int)v : whole_year(v, digits);
		break;
	case WORD_MONTH_MARK:
		if (d->month == DATE_UNSET)
			d->month = (int)v;
		break;
	case WORD_DAY_MARK:
		if (d->day == DATE_UNSET)
			d->day = (int)v;
		break;
	case WORD_HOUR_MARK:
		if (d->hour == DATE_UNSET) {
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
take_marked(struct date_parts *d, int64_t v, int digits)
{
	struct date_word w;
	size_t n, m;

	date_blanks(d);
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
skip_joined(struct date_parts *d)
{
	int64_t v;

	while (d->p < d->end && (*d->p == '-' || *d->p == '/' || *d->p == '.') &&
	       date_is_digit(d, d->p + 1)) {
		d->p++;
		take_number(d, &v);
	}
}

void
date_number(struct date_parts *d)
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
	if (digits <= 2 && d->day == DATE_UNSET && v >= 1 && v <= 31)
		d->day = (int)v;
	else if ((digits == 4 || digits == 2) && d->year == DATE_UNSET)
		d->year = whole_year(v, digits);
	else if (digits > 4)
		skip_joined(d);
}
