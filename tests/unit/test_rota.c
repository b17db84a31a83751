#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "responder/rota.h"

#define TEXTS(...)                                                                       \
	{                                                                                \
		(struct str[]){ __VA_ARGS__ }, LY_COUNT(((struct str[]){ __VA_ARGS__ })) \
	}
#define LIST(array)                                         \
	{                                                   \
		(void *)(uintptr_t)(array), LY_COUNT(array) \
	}
#define ALL                           \
	{                             \
		.every = ROTATE_NEVER \
	}
#define AT(h, m) ((h)*3600 + (m)*60)

static int64_t
iso(const char *text)
{
	int64_t at = 0;
	struct err e = { 0 };

	if (clock_parse_iso(str_of(text), &at, &e) < 0)
		fail_msg("%s: %s", text, e.text);
	return at;
}

static struct zone *
zone(const char *name)
{
	struct err e = { 0 };
	struct zone *z = zone_open(name, &e);

	if (!z)
		fail_msg("%s", e.text);
	return z;
}

/* "anna ben" */
static void
check_who(const struct schedule_conf *s, const struct zone *z, const char *at, const char *want)
{
	struct str who[ROTA_MAX];
	size_t n = rota_who(s, z, iso(at), who);
	struct buf b = BUF(1000);

	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(who[i]));
	if (strcmp(b.p, want) != 0)
		fail_msg("at %s: \"%s\" is on shift, not \"%s\"", at, b.p, want);
	buf_release(&b);
}

