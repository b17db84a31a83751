/*
 * date_usual.c - the two forms in which nearly every feed writes its dates, read by position.
 *
 *   Thu, 05 Mar 2026 08:00:00 +0800   RFC 822; the day's name, a second digit may be missing
 *   2026-03-05T08:00:00+08:00         RFC 3339; a blank for the T, a fraction, no zone at all
 *
 * Anything else is for date_parse's walk, which reads these, too, and the same way, but at ten
 * times the cost (tests/unit/test_date.c compares).
 */
#include "core/base.h"

#include "core/str.h"
#include "crawler/date_usual.h"

struct cursor {
	const char *p, *end;
	bool bad;
};

static bool
take(struct cursor *c, char byte)
{
	if (c->p == c->end || *c->p != byte)
		return false;
	c->p++;
	return true;
}

/* Exactly n digits. */
static int
number(struct cursor *c, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (c->p == c->end || *c->p < '0' || *c->p > '9') {
			c->bad = true;
			return 0;
		}
		v = v * 10 + (*c->p++ - '0');
	}
	return v;
}

static void
expect(struct cursor *c, char byte)
{
	c->bad |= !take(c, byte);
}

static int
month(struct cursor *c)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int m = 0; c->end - c->p >= 3 && m < 12; m++)
		if (memcmp(c->p, names + m * 3, 3) == 0) {
			c->p += 3;
			return m + 1;
		}
	c->bad = true;
	return 0;
}

static void
clock_of_day(struct cursor *c, struct civil *t)
{
	t->hour = number(c, 2);
	expect(c, ':');
	t->minute = number(c, 2);
	expect(c, ':');
	t->second = number(c, 2);
}

/* "+08:00", "+0800", "Z", "GMT"; INT32_MAX: none. */
static int
offset(struct cursor *c)
{
	int sign, hours, minutes;

	if (c->p == c->end)
		return INT32_MAX;
	if (take(c, 'Z'))
		return 0;
	if (c->end - c->p == 3 && memcmp(c->p, "GMT", 3) == 0) {
		c->p += 3;
		return 0;
	}
	sign = take(c, '-') ? -1 : 1;
	if (sign > 0)
		expect(c, '+');
	hours = number(c, 2);
	take(c, ':');
	minutes = number(c, 2);
	return sign * (hours * 60 + minutes);
}

static void
read_822(struct cursor *c, struct civil *t, int *offset_m)
{
	if (c->end - c->p > 5 && c->p[3] == ',' && c->p[4] == ' ')
		c->p += 5;
	t->day = c->end - c->p > 1 && c->p[1] == ' ' ? number(c, 1) : number(c, 2);
	expect(c, ' ');
	t->month = month(c);
	expect(c, ' ');
	t->year = number(c, 4);
	expect(c, ' ');
	clock_of_day(c, t);
	expect(c, ' ');
	*offset_m = c->bad ? 0 : offset(c);
	c->bad |= *offset_m == INT32_MAX;
}

static void
read_3339(struct cursor *c, struct civil *t, int *offset_m)
{
	t->year = number(c, 4);
	expect(c, '-');
	t->month = number(c, 2);
	expect(c, '-');
	t->day = number(c, 2);
	if (!take(c, 'T'))
		expect(c, ' ');
	clock_of_day(c, t);
	if (!c->bad && take(c, '.'))
		for (number(c, 1); c->p < c->end && *c->p >= '0' && *c->p <= '9';)
			c->p++;
	*offset_m = c->bad ? 0 : offset(c);
}

bool
date_usual(struct str s, struct civil *t, int *offset_m)
{
	struct cursor c = { s.p, s.p + s.n, false };

	*t = (struct civil){ 0 };
	if (s.n < 19 || s.n > 40)
		return false;
	if (s.p[4] == '-')
		read_3339(&c, t, offset_m);
	else
		read_822(&c, t, offset_m);
	return !c.bad && c.p == c.end && t->year >= 1000;
}
