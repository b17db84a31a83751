#include "core/base.h"

#include "core/str.h"
#include "responder/rota.h"

#define TURNS_OFF 4096

/* Wall-clock time of day on the day `days` after that of c. */
static int64_t
on_day(const struct zone *z, struct civil c, int days, int64_t time_s)
{
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

/* The shift that begins `days` after the day of c. False when none begins on that day. */
static bool
shift_span(const struct shift_conf *s, const struct zone *z, const struct civil *c, int days,
	   int64_t *from, int64_t *to)
{
	if (!begins_on(s, (c->weekday + 6 + days) % 7 + 1))
		return false;
	*from = on_day(z, *c, days, s->from);
	*to = on_day(z, *c, days + (s->to <= s->from), s->to);
	return true;
}

/* Yesterday's may reach into today; one of the day before yesterday never does. */
static bool
shift_holds(const struct shift_conf *s, const struct zone *z, int64_t at)
{
	struct civil c = zone_civil(z, at);

	for (int days = -1; days <= 0; days++) {
		int64_t from, to;

		if (shift_span(s, z, &c, days, &from, &to) && from <= at && at < to)
			return true;
	}
	return false;
}

/* ---- turns -------------------------------------------------------------------------------- */

/* A day that the month has. */
static int
day_in_month(int year, int month, int day)
{
	struct civil last = { .year = year, .month = month + 1, .day = 0 };

	last = zone_civil(NULL, zone_utc(NULL, last));
	return day < last.day ? day : last.day;
}

/* A turn of length 1, seconds; of a month the mean. */
static int64_t
unit_s(const struct rotate_conf *r)
{
	static const int64_t units[] = { [ROTATE_HOUR] = 3600,
					 [ROTATE_DAY] = 86400,
					 [ROTATE_WEEK] = 604800,
					 [ROTATE_MONTH] = 2629746 };

	return units[r->every];
}

/* The k-th hand-off; k = 0 is the start, before it k < 0. */
static int64_t
hand_off(const struct rotate_conf *r, const struct zone *z, int64_t k)
{
	struct civil c;

	if (r->every != ROTATE_MONTH)
		return zone_utc(z, zone_civil(NULL, r->start_s + k * r->length * unit_s(r)));
	c = zone_civil(NULL, r->start_s);
	c.month += (int)(k * r->length);
	c.day = day_in_month(c.year, c.month, c.day);
	return zone_utc(z, c);
}

size_t
rota_turn(const struct shift_conf *s, const struct zone *z, int64_t at, int64_t *from,
	  int64_t *to)
{
	const struct rotate_conf *r = &s->rotate;
	int64_t n = (int64_t)s->who.n;
	int64_t low = (at - r->start_s) / (r->length * unit_s(r)), high = low + 1;

	/* Hand-offs never go back. The guess is a turn or two off; the bound is for a year 9999,
	 * where time ends. */
	for (int64_t step = 1; step < TURNS_OFF && hand_off(r, z, low) > at; step *= 2) {
		high = low;
		low -= step;
	}
	for (int64_t step = 1; step < TURNS_OFF && hand_off(r, z, high) <= at; step *= 2) {
		low = high;
		high += step;
	}
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (hand_off(r, z, middle) <= at)
			low = middle;
		else
			high = middle;
	}
	*from = hand_off(r, z, low);
	*to = hand_off(r, z, high);
	return (size_t)((low % n + n) % n);
}

/* ---- people ------------------------------------------------------------------------------- */

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
people_add_all(struct people *p, const struct conf_texts *who)
{
	for (size_t i = 0; i < who->n; i++)
		people_add(p, who->v[i]);
}

static bool
people_has(const struct people *p, struct str who)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_eq(p->v[i], who))
			return true;
	return false;
}

/* In the place of whom they replace; nobody of those there: nobody comes. */
static void
replace(const struct override_conf *o, struct people *p)
{
	bool any = !o->instead.n;

	if (any)
		p->n = 0;
	for (size_t i = 0; i < o->instead.n; i++) {
		any |= people_has(p, o->instead.v[i]);
		people_drop(p, o->instead.v[i]);
	}
	if (any)
		people_add_all(p, &o->who);
}

static void
override_apply(const struct override_conf *o, struct people *p)
{
	switch (o->kind) {
	case OVERRIDE_REPLACE:
		replace(o, p);
		break;
	case OVERRIDE_REMOVE:
		for (size_t i = 0; i < o->who.n; i++)
			people_drop(p, o->who.v[i]);
		break;
	default:
		people_add_all(p, &o->who);
	}
}

static void
shift_people(const struct shift_conf *s, const struct zone *z, int64_t at, struct people *p)
{
	int64_t from, to;

	if (!shift_holds(s, z, at))
		return;
	if (s->rotate.every == ROTATE_NEVER)
		people_add_all(p, &s->who);
	else
		people_add(p, s->who.v[rota_turn(s, z, at, &from, &to)]);
}

