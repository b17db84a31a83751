/*
 * date_inside.h - what is known of a date while it is read. Between crawler/date*.c only.
 *
 * date_plain.c makes the text plain, date.c walks over it and completes what was found,
 * date_number.c takes what begins with a digit, date_words.h has the words.
 */
#ifndef LY_CRAWLER_DATE_INSIDE_H
#define LY_CRAWLER_DATE_INSIDE_H

#include "core/buf.h"
#include "core/clock.h"

#define DATE_LOOK_BYTES 200
#define DATE_UNSET      (-1)

struct date_parts {
	const char *begin, *p, *end;
	int64_t now;
	const struct zone *zone;
	int year, month, day, hour, minute, second;
	int half;     /* 0 or 12, DATE_UNSET */
	int offset_m; /* minutes east   */
	bool has_offset, korean, relative;
	int era;     /* added to the year of a mark: the Republic's 115 is 2026 */
	int weekday; /* 0: none */
	bool last_week;
	bool brief, clock_alone; /* a short text; nothing but 15:00 */
	bool ordinal;            /* day counts from the year's beginning */
	int64_t ago_s;
};

/* Full-width forms to ASCII, numerals to digits, half an hour to 30 minutes: the first
 * DATE_LOOK_BYTES of them. */
void date_plain(struct buf *b, struct str s);

/* These take what stands at d->p, and move it on. A number, and all that belongs to it. */
void date_number(struct date_parts *d);
/* "+08:00", "-0700", "+8", "+00:0"; d->p at the sign. */
void date_offset(struct date_parts *d);
void date_blanks(struct date_parts *d);
/* The first one stands. Always true. */
bool date_day(struct date_parts *d, int64_t y, int m, int day);
bool date_is_digit(const struct date_parts *d, const char *p);

#endif
