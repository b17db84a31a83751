/*
 * Zones are GLib's GTimeZone over the system's tzdata: the zdump test in
 * tests/unit/test_clock.c holds it to that. Calendar arithmetic is ours: days since
 * 1970-01-01 in the proleptic Gregorian calendar, 400-year eras that begin in March.
 */
#include "core/base.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>

#include "core/clock.h"
#include "core/str.h"

#define DAY_S        86400
#define YEAR_1_AT    (-62135596800) /* 0001-01-01T00:00:00Z */
#define YEAR_9999_AT 253402300799   /* 9999-12-31T23:59:59Z */
#define ZONE_END_AT  2145916799     /* 2037-12-31T23:59:59Z: tzdata's transitions end here */
/* Wider than any offset ever used (Manila was 15:56 west until 1844). */
#define OFFSET_MAX_S (16 * 3600)

static int64_t
clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t
clock_wall(void)
{
	return clock_ns(CLOCK_REALTIME) / 1000000000;
}

int64_t
clock_wall_ms(void)
{
	return clock_ns(CLOCK_REALTIME) / 1000000;
}

int64_t
clock_passed_s(void)
{
	return clock_ns(CLOCK_BOOTTIME) / 1000000000;
}

int64_t
clock_mono_ms(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

int64_t
clock_mono_us(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_cpu_us(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID) / 1000;
}

void
clock_init(struct clock *c, enum clock_mode mode, int64_t start_at, int64_t scale)
{
	*c = (struct clock){ .mode = mode,
			     .start_at = start_at,
			     .scale = scale,
			     .begun_ms = clock_mono_ms(),
			     .stepped_to = start_at };
}

/* Domain time by pacing: start, and scale seconds for each second since. */
static int64_t
paced(const struct clock *c, int64_t scale)
{
	int64_t gone;

	if (__builtin_mul_overflow(clock_mono_ms() - c->begun_ms, scale, &gone))
		return INT64_MAX;
	return c->start_at + gone / 1000;
}

int64_t
clock_now(const struct clock *c)
{
	switch (c->mode) {
	case CLOCK_SCALED:
		return paced(c, c->scale > 0 ? c->scale : 1);
	case CLOCK_STEPPED:
		/* The crawler's thread steps, others read. */
		return __atomic_load_n(&c->stepped_to, __ATOMIC_ACQUIRE);
	case CLOCK_WALL:
		break;
	}
	return clock_wall();
}

int64_t
clock_allowed(const struct clock *c)
{
	if (c->mode != CLOCK_STEPPED)
		return clock_now(c);
	return c->scale > 0 ? paced(c, c->scale) : INT64_MAX;
}

void
clock_step(struct clock *c, int64_t at)
{
	if (c->mode == CLOCK_STEPPED && at > clock_now(c))
		__atomic_store_n(&c->stepped_to, at, __ATOMIC_RELEASE);
}

/* ---- the calendar ---------------------------------------------------------------------- */

/* Days since 1970-01-01. month 1..12; day may lie outside its month. */
static int64_t
days_from_civil(int64_t year, int month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year + day - 1 -
	       719468;
}

static void
civil_from_days(int64_t days, struct civil *c)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t march = (5 * of_year + 2) / 153; /* 0 = March */

	c->day = (int)(of_year - (153 * march + 2) / 5 + 1);
	c->month = (int)(march < 10 ? march + 3 : march - 9);
	c->year = (int)(y + era * 400 + (c->month <= 2));
}

/* Floor division: -1 s is the last second of the day before. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
clamp_at(int64_t at)
{
	return at < YEAR_1_AT ? YEAR_1_AT : at > YEAR_9999_AT ? YEAR_9999_AT : at;
}

/* ---- zones ----------------------------------------------------------------------------- */

/* GLib goes through all transitions since 1900 for each answer. What it said of the last few spans is
 * kept, one word each, so that threads may share a zone: (number of the span + 1, offset). */
