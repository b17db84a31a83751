/* tally.c - see tally.h. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/tally.h"

#define DAY_S   86400
#define EARLY_S 3600

/* The place of the day of now: one over the oldest when it begins. */
static struct tally_day *
today(struct tally *t, int64_t now)
{
	struct tally_day *d = &t->days[(now / DAY_S) % TALLY_DAYS];

	if (d->day != now / DAY_S)
		*d = (struct tally_day){ .day = now / DAY_S };
	if (!t->first_at)
		t->first_at = now;
	return d;
}

void
tally_document(struct tally *t, int64_t published_at, int64_t now)
{
	int64_t delay = now - published_at;
	bool old;

	if (now < 0)
		return;
	old = published_at && t->first_at && published_at < t->first_at;
	if (!t->first_at && published_at)
		old = published_at < now;
	t->came_at = now;
	t->dirty = true;
	if ((published_at ? published_at : now) > t->newest_at)
		t->newest_at = published_at && published_at < now ? published_at : now;
	today(t, now)->documents += !old;
	if (old || !published_at)
		return;
	t->delays[t->at_delay] = delay < 0 ? 0 : delay > INT32_MAX ? INT32_MAX : (int32_t)delay;
	t->at_delay = (t->at_delay + 1) % TALLY_DELAYS;
	t->n_delays += t->n_delays < TALLY_DELAYS;
}

static bool
may_wait(struct tally *t, enum tally_poll what, int64_t cause, int64_t now)
{
	if (what != TALLY_SAME || cause != t->cause || !t->first_at ||
	    (t->late_at && now - t->late_at >= TALLY_LATE_S))
		return false;
	if (!t->late_at)
		t->late_at = now;
	return true;
}

void
tally_poll(struct tally *t, enum tally_poll what, int64_t cause, int64_t now)
{
	struct tally_day *d;

	if (now < 0)
		return;
	if (!may_wait(t, what, cause, now))
		t->dirty = true;
	d = today(t, now);
	t->cause = cause;
	if (what == TALLY_FAILED)
		return;
	d->polls++;
	d->unchanged += what == TALLY_SAME;
}

static struct tally_day
week(const struct tally *t, int64_t now)
{
	struct tally_day sum = { 0 };

	for (size_t i = 0; i < TALLY_DAYS; i++) {
		const struct tally_day *d = &t->days[i];

		if (d->day > now / DAY_S - 7 && d->day <= now / DAY_S) {
			sum.documents += d->documents;
			sum.polls += d->polls;
			sum.unchanged += d->unchanged;
		}
	}
	return sum;
}

int64_t
tally_per_day_milli(const struct tally *t, int64_t now)
{
	int64_t since = (now / DAY_S - 6) * DAY_S;

	if (t->first_at > since)
		since = t->first_at;
	if (!t->first_at || now - since < EARLY_S)
		return -1;
	return week(t, now).documents * 1000 * DAY_S / (now - since);
}

int64_t
tally_unchanged_milli(const struct tally *t, int64_t now)
{
	struct tally_day sum = week(t, now);

	return sum.polls ? sum.unchanged * 1000 / sum.polls : -1;
}

static int
by_size(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

int64_t
tally_delay_s(const struct tally *t)
{
	int32_t v[TALLY_DELAYS];

	if (!t->n_delays)
		return -1;
	memcpy(v, t->delays, sizeof v);
	qsort(v, (size_t)t->n_delays, sizeof *v, by_size);
	return v[(t->n_delays - 1) / 2];
}

void
tally_write(const struct tally *t, struct buf *days, struct buf *delays)
{
	for (size_t i = 0; i < TALLY_DAYS; i++) {
		const struct tally_day *d = &t->days[i];

		if (d->day)
			buf_addf(days, "%s%lld %lld %lld %lld", days->n ? ";" : "",
				 (long long)d->day, (long long)d->documents,
				 (long long)d->polls, (long long)d->unchanged);
	}
	for (int64_t i = 0; i < t->n_delays; i++) {
		int64_t at = (t->at_delay - t->n_delays + i + TALLY_DELAYS) % TALLY_DELAYS;

		buf_addf(delays, "%s%d", i ? " " : "", t->delays[at]);
	}
}

/* n numbers of at least 0 between spaces; false when it is anything else. */
static bool
numbers(struct str s, int64_t *v, size_t n)
{
	struct str word;
	size_t i = 0;

	for (; str_next(&s, ' ', &word); i++)
		if (i == n || str_int64(word, &v[i]) < 0 || v[i] < 0)
			return false;
	return i == n;
}

void
tally_read(struct tally *t, struct str days, struct str delays)
{
	struct str one;
	int64_t v[4];

	while (str_next(&days, ';', &one))
		if (numbers(one, v, 4) && v[0])
			t->days[v[0] % TALLY_DAYS] =
				(struct tally_day){ v[0], v[1], v[2], v[3] };
	t->n_delays = t->at_delay = 0;
	while (str_next(&delays, ' ', &one)) {
		if (!numbers(one, v, 1) || v[0] > INT32_MAX)
			continue;
		t->delays[t->at_delay] = (int32_t)v[0];
		t->at_delay = (t->at_delay + 1) % TALLY_DELAYS;
		t->n_delays += t->n_delays < TALLY_DELAYS;
	}
}
