/* digest_window.c - which day, week, month or quarter a digest is of, and when it is told. */
#include "core/base.h"

#include "responder/digest_store.h"
#include "responder/digest_word.h"

/* How long ago, in the period's own measure. */
static const struct {
	int days, months;
} periods[] = {
	[PERIOD_DAY] = { 1, 0 },
	[PERIOD_WEEK] = { 7, 0 },
	[PERIOD_MONTH] = { 0, 1 },
	[PERIOD_QUARTER] = { 0, 3 },
};

int64_t
digest_moment(const struct zone *z, int64_t t, int64_t seconds, int days)
{
	struct civil c = zone_civil(z, t);

	c.day += days;
	c.hour = (int)(seconds / 3600);
	c.minute = (int)(seconds % 3600 / 60);
	c.second = (int)(seconds % 60);
	return zone_utc(z, c);
}

/* `seconds` into a local day: of the day that holds at, n periods back, then days on. Each is counted
 * from that day, so that the end of one period is the beginning of the next whatever its length. */
static int64_t
bound(const struct digest_conf *c, const struct zone *z, int64_t at, int n, int64_t seconds,
      int days)
{
	struct civil day = zone_civil(z, at);

	day.month -= n * periods[c->period].months;
	while (day.month < 1) {
		day.month += 12;
		day.year--;
	}
	day.day += days - n * periods[c->period].days;
	day.hour = (int)(seconds / 3600);
	day.minute = (int)(seconds % 3600 / 60);
	day.second = (int)(seconds % 60);
	return zone_utc(z, day);
}

/* Is a digest told on the local day that holds t? */
static bool
is_its_day(const struct digest_conf *c, const struct zone *z, int64_t t)
{
	struct civil day = zone_civil(z, t);

	switch (c->period) {
	case PERIOD_WEEK:
		return day.weekday == c->on + 1;
	case PERIOD_MONTH:
		return day.day == 1;
	case PERIOD_QUARTER:
		return day.day == 1 && day.month % 3 == 1;
	default:
		return true;
	}
}

void
digest_window(const struct digest_conf *c, const struct zone *z, int64_t at,
	      struct digest_day *d)
{
	int back = digest_moment(z, at, c->cut, 0) <= at ? 0 : -1;

	d->conf = c;
	d->to = bound(c, z, at, 0, c->cut, back);
	d->from = bound(c, z, at, 1, c->cut, back);
	d->span[DAY_NOW].from = d->from;
	d->span[DAY_NOW].to = d->span[DAY_BEFORE].to = d->to;
	d->span[DAY_BEFORE].to = d->from;
	d->span[DAY_BEFORE].from = bound(c, z, at, 2, c->cut, back);
	if (c->period == PERIOD_DAY) {
		d->span[DAY_WEEK].from = digest_moment(z, d->from, c->cut, -7);
		d->span[DAY_WEEK].to = digest_moment(z, d->to, c->cut, -7);
	}
	d->late_since = bound(c, z, at, 1, c->at, 0);
	d->day = zone_day(z, at);
	digest_date(z, at, d->date);
}

int64_t
digest_next(const struct digest_conf *c, const struct zone *z, int64_t t)
{
	int64_t at = digest_moment(z, t, c->at, 0);

	if (at <= t)
		at = digest_moment(z, t, c->at, 1);
	while (!is_its_day(c, z, at))
		at = digest_moment(z, at, c->at, 1);
	return at;
}
