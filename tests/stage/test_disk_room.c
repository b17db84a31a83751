/* A disk that is full: what the responder set aside and gives back is for the responder. */
#include "core/base.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/state.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"
#include "tests/support/small_disk.h"
#include "tests/support/store_folder.h"

#define HOUR 3600

static int
ack(struct world *w, int64_t at)
{
	return world_act(w, "unix:anna", "incident.ack", "{\"id\":\"INC-2026-0001\"}", 0, at);
}

static void
what_is_given_back_stays_so_until_there_is_more(void **state)
{
	int64_t at = WORLD_T0 + HOUR;
	struct world w;
	size_t receipts;

	(void)state;
	disk.free_bytes = 1024 * MIB;
	world_open(&w, CLOCK_WALL);
	disk.reserve = arena_textf(w.arena, "%s/reserve", w.dir);
	world_grumble(&w, WORLD_T0, 6);
	world_turn(&w, WORLD_T0 + 600);
	assert_true(disk_has_reserve());

	disk.free_bytes = 0;
	store_disk_is(ENOSPC, 0, 0);
	assert_int_equal(ack(&w, at), 503);
	assert_false(disk_has_reserve());
	store_disk_is(0, 0, 0); /* by as much as was given back */
	for (int i = 1; i < 4; i++) {
		world_turn(&w, at + i);
		assert_false(disk_has_reserve());
	}
	assert_int_equal(ack(&w, at + 4), 200);
	receipts = w.receipts_n;
	world_say(&w, &(struct world_mention){ .at = at + 5 });
	assert_int_equal(w.receipts_n, receipts); /* it waits */

	disk.free_bytes = 8 * MIB;
	world_turn(&w, at + 7);
	assert_false(disk_has_reserve());
	disk.free_bytes = 9 * MIB;
	world_turn(&w, at + 9);
	assert_true(disk_has_reserve());
	world_turn(&w, at + 10);
	assert_int_equal(w.receipts_n, receipts + 1);
	world_close(&w);
	disk.reserve = NULL;
}

/* Who asks for a case while nothing can be written, by a clock that was set back, has an answer; that it was
 * set back is written when it can be. */
static void
a_question_leaves_nothing_in_memory_that_is_not_written(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	world_grumble(&w, WORLD_T0, 6);
	assert_int_equal(ack(&w, WORLD_T0 + HOUR), 200);
	world_forge(&w, "UPDATE incident SET acked_until = acked_at + 7200");
	world_reopen(&w, WORLD_T0 + HOUR);
	store_disk_is(ENOSPC, 0, 0);
	assert_int_equal(world_act(&w, "unix:anna", "case.list", "{}", 0, WORLD_T0 + HOUR / 2),
			 200);
	store_disk_is(0, 0, 0);
	world_turn(&w, WORLD_T0 + HOUR / 2 + 60);
	assert_string_equal(world_ask(&w, "SELECT acked_until - 1773446400 FROM incident"),
			    "9060");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_given_back_stays_so_until_there_is_more),
		cmocka_unit_test(a_question_leaves_nothing_in_memory_that_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