#define SPAN_BITS     16 /* seconds in a span: 18 h */
#define SPANS         64
#define SPAN_S        (1 << SPAN_BITS)
#define SPAN_FIRST_AT (YEAR_1_AT - SPAN_S) /* zone_utc asks before it */
#define OFFSET_BITS   20
#define OFFSET_MIDDLE (1 << (OFFSET_BITS - 1))

struct zone {
	GTimeZone *tz; /* NULL for UTC */
	char name[64];
	uint64_t *spans; /* SPANS of them */
};

static const char *
zone_folder(void)
{
	const char *folder = getenv("TZDIR");

	return folder ? folder : "/usr/share/zoneinfo";
}

/* GLib also takes rules ("EST5") and files (":/etc/passwd") for names; we do not. */
static bool
zone_exists(struct str name)
{
	char path[512];

	if (name.n == 0 || name.n >= sizeof((struct zone *)0)->name || name.p[0] == '/' ||
	    str_find(name, STR("..")) >= 0 || str_find(name, STR("//")) >= 0)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!g_ascii_isalnum(name.p[i]) && !strchr("_+-/", name.p[i]))
			return false;
	snprintf(path, sizeof path, "%s/%.*s", zone_folder(), STR_ARG(name));
	return access(path, R_OK) == 0;
}

/* The zone whose name is nearest, by tzdata's own table. False when none is near. */
static bool
zone_nearest(struct str name, char out[64])
{
	size_t best = name.n / 3 < 3 ? name.n / 3 + 1 : 4, cap = 0;
	char path[512], *line = NULL;
	bool found = false;
	FILE *f;

	snprintf(path, sizeof path, "%s/tzdata.zi", zone_folder());
	f = fopen(path, "re");
	if (!f)
		return false;
	while (getline(&line, &cap, f) > 0) {
		struct str rest = str_trim(str_of(line)), kind, word = { "", 0 };

		/* "Z Asia/Shanghai 8:5:43 …" and "L Asia/Shanghai PRC" */
		if (!str_next(&rest, ' ', &kind) || !str_next(&rest, ' ', &word))
			continue;
		if (str_is(kind, "L"))
			word = rest;
		else if (!str_is(kind, "Z"))
			continue;
		if (word.n < 64 && str_distance(name, word, best) < best) {
			best = str_distance(name, word, best);
			snprintf(out, 64, "%.*s", STR_ARG(word));
			found = true;
		}
	}
	free(line);
	fclose(f);
	return found;
}

struct zone *
zone_open(const char *name, struct err *e)
{
	struct str s = str_of(name);
	char near[64];
	GTimeZone *tz = NULL;
	struct zone *z;

	if (!str_is(s, "UTC")) {
		tz = zone_exists(s) ? g_time_zone_new_identifier(name) : NULL;
		if (!tz && zone_nearest(s, near))
			err_set(e, ERR_USAGE,
				"unknown time zone \"%.64s\": did you mean \"%s\"?", s.p, near);
		else if (!tz)
			err_set(e, ERR_USAGE,
				"unknown time zone \"%.64s\": expected a name like "
				"\"Asia/Shanghai\"",
				s.p);
		if (!tz)
			return NULL;
	}
	z = calloc(1, sizeof *z);
	if (z)
		z->spans = calloc(SPANS, sizeof *z->spans);
	if (!z || !z->spans)
		abort();
	z->tz = tz;
	memcpy(z->name, s.p, s.n);
	return z;
}

void
zone_close(struct zone *z)
{
	if (!z)
		return;
	if (z->tz)
		g_time_zone_unref(z->tz);
	free(z->spans);
	free(z);
}

const char *
zone_name(const struct zone *z)
{
	return z ? z->name : "UTC";
}

static int
interval_at(const struct zone *z, int64_t at)
{
	return g_time_zone_find_interval(z->tz, G_TIME_TYPE_UNIVERSAL, at);
}

