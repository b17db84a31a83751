/* interval.c - see interval.h. */
#include "core/base.h"

#include "core/clock.h"
#include "core/str.h"

#include "crawler/date.h"
#include "crawler/interval.h"

#define DAY_S        86400
#define ALL_HOURS    0xffffffu
#define PACE_ITEMS   12 /* newest items that tell the pace */
#define PACE_LEAST   3
#define PACE_PARTS   3  /* asked so often in the usual time between two items  */
#define SILENT_PARTS 24 /* and so often in the time since the newest           */
#define AGE_MAX_S    (30 * DAY_S)

static int64_t
within(int64_t v, int64_t low, int64_t high)
{
	return v < low ? low : v > high ? high : v;
}

/* Rule 2. */
static int64_t
learn(const struct interval_facts *f)
{
	int64_t last = f->learned_s ? f->learned_s : INTERVAL_START_S;

	if (f->learned_s)
		last = f->news ? last / 2 : last + last / 2;
	return within(last, f->min_s, f->max_s);
}

static int64_t
by_pace(const struct interval_facts *f, int64_t now)
{
	int64_t usual = f->pace_s / PACE_PARTS, silent = (now - f->newest_at) / SILENT_PARTS;

	return within(usual > silent ? usual : silent, f->min_s, f->max_s);
}

/* The first time from at on that is in none of the hours and days that are to be skipped. */
static int64_t
past_skipped(const struct interval_facts *f, int64_t at)
{
	uint32_t hours = f->skip_hours & ALL_HOURS;
	int64_t t = at;

	if (!hours && !f->skip_days)
		return at;
	for (int i = 0; hours != ALL_HOURS && i < 8 * 24; i++) {
		struct civil c = zone_civil(NULL, t);

		if (!(hours >> c.hour & 1) && !(f->skip_days >> c.weekday & 1))
			return t;
		t += 3600 - t % 3600;
	}
	return at; /* all of them: it does not mean it */
}

static int64_t
wished(const struct interval_facts *f, int64_t now, int64_t wait)
{
	int64_t ttl = within(f->ttl_s, 0, DAY_S), age = within(f->max_age_s, 0, f->max_s);

	wait = wait > ttl ? wait : ttl;
	wait = wait > age ? wait : age;
	return past_skipped(f, now + wait) - now;
}

int64_t
interval_next(const struct interval_facts *f, int64_t now, int64_t *learned_s)
{
	int64_t learned = learn(f), wait = f->fixed_s;

	if (learned_s)
		*learned_s = learned;
	if (!wait)
		wait = wished(f, now, f->pace_s && f->newest_at ? by_pace(f, now) : learned);
	if (f->incident_s && wait > f->incident_s) {
		int64_t sooner = wished(f, now, f->incident_s);

		wait = wait > sooner ? sooner : wait;
	}
	if (f->hurry_s && f->hurry_until_at > now && wait > f->hurry_s)
		wait = f->hurry_s;
	return wait;
}

int64_t
interval_pace(const int64_t *published_at, size_t n, int64_t now, int64_t *newest_at)
{
	int64_t top[PACE_ITEMS]; /* newest first */
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t at = published_at[i];
		size_t j;

		if (at <= 0 || at > now || (k == PACE_ITEMS && at <= top[k - 1]))
			continue;
		for (j = k < PACE_ITEMS ? k++ : k - 1; j && top[j - 1] < at; j--)
			top[j] = top[j - 1];
		top[j] = at;
	}
	*newest_at = k ? top[0] : 0;
	return k < PACE_LEAST ? 0 : (top[0] - top[k - 1]) / (int64_t)(k - 1);
}

/* "max-age=600" -> 600; -1 when part is another directive. */
static int64_t
age_of(struct str part)
{
	ptrdiff_t eq = str_find_byte(part, '=');
	struct str value;
	int64_t s;

	if (eq < 0 || !str_eq_nocase(str_trim(str_slice(part, 0, (size_t)eq)), STR("max-age")))
		return -1;
	value = str_trim(str_slice(part, (size_t)eq + 1, part.n));
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		value = str_slice(value, 1, value.n - 2);
	return str_int64(value, &s) < 0 || s < 0 ? 0 : s;
}

int64_t
interval_max_age(struct str cache_control, struct str expires, int64_t now)
{
	struct str part;
	int64_t found = -1, at;

	while (str_next(&cache_control, ',', &part)) {
		int64_t age = age_of(part);

		part = str_trim(part);
		if (str_eq_nocase(part, STR("no-cache")) ||
		    str_eq_nocase(part, STR("no-store")))
			return 0;
		if (age >= 0 && found < 0)
			found = age;
	}
	if (found < 0 && expires.n && date_parse(expires, now, NULL, &at) == 0)
		found = at - now;
	return within(found, 0, AGE_MAX_S);
}
