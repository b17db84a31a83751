/* How long until a source is asked again, by table and over random histories. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"

#include "crawler/interval.h"

#define NOW  1773100800 /* Tuesday 2026-03-10 00:00:00 UTC */
#define HOUR 3600
#define DAY  86400

static void
every_rule_has_its_row(void **state)
{
	static const struct {
		struct interval_facts f; /* min 120, max 7200 where it says 0 */
		int64_t wait_s;
	} cases[] = {
		/* nothing known */
		{ { .fixed_s = 0 }, 900 },
		/* a person's word, whatever the source wishes */
		{ { .fixed_s = 300 }, 300 },
		{ { .fixed_s = 300, .ttl_s = DAY, .max_age_s = DAY, .skip_hours = 0xff }, 300 },
		{ { .fixed_s = DAY, .pace_s = 60, .newest_at = NOW }, DAY },
		/* its items' dates */
		{ { .pace_s = 1800, .newest_at = NOW - 60 }, 600 },
		{ { .pace_s = 60, .newest_at = NOW }, 120 },
		{ { .pace_s = DAY, .newest_at = NOW - 60 }, 7200 },
		{ { .pace_s = 1800, .newest_at = NOW - DAY }, 3600 },
		{ { .pace_s = 1800, .newest_at = NOW - 30 * DAY }, 7200 },
		/* no dates: history */
		{ { .learned_s = 900 }, 1350 },
		{ { .learned_s = 900, .news = true }, 450 },
		{ { .learned_s = 7200 }, 7200 },
		{ { .learned_s = 130, .news = true }, 120 },
		/* its wishes */
		{ { .ttl_s = HOUR }, HOUR },
		{ { .ttl_s = DAY }, DAY },
		{ { .ttl_s = 30 * DAY }, DAY },
		{ { .max_age_s = 1200 }, 1200 },
		{ { .max_age_s = 10 * DAY }, 7200 },
		{ { .ttl_s = 60, .max_age_s = 60 }, 900 },
		{ { .skip_hours = 1 }, HOUR },
		{ { .skip_hours = 7 }, 3 * HOUR },
		{ { .skip_hours = 0xffffff }, 900 },
		{ { .skip_hours = 2 }, 900 },
		{ { .skip_days = 1 << 2 }, DAY },
		{ { .skip_days = 1 << 2 | 1 << 3 }, 2 * DAY },
		{ { .skip_days = 0xfe }, 900 },
		/* an incident at L2: against the pace, not against its wishes */
		{ { .incident_s = 60 }, 60 },
		{ { .fixed_s = 300, .incident_s = 60 }, 60 },
		{ { .fixed_s = 30, .incident_s = 60 }, 30 },
		{ { .pace_s = DAY, .newest_at = NOW - 60, .incident_s = 60 }, 60 },
		{ { .ttl_s = HOUR, .incident_s = 60 }, HOUR },
		{ { .fixed_s = 300, .ttl_s = 200, .incident_s = 60 }, 200 },
		{ { .fixed_s = 300, .ttl_s = HOUR, .incident_s = 60 }, 300 },
		{ { .skip_hours = 1, .incident_s = 60 }, HOUR },
		{ { .max_age_s = 1200, .incident_s = 60 }, 1200 },
		{ { .incident_s = 60, .hurry_s = 40, .hurry_until_at = NOW + 1 }, 40 },
		/* a person's hurry */
		{ { .hurry_s = 60, .hurry_until_at = NOW + 1 }, 60 },
		{ { .fixed_s = 300, .hurry_s = 60, .hurry_until_at = NOW + 1 }, 60 },
		{ { .fixed_s = 30, .hurry_s = 60, .hurry_until_at = NOW + 1 }, 30 },
		{ { .ttl_s = DAY, .hurry_s = 60, .hurry_until_at = NOW + 1 }, 60 },
		{ { .ttl_s = DAY, .hurry_s = 60, .hurry_until_at = NOW }, DAY },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct interval_facts f = cases[i].f;

		f.min_s = 120;
		f.max_s = 7200;
		if (interval_next(&f, NOW, NULL) != cases[i].wait_s)
			fail_msg("row %zu: %lld", i, (long long)interval_next(&f, NOW, NULL));
	}
}

