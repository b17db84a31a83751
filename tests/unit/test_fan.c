#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/fan.h"
#include "core/str.h"

#define BLOCKS 500

/* Each block's number as many times as it says, some with much to do before. */
struct numbers {
	int used[FAN_MAX]; /* blocks that each thread did */
	size_t blocks;
};

static void
number_put(void *arg, int thread, size_t block, struct buf *out)
{
	struct numbers *n = arg;

	n->used[thread]++;
	for (volatile unsigned i = 0; i < (unsigned)(block * 7919 % 5000); i = i + 1)
		;
	for (size_t i = 0; i <= block % 3; i++)
		buf_addf(out, "%zu ", block);
}

static void
outcomes_come_in_order_from_any_number_of_threads(void **state)
{
	(void)state;
	for (int threads = 1; threads <= 7; threads += 2) {
		struct numbers n = { .blocks = BLOCKS };
		struct fan *f = fan_new(&(struct fan_work){ .blocks = BLOCKS,
							    .threads = threads,
							    .max = 4096,
							    .run = number_put,
							    .arg = &n });
		struct buf wanted = BUF(4096);
		struct str got;
		int done = 0;

		for (size_t b = 0; b < BLOCKS; b++) {
			buf_clear(&wanted);
			for (size_t i = 0; i <= b % 3; i++)
				buf_addf(&wanted, "%zu ", b);
			assert_true(fan_next(f, &got));
			assert_int_equal(got.n, wanted.n);
			assert_memory_equal(got.p, wanted.p, got.n);
		}
		assert_false(fan_next(f, &got));
		assert_false(fan_next(f, &got));
		fan_free(f);
		for (int i = 0; i < FAN_MAX; i++)
			done += n.used[i];
		assert_int_equal(done, BLOCKS);
		for (int i = threads; i < FAN_MAX; i++)
			assert_int_equal(n.used[i], 0);
		buf_release(&wanted);
	}
}

static void
nobody_runs_ahead_of_what_is_taken(void **state)
{
	struct numbers n = { .blocks = BLOCKS };
	struct fan *f = fan_new(&(struct fan_work){
		.blocks = BLOCKS, .threads = 2, .max = 4096, .run = number_put, .arg = &n });
	struct str got;

	(void)state;
	assert_true(fan_next(f, &got));
	assert_string_equal(got.p, "0 ");
	fan_free(f); /* in the midst */
	assert_in_range(n.used[0] + n.used[1], 1, 2 * 4 + 1);
}

static void
no_block_is_no_outcome(void **state)
{
	struct fan *f = fan_new(&(struct fan_work){ .blocks = 0, .max = 1, .run = number_put });
	struct str got;

	(void)state;
	assert_false(fan_next(f, &got));
	fan_free(f);
	fan_free(NULL);
	assert_in_range(fan_threads(0), 1, FAN_MAX);
	assert_int_equal(fan_threads(3), 3);
	assert_int_equal(fan_threads(1000), FAN_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outcomes_come_in_order_from_any_number_of_threads),
		cmocka_unit_test(nobody_runs_ahead_of_what_is_taken),
		cmocka_unit_test(no_block_is_no_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
