#include "core/base.h"

#include "core/str.h"
#include "responder/rota.h"

/* Wall-clock time of day on the day `days` after the one that holds at. */
static int64_t
on_day(const struct zone *z, int64_t at, int days, int64_t time_s)
{
	struct civil c = zone_civil(z, at);

	c.day += days;
	c.hour = (int)(time_s / 3600);
	c.minute = (int)(time_s / 60 % 60);
	c.second = (int)(time_s % 60);
	return zone_utc(z, c);
}

static bool
begins_on(const struct shift_conf *s, int weekday)
{
	for (size_t i = 0; i < s->days.n; i++)
		if (day_of_word(s->days.v[i]) == weekday)
			return true;
	return !s->days.n;
}

/* The shift that begins `days` after the day of at. False when none begins on that day. */
static bool
shift_span(const struct shift_conf *s, const struct zone *z, int64_t at, int days,
	   int64_t *from, int64_t *to)
{
	int weekday = zone_civil(z, at).weekday;

	if (!begins_on(s, ((weekday - 1 + days) % 7 + 7) % 7 + 1))
		return false;
	*from = on_day(z, at, days, s->from);
	*to = on_day(z, at, days + (s->to <= s->from), s->to);
	return true;
}

/* Yesterday's may reach into today; one of the day before yesterday never does. */
static bool
shift_holds(const struct shift_conf *s, const struct zone *z, int64_t at)
{
	for (int days = -1; days <= 0; days++) {
		int64_t from, to;

		if (shift_span(s, z, at, days, &from, &to) && from <= at && at < to)
			return true;
	}
	return false;
}

struct people {
	struct str *v;
	size_t n;
};

static void
people_drop(struct people *p, struct str who)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++)
		if (!str_eq(p->v[i], who))
			p->v[kept++] = p->v[i];
	p->n = kept;
}

static void
people_add(struct people *p, struct str who)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->v[i], who))
			return;
	if (p->n < ROTA_MAX)
		p->v[p->n++] = who;
}

static void
override_apply(const struct override_conf *o, struct people *p)
{
	if (o->kind == OVERRIDE_REPLACE)
		p->n = 0;
	for (size_t i = 0; i < o->who.n; i++)
		if (o->kind == OVERRIDE_REMOVE)
			people_drop(p, o->who.v[i]);
		else
			people_add(p, o->who.v[i]);
}

size_t
rota_who(const struct schedule_conf *s, const struct zone *z, int64_t at, struct str *who)
{
	const struct shift_conf *shift = s->shifts.v;
	const struct override_conf *o = s->overrides.v;
	struct people p = { who, 0 };

	for (size_t i = 0; i < s->shifts.n; i++)
		for (size_t k = 0; k < shift[i].who.n && shift_holds(&shift[i], z, at); k++)
			people_add(&p, shift[i].who.v[k]);
	for (size_t i = 0; i < s->overrides.n; i++)
		if (o[i].from_at <= at && at < o[i].to_at)
			override_apply(&o[i], &p);
	return p.n;
}

bool
rota_on_shift(const struct schedule_conf *s, const struct zone *z, int64_t at,
	      struct str person)
{
	struct str who[ROTA_MAX];
	size_t n = rota_who(s, z, at, who);

	for (size_t i = 0; i < n; i++)
		if (str_eq(who[i], person))
			return true;
	return false;
}

static void
sooner(int64_t *next, int64_t at, int64_t t)
{
	if (t > at && t < *next)
		*next = t;
}

int64_t
rota_next(const struct schedule_conf *s, const struct zone *z, int64_t at)
{
	const struct shift_conf *shift = s->shifts.v;
	const struct override_conf *o = s->overrides.v;
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < s->shifts.n; i++) {
		for (int days = -1; days <= 7; days++) {
			int64_t from, to;

			if (!shift_span(&shift[i], z, at, days, &from, &to))
				continue;
			sooner(&next, at, from);
			sooner(&next, at, to);
		}
	}
	for (size_t i = 0; i < s->overrides.n; i++) {
		sooner(&next, at, o[i].from_at);
		sooner(&next, at, o[i].to_at);
	}
	return next;
}

int64_t
rota_when(const struct schedule_conf *s, const struct zone *z, int64_t at, struct str person)
{
	struct str who[ROTA_MAX];

	for (int64_t t = at; t <= at + ROTA_AHEAD_S; t = rota_next(s, z, t))
		if (person.n ? rota_on_shift(s, z, t, person) : rota_who(s, z, t, who) > 0)
			return t;
	return INT64_MAX;
}

int64_t
rota_until(const struct schedule_conf *s, const struct zone *z, int64_t at, struct str person)
{
	int64_t t = at;

	while (t < at + ROTA_AHEAD_S && rota_on_shift(s, z, t, person))
		t = rota_next(s, z, t);
	return t < at + ROTA_AHEAD_S ? t : at + ROTA_AHEAD_S;
}
