/*
 * Every zone of tzdata, every change of its clocks from 2020 to 2037: the hand-offs stand on the
 * wall, and no minute has two people or none. By day a sample; all of them with LY_NIGHTLY=1.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/rota.h"

#define DAY       86400
#define FROM_AT   1577836800 /* 2020-01-01T00:00:00Z */
#define TO_AT     2145916800 /* 2038-01-01T00:00:00Z */
#define PEOPLE    3
#define ZONES_MIN 300
#define SAMPLE    97 /* by day: one change out of so many */
#define LIST(array)                                         \
	{                                                   \
		(void *)(uintptr_t)(array), LY_COUNT(array) \
	}

/* Whose clocks do what others' do not: never left out. */
static const char *const odd[] = { "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Gaza",
				   "Antarctica/Troll", "America/Havana" };

static struct str people[PEOPLE] = { STR_INIT("ann"), STR_INIT("ben"), STR_INIT("cai") };

/* A day on which turns begin, and hand-offs at all kinds of time: midnight, in the hour that is
 * often skipped or told twice, and where nothing ever happens. */
static const int64_t start_day = 1546300800; /* Tuesday 2019-01-01 */
static const int64_t times[] = { 0, 1800, 5400, 7200, 9000, 10800, 32400, 86340 };

static struct shift_conf
shift_of(enum rotate_every every, int64_t length, int64_t time_s)
{
	return (struct shift_conf){
		.who = { people, PEOPLE },
		.rotate = { .every = every, .length = length, .start_s = start_day + time_s },
	};
}

/* ---- one change of the clocks --------------------------------------------------------------- */

struct place {
	const char *name;
	const struct zone *z;
	int64_t change;
};

/* The day number on the wall, and the second of that day. */
static int64_t
wall(const struct zone *z, int64_t at, int64_t *second)
{
	struct civil c = zone_civil(z, at);

	*second = c.hour * 3600 + c.minute * 60 + c.second;
	c.hour = c.minute = c.second = 0;
	return zone_utc(NULL, c) / DAY;
}

static void
fail_at(const struct place *p, const char *what, int64_t at)
{
	struct buf b = BUF(100);

	clock_add_iso(&b, at);
	fail_msg("%s: %s at %s", p->name, what, b.p);
}

/* Minute by minute; who it must be is counted apart from rota.c: a day's hand-off has come when the
 * wall has shown its time, or a later day. */
static void
days_are_handed_on(const struct place *p, int64_t time_s, int64_t from, int64_t to)
{
	struct shift_conf shift = shift_of(ROTATE_DAY, 1, time_s);
	struct schedule_conf s = { .shifts = { &shift, 1 } };
	int64_t second, passed = INT64_MIN, next = from;
	struct str before = { "", 0 };

	for (int64_t t = from - 2 * DAY; t < to; t += 60) {
		int64_t day = wall(p->z, t, &second);
		struct str who[ROTA_MAX];

		day -= second < time_s; /* also of a day whose end was skipped */
		if (day > passed)
			passed = day;
		if (t < from)
			continue;
		if (rota_who(&s, p->z, t, who) != 1)
			fail_at(p, "not one person is on shift", t);
		if (!str_eq(who[0], people[(passed - start_day / DAY) % PEOPLE]))
			fail_at(p, "it is another's turn", t);
		if (t < next && before.n && !str_eq(who[0], before))
			fail_at(p, "a change before rota_next", t);
		if (t >= next)
			next = rota_next(&s, p->z, t);
		before = who[0];
	}
}

/* Hand-offs: on the wall, each once, the next person's each time. */
static void
turns_meet(const struct place *p, enum rotate_every every, int64_t length, int64_t time_s,
	   int64_t from, int64_t to)
{
	struct shift_conf shift = shift_of(every, length, time_s);
	int64_t begun, ends, unit_s = every == ROTATE_HOUR ? 3600 : DAY;
	size_t turn = rota_turn(&shift, p->z, from, &begun, &ends);

	for (int64_t t = ends; t < to; t = ends) {
		struct civil now = zone_civil(p->z, t), before = zone_civil(p->z, t - 1);
		int64_t second, nominal = time_s % unit_s;
		size_t next = rota_turn(&shift, p->z, t, &begun, &ends);

		if (begun != t || ends <= t)
			fail_at(p, "turns do not meet", t);
		if (next != (turn + 1) % PEOPLE)
			fail_at(p, "somebody is passed over", t);
		if (zone_utc(p->z, now) != t)
			fail_at(p, "a time told twice is not the first", t);
		wall(p->z, t, &second);
		if (second % unit_s != nominal && now.offset_s <= before.offset_s)
			fail_at(p, "a hand-off is not at its time", t);
		turn = next;
	}
}