static void
a_shift_holds_from_its_first_second_to_before_its_last(void **state)
{
	struct shift_conf shifts[] = {
		{ TEXTS(STR("anna")), ALL,
		  TEXTS(STR("mon"), STR("tue"), STR("wed"), STR("thu"), STR("fri")), AT(8, 0),
		  AT(20, 0) },
		{ TEXTS(STR("ben")), ALL, TEXTS(STR("fri")), AT(20, 0), AT(8, 0) },
		{ TEXTS(STR("cai"), STR("anna")), ALL, TEXTS(STR("sun")), AT(9, 0), AT(9, 0) },
	};
	struct schedule_conf s = { .shifts = LIST(shifts) };
	struct zone *z = zone("Asia/Shanghai");
	static const struct {
		const char *at, *who;
	} cases[] = {
		{ "2026-03-13T07:59:59+08:00", "" }, /* Friday */
		{ "2026-03-13T08:00:00+08:00", "anna" },
		{ "2026-03-13T19:59:59+08:00", "anna" },
		{ "2026-03-13T20:00:00+08:00", "ben" },
		{ "2026-03-14T07:59:59+08:00", "ben" }, /* crosses midnight */
		{ "2026-03-14T08:00:00+08:00", "" },
		{ "2026-03-15T08:59:59+08:00", "" },
		{ "2026-03-15T09:00:00+08:00", "cai anna" }, /* equal = 24 h */
		{ "2026-03-16T08:30:00+08:00", "anna cai" }, /* each once */
		{ "2026-03-16T09:00:00+08:00", "anna" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		check_who(&s, z, cases[i].at, cases[i].who);
	zone_close(z);
}

static void
a_shift_keeps_its_wall_clock_across_dst(void **state)
{
	struct shift_conf shifts[] = {
		{ TEXTS(STR("night")), ALL, { NULL, 0 }, AT(22, 0), AT(6, 0) },
		{ TEXTS(STR("gap")), ALL, { NULL, 0 }, AT(2, 30), AT(3, 30) },
	};
	struct schedule_conf s = { .shifts = LIST(shifts) };
	struct zone *z = zone("America/New_York");
	static const struct {
		const char *at, *who;
	} cases[] = {
		/* 2026-03-08 02:00 -> 03:00: 22:00 EST is 03:00Z, 06:00 EDT is 10:00Z */
		{ "2026-03-08T02:59:59Z", "" },
		{ "2026-03-08T03:00:00Z", "night" },
		{ "2026-03-08T06:59:59Z", "night" },
		{ "2026-03-08T07:00:00Z", "night gap" }, /* 02:30 is skipped: from 03:00 */
		{ "2026-03-08T07:29:59Z", "night gap" },
		{ "2026-03-08T07:30:00Z", "night" },
		{ "2026-03-08T09:59:59Z", "night" },
		{ "2026-03-08T10:00:00Z", "" },
		/* 2026-11-01 02:00 -> 01:00: nine hours */
		{ "2026-11-01T02:00:00Z", "night" },
		{ "2026-11-01T10:59:59Z", "night" },
		{ "2026-11-01T11:00:00Z", "" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		check_who(&s, z, cases[i].at, cases[i].who);
	zone_close(z);
}

static void
overrides_add_remove_and_replace(void **state)
{
	struct shift_conf shifts[] = { { TEXTS(STR("anna")), ALL, { NULL, 0 }, 0, 0 } };
	struct override_conf o[] = {
		{ OVERRIDE_ADD,
		  TEXTS(STR("ben")),
		  { NULL, 0 },
		  iso("2026-05-01T08:00:00Z"),
		  iso("2026-05-01T20:00:00Z") },
		{ OVERRIDE_REMOVE,
		  TEXTS(STR("anna")),
		  { NULL, 0 },
		  iso("2026-05-01T10:00:00Z"),
		  iso("2026-05-01T11:00:00Z") },
		{ OVERRIDE_REPLACE,
		  TEXTS(STR("cai"), STR("dou")),
		  { NULL, 0 },
		  iso("2026-05-01T12:00:00Z"),
		  iso("2026-05-01T13:00:00Z") },
	};
	struct schedule_conf s = { .shifts = LIST(shifts), .overrides = LIST(o) };

	(void)state;
	check_who(&s, NULL, "2026-05-01T07:59:59Z", "anna");
	check_who(&s, NULL, "2026-05-01T08:00:00Z", "anna ben");
	check_who(&s, NULL, "2026-05-01T10:30:00Z", "ben");
	check_who(&s, NULL, "2026-05-01T12:30:00Z", "cai dou");
	check_who(&s, NULL, "2026-05-01T13:00:00Z", "anna ben");
	check_who(&s, NULL, "2026-05-01T20:00:00Z", "anna");
}

static void
it_says_when_somebody_comes_and_goes(void **state)
{
	struct shift_conf shifts[] = {
		{ TEXTS(STR("anna")), ALL, TEXTS(STR("mon"), STR("fri")), AT(8, 0), AT(20, 0) },
		{ TEXTS(STR("anna")), ALL, TEXTS(STR("mon")), AT(20, 0), AT(23, 0) },
		{ TEXTS(STR("ben")), ALL, TEXTS(STR("wed")), AT(8, 0), AT(9, 0) },
	};
	struct schedule_conf s = { .shifts = LIST(shifts) };
	struct schedule_conf nobody = { .name = STR("empty") };
	struct zone *z = zone("Asia/Shanghai");
	int64_t night = iso("2026-03-13T22:05:00+08:00"); /* Friday */

	(void)state;
	assert_int_equal(rota_when(&s, z, night, STR("")), iso("2026-03-16T08:00:00+08:00"));
	assert_int_equal(rota_when(&s, z, night, STR("ben")), iso("2026-03-18T08:00:00+08:00"));
	assert_int_equal(rota_when(&s, z, night, STR("nobody")), INT64_MAX);
	assert_int_equal(rota_when(&nobody, z, night, STR("")), INT64_MAX);
	assert_int_equal(rota_until(&s, z, iso("2026-03-16T09:00:00+08:00"), STR("anna")),
			 iso("2026-03-16T23:00:00+08:00"));
	assert_int_equal(rota_until(&s, z, night, STR("anna")), night);
	assert_int_equal(rota_next(&s, z, night), iso("2026-03-16T08:00:00+08:00"));
	assert_int_equal(rota_next(&nobody, z, night), INT64_MAX);
	zone_close(z);
}

/* A month without a 31st hands off on its last day, and the next on its 31st again. */
static void
turns_of_months_begin_on_a_day_that_the_month_has(void **state)
{
	struct shift_conf shifts[] = {
		{ TEXTS(STR("anna"), STR("ben"), STR("cai")),
		  { .every = ROTATE_MONTH,
		    .length = 1,
		    .start_s = iso("2026-01-31T09:00:00Z") },
		  { NULL, 0 },
		  AT(9, 0),
		  AT(9, 0) },
	};
	struct schedule_conf s = { .shifts = LIST(shifts) };

	(void)state;
	check_who(&s, NULL, "2026-01-31T09:00:00Z", "anna");
	check_who(&s, NULL, "2026-02-28T08:59:59Z", "anna");
	check_who(&s, NULL, "2026-02-28T09:00:00Z", "ben");
	check_who(&s, NULL, "2026-03-31T08:59:59Z", "ben");
	check_who(&s, NULL, "2026-03-31T09:00:00Z", "cai");
	check_who(&s, NULL, "2026-04-30T08:59:59Z", "cai");
	check_who(&s, NULL, "2026-04-30T09:00:00Z", "anna");
	check_who(&s, NULL, "2025-12-31T09:00:00Z", "cai");
	check_who(&s, NULL, "2028-02-29T08:59:59Z", "anna");
	check_who(&s, NULL, "2028-02-29T09:00:00Z", "ben");
}

/* Three shifts that meet must leave no minute without anybody and none with two, whatever the
 * zone does with its clocks: every hour and half hour around all changes of two years. */
static void
shifts_that_meet_leave_no_gap_in_any_zone(void **state)
{
	static const char *const zones[] = { "America/New_York", "Australia/Lord_Howe",
					     "Asia/Shanghai",    "Africa/Casablanca",
					     "Asia/Kathmandu",   "Europe/Berlin",
					     "Pacific/Apia",     "America/Santiago" };
	struct shift_conf shifts[] = {
		{ TEXTS(STR("early")), ALL, { NULL, 0 }, AT(2, 15), AT(10, 0) },
		{ TEXTS(STR("late")), ALL, { NULL, 0 }, AT(10, 0), AT(18, 0) },
		{ TEXTS(STR("night")), ALL, { NULL, 0 }, AT(18, 0), AT(2, 15) },
	};
	struct schedule_conf s = { .shifts = LIST(shifts) };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(zones); i++) {
		struct zone *z = zone(zones[i]);

		for (int64_t t = iso("2026-01-01T00:00:00Z"); t < iso("2028-01-01T00:00:00Z");
		     t += 1800) {
			struct str who[ROTA_MAX];
			size_t n = rota_who(&s, z, t, who);

			if (n != 1)
				fail_msg("%s: %zu people at %lld", zones[i], n, (long long)t);
		}
		zone_close(z);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shift_holds_from_its_first_second_to_before_its_last),
		cmocka_unit_test(a_shift_keeps_its_wall_clock_across_dst),
		cmocka_unit_test(overrides_add_remove_and_replace),
		cmocka_unit_test(it_says_when_somebody_comes_and_goes),
		cmocka_unit_test(turns_of_months_begin_on_a_day_that_the_month_has),
		cmocka_unit_test(shifts_that_meet_leave_no_gap_in_any_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