/* Seconds east of UTC at an instant. */
static int64_t
zone_offset(const struct zone *z, int64_t at)
{
	uint64_t span, kept, *at_span;
	int64_t first, offset;
	int interval;

	if (!z || !z->tz)
		return 0;
	if (at > ZONE_END_AT)
		at = ZONE_END_AT;
	span = (uint64_t)(at - SPAN_FIRST_AT) >> SPAN_BITS;
	at_span = &z->spans[span % SPANS];
	kept = __atomic_load_n(at_span, __ATOMIC_RELAXED);
	if (kept >> OFFSET_BITS == span + 1)
		return (int64_t)(kept & ((1 << OFFSET_BITS) - 1)) - OFFSET_MIDDLE;
	interval = interval_at(z, at);
	offset = g_time_zone_get_offset(z->tz, interval);
	first = (int64_t)(span << SPAN_BITS) + SPAN_FIRST_AT;
	if (interval_at(z, first) == interval && interval_at(z, first + SPAN_S - 1) == interval)
		__atomic_store_n(at_span,
				 (span + 1) << OFFSET_BITS | (uint64_t)(offset + OFFSET_MIDDLE),
				 __ATOMIC_RELAXED);
	return offset;
}

struct civil
zone_civil(const struct zone *z, int64_t at)
{
	int64_t offset, local, days, second;
	struct civil c = { 0 };

	at = clamp_at(at);
	offset = zone_offset(z, at);
	local = clamp_at(at + offset);
	days = floor_div(local, DAY_S);
	second = local - days * DAY_S;
	civil_from_days(days, &c);
	c.hour = (int)(second / 3600);
	c.minute = (int)(second / 60 % 60);
	c.second = (int)(second % 60);
	c.weekday = (int)((days % 7 + 10) % 7) + 1; /* 1970-01-01 was a Thursday */
	c.offset_s = (int)offset;
	return c;
}

/* The first instant in (before, after] whose offset is not that of before. */
static int64_t
transition(const struct zone *z, int64_t before, int64_t after)
{
	int64_t offset = zone_offset(z, before);

	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (zone_offset(z, middle) == offset)
			before = middle;
		else
			after = middle;
	}
	return after;
}

int64_t
zone_utc(const struct zone *z, struct civil c)
{
	int64_t month = (int64_t)c.month - 1, year = c.year + floor_div(month, 12);
	int64_t local, before, after;

	month -= floor_div(month, 12) * 12;
	local = days_from_civil(year, (int)month + 1, c.day) * DAY_S + (int64_t)c.hour * 3600 +
		(int64_t)c.minute * 60 + c.second;
	local = clamp_at(local);
	/* Every instant that reads as local lies between these two. */
	before = zone_offset(z, local - OFFSET_MAX_S);
	after = zone_offset(z, local + OFFSET_MAX_S);
	if (zone_offset(z, local - before) == before)
		return local - before; /* the earlier one when it is told twice */
	if (zone_offset(z, local - after) == after)
		return local - after;
	return transition(z, local - OFFSET_MAX_S, local + OFFSET_MAX_S);
}

int64_t
zone_day(const struct zone *z, int64_t at)
{
	struct civil c = zone_civil(z, at);

	c.hour = c.minute = c.second = 0;
	return zone_utc(z, c);
}

/* ---- text ------------------------------------------------------------------------------ */

void
clock_add_iso(struct buf *b, int64_t at)
{
	struct civil c = zone_civil(NULL, at);

	buf_addf(b, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour, c.minute,
		 c.second);
}