static void
a_pace_is_the_mean_of_the_newest_gaps(void **state)
{
	static const struct {
		int64_t at[16]; /* seconds before NOW, + 1; 0 ends */
		int64_t pace_s, newest_ago_s;
	} cases[] = {
		{ { 0 }, 0, -1 },
		{ { 101 }, 0, 100 },
		{ { 101, 201 }, 0, 100 },
		{ { 101, 201, 401 }, 150, 100 },
		{ { 401, 101, 201 }, 150, 100 },
		{ { 101, 101, 101 }, 0, 100 },
		{ { 11, 21, 31, 41, 51, 61, 71, 81, 91, 101, 111, 121, 99999 }, 10, 10 },
		{ { 99999, 121, 111, 101, 91, 81, 71, 61, 51, 41, 31, 21, 11 }, 10, 10 },
		{ { -5000, 101, 201, 401 }, 150, 100 }, /* the future does not count */
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t at[16], newest;
		size_t n = 0;

		for (; cases[i].at[n]; n++)
			at[n] = NOW - (cases[i].at[n] - 1);
		at[n] = 0; /* one without a date */
		assert_int_equal(interval_pace(at, n + 1, NOW, &newest), cases[i].pace_s);
		assert_int_equal(newest ? NOW - newest : -1, cases[i].newest_ago_s);
	}
}

static void
freshness_is_read_from_either_header(void **state)
{
	static const struct {
		const char *cache_control, *expires;
		int64_t age_s;
	} cases[] = {
		{ "", "", 0 },
		{ "max-age=600", "", 600 },
		{ "public, Max-Age = \"600\" ,must-revalidate", "", 600 },
		{ "max-age=600, max-age=60", "", 600 },
		{ "s-maxage=600", "", 0 },
		{ "max-age=600, no-cache", "", 0 },
		{ "no-store", "Tue, 10 Mar 2026 01:00:00 GMT", 0 },
		{ "max-age=-1", "", 0 },
		{ "max-age=soon", "", 0 },
		{ "max-age=99999999999999999999", "", 0 },
		{ "max-age=999999999", "", 30 * DAY },
		{ "public", "Tue, 10 Mar 2026 01:00:00 GMT", HOUR },
		{ "max-age=0", "Tue, 10 Mar 2026 01:00:00 GMT", 0 },
		{ "", "0", 0 },
		{ "", "Tue, 10 Mar 2020 01:00:00 GMT", 0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (interval_max_age(str_of(cases[i].cache_control), str_of(cases[i].expires),
				     NOW) != cases[i].age_s)
			fail_msg("row %zu", i);
}

static int64_t
roll(uint64_t *dice, int64_t n)
{
	*dice = *dice * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)((*dice >> 33) % (uint64_t)n);
}

/* A million random facts: never below the least, never past a week and a day, and never in an
 * hour that the source asked to be left alone. */
static void
no_history_leads_out_of_the_bounds(void **state)
{
	uint64_t dice = 5;

	(void)state;
	for (int i = 0; i < 1000000; i++) {
		struct interval_facts f = {
			.min_s = 120,
			.max_s = 7200,
			.pace_s = roll(&dice, 3) ? roll(&dice, 40 * DAY) : 0,
			.newest_at = roll(&dice, 3) ? NOW - roll(&dice, 90 * DAY) : 0,
			.learned_s = roll(&dice, 9000),
			.news = roll(&dice, 2),
			.ttl_s = roll(&dice, 4) ? 0 : roll(&dice, 3 * DAY),
			.max_age_s = roll(&dice, 4) ? 0 : roll(&dice, 3 * DAY),
			.skip_hours = roll(&dice, 2) ? 0 : (uint32_t)roll(&dice, 1 << 24),
			.skip_days = roll(&dice, 2) ? 0 : (uint32_t)roll(&dice, 256) & 0xfe,
			.hurry_s = roll(&dice, 8) ? 0 : 30 + roll(&dice, 3600),
			.hurry_until_at = NOW + roll(&dice, 100) - 50,
		};
		bool hurried = f.hurry_s && f.hurry_until_at > NOW;
		int64_t learned, wait = interval_next(&f, NOW + i, &learned);
		struct civil c = zone_civil(NULL, NOW + i + wait);

		assert_true(wait >= (hurried ? 30 : 120));
		assert_true(wait <= 9 * DAY);
		assert_in_range(learned, 120, 7200);
		if (!hurried && f.skip_hours != 0xffffff && f.skip_days != 0xfe)
			assert_false(f.skip_hours >> c.hour & 1 ||
				     f.skip_days >> c.weekday & 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_has_its_row),
		cmocka_unit_test(a_pace_is_the_mean_of_the_newest_gaps),
		cmocka_unit_test(freshness_is_read_from_either_header),
		cmocka_unit_test(no_history_leads_out_of_the_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
