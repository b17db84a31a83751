/* Triggers once more over a record that the stage wrote. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/backtest.h"
#include "responder/record_store.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

/* Two bursts three weeks apart; people handle the first and call the second a wrong alarm. */
static void
live_through(struct world *w)
{
	world_grumble(w, WORLD_T0 + DAY, 8);
	world_act(w, "unix:anna", "incident.verdict",
		  "{\"id\":\"INC-2026-0001\",\"verdict\":\"watch\"}", 0, WORLD_T0 + DAY + HOUR);
	for (int64_t t = WORLD_T0 + DAY; t < WORLD_T0 + 20 * DAY; t += HOUR)
		world_turn(w, t);
	world_grumble(w, WORLD_T0 + 21 * DAY, 8);
	world_act(w, "unix:anna", "incident.verdict",
		  "{\"id\":\"INC-2026-0002\",\"verdict\":\"wrong_alarm\"}", 0,
		  WORLD_T0 + 21 * DAY + HOUR);
	for (int i = 0; i < 6; i++)
		world_say(w, &(struct world_mention){ .at = WORLD_T0 + 22 * DAY + i,
						      .author = arena_textf(w->arena, "c%d", i),
						      .intent = INTENT_COMPLAINT });
	world_turn(w, WORLD_T0 + 23 * DAY);
}

static void
test_run(struct world *w, const struct trigger_conf *t, size_t n,
	 struct backtest_sum (*sums)[3], int64_t *handled)
{
	struct err e = { 0 };
	struct store *s = store_open_reader(w->path, &record_migrations, &e);
	struct zone *zone = zone_open("Asia/Shanghai", &e);
	struct backtest_ask ask = { .watch = &w->watches[0],
				    .triggers = t,
				    .n = n,
				    .from = WORLD_T0,
				    .until = WORLD_T0 + 23 * DAY,
				    .zone = zone };

	if (!s || backtest_run(s, &ask, sums, handled, &e) < 0)
		fail_msg("%s", e.text);
	store_close(s);
	zone_close(zone);
}

static void
it_fires_as_often_as_the_stage_did(void **state)
{
	struct backtest_sum sums[16][3];
	const struct trigger_conf *t;
	struct world w;
	int64_t handled, fired = 0;
	size_t n;

	(void)state;
	world_open(&w, CLOCK_WALL);
	live_through(&w);
	t = trigger_defaults(WATCH_SMALL, &n);
	test_run(&w, t, n, sums, &handled);
	for (size_t k = 0; k < n; k++)
		for (int h = 0; h < 3 && sums[k][h].grade; h++) {
			int64_t again = 0;
			const char *sql =
				arena_textf(w.arena,
					    "SELECT count(*) FROM firing WHERE trigger = "
					    "'%.*s' AND grade = %d",
					    STR_ARG(t[k].name), (int)sums[k][h].grade);

			for (int i = 0; i < TRUTHS; i++)
				again += sums[k][h].fired[i];
			fired += again;
			assert_string_equal(world_ask(&w, sql),
					    arena_textf(w.arena, "%d", (int)again));
		}
	assert_int_equal(fired, 3);
	world_close(&w);
}

static void
what_people_said_tells_right_from_wrong(void **state)
{
	struct backtest_sum sums[16][3];
	struct world w;
	struct trigger_conf t[2];
	int64_t handled;
	size_t n;

	(void)state;
	world_open(&w, CLOCK_WALL);
	live_through(&w);
	t[0] = trigger_defaults(WATCH_SMALL, &n)[1];
	t[1] = t[0];
	t[1].factor = 20000; /* too high for both */
	test_run(&w, t, 2, sums, &handled);
	assert_int_equal(handled, 1);
	assert_int_equal(sums[0][0].fired[TRUTH_RIGHT], 1);
	assert_int_equal(sums[0][0].fired[TRUTH_WRONG], 1);
	assert_int_equal(sums[0][0].found, 1);
	assert_int_equal(sums[1][0].fired[TRUTH_RIGHT] + sums[1][0].fired[TRUTH_WRONG], 0);
	assert_int_equal(sums[1][0].found, 0);
	/* at the end nothing is left in the window */
	assert_int_equal(sums[0][0].observed, 0);
	assert_int_equal(sums[0][0].threshold, 6);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_fires_as_often_as_the_stage_did),
		cmocka_unit_test(what_people_said_tells_right_from_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
