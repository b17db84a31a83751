#include "core/base.h"

#include "core/str.h"
#include "responder/timetable.h"

#define LOOK_DAYS   400
#define DAY_S       86400
#define SAME_DAY(c) ((struct civil){ .year = (c).year, .month = (c).month, .day = (c).day })

/* ---- does it hold ------------------------------------------------------------------------------ */

static bool
in_ranges(const struct number_ranges *r, int64_t x)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].from <= x && x <= r->v[i].to)
			return true;
	return !r->n;
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* A date before the month's first day is its first, one behind its last its last. */
static bool
in_dates(const struct number_ranges *r, const struct civil *c)
{
	int last = month_days(c->year, c->month);

	for (size_t i = 0; i < r->n; i++) {
		int64_t from = r->v[i].from, to = r->v[i].to;

		from = from > 0 ? from : last + 1 + from;
		to = to > 0 ? to : last + 1 + to;
		if (from <= c->day && c->day <= to)
			return true;
	}
	return !r->n;
}

static bool
span_holds(const struct timespan_conf *s, const struct civil *c)
{
	int64_t t = c->hour * 3600 + c->minute * 60 + c->second;

	return s->from <= t && t < s->to && (!s->weekdays || s->weekdays >> c->weekday & 1) &&
	       in_dates(&s->date, c) && in_ranges(&s->month, c->month) &&
	       in_ranges(&s->year, c->year);
}

static const struct zone *
zone_for(const struct timetable_conf *t, const struct zone *site)
{
	return t->z ? t->z : site;
}

bool
timetable_holds(const struct timetable_conf *t, const struct zone *site, int64_t at)
{
	struct civil c = zone_civil(zone_for(t, site), at);
	const struct timespan_conf *s = t->spans.v;

	for (size_t i = 0; i < t->spans.n; i++)
		if (span_holds(&s[i], &c))
			return true;
	return false;
}

const struct timetable_conf *
timetable_find(const struct conf_list *all, struct str name)
{
	const struct timetable_conf *t = all->v;

	for (size_t i = 0; i < all->n; i++)
		if (str_eq(t[i].name, name))
			return &t[i];
	return NULL;
}

/* ---- until when -------------------------------------------------------------------------------- */

static bool
is_mute(const struct timetable_use *u, int64_t at, struct str *by)
{
	bool active = !u->active->n;

	for (size_t i = 0; i < u->mute->n; i++) {
		const struct timetable_conf *t = timetable_find(u->all, u->mute->v[i]);

		if (!t || !timetable_holds(t, u->site, at))
			continue;
		*by = t->name;
		return true;
	}
	for (size_t i = 0; i < u->active->n && !active; i++) {
		const struct timetable_conf *t = timetable_find(u->all, u->active->v[i]);

		active = t && timetable_holds(t, u->site, at);
	}
	*by = STR("");
	return !active;
}

/* That time of day, on the day of c or `days` later. */
static int64_t
clock_on(const struct zone *z, const struct civil *c, int days, int64_t time_s)
{
	struct civil then = SAME_DAY(*c);

	then.day += days;
	then.hour = (int)(time_s / 3600);
	then.minute = (int)(time_s / 60 % 60);
	then.second = (int)(time_s % 60);
	return zone_utc(z, then);
}

/* The next time after `at` at which a table may begin or end to hold. */
static int64_t
next_edge(const struct timetable_use *u, const struct conf_texts *names, int64_t at)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < names->n; i++) {
		const struct timetable_conf *t = timetable_find(u->all, names->v[i]);
		const struct timespan_conf *s = t ? t->spans.v : NULL;
		const struct zone *z = t ? zone_for(t, u->site) : NULL;
		struct civil c = zone_civil(z, at);

		for (size_t k = 0; t && k < t->spans.n; k++)
			for (int days = 0; days <= 1; days++) {
				int64_t from = clock_on(z, &c, days, s[k].from);
				int64_t to = clock_on(z, &c, days, s[k].to);

				next = from > at && from < next ? from : next;
				next = to > at && to < next ? to : next;
			}
	}
	return next;
}

int64_t
timetable_opens(const struct timetable_use *u, int64_t at, struct str *by)
{
	int64_t limit = at + (int64_t)LOOK_DAYS * DAY_S;
	struct str other;

	if (!is_mute(u, at, by ? by : &other))
		return at;
	do {
		int64_t mute = next_edge(u, u->mute, at), active = next_edge(u, u->active, at);

		at = mute < active ? mute : active;
	} while (at < limit && is_mute(u, at, &other));
	return at < limit ? at : INT64_MAX;
}
