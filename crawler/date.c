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

#include "crawler/date.h"
#include "crawler/date_inside.h"
#include "crawler/date_usual.h"
#include "crawler/date_words.h"

#define BRIEF_BYTES 24 /* a weekday or a time alone is a date in no longer text */

/* ---- words ------------------------------------------------------------------------------------- */

/* "an hour ago"; d->p behind the article. */
static void
take_one(struct date_parts *d)
{
	struct date_word w;
	size_t n;

	date_blanks(d);
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
take_days_ago(struct date_parts *d, int days, struct str word)
{
	struct civil c = zone_civil(d->zone, d->now - (int64_t)days * 86400);

	date_day(d, c.year, c.month, c.day);
	if (str_ends(word, STR("晚")) || str_ends(word, STR("夜")))
		d->half = 12;
}

static bool
is_in_china(const struct date_parts *d)
{
	return d->zone && zone_civil(d->zone, d->now).offset_s == 8 * 3600;
}

static void
take_word(struct date_parts *d)
{
	const char *from = d->p;
	size_t n;
	struct date_word w = date_word_at(d->p, d->end, &n);

	d->p += n;
	switch (w.kind) {
	case WORD_MONTH:
		if (d->month == DATE_UNSET || d->day == DATE_UNSET)
			d->month = w.value;
		break;
	case WORD_HALF:
		d->half = w.value;
		break;
	case WORD_ZONE:
		if (d->hour == DATE_UNSET || (d->has_offset && n > 1))
			break; /* "GMT" may follow "+0100", but "Z" overrides it */
		/* CST is China's where the page is Chinese, else America's. */
		d->offset_m = n == 3 && w.value == -360 && is_in_china(d) ? 480 : w.value;
		d->has_offset = true;
		if (d->p < d->end && (*d->p == '+' || *d->p == '-') &&
		    date_is_digit(d, d->p + 1))
			date_offset(d);
		break;
	case WORD_DAYS_AGO:
		take_days_ago(d, w.value, (struct str){ from, n });
		break;
	case WORD_HALF_HOUR:
		if (d->hour != DATE_UNSET && !d->minute)
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
exists(const struct date_parts *d)
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
complete_clock(struct date_parts *d)
{
	if (d->hour == DATE_UNSET)
		d->hour = d->minute = d->second = 0;
	if (d->half == 12 && d->hour < 12)
		d->hour += 12;
	else if (d->half == 0 && d->hour == 12)
		d->hour = 0;
}

/* 周三 15:00, 下午3:00, 15:00 alone: the last day that fits. A time in words of more than that is
 * no date. */
static bool
take_last(struct date_parts *d)
{
	struct civil c = zone_civil(d->zone, d->now);
	int64_t back = 0;

	if (!d->brief)
		return false;
	if (!d->weekday &&
	    (d->hour == DATE_UNSET || (d->half == DATE_UNSET && !d->clock_alone)))
		return false;
	if (d->weekday && d->last_week)
		back = c.weekday - d->weekday + 7;
	else if (d->weekday)
		back = (c.weekday - d->weekday + 7) % 7;
	else if (d->hour * 60 + d->minute + (d->half == 12 && d->hour < 12 ? 720 : 0) >
		 c.hour * 60 + c.minute + 10)
		back = 1; /* not come yet today */
	c = zone_civil(d->zone, d->now - back * 86400);
	return date_day(d, c.year, c.month, c.day);
}

/* Fill in what people leave out; false when too much is missing or it cannot be. */
static bool
complete(struct date_parts *d)
{
	bool guessed = d->year == DATE_UNSET;

	if (guessed && d->month == DATE_UNSET && d->day == DATE_UNSET && take_last(d))
		guessed = false;
	if (guessed && (d->month == DATE_UNSET || d->day == DATE_UNSET))
		return false;
	if (guessed)
		d->year = zone_civil(d->zone, d->now).year;
	if (d->month == DATE_UNSET && d->day != DATE_UNSET)
		return false; /* "the G7 of 2022" */
	if (d->month == DATE_UNSET)
		d->month = 1;
	if (d->day == DATE_UNSET)
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
walk(struct date_parts *d)
{
	while (d->p < d->end) {
		unsigned char c = (unsigned char)*d->p;

		if (c >= '0' && c <= '9')
			date_number(d);
		else if ((c | 32) >= 'a' || c >= 0x80)
			take_word(d);
		else if ((c == '+' || c == '-') && d->hour != DATE_UNSET && !d->has_offset &&
			 date_is_digit(d, d->p + 1))
			date_offset(d);
		else
			d->p++;
	}
}

/* "2003", "-03-12": forms of ISO 8601 that mean nothing within a longer text. */
static bool
bare_form(struct date_parts *d)
{
	const char *p = d->p;
	size_t n = (size_t)(d->end - p);

	if (n == 6 && p[0] == '-' && p[3] == '-' && date_is_digit(d, p + 1) &&
	    date_is_digit(d, p + 2) && date_is_digit(d, p + 4) && date_is_digit(d, p + 5)) {
		d->year = 2000 + (p[1] - '0') * 10 + p[2] - '0';
		d->month = (p[4] - '0') * 10 + p[5] - '0';
		d->day = 1;
		return true;
	}
	return false;
}

static bool
take_usual(struct date_parts *d, struct str s)
{
	struct civil c;
	int offset_m;

	if (!date_usual(s, &c, &offset_m))
		return false;
	date_day(d, c.year, c.month, c.day);
	d->hour = c.hour;
	d->minute = c.minute;
	d->second = c.second;
	d->has_offset = offset_m != INT32_MAX;
	d->offset_m = d->has_offset ? offset_m : 0;
	return true;
}

static void
take_any(struct date_parts *d, struct str s)
{
	struct buf text = BUF(DATE_LOOK_BYTES * 2);

	date_plain(&text, s);
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
	struct date_parts d = { .now = now,
				.zone = zone,
				.year = DATE_UNSET,
				.month = DATE_UNSET,
				.day = DATE_UNSET,
				.hour = DATE_UNSET,
				.half = DATE_UNSET };
	struct civil c;

	s = str_trim(s);
	if (!take_usual(&d, s))
		take_any(&d, s);
	*offset_s = zone_civil(zone, now).offset_s;
	if (d.relative && d.year == DATE_UNSET) {
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
