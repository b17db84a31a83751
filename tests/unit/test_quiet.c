#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "responder/quiet.h"

static int64_t
iso(const char *text)
{
	int64_t at = 0;
	struct err e = { 0 };

	if (text && clock_parse_iso(str_of(text), &at, &e) < 0)
		fail_msg("%s: %s", text, e.text);
	return at;
}

static void
the_night_table(void **state)
{
	/* Quiet from 22:00 to 08:00 in Shanghai. */
	static const struct {
		int64_t level;
		bool safety, on_shift;
		const char *now, *shift, *want; /* shift: its end, or its next beginning */
		enum quiet_why why;
	} cases[] = {
		{ 1, false, false, "2026-03-14T21:59:59+08:00", NULL,
		  "2026-03-14T21:59:59+08:00", QUIET_NO },
		{ 1, false, false, "2026-03-14T22:00:00+08:00", NULL,
		  "2026-03-15T08:00:00+08:00", QUIET_HOURS },
		{ 2, false, false, "2026-03-14T22:05:00+08:00", NULL,
		  "2026-03-15T08:00:00+08:00", QUIET_HOURS },
		{ 2, false, false, "2026-03-15T07:59:59+08:00", NULL,
		  "2026-03-15T08:00:00+08:00", QUIET_HOURS },
		{ 1, false, false, "2026-03-15T08:00:00+08:00", NULL,
		  "2026-03-15T08:00:00+08:00", QUIET_NO },
		{ 3, false, false, "2026-03-14T23:40:00+08:00", NULL,
		  "2026-03-14T23:40:00+08:00", QUIET_NO },
		{ 1, true, false, "2026-03-14T23:40:00+08:00", NULL,
		  "2026-03-14T23:40:00+08:00", QUIET_NO },
		{ 2, false, true, "2026-03-14T23:40:00+08:00", "2026-03-15T08:00:00+08:00",
		  "2026-03-14T23:40:00+08:00", QUIET_NO },
		{ 1, false, true, "2026-03-14T23:40:00+08:00", "2026-03-15T08:00:00+08:00",
		  "2026-03-15T00:00:00+08:00", QUIET_BUNDLE },
		{ 1, false, true, "2026-03-15T00:00:00+08:00", "2026-03-15T08:00:00+08:00",
		  "2026-03-15T01:00:00+08:00", QUIET_BUNDLE },
		{ 1, false, true, "2026-03-15T00:10:00+08:00", "2026-03-15T00:30:00+08:00",
		  "2026-03-15T00:29:00+08:00", QUIET_BUNDLE },
		{ 1, false, true, "2026-03-15T00:10:00+08:00", "2026-03-15T01:00:00+08:00",
		  "2026-03-15T00:59:00+08:00", QUIET_BUNDLE },
		{ 1, false, true, "2026-03-15T00:29:30+08:00", "2026-03-15T00:30:00+08:00",
		  "2026-03-15T00:29:30+08:00", QUIET_NO },
		/* At its end nobody sleeps any more. */
		{ 1, false, true, "2026-03-15T07:10:00+08:00", "2026-03-15T08:00:00+08:00",
		  "2026-03-15T08:00:00+08:00", QUIET_BUNDLE },
		{ 1, false, false, "2026-03-15T03:00:00+08:00", "2026-03-15T06:00:00+08:00",
		  "2026-03-15T06:00:00+08:00", QUIET_HOURS },
		{ 1, false, false, "2026-03-15T03:00:00+08:00", "2026-03-15T09:00:00+08:00",
		  "2026-03-15T08:00:00+08:00", QUIET_HOURS },
	};
	struct err e = { 0 };
	struct zone *z = zone_open("Asia/Shanghai", &e);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct quiet_ask q = { { 22 * 3600, 8 * 3600 },
				       z,
				       cases[i].on_shift,
				       0,
				       INT64_MAX,
				       cases[i].level,
				       cases[i].safety };
		enum quiet_why why;
		int64_t got;

		if (cases[i].on_shift)
			q.shift_ends = iso(cases[i].shift);
		else if (cases[i].shift)
			q.shift_begins = iso(cases[i].shift);
		got = quiet_until(&q, iso(cases[i].now), &why);
		if (got != iso(cases[i].want) || why != cases[i].why)
			fail_msg("case %zu: %lld s off, why %d", i,
				 (long long)(got - iso(cases[i].want)), (int)why);
	}
	zone_close(z);
}

static void
quiet_hours_follow_the_wall_across_dst(void **state)
{
	static const struct {
		int64_t from, to;
		const char *now, *want;
	} cases[] = {
		{ 22, 8, "2026-03-08T06:30:00Z",
		  "2026-03-08T12:00:00Z" }, /* 01:30 EST -> 08:00 EDT */
		{ 22, 8, "2026-11-01T05:30:00Z",
		  "2026-11-01T13:00:00Z" }, /* 01:30 EDT -> 08:00 EST */
		{ 0, 2, "2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z" }, /* 02:00 is skipped */
		{ 9, 12, "2026-03-09T14:00:00Z", "2026-03-09T16:00:00Z" },  /* within a day */
		{ 9, 9, "2026-03-09T13:30:00Z", "2026-03-09T13:30:00Z" },   /* equal: none */
		{ 22, 24, "2026-03-10T03:00:00Z", "2026-03-10T04:00:00Z" }, /* until midnight */
	};
	struct err e = { 0 };
	struct zone *z = zone_open("America/New_York", &e);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct quiet_conf q = { cases[i].from * 3600, cases[i].to * 3600 };

		if (quiet_ends(&q, z, iso(cases[i].now)) != iso(cases[i].want))
			fail_msg("case %zu", i);
	}
	zone_close(z);
}

static void
the_hour_is_the_hour_of_the_wall(void **state)
{
	struct err e = { 0 };
	struct zone *z = zone_open("Asia/Kathmandu", &e); /* +05:45 */
	struct quiet_ask q = {
		{ 22 * 3600, 8 * 3600 }, z, true, INT64_MAX, INT64_MAX, 1, false
	};
	enum quiet_why why;

	(void)state;
	assert_int_equal(quiet_until(&q, iso("2026-03-14T23:10:00+05:45"), &why),
			 iso("2026-03-15T00:00:00+05:45"));
	assert_int_equal(why, QUIET_BUNDLE);
	zone_close(z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_night_table),
		cmocka_unit_test(quiet_hours_follow_the_wall_across_dst),
		cmocka_unit_test(the_hour_is_the_hour_of_the_wall),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