/* The temporary schedule that holds, or NULL. */
static const struct temporary_conf *
temporary_at(const struct schedule_conf *s, int64_t at)
{
	const struct temporary_conf *t = s->temporary.v;

	for (size_t i = s->temporary.n; i-- > 0;)
		if (t[i].from_at <= at && at < t[i].to_at)
			return &t[i];
	return NULL;
}

static void
temporary_people(const struct temporary_conf *t, int64_t at, struct people *p)
{
	const struct stint_conf *s = t->stints.v;

	for (size_t i = 0; i < t->stints.n; i++)
		if (s[i].from_at <= at && at < s[i].to_at)
			people_add_all(p, &s[i].who);
}

size_t
rota_who(const struct schedule_conf *s, const struct zone *z, int64_t at, struct str *who)
{
	const struct temporary_conf *t = temporary_at(s, at);
	const struct shift_conf *shift = s->shifts.v;
	const struct override_conf *o = s->overrides.v;
	struct people p = { who, 0 };

	if (t) {
		temporary_people(t, at, &p);
		return p.n;
	}
	for (size_t i = 0; i < s->shifts.n; i++)
		shift_people(&shift[i], z, at, &p);
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

static void
shift_next(const struct shift_conf *s, const struct zone *z, int64_t at, int64_t *next)
{
	struct civil c = zone_civil(z, at);
	int64_t from = at, to;

	/* Those of later days begin later. */
	for (int days = -1; days <= 7 && from <= at; days++) {
		if (!shift_span(s, z, &c, days, &from, &to))
			continue;
		sooner(next, at, from);
		sooner(next, at, to);
	}
	if (s->rotate.every != ROTATE_NEVER) {
		rota_turn(s, z, at, &from, &to);
		sooner(next, at, to);
	}
}

static void
temporary_next(const struct temporary_conf *t, int64_t at, int64_t *next)
{
	const struct stint_conf *s = t->stints.v;

	sooner(next, at, t->from_at);
	sooner(next, at, t->to_at);
	for (size_t i = 0; i < t->stints.n; i++) {
		sooner(next, at, s[i].from_at);
		sooner(next, at, s[i].to_at);
	}
}

int64_t
rota_next(const struct schedule_conf *s, const struct zone *z, int64_t at)
{
	const struct shift_conf *shift = s->shifts.v;
	const struct override_conf *o = s->overrides.v;
	const struct temporary_conf *t = s->temporary.v;
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < s->shifts.n; i++)
		shift_next(&shift[i], z, at, &next);
	for (size_t i = 0; i < s->overrides.n; i++) {
		sooner(&next, at, o[i].from_at);
		sooner(&next, at, o[i].to_at);
	}
	for (size_t i = 0; i < s->temporary.n; i++)
		temporary_next(&t[i], at, &next);
	return next;
}

/* Does the schedule name the person at all, at whatever time? */
static bool
schedule_names(const struct schedule_conf *s, struct str person)
{
	const struct shift_conf *shift = s->shifts.v;
	const struct override_conf *o = s->overrides.v;
	const struct temporary_conf *t = s->temporary.v;

	for (size_t i = 0; i < s->shifts.n; i++)
		if (conf_texts_have(&shift[i].who, person))
			return true;
	for (size_t i = 0; i < s->overrides.n; i++)
		if (conf_texts_have(&o[i].who, person))
			return true;
	for (size_t i = 0; i < s->temporary.n; i++) {
		const struct stint_conf *x = t[i].stints.v;

		for (size_t k = 0; k < t[i].stints.n; k++)
			if (conf_texts_have(&x[k].who, person))
				return true;
	}
	return false;
}

int64_t
rota_when(const struct schedule_conf *s, const struct zone *z, int64_t at, struct str person)
{
	struct str who[ROTA_MAX];

	if (person.n && !schedule_names(s, person))
		return INT64_MAX;
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

/* ---- spans -------------------------------------------------------------------------------- */

struct walk {
	struct rota_span on[ROTA_MAX];
	size_t n;
	void (*each)(void *arg, const struct rota_span *span);
	void *arg;
};

/* Those who are not among who any more went at t; new ones came. */
static void
walk_to(struct walk *w, int64_t t, const struct people *who)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->n; i++) {
		if (people_has(who, w->on[i].who)) {
			w->on[kept++] = w->on[i];
			continue;
		}
		w->on[i].to = t;
		w->each(w->arg, &w->on[i]);
	}
	w->n = kept;
	for (size_t i = 0; i < who->n; i++) {
		size_t at = 0;

		while (at < kept && !str_eq(w->on[at].who, who->v[i]))
			at++;
		if (at == kept)
			w->on[w->n++] = (struct rota_span){ who->v[i], t, t };
	}
}

void
rota_spans(const struct schedule_conf *s, const struct zone *z, int64_t from, int64_t to,
	   void (*each)(void *arg, const struct rota_span *span), void *arg)
{
	struct walk w = { .each = each, .arg = arg };
	struct str names[ROTA_MAX];
	struct people who = { .v = names }, nobody = { .v = names };

	for (int64_t t = from; t < to; t = rota_next(s, z, t)) {
		who.n = rota_who(s, z, t, names);
		walk_to(&w, t, &who);
	}
	walk_to(&w, to, &nobody);
}
