#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"

static struct zone *
must_open(const char *name)
{
	struct err e = { 0 };
	struct zone *z = zone_open(name, &e);

	if (!z)
		fail_msg("%s", e.text);
	return z;
}

static int64_t
at(const char *iso)
{
	struct err e = { 0 };
	int64_t t = 0;

	if (clock_parse_iso(str_of(iso), &t, &e) < 0)
		fail_msg("%s", e.text);
	return t;
}

static void
check_iso(int64_t t, const char *want)
{
	struct buf b = BUF(64);

	clock_add_iso(&b, t);
	assert_string_equal(b.p, want);
	buf_release(&b);
}

static void
times_are_read_strictly(void **state)
{
	static const struct {
		const char *text, *means; /* NULL: refused */
	} cases[] = {
		{ "2026-11-21T23:15:41Z", "2026-11-21T23:15:41Z" },
		{ "2026-11-21T23:15:41+08:00", "2026-11-21T15:15:41Z" },
		{ "2026-11-21T23:15:41-03:30", "2026-11-22T02:45:41Z" },
		{ "2026-11-21T23:15:41.999Z", "2026-11-21T23:15:41Z" },
		{ "2026-11-21", "2026-11-21T00:00:00Z" },
		{ "2024-02-29", "2024-02-29T00:00:00Z" },
		{ "0001-01-01", "0001-01-01T00:00:00Z" },
		{ "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z" },
		{ "2026-02-29", NULL },
		{ "2026-04-31", NULL },
		{ "2026-13-01", NULL },
		{ "2026-00-01", NULL },
		{ "2026-01-00", NULL },
		{ "0000-01-01", NULL },
		{ "2026-11-21T24:00:00Z", NULL },
		{ "2026-11-21T23:60:00Z", NULL },
		{ "2026-11-21T23:15:60Z", NULL },
		{ "2026-11-21T23:15:41", NULL },
		{ "2026-11-21 23:15:41Z", NULL },
		{ "2026-11-21T23:15:41.Z", NULL },
		{ "2026-11-21T23:15:41z", NULL },
		{ "2026-11-21T23:15:41+0800", NULL },
		{ "2026-11-21T23:15:41+08:60", NULL },
		{ "2026-11-21T23:15:41Z ", NULL },
		{ "2026-1-2", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		int64_t t = 0;
		int result = clock_parse_iso(str_of(cases[i].text), &t, &e);

		if ((result == 0) != (cases[i].means != NULL))
			fail_msg("%s: %d %s", cases[i].text, result, e.text);
		if (result == 0)
			check_iso(t, cases[i].means);
		else
			assert_int_equal(e.kind, ERR_REJECT);
	}
}

static void
the_refusal_of_a_time_says_what_is_taken(void **state)
{
	struct err e = { 0 };
	int64_t t;

	(void)state;
	assert_int_equal(clock_parse_iso(STR("tomorrow"), &t, &e), -1);
	assert_string_equal(e.text,
			    "\"tomorrow\" is not a time like \"2026-11-21T23:15:41Z\" or "
			    "\"2026-11-21T23:15:41+08:00\"");
}

static void
every_day_of_ten_thousand_years_comes_back(void **state)
{
	int64_t day = at("0001-01-01"), last = at("9999-12-31");
	int weekday = 1; /* 0001-01-01 was a Monday */

	(void)state;
	for (; day <= last; day += 86400, weekday = weekday % 7 + 1) {
		struct civil c = zone_civil(NULL, day + 86399);

		if (c.weekday != weekday || c.hour != 23 || c.second != 59 ||
		    zone_utc(NULL, c) != day + 86399)
			fail_msg("%d-%d-%d", c.year, c.month, c.day);
	}
	/* Outside it stays at the edge. */
	check_iso(INT64_MIN, "0001-01-01T00:00:00Z");
	check_iso(INT64_MAX, "9999-12-31T23:59:59Z");
}

static void
a_time_told_never_or_twice_has_one_instant(void **state)
{
	static const struct {
		const char *zone;
		struct civil local;
		const char *utc;
	} cases[] = {
		/* gap: the first instant after it */
		{ "America/New_York", { 2026, 3, 8, 2, 30, 0, 0, 0 }, "2026-03-08T07:00:00Z" },
		{ "America/New_York", { 2026, 3, 8, 1, 59, 59, 0, 0 }, "2026-03-08T06:59:59Z" },
		{ "America/New_York", { 2026, 3, 8, 3, 0, 0, 0, 0 }, "2026-03-08T07:00:00Z" },
		{ "Australia/Lord_Howe",
		  { 2026, 10, 4, 2, 15, 0, 0, 0 },
		  "2026-10-03T15:30:00Z" },
		{ "Pacific/Apia", { 2011, 12, 30, 12, 0, 0, 0, 0 }, "2011-12-30T10:00:00Z" },
		/* twice: the first */
		{ "America/New_York", { 2026, 11, 1, 1, 30, 0, 0, 0 }, "2026-11-01T05:30:00Z" },
		{ "Australia/Lord_Howe",
		  { 2026, 4, 5, 1, 45, 0, 0, 0 },
		  "2026-04-04T14:45:00Z" },
		/* no change at all, odd offsets */
		{ "Asia/Shanghai", { 2026, 3, 8, 2, 30, 0, 0, 0 }, "2026-03-07T18:30:00Z" },
		{ "Asia/Kathmandu", { 2026, 1, 1, 0, 0, 0, 0, 0 }, "2025-12-31T18:15:00Z" },
		/* what overflows is carried */
		{ "Asia/Shanghai", { 2026, 12, 32, 8, 0, 0, 0, 0 }, "2027-01-01T00:00:00Z" },
		{ "Asia/Shanghai", { 2026, 14, 1, 24, 90, 0, 0, 0 }, "2027-02-01T17:30:00Z" },
		{ "UTC", { 2026, 1, 0, 0, 0, 0, 0, 0 }, "2025-12-31T00:00:00Z" },
		{ "UTC", { 2026, 0, 1, 0, 0, 0, 0, 0 }, "2025-12-01T00:00:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct zone *z = must_open(cases[i].zone);

		check_iso(zone_utc(z, cases[i].local), cases[i].utc);
		zone_close(z);
	}
}

static void
the_day_begins_at_its_first_instant(void **state)
{
	static const struct {
		const char *zone, *at, *day;
	} cases[] = {
		{ "Asia/Shanghai", "2026-11-21T15:59:59Z", "2026-11-20T16:00:00Z" },
		{ "Asia/Shanghai", "2026-11-21T16:00:00Z", "2026-11-21T16:00:00Z" },
		/* midnight itself is skipped: the day begins at 01:00 */
		{ "Asia/Beirut", "2026-03-29T12:00:00Z", "2026-03-28T22:00:00Z" },
		/* midnight comes twice: the first */
		{ "America/Havana", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z" },
		{ "UTC", "1969-12-31T23:59:59Z", "1969-12-31T00:00:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct zone *z = must_open(cases[i].zone);

		check_iso(zone_day(z, at(cases[i].at)), cases[i].day);
		zone_close(z);
	}
}

static void
an_unknown_zone_is_refused_with_the_nearest_name(void **state)
{
	static const struct {
		const char *name, *says;
	} cases[] = {
		{ "Asia/Shanghia",
		  "unknown time zone \"Asia/Shanghia\": did you mean \"Asia/Shanghai\"?" },
		{ "asia/shanghai",
		  "unknown time zone \"asia/shanghai\": did you mean \"Asia/Shanghai\"?" },
		{ "+08:00",
		  "unknown time zone \"+08:00\": expected a name like \"Asia/Shanghai\"" },
		{ "/etc/localtime", "unknown time zone \"/etc/localtime\": expected a name "
				    "like \"Asia/Shanghai\"" },
		{ "../zoneinfo/UTC", "unknown time zone \"../zoneinfo/UTC\": expected a name "
				     "like \"Asia/Shanghai\"" },
		{ "", "unknown time zone \"\": expected a name like \"Asia/Shanghai\"" },
		{ "Asia",
		  "unknown time zone \"Asia\": expected a name like \"Asia/Shanghai\"" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };

		assert_null(zone_open(cases[i].name, &e));
		assert_int_equal(e.kind, ERR_USAGE);
		assert_string_equal(e.text, cases[i].says);
	}
}

static void
a_time_as_people_give_it_is_read_on_the_zones_wall(void **state)
{
	static const struct {
		const char *text, *iso; /* NULL: refused */
	} cases[] = {
		{ "2026-12-24 20:00", "2026-12-24T12:00:00Z" },
		{ "2026-12-24T20:00", "2026-12-24T12:00:00Z" },
		{ "2026-12-24 20:00:30", "2026-12-24T12:00:30Z" },
		{ "2026-12-24", "2026-12-23T16:00:00Z" },
		{ "2026-12-24T20:00:00Z", "2026-12-24T20:00:00Z" },
		{ "2026-12-24T20:00:00-05:00", "2026-12-25T01:00:00Z" },
		{ "2026-02-30 10:00", NULL },
		{ "2026-12-24 24:00", NULL },
		{ "2026-12-24 20:00 ", NULL },
		{ "2026-12-24 20:00:3", NULL },
		{ "2026-12-24x20:00", NULL },
		{ "tomorrow", NULL },
		{ "", NULL },
	};
	struct zone *z = must_open("Asia/Shanghai");

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		struct buf b = BUF(100);
		int64_t at = 0;
		int rc = clock_parse_local(z, str_of(cases[i].text), &at, &e);

		if (rc == 0)
			clock_add_iso(&b, at);
		if ((rc == 0) != (cases[i].iso != NULL) ||
		    (rc == 0 && strcmp(b.p, cases[i].iso) != 0))
			fail_msg("\"%s\": %s", cases[i].text, rc == 0 ? b.p : e.text);
		if (rc < 0)
			assert_int_equal(e.kind, ERR_USAGE);
		buf_release(&b);
	}
	zone_close(z);
}

/* ---- against zdump ---------------------------------------------------------------------- */

static int
month_of(const char *name)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *p = strstr(months, name);

	return p ? (int)(p - months) / 3 + 1 : 0;
}

/* "Sun Mar  8 06:59:59 2026" */
static bool
read_date(const char *p, struct civil *c)
{
	char month[4] = "", weekday[4] = "";

	*c = (struct civil){ 0 };
	return sscanf(p, "%3s %3s %d %d:%d:%d %d", weekday, month, &c->day, &c->hour,
		      &c->minute, &c->second, &c->year) == 7 &&
	       (c->month = month_of(month)) > 0;
}

/* One line: the zone's own reading of an instant, and back. */
static void
check_line(const struct zone *z, const char *line)
{
	const char *utc = strstr(line, "  "), *local = strstr(line, " = "), *offset;
	struct civil u = { 0 }, l = { 0 }, c;
	int64_t t, back;

	offset = strstr(line, "gmtoff=");
	if (!utc || !local || !offset || !read_date(utc, &u) || !read_date(local + 3, &l))
		fail_msg("cannot read: %s", line);
	t = zone_utc(NULL, u);
	c = zone_civil(z, t);
	if (c.year != l.year || c.month != l.month || c.day != l.day || c.hour != l.hour ||
	    c.minute != l.minute || c.second != l.second ||
	    c.offset_s != (int)strtol(offset + 7, NULL, 10))
		fail_msg("%s: we say %d-%d-%d %d:%d:%d %+d", line, c.year, c.month, c.day,
			 c.hour, c.minute, c.second, c.offset_s);
	/* Back: the same reading, and never a later instant than another with that reading. */
	back = zone_utc(z, c);
	l = zone_civil(z, back);
	if (back > t || l.hour != c.hour || l.minute != c.minute || l.day != c.day)
		fail_msg("%s: back we come to %lld from %lld", line, (long long)back,
			 (long long)t);
}

static size_t
check_zone(const char *name)
{
	struct zone *z = must_open(name);
	char line[256], command[160];
	size_t lines = 0;
	FILE *f;

	snprintf(command, sizeof command, "zdump -v -c 2015,2038 %s", name);
	f = popen(command, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		if (strstr(line, "NULL") || strstr(line, "failed") || !strstr(line, "20"))
			continue; /* the ends of 64-bit time */
		check_line(z, line);
		lines++;
	}
	pclose(f);
	zone_close(z);
	return lines;
}

static void
transitions_are_those_that_zdump_prints(void **state)
{
	static const char *const zones[] = {
		"America/New_York",  "America/Sao_Paulo",   "America/Havana",
		"America/St_Johns",  "America/Santiago",    "America/Asuncion",
		"Europe/London",     "Europe/Dublin",       "Europe/Chisinau",
		"Africa/Casablanca", "Africa/Cairo",        "Africa/Juba",
		"Asia/Beirut",       "Asia/Gaza",           "Asia/Tehran",
		"Asia/Pyongyang",    "Asia/Shanghai",       "Asia/Kathmandu",
		"Asia/Amman",        "Australia/Lord_Howe", "Australia/Sydney",
		"Pacific/Apia",      "Pacific/Chatham",     "Pacific/Norfolk",
		"Antarctica/Troll",  "America/Nuuk",        "Europe/Volgograd",
	};
	size_t lines = 0;

	(void)state;
	if (access("/usr/bin/zdump", X_OK) != 0)
		skip();
	for (size_t i = 0; i < LY_COUNT(zones); i++)
		lines += check_zone(zones[i]);
	if (lines < 500)
		fail_msg("zdump printed only %zu lines", lines);
}

/* ---- clocks ------------------------------------------------------------------------------ */

static void
the_stepped_clock_moves_only_forward_and_only_when_told(void **state)
{
	struct clock c;

	(void)state;
	clock_init(&c, CLOCK_STEPPED, 1000, 0);
	assert_int_equal(clock_now(&c), 1000);
	assert_true(clock_allowed(&c) == INT64_MAX);
	clock_step(&c, 1500);
	assert_int_equal(clock_now(&c), 1500);
	clock_step(&c, 1400);
	assert_int_equal(clock_now(&c), 1500);
}

static void
scaled_time_and_pacing_go_by_the_monotonic_clock(void **state)
{
	struct clock c;

	(void)state;
	clock_init(&c, CLOCK_SCALED, 1000, 360);
	c.begun_ms -= 10000; /* ten seconds ago */
	assert_in_range(clock_now(&c), 4600, 4600 + 360 * 60);
	clock_init(&c, CLOCK_STEPPED, 1000, 360);
	c.begun_ms -= 10000;
	assert_int_equal(clock_now(&c), 1000);
	assert_in_range(clock_allowed(&c), 4600, 4600 + 360 * 60);
	clock_init(&c, CLOCK_SCALED, 1000, INT64_MAX);
	c.begun_ms -= 10000;
	assert_true(clock_now(&c) == INT64_MAX);
	clock_init(&c, CLOCK_WALL, 0, 0);
	clock_step(&c, INT64_MAX);
	assert_in_range(clock_now(&c), clock_wall() - 60, clock_wall());
	assert_true(clock_mono_us() / 1000 <= clock_mono_ms());
	assert_true(clock_wall_ms() / 1000 <= clock_wall());
	assert_true(clock_cpu_us() >= 0);
}

static void
spans_are_told_in_the_largest_unit_that_divides_them_well(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{ 0, "0 s" },
		{ 1, "1 s" },
		{ 90, "90 s" },
		{ 60, "1 min" },
		{ 900, "15 min" },
		{ 5400, "90 min" },
		{ 10800, "3 h" },
		{ 86400, "1 d" },
		{ 172800, "2 d" },
		{ 604800, "7 d" },
		{ 4000, "67 min" },
		{ 100001, "28 h" },
		{ 900001, "10 d" },
		{ 599, "599 s" },
		{ 601, "10 min" },
		{ -90, "-90 s" },
		{ INT64_MIN, "-106751991167301 d" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(64);

		clock_add_span(&b, cases[i].seconds);
		assert_string_equal(b.p, cases[i].text);
		buf_release(&b);
	}
}

static void
local_time_is_told_with_minutes(void **state)
{
	struct zone *z = must_open("Asia/Shanghai");
	struct buf b = BUF(64);

	(void)state;
	clock_add_local(&b, z, at("2026-11-21T23:15:41Z"));
	assert_string_equal(b.p, "2026-11-22 07:15");
	assert_string_equal(zone_name(z), "Asia/Shanghai");
	assert_string_equal(zone_name(NULL), "UTC");
	buf_release(&b);
	zone_close(z);
	zone_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_strictly),
		cmocka_unit_test(the_refusal_of_a_time_says_what_is_taken),
		cmocka_unit_test(every_day_of_ten_thousand_years_comes_back),
		cmocka_unit_test(a_time_told_never_or_twice_has_one_instant),
		cmocka_unit_test(the_day_begins_at_its_first_instant),
		cmocka_unit_test(an_unknown_zone_is_refused_with_the_nearest_name),
		cmocka_unit_test(a_time_as_people_give_it_is_read_on_the_zones_wall),
		cmocka_unit_test(transitions_are_those_that_zdump_prints),
		cmocka_unit_test(the_stepped_clock_moves_only_forward_and_only_when_told),
		cmocka_unit_test(scaled_time_and_pacing_go_by_the_monotonic_clock),
		cmocka_unit_test(spans_are_told_in_the_largest_unit_that_divides_them_well),
		cmocka_unit_test(local_time_is_told_with_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