/* Three shifts that meet: one person at every minute. */
static void
shifts_meet(const struct place *p, int64_t from, int64_t to)
{
	struct shift_conf shifts[] = {
		{ .who = { &people[0], 1 }, .from = 2 * 3600 + 900, .to = 10 * 3600 },
		{ .who = { &people[1], 1 }, .from = 10 * 3600, .to = 18 * 3600 },
		{ .who = { &people[2], 1 }, .from = 18 * 3600, .to = 2 * 3600 + 900 },
	};
	struct schedule_conf s = { .shifts = LIST(shifts) };
	struct str who[ROTA_MAX];

	for (int64_t t = from; t < to; t += 60)
		if (rota_who(&s, p->z, t, who) != 1)
			fail_at(p, "shifts that meet leave a gap or two people", t);
}

static void
change_holds(const struct place *p)
{
	int64_t from = p->change - p->change % 60 - 3 * 3600, to = p->change + 3 * 3600;

	for (size_t i = 0; i < LY_COUNT(times); i++) {
		days_are_handed_on(p, times[i], from, to);
		turns_meet(p, ROTATE_DAY, 1, times[i], from - DAY, to + 2 * DAY);
		turns_meet(p, ROTATE_WEEK, 2, times[i], from - 40 * DAY, to + 40 * DAY);
		turns_meet(p, ROTATE_MONTH, 1, times[i], from - 40 * DAY, to + 70 * DAY);
	}
	turns_meet(p, ROTATE_HOUR, 5, 1800, from - DAY, to + DAY);
	turns_meet(p, ROTATE_HOUR, 24, 5400, from - DAY, to + 2 * DAY);
	shifts_meet(p, from, to);
}

/* ---- all of them ---------------------------------------------------------------------------- */

struct sweep {
	bool all;
	size_t zones, changes, looked_at;
};

static bool
is_odd(const char *name)
{
	for (size_t i = 0; i < LY_COUNT(odd); i++)
		if (!strcmp(odd[i], name))
			return true;
	return false;
}

static int64_t
change_between(const struct zone *z, int64_t before, int64_t after)
{
	int offset = zone_civil(z, before).offset_s;

	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (zone_civil(z, middle).offset_s == offset)
			before = middle;
		else
			after = middle;
	}
	return after;
}

static void
zone_sweep(struct sweep *s, const char *name)
{
	struct err e = { 0 };
	struct zone *z = zone_open(name, &e);
	struct place p = { name, z, 0 };
	size_t odd_seen = 0;

	if (!z)
		fail_msg("%s", e.text);
	s->zones++;
	for (int64_t t = FROM_AT; t < TO_AT; t += DAY) {
		bool sampled;

		if (zone_civil(z, t).offset_s == zone_civil(z, t + DAY).offset_s)
			continue;
		sampled = s->changes++ % SAMPLE == 0 || (is_odd(name) && odd_seen++ < 2);
		if (!s->all && !sampled)
			continue;
		p.change = change_between(z, t, t + DAY);
		change_holds(&p);
		s->looked_at++;
	}
	zone_close(z);
}

/* "Z Asia/Shanghai …", and at night the links, too: "L Asia/Shanghai PRC". */
static void
hand_offs_stay_on_the_wall_in_every_zone(void **state)
{
	struct sweep s = { .all = getenv("LY_NIGHTLY") && *getenv("LY_NIGHTLY") };
	FILE *f = fopen("/usr/share/zoneinfo/tzdata.zi", "re");
	char line[512], kind[4], first[64], second[64];

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		int n = sscanf(line, "%3s %63s %63s", kind, first, second);

		if (n == 3 && !strcmp(kind, "Z"))
			zone_sweep(&s, first);
		else if (n == 3 && !strcmp(kind, "L") && s.all)
			zone_sweep(&s, second);
	}
	fclose(f);
	print_message("# %zu zones, %zu changes of clocks, %zu looked at\n", s.zones, s.changes,
		      s.looked_at);
	if (s.zones < ZONES_MIN || s.looked_at < 50)
		fail_msg("only %zu zones, %zu changes", s.zones, s.looked_at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hand_offs_stay_on_the_wall_in_every_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
