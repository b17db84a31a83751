/* Numbers from outside through the stage: they fire, are explained, and can be verified. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/gauge.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

static struct signal_conf signals[] = {
	{ .name = STR_INIT("load"),
	  .watch = STR_INIT("shancui"),
	  .class = SIGNAL_SYSTEM,
	  .above = 850,
	  .hold = 120 },
	{ .name = STR_INIT("shop"),
	  .watch = STR_INIT("shancui"),
	  .class = SIGNAL_SYSTEM,
	  .interval = 60 },
	{ .name = STR_INIT("orders"),
	  .watch = STR_INIT("shancui"),
	  .class = SIGNAL_BUSINESS,
	  .of = STR_INIT("visits"),
	  .window = HOUR,
	  .drop = 50 },
};

static void
shop_open(struct world *w)
{
	world_open(w, CLOCK_WALL);
	w->conf.signals = (struct conf_list){ signals, LY_COUNT(signals) };
	world_reopen(w, WORLD_T0);
}

static void
sample(struct world *w, const char *signal, int64_t at, int64_t micro)
{
	world_forge(w, arena_textf(w->arena,
				   "INSERT INTO signal_sample (signal, at, value, source, "
				   "arrived_at) VALUES ('%s', %lld, %lld, 'test', %lld)",
				   signal, (long long)at, (long long)micro, (long long)at));
}

static const char *
reasons(struct world *w)
{
	return world_ask(w, "SELECT coalesce(group_concat(trigger || ' W' || grade || ': ' ||"
			    " reason_en, '|'), '') FROM firing");
}

static void
load_fires_when_it_lasts_and_clears(void **state)
{
	struct world w;

	(void)state;
	shop_open(&w);
	sample(&w, "load", WORLD_T0 + 10, 910000);
	world_turn(&w, WORLD_T0 + 60);
	assert_string_equal(reasons(&w), "");
	sample(&w, "load", WORLD_T0 + 100, 900000);
	world_reopen(&w, WORLD_T0 + 110); /* it is remembered since when */
	world_turn(&w, WORLD_T0 + 180);
	assert_string_equal(reasons(&w),
			    "signal:load W3: load 0.9 for 120 s; would have stayed "
			    "silent at 0.85 or below");
	assert_string_equal(world_ask(&w, "SELECT state || ' ' || title FROM incident"),
			    "responding 山脆: load is too high");
	sample(&w, "load", WORLD_T0 + 200, 500000);
	world_turn(&w, WORLD_T0 + 240);
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM trigger_state WHERE fired_at > 0"), "0");
	world_verified(&w);
	world_close(&w);
}

static void
a_lost_heartbeat_fires_only_while_others_are_heard(void **state)
{
	struct world w;

	(void)state;
	shop_open(&w);
	sample(&w, "shop", WORLD_T0 + 10, 1000000);
	world_turn(&w, WORLD_T0 + 300);
	assert_string_equal(reasons(&w), ""); /* nobody is heard: it may be us */
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + 310 });
	world_turn(&w, WORLD_T0 + 360);
	assert_string_equal(reasons(&w),
			    "signal:shop W3: nothing of shop for 350 s, every 60 s "
			    "otherwise; other sources are heard; would have stayed "
			    "silent with one");
	world_verified(&w);
	world_close(&w);
}

static void
a_conversion_that_drops_opens_one_incident(void **state)
{
	struct world w;

	(void)state;
	shop_open(&w);
	for (int week = 0; week < 4; week++) {
		sample(&w, "orders", WORLD_T0 + week * 7 * DAY, (int64_t)408 * 1000000);
		sample(&w, "visits", WORLD_T0 + week * 7 * DAY, (int64_t)12000 * 1000000);
	}
	for (int hour = -1; hour <= 0; hour++) {
		sample(&w, "orders", WORLD_T0 + 28 * DAY + hour * HOUR, (int64_t)240 * 1000000);
		sample(&w, "visits", WORLD_T0 + 28 * DAY + hour * HOUR,
		       (int64_t)12000 * 1000000);
	}
	world_turn(&w, WORLD_T0 + 28 * DAY + 60);
	world_turn(&w, WORLD_T0 + 28 * DAY + 120);
	assert_string_equal(
		reasons(&w),
		"signal:orders W2: orders over 60 min: 2.00% (240 of 12000), usually "
		"3.40% on this weekday, twice in a row; would have stayed silent above "
		"2.90%");
	world_verified(&w);
	world_forge(&w, "UPDATE signal_sample SET value = 1 WHERE signal = 'orders' AND at = "
			"1773446400");
	assert_true(world_verify(&w, &(struct verify_sum){ 0 }) > 0);
	world_close(&w);
}

static void
a_firing_outlives_its_samples_without_a_mismatch(void **state)
{
	struct verify_sum sum;
	struct world w;

	(void)state;
	shop_open(&w);
	sample(&w, "load", WORLD_T0 + 10, 910000);
	world_turn(&w, WORLD_T0 + 60);
	world_turn(&w, WORLD_T0 + 180);
	world_verified(&w);
	world_turn(&w, WORLD_T0 + 401 * DAY);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM signal_sample"), "0");
	if (world_verify(&w, &sum))
		fail_msg("%s", w.reply.p);
	assert_int_equal(sum.expired, 1);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(load_fires_when_it_lasts_and_clears),
		cmocka_unit_test(a_lost_heartbeat_fires_only_while_others_are_heard),
		cmocka_unit_test(a_conversion_that_drops_opens_one_incident),
		cmocka_unit_test(a_firing_outlives_its_samples_without_a_mismatch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