void
clock_add_local(struct buf *b, const struct zone *z, int64_t at)
{
	struct civil c = zone_civil(z, at);

	buf_addf(b, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

/* Exactly as many digits as form has 9s, other bytes as they are; the numbers into to. */
static bool
take_form(struct str *s, const char *form, int *to)
{
	size_t n = strlen(form);

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (form[i] != '9') {
			if (s->p[i] != form[i])
				return false;
			continue;
		}
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		if (i == 0 || form[i - 1] != '9')
			*to = 0;
		*to = *to * 10 + (s->p[i] - '0');
		if (form[i + 1] != '9')
			to++;
	}
	*s = str_slice(*s, n, s->n);
	return true;
}

static bool
take_offset(struct str *s, int *offset_s)
{
	int part[2], sign = s->n && s->p[0] == '-' ? -1 : 1;

	*offset_s = 0;
	if (take_form(s, "Z", NULL))
		return true;
	if (!take_form(s, sign < 0 ? "-99:99" : "+99:99", part) || part[0] > 23 || part[1] > 59)
		return false;
	*offset_s = sign * (part[0] * 3600 + part[1] * 60);
	return true;
}

static void
take_fraction(struct str *s)
{
	size_t n = 1;

	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	if (n > 1 && s->p[0] == '.')
		*s = str_slice(*s, n, s->n);
}

/* Does the calendar have it? Not 30 February, nor 24:00. */
static bool
civil_exists(const struct civil *c)
{
	struct civil same = zone_civil(NULL, zone_utc(NULL, *c));

	return c->year >= 1 && c->month >= 1 && c->month <= 12 && c->hour <= 23 &&
	       c->minute <= 59 && c->second <= 59 && same.month == c->month &&
	       same.day == c->day;
}

static bool
parse_iso(struct str s, int64_t *at)
{
	int date[3], time[3] = { 0 }, offset_s = 0;
	struct civil c;

	if (!take_form(&s, "9999-99-99", date))
		return false;
	if (s.n) {
		if (!take_form(&s, "T99:99:99", time))
			return false;
		take_fraction(&s);
		if (!take_offset(&s, &offset_s) || s.n)
			return false;
	}
	c = (struct civil){ date[0], date[1], date[2], time[0], time[1], time[2], 0, 0 };
	if (!civil_exists(&c))
		return false;
	*at = zone_utc(NULL, c) - offset_s;
	return true;
}

int
clock_parse_iso(struct str s, int64_t *at, struct err *e)
{
	int64_t found;

	if (!parse_iso(s, &found))
		return err_set(e, ERR_REJECT,
			       "\"%.*s\" is not a time like \"2026-11-21T23:15:41Z\" or "
			       "\"2026-11-21T23:15:41+08:00\"",
			       s.n > 64 ? 64 : (int)s.n, s.p ? s.p : "");
	*at = found;
	return 0;
}

bool
clock_parse_civil(struct str s, struct civil *c, bool *timed)
{
	int date[3], time[3] = { 0 };
	bool has_time;

	if (!take_form(&s, "9999-99-99", date))
		return false;
	has_time = s.n > 0;
	if (has_time) {
		if (!take_form(&s, s.p[0] == 'T' ? "T99:99" : " 99:99", time) ||
		    (s.n && !take_form(&s, ":99", &time[2])) || s.n)
			return false;
	}
	*c = (struct civil){ date[0], date[1], date[2], time[0], time[1], time[2], 0, 0 };
	if (timed)
		*timed = has_time;
	return civil_exists(c);
}

int
clock_parse_local(const struct zone *z, struct str s, int64_t *at, struct err *e)
{
	struct err bad = { 0 };
	struct civil c;

	if (clock_parse_civil(s, &c, NULL)) {
		*at = zone_utc(z, c);
		return 0;
	}
	if (clock_parse_iso(s, at, &bad) == 0)
		return 0;
	return err_set(e, ERR_USAGE,
		       "\"%.*s\" is not a time like \"2026-12-24 20:00\" (in %s) or "
		       "\"2026-12-24T20:00:00+08:00\"",
		       s.n > 64 ? 64 : (int)s.n, s.p ? s.p : "", zone_name(z));
}

void
clock_add_span(struct buf *b, int64_t seconds)
{
	static const struct {
		int64_t size_s;
		const char *name;
	} units[] = { { DAY_S, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
	uint64_t v = seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds;
	size_t i = 0;

	if (v >= 600 &&
	    v % 60) /* no unit divides it: the largest that counts to ten, rounded */
		while (v < 10 * (uint64_t)units[i].size_s)
			i++;
	else
		while (v % (uint64_t)units[i].size_s || (v == 0 && units[i].size_s > 1))
			i++;
	v = (v + (uint64_t)units[i].size_s / 2) / (uint64_t)units[i].size_s;
	buf_addf(b, "%s%llu %s", seconds < 0 ? "-" : "", (unsigned long long)v, units[i].name);
}
